// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// inverse_gaussian.h, and mills.h in it, against tests/reference/.

#include "kernels/special/inverse_gaussian.h"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/special/function_testing.h"
#include "tests/special/reference_table.h"

namespace tf_implicit {
namespace {

using special::RandomInverseGaussianLogGradFunction;

TEST(InverseGaussianTest, LogGradMatchesReference) {
  const ReferenceTable table("inverse_gaussian_log_grad");
  Columns<double> in;
  for (const char* name : {"loc", "concentration", "sample"}) {
    in.emplace_back(table[name].begin(), table[name].end());
  }
  // Without the term that the caller knows, whose error is not the function's.
  in.emplace_back(in[0].size());
  const auto out = EvaluateFunction<RandomInverseGaussianLogGradFunction>(in);
  const char* const names[] = {"d_log_loc", "excess"};
  for (int k = 0; k < 2; ++k) {
    const auto& expected = table[names[k]];
    ExpectWithin(names[k], in, out[k], expected, k ? 24 : 8,
                 [&](size_t i) { return expected[i]; });
  }
  for (size_t i = 0; i < in[0].size(); ++i) {
    in[3][i] =
        static_cast<double>((in[0][i] - in[2][i]) /
                            (static_cast<long double>(in[0][i]) + in[2][i]));
  }
  const auto whole = EvaluateFunction<RandomInverseGaussianLogGradFunction>(in);
  ExpectWithin("d_log_concentration", in, whole[1],
               table["d_log_concentration"], 24, [&](size_t i) {
                 return std::max(std::abs(static_cast<long double>(in[3][i])),
                                 table["excess"][i]);
               });
}

TEST(InverseGaussianTest, NaNOutside) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  Columns<double> in(4);
  for (int k = 0; k < 3; ++k) {
    for (double bad : {0.0, -1.0, nan}) {
      for (int j = 0; j < 4; ++j) in[j].push_back(j == k ? bad : 0.5);
    }
  }
  ExpectNaN<RandomInverseGaussianLogGradFunction>(in);
}

}  // namespace
}  // namespace tf_implicit
