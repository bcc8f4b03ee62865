// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The loops that are made of functions of every form (special/function.h).

#include "kernels/cpu/make_loop.h"

#include <cmath>
#include <cstdint>
#include <vector>

#include "gtest/gtest.h"
#include "kernels/special/scalar.h"

namespace tf_implicit {
namespace {

using special::FirstOutputs;
using special::Integer;
using special::Scalar;

// (x, y) -> x y, x + y, x - y.
struct LaneFunction {
  static constexpr int kInputs = 2, kOutputs = 3;

  template <class V>
  TFI_FUNCTION static void Evaluate(const V (&in)[2], V (&out)[3]) {
    out[0] = in[0] * in[1];
    out[1] = in[0] + in[1];
    out[2] = in[0] - in[1];
  }
};

// The same by regions, each of which puts its mark on the last output.
struct RegionFunction {
  static constexpr int kInputs = 2, kOutputs = 3;
  template <class T>
  static constexpr int kRegions = 2;

  template <class V>
  TFI_FUNCTION static Integer<V> Region(const V (&in)[2]) {
    return special::ToInteger(special::Select(
        in[0] < in[1], special::Broadcast<V>(Scalar<V>(1)), V{}));
  }

  template <int kRegion, class V>
  TFI_FUNCTION static void Evaluate(const V (&in)[2], V (&out)[3]) {
    LaneFunction::Evaluate(in, out);
    out[2] = V{} + Scalar<V>(kRegion);
  }
};

// The same by kCount regions, of which a tile may have a few or all.
template <int kCount>
struct RegionsFunction : RegionFunction {
  template <class T>
  static constexpr int kRegions = kCount;

  template <class V>
  TFI_FUNCTION static Integer<V> Region(const V (&in)[2]) {
    V region{};
    for (int k = 1; k < kCount; ++k) {
      const V one = special::Broadcast<V>(Scalar<V>(1));
      region +=
          special::Select(in[0] > Scalar<V>(125.0 * k / kCount), one, V{});
    }
    return special::ToInteger(region);
  }
};

// How often x can be halved before it is below y: a loop per element.
struct ScalarFunction {
  static constexpr int kInputs = 2, kOutputs = 1;
  static constexpr bool kScalar = true;

  template <class T>
  TFI_FUNCTION static void Evaluate(const T (&in)[2], T (&out)[1]) {
    static_assert(std::is_floating_point<T>::value);
    out[0] = 0;
    for (T x = in[0]; x >= in[1]; x /= 2) out[0] += 1;
  }
};

// (x + 1) - 1, which float loses where x is small.
struct DoubleFunction {
  static constexpr int kInputs = 1, kOutputs = 1;
  static constexpr bool kInDouble = true;

  template <class V>
  TFI_FUNCTION static void Evaluate(const V (&in)[1], V (&out)[1]) {
    static_assert(sizeof(Scalar<V>) == 8);
    out[0] = (in[0] + Scalar<V>(1)) - Scalar<V>(1);
  }
};

// The same by regions, of which float has fewer: those of double count.
struct DoubleRegionFunction : DoubleFunction {
  template <class T>
  static constexpr int kRegions = sizeof(T) == 8 ? 3 : 1;

  template <class V>
  TFI_FUNCTION static Integer<V> Region(const V (&in)[1]) {
    static_assert(sizeof(Scalar<V>) == 8);
    const V one = special::Broadcast<V>(1);
    return special::ToInteger(special::Select(in[0] > 30., one, V{}) +
                              special::Select(in[0] > 90., one, V{}));
  }

