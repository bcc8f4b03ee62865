// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0

#include "kernels/cuda/cuda_launch.h"

#include <algorithm>

#include "kernels/special/random_bits.h"

namespace tf_implicit {

// Each file of kernels/families defines its function.
#define TFI_DECLARE_FAMILY(family, ops, ...) \
  void Add##family##CudaLoops(CudaLoopTable* table);
TFI_FAMILIES(TFI_DECLARE_FAMILY)

// Each file of rows/ and samplers/ its own.
void AddDirichletCudaRows(CudaRowTable* table);
void AddSmallMatMulCuda(CudaRowTable* table);
void AddGammaCudaSamplers(CudaSamplers* samplers);
void AddVonMisesCudaSamplers(CudaSamplers* samplers);
void AddVonMisesFisherCudaSamplers(CudaSamplers* samplers);

const CudaLoopTable& AllCudaLoops() {
  static const CudaLoopTable table = [] {
    CudaLoopTable result;
#define TFI_ADD_FAMILY(family, ops, ...) Add##family##CudaLoops(&result);
    TFI_FAMILIES(TFI_ADD_FAMILY)
    return result;
  }();
  return table;
}

const CudaRowTable& AllCudaRows() {
  static const CudaRowTable table = [] {
    CudaRowTable result;
    AddDirichletCudaRows(&result);
    AddSmallMatMulCuda(&result);
    return result;
  }();
  return table;
}

const CudaSamplers& AllCudaSamplers() {
  static const CudaSamplers samplers = [] {
    CudaSamplers result;
    AddGammaCudaSamplers(&result);
    AddVonMisesCudaSamplers(&result);
    AddVonMisesFisherCudaSamplers(&result);
    return result;
  }();
  return samplers;
}

bool SetCudaShape(const Broadcast& broadcast, CudaShape* shape) {
  const Broadcast::Shape& dims = broadcast.merged_shape();
  if (dims.size() > kCudaMaxRank) return false;
  shape->rank = static_cast<int>(dims.size());
  shape->size = 1;
  for (int d = 0; d < shape->rank; ++d) {
    shape->dims[d] = dims[d];
    shape->size *= dims[d];
  }
  return true;
}

void SetCudaInput(const Broadcast& broadcast, int k, const void* data,
                  CudaInput* input) {
  const Broadcast::Shape& steps = broadcast.steps(k);
  input->data = data;
  input->full = broadcast.is_full(k);
  std::copy(steps.begin(), steps.end(), input->steps);
}

CudaSeed MakeCudaSeed(const RandomSeed& seed) {
  const special::RandomStream stream =
      special::MakeRandomStream(seed.word[0], seed.word[1]);
  return {{stream.key0, stream.key1}, stream.offset};
}

}  // namespace tf_implicit
