// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Vectors of the target that this translation unit is compiled for (compiler
// vector extensions), as number types in the sense of number.h, and the few
// operations that the extensions lack. Empty for CUDA.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_LANES_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_LANES_H_

#include "kernels/special/number.h"

#if defined(TFI_LANES)

#include <stdint.h>

#if defined(__SSE2__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

#if defined(__AVX512F__) && defined(__AVX512DQ__) && defined(__AVX512VL__)
#define TFI_AVX512 1
#define TFI_VECTOR_BYTES 64
#elif defined(__AVX2__) && defined(__FMA__)
#define TFI_AVX2 1
#define TFI_VECTOR_BYTES 32
#elif defined(__aarch64__)
#define TFI_NEON 1
#define TFI_VECTOR_BYTES 16
#else
// 16 bytes are SSE2 on x86-64; elsewhere the compiler splits them.
#define TFI_VECTOR_BYTES 16
#endif

TFI_BEGIN_NAMESPACE

typedef float FloatLanes __attribute__((vector_size(TFI_VECTOR_BYTES)));
typedef double DoubleLanes __attribute__((vector_size(TFI_VECTOR_BYTES)));
typedef int32_t Int32Lanes __attribute__((vector_size(TFI_VECTOR_BYTES)));
typedef int64_t Int64Lanes __attribute__((vector_size(TFI_VECTOR_BYTES)));
typedef uint32_t UInt32Lanes __attribute__((vector_size(TFI_VECTOR_BYTES)));
typedef uint64_t UInt64Lanes __attribute__((vector_size(TFI_VECTOR_BYTES)));

template <>
struct NumberTraits<FloatLanes> {
  using Scalar = float;
  using Integer = Int32Lanes;
  using Unsigned = UInt32Lanes;
  using Counter = UInt64Lanes;
  static constexpr int kLanes = TFI_VECTOR_BYTES / sizeof(float);
};

template <>
struct NumberTraits<DoubleLanes> {
  using Scalar = double;
  using Integer = Int64Lanes;
  using Unsigned = UInt64Lanes;
  using Counter = UInt64Lanes;
  static constexpr int kLanes = TFI_VECTOR_BYTES / sizeof(double);
};

template <class T>
using Lanes = typename std::conditional<std::is_same<T, double>::value,
                                        DoubleLanes, FloatLanes>::type;

template <class V>
TFI_FUNCTION V Load(const Scalar<V>* p) {
  V x;
  memcpy(&x, p, sizeof(x));
  return x;
}

template <class V>
TFI_FUNCTION void Store(V x, Scalar<V>* p) {
  memcpy(p, &x, sizeof(x));
}

// Load and store where memory may hold float for lanes of double, and int32 for
// int64. (__builtin_convertvector takes GCC 12 up to five instructions for
// one.)
template <class V>
TFI_FUNCTION V LoadAs(const Scalar<V>* p) {
  return Load<V>(p);
}

template <class V>
TFI_FUNCTION std::enable_if_t<kIsDouble<V>, V> LoadAs(const float* p) {
#if defined(TFI_AVX512)
  return (V)_mm512_cvtps_pd(_mm256_loadu_ps(p));
#elif defined(TFI_AVX2)
  return (V)_mm256_cvtps_pd(_mm_loadu_ps(p));
#else
  return V{p[0], p[1]};
#endif
}

TFI_FUNCTION void StoreAs(FloatLanes x, float* p) { Store(x, p); }
TFI_FUNCTION void StoreAs(DoubleLanes x, double* p) { Store(x, p); }

TFI_FUNCTION void StoreAs(DoubleLanes x, float* p) {
#if defined(TFI_AVX512)
  _mm256_storeu_ps(p, _mm512_cvtpd_ps((__m512d)x));
#elif defined(TFI_AVX2)
  _mm_storeu_ps(p, _mm256_cvtpd_ps((__m256d)x));
#else
  p[0] = static_cast<float>(x[0]);
  p[1] = static_cast<float>(x[1]);
#endif
}

TFI_FUNCTION void StoreAs(Int32Lanes x, int32_t* p) {
  memcpy(p, &x, sizeof(x));
}

TFI_FUNCTION void StoreAs(Int64Lanes x, int64_t* p) {
  memcpy(p, &x, sizeof(x));
}

