# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""True values of the derivatives of Gamma and von Mises samples, by mpmath.

dz/dphi = -(dF(z|phi)/dphi) / q(z|phi) is the integral of the score over one
tail, divided by the density at z (the score's mean is 0, so that either tail
will do up to the sign):

    Gamma      dz/dalpha = -integral_0^z (log t - psi(alpha)) q(t)/q(z) dt
    von Mises  dz/dkappa = integral_z^pi (cos t - A) q(t)/q(z) dt,
               A = I_1(kappa)/I_0(kappa), 0 <= z <= pi; odd in z.

The integrals are done by the trapezoidal rule after a change of variable that
makes the integrand vanish doubly exponentially at both ends (Takahasi and Mori
1974), on the side where the integrand keeps its sign. So nothing cancels, and
the same few lines hold over the whole domain, where the series of the paper
(equations 15 and 16) take thousands of digits: at alpha = 1e3, the terms of
the hypergeometric series in (15) reach e**1000 times its sum. The steps were
chosen so that a finer one changes no value by more than 1e-17 of itself
(tests/experiments/accuracy_test.py).
"""

import functools
import hashlib
import pathlib

import mpmath
import numpy as np

__all__ = ["cached", "gamma", "von_mises"]

# Ten of the digits are for alpha and kappa up to 1e10, where the exponent is
# the small difference of terms of that size.
_DIGITS = 36
_GAMMA_STEP = 1 / 12
_VON_MISES_STEP = 1 / 16
# exp(-75) is 1e-33: what is left out of an integral.
_NEGLIGIBLE = 75


@functools.cache
def _half_line(step: float) -> list[tuple[mpmath.mpf, mpmath.mpf]]:
    """Returns nodes s and weights for the integral over s > 0.

    s = exp(u - exp(-u)), ds = s (1 + exp(-u)) du. At the first node, s is
    1e-27; the last ones are for the caller to leave out.
    """
    nodes = []
    with mpmath.workdps(_DIGITS):
        for i in range(round(-4.1 / step), round(60 / step)):
            u = mpmath.mpf(i) * step
            s = mpmath.exp(u - mpmath.exp(-u))
            nodes.append((s, s * (1 + mpmath.exp(-u)) * step))
    return nodes


@functools.cache
def _unit_interval(step: float) -> list[tuple[mpmath.mpf, mpmath.mpf]]:
    """Returns nodes x and weights for the integral over 0 < x < 1.

    x = 1 / (1 + exp(-pi sinh(u))); the weight at the ends is 1e-27.
    """
    nodes = []
    with mpmath.workdps(_DIGITS):
        for i in range(round(-3.7 / step), round(3.7 / step) + 1):
            u = mpmath.mpf(i) * step
            x = 1 / (1 + mpmath.exp(-mpmath.pi * mpmath.sinh(u)))
            dx = mpmath.pi * mpmath.cosh(u) * x * (1 - x)
            nodes.append((x, dx * step))
    return nodes


def gamma(alpha: float, sample: float, step: float = _GAMMA_STEP) -> mpmath.mpf:
    """Returns dz/dalpha at z = sample for z ~ Gamma(alpha, 1).

    Args:
        alpha: Concentration in [1e-6, 1e10], taken as exact.
        sample: Positive, likewise.
        step: Step of the trapezoidal rule.
    """
    with mpmath.workdps(_DIGITS):
        a, z = mpmath.mpf(alpha), mpmath.mpf(sample)
        psi = mpmath.digamma(a)
        score = mpmath.log(z) - psi
        total = mpmath.mpf(0)
        if score < 0 or z < 0.1:
            # t = z exp(-s). Where z < 0.1, the other tail, in which t spans
            # many orders of magnitude, would need a far smaller step; here up
            # to alpha digits cancel.
            scale = min(1, 1 / (max(a - z, 0) + mpmath.sqrt(z)))
            for node, weight in _half_line(step):
                s = node * scale
                exponent = a * s + z * mpmath.expm1(-s)
                if exponent > _NEGLIGIBLE:
                    break
                total += weight * (s - score) * mpmath.exp(-exponent)
            return +(total * scale * z)
        # t = z + v.
        slope = max(1 - (a - 1) / z, 0)
        scale = min(z, 1 / (slope + mpmath.sqrt(abs(a - 1)) / z))
        for node, weight in _half_line(step):
            v = node * scale
            log_ratio = mpmath.log1p(v / z)
            exponent = v - (a - 1) * log_ratio
            if exponent > _NEGLIGIBLE:
                break
            total += weight * (log_ratio + score) * mpmath.exp(-exponent)
        return +(total * scale)


def von_mises(
    concentration: float, sample: float, step: float = _VON_MISES_STEP
) -> mpmath.mpf:
    """Returns dz/dkappa at z = sample for z ~ vonMises(0, kappa).

    Args:
        concentration: kappa in [0, 1e10], taken as exact.
        sample: In [-pi, pi], likewise.
        step: Step of the trapezoidal rule.
    """
    with mpmath.workdps(_DIGITS):
        kappa, z = mpmath.mpf(concentration), abs(mpmath.mpf(sample))
        # 1 - A, and 1 - cos t by the half angle: both are tiny at large kappa.
        rest = 1 - mpmath.besseli(1, kappa) / mpmath.besseli(0, kappa)
        versine = 2 * mpmath.sin(z / 2) ** 2
        if versine < rest:
            start, end, sign = mpmath.mpf(0), z, -1
        else:
            start, end, sign = z, mpmath.pi, 1
            if kappa > 0:
                reach = (versine + _NEGLIGIBLE / kappa) / 2
                if reach < 1:
                    end = 2 * mpmath.asin(mpmath.sqrt(reach))
        total = mpmath.mpf(0)
        for node, weight in _unit_interval(step):
            t = start + (end - start) * node
            # cos t - cos z
            growth = -2 * mpmath.sin((t + z) / 2) * mpmath.sin((t - z) / 2)
            score = rest - 2 * mpmath.sin(t / 2) ** 2
            total += weight * score * mpmath.exp(kappa * growth)
        total *= (end - start) * sign
        return +(total if sample > 0 else -total)


_FAMILIES = {"gamma": gamma, "von_mises": von_mises}


def cached(
    family: str,
    parameters: np.ndarray,
    samples: np.ndarray,
    folder: pathlib.Path,
) -> np.ndarray:
    """Returns the true derivatives, from the folder if they are there.

    Args:
        family: "gamma" or "von_mises".
        parameters: `[n]`, the concentrations.
        samples: `[n]`, of the same dtype; a Gamma sample is positive.
        folder: Where the values are kept; it may be deleted at any time.

    Returns:
        float64 `[2, n]`: the values rounded, and what the rounding left out,
        so that a float64 error below the last place can be measured.
    """
    # The arrays' bytes are the key: other samples make another file.
    content = hashlib.sha256(parameters.tobytes() + samples.tobytes())
    name = f"{family}_{samples.dtype}_{content.hexdigest()[:16]}.npz"
    path = folder / name
    if path.exists():
        with np.load(path) as stored:
            return stored["truth"]
    function = _FAMILIES[family]
    truth = np.empty([2, samples.size])
    for i, (parameter, sample) in enumerate(
        zip(parameters.tolist(), samples.tolist(), strict=True)
    ):
        value = function(parameter, sample)
        with mpmath.workdps(_DIGITS):
            truth[0, i] = float(value)
            truth[1, i] = float(value - mpmath.mpf(truth[0, i]))
    folder.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part.npz")
    np.savez(part, parameters=parameters, samples=samples, truth=truth)
    part.replace(path)
    return truth
