// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The building blocks of densities and divergences, binet.h and ratio.h,
// against tests/reference/, one number at a time and in vectors.

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <string>
#include <vector>

// clang-format off: the vectors come before the formulas that call Fma.
#include "gtest/gtest.h"
#include "kernels/special/lanes.h"
#include "kernels/special/binet.h"
#include "kernels/special/ratio.h"
#include "tests/special/reference_table.h"
// clang-format on

namespace tf_implicit {
namespace {

using special::BinetDifferences;
using special::BinetOf;
using special::BinetU;
using special::Broadcast;
using special::DifferenceOfProducts;
using special::DivideBinet;
using special::kBinetLarge;
using special::Lanes;
using special::MinusLogOnePlus;
using special::Ratio;
using special::Scalar;
using special::SplitRatio;

float First(float x) { return x; }
double First(double x) { return x; }
template <class V>
auto First(V x) {
  return x[0];
}

// The worst error of `outputs` = function(inputs) over the rows of a table
// whose inputs are numbers of type T, in eps of the value.
template <class T, class Function>
void ExpectMatchesTable(const std::string& table,
                        const std::vector<std::string>& inputs,
                        const std::vector<std::string>& outputs,
                        double tolerance, Function function) {
  const ReferenceTable reference(table);
  for (size_t k = 0; k < outputs.size(); ++k) {
    double worst = 0;
    T at[2] = {};
    int count = 0;
    for (int i = 0; i < reference.size(); ++i) {
      T in[2] = {};
      for (size_t j = 0; j < inputs.size(); ++j) {
        in[j] = static_cast<T>(reference[inputs[j]][i]);
        ASSERT_EQ(in[j], reference[inputs[j]][i]);
      }
      std::vector<T> out;
      if (!function(in, &out)) continue;
      const long double expected = reference[outputs[k]][i];
      const double error = std::abs(static_cast<double>(
          (out[k] - expected) / expected / std::numeric_limits<T>::epsilon()));
      EXPECT_LE(error, tolerance)
          << outputs[k] << " at " << in[0] << " " << in[1] << ": got " << out[k]
          << ", expected " << static_cast<double>(expected);
      if (!(error <= worst)) {
        worst = error;
        at[0] = in[0];
        at[1] = in[1];
      }
      ++count;
    }
    EXPECT_GT(count, 20);
    std::printf("%s %s %s: worst %.3g eps at (%.17g, %.17g), %d points\n",
                table.c_str(), outputs[k].c_str(),
                sizeof(T) == 4 ? "float" : "double", worst,
                static_cast<double>(at[0]), static_cast<double>(at[1]), count);
  }
}

// V is a number or a vector of them.
template <class V>
class BinetTest : public ::testing::Test {};
using Types = ::testing::Types<float, double, Lanes<float>, Lanes<double>>;
TYPED_TEST_SUITE(BinetTest, Types);

template <bool kLarge, class V>
void ExpectBinetMatches() {
  using T = Scalar<V>;
  ExpectMatchesTable<T>(
      "binet", {"t"}, {"s", "s_dt", "s_dt2", "s_dt3"}, 4,
      [](const T* in, std::vector<T>* out) {
        if (kLarge && in[0] < kBinetLarge) return false;
        const V u = BinetU(Broadcast<V>(in[0]));
        *out = {First(BinetOf<kLarge, 0>(u)), First(BinetOf<kLarge, 1>(u)),
                First(BinetOf<kLarge, 2>(u)), First(BinetOf<kLarge, 3>(u))};
        return true;
      });
  ExpectMatchesTable<T>(
      "binet_differences", {"x", "y"}, {"divergence", "slope"}, 6,
      [](const T* in, std::vector<T>* out) {
        if (kLarge && std::min(in[0], in[1]) < kBinetLarge) return false;
        const V x = Broadcast<V>(in[0]), y = Broadcast<V>(in[1]);
        const BinetDifferences<V> s =
            DivideBinet<kLarge>(BinetU(x), BinetU(y), y - x);
        *out = {First(s.value), First(s.slope)};
        return true;
      });
}

TYPED_TEST(BinetTest, MatchesReference) {
  ExpectBinetMatches<false, TypeParam>();
  ExpectBinetMatches<true, TypeParam>();
}

TYPED_TEST(BinetTest, EqualArgumentsDifferByZero) {
  using V = TypeParam;
  for (double x = 1; x < 1e12; x *= 1.7) {
    const V u = BinetU(Broadcast<V>(static_cast<Scalar<V>>(x)));
    const BinetDifferences<V> s = DivideBinet<false>(u, u, V{});
    EXPECT_EQ(First(s.value), 0);
    EXPECT_EQ(First(s.slope), 0);
  }
}

TYPED_TEST(BinetTest, RatioMatchesReference) {
  using V = TypeParam;
  using T = Scalar<V>;
  ExpectMatchesTable<T>("ratio", {"p", "q"}, {"log", "g", "g_inverse"}, 6,
                        [](const T* in, std::vector<T>* out) {
                          const V p = Broadcast<V>(in[0]),
                                  q = Broadcast<V>(in[1]);
                          const Ratio<V> r = SplitRatio(p, q, p - q);
                          *out = {First(r.Log()), First(r.G((p - q) / q)),
                                  First(r.GInverse((q - p) / p))};
                          return true;
                        });
}

TYPED_TEST(BinetTest, MinusLogOnePlusMatchesReference) {
  using V = TypeParam;
  using T = Scalar<V>;
  ExpectMatchesTable<T>("minus_log_one_plus", {"z"}, {"value"}, 6,
                        [](const T* in, std::vector<T>* out) {
                          *out = {First(MinusLogOnePlus(Broadcast<V>(in[0])))};
                          return true;
                        });
  EXPECT_EQ(First(MinusLogOnePlus(V{})), 0);
  EXPECT_EQ(First(MinusLogOnePlus(Broadcast<V>(-1))),
            std::numeric_limits<T>::infinity());
}

// Products that agree in all their leading bits.
TYPED_TEST(BinetTest, DifferenceOfProductsKeepsWhatIsLeft) {
  using V = TypeParam;
  using T = Scalar<V>;
  const auto difference = [](T a, T b, T c, T d) {
    return First(DifferenceOfProducts(Broadcast<V>(a), Broadcast<V>(b),
                                      Broadcast<V>(c), Broadcast<V>(d)));
  };
  const T e = std::numeric_limits<T>::epsilon();
  const T x = T(1.2345678901234567), y = T(7.654321098765432);
  EXPECT_EQ(difference(x, y, y, x), 0);
  EXPECT_EQ(difference(x, y, x, y), 0);
  // (1 + e)(1 - e) - 1 = -e^2.
  EXPECT_EQ(difference(1 + e, 1 - e, 1, 1), -e * e);
  EXPECT_EQ(difference(1, 1, 1 - e, 1 + e), e * e);
  EXPECT_EQ(difference(3, 5, 2, 4), 7);
  for (int i = 1; i < 1000; ++i) {
    const T a = x + i * e, b = y - 8 * i * e, c = y + 4 * e, d = x - i * e;
    // (x + i e)(y - 8 i e) - (y + 4 e)(x - i e)
    const long double expected = static_cast<long double>(a - d) * c +
                                 a * static_cast<long double>(b - c);
    EXPECT_NEAR(static_cast<double>(difference(a, b, c, d) / expected), 1,
                3 * e);
  }
}

}  // namespace
}  // namespace tf_implicit
