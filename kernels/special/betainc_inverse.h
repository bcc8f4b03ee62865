// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Quantiles of the Beta distribution: the root of I(a, b, x) = p by steps on
// the logit y of x, the tails being those of betainc.h.
//
// log I and log(1 - I) are concave functions of y, because the density of the
// logit is log-concave: Newton's method on either converges from anywhere.
// With h = D / I and c = a (1-x) - b x, (log I)' = h and (log I)'' = h (c - h),
// so that Halley's third order costs no more.
//
// A search runs in two stages: steps until log I is within kNearBetaRoot of its
// target, on tails to single precision; and then one step more on tails to full
// precision, which measure how far the root still is. An element that has not
// come near in kMaxBetaSteps is NaN.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_BETAINC_INVERSE_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_BETAINC_INVERSE_H_

#include "kernels/special/betainc.h"
#include "kernels/special/normal_score.h"
#include "kernels/special/number.h"

TFI_BEGIN_NAMESPACE

inline constexpr int kMaxBetaSteps = 80;
inline constexpr double kNearBetaRoot = 1e-4;

// -> I, 1 - I, log I, log(1 - I), D / I, D / (1 - I).
struct AllBetaTails {
  template <class V>
  static TFI_FUNCTION void Pick(const BetaTails<V>& r, V (&out)[6]) {
    out[0] = r.lower;
    out[1] = r.upper;
    out[2] = r.log_lower;
    out[3] = r.log_upper;
    out[4] = r.lower_rate;
    out[5] = r.upper_rate;
  }
};

// What is sought: I = lower, 1 - I = upper, of which the lesser counts.
template <class V>
struct TailTarget {
  V lower, upper;
  V log_lower, log_upper;
};

template <class V>
TFI_FUNCTION TailTarget<V> TargetOf(V lower, V upper) {
  const auto low = lower <= upper;
  const V log = LogOfTail(Select(low, lower, upper));
  const V other = LogOnePlus(-Select(low, lower, upper));
  return {lower, upper, Select(low, log, other), Select(low, other, log)};
}

// Halley's step for f(y) = log I - target (kSign = 1) or log(1 - I) - target.
template <class V>
TFI_FUNCTION V HalleyStep(V f, V rate, V sign, V slope_of_log_density) {
  using T = Scalar<V>;
  const V newton = -f / (sign * rate);
  // f'' / f' = c - f'.
  const V bend = T(0.5) * newton * (slope_of_log_density - sign * rate);
  const V divisor = Max(T(1) + bend, Broadcast<V>(T(0.4)));
  return newton / divisor;
}

// Where the search for the logit starts: Abramowitz and Stegun 26.5.22 where a,
// b >= 1, and the logit of the mean elsewhere.
template <class V>
TFI_FUNCTION V BetaQuantileStart(V a, V b, const TailTarget<V>& target) {
  using T = Scalar<V>;
  const V one = Broadcast<V>(1);
  const V log_odds = LogRatio(a, b);
  const auto low = target.lower <= target.upper;
  const V z = NormalScore(Select(low, target.lower, target.upper));
  const V y = Select(low, -z, z);  // rises with p
  const V u = T(1) / (T(2) * Max(a, one) - T(1));
  const V v = T(1) / (T(2) * Max(b, one) - T(1));
  const V lambda = (y * y - T(3)) * T(1. / 6);
  const V h = T(2) / (u + v);
  const V root = Sqrt(Max(h + lambda, V{}));
  const V w = y * root / h + (v - u) * (lambda + T(5. / 6) - T(2. / 3) / h);
  return Select(Min(a, b) >= one, log_odds + T(2) * w, log_odds);
}

// The state of a search: y, and on which tail it runs (0: not yet chosen).
template <class V>
struct BetaSearch {
  V y, side;
};

// One step from the tails at state->y (log I, log(1-I), D/I, D/(1-I)); lanes of
// the result are 1 where it was the last one.
template <class V>
TFI_FUNCTION V AdvanceBetaSearch(V a, V b, const TailTarget<V>& target,
                                 const V (&tails)[4], BetaSearch<V>* state) {
  using T = Scalar<V>;
  const V one = Broadcast<V>(1);
  const V f_lower = tails[0] - target.log_lower;
  const V f_upper = tails[1] - target.log_upper;
  const auto low = target.lower <= target.upper;
  const V lesser = Select(low, target.lower, target.upper);
  const auto near = Abs(Select(low, f_lower, f_upper)) < T(kNearBetaRoot);
  // The tail that is the straighter, seen from the start towards the root; the
  // lesser one where the other's logarithm is too close to 0 to tell.
  const auto root_below = f_lower > V{};
  const auto use_lower = (low & (root_below | (lesser < T(0.1)))) |
                         (!low & root_below & (lesser > T(0.1)));
  const V chosen = Select(use_lower, one, -one);
  state->side = Select(state->side == T(0), chosen, state->side);
  const V side = Select(near, Select(low, one, -one), state->side);
  const auto lower_side = side > T(0);
  V x, xi;
  Logistic(state->y, &x, &xi);
  state->y = state->y + HalleyStep(Select(lower_side, f_lower, f_upper),
                                   Select(lower_side, tails[2], tails[3]), side,
                                   a * xi - b * x);
  return Select(near, one, V{});
}

// The change of the logit that leads to the root, from tails at full precision
// (AllBetaTails) close to it; NaN where they are not close.
template <class V>
TFI_FUNCTION V LastBetaStep(V a, V b, V x, V xi, const TailTarget<V>& target,
                            const V (&tails)[6]) {
  using T = Scalar<V>;
  const auto low = target.lower <= target.upper;
  const V want = Select(low, target.lower, target.upper);
  const V got = Select(low, tails[0], tails[1]);
  const V one = Broadcast<V>(1);
  const auto normal = (want > T(1e-290)) & (got > T(1e-290));
  const V f = Select(
      normal, LogRatio(Select(normal, got, one), Select(normal, want, one)),
      Select(low, tails[2] - target.log_lower, tails[3] - target.log_upper));
  const V step = HalleyStep(f, Select(low, tails[4], tails[5]),
                            Select(low, one, -one), a * xi - b * x);
  return Select(Abs(f) < T(10 * kNearBetaRoot), step, NaN<V>());
}

// Moves (x, 1-x) by a small step of the logit. A subnormal number may be too
// coarse for LastBetaStep: it is the nearest one as it stands.
template <class V>
TFI_FUNCTION void MoveLogit(V step, V* x, V* xi) {
  using T = Scalar<V>;
  const auto low = *x <= *xi;
  const V lesser = Select(low, *x, *xi), greater = Select(low, *xi, *x);
  const auto subnormal = lesser < std::numeric_limits<T>::min();
  step = Select(subnormal & !(step == step), V{}, step);
  const V signed_step = Select(low, step, -step);
  const V moved =
      lesser +
      lesser * (greater * (signed_step + T(0.5) * signed_step * signed_step *
                                             (greater - lesser)));
  *x = Select(low, moved, T(1) - moved);
  *xi = Select(low, T(1) - moved, moved);
}

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_BETAINC_INVERSE_H_
