// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0

#include "kernels/cpu/broadcast.h"

#include <algorithm>

namespace tf_implicit {

Broadcast::Broadcast(const std::vector<Shape>& inputs) {
  const int count = static_cast<int>(inputs.size());
  size_t rank = 0;
  for (const Shape& shape : inputs) rank = std::max(rank, shape.size());

  // The shapes with ones in front, so that all have the same rank.
  std::vector<Shape> shapes(count, Shape(rank, 1));
  for (int k = 0; k < count; ++k) {
    std::copy_backward(inputs[k].begin(), inputs[k].end(), shapes[k].end());
  }
  output_shape_.assign(rank, 1);
  for (size_t d = 0; d < rank; ++d) {
    for (int k = 0; k < count; ++k) {
      const int64_t size = shapes[k][d];
      if (size == 1) continue;
      if (output_shape_[d] != 1 && output_shape_[d] != size) valid_ = false;
      output_shape_[d] = size;
    }
  }
  if (!valid_) return;

  full_.assign(count, true);
  std::vector<std::vector<bool>> moves(count, std::vector<bool>(rank));
  for (int k = 0; k < count; ++k) {
    for (size_t d = 0; d < rank; ++d) {
      moves[k][d] = shapes[k][d] == output_shape_[d];
      if (!moves[k][d]) full_[k] = false;
    }
  }
  // Dimensions of size 1 move no input: leave them out. The first of a row of
  // dimensions that can be merged stands for all of them.
  std::vector<size_t> kept;
  for (size_t d = 0; d < rank; ++d) {
    if (output_shape_[d] == 1) continue;
    bool merge = !kept.empty();
    for (int k = 0; k < count && merge; ++k) {
      merge = moves[k][d] == moves[k][kept.back()];
    }
    if (merge) {
      dims_.back() *= output_shape_[d];
    } else {
      dims_.push_back(output_shape_[d]);
      kept.push_back(d);
    }
  }
  if (dims_.empty()) {
    dims_.push_back(1);
    kept.push_back(0);
  }
  steps_.assign(count, Shape(dims_.size(), 0));
  for (int k = 0; k < count; ++k) {
    int64_t step = 1;
    for (int d = static_cast<int>(dims_.size()) - 1; d >= 0; --d) {
      if (rank > 0 && moves[k][kept[d]]) {
        steps_[k][d] = step;
        step *= dims_[d];
      }
    }
  }
}

}  // namespace tf_implicit
