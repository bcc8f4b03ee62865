// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The angle theta in [0, pi] between a sample of the von Mises-Fisher
// distribution in dimension m and its mean direction, density proportional to
// exp(kappa cos(theta)) sin(theta)^(m-2), from random bits. In double whatever
// the type of the output, and rounded once.
//
// Wood's rejection (1994) in terms of half angles. Propose
//
//   tan(theta/2)^2 = b (1 - z) / (1 + z),  b = (1 - x) / (1 + x),
//   density of z proportional to (1 - z^2)^((m-3)/2) on [-1, 1],
//
// where x in [0, 1] solves kappa (1 - x^2) = (m - 1) x, that is
// b = 1 / (y + sqrt(1 + y^2)), y = 2 kappa / (m - 1). With this x, target over
// proposal, divided by its maximum, is a function of eta = x z alone:
//
//   exp((m - 1) (eta / (1 + eta) - log(1 + eta))),
//
// free of the differences of large numbers in Wood's form. Accepted: 1 at
// kappa = 0, at least 0.65 (m = 2, large kappa), 0.71 for large m.
//
// z is one coordinate of a uniform point on the sphere: two of them have the
// squared length 1 - q, q = u^(2 / (m-2)), u uniform (Ulrich 1984), so that
// with r = sqrt(1 - q) and an angle psi, uniform on [0, pi],
//
//   z = r cos(psi),   1 - z = (1 - r) + 2 r sin(psi/2)^2,
//                     1 + z = (1 - r) + 2 r cos(psi/2)^2.
//
// Both are sums of positive terms and theta has its relative accuracy near 0,
// and near pi that of a number near pi.
//
//   infinity -> 0,  negative, NaN -> NaN
//
// References: A. T. A. Wood, Simulation of the von Mises Fisher distribution,
// Commun. Statist. Simula. 23 (1994) 157, doi:10.1080/03610919408813161;
// G. Ulrich, Computer generation of distributions on the m-sphere, Appl.
// Statist. 33 (1984) 158, doi:10.2307/2347441.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_RANDOM_VON_MISES_FISHER_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_RANDOM_VON_MISES_FISHER_H_

#include "kernels/special/random_bits.h"
#include "kernels/special/random_functions.h"
#include "kernels/special/random_von_mises.h"

TFI_BEGIN_NAMESPACE

// The bits of an attempt: of psi, of u and of the acceptance.
template <class V>
struct VonMisesFisherBits {
  Unsigned<V> angle, radius, acceptance;
};

// The bits for attempt `attempt` of elements kGroupSize * group + index.
template <class V>
TFI_FUNCTION VonMisesFisherBits<V> ElementVonMisesFisherBits(
    const RandomStream& stream, uint32_t attempt, uint64_t group,
    Unsigned<V> index) {
  static_assert(kIsDouble<V>);
  Unsigned<V> proposal[kWordsPerBlock<V>], acceptance[kWordsPerBlock<V>];
  RandomWords<V>(stream, RandomTag::kVonMisesFisherProposal, attempt,
                 group * kGroupSize, index, proposal);
  RandomWords<V>(stream, RandomTag::kVonMisesFisherAcceptance, attempt,
                 group * kGroupSize, index, acceptance);
  return {proposal[0], proposal[1], acceptance[0]};
}

// An attempt. True where *theta is rejected.
template <class V>
TFI_FUNCTION Mask<V> TryVonMisesFisher(double dimension,
                                       const VonMisesFisherBits<V>& bits,
                                       V kappa, V* theta) {
  using T = Scalar<V>;
  const V one = Broadcast<V>(1);
  kappa = Select(kappa < T(0), NaN<V>(), kappa);
  // b, and 1 - x and x.
  const V y = kappa * T(2 / (dimension - 1));
  const V b = one / (y + Select(y < T(1e150), Sqrt(Fma(y, y, one)), y));
  const V per_sum = one / (one + b);
  const V x = (one - b) * per_sum;
  const V one_minus_x = T(2) * b * per_sum;

  // q = 0 in dimension 2: the exponent is -infinity there.
  const V exponent =
      NegativeLogUniform<V>(bits.radius) * T(-2 / (dimension - 2));
  const V q = ScaledExp(one, exponent);
  const V r = Sqrt(one - q);
  // psi/2 lies in [0, pi/4] or, by the last bit, in [pi/4, pi/2].
  const V turn = Uniform<V>(bits.angle);
  const V square = turn * turn;
  const V small = turn * internal::Sine(square);
  const V large = internal::Cosine(square);
  const auto swap = (bits.angle & 1) != 0;
  const V sine = Select(swap, large, small);
  const V cosine = Select(swap, small, large);
  const V rest = q / (one + r);                         // 1 - r
  const V minus = Fma(T(2) * r * sine, sine, rest);     // 1 - z
  const V plus = Fma(T(2) * r * cosine, cosine, rest);  // 1 + z

  const V side = b * minus;
  const V per_total = one / (plus + side);
  const V half_sine = Sqrt(side * per_total);
  const V half_cosine = Sqrt(plus * per_total);
  const auto near = half_sine < half_cosine;
  const V angle = TwiceArcsine(Select(near, half_sine, half_cosine));
  const V value = Select(near, angle, T(3.14159265358979323846) - angle);
  *theta = Select(kappa == kappa, value, kappa);

  // 1 + eta = (1 - x) + x (1 + z), and eta = x z.
  const V eta = x * (T(0.5) * (plus - minus));
  const V one_plus_eta = Fma(x, plus, one_minus_x);
  const V loss = T(dimension - 1) * (Log(one_plus_eta) - eta / one_plus_eta);
  return NegativeLogUniform<V>(bits.acceptance) < loss;
}

// Sample number `element`: what the array sampler gives in double, bit for bit.
TFI_FUNCTION double VonMisesFisherAngleSample(const RandomStream& stream,
                                              uint64_t element,
                                              double dimension, double kappa) {
  const uint64_t group = element / kGroupSize;
  const uint64_t index = element % kGroupSize;
  double theta;
  uint32_t attempt = 0;
  while (TryVonMisesFisher(
      dimension,
      ElementVonMisesFisherBits<double>(stream, attempt, group, index), kappa,
      &theta)) {
    ++attempt;
  }
  return theta;
}

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_RANDOM_VON_MISES_FISHER_H_
