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
#include "kernels/op_list.h"

namespace tf_implicit {

// The loop of each op of the list; inputs and outputs are those of the op.
enum class LoopId {
#define TFI_LOOP_ID(name, nanoseconds) k##name,
  TFI_OPS(TFI_LOOP_ID)
#undef TFI_LOOP_ID
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
