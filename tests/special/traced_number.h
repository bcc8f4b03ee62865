// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// A number type that records what a formula of kernels/special/ does, to count
// the instructions that it cannot do without: those whose results reach an
// output, a comparison or the bits of a number, each once. Of an addition and a
// product that only additions use a compiler makes one instruction.
//
// To be included before the formulas.

#ifndef TF_IMPLICIT_TESTS_SPECIAL_TRACED_NUMBER_H_
#define TF_IMPLICIT_TESTS_SPECIAL_TRACED_NUMBER_H_

#include <map>
#include <tuple>
#include <vector>

#include "kernels/special/lanes.h"
#include "kernels/special/number.h"

TFI_BEGIN_NAMESPACE

// Instructions by the unit that they take.
struct OperationCounts {
  double multiply = 0;  // products, and multiply-adds
  double divide = 0;    // quotients and square roots
};

class Trace {
 public:
  enum Kind { kInput, kProduct, kSum, kMultiplyAdd, kDivide, kSelect };

  // The only one: formulas take numbers, and no more.
  static Trace& Get() {
    static Trace trace;
    return trace;
  }

  void Clear() {
    nodes_.clear();
    known_.clear();
  }

  int AddInput() {
    nodes_.push_back({kInput, {-1, -1, -1}, false, 0, 0});
    return static_cast<int>(nodes_.size()) - 1;
  }

  // The number of an operation; of one that was done before, the same again.
  int Add(Kind kind, double value, int a, int b, int c) {
    const auto [place, is_new] = known_.try_emplace(
        {kind, value, a, b, c}, static_cast<int>(nodes_.size()));
    if (is_new) nodes_.push_back({kind, {a, b, c}, false, 0, 0});
    return place->second;
  }

  // That the number counts; -1 for a constant.
  __attribute__((noinline)) void Use(int node) {
    if (node >= 0) nodes_[node].is_used = true;
  }

  OperationCounts Count();

 private:
  struct Node {
    Kind kind;
    int operands[3];
    bool is_used;
    int uses, sums;  // by what counts, and by sums of that
  };

  std::vector<Node> nodes_;
  std::map<std::tuple<Kind, double, int, int, int>, int> known_;
};

inline OperationCounts Trace::Count() {
  // Operands have smaller numbers than what is made of them.
  std::vector<bool> ends;
  for (const Node& node : nodes_) ends.push_back(node.is_used);
  for (int i = static_cast<int>(nodes_.size()) - 1; i >= 0; --i) {
    if (!nodes_[i].is_used) continue;
    for (const int operand : nodes_[i].operands) {
      if (operand < 0) continue;
      nodes_[operand].is_used = true;
      ++nodes_[operand].uses;
      nodes_[operand].sums += nodes_[i].kind == kSum;
    }
  }
  const auto is_fused = [&](int i) {
    return i >= 0 && nodes_[i].kind == kProduct && !ends[i] &&
           nodes_[i].sums == nodes_[i].uses;
  };
  OperationCounts counts;
  // A sum takes up one of two products.
  std::vector<bool> stays(nodes_.size());
  for (const Node& node : nodes_) {
    if (!node.is_used || node.kind != kSum) continue;
    const int a = node.operands[0], b = node.operands[1];
    if (is_fused(a) && is_fused(b)) stays[b] = true;
    counts.multiply += is_fused(a) || is_fused(b);
  }
  for (size_t i = 0; i < nodes_.size(); ++i) {
    if (!nodes_[i].is_used) continue;
    const Kind kind = nodes_[i].kind;
    counts.multiply += kind == kMultiplyAdd ||
                       (kind == kProduct && (!is_fused(i) || stays[i]));
    counts.divide += kind == kDivide;
  }
  return counts;
}

// A constant until MakeInput() or an operation makes it more.
template <class T>
struct Traced {
  T value = 0;
  int node = -1;

  Traced() = default;
  Traced(T x) : value(x) {}
  Traced(T x, int n) : value(x), node(n) {}

  friend Traced operator-(Traced x) { return {-x.value, x.node}; }
  friend Traced operator+(Traced x, Traced y) {
    return Make(Trace::kSum, x.value + y.value, x, y);
  }
  friend Traced operator-(Traced x, Traced y) {
    return Make(Trace::kSum, x.value - y.value, x, y);
  }
  friend __attribute__((noinline)) Traced operator*(Traced x, Traced y) {
    // Twice a number is a sum.
    const bool is_double =
        (x.node < 0 && x.value == 2) || (y.node < 0 && y.value == 2);
    return Make(is_double ? Trace::kSum : Trace::kProduct, x.value * y.value, x,
                y);
  }
  friend Traced operator/(Traced x, Traced y) {
    return Make(Trace::kDivide, x.value / y.value, x, y);
  }

#define TFI_TRACED_COMPARISON(op)               \
  friend bool operator op(Traced x, Traced y) { \
    Trace::Get().Use(x.node);                   \
    Trace::Get().Use(y.node);                   \
    return x.value op y.value;                  \
  }
  TFI_TRACED_COMPARISON(<)
  TFI_TRACED_COMPARISON(<=)
  TFI_TRACED_COMPARISON(>)
  TFI_TRACED_COMPARISON(>=)
  TFI_TRACED_COMPARISON(==)
  TFI_TRACED_COMPARISON(!=)
#undef TFI_TRACED_COMPARISON

  // Of constants, a constant. A call: formulas have hundreds.
  __attribute__((noinline)) static Traced Make(Trace::Kind kind, T value,
                                               Traced x, Traced y,
                                               Traced z = {}) {
    if (x.node < 0 && y.node < 0 && z.node < 0) return value;
    return {value, Trace::Get().Add(kind, value, x.node, y.node, z.node)};
  }
};

template <class T>
struct NumberTraits<Traced<T>> : NumberTraits<T> {};

template <class T>
Traced<T> MakeInput(T x) {
  return {x, Trace::Get().AddInput()};
}

template <class T>
Traced<T> Select(bool mask, Traced<T> x, Traced<T> y) {
  return Traced<T>::Make(Trace::kSelect, mask ? x.value : y.value, x, y);
}

template <class T>
Traced<T> Max(Traced<T> x, Traced<T> y) {
  return Traced<T>::Make(Trace::kSelect, Max(x.value, y.value), x, y);
}

template <class T>
Traced<T> Min(Traced<T> x, Traced<T> y) {
  return Traced<T>::Make(Trace::kSelect, Min(x.value, y.value), x, y);
}

template <class T>
Traced<T> Sqrt(Traced<T> x) {
  return Traced<T>::Make(Trace::kDivide, Sqrt(x.value), x, {});
}

template <class T>
Traced<T> Fma(Traced<T> x, Traced<T> y, Traced<T> z) {
  return Traced<T>::Make(Trace::kMultiplyAdd, Fma(x.value, y.value, z.value), x,
                         y, z);
}

// z from a table.
template <class T>
Traced<T> MulAdd(Traced<T> x, Traced<T> y, T z) {
  return x * y + z;
}

template <>
inline Integer<float> BitsOf(Traced<float> x) {
  Trace::Get().Use(x.node);
  return BitsOf(x.value);
}

template <>
inline Integer<double> BitsOf(Traced<double> x) {
  Trace::Get().Use(x.node);
  return BitsOf(x.value);
}

template <>
inline Traced<float> FromBits(Integer<float> bits) {
  return MakeInput(FromBits<float>(bits));
}

template <>
inline Traced<double> FromBits(Integer<double> bits) {
  return MakeInput(FromBits<double>(bits));
}

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_TESTS_SPECIAL_TRACED_NUMBER_H_
