// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// beta_density.h and beta_entropy.h against tests/reference/ and by properties.

#include "kernels/special/beta_density.h"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "kernels/special/beta_entropy.h"
#include "tests/special/function_testing.h"
#include "tests/special/reference_table.h"

namespace tf_implicit {
namespace {

using special::BetaEntropyFunction;
using special::BetaFisherInformationFunction;
using special::BetaLogProbFunction;
using special::LogitBetaLogProbFunction;

// In eps; measured on any target: 3.2 (11.7 of random points in float) and 2.3.
constexpr double kValue = 8;
constexpr double kGradient = 6;

template <class T>
class BetaDensityTest : public ::testing::Test {};
using Types = ::testing::Types<float, double>;
TYPED_TEST_SUITE(BetaDensityTest, Types);

template <class T>
std::vector<T> Column(const ReferenceTable& table, const std::string& name) {
  return std::vector<T>(table[name].begin(), table[name].end());
}

long double Size(long double x) { return std::abs(x); }

// |psi(t) - log t| and psi'(t) - 1/t, from below.
long double PsiGap(long double t) { return t < 1 ? 1 / t : 1 / (2 * t); }
long double CurveGap(long double t) {
  return t < 1 ? 1 / (t * t) : 1 / (2 * t * t);
}

// The sizes of the terms of d/da: log(u n/a), psi(a) - log a, psi(n) - log n.
long double ShapeScale(long double a, long double n, long double log_u) {
  return std::abs(log_u + std::log(n / a)) + PsiGap(a) + PsiGap(n);
}

TYPED_TEST(BetaDensityTest, LogProbMatchesReference) {
  using T = TypeParam;
  const ReferenceTable table("beta_log_prob");
  Columns<T> in = {Column<T>(table, "concentration1"),
                   Column<T>(table, "concentration0"),
                   Column<T>(table, "sample")};
  in.emplace_back();
  for (const T x : in[2]) in[3].push_back(1 - x);
  const auto out = EvaluateFunction<BetaLogProbFunction>(in);
  const auto& value = table["log_prob"];
  const auto& dx = table["dx"];
  ExpectWithin("log_prob", in, out[0], value, kValue, [&](size_t i) {
    const long double x = in[2][i], least = std::min(x, 1 - x);
    return std::max({1.0L, std::abs(value[i]), std::abs(least * dx[i])});
  });
  const auto at = [&](size_t i, int k) -> long double { return in[k][i]; };
  ExpectWithin("da", in, out[1], table["da"], kGradient, [&](size_t i) {
    return ShapeScale(at(i, 0), at(i, 0) + at(i, 1), std::log(at(i, 2)));
  });
  ExpectWithin("dc", in, out[2], table["dc"], kGradient, [&](size_t i) {
    return ShapeScale(at(i, 1), at(i, 0) + at(i, 1), std::log1p(-at(i, 2)));
  });
  ExpectWithin("dx", in, out[3], dx, kGradient, [&](size_t i) {
    const long double x = in[2][i];
    const long double det = (at(i, 0) + at(i, 1)) * x - at(i, 0);
    return (1 + std::abs(det)) / (x * (1 - x));
  });
}

TYPED_TEST(BetaDensityTest, LogitLogProbMatchesReference) {
  using T = TypeParam;
  const ReferenceTable table("logit_beta_log_prob");
  const Columns<T> in = {Column<T>(table, "concentration1"),
                         Column<T>(table, "concentration0"),
                         Column<T>(table, "logit_sample")};
  const auto out = EvaluateFunction<LogitBetaLogProbFunction>(in);
  const auto& value = table["log_prob"];
  const auto& dy = table["dy"];
  const auto at = [&](size_t i, int k) -> long double { return in[k][i]; };
  const auto log_u = [&](size_t i, int sign) {
    const long double y = sign * at(i, 2);
    return y < -11000 ? y : -std::log1p(std::exp(-y));
  };
  ExpectWithin("log_prob", in, out[0], value, kValue, [&](size_t i) {
    return std::max({1.0L, std::abs(value[i]), std::abs(at(i, 2) * dy[i])});
  });
  // y itself is known to an eps of its size, which moves log u by v.
  ExpectWithin("da", in, out[1], table["da"], kGradient, [&](size_t i) {
    const long double v = std::exp(log_u(i, -1));
    return ShapeScale(at(i, 0), at(i, 0) + at(i, 1), log_u(i, 1)) +
           std::abs(at(i, 2)) * v;
  });
  ExpectWithin("dc", in, out[2], table["dc"], kGradient, [&](size_t i) {
    const long double u = std::exp(log_u(i, 1));
    return ShapeScale(at(i, 1), at(i, 0) + at(i, 1), log_u(i, -1)) +
           std::abs(at(i, 2)) * u;
  });
  ExpectWithin("dy", in, out[3], dy, kGradient, [&](size_t i) {
    return at(i, 0) * std::exp(log_u(i, -1)) + at(i, 1) * std::exp(log_u(i, 1));
  });
}

TYPED_TEST(BetaDensityTest, EntropyMatchesReference) {
  using T = TypeParam;
  const ReferenceTable table("beta_entropy");
  const Columns<T> in = {Column<T>(table, "concentration1"),
                         Column<T>(table, "concentration0")};
  const auto out = EvaluateFunction<BetaEntropyFunction>(in);
  const auto& value = table["entropy"];
  ExpectWithin("entropy", in, out[0], value, kValue,
               [&](size_t i) { return std::max(1.0L, std::abs(value[i])); });
  for (int k = 0; k < 2; ++k) {
    ExpectWithin(k ? "dc" : "da", in, out[1 + k], table[k ? "dc" : "da"],
                 kGradient, [&](size_t i) {
                   const long double t = in[k][i];
                   const long double n = in[1 - k][i] + t;
                   return 1 / t + std::abs(t - 1) * CurveGap(t) + 2 / n +
                          std::abs(n - 2) * CurveGap(n);
                 });
  }
}

TYPED_TEST(BetaDensityTest, FisherInformationMatchesReference) {
  using T = TypeParam;
  const ReferenceTable table("beta_entropy");
  const Columns<T> in = {Column<T>(table, "concentration1"),
                         Column<T>(table, "concentration0")};
  const auto out = EvaluateFunction<BetaFisherInformationFunction>(in);
  const char* const names[] = {"information11", "information10",
                               "information00"};
  for (int k = 0; k < 3; ++k) {
    const auto& expected = table[names[k]];
    ExpectWithin(names[k], in, out[k], expected, kGradient,
                 [&](size_t i) { return expected[i]; });
  }
}

// Points over the whole domain: samples, tails, neighbours of the mean.
template <class T>
Columns<T> RandomLogits(int count, int seed) {
  PointGenerator random(seed);
  Columns<T> points(3);
  for (int i = 0; i < count; ++i) {
    const double a = random.Concentration(), c = random.Concentration();
    double y = std::log(a / c);
    if (i % 3) {
      y += random.Normal() * std::sqrt(1 / a + 1 / c);
    } else {
      y += (random.Uniform() < 0.5 ? -1 : 1) * random.LogUniform(0.01, 70);
    }
    points[0].push_back(static_cast<T>(a));
    points[1].push_back(static_cast<T>(c));
    points[2].push_back(static_cast<T>(y));
  }
  return points;
}

// The lesser of x and 1-x exact in T, the other rounded.
template <class T>
Columns<T> RandomSamples(int count, int seed) {
  Columns<T> points = RandomLogits<T>(count, seed);
  points.emplace_back();
  for (T& y : points[2]) {
    const double e = std::exp(-std::abs(static_cast<double>(y)));
    const T least = static_cast<T>(e / (1 + e));
    points[3].push_back(y < 0 ? 1 - least : least);
    y = y < 0 ? least : 1 - least;
  }
  return points;
}

TYPED_TEST(BetaDensityTest, FloatAgreesWithDouble) {
  using T = TypeParam;
  if (kIsDouble<T>) GTEST_SKIP() << "done in float";
  const Columns<float> in = RandomSamples<float>(200000, 1);
  Columns<double> wide_in = ConvertColumns<double>(in);
  for (size_t i = 0; i < in[0].size(); ++i) {
    const bool lower = in[2][i] <= in[3][i];
    wide_in[lower ? 3 : 2][i] = 1 - wide_in[lower ? 2 : 3][i];
  }
  const auto out = EvaluateFunction<BetaLogProbFunction>(in);
  const auto wide = EvaluateFunction<BetaLogProbFunction>(wide_in);
  ExpectWithin("double", in, out[0], Wide(wide[0]), 16, [&](size_t i) {
    const double least = std::min(wide_in[2][i], wide_in[3][i]);
    return std::max(
        {1.0L, Size(wide[0][i]), Size(least * wide[3][i]),
         // The logarithm of the density at the mean, which cancels in tails.
         0.25L * std::log(1.0L + in[0][i] + in[1][i])});
  });
}

// p(a, c, x) = p(c, a, 1-x).
TYPED_TEST(BetaDensityTest, Symmetric) {
  using T = TypeParam;
  const Columns<T> in = RandomSamples<T>(50000, 2);
  const auto out = EvaluateFunction<BetaLogProbFunction>(in);
  const auto swapped = EvaluateFunction<BetaLogProbFunction>(
      Columns<T>{in[1], in[0], in[3], in[2]});
  const auto entropy =
      EvaluateFunction<BetaEntropyFunction>(Columns<T>{in[0], in[1]});
  const auto swapped_entropy =
      EvaluateFunction<BetaEntropyFunction>(Columns<T>{in[1], in[0]});
  for (size_t i = 0; i < in[0].size(); ++i) {
    const long double scale =
        std::max({1.0L, Size(out[0][i]),
                  Size(std::min(in[2][i], in[3][i]) * out[3][i])});
    if (std::isinf(out[0][i])) {
      ASSERT_EQ(out[0][i], swapped[0][i]);
      continue;
    }
    ASSERT_NEAR(out[0][i], swapped[0][i], 2 * kValue * kEps<T> * scale);
    ASSERT_NEAR(entropy[0][i], swapped_entropy[0][i],
                kValue * kEps<T> * std::max(1.0L, Size(entropy[0][i])));
  }
}

// log p(y) = log p(x) + log x + log(1-x).
TYPED_TEST(BetaDensityTest, LogitAgreesWithSample) {
  using T = TypeParam;
  Columns<T> logits = RandomLogits<T>(50000, 3);
  Columns<T> samples = logits;
  samples.emplace_back();
  for (T& y : samples[2]) {
    const double e = std::exp(-std::abs(static_cast<double>(y)));
    samples[3].push_back(static_cast<T>((y < 0 ? 1 : e) / (1 + e)));
    y = static_cast<T>((y < 0 ? e : 1) / (1 + e));
  }
  const auto out = EvaluateFunction<LogitBetaLogProbFunction>(logits);
  const auto of_x = EvaluateFunction<BetaLogProbFunction>(samples);
  for (size_t i = 0; i < logits[0].size(); ++i) {
    const double y = logits[2][i];
    // Beyond, x itself is too small.
    if (std::abs(y) > (kIsDouble<T> ? 700 : 80)) continue;
    const double jacobian =
        std::abs(y) + 2 * std::log1p(std::exp(-std::abs(y)));
    // x is rounded, which moves log p(y) by d/dy.
    const long double scale = std::max(
        {1.0L, Size(out[0][i]), Size(y), (1 + Size(y)) * Size(out[3][i])});
    ASSERT_NEAR(out[0][i], of_x[0][i] - jacobian, 16 * kEps<T> * scale)
        << logits[0][i] << " " << logits[1][i] << " " << y;
  }
}

TYPED_TEST(BetaDensityTest, EndsOfTheSupport) {
  using T = TypeParam;
  const T infinity = std::numeric_limits<T>::infinity();
  // At 0 with a = 1, 0.5, 2; at 1; outside.
  const Columns<T> in = {{1, 0.5, 2, 3, 3, 3, 2, 2},
                         {3, 3, 3, 1, 0.5, 2, 2, 2},
                         {0, 0, 0, 1, 1, 1, -1, 2},
                         {1, 1, 1, 0, 0, 0, 2, -1}};
  const auto out = EvaluateFunction<BetaLogProbFunction>(in);
  const T log3 = std::log(T(3));
  const T values[] = {log3,     infinity,  -infinity, log3,
                      infinity, -infinity, -infinity, -infinity};
  const T slopes[] = {-2, -infinity, infinity, 2, infinity, -infinity, 0, 0};
  for (int i = 0; i < 8; ++i) {
    if (std::isinf(values[i])) {
      EXPECT_EQ(out[0][i], values[i]) << i;
    } else {
      EXPECT_NEAR(out[0][i], values[i], 4 * kEps<T>) << i;
    }
    if (std::isinf(slopes[i])) {
      EXPECT_EQ(out[3][i], slopes[i]) << i;
    } else {
      EXPECT_NEAR(out[3][i], slopes[i], 8 * kEps<T>) << i;
    }
  }
  EXPECT_EQ(out[1][0], -infinity);
  EXPECT_EQ(out[1][6], 0);
}

// The subnormal sample and beyond: log x is what counts.
TYPED_TEST(BetaDensityTest, TinySamples) {
  using T = TypeParam;
  const T tiny = std::numeric_limits<T>::denorm_min() * 3;
  const Columns<T> in = {{T(0.01), T(1)}, {2, 2}, {tiny, tiny}, {1, 1}};
  const auto out = EvaluateFunction<BetaLogProbFunction>(in);
  const double log_x =
      std::log(3.0) + (kIsDouble<T> ? -1074 : -149) * 0.69314718055994530942;
  // 1/B(a, 2) = a (a + 1).
  const double a = static_cast<double>(in[0][0]);
  const double expected = (a - 1) * log_x + std::log(a * (a + 1));
  EXPECT_NEAR(out[0][0], expected, 4 * kEps<T> * std::abs(expected));
  EXPECT_NEAR(out[0][1], std::log(2.0), 4 * kEps<T>);
}

TYPED_TEST(BetaDensityTest, InvalidArguments) {
  using T = TypeParam;
  const T infinity = std::numeric_limits<T>::infinity();
  const T nan = std::numeric_limits<T>::quiet_NaN();
  for (const T bad : {T(0), T(-1), infinity, nan}) {
    for (int k = 0; k < 2; ++k) {
      Columns<T> pair(2, std::vector<T>{T(1.5)});
      pair[k][0] = bad;
      ExpectNaN<BetaEntropyFunction>(pair);
      ExpectNaN<BetaFisherInformationFunction>(pair);
      pair.push_back({T(0.25)});
      ExpectNaN<LogitBetaLogProbFunction>(pair);
      pair.push_back({T(0.75)});
      ExpectNaN<BetaLogProbFunction>(pair);
    }
  }
  ExpectNaN<BetaLogProbFunction>(Columns<T>{{2}, {2}, {nan}, {T(0.5)}});
  ExpectNaN<BetaLogProbFunction>(Columns<T>{{2}, {2}, {T(0.5)}, {nan}});
  ExpectNaN<LogitBetaLogProbFunction>(Columns<T>{{2}, {2}, {nan}});
  const auto out = EvaluateFunction<LogitBetaLogProbFunction>(
      Columns<T>{{2, 2}, {2, 2}, {infinity, -infinity}});
  EXPECT_EQ(out[0][0], -infinity);
  EXPECT_EQ(out[0][1], -infinity);
  EXPECT_EQ(out[3][0], -2);
  EXPECT_EQ(out[3][1], 2);
}

TYPED_TEST(BetaDensityTest, IndependentOfNeighbours) {
  using T = TypeParam;
  Columns<T> logits = RandomLogits<T>(3000, 4);
  Columns<T> samples = RandomSamples<T>(3000, 5);
  for (size_t i = 0; i < logits[0].size(); i += 97) {
    logits[i % 3][i] = std::numeric_limits<T>::quiet_NaN();
    samples[i % 4][i] = i % 2 ? T(0) : T(1e-25);
  }
  ExpectFunctionIndependentOfNeighbours<LogitBetaLogProbFunction>(logits);
  ExpectFunctionIndependentOfNeighbours<BetaLogProbFunction>(samples);
  const Columns<T> pairs = {samples[0], samples[1]};
  ExpectFunctionIndependentOfNeighbours<BetaEntropyFunction>(pairs);
  ExpectFunctionIndependentOfNeighbours<BetaFisherInformationFunction>(pairs);
}

}  // namespace
}  // namespace tf_implicit
