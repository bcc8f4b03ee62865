// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The CPU kernels of the ops over rows, kernels/op_list.h: they cut the rows
// into shards for the thread pool and run a loop of rows.h on each.

#include <algorithm>
#include <string>
#include <vector>

#include "kernels/cpu/rows.h"
#include "kernels/op/op_inputs.h"
#include "kernels/op/real_arrays.h"
#include "kernels/op/share_work.h"
#include "kernels/xla/call/xla_call.h"
#include "kernels/xla/call/xla_refusal.h"
#include "tensorflow/core/framework/op_kernel.h"
#include "tsl/platform/denormal.h"

namespace tf_implicit {
namespace {

using tensorflow::OpKernelConstruction;
using tensorflow::OpKernelContext;
using tensorflow::Tensor;

// About what a row costs beside its components.
constexpr int64_t kRowNanoseconds = 300;

// T is the type of the tensors; half and bfloat16 are widened to float, and the
// outputs rounded back. The inputs have one shape. The first output has a value
// for each row, without the last axis; the others are the derivatives in the
// inputs, of their shape.
template <class T, RowId kId, int kInputs, int kNanoseconds>
class RowOp : public tensorflow::OpKernel {
 public:
  using Real = RealOf<T>;

  explicit RowOp(OpKernelConstruction* ctx) : OpKernel(ctx) {
    std::string error;
    SelectedCpuTarget(&error);
    OP_REQUIRES(ctx, error.empty(), absl::InvalidArgumentError(error));
  }

  void Compute(OpKernelContext* ctx) override {
    OP_REQUIRES_OK(ctx, CheckRowInputs(*this, InputShapes(ctx)));
    const tensorflow::TensorShape& shape = ctx->input(0).shape();
    const T* inputs[kMaxRowInputs];
    for (int k = 0; k < kInputs; ++k) {
      inputs[k] = ctx->input(k).flat<T>().data();
    }
    tensorflow::TensorShape leading = shape;
    leading.RemoveLastDims(1);
    T* outputs[1 + kMaxRowInputs];
    for (int k = 0; k <= kInputs; ++k) {
      Tensor* output = nullptr;
      OP_REQUIRES_OK(
          ctx, ctx->allocate_output(k, k == 0 ? leading : shape, &output));
      outputs[k] = output->flat<T>().data();
    }
    const int64_t rows = leading.num_elements();
    const int64_t size = shape.dim_size(shape.dims() - 1);
    if (size == 0) std::fill(outputs[0], outputs[0] + rows, T(0));
    if (rows == 0 || size == 0) return;
    const auto work = [&](int64_t begin, int64_t end) {
      // As in map_ops.cc.
      const tsl::port::ScopedDontFlushDenormal keep_subnormals;
      const int64_t count = end - begin;
      // Of the inputs and outputs in Real, what are not the tensors themselves.
      std::vector<Real> buffers[1 + 2 * kMaxRowInputs];
      const Real* in[kMaxRowInputs];
      Real* out[1 + kMaxRowInputs];
      for (int k = 0; k <= kInputs; ++k) {
        const int64_t width = k == 0 ? 1 : size;
        if (k > 0) {
          in[k - 1] = Widen(inputs[k - 1] + begin * size, count * size,
                            &buffers[kMaxRowInputs + k]);
        }
        out[k] =
            OutputOf(outputs[k] + begin * width, count * width, &buffers[k]);
      }
      SelectedRows()[kId].template loop<Real>()(count, size, in, out[0],
                                                out + 1);
      for (int k = 0; k <= kInputs; ++k) {
        const int64_t width = k == 0 ? 1 : size;
        Narrow(out[k], count * width, outputs[k] + begin * width);
      }
    };
    ShareWork(ctx, rows, 3 * (kRowNanoseconds + kNanoseconds * size), work);
  }
};

#define TFI_REGISTER_ROW_KERNEL(name, inputs, nanoseconds, T) \
  REGISTER_KERNEL_BUILDER(Name("TFImplicit>" #name)           \
                              .Device(tensorflow::DEVICE_CPU) \
                              .TypeConstraint<T>("T"),        \
                          RowOp<T, RowId::k##name, inputs, nanoseconds>);

#define TFI_REGISTER_ROW(name, inputs, nanoseconds)                       \
  TFI_REGISTER_ROW_KERNEL(name, inputs, nanoseconds, Eigen::half)         \
  TFI_REGISTER_ROW_KERNEL(name, inputs, nanoseconds, Eigen::bfloat16)     \
  TFI_REGISTER_ROW_KERNEL(name, inputs, nanoseconds, float)               \
  TFI_REGISTER_ROW_KERNEL(name, inputs, nanoseconds, double)              \
  TFI_REGISTER_XLA_REFUSALS("TFImplicit>" #name);                         \
  TFI_REGISTER_XLA_CALL("TFImplicit>" #name,                              \
                        CallRows(RowId::k##name, inputs, kRowNanoseconds, \
                                 nanoseconds, operands, results, threads));

TFI_ROW_OPS(TFI_REGISTER_ROW)

#undef TFI_REGISTER_ROW
#undef TFI_REGISTER_ROW_KERNEL

}  // namespace
}  // namespace tf_implicit
