// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The functions behind the ops of the Beta distribution function, one element
// at a time (CUDA). Processors take a tile at a time:
// kernels/cpu/betainc_loops.h, which has the same formulas and, for float,
// fewer terms.
//
// F, dF/da and the rest as in betainc.h: with r of beta.h,
// dF/da = -D r(a, b, x), dF/db = D r(b, a, 1-x), dF/dy = D.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_BETAINC_FUNCTIONS_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_BETAINC_FUNCTIONS_H_

#include "kernels/special/beta.h"
#include "kernels/special/betainc.h"
#include "kernels/special/betainc_inverse.h"
#include "kernels/special/number.h"
#include "kernels/special/scalar.h"
#include "kernels/special/student_t.h"
#include "kernels/special/student_t_cdf.h"
#include "kernels/special/student_t_density.h"

TFI_BEGIN_NAMESPACE

// weight * slope, 0 where the weight vanishes: the slope may be infinite there.
TFI_FUNCTION double WeighSlope(double weight, double slope) {
  return weight == 0 && slope == slope ? 0 : weight * slope;
}

// dF/dx = D / (x (1-x)); at the ends, where D is 0, by the exponent there.
TFI_FUNCTION double BetaDensityOfSample(double density, double a, double b,
                                        double x, double xi) {
  const double infinity = Infinity<double>();
  if (density != density) return density;
  if (x == 0) return a > 1 ? 0 : a == 1 ? b : infinity;
  if (xi == 0) return b > 1 ? 0 : b == 1 ? a : infinity;
  return density / x / xi;
}

// d log F / dx or d log(1 - F) / dx likewise, where `rate` is D / F: its limit
// at the end where the tail vanishes is infinite.
TFI_FUNCTION double BetaRateOfSample(double rate, double density_limit,
                                     double x, double xi) {
  if (rate == 0 && (x == 0 || xi == 0)) return density_limit;
  return rate / x / xi;
}

// From the slopes r(a, b, x) and r(b, a, 1-x): F_a, F_b, and F_y or F_x.
template <bool kLogit>
TFI_FUNCTION void SetBetaPartials(const double (&at)[4], double density,
                                  double slope_a, double slope_b,
                                  double (&out)[3]) {
  out[0] = WeighSlope(density, -slope_a);
  out[1] = WeighSlope(density, slope_b);
  out[2] = kLogit ? density
                  : BetaDensityOfSample(density, at[0], at[1], at[2], at[3]);
}

// The same of log F and log(1 - F), from D / F and D / (1 - F).
template <bool kLogit>
TFI_FUNCTION void SetLogBetaPartials(const double (&at)[4], double lower_rate,
                                     double upper_rate, double slope_a,
                                     double slope_b, double (&out)[6]) {
  out[0] = WeighSlope(lower_rate, -slope_a);
  out[1] = WeighSlope(lower_rate, slope_b);
  out[3] = WeighSlope(upper_rate, slope_a);
  out[4] = WeighSlope(upper_rate, -slope_b);
  if constexpr (kLogit) {
    out[2] = lower_rate;
    out[5] = -upper_rate;
  } else {
    const double limit =
        at[2] == 0 || at[3] == 0
            ? BetaDensityOfSample(0, at[0], at[1], at[2], at[3])
            : 0;
    out[2] = BetaRateOfSample(lower_rate, limit, at[2], at[3]);
    out[5] = -BetaRateOfSample(upper_rate, limit, at[2], at[3]);
  }
}

// What all of them are: in double, an element at a time where there is no loop.
template <int kInputCount, int kOutputCount>
struct BetaincScalar {
  static constexpr int kInputs = kInputCount, kOutputs = kOutputCount;
  static constexpr bool kInDouble = true, kScalar = true;
};

template <bool kLogit, int kInputCount>
TFI_FUNCTION void EvaluateBetaSlopes(const double (&in)[kInputCount],
                                     double (&at)[4], double* slope_a,
                                     double* slope_b) {
  at[0] = in[0];
  at[1] = in[1];
  double log_x, log_xi;
  if constexpr (kLogit) {
    Logistic(in[2], &at[2], &at[3]);
    log_x = in[2];
    log_xi = -in[2];
  } else {
    at[2] = in[2];
    at[3] = in[3];
    log_x = TinyLog(at[2]);
    log_xi = TinyLog(at[3]);
  }
  const double in_a[] = {at[0], at[1], at[2], log_x};
  const double in_b[] = {at[1], at[0], at[3], log_xi};
  double out[1];
  EvaluateScalar<LogitBetaSlopeFunction>(in_a, out);
  *slope_a = out[0];
  EvaluateScalar<LogitBetaSlopeFunction>(in_b, out);
  *slope_b = out[0];
}

// (a, b, x) -> F, 1 - F.
struct BetaincFunction : BetaincScalar<3, 2> {
  template <class V>
  static TFI_FUNCTION void Evaluate(const V (&in)[3], V (&out)[2]) {
    double tails[3];
    EvaluateScalar<AtSampleAlone<BetaincFor<double>>>(in, tails);
    out[0] = tails[0];
    out[1] = tails[1];
  }
};

