// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef TF_IMPLICIT_KERNELS_OP_INPUT_NAME_H_
#define TF_IMPLICIT_KERNELS_OP_INPUT_NAME_H_

#include <string>

#include "tensorflow/core/framework/op.h"
#include "tensorflow/core/framework/op_kernel.h"

namespace tf_implicit {

// The name of input k as the op was registered with it, in backquotes: for
// messages. The kernel's own NodeDef names the nodes that feed it instead.
inline std::string InputName(const tensorflow::OpKernel& kernel, int k) {
  const tensorflow::OpDef* op = nullptr;
  const absl::Status found = tensorflow::OpRegistry::Global()->LookUpOpDef(
      std::string(kernel.type_string()), &op);
  if (!found.ok()) return "input " + std::to_string(k);
  return "`" + op->input_arg(k).name() + "`";
}

}  // namespace tf_implicit

#endif  // TF_IMPLICIT_KERNELS_OP_INPUT_NAME_H_