TFI_FUNCTION void StoreAs(Int64Lanes x, int32_t* p) {
#if defined(TFI_AVX512)
  _mm256_storeu_si256((__m256i*)p, _mm512_cvtepi64_epi32((__m512i)x));
#elif defined(TFI_AVX2)
  const __m256i even = _mm256_setr_epi32(0, 2, 4, 6, 0, 2, 4, 6);
  _mm_storeu_si128(
      (__m128i*)p,
      _mm256_castsi256_si128(_mm256_permutevar8x32_epi32((__m256i)x, even)));
#else
  p[0] = static_cast<int32_t>(x[0]);
  p[1] = static_cast<int32_t>(x[1]);
#endif
}

// The first `count` lanes from p, `rest` in the others, and their store. What a
// vector is loaded from must not have been stored number by number just before:
// such a load waits for all earlier stores, to whatever is not in the cache.
TFI_FUNCTION FloatLanes LoadFirst(const float* p, int count, float rest) {
#if defined(TFI_AVX512)
  return (FloatLanes)_mm512_mask_loadu_ps(_mm512_set1_ps(rest),
                                          (1u << count) - 1, p);
#elif defined(TFI_AVX2)
  const Int32Lanes mask = (Int32Lanes)LaneNumbers<FloatLanes>() < count;
  return mask ? (FloatLanes)_mm256_maskload_ps(p, (__m256i)mask)
              : Broadcast<FloatLanes>(rest);
#else
  FloatLanes x = Broadcast<FloatLanes>(rest);
  for (int i = 0; i < count; ++i) x[i] = p[i];
  return x;
#endif
}

TFI_FUNCTION DoubleLanes LoadFirst(const double* p, int count, double rest) {
#if defined(TFI_AVX512)
  return (DoubleLanes)_mm512_mask_loadu_pd(_mm512_set1_pd(rest),
                                           (1u << count) - 1, p);
#elif defined(TFI_AVX2)
  const Int64Lanes mask = (Int64Lanes)LaneNumbers<DoubleLanes>() < count;
  return mask ? (DoubleLanes)_mm256_maskload_pd(p, (__m256i)mask)
              : Broadcast<DoubleLanes>(rest);
#else
  DoubleLanes x = Broadcast<DoubleLanes>(rest);
  for (int i = 0; i < count; ++i) x[i] = p[i];
  return x;
#endif
}

TFI_FUNCTION void StoreFirst(FloatLanes x, int count, float* p) {
#if defined(TFI_AVX512)
  _mm512_mask_storeu_ps(p, (1u << count) - 1, (__m512)x);
#elif defined(TFI_AVX2)
  _mm256_maskstore_ps(
      p, (__m256i)((Int32Lanes)LaneNumbers<FloatLanes>() < count), (__m256)x);
#else
  for (int i = 0; i < count; ++i) p[i] = x[i];
#endif
}

TFI_FUNCTION void StoreFirst(DoubleLanes x, int count, double* p) {
#if defined(TFI_AVX512)
  _mm512_mask_storeu_pd(p, (1u << count) - 1, (__m512d)x);
#elif defined(TFI_AVX2)
  _mm256_maskstore_pd(
      p, (__m256i)((Int64Lanes)LaneNumbers<DoubleLanes>() < count), (__m256d)x);
#else
  for (int i = 0; i < count; ++i) p[i] = x[i];
#endif
}

TFI_FUNCTION FloatLanes Sqrt(FloatLanes x) {
#if defined(TFI_AVX512)
  return (FloatLanes)_mm512_sqrt_ps((__m512)x);
#elif defined(TFI_AVX2)
  return (FloatLanes)_mm256_sqrt_ps((__m256)x);
#elif defined(__SSE2__)
  return (FloatLanes)_mm_sqrt_ps((__m128)x);
#elif defined(TFI_NEON)
  return (FloatLanes)vsqrtq_f32((float32x4_t)x);
#else
  for (int i = 0; i < 4; ++i) x[i] = sqrtf(x[i]);
  return x;
#endif
}