// (a, b, x, 1-x) -> F_a, F_b, F_x.
struct BetaincPartialsFunction : BetaincScalar<4, 3> {
  template <class V>
  static TFI_FUNCTION void Evaluate(const V (&in)[4], V (&out)[3]) {
    double tails[3], at[4], slope_a, slope_b;
    EvaluateScalar<BetaincFor<double>>(in, tails);
    EvaluateBetaSlopes<false>(in, at, &slope_a, &slope_b);
    SetBetaPartials<false>(at, tails[2], slope_a, slope_b, out);
  }
};

// (a, b, x) -> log F, log(1 - F).
struct LogBetaincFunction : BetaincScalar<3, 2> {
  template <class V>
  static TFI_FUNCTION void Evaluate(const V (&in)[3], V (&out)[2]) {
    double tails[4];
    EvaluateScalar<AtSampleAlone<LogBetaincFor<double>>>(in, tails);
    out[0] = tails[0];
    out[1] = tails[1];
  }
};

// (a, b, x, 1-x) -> the derivatives in a, b and x of log F, then of log(1 - F).
struct LogBetaincPartialsFunction : BetaincScalar<4, 6> {
  template <class V>
  static TFI_FUNCTION void Evaluate(const V (&in)[4], V (&out)[6]) {
    double tails[4], at[4], slope_a, slope_b;
    EvaluateScalar<LogBetaincFor<double>>(in, tails);
    EvaluateBetaSlopes<false>(in, at, &slope_a, &slope_b);
    SetLogBetaPartials<false>(at, tails[2], tails[3], slope_a, slope_b, out);
  }
};

// (a, b, logit) -> the same.
struct LogitBetaCdfFunction : BetaincScalar<3, 2> {
  template <class V>
  static TFI_FUNCTION void Evaluate(const V (&in)[3], V (&out)[2]) {
    double tails[3];
    EvaluateScalar<LogitBetaincFor<double>>(in, tails);
    out[0] = tails[0];
    out[1] = tails[1];
  }
};

struct LogitBetaCdfPartialsFunction : BetaincScalar<3, 3> {
  template <class V>
  static TFI_FUNCTION void Evaluate(const V (&in)[3], V (&out)[3]) {
    double tails[3], at[4], slope_a, slope_b;
    EvaluateScalar<LogitBetaincFor<double>>(in, tails);
    EvaluateBetaSlopes<true>(in, at, &slope_a, &slope_b);
    SetBetaPartials<true>(at, tails[2], slope_a, slope_b, out);
  }
};

struct LogitBetaLogCdfFunction : BetaincScalar<3, 2> {
  template <class V>
  static TFI_FUNCTION void Evaluate(const V (&in)[3], V (&out)[2]) {
    double tails[4];
    EvaluateScalar<LogLogitBetaincFor<double>>(in, tails);
    out[0] = tails[0];
    out[1] = tails[1];
  }
};

struct LogitBetaLogCdfPartialsFunction : BetaincScalar<3, 6> {
  template <class V>
  static TFI_FUNCTION void Evaluate(const V (&in)[3], V (&out)[6]) {
    double tails[4], at[4], slope_a, slope_b;
    EvaluateScalar<LogLogitBetaincFor<double>>(in, tails);
    EvaluateBetaSlopes<true>(in, at, &slope_a, &slope_b);
    SetLogBetaPartials<true>(at, tails[2], tails[3], slope_a, slope_b, out);
  }
};

// The root of I(a, b, logistic(y)) = target to single precision, or NaN.
TFI_FUNCTION double FindLogitQuantile(double a, double b,
                                      const TailTarget<double>& target) {
  BetaSearch<double> state = {BetaQuantileStart(a, b, target), 0};
  for (int step = 0; step < kMaxBetaSteps; ++step) {
    const double at[] = {a, b, state.y};
    double tails[4];
    EvaluateScalar<LogLogitBetaincFor<float>>(at, tails);
    if (AdvanceBetaSearch(a, b, target, tails, &state) != 0) return state.y;
    if (state.y != state.y) break;
  }
  return NaN<double>();
}

// Whether p and 1-p are a probability and its complement.
TFI_FUNCTION bool IsTailPair(double p, double q) {
  return p >= 0 && q >= 0 && p <= 1 && q <= 1;
}

