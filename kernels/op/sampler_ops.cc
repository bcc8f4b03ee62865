// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// CPU kernels of the samplers (ops/random_ops.cc): they read shape, seed and
// parameters, cut the elements into shards for the thread pool and run the
// loops of samplers.h.

#include <algorithm>
#include <functional>
#include <limits>
#include <string>
#include <type_traits>
#include <vector>

#include "kernels/cpu/broadcast.h"
#include "kernels/cpu/samplers.h"
#include "kernels/op/op_inputs.h"
#include "kernels/op/real_arrays.h"
#include "kernels/op/share_work.h"
#include "kernels/xla/call/xla_call.h"
#include "kernels/xla/call/xla_refusal.h"
#include "tensorflow/core/framework/op_kernel.h"
#include "tensorflow/core/framework/tensor_util.h"
#include "tsl/platform/denormal.h"

namespace tf_implicit {
namespace {

using tensorflow::DEVICE_CPU;
using tensorflow::OpKernel;
using tensorflow::OpKernelConstruction;
using tensorflow::OpKernelContext;
using tensorflow::Tensor;
using tensorflow::TensorShape;

// The parameters of a sampler, element i of the output having
// data[i % period].
template <class Real>
struct Parameters {
  const Real* data;
  int64_t period;
  std::vector<Real> storage;
};

// Reads the parameter for an output of the given shape, to which it broadcasts.
template <class T>
void ReadParameters(const Tensor& input, const TensorShape& output,
                    Parameters<RealOf<T>>* result) {
  using Real = RealOf<T>;
  // An empty output needs no parameter, and Read() an element to start from.
  if (output.num_elements() == 0) return;
  const Broadcast::Shape own = DimensionsOf(input.shape());
  const Broadcast::Shape full = DimensionsOf(output);
  const bool periodic = IsPeriodic(own, full);
  const int64_t size = periodic ? input.NumElements() : output.num_elements();
  const T* data = input.flat<T>().data();
  result->period = size;
  if constexpr (std::is_same<T, Real>::value) {
    if (periodic) {
      result->data = data;
      return;
    }
  }
  result->storage.resize(size);
  if (periodic) {
    std::transform(data, data + size, result->storage.begin(),
                   [](T x) { return static_cast<Real>(x); });
  } else {
    Broadcast({own, full}).Read(0, data, 0, size, result->storage.data());
  }
  result->data = result->storage.data();
}

// Cycles that an element costs, about; it only sizes the shards.
constexpr int64_t kCyclesPerElement = 15;

// Elements that are sampled before they are rounded or converted: few enough to
// stay in the L2 cache, many enough for the sampler to work at full speed.
constexpr int64_t kPieceSize = 16 * kSamplerChunk;

// What the kernels below have in common. The inputs are shape, seed and, unless
// the distribution has none, its parameter.
template <class T>
class SamplerOp : public OpKernel {
 public:
  using Real = RealOf<T>;

  explicit SamplerOp(OpKernelConstruction* ctx) : OpKernel(ctx) {
    std::string error;
    SelectedCpuTarget(&error);
    OP_REQUIRES(ctx, error.empty(), absl::InvalidArgumentError(error));
  }

  void Compute(OpKernelContext* ctx) final {
    TensorShape shape;
    OP_REQUIRES_OK(
        ctx, AboutShape(tensorflow::tensor::MakeShape(ctx->input(0), &shape)));
    OP_REQUIRES_OK(ctx, CheckSamplerInputs(*this, shape, InputShapes(ctx)));
    Parameters<Real> parameters = {nullptr, 1, {}};
    if (num_inputs() > 2) ReadParameters<T>(ctx->input(2), shape, &parameters);
    Sample(ctx, shape, ReadSeed(ctx->input(1)), parameters);
  }

 protected:
  virtual void Sample(OpKernelContext* ctx, const TensorShape& shape,
                      const RandomSeed& seed,
                      const Parameters<Real>& parameters) = 0;

  static const Samplers<Real>& samplers() {
    return SelectedSamplers().template get<Real>();
  }

  // Runs work(begin, end) over [0, units), each unit of the given cost.
  static void ShardUnits(OpKernelContext* ctx, int64_t units, int64_t cycles,
                         const std::function<void(int64_t, int64_t)>& work) {
    ShareWork(ctx, units, cycles, [&](int64_t begin, int64_t end) {
      // As in map_ops.cc; and a sample must not depend on the
      // mode of the thread that draws it.
      const tsl::port::ScopedDontFlushDenormal keep_subnormals;
      work(begin, end);
    });
  }

