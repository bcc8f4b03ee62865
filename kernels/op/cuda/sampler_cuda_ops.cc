// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// GPU kernels of the samplers: shape and seed are read on the processor,
// parameters and samples stay on the device. See ../sampler_ops.cc for the
// kernels of the processor.

#include <limits>
#include <type_traits>

#include "kernels/cpu/broadcast.h"
#include "kernels/cuda/cuda_launch.h"
#include "kernels/op/cuda/cuda_op.h"
#include "kernels/op/op_inputs.h"
#include "tensorflow/core/framework/op_kernel.h"
#include "tensorflow/core/framework/tensor_util.h"

namespace tf_implicit {
namespace {

using tensorflow::DEVICE_GPU;
using tensorflow::OpKernel;
using tensorflow::OpKernelConstruction;
using tensorflow::OpKernelContext;
using tensorflow::Tensor;
using tensorflow::TensorShape;

// What the kernels below have in common. The inputs are shape, seed and, unless
// the distribution has none, its parameter.
template <class T>
class SamplerCudaOp : public OpKernel {
 public:
  using OpKernel::OpKernel;

  void Compute(OpKernelContext* ctx) final {
    TensorShape shape;
    OP_REQUIRES_OK(
        ctx, AboutShape(tensorflow::tensor::MakeShape(ctx->input(0), &shape)));
    OP_REQUIRES_OK(ctx, CheckSamplerInputs(*this, shape, InputShapes(ctx)));
    CudaSample sample = {};
    sample.storage = sample.out_storage = kCudaStorage<T>;
    sample.seed = MakeCudaSeed(ReadSeed(ctx->input(1)));
    sample.smallest = -std::numeric_limits<double>::infinity();
    const bool has_parameter = num_inputs() > 2;
    const Broadcast::Shape full = DimensionsOf(shape);
    const Broadcast broadcast(
        {has_parameter ? DimensionsOf(ctx->input(2).shape()) : full, full});
    OP_REQUIRES(ctx, SetCudaShape(broadcast, &sample.shape),
                TooManyDimensions(*this));
    if (has_parameter) {
      SetCudaInput(broadcast, 0, ctx->input(2).flat<T>().data(),
                   &sample.parameter);
    }
    Sample(ctx, shape, sample);
  }

 protected:
  // `sample` lacks the output.
  virtual void Sample(OpKernelContext* ctx, const TensorShape& shape,
                      const CudaSample& sample) = 0;
};

// One element, one parameter. kSampler is the member of CudaSamplers; kPositive
// rounds samples in [0, tiny) up to tiny, the smallest normal number of T.
template <class T, CudaSampler<CudaSampleLoop> CudaSamplers::* kSampler,
          bool kPositive>
class ElementwiseSamplerCudaOp : public SamplerCudaOp<T> {
 public:
  using SamplerCudaOp<T>::SamplerCudaOp;

 protected:
  void Sample(OpKernelContext* ctx, const TensorShape& shape,
              const CudaSample& sample) override {
    Tensor* output = nullptr;
    OP_REQUIRES_OK(ctx, ctx->allocate_output(0, shape, &output));
    if (shape.num_elements() == 0) return;
    CudaSample call = sample;
    call.out = output->flat<T>().data();
    if (kPositive) {
      call.smallest = static_cast<double>(std::numeric_limits<T>::min());
    }
    const auto launch = (AllCudaSamplers().*kSampler).loop(call.storage);
    OP_REQUIRES_OK(ctx, LaunchStatus(launch(StreamOf(ctx), call), *this));
  }
};

// Input 3 is the dimension, one for all elements.
template <class T>
class VonMisesFisherSamplerCudaOp : public SamplerCudaOp<T> {
 public:
  using SamplerCudaOp<T>::SamplerCudaOp;

 protected:
  void Sample(OpKernelContext* ctx, const TensorShape& shape,
              const CudaSample& sample) override {
    int32_t dimension;
    OP_REQUIRES_OK(ctx, ReadDimension(ctx->input(3), &dimension));
    Tensor* output = nullptr;
    OP_REQUIRES_OK(ctx, ctx->allocate_output(0, shape, &output));
    if (shape.num_elements() == 0) return;
    CudaSample call = sample;
    call.dimension = dimension;
    call.out = output->flat<T>().data();
    const auto launch =
        AllCudaSamplers().von_mises_fisher_angle.loop(call.storage);
    OP_REQUIRES_OK(ctx, LaunchStatus(launch(StreamOf(ctx), call), *this));
  }
};

template <class T>
class DirichletSamplerCudaOp : public SamplerCudaOp<T> {
 public:
  using SamplerCudaOp<T>::SamplerCudaOp;

