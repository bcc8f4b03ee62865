// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The Student-t functions of student_t.h as loops, on every target that this
// processor has: against tests/reference/ and by properties.

#include "kernels/special/student_t.h"

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
#include "tests/special/loop_testing.h"
#include "tests/special/reference_table.h"

namespace tf_implicit {
namespace {

// Relative errors in eps. float is evaluated in double and rounded once.
struct Tolerance {
  double worst;
  double mean;
};

// The largest errors that were measured on any target are behind each. The
// largest in double are those of a r - 1 just below nu = 16.
template <class T>
constexpr Tolerance kGrad = kIsDouble<T> ? Tolerance{250, 10}  // 61, 4
                                         : Tolerance{1, 0.5};  // 0.5, 0.2
template <class T>
constexpr Tolerance kPartials = kIsDouble<T> ? Tolerance{1200, 25}  // 491, 8
                                             : Tolerance{1, 0.5};   // 0.5, 0.2

// Compares the outputs of a loop with columns of a table.
template <class T>
void ExpectMatchesTable(const std::string& name, LoopId id,
                        const std::vector<std::string>& columns,
                        Tolerance tolerance) {
  const ReferenceTable table(name);
  Columns<T> in(2);
  Columns<long double> expected(columns.size());
  for (int i = 0; i < table.size(); ++i) {
    const long double df = table["df"][i], t = table["sample"][i];
    if (static_cast<T>(df) != df || static_cast<T>(t) != t) continue;
    in[0].push_back(static_cast<T>(df));
    in[1].push_back(static_cast<T>(t));
    for (size_t k = 0; k < columns.size(); ++k) {
      expected[k].push_back(table[columns[k]][i]);
    }
  }
  ASSERT_GT(in[0].size(), 100u);
  for (CpuTarget target : SupportedCpuTargets()) {
    const auto out = Evaluate(target, id, in);
    for (size_t k = 0; k < columns.size(); ++k) {
      double worst = 0, sum = 0;
      size_t at = 0;
      for (size_t i = 0; i < in[0].size(); ++i) {
        const long double value = expected[k][i];
        if (std::abs(value) > std::numeric_limits<T>::max()) {
          EXPECT_TRUE(std::isinf(out[k][i]));
          continue;
        }
        if (std::abs(value) < std::numeric_limits<T>::min()) {
          // A subnormal or 0: its error is absolute.
          EXPECT_NEAR(out[k][i], static_cast<double>(value),
                      4 * std::numeric_limits<T>::denorm_min())
              << columns[k] << " at " << in[0][i] << " " << in[1][i];
          continue;
        }
        const double error =
            static_cast<double>(std::abs(out[k][i] / value - 1)) / kEps<T>;
        EXPECT_LE(error, tolerance.worst)
            << CpuTargetName(target) << " " << columns[k] << " at " << in[0][i]
            << " " << in[1][i] << ": got " << out[k][i] << ", expected "
            << static_cast<double>(value);
        if (!(error <= worst)) {
          worst = error;
          at = i;
        }
        sum += error;
      }
      EXPECT_LE(sum / in[0].size(), tolerance.mean) << columns[k];
      std::printf("%s %s %s %s: worst %.3g eps at (%.17g, %.17g), mean %.3g\n",
                  CpuTargetName(target), name.c_str(), columns[k].c_str(),
                  kIsDouble<T> ? "double" : "float", worst,
                  static_cast<double>(in[0][at]),
                  static_cast<double>(in[1][at]), sum / in[0].size());
    }
  }
}

template <class T>
class StudentTTest : public ::testing::Test {};
using Types = ::testing::Types<float, double>;
TYPED_TEST_SUITE(StudentTTest, Types);

TYPED_TEST(StudentTTest, GradMatchesReference) {
  using T = TypeParam;
  ExpectMatchesTable<T>("student_t_sample_grad", LoopId::kRandomStudentTGrad,
                        {"dt"}, kGrad<T>);
  if (kIsDouble<T>) {
    ExpectMatchesTable<T>("student_t_sample_grad_float64",
                          LoopId::kRandomStudentTGrad, {"dt"}, kGrad<T>);
  }
}

TYPED_TEST(StudentTTest, GradPartialsMatchReference) {
  using T = TypeParam;
  const std::vector<std::string> columns = {"dt_ddf", "dt_dsample"};
  ExpectMatchesTable<T>("student_t_sample_grad",
                        LoopId::kRandomStudentTGradPartials, columns,
                        kPartials<T>);
  if (kIsDouble<T>) {
    ExpectMatchesTable<T>("student_t_sample_grad_float64",
                          LoopId::kRandomStudentTGradPartials, columns,
                          kPartials<T>);
  }
}

template <class T>
Columns<T> RandomPoints(int count, int seed) {
  std::mt19937_64 engine(seed);
  std::uniform_real_distribution<double> uniform(0, 1);
  Columns<T> points(2);
  for (int i = 0; i < count; ++i) {
    const double nu = std::pow(10, 8 * uniform(engine) - 2);
    const double t = uniform(engine) < 0.8
                         ? std::student_t_distribution<double>(nu)(engine)
                         : std::pow(10, 30 * uniform(engine) - 15);
    points[0].push_back(static_cast<T>(nu));
    // A sample may overflow for small nu.
    points[1].push_back(static_cast<T>(std::isfinite(t) ? t : 1.));
  }
  return points;
}

// Both are evaluated in double, float with fewer terms: on both sides of the
// regions' borders, and anywhere.
TEST(StudentTFloatTest, FloatIsTheRoundedDouble) {
  Columns<float> points = RandomPoints<float>(20000, 11);
  for (const double nu : {1e-2, 1., 15.9, 16.1, 20., 31.9, 32.1, 100., 1e6}) {
    for (const double odds : {1e-6, 0.2, 0.249, 0.251, 0.42, 0.43, 0.69, 0.71,
                              0.99, 1.01, 3., 1e3}) {
      points[0].push_back(static_cast<float>(nu));
      points[1].push_back(static_cast<float>(std::sqrt(odds * nu)));
    }
  }
  Columns<double> wide(2);
  for (int k = 0; k < 2; ++k) {
    wide[k].assign(points[k].begin(), points[k].end());
  }
  for (CpuTarget target : SupportedCpuTargets()) {
    const auto out = Evaluate(target, LoopId::kRandomStudentTGrad, points);
    const auto exact = Evaluate(target, LoopId::kRandomStudentTGrad, wide);
    for (size_t i = 0; i < out[0].size(); ++i) {
      const double value = exact[0][i];
      const double bound =
          std::max(std::abs(value) * (0x1p-24 + 4e-9), 0x1p-149);
      if (std::abs(value) > std::numeric_limits<float>::max()) continue;
      EXPECT_NEAR(out[0][i], value, bound)
          << CpuTargetName(target) << " at " << points[0][i] << " "
          << points[1][i];
    }
  }
}

// Odd in t to the bit, and of the sign that pulls the tails in.
TYPED_TEST(StudentTTest, Odd) {
  using T = TypeParam;
  const Columns<T> in = RandomPoints<T>(50000, 1);
  Columns<T> minus = in;
  for (T& t : minus[1]) t = -t;
  for (CpuTarget target : SupportedCpuTargets()) {
    const auto out = Evaluate(target, LoopId::kRandomStudentTGrad, in);
    const auto mirror = Evaluate(target, LoopId::kRandomStudentTGrad, minus);
    for (size_t i = 0; i < in[0].size(); ++i) {
      ASSERT_EQ(out[0][i], -mirror[0][i]);
      ASSERT_FALSE(out[0][i] * in[1][i] > 0) << in[0][i] << " " << in[1][i];
      ASSERT_FALSE(std::isnan(out[0][i])) << in[0][i] << " " << in[1][i];
    }
  }
}

// For large nu: dt/dnu = -(t^3 + t) / (4 nu^2) (1 + O(t^2 / nu)).
TYPED_TEST(StudentTTest, NormalLimit) {
  using T = TypeParam;
  for (CpuTarget target : SupportedCpuTargets()) {
    for (double nu : {1e9, 1e12, 1e15}) {
      for (double t : {-6., -1., 1e-3, 0.5, 3.}) {
        const Columns<T> in = {{static_cast<T>(nu)}, {static_cast<T>(t)}};
        const double x = in[1][0], n = in[0][0];
        const double got =
            Evaluate(target, LoopId::kRandomStudentTGrad, in)[0][0];
        EXPECT_NEAR(got / (-(x * x * x + x) / (4 * n * n)), 1,
                    40 / nu + 16 * kEps<T>)
            << nu << " " << t;
      }
    }
  }
}

TYPED_TEST(StudentTTest, Limits) {
  using T = TypeParam;
  const T infinity = std::numeric_limits<T>::infinity();
  const T nan = std::numeric_limits<T>::quiet_NaN();
  for (CpuTarget target : SupportedCpuTargets()) {
    const auto at = [&](T nu, T t) {
      return Evaluate<T>(target, LoopId::kRandomStudentTGrad,
                         {{nu}, {t}})[0][0];
    };
    EXPECT_EQ(at(3, 0), 0);
    EXPECT_EQ(at(infinity, 2), 0);
    EXPECT_EQ(at(3, infinity), -infinity);
    EXPECT_EQ(at(3, -infinity), infinity);
    for (T nu : {T(0), T(-1), nan}) EXPECT_TRUE(std::isnan(at(nu, 1)));
    EXPECT_TRUE(std::isnan(at(3, nan)));
    for (const auto& column :
         Evaluate<T>(target, LoopId::kRandomStudentTGradPartials,
                     {{infinity}, {T(2)}})) {
      EXPECT_EQ(column[0], 0);
    }
    for (const auto& column : Evaluate<T>(
             target, LoopId::kRandomStudentTGradPartials, {{T(-1)}, {T(2)}})) {
      EXPECT_TRUE(std::isnan(column[0]));
    }
  }
}

// The regions compare t^2, which overflows, with multiples of nu.
TEST(StudentTBordersTest, RegionOfLargeNumbers) {
  const double infinity = std::numeric_limits<double>::infinity();
  const double largest = std::numeric_limits<double>::max();
  const auto region = [](double nu, double t) {
    return special::StudentTRegionOf(nu, t);
  };
  for (double t : {1e150, 1e160, largest}) EXPECT_EQ(region(infinity, t), 0);
  for (double t : {1e155, 1e160, largest, infinity}) {
    for (double nu : {0.1, 20., 1e300, largest}) EXPECT_EQ(region(nu, t), 3);
  }
  EXPECT_EQ(region(largest, 6e153), 0);
  EXPECT_EQ(region(largest, 1e154), 1);
}

// Both sides of every border of the regions, in nu and in t.
TEST(StudentTBordersTest, Continuous) {
  Columns<double> below(2), above(2);
  const auto add = [&](double nu, double t, double nu_above, double t_above) {
    below[0].push_back(nu);
    below[1].push_back(t);
    above[0].push_back(nu_above);
    above[1].push_back(t_above);
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
    const auto low = Evaluate(target, LoopId::kRandomStudentTGrad, below);
    const auto high = Evaluate(target, LoopId::kRandomStudentTGrad, above);
    for (size_t i = 0; i < below[0].size(); ++i) {
      ASSERT_NEAR(low[0][i] / high[0][i], 1,
                  2 * kGrad<double>.worst * kEps<double>)
          << below[0][i] << " " << below[1][i];
    }
  }
}

TEST(StudentTScalarTest, AgreesWithArrays) {
  const Columns<double> in = RandomPoints<double>(20000, 2);
  for (CpuTarget target : SupportedCpuTargets()) {
    const auto out = Evaluate(target, LoopId::kRandomStudentTGrad, in);
    for (size_t i = 0; i < in[0].size(); ++i) {
      const double point[] = {in[0][i], in[1][i]};
      double h[1];
      special::EvaluateScalar<special::RandomStudentTGradFunction>(point, h);
      ASSERT_NEAR(h[0] / out[0][i], 1, 2 * kGrad<double>.worst * kEps<double>)
          << point[0] << " " << point[1];
    }
  }
}

TYPED_TEST(StudentTTest, IndependentOfNeighbours) {
  using T = TypeParam;
  Columns<T> in = RandomPoints<T>(4000, 3);
  for (size_t i = 0; i < in[0].size(); i += 97) {
    in[i % 2][i] = std::numeric_limits<T>::quiet_NaN();
  }
  for (CpuTarget target : SupportedCpuTargets()) {
    ExpectIndependentOfNeighbours(target, LoopId::kRandomStudentTGrad, in);
    ExpectIndependentOfNeighbours(target, LoopId::kRandomStudentTGradPartials,
                                  in);
  }
}

}  // namespace
}  // namespace tf_implicit
