// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The special functions over arrays, one loop per function, number type and
// target, and the table from which a kernel takes the loop that suits this
// processor. Free of TensorFlow.

#ifndef TF_IMPLICIT_KERNELS_CPU_LOOPS_H_
#define TF_IMPLICIT_KERNELS_CPU_LOOPS_H_

#include <stdint.h>

#include <type_traits>

#include "kernels/cpu/cpu_target.h"

namespace tf_implicit {

// Each name is that of the op or function that it serves; inputs and outputs
// in the order given. "Partials" are the first derivatives of the function
// before: its gradient.
enum class LoopId {
  kIgammaGradA,              // (a, x) -> dP/da
  kIgammaGradAPartials,      // (a, x) -> d2P/da2, d2P/(da dx)
  kIgammaGradAPaper,         // as kIgammaGradA, by the paper's Appendix B
  kRandomGammaGrad,          // (alpha, sample z) -> dz/dalpha
  kRandomGammaGradPartials,  // -> its d/dalpha, d/dz, and the total d2z/dalpha2
  kRandomGammaGradPaper,     // as kRandomGammaGrad, by Appendix B
  kRandomLogGammaGrad,       // (alpha, u = log z) -> du/dalpha
  kRandomLogGammaGradPartials,  // -> its d/dalpha, d/du, total d2u/dalpha2
  kVonMisesCdf,                 // (x, concentration) -> F
  kVonMisesCdfGrad,             // -> dF/dx, dF/dconcentration
  kVonMisesCdfGradPartials,     // -> F_xx, F_xk, F_kk
  kRandomVonMisesGrad,  // (concentration, sample z) -> dz/dconcentration
  kRandomVonMisesGradPartials,   // -> its d/dconcentration, d/dz, total
  kRandomVonMisesGradPaper,      // as kRandomVonMisesGrad, by Appendix B
  kRandomLogitBetaGrad,          // (a, b, y = logit sample) -> dy/da, dy/db
  kRandomLogitBetaGradPartials,  // -> d(dy/da)/d(a, b, y), d(dy/db)/d(a, b, y)
  kRandomBetaGrad,               // (a, b, z, 1 - z) -> dz/da, dz/db
  kRandomStudentTGrad,           // (df, sample t) -> dt/ddf
  kRandomStudentTGradPartials,   // -> its d/ddf, d/dt, total d2t/ddf2
  kRandomVonMisesFisherGrad,  // (dimension, concentration, angle) -> dangle/dk
  kRandomVonMisesFisherGradPartials,  // -> its d/dconcentration, d/dangle,
                                      // total
  kVonMisesFisherMoments,  // (dimension, concentration) -> 6, see the op
  kCount
};

// outputs[k][i] = function(inputs[0][i], inputs[1][i], ...)[k], 0 <= i < n. The
// arrays may not overlap.
template <class T>
using Loop = void (*)(int64_t n, const T* const* inputs, T* const* outputs);

struct LoopEntry {
  Loop<float> float_loop = nullptr;
  Loop<double> double_loop = nullptr;
  int inputs = 0;
  int outputs = 0;

  template <class T>
  Loop<T> loop() const {
    if constexpr (std::is_same<T, double>::value) {
      return double_loop;
    } else {
      return float_loop;
    }
  }
};

struct LoopTable {
  LoopEntry entries[static_cast<int>(LoopId::kCount)];

  LoopEntry& operator[](LoopId id) { return entries[static_cast<int>(id)]; }
  const LoopEntry& operator[](LoopId id) const {
    return entries[static_cast<int>(id)];
  }
};

// The loops for a target that this processor supports.
const LoopTable& LoopsFor(CpuTarget target);

// The loops that the ops use: LoopsFor(SelectedCpuTarget()).
const LoopTable& SelectedLoops();

}  // namespace tf_implicit

#endif  // TF_IMPLICIT_KERNELS_CPU_LOOPS_H_
