// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// What limits the loops over many elements, for the target that this file is
// compiled for, as tables in Markdown.
//
// First the clock, by sums that wait for one another, and what an instruction
// on vectors takes of the processor, by ones that do not wait. Then, on the
// paper's grids in random order, and for the slowest and the fastest decade of
// concentrations of Gamma in float64, cycles for each element:
//
//   whole          200,000 elements as they come
//   formula        the elements of each region alone, packed, in the L1 cache
//   sorting        the whole loop, with a copy in place of each formula
//   multiply-adds  what the products and multiply-adds of the formula take if
//                  all else is free
//   quotients      likewise its quotients and roots
//
// and how many of both there are for a vector. At last what two processes do in
// the time of one, each on a processor of its own, by processor time.

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <random>
#include <utility>
#include <vector>

// clang-format off: the number type comes before the formulas.
#include "tests/special/traced_number.h"
#include "kernels/cpu/map_regions.h"
#include "kernels/cpu/samplers.h"
#include "kernels/special/beta.h"
#include "kernels/special/gamma.h"
#include "kernels/special/von_mises.h"
#include "tests/special/machine.h"
// clang-format on

namespace tf_implicit {
namespace {

using special::Lanes;
using special::LogitBetaSlopeFunction;
using special::NumberTraits;
using special::RandomGammaGradFunction;
using special::RandomVonMisesGradFunction;

constexpr int kElements = 200000;
constexpr int kRuns = 200;

// The regions of a function, and a copy for each of its formulas.
template <class Function>
struct WithoutFormulas : Function {
  template <int kRegion, class V>
  TFI_FUNCTION static void Evaluate(const V (&in)[Function::kInputs],
                                    V (&out)[Function::kOutputs]) {
    for (V& x : out) x = in[0];
  }
};

// Inputs of a function, and its result.
template <class T>
struct Points {
  std::vector<std::vector<T>> in;
  std::vector<T> out;

  // Of one element.
  template <int kInputs>
  void Get(int i, T (&x)[kInputs]) const {
    for (int k = 0; k < kInputs; ++k) x[k] = in[k][i];
  }

