// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Arrays of half or bfloat16 for loops that take float.

#ifndef TF_IMPLICIT_KERNELS_OP_REAL_ARRAYS_H_
#define TF_IMPLICIT_KERNELS_OP_REAL_ARRAYS_H_

#include <stdint.h>

#include <algorithm>
#include <type_traits>
#include <vector>

namespace tf_implicit {

// What tensors of T are computed in.
template <class T>
using RealOf = typename std::conditional<std::is_same<T, double>::value, double,
                                         float>::type;

template <class T>
inline constexpr bool kIsReal = std::is_same<T, RealOf<T>>::value;

// The input as RealOf<T>, by way of the buffer where it is not.
template <class T>
const RealOf<T>* Widen(const T* input, int64_t count,
                       std::vector<RealOf<T>>* buffer) {
  if constexpr (kIsReal<T>) {
    return input;
  } else {
    buffer->resize(count);
    std::transform(input, input + count, buffer->begin(),
                   [](T x) { return static_cast<RealOf<T>>(x); });
    return buffer->data();
  }
}

// Where to write an output: in its own place, or in the buffer, from which
// Narrow then takes it.
template <class T>
RealOf<T>* OutputOf(T* output, int64_t count, std::vector<RealOf<T>>* buffer) {
  if constexpr (kIsReal<T>) {
    return output;
  } else {
    buffer->resize(count);
    return buffer->data();
  }
}

template <class T>
void Narrow(const RealOf<T>* from, int64_t count, T* output) {
  if constexpr (!kIsReal<T>) {
    std::transform(from, from + count, output,
                   [](RealOf<T> x) { return static_cast<T>(x); });
  }
}

}  // namespace tf_implicit

#endif  // TF_IMPLICIT_KERNELS_OP_REAL_ARRAYS_H_
