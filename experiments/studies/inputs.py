# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Parameters and samples on which the accuracy study compares methods.

The samples are drawn by NumPy in float64 and rounded: no library that is
measured has a say in them. They stay where every library accepts them: a Gamma
sample that underflows becomes the smallest normal number, a Beta sample stays
off 0 and 1, and a von Mises sample does not leave [-pi, pi] by rounding.
"""

import numpy as np
import scipy.special

__all__ = [
    "GRIDS",
    "beta_elements",
    "decade",
    "gamma_map",
    "points",
    "shuffled",
]

# Appendix C, "Details of the comparison".
GRIDS = {
    "gamma": (1e-2, 1e-1, 1e0, 1e1, 1e2, 1e3),
    "von_mises": (1e-2, 1e-1, 1e0, 1e1),
}


def _draw(
    family: str, parameters: np.ndarray, generator: np.random.Generator
) -> np.ndarray:
    """Returns one sample for each parameter, of the parameters' dtype."""
    kind = np.finfo(parameters.dtype)
    wide = parameters.astype(np.float64)
    if family == "gamma":
        sample = generator.standard_gamma(wide).astype(parameters.dtype)
        return np.maximum(sample, kind.tiny)
    sample = generator.vonmises(0, wide).astype(parameters.dtype)
    # The largest number of the dtype that is not above pi.
    pi = parameters.dtype.type(np.pi)
    if float(pi) > np.pi:
        pi = np.nextafter(pi, parameters.dtype.type(0))
    return np.clip(sample, -pi, pi)


def points(
    family: str, dtype: str, count: int, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Returns parameters and samples: `count` of each value of the grid."""
    parameters = np.repeat(np.array(GRIDS[family], dtype), count)
    return parameters, _draw(family, parameters, np.random.default_rng(seed))


def shuffled(
    arrays: tuple[np.ndarray, ...], elements: int, seed: int
) -> tuple[np.ndarray, ...]:
    """Repeats the arrays up to `elements`, all in one random order.

    Sorted parameters would flatter a method whose branches the processor then
    predicts.
    """
    order = np.random.default_rng(seed).permutation(elements)
    return tuple(np.resize(array, elements)[order] for array in arrays)


def decade(
    family: str, exponent: int, dtype: str, elements: int, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Returns parameters, log-uniform in one decade, and their samples."""
    generator = np.random.default_rng((seed, exponent + 100))
    logarithms = exponent + generator.random(elements)
    parameters = (10**logarithms).astype(dtype)
    return parameters, _draw(family, parameters, generator)


def beta_elements(
    elements: int, seed: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Returns both concentrations, from the Gamma grid, and float64 samples."""
    generator = np.random.default_rng(seed)
    a, b = generator.choice(GRIDS["gamma"], [2, elements])
    kind = np.finfo(np.float64)
    sample = np.clip(generator.beta(a, b), kind.tiny, 1 - kind.epsneg)
    return a, b, sample


def gamma_map(
    dtype: str, steps_per_decade: int, steps_per_deviation: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Returns alpha, the quantile and the sample over the whole domain.

    Args:
        dtype: Of alpha and the sample.
        steps_per_decade: Values of alpha in each decade of [1e-6, 1e10].
        steps_per_deviation: Quantiles in each unit of x in [-7, 7]. The
            probability is Phi(x), from 1e-12 to 1 - 1e-12.

    Returns:
        Three `[alphas, quantiles]` arrays: alpha, x in float64, and the sample,
        which is 0 where it underflows.
    """
    alpha, x = np.meshgrid(
        np.logspace(-6, 10, 16 * steps_per_decade + 1).astype(dtype),
        np.linspace(-7, 7, 14 * steps_per_deviation + 1),
        indexing="ij",
    )
    wide = alpha.astype(np.float64)
    # Each tail from its own side; the sample need not be exactly at x.
    sample = np.where(
        x < 0,
        scipy.special.gammaincinv(wide, scipy.special.ndtr(x)),
        scipy.special.gammainccinv(wide, scipy.special.ndtr(-x)),
    )
    sample = sample.astype(dtype)
    sample[sample < np.finfo(dtype).tiny] = 0
    return alpha, x, sample
