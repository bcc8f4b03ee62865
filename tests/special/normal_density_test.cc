// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// normal_density.h against tests/reference/, at random points and at the ends
// of the range.

#include "kernels/special/normal_density.h"

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

using special::NormalLogProbFunction;

template <class T>
class NormalDensityTest : public ::testing::Test {};
using Types = ::testing::Types<float, double>;
TYPED_TEST_SUITE(NormalDensityTest, Types);

template <class T>
void ExpectClose(const Columns<T>& in,
                 const std::vector<long double> (&expected)[4]) {
  const auto out = EvaluateFunction<NormalLogProbFunction>(in);
  const auto size = [&](int k) {
    return [&, k](size_t i) { return expected[k][i]; };
  };
  ExpectWithin("log_prob", in, out[0], expected[0], 3, [&](size_t i) {
    // Its terms may cancel.
    return std::max(1.0L, std::abs(expected[0][i])) +
           std::abs(std::log(static_cast<long double>(in[1][i])));
  });
  ExpectWithin("d_loc", in, out[1], expected[1], 4, size(1));
  ExpectWithin("d_sample", in, out[3], expected[3], 4, size(3));
  ExpectWithin("d_scale", in, out[2], expected[2], 4, [&](size_t i) {
    const long double s = in[1][i];
    const long double t = (static_cast<long double>(in[2][i]) - in[0][i]) / s;
    // The rounding of t is one of the difference, next to its zeros.
    return std::max(std::abs(expected[2][i]), std::abs(t) < 2 ? 2 / s : 0);
  });
}

TYPED_TEST(NormalDensityTest, MatchesReference) {
  const ReferenceTable table("normal_log_prob");
  Columns<TypeParam> in;
  for (const char* name : {"loc", "scale", "sample"}) {
    in.emplace_back(table[name].begin(), table[name].end());
  }
  ExpectClose(in, {table["log_prob"], table["d_loc"], table["d_scale"],
                   table["d_sample"]});
}

TYPED_TEST(NormalDensityTest, IsTheFormula) {
  using T = TypeParam;
  const double reach = kIsDouble<T> ? 150 : 15;
  PointGenerator random(5);
  Columns<T> in(3);
  std::vector<long double> expected[4];
  for (int i = 0; i < 100000; ++i) {
    const double scale =
        random.LogUniform(std::pow(10, -reach), std::pow(10, reach));
    in[0].push_back(static_cast<T>(random.Normal() * scale));
    in[1].push_back(static_cast<T>(scale));
    in[2].push_back(static_cast<T>(
        in[0][i] +
        scale * random.Normal() * (i % 2 ? 1 : random.LogUniform(1e-3, 1e3))));
    const long double s = in[1][i];
    const long double t = (static_cast<long double>(in[2][i]) - in[0][i]) / s;
    expected[0].push_back(-0.5L * t * t - std::log(s) -
                          0.91893853320467274178032973640561763986L);
    expected[1].push_back(t / s);
    expected[2].push_back((t - 1) * (t + 1) / s);
    expected[3].push_back(-t / s);
  }
  ExpectClose(in, expected);
}

// Where the difference, its square or the reciprocal of the scale is none.
TEST(NormalDensityExtremesTest, Scales) {
  const double least = std::numeric_limits<double>::min();
  const double most = std::numeric_limits<double>::max();
  const Columns<double> in = {{-most, 0, 0, most / 2, 1},
                              {most, least, most, most / 4, 0x1p200},
                              {most, least, -most, -most, 1.5e154}};
  const auto out = EvaluateFunction<NormalLogProbFunction>(in);
  const double t[] = {2, 1, -1, -6, 1.5e154 / 0x1p200};
  for (int i = 0; i < 5; ++i) {
    const double s = in[1][i];
    const double value = -0.5 * t[i] * t[i] - std::log(s) - 0.91893853320467274;
    EXPECT_NEAR(out[0][i], value, 4e-16 * std::abs(value)) << i;
    EXPECT_DOUBLE_EQ(out[1][i], t[i] / s) << i;
    EXPECT_DOUBLE_EQ(out[2][i], (t[i] - 1) * (t[i] + 1) / s) << i;
    EXPECT_EQ(out[3][i], -out[1][i]) << i;
  }
}

TYPED_TEST(NormalDensityTest, Ends) {
  using T = TypeParam;
  const T infinity = std::numeric_limits<T>::infinity();
  const auto out = EvaluateFunction<NormalLogProbFunction>(Columns<T>{
      {1, 1, infinity, 1}, {2, 2, 2, infinity}, {infinity, -infinity, 1, 3}});
  for (int i = 0; i < 4; ++i) EXPECT_EQ(out[0][i], -infinity) << i;
  for (int i = 0; i < 3; ++i) EXPECT_EQ(out[2][i], infinity) << i;
  EXPECT_EQ(out[3][0], -infinity);
  EXPECT_EQ(out[3][1], infinity);
  for (int k = 1; k < 4; ++k) EXPECT_EQ(out[k][3], 0) << k;
}

TYPED_TEST(NormalDensityTest, InvalidArguments) {
  using T = TypeParam;
  const T infinity = std::numeric_limits<T>::infinity();
  const T nan = std::numeric_limits<T>::quiet_NaN();
  ExpectNaN<NormalLogProbFunction>(
      Columns<T>{{nan, 1, 1, 1, 1, 1, infinity, 1},
                 {2, nan, 2, 0, -2, -infinity, 2, infinity},
                 {1, 1, nan, 1, 1, 1, infinity, -infinity}});
}

TYPED_TEST(NormalDensityTest, IndependentOfNeighbours) {
  using T = TypeParam;
  PointGenerator random(9);
  Columns<T> in(3);
  for (int i = 0; i < 3000; ++i) {
    in[0].push_back(static_cast<T>(random.Normal()));
    in[1].push_back(static_cast<T>(random.LogUniform(1e-3, 1e3)));
    in[2].push_back(static_cast<T>(random.Normal() * 10));
    if (i % 97 == 0) in[1][i] = std::numeric_limits<T>::max();
    if (i % 89 == 0) in[2][i] = std::numeric_limits<T>::max();
  }
  ExpectFunctionIndependentOfNeighbours<NormalLogProbFunction>(in);
}

}  // namespace
}  // namespace tf_implicit
