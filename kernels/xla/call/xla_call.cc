// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0

#include "kernels/xla/call/xla_call.h"

#include <algorithm>
#include <functional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "kernels/cpu/limits.h"
#include "kernels/cpu/shared_work.h"
#include "kernels/op/op_inputs.h"
#include "tsl/platform/denormal.h"

namespace tf_implicit {
namespace {

namespace ffi = xla::ffi;

// Runs work(begin, end) over [0, size) in pieces of `block`, on the calling
// thread and on those of `threads` that are free. It never waits for a task
// that has not begun: XLA may run the call itself on the pool's last thread.
void ParallelFor(ffi::ThreadPool* threads, int64_t size, int64_t block,
                 const SharedWork::Work& work) {
  if (size == 0) return;
  SharedWork::Run(
      size, block, threads->num_threads(),
      [threads](std::function<void()> join) {
        threads->Schedule(std::move(join));
      },
      [&](int64_t begin, int64_t end) {
        // As in map_ops.cc: subnormal inputs are not 0.
        const tsl::port::ScopedDontFlushDenormal keep_subnormals;
        work(begin, end);
      });
}

// Elements that make a block of about 50 microseconds, which is many times what
// it costs to start a task; a multiple of `unit`.
int64_t BlockSize(double nanoseconds, int64_t unit) {
  const int64_t elements = static_cast<int64_t>(50000 / nanoseconds);
  return std::max<int64_t>(elements / unit, 1) * unit;
}

ffi::Error WrongOperands() {
  return ffi::Error::Internal(
      "tf_implicit: an XLA custom call got operands that it does not take; "
      "_tf_implicit_ops.so and _tf_implicit_xla.so are of different builds");
}

template <class T>
constexpr ffi::DataType TypeOf() {
  return std::is_same<T, double>::value ? ffi::DataType::F64
                                        : ffi::DataType::F32;
}

template <class T>
ffi::Error CallLoopFor(LoopId id, int nanoseconds, ffi::RemainingArgs operands,
                       ffi::RemainingRets results, ffi::ThreadPool* threads) {
  const LoopEntry& entry = SelectedLoops()[id];
  if (static_cast<int>(operands.size()) != entry.inputs ||
      static_cast<int>(results.size()) != entry.outputs) {
    return WrongOperands();
  }
  std::vector<const T*> in;
  std::vector<T*> out;
  const int64_t size = (**results.get<ffi::AnyBuffer>(0)).element_count();
  const auto fits = [&](const ffi::AnyBuffer& buffer) {
    return buffer.element_type() == TypeOf<T>() &&
           static_cast<int64_t>(buffer.element_count()) == size;
  };
  for (int k = 0; k < entry.inputs; ++k) {
    const auto buffer = operands.get<ffi::AnyBuffer>(k);
    if (!buffer || !fits(*buffer)) return WrongOperands();
    in.push_back(buffer->template typed_data<T>());
  }
  for (int k = 0; k < entry.outputs; ++k) {
    auto buffer = results.get<ffi::AnyBuffer>(k);
    if (!buffer || !fits(**buffer)) return WrongOperands();
    out.push_back((**buffer).template typed_data<T>());
  }
  ParallelFor(threads, size, BlockSize(nanoseconds, kTileSize),
              [&](int64_t begin, int64_t end) {
                std::vector<const T*> first_in = in;
                std::vector<T*> first_out = out;
                for (const T*& x : first_in) x += begin;
                for (T*& y : first_out) y += begin;
                entry.loop<T>()(end - begin, first_in.data(), first_out.data());
              });
  return ffi::Error::Success();
}

template <class T>
ffi::Error CallRowsFor(RowId id, int inputs, int64_t row_nanoseconds,
                       int nanoseconds, ffi::RemainingArgs operands,
                       ffi::RemainingRets results, ffi::ThreadPool* threads) {
  if (static_cast<int>(operands.size()) != inputs ||
      static_cast<int>(results.size()) != 1 + inputs) {
    return WrongOperands();
  }
  const T* in[kMaxRowInputs];
  T* out[1 + kMaxRowInputs];
  int64_t elements = 0, size = 0;
  for (int k = 0; k < inputs; ++k) {
    const auto buffer = operands.get<ffi::AnyBuffer>(k);
    if (!buffer || buffer->element_type() != TypeOf<T>() ||
        buffer->dimensions().size() == 0) {
      return WrongOperands();
    }
    if (k == 0) {
      elements = buffer->element_count();
      size = buffer->dimensions().back();
    }
    if (static_cast<int64_t>(buffer->element_count()) != elements) {
      return WrongOperands();
    }
    in[k] = buffer->template typed_data<T>();
  }
  const int64_t rows = elements / size;
  for (int k = 0; k <= inputs; ++k) {
    auto buffer = results.get<ffi::AnyBuffer>(k);
    if (!buffer || (**buffer).element_type() != TypeOf<T>() ||
        static_cast<int64_t>((**buffer).element_count()) !=
            (k == 0 ? rows : elements)) {
      return WrongOperands();
    }
    out[k] = (**buffer).template typed_data<T>();
  }
  const auto loop = SelectedRows()[id].template loop<T>();
  ParallelFor(threads, rows, BlockSize(row_nanoseconds + nanoseconds * size, 1),
              [&](int64_t begin, int64_t end) {
                const T* first_in[kMaxRowInputs];
                T* first_out[kMaxRowInputs];
                for (int k = 0; k < inputs; ++k) {
                  first_in[k] = in[k] + begin * size;
                  first_out[k] = out[1 + k] + begin * size;
                }
                loop(end - begin, size, first_in, out[0] + begin, first_out);
              });
  return ffi::Error::Success();
}

template <class T>
ffi::Error CallSmallMatMulFor(ffi::RemainingArgs operands,
                              ffi::RemainingRets results,
                              ffi::ThreadPool* threads) {
  const auto a = operands.get<ffi::AnyBuffer>(0);
  const auto b = operands.get<ffi::AnyBuffer>(1);
  auto result = results.get<ffi::AnyBuffer>(0);
  if (!a || !b || a->element_type() != TypeOf<T>() ||
      b->element_type() != TypeOf<T>() || a->dimensions().size() < 2 ||
      b->dimensions().size() < 2) {
    return WrongOperands();
  }
  const int64_t k = a->dimensions().back(), m = b->dimensions().back();
  const int64_t n = a->dimensions()[a->dimensions().size() - 2];
  // Not called for results without elements.
  const int64_t elements = (**result).element_count(),
                count = elements / (n * m);
  const auto fits = [&](const ffi::AnyBuffer& buffer, int64_t size) {
    return static_cast<int64_t>(buffer.element_count()) == count * size;
  };
  if (!fits(*a, n * k) || !fits(*b, k * m)) return WrongOperands();
  const MatMulSize size = {count, n, k, m, false, false};
  const auto loop = SelectedRows().small_mat_mul.template loop<T>();
  ParallelFor(threads, count, BlockSize(MatMulNanoseconds(size), 1),
              [&](int64_t begin, int64_t end) {
                MatMulSize block = size;
                block.count = end - begin;
                loop(block, a->template typed_data<T>() + begin * n * k,
                     b->template typed_data<T>() + begin * k * m,
                     (**result).template typed_data<T>() + begin * n * m);
              });
  return ffi::Error::Success();
}

// The operands of every sampler.
template <class T>
struct SamplerOperands {
  RandomSeed seed;
  const T* parameters = nullptr;
  int64_t period = 1;

