// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Time per element of the von Mises functions on one core, for the target that
// this file is compiled for: 200,000 elements, shuffled; the best of 20 runs.
//
// Columns: the paper's grid (kappa in 0.01, 0.1, 1, 10), kappa log-uniform in
// [1e-3, 1e5], then each decade of kappa, and kappa = 5 on the whole circle.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <random>
#include <vector>

#include "kernels/cpu/map_regions.h"
#include "kernels/special/von_mises.h"
#include "kernels/special/von_mises_cdf.h"
#include "kernels/special/von_mises_paper.h"

namespace tf_implicit {
namespace {

constexpr int kElements = 200000;
constexpr int kRuns = 20;
constexpr double kPi = 3.14159265358979323846;

using Engine = std::mt19937_64;

double Uniform(Engine* engine) {
  return std::uniform_real_distribution<double>(0, 1)(*engine);
}

// A von Mises sample, by rejection from the circle (small kappa) or from a
// Normal in sin(z / 2) (large kappa): exp(-2 kappa sin^2(z / 2)) is the density
// up to a factor, and cos(z / 2) the Jacobian.
double Sample(double kappa, Engine* engine) {
  if (kappa < 3) {
    for (;;) {
      const double z = kPi * (2 * Uniform(engine) - 1);
      if (Uniform(engine) < std::exp(kappa * (std::cos(z) - 1))) return z;
    }
  }
  std::normal_distribution<double> normal(0, 0.5 / std::sqrt(kappa));
  for (;;) {
    const double sine = normal(*engine);
    if (std::abs(sine) >= 1) continue;
    const double cosine = std::sqrt(1 - sine * sine);
    // Accept with probability proportional to 1 / cosine, cut off near pi.
    if (Uniform(engine) < std::min(1.0, 0.05 / cosine)) {
      return 2 * std::asin(sine);
    }
  }
}

template <class T>
struct Points {
  std::vector<T> kappa, z;

  void Add(double k, double angle) {
    kappa.push_back(static_cast<T>(k));
    z.push_back(static_cast<T>(angle));
  }
};

// A function of (kappa, z), or of (z, kappa).
template <class T>
using Run = void (*)(const Points<T>&, T* const*);

template <class Function, bool kAngleFirst, class T>
void RunFunction(const Points<T>& points, T* const* out) {
  const T* const in[] = {kAngleFirst ? points.z.data() : points.kappa.data(),
                         kAngleFirst ? points.kappa.data() : points.z.data()};
  special::MapArrays<Function, T>(points.z.size(), in, out);
}

template <class T>
void RunPaper(const Points<T>& points, T* const* out) {
  for (size_t i = 0; i < points.z.size(); ++i) {
    out[0][i] = special::RandomVonMisesGradPaper(points.kappa[i], points.z[i]);
  }
}

template <class T>
double NanosecondsPerElement(Run<T> run, const Points<T>& points) {
  std::vector<T> storage[3];
  for (auto& s : storage) s.resize(points.z.size());
  T* out[] = {storage[0].data(), storage[1].data(), storage[2].data()};
  double best = INFINITY;
  for (int i = 0; i < kRuns; ++i) {
    const auto start = std::chrono::steady_clock::now();
    run(points, out);
    const std::chrono::duration<double, std::nano> time =
        std::chrono::steady_clock::now() - start;
    best = std::min(best, time.count() / points.z.size());
  }
  return best;
}

template <class T>
void PrintTable(const char* type) {
  Engine engine(1);
  std::vector<Points<T>> columns(2);
  std::printf("%-32s     grid log-unif", type);
  for (int i = 0; i < kElements; ++i) {
    const double grid = std::pow(10.0, static_cast<int>(engine() % 4) - 2);
    columns[0].Add(grid, Sample(grid, &engine));
    const double any =
        std::exp(std::log(1e-3) + Uniform(&engine) * std::log(1e8));
    columns[1].Add(any, Sample(any, &engine));
  }
  for (double kappa : {1e-2, 1e-1, 1., 3., 10., 1e2, 1e3, 1e4, 1e6}) {
    std::printf(" %8.2g", kappa);
    columns.emplace_back();
    for (int i = 0; i < kElements; ++i) {
      columns.back().Add(kappa, Sample(kappa, &engine));
    }
  }
  std::printf(" 5 circle\n");
  columns.emplace_back();
  for (int i = 0; i < kElements; ++i) {
    columns.back().Add(5, kPi * (2 * Uniform(&engine) - 1));
  }
  const struct {
    const char* name;
    Run<T> run;
  } functions[] = {
      {"RandomVonMisesGrad",
       RunFunction<special::RandomVonMisesGradFunction, false, T>},
      {"RandomVonMisesGradPartials",
       RunFunction<special::RandomVonMisesGradPartialsFunction, false, T>},
      {"RandomVonMisesGradPaper", RunPaper<T>},
      {"VonMisesCdf", RunFunction<special::VonMisesCdfFunction, true, T>},
      {"VonMisesCdfGrad",
       RunFunction<special::VonMisesCdfGradFunction, true, T>},
      {"VonMisesCdfGradPartials",
       RunFunction<special::VonMisesCdfGradPartialsFunction, true, T>},
  };
  for (const auto& function : functions) {
    std::printf("%-32s", function.name);
    for (const auto& points : columns) {
      std::printf(" %8.2f", NanosecondsPerElement(function.run, points));
    }
    std::printf("\n");
  }
}

}  // namespace
}  // namespace tf_implicit

int main() {
  tf_implicit::PrintTable<float>("float, ns per element");
  tf_implicit::PrintTable<double>("double, ns per element");
}
