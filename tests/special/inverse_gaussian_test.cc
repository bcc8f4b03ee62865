// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// inverse_gaussian.h, and mills.h in it, inverse_gaussian_density.h and
// bessel_k1.h against tests/reference/.

#include "kernels/special/inverse_gaussian.h"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "kernels/special/bessel_k1.h"
#include "kernels/special/inverse_gaussian_density.h"
#include "tests/special/function_testing.h"
#include "tests/special/reference_table.h"

namespace tf_implicit {
namespace {

using special::InverseGaussianLogProbFunction;
using special::LogBesselK1eFunction;
using special::RandomInverseGaussianLogGradFunction;

TEST(InverseGaussianTest, LogGradMatchesReference) {
  const ReferenceTable table("inverse_gaussian_log_grad");
  Columns<double> in;
  for (const char* name : {"loc", "concentration", "sample"}) {
    in.emplace_back(table[name].begin(), table[name].end());
  }
  // Without the term that the caller knows, whose error is not the function's.
  in.emplace_back(in[0].size());
  const auto out = EvaluateFunction<RandomInverseGaussianLogGradFunction>(in);
  const char* const names[] = {"d_log_loc", "excess"};
  for (int k = 0; k < 2; ++k) {
    const auto& expected = table[names[k]];
    ExpectWithin(names[k], in, out[k], expected, k ? 24 : 8,
                 [&](size_t i) { return expected[i]; });
  }
  for (size_t i = 0; i < in[0].size(); ++i) {
    in[3][i] =
        static_cast<double>((in[0][i] - in[2][i]) /
                            (static_cast<long double>(in[0][i]) + in[2][i]));
  }
  const auto whole = EvaluateFunction<RandomInverseGaussianLogGradFunction>(in);
  ExpectWithin("d_log_concentration", in, whole[1],
               table["d_log_concentration"], 24, [&](size_t i) {
                 return std::max(std::abs(static_cast<long double>(in[3][i])),
                                 table["excess"][i]);
               });
}

TEST(InverseGaussianTest, NaNOutside) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  Columns<double> in(4);
  for (int k = 0; k < 3; ++k) {
    for (double bad : {0.0, -1.0, nan}) {
      for (int j = 0; j < 4; ++j) in[j].push_back(j == k ? bad : 0.5);
    }
  }
  ExpectNaN<RandomInverseGaussianLogGradFunction>(in);
}

TEST(InverseGaussianTest, LogProbMatchesReference) {
  const ReferenceTable table("inverse_gaussian_log_prob");
  Columns<double> in;
  for (const char* name : {"loc", "concentration", "sample"}) {
    in.emplace_back(table[name].begin(), table[name].end());
  }
  const auto out = EvaluateFunction<InverseGaussianLogProbFunction>(in);
  const char* const names[] = {"log_prob", "d_loc", "d_concentration",
                               "d_sample"};
  const char* const scales[] = {"scale", "d_loc", "scale_d_concentration",
                                "scale_d_sample"};
  for (int k = 0; k < 4; ++k) {
    const auto& scale = table[scales[k]];
    ExpectWithin(names[k], in, out[k], table[names[k]], 4,
                 [&](size_t i) { return std::abs(scale[i]); });
  }
}

TEST(InverseGaussianTest, LogProbOutside) {
  const double infinity = std::numeric_limits<double>::infinity();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Columns<double> in = {{2, 2, 2}, {3, 3, 3}, {0, -1, infinity}};
  const auto out = EvaluateFunction<InverseGaussianLogProbFunction>(in);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(out[0][i], -infinity);
    for (int k = 1; k < 4; ++k) EXPECT_EQ(out[k][i], 0);
  }
  // A parameter that is none is NaN outside of the support, too.
  Columns<double> bad(3);
  for (int k = 0; k < 2; ++k) {
    for (double value : {0., -1., nan, infinity}) {
      for (double z : {0.5, -1.}) {
        for (int j = 0; j < 3; ++j) {
          bad[j].push_back(j == k ? value : j == 2 ? z : 0.5);
        }
      }
    }
  }
  for (int j = 0; j < 3; ++j) bad[j].push_back(j == 2 ? nan : 0.5);
  ExpectNaN<InverseGaussianLogProbFunction>(bad);
}

TEST(BesselK1Test, MatchesReference) {
  const ReferenceTable table("log_bessel_k1e");
  const Columns<double> in = {{table["x"].begin(), table["x"].end()}};
  const auto out = EvaluateFunction<LogBesselK1eFunction>(in);
  ExpectWithin("value", in, out[0], table["value"], 4,
               [&](size_t i) { return table["scale"][i]; });
  ExpectWithin("d_x", in, out[1], table["d_x"], 4,
               [&](size_t i) { return std::abs(table["d_x"][i]); });
}

TEST(BesselK1Test, Limits) {
  const double infinity = std::numeric_limits<double>::infinity();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Columns<double> ends = {{0, infinity, 1e300, 1e-300}};
  const auto out = EvaluateFunction<LogBesselK1eFunction>(ends);
  EXPECT_EQ(out[0][0], infinity);
  EXPECT_EQ(out[1][0], -infinity);
  EXPECT_EQ(out[0][1], -infinity);
  EXPECT_EQ(out[1][1], 0);
  // sqrt(pi / (2 x)) and 1 / x
  EXPECT_NEAR(out[0][2], std::log(std::acos(0.)) / 2 - 150 * std::log(10.),
              1e-12);
  EXPECT_NEAR(out[0][3], 300 * std::log(10.), 1e-12);
  const Columns<double> outside = {{-1, nan, -infinity}};
  ExpectNaN<LogBesselK1eFunction>(outside);
}

TEST(BesselK1Test, IndependentOfNeighbours) {
  PointGenerator random(5);
  Columns<double> in(1);
  for (int i = 0; i < 3000; ++i) in[0].push_back(random.LogUniform(1e-3, 1e3));
  ExpectFunctionIndependentOfNeighbours<LogBesselK1eFunction>(in);
}

}  // namespace
}  // namespace tf_implicit
