// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The threads of a warp, for cuda_runtime.h beside it. A thread runs until it
// ends, or waits for the others of its warp to give each other numbers; then it
// keeps its stack, and the next thread runs on another one.

#ifndef TF_IMPLICIT_TESTS_GPU_EMULATION_WARP_H_
#define TF_IMPLICIT_TESTS_GPU_EMULATION_WARP_H_

#include <ucontext.h>

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>

namespace emulation {

// Whether the threads of a grid run from the last to the first. No kernel may
// give other results then: a device runs them in any order.
inline bool reversed = false;

class Warp {
 public:
  static constexpr int kSize = 32;

  // Calls thread(k) for k below `size`, of one warp.
  void Run(int size, const std::function<void(int)>& thread) {
    thread_ = &thread;
    size_ = size;
    next_ = waiting_ = 0;
    int stacks = 0;
    while (next_ < size_) Resume(stacks++);
    // On each of the stacks is one thread, if all of them wait.
    while (waiting_ > 0) {
      if (waiting_ != size_) Fail("a thread has ended for which others wait");
      waiting_ = 0;
      for (int k = 0; k < stacks; ++k) Resume(k);
    }
  }

  // Thread k gives `mine`; returns what thread `from` gives. Threads whose
  // `call` differs are at different places of the kernel, which CUDA forbids.
  template <class T>
  T Exchange(int k, T mine, int from, int call) {
    static_assert(sizeof(T) <= sizeof(Given::bytes));
    // The one after may be given before all have read this one.
    const int turn = turns_[k] ^= 1;
    Given& given = given_[turn][k];
    std::memcpy(given.bytes, &mine, sizeof(T));
    given.call = call;
    ++waiting_;
    swapcontext(&stacks_[on_[k]].context, &main_);
    if (given_[turn][from].call != call) Fail("threads wait in other places");
    T result;
    std::memcpy(&result, given_[turn][from].bytes, sizeof(T));
    return result;
  }

 private:
  struct Stack {
    ucontext_t context;
    std::unique_ptr<char[]> memory;
  };

  struct Given {
    unsigned char bytes[8];
    int call;
  };

  static constexpr std::size_t kStackSize = 1 << 20;

  void Resume(int number) {
    Stack& stack = stacks_[number];
    if (stack.memory == nullptr) {
      stack.memory.reset(new char[kStackSize]);
      getcontext(&stack.context);
      stack.context.uc_stack.ss_sp = stack.memory.get();
      stack.context.uc_stack.ss_size = kStackSize;
      makecontext(&stack.context, Start, 0);
      running_ = this;
      starting_ = number;
    }
    swapcontext(&main_, &stack.context);
  }

  static void Start() { running_->TakeThreads(starting_); }

  // Never returns: there are other warps.
  void TakeThreads(int number) {
    for (;;) {
      while (next_ < size_) {
        const int k = reversed ? size_ - 1 - next_ : next_;
        ++next_;
        on_[k] = number;
        (*thread_)(k);
      }
      swapcontext(&stacks_[number].context, &main_);
    }
  }

  [[noreturn]] static void Fail(const char* what) {
    std::fprintf(stderr, "emulated warp: %s\n", what);
    std::abort();
  }

  static inline thread_local Warp* running_;
  static inline thread_local int starting_;

  const std::function<void(int)>* thread_;
  int size_, next_, waiting_;
  ucontext_t main_;
  Stack stacks_[kSize];
  int on_[kSize] = {};  // the stack of each thread
  int turns_[kSize] = {};
  Given given_[2][kSize];
};

}  // namespace emulation

#endif  // TF_IMPLICIT_TESTS_GPU_EMULATION_WARP_H_
