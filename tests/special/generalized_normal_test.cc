// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// generalized_normal.h against tests/reference/ and by limits.

#include "kernels/special/generalized_normal.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "gtest/gtest.h"
#include "tests/special/function_testing.h"
#include "tests/special/reference_table.h"

namespace tf_implicit {
namespace {

using special::RandomGeneralizedNormalGradFunction;

TEST(GeneralizedNormalTest, MatchesReference) {
  const ReferenceTable table("generalized_normal_sample_grad");
  Columns<double> in;
  for (const char* name : {"power", "log_distance"}) {
    in.emplace_back(table[name].begin(), table[name].end());
  }
  const auto out = EvaluateFunction<RandomGeneralizedNormalGradFunction>(in);
  const auto& expected = table["d_power"];
  // It has a zero in log t. Away from it a^2 / 2 is the smaller one.
  ExpectWithin("d_power", in, out[0], expected, 16, [&](size_t i) {
    return std::max(std::abs(expected[i]), 0.5L / (in[0][i] * in[0][i]));
  });
}

// At 0 the digamma function's value at 1 / p + 1 is left, and further out the
// sample grows as a u.
TEST(GeneralizedNormalTest, Limits) {
  const double inf = std::numeric_limits<double>::infinity();
  const Columns<double> in = {{1, 1, 0.5, 1000, 2},
                              {-inf, -1e300, -1e5, -100, inf}};
  const auto out = EvaluateFunction<RandomGeneralizedNormalGradFunction>(in);
  const double euler = 0.57721566490153286;
  EXPECT_DOUBLE_EQ(out[0][0], euler - 1);
  EXPECT_DOUBLE_EQ(out[0][1], euler - 1);
  EXPECT_DOUBLE_EQ(out[0][2], 4 * (euler - 1.5));
  EXPECT_NEAR(out[0][3], 1e-6 * (euler - 1.64394e-3), 1e-11);
  EXPECT_EQ(out[0][4], -inf);
}

TEST(GeneralizedNormalTest, NaNOutside) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Columns<double> in = {{0, -1, nan, 2}, {0.5, 0.5, 0.5, nan}};
  ExpectNaN<RandomGeneralizedNormalGradFunction>(in);
}

TEST(GeneralizedNormalTest, IndependentOfNeighbours) {
  PointGenerator random(3);
  Columns<double> in(2);
  for (int i = 0; i < 3000; ++i) {
    const double power = random.LogUniform(1e-2, 1e3);
    in[0].push_back(power);
    in[1].push_back((10 * random.Uniform() - 5 - std::log(power)) / power);
  }
  ExpectFunctionIndependentOfNeighbours<RandomGeneralizedNormalGradFunction>(
      in);
}

}  // namespace
}  // namespace tf_implicit
