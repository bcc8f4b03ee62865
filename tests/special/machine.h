// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// What a processor can do, measured: its clock, instructions on vectors, and
// two processes at once. For limits_benchmark.cc; x86-64 and Linux.

#ifndef TF_IMPLICIT_TESTS_SPECIAL_MACHINE_H_
#define TF_IMPLICIT_TESTS_SPECIAL_MACHINE_H_

#include <sched.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <vector>

#include "kernels/special/lanes.h"

namespace tf_implicit {

using Clock = std::chrono::steady_clock;

// Nanoseconds that a call takes: the best of `runs`.
template <class F>
double Nanoseconds(int runs, F call) {
  double best = INFINITY;
  for (int i = 0; i < runs; ++i) {
    const auto begin = Clock::now();
    call();
    const std::chrono::duration<double, std::nano> time = Clock::now() - begin;
    best = std::min(best, time.count());
  }
  return best;
}

constexpr int kChain = 100000;

// Sums each of which waits for the one before: a cycle each.
inline void AddInTurn() {
  uint64_t x = 1;
  for (int i = 0; i < kChain / 10; ++i) {
    for (int j = 0; j < 10; ++j) asm volatile("add %0, %0" : "+r"(x));
  }
}

// Cycles in a nanosecond.
inline double Gigahertz() { return kChain / Nanoseconds(200, AddInTurn); }

// Cycles for one of the kChain instructions of call().
template <class F>
double Cycles(F call) {
  return Gigahertz() * Nanoseconds(200, call) / kChain;
}

// x = f(x) for ten numbers that know nothing of one another, kChain times.
template <class V, class F>
void Independent(F f) {
  const V one = special::Broadcast<V>(1);
  V a = one, b = one, c = one, d = one, e = one;
  V g = one, h = one, i = one, j = one, k = one;
  for (int n = 0; n < kChain / 10; ++n) {
    a = f(a), b = f(b), c = f(c), d = f(d), e = f(e);
    g = f(g), h = f(h), i = f(i), j = f(j), k = f(k);
    asm volatile(""
                 : "+x"(a), "+x"(b), "+x"(c), "+x"(d), "+x"(e), "+x"(g),
                   "+x"(h), "+x"(i), "+x"(j), "+x"(k));
  }
}

template <class V>
void MultiplyAdds() {
  Independent<V>([](V x) { return special::Fma(x, x, x); });
}

template <class V>
void Quotients() {
  Independent<V>([](V x) { return special::Scalar<V>(1) / x; });
}

// The processors that this process may run on.
inline std::vector<int> Processors() {
  cpu_set_t set;
  std::vector<int> processors;
  if (sched_getaffinity(0, sizeof(set), &set) != 0) return processors;
  for (int i = 0; i < CPU_SETSIZE; ++i) {
    if (CPU_ISSET(i, &set)) processors.push_back(i);
  }
  return processors;
}

// The processor time of this process in seconds.
inline double ProcessorSeconds() {
  timespec time;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return time.tv_sec + 1e-9 * time.tv_nsec;
}

// Calls in a second of processor time, of all processes together, each of which
// does nothing but call() in the same fifth of a second.
template <class F>
double CallRate(int processes, F call) {
  const size_t size = processes * sizeof(double);
  void* memory = mmap(nullptr, size, PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) std::abort();
  double* rates = static_cast<double*>(memory);
  const std::vector<int> processors = Processors();
  const auto begin = Clock::now() + std::chrono::milliseconds(20);
  const auto end = begin + std::chrono::milliseconds(200);
  std::fflush(stdout);
  for (int i = 0; i < processes; ++i) {
    const pid_t pid = fork();
    if (pid < 0) std::abort();
    if (pid > 0) continue;
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(processors[i], &set);
    if (sched_setaffinity(0, sizeof(set), &set) != 0) _exit(1);
    call();
    std::this_thread::sleep_until(begin);
    const double before = ProcessorSeconds();
    int count = 0;
    for (; Clock::now() < end; ++count) call();
    rates[i] = count / (ProcessorSeconds() - before);
    _exit(0);
  }
  for (int i = 0; i < processes; ++i) {
    int status = 0;
    if (wait(&status) < 0 || status != 0) std::abort();
  }
  double rate = 0;
  for (int i = 0; i < processes; ++i) rate += rates[i];
  munmap(memory, size);
  return rate;
}

// How much more two processes do than one.
template <class F>
double GainOfTwo(F call) {
  double one = 0, two = 0;
  for (int i = 0; i < 5; ++i) {
    one = std::max(one, CallRate(1, call));
    two = std::max(two, CallRate(2, call));
  }
  return two / one;
}

}  // namespace tf_implicit

#endif  // TF_IMPLICIT_TESTS_SPECIAL_MACHINE_H_
