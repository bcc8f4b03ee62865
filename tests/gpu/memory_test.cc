// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// What the CUDA kernels read and write, emulated: every array is a block of the
// heap of just its size, which the address sanitizer watches (make sanitize),
// numbers of all magnitudes and special values go through every table and
// conversion, and each call runs twice, its threads in the one order and in the
// other, on outputs that held other bytes before. What differs then was not
// written, or is read by a thread that another one writes.

#include <cuda_runtime.h>
#include <stdint.h>

#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "kernels/cuda/cuda_launch.h"
#include "kernels/op_list.h"

namespace tf_implicit {
namespace {

// One element, part of a warp, whole warps and a rest, blocks and a rest.
constexpr int64_t kSizes[] = {1, 31, 257, 1000};
constexpr CudaStorage kStorages[] = {CudaStorage::kFloat, CudaStorage::kDouble,
                                     CudaStorage::kHalf,
                                     CudaStorage::kBfloat16};

int BytesOf(CudaStorage storage) {
  if (storage == CudaStorage::kDouble) return 8;
  return storage == CudaStorage::kFloat ? 4 : 2;
}

// Without a byte to spare.
class Array {
 public:
  Array(int64_t size, CudaStorage storage)
      : bytes_(size * BytesOf(storage)), data_(new unsigned char[bytes_]) {}

  void* data() const { return data_.get(); }
  void Fill(int byte) { std::memset(data(), byte, bytes_); }

  bool operator==(const Array& other) const {
    return std::memcmp(data(), other.data(), bytes_) == 0;
  }

 private:
  int64_t bytes_;
  std::unique_ptr<unsigned char[]> data_;
};

// Any bits, of which most are numbers far from 1, and ordinary ones and special
// values among them.
class Inputs {
 public:
  Array Make(int64_t size, CudaStorage storage) {
    Array result(size, storage);
    for (int64_t i = 0; i < size; ++i) {
      Write(Draw(), storage, result.data(), i);
    }
    return result;
  }

 private:
  double Draw() {
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    constexpr double kSpecial[] = {0,          -0.0,   1,      -1,       0.5,
                                   kInfinity,  -1e300, 1e300,  5e-324,   2e-308,
                                   1e-45,      3e38,   0x1p31, -0x1p31,  0x1p63,
                                   -kInfinity, NAN,    M_PI,   2 * M_PI, 65504};
    const double u = std::uniform_real_distribution<>(0, 1)(random_);
    switch (random_() % 8) {
      case 0:
        return kSpecial[random_() % std::size(kSpecial)];
      case 1:
        return std::exp(1400 * u - 700);
      case 2:
        return -std::exp(60 * u - 30);
      case 3:
      case 4:
        return std::exp(40 * u - 20);
      default:
        return random_() % 2 == 0 ? u : std::exp(10 * u - 5);
    }
  }

  void Write(double x, CudaStorage storage, void* data, int64_t i) {
    if (storage == CudaStorage::kDouble) {
      std::memcpy(static_cast<double*>(data) + i, &x, 8);
      return;
    }
    // Not by a conversion, which is undefined beyond the largest float.
    constexpr double kLargest = std::numeric_limits<float>::max();
    const float narrow =
        std::fabs(x) > kLargest
            ? std::copysign(INFINITY, static_cast<float>(std::copysign(1.0, x)))
            : static_cast<float>(x);
    uint32_t bits;
    std::memcpy(&bits, &narrow, 4);
    if (storage == CudaStorage::kFloat) {
      std::memcpy(static_cast<uint32_t*>(data) + i, &bits, 4);
      return;
    }
    // The upper half is a bfloat16; as a half it is a number, too.
    const uint16_t upper = bits >> 16;
    std::memcpy(static_cast<uint16_t*>(data) + i, &upper, 2);
  }

