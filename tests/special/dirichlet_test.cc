// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// dirichlet_divergence.h and dirichlet_density.h against tests/reference/ and
// by properties.

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <type_traits>
#include <vector>

#include "gtest/gtest.h"
#include "kernels/special/dirichlet_density.h"
#include "kernels/special/dirichlet_divergence.h"
#include "kernels/special/row_blocks.h"
#include "tests/special/function_testing.h"
#include "tests/special/reference_table.h"

namespace tf_implicit {
namespace {

using special::Lanes;

// In eps; measured on any target: 4.0 (log density 12.8) and 3.2.
constexpr double kValue = 8;
constexpr double kLogProb = 16;
constexpr double kGradient = 6;
constexpr int kWidth = 6;  // of the rows of the tables

template <class T>
using Row = std::vector<T>;

template <class T>
struct RowResult {
  T value;
  Row<T> first, second;  // derivatives in the first and the second row
};

template <class V, class T>
special::AlongRow<V> AlongRow(const Row<T>& row) {
  return {static_cast<int64_t>(row.size())};
}

// Whether rows are evaluated side by side, where they can be.
bool across_rows = false;

// The arrays of a layout AcrossRows: `row` in one lane, others beside it.
template <class T>
Row<T> AcrossLanes(const Row<T>& row) {
  constexpr int kLanes = special::NumberTraits<Lanes<T>>::kLanes;
  Row<T> columns;
  for (const T x : row) {
    for (int lane = 0; lane < kLanes; ++lane) {
      // As different from the row in its regions as the lanes allow.
      columns.push_back(lane == kLanes / 2 ? x : lane % 2 ? T(0.25) : T(700));
    }
  }
  return columns;
}

// Calls f(layout, inputs, value, outputs) on such arrays.
template <class T, class F>
RowResult<T> EvaluateAcross(const std::vector<Row<T>>& rows, const F& f) {
  constexpr int kLanes = special::NumberTraits<Lanes<T>>::kLanes;
  const size_t size = rows[0].size();
  std::vector<Row<T>> columns;
  for (const auto& row : rows) columns.push_back(AcrossLanes(row));
  Row<T> value(kLanes), first(size * kLanes), second(size * kLanes);
  f(special::AcrossRows<Lanes<T>>{static_cast<int64_t>(size)}, columns,
    value.data(), first.data(), second.data());
  RowResult<T> r = {value[kLanes / 2], Row<T>(size), Row<T>(size)};
  for (size_t i = 0; i < size; ++i) {
    r.first[i] = first[i * kLanes + kLanes / 2];
    r.second[i] = second[i * kLanes + kLanes / 2];
  }
  return r;
}

template <class V, class T>
bool IsForAcross(const std::vector<Row<T>>& concentrations, size_t least) {
  if (!across_rows || !std::is_same<V, Lanes<T>>::value) return false;
  for (const auto& row : concentrations) {
    if (row.size() < least || row.size() > 16) return false;
    for (const T x : row) {
      if (!special::IsOrdinaryConcentration(x)) return false;
    }
  }
  return true;
}

template <class T, class V = Lanes<T>>
RowResult<T> Divergence(const Row<T>& alpha, const Row<T>& beta) {
  if (IsForAcross<V, T>({alpha, beta}, 3)) {
    return EvaluateAcross<T>({alpha, beta}, [](auto layout, const auto& in,
                                               T* value, T* first, T* second) {
      special::internal::OrdinaryDirichletDivergence(
          layout, in[0].data(), in[1].data(), value, first, second);
    });
  }
  RowResult<T> r = {0, Row<T>(alpha.size()), Row<T>(alpha.size())};
  special::DirichletDivergenceRow(AlongRow<V>(alpha), alpha.data(), beta.data(),
                                  &r.value, r.first.data(), r.second.data());
  return r;
}

template <class T, class V = Lanes<T>>
RowResult<T> LogProb(const Row<T>& alpha, const Row<T>& x) {
  if (IsForAcross<V, T>({alpha}, 1)) {
    return EvaluateAcross<T>({alpha, x}, [](auto layout, const auto& in,
                                            T* value, T* first, T* second) {
      special::internal::OrdinaryDirichletLogProb(
          layout, in[0].data(), in[1].data(), value, first, second);
    });
  }
  RowResult<T> r = {0, Row<T>(alpha.size()), Row<T>(alpha.size())};
  special::DirichletLogProbRow(AlongRow<V>(alpha), alpha.data(), x.data(),
                               &r.value, r.first.data(), r.second.data());
  return r;
}

template <class T, class V = Lanes<T>>
RowResult<T> Entropy(const Row<T>& alpha) {
  if (IsForAcross<V, T>({alpha}, 1)) {
    return EvaluateAcross<T>(
        {alpha}, [](auto layout, const auto& in, T* value, T* first, T*) {
          special::internal::OrdinaryDirichletEntropy(layout, in[0].data(),
                                                      value, first);
        });
  }
  RowResult<T> r = {0, Row<T>(alpha.size()), {}};
  special::DirichletEntropyRow(AlongRow<V>(alpha), alpha.data(), &r.value,
                               r.first.data());
  return r;
}

template <class T, bool kIsAcross>
struct Evaluation {
  using Real = T;
  static constexpr bool kAcross = kIsAcross;
};

template <class E>
class DirichletTest : public ::testing::Test {
 protected:
  DirichletTest() { across_rows = E::kAcross; }
};
using Types =
    ::testing::Types<Evaluation<float, false>, Evaluation<double, false>,
                     Evaluation<float, true>, Evaluation<double, true>>;
TYPED_TEST_SUITE(DirichletTest, Types);

long double PsiGap(long double t) { return t < 1 ? 1 / t : 1 / (2 * t); }
long double CurveGap(long double t) {
  return t < 1 ? 1 / (t * t) : 1 / (2 * t * t);
}
template <class T>
long double Sum(const Row<T>& row) {
  long double sum = 0;
  for (const T x : row) sum += x;
  return sum;
}

// The sizes of the terms of the derivatives, from below; component j.
template <class T>
long double DivergenceScale(const Row<T>& alpha, const Row<T>& beta, int j,
                            bool of_beta) {
  const long double x = alpha[j], y = beta[j], s = Sum(alpha), t = Sum(beta);
  // Sums of a row have an error of eps^2.
  const long double of_sums = kEps<T> * std::abs(t - s) / s;
  if (!of_beta) {
    return of_sums + std::abs(x * t - y * s) / (x * s) +
           std::abs(y - x) * CurveGap(x) + std::abs(t - s) * CurveGap(s);
  }
  const auto change = [](long double x, long double y) {
    return std::abs(y - x) / std::max(x, y) * PsiGap(std::min(x, y));
  };
  return of_sums + std::abs(std::log(x * t / (y * s))) + change(x, y) +
         change(s, t);
}

// Compares a row of derivatives, and keeps the worst error.
template <class T, class Scale>
void ExpectRowWithin(const Row<T>& out, const std::vector<long double>& want,
                     const Scale& scale, double bound, double* worst) {
  for (size_t j = 0; j < out.size(); ++j) {
    if (std::isinf(static_cast<T>(want[j]))) {
      EXPECT_EQ(out[j], static_cast<T>(want[j]));
      continue;
    }
    const long double size =
        std::max({scale(static_cast<int>(j)), std::abs(want[j]),
                  static_cast<long double>(std::numeric_limits<T>::min())});
    const double error =
        static_cast<double>(std::abs(out[j] - want[j]) / size / kEps<T>);
    EXPECT_LE(error, bound) << "component " << j << ": got " << out[j]
                            << ", expected " << static_cast<double>(want[j]);
    *worst = std::max(*worst, error);
  }
}

// A row of a table; components that are 0 are not there.
class Tables {
 public:
  explicit Tables(const std::string& name) : table_(name) {}
  int size() const { return table_.size(); }
  long double value(const std::string& name, int row) const {
    return table_[name][row];
  }
  std::vector<long double> Get(const std::string& name, int row,
                               size_t size) const {
    std::vector<long double> values;
    for (size_t j = 0; j < size; ++j) {
      values.push_back(table_[name + std::to_string(j)][row]);
    }
    return values;
  }
  template <class T>
  Row<T> GetRow(const std::string& name, int row, size_t size) const {
    const auto values = Get(name, row, size);
    return Row<T>(values.begin(), values.end());
  }
  size_t Components(int row) const {
    size_t k = 0;
    for (int j = 0; j < kWidth; ++j) {
      k += table_["alpha" + std::to_string(j)][row] != 0;
    }
    return k;
  }

