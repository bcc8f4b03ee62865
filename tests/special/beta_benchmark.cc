// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Times the Beta and Student-t loops: nanoseconds per element (both derivatives
// of a Beta sample) for each target, type and mix of parameters. One core; the
// best of many repeats. Samples are Beta or Student-t distributed.
//
//   bazel run -c opt //tests/special:beta_benchmark

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <random>
#include <vector>

#include "kernels/cpu/loops.h"

namespace tf_implicit {
namespace {

constexpr int kElements = 1 << 15;
constexpr int kRepeats = 15;

// Parameters are log-uniform in [low, high].
struct Mix {
  const char* name;
  double low, high;
};

template <class T>
void Time(const char* label, CpuTarget target, LoopId id,
          const std::vector<std::vector<double>>& points) {
  const LoopEntry& entry = LoopsFor(target)[id];
  std::vector<std::vector<T>> in;
  for (const auto& column : points)
    in.emplace_back(column.begin(), column.end());
  std::vector<std::vector<T>> out(entry.outputs, std::vector<T>(kElements));
  std::vector<const T*> inputs;
  std::vector<T*> outputs;
  for (const auto& column : in) inputs.push_back(column.data());
  for (auto& column : out) outputs.push_back(column.data());
  double best = INFINITY;
  for (int i = 0; i < kRepeats; ++i) {
    const auto start = std::chrono::steady_clock::now();
    entry.loop<T>()(kElements, inputs.data(), outputs.data());
    const std::chrono::duration<double> elapsed =
        std::chrono::steady_clock::now() - start;
    best = std::min(best, elapsed.count());
  }
  std::printf("%-8s %-6s %-34s %7.1f ns\n", CpuTargetName(target),
              sizeof(T) == 4 ? "float" : "double", label,
              best / kElements * 1e9);
}

template <class T>
void TimeAll(CpuTarget target, LoopId id, const char* function,
             const std::vector<Mix>& mixes,
             std::vector<std::vector<double>> (*points)(const Mix&)) {
  for (const Mix& mix : mixes) {
    char label[80];
    std::snprintf(label, sizeof(label), "%s %s", function, mix.name);
    Time<T>(label, target, id, points(mix));
  }
}

double LogUniform(const Mix& mix, std::mt19937_64* engine) {
  return std::exp(std::uniform_real_distribution<double>(
      std::log(mix.low), std::log(mix.high))(*engine));
}

// a, b and logit samples: log of a quotient of Gamma samples, log z taken as
// log z' + log(u) / a for z' ~ Gamma(a + 1), which does not underflow.
std::vector<std::vector<double>> BetaPoints(const Mix& mix) {
  std::mt19937_64 engine(1);
  std::uniform_real_distribution<double> uniform(0, 1);
  const auto log_gamma = [&](double a) {
    return std::log(std::gamma_distribution<double>(a + 1)(engine)) +
           std::log1p(-uniform(engine)) / a;
  };
  std::vector<std::vector<double>> points(3);
  for (int i = 0; i < kElements; ++i) {
    const double a = LogUniform(mix, &engine), b = LogUniform(mix, &engine);
    points[0].push_back(a);
    points[1].push_back(b);
    points[2].push_back(log_gamma(a) - log_gamma(b));
  }
  return points;
}

std::vector<std::vector<double>> StudentTPoints(const Mix& mix) {
  std::mt19937_64 engine(1);
  std::vector<std::vector<double>> points(2);
  for (int i = 0; i < kElements; ++i) {
    const double nu = LogUniform(mix, &engine);
    points[0].push_back(nu);
    points[1].push_back(std::student_t_distribution<double>(nu)(engine));
  }
  return points;
}

// With a location and a scale, df, 0, 1 and the sample.
std::vector<std::vector<double>> StudentTLogProbPoints(const Mix& mix) {
  auto points = StudentTPoints(mix);
  points.insert(points.begin() + 1, {std::vector<double>(kElements, 0),
                                     std::vector<double>(kElements, 1)});
  return points;
}

void Main() {
  const std::vector<Mix> beta = {
      {"[1e-3, 1e6]", 1e-3, 1e6}, {"[0.1, 10]", 0.1, 10},
      {"[1e-3, 0.1]", 1e-3, 0.1}, {"[0.1, 1]", 0.1, 1},
      {"[1, 10]", 1, 10},         {"[10, 100]", 10, 100},
      {"[100, 1e3]", 100, 1e3},   {"[1e3, 1e6]", 1e3, 1e6}};
  const std::vector<Mix> student_t = {
      {"[0.5, 1e6]", 0.5, 1e6}, {"[0.5, 16]", 0.5, 16}, {"[32, 1e6]", 32, 1e6}};
  for (CpuTarget target : SupportedCpuTargets()) {
    TimeAll<float>(target, LoopId::kRandomLogitBetaGrad, "beta", beta,
                   BetaPoints);
    TimeAll<double>(target, LoopId::kRandomLogitBetaGrad, "beta", beta,
                    BetaPoints);
    TimeAll<double>(target, LoopId::kRandomLogitBetaGradPartials,
                    "beta partials", {beta[0], beta[1]}, BetaPoints);
    TimeAll<float>(target, LoopId::kLogitBetaCdf, "beta cdf", beta, BetaPoints);
    TimeAll<double>(target, LoopId::kLogitBetaCdf, "beta cdf", beta,
                    BetaPoints);
    TimeAll<float>(target, LoopId::kLogitBetaCdfPartials, "beta cdf partials",
                   {beta[0], beta[1]}, BetaPoints);
    TimeAll<float>(target, LoopId::kRandomStudentTGrad, "student_t", student_t,
                   StudentTPoints);
    TimeAll<double>(target, LoopId::kRandomStudentTGrad, "student_t", student_t,
                    StudentTPoints);
    TimeAll<double>(target, LoopId::kRandomStudentTGradPartials,
                    "student_t partials", {student_t[0]}, StudentTPoints);
    TimeAll<float>(target, LoopId::kStudentTCdf, "student_t cdf", student_t,
                   StudentTPoints);
    TimeAll<double>(target, LoopId::kStudentTCdf, "student_t cdf", student_t,
                    StudentTPoints);
    TimeAll<float>(target, LoopId::kStudentTLogProb, "student_t log_prob",
                   student_t, StudentTLogProbPoints);
  }
}

}  // namespace
}  // namespace tf_implicit

int main() { tf_implicit::Main(); }
