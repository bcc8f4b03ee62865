// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The Kullback-Leibler divergence of one Student-t distribution from another,
// p from q, and its gradient. There is no closed form. With D = log(q/p),
// which is integrated against p,
//
//   KL = int p (e^D - 1 - D) dx >= 0,
//   d/dtheta_p = -int p D (d log p/dtheta_p) dx,
//   d/dtheta_q = int (q - p) (d log q/dtheta_q) dx:
//
// e^D - 1 integrates to 0 and so does p times a score. No digits are lost where
// D is small, if D itself has relative accuracy. In the coordinate x of p, y =
// r x + d that of q, r = scale_p/scale_q, u = x^2/nu_p, v = y^2/nu_q, H(z) =
// z - log(1+z), C of student_t_density.h, K = C(nu_q/2) - C(nu_p/2) + log r, D
// is
//
//   K + (nu_p + 1)/2 log(1+u) - (nu_q + 1)/2 log(1+v)         or
//   K + (log((1+u)/(1+v)) + x^2 - y^2 - nu_p H(u) + nu_q H(v))/2.
//
// The second, for u and v below 1, does not cancel for large nu. For close nu
// the differences are formed from w = (u - v)/(1 + v): log((1+u)/(1+v)) =
// log(1+w), H(u) - H(v) = w v + H(w); and u - v and x^2 - y^2 from differences
// of the parameters.
//
// The integrals are Gauss-Legendre sums of 16 nodes over panels that grow by a
// factor away from the centres of p and q. Beyond 1e17 times all scales the
// rest of a heavy tail is exact: there log x is exponential under p.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_STUDENT_T_DIVERGENCE_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_STUDENT_T_DIVERGENCE_H_

#include "kernels/special/exp.h"
#include "kernels/special/lanes.h"
#include "kernels/special/log_ratio.h"
#include "kernels/special/number.h"
#include "kernels/special/ratio.h"
#include "kernels/special/student_t_density.h"

TFI_BEGIN_NAMESPACE

