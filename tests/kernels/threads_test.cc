// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Loops and samplers in several threads at once, as the ops run them: shards of
// one array side by side, the tables made by whichever thread comes first. The
// test is of use under ThreadSanitizer (make sanitize) above all.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "kernels/cpu/cpu_target.h"
#include "kernels/cpu/loops.h"
#include "kernels/cpu/samplers.h"

namespace tf_implicit {
namespace {

constexpr int kThreads = 4;
constexpr int64_t kSize = 20000;
constexpr RandomSeed kSeed = {{20260101, 7}};

// Runs work(begin, end) over [0, kSize), a shard in each thread. The shards are
// cut where neither tiles nor chunks end.
void InThreads(const std::function<void(int64_t, int64_t)>& work) {
  std::vector<std::thread> threads;
  const int64_t shard = kSize / kThreads + 1;
  for (int64_t begin = 0; begin < kSize; begin += shard) {
    threads.emplace_back(work, begin, std::min(kSize, begin + shard));
  }
  for (std::thread& thread : threads) thread.join();
}

// Values from 0.01 to 100, in an order that mixes regions.
template <class T>
std::vector<T> Values(int stride) {
  std::vector<T> values(kSize);
  for (int64_t i = 0; i < kSize; ++i) {
    const double place = static_cast<double>(i * stride % kSize) / kSize;
    values[i] = static_cast<T>(std::pow(10.0, 4 * place - 2));
  }
  return values;
}

template <class T>
bool Same(T x, T y) {
  return x == y || (std::isnan(x) && std::isnan(y));
}

template <class T>
class ThreadsTest : public ::testing::Test {};
using Types = ::testing::Types<float, double>;
TYPED_TEST_SUITE(ThreadsTest, Types);

// The first test: the tables do not exist before.
TYPED_TEST(ThreadsTest, LoopsGiveTheSameInShards) {
  using T = TypeParam;
  std::vector<std::vector<T>> inputs;
  for (int stride : {1, 7919, 104729, 1299709, 17389, 611953, 27644437}) {
    inputs.push_back(Values<T>(stride));
  }
  for (int id = 0; id < static_cast<int>(LoopId::kCount); ++id) {
    const LoopEntry& entry = SelectedLoops()[static_cast<LoopId>(id)];
    ASSERT_LE(entry.inputs, static_cast<int>(inputs.size())) << "loop " << id;
    std::vector<std::vector<T>> parallel(entry.outputs, std::vector<T>(kSize));
    std::vector<std::vector<T>> serial = parallel;
    const auto run = [&](std::vector<std::vector<T>>* outputs, int64_t begin,
                         int64_t end) {
      std::vector<const T*> in;
      std::vector<T*> out;
      for (const auto& input : inputs) in.push_back(input.data() + begin);
      for (auto& output : *outputs) out.push_back(output.data() + begin);
      entry.loop<T>()(end - begin, in.data(), out.data());
    };
    InThreads([&](int64_t begin, int64_t end) { run(&parallel, begin, end); });
    run(&serial, 0, kSize);
    for (size_t k = 0; k < serial.size(); ++k) {
      EXPECT_TRUE(std::equal(serial[k].begin(), serial[k].end(),
                             parallel[k].begin(), Same<T>))
          << "loop " << id << " output " << k;
    }
  }
}

TYPED_TEST(ThreadsTest, SamplersGiveTheSameInShards) {
  using T = TypeParam;
  const std::vector<T> parameters = Values<T>(7919);
  for (const auto member : {&Samplers<T>::normal, &Samplers<T>::gamma,
                            &Samplers<T>::log_gamma, &Samplers<T>::von_mises}) {
    std::vector<T> parallel(kSize), serial(kSize);
    const auto run = [&](std::vector<T>* out, int64_t begin, int64_t end) {
      const auto sample = SelectedSamplers().template get<T>().*member;
      sample(kSeed, begin, end - begin, parameters.data(), kSize,
             out->data() + begin);
    };
    InThreads([&](int64_t begin, int64_t end) { run(&parallel, begin, end); });
    run(&serial, 0, kSize);
    EXPECT_EQ(parallel, serial);
  }
}

}  // namespace
}  // namespace tf_implicit
