// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Work on many elements that the calling thread shares with those of a pool.
// The caller begins at once and takes blocks until none is left, so that the
// others' waking, tens of microseconds, is no time that it waits.

#ifndef TF_IMPLICIT_KERNELS_CPU_SHARED_WORK_H_
#define TF_IMPLICIT_KERNELS_CPU_SHARED_WORK_H_

#include <stdint.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>

namespace tf_implicit {

class SharedWork : public std::enable_shared_from_this<SharedWork> {
 public:
  using Work = std::function<void(int64_t begin, int64_t end)>;
  // Has a thread of the pool call the function, now or later.
  using Schedule = std::function<void(std::function<void()>)>;

  // Calls work(begin, end) for blocks of [0, units), on at most `threads`
  // threads, the caller's among them, and returns when all are done; neither
  // `work` nor `schedule` is called later. They must not throw. units, block
  // >= 1.
  static void Run(int64_t units, int64_t block, int64_t threads,
                  Schedule schedule, const Work& work) {
    const std::shared_ptr<SharedWork> shared(
        new SharedWork(units, block, threads, std::move(schedule), work));
    shared->Join(0);
    std::unique_lock<std::mutex> lock(shared->mutex_);
    shared->done_.wait(lock, [&] { return shared->left_ == 0; });
  }

 private:
  SharedWork(int64_t units, int64_t block, int64_t threads, Schedule schedule,
             const Work& work)
      : units_(units),
        block_(block),
        threads_(threads),
        schedule_(std::move(schedule)),
        work_(work),
        left_((units + block - 1) / block) {}

  // The part of thread i, which calls two more once it has a block: until that
  // is done Run() waits, so that `work` and what `schedule` uses are there. One
  // that comes when all blocks are taken touches neither.
  void Join(int64_t i) {
    int64_t done = 0;
    for (;; ++done) {
      const int64_t begin = next_.fetch_add(block_);
      if (begin >= units_) break;
      for (int64_t k = 2 * i + 1; done == 0 && k <= 2 * i + 2; ++k) {
        if (k < threads_ && next_ < units_) {
          schedule_([self = shared_from_this(), k] { self->Join(k); });
        }
      }
      work_(begin, std::min(units_, begin + block_));
    }
    const std::lock_guard<std::mutex> lock(mutex_);
    left_ -= done;
    if (left_ == 0) done_.notify_one();
  }

  const int64_t units_, block_, threads_;
  const Schedule schedule_;
  const Work& work_;
  std::atomic<int64_t> next_{0};
  std::mutex mutex_;
  std::condition_variable done_;
  int64_t left_;  // blocks that are not done; under mutex_
};

}  // namespace tf_implicit

#endif  // TF_IMPLICIT_KERNELS_CPU_SHARED_WORK_H_