  // Allocates the output and fills it: draw(first, n, out) draws n elements,
  // finish(out, n) sees them as they are put out.
  template <class Draw, class Finish>
  static void SampleElements(OpKernelContext* ctx, const TensorShape& shape,
                             int64_t cycles, Draw draw, Finish finish) {
    Tensor* output = nullptr;
    OP_REQUIRES_OK(ctx, ctx->allocate_output(0, shape, &output));
    const int64_t size = shape.num_elements();
    if (size == 0) return;
    T* out = output->flat<T>().data();
    // Shards are cut where cuts cost the sampler nothing.
    const int64_t chunks = (size + kSamplerChunk - 1) / kSamplerChunk;
    ShardUnits(ctx, chunks, kSamplerChunk * cycles,
               [&](int64_t first_chunk, int64_t last_chunk) {
                 const int64_t end = std::min(size, last_chunk * kSamplerChunk);
                 std::vector<Real> buffer;
                 if (!std::is_same<T, Real>::value) buffer.resize(kPieceSize);
                 for (int64_t i = first_chunk * kSamplerChunk; i < end;
                      i += kPieceSize) {
                   const int64_t n = std::min(kPieceSize, end - i);
                   if constexpr (std::is_same<T, Real>::value) {
                     draw(i, n, out + i);
                   } else {
                     draw(i, n, buffer.data());
                     std::transform(buffer.data(), buffer.data() + n, out + i,
                                    [](Real x) { return static_cast<T>(x); });
                   }
                   finish(out + i, n);
                 }
               });
  }
};

// Rounds samples in [0, tiny) up to tiny, the smallest normal number of T.
template <class T>
void RoundUpToNormal(T* x, int64_t n) {
  const T tiny = std::numeric_limits<T>::min();
  // Written so that NaN stays.
  for (int64_t i = 0; i < n; ++i) x[i] = x[i] < tiny ? tiny : x[i];
}

// One element, one parameter. kLoop is the member of Samplers; kPositive rounds
// up to normal numbers.
template <class T, SampleLoop<RealOf<T>> Samplers<RealOf<T>>::* kLoop,
          bool kPositive>
class ElementwiseSamplerOp : public SamplerOp<T> {
 public:
  using Real = RealOf<T>;
  using SamplerOp<T>::SamplerOp;

 protected:
  void Sample(OpKernelContext* ctx, const TensorShape& shape,
              const RandomSeed& seed,
              const Parameters<Real>& parameters) override {
    const auto sample = this->samplers().*kLoop;
    this->SampleElements(
        ctx, shape, kCyclesPerElement,
        [&](int64_t first, int64_t n, Real* out) {
          sample(seed, first, n, parameters.data, parameters.period, out);
        },
        [](T* out, int64_t n) {
          if (kPositive) RoundUpToNormal(out, n);
        });
  }
};

template <class T>
class DirichletSamplerOp : public SamplerOp<T> {
 public:
  using Real = RealOf<T>;
  using SamplerOp<T>::SamplerOp;

 protected:
  void Sample(OpKernelContext* ctx, const TensorShape& shape,
              const RandomSeed& seed,
              const Parameters<Real>& parameters) override {
    Tensor* probabilities = nullptr;
    Tensor* log_gamma = nullptr;
    OP_REQUIRES_OK(ctx, ctx->allocate_output(0, shape, &probabilities));
    OP_REQUIRES_OK(ctx, ctx->allocate_output(1, shape, &log_gamma));
    const int64_t components = shape.dim_size(shape.dims() - 1);
    if (shape.num_elements() == 0) return;
    const int64_t rows = shape.num_elements() / components;
    T* p = probabilities->flat<T>().data();
    T* g = log_gamma->flat<T>().data();
    const auto sample = this->samplers().dirichlet;
    this->ShardUnits(
        ctx, rows, components * 2 * kCyclesPerElement,
        [&](int64_t begin, int64_t end) {
          if constexpr (std::is_same<T, Real>::value) {
            sample(seed, begin, end - begin, components, parameters.data,
                   parameters.period, p + begin * components,
                   g + begin * components);
          } else {
            const int64_t size = (end - begin) * components;
            std::vector<Real> real_p(size), real_g(size);
            sample(seed, begin, end - begin, components, parameters.data,
                   parameters.period, real_p.data(), real_g.data());
            const auto round = [](Real x) { return static_cast<T>(x); };
            std::transform(real_p.begin(), real_p.end(), p + begin * components,
                           round);
            std::transform(real_g.begin(), real_g.end(), g + begin * components,
                           round);
          }
          // A component at which a density has a derivative; in half, many of
          // them would change the sum of the row.
          if (!std::is_same<T, Eigen::half>::value) {
            RoundUpToNormal(p + begin * components, (end - begin) * components);
          }
        });
  }
};

// Input 3 is the dimension, one for all elements.
template <class T>
class VonMisesFisherSamplerOp : public SamplerOp<T> {
 public:
  using Real = RealOf<T>;
  using SamplerOp<T>::SamplerOp;

