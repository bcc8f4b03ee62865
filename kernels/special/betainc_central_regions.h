// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Which method takes a point in betainc_central.h, and with how many terms: as
// betainc_regions.h, with more regions, from sums that cost less. An element is
// arranged once: what comes out here is sorted, and goes into the formulas.
//
//   series     a < 1, b x <= 1, x <= 1/2
//   fraction   the rest, but
//   uniform    where that takes many levels and a, b >= 64
//
// Comparisons and products share a port of the processor, while sums, minima,
// selections and sums of bits have others: so what is compared is selected
// first, nothing is divided, and bits tell what is out of range.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_BETAINC_CENTRAL_REGIONS_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_BETAINC_CENTRAL_REGIONS_H_

#include "kernels/special/double_word.h"
#include "kernels/special/number.h"

TFI_BEGIN_NAMESPACE

// Terms of the series, first of all where x <= 1/40 and b x <= 1/10, then where
// x <= 1/10, 1/4 and 1/2: of the powers of x or of 1 / n! where b x = 1.
inline constexpr int kCentralSeriesRegions = 4;
inline constexpr int kCentralSeries[kCentralSeriesRegions] = {10, 17, 26, 52};

// Levels of the fraction, which suffice where its ratio (FractionRatio of
// betainc_regions.h) at level kCentralRatioLevel is below `most`: 9/10 of the
// least ratio of any that needed more to be right to 5e-17, among 3e6.
struct CentralLevels {
  int levels;
  double most;
};
inline constexpr double kCentralRatioLevel = 12;
inline constexpr int kCentralFractionRegions = 5;
inline constexpr CentralLevels kCentralFraction[kCentralFractionRegions] = {
    {11, 0.00066}, {16, 0.0051}, {20, 0.0096}, {32, 0.0140}, {64, 0.0164}};

// Instead of this entry and the next ones the uniform expansion is taken where
// it serves: it costs as much as 20 levels.
inline constexpr int kCentralManyLevels = 3;

inline constexpr int kCentralUniform =
    kCentralSeriesRegions + kCentralFractionRegions;
inline constexpr int kCentralRegions = kCentralUniform + 1;

// (a, b, x) -> what CentralBetainc takes, and its region, -1 for none:
//
//   a          after the exchange, negative where there was one
//   b          likewise
//   x or 1-x   the lesser one, negative where it is 1 - x
//   s x - a
struct ArrangeCentralBetainc {
  static constexpr int kInputs = 3;

  template <class V>
  static TFI_FUNCTION Integer<V> Evaluate(const V (&in)[kInputs], V (&out)[4]) {
    using T = Scalar<V>;
    const V one = Broadcast<V>(1);
    const V complement = one - in[2];
    const auto low = in[2] <= complement;
    const V lesser = Select(low, in[2], complement);
    const V greater = one - lesser;
    const V rounded = (one - greater) - lesser;
    const V given_x = Select(low, lesser, greater);
    const V given_xi = Select(low, greater, lesser);
    const V least = Min(in[0], in[1]), most = Max(in[0], in[1]);
    const auto small = least < T(1), both = most < T(1);

    // The exchange of ArrangeBeta, and its excess.
    const DoubleWord<V> given_bx = Product(in[1], given_x);
    const DoubleWord<V> given_axi = Product(in[0], given_xi);
    const auto exchanged =
        Select(small, Select(both, given_xi, in[1]), given_bx.high) <
        Select(small, Select(both, given_x, in[0]), given_axi.high);
    const V given_excess = (given_bx.high - given_axi.high) +
                           MulAdd(rounded, Select(low, -in[0], in[1]),
                                  given_bx.low - given_axi.low);
    const V a = Select(exchanged, in[1], in[0]);
    const V b = Select(exchanged, in[0], in[1]);
    const V x = Select(exchanged, given_xi, given_x);
    const V xi = Select(exchanged, given_x, given_xi);
    const V bx = Select(exchanged, given_axi.high, given_bx.high);
    const V excess = Select(exchanged, -given_excess, given_excess);

    Integer<V> region = FractionRegion(a, b, x, xi, excess, least);
    const V twice = x + x;
    region =
        Select(small & (Max(twice, bx) <= T(1)), SeriesRegion(x, bx), region);
    // The bits of positive numbers are ordered as they are, with NaN above all.
    const Integer<V> outside =
        SubtractBits<V>(BitsOf(least), BitsOf(Broadcast<V>(1e-30))) |
        SubtractBits<V>(BitsOf(Broadcast<V>(1e10)), BitsOf(most)) |
        SubtractBits<V>(BitsOf(lesser), BitsOf(Broadcast<V>(1e-100))) |
        SubtractBits<V>(BitsOf(one), BitsOf(greater));
    out[0] = Select(exchanged, -a, a);
    out[1] = b;
    out[2] = Select(x <= xi, lesser, -lesser);
    out[3] = excess;
    return region | (outside >> 63);
  }

 private:
  template <class V>
  static TFI_FUNCTION Integer<V> FractionRegion(V a, V b, V x, V xi, V excess,
                                                V least) {
    using T = Scalar<V>;
    constexpr T m = kCentralRatioLevel;
    const V bm = b + m;
    const V distance = Max(Abs(a - m), Broadcast<V>(T(0.5) * m));
    const V numerator = (distance * bm) * ((a + bm) * (xi * xi));
    const V twice_m = Broadcast<V>(2 * m);
    const V root = MulAdd(b, excess, MulAdd(x, twice_m, twice_m) * bm);
    const V denominator = root * root;
    Integer<V> region = Integer<V>{} - 1;
    TFI_UNROLL(8)
    for (int k = kCentralFractionRegions - 1; k >= 0; --k) {
      region = Select(numerator < T(kCentralFraction[k].most) * denominator,
                      Integer<V>{} + (kCentralSeriesRegions + k), region);
      if (k == kCentralManyLevels) {
        region = Select(least >= T(64), Integer<V>{} + kCentralUniform, region);
      }
    }
    return region;
  }

  template <class V>
  static TFI_FUNCTION Integer<V> SeriesRegion(V x, V bx) {
    using T = Scalar<V>;
    const V twice = x + x;
    Integer<V> region = Integer<V>{} + 3;
    region = Select(x <= T(0.25), Integer<V>{} + 2, region);
    region = Select(x <= T(0.1), Integer<V>{} + 1, region);
    return Select(Max(twice + twice, bx) <= T(0.1), Integer<V>{}, region);
  }
};

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_BETAINC_CENTRAL_REGIONS_H_
