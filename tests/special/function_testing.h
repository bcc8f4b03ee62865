// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// What the tests of functions of map_regions.h share, on the target that the
// test is compiled for: evaluation over columns, comparison with expected
// values, and properties that every function has.

#ifndef TF_IMPLICIT_TESTS_SPECIAL_FUNCTION_TESTING_H_
#define TF_IMPLICIT_TESTS_SPECIAL_FUNCTION_TESTING_H_

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "kernels/cpu/map_regions.h"
#include "tests/special/loop_testing.h"

namespace tf_implicit {

template <class Function, class T>
Columns<T> EvaluateFunction(const Columns<T>& in) {
  EXPECT_EQ(static_cast<int>(in.size()), Function::kInputs);
  Columns<T> out(Function::kOutputs, std::vector<T>(in[0].size()));
  std::vector<const T*> inputs;
  std::vector<T*> outputs;
  for (const auto& column : in) inputs.push_back(column.data());
  for (auto& column : out) outputs.push_back(column.data());
  special::MapArrays<Function, T>(in[0].size(), inputs.data(), outputs.data());
  return out;
}

// |out - expected| <= bound eps of scale(i), element by element; prints the
// worst and the mean.
template <class T, class Scale>
void ExpectWithin(const std::string& name, const Columns<T>& in,
                  const std::vector<T>& out,
                  const std::vector<long double>& expected, double bound,
                  const Scale& scale) {
  const auto point = [&](size_t i) {
    std::string text;
    for (const auto& column : in) {
      char number[32];
      std::snprintf(number, sizeof(number), "%.17g ",
                    static_cast<double>(column[i]));
      text += number;
    }
    return text;
  };
  double worst = 0, sum = 0;
  size_t at = 0;
  ASSERT_EQ(out.size(), expected.size());
  for (size_t i = 0; i < out.size(); ++i) {
    const long double tiny = std::numeric_limits<T>::denorm_min();
    const long double size = std::abs(static_cast<long double>(scale(i)));
    // Where the true value is beyond the type, so must be the result.
    const T rounded = static_cast<T>(expected[i]);
    if (std::isinf(rounded)) {
      EXPECT_EQ(out[i], rounded) << name << " at " << point(i);
      continue;
    }
    const double error = static_cast<double>(std::abs(out[i] - expected[i]) /
                                             std::max(size * kEps<T>, tiny));
    EXPECT_LE(error, bound)
        << name << " at " << point(i) << ": got " << out[i] << ", expected "
        << static_cast<double>(expected[i]);
    if (!(error <= worst)) {
      worst = error;
      at = i;
    }
    sum += error;
  }
  std::printf("%s %s: worst %.3g eps at %s, mean %.3g, %d points\n",
              name.c_str(), kIsDouble<T> ? "double" : "float", worst,
              point(at).c_str(), sum / out.size(),
              static_cast<int>(out.size()));
}

template <class T>
std::vector<long double> Wide(const std::vector<T>& column) {
  return std::vector<long double>(column.begin(), column.end());
}

// The columns of another type.
template <class To, class From>
Columns<To> ConvertColumns(const Columns<From>& columns) {
  Columns<To> result;
  for (const auto& column : columns) {
    result.emplace_back();
    for (const From x : column) result.back().push_back(static_cast<To>(x));
  }
  return result;
}

// Every output of every element is NaN.
template <class Function, class T>
void ExpectNaN(const Columns<T>& in) {
  const auto out = EvaluateFunction<Function>(in);
  for (size_t k = 0; k < out.size(); ++k) {
    for (size_t i = 0; i < out[k].size(); ++i) {
      EXPECT_TRUE(std::isnan(out[k][i]))
          << "output " << k << " of element " << i << ": " << out[k][i];
    }
  }
}

// An element's result depends on its inputs only: not on its place, nor on the
// elements around it.
template <class Function, class T>
void ExpectFunctionIndependentOfNeighbours(const Columns<T>& in) {
  const auto expected = EvaluateFunction<Function>(in);
  std::vector<int> order(in[0].size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::mt19937_64 engine(5);
  std::shuffle(order.begin(), order.end(), engine);
  for (size_t size :
       {size_t{1}, size_t{3}, size_t{17}, size_t{1025}, order.size()}) {
    Columns<T> some(in.size());
    for (size_t k = 0; k < in.size(); ++k) {
      for (size_t i = 0; i < size; ++i) some[k].push_back(in[k][order[i]]);
    }
    const auto out = EvaluateFunction<Function>(some);
    for (size_t k = 0; k < out.size(); ++k) {
      for (size_t i = 0; i < size; ++i) {
        const T want = expected[k][order[i]];
        ASSERT_TRUE(out[k][i] == want ||
                    (std::isnan(out[k][i]) && std::isnan(want)))
            << "output " << k << " of element " << i << " of " << size;
      }
    }
  }
}

// Random numbers for points.
class PointGenerator {
 public:
  explicit PointGenerator(int seed) : engine_(seed) {}

  double Uniform() { return uniform_(engine_); }
  double Normal() { return normal_(engine_); }
  double LogUniform(double low, double high) {
    return low * std::pow(high / low, Uniform());
  }
  // A factor near or far from 1: 1 +- 10^u.
  double Close(double least) {
    return 1 + (Uniform() < 0.5 ? -0.99 : 0.99) * LogUniform(least, 1);
  }
  // A concentration: ordinary, or anything from 1e-6 to 1e10.
  double Concentration() {
    return Uniform() < 0.5 ? LogUniform(0.05, 30) : LogUniform(1e-6, 1e10);
  }

 private:
  std::mt19937_64 engine_;
  std::uniform_real_distribution<double> uniform_{0, 1};
  std::normal_distribution<double> normal_;
};

}  // namespace tf_implicit

#endif  // TF_IMPLICIT_TESTS_SPECIAL_FUNCTION_TESTING_H_
