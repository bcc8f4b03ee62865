// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// CUDA sampler of the von Mises-Fisher distribution, in double whatever the
// type.

#include "kernels/cuda/cuda_sampler.h"
#include "kernels/special/number.h"
#include "kernels/special/random_von_mises.h"
#include "kernels/special/random_von_mises_fisher.h"

namespace tf_implicit {
inline namespace TFI_TARGET {
namespace {

struct VonMisesFisherAngleElement {
  static constexpr bool kHasParameter = true;

  template <class T>
  static TFI_FUNCTION T Sample(const special::RandomStream& stream,
                               uint64_t element, T kappa, double dimension) {
    // Rounding to float may go beyond pi.
    constexpr T kPiBelow = special::internal::kPiBelow<T>;
    const T angle = static_cast<T>(
        special::VonMisesFisherAngleSample(stream, element, dimension, kappa));
    return angle > kPiBelow ? kPiBelow : angle;
  }
};

}  // namespace
}  // namespace TFI_TARGET

void AddVonMisesFisherCudaSamplers(CudaSamplers* samplers) {
  samplers->von_mises_fisher_angle =
      MakeCudaSampler<VonMisesFisherAngleElement>();
}

}  // namespace tf_implicit
