// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// von_mises_density.h against tests/reference/ and by properties.

#include "kernels/special/von_mises_density.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/special/function_testing.h"
#include "tests/special/reference_table.h"

namespace tf_implicit {
namespace {

using special::VonMisesDivergenceFunction;
using special::VonMisesLogProbFunction;
using special::VonMisesMoments;

// In eps; measured on any target: densities and entropies 3, the rest 12.4.
constexpr double kDensity = 6;
constexpr double kBound = 16;

template <class T>
class VonMisesDensityTest : public ::testing::Test {};
using Types = ::testing::Types<float, double>;
TYPED_TEST_SUITE(VonMisesDensityTest, Types);

template <class T>
Columns<T> ReadColumns(const ReferenceTable& table,
                       const std::vector<std::string>& names) {
  Columns<T> columns;
  for (const auto& name : names) {
    columns.emplace_back(table[name].begin(), table[name].end());
  }
  return columns;
}

long double Versine(long double z) {
  const long double s = std::sin(z / 2);
  return 2 * s * s;
}

TYPED_TEST(VonMisesDensityTest, EntropyMatchesReference) {
  using T = TypeParam;
  const ReferenceTable table("von_mises_entropy");
  const auto in = ReadColumns<T>(table, {"concentration"});
  const auto out = EvaluateFunction<VonMisesMoments>(in);
  const auto& value = table["entropy"];
  ExpectWithin("entropy", in, out[0], value, kDensity,
               [&](size_t i) { return std::max(1.0L, std::abs(value[i])); });
  const char* const names[] = {"uniform_divergence", "mean", "variance",
                               "third"};
  const int outputs[] = {2, 4, 5, 6};
  for (int k = 0; k < 4; ++k) {
    const auto& expected = table[names[k]];
    ExpectWithin(names[k], in, out[outputs[k]], expected, kBound,
                 [&](size_t i) { return expected[i]; });
  }
  // The derivatives of the divergence and of the entropy.
  std::vector<long double> slope = table["variance"];
  for (size_t i = 0; i < slope.size(); ++i) slope[i] *= in[0][i];
  ExpectWithin("slope", in, out[3], slope, kBound,
               [&](size_t i) { return slope[i]; });
  for (size_t i = 0; i < slope.size(); ++i) EXPECT_EQ(out[1][i], -out[3][i]);
}

TYPED_TEST(VonMisesDensityTest, LogProbMatchesReference) {
  using T = TypeParam;
  const ReferenceTable table("von_mises_log_prob");
  const auto in = ReadColumns<T>(table, {"concentration", "angle"});
  const auto out = EvaluateFunction<VonMisesLogProbFunction>(in);
  const auto& value = table["log_prob"];
  const auto& dz = table["dangle"];
  ExpectWithin("log_prob", in, out[0], value, kDensity, [&](size_t i) {
    return std::max({1.0L, std::abs(value[i]), std::abs(in[1][i] * dz[i])});
  });
  ExpectWithin("dangle", in, out[2], dz, kDensity,
               [&](size_t i) { return dz[i]; });
  const auto& dk = table["dconcentration"];
  ExpectWithin("dconcentration", in, out[1], dk, kDensity, [&](size_t i) {
    const long double versine = Versine(in[1][i]);
    return std::abs(dk[i] + versine) + versine;
  });
}

TYPED_TEST(VonMisesDensityTest, DivergenceMatchesReference) {
  using T = TypeParam;
  const ReferenceTable table("von_mises_divergence");
  Columns<T> in =
      ReadColumns<T>(table, {"angle", "concentration1", "concentration2"});
  in.insert(in.begin() + 2, std::vector<T>(in[0].size()));  // the location 0
  const auto out = EvaluateFunction<VonMisesDivergenceFunction>(in);
  const char* const names[] = {"divergence", "dangle", "dconcentration1",
                               "dconcentration2"};
  const int outputs[] = {0, 1, 2, 4};
  for (int k = 0; k < 4; ++k) {
    const auto& expected = table[names[k]];
    ExpectWithin(
        names[k], in, out[outputs[k]], expected, kBound, [&](size_t i) {
          const long double z = in[0][i], x = in[1][i], y = in[3][i];
          const long double size = std::abs(expected[i]);
          // The parts of a derivative have different signs.
          if (k == 2 && x != y) {
            const long double terms = y * Versine(z) + std::abs(y - x);
            const long double sum = std::abs(y * Versine(z) - (y - x));
            return sum > 0 ? std::max(size, size * terms / sum) : terms;
          }
          // A(x) >= x / (2 + x).
          if (k == 3) return size + x / (2 + x) * Versine(z);
          return size;
        });
  }
}

template <class T>
Columns<T> RandomPairs(int count, int seed) {
  PointGenerator random(seed);
  Columns<T> points(4);
  for (int i = 0; i < count; ++i) {
    const double x =
        i % 2 ? random.LogUniform(0.05, 50) : random.LogUniform(1e-6, 1e10);
    double y = x * random.Close(kIsDouble<T> ? 1e-12 : 1e-6);
    if (i % 3 == 0) y = random.LogUniform(1e-6, 1e10);
    if (i % 3 == 1) y = std::abs(x + (x + 1) * (3 * random.Uniform() - 1.5));
    const double z = i % 5 < 2 ? 0 : 6 * random.Uniform() - 3;
    points[0].push_back(static_cast<T>(z));
    points[1].push_back(static_cast<T>(x));
    points[2].push_back(0);
    points[3].push_back(static_cast<T>(y));
  }
  return points;
}

TYPED_TEST(VonMisesDensityTest, FloatAgreesWithDouble) {
  using T = TypeParam;
  if (kIsDouble<T>) GTEST_SKIP() << "done in float";
  const Columns<float> in = RandomPairs<float>(200000, 1);
  const auto out = EvaluateFunction<VonMisesDivergenceFunction>(in);
  const auto wide =
      EvaluateFunction<VonMisesDivergenceFunction>(ConvertColumns<double>(in));
  ExpectWithin("double", in, out[0], Wide(wide[0]), kBound,
               [&](size_t i) { return wide[0][i]; });
}

TYPED_TEST(VonMisesDensityTest, NeverNegative) {
  using T = TypeParam;
  Columns<T> in = RandomPairs<T>(100000, 2);
  for (size_t i = 0; i < in[0].size(); i += 10) {
    in[0][i] = 0;
    in[3][i] = in[1][i];
  }
  in[1][0] = in[3][0] = 0;
  const auto out = EvaluateFunction<VonMisesDivergenceFunction>(in);
  for (size_t i = 0; i < in[0].size(); ++i) {
    if (in[0][i] == 0 && in[1][i] == in[3][i]) {
      for (int k = 0; k < 5; ++k) ASSERT_EQ(out[k][i], 0);
    } else {
      ASSERT_GT(out[0][i], 0) << in[0][i] << " " << in[1][i] << " " << in[3][i];
    }
  }
}

// The uniform distribution.
TYPED_TEST(VonMisesDensityTest, ZeroConcentration) {
  using T = TypeParam;
  const T log_two_pi = static_cast<T>(1.83787706640934548356);
  const auto density =
      EvaluateFunction<VonMisesLogProbFunction>(Columns<T>{{0}, {T(1.25)}});
  EXPECT_NEAR(density[0][0], -log_two_pi, 4 * kEps<T>);
  EXPECT_EQ(density[2][0], 0);
  EXPECT_NEAR(density[1][0], std::cos(1.25), 4 * kEps<T>);
  const auto entropy = EvaluateFunction<VonMisesMoments>(Columns<T>{{0}});
  EXPECT_NEAR(entropy[0][0], log_two_pi, 4 * kEps<T>);
  for (int k = 1; k < 7; ++k) {
    EXPECT_EQ(entropy[k][0], k == 5 ? T(0.5) : 0) << k;
  }
}

TYPED_TEST(VonMisesDensityTest, InvalidArguments) {
  using T = TypeParam;
  const T infinity = std::numeric_limits<T>::infinity();
  const T nan = std::numeric_limits<T>::quiet_NaN();
  for (const T bad : {T(-1e-3), infinity, nan}) {
    ExpectNaN<VonMisesMoments>(Columns<T>{{bad}});
    ExpectNaN<VonMisesLogProbFunction>(Columns<T>{{bad}, {1}});
    ExpectNaN<VonMisesDivergenceFunction>(Columns<T>{{1}, {bad}, {0}, {1}});
    ExpectNaN<VonMisesDivergenceFunction>(Columns<T>{{1}, {1}, {0}, {bad}});
  }
  for (const T bad : {infinity, nan}) {
    ExpectNaN<VonMisesLogProbFunction>(Columns<T>{{1}, {bad}});
    ExpectNaN<VonMisesDivergenceFunction>(Columns<T>{{bad}, {1}, {0}, {1}});
  }
}

TYPED_TEST(VonMisesDensityTest, IndependentOfNeighbours) {
  using T = TypeParam;
  Columns<T> in = RandomPairs<T>(3000, 3);
  for (size_t i = 0; i < in[0].size(); i += 97) {
    in[i % 4][i] = std::numeric_limits<T>::quiet_NaN();
  }
  ExpectFunctionIndependentOfNeighbours<VonMisesDivergenceFunction>(in);
}

}  // namespace
}  // namespace tf_implicit
