// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// GPU kernels of the ops over rows. See ../row_ops.cc for those of the
// processor.

#include "kernels/cpu/rows.h"
#include "kernels/cuda/cuda_launch.h"
#include "kernels/op/cuda/cuda_op.h"
#include "kernels/op/op_inputs.h"
#include "kernels/op_list.h"
#include "tensorflow/core/framework/op_kernel.h"

namespace tf_implicit {
namespace {

using tensorflow::OpKernelConstruction;
using tensorflow::OpKernelContext;

// T is the type of the tensors; inputs and outputs as in RowOp.
template <class T, RowId kId>
class RowCudaOp : public tensorflow::OpKernel {
 public:
  explicit RowCudaOp(OpKernelConstruction* ctx)
      : OpKernel(ctx), entry_(AllCudaRows()[kId]) {
    OP_REQUIRES(
        ctx,
        entry_.inputs == num_inputs() && entry_.inputs + 1 == num_outputs(),
        absl::InternalError("rows and op differ in arity"));
  }

  void Compute(OpKernelContext* ctx) override {
    OP_REQUIRES_OK(ctx, CheckRowInputs(*this, InputShapes(ctx)));
    const tensorflow::TensorShape& shape = ctx->input(0).shape();
    tensorflow::TensorShape leading = shape;
    leading.RemoveLastDims(1);
    CudaRows rows = {};
    rows.storage = kCudaStorage<T>;
    rows.count = leading.num_elements();
    rows.size = shape.dim_size(shape.dims() - 1);
    tensorflow::Tensor* value = nullptr;
    OP_REQUIRES_OK(ctx, ctx->allocate_output(0, leading, &value));
    rows.value = value->flat<T>().data();
    for (int k = 0; k < num_inputs(); ++k) {
      rows.inputs[k] = ctx->input(k).flat<T>().data();
      tensorflow::Tensor* gradient = nullptr;
      OP_REQUIRES_OK(ctx, ctx->allocate_output(1 + k, shape, &gradient));
      rows.gradients[k] = gradient->flat<T>().data();
    }
    // Rows without components have a value nevertheless.
    if (rows.count == 0) return;
    const auto launch = entry_.loop(rows.storage);
    OP_REQUIRES_OK(ctx, LaunchStatus(launch(StreamOf(ctx), rows), *this));
  }

 private:
  const CudaRowEntry& entry_;
};

#define TFI_REGISTER_FOR(name, T)                             \
  REGISTER_KERNEL_BUILDER(Name("TFImplicit>" #name)           \
                              .Device(tensorflow::DEVICE_GPU) \
                              .TypeConstraint<T>("T"),        \
                          RowCudaOp<T, RowId::k##name>);

#define TFI_REGISTER(name, inputs, nanoseconds) \
  TFI_REGISTER_FOR(name, Eigen::half)           \
  TFI_REGISTER_FOR(name, Eigen::bfloat16)       \
  TFI_REGISTER_FOR(name, float)                 \
  TFI_REGISTER_FOR(name, double)

TFI_ROW_OPS(TFI_REGISTER)

#undef TFI_REGISTER
#undef TFI_REGISTER_FOR

}  // namespace
}  // namespace tf_implicit