namespace internal {

// The rule on [0, 1] (numpy.polynomial.legendre.leggauss, mapped): nodes and
// weights; and those for x = 8^node, dx = log(8) 8^node dnode.
TFI_TABLE double kGauss16[2][16] = {
    {0.0052995325041750337, 0.027712488463383712, 0.0671843988060841281,
     0.122297795822498483, 0.191061877798678126, 0.270991611171386307,
     0.359198224610370543, 0.45249374508118128, 0.54750625491881872,
     0.640801775389629457, 0.729008388828613693, 0.808938122201321874,
     0.877702204177501517, 0.932815601193915872, 0.972287511536616288,
     0.994700467495824966},
    {0.0135762297058770474, 0.0311267619693239464, 0.0475792558412463924,
     0.062314485627766936, 0.074797994408288366, 0.0845782596975012691,
     0.0913017075224617944, 0.0947253052275342481, 0.0947253052275342481,
     0.0913017075224617944, 0.0845782596975012691, 0.074797994408288366,
     0.062314485627766936, 0.0475792558412463924, 0.0311267619693239464,
     0.0135762297058770474}};
TFI_TABLE double kGauss16Log8[2][16] = {
    {1.0110810126560032, 1.05931926578481047, 1.14993570237078628,
     1.28957295004542129, 1.48780518789448048, 1.7568302899235744,
     2.1105144014933804, 2.56237430325235598, 3.12210436619107724,
     3.79054508907367524, 4.55365554993249567, 5.37704806052026181,
     6.20360406886498688, 6.95691070683921855, 7.55201973417626449,
     7.91232344378107115},
    {0.0285438038324659628, 0.0685657974161025238, 0.113772661789361447,
     0.167101998933981003, 0.231410327832378217, 0.308983487766134244,
     0.400695011376120875, 0.504725561058022985, 0.614978801460569101,
     0.719659864208152042, 0.800876659500767179, 0.83633560669079814,
     0.803858859218321026, 0.688304787229566274, 0.488814158205941546,
     0.223372613481317435}};

// KL, and d/dnu_p, d/dlog scale_p, d/dd, d/dnu_q, d/dlog scale_q.
inline constexpr int kStudentTSums = 6;

// A pair of distributions, with d >= 0: the centre of q is at x = d/r >= 0.
struct StudentTPair {
  double nu_p, nu_q;
  double r, excess, d;      // excess = r - 1
  double constant;          // K
  double log_p, log_q;      // of the densities at x = 0, at y = 0
  double slope_p, slope_q;  // C'/2 of both
};

// C at b/2 - C at a/2, with relative accuracy.
TFI_FUNCTION double StudentTConstantDifference(double a, double b) {
  const double difference = b - a;
  if (!(Abs(difference) <= 0.5 * Min(a, b))) {
    return StudentTConstantOf(0.5 * b).value -
           StudentTConstantOf(0.5 * a).value;
  }
  double sum = 0;
  for (int i = 0; i < 16; ++i) {
    const double k = 0.5 * MulAdd(difference, kGauss16[0][i], a);
    sum = MulAdd(kGauss16[1][i], StudentTConstantOf(k).first, sum);
  }
  return 0.5 * difference * sum;
}

// What the integrands are at a point.
template <class V>
struct StudentTPoint2 {
  V d;                 // D = log(q/p)
  V log_p, log_q;      // of the densities in x
  V score_p, scale_p;  // of log p, in nu and log scale
  V score_q, scale_q;
  V shift_q;  // of log q, in d
};

// d log f/dnu without C', for o = t^2/nu and its logarithm log(1 + o), H(o).
template <class V>
TFI_FUNCTION V StudentTScore(V o, V log, V h, double nu) {
  const V share = o / (1.0 + o);
  return 0.5 * (share / nu + Select(o < 1.0, h - o * share, share - log));
}

template <class V>
TFI_FUNCTION StudentTPoint2<V> AtStudentTPoint(const StudentTPair& pair, V x,
                                               V y) {
  const double nu_p = pair.nu_p, nu_q = pair.nu_q;
  const V one = Broadcast<V>(1);
  const V u = x * (x / nu_p), v = y * (y / nu_q);
  const V gap = pair.d - pair.excess * x;                     // x - y
  const V squares = gap * (x + y);                            // x^2 - y^2
  const V difference = (squares + v * (nu_q - nu_p)) / nu_p;  // u - v
  const V w = difference / (1.0 + v);
  const Ratio<V> ratio = SplitRatio(1.0 + u, 1.0 + v, difference);
  const Ratio<V> of_p = SplitRatio(1.0 + u, one, u);
  const Ratio<V> of_q = SplitRatio(1.0 + v, one, v);
  const V log_w = ratio.Log(), log_u = of_p.Log(), log_v = of_q.Log();
  const V h_u = of_p.G(u), h_v = of_q.G(v);
  // far, and nu H of both: by differences where they are small.
  V far, twice_h;
  if (Abs(nu_p - nu_q) <= 0.5 * Min(nu_p, nu_q)) {
    far = 0.5 * (nu_p + 1.0) * log_w + 0.5 * (nu_p - nu_q) * log_v;
    twice_h = nu_p * (w * v + ratio.G(w)) + (nu_p - nu_q) * h_v;
  } else {
    far = 0.5 * (nu_p + 1.0) * log_u - 0.5 * (nu_q + 1.0) * log_v;
    twice_h = nu_p * h_u - nu_q * h_v;
  }
  const V near = 0.5 * ((log_w + squares) - twice_h);
  StudentTPoint2<V> r;
  r.d = pair.constant + Select((u < 1.0) & (v < 1.0), near, far);
  r.log_p = pair.log_p - 0.5 * (nu_p + 1.0) * log_u;
  r.log_q = pair.log_q - 0.5 * (nu_q + 1.0) * log_v;
  r.score_p = pair.slope_p + StudentTScore(u, log_u, h_u, nu_p);
  r.score_q = pair.slope_q + StudentTScore(v, log_v, h_v, nu_q);
  r.scale_p = (u * nu_p - 1.0) / (1.0 + u);
  r.scale_q = (v * nu_q - 1.0) / (1.0 + v);
  r.shift_q = (nu_q + 1.0) * ((y / nu_q) / (1.0 + v));
  return r;
}

// Sums over nodes.
template <class V>
struct StudentTSums {
  V sum[kStudentTSums] = {};

