// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// moved_angle.h against the sum of the angles.

#include "kernels/special/moved_angle.h"

#include <cmath>
#include <limits>
#include <vector>

#include "gtest/gtest.h"
#include "tests/special/function_testing.h"

namespace tf_implicit {
namespace {

using special::MovedAngleFunction;

constexpr long double kPi = 3.14159265358979323846264338327950288L;
// 2 pi is the sum to 34 digits or more.
constexpr long double kTurn = 2 * kPi;
constexpr long double kTurnRest = std::numeric_limits<long double>::digits == 64
                                      ? -1.0033115225336664047e-19L
                                      : 0;

template <class T>
T LargestBelowPi() {
  return kIsDouble<T> ? T(3.14159265358979311600) : T(3.14159250259399414);
}

template <class T>
class MovedAngleTest : public ::testing::Test {};
using Types = ::testing::Types<float, double>;
TYPED_TEST_SUITE(MovedAngleTest, Types);

TYPED_TEST(MovedAngleTest, IsTheSumLessFullTurns) {
  using T = TypeParam;
  PointGenerator random(3);
  Columns<T> in(3);
  std::vector<long double> expected;
  for (int i = 0; i < 100000; ++i) {
    const double longest = i % 3 ? 3 : kIsDouble<T> ? 1e15 : 1e9;
    const double loc = random.LogUniform(1e-3, longest);
    in[0].push_back(
        static_cast<T>(LargestBelowPi<T>() * (2 * random.Uniform() - 1)));
    in[1].push_back(static_cast<T>(i % 2 ? -loc : loc));
    in[2].push_back(LargestBelowPi<T>());
    const long double m = in[1][i], rest = std::remainder(m, kTurn);
    const long double turns = std::rint((m - rest) / kTurn);
    expected.push_back(
        std::remainder(rest - turns * kTurnRest + in[0][i], kTurn));
  }
  const auto out = EvaluateFunction<MovedAngleFunction>(in);
  for (size_t i = 0; i < expected.size(); ++i) {
    // The ends of the circle are one angle.
    if (std::abs(expected[i]) > kPi - 1e-6L && out[0][i] * expected[i] < 0) {
      expected[i] += out[0][i] < 0 ? -kTurn : kTurn;
    }
    ASSERT_LE(std::abs(out[0][i]), LargestBelowPi<T>());
  }
  ExpectWithin("angle", in, out[0], expected, 1.5, [&](size_t) { return kPi; });
}

// To the bit, for any target: additions of the same numbers.
TYPED_TEST(MovedAngleTest, IsOneSumAndOneTurn) {
  using T = TypeParam;
  const T pi = LargestBelowPi<T>(), turn = T(kTurn);
  const Columns<T> in = {{0, 1, 2, -2, pi, -pi, 0, pi, 1},
                         {0, 2, 2, -2, 0, 0, 3, pi, 0},
                         {pi, pi, pi, pi, pi, pi, 2, pi, 0.5}};
  const T expected[] = {0,   3, 4 - turn,          turn - 4, pi,
                        -pi, 2, T(pi + pi) - turn, T(0.5)};
  const auto out = EvaluateFunction<MovedAngleFunction>(in);
  for (int i = 0; i < 9; ++i) EXPECT_EQ(out[0][i], expected[i]) << i;
}

TYPED_TEST(MovedAngleTest, LongAnglesStayInRange) {
  using T = TypeParam;
  const T pi = LargestBelowPi<T>();
  PointGenerator random(4);
  Columns<T> in(3);
  for (int i = 0; i < 1000; ++i) {
    const double most = std::numeric_limits<T>::max() / 2;
    in[0].push_back(static_cast<T>(pi * (2 * random.Uniform() - 1)));
    in[1].push_back(static_cast<T>(random.LogUniform(1, most)));
    in[2].push_back(pi);
  }
  const auto out = EvaluateFunction<MovedAngleFunction>(in);
  int at_an_end = 0;
  for (const T z : out[0]) {
    ASSERT_LE(std::abs(z), pi);
    if (std::abs(z) == pi) ++at_an_end;
  }
  EXPECT_LE(at_an_end, 1);
}

TYPED_TEST(MovedAngleTest, InvalidArguments) {
  using T = TypeParam;
  const T infinity = std::numeric_limits<T>::infinity();
  const T nan = std::numeric_limits<T>::quiet_NaN();
  ExpectNaN<MovedAngleFunction>(
      Columns<T>{{nan, 4, -4, 1, 1, 1, 1},
                 {1, 1, 1, nan, infinity, -infinity, 1},
                 {3, 3, 3, 3, 3, 3, nan}});
}

TYPED_TEST(MovedAngleTest, IndependentOfNeighbours) {
  using T = TypeParam;
  PointGenerator random(9);
  Columns<T> in(3);
  for (int i = 0; i < 3000; ++i) {
    in[0].push_back(static_cast<T>(2 * random.Uniform() - 1));
    in[1].push_back(static_cast<T>(i % 5 ? random.Normal() : 1e5 * i));
    in[2].push_back(LargestBelowPi<T>());
  }
  ExpectFunctionIndependentOfNeighbours<MovedAngleFunction>(in);
}

}  // namespace
}  // namespace tf_implicit
