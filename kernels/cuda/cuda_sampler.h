// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// What the CUDA samplers have in common; for samplers/ only. These are compiled
// with -fmad=false, so that a sample has the bits that it has on the processor.

#ifndef TF_IMPLICIT_KERNELS_CUDA_CUDA_SAMPLER_H_
#define TF_IMPLICIT_KERNELS_CUDA_CUDA_SAMPLER_H_

#include "kernels/cuda/cuda_kernel.h"
#include "kernels/special/random_bits.h"

namespace tf_implicit {
inline namespace TFI_TARGET {

// An Element draws a sample:
//
//   static constexpr bool kHasParameter;
//   template <class T>
//   static T Sample(const special::RandomStream& stream, uint64_t element,
//                   T parameter, double dimension);
template <class Element, class Real>
__global__ void __launch_bounds__(kCudaBlock)
    SampleKernel(const __grid_constant__ CudaSample sample) {
  const special::RandomStream stream = {sample.seed.key[0], sample.seed.key[1],
                                        sample.seed.offset};
  const Real smallest = static_cast<Real>(sample.smallest);
  for (CudaRange i(sample.shape.size); i.more(); ++i) {
    Real parameter = 0;
    if constexpr (Element::kHasParameter) {
      parameter =
          ReadCuda<Real>(sample.storage, sample.parameter.data,
                         CudaOffset(sample.shape, sample.parameter, *i));
    }
    const Real x =
        Element::template Sample<Real>(stream, *i, parameter, sample.dimension);
    // Written so that NaN stays.
    WriteCuda(sample.out_storage, x < smallest ? smallest : x, sample.out, *i);
  }
}

template <class Element, class Real>
const char* LaunchSample(CudaStream stream, const CudaSample& sample) {
  return LaunchCuda(stream, sample.shape.size, SampleKernel<Element, Real>,
                    sample);
}

template <class Element>
CudaSampler<CudaSampleLoop> MakeCudaSampler() {
  return {LaunchSample<Element, float>, LaunchSample<Element, double>};
}

}  // namespace TFI_TARGET
}  // namespace tf_implicit

#endif  // TF_IMPLICIT_KERNELS_CUDA_CUDA_SAMPLER_H_
