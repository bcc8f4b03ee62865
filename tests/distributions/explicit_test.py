# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""TFP's samples that pass through have the gradient of their CDF.

For an explicit function of noise F(z(phi) | phi) is constant: q dz/dphi is
-dF/dphi, here by central differences of TFP's `cdf`, at ordinary, small and
large parameters.
"""

import numpy as np
import pytest
import tensorflow as tf

import tf_implicit as tfi
from tf_implicit.distributions import _names

# Sums and products of two noises (ExponentiallyModifiedGaussian, Horseshoe)
# have a gradient with the right mean at each z, and not that value: see below.
CASES = {
    "Cauchy": {"loc": 0.5, "scale": 1.5},
    "Exponential": {"rate": 1.5},
    "Gumbel": {"loc": 0.5, "scale": 1.5},
    "HalfCauchy": {"loc": 0.5, "scale": 1.5},
    "HalfNormal": {"scale": 1.5},
    "JohnsonSU": {"skewness": 0.3, "tailweight": 1.2, "loc": 0.5, "scale": 1.5},
    "LambertWNormal": {"loc": 0.5, "scale": 1.5, "tailweight": 0.2},
    "Laplace": {"loc": 0.5, "scale": 1.5},
    "LogLogistic": {"loc": 0.5, "scale": 0.7},
    "LogNormal": {"loc": 0.5, "scale": 0.7},
    "Logistic": {"loc": 0.5, "scale": 1.5},
    "Moyal": {"loc": 0.5, "scale": 1.5},
    "Pareto": {"concentration": 2.5, "scale": 1.5},
    "SinhArcsinh": {"loc": 0.5, "scale": 1.5, "skewness": 0.3},
    "Triangular": {"low": 0.5, "high": 3.5, "peak": 1.5},
    "TwoPieceNormal": {"loc": 0.5, "scale": 1.5, "skewness": 0.7},
    "Uniform": {"low": 0.5, "high": 1.5},
    "Weibull": {"concentration": 1.5, "scale": 2.5},
}


# Held against closed forms below.
OTHERS = (
    "DoublesidedMaxwell",
    "Horseshoe",
)

# Those whose parameters of these names are in units of the sample.
_PLACES = ("loc", "scale", "low", "high", "peak")
_OF_LOGARITHMS = ("LogLogistic", "LogNormal")
_EXTREMES = {
    "Exponential": [{"rate": 1e-3}, {"rate": 1e3}],
    "JohnsonSU": [{"tailweight": 0.2}, {"tailweight": 20.0, "skewness": -5.0}],
    "LambertWNormal": [{"tailweight": 1e-3}, {"tailweight": 2.0}],
    "LogLogistic": [{"scale": 0.01}, {"scale": 20.0, "loc": -5.0}],
    "LogNormal": [{"scale": 0.01}, {"scale": 20.0, "loc": -5.0}],
    "Pareto": [{"concentration": 0.05}, {"concentration": 20.0}],
    "SinhArcsinh": [{"skewness": -5.0}, {"skewness": 5.0}],
    "Triangular": [{"peak": 0.5 + 1e-3}, {"peak": 3.5 - 1e-3}],
    "TwoPieceNormal": [{"skewness": 0.05}, {"skewness": 20.0}],
    "Weibull": [{"concentration": 0.05}, {"concentration": 20.0}],
}


def _settings():
    """Ordinary parameters, samples in other units, extreme shapes."""
    for name, ordinary in CASES.items():
        yield name, ordinary
        for unit in (1e-3, 1e3):
            places = {k: unit * ordinary[k] for k in _PLACES if k in ordinary}
            if places and name not in _OF_LOGARITHMS:
                yield name, ordinary | places
        for change in _EXTREMES.get(name, []):
            yield name, ordinary | change


@pytest.mark.parametrize(
    ("name", "values"), _settings(), ids=lambda x: str(x).replace(" ", "")
)
def test_gradient_is_that_of_the_cdf(name, values):
    assert name in _names.EXPLICIT
    make = getattr(tfi.distributions, name)
    parameters = {
        k: tf.fill([50], tf.constant(v, tf.float64)) for k, v in values.items()
    }
    with tf.GradientTape() as tape:
        tape.watch(parameters)
        z = make(**parameters).sample(seed=[1, 2])
    gradients = tape.gradient(z, parameters)
    density = make(**parameters).prob(z)
    step = 1e-5
    for k, gradient in gradients.items():
        above, below = (
            make(**{**parameters, k: parameters[k] * (1 + h)}).cdf(z)
            for h in (step, -step)
        )
        np.testing.assert_allclose(
            density * gradient * values[k],
            -(above - below) / (2 * step),
            rtol=1e-6,
            atol=1e-8,
            err_msg=k,
        )


def test_doublesided_maxwell():
    # Its sampler raises for float64: TFP 0.25 mixes it with float32.
    loc, scale = tf.fill([50], 0.5), tf.fill([50], 1.5)
    with tf.GradientTape() as tape:
        tape.watch([loc, scale])
        z = tfi.distributions.DoublesidedMaxwell(loc, scale).sample(seed=[1, 2])
    d_loc, d_scale = tape.gradient(z, [loc, scale])
    np.testing.assert_array_equal(d_loc, 1)
    np.testing.assert_allclose(d_scale, (z - loc) / scale, rtol=1e-5)


def test_triangular_at_its_edges():
    # With the peak at `low`, everywhere
    # 1 - F = (high - z)^2 / ((high - low) (high - peak)); the mirror image with
    # the peak at `high`.
    low, high = (tf.fill([50], tf.constant(x, tf.float64)) for x in (0.5, 3.5))
    for edge in (low, high):
        parameters = [tf.identity(x) for x in (low, high, edge)]
        with tf.GradientTape() as tape:
            tape.watch(parameters)
            z = tfi.distributions.Triangular(*parameters).sample(seed=[1, 2])
        got = tape.gradient(z, parameters)
        share = (high - z if edge is low else z - low) / 3
        far, near = (1, 0) if edge is low else (0, 1)
        np.testing.assert_allclose(got[far], 1 - share, rtol=1e-12)
        np.testing.assert_allclose(got[near], share / 2, rtol=1e-12)
        np.testing.assert_allclose(got[2], share / 2, rtol=1e-12)


def test_horseshoe():
    scale = tf.fill([50], tf.constant(2.5, tf.float64))
    with tf.GradientTape() as tape:
        tape.watch(scale)
        z = tfi.distributions.Horseshoe(scale).sample(seed=[1, 2])
    np.testing.assert_allclose(tape.gradient(z, scale), z / 2.5, rtol=1e-14)


@pytest.mark.parametrize("values", [(0.5, 1.5, 2.0), (0.0, 10.0, 0.01)])
def test_exponentially_modified_gaussian(values):
    # E z = loc + 1 / rate; E z^2 = (E z)^2 + scale^2 + 1 / rate^2.
    loc, scale, rate = values
    size = 50000
    parameters = [tf.fill([size], tf.constant(x, tf.float64)) for x in values]
    with tf.GradientTape() as tape:
        tape.watch(parameters)
        z = tfi.distributions.ExponentiallyModifiedGaussian(*parameters).sample(
            seed=[1, 2]
        )
    mean = loc + 1 / rate
    first = 1.0, 0.0, -1 / rate**2
    second = 2 * mean, 2 * scale, -2 * mean / rate**2 - 2 / rate**3
    gradients = tape.gradient(z, parameters)
    for g, a, b in zip(gradients, first, second, strict=True):
        for flow, want in ((g, a), (2 * z * g, b)):
            error = np.std(flow) / np.sqrt(size)
            # Once in 5e8.
            assert abs(np.mean(flow) - want) <= 6 * error + 1e-12
