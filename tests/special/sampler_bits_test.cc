// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// A seed gives the same samples on every processor, whatever its architecture:
// the bits of many samples as they were drawn on x86-64. sampler_test.cc has
// the instruction sets of one architecture side by side. After a deliberate
// change of a sampler the test prints what is to stand in kBits.

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "kernels/cpu/cpu_target.h"
#include "kernels/cpu/samplers.h"

namespace tf_implicit {
namespace {

constexpr RandomSeed kSeed = {{20260101, 7}};
constexpr int64_t kElements = 1 << 16;

const std::map<std::string, uint64_t> kBits = {
    {"normal float", 0x97fad037a23836e5},
    {"gamma float", 0x0a9fe6ecee87fa32},
    {"log_gamma float", 0xb87cf8ddb03b651c},
    {"von_mises float", 0x765a2237a9443d98},
    {"angle 2 float", 0x749c31cf6e99948d},
    {"angle 3 float", 0x6fcf6339ce4601c2},
    {"angle 41 float", 0x080f183cbc70a33c},
    {"dirichlet 2 float", 0xd5d0eef7ae6119e0},
    {"dirichlet 16 float", 0xc38d6188c4352915},
    {"dirichlet 50 float", 0x80ae392ded10c555},
    {"normal double", 0xe2ab1f9f3b3978e2},
    {"gamma double", 0xe596fb6cce462481},
    {"log_gamma double", 0x859a419bb8174140},
    {"von_mises double", 0x21a626e9530406f8},
    {"angle 2 double", 0x81d8f0a5e0e36fa6},
    {"angle 3 double", 0x6a8e382ddb419b81},
    {"angle 41 double", 0xfb001cd2a46a6dab},
    {"dirichlet 2 double", 0x5a6bdfeaf8ceabcc},
    {"dirichlet 16 double", 0x95dad14227d8d0af},
    {"dirichlet 50 double", 0x4f576d6147b17af4},
};

// From 2^-20 to 2^33 with a few bits each, and the ends of the range: made
// without the C library, whose functions round as each processor likes.
template <class T>
std::vector<T> Parameters() {
  constexpr T kInfinity = std::numeric_limits<T>::infinity();
  const T special[] = {0,  1,  T(1.625), kInfinity,
                       -1, 33, T(0.5),   std::numeric_limits<T>::quiet_NaN()};
  std::mt19937_64 engine(1);
  std::vector<T> parameters(kElements);
  for (T& x : parameters) {
    const uint64_t word = engine();
    const int exponent = static_cast<int>((word >> 32) % 54) - 20;
    const T near_one = 1 + T(word % 1024) / 1024;
    const bool ordinary = word >> 63 != 0;
    x = ordinary          ? std::ldexp(near_one, exponent / 8)
        : word >> 60 == 0 ? special[word % 8]
                          : std::ldexp(near_one, exponent);
  }
  return parameters;
}

// FNV-1a of the bytes; one NaN is as good as another.
template <class T>
uint64_t Hash(const std::vector<T>& values) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const T value : values) {
    unsigned char bytes[sizeof(T)] = {};
    if (!std::isnan(value)) std::memcpy(bytes, &value, sizeof(T));
    for (const unsigned char byte : bytes) {
      hash = (hash ^ byte) * 0x100000001b3;
    }
  }
  return hash;
}

void Expect(CpuTarget target, const std::string& name, uint64_t hash) {
  const auto expected = kBits.find(name);
  ASSERT_NE(expected, kBits.end())
      << "    {\"" << name << "\", 0x" << std::hex << hash << "},";
  EXPECT_EQ(hash, expected->second) << CpuTargetName(target) << ": {\"" << name
                                    << "\", 0x" << std::hex << hash << "},";
}

template <class T>
class SamplerBitsTest : public ::testing::Test {};
using Types = ::testing::Types<float, double>;
TYPED_TEST_SUITE(SamplerBitsTest, Types);

TYPED_TEST(SamplerBitsTest, AreThoseOfEveryProcessor) {
  using T = TypeParam;
  const std::string type = sizeof(T) == 4 ? " float" : " double";
  const std::vector<T> parameters = Parameters<T>();
  const T* const p = parameters.data();
  for (CpuTarget target : SupportedCpuTargets()) {
    const Samplers<T>& samplers = SamplersFor(target).get<T>();
    std::vector<T> out(kElements);
    const auto draw = [&](const std::string& name, SampleLoop<T> sampler) {
      sampler(kSeed, 5, kElements, p, kElements, out.data());
      Expect(target, name + type, Hash(out));
    };
    draw("normal", samplers.normal);
    draw("gamma", samplers.gamma);
    draw("log_gamma", samplers.log_gamma);
    draw("von_mises", samplers.von_mises);
    for (const int dimension : {2, 3, 41}) {
      samplers.von_mises_fisher_angle(kSeed, dimension, 5, kElements, p,
                                      kElements, out.data());
      Expect(target, "angle " + std::to_string(dimension) + type, Hash(out));
    }
    for (const int components : {2, 16, 50}) {
      const int64_t rows = kElements / components;
      std::vector<T> row_parameters;
      for (const T x : parameters) {
        if (x > 0 && x < 1e9) row_parameters.push_back(x);
      }
      samplers.dirichlet(kSeed, 5, rows, components, row_parameters.data(),
                         row_parameters.size() / components * components,
                         out.data(), nullptr);
      Expect(target, "dirichlet " + std::to_string(components) + type,
             Hash(out));
    }
  }
}

}  // namespace
}  // namespace tf_implicit
