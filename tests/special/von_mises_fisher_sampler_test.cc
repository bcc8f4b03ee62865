// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// What the sampler of the von Mises-Fisher angle promises apart from the law
// (sampler_law_test.cc): the value of an element depends on the seed, its
// position and its parameters alone.

#include <algorithm>
#include <cmath>
#include <cstring>
#include <iterator>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "kernels/cpu/cpu_target.h"
#include "kernels/cpu/samplers.h"
#include "kernels/special/random_von_mises_fisher.h"

namespace tf_implicit {
namespace {

constexpr RandomSeed kSeed = {{20260101, 7}};
constexpr int kDimensions[] = {2, 3, 41, 100000};

// Log-uniform, with special values.
template <class T>
std::vector<T> MixedConcentrations(int n) {
  const T special[] = {0,       1,
                       T(1e-6), std::numeric_limits<T>::infinity(),
                       -1,      std::numeric_limits<T>::quiet_NaN(),
                       T(1e10)};
  std::mt19937_64 engine(1);
  std::uniform_real_distribution<double> exponent(-6, 10);
  std::vector<T> kappa;
  for (int i = 0; i < n; ++i) {
    kappa.push_back(i % 5 == 0
                        ? special[engine() % std::size(special)]
                        : static_cast<T>(std::pow(10, exponent(engine))));
  }
  return kappa;
}

template <class T>
std::vector<T> Draw(CpuTarget target, double dimension, int64_t first,
                    int64_t n, const std::vector<T>& kappa) {
  std::vector<T> out(n);
  SamplersFor(target).get<T>().von_mises_fisher_angle(
      kSeed, dimension, first, n, kappa.data(), kappa.size(), out.data());
  return out;
}

// Equal bits, except that one NaN is as good as another.
template <class T>
void ExpectSame(const std::vector<T>& actual, const std::vector<T>& expected,
                const std::string& what) {
  ASSERT_EQ(actual.size(), expected.size()) << what;
  for (size_t i = 0; i < actual.size(); ++i) {
    if (std::isnan(actual[i]) && std::isnan(expected[i])) continue;
    ASSERT_EQ(std::memcmp(&actual[i], &expected[i], sizeof(T)), 0)
        << what << ": element " << i << " is " << actual[i] << ", not "
        << expected[i];
  }
}

template <class T>
class VonMisesFisherSamplerTest : public ::testing::Test {};
using Types = ::testing::Types<float, double>;
TYPED_TEST_SUITE(VonMisesFisherSamplerTest, Types);

TYPED_TEST(VonMisesFisherSamplerTest, EqualOnAllTargets) {
  using T = TypeParam;
  constexpr int kElements = 50000;
  const auto kappa = MixedConcentrations<T>(kElements);
  for (int dimension : kDimensions) {
    const auto expected =
        Draw(SupportedCpuTargets().front(), dimension, 0, kElements, kappa);
    for (CpuTarget target : SupportedCpuTargets()) {
      ExpectSame(Draw(target, dimension, 0, kElements, kappa), expected,
                 CpuTargetName(target));
    }
  }
}

// The formula for one element, as on a device; float is the rounded double.
TYPED_TEST(VonMisesFisherSamplerTest, EqualToScalarFormula) {
  using T = TypeParam;
  constexpr int kElements = 5000;
  const auto kappa = MixedConcentrations<T>(kElements);
  const auto stream = special::MakeRandomStream(kSeed.word[0], kSeed.word[1]);
  for (int dimension : kDimensions) {
    std::vector<T> expected;
    for (int i = 0; i < kElements; ++i) {
      expected.push_back(static_cast<T>(
          special::VonMisesFisherAngleSample(stream, i, dimension, kappa[i])));
    }
    ExpectSame(
        Draw(SupportedCpuTargets().front(), dimension, 0, kElements, kappa),
        expected, std::to_string(dimension));
  }
}

TYPED_TEST(VonMisesFisherSamplerTest, MayBeCutAnywhereAndParametersRepeat) {
  using T = TypeParam;
  constexpr int kElements = 5000;
  for (int period : {1, 7, 1500, kElements}) {
    const auto kappa = MixedConcentrations<T>(period);
    const auto expected =
        Draw(SelectedCpuTarget(nullptr), 5, 0, kElements, kappa);
    std::mt19937 engine(4);
    for (int largest : {1, 40, 3000}) {
      std::vector<T> actual;
      while (actual.size() < kElements) {
        const int64_t first = actual.size();
        const int64_t n =
            std::min<int64_t>(1 + engine() % largest, kElements - first);
        const auto part = Draw(SelectedCpuTarget(nullptr), 5, first, n, kappa);
        actual.insert(actual.end(), part.begin(), part.end());
      }
      ExpectSame(actual, expected, std::to_string(period));
    }
  }
}

TYPED_TEST(VonMisesFisherSamplerTest, EndsOfTheParameterRange) {
  using T = TypeParam;
  constexpr T kInfinity = std::numeric_limits<T>::infinity();
  constexpr T kNaN = std::numeric_limits<T>::quiet_NaN();
  const long double pi = std::acos(-1.0L);
  const CpuTarget target = SelectedCpuTarget(nullptr);
  for (int dimension : kDimensions) {
    for (T x : Draw<T>(target, dimension, 0, 2000, {kInfinity})) {
      ASSERT_EQ(x, 0);
    }
    for (T kappa : {kNaN, T(-1), -kInfinity}) {
      for (T x : Draw<T>(target, dimension, 0, 2000, {kappa})) {
        ASSERT_TRUE(std::isnan(x));
      }
    }
    for (T kappa : {T(0), T(1e-30), T(1), T(1e10), T(1e30)}) {
      for (T x : Draw<T>(target, dimension, 0, 200000, {kappa})) {
        ASSERT_TRUE(x > 0 && x <= pi) << dimension << " " << kappa << " " << x;
      }
    }
  }
}

}  // namespace
}  // namespace tf_implicit
