// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// CUDA samplers: normal, Gamma, log-Gamma and Dirichlet.

#include <limits>

#include "kernels/cuda/cuda_sampler.h"
#include "kernels/special/random_functions.h"
#include "kernels/special/random_gamma.h"
#include "kernels/special/random_normal.h"

namespace tf_implicit {
inline namespace TFI_TARGET {
namespace {

using special::Max;
using special::ScaledExp;

struct NormalElement {
  static constexpr bool kHasParameter = false;

  template <class T>
  static TFI_FUNCTION T Sample(const special::RandomStream& stream,
                               uint64_t element, T, double) {
    return special::NormalSample<T>(stream, element);
  }
};

template <bool kLog>
struct GammaElement {
  static constexpr bool kHasParameter = true;

  template <class T>
  static TFI_FUNCTION T Sample(const special::RandomStream& stream,
                               uint64_t element, T alpha, double) {
    return special::GammaSample<kLog>(stream, element, alpha);
  }
};

// The rows of a Dirichlet sample are exp(draws) divided by its sum. The sums
// are taken in the order of gamma_sampler.cc: up to kShortRow components
// one after the other, and beyond in kSlots partial sums, element j in number
// j % kSlots, that are added pairwise.
constexpr int kShortRow = 16;
constexpr int kSlots = 16;
static_assert(2 * kSlots == kCudaDirichletScratch);

// exp(x), or 0 where that cannot change a sum that is at least 1.
template <class T>
TFI_FUNCTION T SummandExp(T x) {
  return x < T(-80) ? T(0) : ScaledExp(T(1), x);
}

// The outputs of element i, from its draw and its row's largest draw and scale.
template <class Real>
TFI_FUNCTION void WriteComponent(const CudaDirichlet& d, int64_t i, Real draw,
                                 Real largest, Real scale) {
  const Real p = ScaledExp(scale, draw - largest);
  const Real smallest = static_cast<Real>(d.sample.smallest);
  WriteCuda(d.sample.storage, p < smallest ? smallest : p, d.probabilities, i);
  if (d.log_gamma != d.draws) {
    WriteCuda(d.sample.storage, draw, d.log_gamma, i);
  }
}

// A thread for each row of at most kShortRow components.
template <class Real>
__global__ void __launch_bounds__(kCudaBlock)
    NormalizeShortRows(const __grid_constant__ CudaDirichlet d) {
  const int components = static_cast<int>(d.components);
  for (CudaRange row(d.sample.shape.size / components); row.more(); ++row) {
    const int64_t first = *row * components;
    const Real* const draws = static_cast<const Real*>(d.draws) + first;
    Real largest = -special::Infinity<Real>();
    for (int j = 0; j < components; ++j) largest = Max(largest, draws[j]);
    Real sum = 0;
    for (int j = 0; j < components; ++j) {
      sum = sum + SummandExp(draws[j] - largest);
    }
    const Real scale = Real(1) / sum;
    for (int j = 0; j < components; ++j) {
      WriteComponent(d, first + j, draws[j], largest, scale);
    }
  }
}

// Of a longer row: the largest of the elements of each slot, in the first half
// of the row's scratch. A thread for each slot of each row.
template <class Real>
__global__ void __launch_bounds__(kCudaBlock)
    FindLargest(const __grid_constant__ CudaDirichlet d) {
  Real* const scratch = static_cast<Real*>(d.scratch);
  for (CudaRange i(d.sample.shape.size / d.components * kSlots); i.more();
       ++i) {
    const int64_t row = *i / kSlots, slot = *i % kSlots;
    const Real* const draws =
        static_cast<const Real*>(d.draws) + row * d.components;
    Real largest = -special::Infinity<Real>();
    for (int64_t j = slot; j < d.components; j += kSlots) {
      largest = Max(largest, draws[j]);
    }
    scratch[row * kCudaDirichletScratch + slot] = largest;
  }
}

template <class Real>
TFI_FUNCTION Real LargestOfRow(const Real* scratch) {
  Real largest = scratch[0];
  for (int k = 1; k < kSlots; ++k) largest = Max(largest, scratch[k]);
  return largest;
}

// The partial sums, in the second half.
template <class Real>
__global__ void __launch_bounds__(kCudaBlock)
    SumSlots(const __grid_constant__ CudaDirichlet d) {
  for (CudaRange i(d.sample.shape.size / d.components * kSlots); i.more();
       ++i) {
    const int64_t row = *i / kSlots, slot = *i % kSlots;
    Real* const scratch =
        static_cast<Real*>(d.scratch) + row * kCudaDirichletScratch;
    const Real* const draws =
        static_cast<const Real*>(d.draws) + row * d.components;
    const Real largest = LargestOfRow(scratch);
    Real sum = 0;
    for (int64_t j = slot; j < d.components; j += kSlots) {
      sum = sum + SummandExp(draws[j] - largest);
    }
    scratch[kSlots + slot] = sum;
  }
}

// A thread for each element.
template <class Real>
__global__ void __launch_bounds__(kCudaBlock)
    NormalizeLongRows(const __grid_constant__ CudaDirichlet d) {
  for (CudaRange i(d.sample.shape.size); i.more(); ++i) {
    const Real* const scratch = static_cast<const Real*>(d.scratch) +
                                *i / d.components * kCudaDirichletScratch;
    Real sums[kSlots];
    TFI_UNROLL(16)
    for (int k = 0; k < kSlots; ++k) sums[k] = scratch[kSlots + k];
    TFI_UNROLL(16)
    for (int width = kSlots / 2; width > 0; width /= 2) {
      TFI_UNROLL(16)
      for (int k = 0; k < width; ++k) sums[k] += sums[k + width];
    }
    WriteComponent(d, *i, static_cast<const Real*>(d.draws)[*i],
                   LargestOfRow(scratch), Real(1) / sums[0]);
  }
}

template <class Real>
const char* LaunchDirichlet(CudaStream stream, const CudaDirichlet& dirichlet) {
  const int64_t size = dirichlet.sample.shape.size;
  const int64_t rows = size / dirichlet.components;
  CudaSample draws = dirichlet.sample;
  draws.out = dirichlet.draws;
  draws.smallest = -std::numeric_limits<double>::infinity();
  draws.out_storage =
      special::kIsDouble<Real> ? CudaStorage::kDouble : CudaStorage::kFloat;
  const char* error = LaunchSample<GammaElement<true>, Real>(stream, draws);
  if (error != nullptr) return error;
  if (dirichlet.components <= kShortRow) {
    return LaunchCuda(stream, rows, NormalizeShortRows<Real>, dirichlet);
  }
  for (auto kernel : {FindLargest<Real>, SumSlots<Real>}) {
    error = LaunchCuda(stream, rows * kSlots, kernel, dirichlet);
    if (error != nullptr) return error;
  }
  return LaunchCuda(stream, size, NormalizeLongRows<Real>, dirichlet);
}

}  // namespace
}  // namespace TFI_TARGET

void AddGammaCudaSamplers(CudaSamplers* samplers) {
  samplers->normal = MakeCudaSampler<NormalElement>();
  samplers->gamma = MakeCudaSampler<GammaElement<false>>();
  samplers->log_gamma = MakeCudaSampler<GammaElement<true>>();
  samplers->dirichlet = {LaunchDirichlet<float>, LaunchDirichlet<double>};
}

}  // namespace tf_implicit
