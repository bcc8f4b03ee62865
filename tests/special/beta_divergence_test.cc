// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// beta_divergence.h against tests/reference/ and by properties.

#include "kernels/special/beta_divergence.h"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "kernels/special/scalar.h"
#include "tests/special/function_testing.h"
#include "tests/special/reference_table.h"

namespace tf_implicit {
namespace {

using special::BetaDivergenceFunction;

// In eps; measured on any target: 7.8 (4.2 with fused multiply-add) and 3.2.
constexpr double kValue = 12;
constexpr double kGradient = 6;

const std::vector<std::string> kInputs = {"a1", "a0", "b1", "b0"};
const std::vector<std::string> kOutputs = {"divergence", "da1", "da0", "db1",
                                           "db0"};

template <class T>
class BetaDivergenceTest : public ::testing::Test {};
using Types = ::testing::Types<float, double>;
TYPED_TEST_SUITE(BetaDivergenceTest, Types);

// psi(t) - log t and psi'(t) - 1/t, in size: for the scales of errors.
long double PsiGap(long double t) { return t < 1 ? 1 / t : 1 / (2 * t); }
long double CurveGap(long double t) {
  return t < 1 ? 1 / (t * t) : 1 / (2 * t * t);
}

// The sizes of the terms of the derivatives, from below.
template <class T>
long double GradientScale(const Columns<T>& in, size_t i, int output) {
  const long double a = in[0][i], c = in[1][i], b = in[2][i], d = in[3][i];
  const long double s1 = a + c, s2 = b + d;
  const long double det = std::abs(a * d - b * c);
  const long double x = output % 2 ? a : c, y = output % 2 ? b : d;
  if (output <= 2) {
    return det / (x * s1) + std::abs(y - x) * CurveGap(x) +
           std::abs(s2 - s1) * CurveGap(s1);
  }
  const auto change = [](long double x, long double y) {
    return std::abs(y - x) / std::max(x, y) * PsiGap(std::min(x, y));
  };
  return std::abs(std::log(x * s2 / (y * s1))) + change(x, y) + change(s1, s2);
}

TYPED_TEST(BetaDivergenceTest, MatchesReference) {
  using T = TypeParam;
  const ReferenceTable table("beta_divergence");
  Columns<T> in;
  for (const auto& name : kInputs) {
    in.emplace_back(table[name].begin(), table[name].end());
  }
  const auto out = EvaluateFunction<BetaDivergenceFunction>(in);
  for (int k = 0; k < 5; ++k) {
    const auto& expected = table[kOutputs[k]];
    ExpectWithin(kOutputs[k], in, out[k], expected, k ? kGradient : kValue,
                 [&](size_t i) {
                   if (k == 0) return expected[i];
                   return std::max(GradientScale(in, i, k),
                                   std::abs(expected[i]));
                 });
  }
}

// Pairs of all distances.
template <class T>
Columns<T> RandomPoints(int count, int seed) {
  PointGenerator random(seed);
  const double least = kIsDouble<T> ? 1e-12 : 1e-6;
  Columns<T> points(4);
  for (int i = 0; i < count; ++i) {
    double p[4];
    for (double& x : p) x = random.Concentration();
    const double factor = random.Close(least);
    switch (i % 5) {
      case 0:
        break;
      case 1:
        p[2] = p[0] * random.Close(least);
        p[3] = p[1] * random.Close(least);
        break;
      case 2:
        p[2] = p[0] * factor;
        p[3] = p[1] * factor;
        break;
      case 3:
        p[2] = p[0] * factor;
        p[1] = random.LogUniform(1e-6, 0.1);
        p[3] = p[1] * (i % 2 ? 1 : random.Close(least));
        break;
      case 4:
        p[2] = p[0];
        p[3] = p[1] * factor;
        break;
    }
    for (int k = 0; k < 4; ++k) points[k].push_back(static_cast<T>(p[k]));
  }
  return points;
}

TYPED_TEST(BetaDivergenceTest, FloatAgreesWithDouble) {
  using T = TypeParam;
  if (kIsDouble<T>) GTEST_SKIP() << "done in float";
  const Columns<float> in = RandomPoints<float>(200000, 1);
  const auto out = EvaluateFunction<BetaDivergenceFunction>(in);
  const auto wide =
      EvaluateFunction<BetaDivergenceFunction>(ConvertColumns<double>(in));
  for (int k = 0; k < 5; ++k) {
    const auto expected = Wide(wide[k]);
    ExpectWithin("double output " + std::to_string(k), in, out[k], expected,
                 k ? kGradient : kValue, [&](size_t i) {
                   if (k == 0) return expected[i];
                   return std::max(GradientScale(in, i, k),
                                   std::abs(expected[i]));
                 });
  }
}

TYPED_TEST(BetaDivergenceTest, NeverNegativeAndSymmetric) {
  using T = TypeParam;
  const Columns<T> in = RandomPoints<T>(100000, 2);
  const auto out = EvaluateFunction<BetaDivergenceFunction>(in);
  const auto swapped = EvaluateFunction<BetaDivergenceFunction>(
      Columns<T>{in[1], in[0], in[3], in[2]});
  const int other[] = {0, 2, 1, 4, 3};
  for (size_t i = 0; i < in[0].size(); ++i) {
    const bool equal = in[0][i] == in[2][i] && in[1][i] == in[3][i];
    ASSERT_TRUE(equal ? out[0][i] == 0 : out[0][i] > 0)
        << in[0][i] << " " << in[1][i] << " " << in[2][i] << " " << in[3][i]
        << ": " << out[0][i];
    const bool tie = in[0][i] + in[2][i] == in[1][i] + in[3][i];
    for (int k = 0; k < 5 && !tie; ++k) {
      ASSERT_TRUE(std::isfinite(out[k][i]));
      ASSERT_EQ(out[k][i], swapped[other[k]][i]);
    }
  }
}

TYPED_TEST(BetaDivergenceTest, ZeroForEqualArguments) {
  using T = TypeParam;
  PointGenerator random(3);
  Columns<T> in(4);
  for (int i = 0; i < 20000; ++i) {
    const T a = static_cast<T>(random.LogUniform(1e-30, 1e30));
    const T c = static_cast<T>(random.LogUniform(1e-30, 1e30));
    in[0].push_back(a);
    in[1].push_back(c);
    in[2].push_back(a);
    in[3].push_back(c);
  }
  for (const auto& column : EvaluateFunction<BetaDivergenceFunction>(in)) {
    for (const T x : column) ASSERT_EQ(x, 0);
  }
}

// Beyond the range of the formulas.
TYPED_TEST(BetaDivergenceTest, ExtremeConcentrations) {
  using T = TypeParam;
  if (kIsDouble<T>) {
    ExpectNaN<BetaDivergenceFunction>(
        Columns<double>{{1e-80, 1, 1}, {1, 1, 1e80}, {1, 1, 1}, {1, 1e300, 1}});
    return;
  }
  const float tiny = std::numeric_limits<float>::denorm_min() * 100;
  const Columns<float> in = {{tiny, 1e-20f, 1e30f, 1e-38f, 3},
                             {1, 1e-20f, 1e30f, 3e38f, 1},
                             {2 * tiny, 1e-19f, 1.0001e30f, 1, tiny},
                             {1, 1e-20f, 1e30f, 1, 1}};
  const auto out = EvaluateFunction<BetaDivergenceFunction>(in);
  const auto wide =
      EvaluateFunction<BetaDivergenceFunction>(ConvertColumns<double>(in));
  for (int k = 0; k < 5; ++k) {
    ExpectWithin("extreme output " + std::to_string(k), in, out[k],
                 Wide(wide[k]), 0.51, [&](size_t i) { return wide[k][i]; });
  }
}

TYPED_TEST(BetaDivergenceTest, InvalidArguments) {
  using T = TypeParam;
  const T infinity = std::numeric_limits<T>::infinity();
  for (const T bad : {T(0), T(-0.0), T(-1), infinity, -infinity,
                      std::numeric_limits<T>::quiet_NaN()}) {
    for (int k = 0; k < 4; ++k) {
      Columns<T> in(4, std::vector<T>{T(1.5)});
      in[k][0] = bad;
      ExpectNaN<BetaDivergenceFunction>(in);
    }
    ExpectNaN<BetaDivergenceFunction>(Columns<T>(4, std::vector<T>{bad}));
  }
}

TYPED_TEST(BetaDivergenceTest, IndependentOfNeighbours) {
  using T = TypeParam;
  Columns<T> in = RandomPoints<T>(3000, 4);
  for (size_t i = 0; i < in[0].size(); i += 97) {
    in[i % 4][i] = i % 2 ? std::numeric_limits<T>::quiet_NaN() : T(1e-25);
  }
  ExpectFunctionIndependentOfNeighbours<BetaDivergenceFunction>(in);
}

TYPED_TEST(BetaDivergenceTest, ScalarAgreesWithArrays) {
  using T = TypeParam;
  const Columns<T> in = RandomPoints<T>(20000, 5);
  const auto out = EvaluateFunction<BetaDivergenceFunction>(in);
  Columns<T> scalars(5);
  for (size_t i = 0; i < in[0].size(); ++i) {
    const T x[4] = {in[0][i], in[1][i], in[2][i], in[3][i]};
    T y[5];
    special::EvaluateScalar<BetaDivergenceFunction, T>(x, y);
    for (int k = 0; k < 5; ++k) scalars[k].push_back(y[k]);
  }
  for (int k = 0; k < 5; ++k) {
    const auto expected = Wide(out[k]);
    ExpectWithin("scalar output " + std::to_string(k), in, scalars[k], expected,
                 2 * (k ? kGradient : kValue), [&](size_t i) {
                   if (k == 0) return expected[i];
                   return std::max(GradientScale(in, i, k),
                                   std::abs(expected[i]));
                 });
  }
}

}  // namespace
}  // namespace tf_implicit