TFI_FUNCTION DoubleLanes Sqrt(DoubleLanes x) {
#if defined(TFI_AVX512)
  return (DoubleLanes)_mm512_sqrt_pd((__m512d)x);
#elif defined(TFI_AVX2)
  return (DoubleLanes)_mm256_sqrt_pd((__m256d)x);
#elif defined(__SSE2__)
  return (DoubleLanes)_mm_sqrt_pd((__m128d)x);
#elif defined(TFI_NEON)
  return (DoubleLanes)vsqrtq_f64((float64x2_t)x);
#else
  for (int i = 0; i < 2; ++i) x[i] = sqrt(x[i]);
  return x;
#endif
}

#if defined(TFI_AVX512)
// The instructions by name: where y is a constant or x a negative, GCC 12 makes
// a comparison and a selection of the general formula, which take longer. Equal
// to it also for NaN and -0, which give y.
template <>
TFI_FUNCTION FloatLanes Max(FloatLanes x, FloatLanes y) {
  return (FloatLanes)_mm512_max_ps((__m512)x, (__m512)y);
}

template <>
TFI_FUNCTION DoubleLanes Max(DoubleLanes x, DoubleLanes y) {
  return (DoubleLanes)_mm512_max_pd((__m512d)x, (__m512d)y);
}

template <>
TFI_FUNCTION FloatLanes Min(FloatLanes x, FloatLanes y) {
  return (FloatLanes)_mm512_min_ps((__m512)x, (__m512)y);
}

template <>
TFI_FUNCTION DoubleLanes Min(DoubleLanes x, DoubleLanes y) {
  return (DoubleLanes)_mm512_min_pd((__m512d)x, (__m512d)y);
}
#endif

// x * y + z with one rounding on every target. Without hardware support this is
// a call per lane into the C library: exact, and slow.
TFI_FUNCTION FloatLanes Fma(FloatLanes x, FloatLanes y, FloatLanes z) {
#if defined(TFI_AVX512)
  return (FloatLanes)_mm512_fmadd_ps((__m512)x, (__m512)y, (__m512)z);
#elif defined(TFI_AVX2)
  return (FloatLanes)_mm256_fmadd_ps((__m256)x, (__m256)y, (__m256)z);
#elif defined(TFI_NEON)
  return (FloatLanes)vfmaq_f32((float32x4_t)z, (float32x4_t)x, (float32x4_t)y);
#else
  for (int i = 0; i < 4; ++i) x[i] = fmaf(x[i], y[i], z[i]);
  return x;
#endif
}

TFI_FUNCTION DoubleLanes Fma(DoubleLanes x, DoubleLanes y, DoubleLanes z) {
#if defined(TFI_AVX512)
  return (DoubleLanes)_mm512_fmadd_pd((__m512d)x, (__m512d)y, (__m512d)z);
#elif defined(TFI_AVX2)
  return (DoubleLanes)_mm256_fmadd_pd((__m256d)x, (__m256d)y, (__m256d)z);
#elif defined(TFI_NEON)
  return (DoubleLanes)vfmaq_f64((float64x2_t)z, (float64x2_t)x, (float64x2_t)y);
#else
  for (int i = 0; i < 2; ++i) x[i] = fma(x[i], y[i], z[i]);
  return x;
#endif
}

TFI_FUNCTION FloatLanes RoundToFloat(Int32Lanes i) {
  return __builtin_convertvector(i, FloatLanes);
}

TFI_FUNCTION UInt64Lanes MultiplyLow32(UInt64Lanes x, uint32_t m) {
#if defined(TFI_AVX512)
  return (UInt64Lanes)_mm512_mul_epu32((__m512i)x, _mm512_set1_epi64(m));
#elif defined(TFI_AVX2)
  return (UInt64Lanes)_mm256_mul_epu32((__m256i)x, _mm256_set1_epi64x(m));
#elif defined(__SSE2__)
  return (UInt64Lanes)_mm_mul_epu32((__m128i)x, _mm_set1_epi64x(m));
#elif defined(TFI_NEON)
  return (UInt64Lanes)vmull_u32(vmovn_u64((uint64x2_t)x), vdup_n_u32(m));
#else
  return (x & 0xffffffffu) * m;
#endif
}

// Bit i is set where lane i of the mask is true.
TFI_FUNCTION unsigned MaskBits(Int32Lanes mask) {
#if defined(TFI_AVX512)
  return _mm512_movepi32_mask((__m512i)mask);
#elif defined(TFI_AVX2)
  return _mm256_movemask_ps((__m256)mask);
#elif defined(__SSE2__)
  return _mm_movemask_ps((__m128)mask);
#elif defined(TFI_NEON)
  return vaddvq_u32((uint32x4_t)(mask & Int32Lanes{1, 2, 4, 8}));
#else
  unsigned bits = 0;
  for (int i = 0; i < 4; ++i) bits |= unsigned(mask[i] != 0) << i;
  return bits;
#endif
}