  template <int kRegion, class V>
  TFI_FUNCTION static void Evaluate(const V (&in)[1], V (&out)[1]) {
    DoubleFunction::Evaluate(in, out);
    out[0] += Scalar<V>(kRegion);
  }
};

// Their first input may be taken for many elements at a time.
struct LaneFunctionOfParameter : LaneFunction {
  static constexpr int kParameters = 1;
};
struct RegionFunctionOfParameter : RegionFunction {
  static constexpr int kParameters = 1;
};

struct FirstOfLanes : FirstOutputs<LaneFunction, 1> {};
struct FirstOfRegions : FirstOutputs<RegionFunction, 2> {};

template <class T>
std::vector<T> Inputs(int64_t n, int64_t period, int seed) {
  std::vector<T> x(n);
  for (int64_t i = 0; i < n; ++i) {
    x[i] = T(1 + (i % period * 7919 + seed * 104729) % 1000) / T(8);
  }
  return x;
}

// Every output of the loop for n elements, whose first input repeats, is that
// of the function for one, and nothing is written behind them.
template <class Function, class T>
void ExpectLoopIsFunction(int64_t n, int64_t period) {
  using Working =
      std::conditional_t<special::kIsDoubleFunction<Function>, double, T>;
  const LoopEntry entry = MakeLoop<Function>();
  ASSERT_EQ(entry.inputs, Function::kInputs);
  ASSERT_EQ(entry.outputs, Function::kOutputs);
  std::vector<std::vector<T>> in, out(Function::kOutputs);
  std::vector<const T*> inputs;
  std::vector<T*> outputs;
  for (int k = 0; k < Function::kInputs; ++k) {
    in.push_back(Inputs<T>(n, k == 0 ? period : n + 1, k));
  }
  for (auto& column : in) inputs.push_back(column.data());
  for (auto& column : out) column.assign(n + 1, T(-77));
  for (auto& column : out) outputs.push_back(column.data());
  entry.loop<T>()(n, inputs.data(), outputs.data());
  for (int64_t i = 0; i < n; ++i) {
    Working x[Function::kInputs], y[Function::kOutputs];
    for (int k = 0; k < Function::kInputs; ++k) x[k] = in[k][i];
    special::EvaluateScalar<Function, Working>(x, y);
    for (int k = 0; k < Function::kOutputs; ++k) {
      ASSERT_EQ(out[k][i], static_cast<T>(y[k])) << n << " " << i << " " << k;
    }
  }
  for (const auto& column : out) ASSERT_EQ(column[n], T(-77)) << n;
}

template <class Function>
void ExpectLoopsAreFunction() {
  for (int64_t n : {0, 1, 2, 3, 7, 8, 15, 16, 17, 1023, 1024, 1025, 3000}) {
    for (int64_t period : {1, 3, 32, 3000}) {
      ExpectLoopIsFunction<Function, float>(n, period);
      ExpectLoopIsFunction<Function, double>(n, period);
    }
  }
}

TEST(MakeLoopTest, Lanes) { ExpectLoopsAreFunction<LaneFunction>(); }
TEST(MakeLoopTest, Regions) { ExpectLoopsAreFunction<RegionFunction>(); }
TEST(MakeLoopTest, FewAndManyRegions) {
  // Both sides of kMostPacked: 4 or 5 of double, 7 of float.
  ExpectLoopsAreFunction<RegionsFunction<4>>();
  ExpectLoopsAreFunction<RegionsFunction<5>>();
  ExpectLoopsAreFunction<RegionsFunction<7>>();
  ExpectLoopsAreFunction<RegionsFunction<8>>();
  ExpectLoopsAreFunction<RegionsFunction<11>>();
}
TEST(MakeLoopTest, Scalars) { ExpectLoopsAreFunction<ScalarFunction>(); }
TEST(MakeLoopTest, InDouble) {
  ExpectLoopsAreFunction<DoubleFunction>();
  ExpectLoopsAreFunction<DoubleRegionFunction>();
}
TEST(MakeLoopTest, FirstOutputs) {
  ExpectLoopsAreFunction<FirstOfLanes>();
  ExpectLoopsAreFunction<FirstOfRegions>();
}
TEST(MakeLoopTest, Parameters) {
  ExpectLoopsAreFunction<LaneFunctionOfParameter>();
  ExpectLoopsAreFunction<RegionFunctionOfParameter>();
}

TEST(MakeLoopTest, InDoubleRoundsOnce) {
  const float x = 1e-9f;
  const float* in[] = {&x};
  float y = 0;
  float* out[] = {&y};
  MakeLoop<DoubleFunction>().loop<float>()(1, in, out);
  EXPECT_NEAR(y, x, 1e-15);
}

}  // namespace
}  // namespace tf_implicit
