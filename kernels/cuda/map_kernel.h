// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The CUDA kernel of a special function (kernels/special/function.h).

#ifndef TF_IMPLICIT_KERNELS_CUDA_MAP_KERNEL_H_
#define TF_IMPLICIT_KERNELS_CUDA_MAP_KERNEL_H_

#include "kernels/cuda/cuda_kernel.h"
#include "kernels/special/function.h"
#include "kernels/special/scalar.h"

namespace tf_implicit {
inline namespace TFI_TARGET {

// Real is the type that the arrays are read in.
template <class Function, class Real>
__global__ void __launch_bounds__(kCudaBlock)
    MapKernel(const __grid_constant__ CudaMap map) {
  using Working =
      std::conditional_t<special::kIsDoubleFunction<Function>, double, Real>;
  for (CudaRange i(map.shape.size); i.more(); ++i) {
    Working in[Function::kInputs], out[Function::kOutputs];
    for (int k = 0; k < Function::kInputs; ++k) {
      in[k] = ReadCuda<Real>(map.storage, map.inputs[k].data,
                             CudaOffset(map.shape, map.inputs[k], *i));
    }
    special::EvaluateScalar<Function, Working>(in, out);
    for (int k = 0; k < Function::kOutputs; ++k) {
      WriteCuda(map.storage, static_cast<Real>(out[k]), map.outputs[k], *i);
    }
  }
}

template <class Function, class Real>
const char* LaunchMap(CudaStream stream, const CudaMap& map) {
  return LaunchCuda(stream, map.shape.size, MapKernel<Function, Real>, map);
}

template <class Function>
CudaLoopEntry MakeCudaLoop() {
  static_assert(Function::kInputs <= kMaxInputs);
  static_assert(Function::kOutputs <= kMaxOutputs);
  return {LaunchMap<Function, float>, LaunchMap<Function, double>,
          Function::kInputs, Function::kOutputs};
}

}  // namespace TFI_TARGET
}  // namespace tf_implicit

#endif  // TF_IMPLICIT_KERNELS_CUDA_MAP_KERNEL_H_