 protected:
  void Sample(OpKernelContext* ctx, const TensorShape& shape,
              const RandomSeed& seed,
              const Parameters<Real>& parameters) override {
    int32_t dimension;
    OP_REQUIRES_OK(ctx, ReadDimension(ctx->input(3), &dimension));
    const auto sample = this->samplers().von_mises_fisher_angle;
    this->SampleElements(
        ctx, shape, 5 * kCyclesPerElement,
        [&](int64_t first, int64_t n, Real* out) {
          sample(seed, dimension, first, n, parameters.data, parameters.period,
                 out);
        },
        [](T*, int64_t) {});
  }
};

template <class T, SampleLoop<RealOf<T>> Samplers<RealOf<T>>::* kLoop>
using RealSamplerOp = ElementwiseSamplerOp<T, kLoop, false>;
template <class T, SampleLoop<RealOf<T>> Samplers<RealOf<T>>::* kLoop>
using PositiveSamplerOp = ElementwiseSamplerOp<T, kLoop, true>;

// The rest of the line is the kernel's class, which may contain commas.
#define TFI_REGISTER_SAMPLER(op, T, ...)               \
  REGISTER_KERNEL_BUILDER(Name(op)                     \
                              .Device(DEVICE_CPU)      \
                              .HostMemory("shape")     \
                              .HostMemory("seed")      \
                              .TypeConstraint<T>("T"), \
                          __VA_ARGS__)

#define TFI_REGISTER_SAMPLERS(T)                                           \
  TFI_REGISTER_SAMPLER("TFImplicit>StatelessNormal", T,                    \
                       RealSamplerOp<T, &Samplers<RealOf<T>>::normal>);    \
  TFI_REGISTER_SAMPLER("TFImplicit>StatelessGamma", T,                     \
                       PositiveSamplerOp<T, &Samplers<RealOf<T>>::gamma>); \
  TFI_REGISTER_SAMPLER("TFImplicit>StatelessLogGamma", T,                  \
                       RealSamplerOp<T, &Samplers<RealOf<T>>::log_gamma>); \
  TFI_REGISTER_SAMPLER("TFImplicit>StatelessVonMises", T,                  \
                       RealSamplerOp<T, &Samplers<RealOf<T>>::von_mises>); \
  TFI_REGISTER_SAMPLER("TFImplicit>StatelessVonMisesFisherAngle", T,       \
                       VonMisesFisherSamplerOp<T>);                        \
  TFI_REGISTER_SAMPLER("TFImplicit>StatelessDirichlet", T,                 \
                       DirichletSamplerOp<T>)

TFI_REGISTER_SAMPLERS(Eigen::half);
TFI_REGISTER_SAMPLERS(Eigen::bfloat16);
TFI_REGISTER_SAMPLERS(float);
TFI_REGISTER_SAMPLERS(double);

#define TFI_REGISTER_XLA_SAMPLER(op, loop)                             \
  TFI_REGISTER_XLA_REFUSALS(op);                                       \
  TFI_REGISTER_XLA_CALL(                                               \
      op, CallSampler(&Samplers<float>::loop, &Samplers<double>::loop, \
                      operands, results, threads))

TFI_REGISTER_XLA_SAMPLER("TFImplicit>StatelessNormal", normal);
TFI_REGISTER_XLA_SAMPLER("TFImplicit>StatelessGamma", gamma);
TFI_REGISTER_XLA_SAMPLER("TFImplicit>StatelessLogGamma", log_gamma);
TFI_REGISTER_XLA_SAMPLER("TFImplicit>StatelessVonMises", von_mises);
TFI_REGISTER_XLA_REFUSALS("TFImplicit>StatelessVonMisesFisherAngle");
TFI_REGISTER_XLA_CALL("TFImplicit>StatelessVonMisesFisherAngle",
                      CallVonMisesFisherAngle(operands, results, threads));
TFI_REGISTER_XLA_REFUSALS("TFImplicit>StatelessDirichlet");
TFI_REGISTER_XLA_CALL("TFImplicit>StatelessDirichlet",
                      CallDirichlet(operands, results, threads));

#undef TFI_REGISTER_XLA_SAMPLER
#undef TFI_REGISTER_SAMPLERS
#undef TFI_REGISTER_SAMPLER

}  // namespace
}  // namespace tf_implicit
