// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// shared_work.h with pools whose threads come at once, late or never. Of use
// under ThreadSanitizer (make sanitize) above all.

#include "kernels/cpu/shared_work.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

namespace tf_implicit {
namespace {

// Waits for all threads, one of which may call others up to its end.
void JoinAll(std::mutex* mutex, std::vector<std::thread>* pool) {
  for (size_t i = 0;; ++i) {
    std::thread thread;
    {
      const std::lock_guard<std::mutex> lock(*mutex);
      if (i == pool->size()) break;
      thread.swap((*pool)[i]);
    }
    thread.join();
  }
}

// How often each unit was done, by threads of their own.
std::vector<int> RunInThreads(int64_t units, int64_t block, int64_t threads) {
  std::vector<int> times(units);
  std::mutex mutex;
  std::vector<std::thread> pool;
  SharedWork::Run(
      units, block, threads,
      [&](std::function<void()> join) {
        const std::lock_guard<std::mutex> lock(mutex);
        pool.emplace_back(std::move(join));
      },
      [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i) ++times[i];
      });
  JoinAll(&mutex, &pool);
  EXPECT_LT(static_cast<int64_t>(pool.size()), threads);
  return times;
}

TEST(SharedWorkTest, EachUnitOnce) {
  for (const int64_t units : {1, 2, 7, 64, 1000}) {
    for (const int64_t block : {1, 3, 64, 5000}) {
      for (const int64_t threads : {1, 2, 3, 8}) {
        EXPECT_EQ(RunInThreads(units, block, threads),
                  std::vector<int>(units, 1))
            << units << " " << block << " " << threads;
      }
    }
  }
}

// The threads take part: the caller's block ends only when another has begun.
TEST(SharedWorkTest, OthersTakePart) {
  std::mutex mutex;
  std::condition_variable begun;
  std::set<std::thread::id> seen;
  std::vector<std::thread> pool;
  SharedWork::Run(
      3, 1, 3,
      [&](std::function<void()> join) { pool.emplace_back(std::move(join)); },
      [&](int64_t, int64_t) {
        std::unique_lock<std::mutex> lock(mutex);
        seen.insert(std::this_thread::get_id());
        begun.notify_all();
        begun.wait(lock, [&] { return seen.size() == 3; });
      });
  for (std::thread& thread : pool) thread.join();
  EXPECT_EQ(seen.size(), 3u);
}

// A pool that is busy: the caller does all, and waits for nobody.
TEST(SharedWorkTest, LateThreadsTouchNothing) {
  std::vector<std::function<void()>> queue;
  auto times = std::make_unique<std::vector<int>>(100);
  {
    const SharedWork::Work work = [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) ++(*times)[i];
    };
    SharedWork::Run(
        100, 7, 4,
        [&](std::function<void()> join) { queue.push_back(std::move(join)); },
        work);
  }
  EXPECT_EQ(*times, std::vector<int>(100, 1));
  times.reset();
  ASSERT_EQ(queue.size(), 2u);
  for (const auto& join : queue) join();
  EXPECT_EQ(queue.size(), 2u);
}

// The pool may be gone when Run() has returned: a thread that is slow to call
// others is waited for.
TEST(SharedWorkTest, CallsNobodyAfterTheEnd) {
  const std::thread::id caller = std::this_thread::get_id();
  std::mutex mutex;
  std::vector<std::thread> pool;
  std::atomic<bool> returned{false};
  SharedWork::Run(
      64, 1, 8,
      [&](std::function<void()> join) {
        if (std::this_thread::get_id() != caller) {
          std::this_thread::sleep_for(std::chrono::milliseconds(50));
          EXPECT_FALSE(returned);
        }
        const std::lock_guard<std::mutex> lock(mutex);
        pool.emplace_back(std::move(join));
      },
      [](int64_t, int64_t) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
      });
  returned = true;
  JoinAll(&mutex, &pool);
}

// A pool that has the caller do it, in its turn.
TEST(SharedWorkTest, CallerAsThePool) {
  std::vector<int> times(100);
  SharedWork::Run(
      100, 7, 4, [](const std::function<void()>& join) { join(); },
      [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i) ++times[i];
      });
  EXPECT_EQ(times, std::vector<int>(100, 1));
}

}  // namespace
}  // namespace tf_implicit
