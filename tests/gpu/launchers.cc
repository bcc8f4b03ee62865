// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The CUDA kernels as C functions, which launchers.py calls, and the loops and
// samplers of the processor to compare with. A function that can fail returns a
// message, or null where all is well.

#include <cuda_runtime.h>
#include <stdint.h>

#include <cstring>
#include <limits>
#include <vector>

#include "kernels/cpu/broadcast.h"
#include "kernels/cpu/limits.h"
#include "kernels/cpu/loops.h"
#include "kernels/cpu/rows.h"
#include "kernels/cpu/samplers.h"
#include "kernels/cuda/cuda_launch.h"
#include "kernels/op_list.h"

namespace tf_implicit {
namespace {

#define TFI_LOOP(name, nanoseconds) {#name, LoopId::k##name},
constexpr struct {
  const char* name;
  LoopId id;
} kLoops[] = {TFI_OPS(TFI_LOOP)};
#undef TFI_LOOP

#define TFI_ROWS(name, inputs, nanoseconds) {#name, RowId::k##name},
constexpr struct {
  const char* name;
  RowId id;
} kRows[] = {TFI_ROW_OPS(TFI_ROWS)};
#undef TFI_ROWS

const char* Message(cudaError_t error) {
  return error == cudaSuccess ? nullptr : cudaGetErrorString(error);
}

// A shape from Python.
struct Dims {
  int rank;
  const int64_t* dims;

  operator Broadcast::Shape() const { return {dims, dims + rank}; }
};

double SmallestNormal(CudaStorage storage) {
  switch (storage) {
    case CudaStorage::kDouble:
      return std::numeric_limits<double>::min();
    case CudaStorage::kHalf:
      return 0x1p-14;
    default:
      return std::numeric_limits<float>::min();
  }
}

template <class T>
SampleLoop<T> ProcessorSampler(const char* name) {
  const Samplers<T>& samplers =
      SamplersFor(SelectedCpuTarget(nullptr)).template get<T>();
  if (!std::strcmp(name, "normal")) return samplers.normal;
  if (!std::strcmp(name, "gamma")) return samplers.gamma;
  if (!std::strcmp(name, "log_gamma")) return samplers.log_gamma;
  if (!std::strcmp(name, "von_mises")) return samplers.von_mises;
  return nullptr;
}

}  // namespace
}  // namespace tf_implicit

