// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The XLA kernels of all ops, for the CPU: they check shapes, broadcast and
// convert in HLO, and emit the custom call (xla_call.h) that has the op's name.
// Compiled into _tf_implicit_xla.so, which needs headers that TensorFlow's
// wheel lacks.

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "kernels/cpu/broadcast.h"
#include "kernels/op/input_name.h"
#include "kernels/op/mat_mul_inputs.h"
#include "kernels/op/op_inputs.h"
#include "kernels/op_list.h"
#include "tensorflow/compiler/tf2xla/lib/broadcast.h"
#include "tensorflow/compiler/tf2xla/xla_op_kernel.h"
#include "tensorflow/compiler/tf2xla/xla_op_registry.h"
#include "xla/hlo/builder/lib/constants.h"
#include "xla/hlo/builder/lib/matrix.h"
#include "xla/hlo/builder/xla_builder.h"
#include "xla/shape_util.h"

namespace tf_implicit {
namespace {

using tensorflow::TensorShape;
using tensorflow::XlaOpKernelContext;

class Kernel : public tensorflow::XlaOpKernel {
 public:
  explicit Kernel(tensorflow::OpKernelConstruction* ctx) : XlaOpKernel(ctx) {
    OP_REQUIRES_OK(ctx, ctx->GetAttr("T", &dtype_));
  }

 protected:
  // The type that the loops compute in.
  xla::PrimitiveType real() const {
    return dtype_ == tensorflow::DT_DOUBLE ? xla::F64 : xla::F32;
  }

  // The shapes of all inputs. An error where XLA knows no more than a bound of
  // one, as for the result of tf.where(condition): the loops would run over
  // padding.
  absl::StatusOr<std::vector<TensorShape>> StaticShapes(
      XlaOpKernelContext* ctx) const {
    std::vector<TensorShape> shapes;
    for (int k = 0; k < num_inputs(); ++k) {
      const auto xla_shape = ctx->InputXlaShape(k);
      if (!xla_shape.ok()) return xla_shape.status();
      if (!xla_shape->is_static()) {
        return absl::UnimplementedError(
            type_string() + ": under jit_compile=True the shape of " +
            InputName(*this, k) + " must be known at compile time, got " +
            xla_shape->ToString());
      }
      shapes.push_back(ctx->InputShape(k));
    }
    return shapes;
  }

  // Input k in the type of the loops, broadcast.
  absl::StatusOr<xla::XlaOp> ReadInput(XlaOpKernelContext* ctx, int k,
                                       const Broadcast::Shape& shape) const {
    const auto full = tensorflow::BroadcastTo(ctx->Input(k), shape);
    if (!full.ok()) return full.status();
    return xla::ConvertElementType(*full, real());
  }

  // Emits the call; its results have the given shapes. There is nothing to call
  // for where the last has no elements.
  std::vector<xla::XlaOp> Call(
      XlaOpKernelContext* ctx, const std::vector<xla::XlaOp>& operands,
      const std::vector<Broadcast::Shape>& shapes) const {
    xla::XlaBuilder* builder = ctx->builder();
    std::vector<xla::Shape> result_shapes;
    for (const Broadcast::Shape& shape : shapes) {
      result_shapes.push_back(
          xla::ShapeUtil::MakeShapeWithDescendingLayout(real(), shape));
    }
    std::vector<xla::XlaOp> results;
    if (std::count(shapes.back().begin(), shapes.back().end(), 0) > 0) {
      for (const xla::Shape& shape : result_shapes) {
        results.push_back(xla::Zeros(builder, shape));
      }
      return results;
    }
    std::vector<xla::Shape> operand_shapes;
    for (const xla::XlaOp& operand : operands) {
      const auto operand_shape = builder->GetShape(operand);
      if (!operand_shape.ok()) {
        results.assign(num_outputs(),
                       builder->ReportError(operand_shape.status()));
        return results;
      }
      operand_shapes.push_back(xla::ShapeUtil::MakeShapeWithDescendingLayout(
          operand_shape->element_type(), operand_shape->dimensions()));
    }
    const bool tuple = num_outputs() > 1;
    const xla::XlaOp call = xla::CustomCallWithLayout(
        builder, type_string(), operands,
        tuple ? xla::ShapeUtil::MakeTupleShape(result_shapes)
              : result_shapes[0],
        operand_shapes, /*opaque=*/"", /*has_side_effect=*/false,
        /*output_operand_aliasing=*/{}, /*literal=*/nullptr,
        xla::CustomCallSchedule::SCHEDULE_NONE,
        xla::CustomCallApiVersion::API_VERSION_TYPED_FFI);
    for (int k = 0; k < num_outputs(); ++k) {
      results.push_back(tuple ? xla::GetTupleElement(call, k) : call);
    }
    return results;
  }

