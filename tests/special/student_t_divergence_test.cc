// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The divergence of two Student-t distributions (student_t_divergence.h),
// against tests/reference/ and by properties.

#include "kernels/special/student_t_divergence.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "gtest/gtest.h"
#include "tests/special/function_testing.h"
#include "tests/special/reference_table.h"

namespace tf_implicit {
namespace {

using special::StudentTDivergenceFunction;

// In eps; measured 12.8 and 9.5.
constexpr double kValue = 32;
constexpr double kGradient = 32;

template <class T>
Columns<T> ReadColumns(const ReferenceTable& table,
                       const std::vector<std::string>& names) {
  Columns<T> columns;
  for (const auto& name : names) {
    columns.emplace_back(table[name].begin(), table[name].end());
  }
  return columns;
}

// About the root of the Fisher information in nu: its part of a step in nu.
long double ScoreInDf(long double nu) { return 2 / (nu * (1 + nu)); }

TEST(StudentTDivergenceTest, MatchesReference) {
  const ReferenceTable table("student_t_divergence");
  const auto in = ReadColumns<double>(
      table, {"df1", "loc1", "scale1", "df2", "loc2", "scale2"});
  const auto out = EvaluateFunction<StudentTDivergenceFunction>(in);
  const auto& value = table["divergence"];
  ExpectWithin("divergence", in, out[0], value, kValue,
               [&](size_t i) { return value[i]; });
  const char* const names[] = {"ddf1", "dloc1", "dscale1",
                               "ddf2", "dloc2", "dscale2"};
  for (int k = 0; k < 6; ++k) {
    const auto& d = table[names[k]];
    ExpectWithin(names[k], in, out[1 + k], d, kGradient, [&](size_t i) {
      // The integrand is of the size of D times the score, and its parts may
      // cancel: D is about the root of twice the divergence.
      const double least = std::min(in[2][i], in[5][i]);
      const long double score = k % 3 == 0   ? ScoreInDf(in[k][i])
                                : k % 3 == 1 ? 2 / least
                                             : 2 / in[k][i];
      return std::abs(d[i]) + std::sqrt(2 * value[i]) * score;
    });
  }
}

// Of laws that are next to each other the divergence is half the Fisher
// information times the square of the step.
TEST(StudentTDivergenceTest, ClosePairs) {
  for (double nu : {0.3, 1.0, 4.0, 60.0, 1e4}) {
    for (double step : {1e-13, 1e-10, 1e-7}) {
      const double scale = 1 + step;
      const double h = scale - 1;
      const auto out =
          EvaluateFunction<StudentTDivergenceFunction>(Columns<double>{
              {nu, nu}, {0, h}, {scale, 1}, {nu, nu}, {0, 0}, {1, 1}});
      const double of_scale = nu / (nu + 3) * h * h;
      const double of_loc = (nu + 1) / (nu + 3) / 2 * h * h;
      EXPECT_NEAR(out[0][0] / of_scale, 1, 1e-13 + 4 * step) << nu;
      EXPECT_NEAR(out[0][1] / of_loc, 1, 1e-13 + 4 * step) << nu;
      EXPECT_NEAR(out[3][0] * h / (2 * of_scale), 1, 1e-13 + 4 * step) << nu;
      EXPECT_NEAR(out[2][1] * h / (2 * of_loc), 1, 1e-13 + 4 * step) << nu;
    }
  }
}

Columns<double> RandomPairs(int count) {
  PointGenerator random(7);
  Columns<double> points(6);
  for (int i = 0; i < count; ++i) {
    for (int k : {0, 3}) points[k].push_back(random.LogUniform(1e-2, 1e8));
    for (int k : {2, 5}) points[k].push_back(random.LogUniform(1e-4, 1e4));
    for (int k : {1, 4}) points[k].push_back(10 * random.Normal());
    if (i % 2) {
      for (int k = 0; k < 3; ++k) {
        points[3 + k].back() = points[k].back() * random.Close(1e-14);
      }
      points[3].back() = std::abs(points[3].back());
      points[5].back() = std::abs(points[5].back());
    }
  }
  return points;
}

// Never negative; an Euler relation: a common scale changes nothing, nor does
// a common shift.
TEST(StudentTDivergenceTest, PropertiesOfRandomPairs) {
  const auto in = RandomPairs(2000);
  const auto out = EvaluateFunction<StudentTDivergenceFunction>(in);
  for (size_t i = 0; i < in[0].size(); ++i) {
    EXPECT_GE(out[0][i], 0);
    for (int k = 0; k < 7; ++k) EXPECT_TRUE(std::isfinite(out[k][i])) << k;
    EXPECT_EQ(out[2][i], -out[5][i]);
    double sum = 0, size = 0;
    for (int k : {1, 2, 4, 5}) {
      sum += out[1 + k][i] * in[k][i];
      size += std::abs(out[1 + k][i] * in[k][i]);
    }
    // What the terms of both derivatives in the locations add up from.
    const double apart =
        std::abs(in[1][i] - in[4][i]) / std::min(in[2][i], in[5][i]);
    EXPECT_LE(std::abs(sum),
              2e-14 * (size + (1 + apart) * std::sqrt(out[0][i])))
        << in[0][i] << " " << in[1][i] << " " << in[2][i] << " " << in[3][i]
        << " " << in[4][i] << " " << in[5][i];
  }
}

TEST(StudentTDivergenceTest, EqualArgumentsGiveZero) {
  for (double nu : {1e-3, 0.7, 5.0, 1e7, 1e30}) {
    const auto out = EvaluateFunction<StudentTDivergenceFunction>(
        Columns<double>{{nu}, {0.3}, {1.7}, {nu}, {0.3}, {1.7}});
    for (int k = 0; k < 7; ++k) EXPECT_EQ(out[k][0], 0) << nu << " " << k;
  }
}

// Normal distributions, to which nu = infinity tends.
TEST(StudentTDivergenceTest, LargeDf) {
  const double infinity = std::numeric_limits<double>::infinity();
  for (double nu : {1e18, infinity}) {
    const auto out = EvaluateFunction<StudentTDivergenceFunction>(
        Columns<double>{{nu}, {0.5}, {2}, {nu}, {-1}, {3}});
    EXPECT_NEAR(out[0][0], std::log(1.5) + (4 + 2.25) / 18 - 0.5, 1e-15);
    EXPECT_NEAR(out[2][0], 1.5 / 9, 1e-15);
    EXPECT_NEAR(out[3][0], 2.0 / 9 - 0.5, 1e-15);
    EXPECT_NEAR(out[6][0], 1 / 3.0 - 6.25 / 27, 1e-15);
  }
}

// log((s1 + s2)^2 + (l1 - l2)^2) - log(4 s1 s2), F. Chyzak, F. Nielsen, "A
// closed-form formula for the Kullback-Leibler divergence between Cauchy
// distributions", 2019.
TEST(StudentTDivergenceTest, Cauchy) {
  for (double scale : {1e-8, 0.3, 1.0, 1e8}) {
    for (double loc : {0.0, 0.7, 1e6}) {
      const auto out = EvaluateFunction<StudentTDivergenceFunction>(
          Columns<double>{{1}, {loc}, {scale}, {1}, {0}, {1}});
      const double gap = (1 - scale) * (1 - scale) + loc * loc;
      const double want = std::log1p(gap / (4 * scale));
      EXPECT_NEAR(out[0][0], want, 1e-13 * want) << scale << " " << loc;
    }
  }
}

TEST(StudentTDivergenceTest, InvalidArguments) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  for (int k = 0; k < 6; ++k) {
    for (double bad : {nan, 0.0, -1.0, infinity}) {
      if (k % 3 == 1 && (bad == 0 || bad == -1)) continue;  // a location
      if (k % 3 == 0 && bad == infinity) continue;          // normal
      Columns<double> in(6, std::vector<double>{1.5});
      in[k][0] = bad;
      ExpectNaN<StudentTDivergenceFunction>(in);
    }
  }
}

// Far apart; squares overflow a little beyond. (nu_q + 1) log(d / sqrt(nu_q)) +
// log p(0) - log q(0) and what does not grow.
TEST(StudentTDivergenceTest, UpToTheEndsOfTheRange) {
  for (double far : {1e60, 1e100, 9e139}) {
    const auto out = EvaluateFunction<StudentTDivergenceFunction>(
        Columns<double>{{3}, {far}, {1}, {5}, {0}, {1}});
    EXPECT_NEAR(out[0][0], 6 * std::log(far), 0.01 * out[0][0]) << far;
    EXPECT_NEAR(out[6][0], -5, 1e-12) << far;
    for (double ratio : {far, 1 / far}) {
      const auto wide = EvaluateFunction<StudentTDivergenceFunction>(
          Columns<double>{{3}, {0}, {ratio}, {5}, {0}, {1}});
      const double want = ratio > 1 ? 5 * std::log(ratio) : -std::log(ratio);
      EXPECT_NEAR(wide[0][0], want, 0.02 * want) << ratio;
    }
  }
}

// Once 0, or without an end.
TEST(StudentTDivergenceTest, NaNBeyond) {
  for (double nu : {1e-300, 3.0, 1e20}) {
    ExpectNaN<StudentTDivergenceFunction, double>(
        {{nu}, {1e155}, {1}, {5}, {0}, {1}});
    ExpectNaN<StudentTDivergenceFunction, double>(
        {{nu}, {0}, {1e-155}, {5}, {0}, {1}});
    ExpectNaN<StudentTDivergenceFunction, double>(
        {{nu}, {0}, {1e155}, {5}, {0}, {1}});
    ExpectNaN<StudentTDivergenceFunction, double>(
        {{nu}, {0}, {1e-300}, {5}, {0}, {1e300}});
    ExpectNaN<StudentTDivergenceFunction, double>(
        {{nu}, {0}, {1e300}, {5}, {0}, {1e-300}});
    ExpectNaN<StudentTDivergenceFunction, double>(
        {{nu}, {1e300}, {1e-10}, {5}, {0}, {1}});
  }
  ExpectNaN<StudentTDivergenceFunction, double>(
      {{1e-300}, {0}, {1}, {5}, {0}, {1}});
}

}  // namespace
}  // namespace tf_implicit
