// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The Student-t distribution function, its inverse, log density and entropy
// (student_t_cdf.h, student_t_density.h, map_inverse.h): against
// tests/reference/ and by properties.

#include "kernels/special/student_t_cdf.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "kernels/cpu/map_inverse.h"
#include "kernels/special/student_t_density.h"
#include "tests/special/tail_testing.h"

namespace tf_implicit {
namespace {

using special::LogStudentTCdfFor;
using special::StudentTCdfFor;
using special::StudentTEntropyJetFunction;
using special::StudentTLogProbFunction;

// The worst and mean errors allowed, in eps; measured are 4 and 0.7 in double.
// float is evaluated in double and rounded once.
template <class T>
constexpr double kWorst = sizeof(T) == 8 ? 6 : 0.55;
template <class T>
constexpr double kMean = sizeof(T) == 8 ? 1 : 0.3;

// The rows of a table whose inputs are numbers of type T.
template <class T>
struct Rows {
  Rows(const std::string& name, const std::vector<std::string>& inputs)
      : table(name), in(inputs.size()) {
    for (int i = 0; i < table.size(); ++i) {
      bool exact = true;
      for (const auto& input : inputs) {
        exact = exact && T(table[input][i]) == table[input][i];
      }
      if (!exact) continue;
      rows.push_back(i);
      for (size_t k = 0; k < inputs.size(); ++k) {
        in[k].push_back(static_cast<T>(table[inputs[k]][i]));
      }
    }
  }

  std::vector<long double> operator[](const std::string& column) const {
    std::vector<long double> values;
    for (int i : rows) values.push_back(table[column][i]);
    return values;
  }

