// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The CPU kernel of the products of small matrices: it cuts the pairs into
// shards for the thread pool.

#include <string>
#include <vector>

#include "kernels/cpu/rows.h"
#include "kernels/op/mat_mul_inputs.h"
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

template <class T>
class SmallMatMulOp : public tensorflow::OpKernel {
 public:
  using Real = RealOf<T>;

  explicit SmallMatMulOp(OpKernelConstruction* ctx) : OpKernel(ctx) {
    std::string error;
    SelectedCpuTarget(&error);
    OP_REQUIRES(ctx, error.empty(), absl::InvalidArgumentError(error));
    OP_REQUIRES_OK(ctx, transposes_.Read(ctx));
  }

  void Compute(OpKernelContext* ctx) override {
    MatMulSize size;
    tensorflow::TensorShape shape;
    OP_REQUIRES_OK(ctx, ReadMatMulSize(transposes_, ctx->input(0).shape(),
                                       ctx->input(1).shape(), &size, &shape));
    tensorflow::Tensor* output = nullptr;
    OP_REQUIRES_OK(ctx, ctx->allocate_output(0, shape, &output));
    if (shape.num_elements() == 0) return;
    const T* a = ctx->input(0).flat<T>().data();
    const T* b = ctx->input(1).flat<T>().data();
    T* product = output->flat<T>().data();
    const int64_t size_a = size.n * size.k, size_b = size.k * size.m;
    const int64_t size_product = size.n * size.m;
    const auto work = [&](int64_t begin, int64_t end) {
      // As in map_ops.cc.
      const tsl::port::ScopedDontFlushDenormal keep_subnormals;
      MatMulSize shard = size;
      shard.count = end - begin;
      std::vector<Real> real_a, real_b, real_product;
      T* const out = product + begin * size_product;
      Real* const real_out =
          OutputOf(out, shard.count * size_product, &real_product);
      SelectedRows().small_mat_mul.template loop<Real>()(
          shard, Widen(a + begin * size_a, shard.count * size_a, &real_a),
          Widen(b + begin * size_b, shard.count * size_b, &real_b), real_out);
      Narrow(real_out, shard.count * size_product, out);
    };
    ShareWork(ctx, size.count, 3 * MatMulNanoseconds(size), work);
  }

 private:
  MatMulTransposes transposes_;
};

#define TFI_REGISTER(T)                                       \
  REGISTER_KERNEL_BUILDER(Name("TFImplicit>SmallMatMul")      \
                              .Device(tensorflow::DEVICE_CPU) \
                              .TypeConstraint<T>("T"),        \
                          SmallMatMulOp<T>)

TFI_REGISTER(Eigen::half);
TFI_REGISTER(Eigen::bfloat16);
TFI_REGISTER(float);
TFI_REGISTER(double);

#undef TFI_REGISTER

TFI_REGISTER_XLA_REFUSALS("TFImplicit>SmallMatMul");
TFI_REGISTER_XLA_CALL("TFImplicit>SmallMatMul",
                      CallSmallMatMul(operands, results, threads));

}  // namespace
}  // namespace tf_implicit
