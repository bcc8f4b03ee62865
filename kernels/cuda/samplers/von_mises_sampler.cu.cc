// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// CUDA sampler of the von Mises distribution.

#include "kernels/cuda/cuda_sampler.h"
#include "kernels/special/random_von_mises.h"

namespace tf_implicit {
inline namespace TFI_TARGET {
namespace {

struct VonMisesElement {
  static constexpr bool kHasParameter = true;

  template <class T>
  static TFI_FUNCTION T Sample(const special::RandomStream& stream,
                               uint64_t element, T kappa, double) {
    return special::VonMisesSample(stream, element, kappa);
  }
};

}  // namespace
}  // namespace TFI_TARGET

void AddVonMisesCudaSamplers(CudaSamplers* samplers) {
  samplers->von_mises = MakeCudaSampler<VonMisesElement>();
}

}  // namespace tf_implicit