  template <class Function>
  void Map() {
    const T* from[Function::kInputs];
    for (int k = 0; k < Function::kInputs; ++k) from[k] = in[k].data();
    T* const to[] = {out.data()};
    special::MapArrays<Function, T>(out.size(), from, to);
  }
};

template <class T>
Points<T> DrawSamples(SampleLoop<T> draw, const std::vector<T>& parameter) {
  std::vector<T> sample(kElements);
  draw({{1, 2}}, 0, kElements, parameter.data(), kElements, sample.data());
  return {{parameter, sample}, std::vector<T>(kElements)};
}

// The paper's grid in random order, a sample for each.
template <class T>
Points<T> DrawPoints(bool is_gamma) {
  std::mt19937_64 engine(1);
  std::vector<T> parameter(kElements);
  for (T& x : parameter) {
    const int i = static_cast<int>(engine() % (is_gamma ? 6 : 4));
    x = static_cast<T>(std::pow(10.0, i - 2));
  }
  const Samplers<T>& samplers = SelectedSamplers().get<T>();
  return DrawSamples(is_gamma ? samplers.gamma : samplers.von_mises, parameter);
}

// Concentrations of Gamma in [10^exponent, 10^(exponent + 1)].
Points<double> DrawDecade(int exponent) {
  std::mt19937_64 engine(1);
  std::uniform_real_distribution<double> logarithm(exponent, exponent + 1);
  std::vector<double> parameter(kElements);
  for (double& x : parameter) x = std::pow(10.0, logarithm(engine));
  return DrawSamples(SelectedSamplers().get<double>().gamma, parameter);
}

// Both concentrations from the grid of Gamma, the sample and its logarithm.
Points<double> DrawBetaPoints() {
  std::mt19937_64 engine(1);
  const auto draw = [&engine] {
    return std::pow(10.0, static_cast<int>(engine() % 6) - 2);
  };
  Points<double> points{std::vector<std::vector<double>>(4),
                        std::vector<double>(kElements)};
  for (int i = 0; i < kElements; ++i) {
    const double a = draw(), b = draw();
    const double x = std::gamma_distribution<double>(a)(engine);
    const double y = std::gamma_distribution<double>(b)(engine);
    const double sample = x > 0 ? x / (x + y) : 1e-300;
    const double in[] = {a, b, sample, std::log(sample)};
    for (int k = 0; k < 4; ++k) points.in[k].push_back(in[k]);
  }
  return points;
}

// Of the formula, for an element.
struct Formula {
  double nanoseconds = 0;
  special::OperationCounts vector;  // for a vector
};

// Of the elements of one region, times their share.
template <class Function, int kRegion, class T>
void AddRegion(const Points<T>& points, Formula* sum) {
  using V = Lanes<T>;
  constexpr int kLanes = NumberTraits<V>::kLanes;
  constexpr int kInputs = Function::kInputs;
  std::vector<int> members;
  T in[kInputs];
  for (int i = 0; i < kElements; ++i) {
    points.Get(i, in);
    if (Function::template Region<T>(in) == kRegion) members.push_back(i);
  }
  if (members.empty()) return;
  const double share = static_cast<double>(members.size()) / kElements;
  const size_t distinct = std::min<size_t>(members.size(), kTileSize);
  special::OperationCounts counts;
  for (size_t i = 0; i < distinct; ++i) {
    using N = special::Traced<T>;
    special::Trace& trace = special::Trace::Get();
    trace.Clear();
    points.Get(members[i], in);
    N traced[kInputs], out[1];
    for (int k = 0; k < kInputs; ++k) traced[k] = special::MakeInput(in[k]);
    Function::template Evaluate<kRegion, N>(traced, out);
    trace.Use(out[0].node);
    const special::OperationCounts one = trace.Count();
    counts.multiply += one.multiply / distinct;
    counts.divide += one.divide / distinct;
  }
  sum->vector.multiply += share * counts.multiply;
  sum->vector.divide += share * counts.divide;
  // A full tile.
  T tile[kInputs][kTileSize], result[kTileSize];
  for (int i = 0; i < kTileSize; ++i) {
    points.Get(members[i % distinct], in);
    for (int k = 0; k < kInputs; ++k) tile[k][i] = in[k];
  }
  const T* from[kInputs];
  for (int k = 0; k < kInputs; ++k) from[k] = tile[k];
  T* const to[] = {result};
  const double time = Nanoseconds(15 * kRuns, [&] {
    special::MapVectors<Function, kRegion>(kTileSize / kLanes, from, to);
  });
  sum->nanoseconds += share * time / kTileSize;
}

template <class Function, class T, int... kRegions>
Formula MeasureFormula(const Points<T>& points,
                       std::integer_sequence<int, kRegions...>) {
  Formula sum;
  (AddRegion<Function, kRegions>(points, &sum), ...);
  return sum;
}

template <class Function, class T>
void PrintRow(const char* name, Points<T> points) {
  using V = Lanes<T>;
  constexpr int kLanes = NumberTraits<V>::kLanes;
  const double clock = Gigahertz();
  const double whole =
      Nanoseconds(kRuns, [&] { points.template Map<Function>(); });
  const double sorting = Nanoseconds(
      kRuns, [&] { points.template Map<WithoutFormulas<Function>>(); });
  const Formula formula = MeasureFormula<Function>(
      points,
      std::make_integer_sequence<int, Function::template kRegions<T>>());
  const double multiply = Nanoseconds(200, MultiplyAdds<V>) / kChain;
  const double divide = Nanoseconds(200, Quotients<V>) / kChain;
  std::printf(
      "| %-18s | %5.2f | %5.1f | %7.1f | %7.1f | %13.1f | %9.1f | %23.0f | "
      "%19.1f |\n",
      name, whole / kElements, clock * whole / kElements,
      clock * formula.nanoseconds, clock * sorting / kElements,
      clock * multiply * formula.vector.multiply / kLanes,
      clock * divide * formula.vector.divide / kLanes, formula.vector.multiply,
      formula.vector.divide);
}

void PrintLoops() {
  std::printf("%.2f GHz\n\n", Gigahertz());
  std::printf("| cycles for a vector | multiply-add | quotient |\n");
  std::printf("| ------------------- | ------------ | -------- |\n");
  std::printf("| float32             | %12.2f | %8.1f |\n",
              Cycles(MultiplyAdds<Lanes<float>>),
              Cycles(Quotients<Lanes<float>>));
  std::printf("| float64             | %12.2f | %8.1f |\n\n",
              Cycles(MultiplyAdds<Lanes<double>>),
              Cycles(Quotients<Lanes<double>>));
  std::printf(
      "| derivative         | ns    | whole | formula | sorting | "
      "multiply-adds | quotients | multiply-adds, a vector | "
      "quotients, a vector |\n");
  std::printf(
      "| ------------------ | ----- | ----- | ------- | ------- | "
      "------------- | --------- | ----------------------- | "
      "------------------- |\n");
  PrintRow<RandomGammaGradFunction>("Gamma, float32", DrawPoints<float>(true));
  PrintRow<RandomGammaGradFunction>("Gamma, float64", DrawPoints<double>(true));
  PrintRow<RandomVonMisesGradFunction>("von Mises, float32",
                                       DrawPoints<float>(false));
  PrintRow<RandomVonMisesGradFunction>("von Mises, float64",
                                       DrawPoints<double>(false));
  PrintRow<LogitBetaSlopeFunction>("Beta, one of two", DrawBetaPoints());
  PrintRow<RandomGammaGradFunction>("Gamma, 1 to 10", DrawDecade(0));
  PrintRow<RandomGammaGradFunction>("Gamma, 1e4 to 1e5", DrawDecade(4));
}

template <class F>
void PrintGain(const char* name, F call) {
  std::printf("| %-29s | %15.2f |\n", name, GainOfTwo(call));
}

template <class T>
void PrintSamplerGain(const char* name, SampleLoop<T> draw,
                      const Points<T>& points) {
  std::vector<T> samples(kElements);
  PrintGain(name, [&] {
    draw({{1, 2}}, 0, kElements, points.in[0].data(), kElements,
         samples.data());
  });
}

void PrintProcesses() {
  if (Processors().size() < 2) {
    std::printf("\nOne processor: no two processes at once.\n");
    return;
  }
  std::printf("\n| loop                          | 2 processes / 1 |\n");
  std::printf("| ----------------------------- | --------------- |\n");
  PrintGain("multiply-adds", MultiplyAdds<Lanes<float>>);
  auto gamma = DrawPoints<float>(true);
  auto von_mises = DrawPoints<float>(false);
  PrintGain("Gamma derivative, float32",
            [&] { gamma.Map<RandomGammaGradFunction>(); });
  PrintGain("von Mises derivative, float32",
            [&] { von_mises.Map<RandomVonMisesGradFunction>(); });
  const Samplers<float>& samplers = SelectedSamplers().get<float>();
  PrintSamplerGain("Gamma sampler, float32", samplers.gamma, gamma);
  PrintSamplerGain("von Mises sampler, float32", samplers.von_mises, von_mises);
  const Samplers<double>& wide = SelectedSamplers().get<double>();
  PrintSamplerGain("Gamma sampler, float64", wide.gamma,
                   DrawPoints<double>(true));
  PrintSamplerGain("von Mises sampler, float64", wide.von_mises,
                   DrawPoints<double>(false));
}

}  // namespace
}  // namespace tf_implicit

int main() {
  tf_implicit::PrintLoops();
  tf_implicit::PrintProcesses();
}
