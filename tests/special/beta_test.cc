// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The Beta functions of beta.h as loops, on every target that this processor
// has: against tests/reference/ and by properties.

#include "kernels/special/beta.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <random>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "kernels/cpu/loops.h"
#include "kernels/special/scalar.h"
#include "tests/special/loop_testing.h"
#include "tests/special/reference_table.h"

namespace tf_implicit {
namespace {

// Relative errors in eps; behind each the largest that was measured on any
// target.
struct Tolerance {
  double worst;
  double mean;
};

// dy/da and dy/db. The worst points in double (4.7e-14) are those where the
// lower fraction is used above the mean at small a and loses a factor of 20; in
// float, those near x = 0.8 where psi and the logarithm nearly cancel.
template <class T>
constexpr Tolerance kGrad = kIsDouble<T> ? Tolerance{500, 2}  // 211, 1.6
                                         : Tolerance{16, 1};  // 14.7, 0.64

// dx/da and dx/db add the rounding errors of x, 1-x and the products.
template <class T>
constexpr Tolerance kSampleGrad = kIsDouble<T> ? Tolerance{500, 3}  // 192, 1.9
                                               : Tolerance{16, 2};  // 7.9, 0.7

// The second derivatives, evaluated in double. Next to the mean at
// concentrations above 10, the derivatives of the fraction's levels cancel.
template <class T>
constexpr Tolerance kPartials = kIsDouble<T> ? Tolerance{8000, 100}  // 3200, 57
                                             : Tolerance{1, 0.5};    // 0.5, 0.2

template <class T>
class BetaTest : public ::testing::Test {
 protected:
  // Calls check(target) for every target.
  template <class Check>
  void OnEachTarget(Check check) {
    for (CpuTarget target : SupportedCpuTargets()) {
      SCOPED_TRACE(CpuTargetName(target));
      check(target);
    }
  }
};
using Types = ::testing::Types<float, double>;
TYPED_TEST_SUITE(BetaTest, Types);

// Compares out with `expected`, whose row i is at point i of `in`.
template <class T>
void ExpectClose(CpuTarget target, const std::string& name,
                 const Columns<T>& in, const Columns<T>& out,
                 const Columns<long double>& expected, Tolerance tolerance) {
  for (size_t k = 0; k < out.size(); ++k) {
    double worst = 0, sum = 0;
    size_t at = 0;
    for (size_t i = 0; i < out[k].size(); ++i) {
      const long double value = expected[k][i];
      if (std::abs(value) < std::numeric_limits<T>::min()) {
        // A subnormal or 0: its error is absolute.
        EXPECT_NEAR(out[k][i], static_cast<double>(value),
                    8 * std::numeric_limits<T>::denorm_min())
            << name << " output " << k << " at " << in[0][i] << " " << in[1][i]
            << " " << in[2][i];
        continue;
      }
      const double error =
          static_cast<double>(std::abs(out[k][i] / value - 1)) / kEps<T>;
      EXPECT_LE(error, tolerance.worst)
          << name << " output " << k << " at " << in[0][i] << " " << in[1][i]
          << " " << in[2][i] << ": got " << out[k][i] << ", expected "
          << static_cast<double>(value);
      if (!(error <= worst)) {
        worst = error;
        at = i;
      }
      sum += error;
    }
    EXPECT_LE(sum / out[k].size(), tolerance.mean) << name << " output " << k;
    std::printf(
        "%s %s %s output %d: worst %.3g eps at (%.17g, %.17g, %.17g),"
        " mean %.3g, %d points\n",
        CpuTargetName(target), name.c_str(), kIsDouble<T> ? "double" : "float",
        static_cast<int>(k), worst, static_cast<double>(in[0][at]),
        static_cast<double>(in[1][at]), static_cast<double>(in[2][at]),
        sum / out[k].size(), static_cast<int>(out[k].size()));
  }
}

// The columns of a table, rows whose first three entries are no T left out.
template <class T>
Columns<long double> ReadTable(const std::string& name,
                               const std::vector<std::string>& columns) {
  const ReferenceTable table(name);
  Columns<long double> result(columns.size());
  for (int i = 0; i < table.size(); ++i) {
    bool exact = true;
    for (int k = 0; k < 3; ++k) {
      const long double value = table[columns[k]][i];
      exact = exact && static_cast<T>(value) == value;
    }
    if (!exact) continue;
    for (size_t k = 0; k < columns.size(); ++k) {
      result[k].push_back(table[columns[k]][i]);
    }
  }
  EXPECT_GT(result[0].size(), 100u);
  return result;
}

template <class T>
std::vector<T> Rounded(const std::vector<long double>& column) {
  return std::vector<T>(column.begin(), column.end());
}

template <class T>
std::vector<std::string> Tables() {
  if (kIsDouble<T>) return {"beta_sample_grad", "beta_sample_grad_float64"};
  return {"beta_sample_grad"};
}

TYPED_TEST(BetaTest, LogitGradMatchesReference) {
  using T = TypeParam;
  for (const std::string& name : Tables<T>()) {
    const auto table = ReadTable<T>(name, {"concentration1", "concentration0",
                                           "logit_sample", "dy_da", "dy_db"});
    const Columns<T> in = {Rounded<T>(table[0]), Rounded<T>(table[1]),
                           Rounded<T>(table[2])};
    this->OnEachTarget([&](CpuTarget target) {
      ExpectClose(target, name, in,
                  Evaluate(target, LoopId::kRandomLogitBetaGrad, in),
                  {table[3], table[4]}, kGrad<T>);
    });
  }
}

TYPED_TEST(BetaTest, SampleGradMatchesReference) {
  using T = TypeParam;
  for (const std::string& name : Tables<T>()) {
    auto table =
        ReadTable<T>(name, {"concentration1", "concentration0", "logit_sample",
                            "sample", "complement", "dy_da", "dy_db"});
    // Without the rows whose samples round to subnormals or to 0.
    Columns<T> in(4);
    Columns<long double> expected(2);
    for (size_t i = 0; i < table[0].size(); ++i) {
      const long double density = table[3][i] * table[4][i];
      if (density < 1e3L * std::numeric_limits<T>::min()) continue;
      int k = 0;
      for (int column : {0, 1, 3, 4}) {
        in[k++].push_back(static_cast<T>(table[column][i]));
      }
      expected[0].push_back(density * table[5][i]);
      expected[1].push_back(density * table[6][i]);
    }
    this->OnEachTarget([&](CpuTarget target) {
      ExpectClose(target, name, in,
                  Evaluate(target, LoopId::kRandomBetaGrad, in), expected,
                  kSampleGrad<T>);
    });
  }
}

TYPED_TEST(BetaTest, LogitGradPartialsMatchReference) {
  using T = TypeParam;
  const auto table = ReadTable<T>(
      "beta_sample_second_grad",
      {"concentration1", "concentration0", "logit_sample", "dy_da_da",
       "dy_da_db", "dy_da_dy", "dy_db_da", "dy_db_db", "dy_db_dy"});
  const Columns<T> in = {Rounded<T>(table[0]), Rounded<T>(table[1]),
                         Rounded<T>(table[2])};
  this->OnEachTarget([&](CpuTarget target) {
    ExpectClose(target, "beta_sample_second_grad", in,
                Evaluate(target, LoopId::kRandomLogitBetaGradPartials, in),
                Columns<long double>(table.begin() + 3, table.end()),
                kPartials<T>);
  });
}

// Points over the whole domain: concentrations from 1e-6 to 1e10, samples from
// the body and from tails of any size.
template <class T>
Columns<T> RandomPoints(int count, int seed) {
  std::mt19937_64 engine(seed);
  std::uniform_real_distribution<double> uniform(0, 1);
  std::normal_distribution<double> normal;
  Columns<T> points(3);
  while (static_cast<int>(points[0].size()) < count) {
    const bool wide = uniform(engine) < 0.3;
    const double a =
        std::pow(10, wide ? 16 * uniform(engine) - 6 : 6 * uniform(engine) - 2);
    const double b =
        std::pow(10, wide ? 16 * uniform(engine) - 6 : 6 * uniform(engine) - 2);
    // The logit is about normal for large a and b, and exponential with rates a
    // and b beyond the mean for small ones.
    double y = std::log(a / b);
    if (uniform(engine) < 0.5) {
      y += normal(engine) * std::sqrt(1 / a + 1 / b);
    } else {
      y += (uniform(engine) < 0.5 ? -1 : 1) *
           std::pow(10, 4 * uniform(engine) - 2);
    }
    points[0].push_back(static_cast<T>(a));
    points[1].push_back(static_cast<T>(b));
    points[2].push_back(static_cast<T>(y));
  }
  return points;
}

// dy/db(a, b, y) = -dy/da(b, a, -y), to the bit.
TYPED_TEST(BetaTest, Symmetric) {
  using T = TypeParam;
  const Columns<T> in = RandomPoints<T>(20000, 1);
  std::vector<T> minus_y = in[2];
  for (T& y : minus_y) y = -y;
  this->OnEachTarget([&](CpuTarget target) {
    const auto out = Evaluate(target, LoopId::kRandomLogitBetaGrad, in);
    const auto swapped = Evaluate<T>(target, LoopId::kRandomLogitBetaGrad,
                                     {in[1], in[0], minus_y});
    for (size_t i = 0; i < in[0].size(); ++i) {
      ASSERT_EQ(out[0][i], -swapped[1][i]);
      ASSERT_EQ(out[1][i], -swapped[0][i]);
    }
  });
}

// Finite and of the right sign wherever a, b and y are finite.
TYPED_TEST(BetaTest, FiniteAndOfOneSign) {
  using T = TypeParam;
  const Columns<T> in = RandomPoints<T>(100000, 2);
  this->OnEachTarget([&](CpuTarget target) {
    const auto out = Evaluate(target, LoopId::kRandomLogitBetaGrad, in);
    for (size_t i = 0; i < in[0].size(); ++i) {
      ASSERT_TRUE(out[0][i] > 0 && std::isfinite(out[0][i]) && out[1][i] < 0 &&
                  std::isfinite(out[1][i]))
          << in[0][i] << " " << in[1][i] << " " << in[2][i] << ": " << out[0][i]
          << " " << out[1][i];
    }
  });
}

// dy/da decreases with y.
TYPED_TEST(BetaTest, Monotone) {
  using T = TypeParam;
  for (double log_a = -6; log_a <= 10; log_a += 0.5) {
    for (double log_b = -6; log_b <= 10; log_b += 0.5) {
      const double a = std::pow(10, log_a), b = std::pow(10, log_b);
      Columns<T> in(3);
      for (double step = -60; step <= 60; step += 0.5) {
        in[0].push_back(static_cast<T>(a));
        in[1].push_back(static_cast<T>(b));
        in[2].push_back(static_cast<T>(std::log(a / b) + step));
      }
      const auto out = Evaluate(SupportedCpuTargets().back(),
                                LoopId::kRandomLogitBetaGrad, in);
      for (size_t i = 1; i < in[0].size(); ++i) {
        ASSERT_LE(out[0][i], out[0][i - 1] * (1 + 2 * kGrad<T>.worst * kEps<T>))
            << a << " " << b << " " << in[2][i];
      }
    }
  }
}

TYPED_TEST(BetaTest, FloatAgreesWithDouble) {
  using T = TypeParam;
  if (kIsDouble<T>) GTEST_SKIP() << "done in float";
  const Columns<float> in = RandomPoints<float>(200000, 3);
  Columns<double> wide;
  for (const auto& column : in) wide.emplace_back(column.begin(), column.end());
  this->OnEachTarget([&](CpuTarget target) {
    const auto expected = Evaluate(target, LoopId::kRandomLogitBetaGrad, wide);
    Columns<long double> rows;
    for (const auto& column : expected) {
      rows.emplace_back(column.begin(), column.end());
    }
    ExpectClose(target, "double", in,
                Evaluate(target, LoopId::kRandomLogitBetaGrad, in), rows,
                kGrad<float>);
  });
}

// Where two regions meet, neighbouring floats get neighbouring values. Borders
// are found by bisection between random points, along a, b or x.
TYPED_TEST(BetaTest, ContinuousAcrossBorders) {
  using T = TypeParam;
  const auto region = [](const T(&p)[3]) {
    return special::LogitBetaRegionOf(p[0], p[1], p[2]);
  };
  const Columns<T> points = RandomPoints<T>(60000, 4);
  std::vector<std::vector<bool>> seen(
      special::kLogitBetaRegions<T>,
      std::vector<bool>(special::kLogitBetaRegions<T>));
  Columns<T> below(4), above(4);
  for (size_t i = 0; i + 1 < points[0].size(); ++i) {
    T low[3], unused;
    low[0] = points[0][i];
    low[1] = points[1][i];
    special::Logistic(points[2][i], &low[2], &unused);
    T other;
    special::Logistic(points[2][i + 1], &other, &unused);
    const int axis = i % 3;
    T high[3] = {low[0], low[1], low[2]};
    high[axis] = axis == 2 ? other : points[axis][i + 1];
    if (low[2] <= 0 || other <= 0 || region(low) == region(high)) continue;
    if (low[axis] > high[axis]) std::swap(low[axis], high[axis]);
    const auto first = region(low);
    while (std::nextafter(low[axis], high[axis]) != high[axis]) {
      // In the logarithm: the ends may be many decades apart.
      T middle = std::sqrt(low[axis]) * std::sqrt(high[axis]);
      if (!(middle > low[axis] && middle < high[axis])) {
        middle = low[axis] + (high[axis] - low[axis]) / 2;
      }
      T at[3] = {low[0], low[1], low[2]};
      at[axis] = middle;
      (region(at) == first ? low : high)[axis] = middle;
    }
    seen[region(low)][region(high)] = true;
    for (int k = 0; k < 3; ++k) {
      below[k].push_back(low[k]);
      above[k].push_back(high[k]);
    }
    below[3].push_back(1 - low[2]);
    above[3].push_back(1 - high[2]);
  }
  int borders = 0;
  for (const auto& row : seen)
    borders += std::count(row.begin(), row.end(), true);
  EXPECT_GT(borders, 30);
  this->OnEachTarget([&](CpuTarget target) {
    const auto low = Evaluate(target, LoopId::kRandomBetaGrad, below);
    const auto high = Evaluate(target, LoopId::kRandomBetaGrad, above);
    for (size_t i = 0; i < below[0].size(); ++i) {
      // The quotient of the slopes, from that of the gradients.
      const double low_density = double{below[2][i]} * below[3][i];
      const double high_density = double{above[2][i]} * above[3][i];
      if (std::min(low_density, high_density) <
          1e3 * std::numeric_limits<T>::min()) {
        continue;
      }
      const double scale = high_density / low_density;
      ASSERT_NEAR(high[0][i] / low[0][i] / scale, 1,
                  2 * kGrad<T>.worst * kEps<T>)
          << below[0][i] << " " << below[1][i] << " " << below[2][i];
    }
  });
}

TYPED_TEST(BetaTest, IndependentOfNeighbours) {
  using T = TypeParam;
  Columns<T> in = RandomPoints<T>(4000, 6);
  for (size_t i = 0; i < in[0].size(); i += 97) {
    in[i % 3][i] = std::numeric_limits<T>::quiet_NaN();
  }
  Columns<T> samples = {in[0], in[1], in[2], in[2]};
  for (size_t i = 0; i < in[0].size(); ++i) {
    special::Logistic(in[2][i], &samples[2][i], &samples[3][i]);
  }
  this->OnEachTarget([&](CpuTarget target) {
    ExpectIndependentOfNeighbours(target, LoopId::kRandomLogitBetaGrad, in);
    ExpectIndependentOfNeighbours(target, LoopId::kRandomLogitBetaGradPartials,
                                  in);
    ExpectIndependentOfNeighbours(target, LoopId::kRandomBetaGrad, samples);
  });
}

TYPED_TEST(BetaTest, ScalarAgreesWithArrays) {
  using T = TypeParam;
  const Columns<T> in = RandomPoints<T>(20000, 7);
  this->OnEachTarget([&](CpuTarget target) {
    const auto out = Evaluate(target, LoopId::kRandomLogitBetaGrad, in);
    for (size_t i = 0; i < in[0].size(); ++i) {
      T x, complement, r[1];
      special::Logistic(in[2][i], &x, &complement);
      const T point[] = {in[0][i], in[1][i], x, in[2][i]};
      special::EvaluateScalar<special::LogitBetaSlopeFunction>(point, r);
      ASSERT_NEAR(r[0] / out[0][i], 1, 2 * kGrad<T>.worst * kEps<T>)
          << in[0][i] << " " << in[1][i] << " " << in[2][i];
    }
  });
}

// The gradient from (x, 1-x) is x (1-x) times that from the logit.
TYPED_TEST(BetaTest, SampleAndLogitAgree) {
  using T = TypeParam;
  const Columns<T> in = RandomPoints<T>(20000, 8);
  Columns<T> samples = {in[0], in[1], in[2], in[2]};
  for (size_t i = 0; i < in[0].size(); ++i) {
    special::Logistic(in[2][i], &samples[2][i], &samples[3][i]);
  }
  this->OnEachTarget([&](CpuTarget target) {
    const auto logit = Evaluate(target, LoopId::kRandomLogitBetaGrad, in);
    const auto sample = Evaluate(target, LoopId::kRandomBetaGrad, samples);
    for (size_t i = 0; i < in[0].size(); ++i) {
      const double density = double{samples[2][i]} * samples[3][i];
      for (int k = 0; k < 2; ++k) {
        const double expected = density * logit[k][i];
        if (std::abs(expected) < std::numeric_limits<T>::min() ||
            density < 1e3 * std::numeric_limits<T>::min()) {
          continue;
        }
        ASSERT_NEAR(sample[k][i] / expected, 1, 2 * kGrad<T>.worst * kEps<T>)
            << in[0][i] << " " << in[1][i] << " " << in[2][i];
      }
    }
  });
}

// The mixed second derivative of y along the quantile is the same either way:
// d(dy/da)/db + d(dy/da)/dy dy/db = d(dy/db)/da + d(dy/db)/dy dy/da.
TEST(BetaPartialsTest, MixedDerivativesAgree) {
  const Columns<double> in = RandomPoints<double>(20000, 9);
  for (CpuTarget target : SupportedCpuTargets()) {
    const auto grad = Evaluate(target, LoopId::kRandomLogitBetaGrad, in);
    const auto second =
        Evaluate(target, LoopId::kRandomLogitBetaGradPartials, in);
    for (size_t i = 0; i < in[0].size(); ++i) {
      const double left[] = {second[1][i], second[2][i] * grad[1][i]};
      const double right[] = {second[3][i], second[5][i] * grad[0][i]};
      const double scale = std::abs(left[0]) + std::abs(left[1]) +
                           std::abs(right[0]) + std::abs(right[1]);
      ASSERT_NEAR(left[0] + left[1], right[0] + right[1], 1e-11 * scale)
          << in[0][i] << " " << in[1][i] << " " << in[2][i];
    }
  }
}

template <class T>
std::vector<T> At(CpuTarget target, LoopId id, const std::vector<T>& point) {
  Columns<T> in;
  for (T value : point) in.push_back({value});
  std::vector<T> result;
  for (const auto& column : Evaluate(target, id, in)) {
    result.push_back(column[0]);
  }
  return result;
}

TYPED_TEST(BetaTest, LimitsOfTheLogit) {
  using T = TypeParam;
  const T infinity = std::numeric_limits<T>::infinity();
  const T nan = std::numeric_limits<T>::quiet_NaN();
  this->OnEachTarget([&](CpuTarget target) {
    const auto at = [&](T a, T b, T y) {
      return At<T>(target, LoopId::kRandomLogitBetaGrad, {a, b, y});
    };
    // dy/da -> (psi(a+b) - psi(a)) / b at x = 1: psi(3) - psi(1) = 3/2.
    auto grad = at(1, 2, infinity);
    EXPECT_NEAR(grad[0], 0.75, 2 * kEps<T>);
    EXPECT_EQ(grad[1], -infinity);
    grad = at(2, 1, -infinity);
    EXPECT_EQ(grad[0], infinity);
    EXPECT_NEAR(grad[1], -0.75, 2 * kEps<T>);
    // F = x^a: dy/da = -log(x) / (a (1-x)).
    grad = at(1, 1, 0);
    EXPECT_NEAR(grad[0], 2 * std::log(2.), 4 * kEps<T>);
    EXPECT_EQ(grad[1], -grad[0]);
    grad = at(static_cast<T>(0.25), 1, -10000);
    EXPECT_NEAR(grad[0] / 40000, 1, 2 * kEps<T>);
    for (T bad : {T(0), T(-1), infinity, nan}) {
      for (T value : at(bad, 1, 0)) EXPECT_TRUE(std::isnan(value)) << bad;
      for (T value : at(1, bad, 0)) EXPECT_TRUE(std::isnan(value)) << bad;
      for (T value :
           At<T>(target, LoopId::kRandomLogitBetaGradPartials, {bad, 1, 0})) {
        EXPECT_TRUE(std::isnan(value)) << bad;
      }
    }
    for (T value : at(1, 1, nan)) EXPECT_TRUE(std::isnan(value));
  });
}

TYPED_TEST(BetaTest, LimitsOfTheSample) {
  using T = TypeParam;
  const T tiny = std::numeric_limits<T>::denorm_min();
  const T nan = std::numeric_limits<T>::quiet_NaN();
  this->OnEachTarget([&](CpuTarget target) {
    const auto at = [&](T a, T b, T x, T complement) {
      return At<T>(target, LoopId::kRandomBetaGrad, {a, b, x, complement});
    };
    for (T value : at(1, 2, 0, 1)) EXPECT_EQ(value, 0);
    for (T value : at(1, 2, 1, 0)) EXPECT_EQ(value, 0);
    // F = x^a for b = 1: dx/da = -x log(x) / a. Small x is proportional to
    // B(a, b)^(1/a): dx/db = x (psi(b) - psi(a+b)) / a, and psi(1) - psi(3/2) =
    // 2 log 2 - 2. For 1-x with a and b exchanged likewise.
    const double rate = 4 - 4 * std::log(2.);
    const T small = 1e4 * tiny;
    auto grad = at(static_cast<T>(0.5), 1, small, 1);
    EXPECT_NEAR(grad[0] / small, -2 * std::log(static_cast<double>(small)),
                0.1);
    EXPECT_NEAR(grad[1] / small, -rate, 1e-3);
    grad = at(1, static_cast<T>(0.5), 1, small);
    EXPECT_NEAR(grad[1] / small, 2 * std::log(static_cast<double>(small)), 0.1);
    EXPECT_NEAR(grad[0] / small, rate, 1e-3);
    for (T bad : {T(-1), T(1.5), nan}) {
      for (T value : at(1, 2, bad, T(0.5))) EXPECT_TRUE(std::isnan(value));
      for (T value : at(1, 2, T(0.5), bad)) EXPECT_TRUE(std::isnan(value));
    }
    for (T value : at(0, 2, 0, 1)) EXPECT_TRUE(std::isnan(value));
  });
}

}  // namespace
}  // namespace tf_implicit
