// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// See cuda_runtime.h beside it.

#ifndef TF_IMPLICIT_TESTS_GPU_EMULATION_CUDA_FP16_H_
#define TF_IMPLICIT_TESTS_GPU_EMULATION_CUDA_FP16_H_

#include <cmath>
#include <cstdint>

struct __half {
  std::uint16_t bits;
};

inline float __half2float(__half x) {
  const int exponent = x.bits >> 10 & 31, fraction = x.bits & 1023;
  float size;
  if (exponent == 31) {
    size = fraction == 0 ? INFINITY : NAN;
  } else if (exponent == 0) {
    size = std::ldexp(static_cast<float>(fraction), -24);
  } else {
    size = std::ldexp(static_cast<float>(1024 + fraction), exponent - 25);
  }
  return x.bits >> 15 ? -size : size;
}

// To nearest, ties to even.
inline __half __float2half_rn(float x) {
  const int sign = std::signbit(x) ? 0x8000 : 0;
  const float size = std::fabs(x);
  int bits;
  if (x != x) {
    bits = 0x7fff;
  } else if (size >= 65520) {
    bits = 0x7c00;
  } else {
    // Of the last place; nearbyint() rounds as asked. Carries go from the
    // fraction to the exponent by themselves.
    int exponent = -14;
    if (size > 0) exponent = std::max(exponent, std::ilogb(size));
    bits = static_cast<int>(std::nearbyint(std::ldexp(size, 10 - exponent))) +
           ((exponent + 14) << 10);
  }
  return {static_cast<std::uint16_t>(sign | bits)};
}

#endif  // TF_IMPLICIT_TESTS_GPU_EMULATION_CUDA_FP16_H_