  std::mt19937 random_{20261129};
};

// launch() in both orders, on outputs of other contents.
template <class Launch>
void ExpectOneResult(const Launch& launch, std::vector<Array>* outputs,
                     std::vector<Array>* again, const std::string& what) {
  for (Array& output : *outputs) output.Fill(0xAB);
  for (Array& output : *again) output.Fill(0x54);
  emulation::reversed = false;
  ASSERT_STREQ(launch(*outputs), nullptr) << what;
  emulation::reversed = true;
  ASSERT_STREQ(launch(*again), nullptr) << what;
  emulation::reversed = false;
  for (size_t k = 0; k < outputs->size(); ++k) {
    EXPECT_TRUE((*outputs)[k] == (*again)[k]) << what << ", output " << k;
  }
}

std::vector<Array> Make(int count, int64_t size, CudaStorage storage) {
  std::vector<Array> result;
  for (int k = 0; k < count; ++k) result.emplace_back(size, storage);
  return result;
}

int64_t Product(const Broadcast::Shape& shape) {
  int64_t product = 1;
  for (int64_t dim : shape) product *= dim;
  return product;
}

void CheckMap(const char* name, LoopId id, CudaStorage storage,
              const std::vector<Broadcast::Shape>& shapes) {
  static Inputs inputs;
  const CudaLoopEntry& entry = AllCudaLoops()[id];
  const Broadcast broadcast(shapes);
  CudaMap map = {};
  map.storage = storage;
  ASSERT_TRUE(SetCudaShape(broadcast, &map.shape));
  std::vector<Array> in;
  for (int k = 0; k < entry.inputs; ++k) {
    in.push_back(inputs.Make(Product(shapes[k]), storage));
    SetCudaInput(broadcast, k, in[k].data(), &map.inputs[k]);
  }
  std::vector<Array> out = Make(entry.outputs, map.shape.size, storage);
  std::vector<Array> again = Make(entry.outputs, map.shape.size, storage);
  ExpectOneResult(
      [&](std::vector<Array>& outputs) {
        for (int k = 0; k < entry.outputs; ++k) {
          map.outputs[k] = outputs[k].data();
        }
        return entry.loop(storage)(nullptr, map);
      },
      &out, &again,
      std::string(name) + ", size " + std::to_string(map.shape.size) +
          ", storage " + std::to_string(static_cast<int>(storage)));
}

struct Loop {
  const char* name;
  LoopId id;
};

#define TFI_LOOP(name, nanoseconds) {#name, LoopId::k##name},
constexpr Loop kLoops[] = {TFI_OPS(TFI_LOOP)};
#undef TFI_LOOP

class MapMemoryTest : public testing::TestWithParam<Loop> {};

TEST_P(MapMemoryTest, KeepsToItsArrays) {
  const int inputs = AllCudaLoops()[GetParam().id].inputs;
  for (CudaStorage storage : kStorages) {
    for (int64_t size : kSizes) {
      CheckMap(GetParam().name, GetParam().id, storage,
               std::vector<Broadcast::Shape>(inputs, {size}));
    }
  }
}

TEST_P(MapMemoryTest, KeepsToBroadcastArrays) {
  const int inputs = AllCudaLoops()[GetParam().id].inputs;
  std::vector<Broadcast::Shape> shapes(inputs, {7, 1, 5});
  if (inputs > 1) shapes[1] = {9, 1};
  if (inputs > 2) shapes[2] = {};
  CheckMap(GetParam().name, GetParam().id, CudaStorage::kFloat, shapes);
}

INSTANTIATE_TEST_SUITE_P(All, MapMemoryTest, testing::ValuesIn(kLoops),
                         [](const auto& info) { return info.param.name; });

struct RowFunction {
  const char* name;
  RowId id;
};

#define TFI_ROWS(name, inputs, nanoseconds) {#name, RowId::k##name},
constexpr RowFunction kRows[] = {TFI_ROW_OPS(TFI_ROWS)};
#undef TFI_ROWS

class RowMemoryTest : public testing::TestWithParam<RowFunction> {};

TEST_P(RowMemoryTest, KeepsToItsArrays) {
  const CudaRowEntry& entry = AllCudaRows()[GetParam().id];
  Inputs inputs;
  for (CudaStorage storage : kStorages) {
    // For threads, and for warps whose last turn is full or not.
    for (int64_t size : {0, 1, 5, 16, 17, 31, 32, 33, 1000}) {
      for (int64_t count : {1, 9, 31}) {
        std::vector<Array> in;
        for (int k = 0; k < entry.inputs; ++k) {
          in.push_back(inputs.Make(count * size, storage));
        }
        std::vector<Array> out = Make(entry.inputs, count * size, storage);
        std::vector<Array> again = Make(entry.inputs, count * size, storage);
        out.emplace_back(count, storage);
        again.emplace_back(count, storage);
        ExpectOneResult(
            [&](std::vector<Array>& outputs) {
              CudaRows rows = {};
              rows.storage = storage;
              rows.count = count;
              rows.size = size;
              rows.value = outputs.back().data();
              for (int k = 0; k < entry.inputs; ++k) {
                rows.inputs[k] = in[k].data();
                rows.gradients[k] = outputs[k].data();
              }
              return entry.loop(storage)(nullptr, rows);
            },
            &out, &again,
            std::string(GetParam().name) + ", " + std::to_string(count) +
                " rows of " + std::to_string(size));
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, RowMemoryTest, testing::ValuesIn(kRows),
                         [](const auto& info) { return info.param.name; });

TEST(SmallMatMulMemoryTest, KeepsToItsArrays) {
  Inputs inputs;
  for (CudaStorage storage : kStorages) {
    for (const auto& [count, n, k, m] :
         {std::array<int64_t, 4>{1, 1, 1, 1}, {31, 4, 4, 4}, {9, 2, 17, 3}}) {
      for (int transposes = 0; transposes < 4; ++transposes) {
        const MatMulSize size = {
            count, n, k, m, transposes % 2 == 1, transposes / 2 == 1};
        const Array a = inputs.Make(count * n * k, storage);
        const Array b = inputs.Make(count * k * m, storage);
        std::vector<Array> out = Make(1, count * n * m, storage);
        std::vector<Array> again = Make(1, count * n * m, storage);
        ExpectOneResult(
            [&](std::vector<Array>& outputs) {
              const CudaMatMul products = {storage, size, a.data(), b.data(),
                                           outputs[0].data()};
              return AllCudaRows().small_mat_mul.loop(storage)(nullptr,
                                                               products);
            },
            &out, &again, "products of " + std::to_string(count) + " pairs");
      }
    }
  }
}

CudaSample MakeSample(CudaStorage storage, const Broadcast& broadcast,
                      const Array& parameter) {
  CudaSample sample = {};
  sample.storage = sample.out_storage = storage;
  sample.seed = MakeCudaSeed({{20261129, 7}});
  sample.dimension = 3;
  sample.smallest = -std::numeric_limits<double>::infinity();
  EXPECT_TRUE(SetCudaShape(broadcast, &sample.shape));
  SetCudaInput(broadcast, 0, parameter.data(), &sample.parameter);
  return sample;
}

TEST(SamplerMemoryTest, KeepsToItsArrays) {
  const CudaSamplers& samplers = AllCudaSamplers();
  const struct {
    const char* name;
    const CudaSampler<CudaSampleLoop>& sampler;
  } elementwise[] = {
      {"normal", samplers.normal},
      {"gamma", samplers.gamma},
      {"log_gamma", samplers.log_gamma},
      {"von_mises", samplers.von_mises},
      {"von_mises_fisher_angle", samplers.von_mises_fisher_angle}};
  Inputs inputs;
  for (const auto& entry : elementwise) {
    for (CudaStorage storage : kStorages) {
      for (int64_t size : kSizes) {
        const Array parameter = inputs.Make(size, storage);
        CudaSample sample =
            MakeSample(storage, Broadcast({{size}, {size}}), parameter);
        std::vector<Array> out = Make(1, size, storage);
        std::vector<Array> again = Make(1, size, storage);
        ExpectOneResult(
            [&](std::vector<Array>& outputs) {
              sample.out = outputs[0].data();
              return entry.sampler.loop(storage)(nullptr, sample);
            },
            &out, &again,
            std::string(entry.name) + ", size " + std::to_string(size));
      }
    }
  }
}

TEST(SamplerMemoryTest, DirichletKeepsToItsArrays) {
  Inputs inputs;
  for (CudaStorage storage : kStorages) {
    const CudaStorage real = storage == CudaStorage::kDouble
                                 ? CudaStorage::kDouble
                                 : CudaStorage::kFloat;
    for (int64_t components : {1, 2, 16, 17, 31, 1000}) {
      for (int64_t rows : {1, 31}) {
        const int64_t size = rows * components;
        const Array parameter = inputs.Make(size, storage);
        const CudaSample sample = MakeSample(
            storage, Broadcast({{rows, components}, {rows, components}}),
            parameter);
        const Array scratch(rows * kCudaDirichletScratch, real);
        std::vector<Array> out = Make(2, size, storage);
        std::vector<Array> again = Make(2, size, storage);
        const Array draws(size, real);
        ExpectOneResult(
            [&](std::vector<Array>& outputs) {
              const bool same = real == storage;
              const CudaDirichlet dirichlet = {
                  sample,
                  components,
                  outputs[0].data(),
                  outputs[1].data(),
                  same ? outputs[1].data() : draws.data(),
                  scratch.data()};
              return AllCudaSamplers().dirichlet.loop(storage)(nullptr,
                                                               dirichlet);
            },
            &out, &again,
            "dirichlet, " + std::to_string(rows) + " rows of " +
                std::to_string(components));
      }
    }
  }
}

}  // namespace
}  // namespace tf_implicit
