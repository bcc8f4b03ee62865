// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The signature of an elementwise op: all inputs and outputs are of one
// floating type T, and the inputs broadcast.

#ifndef TF_IMPLICIT_OPS_ELEMENTWISE_H_
#define TF_IMPLICIT_OPS_ELEMENTWISE_H_

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "ops/shape.h"
#include "tensorflow/core/framework/op.h"

namespace tf_implicit {

// `inputs` and `outputs` are names with ", " between them.
inline tensorflow::register_op::OpDefBuilderWrapper ElementwiseOp(
    const char* name, const char* inputs, const char* outputs,
    const char* doc) {
  tensorflow::register_op::OpDefBuilderWrapper op(name);
  for (absl::string_view input : absl::StrSplit(inputs, ", ")) {
    op.Input(absl::StrCat(input, ": T"));
  }
  for (absl::string_view output : absl::StrSplit(outputs, ", ")) {
    op.Output(absl::StrCat(output, ": T"));
  }
  op.Attr("T: {half, bfloat16, float, double}");
  op.SetShapeFn(BroadcastShape);
  op.Doc(doc);
  return op;
}

// Registers TFImplicit>`name`, which stands in kernels/op_list.h too.
#define TFI_ELEMENTWISE_OP(name, inputs, outputs, doc)                      \
  [[maybe_unused]] static const tensorflow::InitOnStartupMarker             \
      register_##name = tensorflow::InitOnStartupMarker{} << ElementwiseOp( \
                            "TFImplicit>" #name, inputs, outputs, doc)

}  // namespace tf_implicit

#endif  // TF_IMPLICIT_OPS_ELEMENTWISE_H_
