// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// See cuda_runtime.h beside it.

#ifndef TF_IMPLICIT_TESTS_GPU_EMULATION_CUDA_BF16_H_
#define TF_IMPLICIT_TESTS_GPU_EMULATION_CUDA_BF16_H_

#include <cstdint>
#include <cstring>

struct __nv_bfloat16 {
  std::uint16_t bits;
};

inline float __bfloat162float(__nv_bfloat16 x) {
  const std::uint32_t bits = std::uint32_t{x.bits} << 16;
  float result;
  std::memcpy(&result, &bits, sizeof(bits));
  return result;
}

// To nearest, ties to even.
inline __nv_bfloat16 __float2bfloat16_rn(float x) {
  if (x != x) return {0x7fff};
  std::uint32_t bits;
  std::memcpy(&bits, &x, sizeof(bits));
  bits += 0x7fff + (bits >> 16 & 1);
  return {static_cast<std::uint16_t>(bits >> 16)};
}

#endif  // TF_IMPLICIT_TESTS_GPU_EMULATION_CUDA_BF16_H_
