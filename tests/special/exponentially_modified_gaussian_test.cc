// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// exponentially_modified_gaussian.h against tests/reference/. It is evaluated
// in double for float too.

#include "kernels/special/exponentially_modified_gaussian.h"

#include <cmath>
#include <limits>

#include "gtest/gtest.h"
#include "tests/special/function_testing.h"
#include "tests/special/reference_table.h"

namespace tf_implicit {
namespace {

using Function = special::ExponentiallyModifiedGaussianLogProbFunction;

TEST(ExponentiallyModifiedGaussianTest, LogProbMatchesReference) {
  const ReferenceTable table("exponentially_modified_gaussian_log_prob");
  Columns<double> in;
  for (const char* name : {"loc", "scale", "rate", "value"}) {
    in.emplace_back(table[name].begin(), table[name].end());
  }
  const auto out = EvaluateFunction<Function>(in);
  const char* const names[] = {"log_prob", "d_loc", "d_scale", "d_rate",
                               "d_value"};
  const char* const scales[] = {"scale_log_prob", "scale_d_value",
                                "scale_d_scale", "scale_d_rate",
                                "scale_d_value"};
  for (int k = 0; k < 5; ++k) {
    const auto& scale = table[scales[k]];
    ExpectWithin(names[k], in, out[k], table[names[k]], k == 0 ? 4 : 16,
                 [&](size_t i) { return scale[i]; });
  }
}

TEST(ExponentiallyModifiedGaussianTest, LogProbOutside) {
  const double infinity = std::numeric_limits<double>::infinity();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Columns<double> ends = {{2, 2}, {3, 3}, {1, 1}, {infinity, -infinity}};
  const auto out = EvaluateFunction<Function>(ends);
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(out[0][i], -infinity);
    for (int k = 1; k < 5; ++k) EXPECT_EQ(out[k][i], 0);
  }
  // A parameter that is none is NaN at an infinite value, too.
  const double bad[][2] = {{0, infinity}, {0, nan},      {1, 0},     {1, -1},
                           {1, nan},      {1, infinity}, {1, 1e200}, {2, 0},
                           {2, -1},       {2, nan},      {2, 1e301}};
  Columns<double> invalid(4);
  for (const auto& row : bad) {
    for (double value : {0.5, infinity}) {
      double point[] = {0.25, 2, 3, value};
      point[static_cast<int>(row[0])] = row[1];
      for (int k = 0; k < 4; ++k) invalid[k].push_back(point[k]);
    }
  }
  for (double value : {nan, 1e151, -1e151}) {
    const double point[] = {0.25, 2, 3, value};
    for (int k = 0; k < 4; ++k) invalid[k].push_back(point[k]);
  }
  ExpectNaN<Function>(invalid);
}

// The law of a vanishing Exponential part is the Normal one, and beyond the
// Normal part the Exponential one.
TEST(ExponentiallyModifiedGaussianTest, Limits) {
  const Columns<double> in = {{0.5, 0.5}, {2, 1e-140}, {1e140, 3}, {4.5, 2.5}};
  const auto out = EvaluateFunction<Function>(in);
  const double normal[] = {-2 - std::log(2 * std::sqrt(8 * std::atan(1.))), 1,
                           1.5, 0, -1};
  const double exponential[] = {std::log(3.) - 6, 3, 0, 1. / 3 - 2, -3};
  for (int k = 0; k < 5; ++k) {
    EXPECT_NEAR(out[k][0], normal[k], 1e-15) << k;
    EXPECT_NEAR(out[k][1], exponential[k], 1e-15) << k;
  }
}

TEST(ExponentiallyModifiedGaussianTest, IndependentOfNeighbours) {
  PointGenerator random(5);
  Columns<double> in(4);
  for (int i = 0; i < 3000; ++i) {
    in[0].push_back(random.Normal());
    in[1].push_back(random.LogUniform(1e-2, 1e2));
    in[2].push_back(random.LogUniform(1e-2, 1e2));
    in[3].push_back(in[0][i] + 3 * in[1][i] * random.Normal());
  }
  ExpectFunctionIndependentOfNeighbours<Function>(in);
}

}  // namespace
}  // namespace tf_implicit
