# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Log densities, divergences and entropies against tests/reference/.

The bounds of derivatives, each with its own scale, are in tests/special; here
it is that the functions pass the right numbers on.
"""

import numpy as np
import pytest
import tensorflow as tf

import tf_implicit as tfi
from tests.reference import reference

_DTYPES = pytest.mark.parametrize(
    "dtype", [tf.float32, tf.float64], ids=lambda d: d.name
)

# Function, table, inputs, value, derivatives in the inputs, and whether the
# error of the value is relative.
_CASES = {
    "beta_divergence": (
        tfi.math.beta_divergence,
        "beta_divergence",
        ("a1", "a0", "b1", "b0"),
        "divergence",
        ("da1", "da0", "db1", "db0"),
        True,
    ),
    "beta_log_prob": (
        tfi.math.beta_log_prob,
        "beta_log_prob",
        ("concentration1", "concentration0", "sample"),
        "log_prob",
        ("da", "dc", "dx"),
        False,
    ),
    "logit_beta_log_prob": (
        tfi.math.logit_beta_log_prob,
        "logit_beta_log_prob",
        ("concentration1", "concentration0", "logit_sample"),
        "log_prob",
        ("da", "dc", "dy"),
        False,
    ),
    "beta_entropy": (
        tfi.math.beta_entropy,
        "beta_entropy",
        ("concentration1", "concentration0"),
        "entropy",
        ("da", "dc"),
        False,
    ),
    "von_mises_log_prob": (
        tfi.math.von_mises_log_prob,
        "von_mises_log_prob",
        ("concentration", "angle"),
        "log_prob",
        ("dconcentration", "dangle"),
        False,
    ),
    "von_mises_entropy": (
        tfi.math.von_mises_entropy,
        "von_mises_entropy",
        ("concentration",),
        "entropy",
        (),
        False,
    ),
    "von_mises_uniform_divergence": (
        tfi.math.von_mises_uniform_divergence,
        "von_mises_entropy",
        ("concentration",),
        "uniform_divergence",
        (),
        True,
    ),
    "von_mises_divergence": (
        lambda z, k1, k2: tfi.math.von_mises_divergence(
            z, k1, tf.zeros_like(z), k2
        ),
        "von_mises_divergence",
        ("angle", "concentration1", "concentration2"),
        "divergence",
        ("dangle", "dconcentration1", "dconcentration2"),
        True,
    ),
}


@_DTYPES
@pytest.mark.parametrize("case", _CASES.values(), ids=_CASES.keys())
def test_values_and_gradients_match_the_reference(case, dtype):
    f, table, inputs, value, derivatives, relative = case
    table = reference.load(table)
    eps = np.finfo(dtype.as_numpy_dtype).eps
    arguments = [tf.constant(table[name], dtype) for name in inputs]
    with tf.GradientTape() as tape:
        tape.watch(arguments)
        y = f(*arguments)
    gradients = tape.gradient(y, arguments)
    want = table[value]
    scale = np.abs(want)
    if not relative:
        scale = np.maximum(scale, 1)
        if "sample" in inputs[-1] or "angle" in inputs[-1]:
            x = np.abs(table[inputs[-1]])
            x = np.minimum(x, 1 - x) if inputs[-1] == "sample" else x
            scale = np.maximum(scale, x * np.abs(table[derivatives[-1]]))
    assert np.all(np.abs(y - want) <= 16 * eps * scale)
    limit = np.finfo(dtype.as_numpy_dtype).max
    for g, name in zip(gradients, derivatives, strict=False):
        d = table[name]
        fits = np.abs(d) < limit
        # What is left of terms that nearly cancel: tests/special knows them.
        close = np.abs(g.numpy() - d) <= 1e4 * eps * np.abs(d)
        assert np.mean(close[fits]) > 0.95, name


@_DTYPES
def test_entropies_of_von_mises_have_the_derivatives_of_moments(dtype):
    table = reference.load("von_mises_entropy")
    kappa = tf.constant(table["concentration"], dtype)
    eps = np.finfo(dtype.as_numpy_dtype).eps
    slope = table["concentration"] * table["variance"]
    curve = table["variance"] + table["concentration"] * table["third"]
    for f, sign in (
        (tfi.math.von_mises_entropy, -1),
        (tfi.math.von_mises_uniform_divergence, 1),
    ):
        with tf.GradientTape() as outer:
            outer.watch(kappa)
            with tf.GradientTape() as tape:
                tape.watch(kappa)
                y = f(kappa)
            d = tape.gradient(y, kappa)
        np.testing.assert_allclose(d, sign * slope, rtol=16 * eps)
        size = table["variance"] + slope
        second = outer.gradient(d, kappa)
        assert np.all(np.abs(second - sign * curve) <= 64 * eps * size)


@_DTYPES
def test_beta_fisher_information(dtype):
    table = reference.load("beta_entropy")
    got = tfi.math.beta_fisher_information(
        tf.constant(table["concentration1"], dtype),
        tf.constant(table["concentration0"], dtype),
    ).numpy()
    eps = np.finfo(dtype.as_numpy_dtype).eps
    for i, j, name in (
        (0, 0, "information11"),
        (0, 1, "information10"),
        (1, 0, "information10"),
        (1, 1, "information00"),
    ):
        np.testing.assert_allclose(got[:, i, j], table[name], rtol=6 * eps)


@_DTYPES
def test_von_mises_fisher_information(dtype):
    table = reference.load("von_mises_entropy")
    kappa = table["concentration"]
    got = tfi.math.von_mises_fisher_information(tf.constant(kappa, dtype))
    eps = np.finfo(dtype.as_numpy_dtype).eps
    want = np.stack([kappa * table["mean"], table["variance"]], axis=-1)
    np.testing.assert_allclose(tf.linalg.diag_part(got), want, rtol=16 * eps)
    assert not np.any(got[:, 0, 1]) and not np.any(got[:, 1, 0])


def test_fisher_information_is_differentiable():
    a = tf.constant([0.3, 1.7, 40.0], tf.float64)
    c = tf.constant([0.5, 9.0, 2.0], tf.float64)
    for f, arguments in (
        (tfi.math.beta_fisher_information, [a, c]),
        (tfi.math.von_mises_fisher_information, [a]),
        (
            tfi.math.dirichlet_fisher_information,
            [tf.stack([a, c], axis=-1)],
        ),
    ):
        theoretical, numerical = tf.test.compute_gradient(
            f, arguments, delta=1e-5
        )
        for t, n in zip(theoretical, numerical, strict=True):
            np.testing.assert_allclose(t, n, rtol=1e-5, atol=1e-7)


def test_beta_log_prob_takes_the_complement():
    # Next to 1, where the sample has lost the complement.
    a, c, complement = 3.0, 0.25, 1e-12
    got = tfi.math.beta_log_prob(a, c, np.float32(1 - complement), complement)
    mirrored = tfi.math.beta_log_prob(c, a, complement)
    np.testing.assert_allclose(got, mirrored, rtol=1e-6)
    assert got < 30 and tfi.math.beta_log_prob(a, c, 1.0) == np.inf


def test_beta_log_prob_at_the_ends_and_outside():
    x = tf.constant([0.0, 1.0, -0.5, 1.5])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tfi.math.beta_log_prob(1.0, 3.0, x)
    np.testing.assert_allclose(
        y, [np.log(3), -np.inf, -np.inf, -np.inf], rtol=1e-6
    )
    np.testing.assert_array_equal(tape.gradient(y, x), [-2, -np.inf, 0, 0])


def test_derivatives_of_divergences_are_zero_for_equal_arguments():
    k = tf.constant([0.0, 1e-3, 1.0, 3.0, 1e6])
    z = tf.constant([0.3, -1.0, 0.0, 2.0, 3.0])
    with tf.GradientTape() as tape:
        arguments = [z, k, tf.identity(z), tf.identity(k)]
        tape.watch(arguments)
        y = tfi.math.von_mises_divergence(*arguments)
    np.testing.assert_array_equal(y, tf.zeros([5]))
    for g in tape.gradient(y, arguments):
        np.testing.assert_array_equal(g, tf.zeros([5]))


@pytest.mark.parametrize(
    "f", [tfi.math.von_mises_entropy, tfi.math.von_mises_uniform_divergence]
)
def test_functions_of_one_argument(f):
    with pytest.raises(TypeError, match="`concentration` must be a float16"):
        f(tf.constant(1))
    assert f(tf.ones([0, 3])).shape == (0, 3)
    assert np.isnan(f(np.nan)) and np.isnan(f(-1.0))
    half = f(tf.constant([0.5, 3.0], tf.bfloat16))
    want = tf.cast(f([0.5, 3.0]), tf.bfloat16)
    np.testing.assert_array_equal(
        tf.cast(half, tf.float32), tf.cast(want, tf.float32)
    )
    k = tf.constant([0.5, 3.0])
    compiled = tf.function(f, jit_compile=True)
    np.testing.assert_array_equal(compiled(k), f(k))