extern "C" {

using namespace tf_implicit;  // NOLINT: C functions have no namespace

int TfiDeviceCount() {
  int count = 0;
  return cudaGetDeviceCount(&count) == cudaSuccess ? count : 0;
}

const char* TfiDeviceName() {
  static cudaDeviceProp properties;
  const char* error = Message(cudaGetDeviceProperties(&properties, 0));
  return error != nullptr ? error : properties.name;
}

const char* TfiAllocate(int64_t size, void** memory) {
  return Message(cudaMalloc(memory, size));
}

const char* TfiFree(void* memory) { return Message(cudaFree(memory)); }

const char* TfiCopy(void* to, const void* from, int64_t size, int kind) {
  constexpr cudaMemcpyKind kKinds[] = {
      cudaMemcpyHostToDevice, cudaMemcpyDeviceToHost, cudaMemcpyDeviceToDevice};
  return Message(cudaMemcpy(to, from, size, kKinds[kind]));
}

const char* TfiSynchronize() { return Message(cudaDeviceSynchronize()); }

const char* TfiEvent(void** event) {
  return Message(cudaEventCreate(reinterpret_cast<cudaEvent_t*>(event)));
}

const char* TfiRecord(void* event) {
  return Message(cudaEventRecord(static_cast<cudaEvent_t>(event)));
}

const char* TfiElapsed(void* start, void* end, float* milliseconds) {
  const cudaEvent_t last = static_cast<cudaEvent_t>(end);
  const char* error = Message(cudaEventSynchronize(last));
  if (error != nullptr) return error;
  return Message(cudaEventElapsedTime(milliseconds,
                                      static_cast<cudaEvent_t>(start), last));
}

// The name of loop k, or null.
const char* TfiLoopName(int k) {
  return k < static_cast<int>(std::size(kLoops)) ? kLoops[k].name : nullptr;
}

int TfiLoopInputs(int k) { return AllCudaLoops()[kLoops[k].id].inputs; }

int TfiLoopOutputs(int k) { return AllCudaLoops()[kLoops[k].id].outputs; }

const char* TfiMap(int k, int storage, int inputs, const Dims* shapes,
                   const void* const* data, void* const* outputs) {
  const CudaLoopEntry& entry = AllCudaLoops()[kLoops[k].id];
  if (entry.inputs != inputs) return "wrong number of inputs";
  const Broadcast broadcast(
      std::vector<Broadcast::Shape>(shapes, shapes + inputs));
  if (!broadcast.valid()) return "shapes do not broadcast";
  CudaMap map = {};
  map.storage = static_cast<CudaStorage>(storage);
  if (!SetCudaShape(broadcast, &map.shape)) return "too many dimensions";
  for (int i = 0; i < inputs; ++i) {
    SetCudaInput(broadcast, i, data[i], &map.inputs[i]);
  }
  for (int i = 0; i < entry.outputs; ++i) map.outputs[i] = outputs[i];
  return entry.loop(map.storage)(nullptr, map);
}

// Loop k on the processor, arrays of `size` elements in its memory, float or
// double.
void TfiProcessorMap(int k, int storage, int64_t size, const void* const* in,
                     void* const* out) {
  const LoopEntry& entry = LoopsFor(SelectedCpuTarget(nullptr))[kLoops[k].id];
  const auto map = [&](auto zero) {
    using T = decltype(zero);
    const T* inputs[kMaxInputs];
    T* outputs[kMaxOutputs];
    for (int i = 0; i < entry.inputs; ++i) {
      inputs[i] = static_cast<const T*>(in[i]);
    }
    for (int i = 0; i < entry.outputs; ++i) {
      outputs[i] = static_cast<T*>(out[i]);
    }
    entry.loop<T>()(size, inputs, outputs);
  };
  if (static_cast<CudaStorage>(storage) == CudaStorage::kDouble) {
    map(0.0);
  } else {
    map(0.0f);
  }
}

// The name of function k over rows, or null.
const char* TfiRowsName(int k) {
  return k < static_cast<int>(std::size(kRows)) ? kRows[k].name : nullptr;
}

int TfiRowsInputs(int k) { return AllCudaRows()[kRows[k].id].inputs; }

const char* TfiRows(int k, int storage, int64_t count, int64_t size,
                    const void* const* in, void* value,
                    void* const* gradients) {
  const CudaRowEntry& entry = AllCudaRows()[kRows[k].id];
  CudaRows rows = {};
  rows.storage = static_cast<CudaStorage>(storage);
  rows.count = count;
  rows.size = size;
  rows.value = value;
  for (int i = 0; i < entry.inputs; ++i) {
    rows.inputs[i] = in[i];
    rows.gradients[i] = gradients[i];
  }
  return entry.loop(rows.storage)(nullptr, rows);
}

// The same on the processor, arrays in its memory, float or double.
void TfiProcessorRows(int k, int storage, int64_t count, int64_t size,
                      const void* const* in, void* value,
                      void* const* gradients) {
  const RowEntry& entry = RowsFor(SelectedCpuTarget(nullptr))[kRows[k].id];
  const auto run = [&](auto zero) {
    using T = decltype(zero);
    const T* inputs[kMaxRowInputs];
    T* outputs[kMaxRowInputs];
    for (int i = 0; i < TfiRowsInputs(k); ++i) {
      inputs[i] = static_cast<const T*>(in[i]);
      outputs[i] = static_cast<T*>(gradients[i]);
    }
    entry.loop<T>()(count, size, inputs, static_cast<T*>(value), outputs);
  };
  if (static_cast<CudaStorage>(storage) == CudaStorage::kDouble) {
    run(0.0);
  } else {
    run(0.0f);
  }
}

// Products of `count` pairs of matrices.
const char* TfiSmallMatMul(int storage, int64_t count, int64_t n, int64_t k,
                           int64_t m, int transpose_a, int transpose_b,
                           const void* a, const void* b, void* product) {
  const CudaMatMul products = {
      static_cast<CudaStorage>(storage),
      {count, n, k, m, transpose_a != 0, transpose_b != 0},
      a,
      b,
      product};
  return AllCudaRows().small_mat_mul.loop(products.storage)(nullptr, products);
}

// `name` as in CudaSamplers; draws, scratch and log_gamma for "dirichlet" only.
const char* TfiSample(const char* name, int storage, uint64_t seed0,
                      uint64_t seed1, int dimension, Dims shape,
                      Dims parameter_shape, const void* parameter, void* out,
                      void* log_gamma, void* draws, void* scratch) {
  const Broadcast broadcast({parameter_shape, shape});
  if (!broadcast.valid()) return "shapes do not broadcast";
  CudaSample sample = {};
  sample.storage = sample.out_storage = static_cast<CudaStorage>(storage);
  sample.seed = MakeCudaSeed({{seed0, seed1}});
  sample.dimension = dimension;
  sample.out = out;
  const bool positive = !std::strcmp(name, "gamma");
  sample.smallest = positive ? SmallestNormal(sample.storage)
                             : -std::numeric_limits<double>::infinity();
  if (!SetCudaShape(broadcast, &sample.shape)) return "too many dimensions";
  SetCudaInput(broadcast, 0, parameter, &sample.parameter);
  const CudaSamplers& samplers = AllCudaSamplers();
  if (!std::strcmp(name, "dirichlet")) {
    const CudaDirichlet dirichlet = {
        sample, shape.dims[shape.rank - 1], out, log_gamma, draws, scratch};
    return samplers.dirichlet.loop(sample.storage)(nullptr, dirichlet);
  }
  const struct {
    const char* name;
    const CudaSampler<CudaSampleLoop>& sampler;
  } elementwise[] = {
      {"normal", samplers.normal},
      {"gamma", samplers.gamma},
      {"log_gamma", samplers.log_gamma},
      {"von_mises", samplers.von_mises},
      {"von_mises_fisher_angle", samplers.von_mises_fisher_angle}};
  for (const auto& entry : elementwise) {
    if (!std::strcmp(name, entry.name)) {
      return entry.sampler.loop(sample.storage)(nullptr, sample);
    }
  }
  return "no such sampler";
}

// The same on the processor, arrays in its memory, from row `first` on; element
// i of all rows has parameter i % period. For others than "dirichlet" a row is
// of one component.
void TfiProcessorSample(const char* name, int storage, uint64_t seed0,
                        uint64_t seed1, int dimension, int64_t first,
                        int64_t rows, int64_t components,
                        const void* parameters, int64_t period, void* out,
                        void* log_gamma) {
  const RandomSeed seed = {{seed0, seed1}};
  const int64_t size = rows * components;
  const auto draw = [&](auto zero) {
    using T = decltype(zero);
    const T* const in = static_cast<const T*>(parameters);
    T* const samples = static_cast<T*>(out);
    if (!std::strcmp(name, "dirichlet")) {
      SamplersFor(SelectedCpuTarget(nullptr))
          .get<T>()
          .dirichlet(seed, first, rows, components, in, period, samples,
                     static_cast<T*>(log_gamma));
    } else if (!std::strcmp(name, "von_mises_fisher_angle")) {
      SamplersFor(SelectedCpuTarget(nullptr))
          .get<T>()
          .von_mises_fisher_angle(seed, dimension, first, size, in, period,
                                  samples);
    } else {
      ProcessorSampler<T>(name)(seed, first, size, in, period, samples);
    }
  };
  if (static_cast<CudaStorage>(storage) == CudaStorage::kDouble) {
    draw(0.0);
  } else {
    draw(0.0f);
  }
}

}  // extern "C"
