// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The elementary functions of the samplers, against long double, and Philox
// against the published answers. Scalar: sampler_test.cc shows that vectors
// give the same bits.

#include "kernels/special/random_functions.h"

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <random>

#include "gtest/gtest.h"
#include "kernels/special/philox.h"
#include "kernels/special/random_bits.h"

namespace tf_implicit {
namespace {

using special::BoxMuller;
using special::Log;
using special::MakeRandomStream;
using special::NegativeLogUniform;
using special::Philox;
using special::ScaledExp;
using special::TwiceArcsine;
using special::Unsigned;

constexpr int kDraws = 1000000;

// The largest errors allowed, in units of the last place (the comments:
// measured worst), and for BoxMuller relative to the radius, in eps.
struct Tolerances {
  double negative_log, log, exp, arcsine, box_muller;
};
template <class T>
constexpr Tolerances kTolerances = {};
template <>
constexpr Tolerances kTolerances<float> = {
    3.5,  // 3.07: most of it is the rounding of u itself
    1.0,  // 0.84
    1.2,  // 1.04
    2.6,  // 2.28
    2.6,  // 2.37
};
template <>
constexpr Tolerances kTolerances<double> = {
    1.5,  // 1.28
    1.6,  // 1.35
    1.2,  // 1.08
    2.4,  // 2.13
    2.8,  // 2.51
};

// The distance of neighbouring numbers of type T at x.
template <class T>
long double Ulp(long double x) {
  const T size = static_cast<T>(std::abs(x));
  return static_cast<long double>(
             std::nextafter(size, std::numeric_limits<T>::infinity())) -
         size;
}

template <class T>
class RandomFunctionsTest : public ::testing::Test {
 protected:
  // Words over all magnitudes of word and of its complement.
  Unsigned<T> Word() {
    const Unsigned<T> word =
        static_cast<Unsigned<T>>(engine_()) >> (engine_() % (8 * sizeof(T)));
    return engine_() % 2 == 0 ? word : ~word;
  }

  void Record(T value, long double expected) {
    worst_ = std::max(worst_, static_cast<double>(std::abs(value - expected) /
                                                  Ulp<T>(expected)));
  }

