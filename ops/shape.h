// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef TF_IMPLICIT_OPS_SHAPE_H_
#define TF_IMPLICIT_OPS_SHAPE_H_

#include "tensorflow/core/framework/common_shape_fns.h"
#include "tensorflow/core/framework/shape_inference.h"

namespace tf_implicit {

// The shape of an elementwise op of any number of inputs and outputs: each
// output has the shape to which all inputs broadcast.
inline absl::Status BroadcastShape(
    tensorflow::shape_inference::InferenceContext* c) {
  tensorflow::shape_inference::ShapeHandle shape = c->input(0);
  for (int k = 1; k < c->num_inputs(); ++k) {
    TF_RETURN_IF_ERROR(
        tensorflow::shape_inference::BroadcastBinaryOpOutputShapeFnHelper(
            c, shape, c->input(k), /*incompatible_shape_error=*/true, &shape));
  }
  for (int k = 0; k < c->num_outputs(); ++k) c->set_output(k, shape);
  return absl::OkStatus();
}

}  // namespace tf_implicit

#endif  // TF_IMPLICIT_OPS_SHAPE_H_
