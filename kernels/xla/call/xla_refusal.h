// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef TF_IMPLICIT_KERNELS_XLA_CALL_XLA_REFUSAL_H_
#define TF_IMPLICIT_KERNELS_XLA_CALL_XLA_REFUSAL_H_

#include "tensorflow/core/framework/op_kernel.h"

namespace tf_implicit {

// What XLA finds where it has no kernel of ours: without _tf_implicit_xla.so,
// and on GPUs. TensorFlow's own message would be that it knows no such kernel.
class XlaRefusal : public tensorflow::OpKernel {
 public:
  explicit XlaRefusal(tensorflow::OpKernelConstruction* ctx)
      : OpKernel(ctx), on_cpu_(ctx->device_type() == "XLA_CPU_JIT") {}

  void Compute(tensorflow::OpKernelContext* ctx) override {
    // Unimplemented: where nobody asked for jit_compile and TensorFlow clusters
    // ops by itself, it goes back to the ops' own kernels.
    ctx->CtxFailure(absl::UnimplementedError(
        type_string() +
        (on_cpu_
             ? " cannot be compiled with XLA (jit_compile=True): tf_implicit "
               "was built without _tf_implicit_xla.so, because the headers of "
               "HighwayHash and FarmHash were missing (Debian's packages "
               "libhighwayhash-dev and libfarmhash-dev). Install them and "
               "build tf_implicit again, or call it without jit_compile=True."
             : " cannot be compiled with XLA (jit_compile=True) for this "
               "device, only for the CPU. Call it without jit_compile=True, or "
               "under tf.device(\"CPU\").")));
  }

 private:
  const bool on_cpu_;
};

// The XLA kernels of _tf_implicit_xla.so have priority 0 and go first.
#define TFI_REGISTER_XLA_REFUSALS(op)                                  \
  REGISTER_KERNEL_BUILDER(Name(op).Device("XLA_CPU_JIT").Priority(-1), \
                          XlaRefusal);                                 \
  REGISTER_KERNEL_BUILDER(Name(op).Device("XLA_GPU_JIT").Priority(-1), \
                          XlaRefusal)

}  // namespace tf_implicit

#endif  // TF_IMPLICIT_KERNELS_XLA_CALL_XLA_REFUSAL_H_
