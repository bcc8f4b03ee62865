// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// lgamma and its derivatives, and the densities, divergences and entropies of
// the Gamma family for one target, against tests/reference/ and by properties.

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <random>
#include <string>
#include <type_traits>
#include <vector>

// clang-format off: the vectors come before the formulas that call Fma.
#include "gtest/gtest.h"
#include "kernels/cpu/map_regions.h"
#include "kernels/special/chi_log_prob.h"
#include "kernels/special/gamma_divergence.h"
#include "kernels/special/gamma_entropy.h"
#include "kernels/special/gamma_log_prob.h"
#include "kernels/special/polygamma.h"
#include "kernels/special/scalar.h"
#include "tests/special/reference_table.h"
// clang-format on

namespace tf_implicit {
namespace {

using special::ChiLogProbFunction;
using special::DigammaFunction;
using special::EvaluateScalar;
using special::ExpGammaEntropyFunction;
using special::ExpGammaLogProbFunction;
using special::ExpGammaLogRateLogProbFunction;
using special::GammaDivergenceFunction;
using special::GammaEntropyFunction;
using special::GammaLogProbFunction;
using special::GammaLogRateDivergenceFunction;
using special::GammaLogRateLogProbFunction;
using special::InverseGammaEntropyFunction;
using special::InverseGammaLogProbFunction;
using special::LgammaFunction;
using special::MapArrays;
using special::TetragammaFunction;
using special::TrigammaFunction;

// One array for each input or output.
template <class T>
using Columns = std::vector<std::vector<T>>;

template <class Function, class T>
Columns<T> Map(const Columns<T>& in) {
  Columns<T> out(Function::kOutputs, std::vector<T>(in[0].size()));
  const T* inputs[Function::kInputs];
  T* outputs[Function::kOutputs];
  for (int k = 0; k < Function::kInputs; ++k) inputs[k] = in[k].data();
  for (int k = 0; k < Function::kOutputs; ++k) outputs[k] = out[k].data();
  MapArrays<Function, T>(in[0].size(), inputs, outputs);
  return out;
}

// All outputs at one point.
template <class Function, class T>
std::vector<T> At(const std::vector<T>& point) {
  Columns<T> in;
  for (T x : point) in.push_back({x});
  std::vector<T> out;
  for (const auto& column : Map<Function, T>(in)) out.push_back(column[0]);
  return out;
}

// An output, the column of the table with its truth, the column or columns
// (their sum counts) with the scale of its error ("": the truth itself), and
// the tolerance in eps.
struct Output {
  int index;
  std::string truth;
  std::string scale;
  double tolerance;
};

template <class Function, class T>
void ExpectMatchesTable(const std::string& name,
                        const std::vector<std::string>& inputs,
                        const std::vector<Output>& outputs) {
  const bool is_double = std::is_same<T, double>::value;
  const ReferenceTable table(name);
  Columns<T> in(inputs.size());
  std::vector<int> rows;
  for (int i = 0; i < table.size(); ++i) {
    for (size_t k = 0; k < inputs.size(); ++k) {
      const long double x = table[inputs[k]][i];
      ASSERT_EQ(static_cast<T>(x), x) << inputs[k];
      in[k].push_back(static_cast<T>(x));
    }
    rows.push_back(i);
  }
  const auto out = Map<Function, T>(in);
  for (const Output& output : outputs) {
    double worst = 0, sum = 0;
    int at = 0, count = 0;
    for (int i : rows) {
      const long double truth = table[output.truth][i];
      const long double scale =
          output.scale.empty() ? std::abs(truth) : table[output.scale][i];
      const T got = out[output.index][i];
      if (std::abs(truth) > std::numeric_limits<T>::max()) {
        EXPECT_TRUE(std::isinf(got) && (got > 0) == (truth > 0)) << got;
        continue;
      }
      if (scale < std::numeric_limits<T>::min()) {
        EXPECT_NEAR(got, static_cast<double>(truth),
                    4 * std::numeric_limits<T>::denorm_min());
        continue;
      }
      const double error = static_cast<double>(
          std::abs(got - truth) / scale / std::numeric_limits<T>::epsilon());
      if (!(error <= output.tolerance)) {
        ADD_FAILURE() << output.truth << " of row " << i << ": got " << got
                      << ", expected " << static_cast<double>(truth) << ", "
                      << error << " eps";
      }
      if (!(error <= worst)) {
        worst = error;
        at = i;
      }
      sum += error;
      ++count;
    }
    ASSERT_GT(count, 20);
    std::printf("%s %s %s: worst %.3g eps in row %d, mean %.3g\n", name.c_str(),
                output.truth.c_str(), is_double ? "double" : "float", worst, at,
                sum / count);
  }
}

template <class Function, class T>
void ExpectMatchesTables(const std::string& name,
                         const std::vector<std::string>& inputs,
                         const std::vector<Output>& outputs) {
  ExpectMatchesTable<Function, T>(name, inputs, outputs);
  if (std::is_same<T, double>::value) {
    ExpectMatchesTable<Function, T>(name + "_float64", inputs, outputs);
  }
}

template <class T>
class GammaLawTest : public ::testing::Test {};
using Types = ::testing::Types<float, double>;
TYPED_TEST_SUITE(GammaLawTest, Types);

TYPED_TEST(GammaLawTest, PolygammaMatchesReference) {
  using T = TypeParam;
  ExpectMatchesTables<LgammaFunction, T>("polygamma", {"x"},
                                         {{0, "lgamma", "", 4}});
  ExpectMatchesTables<DigammaFunction, T>("polygamma", {"x"},
                                          {{0, "digamma", "", 4}});
  ExpectMatchesTables<TrigammaFunction, T>("polygamma", {"x"},
                                           {{0, "trigamma", "", 3}});
  ExpectMatchesTables<TetragammaFunction, T>("polygamma", {"x"},
                                             {{0, "tetragamma", "", 4}});
}

TYPED_TEST(GammaLawTest, PolygammaAtLimits) {
  using T = TypeParam;
  const T infinity = std::numeric_limits<T>::infinity();
  const T least = std::numeric_limits<T>::denorm_min();
  EXPECT_EQ((At<LgammaFunction, T>({T(1)})[0]), 0);
  EXPECT_EQ((At<LgammaFunction, T>({T(2)})[0]), 0);
  EXPECT_EQ((At<LgammaFunction, T>({T(0)})[0]), infinity);
  EXPECT_EQ((At<LgammaFunction, T>({infinity})[0]), infinity);
  EXPECT_EQ((At<LgammaFunction, T>({std::numeric_limits<T>::max()})[0]),
            infinity);
  EXPECT_NEAR((At<LgammaFunction, T>({least})[0]), -std::log(least),
              -std::log(least) * std::numeric_limits<T>::epsilon());
  EXPECT_EQ((At<DigammaFunction, T>({T(0)})[0]), -infinity);
  EXPECT_EQ((At<DigammaFunction, T>({infinity})[0]), infinity);
  EXPECT_NEAR((At<DigammaFunction, T>({std::numeric_limits<T>::max()})[0]),
              std::log(std::numeric_limits<T>::max()),
              1e3 * std::numeric_limits<T>::epsilon());
  EXPECT_EQ((At<TrigammaFunction, T>({T(0)})[0]), infinity);
  EXPECT_EQ((At<TrigammaFunction, T>({least})[0]), infinity);
  EXPECT_EQ((At<TrigammaFunction, T>({infinity})[0]), 0);
  EXPECT_EQ((At<TetragammaFunction, T>({T(0)})[0]), -infinity);
  EXPECT_EQ((At<TetragammaFunction, T>({infinity})[0]), 0);
  for (T x : {T(-0.5), T(-1), -infinity, std::numeric_limits<T>::quiet_NaN()}) {
    EXPECT_TRUE(std::isnan((At<LgammaFunction, T>({x})[0]))) << x;
    EXPECT_TRUE(std::isnan((At<DigammaFunction, T>({x})[0]))) << x;
    EXPECT_TRUE(std::isnan((At<TrigammaFunction, T>({x})[0]))) << x;
    EXPECT_TRUE(std::isnan((At<TetragammaFunction, T>({x})[0]))) << x;
  }
}

const std::vector<std::string> kPair = {"a1", "b1", "a2", "b2"};
// Errors of the derivatives in concentrations are measured by the sizes of the
// parts of one sign that make them up.
const std::vector<Output> kDivergence = {{0, "divergence", "", 8},
                                         {1, "da1", "scale_da1", 4},
                                         {2, "db1", "", 4},
                                         {3, "da2", "scale_da2", 4},
                                         {4, "db2", "", 4}};

TYPED_TEST(GammaLawTest, DivergenceMatchesReference) {
  ExpectMatchesTables<GammaDivergenceFunction, TypeParam>("gamma_divergence",
                                                          kPair, kDivergence);
}

TYPED_TEST(GammaLawTest, DivergenceOfLogRatesMatchesReference) {
  std::vector<Output> outputs = kDivergence;
  outputs[2].scale = outputs[4].scale = "scale_db";
  ExpectMatchesTable<GammaLogRateDivergenceFunction, TypeParam>(
      "gamma_log_rate_divergence", kPair, outputs);
}

template <class T>
T LogUniform(std::mt19937_64* engine, double least, double most) {
  std::uniform_real_distribution<double> uniform(std::log(least),
                                                 std::log(most));
  return static_cast<T>(std::exp(uniform(*engine)));
}

// Never negative, whatever the pair, and exactly 0 with its gradient for equal
// laws; from 1e-30 to 1e30 and for neighbouring numbers.
TYPED_TEST(GammaLawTest, DivergenceIsNeverNegative) {
  using T = TypeParam;
  std::mt19937_64 engine(5);
  Columns<T> in(4), logs(4);
  const int size = 200000;
  for (int i = 0; i < size; ++i) {
    const double far = i % 3 == 0 ? 1e30 : 1e4;
    T x[4] = {LogUniform<T>(&engine, 1 / far, far),
              LogUniform<T>(&engine, 1 / far, far),
              LogUniform<T>(&engine, 1 / far, far),
              LogUniform<T>(&engine, 1 / far, far)};
    if (i % 3 == 1) {
      x[2] = std::nextafter(x[0], i % 2 == 0 ? T(0) : x[0] * 2);
      x[3] = x[1] * (1 + (i % 5) * std::numeric_limits<T>::epsilon());
    } else if (i % 3 == 2) {
      x[2] = x[0];
      x[3] = x[1];
    }
    for (int k = 0; k < 4; ++k) {
      in[k].push_back(x[k]);
      logs[k].push_back(k % 2 == 0 ? x[k] : std::log(x[k]));
    }
  }
  const auto out = Map<GammaDivergenceFunction, T>(in);
  const auto log_out = Map<GammaLogRateDivergenceFunction, T>(logs);
  for (int i = 0; i < size; ++i) {
    ASSERT_GE(out[0][i], 0) << i;
    ASSERT_GE(log_out[0][i], 0) << i;
    for (int k = 0; k < 5 && i % 3 == 2; ++k) {
      ASSERT_EQ(out[k][i], 0) << i << " output " << k;
      ASSERT_EQ(log_out[k][i], 0) << i << " output " << k;
    }
  }
}

// The value does not depend on the common factor of the rates, a subnormal one
// included; nor on the way in which the rates are given.
TYPED_TEST(GammaLawTest, DivergenceOfScaledRates) {
  using T = TypeParam;
  const T least = std::numeric_limits<T>::min();
  const auto expected = At<GammaDivergenceFunction, T>({2, 3, 5, 4});
  const auto scaled =
      At<GammaDivergenceFunction, T>({2, 3 * least / 8, 5, 4 * least / 8});
  EXPECT_EQ(scaled[0], expected[0]);
  EXPECT_EQ(scaled[1], expected[1]);
  EXPECT_EQ(scaled[3], expected[3]);
}

TYPED_TEST(GammaLawTest, DivergenceAtLimits) {
  using T = TypeParam;
  const T infinity = std::numeric_limits<T>::infinity();
  for (int k = 0; k < 4; ++k) {
    for (T end : {T(0), infinity}) {
      std::vector<T> point = {2, 3, 5, 4};
      point[k] = end;
      EXPECT_EQ((At<GammaDivergenceFunction, T>(point)[0]), infinity);
      EXPECT_TRUE(std::isnan(At<GammaDivergenceFunction, T>(point)[1]));
      point[(k + 1) % 4] = end;  // two limits: no value
      EXPECT_TRUE(std::isnan(At<GammaDivergenceFunction, T>(point)[0]));
    }
    for (T bad : {T(-1), -infinity, std::numeric_limits<T>::quiet_NaN()}) {
      std::vector<T> point = {2, 3, 5, 4};
      point[k] = bad;
      for (T x : At<GammaDivergenceFunction, T>(point)) {
        EXPECT_TRUE(std::isnan(x)) << k << " " << bad;
      }
    }
  }
  EXPECT_EQ((At<GammaLogRateDivergenceFunction, T>({2, -infinity, 5, 0})[0]),
            infinity);
  EXPECT_TRUE(std::isnan(
      At<GammaLogRateDivergenceFunction, T>({2, -infinity, 5, infinity})[0]));
}

const std::vector<std::string> kDensity = {"a", "b", "z"};

TYPED_TEST(GammaLawTest, LogProbMatchesReference) {
  using T = TypeParam;
  // d/db vanishes at the mode: its terms are a / b and z.
  ExpectMatchesTables<GammaLogProbFunction, T>("gamma_log_prob", kDensity,
                                               {{0, "log_prob", "scale", 10},
                                                {1, "da", "scale_da", 4},
                                                {2, "db", "", 4},
                                                {3, "dz", "scale_dz", 4}});
  ExpectMatchesTable<InverseGammaLogProbFunction, T>(
      "inverse_gamma_log_prob", kDensity,
      {{0, "log_prob", "scale", 10},
       {1, "da", "scale_da", 4},
       {2, "db", "", 4},
       {3, "dz", "scale_dz", 4}});
  ExpectMatchesTable<ExpGammaLogRateLogProbFunction, T>(
      "exp_gamma_log_prob", kDensity,
      {{0, "log_prob", "scale", 10},
       {1, "da", "scale_da", 4},
       {2, "db", "scale_dz", 4},
       {3, "dz", "scale_dz", 4}});
  ExpectMatchesTables<ChiLogProbFunction, T>("chi_log_prob", {"df", "x"},
                                             {{0, "log_prob", "scale", 10},
                                              {1, "ddf", "scale_ddf", 4},
                                              {2, "dx", "scale_dx", 4}});
}

// The laws with a rate and with its logarithm, of z and of log z, are one law.
TYPED_TEST(GammaLawTest, LogProbOfTheOtherParameters) {
  using T = TypeParam;
  std::mt19937_64 engine(6);
  for (int i = 0; i < 20000; ++i) {
    const T a = LogUniform<T>(&engine, 1e-3, 1e3);
    const T b = LogUniform<T>(&engine, 1e-3, 1e3);
    const T y = std::log(a / b * LogUniform<T>(&engine, 0.1, 5));
    const T z = std::exp(y), l = std::log(b);
    const auto exp = At<ExpGammaLogProbFunction, T>({a, b, y});
    const auto exp_log = At<ExpGammaLogRateLogProbFunction, T>({a, l, y});
    const auto plain = At<GammaLogProbFunction, T>({a, b, z});
    const auto log = At<GammaLogRateLogProbFunction, T>({a, l, z});
    // The roundings of log b, and of z or y.
    const double eps = 8 * std::numeric_limits<T>::epsilon();
    const double slope = a + b * static_cast<double>(z) + 1;
    const double tolerance = eps * slope * (2 + std::abs(y) + std::abs(l));
    EXPECT_NEAR(exp[0], exp_log[0], tolerance + eps * std::abs(exp[0]));
    EXPECT_NEAR(plain[0], log[0], tolerance + eps * std::abs(plain[0]));
    EXPECT_NEAR(plain[0] + y, exp[0], tolerance + eps * std::abs(exp[0]));
    EXPECT_NEAR(plain[1], log[1], eps * (10 + std::abs(plain[1]) + 1 / a));
    EXPECT_NEAR(exp[1], log[1], eps * (10 + std::abs(plain[1]) + 1 / a));
    EXPECT_NEAR(plain[2] * b, log[2], tolerance);
    EXPECT_NEAR(exp[2] * b, exp_log[2], tolerance);
    EXPECT_NEAR(exp[3], exp_log[3], tolerance);
    EXPECT_NEAR(plain[3], log[3], tolerance / z);
    EXPECT_NEAR(plain[3] * z + 1, exp[3], tolerance);
  }
}

// The gradient in a concentration of exactly 1 has its log z.
TYPED_TEST(GammaLawTest, LogProbAtOne) {
  using T = TypeParam;
  const auto out = At<GammaLogProbFunction, T>({1, 2, T(0.25)});
  EXPECT_NEAR(out[0], std::log(2.0) - 0.5, 1e-6);
  EXPECT_NEAR(out[1], std::log(0.5) + 0.57721566490153286, 1e-6);
  // Nothing is left of a small z: log p = log b - b z.
  const auto tiny = At<GammaLogProbFunction, T>({1, 2, T(1e-37)});
  EXPECT_NEAR(tiny[0], std::log(2.0), std::numeric_limits<T>::epsilon());
}

// For a shape this small, log f = log(a / v) - b / v.
TYPED_TEST(GammaLawTest, InverseGammaOfSmallestShapes) {
  using T = TypeParam;
  const T least = std::numeric_limits<T>::min();
  for (const T a : {least, T(1.3) * least, T(1.9) * least, 3 * least}) {
    for (const T b : {T(0.7), T(1.6), T(3)}) {
      const long double expected =
          std::log(static_cast<long double>(a)) - std::log(2.0L) - b / 2;
      EXPECT_NEAR(((At<InverseGammaLogProbFunction, T>({a, b, 2})[0])),
                  expected,
                  8 * std::numeric_limits<T>::epsilon() * std::abs(expected))
          << a << " " << b;
    }
  }
}

TYPED_TEST(GammaLawTest, LogProbAtLimits) {
  using T = TypeParam;
  const T infinity = std::numeric_limits<T>::infinity();
  const T nan = std::numeric_limits<T>::quiet_NaN();
  using Gamma = GammaLogProbFunction;
  using LogRate = GammaLogRateLogProbFunction;
  using Inverse = InverseGammaLogProbFunction;
  using Log = ExpGammaLogProbFunction;
  const auto expect = [&](const std::vector<T>& out,
                          const std::vector<T>& expected) {
    for (size_t k = 0; k < out.size(); ++k) {
      EXPECT_TRUE(std::isnan(expected[k]) ? std::isnan(out[k])
                                          : out[k] == expected[k])
          << k << ": got " << out[k] << ", expected " << expected[k];
    }
  };
  expect(At<Gamma, T>({2, 4, 0}), {-infinity, -infinity, T(0.5), infinity});
  expect(At<Gamma, T>({T(0.5), 4, 0}),
         {infinity, -infinity, T(0.125), -infinity});
  EXPECT_NEAR(((At<Gamma, T>({1, 4, 0})[0])), std::log(4.0), 1e-6);
  EXPECT_EQ((At<Gamma, T>({1, 4, 0})[3]), -4);
  EXPECT_EQ((At<LogRate, T>({1, 0, 0})[3]), -1);
  EXPECT_EQ(((At<LogRate, T>({1, T(0.5), 0})[0])), T(0.5));
  expect(At<Gamma, T>({2, 4, infinity}), {-infinity, infinity, -infinity, -4});
  expect(At<Gamma, T>({2, 4, -1}), {-infinity, 0, 0, 0});
  expect(At<Inverse, T>({2, 4, 0}), {-infinity, infinity, -infinity, infinity});
  expect(At<Inverse, T>({2, 4, infinity}), {-infinity, -infinity, T(0.5), 0});
  expect(At<Inverse, T>({2, 4, -1}), {-infinity, 0, 0, 0});
  expect(At<Log, T>({2, 4, -infinity}), {-infinity, -infinity, T(0.5), 2});
  expect(At<Log, T>({2, 4, infinity}),
         {-infinity, infinity, -infinity, -infinity});
  for (const std::vector<T>& point : {std::vector<T>{0, 4, 1},
                                      {-1, 4, 1},
                                      {infinity, 4, 1},
                                      {2, 0, 1},
                                      {2, -1, 1},
                                      {2, infinity, 1},
                                      {nan, 4, 1},
                                      {2, nan, 1},
                                      {2, 4, nan},
                                      {0, 4, -1}}) {
    expect(At<Gamma, T>(point), {nan, nan, nan, nan});
    expect(At<Inverse, T>(point), {nan, nan, nan, nan});
  }
  using Chi = ChiLogProbFunction;
  expect(At<Chi, T>({2, 0}), {-infinity, -infinity, infinity});
  expect(At<Chi, T>({T(0.5), 0}), {infinity, -infinity, -infinity});
  expect(At<Chi, T>({1, 0}), {T(-0.22579135264472743236), -infinity, 0});
  expect(At<Chi, T>({2, infinity}), {-infinity, infinity, -infinity});
  expect(At<Chi, T>({2, -1}), {-infinity, 0, 0});
  for (const std::vector<T>& point : {std::vector<T>{0, 1},
                                      {-1, 1},
                                      {infinity, 1},
                                      {nan, 1},
                                      {2, nan},
                                      {0, -1}}) {
    expect(At<Chi, T>(point), {nan, nan, nan});
  }
  // Half of a Normal density, whatever x: its square underflows, or overflows.
  const T small = std::sqrt(std::numeric_limits<T>::min()) / 1024;
  EXPECT_NEAR((At<Chi, T>({1, small})[0]), -0.22579135264472743,
              2 * std::numeric_limits<T>::epsilon());
  EXPECT_EQ((At<Chi, T>({1, 1 / small})[0]), -infinity);
  // A subnormal sample is one like others.
  const T least = std::numeric_limits<T>::denorm_min();
  const auto out = At<Gamma, T>({T(0.01), 1, 64 * least});
  EXPECT_NEAR(out[0], -0.99 * std::log(64.0L * least) - std::lgamma(0.01),
              1e-3);
}

TYPED_TEST(GammaLawTest, EntropyMatchesReference) {
  using T = TypeParam;
  const std::vector<std::string> in = {"a", "b"};
  ExpectMatchesTable<ExpGammaEntropyFunction, T>(
      "gamma_entropy", {"a"}, {{0, "log", "scale", 6}, {1, "log_da", "", 4}});
  ExpectMatchesTable<GammaEntropyFunction, T>(
      "gamma_entropy", in, {{0, "gamma", "scale", 8}, {1, "gamma_da", "", 4}});
  ExpectMatchesTable<InverseGammaEntropyFunction, T>(
      "gamma_entropy", in,
      {{0, "inverse", "scale", 8}, {1, "inverse_da", "", 4}});
  EXPECT_EQ((At<GammaEntropyFunction, T>({2, 4})[2]), T(-0.25));
  EXPECT_EQ((At<InverseGammaEntropyFunction, T>({2, 4})[2]), T(0.25));
  for (T x : At<GammaEntropyFunction, T>({-1, 1})) {
    EXPECT_TRUE(std::isnan(x));
  }
  for (T x : At<GammaEntropyFunction, T>({1, 0})) {
    EXPECT_TRUE(std::isnan(x));
  }
}

// CUDA evaluates one element at a time: the same code with V = T.
TYPED_TEST(GammaLawTest, ScalarsMatchVectors) {
  using T = TypeParam;
  std::mt19937_64 engine(7);
  for (int i = 0; i < 2000; ++i) {
    const T in[4] = {
        LogUniform<T>(&engine, 1e-4, 1e4), LogUniform<T>(&engine, 1e-4, 1e4),
        LogUniform<T>(&engine, 1e-4, 1e4), LogUniform<T>(&engine, 1e-4, 1e4)};
    T out[5];
    EvaluateScalar<GammaDivergenceFunction, T>(in, out);
    const auto expected =
        At<GammaDivergenceFunction, T>({in[0], in[1], in[2], in[3]});
    for (int k = 0; k < 5; ++k) {
      EXPECT_NEAR(out[k], expected[k],
                  1e2 * std::numeric_limits<T>::epsilon() *
                      std::abs(expected[k]) * (k % 2 == 1 ? 100 : 1));
    }
    const T chi_in[2] = {in[0], in[1]};
    T chi[3];
    EvaluateScalar<ChiLogProbFunction, T>(chi_in, chi);
    const auto other_chi = At<ChiLogProbFunction, T>({in[0], in[1]});
    EXPECT_NEAR(
        chi[0], other_chi[0],
        32 * std::numeric_limits<T>::epsilon() * (10 + std::abs(other_chi[0])));
    const T x[3] = {in[0], in[1], in[2]};
    T density[4];
    EvaluateScalar<GammaLogProbFunction, T>(x, density);
    const auto other = At<GammaLogProbFunction, T>({x[0], x[1], x[2]});
    EXPECT_NEAR(
        density[0], other[0],
        32 * std::numeric_limits<T>::epsilon() * (10 + std::abs(other[0])));
  }
}

}  // namespace
}  // namespace tf_implicit
