// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Evaluates a special function for one element: CUDA kernels and tests.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_SCALAR_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_SCALAR_H_

#include "kernels/special/function.h"
#include "kernels/special/number.h"

TFI_BEGIN_NAMESPACE

// out = Function(in) in the precision of T, where a Function is what function.h
// describes.
template <class Function, class T, int kRegion = 0>
TFI_FUNCTION void EvaluateScalar(const T (&in)[Function::kInputs],
                                 T (&out)[Function::kOutputs]) {
  if constexpr (!kHasRegions<Function>) {
    Function::template Evaluate<T>(in, out);
  } else if constexpr (kRegion == Function::template kRegions<T> - 1) {
    Function::template Evaluate<kRegion, T>(in, out);
  } else if (Function::template Region<T>(in) == kRegion) {
    Function::template Evaluate<kRegion, T>(in, out);
  } else {
    EvaluateScalar<Function, T, kRegion + 1>(in, out);
  }
}

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_SCALAR_H_
