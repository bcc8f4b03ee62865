// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Sizes that the loops and those who call them agree on.

#ifndef TF_IMPLICIT_KERNELS_CPU_LIMITS_H_
#define TF_IMPLICIT_KERNELS_CPU_LIMITS_H_

namespace tf_implicit {

// Elements per tile: the indices and values of a tile stay in the L1 cache. Who
// cuts arrays into pieces cuts them so that a piece fills tiles.
inline constexpr int kTileSize = 1024;

// What an elementwise op may have at most.
inline constexpr int kMaxInputs = 7;
inline constexpr int kMaxOutputs = 7;

}  // namespace tf_implicit

#endif  // TF_IMPLICIT_KERNELS_CPU_LIMITS_H_
