// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The von Mises functions of von_mises.h, von_mises_cdf.h and von_mises_paper.h
// for one target, against tests/reference/ and by properties.

#include "kernels/special/von_mises.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <numeric>
#include <random>
#include <string>
#include <type_traits>
#include <vector>

#include "gtest/gtest.h"
#include "kernels/cpu/map_regions.h"
#include "kernels/special/scalar.h"
#include "kernels/special/von_mises_cdf.h"
#include "kernels/special/von_mises_paper.h"
#include "tests/special/reference_table.h"

namespace tf_implicit {
namespace {

using special::EvaluateScalar;
using special::MapArrays;
using special::RandomVonMisesGradFunction;
using special::RandomVonMisesGradPaper;
using special::RandomVonMisesGradPartialsFunction;
using special::VonMisesCdfFunction;
using special::VonMisesCdfGradFunction;
using special::VonMisesCdfGradPartialsFunction;
using special::VonMisesLogCdfFunction;

// Tolerances in eps of the scale that the test of each names; in comments the
// largest errors measured on any target.
struct Tolerance {
  double worst;
  double mean;
};

template <class T>
struct Tolerances;

template <>
struct Tolerances<float> {
  static constexpr Tolerance kSampleGrad = {8, 1};           // 3.3, 0.45
  static constexpr Tolerance kSampleGradPartials = {16, 1};  // 3.8, 0.38
  static constexpr Tolerance kCdf = {16, 1};                 // 2.6, 0.18
  static constexpr Tolerance kCdfGrad = {16, 2};             // 8.2, 0.91
  static constexpr Tolerance kCdfGradPartials = {64, 2};     // 26, 1.4
  static constexpr double kWithFloat64 = 8;                  // 5.4
  static constexpr double kIdentity = 2;                     // 0.66
  static constexpr double kSine = 2;                         // 1.4
  static constexpr double kVersine = 3;                      // 2.6
  // Absolute error of dF/dkappa by the paper's method, Hill's 12 digits.
  static constexpr double kPaper = 1e-6;  // 1.4e-7
};

template <>
struct Tolerances<double> {
  static constexpr Tolerance kSampleGrad = {16, 1};          // 6.5, 0.78
  static constexpr Tolerance kSampleGradPartials = {32, 2};  // 26.6, 1.4
  static constexpr Tolerance kCdf = {16, 1};                 // 2.6, 0.18
  static constexpr Tolerance kCdfGrad = {16, 2};             // 8.2, 1.1
  static constexpr Tolerance kCdfGradPartials = {64, 3};     // 26.6, 2.0
  static constexpr double kIdentity = 2;                     // 0.5
  static constexpr double kSine = 1.2;                       // 1.0
  static constexpr double kVersine = 2;                      // 1.9
  static constexpr double kPaper = 1e-12;                    // 1.4e-13
};

template <class T>
constexpr T kEps = std::numeric_limits<T>::epsilon();
// In two parts: the first has 64 bits, also where a long double has 113.
constexpr long double kLongPi = 0xc.90fdaa22168c235p-2L;
constexpr long double kLongPiLow = -5.01655761266833202355732708033e-20L;
template <class T>
constexpr T kPi = static_cast<T>(kLongPi);
template <class T>
constexpr const char* kName = sizeof(T) == 4 ? "float" : "double";

template <class T>
using Column = std::vector<T>;

// All outputs of a function over arrays.
template <class Function, class T>
std::vector<Column<T>> Map(const Column<T>& first, const Column<T>& second) {
  const int64_t n = first.size();
  std::vector<Column<T>> out(Function::kOutputs, Column<T>(n));
  const T* inputs[] = {first.data(), second.data()};
  T* outputs[Function::kOutputs];
  for (int k = 0; k < Function::kOutputs; ++k) outputs[k] = out[k].data();
  MapArrays<Function, T>(n, inputs, outputs);
  return out;
}

template <class T>
T SampleGrad(T kappa, T z) {
  return Map<RandomVonMisesGradFunction, T>({kappa}, {z})[0][0];
}

template <class T>
T Cdf(T z, T kappa) {
  return Map<VonMisesCdfFunction, T>({z}, {kappa})[0][0];
}

// The rows of a reference table whose arguments are numbers of type T.
template <class T>
struct Rows {
  ReferenceTable table;
  Column<T> kappa, z;
  std::vector<int> row;

