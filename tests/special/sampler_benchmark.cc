// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Times the array samplers: nanoseconds per element for each target and mix of
// parameters, and per call on few elements. One core; the best of many repeats.
//
//   bazel run -c opt //tests/special:sampler_benchmark [-- name]

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "kernels/cpu/cpu_target.h"
#include "kernels/cpu/samplers.h"

namespace tf_implicit {
namespace {

constexpr int kElements = 1 << 15;
constexpr RandomSeed kSeed = {{1, 2}};

// Seconds that one call of f takes: the best of `repeats`.
template <class F>
double Seconds(int repeats, F f) {
  double best = INFINITY;
  for (int i = 0; i < repeats; ++i) {
    const auto start = std::chrono::steady_clock::now();
    f();
    const std::chrono::duration<double> elapsed =
        std::chrono::steady_clock::now() - start;
    best = std::min(best, elapsed.count());
  }
  return best;
}

// Parameters of a line of the report: log-uniform or uniform in [low, high].
struct Mix {
  const char* name;
  double low, high;
  bool logarithmic;
};

template <class T>
std::vector<T> Parameters(const Mix& mix) {
  std::mt19937_64 engine(1);
  std::vector<T> parameters(kElements);
  const bool log = mix.logarithmic && mix.low > 0;
  std::uniform_real_distribution<double> uniform(
      log ? std::log(mix.low) : mix.low, log ? std::log(mix.high) : mix.high);
  for (T& parameter : parameters) {
    const double u = mix.low < mix.high ? uniform(engine)
                                        : (log ? std::log(mix.low) : mix.low);
    parameter = static_cast<T>(log ? std::exp(u) : u);
  }
  return parameters;
}

const Mix kGammaMixes[] = {
    {"0.1..1e4", 0.1, 1e4, true}, {"1..1e4", 1, 1e4, true},
    {"0.01..1", 0.01, 1, true},   {"0.01", 0.01, 0.01, true},
    {"0.3", 0.3, 0.3, true},      {"1", 1, 1, true},
    {"2.5", 2.5, 2.5, true},      {"30", 30, 30, true},
    {"1e8", 1e8, 1e8, true}};
const Mix kVonMisesMixes[] = {{"0.01..1e4", 0.01, 1e4, true},
                              {"0.5..3", 0.5, 3, false},
                              {"0", 0, 0, false},
                              {"0.5", 0.5, 0.5, true},
                              {"1.5", 1.5, 1.5, true},
                              {"3", 3, 3, true},
                              {"50", 50, 50, true},
                              {"1e8", 1e8, 1e8, true}};

template <class T>
void TimeArrays(const char* distribution, SampleLoop<T> sample, const Mix& mix,
                const std::string& prefix) {
  const std::vector<T> parameters = Parameters<T>(mix);
  std::vector<T> out(kElements);
  // Another seed each time: the processor would learn by heart which elements
  // one seed rejects.
  RandomSeed seed = kSeed;
  const double seconds = Seconds(60, [&] {
    ++seed.word[0];
    sample(seed, 0, kElements, parameters.data(), kElements, out.data());
  });
  std::printf("%s %-10s %-10s %7.2f ns/element\n", prefix.c_str(), distribution,
              mix.name, 1e9 * seconds / kElements);
}

template <class T>
void TimeCalls(const char* distribution, SampleLoop<T> sample, T parameter,
               const std::string& prefix) {
  for (int n : {1, 16, 64, 512}) {
    std::vector<T> out(n);
    constexpr int kCalls = 200;
    const double seconds = Seconds(200, [&] {
      for (int i = 0; i < kCalls; ++i) {
        sample({{static_cast<uint64_t>(i), 0}}, 0, n, &parameter, 1,
               out.data());
      }
    });
    std::printf("%s %-10s n=%-8d %7.0f ns/call\n", prefix.c_str(), distribution,
                n, 1e9 * seconds / kCalls);
  }
}

template <class T>
void TimeDirichlet(const Samplers<T>& samplers, const std::string& prefix) {
  constexpr int kRows = 640;
  for (int components : {3, 50, 1000}) {
    for (T alpha : {T(0.02), T(0.7), T(3)}) {
      const int rows = std::max(kRows / components, 1) * 50;
      std::vector<T> p(rows * components), log_gamma(p.size());
      const double seconds = Seconds(40, [&] {
        samplers.dirichlet(kSeed, 0, rows, components, &alpha, 1, p.data(),
                           log_gamma.data());
      });
      std::printf("%s dirichlet  k=%-5d %-4g %7.2f ns/element\n",
                  prefix.c_str(), components, alpha, 1e9 * seconds / p.size());
    }
  }
}

template <class T>
void TimeTarget(CpuTarget target, const char* type, const char* only) {
  const Samplers<T>& samplers = SamplersFor(target).get<T>();
  const std::string prefix = std::string(CpuTargetName(target)) + " " + type;
  const auto wanted = [&](const char* name) {
    return only == nullptr || std::strcmp(only, name) == 0;
  };
  if (wanted("normal")) {
    TimeArrays("normal", samplers.normal, Mix{"", 1, 1, true}, prefix);
  }
  for (const Mix& mix : kGammaMixes) {
    if (wanted("gamma")) TimeArrays("gamma", samplers.gamma, mix, prefix);
  }
  for (const Mix& mix : kGammaMixes) {
    if (wanted("log_gamma")) {
      TimeArrays("log_gamma", samplers.log_gamma, mix, prefix);
    }
  }
  for (const Mix& mix : kVonMisesMixes) {
    if (wanted("von_mises")) {
      TimeArrays("von_mises", samplers.von_mises, mix, prefix);
    }
  }
  if (wanted("dirichlet")) TimeDirichlet(samplers, prefix);
  if (wanted("calls")) {
    TimeCalls("gamma", samplers.gamma, T(2.5), prefix);
    TimeCalls("gamma<1", samplers.gamma, T(0.3), prefix);
    TimeCalls("von_mises", samplers.von_mises, T(5), prefix);
  }
}

}  // namespace
}  // namespace tf_implicit

int main(int argc, char** argv) {
  const char* only = argc > 1 ? argv[1] : nullptr;
  for (tf_implicit::CpuTarget target : tf_implicit::SupportedCpuTargets()) {
    tf_implicit::TimeTarget<float>(target, "float", only);
    tf_implicit::TimeTarget<double>(target, "double", only);
  }
}
