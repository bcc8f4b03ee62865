// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The derivative of a Gamma sample by the method of the paper:
//
//   dz/da = -(dP(a, z)/da) / p(z; a),   P = igamma, p the density,
//
// from forward-mode differentiation in a of
//
//   condition           P(a, z)                                      source
//   z <= 1 or z <= a    (z p / a) S,  S = sum_k z^k / (a+1)_k        (13)
//   z > 1 and z > a     1 - z p K,  K the continued fraction         (12)
//
//   K = 1/(z + (1-a)/(1 + 1/(z + (2-a)/(1 + 2/(z + ...)))))
//
// With d(z p)/da = z p (log z - psi(a)) the density cancels:
//
//   dz/da = -(z / a) (S' + S (log z - psi(a + 1)))
//         =  z (K' + K (log z - psi(a))).
//
// Iterations end when the derivative changes by less than eps; the paper allows
// 200 in float and 500 in double. Here a cap that is hit gives NaN: for large
// a the sums need more than 6 sqrt(a) terms in double. gamma.h has the method
// without that limit.
//
// Differs from the paper's code: log z - psi(a) is formed at once (digamma.h),
// which loses less.
//
// References: M. Figurnov, S. Mohamed, A. Mnih, "Implicit reparameterization
// gradients", NeurIPS 2018, section 4 and Appendix B, arXiv:1805.08498. DLMF
// 8.7.1, 8.9.2, https://dlmf.nist.gov/8.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_GAMMA_PAPER_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_GAMMA_PAPER_H_

#include "kernels/special/digamma.h"
#include "kernels/special/gamma_density.h"
#include "kernels/special/number.h"

TFI_BEGIN_NAMESPACE

namespace internal {

template <class T>
inline constexpr int kPaperIterations = kIsDouble<T> ? 500 : 200;

// A function of a and its derivative.
template <class T>
struct ValueAndDerivative {
  T value;
  T derivative;
};

// S and S'; NaN at the cap.
template <class T>
TFI_FUNCTION ValueAndDerivative<T> PaperSeries(T a, T z) {
  constexpr T kEps = std::numeric_limits<T>::epsilon();
  ValueAndDerivative<T> term = {1, 0};
  ValueAndDerivative<T> sum = {1, 0};
  for (int k = 1; k <= kPaperIterations<T>; ++k) {
    const T ratio = z / (a + T(k));
    term.derivative = ratio * (term.derivative - term.value / (a + T(k)));
    term.value *= ratio;
    sum.value += term.value;
    sum.derivative += term.derivative;
    if (Abs(term.derivative) <= kEps * Abs(sum.derivative)) return sum;
  }
  return {NaN<T>(), NaN<T>()};
}

// p_n = denominator p_(n-1) + numerator p_(n-2), the recurrence of Wallis for
// numerators and denominators of convergents; `slope` is d(numerator)/da.
template <class T>
TFI_FUNCTION void WallisStep(T denominator, T numerator, T slope,
                             ValueAndDerivative<T>* last,
                             ValueAndDerivative<T>* last_but_one) {
  const ValueAndDerivative<T> next = {
      denominator * last->value + numerator * last_but_one->value,
      denominator * last->derivative + numerator * last_but_one->derivative +
          slope * last_but_one->value};
  *last_but_one = *last;
  *last = next;
}

// K and K'; NaN at the cap.
template <class T>
TFI_FUNCTION ValueAndDerivative<T> PaperContinuedFraction(T a, T z) {
  constexpr T kEps = std::numeric_limits<T>::epsilon();
  // Scaling both sequences down keeps them finite; a power of two is exact.
  constexpr T kLarge = T(int64_t{1} << 40);
  // The convergent 1/z and the one before it.
  ValueAndDerivative<T> p = {1, 0}, p_before = {0, 0};
  ValueAndDerivative<T> q = {z, 0}, q_before = {1, 0};
  T derivative = 0;
  for (int k = 1; k <= kPaperIterations<T>; ++k) {
    WallisStep(T(1), T(k) - a, T(-1), &p, &p_before);
    WallisStep(T(1), T(k) - a, T(-1), &q, &q_before);
    WallisStep(z, T(k), T(0), &p, &p_before);
    WallisStep(z, T(k), T(0), &q, &q_before);
    const T value = p.value / q.value;
    const T before = derivative;
    derivative = (p.derivative - value * q.derivative) / q.value;
    if (Abs(derivative - before) <= kEps * Abs(derivative)) {
      return {value, derivative};
    }
    if (Abs(q.value) > kLarge) {
      for (ValueAndDerivative<T>* x : {&p, &p_before, &q, &q_before}) {
        x->value /= kLarge;
        x->derivative /= kLarge;
      }
    }
  }
  return {NaN<T>(), NaN<T>()};
}

// dz/da over z, for a and z in [min, max / 4], min and max of the normal
// numbers.
template <class T>
TFI_FUNCTION T PaperLogGrad(T a, T z) {
  // log z - psi(a + 1), z as the divisor: it may be the smallest number.
  const T log_minus_digamma =
      -(LogRatio(a + T(1), z) + DigammaMinusLog(a + T(1)));
  if (z > 1 && z > a) {
    const auto k = PaperContinuedFraction(a, z);
    return k.derivative + k.value * (log_minus_digamma + T(1) / a);
  }
  const auto s = PaperSeries(a, z);
  return -(s.derivative + s.value * log_minus_digamma) / a;
}

// Whether a and z are in that range.
template <class T>
TFI_FUNCTION bool PaperSupports(T a, T z) {
  constexpr T kMax = std::numeric_limits<T>::max() / 4;
  constexpr T kMin = std::numeric_limits<T>::min();
  return a >= kMin && a <= kMax && z >= kMin && z <= kMax;
}

}  // namespace internal

