// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// scaled_sample.h against its formulas.

#include "kernels/special/scaled_sample.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "gtest/gtest.h"
#include "tests/special/function_testing.h"

namespace tf_implicit {
namespace {

using special::BoundedSigmoidFunction;
using special::GammaFromUnitRateFunction;
using special::ScaledExponentialFunction;

template <class T>
class ScaledSampleTest : public ::testing::Test {};
using Types = ::testing::Types<float, double>;
TYPED_TEST_SUITE(ScaledSampleTest, Types);

TYPED_TEST(ScaledSampleTest, GammaIsTheQuotient) {
  using T = TypeParam;
  const T infinity = std::numeric_limits<T>::infinity();
  const T least = std::numeric_limits<T>::min();
  const T most = std::numeric_limits<T>::max();
  const Columns<T> in = {{1, 2, 3, least, least, most, 1, 1},
                         {3, 7, 0.5, 2, most, 0.5, infinity, 0},
                         {0, 0, 0, least, 3, least, 2, 1}};
  const T expected[] = {T(1) / 3, T(2) / 7, 6, least, 3, infinity, 2, infinity};
  const auto out = EvaluateFunction<GammaFromUnitRateFunction>(in);
  for (int i = 0; i < 8; ++i) EXPECT_EQ(out[0][i], expected[i]) << i;
}

TYPED_TEST(ScaledSampleTest, ExponentialIsTheProduct) {
  using T = TypeParam;
  const T least = 2 * std::numeric_limits<T>::min();
  const T most = std::numeric_limits<T>::max() / 2;
  const double largest = kIsDouble<T> ? 700 : 87;
  PointGenerator random(3);
  Columns<T> in(4);
  std::vector<long double> expected;
  for (int i = 0; i < 20000; ++i) {
    const double l = (i % 2 ? 3 : 2 * largest) * (2 * random.Uniform() - 1);
    in[0].push_back(static_cast<T>(l));
    // The product is a number where its factors are none.
    const double size = i % 4 ? random.Normal() : -l + random.Normal();
    in[1].push_back(
        static_cast<T>(std::exp(std::min(std::max(size, -largest), largest))));
    in[2].push_back(least);
    in[3].push_back(most);
    const long double z =
        std::exp(static_cast<long double>(in[0][i])) * in[1][i];
    expected.push_back(
        std::min<long double>(std::max<long double>(z, least), most));
  }
  const auto out = EvaluateFunction<ScaledExponentialFunction>(in);
  ExpectWithin("scale exp(l)", in, out[0], expected, 4,
               [&](size_t i) { return expected[i]; });
}

TYPED_TEST(ScaledSampleTest, SigmoidAndItsDerivative) {
  using T = TypeParam;
  const T least = std::numeric_limits<T>::min();
  const T most = 1 - std::numeric_limits<T>::epsilon() / 2;
  const double largest = kIsDouble<T> ? 800 : 110;
  PointGenerator random(4);
  Columns<T> in(3);
  std::vector<long double> expected, slope;
  for (int i = 0; i < 20000; ++i) {
    const double y = (i % 2 ? 3 : largest) * (2 * random.Uniform() - 1);
    in[0].push_back(static_cast<T>(y));
    in[1].push_back(least);
    in[2].push_back(most);
    const long double odds = std::exp(-static_cast<long double>(in[0][i]));
    expected.push_back(std::min<long double>(
        std::max<long double>(1 / (1 + odds), least), most));
    slope.push_back(odds / (1 + odds) / (1 + odds));
  }
  const auto out = EvaluateFunction<BoundedSigmoidFunction>(in);
  ExpectWithin("sigmoid", in, out[0], expected, 2,
               [&](size_t i) { return expected[i]; });
  // Below the normal numbers it has their spacing.
  ExpectWithin("slope", in, out[1], slope, 4, [&](size_t i) {
    return std::max<long double>(slope[i], least);
  });
}

TYPED_TEST(ScaledSampleTest, SigmoidAtItsEnds) {
  using T = TypeParam;
  const T infinity = std::numeric_limits<T>::infinity();
  const Columns<T> in = {{-infinity, infinity, 0, -0.0, 100, -100},
                         {0.25, 0.25, 0.25, 0.25, 0.25, 0.25},
                         {0.75, 0.75, 0.75, 0.75, 0.75, 0.75}};
  const T expected[] = {0.25, 0.75, 0.5, 0.5, 0.75, 0.25};
  const auto out = EvaluateFunction<BoundedSigmoidFunction>(in);
  for (int i = 0; i < 6; ++i) EXPECT_EQ(out[0][i], expected[i]) << i;
  for (int i = 0; i < 2; ++i) EXPECT_EQ(out[1][i], 0) << i;
  EXPECT_EQ(out[1][2], T(0.25));
  EXPECT_GT(out[1][4], 0);
  EXPECT_EQ(out[1][4], out[1][5]);
}

TYPED_TEST(ScaledSampleTest, Ends) {
  using T = TypeParam;
  const T infinity = std::numeric_limits<T>::infinity();
  const Columns<T> in = {{-infinity, infinity, 0, 0},
                         {2, 2, 3, infinity},
                         {1, 1, 4, 1},
                         {9, 9, 9, 9}};
  const T expected[] = {1, 9, 4, 9};
  const auto out = EvaluateFunction<ScaledExponentialFunction>(in);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(out[0][i], expected[i]) << i;
}

TYPED_TEST(ScaledSampleTest, InvalidArguments) {
  using T = TypeParam;
  const T nan = std::numeric_limits<T>::quiet_NaN();
  ExpectNaN<GammaFromUnitRateFunction>(
      Columns<T>{{nan, 1, 1, 1}, {2, nan, -1, 2}, {0, 0, 0, nan}});
  ExpectNaN<BoundedSigmoidFunction>(
      Columns<T>{{nan, 1, 1}, {0, nan, 0}, {1, 1, nan}});
  ExpectNaN<ScaledExponentialFunction>(Columns<T>{{nan, 1, 1, 1, 1, 1},
                                                  {2, nan, -1, 0, 2, 2},
                                                  {0, 0, 0, 0, nan, 0},
                                                  {9, 9, 9, 9, 9, nan}});
}

}  // namespace
}  // namespace tf_implicit
