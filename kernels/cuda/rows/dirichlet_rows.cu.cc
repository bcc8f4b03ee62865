// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The Dirichlet functions over rows, as CUDA kernels.

#include "kernels/cuda/cuda_row.h"
#include "kernels/special/dirichlet_density.h"
#include "kernels/special/dirichlet_divergence.h"

namespace tf_implicit {
inline namespace TFI_TARGET {
namespace {

struct Divergence {
  static constexpr int kInputs = 2;

  template <class Layout, class Numbers>
  static TFI_FUNCTION void Row(const Layout& layout, const Numbers* in,
                               Numbers value, const Numbers* gradients) {
    special::DirichletDivergenceRow(layout, in[0], in[1], value, gradients[0],
                                    gradients[1]);
  }
};

struct Entropy {
  static constexpr int kInputs = 1;

  template <class Layout, class Numbers>
  static TFI_FUNCTION void Row(const Layout& layout, const Numbers* in,
                               Numbers value, const Numbers* gradients) {
    special::DirichletEntropyRow(layout, in[0], value, gradients[0]);
  }
};

struct LogProb {
  static constexpr int kInputs = 2;

  template <class Layout, class Numbers>
  static TFI_FUNCTION void Row(const Layout& layout, const Numbers* in,
                               Numbers value, const Numbers* gradients) {
    special::DirichletLogProbRow(layout, in[0], in[1], value, gradients[0],
                                 gradients[1]);
  }
};

}  // namespace
}  // namespace TFI_TARGET

void AddDirichletCudaRows(CudaRowTable* table) {
  (*table)[RowId::kDirichletDivergence] = MakeCudaRows<Divergence>();
  (*table)[RowId::kDirichletEntropy] = MakeCudaRows<Entropy>();
  (*table)[RowId::kDirichletLogProb] = MakeCudaRows<LogProb>();
}

}  // namespace tf_implicit
