# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Reference values of the implicit derivatives of Beta(a, b) samples.

The sample x is given by its logit y, whose density is x^a (1-x)^b / B(a, b).
With x_t the logistic function of t, s = a + b,

    dy/da = -int_{-inf}^y (log x_t - psi(a) + psi(s)) e^{phi(t)} dt
          = int_y^inf (the same) dt,
    phi(t) = a log(x_t / x) + b log((1 - x_t) / (1 - x)),

and dy/db has log(1 - x_t) - psi(b) + psi(s) instead. Partial derivatives
are taken under the integral sign.

The second method differentiates `mpmath.betainc` (for large a + b: a
tanh-sinh quadrature of the density) numerically at 60 digits and more.
"""

import math

import numpy as np
from mpmath import mp, mpf
from scipy import special

from tests.reference import quadrature, table

DIGITS = 100


def _log_sigmoid_float(t):
    return -math.log1p(math.exp(-t)) if t > 0 else t - math.log1p(math.exp(t))


def _log_pair(t):
    """The pair log x_t and log(1 - x_t)."""
    if t > 0:
        tail = mp.log1p(mp.exp(-t))
        return -tail, -t - tail
    tail = mp.log1p(mp.exp(t))
    return t - tail, -tail


def _moments(a, b, y):
    """Integrals of products with e^phi, and the sign of the side.

    The factors: 1, d1, d2, d1^2, d1 d2, d2^2, x_t, 1 - x_t, dx, d1 dx and
    d2 dx, where d1 = log(x_t / x), d2 = log((1 - x_t) / (1 - x)) and
    dx = x_t - x.
    """
    a_f, b_f, y_f = float(a), float(b), float(y)
    log_x, log_1mx = _log_pair(y)
    x, complement = mp.exp(log_x), mp.exp(log_1mx)
    lx_f, l1mx_f = _log_sigmoid_float(y_f), _log_sigmoid_float(-y_f)
    # Below the mean of the logit's density a Beta integrates from below.
    below = a_f * math.exp(l1mx_f) >= b_f * math.exp(lx_f)
    direction = -1 if below else 1

    def phi(s):
        t = y_f + direction * s
        return a_f * (_log_sigmoid_float(t) - lx_f) + b_f * (
            _log_sigmoid_float(-t) - l1mx_f
        )

    def integrand(s):
        l1, l2 = _log_pair(y + direction * s)
        d1, d2 = l1 - log_x, l2 - log_1mx
        e = mp.exp(a * d1 + b * d2)
        d1e = d1 * e
        d2e = d2 * e
        xt, xt_complement = mp.exp(l1), mp.exp(l2)
        # Near 1 the complements carry the difference.
        dx = xt - x if y < 0 else complement - xt_complement
        return (
            e,
            d1e,
            d2e,
            d1 * d1e,
            d1 * d2e,
            d2 * d2e,
            xt * e,
            xt_complement * e,
            dx * e,
            dx * d1e,
            dx * d2e,
        )

    # The singularities lie at t = i pi (2 k + 1); besides, e^phi changes on
    # the scale 1 where (a + b) min(x_t, 1 - x_t) is above 1.
    quiet = max(0.0, math.log(a_f + b_f))

    def width(s):
        t = y_f + direction * s
        # Towards the singularities a panel must end before them.
        share = 0.5 if direction * t > 0 else 0.3
        # At the start, x_t changes on the scale 1.
        return max(1.0, min(0.5 * s, share * (abs(t) - quiet)))

    length = quadrature.decay_length(phi, 1e9)
    return quadrature.moments(integrand, length, width), -direction


def _gradients(a, b, y):
    """dy/da, dy/db and their partial derivatives in a, b and y."""
    values, sign = _moments(a, b, y)
    m, m1, m2, m11, m12, m22, mx, mc, md, m1d, m2d = values
    s = a + b
    log_x, log_1mx = _log_pair(y)
    c1 = mp.psi(0, a) - mp.psi(0, s)
    c2 = mp.psi(0, b) - mp.psi(0, s)
    c_s = -mp.psi(1, s)
    c1_a, c2_b = mp.psi(1, a) + c_s, mp.psi(1, b) + c_s
    g1, g2 = log_x - c1, log_1mx - c2
    # sign is 1 from below: dy/da = -int (d1 + g1) e^phi.
    y_a = -sign * (m1 + g1 * m)
    y_b = -sign * (m2 + g2 * m)
    y_aa = -sign * (-c1_a * m + m11 + g1 * m1)
    y_ab = -sign * (-c_s * m + m12 + g1 * m2)
    y_ba = -sign * (-c_s * m + m12 + g2 * m1)
    y_bb = -sign * (-c2_b * m + m22 + g2 * m2)
    # The integrands shifted with y: d phi/dy = -s dx. The shorter
    # y_ay = -g1 - (a (1 - x) - b x) y_a cancels in the tails.
    y_ay = -sign * (mc - s * (m1d + g1 * md))
    y_by = -sign * (-mx - s * (m2d + g2 * md))
    return y_a, y_b, y_aa, y_ab, y_ay, y_ba, y_bb, y_by


def sample_grad(a_f, b_f, y_f):
    """Returns x, 1 - x, dy/da and dy/db."""
    with mp.workdps(DIGITS):
        a, b, y = mpf(a_f), mpf(b_f), mpf(y_f)
        log_x, log_1mx = _log_pair(y)
        y_a, y_b = _gradients(a, b, y)[:2]
        return mp.exp(log_x), mp.exp(log_1mx), y_a, y_b


def _totals(y_a, y_b, y_aa, y_ab, y_ay, y_ba, y_bb, y_by):
    """The partial derivatives, then the total ones along the quantile."""
    total_ab = y_ab + y_b * y_ay
    # The order of the derivatives does not matter.
    scale = abs(y_ab) + abs(y_ba)
    assert abs(total_ab - y_ba - y_a * y_by) <= mpf(10) ** -40 * scale
    if abs(total_ab) < mpf(10) ** -40 * scale:
        total_ab = mpf(0)  # As for a = b at the median.
    return (
        y_aa,
        y_ab,
        y_ay,
        y_ba,
        y_bb,
        y_by,
        y_aa + y_a * y_ay,
        total_ab,
        y_bb + y_b * y_by,
    )


def second_grad(a_f, b_f, y_f):
    """Returns the partial derivatives of dy/da and dy/db, then the total."""
    with mp.workdps(DIGITS):
        return _totals(*_gradients(mpf(a_f), mpf(b_f), mpf(y_f)))


# ---------------------------------------------------------------------------
# The second method.


def _tail(a, b, y, below):
    x, complement = mp.exp(_log_pair(y)[0]), mp.exp(_log_pair(y)[1])
    if min(a, b) < 3000:
        if below:
            return mp.betainc(a, b, 0, x, regularized=True)
        return mp.betainc(b, a, 0, complement, regularized=True)
    norm = mp.loggamma(a + b) - mp.loggamma(a) - mp.loggamma(b)

    def density(t):
        l1, l2 = _log_pair(t)
        return mp.exp(a * l1 + b * l2 + norm)

    reach = 40 / mp.sqrt(min(a, b))
    ends = mp.linspace(y, y - reach if below else y + reach, 9)
    return (-1 if below else 1) * mp.quad(density, ends)


def _by_differences(a_f, b_f, y_f):
    """The eight values of _gradients."""
    a, b, y = mpf(a_f), mpf(b_f), mpf(y_f)
    below = y_f < math.log(a_f / b_f)
    sign = 1 if below else -1

    def cdf(p, q):  # F, or F - 1
        return sign * _tail(p, q, y, below)

    def density(p, q, t):
        l1, l2 = _log_pair(t)
        return mp.exp(
            p * l1
            + q * l2
            + mp.loggamma(p + q)
            - mp.loggamma(p)
            - mp.loggamma(q)
        )

    def diff(f, orders):
        """Mixed derivative of f(a (1 + e1), b (1 + e2), y + e3)."""
        size = len(orders)
        if size == 2:
            value = mp.diff(
                lambda e, g: f(a * (1 + e), b * (1 + g)), (0, 0), orders
            )
        else:
            value = mp.diff(
                lambda e, g, t: f(a * (1 + e), b * (1 + g), y + t),
                (0, 0, 0),
                orders,
            )
        return value / a ** orders[0] / b ** orders[1]

    q = density(a, b, y)
    q_a, q_b, q_y = (
        diff(density, o) for o in ((1, 0, 0), (0, 1, 0), (0, 0, 1))
    )
    f_a, f_b, f_aa, f_ab, f_bb = (
        diff(cdf, o) for o in ((1, 0), (0, 1), (2, 0), (1, 1), (0, 2))
    )
    y_a, y_b = -f_a / q, -f_b / q
    return (
        y_a,
        y_b,
        -(f_aa + y_a * q_a) / q,
        -(f_ab + y_a * q_b) / q,
        -(q_a + y_a * q_y) / q,
        -(f_ab + y_b * q_a) / q,
        -(f_bb + y_b * q_b) / q,
        -(q_b + y_b * q_y) / q,
    )


def verify_sample_grad(a_f, b_f, y_f):
    with mp.workdps(60):
        y = mpf(y_f)
        y_a, y_b = _by_differences(a_f, b_f, y_f)[:2]
        return 1 / (1 + mp.exp(-y)), 1 / (1 + mp.exp(y)), y_a, y_b


def verify_second_grad(a_f, b_f, y_f):
    with mp.workdps(60):
        values = list(_totals(*_by_differences(a_f, b_f, y_f)))
    # These vanish like x and like 1 - x: differences see only their noise.
    if y_f < -20:
        values[5] = None
    if y_f > 20:
        values[2] = None
    return values


# ---------------------------------------------------------------------------
# The points.


def _log_cdf(a, b, y):
    """The log of the CDF in float64; it only places the points."""
    log_beta = special.betaln(a, b)
    if y < -600:  # The leading term at x = 0.
        return a * y - math.log(a) - log_beta
    if y > 600:
        return math.log1p(-math.exp(-b * y - math.log(b) - log_beta))
    if y < 0:
        p = special.betainc(a, b, special.expit(y))
    else:
        p = special.betaincc(b, a, special.expit(-y))
    return math.log(p) if p > 0 else -math.inf


def _logit_quantile(a, b, tail, below):
    """The logit below (above) which the probability is `tail`."""
    if not below:
        return -_logit_quantile(b, a, tail, True)
    lo, hi = -1e6, 1e6
    while hi - lo > 1e-9 * (1 + abs(lo)):
        mid = 0.5 * (lo + hi)
        if _log_cdf(a, b, mid) < math.log(tail):
            lo = mid
        else:
            hi = mid
    return hi


def _quantile_points(rng, pairs, dtype=np.float32):
    points = []
    for a, b in pairs:
        below = rng.random() < 0.5
        tail = (
            rng.random()
            if rng.random() < 0.5
            else 10.0 ** rng.uniform(-10, -0.3)
        )
        y = float(dtype(_logit_quantile(a, b, tail, below)))
        assert math.isfinite(y), (a, b, tail)
        points.append((a, b, y))
    return points


def _pairs(rng, lo, hi, size, dtype=np.float32):
    values = 10.0 ** rng.uniform(math.log10(lo), math.log10(hi), (size, 2))
    return [(float(dtype(a)), float(dtype(b))) for a, b in values]


def _border_points(rng, dtype):
    """Both sides of the borders of every region of the kernels."""
    points = []

    def near(a, b, x):
        """Points next to x where the probability there is not minute."""
        a, b = float(dtype(a)), float(dtype(b))
        if not (
            special.betainc(a, b, x) > 1e-10
            and special.betaincc(a, b, x) > 1e-10
        ):
            return
        y = dtype(math.log(x) - math.log1p(-x))
        for z in table.neighbours(y, dtype):
            points.append((a, b, z))

    for border in (5.0, 8.0, 40.0, 100.0, 1000.0, 1e5):
        for a in table.neighbours(border, dtype):
            for b in (0.02, 0.6, 3.0, 70.0, 2e4):
                points.extend(
                    _quantile_points(rng, [(a, float(dtype(b)))], dtype)
                )
                points.extend(
                    _quantile_points(rng, [(float(dtype(b)), a)], dtype)
                )
    for b in table.neighbours(1.0, dtype):
        for a in (0.004, 0.3, 1.0, 6.0, 9.0, 50.0, 99.0, 500.0, 3e4):
            points.extend(_quantile_points(rng, [(float(dtype(a)), b)], dtype))
    for a, b in [
        (0.05, 0.05),
        (0.3, 0.8),
        (2.0, 0.5),
        (7.9, 0.9),
        (8.1, 0.2),
        (0.6, 0.999),
        (30.0, 40.0),
        (1.0, 1.0),
        (3.0, 2.0),
    ]:
        near(a, b, 0.5)
    for a, b in [
        (0.01, 1.5),
        (0.5, 3.0),
        (4.9, 12.0),
        (5.1, 2.0),
        (20.0, 300.0),
        (39.0, 41.0),
        (60.0, 1.1),
        (99.0, 5e3),
        (0.2, 1e5),
    ]:
        near(a, b, (a + 2) / (a + b + 2))
    for a, b in [
        (0.4, 0.9),
        (3.0, 3.0),
        (12.0, 70.0),
        (101.0, 30.0),
        (150.0, 0.3),
        (1e3, 1e3),
        (2e4, 5.0),
        (1e5, 1e6),
        (1e6, 1e6),
        (1e6, 2.0),
    ]:
        near(a, b, a / (a + b))
    for a in (1e-3, 1.0, 1e6):
        for b in (1e-3, 1.0, 1e6):
            pair = (float(dtype(a)), float(dtype(b)))
            points.extend(_quantile_points(rng, [pair] * 3, dtype))
    return points


def sample_points():
    rng = np.random.default_rng(21)
    points = _border_points(rng, np.float32)
    points += _quantile_points(rng, _pairs(rng, 1e-3, 1e6, 270))
    points += _quantile_points(rng, _pairs(rng, 0.03, 1e3, 180))
    return points


def second_points():
    rng = np.random.default_rng(22)
    border = table.unique(_border_points(rng, np.float32))
    points = [border[i] for i in rng.permutation(len(border))[:60]]
    points += _quantile_points(rng, _pairs(rng, 1e-3, 1e6, 70))
    points += _quantile_points(rng, _pairs(rng, 0.03, 1e3, 90))
    return points


def float64_points():
    rng = np.random.default_rng(23)
    border = table.unique(_border_points(rng, np.float64))
    points = [border[i] for i in rng.permutation(len(border))[:140]]
    points += _quantile_points(
        rng, _pairs(rng, 1e-3, 1e6, 60, np.float64), np.float64
    )
    return [p for p in points if any(float(np.float32(v)) != v for v in p)]


METHOD = (
    "Gauss-Legendre quadrature of the definition at 100 digits"
    " (second method: differences of mpmath.betainc)"
)
INPUTS = ["concentration1", "concentration0", "logit_sample"]
GRADS = ["sample", "complement", "dy_da", "dy_db"]
TABLES = [
    table.Table(
        "beta_sample_grad.csv",
        INPUTS,
        GRADS,
        sample_points,
        sample_grad,
        verify_sample_grad,
        METHOD,
    ),
    table.Table(
        "beta_sample_grad_float64.csv",
        INPUTS,
        GRADS,
        float64_points,
        sample_grad,
        verify_sample_grad,
        METHOD,
        float32=False,
    ),
    table.Table(
        "beta_sample_second_grad.csv",
        INPUTS,
        [
            "dy_da_da",
            "dy_da_db",
            "dy_da_dy",
            "dy_db_da",
            "dy_db_db",
            "dy_db_dy",
            "d2y_da2",
            "d2y_dadb",
            "d2y_db2",
        ],
        second_points,
        second_grad,
        verify_second_grad,
        METHOD,
    ),
]

if __name__ == "__main__":
    table.run(__file__, TABLES)
