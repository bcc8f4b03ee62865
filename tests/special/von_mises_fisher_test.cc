// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The von Mises-Fisher functions as loops, on every target that this processor
// has: against tests/reference/ and by properties.

#include "kernels/special/von_mises_fisher.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "kernels/cpu/loops.h"
#include "kernels/special/scalar.h"
#include "kernels/special/von_mises_fisher_moments.h"
#include "tests/special/loop_testing.h"
#include "tests/special/reference_table.h"

namespace tf_implicit {
namespace {

// Compares a loop with columns of a table: error / max(|value|, scale(row)).
template <class T, class Scale>
void ExpectMatchesTable(const ReferenceTable& table, LoopId id,
                        const std::vector<std::string>& inputs,
                        const std::vector<std::string>& columns,
                        const std::vector<double>& double_bounds,
                        const Scale& scale, double float_bound = 1) {
  Columns<T> in;
  for (const std::string& input : inputs) {
    in.emplace_back();
    for (long double x : table[input]) {
      ASSERT_EQ(static_cast<T>(x), x);
      in.back().push_back(static_cast<T>(x));
    }
  }
  for (CpuTarget target : SupportedCpuTargets()) {
    const auto out = Evaluate(target, id, in);
    ASSERT_EQ(out.size(), columns.size());
    for (size_t k = 0; k < columns.size(); ++k) {
      const double bound = kIsDouble<T> ? double_bounds[k] : float_bound;
      double worst = 0, sum = 0;
      int at = 0;
      for (int i = 0; i < table.size(); ++i) {
        const long double value = table[columns[k]][i];
        const long double size =
            std::max({std::abs(value), scale(columns[k], i),
                      static_cast<long double>(std::numeric_limits<T>::min())});
        const double error =
            static_cast<double>(std::abs(out[k][i] - value) / size) / kEps<T>;
        EXPECT_LE(error, bound)
            << CpuTargetName(target) << " " << columns[k] << " at row " << i
            << ": " << in[0][i] << " " << in[1][i] << " " << in.back()[i]
            << ": got " << out[k][i] << ", expected "
            << static_cast<double>(value);
        if (!(error <= worst)) {
          worst = error;
          at = i;
        }
        sum += error;
      }
      std::printf("%s %s %s: worst %.3g eps at (%.9g, %.9g, %.9g), mean %.3g\n",
                  CpuTargetName(target), columns[k].c_str(),
                  kIsDouble<T> ? "double" : "float", worst,
                  static_cast<double>(in[0][at]),
                  static_cast<double>(in[1][at]),
                  static_cast<double>(in.back()[at]), sum / table.size());
    }
  }
}

template <class T>
class VonMisesFisherTest : public ::testing::Test {};
using Types = ::testing::Types<float, double>;
TYPED_TEST_SUITE(VonMisesFisherTest, Types);

const std::vector<std::string> kAngleInputs = {"dimension", "concentration",
                                               "angle"};

TYPED_TEST(VonMisesFisherTest, GradMatchesReference) {
  ExpectMatchesTable<TypeParam>(
      ReferenceTable("von_mises_fisher_angle_grad"),
      LoopId::kRandomVonMisesFisherGrad, kAngleInputs, {"dangle"}, {100},  // 54
      [](const std::string&, int) { return 0.0L; },
      24);  // 12
}

TYPED_TEST(VonMisesFisherTest, GradPartialsMatchReference) {
  const ReferenceTable table("von_mises_fisher_angle_grad");
  ExpectMatchesTable<TypeParam>(
      table, LoopId::kRandomVonMisesFisherGradPartials, kAngleInputs,
      {"dangle_dconcentration", "dangle_dangle"}, {400, 64},  // 210, 20
      [&](const std::string& column, int i) {
        const long double m = table["dimension"][i];
        const long double kappa = table["concentration"][i];
        const long double h = std::abs(table["dangle"][i]);
        // h times the standard deviation of w, about; and h / sin(angle) over
        // that of the angle.
        const long double in_kappa =
            h * std::min(1 / std::sqrt(m), std::sqrt(m / 2) / kappa);
        const long double in_angle =
            h / std::sin(table["angle"][i]) * std::sqrt(m - 1 + kappa);
        return column == "dangle_dconcentration" ? in_kappa : in_angle;
      });
}

TYPED_TEST(VonMisesFisherTest, MomentsMatchReference) {
  const ReferenceTable table("von_mises_fisher_moments");
  ExpectMatchesTable<TypeParam>(
      table, LoopId::kVonMisesFisherMoments, {"dimension", "concentration"},
      {"log_partition", "mean", "complement", "variance", "third",
       "divergence"},
      {16, 16, 16, 200, 3000, 16},  // 4, 6, 5, 58, 1140, 4
      [&](const std::string& column, int i) {
        if (column == "log_partition") return 1.0L;
        if (column == "third") return std::pow(table["variance"][i], 1.5L);
        return 0.0L;
      });
}

// Any valid argument: likely samples, and angles where there are none.
template <class T>
Columns<T> RandomPoints(int count, int seed) {
  std::mt19937_64 engine(seed);
  std::uniform_real_distribution<double> uniform(0, 1);
  Columns<T> points(3);
  for (int i = 0; i < count; ++i) {
    const double m = std::floor(std::pow(10, 0.31 + 5.5 * uniform(engine)));
    const double kappa = std::pow(10, 20 * uniform(engine) - 8);
    const double nu = m / 2 - 1;
    const double mode =
        2 * std::atan2(1, kappa / (nu + 1e-9) + std::hypot(1, kappa / nu));
    const double width = (2 * uniform(engine) - 1) * 8 / std::sqrt(m + kappa);
    const double angle = i % 2 ? std::min(std::abs(mode + width), 3.1415926)
                               : 3.1415926 * uniform(engine);
    points[0].push_back(static_cast<T>(m));
    points[1].push_back(static_cast<T>(kappa));
    points[2].push_back(static_cast<T>(angle));
  }
  return points;
}

TYPED_TEST(VonMisesFisherTest, OddAndOfOneSign) {
  using T = TypeParam;
  const Columns<T> in = RandomPoints<T>(20000, 1);
  Columns<T> minus = in;
  for (T& angle : minus[2]) angle = -angle;
  for (CpuTarget target : SupportedCpuTargets()) {
    const auto out = Evaluate(target, LoopId::kRandomVonMisesFisherGrad, in);
    const auto mirror =
        Evaluate(target, LoopId::kRandomVonMisesFisherGrad, minus);
    for (size_t i = 0; i < in[0].size(); ++i) {
      ASSERT_EQ(out[0][i], -mirror[0][i]);
      // A larger concentration pulls every sample in.
      ASSERT_LE(out[0][i], 0) << in[0][i] << " " << in[1][i] << " " << in[2][i];
      ASSERT_TRUE(std::isfinite(out[0][i]));
    }
  }
}

// Dimension 2 is the von Mises distribution, whose derivative comes from other
// formulas.
TEST(VonMisesFisherDimensionTest, TwoIsVonMises) {
  Columns<double> in = RandomPoints<double>(20000, 2);
  for (double& m : in[0]) m = 2;
  for (double& kappa : in[1]) kappa = std::min(kappa, 1e10);
  const Columns<double> two = {in[1], in[2]};
  for (CpuTarget target : SupportedCpuTargets()) {
    const auto out = Evaluate(target, LoopId::kRandomVonMisesFisherGrad, in);
    const auto expected = Evaluate(target, LoopId::kRandomVonMisesGrad, two);
    double worst = 0;
    for (size_t i = 0; i < in[0].size(); ++i) {
      const double error = std::abs(out[0][i] / expected[0][i] - 1);
      worst = std::max(worst, error);
      ASSERT_LE(error, 64 * kEps<double>) << in[1][i] << " " << in[2][i];
    }
    std::printf("%s: worst %.3g eps\n", CpuTargetName(target),
                worst / kEps<double>);
  }
}

// In dimension 3 w has an elementary CDF,
// (e^(kappa w) - e^(-kappa)) / (e^kappa - e^(-kappa)).
TEST(VonMisesFisherDimensionTest, ThreeIsElementary) {
  using Real = long double;
  for (CpuTarget target : SupportedCpuTargets()) {
    for (double kappa : {0.5, 3., 40.}) {
      for (double angle : {0.1, 0.7, 1.4, 2.2, 3.}) {
        const auto out = Evaluate<double>(
            target, LoopId::kRandomVonMisesFisherGrad, {{3}, {kappa}, {angle}});
        // F = (e^(k (w + 1)) - 1) / (e^2k - 1); log F by kappa and by w.
        const Real k = kappa, w = std::cos(Real{angle});
        const Real up = std::expm1(k * (w + 1)), all = std::expm1(2 * k);
        const Real in_kappa = (w + 1) * (up + 1) / up - 2 * (all + 1) / all;
        const Real in_w = k * (up + 1) / up;
        const Real expected = in_kappa / in_w / std::sin(Real{angle});
        EXPECT_NEAR(static_cast<double>(out[0][0] / expected), 1, 1e-13)
            << kappa << " " << angle;
      }
    }
  }
}

TYPED_TEST(VonMisesFisherTest, Limits) {
  using T = TypeParam;
  const T infinity = std::numeric_limits<T>::infinity();
  const T nan = std::numeric_limits<T>::quiet_NaN();
  const T pi = static_cast<T>(3.14159265358979323846);
  for (CpuTarget target : SupportedCpuTargets()) {
    const auto at = [&](T m, T kappa, T angle) {
      return Evaluate<T>(target, LoopId::kRandomVonMisesFisherGrad,
                         {{m}, {kappa}, {angle}})[0][0];
    };
    for (T m : {T(2), T(3), T(1000)}) {
      for (T kappa : {T(0), T(1), T(1e8)}) {
        EXPECT_EQ(at(m, kappa, 0), 0);
        EXPECT_EQ(at(m, kappa, kIsDouble<T> ? pi : T(0)), 0);
      }
      for (T angle : {T(1e-10), T(0.3), T(1.6), T(3)}) {
        // B = 1 / (m - 1) at kappa = 0.
        EXPECT_NEAR(at(m, 0, angle) / (-std::sin(angle) / (m - 1)), 1,
                    64 * kEps<T>);
        EXPECT_EQ(at(m, infinity, angle), 0);
        // 1 - w is a Gamma variable over kappa: angle ~ kappa^(-1/2).
        const T kappa = T(1e12), small = angle * T(1e-6);
        EXPECT_NEAR(at(m, kappa, small) / (-small / (2 * kappa)), 1,
                    1e-9 + 4 * kEps<T>);
      }
    }
    for (T m : {T(1), T(0), T(-3), T(2.5), infinity, nan}) {
      EXPECT_TRUE(std::isnan(at(m, 1, 1))) << m;
    }
    for (T kappa : {T(-1), nan}) EXPECT_TRUE(std::isnan(at(3, kappa, 1)));
    for (T angle : {infinity, nan}) EXPECT_TRUE(std::isnan(at(3, 1, angle)));
    const auto partials =
        Evaluate<T>(target, LoopId::kRandomVonMisesFisherGradPartials,
                    {{3, 3, 3, T(2.5)}, {-1, 1, nan, 1}, {1, nan, 1, 1}});
    for (const auto& column : partials) {
      for (T x : column) EXPECT_TRUE(std::isnan(x));
    }
    const auto moments = Evaluate<T>(target, LoopId::kVonMisesFisherMoments,
                                     {{3, T(2.5), 1, 3}, {-1, 1, 1, nan}});
    for (const auto& column : moments) {
      for (T x : column) EXPECT_TRUE(std::isnan(x));
    }
  }
}

// float32 has its own rule, fit and range.
TEST(VonMisesFisherFloatTest, AgreesWithDouble) {
  const Columns<float> in = RandomPoints<float>(200000, 7);
  Columns<double> wide(3);
  for (int k = 0; k < 3; ++k) wide[k].assign(in[k].begin(), in[k].end());
  for (CpuTarget target : SupportedCpuTargets()) {
    const auto out = Evaluate(target, LoopId::kRandomVonMisesFisherGrad, in);
    const auto expected =
        Evaluate(target, LoopId::kRandomVonMisesFisherGrad, wide);
    double worst = 0;
    size_t at = 0;
    for (size_t i = 0; i < in[0].size(); ++i) {
      const double error = std::abs(out[0][i] / expected[0][i] - 1);
      if (!(error <= worst)) {
        worst = error;
        at = i;
      }
    }
    EXPECT_LE(worst, 24 * kEps<float>)
        << in[0][at] << " " << in[1][at] << " " << in[2][at];
    std::printf("%s: worst %.3g eps at (%.9g, %.9g, %.9g)\n",
                CpuTargetName(target), worst / kEps<float>, in[0][at],
                in[1][at], in[2][at]);
  }
}

// b = 1 / y from y of 1e17 or, in float, 1e9 on, whatever makes it large.
TYPED_TEST(VonMisesFisherTest, HugeArguments) {
  using T = TypeParam;
  const T pi = static_cast<T>(3.14159265358979323846);
  for (CpuTarget target : SupportedCpuTargets()) {
    for (T m : {T(2), T(5), T(1 << 24), T(0x1p49), T(0x1p50)}) {
      for (T kappa : {T(0), T(1e3), T(1e15), T(1e25), T(1e37)}) {
        for (T angle : {T(1e-30), T(1e-12), T(0.5), T(2), pi}) {
          if (m < 1e20 && kappa < 1e20 && m < T(1 << 20)) continue;
          const T out = Evaluate<T>(target, LoopId::kRandomVonMisesFisherGrad,
                                    {{m}, {kappa}, {angle}})[0][0];
          const double n = double{m} - 1, k = kappa, t = angle;
          const double root = 2 * k / (n + std::hypot(n, 2 * k));
          const double y =
              n / (1 + root) + k * 2 * std::pow(std::cos(t / 2), 2);
          const double sine = angle == pi ? 0 : std::sin(t);
          EXPECT_NEAR(out, -sine / y, sine / y * (8 * kEps<T> + 3 / y) + 1e-44)
              << m << " " << kappa << " " << angle;
        }
      }
    }
  }
}

template <class T>
void ExpectPanelsReachFarEnough(double least_bound, double most_bound) {
  const Columns<double> in = RandomPoints<double>(200000, 3);
  double least = 1e300, most = 0;
  for (size_t i = 0; i < in[0].size(); ++i) {
    const T power = in[0][i] - 2, kappa = in[1][i], theta = in[2][i];
    const T sine = std::sin(theta), cosine = std::cos(theta);
    const T rise = kappa * sine * sine - power * cosine;
    for (T side : {T(1), T(-1)}) {
      // Panels go where q falls.
      if (side * rise >= 0) continue;
      const auto start = special::MakePanelStart<T>(
          power, kappa, 2 * std::pow(std::sin(theta / 2), T(2)),
          2 * std::pow(std::cos(theta / 2), T(2)), sine, cosine, rise, side);
      const T end = special::internal::PanelEnd(start);
      // At an end q is a power of the distance, or finite.
      if (end >= start.limit * T(1 - 1e-6)) continue;
      const auto point = special::MakePanelPoint(start, end);
      const double fall =
          -special::LogDensity(start.power, point.excess, point.smooth);
      ASSERT_GE(fall, least_bound) << power << " " << kappa << " " << theta;
      least = std::min(least, fall);
      most = std::max(most, fall);
    }
  }
  std::printf("q falls by exp(-%.1f) to exp(-%.1f)\n", least, most);
  EXPECT_LE(most, most_bound);
}

// What von_mises_fisher_panel.h says of the ends of panels.
TEST(VonMisesFisherPanelTest, ReachesFarEnough) {
  ExpectPanelsReachFarEnough<double>(36, 160);
  ExpectPanelsReachFarEnough<float>(17, 200);
}

TYPED_TEST(VonMisesFisherTest, IndependentOfNeighbours) {
  using T = TypeParam;
  Columns<T> in = RandomPoints<T>(4000, 4);
  for (size_t i = 0; i < in[0].size(); i += 97) {
    in[i % 3][i] = std::numeric_limits<T>::quiet_NaN();
  }
  for (CpuTarget target : SupportedCpuTargets()) {
    ExpectIndependentOfNeighbours(target, LoopId::kRandomVonMisesFisherGrad,
                                  in);
    ExpectIndependentOfNeighbours(
        target, LoopId::kRandomVonMisesFisherGradPartials, in);
    ExpectIndependentOfNeighbours<T>(target, LoopId::kVonMisesFisherMoments,
                                     {in[0], in[1]});
  }
}

// One element at a time, as on a device.
TEST(VonMisesFisherScalarTest, AgreesWithArrays) {
  const Columns<double> in = RandomPoints<double>(5000, 6);
  for (CpuTarget target : SupportedCpuTargets()) {
    const auto out = Evaluate(target, LoopId::kRandomVonMisesFisherGrad, in);
    for (size_t i = 0; i < in[0].size(); ++i) {
      const double point[] = {in[0][i], in[1][i], in[2][i]};
      double h[1];
      special::EvaluateScalar<special::RandomVonMisesFisherGradFunction>(point,
                                                                         h);
      ASSERT_NEAR(h[0] / out[0][i], 1, 1e-13)
          << point[0] << " " << point[1] << " " << point[2];
    }
  }
}

}  // namespace
}  // namespace tf_implicit
