// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// hypergeometric_0f1.h against tests/reference/. It is evaluated in double for
// float too.

#include "kernels/special/hypergeometric_0f1.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "gtest/gtest.h"
#include "tests/special/function_testing.h"
#include "tests/special/reference_table.h"

namespace tf_implicit {
namespace {

using Function = special::LogHypergeometric0F1Function;

TEST(Hypergeometric0F1Test, MatchesReference) {
  const ReferenceTable table("log_hypergeometric_0f1");
  Columns<double> in;
  for (const char* name : {"b", "z"}) {
    in.emplace_back(table[name].begin(), table[name].end());
  }
  const auto out = EvaluateFunction<Function>(in);
  const char* const names[] = {"value", "d_b", "d_z"};
  for (int k = 0; k < 3; ++k) {
    const auto& expected = table[names[k]];
    ExpectWithin(names[k], in, out[k], expected, 4, [&](size_t i) {
      return std::max(k == 0 ? 1.0L : 0.0L, std::abs(expected[i]));
    });
  }
}

TEST(Hypergeometric0F1Test, EndsAndOutside) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  const auto out = EvaluateFunction<Function>(Columns<double>{{4}, {0}});
  EXPECT_EQ(out[0][0], 0);
  EXPECT_EQ(out[1][0], 0);
  EXPECT_EQ(out[2][0], 0.25);
  const Columns<double> bad = {
      {0, -1, nan, infinity, 2, 2, 2, 2},
      {1, 1, 1, 1, -1, nan, infinity, 651},
  };
  ExpectNaN<Function>(bad);
}

TEST(Hypergeometric0F1Test, IndependentOfNeighbours) {
  PointGenerator random(5);
  Columns<double> in(2);
  for (int i = 0; i < 3000; ++i) {
    in[0].push_back(random.LogUniform(1e-2, 1e2));
    in[1].push_back(random.LogUniform(1e-3, 650));
  }
  ExpectFunctionIndependentOfNeighbours<Function>(in);
}

}  // namespace
}  // namespace tf_implicit
