// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// What the CUDA kernels offer to the ops: functions that put the work
// of one op on a stream, and the tables to pick them from. Free of TensorFlow
// and of CUDA's headers; built only where nvcc was found.
//
// The samplers give the bits of those on the CPU (samplers.h), NaN aside: the
// same integers, and only additions, products, quotients, square roots and
// fused multiply-adds in a fixed order, each rounded to nearest.

#ifndef TF_IMPLICIT_KERNELS_CUDA_CUDA_LAUNCH_H_
#define TF_IMPLICIT_KERNELS_CUDA_CUDA_LAUNCH_H_

#include <stdint.h>

#include "kernels/cpu/broadcast.h"
#include "kernels/cpu/limits.h"
#include "kernels/cpu/loops.h"
#include "kernels/cpu/rows.h"
#include "kernels/cpu/samplers.h"

// What cudaStream_t points to.
struct CUstream_st;

namespace tf_implicit {

using CudaStream = CUstream_st*;

// How the elements of the arrays are stored. half and bfloat16 are widened to
// float where they are read, and rounded where they are written.
enum class CudaStorage { kFloat, kDouble, kHalf, kBfloat16 };

// After merging (broadcast.h): more dimensions than TensorFlow's own ops take.
inline constexpr int kCudaMaxRank = 8;

// The shape to which all inputs are broadcast.
struct CudaShape {
  int64_t size;
  int rank;
  int64_t dims[kCudaMaxRank];
};

// Element i of the output has element sum_d steps[d] * (coordinate d of i),
// which is i where `full`.
struct CudaInput {
  const void* data;
  bool full;
  int64_t steps[kCudaMaxRank];
};

// False where `broadcast` has more than kCudaMaxRank dimensions.
bool SetCudaShape(const Broadcast& broadcast, CudaShape* shape);

// Input k of `broadcast`, whose elements are at `data`.
void SetCudaInput(const Broadcast& broadcast, int k, const void* data,
                  CudaInput* input);

// An elementwise op. Pointers are those of the device.
struct CudaMap {
  CudaStorage storage;
  CudaShape shape;
  CudaInput inputs[kMaxInputs];
  void* outputs[kMaxOutputs];
};

// Starts the work and returns null, or CUDA's description of what is wrong.
using CudaLoop = const char* (*)(CudaStream stream, const CudaMap& map);

struct CudaLoopEntry {
  CudaLoop float_loop = nullptr;
  CudaLoop double_loop = nullptr;
  int inputs = 0;
  int outputs = 0;

  CudaLoop loop(CudaStorage storage) const {
    return storage == CudaStorage::kDouble ? double_loop : float_loop;
  }
};

struct CudaLoopTable {
  CudaLoopEntry entries[static_cast<int>(LoopId::kCount)];

  CudaLoopEntry& operator[](LoopId id) { return entries[static_cast<int>(id)]; }
  const CudaLoopEntry& operator[](LoopId id) const {
    return entries[static_cast<int>(id)];
  }
};

const CudaLoopTable& AllCudaLoops();

// A function over `count` > 0 rows of `size` numbers; arrays as in RowLoop
// (rows.h). A row without numbers has the value 0.
struct CudaRows {
  CudaStorage storage;
  int64_t count;
  int64_t size;
  const void* inputs[kMaxRowInputs];
  void* value;
  void* gradients[kMaxRowInputs];
};

// Products of small matrices, as of MatMulLoop (rows.h), with at least one
// element.
struct CudaMatMul {
  CudaStorage storage;
  MatMulSize size;
  const void* a;
  const void* b;
  void* product;
};

using CudaMatMulLoop = const char* (*)(CudaStream stream,
                                       const CudaMatMul& products);

using CudaRowLoop = const char* (*)(CudaStream stream, const CudaRows& rows);

struct CudaMatMulEntry {
  CudaMatMulLoop float_loop = nullptr;
  CudaMatMulLoop double_loop = nullptr;

  CudaMatMulLoop loop(CudaStorage storage) const {
    return storage == CudaStorage::kDouble ? double_loop : float_loop;
  }
};

struct CudaRowEntry {
  CudaRowLoop float_loop = nullptr;
  CudaRowLoop double_loop = nullptr;
  int inputs = 0;

  CudaRowLoop loop(CudaStorage storage) const {
    return storage == CudaStorage::kDouble ? double_loop : float_loop;
  }
};

struct CudaRowTable {
  CudaRowEntry entries[static_cast<int>(RowId::kCount)];
  CudaMatMulEntry small_mat_mul;

  CudaRowEntry& operator[](RowId id) { return entries[static_cast<int>(id)]; }
  const CudaRowEntry& operator[](RowId id) const {
    return entries[static_cast<int>(id)];
  }
};

const CudaRowTable& AllCudaRows();

// What a seed stands for (random_bits.h).
struct CudaSeed {
  uint32_t key[2];
  uint64_t offset;
};

CudaSeed MakeCudaSeed(const RandomSeed& seed);

// A sample per element of `shape`. `parameter` is not read where the
// distribution has none. Samples below `smallest` become `smallest`.
struct CudaSample {
  CudaStorage storage;      // of the parameter
  CudaStorage out_storage;  // of the same precision where that is double
  CudaSeed seed;
  CudaShape shape;
  CudaInput parameter;
  double smallest;
  double dimension;  // of von Mises-Fisher samples
  void* out;
};

using CudaSampleLoop = const char* (*)(CudaStream stream,
                                       const CudaSample& sample);

// Dirichlet samples, DirichletLoop of samplers.h. Work space, of floats or,
// where that is the storage, doubles: `draws`, one for each element, which may
// be log_gamma where log_gamma is of the same type; `scratch`, of
// kCudaDirichletScratch for each row.
struct CudaDirichlet {
  CudaSample sample;  // all but `out` and `out_storage`
  int64_t components;
  void* probabilities;
  void* log_gamma;
  void* draws;
  void* scratch;
};

inline constexpr int kCudaDirichletScratch = 32;

using CudaDirichletLoop = const char* (*)(CudaStream stream,
                                          const CudaDirichlet& dirichlet);

template <class Loop>
struct CudaSampler {
  Loop float_loop = nullptr;
  Loop double_loop = nullptr;

  Loop loop(CudaStorage storage) const {
    return storage == CudaStorage::kDouble ? double_loop : float_loop;
  }
};

struct CudaSamplers {
  CudaSampler<CudaSampleLoop> normal;
  CudaSampler<CudaSampleLoop> gamma;
  CudaSampler<CudaSampleLoop> log_gamma;
  CudaSampler<CudaSampleLoop> von_mises;
  CudaSampler<CudaSampleLoop> von_mises_fisher_angle;
  CudaSampler<CudaDirichletLoop> dirichlet;
};

const CudaSamplers& AllCudaSamplers();

}  // namespace tf_implicit

#endif  // TF_IMPLICIT_KERNELS_CUDA_CUDA_LAUNCH_H_