  bool Read(ffi::RemainingArgs operands) {
    const auto words = operands.get<ffi::AnyBuffer>(0);
    if (!words || words->element_type() != ffi::DataType::S64 ||
        words->element_count() != 2) {
      return false;
    }
    for (int k = 0; k < 2; ++k) {
      seed.word[k] = static_cast<uint64_t>(words->typed_data<int64_t>()[k]);
    }
    if (operands.size() == 1) return true;
    const auto buffer = operands.get<ffi::AnyBuffer>(1);
    if (!buffer || buffer->element_type() != TypeOf<T>()) return false;
    parameters = buffer->typed_data<T>();
    period = buffer->element_count();
    return period > 0;
  }
};

// About what an element costs; it only sizes the blocks.
constexpr double kSamplerNanoseconds = 5;

template <class T>
ffi::Error CallSamplerFor(SampleLoop<T> Samplers<T>::* loop,
                          ffi::RemainingArgs operands,
                          ffi::RemainingRets results,
                          ffi::ThreadPool* threads) {
  SamplerOperands<T> in;
  auto out = results.get<ffi::AnyBuffer>(0);
  if (!in.Read(operands)) return WrongOperands();
  T* samples = (**out).template typed_data<T>();
  const auto sample = SelectedSamplers().get<T>().*loop;
  ParallelFor(threads, (**out).element_count(),
              BlockSize(kSamplerNanoseconds, kSamplerChunk),
              [&](int64_t begin, int64_t end) {
                sample(in.seed, begin, end - begin, in.parameters, in.period,
                       samples + begin);
              });
  return ffi::Error::Success();
}

template <class T>
ffi::Error CallVonMisesFisherAngleFor(ffi::RemainingArgs operands,
                                      ffi::RemainingRets results,
                                      ffi::ThreadPool* threads) {
  SamplerOperands<T> in;
  auto out = results.get<ffi::AnyBuffer>(0);
  const auto last = operands.get<ffi::AnyBuffer>(2);
  if (!in.Read(operands) || !last ||
      last->element_type() != ffi::DataType::S64) {
    return WrongOperands();
  }
  const int64_t dimension = *last->template typed_data<int64_t>();
  const std::string error = DimensionError(dimension);
  if (!error.empty()) return ffi::Error::InvalidArgument(error);
  T* samples = (**out).template typed_data<T>();
  const auto sample = SelectedSamplers().get<T>().von_mises_fisher_angle;
  ParallelFor(threads, (**out).element_count(),
              BlockSize(10 * kSamplerNanoseconds, kSamplerChunk),
              [&](int64_t begin, int64_t end) {
                sample(in.seed, dimension, begin, end - begin, in.parameters,
                       in.period, samples + begin);
              });
  return ffi::Error::Success();
}

template <class T>
ffi::Error CallDirichletFor(ffi::RemainingArgs operands,
                            ffi::RemainingRets results,
                            ffi::ThreadPool* threads) {
  SamplerOperands<T> in;
  auto probabilities = results.get<ffi::AnyBuffer>(0);
  auto log_gamma = results.get<ffi::AnyBuffer>(1);
  if (!in.Read(operands) || !log_gamma ||
      (**log_gamma).element_type() != TypeOf<T>()) {
    return WrongOperands();
  }
  T* p = (**probabilities).template typed_data<T>();
  T* g = (**log_gamma).template typed_data<T>();
  const auto shape = (**probabilities).dimensions();
  if (shape.size() == 0 || shape.back() == 0) return WrongOperands();
  const int64_t components = shape.back();
  const int64_t rows = (**probabilities).element_count() / components;
  const auto sample = SelectedSamplers().get<T>().dirichlet;
  ParallelFor(threads, rows, BlockSize(2 * kSamplerNanoseconds * components, 1),
              [&](int64_t begin, int64_t end) {
                sample(in.seed, begin, end - begin, components, in.parameters,
                       in.period, p + begin * components,
                       g + begin * components);
              });
  return ffi::Error::Success();
}

// Checks that TF_IMPLICIT_CPU_TARGET names an instruction set, and calls `call`
// with a value of the type of the first result.
template <class Call>
ffi::Error Dispatch(ffi::RemainingRets results, Call call) {
  std::string error;
  SelectedCpuTarget(&error);
  if (!error.empty()) return ffi::Error::InvalidArgument(error);
  auto result = results.get<ffi::AnyBuffer>(0);
  if (!result) return WrongOperands();
  switch ((**result).element_type()) {
    case ffi::DataType::F32:
      return call(float());
    case ffi::DataType::F64:
      return call(double());
    default:
      return WrongOperands();
  }
}

}  // namespace

ffi::Error CallLoop(LoopId id, int nanoseconds, ffi::RemainingArgs operands,
                    ffi::RemainingRets results, ffi::ThreadPool threads) {
  return Dispatch(results, [&](auto zero) {
    return CallLoopFor<decltype(zero)>(id, nanoseconds, operands, results,
                                       &threads);
  });
}

ffi::Error CallRows(RowId id, int inputs, int64_t row_nanoseconds,
                    int nanoseconds, ffi::RemainingArgs operands,
                    ffi::RemainingRets results, ffi::ThreadPool threads) {
  return Dispatch(results, [&](auto zero) {
    return CallRowsFor<decltype(zero)>(id, inputs, row_nanoseconds, nanoseconds,
                                       operands, results, &threads);
  });
}

ffi::Error CallSmallMatMul(ffi::RemainingArgs operands,
                           ffi::RemainingRets results,
                           ffi::ThreadPool threads) {
  return Dispatch(results, [&](auto zero) {
    return CallSmallMatMulFor<decltype(zero)>(operands, results, &threads);
  });
}

ffi::Error CallSampler(SampleLoop<float> Samplers<float>::* float_loop,
                       SampleLoop<double> Samplers<double>::* double_loop,
                       ffi::RemainingArgs operands, ffi::RemainingRets results,
                       ffi::ThreadPool threads) {
  return Dispatch(results, [&](auto zero) {
    if constexpr (std::is_same<decltype(zero), double>::value) {
      return CallSamplerFor(double_loop, operands, results, &threads);
    } else {
      return CallSamplerFor(float_loop, operands, results, &threads);
    }
  });
}

ffi::Error CallVonMisesFisherAngle(ffi::RemainingArgs operands,
                                   ffi::RemainingRets results,
                                   ffi::ThreadPool threads) {
  return Dispatch(results, [&](auto zero) {
    return CallVonMisesFisherAngleFor<decltype(zero)>(operands, results,
                                                      &threads);
  });
}

ffi::Error CallDirichlet(ffi::RemainingArgs operands,
                         ffi::RemainingRets results, ffi::ThreadPool threads) {
  return Dispatch(results, [&](auto zero) {
    return CallDirichletFor<decltype(zero)>(operands, results, &threads);
  });
}

XLA_FFI_Error* RunXlaCall(XlaCall call, XLA_FFI_CallFrame* frame) {
  return ffi::Ffi::Bind()
      .RemainingArgs()
      .RemainingRets()
      .Ctx<ffi::ThreadPool>()
      .To(call)
      ->Call(frame);
}

}  // namespace tf_implicit
