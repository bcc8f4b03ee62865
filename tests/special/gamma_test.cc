// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The Gamma functions of gamma.h, igamma.h and gamma_paper.h for one target,
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
#include "kernels/special/gamma.h"
#include "kernels/special/gamma_paper.h"
#include "kernels/special/igamma.h"
#include "kernels/special/scalar.h"
#include "tests/special/reference_table.h"
// clang-format on

namespace tf_implicit {
namespace {

using special::EvaluateScalar;
using special::GammaBorders;
using special::IgammaGradAFunction;
using special::IgammaGradAPartialsFunction;
using special::MapArrays;
using special::RandomGammaGradFunction;
using special::RandomGammaGradPartialsFunction;
using special::RandomLogGammaGradFunction;
using special::RandomLogGammaGradPartialsFunction;

// What an error is measured against: the value itself, or where the value has
// zeros, the size of the terms that make it up.
long double ValueScale(const std::vector<long double>& row, int output) {
  return std::abs(row[2 + output]);
}

// g_a, g_z of row (a, z, g, g_a, g_z); r_a, r_u of row (a, u, r, r_a, r_u).
long double SecondScale(const std::vector<long double>& row, int output) {
  return std::abs(row[3 + output]);
}

// P_aa, P_ax of row (a, x, P_a, P_aa, P_ax). Both vanish near x = a, where
// their terms are x p a^-1.5 and p a^-0.5, and P_a is x p / a; for small a,
// P_aa varies as P_a does.
long double CdfSecondScale(const std::vector<long double>& row, int output) {
  const long double a = row[0], x = row[1], first = std::abs(row[2]);
  const long double natural = output == 0 ? first / std::sqrt(std::max(a, 1.0L))
                                          : std::sqrt(a) * first / x;
  return std::max(std::abs(row[3 + output]), natural);
}

// Tolerances in eps, and the largest errors that were measured on any target.
struct Tolerance {
  double worst;
  double mean;
};

template <class Function>
struct Accuracy;

// clang-format off
template <> struct Accuracy<RandomGammaGradFunction> {
  static constexpr auto kScale = ValueScale;
  static constexpr Tolerance kFloat[] = {{8, 1}};    // 2.1, 0.43
  static constexpr Tolerance kDouble[] = {{16, 1}};  // 3.3, 0.49
};
template <> struct Accuracy<RandomLogGammaGradFunction> {
  static constexpr auto kScale = ValueScale;
  static constexpr Tolerance kFloat[] = {{8, 1}};    // 2.5, 0.39
  static constexpr Tolerance kDouble[] = {{16, 1}};  // 2.1, 0.42
};
template <> struct Accuracy<RandomGammaGradPartialsFunction> {
  static constexpr auto kScale = SecondScale;
  // float 7.0, 13.4; double 18.7, 10.9
  static constexpr Tolerance kFloat[] = {{32, 2}, {32, 2}};
  static constexpr Tolerance kDouble[] = {{48, 3}, {48, 3}};
};
template <> struct Accuracy<RandomLogGammaGradPartialsFunction> {
  static constexpr auto kScale = SecondScale;
  // float 17.5, 6.8; double 11.1, 6.0
  static constexpr Tolerance kFloat[] = {{48, 2}, {24, 2}};
  static constexpr Tolerance kDouble[] = {{32, 2}, {24, 2}};
};
template <> struct Accuracy<IgammaGradAFunction> {
  static constexpr auto kScale = ValueScale;
  // float 2.6, double 3.8
  static constexpr Tolerance kFloat[] = {{12, 1}};
  static constexpr Tolerance kDouble[] = {{12, 1}};
};
template <> struct Accuracy<IgammaGradAPartialsFunction> {
  static constexpr auto kScale = CdfSecondScale;
  // float 12.1, 3.0; double 15.0, 1.7
  static constexpr Tolerance kFloat[] = {{32, 2}, {8, 1}};
  static constexpr Tolerance kDouble[] = {{32, 2}, {8, 1}};
};
// clang-format on

template <class T>
constexpr double kEps = std::numeric_limits<T>::epsilon();

// The outputs of a function over arrays.
template <class Function, class T>
std::vector<std::vector<T>> Map(const std::vector<T>& a,
                                const std::vector<T>& z) {
  std::vector<std::vector<T>> out(Function::kOutputs, std::vector<T>(a.size()));
  const T* inputs[] = {a.data(), z.data()};
  T* outputs[Function::kOutputs];
  for (int k = 0; k < Function::kOutputs; ++k) outputs[k] = out[k].data();
  MapArrays<Function, T>(a.size(), inputs, outputs);
  return out;
}

// Output k at one point, through the array code.
template <class Function, class T>
T At(T a, T z, int k = 0) {
  return Map<Function, T>({a}, {z})[k][0];
}

template <class Function, class T>
void ExpectMatchesTable(const std::string& table,
                        const std::vector<std::string>& columns,
                        int first_output) {
  const ReferenceTable reference(table);
  std::vector<T> a, z;
  std::vector<std::vector<long double>> rows;
  for (int i = 0; i < reference.size(); ++i) {
    std::vector<long double> row;
    for (const std::string& column : columns) {
      row.push_back(reference[column][i]);
    }
    // Tables of doubles hold points that are no floats.
    if (static_cast<T>(row[0]) != row[0] || static_cast<T>(row[1]) != row[1]) {
      continue;
    }
    a.push_back(static_cast<T>(row[0]));
    z.push_back(static_cast<T>(row[1]));
    rows.push_back(row);
  }
  ASSERT_GT(rows.size(), 0u);
  const auto out = Map<Function, T>(a, z);
  for (int k = 0; k < Function::kOutputs; ++k) {
    const Tolerance tolerance = std::is_same<T, double>::value
                                    ? Accuracy<Function>::kDouble[k]
                                    : Accuracy<Function>::kFloat[k];
    double worst = 0, sum = 0;
    int count = 0, at = 0;
    for (size_t i = 0; i < rows.size(); ++i) {
      const long double expected = rows[i][first_output + k];
      const long double scale = Accuracy<Function>::kScale(rows[i], k);
      if (std::abs(expected) > std::numeric_limits<T>::max()) {
        EXPECT_EQ(std::isinf(out[k][i]), true) << a[i] << " " << z[i];
        continue;
      }
      if (scale < std::numeric_limits<T>::min()) {
        // A subnormal or 0: its error is absolute.
        EXPECT_NEAR(out[k][i], static_cast<double>(expected),
                    2 * std::numeric_limits<T>::denorm_min())
            << a[i] << " " << z[i] << " output " << k;
        continue;
      }
      const double error =
          static_cast<double>(std::abs(out[k][i] - expected) / scale) / kEps<T>;
      EXPECT_LE(error, tolerance.worst)
          << "output " << k << " at a = " << a[i] << ", z = " << z[i]
          << ": got " << out[k][i] << ", expected "
          << static_cast<double>(expected);
      if (!(error <= worst)) {
        worst = error;
        at = i;
      }
      sum += error;
      ++count;
    }
    EXPECT_LE(sum / count, tolerance.mean);
    std::printf(
        "%s output %d %s: worst %.3g eps at (%.17g, %.17g), mean %.3g,"
        " %d points\n",
        table.c_str(), k, sizeof(T) == 4 ? "float" : "double", worst,
        static_cast<double>(a[at]), static_cast<double>(z[at]), sum / count,
        count);
  }
}

template <class T>
class GammaTest : public ::testing::Test {};
using Types = ::testing::Types<float, double>;
TYPED_TEST_SUITE(GammaTest, Types);

const std::vector<std::string> kSampleColumns = {"alpha", "sample", "dz",
                                                 "dz_dalpha", "dz_dsample"};

TYPED_TEST(GammaTest, SampleGradMatchesReference) {
  ExpectMatchesTable<RandomGammaGradFunction, TypeParam>("gamma_sample_grad",
                                                         kSampleColumns, 2);
  if (std::is_same<TypeParam, double>::value) {
    ExpectMatchesTable<RandomGammaGradFunction, TypeParam>(
        "gamma_sample_grad_float64", kSampleColumns, 2);
  }
}

TYPED_TEST(GammaTest, SampleGradPartialsMatchReference) {
  ExpectMatchesTable<RandomGammaGradPartialsFunction, TypeParam>(
      "gamma_sample_grad", kSampleColumns, 3);
  if (std::is_same<TypeParam, double>::value) {
    ExpectMatchesTable<RandomGammaGradPartialsFunction, TypeParam>(
        "gamma_sample_grad_float64", kSampleColumns, 3);
  }
}

const std::vector<std::string> kLogSampleColumns = {
    "alpha", "log_sample", "dlogz", "dlogz_dalpha", "dlogz_dlogsample"};

TYPED_TEST(GammaTest, LogSampleGradMatchesReference) {
  ExpectMatchesTable<RandomLogGammaGradFunction, TypeParam>(
      "gamma_log_sample_grad", kLogSampleColumns, 2);
}

TYPED_TEST(GammaTest, LogSampleGradPartialsMatchReference) {
  ExpectMatchesTable<RandomLogGammaGradPartialsFunction, TypeParam>(
      "gamma_log_sample_grad", kLogSampleColumns, 3);
}

const std::vector<std::string> kCdfColumns = {
    "alpha", "sample", "cdf_grad", "d2P_dalpha2", "d2P_dalpha_dsample"};

TYPED_TEST(GammaTest, CdfGradMatchesReference) {
  ExpectMatchesTable<IgammaGradAFunction, TypeParam>("gamma_cdf_grad",
                                                     kCdfColumns, 2);
}

TYPED_TEST(GammaTest, CdfGradPartialsMatchReference) {
  ExpectMatchesTable<IgammaGradAPartialsFunction, TypeParam>("gamma_cdf_grad",
                                                             kCdfColumns, 3);
}

// Where two formulas meet, neighbouring floats get neighbouring values: each
// is within the tolerance of the truth, whose condition number is at most 2.
TYPED_TEST(GammaTest, ContinuousAcrossBorders) {
  using T = TypeParam;
  using Borders = GammaBorders<T>;
  std::vector<std::pair<T, T>> points;
  std::vector<T> alpha_borders = {Borders::kLargeAlpha};
  std::vector<T> ratio_borders = {Borders::kFarLower, Borders::kFarUpper};
  std::vector<T> z_borders = {special::kGammaTiny<T>, Borders::kLowerShort};
  if constexpr (std::is_same<T, double>::value) {
    alpha_borders.insert(alpha_borders.end(),
                         {Borders::kBulkAlpha, Borders::kCenterAlpha});
    ratio_borders.insert(ratio_borders.end(),
                         {Borders::kMiddleFarLower, Borders::kMiddleFarUpper,
                          Borders::kCenterLower, Borders::kCenterUpper});
    z_borders.insert(z_borders.end(), {Borders::kLower, Borders::kUpperNear});
  }
  std::mt19937_64 engine(3);
  std::uniform_real_distribution<double> uniform(0, 1);
  for (int i = 0; i < 300; ++i) {
    // Small a with z at its borders, and the gap above a.
    const T a = static_cast<T>(Borders::kLargeAlpha *
                               std::pow(10, -6 * uniform(engine)));
    for (T z : z_borders) points.emplace_back(a, z);
    points.emplace_back(a, a + special::kGammaUpperGap<T>);
    for (int n = 1; n < Borders::kLargeAlpha; ++n) {
      points.emplace_back(n, std::exp(static_cast<T>(8 * uniform(engine) - 4)));
    }
    const T large = static_cast<T>(Borders::kLargeAlpha *
                                   std::pow(10, 6 * uniform(engine)));
    for (T ratio : ratio_borders) points.emplace_back(large, ratio * large);
    for (T border : alpha_borders) {
      points.emplace_back(
          border, border * std::exp(static_cast<T>(3 * uniform(engine) - 1.5)));
    }
  }
  const double tolerance = 2 *
                           Accuracy<RandomGammaGradFunction>::kDouble[0].worst *
                           (std::is_same<T, double>::value ? 1 : 0.5);
  for (const auto& [a, z] : points) {
    const T below_a = std::nextafter(a, T(0));
    const T above_a = std::nextafter(a, std::numeric_limits<T>::max());
    const T below_z = std::nextafter(z, T(0));
    const T above_z = std::nextafter(z, std::numeric_limits<T>::max());
    const T g = At<RandomGammaGradFunction>(a, z);
    for (const T other : {At<RandomGammaGradFunction>(below_a, z),
                          At<RandomGammaGradFunction>(above_a, z),
                          At<RandomGammaGradFunction>(a, below_z),
                          At<RandomGammaGradFunction>(a, above_z)}) {
      EXPECT_LE(std::abs(other - g), tolerance * kEps<T> * g) << a << " " << z;
    }
  }
}

// dz/da > 0 increases with z, and d(log z)/da decreases, however far out. Where
// they hardly do, rounding errors show.
TYPED_TEST(GammaTest, PositiveAndMonotone) {
  using T = TypeParam;
  std::vector<T> alphas;
  for (double log_a = -6; log_a <= 10; log_a += 0.25) {
    alphas.push_back(static_cast<T>(std::pow(10, log_a)));
  }
  for (const T a : alphas) {
    T last_grad = 0, last_log_grad = std::numeric_limits<T>::infinity();
    for (double log_ratio = -60; log_ratio < 40; log_ratio += 0.1) {
      const T z = static_cast<T>(a * std::exp(log_ratio));
      const T grad = At<RandomGammaGradFunction>(a, z);
      const T log_grad = At<RandomLogGammaGradFunction>(a, std::log(z));
      ASSERT_GE(grad, last_grad * (1 - 8 * kEps<T>)) << a << " " << z;
      ASSERT_LE(log_grad, last_log_grad * (1 + 8 * kEps<T>)) << a << " " << z;
      ASSERT_GT(log_grad, 0) << a << " " << z;
      ASSERT_GT(grad, 0) << a << " " << z;
      last_grad = grad;
      last_log_grad = log_grad;
    }
  }
}

// The partial derivatives by central differences of the gradient, in double.
TEST(GammaPartialsTest, MatchDifferences) {
  std::mt19937_64 engine(5);
  std::uniform_real_distribution<double> uniform(0, 1);
  for (int i = 0; i < 3000; ++i) {
    const double a = std::pow(10, 7 * uniform(engine) - 3);
    const double z = std::gamma_distribution<double>(a)(engine);
    if (z < 1e-100) continue;
    // The values are good to 1e-15: steps of 1e-5 leave 1e-10 of the scale on
    // which the function changes.
    const double da = 1e-5 * std::min(a, std::sqrt(a));
    const double dz = 1e-5 * std::min(z, std::sqrt(z));
    const auto grad = [](double a, double z) {
      return At<RandomGammaGradFunction>(a, z);
    };
    const double g = grad(a, z);
    const double g_a = (grad(a + da, z) - grad(a - da, z)) / (2 * da);
    const double g_z = (grad(a, z + dz) - grad(a, z - dz)) / (2 * dz);
    const double scale_a = 1e-9 * g * 1e-5 / da + 1e-15 * g / da;
    const double scale_z = 1e-9 * g * 1e-5 / dz + 1e-15 * g / dz;
    EXPECT_NEAR((At<RandomGammaGradPartialsFunction>(a, z, 0)), g_a, scale_a)
        << a << " " << z;
    EXPECT_NEAR((At<RandomGammaGradPartialsFunction>(a, z, 1)), g_z, scale_z)
        << a << " " << z;
  }
}

TYPED_TEST(GammaTest, SampleAndLogSampleAgree) {
  using T = TypeParam;
  std::mt19937_64 engine(7);
  std::uniform_real_distribution<double> uniform(0, 1);
  for (int i = 0; i < 20000; ++i) {
    const T a = static_cast<T>(std::pow(10, 12 * uniform(engine) - 6));
    const T u = static_cast<T>(std::log(a) + 8 * uniform(engine) - 5);
    const T z = special::Exp(u);
    const T r = At<RandomLogGammaGradFunction>(a, u);
    EXPECT_NEAR(At<RandomGammaGradFunction>(a, z) / (z * r), 1, 8 * kEps<T>)
        << a << " " << z;
  }
}

TYPED_TEST(GammaTest, FloatAgreesWithDouble) {
  std::mt19937_64 engine(11);
  std::uniform_real_distribution<double> uniform(0, 1);
  for (int i = 0; i < 50000; ++i) {
    const float a = static_cast<float>(std::pow(10, 16 * uniform(engine) - 6));
    const float z =
        static_cast<float>(std::gamma_distribution<double>(a)(engine));
    if (z < std::numeric_limits<float>::min()) continue;
    const double expected = At<RandomGammaGradFunction, double>(a, z);
    EXPECT_NEAR(
        At<RandomGammaGradFunction>(a, z) / expected, 1,
        Accuracy<RandomGammaGradFunction>::kFloat[0].worst * kEps<float>)
        << a << " " << z;
  }
}

// An element's result depends on nothing but its inputs: neither on its place
// nor on the elements around it.
template <class Function, class T>
void ExpectIndependentOfNeighbours() {
  std::mt19937_64 engine(13);
  std::uniform_real_distribution<double> uniform(0, 1);
  std::vector<T> a, z;
  for (int i = 0; i < 5000; ++i) {
    a.push_back(static_cast<T>(std::pow(10, 9 * uniform(engine) - 4)));
    z.push_back(static_cast<T>(a[i] * std::exp(8 * uniform(engine) - 5)));
    if (i % 97 == 0) z[i] = std::numeric_limits<T>::quiet_NaN();
    if (i % 101 == 0) z[i] = 0;
  }
  const auto expected = Map<Function, T>(a, z);
  std::vector<int> order(a.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::shuffle(order.begin(), order.end(), engine);
  for (const size_t size : {size_t{1}, size_t{3}, size_t{17}, size_t{1023},
                            size_t{1025}, order.size()}) {
    std::vector<T> some_a, some_z;
    for (size_t i = 0; i < size; ++i) {
      some_a.push_back(a[order[i]]);
      some_z.push_back(z[order[i]]);
    }
    const auto out = Map<Function, T>(some_a, some_z);
    for (int k = 0; k < Function::kOutputs; ++k) {
      for (size_t i = 0; i < size; ++i) {
        ASSERT_EQ(special::BitsOf(out[k][i]),
                  special::BitsOf(expected[k][order[i]]))
            << some_a[i] << " " << some_z[i];
      }
    }
  }
}

TYPED_TEST(GammaTest, IndependentOfNeighbours) {
  ExpectIndependentOfNeighbours<RandomGammaGradFunction, TypeParam>();
  ExpectIndependentOfNeighbours<RandomGammaGradPartialsFunction, TypeParam>();
  ExpectIndependentOfNeighbours<IgammaGradAFunction, TypeParam>();
}

// One element at a time, as on CUDA: the compiler may fuse other operations.
TYPED_TEST(GammaTest, ScalarAgreesWithArray) {
  using T = TypeParam;
  std::mt19937_64 engine(17);
  std::uniform_real_distribution<double> uniform(0, 1);
  for (int i = 0; i < 5000; ++i) {
    const T in[2] = {static_cast<T>(std::pow(10, 14 * uniform(engine) - 5)),
                     static_cast<T>(std::pow(10, 14 * uniform(engine) - 5))};
    T out[1];
    EvaluateScalar<RandomGammaGradFunction>(in, out);
    EXPECT_NEAR(At<RandomGammaGradFunction>(in[0], in[1]) / out[0], 1,
                8 * kEps<T>)
        << in[0] << " " << in[1];
  }
}

TYPED_TEST(GammaTest, OutOfDomainIsNan) {
  using T = TypeParam;
  const T nan = std::numeric_limits<T>::quiet_NaN();
  const T infinity = std::numeric_limits<T>::infinity();
  const std::pair<T, T> points[] = {
      {0, 1},  {-1, 1},        {nan, 1},       {1, nan},
      {1, -1}, {-infinity, 1}, {1, -infinity}, {infinity, infinity},
      {-1, 0}, {nan, 0},       {0, 0}};
  for (const auto& [a, z] : points) {
    EXPECT_TRUE(std::isnan(At<RandomGammaGradFunction>(a, z))) << a << " " << z;
    for (int k = 0; k < 2; ++k) {
      EXPECT_TRUE(std::isnan(At<RandomGammaGradPartialsFunction>(a, z, k)))
          << a << " " << z << " " << k;
    }
    EXPECT_TRUE(std::isnan(At<IgammaGradAFunction>(a, z))) << a << " " << z;
    EXPECT_TRUE(std::isnan(special::RandomGammaGradPaper(a, z)))
        << a << " " << z;
    EXPECT_TRUE(std::isnan(special::IgammaGradAPaper(a, z))) << a << " " << z;
  }
  for (const T a : {T(0), T(-1), nan}) {
    EXPECT_TRUE(std::isnan(At<RandomLogGammaGradFunction>(a, T(-3))));
  }
  EXPECT_TRUE(std::isnan(At<RandomLogGammaGradFunction>(T(1), nan)));
}

TYPED_TEST(GammaTest, Limits) {
  using T = TypeParam;
  const T infinity = std::numeric_limits<T>::infinity();
  const T tiny = std::numeric_limits<T>::denorm_min();
  for (const T a : {T(1e-6), T(0.5), T(1), T(2), T(8), T(300), T(1e10)}) {
    EXPECT_EQ(At<RandomGammaGradFunction>(a, T(0)), 0);
    EXPECT_EQ(At<RandomGammaGradPartialsFunction>(a, T(0), 0), 0);
    EXPECT_EQ(At<RandomGammaGradPartialsFunction>(a, T(0), 1), infinity);
    EXPECT_EQ(At<IgammaGradAFunction>(a, T(0)), 0);
    EXPECT_EQ(At<IgammaGradAPartialsFunction>(a, T(0), 0), 0);
    EXPECT_EQ(At<IgammaGradAPartialsFunction>(a, T(0), 1),
              a > 1 ? 0 : -infinity);
    // Far out g tends to log z - psi(a).
    EXPECT_EQ(At<RandomGammaGradFunction>(a, infinity), infinity);
    EXPECT_EQ(At<RandomGammaGradPartialsFunction>(a, infinity, 1), 0);
    EXPECT_EQ(At<IgammaGradAFunction>(a, infinity), 0);
    EXPECT_EQ(At<IgammaGradAPartialsFunction>(a, infinity, 0), 0);
    EXPECT_EQ(At<IgammaGradAPartialsFunction>(a, infinity, 1), 0);
    EXPECT_EQ(At<RandomLogGammaGradFunction>(a, infinity), 0);
    EXPECT_EQ(At<RandomLogGammaGradFunction>(a, -infinity), infinity);
    // About z log(a / z) / a, which rounds to 0 for large a.
    if (a < 8) {
      EXPECT_GT(At<RandomGammaGradFunction>(a, tiny), 0);
    }
    EXPECT_GT(At<RandomGammaGradFunction>(a, std::numeric_limits<T>::max()),
              10);
    EXPECT_EQ(special::RandomGammaGradPaper(a, T(0)), 0);
    EXPECT_EQ(special::RandomGammaGradPaper(a, infinity), infinity);
    EXPECT_EQ(special::IgammaGradAPaper(a, T(0)), 0);
    EXPECT_EQ(special::IgammaGradAPaper(a, infinity), 0);
  }
  EXPECT_EQ(At<RandomGammaGradFunction>(infinity, T(3)), 0);
  EXPECT_EQ(At<RandomGammaGradFunction>(infinity, T(0)), 0);
  // z = a: dz/da = 1 + 1/(6 a) + ...
  for (const T a : {T(1e8), T(1e10), T(1e30)}) {
    EXPECT_NEAR(At<RandomGammaGradFunction>(a, a), 1, 1e-8);
  }
  // Nothing is lost where the sample underflows.
  EXPECT_NEAR(At<RandomLogGammaGradFunction>(T(1e-6), T(-1e7)) / T(1e13), 1,
              1e-6);
}

// The paper's method on the paper's grid, and its NaN where 200 or 500
// iterations do not suffice.
TYPED_TEST(GammaTest, PaperMatchesReferenceOrSaysNan) {
  using T = TypeParam;
  const ReferenceTable reference("gamma_sample_grad");
  double worst = 0;
  for (int i = 0; i < reference.size(); ++i) {
    const T a = static_cast<T>(reference["alpha"][i]);
    const T z = static_cast<T>(reference["sample"][i]);
    const long double expected = reference["dz"][i];
    if (z < std::numeric_limits<T>::min()) continue;
    if (expected < std::numeric_limits<T>::min()) continue;
    const T value = special::RandomGammaGradPaper(a, z);
    if (std::isnan(value)) {
      EXPECT_GT(a, 1e3) << z;
      continue;
    }
    const double error =
        static_cast<double>(std::abs(value / expected - 1)) / kEps<T>;
    // The terms of the derivative cancel to about a^-1/2 of their size.
    // Measured: 7.9 sqrt(a) eps in float, 48 in double.
    worst = std::max(worst, error / std::sqrt(std::max<double>(a, 1)));
  }
  EXPECT_LE(worst, 80);
  std::printf("paper, %s: worst %.3g sqrt(max(a, 1)) eps\n",
              sizeof(T) == 4 ? "float" : "double", worst);
  // Next to the smallest number it is z (psi(a + 1) - log z) / a.
  const auto log_grad = [](T z) {
    return special::RandomGammaGradPaper(T(0.6), z) / z;
  };
  const T least = std::numeric_limits<T>::min();
  for (const T factor : {T(1), T(1.2), T(1.9)}) {
    EXPECT_NEAR(log_grad(factor * least) - log_grad(4 * least),
                std::log(4 / factor) / T(0.6), 600 * kEps<T>);
  }
  const T far = T(1e6);
  EXPECT_TRUE(std::isnan(special::RandomGammaGradPaper(far, far)));
  EXPECT_TRUE(std::isnan(special::IgammaGradAPaper(far, far)));
}

TYPED_TEST(GammaTest, PaperCdfGradAgrees) {
  using T = TypeParam;
  std::mt19937_64 engine(19);
  std::uniform_real_distribution<double> uniform(0, 1);
  for (int i = 0; i < 3000; ++i) {
    const T a = static_cast<T>(std::pow(10, 4 * uniform(engine) - 2));
    const T x = static_cast<T>(std::gamma_distribution<double>(a)(engine));
    if (x < std::numeric_limits<T>::min()) continue;
    const T expected = At<IgammaGradAFunction>(a, x);
    EXPECT_NEAR(special::IgammaGradAPaper(a, x) / expected, 1, 400 * kEps<T>)
        << a << " " << x;
  }
}

}  // namespace
}  // namespace tf_implicit
