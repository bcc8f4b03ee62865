// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// count_instructions NAME float|double ELEMENTS RUNS: runs a loop or a sampler
// RUNS times. Makefile's target `count` counts what one run more executes.

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "kernels/cpu/cpu_target.h"
#include "kernels/cpu/map_regions.h"
#include "kernels/cpu/samplers.h"
#include "kernels/special/gamma.h"
#include "kernels/special/von_mises.h"

namespace tf_implicit {
namespace {

// The paper's grid of concentrations, 1e-2 to 1e3.
template <class T>
std::vector<T> Concentrations(int elements) {
  std::mt19937_64 engine(1);
  std::vector<T> x;
  for (int i = 0; i < elements; ++i) {
    x.push_back(
        static_cast<T>(std::pow(10.0, static_cast<int>(engine() % 6) - 2)));
  }
  return x;
}

// False where there is no such name.
template <class T>
bool Run(const std::string& name, int elements, int runs) {
  const Samplers<T>& samplers =
      SamplersFor(SupportedCpuTargets().front()).get<T>();
  const std::vector<T> concentration = Concentrations<T>(elements);
  std::vector<T> sample(elements), out(elements);
  const bool is_gamma = name.find("gamma") == 0;
  const auto draw = [&](T* samples) {
    (is_gamma ? samplers.gamma : samplers.von_mises)(
        {{1, 2}}, 0, elements, concentration.data(), elements, samples);
  };
  draw(sample.data());
  const T* const inputs[] = {concentration.data(), sample.data()};
  T* const outputs[] = {out.data()};
  for (int i = 0; i < runs; ++i) {
    if (name == "gamma_sample" || name == "von_mises_sample") {
      draw(out.data());
    } else if (name == "gamma_gradient") {
      special::MapArrays<special::RandomGammaGradFunction, T>(elements, inputs,
                                                              outputs);
    } else if (name == "von_mises_gradient") {
      special::MapArrays<special::RandomVonMisesGradFunction, T>(
          elements, inputs, outputs);
    } else {
      return false;
    }
  }
  return true;
}

}  // namespace
}  // namespace tf_implicit

int main(int argc, char** argv) {
  if (argc == 5) {
    const auto run = std::strcmp(argv[2], "double") == 0
                         ? tf_implicit::Run<double>
                         : tf_implicit::Run<float>;
    if (run(argv[1], std::atoi(argv[3]), std::atoi(argv[4]))) return 0;
  }
  std::fprintf(stderr,
               "usage: count_instructions NAME float|double ELEMENTS RUNS\n");
  return 1;
}
