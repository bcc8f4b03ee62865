// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The log density of student_t_density.h with a location and a scale: against
// tests/reference/ and at the ends of the range. student_t_cdf_test.cc has it
// without.

#include "kernels/special/student_t_density.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "tests/special/function_testing.h"
#include "tests/special/reference_table.h"

namespace tf_implicit {
namespace {

using special::StudentTLogProbFunction;

template <class T>
class StudentTDensityTest : public ::testing::Test {};
using Types = ::testing::Types<float, double>;
TYPED_TEST_SUITE(StudentTDensityTest, Types);

TYPED_TEST(StudentTDensityTest, LogProbMatchesReference) {
  using T = TypeParam;
  const ReferenceTable table("student_t_scaled_log_prob");
  Columns<T> in;
  for (const char* name : {"df", "loc", "scale", "sample"}) {
    in.emplace_back(table[name].begin(), table[name].end());
  }
  const auto out = EvaluateFunction<StudentTLogProbFunction>(in);
  const auto& value = table["log_prob"];
  const auto log_scale = [&](size_t i) {
    return std::abs(std::log(static_cast<long double>(in[2][i])));
  };
  ExpectWithin("log_prob", in, out[0], value, 4, [&](size_t i) {
    return std::max(1.0L, std::abs(value[i])) + log_scale(i);
  });
  // Of the sizes of the terms.
  const auto& d_df = table["d_df"];
  const auto odds = [&](size_t i) {
    const long double t =
        (static_cast<long double>(in[3][i]) - in[1][i]) / in[2][i];
    return t * t / in[0][i];
  };
  ExpectWithin("d_df", in, out[1], d_df, 8, [&](size_t i) {
    const long double nu = in[0][i], o = odds(i);
    const long double divergence =
        o < 1e-4 ? o * o / 2 : std::log1p(o) - o / (1 + o);
    return std::max(std::abs(d_df[i]),
                    (divergence + o / (1 + o) / nu + 0.5 / (nu * nu)) / 2);
  });
  const char* const names[] = {"d_loc", "d_scale", "d_sample"};
  for (int k = 0; k < 3; ++k) {
    const auto& expected = table[names[k]];
    ExpectWithin(names[k], in, out[2 + k], expected, 6, [&](size_t i) {
      const long double o = odds(i), scale = in[2][i];
      const long double weight = (in[0][i] + 1) * o / (1 + o);
      return k == 1 ? std::max(1.0L, weight) / scale : expected[i];
    });
  }
}

// Where t, its square or the reciprocal of the scale is none.
TEST(StudentTDensityExtremesTest, Scales) {
  const double least = std::numeric_limits<double>::min();
  const double most = std::numeric_limits<double>::max();
  const Columns<double> in = {
      {3, 3, 3, 3}, {0, 0, 0, 0}, {least, most, 1, -2}, {most, most, most, 2}};
  const auto out = EvaluateFunction<StudentTLogProbFunction>(in);
  const double c = std::log(2 / (std::sqrt(3.0) * std::acos(-1.0)));
  const double log_least = std::log(least), log_most = std::log(most);
  // log f = c - 2 log(1 + t^2 / 3) - log s.
  const double log_3 = std::log(3.0);
  const double expected[] = {
      c - 4 * (log_most - log_least) + 2 * log_3 - log_least,
      c - 2 * std::log(4 / 3.0) - log_most, c - 4 * log_most + 2 * log_3,
      c - 2 * std::log(4 / 3.0) - std::log(2.0)};
  for (int i = 0; i < 4; ++i) {
    EXPECT_NEAR(out[0][i], expected[i], 4e-16 * std::abs(expected[i])) << i;
    EXPECT_TRUE(std::isfinite(out[1][i])) << i;
  }
  EXPECT_DOUBLE_EQ(out[3][0], 3 / least);
  EXPECT_DOUBLE_EQ(out[4][0], -4 / most);
  EXPECT_DOUBLE_EQ(out[4][2], -4 / most);
  // The sign of the scale changes its own derivative's alone.
  EXPECT_DOUBLE_EQ(out[3][3], 0);
  EXPECT_DOUBLE_EQ(out[4][3], -0.5);
}

TYPED_TEST(StudentTDensityTest, InvalidScales) {
  using T = TypeParam;
  const T infinity = std::numeric_limits<T>::infinity();
  const T nan = std::numeric_limits<T>::quiet_NaN();
  for (const auto& [k, bad] : std::vector<std::pair<int, T>>{{0, T(0)},
                                                             {0, T(-1)},
                                                             {0, nan},
                                                             {1, infinity},
                                                             {1, -infinity},
                                                             {1, nan},
                                                             {2, T(0)},
                                                             {2, infinity},
                                                             {2, -infinity},
                                                             {2, nan},
                                                             {3, nan}}) {
    Columns<T> in = {{3}, {T(0.5)}, {2}, {1}};
    in[k][0] = bad;
    for (const auto& column : EvaluateFunction<StudentTLogProbFunction>(in)) {
      EXPECT_TRUE(std::isnan(column[0])) << k << " " << bad;
    }
  }
  const auto far = EvaluateFunction<StudentTLogProbFunction>(
      Columns<T>{{3, 3}, {1, 1}, {2, 2}, {infinity, -infinity}});
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(far[0][i], -infinity);
    EXPECT_EQ(far[2][i], 0);
    EXPECT_EQ(far[3][i], T(1.5));
    EXPECT_EQ(far[4][i], 0);
  }
}

TYPED_TEST(StudentTDensityTest, IndependentOfNeighbours) {
  using T = TypeParam;
  PointGenerator random(9);
  Columns<T> in(4);
  for (int i = 0; i < 3000; ++i) {
    in[0].push_back(static_cast<T>(random.LogUniform(0.1, 1e6)));
    in[1].push_back(static_cast<T>(random.Normal()));
    in[2].push_back(static_cast<T>(random.LogUniform(1e-3, 1e3)));
    in[3].push_back(static_cast<T>(random.Normal() * 10));
    if (i % 97 == 0) in[2][i] = std::numeric_limits<T>::min();
    if (i % 89 == 0) in[3][i] = std::numeric_limits<T>::max();
  }
  ExpectFunctionIndependentOfNeighbours<StudentTLogProbFunction>(in);
}

}  // namespace
}  // namespace tf_implicit
