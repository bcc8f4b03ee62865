// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// box_cox.h against tests/reference/ and at its limits.

#include "kernels/special/box_cox.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "gtest/gtest.h"
#include "tests/special/function_testing.h"
#include "tests/special/reference_table.h"

namespace tf_implicit {
namespace {

using special::BoxCoxFunction;
using special::InverseBoxCoxFunction;

template <class T>
class BoxCoxTest : public ::testing::Test {};
using Types = ::testing::Types<float, double>;
TYPED_TEST_SUITE(BoxCoxTest, Types);

TYPED_TEST(BoxCoxTest, MatchesReference) {
  using T = TypeParam;
  const ReferenceTable table("box_cox");
  Columns<T> in;
  for (const char* name : {"concentration", "log_x"}) {
    in.emplace_back(table[name].begin(), table[name].end());
  }
  const auto out = EvaluateFunction<BoxCoxFunction>(in);
  // What the rounding of t = c l changes.
  ExpectWithin("value", in, out[0], table["value"], 4, [&](size_t i) {
    const long double t = static_cast<long double>(in[0][i]) * in[1][i];
    return table["value"][i] * (1 + std::abs(t) / 4);
  });
  ExpectWithin("log_slope", in, out[1], table["log_slope"], 4,
               [&](size_t i) { return table["log_slope"][i]; });
}

TYPED_TEST(BoxCoxTest, Limits) {
  using T = TypeParam;
  const T inf = std::numeric_limits<T>::infinity();
  const T nan = std::numeric_limits<T>::quiet_NaN();
  const T big = 1e30f;
  const Columns<T> in = {{0, big, -big, 1, nan, 1}, {3, 2, 2, -big, 1, nan}};
  const auto out = EvaluateFunction<BoxCoxFunction>(in);
  EXPECT_EQ(out[0][0], T(3));
  EXPECT_EQ(out[1][0], T(1.5));
  EXPECT_EQ(out[0][1], inf);
  EXPECT_EQ(out[1][1], T(2));
  // -1 / c, and 1 / |c|.
  EXPECT_NEAR(out[0][2] * big, 1, 1e-6);
  EXPECT_NEAR(out[1][2] * big, 1, 1e-6);
  EXPECT_EQ(out[0][3], T(-1));
  EXPECT_EQ(out[1][3], T(-1));
  for (int k = 0; k < 2; ++k) {
    EXPECT_TRUE(std::isnan(out[k][4])) << k;
    EXPECT_TRUE(std::isnan(out[k][5])) << k;
  }
}

TYPED_TEST(BoxCoxTest, IndependentOfNeighbours) {
  using T = TypeParam;
  PointGenerator random(3);
  Columns<T> in(2);
  for (int i = 0; i < 3000; ++i) {
    in[0].push_back(static_cast<T>(4 * random.Uniform() - 2));
    in[1].push_back(static_cast<T>(8 * random.Uniform() - 4));
  }
  ExpectFunctionIndependentOfNeighbours<BoxCoxFunction>(in);
}

TYPED_TEST(BoxCoxTest, InverseMatchesReference) {
  using T = TypeParam;
  const ReferenceTable table("inverse_box_cox");
  Columns<T> in;
  for (const char* name : {"concentration", "x"}) {
    in.emplace_back(table[name].begin(), table[name].end());
  }
  const auto out = EvaluateFunction<InverseBoxCoxFunction>(in);
  const char* const names[] = {"value", "d_concentration", "d_x"};
  for (int k = 0; k < 3; ++k) {
    // What the rounding of t = c x changes.
    ExpectWithin(
        names[k], in, out[k], table[names[k]], k == 1 ? 8 : 4, [&](size_t i) {
          const long double t = static_cast<long double>(in[0][i]) * in[1][i];
          const long double least = std::numeric_limits<T>::min();
          return std::max(least / kEps<T>, std::abs(table[names[k]][i]) *
                                               std::max(1.0L, 1 / (1 + t)));
        });
  }
}

TYPED_TEST(BoxCoxTest, InverseLimits) {
  using T = TypeParam;
  const T inf = std::numeric_limits<T>::infinity();
  const T nan = std::numeric_limits<T>::quiet_NaN();
  const T max = std::numeric_limits<T>::max();
  const T least = std::numeric_limits<T>::denorm_min();
  const Columns<T> in = {
      {0, 1, -1, 2, -2, max, 1, -1, nan, 1, 1, least, 0, 0, 1, 0, 0, nan},
      {3, -1, 1, -max, max, -max, inf, -inf, 1, nan, -inf, 1, max, 0, least,
       inf, -inf, inf}};
  const auto out = EvaluateFunction<InverseBoxCoxFunction>(in);
  EXPECT_EQ(out[0][0], T(3));
  EXPECT_EQ(out[1][0], T(-4.5));
  EXPECT_EQ(out[2][0], T(1));
  for (const int outside : {1, 2, 3, 4, 5, 6, 7, 10, 15, 16}) {
    EXPECT_EQ(out[0][outside], in[1][outside] < 0 ? -inf : inf) << outside;
    EXPECT_EQ(out[1][outside], T(0)) << outside;
    EXPECT_EQ(out[2][outside], T(0)) << outside;
  }
  for (int k = 0; k < 3; ++k) {
    for (const int i : {8, 9, 17}) {
      EXPECT_TRUE(std::isnan(out[k][i])) << k << " " << i;
    }
  }
  EXPECT_EQ(out[0][11], T(1));
  EXPECT_EQ(out[1][11], T(-0.5));
  EXPECT_EQ(out[0][12], max);
  EXPECT_EQ(out[0][13], T(0));
  EXPECT_EQ(out[1][13], T(0));
  EXPECT_EQ(out[0][14], least);
  EXPECT_EQ(out[2][14], T(1));
}

TYPED_TEST(BoxCoxTest, InverseIndependentOfNeighbours) {
  using T = TypeParam;
  PointGenerator random(4);
  Columns<T> in(2);
  for (int i = 0; i < 3000; ++i) {
    in[0].push_back(static_cast<T>(4 * random.Uniform() - 2));
    in[1].push_back(static_cast<T>(8 * random.Uniform() - 4));
  }
  ExpectFunctionIndependentOfNeighbours<InverseBoxCoxFunction>(in);
}

}  // namespace
}  // namespace tf_implicit