  // Emits a call whose results all have one shape.
  std::vector<xla::XlaOp> Call(XlaOpKernelContext* ctx,
                               const std::vector<xla::XlaOp>& operands,
                               const Broadcast::Shape& shape) const {
    return Call(ctx, operands,
                std::vector<Broadcast::Shape>(num_outputs(), shape));
  }

 private:
  tensorflow::DataType dtype_;
};

class MapKernel : public Kernel {
 public:
  using Kernel::Kernel;

  void Compile(XlaOpKernelContext* ctx) override {
    const auto shapes = StaticShapes(ctx);
    OP_REQUIRES_OK(ctx, shapes.status());
    std::vector<Broadcast::Shape> dimensions;
    for (const TensorShape& s : *shapes) dimensions.push_back(DimensionsOf(s));
    const Broadcast broadcast(dimensions);
    OP_REQUIRES_OK(ctx, CheckBroadcast(*this, broadcast, *shapes));
    std::vector<xla::XlaOp> operands;
    for (int k = 0; k < num_inputs(); ++k) {
      const auto operand = ReadInput(ctx, k, broadcast.output_shape());
      OP_REQUIRES_OK(ctx, operand.status());
      operands.push_back(*operand);
    }
    const auto results = Call(ctx, operands, broadcast.output_shape());
    for (int k = 0; k < num_outputs(); ++k) {
      ctx->SetOutput(
          k, xla::ConvertElementType(results[k], ctx->output_xla_type(k)));
    }
  }
};

// Inputs of one shape, whose last axis is a row. Outputs: one number for each
// row, then arrays of that shape.
class RowKernel : public Kernel {
 public:
  using Kernel::Kernel;

  void Compile(XlaOpKernelContext* ctx) override {
    const auto shapes = StaticShapes(ctx);
    OP_REQUIRES_OK(ctx, shapes.status());
    OP_REQUIRES_OK(ctx, CheckRowInputs(*this, *shapes));
    const Broadcast::Shape shape = DimensionsOf((*shapes)[0]);
    std::vector<xla::XlaOp> operands;
    for (int k = 0; k < num_inputs(); ++k) {
      const auto operand = ReadInput(ctx, k, shape);
      OP_REQUIRES_OK(ctx, operand.status());
      operands.push_back(*operand);
    }
    std::vector<Broadcast::Shape> result_shapes(num_outputs(), shape);
    result_shapes[0].pop_back();
    const auto results = Call(ctx, operands, result_shapes);
    for (int k = 0; k < num_outputs(); ++k) {
      ctx->SetOutput(
          k, xla::ConvertElementType(results[k], ctx->output_xla_type(k)));
    }
  }
};

// The call takes matrices that are not transposed.
class SmallMatMulKernel : public Kernel {
 public:
  explicit SmallMatMulKernel(tensorflow::OpKernelConstruction* ctx)
      : Kernel(ctx) {
    OP_REQUIRES_OK(ctx, transposes_.Read(ctx));
  }

  void Compile(XlaOpKernelContext* ctx) override {
    const auto shapes = StaticShapes(ctx);
    OP_REQUIRES_OK(ctx, shapes.status());
    MatMulSize size;
    TensorShape product;
    OP_REQUIRES_OK(ctx, ReadMatMulSize(transposes_, (*shapes)[0], (*shapes)[1],
                                       &size, &product));
    std::vector<xla::XlaOp> operands;
    for (int k = 0; k < 2; ++k) {
      const auto operand = ReadInput(ctx, k, DimensionsOf((*shapes)[k]));
      OP_REQUIRES_OK(ctx, operand.status());
      const bool transposed = k == 0 ? transposes_.a : transposes_.b;
      operands.push_back(transposed ? xla::TransposeInMinorDims(*operand)
                                    : *operand);
    }
    const auto results = Call(ctx, operands, DimensionsOf(product));
    ctx->SetOutput(
        0, xla::ConvertElementType(results[0], ctx->output_xla_type(0)));
  }

 private:
  MatMulTransposes transposes_;
};

// Inputs: shape, seed and, unless the distribution has none, its parameter and
// one integer that all elements share.
class SamplerKernel : public Kernel {
 public:
  using Kernel::Kernel;

