// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// truncated_normal.h and truncated_cauchy.h against tests/reference/ and by
// properties. Both are evaluated in double for float too.

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "kernels/special/truncated_cauchy.h"
#include "kernels/special/truncated_normal.h"
#include "kernels/special/truncated_normal_density.h"
#include "tests/special/function_testing.h"
#include "tests/special/reference_table.h"

namespace tf_implicit {
namespace {

using special::RandomTruncatedCauchyGradFunction;
using special::RandomTruncatedNormalGradFunction;
using special::TruncatedCauchyQuantileFunction;
using special::TruncatedNormalLogProbFunction;
using special::TruncatedNormalQuantileFunction;

constexpr double kInf = std::numeric_limits<double>::infinity();

Columns<double> ReadColumns(const ReferenceTable& table,
                            const std::vector<std::string>& names) {
  Columns<double> columns;
  for (const auto& name : names) {
    columns.emplace_back(table[name].begin(), table[name].end());
  }
  return columns;
}

template <class Function>
void ExpectQuantile(const std::string& name, double bound) {
  const ReferenceTable table(name);
  const auto in = ReadColumns(table, {"loc", "scale", "low", "high", "p"});
  const auto out = EvaluateFunction<Function>(in);
  ExpectWithin(name, in, out[0], table["z"], bound, [&](size_t i) {
    return std::abs(in[0][i]) +
           std::max<long double>(in[1][i], std::abs(table["z"][i] - in[0][i]));
  });
}

TEST(TruncatedTest, QuantilesMatchReference) {
  ExpectQuantile<TruncatedNormalQuantileFunction>("truncated_normal_quantile",
                                                  8);
  ExpectQuantile<TruncatedCauchyQuantileFunction>("truncated_cauchy_quantile",
                                                  4);
}

// In the derivatives in loc and scale terms cancel where the interval is
// narrow, a width of w scales: 1 / w, times max(1, |y|) of the latter's.
template <class Function>
void ExpectGrad(const std::string& name, double bound, double bound_of_sums) {
  const ReferenceTable table(name);
  const auto in = ReadColumns(table, {"loc", "scale", "low", "high", "sample"});
  const auto out = EvaluateFunction<Function>(in);
  const char* const names[] = {"d_loc", "d_scale", "d_low", "d_high", "d_p"};
  for (int k = 0; k < 5; ++k) {
    const auto& expected = table[names[k]];
    const double largest = k < 2 ? bound_of_sums : bound;
    ExpectWithin(
        name + " " + names[k], in, out[k], expected, largest, [&](size_t i) {
          const long double width = (in[3][i] - in[2][i]) / in[1][i];
          const long double y = (in[4][i] - in[0][i]) / in[1][i];
          const long double term =
              std::min(1.0L, width) * (k ? std::max(1.0L, std::abs(y)) : 1.0L);
          const long double size = std::max(
              std::abs(expected[i]),
              static_cast<long double>(std::numeric_limits<double>::min()));
          return k < 2 ? std::max(size, term) : size;
        });
  }
}

TEST(TruncatedTest, GradientsMatchReference) {
  ExpectGrad<RandomTruncatedNormalGradFunction>("truncated_normal_sample_grad",
                                                128, 8);
  ExpectGrad<RandomTruncatedCauchyGradFunction>("truncated_cauchy_sample_grad",
                                                6, 4);
}

TEST(TruncatedTest, LogProbMatchesReference) {
  const ReferenceTable table("truncated_normal_log_prob");
  const auto in = ReadColumns(table, {"loc", "scale", "low", "high", "value"});
  const auto out = EvaluateFunction<TruncatedNormalLogProbFunction>(in);
  const char* const names[] = {"log_prob", "d_loc",  "d_scale",
                               "d_low",    "d_high", "d_value"};
  for (int k = 0; k < 6; ++k) {
    const auto& expected = table[names[k]];
    ExpectWithin(names[k], in, out[k], expected, 16, [&](size_t i) {
      const long double y = (in[4][i] - in[0][i]) / in[1][i];
      const long double a = (in[2][i] - in[0][i]) / in[1][i];
      const long double b = (in[3][i] - in[0][i]) / in[1][i];
      const long double size = std::max(
          std::abs(expected[i]),
          static_cast<long double>(std::numeric_limits<double>::min()));
      // Of a difference of the value and its mean, or of their squares, and of
      // a density, whose exponent is rounded.
      const long double term = std::min(1.0L, b - a) / in[1][i];
      const long double exponent = (k == 3 ? a * a : b * b) / 2;
      switch (k) {
        case 0:
          return std::max(1.0L, size);
        case 1:
          return std::max(size, term);
        case 2:
          return std::max(size, term * std::max(1.0L, std::abs(y)));
        case 5:
          return size;
        default:
          return a * b < 0 ? size * std::max(1.0L, exponent) : size;
      }
    });
  }
}

TEST(TruncatedTest, LogProbOutside) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Columns<double> in = {{0, 0, 0, 0},
                              {1, 1, 1, 1},
                              {-1, -1, -kInf, 2},
                              {3, 3, 1, kInf},
                              {-1.5, kInf, 2, -kInf}};
  const auto out = EvaluateFunction<TruncatedNormalLogProbFunction>(in);
  for (size_t i = 0; i < in[0].size(); ++i) {
    EXPECT_EQ(out[0][i], -kInf);
    for (int k = 1; k < 6; ++k) EXPECT_EQ(out[k][i], 0) << k;
  }
  const double bad[][2] = {{0, nan}, {1, 0},  {1, -1},  {1, nan}, {2, 4},
                           {2, nan}, {3, -2}, {3, nan}, {4, nan}};
  Columns<double> invalid(5);
  for (const auto& row : bad) {
    double point[] = {0.25, 2, -1, 3, 0.5};
    point[static_cast<int>(row[0])] = row[1];
    for (int k = 0; k < 5; ++k) invalid[k].push_back(point[k]);
  }
  ExpectNaN<TruncatedNormalLogProbFunction>(invalid);
}

// low, high, z: what finite bounds far away and infinite ones give.
TEST(TruncatedTest, InfiniteBoundsAreFarOnes) {
  const double rows[][3] = {{-kInf, 0.5, -0.3},
                            {-1, kInf, 4},
                            {-kInf, kInf, 2},
                            {9, kInf, 9.1},
                            {-kInf, -40, -40.01}};
  for (const auto& row : rows) {
    Columns<double> in = {{0.5}, {1.5}, {row[0]}, {row[1]}, {row[2]}};
    Columns<double> far = in;
    for (int k : {2, 3}) {
      far[k][0] = std::min(std::max(in[k][0], -1e90), 1e90);
    }
    const auto normal = EvaluateFunction<RandomTruncatedNormalGradFunction>(in);
    const auto far_normal =
        EvaluateFunction<RandomTruncatedNormalGradFunction>(far);
    const auto cauchy = EvaluateFunction<RandomTruncatedCauchyGradFunction>(in);
    const auto far_cauchy =
        EvaluateFunction<RandomTruncatedCauchyGradFunction>(far);
    for (int k = 0; k < 5; ++k) {
      EXPECT_EQ(normal[k][0], far_normal[k][0]) << k;
      EXPECT_NEAR(cauchy[k][0], far_cauchy[k][0],
                  1e-14 * (1 + std::abs(cauchy[k][0])))
          << k;
    }
    const auto density = EvaluateFunction<TruncatedNormalLogProbFunction>(in);
    const auto far_density =
        EvaluateFunction<TruncatedNormalLogProbFunction>(far);
    for (int k = 0; k < 6; ++k) {
      EXPECT_DOUBLE_EQ(density[k][0], far_density[k][0]) << k;
    }
    const double p = 0.3;
    Columns<double> at = {in[0], in[1], in[2], in[3], {p}};
    Columns<double> far_at = {far[0], far[1], far[2], far[3], {p}};
    EXPECT_EQ(EvaluateFunction<TruncatedNormalQuantileFunction>(at)[0][0],
              EvaluateFunction<TruncatedNormalQuantileFunction>(far_at)[0][0]);
    const double z =
        EvaluateFunction<TruncatedCauchyQuantileFunction>(at)[0][0];
    EXPECT_NEAR(z,
                EvaluateFunction<TruncatedCauchyQuantileFunction>(far_at)[0][0],
                1e-14 * std::abs(z));
  }
}

// loc, scale, low, high, p outside of their range, or NaN.
TEST(TruncatedTest, NaNOutside) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double good[] = {0.25, 2, -1, 3, 0.5};
  const double bad[][2] = {{4, -0.1}, {4, 1.1}, {4, nan}, {0, nan},
                           {1, 0},    {1, -1},  {1, nan}, {2, 4},
                           {2, nan},  {3, -2},  {3, nan}};
  Columns<double> quantile(5), grad(5);
  for (const auto& row : bad) {
    double point[5];
    std::copy(good, good + 5, point);
    point[static_cast<int>(row[0])] = row[1];
    for (int k = 0; k < 5; ++k) quantile[k].push_back(point[k]);
    // The sample takes the place of p, and its range is [low, high].
    if (row[0] == 4) point[4] = row[1] < 0 ? -1.5 : row[1] > 1 ? 3.5 : nan;
    for (int k = 0; k < 5; ++k) grad[k].push_back(point[k]);
  }
  ExpectNaN<TruncatedNormalQuantileFunction>(quantile);
  ExpectNaN<TruncatedCauchyQuantileFunction>(quantile);
  ExpectNaN<RandomTruncatedNormalGradFunction>(grad);
  ExpectNaN<RandomTruncatedCauchyGradFunction>(grad);
}