  TFI_FUNCTION void Add(const StudentTPair& pair, V x, V y, V weight) {
    const StudentTPoint2<V> at = AtStudentTPoint(pair, x, y);
    const V p = weight * Exp(at.log_p);
    // e^D - 1, and q where it is the greater.
    const V e = ExpMinusOne(Min(at.d, Broadcast<V>(1)));
    const V q = weight * Exp(at.log_q);
    const auto above = at.d > 1.0;
    const V g = SplitRatio(Max(1.0 + e, Broadcast<V>(0.25)), Broadcast<V>(1), e)
                    .G(e);  // e^D - 1 - D
    const V near = Select(at.d < -1.0, e - at.d, g);
    const V excess = Select(above, q - p, p * e);  // q - p
    const V log = p * at.d;
    sum[0] = sum[0] + Select(above, excess - log, p * near);
    sum[1] = sum[1] - log * at.score_p;
    sum[2] = sum[2] - log * at.scale_p;
    sum[3] = sum[3] + excess * at.shift_q;
    sum[4] = sum[4] + excess * at.score_q;
    sum[5] = sum[5] + excess * at.scale_q;
  }
};

#if defined(TFI_LANES)
using StudentTNodes = Lanes<double>;
#else
using StudentTNodes = double;
#endif

TFI_FUNCTION double SumOfLanes(StudentTNodes x) {
#if defined(TFI_LANES)
  double sum = 0;
  for (int i = 0; i < NumberTraits<StudentTNodes>::kLanes; ++i) sum += x[i];
  return sum;
#else
  return x;
#endif
}

TFI_FUNCTION StudentTNodes LoadNodes(const double* table) {
#if defined(TFI_LANES)
  return Load<StudentTNodes>(table);
#else
  return *table;
#endif
}

// Integrates over x = centre + sign t, t in [first, first + length] by the
// first rule, or t in [first, 8 first] by the second. Returns the part of the
// divergence.
TFI_OUTLINE double AddStudentTPanel(const StudentTPair& pair, bool at_q,
                                    double sign, double first, double length,
                                    double (&sums)[kStudentTSums]) {
  const bool log8 = length == 0;
  const auto& rule = log8 ? kGauss16Log8 : kGauss16;
  const double step = log8 ? first : length, start = log8 ? 0 : first;
  using V = StudentTNodes;
  StudentTSums<V> panel;
  for (int i = 0; i < 16; i += NumberTraits<V>::kLanes) {
    const V t = sign * (start + step * LoadNodes(rule[0] + i));
    const V weight = step * LoadNodes(rule[1] + i);
    const V x = at_q ? pair.d / pair.r + t : t;
    const V y = at_q ? pair.r * t : pair.r * t - pair.d;
    panel.Add(pair, x, y, weight);
  }
  for (int k = 1; k < kStudentTSums; ++k) sums[k] += SumOfLanes(panel.sum[k]);
  const double part = SumOfLanes(panel.sum[0]);
  sums[0] += part;
  return part;
}

// The integrals beyond x, where both densities are powers.
TFI_FUNCTION void AddStudentTRest(const StudentTPair& pair, double x, double y,
                                  double (&sums)[kStudentTSums]) {
  const StudentTPoint2<double> at = AtStudentTPoint(pair, x, y);
  // log(x'/x) =: z is exponential, of mean 1/nu under p; D = D(x) + b nu_p z,
  // and the scores in nu fall with z.
  const double nu_p = pair.nu_p, nu_q = pair.nu_q;
  const double mass = Exp(at.log_p) * Abs(x) / nu_p;
  const double b = (nu_p - nu_q) / nu_p, a = at.d;
  const double rest = nu_q / nu_p;  // 1 - b
  sums[1] -= mass * (at.score_p * (a + b) - (a + 2 * b) / nu_p);
  sums[2] -= mass * nu_p * (a + b);
  if (a > 1) {
    // p may underflow and q not.
    const double mass_q = Exp(at.log_q) * Abs(x) / nu_q;
    sums[0] += mass_q - mass * (1 + a + b);
    sums[4] +=
        mass_q * (at.score_q - 1 / nu_q) - mass * (at.score_q - 1 / nu_p);
    sums[5] += nu_q * (mass_q - mass);
    return;
  }
  const double e = ExpMinusOne(a);
  const double near =
      a < -1 ? e - a : SplitRatio(1 + e, 1.0, e).G(e);  // e^a - 1 - a
  // (mass of q)/(mass of p) - 1
  const double excess = (e + b) / rest;
  sums[0] += mass * (near + b * e + (1 + e) * (b * b / rest));
  sums[4] +=
      mass * (at.score_q * excess - (e + b * (2 - b)) / (rest * rest * nu_p));
  sums[5] += mass * nu_q * excess;
}

// A tail, in steps that grow from `first`; `core` holds all centres and widths.
TFI_OUTLINE void AddStudentTTail(const StudentTPair& pair, bool at_q,
                                 double sign, double first, double core,
                                 double (&sums)[kStudentTSums]) {
  AddStudentTPanel(pair, at_q, sign, 0, first, sums);
  double t = first;
  while (true) {
    const bool fast = t > 64 * core;
    const double part =
        AddStudentTPanel(pair, at_q, sign, t, fast ? 0 : t, sums);
    t *= fast ? 8 : 2;
    if (t > 8 * core && !(part > 1e-19 * sums[0])) return;
    const double x = at_q ? pair.d / pair.r + sign * t : sign * t;
    const double y = at_q ? pair.r * sign * t : pair.r * sign * t - pair.d;
    // All scales are nothing beside x and y.
    if (x * (x / pair.nu_p) > 1e34 && y * (y / pair.nu_q) > 1e34 &&
        t > 1e17 * (pair.d / pair.r)) {
      AddStudentTRest(pair, x, y, sums);
      return;
    }
  }
}

// From one centre to a distance `end`, in steps that grow from `first`.
TFI_OUTLINE void AddStudentTMiddle(const StudentTPair& pair, bool at_q,
                                   double sign, double first, double end,
                                   double (&sums)[kStudentTSums]) {
  double t = 0, step = first;
  while (t < end) {
    step = t + step * 2 > end ? end - t : step;
    AddStudentTPanel(pair, at_q, sign, t, step, sums);
    t = t + step;
    step = t;
  }
}

}  // namespace internal

