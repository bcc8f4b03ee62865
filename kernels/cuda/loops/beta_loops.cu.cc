// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// CUDA kernels of the Beta family. The two concentrations' derivatives are one
// function of many regions, and inlined twice in a kernel it would take nvcc a
// minute: it is called.

#include "kernels/cuda/cuda_kernel.h"
#include "kernels/special/beta.h"

namespace tf_implicit {
inline namespace TFI_TARGET {
namespace {

using special::EvaluateScalar;
using special::LogitBetaSlopeFunction;
using special::LogitBetaSlopePartialsFunction;

// r(a, b, x), as LogitBetaSlopeFunction.
template <class T>
__device__ __noinline__ T Slope(T a, T b, T x, T log_x) {
  const T in[] = {a, b, x, log_x};
  T out[1];
  EvaluateScalar<LogitBetaSlopeFunction, T>(in, out);
  return out[0];
}

template <class T>
struct SlopePartials {
  T a, b, y;
};

// As LogitBetaSlopePartialsFunction.
template <class T>
__device__ __noinline__ SlopePartials<T> PartialsOfSlope(T a, T b, T x,
                                                         T complement,
                                                         T log_x) {
  const T in[] = {a, b, x, complement, log_x};
  T out[3];
  EvaluateScalar<LogitBetaSlopePartialsFunction, T>(in, out);
  return {out[0], out[1], out[2]};
}

struct RandomLogitBetaGradElement {
  static constexpr int kInputs = 3, kOutputs = 2;

  template <class T>
  static TFI_FUNCTION void Evaluate(const T (&in)[3], T (&out)[2]) {
    const T logit = in[2];
    T x, complement;
    special::Logistic(logit, &x, &complement);
    // log x = logit x where x is tiny.
    out[0] = Slope(in[0], in[1], x, logit);
    out[1] = -Slope(in[1], in[0], complement, -logit);
  }
};

struct RandomBetaGradElement {
  static constexpr int kInputs = 4, kOutputs = 2;

  template <class T>
  static TFI_FUNCTION void Evaluate(const T (&in)[4], T (&out)[2]) {
    const T x = in[2], complement = in[3];
    const T slope_a = Slope(in[0], in[1], x, special::TinyLog(x));
    const T slope_b =
        Slope(in[1], in[0], complement, special::TinyLog(complement));
    out[0] = special::BetaSampleSlope(x, complement, slope_a);
    out[1] = -special::BetaSampleSlope(x, complement, slope_b);
  }
};

// The derivatives of dy/da = r(a, b, y) and dy/db = -r(b, a, -y).
struct RandomLogitBetaGradPartialsElement {
  static constexpr int kInputs = 3, kOutputs = 6;

  template <class T>
  static TFI_FUNCTION void Evaluate(const T (&in)[3], T (&out)[6]) {
    const T a = in[0], b = in[1], logit = in[2];
    T x, complement;
    special::Logistic(logit, &x, &complement);
    const auto r = PartialsOfSlope(a, b, x, complement, logit);
    const auto s = PartialsOfSlope(b, a, complement, x, -logit);
    out[0] = r.a;
    out[1] = r.b;
    out[2] = r.y;
    out[3] = -s.b;
    out[4] = -s.a;
    out[5] = s.y;
  }
};

}  // namespace
}  // namespace TFI_TARGET

void AddBetaCudaLoops(CudaLoopTable* table) {
  (*table)[LoopId::kRandomLogitBetaGrad] =
      MakeCudaLoop<RandomLogitBetaGradElement>();
  (*table)[LoopId::kRandomBetaGrad] = MakeCudaLoop<RandomBetaGradElement>();
  // float is evaluated in double: derivatives magnify the rounding errors of r.
  (*table)[LoopId::kRandomLogitBetaGradPartials] =
      MakeCudaLoop<InDouble<RandomLogitBetaGradPartialsElement>>();
}

}  // namespace tf_implicit