  ReferenceTable table;
  Columns<T> in;
  std::vector<int> rows;
};

template <class T>
class StudentTCdfTest : public ::testing::Test {};
using Types = ::testing::Types<float, double>;
TYPED_TEST_SUITE(StudentTCdfTest, Types);

// The log density with location 0 and scale 1, and its derivatives in df and
// the sample.
template <class T>
Columns<T> StandardLogProb(const Columns<T>& in) {
  const std::vector<T> zero(in[0].size()), one(in[0].size(), T(1));
  const auto out =
      RunFunction<StudentTLogProbFunction>(Columns<T>{in[0], zero, one, in[1]});
  return {out[0], out[1], out[4]};
}

template <class T>
void ExpectTailsMatch(const std::string& name) {
  const Rows<T> rows(name, {"df", "sample"});
  const auto plain = RunFunction<StudentTCdfFor<T>>(rows.in);
  const auto logs = RunFunction<LogStudentTCdfFor<T>>(rows.in);
  const auto check = [&](const std::string& column, const std::vector<T>& got) {
    ExpectClose<T>(name + " " + column, got, rows[column], rows.in, kWorst<T>,
                   kMean<T>);
  };
  check("lower", plain[0]);
  check("upper", plain[1]);
  check("density", plain[2]);
  check("log_lower", logs[0]);
  check("log_upper", logs[1]);
  for (int k = 0; k < 2; ++k) {
    const auto tail = rows[k == 0 ? "lower" : "upper"];
    auto rate = rows["density"];
    for (size_t i = 0; i < rate.size(); ++i) rate[i] /= tail[i];
    ExpectClose<T>(name + " rate", logs[2 + k], rate, rows.in, kWorst<T>,
                   kMean<T>);
  }
}

TYPED_TEST(StudentTCdfTest, MatchesReference) {
  using T = TypeParam;
  ExpectTailsMatch<T>("student_t_cdf");
  if (sizeof(T) == 8) ExpectTailsMatch<T>("student_t_cdf_float64");
}

TYPED_TEST(StudentTCdfTest, LogProbMatchesReference) {
  using T = TypeParam;
  const Rows<T> rows("student_t_log_prob", {"df", "sample"});
  const auto out = StandardLogProb(rows.in);
  ExpectClose<T>("log_prob", out[0], rows["log_prob"], rows.in, 4, 1, 1);
  ExpectClose<T>("dlog_prob_dsample", out[2], rows["dlog_prob_dsample"],
                 rows.in, 4, 1);
  // The derivative in df has zeros: an error relative to its terms.
  auto error = out[1];
  auto scale = rows["dlog_prob_ddf"];
  for (size_t i = 0; i < error.size(); ++i) {
    const long double nu = rows.in[0][i], t = rows.in[1][i];
    const long double odds = t * t / nu;
    const long double divergence =
        odds < 1e-4 ? odds * odds / 2 : std::log1p(odds) - odds / (1 + odds);
    scale[i] =
        std::max(std::abs(scale[i]),
                 (divergence + odds / (1 + odds) / nu + 0.5 / (nu * nu)) / 2);
  }
  const auto truth = rows["dlog_prob_ddf"];
  double worst = 0;
  for (size_t i = 0; i < error.size(); ++i) {
    if (scale[i] < std::numeric_limits<T>::min()) continue;
    worst = std::max(
        worst, static_cast<double>(std::abs(error[i] - truth[i]) / scale[i]));
  }
  std::printf("dlog_prob_ddf: worst %.3g eps of its terms\n",
              worst / std::numeric_limits<T>::epsilon());
  EXPECT_LE(worst, 8 * std::numeric_limits<T>::epsilon());
}

TYPED_TEST(StudentTCdfTest, EntropyMatchesReference) {
  using T = TypeParam;
  const Rows<T> rows("student_t_entropy", {"df"});
  const auto out = RunFunction<StudentTEntropyJetFunction>(rows.in);
  ExpectClose<T>("entropy", out[0], rows["entropy"], rows.in, 4, 1);
  ExpectClose<T>("dentropy_ddf", out[1], rows["dentropy_ddf"], rows.in, 8, 2);
}

// What TFP answered: 7e-8 for the first, 0.919 for the second.
TEST(StudentTFaultsTest, NearTheNormalDistribution) {
  const auto log_prob = StandardLogProb(Columns<float>{{1e4f}, {1}});
  EXPECT_NEAR(log_prob[1][0], 5e-9, 1e-11);
  const auto entropy =
      RunFunction<StudentTEntropyJetFunction>(Columns<float>{{1e8f}});
  EXPECT_NEAR(entropy[0][0], 1.4189385, 1e-6);
  // A sample that saturated at the largest number has a finite density.
  const float largest = std::numeric_limits<float>::max();
  const auto saturated = StandardLogProb(Columns<float>{{0.1f}, {largest}});
  EXPECT_NEAR(saturated[0][0], -100.7, 0.5);
}

template <class T>
Columns<T> RandomPoints(int count, int seed) {
  std::mt19937_64 engine(seed);
  std::uniform_real_distribution<double> uniform(0, 1);
  Columns<T> points(2);
  for (int i = 0; i < count; ++i) {
    const double nu = std::pow(10, 12 * uniform(engine) - 2);
    double t = std::student_t_distribution<double>(nu)(engine);
    if (i % 3 == 0) t = 40 * uniform(engine) - 20;
    if (i % 7 == 0) t = std::pow(10, 60 * uniform(engine) - 30);
    points[0].push_back(static_cast<T>(nu));
    points[1].push_back(static_cast<T>(std::isfinite(t) ? t : 1.));
  }
  return points;
}

TYPED_TEST(StudentTCdfTest, SymmetricToTheBit) {
  using T = TypeParam;
  const Columns<T> in = RandomPoints<T>(100000, 1);
  Columns<T> minus = in;
  for (T& t : minus[1]) t = -t;
  const auto out = RunFunction<StudentTCdfFor<T>>(in);
  const auto mirror = RunFunction<StudentTCdfFor<T>>(minus);
  for (size_t i = 0; i < in[0].size(); ++i) {
    ASSERT_EQ(out[2][i], mirror[2][i]);
    if (in[1][i] == 0) continue;
    ASSERT_EQ(out[0][i], mirror[1][i]) << in[0][i] << " " << in[1][i];
    ASSERT_NEAR(out[0][i] + out[1][i], 1, 1e-7 * (sizeof(T) == 4) + 1e-15);
  }
}

// float's fewer terms against double's.
TEST(StudentTTermsTest, SingleAgreesWithDouble) {
  const Columns<double> in = RandomPoints<double>(200000, 2);
  const auto wide = RunFunction<LogStudentTCdfFor<double>>(in);
  const auto narrow = RunFunction<LogStudentTCdfFor<float>>(in);
  for (size_t i = 0; i < in[0].size(); ++i) {
    for (int k = 0; k < 4; ++k) {
      if (std::abs(wide[k][i]) < 1e-290 || std::isinf(wide[k][i])) continue;
      ASSERT_NEAR(narrow[k][i] / wide[k][i], 1, 2e-8)
          << k << " at " << in[0][i] << " " << in[1][i];
    }
  }
}

TYPED_TEST(StudentTCdfTest, Limits) {
  using T = TypeParam;
  const T infinity = std::numeric_limits<T>::infinity();
  const T nan = std::numeric_limits<T>::quiet_NaN();
  const Columns<T> in = {{3, 3, 3, infinity, 0, -1, nan, 3},
                         {0, infinity, -infinity, 1.5, 1, 1, 1, nan}};
  const auto out = RunFunction<StudentTCdfFor<T>>(in);
  const auto logs = RunFunction<LogStudentTCdfFor<T>>(in);
  const auto density = StandardLogProb(in);
  EXPECT_EQ(out[0][0], T(0.5));
  EXPECT_NEAR(out[2][0], 0.367552596947861, 1e-7);
  EXPECT_EQ(out[0][1], 1);
  EXPECT_EQ(out[1][1], 0);
  EXPECT_EQ(out[2][1], 0);
  EXPECT_EQ(out[0][2], 0);
  EXPECT_EQ(logs[0][2], -infinity);
  EXPECT_EQ(logs[1][2], 0);
  EXPECT_EQ(density[0][2], -infinity);
  EXPECT_NEAR(out[0][3], 0.933192798731142, 1e-7);  // the normal one's
  EXPECT_NEAR(density[0][3], -0.918938533204673 - 1.125, 1e-6);
  for (int i = 4; i < 8; ++i) {
    EXPECT_TRUE(std::isnan(out[0][i])) << i;
    EXPECT_TRUE(std::isnan(logs[1][i])) << i;
    EXPECT_TRUE(std::isnan(density[0][i])) << i;
    EXPECT_TRUE(std::isnan(density[1][i])) << i;
  }
}

TYPED_TEST(StudentTCdfTest, QuantileInverts) {
  using T = TypeParam;
  const double eps = std::numeric_limits<T>::epsilon();
  std::mt19937_64 engine(3);
  std::uniform_real_distribution<double> uniform(0, 1);
  Columns<T> in(3);
  for (int i = 0; i < 100000; ++i) {
    in[0].push_back(static_cast<T>(std::pow(10, 12 * uniform(engine) - 2)));
    const T tail =
        static_cast<T>(i % 2 == 0 ? 0.5 * uniform(engine)
                                  : std::pow(10, -12 * uniform(engine)));
    in[1].push_back(i % 4 < 2 ? tail : 1 - tail);
    in[2].push_back(i % 4 < 2 ? 1 - tail : tail);
  }
  const auto t = RunLoop<T>(special::MapStudentTQuantile<T>, 1, in);
  const auto out = RunFunction<StudentTCdfFor<T>>(Columns<T>{in[0], t[0]});
  for (size_t i = 0; i < t[0].size(); ++i) {
    ASSERT_FALSE(std::isnan(t[0][i])) << in[0][i] << " " << in[1][i];
    if (std::isinf(t[0][i])) {
      ASSERT_LT(in[0][i], sizeof(T) == 8 ? 0.05 : 0.4);
      continue;
    }
    const int k = in[1][i] <= in[2][i] ? 0 : 1;
    const double want = in[1 + k][i];
    const double ulp = eps * std::abs(t[0][i]) * out[2][i];
    ASSERT_LE(std::abs(out[k][i] - want), std::max(16 * eps * want, ulp))
        << in[0][i] << " " << in[1][i] << " " << in[2][i] << ": " << t[0][i];
  }
}

TYPED_TEST(StudentTCdfTest, QuantileLimits) {
  using T = TypeParam;
  const T infinity = std::numeric_limits<T>::infinity();
  const T nan = std::numeric_limits<T>::quiet_NaN();
  const Columns<T> in = {{3, 3, 3, 1, infinity, 0, nan, 3},
                         {0, 1, 0.5, 0.75, 0.975, 0.5, 0.5, 2},
                         {1, 0, 0.5, 0.25, 0.025, 0.5, 0.5, -1}};
  const auto t = RunLoop<T>(special::MapStudentTQuantile<T>, 1, in)[0];
  EXPECT_EQ(t[0], -infinity);
  EXPECT_EQ(t[1], infinity);
  EXPECT_EQ(t[2], 0);
  EXPECT_NEAR(t[3], 1, 3e-7);  // Cauchy
  EXPECT_NEAR(t[4], 1.95996398454005, 3e-6);
  for (int i = 5; i < 8; ++i) EXPECT_TRUE(std::isnan(t[i])) << i;
}

}  // namespace
}  // namespace tf_implicit
