// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// euler_integral.h against tests/reference/. It is evaluated in double for
// float too.

#include "kernels/special/euler_integral.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "gtest/gtest.h"
#include "tests/special/function_testing.h"
#include "tests/special/reference_table.h"

namespace tf_implicit {
namespace {

using Function = special::LogEulerIntegralFunction;

TEST(EulerIntegralTest, MatchesReference) {
  const ReferenceTable table("log_euler_integral");
  Columns<double> in;
  for (const char* name : {"a", "b", "c", "r"}) {
    in.emplace_back(table[name].begin(), table[name].end());
  }
  const auto out = EvaluateFunction<Function>(in);
  const char* const names[] = {"value", "d_a", "d_b", "d_c", "d_r"};
  for (int k = 0; k < 5; ++k) {
    const auto& expected = table[names[k]];
    ExpectWithin(names[k], in, out[k], expected, k == 0 ? 64 : 1e4,
                 [&](size_t i) {
                   return std::max(k == 0 ? 1.0L : 0.0L, std::abs(expected[i]));
                 });
  }
}

// r = 0 leaves the Beta function, b = 1 elementary integrals.
TEST(EulerIntegralTest, ClosedForms) {
  const Columns<double> in = {
      {2.5, 1, 1}, {0.5, 1, 1}, {7, 4, 0.5}, {0, 0.75, 1}};
  const auto out = EvaluateFunction<Function>(in);
  const double wants[] = {std::lgamma(2.5) + std::lgamma(0.5) - std::lgamma(3.),
                          std::log((1 - std::pow(0.25, 4)) / 3), std::log(2.)};
  for (int i = 0; i < 3; ++i) EXPECT_NEAR(out[0][i], wants[i], 1e-13) << i;
}

TEST(EulerIntegralTest, OutsideAndDivergent) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  const Columns<double> in = {{2, 2}, {0.25, 0.5}, {0.5, 0.5}, {1, 1}};
  const auto out = EvaluateFunction<Function>(in);
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(out[0][i], infinity);
    for (int k = 1; k < 5; ++k) EXPECT_TRUE(std::isnan(out[k][i]));
  }
  Columns<double> bad(4);
  for (int k = 0; k < 4; ++k) {
    for (double value : {-1., nan, infinity, k < 3 ? 0. : 1.5}) {
      for (int j = 0; j < 4; ++j) bad[j].push_back(j == k ? value : 0.5);
    }
  }
  ExpectNaN<Function>(bad);
}

TEST(EulerIntegralTest, IndependentOfNeighbours) {
  PointGenerator random(5);
  Columns<double> in(4);
  for (int i = 0; i < 1100; ++i) {
    for (int k = 0; k < 3; ++k) in[k].push_back(random.LogUniform(0.1, 30));
    in[3].push_back(random.Uniform());
  }
  ExpectFunctionIndependentOfNeighbours<Function>(in);
}

}  // namespace
}  // namespace tf_implicit