// (a, b, p, 1-p) -> x, 1-x with F(x) = p.
struct BetaincinvFunction : BetaincScalar<4, 2> {
  template <class V>
  static TFI_FUNCTION void Evaluate(const V (&in)[4], V (&out)[2]) {
    const double a = in[0], b = in[1], p = in[2], q = in[3];
    if (!(ValidConcentrations(a, b) && IsTailPair(p, q))) {
      out[0] = out[1] = NaN<double>();
    } else if (p == 0 || q == 0) {
      out[0] = p == 0 ? 0 : 1;
      out[1] = p == 0 ? 1 : 0;
    } else {
      const TailTarget<double> target = TargetOf(p, q);
      const double y = FindLogitQuantile(a, b, target);
      Logistic(y, &out[0], &out[1]);
      const double at[] = {a, b, out[0], out[1]};
      double tails[6];
      EvaluateScalar<BetaincOfSample<double, AllBetaTails, 6>>(at, tails);
      MoveLogit(LastBetaStep(a, b, out[0], out[1], target, tails), &out[0],
                &out[1]);
    }
  }
};

// (a, b, p, 1-p) -> the logit of that x.
struct LogitBetaQuantileFunction : BetaincScalar<4, 1> {
  template <class V>
  static TFI_FUNCTION void Evaluate(const V (&in)[4], V (&out)[1]) {
    const double a = in[0], b = in[1], p = in[2], q = in[3];
    if (!(ValidConcentrations(a, b) && IsTailPair(p, q))) {
      out[0] = NaN<double>();
    } else if (p == 0 || q == 0) {
      out[0] = p == 0 ? -Infinity<double>() : Infinity<double>();
    } else {
      const TailTarget<double> target = TargetOf(p, q);
      const double y = FindLogitQuantile(a, b, target);
      const double at[] = {a, b, y};
      double tails[6], x, xi;
      EvaluateScalar<BetaincOfLogit<double, AllBetaTails, 6>>(at, tails);
      Logistic(y, &x, &xi);
      out[0] = y + LastBetaStep(a, b, x, xi, target, tails);
    }
  }
};

// (df, x) -> F, 1 - F.
struct StudentTCdfFunction : BetaincScalar<2, 2> {
  template <class V>
  static TFI_FUNCTION void Evaluate(const V (&in)[2], V (&out)[2]) {
    double tails[3];
    EvaluateScalar<StudentTCdfFor<double>>(in, tails);
    out[0] = tails[0];
    out[1] = tails[1];
  }
};

// -> dF/ddf, dF/dx.
struct StudentTCdfPartialsFunction : BetaincScalar<2, 2> {
  template <class V>
  static TFI_FUNCTION void Evaluate(const V (&in)[2], V (&out)[2]) {
    double tails[3], slope[1];
    EvaluateScalar<StudentTCdfFor<double>>(in, tails);
    EvaluateScalar<RandomStudentTGradFunction>(in, slope);
    out[0] = WeighSlope(tails[2], -slope[0]);
    out[1] = tails[2];
  }
};

// -> log F, log(1 - F).
struct StudentTLogCdfFunction : BetaincScalar<2, 2> {
  template <class V>
  static TFI_FUNCTION void Evaluate(const V (&in)[2], V (&out)[2]) {
    double tails[4];
    EvaluateScalar<LogStudentTCdfFor<double>>(in, tails);
    out[0] = tails[0];
    out[1] = tails[1];
  }
};

// -> the derivatives in df and x of log F, then of log(1 - F).
struct StudentTLogCdfPartialsFunction : BetaincScalar<2, 4> {
  template <class V>
  static TFI_FUNCTION void Evaluate(const V (&in)[2], V (&out)[4]) {
    double tails[4], slope[1];
    EvaluateScalar<LogStudentTCdfFor<double>>(in, tails);
    EvaluateScalar<RandomStudentTGradFunction>(in, slope);
    out[0] = WeighSlope(tails[2], -slope[0]);
    out[1] = tails[2];
    out[2] = WeighSlope(tails[3], slope[0]);
    out[3] = -tails[3];
  }
};

// (df, p, 1-p) -> x with F(x) = p.
struct StudentTQuantileFunction : BetaincScalar<3, 1> {
  template <class V>
  static TFI_FUNCTION void Evaluate(const V (&in)[3], V (&out)[1]) {
    const double nu = BoundedStudentTDf(in[0]), p = in[1], q = in[2];
    const double tail = p < q ? p : q;
    double root = NaN<double>();
    if (nu > 0 && IsTailPair(p, q)) {
      if (tail == 0 || 2 * tail == 1) {
        root = tail == 0 ? Infinity<double>() : 0;
      } else {
        const TailTarget<double> target = TargetOf(1 - 2 * tail, 2 * tail);
        const double y = FindLogitQuantile(0.5, 0.5 * nu, target);
        root = Sqrt(nu) * Exp(0.5 * y);
        const double at[] = {nu, root};
        double tails[6], x, xi;
        EvaluateScalar<StudentTCdfOf<double, AbsStudentTOutputs, 6>>(at, tails);
        Logistic(y, &x, &xi);
        const double step =
            0.5 * LastBetaStep(0.5, 0.5 * nu, x, xi, target, tails);
        if (root < Infinity<double>()) {
          root = root + root * (step + 0.5 * step * step);
        }
      }
    }
    out[0] = p < q ? -root : root;
  }
};

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_BETAINC_FUNCTIONS_H_
