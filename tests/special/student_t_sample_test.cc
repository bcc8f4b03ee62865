// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// student_t_sample.h and student_t_mills.h as loops, on every target that this
// processor has: against the formula, tests/reference/ and by properties.

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "gtest/gtest.h"
#include "kernels/cpu/loops.h"
#include "tests/special/function_testing.h"
#include "tests/special/loop_testing.h"
#include "tests/special/reference_table.h"

namespace tf_implicit {
namespace {

template <class T>
class StudentTSampleTest : public ::testing::Test {};
using Types = ::testing::Types<float, double>;
TYPED_TEST_SUITE(StudentTSampleTest, Types);

// df from 0.01 to 1e10, loc, scale, the limit, x and y.
template <class T>
Columns<T> NormalPoints(int count) {
  PointGenerator random(7);
  Columns<T> in(6);
  for (int i = 0; i < count; ++i) {
    in[0].push_back(static_cast<T>(std::pow(10, 12 * random.Uniform() - 2)));
    in[1].push_back(static_cast<T>(random.Normal()));
    in[2].push_back(static_cast<T>(random.LogUniform(0.1, 10)));
    in[3].push_back(std::numeric_limits<T>::max() / 16);
    for (int k = 4; k < 6; ++k) {
      const double size = i % 3 ? 3 : std::pow(10, -4 * random.Uniform());
      in[k].push_back(static_cast<T>(size * (2 * random.Uniform() - 1)));
    }
  }
  return in;
}

TYPED_TEST(StudentTSampleTest, FromNormalsIsTheFormula) {
  using T = TypeParam;
  const Columns<T> in = NormalPoints<T>(20000);
  std::vector<long double> standard, expected, sizes;
  for (size_t i = 0; i < in[0].size(); ++i) {
    const long double x = in[4][i], y = in[5][i];
    const long double w = (x * x + y * y) / in[0][i];
    const long double limit = in[3][i] / std::max<long double>(1, in[2][i]);
    const long double t = x * std::sqrt(std::expm1(w) / w);
    standard.push_back(std::min(std::max(t, -limit), limit));
    expected.push_back(in[1][i] + in[2][i] * standard[i]);
    // What the rounding of w changes.
    sizes.push_back(std::abs(standard[i]) * (1 + w / 2));
  }
  for (CpuTarget target : SupportedCpuTargets()) {
    const auto out = Evaluate(target, LoopId::kStudentTFromNormals, in);
    ExpectWithin(CpuTargetName(target), in, out[1], standard, 4,
                 [&](size_t i) { return sizes[i]; });
    ExpectWithin(CpuTargetName(target), in, out[0], expected, 5, [&](size_t i) {
      return std::abs(in[1][i]) + in[2][i] * sizes[i];
    });
  }
}

TYPED_TEST(StudentTSampleTest, FromNormalsLimits) {
  using T = TypeParam;
  const T infinity = std::numeric_limits<T>::infinity();
  const T nan = std::numeric_limits<T>::quiet_NaN();
  const Columns<T> in = {
      {infinity, 1e-3f, 1e-3f, 1e-3f, 3, 3, 1e-3f, 0, -1, nan, 3, 3, 3, 3},
      {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1},
      {1, 1, 1, 1, 0.5, 1, -5, 1, 1, 1, 1, 1, 1, nan},
      {10, 10, 10, 10, 1, 10, 10, 10, 10, 10, nan, 10, 10, 10},
      {1.5, 2, -2, 0, 5, 0, 2, 1, 1, 1, 1, nan, 1, 1},
      {2, 3, 3, 3, 1, 0, 3, 1, 1, 1, 1, 1, nan, 1}};
  const T standard[] = {T(1.5), 10, -10, 0, 1, 0, 2};
  const T expected[] = {T(2.5), 11, -9, 1, T(1.5), 1, -9};
  for (CpuTarget target : SupportedCpuTargets()) {
    const auto out = Evaluate(target, LoopId::kStudentTFromNormals, in);
    for (int i = 0; i < 7; ++i) EXPECT_EQ(out[0][i], expected[i]) << i;
    for (int i = 0; i < 7; ++i) EXPECT_EQ(out[1][i], standard[i]) << i;
    for (int i = 7; i < 14; ++i) {
      for (int k = 0; k < 2; ++k) EXPECT_TRUE(std::isnan(out[k][i])) << i;
    }
  }
}

// The same |t|, on the side and with the scale that the last inputs choose.
TYPED_TEST(StudentTSampleTest, TwoPieceFromNormals) {
  using T = TypeParam;
  Columns<T> normal = NormalPoints<T>(3000);
  std::fill(normal[2].begin(), normal[2].end(), T(1));
  PointGenerator random(8);
  Columns<T> in = {normal[0], normal[3], {}, {}, normal[4], normal[5], {}};
  for (size_t i = 0; i < normal[0].size(); ++i) {
    in[2].push_back(static_cast<T>(0.25 + 2 * random.Uniform()));
    in[3].push_back(static_cast<T>(random.Uniform() - 0.5));
    in[6].push_back(i % 7 ? static_cast<T>(random.Uniform() - 0.5) : in[3][i]);
  }
  for (CpuTarget target : SupportedCpuTargets()) {
    const auto t = Evaluate(target, LoopId::kStudentTFromNormals, normal);
    const auto out = Evaluate(target, LoopId::kTwoPieceStudentTFromNormals, in);
    for (size_t i = 0; i < normal[0].size(); ++i) {
      const T size = std::abs(t[1][i]), g = in[2][i];
      const T expected = in[6][i] < in[3][i] ? size * g : -size / g;
      ASSERT_NEAR(out[0][i], expected, 4 * kEps<T> * std::abs(expected)) << i;
    }
  }
}

TYPED_TEST(StudentTSampleTest, LogGradMatchesReference) {
  using T = TypeParam;
  const ReferenceTable table("student_t_sample_grad");
  Columns<T> in(2);
  std::vector<long double> expected;
  for (int i = 0; i < table.size(); ++i) {
    const long double t = table["sample"][i];
    in[0].push_back(static_cast<T>(table["df"][i]));
    in[1].push_back(static_cast<T>(t));
    expected.push_back(t == 0 ? table["dt_dsample"][i] : table["dt"][i] / t);
  }
  for (CpuTarget target : SupportedCpuTargets()) {
    const auto out = Evaluate(target, LoopId::kRandomStudentTLogGrad, in);
    ExpectWithin(CpuTargetName(target), in, out[0], expected,
                 kIsDouble<T> ? 400 : 1, [&](size_t i) { return expected[i]; });
  }
}

TYPED_TEST(StudentTSampleTest, TwoPieceGradMatchesReference) {
  using T = TypeParam;
  const ReferenceTable table("two_piece_student_t_sample_grad");
  Columns<T> in;
  for (const char* name : {"df", "skewness", "sample"}) {
    in.emplace_back(table[name].begin(), table[name].end());
  }
  const char* const names[] = {"log_slope", "d_skewness"};
  const double bounds[] = {kIsDouble<T> ? 400. : 1., kIsDouble<T> ? 16. : 1.};
  for (CpuTarget target : SupportedCpuTargets()) {
    const auto out = Evaluate(target, LoopId::kRandomTwoPieceStudentTGrad, in);
    for (int k = 0; k < 2; ++k) {
      ExpectWithin(names[k], in, out[k], table[names[k]], bounds[k],
                   [&](size_t i) { return table[names[k]][i]; });
    }
  }
}

TYPED_TEST(StudentTSampleTest, GradLimits) {
  using T = TypeParam;
  const T infinity = std::numeric_limits<T>::infinity();
  const T nan = std::numeric_limits<T>::quiet_NaN();
  const Columns<T> in = {{infinity, infinity, 0, -1, nan, 3, 3, 3, 3, 3},
                         {1, 1, 1, 1, 1, 0, -1, infinity, nan, 1},
                         {0, -1, 1, 1, 1, 1, 1, 1, 1, nan}};
  for (CpuTarget target : SupportedCpuTargets()) {
    const auto out = Evaluate(target, LoopId::kRandomTwoPieceStudentTGrad, in);
    // Those of the Normal distribution: sqrt(pi / 2), and 1 more than its Mills
    // ratio at 1.
    EXPECT_EQ(out[0][0], 0);
    EXPECT_EQ(out[0][1], 0);
    EXPECT_NEAR(out[1][0], 1.2533141373155003, 4 * kEps<T>);
    EXPECT_NEAR(out[1][1], 1.6556795424187985, 4 * kEps<T>);
    for (size_t i = 2; i < in[0].size(); ++i) {
      for (int k = 0; k < 2; ++k) EXPECT_TRUE(std::isnan(out[k][i])) << i;
    }
  }
}

// Far out M = t / nu (1 + O(nu / t^2)), up to the largest numbers; and the
// mirror image of skewness g is 1 / g.
TYPED_TEST(StudentTSampleTest, TwoPieceGradFarOut) {
  using T = TypeParam;
  const T large = std::numeric_limits<T>::max() / 16;
  const Columns<T> in = {{2, 2, 0.5, 100, 2, 2},
                         {1, 1, 1, 1, 2, 0.5},
                         {1e9f, large, large, large, 1e9f, -1e9f}};
  for (CpuTarget target : SupportedCpuTargets()) {
    const auto out = Evaluate(target, LoopId::kRandomTwoPieceStudentTGrad, in);
    for (int i = 0; i < 4; ++i) {
      const double t = in[2][i];
      EXPECT_NEAR(out[1][i] / (t * (1 + 1. / in[0][i])), 1, 8 * kEps<T>) << i;
    }
    EXPECT_NEAR(out[0][4] / out[0][5], 1, 8 * kEps<T>);
    // x(1 / g) = -x(g): dx/dg at g is 1 / g^2 times that at 1 / g.
    EXPECT_NEAR(out[1][4] * 4 / out[1][5], 1, 8 * kEps<T>);
  }
}

TYPED_TEST(StudentTSampleTest, IndependentOfNeighbours) {
  using T = TypeParam;
  Columns<T> in(3);
  PointGenerator random(9);
  for (int i = 0; i < 4000; ++i) {
    in[0].push_back(static_cast<T>(std::pow(10, 6 * random.Uniform() - 2)));
    in[1].push_back(static_cast<T>(0.25 + 2 * random.Uniform()));
    in[2].push_back(static_cast<T>(20 * random.Uniform() - 10));
  }
  for (CpuTarget target : SupportedCpuTargets()) {
    ExpectIndependentOfNeighbours(target, LoopId::kRandomTwoPieceStudentTGrad,
                                  in);
    ExpectIndependentOfNeighbours(target, LoopId::kStudentTFromNormals,
                                  NormalPoints<T>(4000));
  }
}

// Both sides of every border of the regions, in df and in the sample.
TEST(StudentTSampleBordersTest, Continuous) {
  Columns<double> below(3), above(3);
  const auto add = [&](double nu, double t, double nu_above, double t_above) {
    const double low[] = {nu, 1, t}, high[] = {nu_above, 1, t_above};
    for (int k = 0; k < 3; ++k) {
      below[k].push_back(low[k]);
      above[k].push_back(high[k]);
    }
  };
  for (double nu : {16., 32.}) {
    for (double t = 1e-3; t < 100; t *= 1.07)
      add(std::nextafter(nu, 0), t, nu, t);
  }
  for (double odds : {0.25, 3. / 7, 0.7}) {
    for (double nu = 0.1; nu < 1e6; nu *= 1.1) {
      const double t = std::sqrt(odds * nu);
      add(nu, t * (1 - 4e-16), nu, t * (1 + 4e-16));
    }
  }
  for (CpuTarget target : SupportedCpuTargets()) {
    const auto loop = LoopId::kRandomTwoPieceStudentTGrad;
    const auto low = Evaluate(target, loop, below);
    const auto high = Evaluate(target, loop, above);
    for (size_t i = 0; i < below[0].size(); ++i) {
      ASSERT_NEAR(low[1][i] / high[1][i], 1, 32 * kEps<double>)
          << below[0][i] << " " << below[2][i];
    }
  }
}

}  // namespace
}  // namespace tf_implicit