TFI_FUNCTION unsigned MaskBits(Int64Lanes mask) {
#if defined(TFI_AVX512)
  return _mm512_movepi64_mask((__m512i)mask);
#elif defined(TFI_AVX2)
  return _mm256_movemask_pd((__m256d)mask);
#elif defined(__SSE2__)
  return _mm_movemask_pd((__m128d)mask);
#elif defined(TFI_NEON)
  return vaddvq_u64((uint64x2_t)(mask & Int64Lanes{1, 2}));
#else
  unsigned bits = 0;
  for (int i = 0; i < 2; ++i) bits |= unsigned(mask[i] != 0) << i;
  return bits;
#endif
}

template <class M>
TFI_FUNCTION bool AnyTrue(M mask) {
  return MaskBits(mask) != 0;
}

// LookUp of number.h. AVX-512 holds such a table in one register, AVX2 in two:
// two permutations and a blend are shorter than a gather, whose loads wait for
// one another. NEON holds it in four: for four floats that is shorter than four
// loads, for two doubles it is longer than two (llvm-mca's models of Neoverse
// N1 and V2: 0.5 to 0.7 and 1.1 to 1.3 of the cycles of a polynomial from such
// tables).
TFI_FUNCTION FloatLanes LookUp(const float* table, Int32Lanes index) {
#if defined(TFI_AVX512)
  return (FloatLanes)_mm512_permutexvar_ps((__m512i)index,
                                           _mm512_load_ps(table));
#elif defined(TFI_AVX2)
  const __m256i lane = (__m256i)index;
  const __m256 low = _mm256_permutevar8x32_ps(_mm256_load_ps(table), lane);
  const __m256 high = _mm256_permutevar8x32_ps(_mm256_load_ps(table + 8), lane);
  // The blend reads the sign bit: bit 3 of the index moved there.
  return (FloatLanes)_mm256_blendv_ps(
      low, high, _mm256_castsi256_ps(_mm256_slli_epi32(lane, 28)));
#elif defined(TFI_NEON)
  // Byte k of an element is at 4 index + k: nothing is carried between bytes.
  const UInt32Lanes places = (UInt32Lanes)index * 0x04040404 + 0x03020100;
  const uint8x16x4_t bytes =
      vld1q_u8_x4(reinterpret_cast<const uint8_t*>(table));
  return (FloatLanes)vqtbl4q_u8(bytes, (uint8x16_t)places);
#else
  FloatLanes r;
  for (int i = 0; i < 4; ++i) r[i] = table[index[i]];
  return r;
#endif
}

TFI_FUNCTION DoubleLanes LookUp(const double* table, Int64Lanes index) {
#if defined(TFI_AVX512)
  return (DoubleLanes)_mm512_permutexvar_pd((__m512i)index,
                                            _mm512_load_pd(table));
#elif defined(TFI_AVX2)
  // As pairs of 32 bits: 2 index, and 2 index + 1 in the upper half.
  const __m256i even = _mm256_slli_epi64((__m256i)index, 1);
  const __m256i pair =
      _mm256_or_si256(_mm256_or_si256(even, _mm256_slli_epi64(even, 32)),
                      _mm256_set1_epi64x(int64_t{1} << 32));
  const __m256 low =
      _mm256_permutevar8x32_ps(_mm256_castpd_ps(_mm256_load_pd(table)), pair);
  const __m256 high = _mm256_permutevar8x32_ps(
      _mm256_castpd_ps(_mm256_load_pd(table + 4)), pair);
  return (DoubleLanes)_mm256_blendv_pd(
      _mm256_castps_pd(low), _mm256_castps_pd(high),
      _mm256_castsi256_pd(_mm256_slli_epi64((__m256i)index, 61)));
#else
  DoubleLanes r;
  for (int i = 0; i < 2; ++i) r[i] = table[index[i]];
  return r;
#endif
}

TFI_END_NAMESPACE

#endif  // TFI_LANES

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_LANES_H_
