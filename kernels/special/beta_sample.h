// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The derivatives of a Beta sample, or of its logit, in both concentrations:
// beta.h has that of one, and the other follows from the exchange of x and 1-x.
// On the processor kernels/cpu/beta_loops.h does the same a tile at a time.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_BETA_SAMPLE_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_BETA_SAMPLE_H_

#include "kernels/special/beta.h"
#include "kernels/special/number.h"
#include "kernels/special/scalar.h"

TFI_BEGIN_NAMESPACE

namespace internal {

// r(a, b, x), as LogitBetaSlopeFunction.
template <class T>
TFI_OUTLINE T BetaSlope(T a, T b, T x, T log_x) {
  const T in[] = {a, b, x, log_x};
  T out[1];
  EvaluateScalar<LogitBetaSlopeFunction, T>(in, out);
  return out[0];
}

template <class T>
struct BetaSlopePartials {
  T a, b, y;
};

// As LogitBetaSlopePartialsFunction.
template <class T>
TFI_OUTLINE BetaSlopePartials<T> PartialsOfBetaSlope(T a, T b, T x,
                                                     T complement, T log_x) {
  const T in[] = {a, b, x, complement, log_x};
  T out[3];
  EvaluateScalar<LogitBetaSlopePartialsFunction, T>(in, out);
  return {out[0], out[1], out[2]};
}

}  // namespace internal

// (a, b, y = logit x) -> dy/da, dy/db. Max error, valid range: as
// LogitBetaSlopeFunction.
struct RandomLogitBetaGradFunction {
  static constexpr int kInputs = 3, kOutputs = 2;
  static constexpr bool kScalar = true;

  template <class T>
  static TFI_FUNCTION void Evaluate(const T (&in)[3], T (&out)[2]) {
    const T logit = in[2];
    T x, complement;
    Logistic(logit, &x, &complement);
    // log x = logit x where x is tiny.
    out[0] = internal::BetaSlope(in[0], in[1], x, logit);
    out[1] = -internal::BetaSlope(in[1], in[0], complement, -logit);
  }
};

// (a, b, x, 1-x) -> dx/da, dx/db.
struct RandomBetaGradFunction {
  static constexpr int kInputs = 4, kOutputs = 2;
  static constexpr bool kScalar = true;

  template <class T>
  static TFI_FUNCTION void Evaluate(const T (&in)[4], T (&out)[2]) {
    const T x = in[2], complement = in[3];
    const T slope_a = internal::BetaSlope(in[0], in[1], x, TinyLog(x));
    const T slope_b =
        internal::BetaSlope(in[1], in[0], complement, TinyLog(complement));
    out[0] = BetaSampleSlope(x, complement, slope_a);
    out[1] = -BetaSampleSlope(x, complement, slope_b);
  }
};

// The derivatives of dy/da = r(a, b, y) and dy/db = -r(b, a, -y), each in a, b
// and y. In double: derivatives magnify the rounding errors of r.
struct RandomLogitBetaGradPartialsFunction {
  static constexpr int kInputs = 3, kOutputs = 6;
  static constexpr bool kScalar = true;
  static constexpr bool kInDouble = true;

  template <class T>
  static TFI_FUNCTION void Evaluate(const T (&in)[3], T (&out)[6]) {
    const T a = in[0], b = in[1], logit = in[2];
    T x, complement;
    Logistic(logit, &x, &complement);
    const auto r = internal::PartialsOfBetaSlope(a, b, x, complement, logit);
    const auto s = internal::PartialsOfBetaSlope(b, a, complement, x, -logit);
    out[0] = r.a;
    out[1] = r.b;
    out[2] = r.y;
    out[3] = -s.b;
    out[4] = -s.a;
    out[5] = s.y;
  }
};

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_BETA_SAMPLE_H_
