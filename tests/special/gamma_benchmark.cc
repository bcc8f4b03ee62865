// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Times the Gamma loops of every target that this processor supports, on one
// core: nanoseconds per element for samples of Gamma(alpha, 1), alpha from the
// paper's grid 1e-2 .. 1e3 and from each decade. Best of several runs.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <random>
#include <vector>

#include "kernels/cpu/cpu_target.h"
#include "kernels/cpu/loops.h"

namespace tf_implicit {
namespace {

constexpr int kElements = 200000;
constexpr int kRuns = 15;
constexpr int kFirstDecade = -4;
constexpr int kLastDecade = 6;

struct Case {
  const char* name;
  LoopId id;
  bool log_sample;
};

constexpr Case kCases[] = {
    {"RandomGammaGrad", LoopId::kRandomGammaGrad, false},
    {"RandomGammaGradPartials", LoopId::kRandomGammaGradPartials, false},
    {"RandomLogGammaGrad", LoopId::kRandomLogGammaGrad, true},
    {"RandomLogGammaGradPartials", LoopId::kRandomLogGammaGradPartials, true},
    {"Igamma", LoopId::kIgamma, false},
    {"Igammac", LoopId::kIgammac, false},
    {"LogIgamma", LoopId::kLogIgamma, false},
    {"LogIgammac", LoopId::kLogIgammac, false},
    {"IgammaGrad", LoopId::kIgammaGrad, false},
    {"IgammaGradA", LoopId::kIgammaGradA, false},
    {"IgammaGradAPartials", LoopId::kIgammaGradAPartials, false},
    {"RandomGammaGradPaper", LoopId::kRandomGammaGradPaper, false},
};

// log z for z ~ Gamma(alpha, 1), by the rule Gamma(alpha) =
// Gamma(alpha + 1) U^(1 / alpha).
double LogSample(double alpha, std::mt19937_64* engine) {
  std::uniform_real_distribution<double> uniform(0, 1);
  std::gamma_distribution<double> gamma(alpha + 1);
  return std::log(gamma(*engine)) + std::log(uniform(*engine)) / alpha;
}

// Nanoseconds per element; `draw_alpha` is a function of the engine.
template <class T, class DrawAlpha>
double Time(const LoopEntry& entry, bool log_sample, DrawAlpha draw_alpha) {
  std::mt19937_64 engine(1);
  std::vector<T> alpha(kElements), sample(kElements);
  for (int i = 0; i < kElements; ++i) {
    alpha[i] = static_cast<T>(draw_alpha(&engine));
    const double u = LogSample(alpha[i], &engine);
    sample[i] = static_cast<T>(log_sample ? u : std::exp(u));
  }
  std::vector<std::vector<T>> results(entry.outputs, std::vector<T>(kElements));
  const T* inputs[] = {alpha.data(), sample.data()};
  std::vector<T*> outputs;
  for (std::vector<T>& result : results) outputs.push_back(result.data());
  double best = INFINITY;
  for (int run = 0; run < kRuns; ++run) {
    const auto begin = std::chrono::steady_clock::now();
    entry.loop<T>()(kElements, inputs, outputs.data());
    const std::chrono::duration<double> seconds =
        std::chrono::steady_clock::now() - begin;
    best = std::min(best, seconds.count());
  }
  return best / kElements * 1e9;
}

template <class T>
void Print(CpuTarget target, const Case& c) {
  const LoopEntry& entry = LoopsFor(target)[c.id];
  const double grid = Time<T>(entry, c.log_sample, [](std::mt19937_64* engine) {
    return std::pow(10.0, static_cast<int>((*engine)() % 6) - 2);
  });
  std::printf("%-9s %-27s %-7s %6.1f |", CpuTargetName(target), c.name,
              sizeof(T) == 4 ? "float" : "double", grid);
  for (int decade = kFirstDecade; decade < kLastDecade; ++decade) {
    const auto draw = [decade](std::mt19937_64* engine) {
      std::uniform_real_distribution<double> uniform(0, 1);
      return std::pow(10.0, decade + uniform(*engine));
    };
    std::printf(" %6.1f", Time<T>(entry, c.log_sample, draw));
  }
  std::printf("\n");
}

}  // namespace
}  // namespace tf_implicit

int main() {
  std::printf("ns per element: the paper's grid | alpha from 1e%d by decade\n",
              tf_implicit::kFirstDecade);
  for (tf_implicit::CpuTarget target : tf_implicit::SupportedCpuTargets()) {
    for (const tf_implicit::Case& c : tf_implicit::kCases) {
      tf_implicit::Print<float>(target, c);
      tf_implicit::Print<double>(target, c);
    }
  }
}
