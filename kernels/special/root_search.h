// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Inverse functions by iteration. A Search names two functions in the sense of
// map_regions.h:
//
//   Start   inputs -> the state of the search, its last number the unknown
//   Step    state -> the next unknown, the residual before the step, and the
//           result if the step is the last
//
// and the residual kTolerance<T> at which it is. Where the residual does not
// get so small within kMaxSteps, the result is NaN.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_ROOT_SEARCH_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_ROOT_SEARCH_H_

#include <type_traits>

#include "kernels/special/scalar.h"

TFI_BEGIN_NAMESPACE

inline constexpr int kMaxSteps = 16;

// Whether a function is a search: its loops are those of map_roots.h.
template <class Function, class = void>
inline constexpr bool kIsSearch = false;
template <class Function>
inline constexpr bool
    kIsSearch<Function, std::void_t<typename Function::Search>> = true;

// A Search as a function of one element, for CUDA and tests. The loops of the
// CPU are MapRoots of map_roots.h.
template <class SearchType>
struct RootFunction {
  using Search = SearchType;
  using Start = typename Search::Start;
  using Step = typename Search::Step;
  static constexpr int kInputs = Start::kInputs;
  static constexpr int kOutputs = 1;
  static constexpr bool kScalar = true;

  template <class T>
  TFI_FUNCTION static void Evaluate(const T (&in)[kInputs], T (&out)[1]) {
    static_assert(kIsScalar<T>, "vectors: map_roots.h");
    T state[Step::kInputs];
    EvaluateScalar<Start>(in, state);
    out[0] = NaN<T>();
    TFI_NO_UNROLL
    for (int k = 0; k < kMaxSteps; ++k) {
      T next[3];
      EvaluateScalar<Step>(state, next);
      state[Step::kInputs - 1] = next[0];
      if (Abs(next[1]) <= Search::template kTolerance<T>) {
        out[0] = next[2];
        break;
      }
    }
  }
};

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_ROOT_SEARCH_H_
