// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The incomplete gamma functions of igamma.h and their inverses for one target,
// against tests/reference/ and by properties.

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <random>
#include <string>
#include <type_traits>
#include <vector>

// clang-format off: the vectors come before the formulas that call Sqrt.
#include "gtest/gtest.h"
#include "kernels/cpu/map_regions.h"
#include "kernels/cpu/map_roots.h"
#include "kernels/special/igamma.h"
#include "kernels/special/igamma_inverse.h"
#include "kernels/special/scalar.h"
#include "tests/special/reference_table.h"
// clang-format on

namespace tf_implicit {
namespace {

using special::EvaluateScalar;
using special::IgammacFunction;
using special::IgammacinvFunction;
using special::IgammaFunction;
using special::IgammaGradAFunction;
using special::IgammainvFunction;
using special::LogIgammacFunction;
using special::LogIgammacinvFunction;
using special::LogIgammaFunction;
using special::LogIgammainvFunction;
using special::MapArrays;
using special::MapRoots;
using special::RandomGammaGradFunction;

template <class T>
constexpr double kEps = std::numeric_limits<T>::epsilon();
template <class T>
constexpr T kInfinity = std::numeric_limits<T>::infinity();

template <class Function, class T>
std::vector<T> Map(const std::vector<T>& a, const std::vector<T>& x) {
  std::vector<T> out(a.size());
  const T* inputs[] = {a.data(), x.data()};
  T* outputs[] = {out.data()};
  MapArrays<Function, T>(a.size(), inputs, outputs);
  return out;
}

template <class Function, class T>
std::vector<T> Search(const std::vector<T>& a, const std::vector<T>& p) {
  std::vector<T> out(a.size());
  const T* inputs[] = {a.data(), p.data()};
  T* outputs[] = {out.data()};
  MapRoots<Function, T>(a.size(), inputs, outputs);
  return out;
}

template <class Function, class T>
T At(T a, T x) {
  return Map<Function, T>({a}, {x})[0];
}

template <class Function, class T>
T Quantile(T a, T p) {
  return Search<Function, T>({a}, {p})[0];
}

template <class T>
class IgammaTest : public ::testing::Test {};
using Types = ::testing::Types<float, double>;
TYPED_TEST_SUITE(IgammaTest, Types);

// Measured worst: float 9.7 (1e6 points against double), double 6.5 eps (2,700
// points against mpmath), of log P for a near 1; mean below 0.6.
constexpr double kTolerance = 16;
constexpr double kMeanTolerance = 1;

template <class Function, class T>
void ExpectMatchesTable(const std::string& table, const std::string& column) {
  const ReferenceTable reference(table);
  std::vector<T> a, x;
  std::vector<long double> expected;
  for (int i = 0; i < reference.size(); ++i) {
    const long double row_a = reference["a"][i], row_x = reference["x"][i];
    if (static_cast<T>(row_a) != row_a || static_cast<T>(row_x) != row_x) {
      continue;
    }
    a.push_back(static_cast<T>(row_a));
    x.push_back(static_cast<T>(row_x));
    expected.push_back(reference[column][i]);
  }
  ASSERT_GT(a.size(), 200u);
  const std::vector<T> out = Map<Function, T>(a, x);
  double worst = 0, sum = 0;
  size_t at = 0;
  for (size_t i = 0; i < out.size(); ++i) {
    if (std::abs(expected[i]) < std::numeric_limits<T>::min()) {
      EXPECT_NEAR(out[i], static_cast<double>(expected[i]),
                  2 * std::numeric_limits<T>::denorm_min())
          << a[i] << " " << x[i];
      continue;
    }
    const double error = static_cast<double>(
        std::abs((out[i] - expected[i]) / expected[i]) / kEps<T>);
    EXPECT_LE(error, kTolerance)
        << column << "(" << a[i] << ", " << x[i] << ") = " << out[i] << ", not "
        << static_cast<double>(expected[i]);
    if (!(error <= worst)) {
      worst = error;
      at = i;
    }
    sum += error;
  }
  EXPECT_LE(sum / out.size(), kMeanTolerance);
  std::printf(
      "%s %s %s: worst %.3g eps at (%.17g, %.17g), mean %.3g\n", table.c_str(),
      column.c_str(), sizeof(T) == 4 ? "float" : "double", worst,
      static_cast<double>(a[at]), static_cast<double>(x[at]), sum / out.size());
}

TYPED_TEST(IgammaTest, MatchesReference) {
  using T = TypeParam;
  for (const char* table : {"igamma", "igamma_float64"}) {
    if (std::is_same<T, float>::value && table != std::string("igamma")) break;
    ExpectMatchesTable<IgammaFunction, T>(table, "lower");
    ExpectMatchesTable<IgammacFunction, T>(table, "upper");
    ExpectMatchesTable<LogIgammaFunction, T>(table, "log_lower");
    ExpectMatchesTable<LogIgammacFunction, T>(table, "log_upper");
  }
}

// Concentrations and samples of every region, borders among them.
template <class T>
void RandomPoints(int size, std::vector<T>* a, std::vector<T>* x) {
  std::mt19937_64 engine(23);
  std::uniform_real_distribution<double> uniform(0, 1);
  for (int i = 0; i < size; ++i) {
    const bool is_small = uniform(engine) < 0.5;
    const double shape = std::pow(
        10, is_small ? 7.5 * uniform(engine) - 6 : 16 * uniform(engine) - 6);
    const double score = 42 * uniform(engine) - 21;
    const double log_x = uniform(engine) < 0.3
                             ? 80 * uniform(engine) - 75
                             : std::log(shape) + score / std::sqrt(shape);
    a->push_back(static_cast<T>(shape));
    x->push_back(static_cast<T>(std::exp(std::clamp(log_x, -80.0, 60.0))));
  }
}

TYPED_TEST(IgammaTest, FloatAgreesWithDouble) {
  if (std::is_same<TypeParam, double>::value) return;
  std::vector<float> a, x;
  RandomPoints(100000, &a, &x);
  const std::vector<double> wide_a(a.begin(), a.end());
  const std::vector<double> wide_x(x.begin(), x.end());
  const auto compare = [&](const std::vector<float>& out,
                           const std::vector<double>& expected) {
    for (size_t i = 0; i < out.size(); ++i) {
      if (std::abs(expected[i]) < std::numeric_limits<float>::min()) continue;
      ASSERT_NEAR(out[i] / expected[i], 1, kTolerance * kEps<float>)
          << a[i] << " " << x[i];
    }
  };
  compare(Map<IgammaFunction>(a, x), Map<IgammaFunction>(wide_a, wide_x));
  compare(Map<IgammacFunction>(a, x), Map<IgammacFunction>(wide_a, wide_x));
  compare(Map<LogIgammaFunction>(a, x), Map<LogIgammaFunction>(wide_a, wide_x));
  compare(Map<LogIgammacFunction>(a, x),
          Map<LogIgammacFunction>(wide_a, wide_x));
}

TYPED_TEST(IgammaTest, FourFunctionsAgree) {
  using T = TypeParam;
  std::vector<T> a, x;
  RandomPoints(100000, &a, &x);
  const auto p = Map<IgammaFunction>(a, x), q = Map<IgammacFunction>(a, x);
  const auto log_p = Map<LogIgammaFunction>(a, x);
  const auto log_q = Map<LogIgammacFunction>(a, x);
  for (size_t i = 0; i < a.size(); ++i) {
    ASSERT_NEAR(p[i] + q[i], 1, 8 * kEps<T>) << a[i] << " " << x[i];
    const auto expect_log = [&](T value, T log) {
      if (value < std::numeric_limits<T>::min()) {
        ASSERT_LT(log, std::log(std::numeric_limits<T>::min()) + 1);
        return;
      }
      const double scale = std::max<double>(1, std::abs(log));
      ASSERT_NEAR(std::log(static_cast<double>(value)), log,
                  16 * kEps<T> * scale)
          << a[i] << " " << x[i];
    };
    expect_log(p[i], log_p[i]);
    expect_log(q[i], log_q[i]);
  }
}

// dP/da by differences of P, and the quantile's derivative.
TEST(IgammaDerivativeTest, ValuesAndDerivativesAgree) {
  std::vector<double> a, x;
  RandomPoints(20000, &a, &x);
  for (size_t i = 0; i < a.size(); ++i) {
    const double h = 1e-5 * std::min(a[i], std::sqrt(a[i]));
    const auto p = [&](double shape) {
      return x[i] > a[i] ? -At<IgammacFunction>(shape, x[i])
                         : At<IgammaFunction>(shape, x[i]);
    };
    const double slope = At<IgammaGradAFunction>(a[i], x[i]);
    const double value = p(a[i]);
    if (std::abs(value) < 1e-280 || std::abs(slope) < 1e-280) continue;
    const double above = a[i] + h, below = a[i] - h;
    const double difference = (p(above) - p(below)) / (above - below);
    // Rounding of the values, and the third derivative: in the tails P changes
    // by a factor within a few h.
    const double third = std::pow(slope * h / value, 2);
    const double tolerance =
        1e-15 * std::abs(value) / h + std::abs(slope) * (1e-7 + 10 * third);
    EXPECT_NEAR(difference, slope, tolerance) << a[i] << " " << x[i];
  }
}

TYPED_TEST(IgammaTest, Limits) {
  using T = TypeParam;
  const T infinity = kInfinity<T>, max = std::numeric_limits<T>::max();
  for (const T a : {T(1e-6), T(0.5), T(1), T(2), T(8), T(300), T(1e10)}) {
    for (const T zero : {T(0), -T(0)}) {
      EXPECT_EQ(At<IgammaFunction>(a, zero), 0);
      EXPECT_EQ(At<IgammacFunction>(a, zero), 1);
      EXPECT_EQ(At<LogIgammaFunction>(a, zero), -infinity);
      EXPECT_EQ(At<LogIgammacFunction>(a, zero), 0);
    }
    for (const T large : {max, infinity}) {
      EXPECT_EQ(At<IgammaFunction>(a, large), 1);
      EXPECT_EQ(At<IgammacFunction>(a, large), 0);
      EXPECT_EQ(At<LogIgammaFunction>(a, large), 0);
      EXPECT_EQ(At<LogIgammacFunction>(a, large), -large);
    }
  }
  for (const T x : {T(0), T(1e-30), T(3), T(1e10)}) {
    EXPECT_EQ(At<IgammaFunction>(infinity, x), 0);
    EXPECT_EQ(At<IgammacFunction>(infinity, x), 1);
    EXPECT_EQ(At<LogIgammaFunction>(infinity, x), -infinity);
    EXPECT_EQ(At<LogIgammacFunction>(infinity, x), 0);
  }
  // Nothing overflows on the way.
  const T huge = std::is_same<T, double>::value ? T(1e307) : T(3e37);
  EXPECT_NEAR(At<IgammaFunction>(huge, huge), 0.5, 1e-6);
  EXPECT_EQ(At<IgammaFunction>(huge, huge / 4), 0);
  EXPECT_NEAR(At<LogIgammaFunction>(huge, huge / 4) / huge,
              0.75 - std::log(4.0), 1e-6);
  EXPECT_EQ(At<IgammacFunction>(huge / 8, huge), 0);
}

TYPED_TEST(IgammaTest, OutOfDomainIsNan) {
  using T = TypeParam;
  const T nan = std::numeric_limits<T>::quiet_NaN();
  const std::pair<T, T> points[] = {
      {0, 1},   {-1, 1}, {nan, 1},           {1, nan},
      {1, -1},  {0, 0},  {1, -kInfinity<T>}, {kInfinity<T>, kInfinity<T>},
      {-0.5, 0}};
  for (const auto& [a, x] : points) {
    EXPECT_TRUE(std::isnan(At<IgammaFunction>(a, x))) << a << " " << x;
    EXPECT_TRUE(std::isnan(At<IgammacFunction>(a, x))) << a << " " << x;
    EXPECT_TRUE(std::isnan(At<LogIgammaFunction>(a, x))) << a << " " << x;
    EXPECT_TRUE(std::isnan(At<LogIgammacFunction>(a, x))) << a << " " << x;
  }
  for (const auto& [a, p] : {std::pair<T, T>{0, 0.5},
                             {-1, 0.5},
                             {nan, 0.5},
                             {1, nan},
                             {1, -0.1},
                             {1, 1.5},
                             {kInfinity<T>, 0.5}}) {
    EXPECT_TRUE(std::isnan(Quantile<IgammainvFunction>(a, p))) << a << " " << p;
    EXPECT_TRUE(std::isnan(Quantile<LogIgammacinvFunction>(a, p)));
  }
}

// The ends of the number range of igamma_grad_a and random_gamma_grad.
TYPED_TEST(IgammaTest, DerivativesAtTheEnds) {
  using T = TypeParam;
  EXPECT_EQ(At<IgammaGradAFunction>(T(1e-3), -T(0)), 0);
  EXPECT_EQ(At<RandomGammaGradFunction>(T(2), -T(0)), 0);
  // psi(a + 1) - log z, times z / a: 87.3365 + ... for float.
  const double least = std::numeric_limits<T>::min();
  const double gap = -0.57721566490153286 - std::log(least);
  EXPECT_NEAR(At<RandomGammaGradFunction>(T(1e-30), T(least)) /
                  (least * gap / static_cast<double>(T(1e-30))),
              1, 1e-6);
  // For a -> 0, dP/da tends to -E1(x), the exponential integral.
  EXPECT_NEAR(At<IgammaGradAFunction>(T(1e-38), T(1e-3)), -6.331539364136149,
              4 * 6.34 * kEps<T>);
  if (std::is_same<T, double>::value) {
    EXPECT_NEAR(At<RandomGammaGradFunction>(T(1e-300), T(1e-300)),
                690.1983122333121, 1e-11);
  }
}

// Far from a the exponent is in the hundreds, and its error counts.
TYPED_TEST(IgammaTest, FarDerivativesKeepTheirBound) {
  using T = TypeParam;
  std::mt19937_64 engine(29);
  std::uniform_real_distribution<double> uniform(0, 1);
  if (std::is_same<T, double>::value) return;
  std::vector<float> a = {1335.8336f}, x = {935.0835f};
  for (int i = 0; i < 200000; ++i) {
    a.push_back(static_cast<float>(std::pow(10, 6 * uniform(engine) + 1)));
    const double score = 26 * uniform(engine) - 13;
    x.push_back(
        static_cast<float>(a.back() * std::exp(score / std::sqrt(a.back()))));
  }
  const auto out = Map<IgammaGradAFunction>(a, x);
  const auto expected = Map<IgammaGradAFunction, double>({a.begin(), a.end()},
                                                         {x.begin(), x.end()});
  double worst = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    if (std::abs(expected[i]) < std::numeric_limits<float>::min()) continue;
    const double error = std::abs(out[i] / expected[i] - 1) / kEps<float>;
    ASSERT_LE(error, 12) << a[i] << " " << x[i];
    worst = std::max(worst, error);
  }
  std::printf("dP/da float, far: worst %.3g eps\n", worst);
}

// The quantile's residual is within the bound of igamma_inverse.h.
template <class T>
void ExpectInverts(bool is_upper, bool is_log) {
  std::mt19937_64 engine(31);
  std::uniform_real_distribution<double> uniform(0, 1);
  std::vector<T> a, p;
  for (int i = 0; i < 60000; ++i) {
    const bool is_small = uniform(engine) < 0.5;
    a.push_back(static_cast<T>(std::pow(
        10, is_small ? 5 * uniform(engine) - 3 : 16 * uniform(engine) - 6)));
    const double u = uniform(engine);
    const double kind = uniform(engine);
    p.push_back(static_cast<T>(kind < 0.5   ? u
                               : kind < 0.8 ? std::pow(10, -12 * u)
                               : kind < 0.9 ? 1 - std::pow(10, -7 * u)
                                            : std::pow(10, -36 * u)));
  }
  std::vector<T> z = is_log     ? is_upper ? Search<LogIgammacinvFunction>(a, p)
                                           : Search<LogIgammainvFunction>(a, p)
                     : is_upper ? Search<IgammacinvFunction>(a, p)
                                : Search<IgammainvFunction>(a, p);
  for (size_t i = 0; i < a.size(); ++i) {
    ASSERT_FALSE(std::isnan(z[i])) << a[i] << " " << p[i];
    const double low = is_upper ? 1.0 - p[i] : p[i];
    const double high = is_upper ? p[i] : 1.0 - p[i];
    const double target = std::min(low, high);
    if (target <= 0 || z[i] == 0 || std::isinf(z[i])) continue;
    const auto residual = [&](T z) {
      const double x = is_log ? std::exp(static_cast<double>(z)) : z;
      const double shape = a[i];
      return (low < high ? At<IgammaFunction>(shape, x)
                         : At<IgammacFunction>(shape, x)) /
                 target -
             1;
    };
    const double x = is_log ? std::exp(static_cast<double>(z[i])) : z[i];
    if (x < 1e-30) continue;
    const double error = residual(z[i]);
    // The checks are in double: of double results they are as exact as these.
    const double bound = (is_log && !std::is_same<T, float>::value ? 32 : 20);
    if (std::abs(error) <= bound * kEps<T>) continue;
    // Otherwise the residual changes its sign within one unit.
    const double below = residual(std::nextafter(z[i], -kInfinity<T>));
    const double above = residual(std::nextafter(z[i], kInfinity<T>));
    ASSERT_LE(std::min(below, above), 0)
        << a[i] << " " << p[i] << " " << z[i] << " " << error / kEps<T>;
    ASSERT_GE(std::max(below, above), 0)
        << a[i] << " " << p[i] << " " << z[i] << " " << error / kEps<T>;
  }
}

TYPED_TEST(IgammaTest, QuantileInverts) {
  for (const bool is_upper : {false, true}) {
    for (const bool is_log : {false, true}) {
      ExpectInverts<TypeParam>(is_upper, is_log);
    }
  }
}

TYPED_TEST(IgammaTest, QuantileEnds) {
  using T = TypeParam;
  for (const T a : {T(1e-6), T(0.5), T(1), T(7), T(1e10)}) {
    for (const T zero : {T(0), -T(0)}) {
      EXPECT_EQ(Quantile<IgammainvFunction>(a, zero), 0);
      EXPECT_EQ(Quantile<LogIgammainvFunction>(a, zero), -kInfinity<T>);
      EXPECT_EQ(Quantile<IgammacinvFunction>(a, zero), kInfinity<T>);
    }
    EXPECT_EQ(Quantile<IgammainvFunction>(a, T(1)), kInfinity<T>);
    EXPECT_EQ(Quantile<IgammacinvFunction>(a, T(1)), 0);
    EXPECT_EQ(Quantile<LogIgammacinvFunction>(a, T(1)), -kInfinity<T>);
  }
  // Where the quantile underflows, its logarithm does not:
  // (log p + log Gamma(1 + a)) / a.
  EXPECT_EQ(Quantile<IgammainvFunction>(T(1e-6), T(0.5)), 0);
  EXPECT_NEAR(Quantile<LogIgammainvFunction>(T(1e-3), T(0.5)) /
                  ((std::log(0.5) + std::lgamma(1 + double(T(1e-3)))) /
                   double(T(1e-3))),
              1, 2 * kEps<T>);
  EXPECT_NEAR(Quantile<IgammainvFunction>(T(1e6), T(0.25)), 999325.2, 0.2);
}

// Regions, steps and neighbours do not show.
TYPED_TEST(IgammaTest, IndependentOfNeighbours) {
  using T = TypeParam;
  std::vector<T> a, x, p;
  RandomPoints(3000, &a, &x);
  std::mt19937_64 engine(37);
  std::uniform_real_distribution<double> uniform(0, 1);
  for (size_t i = 0; i < a.size(); ++i) {
    p.push_back(i % 97 == 0 ? std::numeric_limits<T>::quiet_NaN()
                            : static_cast<T>(uniform(engine)));
  }
  const auto values = Map<IgammaFunction>(a, x);
  const auto quantiles = Search<IgammainvFunction>(a, p);
  for (size_t i = 0; i < a.size(); i += 7) {
    const T value = At<IgammaFunction>(a[i], x[i]);
    ASSERT_EQ(value, values[i]) << a[i] << " " << x[i];
    const T quantile = Quantile<IgammainvFunction>(a[i], p[i]);
    ASSERT_TRUE(quantile == quantiles[i] ||
                (std::isnan(quantile) && std::isnan(quantiles[i])))
        << a[i] << " " << p[i];
  }
}

// One element at a time, as on CUDA: the compiler may fuse other operations.
TYPED_TEST(IgammaTest, ScalarAgreesWithArray) {
  using T = TypeParam;
  std::vector<T> a, x;
  RandomPoints(3000, &a, &x);
  std::mt19937_64 engine(41);
  std::uniform_real_distribution<double> uniform(0, 1);
  for (size_t i = 0; i < a.size(); ++i) {
    const T in[2] = {a[i], x[i]};
    T out[1];
    EvaluateScalar<IgammaFunction>(in, out);
    const T value = At<IgammaFunction>(a[i], x[i]);
    if (value > std::numeric_limits<T>::min()) {
      ASSERT_NEAR(out[0] / value, 1, 16 * kEps<T>) << a[i] << " " << x[i];
    }
    const T point[2] = {a[i], static_cast<T>(uniform(engine))};
    EvaluateScalar<IgammainvFunction>(point, out);
    const T quantile = Quantile<IgammainvFunction>(point[0], point[1]);
    if (quantile > std::numeric_limits<T>::min()) {
      ASSERT_NEAR(out[0] / quantile, 1, 64 * kEps<T> * std::max<T>(1, 1 / a[i]))
          << a[i] << " " << point[1];
    }
  }
}

}  // namespace
}  // namespace tf_implicit
