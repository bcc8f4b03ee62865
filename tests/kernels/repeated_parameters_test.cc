// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Every loop where its first inputs repeat, with periods that divide vectors,
// are divided by them or neither: the result is that of each element alone.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "gtest/gtest.h"
#include "kernels/cpu/cpu_target.h"
#include "kernels/cpu/loops.h"

namespace tf_implicit {
namespace {

// Two whole tiles, and a third that ends within a vector.
constexpr int64_t kSize = 2 * 1024 + 77;

// Values from low to high, `period` of them.
template <class T>
std::vector<T> Repeated(double low, double high, int64_t period, int stride) {
  std::vector<T> values(kSize);
  for (int64_t i = 0; i < kSize; ++i) {
    const double place = static_cast<double>(i % period * stride % 1009) / 1009;
    values[i] = static_cast<T>(low * std::pow(high / low, place));
  }
  return values;
}

template <class T>
bool Same(T x, T y) {
  return x == y || (std::isnan(x) && std::isnan(y));
}

// At every element that `step` steps come to.
template <class T>
void ExpectThatOfEachElement(const LoopEntry& entry,
                             const std::vector<std::vector<T>>& inputs,
                             int64_t step) {
  std::vector<std::vector<T>> outputs(entry.outputs, std::vector<T>(kSize));
  std::vector<const T*> in;
  std::vector<T*> out;
  for (const auto& input : inputs) in.push_back(input.data());
  for (auto& output : outputs) out.push_back(output.data());
  entry.loop<T>()(kSize, in.data(), out.data());
  for (int64_t i = 0; i < kSize; i += step) {
    std::vector<T> alone(entry.outputs);
    for (int k = 0; k < entry.inputs; ++k) in[k] = inputs[k].data() + i;
    for (int k = 0; k < entry.outputs; ++k) out[k] = &alone[k];
    entry.loop<T>()(1, in.data(), out.data());
    for (int k = 0; k < entry.outputs; ++k) {
      ASSERT_TRUE(Same(outputs[k][i], alone[k]))
          << "output " << k << " of element " << i << ": " << outputs[k][i]
          << " for " << alone[k];
    }
  }
}

template <class T>
class RepeatedParametersTest : public ::testing::Test {};
using Types = ::testing::Types<float, double>;
TYPED_TEST_SUITE(RepeatedParametersTest, Types);

TYPED_TEST(RepeatedParametersTest, EachElementIsItsOwn) {
  using T = TypeParam;
  for (int id = 0; id < static_cast<int>(LoopId::kCount); ++id) {
    // Microseconds an element, and no parameters.
    if (static_cast<LoopId>(id) == LoopId::kStudentTDivergence) continue;
    const LoopEntry& entry = SelectedLoops()[static_cast<LoopId>(id)];
    // Parameters of one region of most functions, and of several.
    for (const double low : {1.5, 0.01}) {
      for (const int64_t period : {1, 3, 10, 16, 40, 100}) {
        SCOPED_TRACE(::testing::Message() << "loop " << id << ", from " << low
                                          << ", period " << period);
        std::vector<std::vector<T>> inputs;
        for (int k = 0; k < entry.inputs; ++k) {
          const bool parameter = k < std::min(2, entry.inputs - 1);
          inputs.push_back(parameter
                               ? Repeated<T>(low, 4, period, 101 + 300 * k)
                               : Repeated<T>(0.05, 0.95, kSize, 37 + 100 * k));
        }
        ExpectThatOfEachElement<T>(entry, inputs, 13);
        if (this->HasFatalFailure()) return;
      }
    }
  }
}

// One vector of the tile is not like the others.
TYPED_TEST(RepeatedParametersTest, PeriodWithAnException) {
  using T = TypeParam;
  const LoopEntry& entry = SelectedLoops()[LoopId::kGammaLogProb];
  for (const int64_t place : {0, 40, 500, 1000, 1023, 2047}) {
    std::vector<std::vector<T>> inputs = {Repeated<T>(2.5, 2.5, 1, 1),
                                          Repeated<T>(1.5, 1.5, 1, 1),
                                          Repeated<T>(0.05, 0.95, kSize, 37)};
    inputs[0][place] = T(3.5);
    ExpectThatOfEachElement<T>(entry, inputs, 1);
  }
}

}  // namespace
}  // namespace tf_implicit