  std::mt19937_64 engine_{1};
  double worst_ = 0;
};
using Types = ::testing::Types<float, double>;
TYPED_TEST_SUITE(RandomFunctionsTest, Types);

// -log((r + 1/2) / 2^bits).
long double ExactNegativeLog(uint64_t r, int bits) {
  const uint64_t complement = ~(r << (64 - bits)) >> (64 - bits);
  if (r <= complement) return -std::log(std::ldexp(r + 0.5L, -bits));
  return -std::log1p(-std::ldexp(complement + 0.5L, -bits));
}

TYPED_TEST(RandomFunctionsTest, NegativeLogUniformMatchesLongDouble) {
  using T = TypeParam;
  const auto check = [&](Unsigned<T> word) {
    if constexpr (sizeof(T) == 8) {
      this->Record(NegativeLogUniform<T>(word),
                   ExactNegativeLog(word >> 12, 52));
    } else {
      this->Record(NegativeLogUniform<T>(word), ExactNegativeLog(word, 32));
    }
  };
  for (int i = 0; i < kDraws; ++i) check(this->Word());
  for (Unsigned<T> word : {Unsigned<T>(0), Unsigned<T>(1)}) {
    check(word);
    check(~word);
    check((~Unsigned<T>(0) >> 1) + word);
  }
  std::printf("worst error: %.2f ulp\n", this->worst_);
  EXPECT_LE(this->worst_, kTolerances<T>.negative_log);
}

TYPED_TEST(RandomFunctionsTest, LogMatchesLongDouble) {
  using T = TypeParam;
  std::uniform_real_distribution<T> uniform(-80, 80), near(T(0.5), T(2));
  for (int i = 0; i < kDraws; ++i) {
    const T x =
        i % 2 == 0 ? std::exp(uniform(this->engine_)) : near(this->engine_);
    this->Record(Log(x), std::log(static_cast<long double>(x)));
  }
  EXPECT_EQ(Log(T(1)), T(0));
  EXPECT_TRUE(std::isnan(Log(std::numeric_limits<T>::quiet_NaN())));
  std::printf("worst error: %.2f ulp\n", this->worst_);
  EXPECT_LE(this->worst_, kTolerances<T>.log);
}

TYPED_TEST(RandomFunctionsTest, ScaledExpMatchesLongDouble) {
  using T = TypeParam;
  const T lowest = std::is_same<T, double>::value ? -760 : -115;
  std::uniform_real_distribution<T> uniform(lowest, 0), factor(-20, 5);
  for (int i = 0; i < kDraws; ++i) {
    const T x = uniform(this->engine_) / (i % 3 == 0 ? 100 : 1);
    const T g = std::exp(factor(this->engine_));
    this->Record(ScaledExp(g, x), g * std::exp(static_cast<long double>(x)));
  }
  EXPECT_EQ(ScaledExp(T(1), T(0)), T(1));
  EXPECT_EQ(ScaledExp(T(1), -std::numeric_limits<T>::infinity()), T(0));
  EXPECT_TRUE(
      std::isnan(ScaledExp(std::numeric_limits<T>::quiet_NaN(), T(-1))));
  EXPECT_TRUE(std::isnan(ScaledExp(T(1), std::numeric_limits<T>::quiet_NaN())));
  std::printf("worst error: %.2f ulp\n", this->worst_);
  EXPECT_LE(this->worst_, kTolerances<T>.exp);
}

TYPED_TEST(RandomFunctionsTest, TwiceArcsineMatchesLongDouble) {
  using T = TypeParam;
  std::uniform_real_distribution<T> uniform(T(-0.9), T(0.9)), power(-30, 0);
  for (int i = 0; i < kDraws; ++i) {
    const T s = uniform(this->engine_) *
                (i % 2 == 0 ? T(1) : std::exp(power(this->engine_)));
    this->Record(TwiceArcsine(s), 2 * std::asin(static_cast<long double>(s)));
  }
  std::printf("worst error: %.2f ulp\n", this->worst_);
  EXPECT_LE(this->worst_, kTolerances<T>.arcsine);
}

TYPED_TEST(RandomFunctionsTest, BoxMullerMatchesLongDouble) {
  using T = TypeParam;
  constexpr int kBits = 8 * sizeof(T);
  const long double pi = std::acos(-1.0L);
  double worst = 0;
  for (int i = 0; i < kDraws; ++i) {
    const Unsigned<T> radius_word = this->Word(), angle_word = this->Word();
    T first, second;
    BoxMuller(radius_word, angle_word, &first, &second);
    const long double radius =
        std::sqrt(2 * (sizeof(T) == 8 ? ExactNegativeLog(radius_word >> 12, 52)
                                      : ExactNegativeLog(radius_word, 32)));
    // The angle from the quarter's axis, in [-pi/4, pi/4).
    const uint64_t fraction = sizeof(T) == 8
                                  ? (uint64_t{angle_word} << 2) >> 12 << 12
                                  : uint64_t{angle_word} << 34;
    // In float the bits are read as signed; both readings cover the quarter.
    const long double y =
        sizeof(T) == 8
            ? std::ldexp(static_cast<long double>(fraction), -63) - 1
            : std::ldexp(
                  static_cast<long double>(static_cast<int64_t>(fraction)),
                  -63);
    long double along = radius * std::cos(pi / 4 * y);
    const long double across = radius * std::sin(pi / 4 * y);
    if (angle_word >> (kBits - 2) & 1) along = -along;
    const bool swap = angle_word >> (kBits - 1);
    const long double error = std::abs(first - (swap ? across : along)) +
                              std::abs(second - (swap ? along : across));
    worst =
        std::max(worst, static_cast<double>(error / radius /
                                            std::numeric_limits<T>::epsilon()));
  }
  std::printf("worst error, both components: %.2f eps * radius\n", worst);
  EXPECT_LE(worst, kTolerances<T>.box_muller);
}

// The known answers of the authors' Random123 library, file kat_vectors.
TEST(PhiloxTest, KnownAnswers) {
  struct Case {
    uint64_t counter[4];
    uint32_t key[2];
    uint32_t expected[4];
  };
  const Case cases[] = {
      {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
      {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
       {0xffffffff, 0xffffffff},
       {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
      {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
       {0xa4093822, 0x299f31d0},
       {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}}};
  for (const Case& c : cases) {
    uint64_t word[4];
    for (uint64_t high : {uint64_t{0}, uint64_t{0xdeadbeef} << 32}) {
      // What stands in the high halves must not matter.
      for (int i = 0; i < 4; ++i) word[i] = c.counter[i] | high;
      Philox(c.key[0], c.key[1], word);
      for (int i = 0; i < 4; ++i) {
        EXPECT_EQ(static_cast<uint32_t>(word[i]), c.expected[i]);
      }
    }
  }
}

TEST(RandomStreamTest, EveryBitOfTheSeedCounts) {
  const auto reference = MakeRandomStream(0, 0);
  for (int bit = 0; bit < 128; ++bit) {
    const uint64_t word = uint64_t{1} << (bit % 64);
    const auto stream =
        bit < 64 ? MakeRandomStream(word, 0) : MakeRandomStream(0, word);
    EXPECT_NE(stream.key0, reference.key0);
    EXPECT_NE(stream.key1, reference.key1);
    EXPECT_NE(stream.offset, reference.offset);
  }
}

}  // namespace
}  // namespace tf_implicit