 private:
  ReferenceTable table_;
};

TYPED_TEST(DirichletTest, DivergenceMatchesReference) {
  using T = typename TypeParam::Real;
  const Tables table("dirichlet_divergence");
  double worst = 0, worst_alpha = 0, worst_beta = 0;
  for (int i = 0; i < table.size(); ++i) {
    const size_t k = table.Components(i);
    const Row<T> alpha = table.GetRow<T>("alpha", i, k);
    const Row<T> beta = table.GetRow<T>("beta", i, k);
    const auto r = Divergence<T>(alpha, beta);
    SCOPED_TRACE(i);
    ExpectRowWithin<T>(
        {r.value}, {table.value("divergence", i)}, [](int) { return 0.0L; },
        kValue, &worst);
    ExpectRowWithin(
        r.first, table.Get("dalpha", i, k),
        [&](int j) { return DivergenceScale(alpha, beta, j, false); },
        kGradient, &worst_alpha);
    ExpectRowWithin(
        r.second, table.Get("dbeta", i, k),
        [&](int j) { return DivergenceScale(alpha, beta, j, true); }, kGradient,
        &worst_beta);
  }
  std::printf("divergence: worst %.3g, derivatives %.3g %.3g eps\n", worst,
              worst_alpha, worst_beta);
}

TYPED_TEST(DirichletTest, LogProbMatchesReference) {
  using T = typename TypeParam::Real;
  const Tables table("dirichlet_log_prob");
  double worst = 0, worst_alpha = 0, worst_x = 0;
  for (int i = 0; i < table.size(); ++i) {
    const size_t k = table.Components(i);
    const Row<T> alpha = table.GetRow<T>("alpha", i, k);
    const Row<T> x = table.GetRow<T>("x", i, k);
    const auto r = LogProb<T>(alpha, x);
    SCOPED_TRACE(i);
    const long double n = Sum(alpha);
    long double scale = 1;
    for (size_t j = 0; j < k; ++j) {
      scale = std::max(scale, std::abs(alpha[j] - 1 - n * x[j]));
    }
    ExpectRowWithin<T>(
        {r.value}, {table.value("log_prob", i)}, [&](int) { return scale; },
        kLogProb, &worst);
    ExpectRowWithin(
        r.first, table.Get("dalpha", i, k),
        [&](int j) {
          const long double a = alpha[j];
          return std::abs(std::log(n * x[j] / a)) + PsiGap(a) + PsiGap(n);
        },
        kGradient, &worst_alpha);
    ExpectRowWithin(
        r.second, table.Get("dx", i, k), [](int) { return 0.0L; }, kGradient,
        &worst_x);
  }
  std::printf("log_prob: worst %.3g, derivatives %.3g %.3g eps\n", worst,
              worst_alpha, worst_x);
}

TYPED_TEST(DirichletTest, EntropyMatchesReference) {
  using T = typename TypeParam::Real;
  const Tables table("dirichlet_entropy");
  double worst = 0, worst_alpha = 0;
  for (int i = 0; i < table.size(); ++i) {
    const size_t k = table.Components(i);
    const Row<T> alpha = table.GetRow<T>("alpha", i, k);
    const auto r = Entropy<T>(alpha);
    SCOPED_TRACE(i);
    ExpectRowWithin<T>(
        {r.value}, {table.value("entropy", i)}, [](int) { return 1.0L; },
        kValue, &worst);
    const long double n = Sum(alpha);
    ExpectRowWithin(
        r.first, table.Get("dalpha", i, k),
        [&](int j) {
          const long double a = alpha[j];
          return 1 / a + std::abs(a - 1) * CurveGap(a) + k / n +
                 std::abs(n - k) * CurveGap(n);
        },
        kGradient, &worst_alpha);
  }
  std::printf("entropy: worst %.3g, derivatives %.3g eps\n", worst,
              worst_alpha);
}

// Rows of many lengths, wide, ordinary, or with one dominating component; and
// others at all distances.
template <class T>
void MakeRows(int k, int kind, PointGenerator* random, Row<T>* alpha,
              Row<T>* beta) {
  alpha->clear();
  beta->clear();
  const double factor = random->Close(kIsDouble<T> ? 1e-12 : 1e-6);
  for (int j = 0; j < k; ++j) {
    double a = random->Concentration();
    if (kind % 4 == 1) a = random->LogUniform(1e-3, 1);
    if (kind % 4 == 1 && j == k / 2) a *= 1e5;
    if (kind % 4 == 2) a = random->LogUniform(1, 1e3);
    double b = random->Concentration();
    if (kind % 3 == 1) b = a * random->Close(kIsDouble<T> ? 1e-12 : 1e-6);
    if (kind % 3 == 2) b = a * factor;
    alpha->push_back(static_cast<T>(a));
    beta->push_back(static_cast<T>(b));
  }
}

// Against double, in which one number at a time is evaluated: the vectors of a
// row, their last block, and the choice of the greatest component.
TYPED_TEST(DirichletTest, RowsOfAnyLengthAgreeWithDouble) {
  using T = typename TypeParam::Real;
  PointGenerator random(1);
  double worst = 0, worst_grad = 0;
  for (const int k : {2, 3, 4, 7, 8, 15, 16, 17, 31, 50, 100, 1000}) {
    for (int kind = 0; kind < 60; ++kind) {
      Row<T> alpha, beta;
      MakeRows(k, kind, &random, &alpha, &beta);
      const Row<double> wide_alpha(alpha.begin(), alpha.end());
      const Row<double> wide_beta(beta.begin(), beta.end());
      SCOPED_TRACE(k);
      const auto r = Divergence<T>(alpha, beta);
      const auto want = Divergence<double, double>(wide_alpha, wide_beta);
      ASSERT_TRUE(r.value >= 0);
      ExpectRowWithin<T>(
          {r.value}, {want.value}, [](int) { return 0.0L; }, kValue, &worst);
      ExpectRowWithin(
          r.first, Wide(want.first),
          [&](int j) { return DivergenceScale(alpha, beta, j, false); },
          kGradient, &worst_grad);
      ExpectRowWithin(
          r.second, Wide(want.second),
          [&](int j) { return DivergenceScale(alpha, beta, j, true); },
          kGradient, &worst_grad);
      const auto entropy = Entropy<T>(alpha);
      const auto want_entropy = Entropy<double, double>(wide_alpha);
      ExpectRowWithin<T>(
          {entropy.value}, {want_entropy.value}, [](int) { return 1.0L; },
          kValue, &worst);
      Row<T> x;
      const long double sum = Sum(beta);
      for (const T b : beta) x.push_back(static_cast<T>(b / sum));
      const auto density = LogProb<T>(alpha, x);
      const auto want_density =
          LogProb<double, double>(wide_alpha, Row<double>(x.begin(), x.end()));
      // The terms, of mixed signs, count as well.
      const long double n = Sum(alpha);
      long double scale = 1;
      for (int j = 0; j < k; ++j) {
        scale = std::max(scale, std::abs(alpha[j] - 1 - n * x[j]));
      }
      scale = std::max(scale, k * std::log(1 + n) / 16);
      ExpectRowWithin<T>(
          {density.value}, {want_density.value}, [&](int) { return scale; },
          kLogProb, &worst);
    }
  }
  std::printf("worst %.3g, derivatives %.3g eps\n", worst, worst_grad);
}

TYPED_TEST(DirichletTest, ZeroForEqualRows) {
  using T = typename TypeParam::Real;
  PointGenerator random(2);
  for (const int k : {1, 2, 3, 17, 50, 333}) {
    for (int kind = 0; kind < 50; ++kind) {
      Row<T> alpha, beta;
      MakeRows(k, kind, &random, &alpha, &beta);
      const auto r = Divergence<T>(alpha, alpha);
      ASSERT_EQ(r.value, 0);
      for (int j = 0; j < k; ++j) {
        ASSERT_EQ(r.first[j], 0);
        ASSERT_EQ(r.second[j], 0);
      }
    }
  }
}

// The uniform distribution, whose log density has derivatives log x - psi(1) +
// psi(K).
TYPED_TEST(DirichletTest, Ones) {
  using T = typename TypeParam::Real;
  const auto r = LogProb<T>({1, 1, 1}, {T(0.7), T(0.2), T(0.1)});
  EXPECT_NEAR(r.value, std::log(2.0), 4 * kEps<T>);
  const double x[] = {0.7, 0.2, 0.1};
  for (int j = 0; j < 3; ++j) {
    EXPECT_NEAR(r.first[j], std::log(x[j]) + 1.5, 8 * kEps<T>);
    EXPECT_EQ(r.second[j], 0);
  }
}

TYPED_TEST(DirichletTest, EndsOfTheSupport) {
  using T = typename TypeParam::Real;
  const T infinity = std::numeric_limits<T>::infinity();
  EXPECT_EQ((LogProb<T>({2, 2, 2}, {0, T(0.5), T(0.5)}).value), -infinity);
  EXPECT_EQ((LogProb<T>({T(0.5), 2, 2}, {0, T(0.5), T(0.5)}).value), infinity);
  const auto finite = LogProb<T>({1, 2, 2}, {0, T(0.5), T(0.5)});
  EXPECT_NEAR(finite.value, std::log(6.0), 8 * kEps<T>);
  EXPECT_EQ(finite.first[0], -infinity);
  EXPECT_EQ(finite.second[0], 0);
  const auto outside = LogProb<T>({2, 2, 2}, {-1, 1, 1});
  EXPECT_EQ(outside.value, -infinity);
  EXPECT_EQ(outside.first[1], 0);
  const T tiny = 5 * std::numeric_limits<T>::denorm_min();
  const double log_tiny =
      std::log(5.0) + (kIsDouble<T> ? -1074 : -149) * 0.69314718055994530942;
  // log p is (0.25 - 1) log x0 and a number of size 1.
  const auto small = LogProb<T>({T(0.25), 2, 2}, {tiny, T(0.5), T(0.5)});
  EXPECT_NEAR(small.value / (-0.75 * log_tiny), 1, 0.05);
  EXPECT_TRUE(std::isfinite(small.first[0]));
}

TYPED_TEST(DirichletTest, InvalidArguments) {
  using T = typename TypeParam::Real;
  for (const T bad : {T(0), T(-1), std::numeric_limits<T>::infinity(),
                      std::numeric_limits<T>::quiet_NaN()}) {
    for (const int k : {1, 2, 3, 20}) {
      Row<T> good(k, T(1.5)), row(k, T(1.5));
      row[k / 2] = bad;
      for (const auto& r : {Divergence<T>(row, good), Divergence<T>(good, row),
                            LogProb<T>(row, good), Entropy<T>(row)}) {
        EXPECT_TRUE(std::isnan(r.value));
        EXPECT_TRUE(std::isnan(r.first[0]));
      }
    }
  }
  Row<T> x = {T(0.5), std::numeric_limits<T>::quiet_NaN(), T(0.25)};
  EXPECT_TRUE(std::isnan(LogProb<T>({1, 2, 3}, x).value));
}

// float beyond the range of the formulas is evaluated in double.
TYPED_TEST(DirichletTest, ExtremeConcentrations) {
  using T = typename TypeParam::Real;
  if (kIsDouble<T>) GTEST_SKIP() << "NaN in double";
  const float tiny = 100 * std::numeric_limits<float>::denorm_min();
  const Row<float> alpha = {tiny, 1e-20f, 3}, beta = {1e-3f, 1e30f, 5};
  const Row<double> wide_alpha(alpha.begin(), alpha.end());
  const Row<double> wide_beta(beta.begin(), beta.end());
  double worst = 0;
  const auto none = [](int) { return 0.0L; };
  const auto r = Divergence<float>(alpha, beta);
  const auto want = Divergence<double, double>(wide_alpha, wide_beta);
  ExpectRowWithin<float>({r.value}, {want.value}, none, 0.51, &worst);
  ExpectRowWithin(r.first, Wide(want.first), none, 0.51, &worst);
  ExpectRowWithin(r.second, Wide(want.second), none, 0.51, &worst);
  const auto entropy = Entropy<float>(alpha);
  ExpectRowWithin<float>({entropy.value},
                         {Entropy<double, double>(wide_alpha).value}, none,
                         0.51, &worst);
}

}  // namespace
}  // namespace tf_implicit
