// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Shares the elements of a call among TensorFlow's intra-op threads. Not by
// tensorflow::Shard(): where there are more blocks than threads, that leaves
// all of them to the pool's threads, each of which, and the caller at the end,
// has to be woken.

#ifndef TF_IMPLICIT_KERNELS_OP_SHARE_WORK_H_
#define TF_IMPLICIT_KERNELS_OP_SHARE_WORK_H_

#include <stdint.h>

#include <algorithm>
#include <functional>
#include <utility>

#include "kernels/cpu/shared_work.h"
#include "tensorflow/core/framework/op_kernel.h"
#include "tensorflow/core/util/work_sharder.h"

namespace tf_implicit {

// Runs work(begin, end) over [0, units), each unit of the given cost, in blocks
// of a multiple of `multiple` units, and returns when all is done.
inline void ShareWork(tensorflow::OpKernelContext* ctx, int64_t units,
                      int64_t cycles, const SharedWork::Work& work,
                      int64_t multiple = 1) {
  // Cycles that are worth another thread, those of the cost model behind
  // Shard(); of a block, many times what it takes to take one; and blocks for
  // each thread, so that the last to end is late by a thirtieth or so.
  constexpr double kThreadCycles = 1e5;
  constexpr int64_t kBlockCycles = 20000;
  constexpr int64_t kBlocksPerThread = 32;
  const auto& pool = *ctx->device()->tensorflow_cpu_worker_threads();
  const double worth = static_cast<double>(units) * cycles / kThreadCycles;
  const int64_t most =
      std::min(pool.num_threads, tensorflow::GetPerThreadMaxParallelism());
  const int64_t threads = worth < most ? static_cast<int64_t>(worth) : most;
  if (threads < 2) {
    if (units > 0) work(0, units);
    return;
  }
  const int64_t parts = kBlocksPerThread * threads;
  const int64_t least =
      std::max((units + parts - 1) / parts, kBlockCycles / cycles + 1);
  const int64_t block = (least + multiple - 1) / multiple * multiple;
  SharedWork::Run(
      units, block, threads,
      [workers = pool.workers](std::function<void()> join) {
        workers->Schedule(std::move(join));
      },
      work);
}

}  // namespace tf_implicit

#endif  // TF_IMPLICIT_KERNELS_OP_SHARE_WORK_H_
