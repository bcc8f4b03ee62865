// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Exp() against the long double exponential of the C library (64 bits of
// mantissa: its own error is below 1e-3 eps of double).

#include "kernels/special/exp.h"

#include <cmath>
#include <cstdio>
#include <limits>
#include <random>

#include "gtest/gtest.h"
#include "kernels/special/lanes.h"

namespace tf_implicit {
namespace {

using special::Exp;
using special::ExpOfModerate;
using special::Lanes;
using special::NumberTraits;

// In eps. Measured: see exp.h.
constexpr double kTolerance = 0.7;

template <class T>
class ExpTest : public ::testing::Test {};
using Types = ::testing::Types<float, double>;
TYPED_TEST_SUITE(ExpTest, Types);

template <class T>
double ErrorInEps(T value, long double expected) {
  return std::abs(static_cast<double>((value - expected) / expected)) /
         std::numeric_limits<T>::epsilon();
}

TYPED_TEST(ExpTest, MatchesLongDouble) {
  using T = TypeParam;
  using V = Lanes<T>;
  const T limit = std::is_same<T, double>::value ? 708 : 87;
  std::mt19937_64 engine(1);
  double worst = 0, worst_moderate = 0;
  for (T scale : {T(1e-6), T(1), T(40), limit}) {
    std::uniform_real_distribution<T> uniform(-scale, scale);
    for (int i = 0; i < 100000; ++i) {
      V x;
      for (int j = 0; j < NumberTraits<V>::kLanes; ++j) x[j] = uniform(engine);
      const V y = Exp(x), z = ExpOfModerate(x);
      for (int j = 0; j < NumberTraits<V>::kLanes; ++j) {
        const long double expected = std::exp(static_cast<long double>(x[j]));
        worst = std::max(worst, ErrorInEps<T>(y[j], expected));
        worst_moderate =
            std::max(worst_moderate, ErrorInEps<T>(z[j], expected));
      }
    }
  }
  std::printf("worst error in eps: Exp %.3f, ExpOfModerate %.3f\n", worst,
              worst_moderate);
  EXPECT_LE(worst, kTolerance);
  EXPECT_LE(worst_moderate, kTolerance);
}

TYPED_TEST(ExpTest, LowPartIsAdded) {
  using T = TypeParam;
  const T eps = std::numeric_limits<T>::epsilon();
  const T x = T(-20.3), low = 7 * eps;
  EXPECT_LE(ErrorInEps<T>(ExpOfModerate(x, low),
                          std::exp(static_cast<long double>(x) + low)),
            kTolerance);
}

TYPED_TEST(ExpTest, SubnormalResults) {
  using T = TypeParam;
  const T smallest = std::numeric_limits<T>::denorm_min();
  const T top = std::log(std::numeric_limits<T>::min());
  for (int i = 0; i < 1000; ++i) {
    const T x = top - i * T(0.017);
    const long double expected = std::exp(static_cast<long double>(x));
    EXPECT_LE(std::abs(Exp(x) - expected),
              static_cast<long double>(smallest) +
                  expected * std::numeric_limits<T>::epsilon())
        << x;
  }
}

TYPED_TEST(ExpTest, Limits) {
  using T = TypeParam;
  const T infinity = std::numeric_limits<T>::infinity();
  EXPECT_EQ(Exp(T(0)), T(1));
  EXPECT_EQ(Exp(T(-0.0)), T(1));
  EXPECT_EQ(Exp(infinity), infinity);
  EXPECT_EQ(Exp(-infinity), T(0));
  EXPECT_EQ(Exp(T(1e4)), infinity);
  EXPECT_EQ(Exp(T(-1e4)), T(0));
  EXPECT_TRUE(std::isnan(Exp(std::numeric_limits<T>::quiet_NaN())));
  const T top = std::log(std::numeric_limits<T>::max());
  EXPECT_TRUE(std::isfinite(Exp(std::nextafter(top, T(0)))));
}

}  // namespace
}  // namespace tf_implicit
