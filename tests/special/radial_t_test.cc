// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// radial_t.h against tests/reference/ and by properties.

#include "kernels/special/radial_t.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "gtest/gtest.h"
#include "kernels/cpu/loops.h"
#include "tests/special/function_testing.h"
#include "tests/special/loop_testing.h"
#include "tests/special/reference_table.h"

namespace tf_implicit {
namespace {

using special::RandomRadialStudentTGradFunction;

TEST(RadialTTest, MatchesReference) {
  const ReferenceTable table("radial_student_t_sample_grad");
  Columns<double> in;
  for (const char* name : {"dimension", "df", "log_square"}) {
    in.emplace_back(table[name].begin(), table[name].end());
  }
  const auto out = EvaluateFunction<RandomRadialStudentTGradFunction>(in);
  const auto& expected = table["d_df"];
  ExpectWithin("d_df", in, out[0], expected, 96, [&](size_t i) {
    // The first term of the series, whose sum has a zero, or of a difference.
    const long double df = in[1][i];
    const long double size = std::exp(in[2][i]) + in[0][i];
    const long double term = size < 1e-3L * df ? size / (2 * df * df) : 1 / df;
    return std::max(std::abs(expected[i]), term);
  });
}

TEST(RadialTTest, NaNOutside) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double inf = std::numeric_limits<double>::infinity();
  const Columns<double> in = {{0, nan, 3, 3, 3, 3, 3},
                              {2, 2, 0, -1, nan, inf, 2},
                              {0.5, 0.5, 0.5, 0.5, 0.5, 0.5, nan}};
  ExpectNaN<RandomRadialStudentTGradFunction>(in);
}

TEST(RadialTTest, IndependentOfNeighbours) {
  PointGenerator random(3);
  Columns<double> in(3);
  for (int i = 0; i < 3000; ++i) {
    in[0].push_back(1 + std::floor(20 * random.Uniform()));
    in[1].push_back(random.LogUniform(0.1, 1e6));
    in[2].push_back(8 * random.Uniform() - 4);
  }
  ExpectFunctionIndependentOfNeighbours<RandomRadialStudentTGradFunction>(in);
}

// Both are evaluated in double, float with fewer terms.
TEST(RadialTFloatTest, FloatIsTheRoundedDouble) {
  PointGenerator random(4);
  Columns<float> points(3);
  for (int i = 0; i < 40000; ++i) {
    const double df = random.LogUniform(0.01, 1e6);
    const double d = std::floor(random.LogUniform(1, i % 2 ? 20 : 1e4));
    // Samples of ordinary size, and any odds.
    const double odds = i % 4 < 2 ? d / df * random.LogUniform(0.03, 30)
                                  : random.LogUniform(1e-6, 1e6);
    points[0].push_back(static_cast<float>(d));
    points[1].push_back(static_cast<float>(df));
    points[2].push_back(static_cast<float>(std::log(odds * df)));
  }
  Columns<double> wide(3);
  for (int k = 0; k < 3; ++k) {
    wide[k].assign(points[k].begin(), points[k].end());
  }
  for (CpuTarget target : SupportedCpuTargets()) {
    const auto out =
        Evaluate(target, LoopId::kRandomRadialStudentTGrad, points);
    const auto exact =
        Evaluate(target, LoopId::kRandomRadialStudentTGrad, wide);
    for (size_t i = 0; i < out[0].size(); ++i) {
      const double df = wide[1][i], value = exact[0][i];
      const double size = std::exp(wide[2][i]) + wide[0][i];
      const double term = std::min(size / (2 * df), 1.) / df;
      EXPECT_NEAR(
          out[0][i], value,
          std::abs(value) * 0x1p-24 + 4e-9 * std::max(std::abs(value), term))
          << CpuTargetName(target) << " at " << points[0][i] << " "
          << points[1][i] << " " << points[2][i];
    }
  }
}

}  // namespace
}  // namespace tf_implicit
