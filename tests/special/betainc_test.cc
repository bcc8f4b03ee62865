// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The Beta distribution function and its inverse (betainc.h, map_inverse.h):
// against tests/reference/ and by properties.

#include "kernels/special/betainc.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "kernels/cpu/betainc_loops.h"
#include "kernels/cpu/map_inverse.h"
#include "kernels/special/scalar.h"
#include "tests/special/tail_testing.h"

namespace tf_implicit {
namespace {

using special::BetaincFor;
using special::LogBetaincFor;
using special::LogitBetaincFor;
using special::LogLogitBetaincFor;

// The worst and mean errors allowed, in eps; measured: 7.5 and 0.6 in double.
// float is evaluated in double and rounded once.
template <class T>
constexpr double kWorst = sizeof(T) == 8 ? 8 : 0.55;
template <class T>
constexpr double kMean = sizeof(T) == 8 ? 1 : 0.3;

// Of the loops of arrays, which take the tails in single words where those
// serve (BetaincOfOrdinary, betainc_central.h): measured 9 and 0.5 in
// float, 13.7 and 0.6 in double (13.7 among 16,000,000 points).
template <class T>
constexpr double kLoopWorst = sizeof(T) == 8 ? 14 : 10;
template <class T>
constexpr double kLoopMean = 0.8;

// Of a logit: measured 90, where an error of one ULP of y is worth 3e5.
template <class T>
constexpr double kLogitWorst = sizeof(T) == 8 ? 150 : 0.55;
template <class T>
constexpr double kLogitMean = sizeof(T) == 8 ? 2 : 0.3;

// Both functions at points of a table, against all its columns. Where
// `exchanged`, I(b, a, 1-x) is taken instead.
template <class T>
void ExpectMatchesTable(const std::string& name, bool exchanged) {
  const ReferenceTable table(name);
  const bool logit = name == "logit_betainc";
  Columns<T> in(logit ? 3 : 4);
  std::vector<int> rows;
  for (int i = 0; i < table.size(); ++i) {
    const long double a = table["concentration1"][i];
    const long double b = table["concentration0"][i];
    const long double x = table[logit ? "logit" : "lesser"][i];
    if (T(a) != a || T(b) != b || T(x) != x) continue;
    rows.push_back(i);
    in[0].push_back(exchanged ? b : a);
    in[1].push_back(exchanged ? a : b);
    if (logit) {
      in[2].push_back(exchanged ? -x : x);
    } else {
      in[2].push_back(exchanged ? 1 - T(x) : T(x));
      in[3].push_back(exchanged ? T(x) : 1 - T(x));
    }
  }
  const auto truth = [&](const std::string& column) {
    std::vector<long double> values;
    for (int i : rows) values.push_back(table[column][i]);
    return values;
  };
  Columns<T> plain, logs;
  if (logit) {
    plain = RunFunction<LogitBetaincFor<T>>(in);
    logs = RunFunction<LogLogitBetaincFor<T>>(in);
  } else {
    plain = RunFunction<BetaincFor<T>>(in);
    logs = RunFunction<LogBetaincFor<T>>(in);
  }
  const std::string lower = exchanged ? "upper" : "lower";
  const std::string upper = exchanged ? "lower" : "upper";
  const auto check = [&](const std::string& column, const std::vector<T>& got) {
    ExpectClose<T>(name + " " + column, got, truth(column), in,
                   logit ? kLogitWorst<T> : kWorst<T>,
                   logit ? kLogitMean<T> : kMean<T>);
  };
  check(lower, plain[0]);
  check(upper, plain[1]);
  if (!logit) {
    // Of x alone, from which 1 - x has to follow.
    const std::vector<long double> all[] = {truth(lower), truth(upper),
                                            truth("log_" + lower),
                                            truth("log_" + upper)};
    Columns<T> alone(3);
    std::vector<long double> want[4];
    for (size_t i = 0; i < in[0].size(); ++i) {
      if (1 - in[2][i] != in[3][i]) continue;
      for (int k = 0; k < 3; ++k) alone[k].push_back(in[k][i]);
      for (int k = 0; k < 4; ++k) want[k].push_back(all[k][i]);
    }
    const auto loop =
        RunLoop<T>(MakeLoop<special::BetaincFunction>().loop<T>(), 2, alone);
    const auto log_loop =
        RunLoop<T>(MakeLoop<special::LogBetaincFunction>().loop<T>(), 2, alone);
    for (int k = 0; k < 2; ++k) {
      ExpectClose<T>(name + " loop", loop[k], want[k], alone, kLoopWorst<T>,
                     kLoopMean<T>);
      ExpectClose<T>(name + " log loop", log_loop[k], want[2 + k], alone,
                     kWorst<T>, kMean<T>);
    }
  }
  check("density", plain[2]);
  check("log_" + lower, logs[0]);
  check("log_" + upper, logs[1]);
  // The rates, where density and tail are in the table's range.
  for (int k = 0; k < 2; ++k) {
    const auto tail = truth(k == 0 ? lower : upper), density = truth("density");
    std::vector<long double> rate;
    for (size_t i = 0; i < tail.size(); ++i) {
      rate.push_back(tail[i] > 0 ? density[i] / tail[i] : 0);
    }
    ExpectClose<T>(name + " rate", logs[2 + k], rate, in,
                   logit ? kLogitWorst<T> : kWorst<T>,
                   logit ? kLogitMean<T> : kMean<T>);
  }
}

template <class T>
class BetaincTest : public ::testing::Test {};
using Types = ::testing::Types<float, double>;
TYPED_TEST_SUITE(BetaincTest, Types);

TYPED_TEST(BetaincTest, MatchesReference) {
  using T = TypeParam;
  for (bool exchanged : {false, true}) {
    ExpectMatchesTable<T>("betainc", exchanged);
    ExpectMatchesTable<T>("logit_betainc", exchanged);
    if (sizeof(T) == 8) ExpectMatchesTable<T>("betainc_float64", exchanged);
  }
}

// Shapes in [1e-6, 1e10] and samples, some of them far out.
template <class T>
Columns<T> RandomPoints(int count, int seed) {
  std::mt19937_64 engine(seed);
  std::uniform_real_distribution<double> uniform(0, 1);
  const auto log_gamma = [&](double a) {
    return std::log(std::gamma_distribution<double>(a + 1)(engine)) +
           std::log1p(-uniform(engine)) / a;
  };
  Columns<T> points(4);
  for (int i = 0; i < count; ++i) {
    const double low = i % 2 == 0 ? -6 : -1, range = i % 2 == 0 ? 16 : 3;
    const double a = std::pow(10, range * uniform(engine) + low);
    double b = std::pow(10, range * uniform(engine) + low);
    if (i % 3 == 0) b = a * std::pow(10, 2 * uniform(engine) - 1);
    double y = log_gamma(a) - log_gamma(b);
    if (i % 5 == 0) {
      y = std::log(a / b) +
          20 * (2 * uniform(engine) - 1) * std::sqrt(1 / a + 1 / b);
    }
    const double lesser = std::exp(-std::abs(y)) / (1 + std::exp(-std::abs(y)));
    const T x = static_cast<T>(lesser);
    points[0].push_back(static_cast<T>(a));
    points[1].push_back(static_cast<T>(b));
    points[2].push_back(y < 0 ? x : 1 - x);
    points[3].push_back(y < 0 ? 1 - x : x);
  }
  return points;
}

// The tails are complements, each other's mirror images to the bit, and agree
// between the two functions.
TYPED_TEST(BetaincTest, Complements) {
  using T = TypeParam;
  const double eps = std::numeric_limits<T>::epsilon();
  const Columns<T> in = RandomPoints<T>(200000, 1);
  const Columns<T> mirror = {in[1], in[0], in[3], in[2]};
  const auto out = RunFunction<BetaincFor<T>>(in);
  const auto logs = RunFunction<LogBetaincFor<T>>(in);
  const auto other = RunFunction<BetaincFor<T>>(mirror);
  for (size_t i = 0; i < in[0].size(); ++i) {
    const auto where = [&] {
      return testing::Message() << in[0][i] << " " << in[1][i] << " "
                                << in[2][i] << " " << in[3][i];
    };
    ASSERT_NEAR(out[0][i] + out[1][i], 1, 2 * eps) << where();
    ASSERT_TRUE(out[0][i] >= 0 && out[1][i] >= 0) << where();
    // At x = 1/2 and at the mean neither argument is the lesser one.
    if (in[2][i] != in[3][i]) {
      ASSERT_NEAR(out[0][i], other[1][i], 4 * eps * out[0][i]) << where();
      ASSERT_NEAR(out[1][i], other[0][i], 4 * eps * out[1][i]) << where();
    }
    if (out[0][i] > std::numeric_limits<T>::min()) {
      ASSERT_NEAR(std::log(static_cast<double>(out[0][i])), logs[0][i],
                  8 * eps * (1 + std::abs(logs[0][i])))
          << where();
    }
    ASSERT_LE(logs[0][i], 0) << where();
    ASSERT_LE(logs[1][i], 0) << where();
  }
}

// float's fewer terms and single words against double's, everywhere.
TEST(BetaincTermsTest, SingleAgreesWithDouble) {
  const Columns<double> in = RandomPoints<double>(300000, 2);
  const auto wide = RunFunction<LogBetaincFor<double>>(in);
  const auto narrow = RunFunction<LogBetaincFor<float>>(in);
  for (size_t i = 0; i < in[0].size(); ++i) {
    for (int k = 0; k < 4; ++k) {
      if (std::abs(wide[k][i]) < 1e-290 || std::isinf(wide[k][i])) continue;
      ASSERT_NEAR(narrow[k][i] / wide[k][i], 1, 2e-8)
          << k << " at " << in[0][i] << " " << in[1][i] << " " << in[2][i]
          << " " << in[3][i];
    }
  }
}

// Points where single words serve, but for the far tails, and past the ends of
// that.
template <class T>
Columns<T> OrdinaryPoints(int count, int seed) {
  std::mt19937_64 engine(seed);
  std::uniform_real_distribution<double> uniform(0, 1);
  const auto log_gamma = [&](double a) {
    return std::log(std::gamma_distribution<double>(a + 1)(engine)) +
           std::log1p(-uniform(engine)) / a;
  };
  Columns<T> points(4);
  for (int i = 0; i < count; ++i) {
    const double range = i % 2 == 0 ? 4.05 : 2;
    const double a = std::pow(10, range * (2 * uniform(engine) - 1));
    double b = std::pow(10, range * (2 * uniform(engine) - 1));
    if (i % 3 == 0) b = a * std::pow(10, 2 * uniform(engine) - 1);
    double y = log_gamma(a) - log_gamma(b);
    const double deviation = std::sqrt(1 / a + 1 / b);
    if (i % 5 == 0) {
      y = std::log(a / b) + 12 * (2 * uniform(engine) - 1) * deviation;
    } else if (i % 5 == 1) {
      y = std::log(a / b) + 1e-3 * (2 * uniform(engine) - 1) * deviation;
    } else if (i % 25 == 2) {
      y = -80 * uniform(engine);
    }
    const T x =
        static_cast<T>(std::exp(-std::abs(y)) / (1 + std::exp(-std::abs(y))));
    points[0].push_back(static_cast<T>(a));
    points[1].push_back(static_cast<T>(b));
    // Next to 1, x says nothing of 1 - x.
    points[2].push_back(y < 0 || 1 - x == 1 ? x : 1 - x);
    points[3].push_back(1 - points[2].back());
  }
  return points;
}

// The loop of float arrays, most of which is evaluated in float, against
// double.
TEST(BetaincFloatLoopTest, AgreesWithDouble) {
  const Columns<float> in = OrdinaryPoints<float>(400000, 7);
  Columns<double> wide;
  for (const auto& column : in) wide.emplace_back(column.begin(), column.end());
  for (size_t i = 0; i < in[0].size(); ++i) {
    // The greater is 1 minus the lesser there, too.
    const int lesser = in[2][i] <= in[3][i] ? 2 : 3;
    wide[5 - lesser][i] = 1 - wide[lesser][i];
  }
  const auto truth = RunFunction<BetaincFor<double, 2>>(wide);
  const auto got =
      RunLoop<float>(MakeLoop<special::BetaincFunction>().loop<float>(), 2, in);
  for (int k = 0; k < 2; ++k) {
    ExpectClose<float>(
        k == 0 ? "lower" : "upper", got[k],
        std::vector<long double>(truth[k].begin(), truth[k].end()), in,
        kLoopWorst<float>, kLoopMean<float>);
  }
  // Float does what it is for, and leaves no number half done.
  using Ordinary = special::BetaincOfOrdinary<special::BetaincOutputs, 2>;
  const auto narrow =
      RunLoop<float>(special::MapArrays<Ordinary, float>, 2, in);
  size_t rest = 0;
  for (size_t i = 0; i < in[0].size(); ++i) {
    ASSERT_EQ(std::isnan(narrow[0][i]), std::isnan(narrow[1][i])) << i;
    rest += std::isnan(narrow[0][i]);
  }
  EXPECT_LT(rest, in[0].size() / 3);
}

// What CentralBetainc makes of arranged numbers in a region, NaN in none.
template <int kRegion = 0>
void CentralTails(int region, const double (&arranged)[4], double (&out)[2]) {
  if constexpr (kRegion == special::kCentralRegions) {
    out[0] = out[1] = NAN;
  } else if (region == kRegion) {
    special::CentralBetainc::Evaluate<kRegion>(arranged, out);
  } else {
    CentralTails<kRegion + 1>(region, arranged, out);
  }
}

// The loop of double arrays, most of which is evaluated in single words,
// against double words; whose own errors are in the sum.
TEST(BetaincDoubleLoopTest, AgreesWithDoubleWords) {
  using special::ArrangeCentralBetainc;
  using special::CentralBetainc;
  // The last vector is not full.
  const Columns<double> in = OrdinaryPoints<double>(400003, 11);
  const auto truth = RunFunction<BetaincFor<double, 2>>(in);
  const auto got = RunLoop<double>(
      MakeLoop<special::BetaincFunction>().loop<double>(), 2, in);
  const auto central = RunLoop<double>(
      special::MapArranged<ArrangeCentralBetainc, CentralBetainc, double>, 2,
      in);
  size_t rest = 0;
  for (int k = 0; k < 2; ++k) {
    ExpectClose<double>(
        k == 0 ? "lower" : "upper", got[k],
        std::vector<long double>(truth[k].begin(), truth[k].end()), in,
        kLoopWorst<double>, kLoopMean<double>);
  }
  int counts[special::kCentralRegions] = {};
  for (size_t i = 0; i < in[0].size(); ++i) {
    // Both tails or neither, and an array's number is that of its element.
    ASSERT_EQ(std::isnan(central[0][i]), std::isnan(central[1][i])) << i;
    rest += std::isnan(central[0][i]);
    const double point[] = {in[0][i], in[1][i], in[2][i]};
    double arranged[4], out[2];
    const auto region = ArrangeCentralBetainc::Evaluate(point, arranged);
    ASSERT_LT(region, special::kCentralRegions);
    if (region >= 0) ++counts[region];
    CentralTails(static_cast<int>(region), arranged, out);
    for (int k = 0; k < 2; ++k) {
      ASSERT_EQ(std::isnan(out[k]), std::isnan(central[k][i]))
          << k << " at " << point[0] << " " << point[1] << " " << point[2];
      if (std::isnan(out[k])) continue;
      ASSERT_NEAR(out[k] / central[k][i], 1, 2 * kLoopWorst<double> * 2.3e-16)
          << k << " at " << point[0] << " " << point[1] << " " << point[2];
    }
  }
  for (int count : counts) EXPECT_GT(count, 1000);
  EXPECT_LT(rest, in[0].size() / 3);
}

// The terms and levels of its regions do for all points in them.
TEST(BetaincDoubleLoopTest, TermsConverge) {
  for (const Columns<double>& in :
       {OrdinaryPoints<double>(300000, 12), RandomPoints<double>(300000, 13)}) {
    for (size_t i = 0; i < in[0].size(); ++i) {
      const double point[] = {in[0][i], in[1][i], in[2][i]};
      double at[4];
      const auto region = special::ArrangeCentralBetainc::Evaluate(point, at);
      if (region < 0 || region == special::kCentralUniform) continue;
      const bool series = region < special::kCentralSeriesRegions;
      const int terms =
          series ? special::kCentralSeries[region]
                 : special::kCentralFraction[region -
                                             special::kCentralSeriesRegions]
                       .levels;
      const double a = std::abs(at[0]), b = at[1], lesser = std::abs(at[2]);
      const auto value = [&](int n) {
        if (series) {
          return 1 + a * special::BetaPowerSum(n, a, b, lesser).Value();
        }
        const double greater = 1 - lesser;
        return special::BetaUpperFraction(n, a, b, at[2] > 0 ? lesser : greater,
                                          at[2] > 0 ? greater : lesser, at[3])
            .Value();
      };
      const int most = series ? 64 : 150;
      ASSERT_NEAR(value(terms) / value(most), 1, 2e-15)
          << region << " at " << point[0] << " " << point[1] << " " << point[2];
    }
  }
}

// What single words leave to double words, one by one.
TEST(BetaincDoubleLoopTest, UnusualPoints) {
  const double infinity = std::numeric_limits<double>::infinity();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double min = std::numeric_limits<double>::min();
  Columns<double> in = {{2, 2, 0, -1, infinity, nan, 2, 2, 2, 1e30, 1e-40, 300,
                         0.5, 3, 1e11, 2, 1e-300, 3, 1e300},
                        {3, 3, 1, 1, 1, 1, 3, 3, nan, 1e30, 2, 300, 0.5, 200, 3,
                         2, 1e-300, 1e-5, 1e300},
                        {0, 1, 0.5, 0.5, 0.5, 0.5, -0.1, nan, 0.5, 0.5, 0.5,
                         0.5, min / 4, 0.9, 0.5, 1e-120, 0.5, 1, 0.5}};
  in.emplace_back();
  for (double x : in[2]) in[3].push_back(1 - x);
  const auto want = RunFunction<BetaincFor<double, 2>>(in);
  const auto loop = MakeLoop<special::BetaincFunction>().loop<double>();
  const auto check = [&](const Columns<double>& at, size_t first) {
    const auto got = RunLoop<double>(loop, 2, at);
    for (size_t i = 0; i < at[0].size(); ++i) {
      for (int k = 0; k < 2; ++k) {
        const double truth = want[k][first + i];
        EXPECT_EQ(std::isnan(got[k][i]), std::isnan(truth)) << first + i;
        if (!std::isnan(truth)) {
          EXPECT_NEAR(got[k][i], truth, 4e-15 * truth) << first + i;
        }
      }
    }
  };
  check(in, 0);
  for (size_t i = 0; i < in[0].size(); ++i) {
    check({{in[0][i]}, {in[1][i]}, {in[2][i]}, {in[3][i]}}, i);
  }
}

// An element's results do not depend on what is beside it.
TEST(BetaincDoubleLoopTest, NeighboursDoNotMatter) {
  const Columns<double> in = RandomPoints<double>(5000, 14);
  const auto loop = MakeLoop<special::BetaincFunction>().loop<double>();
  const auto all = RunLoop<double>(loop, 2, in);
  for (size_t first = 0, size = 1; first + size <= in[0].size();
       first += size, size = size % 37 + 1) {
    Columns<double> part;
    for (const auto& column : in) {
      part.emplace_back(column.begin() + first, column.begin() + first + size);
    }
    const auto got = RunLoop<double>(loop, 2, part);
    for (size_t i = 0; i < size; ++i) {
      for (int k = 0; k < 2; ++k) {
        ASSERT_EQ(got[k][i], all[k][first + i]) << first << " " << i;
      }
    }
  }
}

// What float leaves to double, one by one.
TEST(BetaincFloatLoopTest, UnusualPoints) {
  const float infinity = std::numeric_limits<float>::infinity();
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float min = std::numeric_limits<float>::min();
  Columns<float> in = {
      {2, 2, 0, -1, infinity, nan, 2, 2, 2, 1e30f, 1e-30f, 300, 0.5f, 3},
      {3, 3, 1, 1, 1, 1, 3, 3, nan, 1e30f, 2, 300, 0.5f, 200},
      {0, 1, 0.5f, 0.5f, 0.5f, 0.5f, -0.1f, nan, 0.5f, 0.5f, 0.5f, 0.5f,
       min / 4, 0.9f}};
  in.emplace_back();
  for (float x : in[2]) in[3].push_back(1 - x);
  const auto got =
      RunLoop<float>(MakeLoop<special::BetaincFunction>().loop<float>(), 2, in);
  const auto want = RunFunction<BetaincFor<float, 2>>(in);
  for (size_t i = 0; i < in[0].size(); ++i) {
    for (int k = 0; k < 2; ++k) {
      EXPECT_EQ(std::isnan(got[k][i]), std::isnan(want[k][i])) << i;
      if (!std::isnan(want[k][i])) EXPECT_EQ(got[k][i], want[k][i]) << i;
    }
  }
  EXPECT_EQ(got[1][0], 1);
  EXPECT_TRUE(std::isnan(got[0][3]));
}

// The levels that the region gives do for the fraction.
TYPED_TEST(BetaincTest, FractionConverges) {
  using T = TypeParam;
  const Columns<double> in = RandomPoints<double>(300000, 8);
  int counts[special::kBetaincRegions] = {};
  for (size_t i = 0; i < in[0].size(); ++i) {
    const auto at = special::ArrangeBeta(
        in[0][i], in[1][i], special::BetaPointOfSample(in[2][i], in[3][i]));
    const auto region = special::BetaincRegionOf<T>(at);
    ++counts[region];
    if (region < special::kFirstFraction) continue;
    const auto fraction = [&](int levels) {
      return special::BetaUpperFraction(
                 levels, at.a, at.b, at.point.x.value.high,
                 at.point.complement.value.high, at.excess)
          .Value();
    };
    const double most = fraction(150);
    ASSERT_NEAR(fraction(special::BetaincRegions<T>::kOf[region].terms) / most,
                1, sizeof(T) == 8 ? 3e-15 : 1.1e-8)
        << in[0][i] << " " << in[1][i] << " " << in[2][i] << " " << in[3][i];
  }
  for (int count : counts) EXPECT_GT(count, 100);
}

TYPED_TEST(BetaincTest, Limits) {
  using T = TypeParam;
  const T infinity = std::numeric_limits<T>::infinity();
  const T nan = std::numeric_limits<T>::quiet_NaN();
  const auto at = [&](T a, T b, T x) {
    return RunFunction<BetaincFor<T>>(Columns<T>{{a}, {b}, {x}, {1 - x}});
  };
  EXPECT_EQ(at(2, 3, 0)[0][0], 0);
  EXPECT_EQ(at(2, 3, 0)[1][0], 1);
  EXPECT_EQ(at(2, 3, 1)[0][0], 1);
  EXPECT_EQ(at(2, 3, 1)[1][0], 0);
  EXPECT_EQ(at(2, 3, 1)[2][0], 0);
  for (T bad : {T(0), T(-1), infinity, nan}) {
    EXPECT_TRUE(std::isnan(at(bad, 1, 0.5)[0][0])) << bad;
    EXPECT_TRUE(std::isnan(at(1, bad, 0.5)[1][0])) << bad;
  }
  for (T bad : {T(-0.1), T(1.5), nan, infinity}) {
    EXPECT_TRUE(std::isnan(at(1, 1, bad)[0][0])) << bad;
  }
  const auto logs = RunFunction<LogLogitBetaincFor<T>>(
      Columns<T>{{2, 2, 2}, {3, 3, 3}, {-infinity, infinity, nan}});
  EXPECT_EQ(logs[0][0], -infinity);
  EXPECT_EQ(logs[1][0], 0);
  EXPECT_EQ(logs[2][0], 2);  // the rate of x^a at 0
  EXPECT_EQ(logs[0][1], 0);
  EXPECT_EQ(logs[1][1], -infinity);
  EXPECT_EQ(logs[3][1], 3);
  EXPECT_TRUE(std::isnan(logs[0][2]));
}

// Faults of tf.math.betainc, which the classes used: truths by mpmath.
TYPED_TEST(BetaincTest, WhereOthersFail) {
  using T = TypeParam;
  const auto out =
      RunFunction<BetaincFor<T>>(Columns<T>{{T(1e4), T(1e-3), T(0.01)},
                                            {T(1e8), T(0.3), T(0.01)},
                                            {T(9.768e-5), T(1e-30), T(1e-20)},
                                            {1 - T(9.768e-5), 1, 1}});
  EXPECT_NEAR(out[0][0], 0.0100348693, 1e-5);
  EXPECT_NEAR(out[1][1], 0.069466846, 1e-7);
  EXPECT_NEAR(out[1][2], 0.684470176, 1e-6);
}

TEST(BetaincScalarTest, AgreesWithArrays) {
  const Columns<double> in = RandomPoints<double>(20000, 3);
  const auto out = RunFunction<LogBetaincFor<double>>(in);
  for (size_t i = 0; i < in[0].size(); ++i) {
    const double point[] = {in[0][i], in[1][i], in[2][i], in[3][i]};
    double result[4];
    special::EvaluateScalar<LogBetaincFor<double>>(point, result);
    for (int k = 0; k < 4; ++k) {
      if (std::isinf(result[k]) && result[k] == out[k][i]) continue;
      ASSERT_NEAR(result[k], out[k][i],
                  2 * kWorst<double> * 2.3e-16 * std::abs(result[k]))
          << point[0] << " " << point[1] << " " << point[2];
    }
  }
}

// |I(Q(p)) - p| within 16 eps of the lesser tail, or of what one ULP of the
// quantile makes.
TYPED_TEST(BetaincTest, QuantileInverts) {
  using T = TypeParam;
  const double eps = std::numeric_limits<T>::epsilon();
  std::mt19937_64 engine(4);
  std::uniform_real_distribution<double> uniform(0, 1);
  Columns<T> in = RandomPoints<T>(100000, 5);
  for (size_t i = 0; i < in[0].size(); ++i) {
    const T tail =
        static_cast<T>(i % 2 == 0 ? 0.5 * uniform(engine)
                                  : std::pow(10, -12 * uniform(engine)));
    in[2][i] = i % 4 < 2 ? tail : 1 - tail;
    in[3][i] = i % 4 < 2 ? 1 - tail : tail;
  }
  const auto x = RunLoop<T>(special::MapBetaQuantile<T, false>, 2, in);
  const auto y = RunLoop<T>(special::MapBetaQuantile<T, true>, 1, in);
  const auto at_x =
      RunFunction<BetaincFor<T>>(Columns<T>{in[0], in[1], x[0], x[1]});
  const auto at_y =
      RunFunction<LogitBetaincFor<T>>(Columns<T>{in[0], in[1], y[0]});
  const double min = std::numeric_limits<T>::min();
  for (size_t i = 0; i < in[0].size(); ++i) {
    const int k = in[2][i] <= in[3][i] ? 0 : 1;
    const double want = in[2 + k][i];
    const auto where = [&] {
      return testing::Message()
             << in[0][i] << " " << in[1][i] << " " << in[2][i] << " "
             << in[3][i] << ": " << x[0][i] << " " << y[0][i];
    };
    ASSERT_FALSE(std::isnan(x[0][i]) || std::isnan(y[0][i])) << where();
    const double lesser = std::min(x[0][i], x[1][i]);
    if (lesser > min / eps) {
      // A ULP of x is eps x at most, and the logit's slope is D.
      const double ulp = eps * at_x[2][i];
      ASSERT_LE(std::abs(at_x[k][i] - want), std::max(16 * eps * want, ulp))
          << where();
    }
    const double ulp = eps * std::abs(y[0][i]) * at_y[2][i];
    ASSERT_LE(std::abs(at_y[k][i] - want), std::max(16 * eps * want, ulp))
        << where();
  }
}

TYPED_TEST(BetaincTest, QuantileLimits) {
  using T = TypeParam;
  const T infinity = std::numeric_limits<T>::infinity();
  const T nan = std::numeric_limits<T>::quiet_NaN();
  const Columns<T> in = {{2, 2, 0, 2, 2},
                         {3, 3, 1, 3, 3},
                         {0, 1, 0.5, -0.1, nan},
                         {1, 0, 0.5, 1.1, nan}};
  const auto x = RunLoop<T>(special::MapBetaQuantile<T, false>, 2, in);
  const auto y = RunLoop<T>(special::MapBetaQuantile<T, true>, 1, in);
  EXPECT_EQ(x[0][0], 0);
  EXPECT_EQ(x[1][0], 1);
  EXPECT_EQ(x[0][1], 1);
  EXPECT_EQ(x[1][1], 0);
  EXPECT_EQ(y[0][0], -infinity);
  EXPECT_EQ(y[0][1], infinity);
  for (int i = 2; i < 5; ++i) {
    EXPECT_TRUE(std::isnan(x[0][i])) << i;
    EXPECT_TRUE(std::isnan(x[1][i])) << i;
    EXPECT_TRUE(std::isnan(y[0][i])) << i;
  }
}

// The median, which was wrong by more than 1e-3 for most Betas in double.
TEST(BetaincMedianTest, KnownValues) {
  // I(a, 1, x) = x^a; I(1, b, x) = 1 - (1-x)^b; symmetric: 1/2.
  const Columns<double> in = {{3, 1, 0.7, 250},
                              {1, 5, 0.7, 250},
                              {0.5, 0.5, 0.5, 0.5},
                              {0.5, 0.5, 0.5, 0.5}};
  const auto x =
      RunLoop<double>(special::MapBetaQuantile<double, false>, 2, in);
  EXPECT_NEAR(x[0][0], std::cbrt(0.5), 3e-16);
  EXPECT_NEAR(x[0][1], 1 - std::pow(0.5, 0.2), 3e-16);
  EXPECT_NEAR(x[0][2], 0.5, 2e-16);
  EXPECT_NEAR(x[0][3], 0.5, 2e-16);
}

}  // namespace
}  // namespace tf_implicit
