// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Samplers over arrays, one function per distribution, number type and target,
// and the table from which a kernel takes those that suit this processor. Free
// of TensorFlow.
//
// The value of an element depends on the seed, its position and its parameter
// alone: not on the target, the thread, the neighbours or where an array is
// cut.

#ifndef TF_IMPLICIT_KERNELS_CPU_SAMPLERS_H_
#define TF_IMPLICIT_KERNELS_CPU_SAMPLERS_H_

#include <stdint.h>

#include <type_traits>

#include "kernels/cpu/cpu_target.h"

namespace tf_implicit {

// All 128 bits count. Seeds need not look random: they are whitened.
struct RandomSeed {
  uint64_t word[2];
};

// out[i] = sample number first_element + i, for 0 <= i < n. Its parameter is
// parameters[(first_element + i) % period]: a period of 1 for one parameter, of
// the length of the last axes for parameters that are broadcast along the
// first, of the number of elements for one parameter each. Any first_element
// >= 0 and n >= 0; cuts at multiples of 32 elements save work, at multiples of
// kSamplerChunk they cost nothing.
template <class T>
using SampleLoop = void (*)(const RandomSeed& seed, int64_t first_element,
                            int64_t n, const T* parameters, int64_t period,
                            T* out);

// As SampleLoop, for samples on the sphere in a space of an integer `dimension`
// >= 2.
template <class T>
using SphereSampleLoop = void (*)(const RandomSeed& seed, double dimension,
                                  int64_t first_element, int64_t n,
                                  const T* parameters, int64_t period, T* out);

inline constexpr int64_t kSamplerChunk = 1024;

// Rows first_row .. first_row + rows - 1 of Dirichlet samples with `components`
// entries each: probabilities[j] and, unless null, log_gamma[j] for
// j = 0 .. rows * components - 1, where log_gamma are the samples that
// SampleLoop kLogGamma draws for elements first_row * components + j, and each
// row of probabilities is exp(log_gamma) divided by its sum. Parameters as in
// SampleLoop. A row with a NaN or an infinity among its parameters, or without
// any that is > 0, is NaN.
template <class T>
using DirichletLoop = void (*)(const RandomSeed& seed, int64_t first_row,
                               int64_t rows, int64_t components,
                               const T* parameters, int64_t period,
                               T* probabilities, T* log_gamma);

template <class T>
struct Samplers {
  // Standard normal. No parameter: null, with period 1.
  SampleLoop<T> normal = nullptr;
  // Gamma(alpha, 1), and the logarithm of the same sample.
  SampleLoop<T> gamma = nullptr;
  SampleLoop<T> log_gamma = nullptr;
  // Angle in [-pi, pi] about 0, of concentration kappa.
  SampleLoop<T> von_mises = nullptr;
  // Angle in [0, pi] from the mean direction, of concentration kappa.
  SphereSampleLoop<T> von_mises_fisher_angle = nullptr;
  DirichletLoop<T> dirichlet = nullptr;
};

struct SamplerTable {
  Samplers<float> of_float;
  Samplers<double> of_double;

  template <class T>
  const Samplers<T>& get() const {
    if constexpr (std::is_same<T, double>::value) {
      return of_double;
    } else {
      return of_float;
    }
  }
};

// The samplers for a target that this processor supports.
const SamplerTable& SamplersFor(CpuTarget target);

// The samplers that the ops use: SamplersFor(SelectedCpuTarget()).
const SamplerTable& SelectedSamplers();

}  // namespace tf_implicit

#endif  // TF_IMPLICIT_KERNELS_CPU_SAMPLERS_H_