// dz/da, the derivative of a sample z ~ Gamma(a, 1) at a fixed quantile.
//
// Types: float, double.
// Max error: see tests/special/gamma_test.cc; grows with a.
// Valid range: a > 0, z > 0, both normal numbers, as far as the iterations
// suffice; otherwise NaN. z = 0 gives 0, the limit; z = infinity gives
// infinity, the limit.
template <class T>
TFI_FUNCTION T RandomGammaGradPaper(T a, T z) {
  if (internal::PaperSupports(a, z)) return z * internal::PaperLogGrad(a, z);
  const bool limit =
      a > 0 && (z == 0 || (z == Infinity<T>() && a < Infinity<T>()));
  return limit ? z : NaN<T>();
}

// dP(a, z)/da, P the regularized lower incomplete gamma function.
//
// Types, max error, valid range: as RandomGammaGradPaper; the factor z p(z; a)
// adds the error that gamma_density.h states. z = 0 and z = infinity give 0.
template <class T>
TFI_FUNCTION T IgammaGradAPaper(T a, T z) {
  if (internal::PaperSupports(a, z)) {
    const GammaDensities<T> density = GammaDensity(a, z);
    return -(density.log_sample * internal::PaperLogGrad(a, z)) * density.unit;
  }
  const bool limit =
      a > 0 && (z == 0 || (z == Infinity<T>() && a < Infinity<T>()));
  return limit ? T(0) : NaN<T>();
}

struct RandomGammaGradPaperFunction {
  static constexpr int kInputs = 2, kOutputs = 1;
  static constexpr bool kScalar = true;

  template <class T>
  TFI_FUNCTION static void Evaluate(const T (&in)[2], T (&out)[1]) {
    out[0] = RandomGammaGradPaper(in[0], in[1]);
  }
};

struct IgammaGradAPaperFunction {
  static constexpr int kInputs = 2, kOutputs = 1;
  static constexpr bool kScalar = true;

  template <class T>
  TFI_FUNCTION static void Evaluate(const T (&in)[2], T (&out)[1]) {
    out[0] = IgammaGradAPaper(in[0], in[1]);
  }
};

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_GAMMA_PAPER_H_