 protected:
  void Sample(OpKernelContext* ctx, const TensorShape& shape,
              const CudaSample& sample) override {
    using Real = typename std::conditional<std::is_same<T, double>::value,
                                           double, float>::type;
    Tensor* probabilities = nullptr;
    Tensor* log_gamma = nullptr;
    OP_REQUIRES_OK(ctx, ctx->allocate_output(0, shape, &probabilities));
    OP_REQUIRES_OK(ctx, ctx->allocate_output(1, shape, &log_gamma));
    if (shape.num_elements() == 0) return;
    CudaDirichlet call = {};
    call.sample = sample;
    // As sampler_ops.cc: in half, many of them would change their sum.
    if (!std::is_same<T, Eigen::half>::value) {
      call.sample.smallest = static_cast<double>(std::numeric_limits<T>::min());
    }
    call.components = shape.dim_size(shape.dims() - 1);
    call.probabilities = probabilities->flat<T>().data();
    call.log_gamma = log_gamma->flat<T>().data();
    call.draws = call.log_gamma;
    constexpr tensorflow::DataType kReal =
        tensorflow::DataTypeToEnum<Real>::value;
    // TensorFlow keeps the memory until the stream has used it.
    Tensor draws, scratch;
    if (!std::is_same<T, Real>::value) {
      OP_REQUIRES_OK(ctx, ctx->allocate_temp(kReal, shape, &draws));
      call.draws = draws.flat<Real>().data();
    }
    const int64_t rows = shape.num_elements() / call.components;
    OP_REQUIRES_OK(
        ctx, ctx->allocate_temp(
                 kReal, TensorShape({rows, kCudaDirichletScratch}), &scratch));
    call.scratch = scratch.flat<Real>().data();
    const auto launch = AllCudaSamplers().dirichlet.loop(sample.storage);
    OP_REQUIRES_OK(ctx, LaunchStatus(launch(StreamOf(ctx), call), *this));
  }
};

template <class T, CudaSampler<CudaSampleLoop> CudaSamplers::* kSampler>
using RealSamplerOp = ElementwiseSamplerCudaOp<T, kSampler, false>;
template <class T, CudaSampler<CudaSampleLoop> CudaSamplers::* kSampler>
using PositiveSamplerOp = ElementwiseSamplerCudaOp<T, kSampler, true>;

// The rest of the line is the kernel's class, which may contain commas.
#define TFI_REGISTER_SAMPLER(op, T, ...)               \
  REGISTER_KERNEL_BUILDER(Name(op)                     \
                              .Device(DEVICE_GPU)      \
                              .HostMemory("shape")     \
                              .HostMemory("seed")      \
                              .TypeConstraint<T>("T"), \
                          __VA_ARGS__)

#define TFI_REGISTER_SAMPLERS(T)                                    \
  TFI_REGISTER_SAMPLER("TFImplicit>StatelessNormal", T,             \
                       RealSamplerOp<T, &CudaSamplers::normal>);    \
  TFI_REGISTER_SAMPLER("TFImplicit>StatelessGamma", T,              \
                       PositiveSamplerOp<T, &CudaSamplers::gamma>); \
  TFI_REGISTER_SAMPLER("TFImplicit>StatelessLogGamma", T,           \
                       RealSamplerOp<T, &CudaSamplers::log_gamma>); \
  TFI_REGISTER_SAMPLER("TFImplicit>StatelessVonMises", T,           \
                       RealSamplerOp<T, &CudaSamplers::von_mises>); \
  TFI_REGISTER_SAMPLER("TFImplicit>StatelessDirichlet", T,          \
                       DirichletSamplerCudaOp<T>)

#define TFI_REGISTER_FISHER(T)                                            \
  REGISTER_KERNEL_BUILDER(Name("TFImplicit>StatelessVonMisesFisherAngle") \
                              .Device(DEVICE_GPU)                         \
                              .HostMemory("shape")                        \
                              .HostMemory("seed")                         \
                              .HostMemory("dimension")                    \
                              .TypeConstraint<T>("T"),                    \
                          VonMisesFisherSamplerCudaOp<T>)

TFI_REGISTER_FISHER(Eigen::half);
TFI_REGISTER_FISHER(Eigen::bfloat16);
TFI_REGISTER_FISHER(float);
TFI_REGISTER_FISHER(double);
TFI_REGISTER_SAMPLERS(Eigen::half);
TFI_REGISTER_SAMPLERS(Eigen::bfloat16);
TFI_REGISTER_SAMPLERS(float);
TFI_REGISTER_SAMPLERS(double);

#undef TFI_REGISTER_FISHER
#undef TFI_REGISTER_SAMPLERS
#undef TFI_REGISTER_SAMPLER

}  // namespace
}  // namespace tf_implicit
