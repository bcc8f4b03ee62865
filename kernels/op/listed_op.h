// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The entry of kernels/op_list.h for a kernel of its op.

#ifndef TF_IMPLICIT_KERNELS_OP_LISTED_OP_H_
#define TF_IMPLICIT_KERNELS_OP_LISTED_OP_H_

#include <string>

#include "kernels/cpu/loops.h"
#include "kernels/op_list.h"
#include "tensorflow/core/framework/op_kernel.h"

namespace tf_implicit {

struct ListedOp {
  const char* op;
  LoopId id;
  int nanoseconds;
};

// The entry of the list for the op that `ctx` makes a kernel for.
inline const ListedOp& ListedOpOf(tensorflow::OpKernelConstruction* ctx) {
#define TFI_LISTED_OP(name, nanoseconds) \
  {"TFImplicit>" #name, LoopId::k##name, nanoseconds},
  static constexpr ListedOp kListedOps[] = {TFI_OPS(TFI_LISTED_OP)};
#undef TFI_LISTED_OP
  const std::string& op = ctx->def().op();
  for (const ListedOp& listed : kListedOps) {
    if (op == listed.op) return listed;
  }
  ctx->CtxFailure(absl::InternalError(op + " is not in kernels/op_list.h"));
  return kListedOps[0];
}

}  // namespace tf_implicit

#endif  // TF_IMPLICIT_KERNELS_OP_LISTED_OP_H_
