// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The loop of a special function, for the tables of loops.h.

#ifndef TF_IMPLICIT_KERNELS_CPU_MAKE_LOOP_H_
#define TF_IMPLICIT_KERNELS_CPU_MAKE_LOOP_H_

#include "kernels/cpu/limits.h"
#include "kernels/cpu/loops.h"
#include "kernels/cpu/map_regions.h"
#include "kernels/cpu/map_roots.h"
#include "kernels/special/function.h"

namespace tf_implicit {
inline namespace TFI_TARGET {

// The loops over float and double arrays. A family may specialize it for a
// function that is best evaluated for a whole tile at a time.
template <class Function>
LoopEntry MakeLoop() {
  static_assert(Function::kInputs <= kMaxInputs);
  static_assert(Function::kOutputs <= kMaxOutputs);
  if constexpr (special::kIsSearch<Function>) {
    return {special::MapRoots<Function, float>,
            special::MapRoots<Function, double>, Function::kInputs,
            Function::kOutputs};
  } else {
    return {special::MapArrays<Function, float>,
            special::MapArrays<Function, double>, Function::kInputs,
            Function::kOutputs};
  }
}

// In double for either type; results in float take fewer terms.
template <template <class Result> class Function>
LoopEntry MakeLoopByResult() {
  using ForFloat = Function<float>;
  using ForDouble = Function<double>;
  return {special::MapArrays<ForFloat, float>,
          special::MapArrays<ForDouble, double>, ForDouble::kInputs,
          ForDouble::kOutputs};
}

}  // namespace TFI_TARGET
}  // namespace tf_implicit

#endif  // TF_IMPLICIT_KERNELS_CPU_MAKE_LOOP_H_