TEST(TruncatedTest, EndsAndPointsBetweenThem) {
  // Both neighbours of where the method of the quantile changes, and of 0.
  for (double low : {-31.5, -30.0, -1.0, 0.0, 29.9999999, 30.0000001, 1e4}) {
    Columns<double> in(5);
    for (int i = 0; i <= 1000; ++i) {
      const double point[] = {0, 1, low, low + 1, i / 1000.0};
      for (int k = 0; k < 5; ++k) in[k].push_back(point[k]);
    }
    for (const auto& z :
         {EvaluateFunction<TruncatedNormalQuantileFunction>(in)[0],
          EvaluateFunction<TruncatedCauchyQuantileFunction>(in)[0]}) {
      const double rounding = 1e-14 * std::max(1.0, std::abs(low));
      EXPECT_EQ(z[0], low);
      EXPECT_EQ(z[1000], low + 1);
      for (int i = 0; i < 1000; ++i) {
        EXPECT_LE(z[i], z[i + 1] + rounding);
        EXPECT_LE(low, z[i]);
        EXPECT_LE(z[i], low + 1);
      }
    }
  }
}

TEST(TruncatedTest, IndependentOfNeighbours) {
  PointGenerator random(3);
  Columns<double> quantile(5), grad(5);
  for (int i = 0; i < 3000; ++i) {
    const double low = 80 * random.Uniform() - 40;
    const double high = low + random.LogUniform(1e-3, 10);
    const double p = random.Uniform();
    const double point[] = {0, 1, low, high, p};
    for (int k = 0; k < 5; ++k) {
      quantile[k].push_back(point[k]);
      grad[k].push_back(k < 4 ? point[k] : low + p * (high - low));
    }
  }
  ExpectFunctionIndependentOfNeighbours<TruncatedNormalQuantileFunction>(
      quantile);
  ExpectFunctionIndependentOfNeighbours<TruncatedCauchyQuantileFunction>(
      quantile);
  ExpectFunctionIndependentOfNeighbours<RandomTruncatedNormalGradFunction>(
      grad);
  ExpectFunctionIndependentOfNeighbours<TruncatedNormalLogProbFunction>(grad);
  ExpectFunctionIndependentOfNeighbours<RandomTruncatedCauchyGradFunction>(
      grad);
}

}  // namespace
}  // namespace tf_implicit
