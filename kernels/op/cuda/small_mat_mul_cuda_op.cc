// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The GPU kernel of the products of small matrices. See ../small_mat_mul_op.cc
// for that of the processor.

#include "kernels/cpu/rows.h"
#include "kernels/cuda/cuda_launch.h"
#include "kernels/op/cuda/cuda_op.h"
#include "kernels/op/mat_mul_inputs.h"
#include "tensorflow/core/framework/op_kernel.h"

namespace tf_implicit {
namespace {

using tensorflow::OpKernelConstruction;
using tensorflow::OpKernelContext;

// T is the type of the tensors.
template <class T>
class SmallMatMulCudaOp : public tensorflow::OpKernel {
 public:
  explicit SmallMatMulCudaOp(OpKernelConstruction* ctx) : OpKernel(ctx) {
    OP_REQUIRES_OK(ctx, transposes_.Read(ctx));
  }

  void Compute(OpKernelContext* ctx) override {
    CudaMatMul products = {};
    tensorflow::TensorShape shape;
    OP_REQUIRES_OK(
        ctx, ReadMatMulSize(transposes_, ctx->input(0).shape(),
                            ctx->input(1).shape(), &products.size, &shape));
    tensorflow::Tensor* output = nullptr;
    OP_REQUIRES_OK(ctx, ctx->allocate_output(0, shape, &output));
    if (shape.num_elements() == 0) return;
    products.storage = kCudaStorage<T>;
    products.a = ctx->input(0).flat<T>().data();
    products.b = ctx->input(1).flat<T>().data();
    products.product = output->flat<T>().data();
    const auto launch = AllCudaRows().small_mat_mul.loop(products.storage);
    OP_REQUIRES_OK(ctx, LaunchStatus(launch(StreamOf(ctx), products), *this));
  }

 private:
  MatMulTransposes transposes_;
};

#define TFI_REGISTER(T)                                       \
  REGISTER_KERNEL_BUILDER(Name("TFImplicit>SmallMatMul")      \
                              .Device(tensorflow::DEVICE_GPU) \
                              .TypeConstraint<T>("T"),        \
                          SmallMatMulCudaOp<T>)

TFI_REGISTER(Eigen::half);
TFI_REGISTER(Eigen::bfloat16);
TFI_REGISTER(float);
TFI_REGISTER(double);

#undef TFI_REGISTER

}  // namespace
}  // namespace tf_implicit
