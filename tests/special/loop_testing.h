// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// What the tests of the special functions' loops share: a call of a loop of
// kernels/loops.h by its number, and the property that all of them have.

#ifndef TF_IMPLICIT_TESTS_SPECIAL_LOOP_TESTING_H_
#define TF_IMPLICIT_TESTS_SPECIAL_LOOP_TESTING_H_

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <type_traits>
#include <vector>

#include "gtest/gtest.h"
#include "kernels/cpu/loops.h"

namespace tf_implicit {

template <class T>
constexpr bool kIsDouble = std::is_same<T, double>::value;

template <class T>
constexpr double kEps = std::numeric_limits<T>::epsilon();

// One array for each input, or for each output, of a loop.
template <class T>
using Columns = std::vector<std::vector<T>>;

template <class T>
Columns<T> Evaluate(CpuTarget target, LoopId id, const Columns<T>& in) {
  const LoopEntry& entry = LoopsFor(target)[id];
  EXPECT_EQ(static_cast<int>(in.size()), entry.inputs);
  Columns<T> out(entry.outputs, std::vector<T>(in[0].size()));
  std::vector<const T*> inputs;
  std::vector<T*> outputs;
  for (const auto& column : in) inputs.push_back(column.data());
  for (auto& column : out) outputs.push_back(column.data());
  entry.loop<T>()(in[0].size(), inputs.data(), outputs.data());
  return out;
}

// An element's result depends on its inputs only: not on its place, nor on the
// elements around it.
template <class T>
void ExpectIndependentOfNeighbours(CpuTarget target, LoopId id,
                                   const Columns<T>& in) {
  const auto expected = Evaluate(target, id, in);
  std::vector<int> order(in[0].size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::mt19937_64 engine(5);
  std::shuffle(order.begin(), order.end(), engine);
  for (size_t size : {size_t{1}, size_t{3}, size_t{17}, size_t{1023},
                      size_t{1025}, order.size()}) {
    Columns<T> some(in.size());
    for (size_t k = 0; k < in.size(); ++k) {
      for (size_t i = 0; i < size; ++i) some[k].push_back(in[k][order[i]]);
    }
    const auto out = Evaluate(target, id, some);
    for (size_t k = 0; k < out.size(); ++k) {
      for (size_t i = 0; i < size; ++i) {
        const T want = expected[k][order[i]];
        ASSERT_TRUE(out[k][i] == want ||
                    (std::isnan(out[k][i]) && std::isnan(want)))
            << "output " << k << " of element " << i << " of " << size;
      }
    }
  }
}

}  // namespace tf_implicit

#endif  // TF_IMPLICIT_TESTS_SPECIAL_LOOP_TESTING_H_
