// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Linked into a test that is compiled for an instruction set, TFI_TARGET: ends
// the test, saying so, on a processor that lacks the set. It runs before the
// test's own static initialisers (priority 101 is the first that programs may
// use), for those are compiled for that instruction set too.

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "kernels/cpu/cpu_target.h"

#define TFI_STRING(name) #name
#define TFI_NAME(name) TFI_STRING(name)

__attribute__((constructor(101))) static void RequireTarget() {
  const char* required = TFI_NAME(TFI_TARGET);
  for (tf_implicit::CpuTarget target : tf_implicit::SupportedCpuTargets()) {
    if (!std::strcmp(tf_implicit::CpuTargetName(target), required)) return;
  }
  std::printf("SKIPPED: this processor lacks %s.\n", required);
  std::fflush(stdout);
  std::_Exit(EXIT_SUCCESS);
}
