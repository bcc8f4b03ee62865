// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// NumPy-style broadcasting of several arrays, read a piece at a time: no input
// is ever expanded as a whole. Free of TensorFlow.

#ifndef TF_IMPLICIT_KERNELS_CPU_BROADCAST_H_
#define TF_IMPLICIT_KERNELS_CPU_BROADCAST_H_

#include <stdint.h>

#include <algorithm>
#include <vector>

namespace tf_implicit {

class Broadcast {
 public:
  using Shape = std::vector<int64_t>;

  // valid() is false where the shapes do not broadcast against each other.
  explicit Broadcast(const std::vector<Shape>& inputs);

  bool valid() const { return valid_; }
  const Shape& output_shape() const { return output_shape_; }

  // The output's shape, neighbouring dimensions merged where all inputs step
  // through both alike, and the steps of input k in it (0: repeated).
  const Shape& merged_shape() const { return dims_; }
  const Shape& steps(int k) const { return steps_[k]; }

  // Whether input k has the output's shape, so that it can be read directly.
  bool is_full(int k) const { return full_[k]; }

  // target[i] = element `first + i` of input k broadcast to the output's shape,
  // 0 <= i < size, converted to the target's type.
  template <class From, class To>
  void Read(int k, const From* input, int64_t first, int64_t size,
            To* target) const;

 private:
  bool valid_ = true;
  Shape output_shape_;
  // The output's shape with neighbouring dimensions merged wherever every input
  // steps through both alike; for each input and merged dimension, the input's
  // step in elements (0 where it is broadcast).
  Shape dims_;
  std::vector<Shape> steps_;
  std::vector<bool> full_;
};

template <class From, class To>
void Broadcast::Read(int k, const From* input, int64_t first, int64_t size,
                     To* target) const {
  const int rank = static_cast<int>(dims_.size());
  const Shape& step = steps_[k];
  // The coordinates of element `first` in merged dimensions.
  Shape position(rank);
  int64_t rest = first;
  for (int d = rank - 1; d >= 0; --d) {
    position[d] = rest % dims_[d];
    rest /= dims_[d];
  }
  while (size > 0) {
    int64_t offset = 0;
    for (int d = 0; d < rank; ++d) offset += position[d] * step[d];
    const int last = rank - 1;
    int64_t run = dims_[last] - position[last];
    if (run > size) run = size;
    if (step[last] == 0) {
      const To value = static_cast<To>(input[offset]);
      for (int64_t i = 0; i < run; ++i) target[i] = value;
    } else {
      for (int64_t i = 0; i < run; ++i) {
        target[i] = static_cast<To>(input[offset + i]);
      }
    }
    target += run;
    size -= run;
    position[last] += run;
    if (rank > 1 && step[last - 1] == 0 && run == dims_[last]) {
      // The rows that follow are this one again: short rows would take longer
      // one by one than what is computed of them.
      const int64_t left = dims_[last - 1] - position[last - 1] - 1;
      const int64_t rows = std::min(left, size / run);
      To* const row = target - run;
      for (int64_t done = run; done < (rows + 1) * run;) {
        const int64_t more = std::min(done, (rows + 1) * run - done);
        std::copy(row, row + more, row + done);
        done += more;
      }
      target += rows * run;
      size -= rows * run;
      position[last - 1] += rows;
    }
    for (int d = last; d > 0 && position[d] == dims_[d]; --d) {
      position[d] = 0;
      ++position[d - 1];
    }
  }
}

}  // namespace tf_implicit

#endif  // TF_IMPLICIT_KERNELS_CPU_BROADCAST_H_
