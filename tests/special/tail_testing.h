// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// What the tests of distribution functions share: arrays through a Function of
// map_regions.h, and a comparison with a table.

#ifndef TF_IMPLICIT_TESTS_SPECIAL_TAIL_TESTING_H_
#define TF_IMPLICIT_TESTS_SPECIAL_TAIL_TESTING_H_

#include <cmath>
#include <cstdio>
#include <limits>
#include <string>
#include <type_traits>
#include <vector>

#include "gtest/gtest.h"
#include "kernels/cpu/map_regions.h"
#include "tests/special/reference_table.h"

namespace tf_implicit {

template <class T>
using Columns = std::vector<std::vector<T>>;

template <class T, class Loop>
Columns<T> RunLoop(Loop loop, int outputs, const Columns<T>& in) {
  Columns<T> out(outputs, std::vector<T>(in[0].size()));
  std::vector<const T*> inputs;
  std::vector<T*> results;
  for (const auto& column : in) inputs.push_back(column.data());
  for (auto& column : out) results.push_back(column.data());
  loop(in[0].size(), inputs.data(), results.data());
  return out;
}

template <class Function, class T>
Columns<T> RunFunction(const Columns<T>& in) {
  EXPECT_EQ(static_cast<int>(in.size()), Function::kInputs);
  return RunLoop<T>(special::MapArrays<Function, T>, Function::kOutputs, in);
}

// Compares columns with those of the truth, relative to them; values whose
// truth T cannot hold as normal numbers are left out. `offset` says with what
// the truth is compared: error <= worst * eps * max(|truth|, floor).
template <class T>
void ExpectClose(const std::string& title, const std::vector<T>& got,
                 const std::vector<long double>& truth, const Columns<T>& in,
                 double worst_allowed, double mean_allowed,
                 long double floor = 0) {
  const double eps = std::numeric_limits<T>::epsilon();
  double worst = 0, sum = 0;
  size_t at = 0, count = 0;
  for (size_t i = 0; i < got.size(); ++i) {
    const long double size = std::max(std::abs(truth[i]), floor);
    if (size < std::numeric_limits<T>::min() ||
        size > std::numeric_limits<T>::max()) {
      continue;
    }
    const double error =
        static_cast<double>(std::abs(got[i] - truth[i]) / size) / eps;
    if (!(error <= worst)) {
      worst = error;
      at = i;
    }
    sum += error;
    ++count;
  }
  ASSERT_GT(count, 30u) << title;
  std::printf("%s %s: worst %.3g eps, mean %.3g, of %zu, at", title.c_str(),
              sizeof(T) == 4 ? "float" : "double", worst, sum / count, count);
  for (const auto& column : in) {
    std::printf(" %.17g", static_cast<double>(column[at]));
  }
  std::printf("\n");
  EXPECT_LE(worst, worst_allowed)
      << title << ": got " << got[at] << ", expected "
      << static_cast<double>(truth[at]);
  EXPECT_LE(sum / count, mean_allowed) << title;
}

}  // namespace tf_implicit

#endif  // TF_IMPLICIT_TESTS_SPECIAL_TAIL_TESTING_H_
