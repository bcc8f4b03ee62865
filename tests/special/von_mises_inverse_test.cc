// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The von Mises quantile of von_mises_inverse.h for one target: F at the
// quantile is the probability.

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <utility>
#include <vector>

// clang-format off: the vectors come before the formulas that call Sqrt.
#include "gtest/gtest.h"
#include "kernels/cpu/map_regions.h"
#include "kernels/cpu/map_roots.h"
#include "kernels/special/scalar.h"
#include "kernels/special/von_mises_inverse.h"
// clang-format on

namespace tf_implicit {
namespace {

using special::EvaluateScalar;
using special::MapArrays;
using special::MapRoots;
using special::VonMisesCdfFunction;
using special::VonMisesQuantileFunction;

template <class T>
constexpr double kEps = std::numeric_limits<T>::epsilon();

template <class T>
std::vector<T> Quantiles(const std::vector<T>& p, const std::vector<T>& kappa) {
  std::vector<T> out(p.size());
  const T* inputs[] = {p.data(), kappa.data()};
  T* outputs[] = {out.data()};
  MapRoots<VonMisesQuantileFunction, T>(p.size(), inputs, outputs);
  return out;
}

template <class T>
T Quantile(T p, T kappa) {
  return Quantiles<T>({p}, {kappa})[0];
}

double Cdf(double z, double kappa) {
  double out;
  const double* inputs[] = {&z, &kappa};
  double* outputs[] = {&out};
  MapArrays<VonMisesCdfFunction, double>(1, inputs, outputs);
  return out;
}

template <class T>
class VonMisesInverseTest : public ::testing::Test {};
using Types = ::testing::Types<float, double>;
TYPED_TEST_SUITE(VonMisesInverseTest, Types);

TYPED_TEST(VonMisesInverseTest, InvertsTheCdf) {
  using T = TypeParam;
  std::mt19937_64 engine(3);
  std::uniform_real_distribution<double> uniform(0, 1);
  std::vector<T> p, kappa;
  for (int i = 0; i < 100000; ++i) {
    const double u = uniform(engine), kind = uniform(engine);
    p.push_back(static_cast<T>(kind < 0.5   ? u
                               : kind < 0.8 ? std::pow(10, -12 * u)
                               : kind < 0.9 ? 1 - std::pow(10, -7 * u)
                                            : std::pow(10, -36 * u)));
    const bool is_moderate = uniform(engine) < 0.5;
    kappa.push_back(static_cast<T>(std::pow(
        10, is_moderate ? 3 * uniform(engine) - 1 : 16 * uniform(engine) - 6)));
  }
  // Both sides of the borders of kSmall and others in kappa.
  for (const double border : {2.0, 1.0}) {
    for (int i = 0; i < 300; ++i) {
      p.push_back(static_cast<T>(uniform(engine)));
      kappa.push_back(std::nextafter(T(border), i % 2 ? T(0) : T(9)));
    }
  }
  const std::vector<T> z = Quantiles(p, kappa);
  for (size_t i = 0; i < p.size(); ++i) {
    const double target = std::min<double>(p[i], 1.0 - p[i]);
    if (target < std::numeric_limits<T>::min()) continue;
    ASSERT_EQ(std::signbit(z[i]), p[i] < 0.5) << kappa[i] << " " << p[i];
    const auto residual = [&](T z) {
      return Cdf(-std::abs(static_cast<double>(z)), kappa[i]) / target - 1;
    };
    const double error = std::abs(residual(z[i])) / kEps<T>;
    const double u = 2 * std::pow(std::sin(0.5 * z[i]), 2);
    // Where T is double, the check has an error of the same size.
    const double bound = (16 + 2 * kappa[i] * u) * (sizeof(T) == 8 ? 2 : 1);
    if (error <= bound) continue;
    const double below = residual(std::nextafter(z[i], T(-4)));
    const double above = residual(std::nextafter(z[i], T(4)));
    ASSERT_LE(std::min(below, above), 0)
        << kappa[i] << " " << p[i] << " " << z[i] << ": " << error << " eps";
    ASSERT_GE(std::max(below, above), 0)
        << kappa[i] << " " << p[i] << " " << z[i] << ": " << error << " eps";
  }
}

TYPED_TEST(VonMisesInverseTest, Limits) {
  using T = TypeParam;
  const T infinity = std::numeric_limits<T>::infinity();
  const T nan = std::numeric_limits<T>::quiet_NaN();
  for (const T kappa : {T(0), T(1e-6), T(1), T(2), T(50), T(1e10)}) {
    EXPECT_NEAR(Quantile(T(0), kappa), -M_PI, 4 * kEps<T>);
    EXPECT_NEAR(Quantile(T(1), kappa), M_PI, 4 * kEps<T>);
    EXPECT_LT(std::abs(Quantile(T(0.5), kappa)), 4 * kEps<T>);
  }
  EXPECT_NEAR(Quantile(T(0.75), T(0)), M_PI / 2, 4 * kEps<T>);
  EXPECT_NEAR(Quantile(T(1e-3), T(0)), M_PI * (2e-3 - 1), 4 * kEps<T>);
  EXPECT_LT(std::abs(Quantile(T(0.1), infinity)), 1e-10);
  for (const auto& [p, kappa] : {std::pair<T, T>{nan, 1},
                                 {0.5, nan},
                                 {-0.1, 1},
                                 {1.1, 1},
                                 {0.3, -1},
                                 {0.3, -infinity}}) {
    EXPECT_TRUE(std::isnan(Quantile(p, kappa))) << p << " " << kappa;
  }
}

TYPED_TEST(VonMisesInverseTest, ScalarAgreesWithArray) {
  using T = TypeParam;
  std::mt19937_64 engine(5);
  std::uniform_real_distribution<double> uniform(0, 1);
  for (int i = 0; i < 2000; ++i) {
    const T in[2] = {static_cast<T>(uniform(engine)),
                     static_cast<T>(std::pow(10, 8 * uniform(engine) - 4))};
    T out[1];
    EvaluateScalar<VonMisesQuantileFunction>(in, out);
    EXPECT_NEAR(out[0], Quantile(in[0], in[1]), 16 * kEps<T>)
        << in[0] << " " << in[1];
  }
}

}  // namespace
}  // namespace tf_implicit
