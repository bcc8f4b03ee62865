// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// What a special function looks like to the loops of kernels/cpu, the CUDA
// kernels and the tests: a struct without members, named after its op.
//
//   struct RandomGammaGradFunction {
//     static constexpr int kInputs = 2, kOutputs = 1;
//     // The outputs of one element: V is a scalar or a vector of lanes.
//     template <class V>
//     static void Evaluate(const V (&in)[kInputs], V (&out)[kOutputs]);
//   };
//
// One with regions has, instead of that Evaluate,
//
//     // How many regions; they may differ between float and double.
//     template <class T> static constexpr int kRegions = ...;
//     // The region of each lane, in [0, kRegions).
//     template <class V> static Integer<V> Region(const V (&in)[kInputs]);
//     // The outputs of lanes that all lie in region kRegion.
//     template <int kRegion, class V>
//     static void Evaluate(const V (&in)[kInputs], V (&out)[kOutputs]);
//
// and the loops sort the elements by region. Either may say
//
//     // Evaluated in double whatever the type of the arrays: for functions
//     // that lose a few digits on the way, or are seldom what takes the time.
//     static constexpr bool kInDouble = true;
//
// and the one without regions
//
//     // V is a scalar always, and elements are taken one by one: for branches
//     // and loops that end at a different time for each.
//     static constexpr bool kScalar = true;
//
// Either may say, if it is for vectors,
//
//     // The first inputs are the parameters of a law. Where they repeat, with
//     // any period, what depends on them alone is computed once for many
//     // elements: for functions of which that is a good part.
//     static constexpr int kParameters = 2;
//
// An output depends on the inputs of its own element alone.
//
// A value with and without its derivatives is one formula and two functions:
//
//   struct LogBetaFunction : FirstOutputs<LogBetaPartialsFunction, 1> {};
//
// What only the left out outputs need is not computed, if the compiler sees
// that nobody reads it: that is so without loops that carry it along. A formula
// over a number type (dual.h), as a plain number or with derivatives, is
// certain not to.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_FUNCTION_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_FUNCTION_H_

#include <type_traits>

#include "kernels/special/number.h"

TFI_BEGIN_NAMESPACE

template <class Function, class = void>
inline constexpr bool kHasRegions = false;
template <class Function>
inline constexpr bool kHasRegions<
    Function, std::void_t<decltype(Function::template kRegions<float>)>> = true;

template <class Function, class = void>
inline constexpr bool kIsDoubleFunction = false;
template <class Function>
inline constexpr bool
    kIsDoubleFunction<Function, std::void_t<decltype(Function::kInDouble)>> =
        Function::kInDouble;

// The type that Function is evaluated in for arrays of T.
template <class Function, class T>
using WorkingType = std::conditional_t<kIsDoubleFunction<Function>, double, T>;

template <class Function, class = void>
inline constexpr bool kIsScalarFunction = false;
template <class Function>
inline constexpr bool
    kIsScalarFunction<Function, std::void_t<decltype(Function::kScalar)>> =
        Function::kScalar;

template <class Function, class = void>
inline constexpr int kParametersOf = 0;
template <class Function>
inline constexpr int
    kParametersOf<Function, std::void_t<decltype(Function::kParameters)>> =
        Function::kParameters;

// Outputs kFirst to kFirst + kCount - 1 of All, in the same precision and
// regions.
template <class All, int kFirst, int kCount>
struct SomeOutputs : All {
  static_assert(kFirst + kCount <= All::kOutputs);
  static constexpr int kOutputs = kCount;

  template <class V>
  TFI_FUNCTION static void Evaluate(const V (&in)[All::kInputs],
                                    V (&out)[kCount]) {
    V all[All::kOutputs];
    All::Evaluate(in, all);
    for (int k = 0; k < kCount; ++k) out[k] = all[kFirst + k];
  }

  template <int kRegion, class V>
  TFI_FUNCTION static void Evaluate(const V (&in)[All::kInputs],
                                    V (&out)[kCount]) {
    V all[All::kOutputs];
    All::template Evaluate<kRegion, V>(in, all);
    for (int k = 0; k < kCount; ++k) out[k] = all[kFirst + k];
  }
};

template <class All, int kCount>
using FirstOutputs = SomeOutputs<All, 0, kCount>;

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_FUNCTION_H_
