# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Objectives at extreme parameters: finite, with finite gradients.

Samples that underflow or overflow must leave a density at them and a derivative
through them: E log q(z) is in every variational objective.
"""

import functools
import itertools

import numpy as np
import pytest
import tensorflow as tf

import tf_implicit as tfi

_SHAPES, _SCALES = [1e-3, 0.3, 30.0], [1e-4, 1.0, 1e4]
_DF = [1e-2, 1.0, 1e6]

# Values of each parameter, of which every combination is tried.
_FAMILIES = {
    "BetaQuotient": {
        "concentration1_numerator": _SHAPES,
        "concentration0_numerator": [1e-3, 0.3, 5.0],
        "concentration1_denominator": [1e-2, 5.0],
        "concentration0_denominator": [1e-3, 0.1, 5.0],
    },
    "Beta": {"concentration1": _SHAPES, "concentration0": _SHAPES},
    "Chi": {"df": [1e-3, 0.1, 5.0]},
    "Chi2": {"df": [1e-3, 0.1, 5.0]},
    "ExpGamma": {"concentration": _SHAPES, "rate": _SCALES},
    "ExpInverseGamma": {"concentration": _SHAPES, "scale": _SCALES},
    "ExponentiallyModifiedGaussian": {
        "loc": [0.0],
        "scale": _SCALES,
        "rate": _SCALES,
    },
    "Gamma": {"concentration": _SHAPES, "rate": _SCALES},
    "GammaGamma": {
        "concentration": _SHAPES,
        "mixing_concentration": _SHAPES,
        "mixing_rate": _SCALES,
    },
    "GeneralizedExtremeValue": {
        "loc": [0.0, 1e3],
        "scale": _SCALES,
        "concentration": [-20.0, -5.0, -0.5, 0.0, 5.0, 50.0],
    },
    "GeneralizedGamma": {
        "concentration": [*_SHAPES, 1e6],
        "scale": [1e-30, *_SCALES, 1e30],
        "power": [0.01, 1.0, 1e3],
    },
    "GeneralizedInverseGaussian": {
        "order": [-50.0, 0.0, 0.5],
        "chi": [1e-20, 1.0, 1e4],
        "psi": [1e-20, 1.0, 1e4],
    },
    "GeneralizedNormal": {
        "loc": [0.0],
        "scale": [1e-30, *_SCALES, 1e30],
        "power": [0.01, 1.0, 1e4],
    },
    "GeneralizedPareto": {
        "loc": [0.0, 1e3],
        "scale": _SCALES,
        "concentration": [-20.0, -5.0, -0.5, 0.0, 5.0, 50.0],
    },
    "HalfStudentT": {"df": _DF, "loc": [0.0], "scale": _SCALES},
    "InverseGamma": {"concentration": _SHAPES, "scale": _SCALES},
    "InverseGaussian": {"loc": _SCALES, "concentration": _SCALES},
    "Kumaraswamy": {"concentration1": _SHAPES, "concentration0": _SHAPES},
    "LogitNormal": {"loc": [-50.0, 0.0, 20.0], "scale": [0.01, 1.0, 50.0]},
    "NoncentralChi2": {
        "df": [1e-2, 1.0, 30.0],
        "noncentrality": [0.0, 1e-3, 1.0, 1e3],
    },
    "NoncentralStudentT": {
        "df": [0.1, 3.0, 1e4],
        "noncentrality": [0.0, 2.0],
        "loc": [0.0],
        "scale": [1.0],
    },
    "NormalInverseGaussian": {
        "loc": [0.0],
        "scale": [1e-3, 1.0, 1e3],
        "tailweight": [1e-2, 1.0, 1e3],
        "skewness": [0.0, 5e-3],
    },
    "PERT": {
        "low": [0.0],
        "peak": [1e-3, 0.5, 1.0],
        "high": [1.0, 1e38],
        "temperature": [0.1, 4.0, 1e3],
    },
    "Rice": {"noncentrality": [0.0, 1.0, 1e3], "scale": _SCALES},
    "SigmoidBeta": {"concentration1": _SHAPES, "concentration0": _SHAPES},
    "SkewNormal": {
        "loc": [0.0],
        "scale": _SCALES,
        "skewness": [-1e3, 0.0, 3.0],
    },
    "StudentT": {"df": _DF, "loc": [0.0, 1e4], "scale": _SCALES},
    "TruncatedCauchy": {
        "loc": [0.0],
        "scale": [1e-3, 1.0, 1e3],
        "low": [-1.0, 5.0],
        "high": [6.0, 1e3],
    },
    "TruncatedNormal": {
        "loc": [0.0],
        "scale": [1e-3, 1.0, 1e3],
        "low": [-1.0, 5.0],
        "high": [6.0, 1e3],
    },
    "TwoPieceStudentT": {
        "df": _DF,
        "loc": [0.0],
        "scale": _SCALES,
        "skewness": [0.01, 1.0, 100.0],
    },
    "VonMises": {"loc": [0.0, 3.0], "concentration": [0.0, 1e-3, 1e6]},
}


_DTYPES = pytest.mark.parametrize("dtype", [tf.float32, tf.float64])


@_DTYPES
@pytest.mark.parametrize("name", _FAMILIES)
def test_mean_log_density_and_its_gradients(name, dtype):
    _check(getattr(tfi.distributions, name), _FAMILIES[name], dtype)


def _check(make, grid, dtype):
    names, values = zip(*grid.items(), strict=True)
    settings = np.array(list(itertools.product(*values)))
    parameters = {
        key: tf.constant(column, dtype)
        for key, column in zip(names, settings.T, strict=True)
    }
    with tf.GradientTape() as tape:
        tape.watch(parameters)
        distribution = make(**parameters)
        z = distribution.sample(300, seed=[1, 2])
        log_prob = distribution.log_prob(z)
        mean = tf.reduce_mean(log_prob, axis=0)
    found = {"sample": z, "log_prob": log_prob}
    found |= tape.gradient(mean, parameters)
    for key, value in found.items():
        shape = [-1, len(settings), *distribution.event_shape]
        value = np.reshape(value, shape if key == "sample" else shape[:2])
        finite = np.isfinite(value).all(axis=(0, *range(2, value.ndim)))
        bad = settings[~finite]
        assert not bad.size, f"{key} is not finite at {names} = {bad}"


def _triangle(size, scale):
    """Triangular matrices, one for each scale."""
    whole = tf.linalg.cholesky(tf.eye(size, dtype=scale.dtype) + 1)
    return scale[..., tf.newaxis, tf.newaxis] * whole


def _operator(size, scale):
    return tf.linalg.LinearOperatorLowerTriangular(_triangle(size, scale))


def _student_t(df, scale):
    return tfi.distributions.MultivariateStudentTLinearOperator(
        df, tf.zeros([4], df.dtype), _operator(4, scale)
    )


def _student_t_of_diagonal(df, scale):
    diagonal = scale[:, tf.newaxis] * tf.ones([4], df.dtype)
    return tfi.distributions.MultivariateStudentTLinearOperator(
        df, tf.zeros([4], df.dtype), tf.linalg.LinearOperatorDiag(diagonal)
    )


def _matrix_t(df, row, column):
    return tfi.distributions.MatrixTLinearOperator(
        df, tf.zeros([2, 3], df.dtype), _operator(2, row), _operator(3, column)
    )


def _around(law, concentration):
    return law(tf.constant([0.0, 0.6, 0.8], concentration.dtype), concentration)


def _wishart(law, size, df, scale):
    return law(df, _triangle(size, scale))


_CONCENTRATIONS = {"concentration": [*_SHAPES, 1e6]}

# What makes a distribution of parameters, and their values.
_MULTIVARIATE = {
    "CholeskyLKJ": (
        functools.partial(tfi.distributions.CholeskyLKJ, 4),
        _CONCENTRATIONS,
    ),
    "InverseWishart": (
        functools.partial(_wishart, tfi.distributions.InverseWishart, 3),
        {"df": [2.01, 2.3, 3.0, 1e6], "scale": _SCALES},
    ),
    "InverseWishart of 1": (
        functools.partial(_wishart, tfi.distributions.InverseWishart, 1),
        {"df": [*_DF, 0.1], "scale": [1e-8, *_SCALES]},
    ),
    "InverseWishart of 20": (
        functools.partial(_wishart, tfi.distributions.InverseWishart, 20),
        {"df": [19.01, 19.5, 20.0], "scale": [1.0]},
    ),
    "InverseWishart of 50": (
        functools.partial(_wishart, tfi.distributions.InverseWishart, 50),
        {"df": [49.1, 50.0], "scale": [1.0]},
    ),
    "LKJ": (
        functools.partial(tfi.distributions.LKJ, 4, input_output_cholesky=True),
        _CONCENTRATIONS,
    ),
    "LKJ of matrices": (
        functools.partial(tfi.distributions.LKJ, 4),
        {"concentration": [0.1, 0.5, *_CONCENTRATIONS["concentration"]]},
    ),
    "MatrixT": (_matrix_t, {"df": _DF, "row": _SCALES, "column": _SCALES}),
    "MatrixT of one scale": (
        lambda df: _matrix_t(df, tf.ones([], df.dtype), tf.ones([], df.dtype)),
        {"df": [1e-7, *_DF]},
    ),
    "MultivariateStudentT": (
        _student_t,
        {"df": [1e-7, *_DF], "scale": [*_SCALES, 1e30]},
    ),
    "MultivariateStudentT of a diagonal": (
        _student_t_of_diagonal,
        {"df": _DF, "scale": [1e-30, *_SCALES, 1e30]},
    ),
    "PowerSpherical": (
        functools.partial(_around, tfi.distributions.PowerSpherical),
        {"concentration": [0.0, *_CONCENTRATIONS["concentration"], 1e20]},
    ),
    "Wishart": (
        functools.partial(_wishart, tfi.distributions.WishartTriL, 8),
        {"df": [8.0, 8.1, 1e6], "scale": _SCALES},
    ),
    "VonMisesFisher": (
        functools.partial(_around, tfi.distributions.VonMisesFisher),
        {"concentration": [0.0, *_CONCENTRATIONS["concentration"], 1e20]},
    ),
}


@_DTYPES
@pytest.mark.parametrize("name", _MULTIVARIATE)
def test_multivariate(name, dtype):
    _check(*_MULTIVARIATE[name], dtype)


@pytest.mark.parametrize("dtype", [tf.bfloat16, tf.float32, tf.float64])
@pytest.mark.parametrize(
    "concentration",
    [[1e-3] * 3, [0.05] * 50, [1e-3, 1.0, 1e4]],
    ids=["few", "many", "mixed"],
)
def test_mean_log_density_of_sparse_dirichlet(concentration, dtype):
    # Components that are 0 or subnormal have densities and derivatives that
    # are infinite.
    concentration = tf.constant(concentration, dtype)
    with tf.GradientTape() as tape:
        tape.watch(concentration)
        distribution = tfi.distributions.Dirichlet(concentration)
        x = distribution.sample(1000, seed=[1, 2])
        log_prob = distribution.log_prob(x)
        mean = tf.reduce_mean(log_prob)
    assert np.min(x) > 0
    assert np.isfinite(log_prob).all()
    assert np.isfinite(tape.gradient(mean, concentration)).all()


@pytest.mark.parametrize("name", ["BetaQuotient", "GammaGamma", "StudentT"])
def test_bfloat16(name):
    # Its limits are not NumPy's.
    parameters = {
        key: tf.constant(values[-1], tf.bfloat16)
        for key, values in _FAMILIES[name].items()
    }
    distribution = getattr(tfi.distributions, name)(**parameters)
    z = distribution.sample(100, seed=[1, 2])
    assert z.dtype == tf.bfloat16
    assert np.isfinite(np.asarray(distribution.log_prob(z), np.float32)).all()


@pytest.mark.parametrize("name", ["HalfStudentT", "StudentT"])
def test_scale_whose_reciprocal_underflows(name):
    scale = tf.constant(2e38)
    law = getattr(tfi.distributions, name)
    np.testing.assert_allclose(
        law(3.0, 0.0, scale).log_prob(scale / 2),
        law(3.0, 0.0, 1.0).log_prob(0.5) - tf.math.log(scale),
        rtol=1e-6,
    )


@pytest.mark.parametrize(
    "make",
    [
        functools.partial(tfi.distributions.GeneralizedNormal, 0.0),
        functools.partial(tfi.distributions.GeneralizedGamma, 2.0),
    ],
    ids=["Normal", "Gamma"],
)
def test_generalized_laws_where_a_quotient_has_no_digits(make):
    # x / scale underflows and overflows; so does its derivative in the scale.
    x = tf.constant([1e-20, 1e-20, 1.0, 1e20, 1e20])
    scale = tf.constant([1e30, 1e5, 1.0, 1e-5, 1e-30])
    power = tf.constant(0.02)

    def density_and_slopes(dtype):
        inputs = [tf.cast(y, dtype) for y in (x, scale, power)]
        with tf.GradientTape() as tape:
            tape.watch(inputs)
            y = make(*inputs[1:]).log_prob(inputs[0])
        return [y, *tape.gradient(y, inputs)]

    wide = density_and_slopes(tf.float64)
    for a, b in zip(density_and_slopes(tf.float32), wide, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5)


def test_generalized_normal_at_its_ends():
    x = tf.constant([0.0, np.inf])
    parameters = [tf.constant(y) for y in (0.0, 1e-30, 0.01)]
    with tf.GradientTape() as tape:
        tape.watch([x, parameters])
        law = tfi.distributions.GeneralizedNormal(*parameters)
        y = law.log_prob(x)
    np.testing.assert_array_equal(y, [law.log_prob(0.0), -np.inf])
    of_x, (_, of_scale, _) = tape.gradient(y, [x, parameters])
    np.testing.assert_array_equal(of_x, [0.0, 0.0])
    # That of -log(scale), of both.
    np.testing.assert_allclose(of_scale, -2e30, 1e-6)


def test_pert_of_a_width_whose_reciprocal_underflows():
    def law(width):
        return tfi.distributions.PERT(0.0, width / 4, width, 0.1)

    width = tf.constant(2e38)
    np.testing.assert_allclose(
        law(width).log_prob(width / 2),
        law(1.0).log_prob(0.5) - tf.math.log(width),
        rtol=1e-6,
    )


def test_derivatives_of_pert_at_a_great_width():
    # The square of the width overflows.
    def slopes(width):
        ends = [width * tf.constant(end) for end in (0.0, 0.25, 1.0)]
        with tf.GradientTape() as tape:
            tape.watch(ends)
            law = tfi.distributions.PERT(*ends)
            log_prob = law.log_prob(width * 0.5)
        return [width * slope for slope in tape.gradient(log_prob, ends)]

    np.testing.assert_allclose(slopes(1e30), slopes(1.0), rtol=1e-5)


@pytest.mark.parametrize("name", ["HalfStudentT", "StudentT"])
def test_scale_whose_reciprocal_is_none(name):
    # And standardized samples that are no numbers either.
    scale = tf.constant([1.2e-38, 3e38], tf.float32)
    law = getattr(tfi.distributions, name)
    with tf.GradientTape() as tape:
        tape.watch(scale)
        y = law(3.0, 0.0, scale).log_prob(3e38)
    wide = law(tf.constant(3.0, tf.float64), 0.0, tf.cast(scale, tf.float64))
    np.testing.assert_allclose(
        y, wide.log_prob(tf.constant(np.float32(3e38), tf.float64)), rtol=1e-6
    )
    # (w - 1) / scale with w = 4 t^2 / (3 + t^2)
    np.testing.assert_allclose(tape.gradient(y, scale)[0], 3 / scale[0], 1e-6)