  explicit Rows(const std::string& name) : table(name) {
    const auto& all_kappa = table["concentration"];
    const auto& all_z = table["sample"];
    for (int i = 0; i < table.size(); ++i) {
      const T k = static_cast<T>(all_kappa[i]), s = static_cast<T>(all_z[i]);
      // The float nearest to pi stands for pi itself here, but not in the
      // table.
      const bool is_pi = std::abs(s) == kPi<T>;
      if (k != all_kappa[i] || s != all_z[i] || is_pi) continue;
      kappa.push_back(k);
      z.push_back(s);
      row.push_back(i);
    }
  }

  long double at(const std::string& column, int i) const {
    return table[column][row[i]];
  }
};

// Checks column `name` against values; scale(i) is what errors are relative to.
template <class T, class Scale>
void ExpectNear(const Rows<T>& rows, const std::string& name,
                const Column<T>& values, Tolerance tolerance, Scale scale) {
  ASSERT_GT(values.size(), 50u);
  double worst = 0, sum = 0;
  int count = 0;
  size_t at = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    const long double expected = rows.at(name, i);
    const long double size = scale(i);
    if (size < std::numeric_limits<T>::min() * 64) {
      EXPECT_LE(std::abs(values[i]), std::numeric_limits<T>::min() * 64);
      continue;
    }
    const double error =
        static_cast<double>(std::abs(values[i] - expected) / size) / kEps<T>;
    EXPECT_LE(error, tolerance.worst)
        << name << " at kappa = " << rows.kappa[i] << ", z = " << rows.z[i]
        << ": got " << values[i] << ", expected "
        << static_cast<double>(expected);
    if (!(error <= worst)) {
      worst = error;
      at = i;
    }
    sum += error;
    ++count;
  }
  EXPECT_LE(sum / count, tolerance.mean) << name;
  std::printf("%s %s: worst %.3g eps at (%.17g, %.17g), mean %.3g, %d points\n",
              name.c_str(), kName<T>, worst, double(rows.kappa[at]),
              double(rows.z[at]), sum / count, count);
}

template <class T>
std::vector<std::string> SampleGradTables() {
  if (std::is_same<T, double>::value) {
    return {"von_mises_sample_grad", "von_mises_sample_grad_float64"};
  }
  return {"von_mises_sample_grad"};
}

template <class T>
class VonMisesTest : public ::testing::Test {};
using Types = ::testing::Types<float, double>;
TYPED_TEST_SUITE(VonMisesTest, Types);

TYPED_TEST(VonMisesTest, SampleGradMatchesReference) {
  using T = TypeParam;
  for (const std::string& name : SampleGradTables<T>()) {
    const Rows<T> rows(name);
    const auto out = Map<RandomVonMisesGradFunction>(rows.kappa, rows.z);
    ExpectNear(rows, "dz", out[0], Tolerances<T>::kSampleGrad,
               [&](int i) { return std::abs(rows.at("dz", i)); });
  }
}

TYPED_TEST(VonMisesTest, SampleGradPartialsMatchReference) {
  using T = TypeParam;
  constexpr Tolerance kTolerance = Tolerances<T>::kSampleGradPartials;
  for (const std::string& name : SampleGradTables<T>()) {
    const Rows<T> rows(name);
    const auto out =
        Map<RandomVonMisesGradPartialsFunction>(rows.kappa, rows.z);
    // The scales of the contract.
    auto slope_scale = [&](int i) {
      return std::abs(rows.at("dz_dconcentration", i)) +
             std::abs(rows.at("dz", i)) / (1 + rows.kappa[i]);
    };
    ExpectNear(rows, "dz_dconcentration", out[0], kTolerance, slope_scale);
    ExpectNear(rows, "dz_dsample", out[1], kTolerance, [&](int i) {
      return std::abs(rows.at("dz_dsample", i)) +
             1 / (1 + 2 * static_cast<long double>(rows.kappa[i]));
    });
  }
}

TYPED_TEST(VonMisesTest, CdfMatchesReference) {
  using T = TypeParam;
  const Rows<T> rows("von_mises_cdf");
  const auto out = Map<VonMisesCdfFunction>(rows.z, rows.kappa);
  ExpectNear(rows, "cdf", out[0], Tolerances<T>::kCdf, [&](int i) {
    return rows.at("cdf", i) + std::abs(rows.z[i]) * rows.at("pdf", i) +
           rows.kappa[i] * std::abs(rows.at("cdf_dconcentration", i));
  });
}

long double Versine(long double z) {
  const long double sine = std::sin(z / 2);
  return 2 * sine * sine;
}

TYPED_TEST(VonMisesTest, LogCdfMatchesReference) {
  using T = TypeParam;
  const Rows<T> rows("von_mises_cdf");
  const auto out = Map<VonMisesLogCdfFunction>(rows.z, rows.kappa);
  for (size_t i = 0; i < rows.z.size(); ++i) {
    const long double cdf = rows.at("cdf", i), upper = rows.at("complement", i);
    // The table ends where the derivatives underflow.
    if (!(std::abs(rows.z[i]) < T(3.14159)) || cdf < 1e-300 || upper < 1e-300) {
      continue;
    }
    const long double log = upper < 0.5 ? std::log1p(-upper) : std::log(cdf);
    const long double in_z = rows.at("pdf", i) / cdf;
    const long double in_kappa = rows.at("cdf_dconcentration", i) / cdf;
    const long double scale = std::abs(log) + std::abs(rows.z[i]) * in_z +
                              rows.kappa[i] * std::abs(in_kappa);
    const std::string at =
        std::to_string(rows.z[i]) + " " + std::to_string(rows.kappa[i]);
    const long double tiny = std::numeric_limits<T>::min();
    EXPECT_LE(std::abs(out[0][i] - log), 16 * kEps<T> * scale + tiny) << at;
    // Where F is near 1 the density counts; elsewhere p and F cancel.
    const long double growth =
        64 * kEps<T> * (1 + 4 * std::abs(rows.z[i]) * in_z);
    const long double of_p = 4 * kEps<T> * rows.kappa[i] * Versine(rows.z[i]);
    EXPECT_LE(std::abs(out[1][i] - in_z), (growth + of_p) * in_z + tiny) << at;
    EXPECT_LE(std::abs(out[2][i] - in_kappa),
              (growth + of_p) * std::abs(in_kappa) + tiny)
        << at;
  }
}

// F itself underflows from kappa = 1e3 on.
TYPED_TEST(VonMisesTest, LogCdfOfFarTails) {
  using T = TypeParam;
  for (double kappa : {1e2, 1e4, 1e7, 1e10}) {
    for (double z : {-3.0, -1.5, -0.5, -0.1}) {
      const T angle = static_cast<T>(z), k = static_cast<T>(kappa);
      const auto out = Map<VonMisesLogCdfFunction, T>({angle}, {k});
      if (kappa * z * z < 40) continue;
      // R = (1 - cot(a) / (kappa sin(a)) + ...) / (kappa sin a).
      const long double sine = std::sin(static_cast<long double>(angle));
      const long double cosine = std::cos(static_cast<long double>(angle));
      const long double x = 1 / (k * sine * sine);
      const long double r =
          (1 - cosine * x + (3 * cosine * cosine + sine * sine) * x * x) /
          std::abs(k * sine);
      const long double i0 = 1 + 1 / (8.0L * k) + 9 / (128.0L * k * k);
      const long double log =
          std::log(r / (std::sqrt(6.283185307179586477L / k) * i0)) -
          k * Versine(angle);
      const long double truncated = 20 * std::abs(x * x * x);
      EXPECT_NEAR(static_cast<double>(out[0][0] / log), 1,
                  16 * kEps<T> + truncated);
      EXPECT_NEAR(static_cast<double>(out[1][0] * r), 1,
                  64 * kEps<T> + truncated);
    }
  }
}

TYPED_TEST(VonMisesTest, LogCdfAtTheEnds) {
  using T = TypeParam;
  const T pi = static_cast<T>(3.14159265358979323846L);
  for (T k : {T(0), T(1), T(5), T(100)}) {
    const auto out =
        Map<VonMisesLogCdfFunction, T>({-pi, pi, 0, -5}, {k, k, k, k});
    EXPECT_LE(out[0][0], std::log(std::numeric_limits<T>::min())) << k;
    EXPECT_NEAR(out[0][1], 0, kEps<T>) << k;
    EXPECT_NEAR(out[0][2], -0.69314718055994530942, 2 * kEps<T>) << k;
    EXPECT_TRUE(std::isnan(out[0][3])) << k;
  }
}

// What rounding kappa u in the exponent of the density adds to the tolerance.
template <class T>
long double Growth(const Rows<T>& rows, int i, double tolerance) {
  const long double sine = std::sin(rows.z[i] / 2.0L);
  return 1 + 4 * rows.kappa[i] * sine * sine / tolerance;
}

TYPED_TEST(VonMisesTest, CdfGradMatchesReference) {
  using T = TypeParam;
  const Rows<T> rows("von_mises_cdf");
  const auto out = Map<VonMisesCdfGradFunction>(rows.z, rows.kappa);
  for (int k = 0; k < 2; ++k) {
    const std::string name = k == 0 ? "pdf" : "cdf_dconcentration";
    ExpectNear(rows, name, out[k], Tolerances<T>::kCdfGrad, [&](int i) {
      return Growth(rows, i, Tolerances<T>::kCdfGrad.worst) *
             std::abs(rows.at(name, i));
    });
  }
}

TYPED_TEST(VonMisesTest, CdfGradPartialsMatchReference) {
  using T = TypeParam;
  constexpr Tolerance kTolerance = Tolerances<T>::kCdfGradPartials;
  const Rows<T> rows("von_mises_cdf");
  const auto out = Map<VonMisesCdfGradPartialsFunction>(rows.z, rows.kappa);
  // D + u, within a factor of 2.
  auto score = [&](int i) {
    return 1 / (1 + 2 * static_cast<long double>(rows.kappa[i])) + 1 -
           std::cos(static_cast<long double>(rows.z[i]));
  };
  ExpectNear(rows, "cdf_dsample2", out[0], kTolerance, [&](int i) {
    return Growth(rows, i, kTolerance.worst) *
           std::abs(rows.at("cdf_dsample2", i));
  });
  ExpectNear(
      rows, "cdf_dsample_dconcentration", out[1], kTolerance, [&](int i) {
        return Growth(rows, i, kTolerance.worst) * rows.at("pdf", i) * score(i);
      });
  ExpectNear(rows, "cdf_dconcentration2", out[2], kTolerance, [&](int i) {
    return Growth(rows, i, kTolerance.worst) *
           (std::abs(rows.at("cdf_dconcentration2", i)) +
            std::abs(rows.at("cdf_dconcentration", i)) * score(i));
  });
}

TYPED_TEST(VonMisesTest, PaperMethodMatchesReference) {
  using T = TypeParam;
  const Rows<T> rows("von_mises_sample_grad");
  double worst = 0, sum = 0;
  int count = 0;
  for (size_t i = 0; i < rows.z.size(); ++i) {
    const T density =
        Map<VonMisesCdfGradFunction, T>({rows.z[i]}, {rows.kappa[i]})[0][0];
    // The Normal approximation's own error grows with the density.
    if (rows.kappa[i] > 1e4 || density < 1e-30) continue;
    const double error = std::abs(static_cast<double>(
        RandomVonMisesGradPaper(rows.kappa[i], rows.z[i]) - rows.at("dz", i)));
    EXPECT_LE(error * density, Tolerances<T>::kPaper)
        << rows.kappa[i] << " " << rows.z[i];
    worst = std::max(worst, error * density);
    sum += error;
    ++count;
  }
  ASSERT_GT(count, 100);
  std::printf("paper %s: worst error of dF/dkappa %.3g, %d points\n", kName<T>,
              worst, count);
}

TYPED_TEST(VonMisesTest, AngleMatchesLongDouble) {
  using T = TypeParam;
  std::mt19937_64 engine(11);
  double worst_sine = 0, worst_versine = 0;
  for (T largest : {kPi<T>, T(1e4)}) {
    std::uniform_real_distribution<T> uniform(-largest, largest);
    for (int i = 0; i < 100000; ++i) {
      const T z = uniform(engine);
      const special::Angle<T> angle = special::MakeAngle(z);
      const long double exact = z;
      const long double s = std::sin(exact / 2), c = std::cos(exact / 2);
      auto error = [](T value, long double expected) {
        return static_cast<double>(std::abs((value - expected) / expected)) /
               kEps<T>;
      };
      worst_sine = std::max(worst_sine, error(angle.sine, std::sin(exact)));
      worst_versine =
          std::max({worst_versine, error(angle.one_minus_cosine, 2 * s * s),
                    error(angle.one_plus_cosine, 2 * c * c)});
    }
  }
  std::printf("angle %s: sine %.3g eps, 1 -+ cosine %.3g eps\n", kName<T>,
              worst_sine, worst_versine);
  EXPECT_LE(worst_sine, Tolerances<T>::kSine);
  EXPECT_LE(worst_versine, Tolerances<T>::kVersine);
}

// Points of every region, log-uniform in kappa: on the circle, near the
// antimode, and at quantiles.
template <class T>
void MakePoints(int n, Column<T>* kappa, Column<T>* z) {
  std::mt19937_64 engine(3);
  std::uniform_real_distribution<double> uniform(0, 1);
  for (int i = 0; i < n; ++i) {
    const double k = std::exp(-7 + 30 * uniform(engine));
    const double k_moderate = std::exp(-3 + 8 * uniform(engine));
    const double side = uniform(engine) < 0.5 ? -1 : 1;
    // kappa (1 - cos z) up to 27: a quantile of 1e-12.
    const double fall = 27 * uniform(engine);
    kappa->push_back(k_moderate);
    z->push_back(side * 3.1415925 * uniform(engine));
    kappa->push_back(k);
    z->push_back(side * (3.1415925 - std::exp(-14 * uniform(engine))));
    kappa->push_back(k);
    z->push_back(side * 2 *
                 std::asin(std::sqrt(std::min(0.9999, fall / (2 * k)))));
  }
}

TEST(VonMisesFloatTest, AgreesWithDouble) {
  Column<float> kappa, z;
  MakePoints(100000, &kappa, &z);
  const auto out = Map<RandomVonMisesGradFunction>(kappa, z)[0];
  const auto expected = Map<RandomVonMisesGradFunction>(
      Column<double>(kappa.begin(), kappa.end()),
      Column<double>(z.begin(), z.end()))[0];
  double worst = 0, sum = 0;
  for (size_t i = 0; i < z.size(); ++i) {
    const double error =
        std::abs((out[i] - expected[i]) / expected[i]) / kEps<float>;
    EXPECT_LE(error, Tolerances<float>::kWithFloat64)
        << kappa[i] << " " << z[i];
    worst = std::max(worst, error);
    sum += error;
  }
  EXPECT_LE(sum / z.size(), 1);
  std::printf("float with double: worst %.3g eps, mean %.3g, %zu points\n",
              worst, sum / z.size(), z.size());
}

TYPED_TEST(VonMisesTest, SampleGradIsOdd) {
  using T = TypeParam;
  Column<T> kappa, z;
  MakePoints(3000, &kappa, &z);
  Column<T> minus_z(z);
  for (T& x : minus_z) x = -x;
  const auto out = Map<RandomVonMisesGradPartialsFunction>(kappa, z);
  const auto mirrored = Map<RandomVonMisesGradPartialsFunction>(kappa, minus_z);
  const auto grad = Map<RandomVonMisesGradFunction>(kappa, z)[0];
  const auto mirrored_grad = Map<RandomVonMisesGradFunction>(kappa, minus_z)[0];
  for (size_t i = 0; i < z.size(); ++i) {
    ASSERT_EQ(grad[i], -mirrored_grad[i]) << kappa[i] << " " << z[i];
    ASSERT_EQ(out[0][i], -mirrored[0][i]) << kappa[i] << " " << z[i];
    ASSERT_EQ(out[1][i], mirrored[1][i]) << kappa[i] << " " << z[i];
    // dz/dkappa pulls towards the mode.
    ASSERT_LT(grad[i] * z[i], T(0)) << kappa[i] << " " << z[i];
  }
}

TYPED_TEST(VonMisesTest, HasPeriodTwoPi) {
  using T = TypeParam;
  Column<T> kappa, z;
  MakePoints(1000, &kappa, &z);
  for (int periods : {1, -1, 7, 1000, -1500}) {
    Column<T> shifted(z.size());
    for (size_t i = 0; i < z.size(); ++i) {
      shifted[i] = static_cast<T>(z[i] + 2 * kLongPi * periods);
    }
    const auto out = Map<RandomVonMisesGradFunction>(kappa, shifted)[0];
    const auto cdf = Map<VonMisesCdfFunction>(shifted, kappa)[0];
    for (size_t i = 0; i < z.size(); ++i) {
      // The same angle in double, where a shift by a float leaves room.
      const double rest =
          static_cast<double>(std::fma(-2.0L * periods, kLongPi,
                                       static_cast<long double>(shifted[i])) -
                              2.0L * periods * kLongPiLow);
      const double expected = SampleGrad<double>(kappa[i], rest);
      // In double the rounding of `rest` itself counts.
      const double rounding =
          std::is_same<T, double>::value
              ? std::abs(Map<RandomVonMisesGradPartialsFunction, double>(
                    {kappa[i]}, {rest})[1][0]) *
                    4 * kEps<double>
              : 0;
      EXPECT_NEAR(
          out[i], expected,
          Tolerances<T>::kSampleGrad.worst * kEps<T> * std::abs(expected) +
              rounding)
          << kappa[i] << " " << shifted[i];
      const double cdf_expected = Cdf<double>(rest, kappa[i]) + periods;
      const double density = Map<VonMisesCdfGradFunction, double>(
          {rest}, {static_cast<double>(kappa[i])})[0][0];
      EXPECT_NEAR(
          cdf[i], cdf_expected,
          8 * kEps<T> * (std::abs(periods) + 1 + density * std::abs(rest)))
          << kappa[i] << " " << shifted[i];
    }
  }
}

TYPED_TEST(VonMisesTest, Zeros) {
  using T = TypeParam;
  const T infinity = std::numeric_limits<T>::infinity();
  for (T kappa : {T(0), T(1e-10), T(0.7), T(2), T(3), T(17), T(1000), T(1e10),
                  T(1e30), infinity}) {
    for (T z : {T(0), kPi<T>, -kPi<T>, 2 * kPi<T>}) {
      EXPECT_EQ(SampleGrad(kappa, z), T(0)) << kappa << " " << z;
    }
    EXPECT_EQ(Cdf(-kPi<T>, kappa), T(0)) << kappa;
    EXPECT_EQ(Cdf(kPi<T>, kappa), T(1)) << kappa;
    EXPECT_EQ(Cdf(T(0), kappa), T(0.5)) << kappa;
  }
}

TYPED_TEST(VonMisesTest, Limits) {
  using T = TypeParam;
  const T infinity = std::numeric_limits<T>::infinity();
  const T nan = std::numeric_limits<T>::quiet_NaN();
  for (T z : {T(1e-20), T(0.3), T(-1), T(2), T(-3.1)}) {
    EXPECT_NEAR(SampleGrad(T(0), z), -std::sin(z),
                4 * kEps<T> * std::abs(std::sin(z)));
    EXPECT_EQ(SampleGrad(infinity, z), T(0));
    EXPECT_NEAR(Cdf(z, T(0)), 0.5 + z / (2 * kPi<T>), kEps<T>);
    if (std::abs(z) > 0.1) {
      EXPECT_EQ(Cdf(z, infinity), z < 0 ? T(0) : T(1));
    }
    // -tan(z / 2) / kappa where that is far from the antimode.
    EXPECT_NEAR(SampleGrad(T(1e20), z), -std::tan(z / 2) / T(1e20),
                8 * kEps<T> * std::abs(std::tan(z / 2)) / T(1e20));
  }
  for (T kappa : {T(-1e-30), T(-3), -infinity, nan}) {
    EXPECT_TRUE(std::isnan(SampleGrad(kappa, T(1))));
    EXPECT_TRUE(std::isnan(Cdf(T(1), kappa)));
    EXPECT_TRUE(std::isnan(RandomVonMisesGradPaper(kappa, T(1))));
  }
  for (T z : {infinity, -infinity, nan, std::numeric_limits<T>::max()}) {
    for (T kappa : {T(0), T(3), T(100), infinity}) {
      EXPECT_TRUE(std::isnan(SampleGrad(kappa, z))) << kappa << " " << z;
      EXPECT_TRUE(std::isnan(Cdf(z, kappa))) << kappa << " " << z;
      const auto partials =
          Map<RandomVonMisesGradPartialsFunction, T>({kappa}, {z});
      for (const auto& output : partials) EXPECT_TRUE(std::isnan(output[0]));
    }
  }
  const auto partials =
      Map<RandomVonMisesGradPartialsFunction, T>({T(0)}, {T(1)});
  EXPECT_NEAR(partials[0][0], std::sin(T(1)) * std::cos(T(1)) / 2, 4 * kEps<T>);
  EXPECT_NEAR(partials[1][0], -std::cos(T(1)), 4 * kEps<T>);
}

TYPED_TEST(VonMisesTest, EveryOutputIsFinite) {
  using T = TypeParam;
  Column<T> kappa, z;
  MakePoints(20000, &kappa, &z);
  auto expect_finite = [](const std::vector<Column<T>>& out) {
    for (const auto& column : out) {
      for (T value : column) ASSERT_TRUE(std::isfinite(value));
    }
  };
  expect_finite(Map<RandomVonMisesGradFunction>(kappa, z));
  expect_finite(Map<RandomVonMisesGradPartialsFunction>(kappa, z));
  expect_finite(Map<VonMisesCdfFunction>(z, kappa));
  expect_finite(Map<VonMisesCdfGradFunction>(z, kappa));
  expect_finite(Map<VonMisesCdfGradPartialsFunction>(z, kappa));
}

template <class T>
int Region(T kappa, T z) {
  const T in[] = {kappa, z};
  return static_cast<int>(RandomVonMisesGradFunction::Region<T>(in));
}

// Neighbouring floats with a border between them, by bisection.
template <class T, class RegionOf>
bool FindBorder(RegionOf region_of, T low, T high, T* below, T* above) {
  if (region_of(low) == region_of(high)) return false;
  while (std::nextafter(low, high) != high) {
    const T middle = low + (high - low) / 2;
    if (region_of(middle) == region_of(low)) {
      low = middle;
    } else {
      high = middle;
    }
  }
  *below = low;
  *above = high;
  return true;
}

TYPED_TEST(VonMisesTest, BordersAreContinuous) {
  using T = TypeParam;
  std::mt19937_64 engine(5);
  std::uniform_real_distribution<T> uniform(0, 1);
  int borders = 0;
  auto expect_near = [&](T kappa0, T z0, T kappa1, T z1) {
    ++borders;
    const auto out =
        Map<RandomVonMisesGradPartialsFunction, T>({kappa0, kappa1}, {z0, z1});
    const auto grad =
        Map<RandomVonMisesGradFunction, T>({kappa0, kappa1}, {z0, z1})[0];
    const T step = std::abs(out[1][0] * (z1 - z0)) +
                   std::abs(out[0][0] * (kappa1 - kappa0));
    EXPECT_NEAR(grad[0], grad[1],
                2 * step + Tolerances<T>::kSampleGrad.worst * kEps<T> *
                               std::abs(grad[0]))
        << kappa0 << " " << z0;
    const auto cdf = Map<VonMisesCdfFunction, T>({z0, z1}, {kappa0, kappa1})[0];
    const auto slope =
        Map<VonMisesCdfGradFunction, T>({z0, z1}, {kappa0, kappa1});
    const T cdf_step = std::abs(slope[0][0] * (z1 - z0)) +
                       std::abs(slope[1][0] * (kappa1 - kappa0));
    EXPECT_NEAR(cdf[0], cdf[1],
                2 * cdf_step + Tolerances<T>::kCdf.worst * kEps<T> *
                                   (cdf[0] + slope[0][0] * std::abs(z0)))
        << kappa0 << " " << z0;
  };
  for (int i = 0; i < 4000; ++i) {
    const T kappa = std::exp(T(8) * uniform(engine) - T(1));
    T below, above;
    const T z0 = T(3.14159) * uniform(engine),
            z1 = T(3.14159) * uniform(engine);
    if (FindBorder<T>([&](T z) { return Region(kappa, z); }, z0, z1, &below,
                      &above)) {
      expect_near(kappa, below, kappa, above);
    }
    if (FindBorder<T>([&](T k) { return Region(k, z0); }, T(0.1), kappa, &below,
                      &above)) {
      expect_near(below, z0, above, z0);
    }
  }
  EXPECT_GT(borders, 2000);
}

TYPED_TEST(VonMisesTest, NeighboursDoNotMatter) {
  using T = TypeParam;
  Column<T> kappa, z;
  MakePoints(2000, &kappa, &z);
  const auto out = Map<RandomVonMisesGradPartialsFunction>(kappa, z);
  const auto cdf = Map<VonMisesCdfFunction>(z, kappa)[0];
  std::vector<int> order(z.size());
  std::iota(order.begin(), order.end(), 0);
  std::shuffle(order.begin(), order.end(), std::mt19937(7));
  order.resize(order.size() - 137);  // other tiles, another padding
  Column<T> other_kappa, other_z;
  for (int i : order) {
    other_kappa.push_back(kappa[i]);
    other_z.push_back(z[i]);
  }
  const auto other =
      Map<RandomVonMisesGradPartialsFunction>(other_kappa, other_z);
  const auto other_cdf = Map<VonMisesCdfFunction>(other_z, other_kappa)[0];
  for (size_t i = 0; i < order.size(); ++i) {
    for (int k = 0; k < 2; ++k) ASSERT_EQ(other[k][i], out[k][order[i]]);
    ASSERT_EQ(other_cdf[i], cdf[order[i]]);
  }
}

TYPED_TEST(VonMisesTest, ArraysAgreeWithScalars) {
  using T = TypeParam;
  Column<T> kappa, z;
  MakePoints(3000, &kappa, &z);
  const auto out = Map<RandomVonMisesGradFunction>(kappa, z)[0];
  const auto cdf = Map<VonMisesCdfFunction>(z, kappa)[0];
  for (size_t i = 0; i < z.size(); ++i) {
    T value[1];
    EvaluateScalar<RandomVonMisesGradFunction, T>({kappa[i], z[i]}, value);
    // Fused operations may fall differently.
    ASSERT_NEAR(value[0], out[i],
                Tolerances<T>::kSampleGrad.worst * kEps<T> * std::abs(out[i]))
        << kappa[i] << " " << z[i];
    EvaluateScalar<VonMisesCdfFunction, T>({z[i], kappa[i]}, value);
    ASSERT_NEAR(value[0], cdf[i], 64 * kEps<T> * cdf[i])
        << kappa[i] << " " << z[i];
  }
}

// d/dkappa E[cos z] = 1 - A / kappa - A^2, Appendix A of the paper: the left
// side is E[-sin(z) dz/dkappa], which the trapezoidal rule integrates exactly.
TYPED_TEST(VonMisesTest, ExpectedCosine) {
  using T = TypeParam;
  constexpr int kPoints = 512;
  double worst = 0;
  for (double kappa : {0.05, 0.5, 1.9, 2.1, 5., 12., 25., 60., 100.}) {
    Column<T> z, k(kPoints, static_cast<T>(kappa));
    for (int i = 0; i < kPoints; ++i) {
      z.push_back(static_cast<T>(2 * kLongPi * i / kPoints - kLongPi));
    }
    const auto grad = Map<RandomVonMisesGradFunction>(k, z)[0];
    const auto density = Map<VonMisesCdfGradFunction>(z, k)[0];
    // The right side is the variance of cos z.
    long double sum = 0, mass = 0, mean = 0, variance = 0;
    for (int pass = 0; pass < 2; ++pass) {
      for (int i = 0; i < kPoints; ++i) {
        const long double x = std::cos(static_cast<long double>(z[i]));
        const long double weight = std::exp(k[i] * (x - 1));
        if (pass == 0) {
          sum -= std::sin(static_cast<long double>(z[i])) * grad[i] *
                 density[i] * 2 * kLongPi / kPoints;
          mass += weight;
          mean += weight * x;
        } else {
          variance += weight * (x - mean) * (x - mean) / mass;
        }
      }
      if (pass == 0) mean /= mass;
    }
    const long double expected = variance;
    EXPECT_NEAR(static_cast<double>(sum / expected), 1,
                Tolerances<T>::kIdentity * kEps<T>)
        << kappa;
    worst = std::max(worst, std::abs(static_cast<double>(sum / expected) - 1));
  }
  std::printf("expected cosine %s: worst %.3g eps\n", kName<T>,
              worst / kEps<T>);
}

}  // namespace
}  // namespace tf_implicit
