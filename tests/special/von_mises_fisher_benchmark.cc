// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Time per element of the von Mises-Fisher functions on one core, for the
// target that this file is compiled for: 20,000 elements near the mode; the
// best of 20 runs. Columns: the dimension, "mixed" from 2 to 100; kappa is
// log-uniform in [0.1, 1000].

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <random>
#include <vector>

#include "kernels/cpu/map_regions.h"
#include "kernels/special/von_mises_fisher.h"
#include "kernels/special/von_mises_fisher_moments.h"

namespace tf_implicit {
namespace {

constexpr int kElements = 20000;
constexpr int kRuns = 20;
constexpr int kDimensions[] = {2, 3, 10, 100, 10000, 0};  // 0: mixed

template <class T>
using Points = std::vector<std::vector<T>>;

template <class T>
Points<T> MakePoints(int dimension) {
  std::mt19937_64 engine(1);
  std::uniform_real_distribution<double> uniform(0, 1);
  Points<T> points(3);
  for (int i = 0; i < kElements; ++i) {
    const double m =
        dimension ? dimension : 2 + std::floor(99 * uniform(engine));
    const double kappa = std::pow(10, 4 * uniform(engine) - 1);
    const double nu = m / 2 - 1;
    const double mode = std::acos(kappa / (nu + std::hypot(nu, kappa)));
    const double width = (2 * uniform(engine) - 1) * 2 / std::sqrt(m + kappa);
    points[0].push_back(static_cast<T>(m));
    points[1].push_back(static_cast<T>(kappa));
    points[2].push_back(static_cast<T>(std::clamp(mode + width, 1e-3, 3.14)));
  }
  return points;
}

template <class Function, class T>
double NanosecondsPerElement(const Points<T>& points) {
  std::vector<T> storage[Function::kOutputs];
  T* out[Function::kOutputs];
  for (int k = 0; k < Function::kOutputs; ++k) {
    storage[k].resize(kElements);
    out[k] = storage[k].data();
  }
  const T* const in[] = {points[0].data(), points[1].data(), points[2].data()};
  double best = INFINITY;
  for (int i = 0; i < kRuns; ++i) {
    const auto start = std::chrono::steady_clock::now();
    special::MapArrays<Function, T>(kElements, in, out);
    const std::chrono::duration<double, std::nano> time =
        std::chrono::steady_clock::now() - start;
    best = std::min(best, time.count() / kElements);
  }
  return best;
}

template <class Function, class T>
void PrintRow(const char* name) {
  std::printf("%-34s", name);
  for (int dimension : kDimensions) {
    std::printf(" %8.2f",
                NanosecondsPerElement<Function>(MakePoints<T>(dimension)));
  }
  std::printf("\n");
}

template <class T>
void PrintTable(const char* type) {
  std::printf("%-34s", type);
  for (int dimension : kDimensions) {
    if (dimension) std::printf(" %8d", dimension);
  }
  std::printf("    mixed\n");
  PrintRow<special::RandomVonMisesFisherGradFunction, T>(
      "RandomVonMisesFisherGrad");
  PrintRow<special::RandomVonMisesFisherGradPartialsFunction, T>(
      "RandomVonMisesFisherGradPartials");
  PrintRow<special::VonMisesFisherMomentsFunction, T>("VonMisesFisherMoments");
}

}  // namespace
}  // namespace tf_implicit

int main() {
  tf_implicit::PrintTable<float>("float, ns per element");
  tf_implicit::PrintTable<double>("double, ns per element");
}
