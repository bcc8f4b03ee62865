// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// A function of map_regions.h whose formulas hold over a part of the range of
// floating-point numbers, extended to all inputs: products of concentrations
// would over- or underflow beyond it.
//
// WithWideRange<Function> adds one region. Elements outside of the formulas'
// range are evaluated one by one, float in double, whose formulas reach beyond
// the range of float; so are subnormal floats. What is not in the domain, or in
// double is still outside of the range, is NaN.
//
//   // Where Evaluate() holds in the type of `in`: a mask.
//   template <class V> static auto InRange(const V (&in)[kInputs]);

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_WIDE_RANGE_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_WIDE_RANGE_H_

#include "kernels/special/number.h"
#include "kernels/special/scalar.h"

TFI_BEGIN_NAMESPACE

// Concentrations whose products of up to three factors neither overflow nor
// lose digits to underflow: 2^-31..2^34 (5e-10..1.7e10) in float, 2^-250..2^250
// in double. False for NaN.
template <class V>
TFI_FUNCTION auto IsOrdinaryConcentration(V t) {
  using T = Scalar<V>;
  constexpr T kLeast = kIsDouble<V> ? T(0x1p-250) : T(0x1p-31);
  constexpr T kMost = kIsDouble<V> ? T(0x1p250) : T(0x1p34);
  return (t >= kLeast) & (t <= kMost);
}

// out = Function(in) in double, rounded; NaN outside of its range there.
template <class Function, class T>
TFI_OUTLINE void EvaluateInDouble(const T (&in)[Function::kInputs],
                                  T (&out)[Function::kOutputs]) {
  double x[Function::kInputs], y[Function::kOutputs];
  for (int k = 0; k < Function::kInputs; ++k) x[k] = in[k];
  if (!kIsDouble<T> && Function::template InRange<double>(x)) {
    EvaluateScalar<Function, double>(x, y);
  } else {
    for (int k = 0; k < Function::kOutputs; ++k) y[k] = NaN<double>();
  }
  for (int k = 0; k < Function::kOutputs; ++k) out[k] = static_cast<T>(y[k]);
}

template <class Function>
struct WithWideRange {
  static constexpr int kInputs = Function::kInputs;
  static constexpr int kOutputs = Function::kOutputs;
  static constexpr int kParameters = kParametersOf<Function>;
  template <class T>
  static constexpr int kRegions = Function::template kRegions<T> + 1;

  template <class V>
  static TFI_FUNCTION Integer<V> Region(const V (&in)[kInputs]) {
    constexpr ScalarInteger<V> kWide = Function::template kRegions<Scalar<V>>;
    return Select(Function::template InRange<V>(in),
                  Function::template Region<V>(in), Integer<V>{} + kWide);
  }

  template <int kRegion, class V>
  static TFI_FUNCTION void Evaluate(const V (&in)[kInputs],
                                    V (&out)[kOutputs]) {
    using T = Scalar<V>;
    if constexpr (kRegion < Function::template kRegions<T>) {
      Function::template Evaluate<kRegion, V>(in, out);
    } else if constexpr (kIsScalar<V>) {
      EvaluateInDouble<Function>(in, out);
    } else {
      TFI_NO_UNROLL
      for (int i = 0; i < NumberTraits<V>::kLanes; ++i) {
        T x[kInputs], y[kOutputs];
        for (int k = 0; k < kInputs; ++k) x[k] = in[k][i];
        EvaluateInDouble<Function>(x, y);
        for (int k = 0; k < kOutputs; ++k) out[k][i] = y[k];
      }
    }
  }
};

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_WIDE_RANGE_H_
