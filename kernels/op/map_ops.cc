// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The CPU kernels of the elementwise ops: they broadcast the inputs, cut the
// elements into shards for the thread pool and run a loop of loops.h on each.
// And what XLA finds under the ops' names.

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

#include "kernels/cpu/broadcast.h"
#include "kernels/cpu/limits.h"
#include "kernels/cpu/loops.h"
#include "kernels/op/listed_op.h"
#include "kernels/op/op_inputs.h"
#include "kernels/op/share_work.h"
#include "kernels/op_list.h"
#include "kernels/xla/call/xla_call.h"
#include "kernels/xla/call/xla_refusal.h"
#include "tensorflow/core/framework/op_kernel.h"
#include "tsl/platform/denormal.h"

namespace tf_implicit {
namespace {

// Elements that are broadcast or converted at a time.
constexpr int64_t kPieceSize = kTileSize;

// T is the type of the tensors. half and bfloat16 are widened to float, and the
// outputs rounded back.
template <class T>
class MapOp : public tensorflow::OpKernel {
 public:
  using Real = typename std::conditional<std::is_same<T, double>::value, double,
                                         float>::type;
  using Inputs = std::array<const T*, kMaxInputs>;
  using Outputs = std::array<T*, kMaxOutputs>;

  explicit MapOp(tensorflow::OpKernelConstruction* ctx)
      : OpKernel(ctx), listed_(ListedOpOf(ctx)) {
    std::string error;
    SelectedCpuTarget(&error);
    OP_REQUIRES(ctx, error.empty(), absl::InvalidArgumentError(error));
    entry_ = SelectedLoops()[listed_.id];
    OP_REQUIRES(ctx,
                entry_.inputs == num_inputs() &&
                    entry_.outputs == num_outputs() &&
                    num_inputs() <= kMaxInputs && num_outputs() <= kMaxOutputs,
                absl::InternalError("loop and op differ in arity"));
  }

  void Compute(tensorflow::OpKernelContext* ctx) override {
    // Inputs of one shape, the usual case, need no Broadcast: a call on few
    // elements should cost what TensorFlow's own ops cost.
    bool same_shape = true;
    Inputs inputs;
    for (int k = 0; k < num_inputs(); ++k) {
      const tensorflow::Tensor& input = ctx->input(k);
      same_shape = same_shape && input.shape() == ctx->input(0).shape();
      inputs[k] = input.flat<T>().data();
    }
    tensorflow::TensorShape shape = ctx->input(0).shape();
    std::unique_ptr<const Broadcast> broadcast;
    if (!same_shape) {
      std::vector<Broadcast::Shape> shapes(num_inputs());
      for (int k = 0; k < num_inputs(); ++k) {
        shapes[k] = DimensionsOf(ctx->input(k).shape());
      }
      broadcast = std::make_unique<Broadcast>(shapes);
      OP_REQUIRES_OK(ctx, CheckBroadcast(*this, *broadcast, InputShapes(ctx)));
      OP_REQUIRES_OK(ctx, tensorflow::TensorShape::BuildTensorShape(
                              broadcast->output_shape(), &shape));
    }
    Outputs outputs;
    for (int k = 0; k < num_outputs(); ++k) {
      tensorflow::Tensor* output = nullptr;
      OP_REQUIRES_OK(ctx, ctx->allocate_output(k, shape, &output));
      outputs[k] = output->flat<T>().data();
    }
    const int64_t size = shape.num_elements();
    if (size == 0) return;

    const auto work = [&](int64_t begin, int64_t end) {
      // TensorFlow's threads treat subnormal numbers as 0. Here they are inputs
      // like others: at alpha = 1e-6 half of all samples are smaller still, and
      // the derivative at a subnormal sample is a normal number.
      const tsl::port::ScopedDontFlushDenormal keep_subnormals;
      Run(broadcast.get(), inputs, outputs, begin, end);
    };
    ShareWork(ctx, size, 3 * listed_.nanoseconds, work, kTileSize);
  }

 private:
  // Elements [begin, end) of the outputs; `broadcast` is null where all inputs
  // have the outputs' shape.
  void Run(const Broadcast* broadcast, const Inputs& inputs,
           const Outputs& outputs, int64_t begin, int64_t end) const {
    const int in_count = num_inputs();
    const int out_count = num_outputs();
    constexpr bool kDirect = std::is_same<T, Real>::value;
    std::array<const Real*, kMaxInputs> in;
    std::array<Real*, kMaxOutputs> out;
    if constexpr (kDirect) {
      if (broadcast == nullptr) {
        for (int k = 0; k < in_count; ++k) in[k] = inputs[k] + begin;
        for (int k = 0; k < out_count; ++k) out[k] = outputs[k] + begin;
        entry_.loop<Real>()(end - begin, in.data(), out.data());
        return;
      }
    }
    const int64_t piece = std::min(kPieceSize, end - begin);
    std::vector<Real> buffer(piece * (in_count + (kDirect ? 0 : out_count)));
    for (int64_t first = begin; first < end; first += piece) {
      const int64_t size = std::min(piece, end - first);
      Real* free = buffer.data();
      for (int k = 0; k < in_count; ++k) {
        const bool full = broadcast == nullptr || broadcast->is_full(k);
        if constexpr (kDirect) {
          if (full) {
            in[k] = inputs[k] + first;
            continue;
          }
        }
        if (full) {
          std::transform(inputs[k] + first, inputs[k] + first + size, free,
                         [](T x) { return static_cast<Real>(x); });
        } else {
          broadcast->Read(k, inputs[k], first, size, free);
        }
        in[k] = free;
        free += piece;
      }
      for (int k = 0; k < out_count; ++k) {
        if constexpr (kDirect) {
          out[k] = outputs[k] + first;
        } else {
          out[k] = free;
          free += piece;
        }
      }
      entry_.loop<Real>()(size, in.data(), out.data());
      if constexpr (!kDirect) {
        for (int k = 0; k < out_count; ++k) {
          std::transform(out[k], out[k] + size, outputs[k] + first,
                         [](Real x) { return static_cast<T>(x); });
        }
      }
    }
  }

  const ListedOp& listed_;
  LoopEntry entry_;
};

#define TFI_REGISTER_FOR(op, T)                                       \
  REGISTER_KERNEL_BUILDER(                                            \
      Name(op).Device(tensorflow::DEVICE_CPU).TypeConstraint<T>("T"), \
      MapOp<T>);

#define TFI_REGISTER(name, nanoseconds)                  \
  TFI_REGISTER_FOR("TFImplicit>" #name, Eigen::half)     \
  TFI_REGISTER_FOR("TFImplicit>" #name, Eigen::bfloat16) \
  TFI_REGISTER_FOR("TFImplicit>" #name, float)           \
  TFI_REGISTER_FOR("TFImplicit>" #name, double)          \
  TFI_REGISTER_XLA_REFUSALS("TFImplicit>" #name);        \
  TFI_REGISTER_XLA_CALL(                                 \
      "TFImplicit>" #name,                               \
      CallLoop(LoopId::k##name, nanoseconds, operands, results, threads));

TFI_OPS(TFI_REGISTER)

#undef TFI_REGISTER
#undef TFI_REGISTER_FOR

}  // namespace
}  // namespace tf_implicit