  void Compile(XlaOpKernelContext* ctx) override {
    TensorShape shape;
    OP_REQUIRES_OK(ctx, AboutShape(ctx->ConstantInputAsShape(0, &shape)));
    const auto shapes = StaticShapes(ctx);
    OP_REQUIRES_OK(ctx, shapes.status());
    OP_REQUIRES_OK(ctx, CheckSamplerInputs(*this, shape, *shapes));
    const Broadcast::Shape full = DimensionsOf(shape);
    std::vector<xla::XlaOp> operands = {
        xla::ConvertElementType(ctx->Input(1), xla::S64)};
    if (num_inputs() > 2) {
      const Broadcast::Shape own = DimensionsOf((*shapes)[2]);
      const auto parameter =
          ReadInput(ctx, 2, IsPeriodic(own, full) ? own : full);
      OP_REQUIRES_OK(ctx, parameter.status());
      operands.push_back(*parameter);
    }
    if (num_inputs() > 3) {
      operands.push_back(xla::ConvertElementType(ctx->Input(3), xla::S64));
    }
    const auto results = Call(ctx, operands, full);
    for (int k = 0; k < num_outputs(); ++k) {
      const xla::XlaOp result =
          xla::ConvertElementType(results[k], ctx->output_xla_type(k));
      ctx->SetOutput(k,
                     k == 0 ? Round(result, ctx->output_xla_type(k)) : result);
    }
  }

 protected:
  // What the sampler does last to its samples, the first output.
  virtual xla::XlaOp Round(xla::XlaOp sample, xla::PrimitiveType) const {
    return sample;
  }
};

// Rounds samples in [0, tiny) up to tiny, the smallest normal number.
class PositiveSamplerKernel : public SamplerKernel {
 public:
  using SamplerKernel::SamplerKernel;

 protected:
  xla::XlaOp Round(xla::XlaOp sample, xla::PrimitiveType type) const override {
    const xla::XlaOp tiny = xla::MinPositiveNormalValue(sample.builder(), type);
    // Written so that NaN stays.
    return xla::Select(xla::Lt(sample, tiny),
                       xla::Add(xla::ZerosLike(sample), tiny), sample);
  }
};

// As sampler_ops.cc: in half, many such components would change their sum.
class DirichletSamplerKernel : public PositiveSamplerKernel {
 public:
  using PositiveSamplerKernel::PositiveSamplerKernel;

 protected:
  xla::XlaOp Round(xla::XlaOp sample, xla::PrimitiveType type) const override {
    if (type == xla::F16) return sample;
    return PositiveSamplerKernel::Round(sample, type);
  }
};

constexpr std::array<tensorflow::DataType, 4> kTypes = {
    tensorflow::DT_HALF, tensorflow::DT_BFLOAT16, tensorflow::DT_FLOAT,
    tensorflow::DT_DOUBLE};

#define TFI_REGISTER_MAP(name, nanoseconds)                   \
  REGISTER_XLA_OP(Name("TFImplicit>" #name)                   \
                      .Device(tensorflow::DEVICE_CPU_XLA_JIT) \
                      .TypeConstraint("T", kTypes),           \
                  MapKernel);

TFI_OPS(TFI_REGISTER_MAP)

#undef TFI_REGISTER_MAP

#define TFI_REGISTER_ROW(name, inputs, nanoseconds)           \
  REGISTER_XLA_OP(Name("TFImplicit>" #name)                   \
                      .Device(tensorflow::DEVICE_CPU_XLA_JIT) \
                      .TypeConstraint("T", kTypes),           \
                  RowKernel);

TFI_ROW_OPS(TFI_REGISTER_ROW)

#undef TFI_REGISTER_ROW

REGISTER_XLA_OP(Name("TFImplicit>SmallMatMul")
                    .Device(tensorflow::DEVICE_CPU_XLA_JIT)
                    .TypeConstraint("T", kTypes),
                SmallMatMulKernel);

#define TFI_REGISTER_SAMPLER(op, Kernel)                      \
  REGISTER_XLA_OP(Name("TFImplicit>" op)                      \
                      .Device(tensorflow::DEVICE_CPU_XLA_JIT) \
                      .TypeConstraint("T", kTypes)            \
                      .CompileTimeConstantInput("shape"),     \
                  Kernel)

TFI_REGISTER_SAMPLER("StatelessDirichlet", DirichletSamplerKernel);
TFI_REGISTER_SAMPLER("StatelessGamma", PositiveSamplerKernel);
TFI_REGISTER_SAMPLER("StatelessLogGamma", SamplerKernel);
TFI_REGISTER_SAMPLER("StatelessNormal", SamplerKernel);
TFI_REGISTER_SAMPLER("StatelessVonMises", SamplerKernel);
TFI_REGISTER_SAMPLER("StatelessVonMisesFisherAngle", SamplerKernel);

#undef TFI_REGISTER_SAMPLER

}  // namespace
}  // namespace tf_implicit
