// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The array loops and samplers as XLA custom calls on the CPU. The call of an
// op has the op's name, for example "TFImplicit>RandomGammaGrad"; the kernels
// that emit it are in ../ops_xla.cc, a library of its own because they need
// headers that TensorFlow's wheel lacks. These calls need none of those.

#ifndef TF_IMPLICIT_KERNELS_XLA_CALL_XLA_CALL_H_
#define TF_IMPLICIT_KERNELS_XLA_CALL_XLA_CALL_H_

#include "kernels/cpu/loops.h"
#include "kernels/cpu/rows.h"
#include "kernels/cpu/samplers.h"
#include "xla/ffi/api/ffi.h"

// The declaration of xla/ffi/ffi_api.h, which includes headers that
// TensorFlow's wheel lacks. Its C name, XLA_FFI_GetApi, is not exported by
// every wheel.
namespace xla {
namespace ffi {
const XLA_FFI_Api* GetXlaFfiApi();
}  // namespace ffi
}  // namespace xla

namespace tf_implicit {

// Operands and results are float or double arrays of one type and size, as many
// as the loop has. `nanoseconds` is about what an element costs.
xla::ffi::Error CallLoop(LoopId id, int nanoseconds,
                         xla::ffi::RemainingArgs operands,
                         xla::ffi::RemainingRets results,
                         xla::ffi::ThreadPool threads);

// Operands are `inputs` arrays of one type and shape, whose last axis is a row;
// results are one number for each row, and as many arrays of that shape. The
// nanoseconds are about what a row and a component of it cost.
xla::ffi::Error CallRows(RowId id, int inputs, int64_t row_nanoseconds,
                         int nanoseconds, xla::ffi::RemainingArgs operands,
                         xla::ffi::RemainingRets results,
                         xla::ffi::ThreadPool threads);

// Operands are matrices [..., n, k] and [..., k, m] with equal leading axes,
// and the result is that of their products.
xla::ffi::Error CallSmallMatMul(xla::ffi::RemainingArgs operands,
                                xla::ffi::RemainingRets results,
                                xla::ffi::ThreadPool threads);

// The operands are the seed, int64[2], and the parameters, if there are any,
// repeated with their size as the period; the result is the array of samples.
xla::ffi::Error CallSampler(SampleLoop<float> Samplers<float>::* float_loop,
                            SampleLoop<double> Samplers<double>::* double_loop,
                            xla::ffi::RemainingArgs operands,
                            xla::ffi::RemainingRets results,
                            xla::ffi::ThreadPool threads);

// As CallSampler, with the dimension, int64, as the last operand.
xla::ffi::Error CallVonMisesFisherAngle(xla::ffi::RemainingArgs operands,
                                        xla::ffi::RemainingRets results,
                                        xla::ffi::ThreadPool threads);

// As CallSampler; the results are probabilities and log_gamma, whose last
// dimension is the number of components.
xla::ffi::Error CallDirichlet(xla::ffi::RemainingArgs operands,
                              xla::ffi::RemainingRets results,
                              xla::ffi::ThreadPool threads);

// Runs one of the above on a call frame.
using XlaCall = xla::ffi::Error (*)(xla::ffi::RemainingArgs,
                                    xla::ffi::RemainingRets,
                                    xla::ffi::ThreadPool);
XLA_FFI_Error* RunXlaCall(XlaCall call, XLA_FFI_CallFrame* frame);

// Registers a custom call at program start. The rest of the line is a call of
// one of the above with `operands`, `results` and `threads`.
#define TFI_REGISTER_XLA_CALL(op, ...)                                       \
  XLA_FFI_REGISTER_HANDLER(                                                  \
      xla::ffi::GetXlaFfiApi(), op, "Host", (+[](XLA_FFI_CallFrame* frame) { \
        return RunXlaCall(                                                   \
            +[](xla::ffi::RemainingArgs operands,                            \
                xla::ffi::RemainingRets results,                             \
                xla::ffi::ThreadPool threads) { return __VA_ARGS__; },       \
            frame);                                                          \
      }))

}  // namespace tf_implicit

#endif  // TF_IMPLICIT_KERNELS_XLA_CALL_XLA_CALL_H_
