// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// GPU kernels of the elementwise ops. See ../map_ops.cc for those of the
// processor.

#include <vector>

#include "kernels/cpu/broadcast.h"
#include "kernels/cuda/cuda_launch.h"
#include "kernels/op/cuda/cuda_op.h"
#include "kernels/op/listed_op.h"
#include "kernels/op/op_inputs.h"
#include "kernels/op_list.h"
#include "tensorflow/core/framework/op_kernel.h"

namespace tf_implicit {
namespace {

using tensorflow::OpKernelConstruction;
using tensorflow::OpKernelContext;

// T is the type of the tensors.
template <class T>
class MapCudaOp : public tensorflow::OpKernel {
 public:
  explicit MapCudaOp(OpKernelConstruction* ctx)
      : OpKernel(ctx), entry_(AllCudaLoops()[ListedOpOf(ctx).id]) {
    OP_REQUIRES(
        ctx, entry_.inputs == num_inputs() && entry_.outputs == num_outputs(),
        absl::InternalError("loop and op differ in arity"));
  }

  void Compute(OpKernelContext* ctx) override {
    std::vector<Broadcast::Shape> shapes;
    for (int k = 0; k < num_inputs(); ++k) {
      shapes.push_back(DimensionsOf(ctx->input(k).shape()));
    }
    const Broadcast broadcast(shapes);
    OP_REQUIRES_OK(ctx, CheckBroadcast(*this, broadcast, InputShapes(ctx)));
    tensorflow::TensorShape shape;
    OP_REQUIRES_OK(ctx, tensorflow::TensorShape::BuildTensorShape(
                            broadcast.output_shape(), &shape));
    CudaMap map = {};
    map.storage = kCudaStorage<T>;
    OP_REQUIRES(ctx, SetCudaShape(broadcast, &map.shape),
                TooManyDimensions(*this));
    for (int k = 0; k < num_inputs(); ++k) {
      SetCudaInput(broadcast, k, ctx->input(k).flat<T>().data(),
                   &map.inputs[k]);
    }
    for (int k = 0; k < num_outputs(); ++k) {
      tensorflow::Tensor* output = nullptr;
      OP_REQUIRES_OK(ctx, ctx->allocate_output(k, shape, &output));
      map.outputs[k] = output->flat<T>().data();
    }
    if (shape.num_elements() == 0) return;
    OP_REQUIRES_OK(
        ctx, LaunchStatus(entry_.loop(map.storage)(StreamOf(ctx), map), *this));
  }

 private:
  const CudaLoopEntry& entry_;
};

#define TFI_REGISTER_FOR(op, T)                                       \
  REGISTER_KERNEL_BUILDER(                                            \
      Name(op).Device(tensorflow::DEVICE_GPU).TypeConstraint<T>("T"), \
      MapCudaOp<T>);

#define TFI_REGISTER(name, nanoseconds)                  \
  TFI_REGISTER_FOR("TFImplicit>" #name, Eigen::half)     \
  TFI_REGISTER_FOR("TFImplicit>" #name, Eigen::bfloat16) \
  TFI_REGISTER_FOR("TFImplicit>" #name, float)           \
  TFI_REGISTER_FOR("TFImplicit>" #name, double)

TFI_OPS(TFI_REGISTER)

#undef TFI_REGISTER
#undef TFI_REGISTER_FOR

}  // namespace
}  // namespace tf_implicit
