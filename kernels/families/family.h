// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// A family of ops: the functions that one file of this folder instantiates. The
// file is compiled once per instruction set as loops over arrays and, where
// there is nvcc, once more as CUDA kernels; tests/gpu compiles those for the
// processor, with TFI_EMULATED_CUDA.
//
//   #include "kernels/families/family.h"
//   #include "kernels/special/student_t.h"
//
//   TFI_FAMILY(StudentT, TFI_STUDENT_T_OPS)
//
// with the list of kernels/op_list.h. Nothing here may include a TensorFlow
// header: its inline functions would be compiled for the wrong processor.

#ifndef TF_IMPLICIT_KERNELS_FAMILIES_FAMILY_H_
#define TF_IMPLICIT_KERNELS_FAMILIES_FAMILY_H_

#include "kernels/op_list.h"

#if defined(__CUDACC__) || defined(TFI_EMULATED_CUDA)

#define TFI_FAMILY_IS_CUDA 1
#include "kernels/cuda/map_kernel.h"

#define TFI_FAMILY(family, ops)                                               \
  namespace tf_implicit {                                                     \
  void Add##family##CudaLoops(CudaLoopTable* table) { ops(TFI_ADD_TO_TABLE) } \
  }
#define TFI_ADD_TO_TABLE(name, nanoseconds) \
  (*table)[LoopId::k##name] = MakeCudaLoop<special::name##Function>();

#else

#define TFI_FAMILY_IS_CUDA 0
#include "kernels/cpu/make_loop.h"

#define TFI_FAMILY(family, ops)                                       \
  namespace tf_implicit {                                             \
  inline namespace TFI_TARGET {                                       \
  void Add##family##Loops(LoopTable* table) { ops(TFI_ADD_TO_TABLE) } \
  }                                                                   \
  }
#define TFI_ADD_TO_TABLE(name, nanoseconds) \
  (*table)[LoopId::k##name] = MakeLoop<special::name##Function>();

#endif

#endif  // TF_IMPLICIT_KERNELS_FAMILIES_FAMILY_H_
