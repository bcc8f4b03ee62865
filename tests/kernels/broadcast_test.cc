// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0

#include "kernels/cpu/broadcast.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

namespace tf_implicit {
namespace {

using Shape = Broadcast::Shape;

std::vector<float> ReadAll(const Broadcast& broadcast, int k,
                           const std::vector<float>& input, int64_t size,
                           int64_t piece) {
  std::vector<float> all(size);
  for (int64_t first = 0; first < size; first += piece) {
    const int64_t count = std::min(piece, size - first);
    broadcast.Read(k, input.data(), first, count, all.data() + first);
  }
  return all;
}

// The definition, one element at a time.
std::vector<float> Expand(const Shape& shape, const Shape& output,
                          const std::vector<float>& input) {
  int64_t size = 1;
  for (int64_t d : output) size *= d;
  std::vector<float> all;
  for (int64_t i = 0; i < size; ++i) {
    int64_t rest = i, offset = 0, step = 1;
    for (int d = static_cast<int>(output.size()) - 1; d >= 0; --d) {
      const int64_t position = rest % output[d];
      rest /= output[d];
      const int own = d - static_cast<int>(output.size() - shape.size());
      if (own < 0) continue;
      if (shape[own] != 1) offset += position * step;
      step *= shape[own];
    }
    all.push_back(input[offset]);
  }
  return all;
}

TEST(BroadcastTest, ReadsLikeTheDefinitionInAnyPieces) {
  const std::vector<std::pair<Shape, Shape>> cases = {
      {{}, {}},
      {{}, {3}},
      {{3}, {3}},
      {{1}, {4}},
      {{2, 3}, {3}},
      {{2, 1}, {1, 3}},
      {{2, 1, 4}, {3, 1}},
      {{1, 5, 1}, {2, 1, 3}},
      {{2, 3, 4, 5}, {3, 1, 5}},
      {{2, 3, 1, 1}, {2, 3, 4, 5}},
      {{1, 1}, {1}},
      {{9, 2}, {2}},
      {{3, 7, 2}, {3, 1, 2}},
  };
  for (const auto& [x_shape, y_shape] : cases) {
    const Broadcast broadcast({x_shape, y_shape});
    ASSERT_TRUE(broadcast.valid());
    int64_t size = 1;
    for (int64_t d : broadcast.output_shape()) size *= d;
    int k = 0;
    for (const Shape& shape : {x_shape, y_shape}) {
      int64_t count = 1;
      for (int64_t d : shape) count *= d;
      std::vector<float> input(count);
      for (int64_t i = 0; i < count; ++i) input[i] = 1 + i;
      const auto expected = Expand(shape, broadcast.output_shape(), input);
      EXPECT_EQ(broadcast.is_full(k), input == expected && count == size);
      for (int64_t piece : {1, 2, 3, 7, 1000}) {
        EXPECT_EQ(ReadAll(broadcast, k, input, size, piece), expected);
      }
      ++k;
    }
  }
}

TEST(BroadcastTest, EmptyShapes) {
  const Broadcast broadcast({{0, 3}, {1, 3}});
  ASSERT_TRUE(broadcast.valid());
  EXPECT_EQ(broadcast.output_shape(), (Shape{0, 3}));
}

TEST(BroadcastTest, RefusesShapesThatDoNotMatch) {
  EXPECT_FALSE(Broadcast({{2}, {3}}).valid());
  EXPECT_FALSE(Broadcast({{2, 3}, {2, 1, 2}}).valid());
  EXPECT_FALSE(Broadcast({{0}, {2}}).valid());
  EXPECT_TRUE(Broadcast({{2}, {1}, {3, 1}}).valid());
}

}  // namespace
}  // namespace tf_implicit
