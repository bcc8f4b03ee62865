// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// log_ratio.h for one target against long double, to the ends of its range.

#include "kernels/special/log_ratio.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "gtest/gtest.h"
#include "tests/special/function_testing.h"

namespace tf_implicit {
namespace {

template <class T>
class LogRatioTest : public testing::Test {};

using Types = testing::Types<float, double>;
TYPED_TEST_SUITE(LogRatioTest, Types);

struct LogRatioFunction {
  static constexpr int kInputs = 2, kOutputs = 1;

  template <class V>
  TFI_FUNCTION static void Evaluate(const V (&in)[2], V (&out)[1]) {
    out[0] = special::LogRatio(in[0], in[1]);
  }
};

struct LogRatioOfAnyFunction {
  static constexpr int kInputs = 2, kOutputs = 1;

  template <class V>
  TFI_FUNCTION static void Evaluate(const V (&in)[2], V (&out)[1]) {
    out[0] = special::LogRatioOfAny(in[0], in[1]);
  }
};

// 1.5 eps: of a logarithm near 0 too.
template <class Function, class T>
void ExpectLogRatio(const Columns<T>& in) {
  const auto out = EvaluateFunction<Function>(in);
  for (size_t i = 0; i < in[0].size(); ++i) {
    const long double x = in[0][i], y = in[1][i];
    const bool near = x / y > 2 / 3.0L && x / y < 1.5L;
    const long double truth = near ? std::log1p((x - y) / y) : std::log(x / y);
    const long double scale =
        near ? std::abs(truth) : std::max(1.0L, std::abs(truth));
    EXPECT_LE(std::abs(out[0][i] - truth),
              1.5L * std::numeric_limits<T>::epsilon() * scale)
        << in[0][i] << " " << in[1][i];
  }
}

// Any number between two, their ratio infinite or not.
double Between(double low, double high, PointGenerator* random) {
  const double from = std::log2(low), to = std::log2(high);
  return std::exp2(from + (to - from) * random->Uniform());
}

TYPED_TEST(LogRatioTest, MatchesLongDouble) {
  using T = TypeParam;
  const double least = std::numeric_limits<T>::min();
  const double most = std::numeric_limits<T>::max() / 4;
  PointGenerator random(1);
  Columns<T> in(2);
  const auto add = [&](double x, double y) {
    in[0].push_back(std::min(static_cast<T>(x), static_cast<T>(most)));
    in[1].push_back(std::max(static_cast<T>(y), static_cast<T>(least)));
  };
  for (int i = 0; i < 20000; ++i) {
    add(Between(4 * least, most, &random), Between(least, most, &random));
    const double y = Between(8 * least, most / 4, &random);
    add(y * random.LogUniform(0.5, 2), y);
    // Next to the ends, by numbers of any size.
    add((2 + 6 * random.Uniform()) * least, 1 + random.Uniform());
    add((1 + 6 * random.Uniform()) * least, 1);
    add(most * random.LogUniform(0.25, 1), least * (1 + 3 * random.Uniform()));
  }
  ExpectLogRatio<LogRatioFunction>(in);
}

TEST(LogRatioOfAnyTest, MatchesLongDouble) {
  const double least = std::numeric_limits<double>::min();
  const double most = std::numeric_limits<double>::max();
  PointGenerator random(2);
  Columns<double> in(2);
  const auto any = [&](int end) {
    return end == 0   ? least * (1 + 7 * random.Uniform())
           : end == 1 ? most * random.LogUniform(0.1, 1)
                      : Between(least, most, &random);
  };
  for (int i = 0; i < 20000; ++i) {
    const double x = any(i % 3);
    in[0].push_back(x);
    in[1].push_back(i & 1 ? std::max(least, x * random.LogUniform(0.8, 1))
                          : any(i / 3 % 3));
  }
  for (const double x : {least, most}) {
    for (const double y : {least, most}) {
      in[0].push_back(x);
      in[1].push_back(y);
    }
  }
  ExpectLogRatio<LogRatioOfAnyFunction>(in);
}

}  // namespace
}  // namespace tf_implicit
