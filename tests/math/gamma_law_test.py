# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Densities, divergences and entropies of the Gamma family as TensorFlow ops.

The C++ tests measure the kernels on every instruction set; these check what the
ops deliver, the derivatives among it.
"""

import numpy as np
import pytest
import tensorflow as tf

import tf_implicit as tfi
from tests.reference import reference

# Function, table, arguments, output, derivatives, scales of the derivatives
# ("": the derivative itself).
_DIVERGENCE = ("da1", "db1", "da2", "db2")
_CASES = {
    "gamma_divergence": (
        tfi.math.gamma_divergence,
        ("a1", "b1", "a2", "b2"),
        ("divergence", ""),
        _DIVERGENCE,
        ("scale_da1", "", "scale_da2", ""),
    ),
    "gamma_log_rate_divergence": (
        lambda *x: tfi.math.gamma_divergence(*x, log_rates=True),
        ("a1", "b1", "a2", "b2"),
        ("divergence", ""),
        _DIVERGENCE,
        ("scale_da1", "scale_db", "scale_da2", "scale_db"),
    ),
    "gamma_log_prob": (
        tfi.math.gamma_log_prob,
        ("a", "b", "z"),
        ("log_prob", "scale"),
        ("da", "db", "dz"),
        ("scale_da", "", "scale_dz"),
    ),
    "inverse_gamma_log_prob": (
        tfi.math.inverse_gamma_log_prob,
        ("a", "b", "z"),
        ("log_prob", "scale"),
        ("da", "db", "dz"),
        ("scale_da", "", "scale_dz"),
    ),
    "exp_gamma_log_prob": (
        lambda *x: tfi.math.exp_gamma_log_prob(*x, log_rate=True),
        ("a", "b", "z"),
        ("log_prob", "scale"),
        ("da", "db", "dz"),
        ("scale_da", "scale_dz", "scale_dz"),
    ),
    "chi_log_prob": (
        tfi.math.chi_log_prob,
        ("df", "x"),
        ("log_prob", "scale"),
        ("ddf", "dx"),
        ("scale_ddf", "scale_dx"),
    ),
    "polygamma": (
        tfi.math.lgamma,
        ("x",),
        ("lgamma", ""),
        ("digamma",),
        ("",),
    ),
}


def _error(got, table, output, scale, dtype):
    truth = table[output]
    size = np.abs(table[scale] if scale else truth)
    representable = (np.abs(truth) < np.finfo(dtype).max) & (
        size > np.finfo(dtype).tiny
    )
    error = np.abs(np.float64(got) - truth)[representable]
    return np.max(error / size[representable]) / np.finfo(dtype).eps


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", _CASES)
def test_matches_reference(name, dtype):
    function, inputs, (value, scale), slopes, scales = _CASES[name]
    table = reference.load(name)
    arguments = [tf.constant(table[k], dtype) for k in inputs]
    with tf.GradientTape() as tape:
        tape.watch(arguments)
        y = function(*arguments)
    gradients = tape.gradient(y, arguments)
    assert _error(y, table, value, scale, dtype) <= 10
    for got, slope, size in zip(gradients, slopes, scales, strict=True):
        assert _error(got, table, slope, size, dtype) <= 4, slope


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_entropies_match_reference(dtype):
    table = reference.load("gamma_entropy")
    a, b = (tf.constant(table[k], dtype) for k in ("a", "b"))
    for name, function in {
        "gamma": lambda: tfi.math.gamma_entropy(a, b),
        "log": lambda: tfi.math.exp_gamma_entropy(a),
        "inverse": lambda: tfi.math.inverse_gamma_entropy(a, b),
    }.items():
        with tf.GradientTape() as tape:
            tape.watch(a)
            y = function()
        assert _error(y, table, name, "scale", dtype) <= 8
        slope = tape.gradient(y, a)
        assert _error(slope, table, f"{name}_da", "", dtype) <= 4


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_polygamma_matches_reference(dtype):
    table = reference.load("polygamma")
    x = tf.constant(table["x"], dtype)
    for order, name in enumerate(("digamma", "trigamma", "tetragamma")):
        y = tfi.math.polygamma(order, x)
        assert _error(y, table, name, "", dtype) <= 4


def test_polygamma_refuses_other_orders():
    for order in (-1, 3, 0.5, tf.constant(1.0)):
        with pytest.raises(ValueError, match="`a` must be one of the numbers"):
            tfi.math.polygamma(order, 1.0)


# The textbook formulas, which TensorFlow differentiates to any order.
_TEXTBOOK = {
    "gamma_divergence": (
        tfi.math.gamma_divergence,
        lambda x, b, y, c: (
            tf.math.lgamma(y)
            - tf.math.lgamma(x)
            + (x - y) * tf.math.digamma(x)
            + y * tf.math.log(b / c)
            + x * (c / b - 1)
        ),
        (1.3, 0.7, 2.9, 1.9),
    ),
    "gamma_divergence of log rates": (
        lambda *x: tfi.math.gamma_divergence(*x, log_rates=True),
        lambda x, b, y, c: (
            tf.math.lgamma(y)
            - tf.math.lgamma(x)
            + (x - y) * tf.math.digamma(x)
            + y * (b - c)
            + x * (tf.exp(c - b) - 1)
        ),
        (1.3, 0.7, 2.9, 1.9),
    ),
    "gamma_log_prob": (
        tfi.math.gamma_log_prob,
        lambda a, b, z: (
            a * tf.math.log(b)
            + (a - 1) * tf.math.log(z)
            - b * z
            - tf.math.lgamma(a)
        ),
        (1.3, 0.7, 2.9),
    ),
    "gamma_log_prob of a log rate": (
        lambda *x: tfi.math.gamma_log_prob(*x, log_rate=True),
        lambda a, b, z: (
            a * b + (a - 1) * tf.math.log(z) - tf.exp(b) * z - tf.math.lgamma(a)
        ),
        (1.3, 0.7, 2.9),
    ),
    "exp_gamma_log_prob": (
        tfi.math.exp_gamma_log_prob,
        lambda a, b, z: (
            a * (tf.math.log(b) + z) - b * tf.exp(z) - tf.math.lgamma(a)
        ),
        (1.3, 0.7, -0.4),
    ),
    "exp_gamma_log_prob of a log rate": (
        lambda *x: tfi.math.exp_gamma_log_prob(*x, log_rate=True),
        lambda a, b, z: a * (b + z) - tf.exp(b + z) - tf.math.lgamma(a),
        (1.3, 0.7, -0.4),
    ),
    "inverse_gamma_log_prob": (
        tfi.math.inverse_gamma_log_prob,
        lambda a, b, z: (
            a * tf.math.log(b)
            - (a + 1) * tf.math.log(z)
            - b / z
            - tf.math.lgamma(a)
        ),
        (1.3, 0.7, 2.9),
    ),
    "chi_log_prob": (
        tfi.math.chi_log_prob,
        lambda df, x: (
            (df - 1) * tf.math.log(x)
            - x * x / 2
            - (df / 2 - 1) * tf.math.log(tf.constant(2, x.dtype))
            - tf.math.lgamma(df / 2)
        ),
        (1.3, 0.7),
    ),
    "gamma_entropy": (
        tfi.math.gamma_entropy,
        lambda a, b: (
            a
            - tf.math.log(b)
            + tf.math.lgamma(a)
            + (1 - a) * tf.math.digamma(a)
        ),
        (1.3, 0.7),
    ),
    "exp_gamma_entropy": (
        tfi.math.exp_gamma_entropy,
        lambda a: a + tf.math.lgamma(a) - a * tf.math.digamma(a),
        (1.3,),
    ),
    "inverse_gamma_entropy": (
        tfi.math.inverse_gamma_entropy,
        lambda a, b: (
            a
            + tf.math.log(b)
            + tf.math.lgamma(a)
            - (1 + a) * tf.math.digamma(a)
        ),
        (1.3, 0.7),
    ),
    "chi2_log_prob": (
        tfi.math.chi2_log_prob,
        lambda df, x: (
            (df / 2 - 1) * tf.math.log(x)
            - x / 2
            - df / 2 * tf.math.log(tf.constant(2, df.dtype))
            - tf.math.lgamma(df / 2)
        ),
        (1.3, 0.7),
    ),
    "lgamma": (tfi.math.lgamma, tf.math.lgamma, (1.3,)),
}


@pytest.mark.parametrize("graph", [False, True])
@pytest.mark.parametrize("name", _TEXTBOOK)
def test_two_orders_are_those_of_the_textbook(name, graph):
    ours, textbook, point = _TEXTBOOK[name]
    x = tf.constant([point, [1.1 * p for p in point]], tf.float64)

    def derivatives(function):
        with tf.GradientTape(persistent=True) as outer:
            outer.watch(x)
            with tf.GradientTape() as tape:
                tape.watch(x)
                y = function(*tf.unstack(x, axis=1))
            gradient = tape.gradient(y, x)
            columns = tf.unstack(gradient, axis=1)
        return y, gradient, *(outer.gradient(c, x) for c in columns)

    got = (tf.function(derivatives) if graph else derivatives)(ours)
    for g, w in zip(got, derivatives(textbook), strict=True):
        np.testing.assert_allclose(g, w, rtol=1e-11, atol=1e-12)


def test_gradient_with_the_tape_outside_of_vectorized_map():
    x = tf.constant([0.3, 1.0, 2.5])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.vectorized_map(
            lambda x: (
                tfi.math.gamma_log_prob(x, 2.0, 0.7)
                + tfi.math.gamma_divergence(x, 1.0, 2.0, 3.0)
            ),
            x,
        )
    with tf.GradientTape() as direct:
        direct.watch(x)
        z = tfi.math.gamma_log_prob(x, 2.0, 0.7)
        z += tfi.math.gamma_divergence(x, 1.0, 2.0, 3.0)
    np.testing.assert_array_equal(tape.gradient(y, x), direct.gradient(z, x))


def test_what_a_loss_leaves_out_has_no_gradient():
    # The density at 0 and its slopes are infinite there.
    x = tf.constant([0.0, 1.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tfi.math.gamma_log_prob(0.5, 1.0, x)
        loss = tf.reduce_sum(tf.where(x > 0, y, 0.0))
    np.testing.assert_allclose(tape.gradient(loss, x), [0.0, -1.5])


def test_chi2_is_a_gamma_law():
    df = tf.constant([0.7, 2.0, 9.0])
    np.testing.assert_array_equal(
        tfi.math.chi2_log_prob(df, 1.7),
        tfi.math.gamma_log_prob(df / 2, 0.5, 1.7),
    )
    np.testing.assert_array_equal(
        tfi.math.chi2_divergence(df, 3.0),
        tfi.math.gamma_divergence(df / 2, 0.5, 1.5, 0.5),
    )
    np.testing.assert_array_equal(
        tfi.math.chi2_entropy(df), tfi.math.gamma_entropy(df / 2, 0.5)
    )


@pytest.mark.parametrize("dtype", [tf.float32, tf.float64])
def test_fisher_information(dtype):
    # Minus the expected Hessian of the log density, which for this family does
    # not depend on the sample.
    a = tf.constant([1e-4, 0.7, 1.0, 30.0, 1e7], tf.float64)
    b = tf.constant([2.0, 0.5, 3.0, 1.7, 1e3], tf.float64)
    eps = dtype.as_numpy_dtype(0) + np.finfo(dtype.as_numpy_dtype).eps
    matrix = tfi.math.gamma_fisher_information(
        tf.cast(a, dtype), tf.cast(b, dtype)
    )
    a, b = tf.cast(tf.cast(a, dtype), tf.float64), tf.cast(b, tf.float64)
    trigamma = tfi.math.polygamma(1, a)
    want = np.array([[trigamma, -1 / b], [-1 / b, a / b**2]])
    np.testing.assert_allclose(matrix, np.moveaxis(want, -1, 0), rtol=6 * eps)
    inverse = tfi.math.gamma_fisher_information(
        tf.cast(a, dtype), tf.cast(b, dtype), inverse=True
    )
    with tf.GradientTape() as tape:
        tape.watch(a)
        entropy = tfi.math.exp_gamma_entropy(a)
    determinant = -tape.gradient(entropy, a)  # a trigamma - 1
    want = np.array([[a, b], [b, b * b * trigamma]]) / determinant
    np.testing.assert_allclose(inverse, np.moveaxis(want, -1, 0), rtol=6 * eps)
    # Small enough for numbers to say that one is the inverse of the other.
    np.testing.assert_allclose(
        np.linalg.inv(np.float64(matrix[:4])), inverse[:4], rtol=1e4 * eps
    )


def test_fisher_information_broadcasts_and_refuses():
    assert tfi.math.gamma_fisher_information(
        tf.ones([3, 1]), tf.ones([4])
    ).shape == (3, 4, 2, 2)
    for point in ((-1.0, 1.0), (1.0, -1.0), (0.0, 1.0)):
        for inverse in (False, True):
            matrix = tfi.math.gamma_fisher_information(*point, inverse=inverse)
            assert np.isnan(matrix[1, 1]), point
    half = tfi.math.gamma_fisher_information(
        tf.constant(2.0, tf.float16), tf.constant(1e3, tf.float16)
    )
    assert half.dtype == tf.float16
    np.testing.assert_allclose(half[0, 0], np.pi**2 / 6 - 1, rtol=1e-3)


def test_fisher_information_is_differentiable():
    for inverse in (False, True):

        def total(a, b, inverse=inverse):
            return tfi.math.gamma_fisher_information(a, b, inverse=inverse)

        theoretical, numerical = tf.test.compute_gradient(
            total,
            [tf.constant(1.3, tf.float64), tf.constant(0.7, tf.float64)],
            delta=1e-5,
        )
        for t, n in zip(theoretical, numerical, strict=True):
            np.testing.assert_allclose(t, n, rtol=1e-6)
