# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Coefficients of igamma_tails.h, fitted by least squares.

Takes minutes. Exact values come from the series and the continued fraction of
the incomplete gamma function in 55 digits.
"""

import fitting
import gamma
import numpy as np
from mpmath import mp, mpf


def uniform_correction(v, log_ratio):
    """S of igamma_tails.h at v = 1 / a and log(z / a) = log_ratio."""
    with mp.workdps(55):
        a = 1 / mpf(v)
        log_ratio = mpf(log_ratio)
        z = a * mp.exp(log_ratio)
        d = z - a - a * log_ratio
        y = mp.sqrt(abs(d)) * mp.sign(log_ratio)
        # z^a e^-z / Gamma(a + 1), times e^d.
        scale = mp.exp(a * mp.log(a) - a - mp.loggamma(a + 1))
        if z < a + 5 * mp.sqrt(a):
            total, term, b = mpf(1), mpf(1), a + 1
            while term > mpf(10) ** -50 * total:
                term *= z / b
                total += term
                b += 1
            s = mp.exp(d) * mp.erfc(-y) / 2 - scale * total
        else:
            fraction = gamma.upper_fraction(a, z)
            s = scale * a * fraction - mp.exp(d) * mp.erfc(y) / 2
        return gamma.to_longdouble(s * mp.sqrt(2 * mp.pi * a))


def _weight(v, log_ratio):
    """What an error of S of 1 does to the lesser tail, relatively."""
    with mp.workdps(30):
        a = 1 / mpf(v)
        log_ratio = mpf(log_ratio)
        y = mp.sqrt(abs(a * (mp.expm1(log_ratio) - log_ratio)))
        # The tail times e^(y^2) is at least about half of this.
        normal = mp.exp(y * y) * mp.erfc(y) / 2
        far = 1 / abs(mp.expm1(log_ratio)) if log_ratio else mp.inf
        tail = min(normal, far / mp.sqrt(2 * mp.pi * a))
        return float(1 / (mp.sqrt(2 * mp.pi * a) * tail))


def fit_correction(
    header, name, ctype, alphas, span_of_l, degrees, v_map=(0, 1)
):
    """Fits S, for the relative error of the lesser tail.

    Args:
        header: where the table goes.
        name: of the table.
        ctype: float or double.
        alphas: the least and the largest a.
        span_of_l: the least and the largest l.
        degrees: in l, per power of v.
        v_map: the polynomial is one in v_map[0] + v_map[1] v.
    """
    gamma.fit_bivariate(
        header,
        name,
        ctype,
        alphas,
        span_of_l,
        degrees,
        v_map,
        uniform_correction,
        lambda v, logs, values: np.array(
            [_weight(*point) for point in zip(v, logs, strict=True)]
        ),
        "S(l, v)",
        "Relative error of the tail",
    )


def _log_gamma_over_a(t):
    a = (t + 1) / 2
    if abs(a) < mpf(10) ** -25:
        return -mp.euler + a * mp.zeta(2) / 2
    return mp.loggamma(1 + a) / a


def main():
    """Writes the header."""
    header = fitting.Header(__file__, "igamma")
    for name, ctype, degree in [
        ("kLogGammaOverFloat", "float", 11),
        ("kLogGammaOverDouble", "double", 21),
    ]:
        coefficients, error = fitting.chebyshev(
            _log_gamma_over_a, [-1, 1], degree
        )
        header.table(
            name,
            coefficients,
            ctype,
            "log Gamma(1 + a) / a in powers of 2 a - 1, 0 <= a <= 1. Error: "
            f"{error:.1e}.",
        )
    fit_correction(
        header,
        "IgammaBulkFloat",
        "float",
        (1.98, np.inf),
        (-3.0, 2.9),
        [12, 11, 10, 8, 6, 3],
    )
    fit_correction(
        header,
        "IgammaCenterDouble",
        "double",
        (63, np.inf),
        (-1.25, 0.9),
        [17, 15, 12, 9, 6, 3],
    )
    fit_correction(
        header,
        "IgammaMiddleDouble",
        "double",
        (3.96, 8.1),
        (-1.7, 1.3),
        [19, 18, 17, 15, 13, 11, 9, 7, 5, 2],
        (-3, 16),
    )
    fit_correction(
        header,
        "IgammaBulkDouble",
        "double",
        (7.9, np.inf),
        (-2.5, 2.31),
        [24, 23, 21, 20, 18, 16, 13, 10, 7, 4],
    )
    header.write()


if __name__ == "__main__":
    main()
