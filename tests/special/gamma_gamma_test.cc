// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// gamma_gamma_density.h against tests/reference/ and at the ends of the range.
// It is evaluated in double for float too.

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "gtest/gtest.h"
#include "kernels/special/gamma_gamma_density.h"
#include "tests/special/function_testing.h"
#include "tests/special/reference_table.h"

namespace tf_implicit {
namespace {

using special::GammaGammaLogProbFunction;

// |psi(t) - log t|, from below.
long double PsiGap(long double t) { return t < 1 ? 1 / t : 1 / (2 * t); }

TEST(GammaGammaTest, LogProbMatchesReference) {
  const ReferenceTable table("gamma_gamma_log_prob");
  Columns<double> in;
  for (const char* name :
       {"concentration", "mixing_concentration", "mixing_rate", "sample"}) {
    in.emplace_back(table[name].begin(), table[name].end());
  }
  const auto out = EvaluateFunction<GammaGammaLogProbFunction>(in);
  const auto at = [&](size_t i, int k) -> long double { return in[k][i]; };
  const auto logit = [&](size_t i) { return std::log(at(i, 3) / at(i, 2)); };
  const auto& value = table["log_prob"];
  const auto& of_rate = table["d_rate"];
  ExpectWithin("log_prob", in, out[0], value, 6, [&](size_t i) {
    return std::max({1.0L, std::abs(value[i]), std::abs(std::log(at(i, 3))),
                     std::abs(logit(i) * of_rate[i] * at(i, 2))});
  });
  // The terms of the derivative, and what a rounding of the logit changes.
  for (int k = 0; k < 2; ++k) {
    ExpectWithin(k ? "d_c" : "d_a", in, out[1 + k], table[k ? "d_c" : "d_a"], 6,
                 [&](size_t i) {
                   const long double a = at(i, k), n = at(i, 0) + at(i, 1);
                   const long double y = k ? -logit(i) : logit(i);
                   const long double log_u =
                       y < -11000 ? y : -std::log1p(std::exp(-y));
                   return std::abs(log_u + std::log(n / a)) + PsiGap(a) +
                          PsiGap(n) + std::abs(y) / (1 + std::exp(y));
                 });
  }
  ExpectWithin("d_rate", in, out[3], of_rate, 6, [&](size_t i) {
    const long double r = at(i, 2), x = at(i, 3);
    return (at(i, 0) * r + at(i, 1) * x) / (r + x) / r *
           std::max(1.0L, std::abs(logit(i)) / 4);
  });
  ExpectWithin("d_sample", in, out[4], table["d_sample"], 4, [&](size_t i) {
    return std::abs(at(i, 0) - 1) / at(i, 3) +
           (at(i, 0) + at(i, 1)) / (at(i, 2) + at(i, 3));
  });
}

TEST(GammaGammaTest, Ends) {
  const double infinity = std::numeric_limits<double>::infinity();
  const double least = std::numeric_limits<double>::min();
  const double most = std::numeric_limits<double>::max();
  const Columns<double> in = {{1, 0.5, 2, 2, 2, 2, 0.5},
                              {3, 3, 3, 3, 3, 1, 3},
                              {4, 4, 4, 4, 4, least, most},
                              {0, 0, 0, -1, infinity, most, least}};
  const auto out = EvaluateFunction<GammaGammaLogProbFunction>(in);
  // As x -> 0: 3 / 4 for a = 1.
  EXPECT_NEAR(out[0][0], std::log(0.75), 4e-16);
  EXPECT_EQ(out[0][1], infinity);
  EXPECT_EQ(out[0][2], -infinity);
  EXPECT_EQ(out[4][0], -1);
  EXPECT_EQ(out[4][1], -infinity);
  EXPECT_EQ(out[4][2], infinity);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(out[1][i], -infinity);
  for (int i = 3; i < 5; ++i) {
    EXPECT_EQ(out[0][i], -infinity);
    for (int k = 1; k < 5; ++k) EXPECT_EQ(out[k][i], 0);
  }
  // log(2 r / x^2), and r^(-1/2) x^(-1/2) / B(1/2, 3), B = 16 / 15.
  const double far = std::log(2.0) + std::log(least) - 2 * std::log(most);
  EXPECT_NEAR(out[0][5], far, 4e-16 * std::abs(far));
  const double near =
      std::log(15 / 16.0) - std::log(most) / 2 - std::log(least) / 2;
  EXPECT_NEAR(out[0][6], near, 1e-12);
}

// Log density of the ratio of two numbers at the ends of their range: a = c =
// 1, log f = log r - 2 log(r + x).
TEST(GammaGammaTest, Range) {
  PointGenerator random(7);
  Columns<double> in(4);
  std::vector<long double> expected;
  for (int i = 0; i < 4000; ++i) {
    const bool tiny_r = i & 1, tiny_x = i & 2, wide = i & 4;
    const double near = random.LogUniform(0x1p-1022, 0x1p-1018);
    const double size[] = {near, 1 / near * 0x1p-2, random.Uniform()};
    in[0].push_back(1);
    in[1].push_back(1);
    in[2].push_back(size[wide ? tiny_r : 2]);
    in[3].push_back(size[tiny_x]);
    const long double r = in[2][i], x = in[3][i];
    expected.push_back(std::log(r) - 2 * std::log(r + x));
  }
  const auto out = EvaluateFunction<GammaGammaLogProbFunction>(in);
  ExpectWithin("log_prob", in, out[0], expected, 4, [&](size_t i) {
    return std::max({1.0, std::abs(out[0][i]), std::abs(std::log(in[2][i])),
                     std::abs(std::log(in[3][i]))});
  });
}

TEST(GammaGammaTest, InvalidArguments) {
  const double infinity = std::numeric_limits<double>::infinity();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (int k = 0; k < 4; ++k) {
    for (const double bad : {0.0, -1.0, infinity, nan}) {
      if (k == 3 && bad == bad) continue;
      Columns<double> in = {{1.5}, {2.5}, {0.5}, {2}};
      in[k][0] = bad;
      ExpectNaN<GammaGammaLogProbFunction>(in);
    }
  }
}

TEST(GammaGammaTest, IndependentOfNeighbours) {
  PointGenerator random(6);
  Columns<double> in(4);
  for (int i = 0; i < 3000; ++i) {
    in[0].push_back(random.Concentration());
    in[1].push_back(random.Concentration());
    in[2].push_back(random.LogUniform(1e-2, 1e2));
    in[3].push_back(i % 97 ? random.LogUniform(1e-20, 1e20) : 0);
  }
  ExpectFunctionIndependentOfNeighbours<GammaGammaLogProbFunction>(in);
}

}  // namespace
}  // namespace tf_implicit
