// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Forward-mode differentiation: a number that carries its derivatives in
// kSize directions. A formula written over a number type U works for U = V and
// for U = Dual<V, kSize>, so that a derivative travels through the same
// recurrence as the value.
//
// Seed the inputs with Dual<V, kSize>::Variable(x, k): direction k is d/dx. The
// chain rule does not fold products with the zeros of the seeds, so
// hand-written derivatives are faster where that matters.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_DUAL_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_DUAL_H_

#include <type_traits>

#include "kernels/special/digamma.h"
#include "kernels/special/log_ratio.h"
#include "kernels/special/number.h"

TFI_BEGIN_NAMESPACE

template <class V, int kSize>
struct Dual {
  V value;
  V derivative[kSize];

  static TFI_FUNCTION Dual Constant(V x) {
    Dual r;
    r.value = x;
    for (int k = 0; k < kSize; ++k) r.derivative[k] = V{};
    return r;
  }

  // The input with respect to which direction k differentiates.
  static TFI_FUNCTION Dual Variable(V x, int k) {
    Dual r = Constant(x);
    r.derivative[k] = Broadcast<V>(1);
    return r;
  }

  friend TFI_FUNCTION Dual operator-(const Dual& x) {
    Dual r;
    r.value = -x.value;
    for (int k = 0; k < kSize; ++k) r.derivative[k] = -x.derivative[k];
    return r;
  }

  friend TFI_FUNCTION Dual operator+(const Dual& x, const Dual& y) {
    Dual r;
    r.value = x.value + y.value;
    for (int k = 0; k < kSize; ++k) {
      r.derivative[k] = x.derivative[k] + y.derivative[k];
    }
    return r;
  }

  friend TFI_FUNCTION Dual operator-(const Dual& x, const Dual& y) {
    Dual r;
    r.value = x.value - y.value;
    for (int k = 0; k < kSize; ++k) {
      r.derivative[k] = x.derivative[k] - y.derivative[k];
    }
    return r;
  }

  friend TFI_FUNCTION Dual operator*(const Dual& x, const Dual& y) {
    Dual r;
    r.value = x.value * y.value;
    for (int k = 0; k < kSize; ++k) {
      r.derivative[k] = x.derivative[k] * y.value + x.value * y.derivative[k];
    }
    return r;
  }

  friend TFI_FUNCTION Dual operator/(const Dual& x, const Dual& y) {
    Dual r;
    const V reciprocal = Scalar<V>(1) / y.value;
    r.value = x.value / y.value;
    for (int k = 0; k < kSize; ++k) {
      r.derivative[k] =
          (x.derivative[k] - r.value * y.derivative[k]) * reciprocal;
    }
    return r;
  }

  // With a constant C: a V or, where V is a vector, a number.
  template <class C>
  using IfConstant = typename std::enable_if<
      std::is_same<C, V>::value || std::is_arithmetic<C>::value, Dual>::type;

  template <class C>
  friend TFI_FUNCTION IfConstant<C> operator+(const Dual& x, C c) {
    Dual r = x;
    r.value = x.value + c;
    return r;
  }

  template <class C>
  friend TFI_FUNCTION IfConstant<C> operator+(C c, const Dual& x) {
    return x + c;
  }

  template <class C>
  friend TFI_FUNCTION IfConstant<C> operator-(const Dual& x, C c) {
    Dual r = x;
    r.value = x.value - c;
    return r;
  }

  template <class C>
  friend TFI_FUNCTION IfConstant<C> operator-(C c, const Dual& x) {
    return -x + c;
  }

  template <class C>
  friend TFI_FUNCTION IfConstant<C> operator*(const Dual& x, C c) {
    Dual r;
    r.value = x.value * c;
    for (int k = 0; k < kSize; ++k) r.derivative[k] = x.derivative[k] * c;
    return r;
  }

  template <class C>
  friend TFI_FUNCTION IfConstant<C> operator*(C c, const Dual& x) {
    return x * c;
  }

  template <class C>
  friend TFI_FUNCTION IfConstant<C> operator/(const Dual& x, C c) {
    Dual r;
    r.value = x.value / c;
    for (int k = 0; k < kSize; ++k) r.derivative[k] = x.derivative[k] / c;
    return r;
  }

  template <class C>
  friend TFI_FUNCTION IfConstant<C> operator/(C c, const Dual& x) {
    Dual r;
    r.value = c / x.value;
    const V slope = -r.value / x.value;
    for (int k = 0; k < kSize; ++k) r.derivative[k] = x.derivative[k] * slope;
    return r;
  }
};

template <class V, int kSize>
struct NumberTraits<Dual<V, kSize>> : NumberTraits<V> {};

// mask ? x : y, lane by lane, where the mask is one of V.
template <class M, class V, int kSize>
TFI_FUNCTION Dual<V, kSize> Select(M mask, const Dual<V, kSize>& x,
                                   const Dual<V, kSize>& y) {
  Dual<V, kSize> r;
  r.value = Select(mask, x.value, y.value);
  for (int k = 0; k < kSize; ++k) {
    r.derivative[k] = Select(mask, x.derivative[k], y.derivative[k]);
  }
  return r;
}

// sum_k c[k] x^k.
template <class V, int kDirections, class T, int kSize>
TFI_FUNCTION Dual<V, kDirections> Polynomial(const T (&c)[kSize],
                                             const Dual<V, kDirections>& x) {
  auto sum = Dual<V, kDirections>::Constant(Broadcast<V>(c[kSize - 1]));
  for (int k = kSize - 2; k >= 0; --k) sum = sum * x + c[k];
  return sum;
}

template <class V, int kSize>
TFI_FUNCTION Dual<V, kSize> LogRatio(const Dual<V, kSize>& x,
                                     const Dual<V, kSize>& y) {
  Dual<V, kSize> r;
  r.value = LogRatio(x.value, y.value);
  for (int k = 0; k < kSize; ++k) {
    r.derivative[k] = x.derivative[k] / x.value - y.derivative[k] / y.value;
  }
  return r;
}

template <class V, int kSize>
TFI_FUNCTION Dual<V, kSize> DigammaMinusLog(const Dual<V, kSize>& y) {
  using T = Scalar<V>;
  const Dual<V, kSize> u = T(1) / (y + T(0.5));
  if constexpr (kIsDouble<V>) {
    return u * Polynomial(kDigammaDouble, u * T(3) - T(1));
  } else {
    return u * Polynomial(kDigammaFloat, u * T(3) - T(1));
  }
}

// The number without its derivatives.
template <class V>
TFI_FUNCTION V ValueOf(V x) {
  return x;
}

template <class V, int kSize>
TFI_FUNCTION V ValueOf(const Dual<V, kSize>& x) {
  return x.value;
}

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_DUAL_H_
