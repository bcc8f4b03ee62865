// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// What the array samplers promise apart from the law (sampler_law_test.cc): the
// value of an element depends on the seed, its position and its parameter
// alone; values at the ends of the parameters' range; Dirichlet rows.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "kernels/cpu/samplers.h"

#if defined(__SSE2__)
#include <immintrin.h>
#endif

#include "gtest/gtest.h"
#include "kernels/cpu/cpu_target.h"
#include "kernels/special/random_gamma.h"
#include "kernels/special/random_von_mises.h"

namespace tf_implicit {
namespace {

constexpr RandomSeed kSeed = {{20260101, 7}};

enum class Distribution { kNormal, kGamma, kLogGamma, kVonMises };
constexpr Distribution kDistributions[] = {
    Distribution::kNormal, Distribution::kGamma, Distribution::kLogGamma,
    Distribution::kVonMises};

template <class T>
SampleLoop<T> Sampler(CpuTarget target, Distribution distribution) {
  const Samplers<T>& samplers = SamplersFor(target).get<T>();
  switch (distribution) {
    case Distribution::kNormal:
      return samplers.normal;
    case Distribution::kGamma:
      return samplers.gamma;
    case Distribution::kLogGamma:
      return samplers.log_gamma;
    case Distribution::kVonMises:
      return samplers.von_mises;
  }
  return nullptr;
}

// Log-uniform over all of the range, mixed with exact special values, in runs
// of random length so that uniform groups and mixed ones occur.
template <class T>
std::vector<T> MixedParameters(int64_t n, uint64_t seed) {
  constexpr T kInfinity = std::numeric_limits<T>::infinity();
  const T special[] = {
      0,  1,       T(1.6),  kInfinity,
      -1, T(1e-6), T(1e10), std::numeric_limits<T>::quiet_NaN()};
  std::mt19937_64 engine(seed);
  std::uniform_real_distribution<double> wide(std::log(1e-6), std::log(1e10));
  std::uniform_real_distribution<double> narrow(std::log(0.1), std::log(5.0));
  std::vector<T> parameters;
  while (static_cast<int64_t>(parameters.size()) < n) {
    const int run = 1 << engine() % 8;
    const int kind = engine() % 4;
    const T constant = static_cast<T>(std::exp(narrow(engine)));
    for (int i = 0; i < run; ++i) {
      parameters.push_back(kind == 0   ? special[engine() % std::size(special)]
                           : kind == 1 ? static_cast<T>(std::exp(wide(engine)))
                           : kind == 2
                               ? static_cast<T>(std::exp(narrow(engine)))
                               : constant);
    }
  }
  parameters.resize(n);
  return parameters;
}

template <class T>
std::vector<T> Draw(SampleLoop<T> sample, const RandomSeed& seed, int64_t first,
                    int64_t n, const std::vector<T>& parameters) {
  std::vector<T> out(n);
  sample(seed, first, n, parameters.data(), parameters.size(), out.data());
  return out;
}

// Equal bits, except that one NaN is as good as another.
template <class T>
void ExpectSame(const std::vector<T>& actual, const std::vector<T>& expected,
                const std::string& what) {
  ASSERT_EQ(actual.size(), expected.size()) << what;
  int different = 0;
  for (size_t i = 0; i < actual.size(); ++i) {
    if (std::isnan(actual[i]) && std::isnan(expected[i])) continue;
    if (std::memcmp(&actual[i], &expected[i], sizeof(T)) == 0) continue;
    if (++different <= 3) {
      ADD_FAILURE() << what << ": element " << i << " is " << actual[i]
                    << ", not " << expected[i];
    }
  }
  EXPECT_EQ(different, 0) << what;
}

std::string Name(CpuTarget target, Distribution distribution) {
  return std::string(CpuTargetName(target)) + ", distribution " +
         std::to_string(static_cast<int>(distribution));
}

template <class T>
class SamplerTest : public ::testing::Test {
 protected:
  // body(name, sampler, distribution) for all targets and distributions.
  template <class Body>
  void ForEachSampler(Body body) {
    for (CpuTarget target : SupportedCpuTargets()) {
      for (Distribution distribution : kDistributions) {
        body(Name(target, distribution), Sampler<T>(target, distribution),
             distribution);
      }
    }
  }
};
using Types = ::testing::Types<float, double>;
TYPED_TEST_SUITE(SamplerTest, Types);

TYPED_TEST(SamplerTest, EqualOnAllTargets) {
  using T = TypeParam;
  constexpr int64_t kElements = 200000;
  const auto parameters = MixedParameters<T>(kElements, 1);
  for (Distribution distribution : kDistributions) {
    const auto expected =
        Draw(Sampler<T>(SupportedCpuTargets().front(), distribution), kSeed, 0,
             kElements, parameters);
    for (CpuTarget target : SupportedCpuTargets()) {
      ExpectSame(Draw(Sampler<T>(target, distribution), kSeed, 0, kElements,
                      parameters),
                 expected, Name(target, distribution));
    }
  }
}

// The formulas for one element, as on a device.
TYPED_TEST(SamplerTest, EqualToScalarFormulas) {
  using T = TypeParam;
  constexpr int64_t kElements = 20000;
  const auto parameters = MixedParameters<T>(kElements, 2);
  const auto stream = special::MakeRandomStream(kSeed.word[0], kSeed.word[1]);
  std::vector<T> gamma, log_gamma, von_mises;
  for (int64_t i = 0; i < kElements; ++i) {
    gamma.push_back(special::GammaSample<false>(stream, i, parameters[i]));
    log_gamma.push_back(special::GammaSample<true>(stream, i, parameters[i]));
    von_mises.push_back(special::VonMisesSample(stream, i, parameters[i]));
  }
  const Samplers<T>& samplers =
      SamplersFor(SupportedCpuTargets().front()).get<T>();
  ExpectSame(Draw(samplers.gamma, kSeed, 0, kElements, parameters), gamma,
             "gamma");
  ExpectSame(Draw(samplers.log_gamma, kSeed, 0, kElements, parameters),
             log_gamma, "log_gamma");
  ExpectSame(Draw(samplers.von_mises, kSeed, 0, kElements, parameters),
             von_mises, "von_mises");
}

TYPED_TEST(SamplerTest, MayBeCutAnywhere) {
  using T = TypeParam;
  constexpr int64_t kElements = 5000;
  const auto parameters = MixedParameters<T>(kElements, 3);
  this->ForEachSampler(
      [&](const std::string& name, SampleLoop<T> sample, Distribution) {
        const auto expected = Draw(sample, kSeed, 0, kElements, parameters);
        std::mt19937 engine(4);
        for (int largest : {1, 40, 3000}) {
          std::vector<T> actual(kElements);
          for (int64_t first = 0; first < kElements;) {
            const int64_t n =
                std::min<int64_t>(1 + engine() % largest, kElements - first);
            sample(kSeed, first, n, parameters.data(), kElements,
                   actual.data() + first);
            first += n;
          }
          ExpectSame(actual, expected, name);
        }
      });
}

// No element beyond n is written, and n = 0 is nothing.
TYPED_TEST(SamplerTest, WritesNothingElse) {
  using T = TypeParam;
  const auto parameters = MixedParameters<T>(2000, 5);
  this->ForEachSampler(
      [&](const std::string& name, SampleLoop<T> sample, Distribution) {
        for (int n : {0, 1, 31, 33, 1023, 1025}) {
          std::vector<T> out(n + 64, T(-77));
          sample(kSeed, 13, n, parameters.data(), parameters.size(), &out[32]);
          for (int i = 0; i < 32; ++i) {
            EXPECT_EQ(out[i], T(-77)) << name;
            EXPECT_EQ(out[32 + n + i], T(-77)) << name;
          }
        }
      });
}

TYPED_TEST(SamplerTest, NeighboursDoNotMatter) {
  using T = TypeParam;
  constexpr int64_t kElements = 20000;
  const auto parameters = MixedParameters<T>(kElements, 6);
  auto others = MixedParameters<T>(kElements, 7);
  for (int64_t i = 0; i < kElements; i += 3) others[i] = parameters[i];
  this->ForEachSampler(
      [&](const std::string& name, SampleLoop<T> sample, Distribution) {
        auto expected = Draw(sample, kSeed, 0, kElements, parameters);
        auto actual = Draw(sample, kSeed, 0, kElements, others);
        for (int64_t i = 0; i < kElements; ++i) {
          if (i % 3 != 0) actual[i] = expected[i] = 0;
        }
        ExpectSame(actual, expected, name);
      });
}

TYPED_TEST(SamplerTest, ParametersRepeatWithThePeriod) {
  using T = TypeParam;
  constexpr int64_t kElements = 5000, kFirst = 777;
  this->ForEachSampler(
      [&](const std::string& name, SampleLoop<T> sample, Distribution) {
        for (int64_t period : {1, 7, 1000, 1500}) {
          const auto parameters = MixedParameters<T>(period, 8);
          std::vector<T> repeated(kFirst + kElements);
          for (size_t i = 0; i < repeated.size(); ++i) {
            repeated[i] = parameters[i % period];
          }
          ExpectSame(Draw(sample, kSeed, kFirst, kElements, parameters),
                     Draw(sample, kSeed, kFirst, kElements, repeated), name);
        }
      });
}

// Positions beyond 2^32 and 2^62 are positions like any other.
TYPED_TEST(SamplerTest, FarPositions) {
  using T = TypeParam;
  const std::vector<T> parameters = {T(0.5), T(2)};
  this->ForEachSampler([&](const std::string& name, SampleLoop<T> sample,
                           Distribution) {
    std::set<T> seen;
    for (int64_t first : {int64_t{0}, int64_t{1} << 32, int64_t{1} << 33,
                          int64_t{1} << 37, int64_t{1} << 62}) {
      const auto whole = Draw(sample, kSeed, first, 64, parameters);
      const auto tail = Draw(sample, kSeed, first + 20, 44, parameters);
      ExpectSame(std::vector<T>(whole.begin() + 20, whole.end()), tail, name);
      seen.insert(whole.begin(), whole.end());
    }
    EXPECT_EQ(seen.size(), 5u * 64) << name;
  });
}

// Flushing subnormal numbers to zero, on input too, and rounding towards zero;
// all that is in the mode but flags that operations raise.
#if defined(__SSE2__)
constexpr uint64_t kOddMode = 0x8040 | 0x6000, kModeBits = ~0x3full;
uint64_t GetMode() { return _mm_getcsr(); }
void SetMode(uint64_t mode) { _mm_setcsr(static_cast<unsigned>(mode)); }
#elif defined(__aarch64__)
constexpr uint64_t kOddMode = 7 << 22, kModeBits = ~0ull;
uint64_t GetMode() { return __builtin_aarch64_get_fpcr(); }
void SetMode(uint64_t mode) { __builtin_aarch64_set_fpcr(mode); }
#endif

#if defined(__SSE2__) || defined(__aarch64__)
// TensorFlow's threads run with subnormal numbers flushed to zero.
TYPED_TEST(SamplerTest, CallersFloatingPointModeDoesNotMatter) {
  using T = TypeParam;
  constexpr int64_t kElements = 20000;
  auto parameters = MixedParameters<T>(kElements, 9);
  for (int64_t i = 0; i < kElements; i += 2) parameters[i] = T(0.005);
  this->ForEachSampler([&](const std::string& name, SampleLoop<T> sample,
                           Distribution distribution) {
    const auto expected = Draw(sample, kSeed, 0, kElements, parameters);
    const uint64_t saved = GetMode();
    SetMode(saved | kOddMode);
    const auto actual = Draw(sample, kSeed, 0, kElements, parameters);
    const uint64_t after = GetMode();
    SetMode(saved);
    EXPECT_EQ(after & kModeBits, (saved | kOddMode) & kModeBits) << name;
    ExpectSame(actual, expected, name);
    if (distribution == Distribution::kGamma) {
      EXPECT_TRUE(std::any_of(actual.begin(), actual.end(), [](T x) {
        return std::fpclassify(x) == FP_SUBNORMAL;
      })) << name;
    }
  });
}
#endif

// Every bit of the seed and the position count: no value appears twice among
// neighbouring elements and seeds. In double a normal variable has 2^53 values
// or more, so that a chance repetition has the probability 6e-5.
TEST(SamplerRepeatTest, NoRepetitions) {
  constexpr int64_t kElements = 1 << 17;
  const double none = 0;
  for (Distribution distribution :
       {Distribution::kNormal, Distribution::kGamma, Distribution::kVonMises}) {
    const auto sample =
        Sampler<double>(SelectedCpuTarget(nullptr), distribution);
    const double parameter =
        distribution == Distribution::kVonMises ? none : 0.7;
    std::vector<double> all;
    for (const RandomSeed& seed :
         {RandomSeed{{0, 0}}, RandomSeed{{1, 0}}, RandomSeed{{2, 0}},
          RandomSeed{{0, 1}}, RandomSeed{{uint64_t{1} << 32, 0}},
          RandomSeed{{~uint64_t{0}, 0}}}) {
      std::vector<double> out(kElements);
      sample(seed, 0, kElements, &parameter, 1, out.data());
      all.insert(all.end(), out.begin(), out.end());
    }
    std::sort(all.begin(), all.end());
    EXPECT_EQ(std::adjacent_find(all.begin(), all.end()), all.end());
  }
}

template <class T>
std::vector<T> DrawOne(Distribution distribution, T parameter, int64_t n) {
  std::vector<T> out(n);
  Sampler<T>(SelectedCpuTarget(nullptr), distribution)(kSeed, 0, n, &parameter,
                                                       1, out.data());
  return out;
}

TYPED_TEST(SamplerTest, EndsOfTheParameterRange) {
  using T = TypeParam;
  constexpr T kInfinity = std::numeric_limits<T>::infinity();
  constexpr T kNaN = std::numeric_limits<T>::quiet_NaN();
  constexpr int64_t kElements = 3000;
  const auto expect_all = [&](Distribution distribution, T parameter, T value) {
    for (T x : DrawOne(distribution, parameter, kElements)) {
      ASSERT_TRUE(x == value || (std::isnan(x) && std::isnan(value)))
          << static_cast<int>(distribution) << " " << parameter << " " << x;
    }
  };
  expect_all(Distribution::kGamma, 0, 0);
  expect_all(Distribution::kGamma, -T(0), 0);
  expect_all(Distribution::kGamma, kInfinity, kInfinity);
  expect_all(Distribution::kLogGamma, 0, -kInfinity);
  expect_all(Distribution::kLogGamma, kInfinity, kInfinity);
  expect_all(Distribution::kVonMises, kInfinity, 0);
  for (T invalid : {kNaN, -kInfinity, T(-1), T(-0.5), T(-1e-6), T(-0.66),
                    std::numeric_limits<T>::lowest()}) {
    expect_all(Distribution::kGamma, invalid, kNaN);
    expect_all(Distribution::kLogGamma, invalid, kNaN);
    expect_all(Distribution::kVonMises, invalid, kNaN);
  }
}

TYPED_TEST(SamplerTest, FiniteOverTheDocumentedRange) {
  using T = TypeParam;
  constexpr int64_t kElements = 1000000;
  for (T alpha : {T(1e-6), T(1e-3), T(1), T(1e5), T(1e10)}) {
    for (T u : DrawOne(Distribution::kLogGamma, alpha, kElements)) {
      ASSERT_TRUE(std::isfinite(u)) << alpha;
    }
    for (T z : DrawOne(Distribution::kGamma, alpha, kElements)) {
      ASSERT_TRUE(std::isfinite(z) && z >= 0 && (alpha < T(0.2) || z > 0));
    }
  }
  // In long double, since float(pi) > pi.
  const long double pi = std::acos(-1.0L);
  for (T kappa : {T(0), T(1e-6), T(1.59), T(1.61), T(30), T(1e10)}) {
    int zeros = 0;
    for (T theta : DrawOne(Distribution::kVonMises, kappa, kElements)) {
      ASSERT_LE(std::abs(static_cast<long double>(theta)), pi);
      zeros += theta == 0;
    }
    EXPECT_LE(zeros, 1) << kappa;
  }
  // Normal tails: 32 bits reach 2^-33, 52 bits 2^-53.
  T largest = 0;
  for (T x : DrawOne(Distribution::kNormal, T(0), kElements)) {
    ASSERT_TRUE(std::isfinite(x));
    largest = std::max(largest, std::abs(x));
  }
  EXPECT_GT(largest, T(4.3));  // P = 1e-7 otherwise
  EXPECT_LT(largest, T(6.8));
}

template <class T>
class DirichletTest : public ::testing::Test {};
TYPED_TEST_SUITE(DirichletTest, Types);

// Against the same log-Gamma draws, normalized in long double.
TYPED_TEST(DirichletTest, NormalizesLogGammaDraws) {
  using T = TypeParam;
  std::mt19937_64 engine(10);
  std::uniform_real_distribution<double> log_alpha(std::log(1e-6),
                                                   std::log(1e4));
  double worst = 0;
  for (int64_t components : {1, 2, 3, 16, 17, 31, 50, 64, 1000, 3000}) {
    const int64_t rows = 1 + 20000 / components, first_row = 5;
    std::vector<T> alpha((first_row + rows) * components);
    for (T& a : alpha) a = static_cast<T>(std::exp(log_alpha(engine)));
    const int64_t n = rows * components, period = alpha.size();
    std::vector<T> first;
    for (CpuTarget target : SupportedCpuTargets()) {
      const Samplers<T>& samplers = SamplersFor(target).get<T>();
      std::vector<T> p(n), log_gamma(n), in_place(n), expected(n);
      samplers.dirichlet(kSeed, first_row, rows, components, alpha.data(),
                         period, p.data(), log_gamma.data());
      samplers.dirichlet(kSeed, first_row, rows, components, alpha.data(),
                         period, in_place.data(), nullptr);
      samplers.log_gamma(kSeed, first_row * components, n, alpha.data(), period,
                         expected.data());
      ExpectSame(log_gamma, expected, "log_gamma");
      ExpectSame(in_place, p, "in place");
      if (first.empty()) first = p;
      ExpectSame(p, first, CpuTargetName(target));
      for (int64_t row = 0; row < rows; ++row) {
        const T* u = &log_gamma[row * components];
        const long double largest = *std::max_element(u, u + components);
        long double sum = 0;
        for (int64_t j = 0; j < components; ++j) {
          sum += std::exp(u[j] - largest);
        }
        for (int64_t j = 0; j < components; ++j) {
          const long double exact = std::exp(u[j] - largest) / sum;
          const T value = p[row * components + j];
          // The difference of logarithms is rounded once; below it may lose
          // digits in proportion to its size. Half the smallest subnormal is
          // added for the last rounding.
          const long double scale = exact * std::numeric_limits<T>::epsilon() *
                                        (1 + std::abs(u[j] - largest)) +
                                    std::numeric_limits<T>::denorm_min();
          worst = std::max(
              worst, static_cast<double>(std::abs(value - exact) / scale));
        }
      }
    }
  }
  std::printf("worst error: %.2f eps * (1 + |log p|)\n", worst);
  EXPECT_LE(worst, 3);
}

// One component takes all: exactly one-hot rows, the component chosen with
// probability 1/k.
TYPED_TEST(DirichletTest, TinyConcentrationsGiveOneHotRows) {
  using T = TypeParam;
  constexpr int64_t kRows = 30000, kComponents = 3;
  const T alpha = T(1e-6);
  for (CpuTarget target : SupportedCpuTargets()) {
    std::vector<T> p(kRows * kComponents);
    SamplersFor(target).get<T>().dirichlet(kSeed, 0, kRows, kComponents, &alpha,
                                           1, p.data(), nullptr);
    int count[kComponents] = {}, exact = 0;
    for (int64_t row = 0; row < kRows; ++row) {
      const T* q = &p[row * kComponents];
      for (int j = 0; j < kComponents; ++j) {
        ASSERT_TRUE(q[j] >= 0 && q[j] <= 1);
        count[j] += q[j] > T(0.5);
      }
      exact += std::count(q, q + kComponents, T(0)) == kComponents - 1 &&
               std::count(q, q + kComponents, T(1)) == 1;
    }
    // Rows that are not exactly one-hot have the probability of two logarithms
    // of spread 1e6 within 750: 1e-3.
    EXPECT_GE(exact, kRows - 120);
    for (int j = 0; j < kComponents; ++j) {
      // 6 standard deviations of a binomial count.
      EXPECT_NEAR(count[j], kRows / 3.0, 6 * std::sqrt(kRows * 2 / 9.0));
    }
  }
}

TYPED_TEST(DirichletTest, InvalidRowsAreNaNAndLeaveOthersAlone) {
  using T = TypeParam;
  constexpr T kInfinity = std::numeric_limits<T>::infinity();
  constexpr T kNaN = std::numeric_limits<T>::quiet_NaN();
  for (int64_t components : {3, 40}) {
    for (T invalid : {kNaN, T(-1), kInfinity}) {
      const int64_t rows = 50;
      std::vector<T> alpha(rows * components, T(0.8)), p(alpha.size()), good(p);
      const RandomSeed seed = kSeed;
      for (CpuTarget target : SupportedCpuTargets()) {
        const auto dirichlet = SamplersFor(target).get<T>().dirichlet;
        alpha.assign(alpha.size(), T(0.8));
        dirichlet(seed, 0, rows, components, alpha.data(), alpha.size(),
                  good.data(), nullptr);
        alpha[17 * components + 1] = invalid;
        dirichlet(seed, 0, rows, components, alpha.data(), alpha.size(),
                  p.data(), nullptr);
        for (int64_t i = 0; i < rows * components; ++i) {
          if (i / components == 17) {
            ASSERT_TRUE(std::isnan(p[i])) << invalid;
          } else {
            ASSERT_EQ(p[i], good[i]);
          }
        }
      }
    }
  }
}

}  // namespace
}  // namespace tf_implicit