// (nu_p, loc_p, scale_p, nu_q, loc_q, scale_q) -> KL and its derivatives in
// them.
//
// Types: double, one number at a time.
// Max error measured, in eps: KL 12.8, relative; derivatives 9.5 of themselves
// and of the root of 2 KL times that of the Fisher information.
// Valid range: 0 < nu, those above 1e20 count as 1e20; 0 < scale < infinity;
// scales whose ratio, and locations whose distance in either scale, is below
// 1e140; NaN elsewhere, and where a term overflows. Never negative; 0 with
// derivatives 0 for equal arguments.
struct StudentTDivergenceFunction {
  static constexpr int kInputs = 6, kOutputs = 7;
  static constexpr bool kInDouble = true, kScalar = true;

  template <class V>
  static TFI_FUNCTION void Evaluate(const V (&in)[kInputs],
                                    V (&out)[kOutputs]) {
    const double scale_p = in[2], scale_q = in[5], shift = in[1] - in[4];
    const bool valid = in[0] > 0 && in[3] > 0 && scale_p > 0 && scale_q > 0 &&
                       scale_p < Infinity<double>() &&
                       scale_q < Infinity<double>() &&
                       Abs(shift) < Infinity<double>();
    if (!valid) {
      for (double& x : out) x = NaN<double>();
      return;
    }
    internal::StudentTPair pair;
    pair.nu_p = Min(in[0], 1e20);
    pair.nu_q = Min(in[3], 1e20);
    pair.r = scale_p / scale_q;
    pair.excess = (scale_p - scale_q) / scale_q;
    pair.d = Abs(shift) / scale_q;
    // Beyond, squares overflow, and the steps outwards would find no end.
    constexpr double kMost = 1e140;
    if (!(pair.r < kMost && pair.r > 1 / kMost && pair.d < kMost &&
          pair.d / pair.r < kMost)) {
      for (double& x : out) x = NaN<double>();
      return;
    }
    const double log_r = SplitRatio(scale_p, scale_q, scale_p - scale_q).Log();
    pair.constant =
        internal::StudentTConstantDifference(pair.nu_p, pair.nu_q) + log_r;
    const auto of_p = StudentTConstantOf(0.5 * pair.nu_p);
    pair.log_p = of_p.value - kHalfLogTwoPi<double>;
    pair.slope_p = 0.5 * of_p.first;
    const auto of_q = StudentTConstantOf(0.5 * pair.nu_q);
    pair.log_q = (of_q.value - kHalfLogTwoPi<double>)+log_r;
    pair.slope_q = 0.5 * of_q.first;
    double sums[internal::kStudentTSums] = {};
    Integrate(pair, sums);
    for (double sum : sums) {
      if (sum == sum) continue;
      // Max() below would make a divergence of 0 of it.
      for (double& x : out) x = NaN<double>();
      return;
    }
    const double in_d = shift == 0 ? 0 : CopySign(sums[3], sums[3] * shift);
    out[0] = Max(sums[0], 0.0);
    out[1] = sums[1];
    out[2] = in_d / scale_q;
    out[3] = sums[2] / scale_p;
    out[4] = sums[4];
    out[5] = -in_d / scale_q;
    out[6] = sums[5] / scale_q;
  }

 private:
  static TFI_FUNCTION void Integrate(const internal::StudentTPair& pair,
                                     double (&sums)[internal::kStudentTSums]) {
    const double wide_p = Sqrt(pair.nu_p), wide_q = Sqrt(pair.nu_q) / pair.r;
    const double core_p = Min(1.0, wide_p);
    const double core_q = Min(1.0 / pair.r, wide_q);
    const double apart = pair.d / pair.r;
    // A centre next to the other is no nearer to the other's poles.
    const double first_p = Min(core_p, core_q + apart);
    const double first_q = Min(core_q, core_p + apart);
    const double middle = 0.5 * apart;
    internal::AddStudentTMiddle(pair, false, 1, first_p, middle, sums);
    internal::AddStudentTMiddle(pair, true, -1, first_q, apart - middle, sums);
    const double core = Max(core_p, core_q) + apart;
    internal::AddStudentTTail(pair, false, -1, first_p, core, sums);
    internal::AddStudentTTail(pair, true, 1, first_q, core, sums);
  }
};

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_STUDENT_T_DIVERGENCE_H_
