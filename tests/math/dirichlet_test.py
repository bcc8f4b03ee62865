# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""The Dirichlet functions of tf_implicit.math, whose last axis is a row."""

import numpy as np
import pytest
import tensorflow as tf

import tf_implicit as tfi
from tests.reference import reference

_A = np.array([[0.3, 1.7, 9.0], [4.0, 0.8, 30.0]])
_B = np.array([[0.4, 2.7, 5.0], [3.0, 1.8, 20.0]])
_X = np.array([[0.2, 0.5, 0.3], [0.1, 0.05, 0.85]])

_FUNCTIONS = {
    "log_prob": (tfi.math.dirichlet_log_prob, (_A, _X)),
    "entropy": (tfi.math.dirichlet_entropy, (_A,)),
    "divergence": (tfi.math.dirichlet_divergence, (_A, _B)),
}
_ALL = pytest.mark.parametrize(
    "f, points", _FUNCTIONS.values(), ids=_FUNCTIONS.keys()
)
_DTYPES = pytest.mark.parametrize(
    "dtype", [tf.float32, tf.float64], ids=lambda d: d.name
)


def _tensors(points, dtype=tf.float64):
    return [tf.constant(p, dtype) for p in points]


@_DTYPES
def test_one_component_has_no_entropy(dtype):
    alpha = tf.constant([[7.5e-6], [1e-3], [2.0], [1e6], [-1.0]] * 9, dtype)
    with tf.GradientTape() as tape:
        tape.watch(alpha)
        entropy = tfi.math.dirichlet_entropy(alpha)
    expected = np.array([0, 0, 0, 0, np.nan] * 9)
    np.testing.assert_array_equal(entropy, expected)
    np.testing.assert_array_equal(
        tape.gradient(entropy, alpha), expected[:, np.newaxis]
    )


@_DTYPES
@pytest.mark.parametrize("name", _FUNCTIONS)
def test_values_and_gradients_match_the_reference(name, dtype):
    table = reference.load(f"dirichlet_{name}")
    f = _FUNCTIONS[name][0]
    value = {"divergence": "divergence"}.get(name, name)
    first = [k for k in table if k.startswith("alpha")]
    second = [k for k in table if k[:-1] in ("beta", "x")]
    eps = np.finfo(dtype.as_numpy_dtype).eps
    for i in range(len(table[value])):
        present = [j for j, k in enumerate(first) if table[k][i]]
        rows = [
            np.array([table[names[j]][i] for j in present])
            for names in (first, second)
            if names
        ]
        arguments = _tensors(rows, dtype)
        with tf.GradientTape() as tape:
            tape.watch(arguments)
            y = f(*arguments)
        gradient = tape.gradient(y, arguments)[0].numpy()
        want = table[value][i]
        if name == "divergence":
            assert abs(y.numpy() / want - 1) < 16 * eps
        else:
            # Beside it, the condition number of the sample.
            slope = 0
            if second:
                n = rows[0].sum()
                slope = np.abs(rows[0] - 1 - n * rows[1]).max()
            scale = max(1, abs(want), slope)
            assert abs(y.numpy() - want) < 16 * eps * scale
        d = np.array([table[f"dalpha{j}"][i] for j in present])
        # Loosely here; tests/special has the scale of each derivative.
        size = np.abs(d) + 1e-4 * np.abs(d).max()
        assert np.all(np.abs(gradient - d) <= 1e5 * eps * size)


# Found by `fuzz_functions`: log x_i and lgamma(concentration_i) cancel.
_CANCEL = [
    (
        ["0x1.3c1a1e0p-20", "0x1.0b9a320p-10", "0x1.6ed4860p-19"],
        ["0x1.91f6aa0p-20", "0x1.ffff9c0p-1", "0x1.91f6aa0p-20"],
    ),
    (
        ["0x1.8b22000p-7", "0x1.9ab5ea0p-11", "0x1.8561f20p-10"],
        ["0x1.feeb180p-1", "0x1.14e7620p-10", "0x1.14e7620p-10"],
    ),
]


@pytest.mark.parametrize(("concentration", "sample"), _CANCEL)
def test_log_prob_in_float32_where_terms_cancel(concentration, sample):
    a, x = (
        np.array([*map(float.fromhex, row)]) for row in (concentration, sample)
    )
    narrow, wide = (
        np.float64(
            tfi.math.dirichlet_log_prob(a.astype(dtype), x.astype(dtype))
        )
        for dtype in (np.float32, np.float64)
    )
    slope = np.abs(a - 1 - a.sum() * x).max()
    scale = max(1, abs(wide), slope, len(a) * np.log1p(a.sum()) / 16)
    assert abs(narrow - wide) <= 24 * np.finfo(np.float32).eps * scale


@_ALL
def test_gradients_match_finite_differences(f, points):
    theoretical, numerical = tf.test.compute_gradient(
        f, _tensors(points), delta=1e-5
    )
    for t, n in zip(theoretical, numerical, strict=True):
        np.testing.assert_allclose(t, n, rtol=1e-6, atol=1e-8)


@_ALL
def test_second_derivatives_match_finite_differences(f, points):
    weights = tf.constant([[0.3, -1.0, 0.7], [0.2, 0.9, -0.4]], tf.float64)

    def gradient(*arguments):
        with tf.GradientTape() as tape:
            tape.watch(arguments)
            y = f(*arguments)
        return tf.add_n(
            [
                (k + 1) * weights * g
                for k, g in enumerate(tape.gradient(y, arguments))
            ]
        )

    theoretical, numerical = tf.test.compute_gradient(
        gradient, _tensors(points), delta=1e-5
    )
    for t, n in zip(theoretical, numerical, strict=True):
        np.testing.assert_allclose(t, n, rtol=1e-6, atol=1e-6)


@_ALL
def test_leading_axes_broadcast(f, points):
    arguments = _tensors(points)
    arguments[0] = arguments[0][:, tf.newaxis, :]
    with tf.GradientTape() as tape:
        tape.watch(arguments)
        y = f(*arguments)
    rows = tf.broadcast_static_shape(
        tf.TensorShape([2, 1]), tf.TensorShape([2] * (len(points) - 1) or [1])
    )
    assert y.shape == rows
    gradients = tape.gradient(y, arguments)
    for g, argument in zip(gradients, arguments, strict=True):
        assert g.shape == argument.shape
    for i in range(y.shape[0]):
        for j in range(y.shape[1]):
            one = [arguments[0][i, 0]] + [a[j] for a in arguments[1:]]
            np.testing.assert_array_equal(y[i, j], f(*one))


@_ALL
@pytest.mark.parametrize("dtype", [tf.float16, tf.bfloat16])
def test_half_types_are_widened(f, points, dtype):
    arguments = _tensors(points, dtype)
    wide = f(*[tf.cast(a, tf.float32) for a in arguments])
    got = f(*arguments)
    assert got.dtype == dtype
    np.testing.assert_array_equal(
        tf.cast(got, tf.float32), tf.cast(tf.cast(wide, dtype), tf.float32)
    )


@_ALL
def test_transformations(f, points):
    arguments = _tensors(points)

    def gradient(*arguments):
        with tf.GradientTape() as tape:
            tape.watch(arguments)
            y = f(*arguments)
        return y, *tape.gradient(y, arguments)

    want = gradient(*arguments)
    signature = [tf.TensorSpec(None, tf.float64)] * len(arguments)
    for transformed in (
        tf.function(gradient),
        tf.function(gradient, input_signature=signature),
        tf.function(gradient, jit_compile=True),
        lambda *a: tf.vectorized_map(lambda row: gradient(*row), a),
    ):
        for g, w in zip(transformed(*arguments), want, strict=True):
            np.testing.assert_allclose(g, w, rtol=1e-14)
    with tf.autodiff.ForwardAccumulator(
        arguments, [tf.ones_like(a) for a in arguments]
    ) as forward:
        y = f(*arguments)
    total = tf.add_n([tf.reduce_sum(g, axis=-1) for g in want[1:]])
    np.testing.assert_allclose(forward.jvp(y), total)


@_ALL
def test_empty_rows_and_batches(f, points):
    empty = [tf.ones([0, 3])] * len(points)
    assert f(*empty).shape == (0,)
    none = [tf.ones([2, 0])] * len(points)
    np.testing.assert_array_equal(f(*none), [0, 0])


@_ALL
def test_nan_and_invalid_concentrations_give_nan(f, points):
    for bad in (np.nan, 0.0, -1.0, np.inf):
        arguments = _tensors(points)
        broken = points[0].copy()
        broken[1, 2] = bad
        arguments[0] = tf.constant(broken)
        got = f(*arguments).numpy()
        assert np.isfinite(got[0]) and np.isnan(got[1])


@_ALL
def test_refuses_bad_arguments(f, points):
    arguments = _tensors(points)
    with pytest.raises(TypeError, match="must be a float16"):
        f(tf.constant([1, 2]), *arguments[1:])
    with pytest.raises((tf.errors.InvalidArgumentError, ValueError)):
        f(*[tf.constant(1.0)] * len(points))
    if len(points) > 1:
        with pytest.raises(TypeError, match="is float64 but"):
            f(arguments[0], tf.cast(arguments[1], tf.float32))
        with pytest.raises(tf.errors.InvalidArgumentError):
            f(tf.ones([3]), tf.ones([4]))


# Up to 16 components rows are evaluated side by side.
@pytest.mark.parametrize("components", [1, 3, 7, 16, 17])
@pytest.mark.parametrize("f", [v[0] for v in _FUNCTIONS.values()])
def test_a_row_does_not_depend_on_its_neighbours(f, components):
    rng = np.random.default_rng(1)
    shape = [300, components]
    rows = [np.float32(np.exp(rng.uniform(-8, 8, shape))) for _ in range(2)]
    if f is tfi.math.dirichlet_log_prob:
        rows[1] = np.float32(rng.dirichlet(np.ones(components), 300))
        rows[1][5] = -1.0
    # Beyond the range of the formulas, and beyond that of the function.
    rows[0][::7, 0] = 1e-40
    rows[0][3, 0], rows[0][4, -1] = -1.0, np.nan
    rows = rows[:1] if f is tfi.math.dirichlet_entropy else rows

    def evaluate(rows):
        rows = [tf.constant(row) for row in rows]
        with tf.GradientTape() as tape:
            tape.watch(rows)
            y = f(*rows)
        return [t.numpy() for t in (y, *tape.gradient(y, rows))]

    whole = evaluate(rows)
    assert np.isnan(whole[0][[3, 4]]).all()
    assert not np.isnan(whole[0][[0, 6, 7, 8]]).any()
    order = rng.permutation(300)
    for got, want in zip(
        evaluate([row[order] for row in rows]), whole, strict=True
    ):
        np.testing.assert_array_equal(got, want[order])
    for got, want in zip(
        evaluate([row[7:9] for row in rows]), whole, strict=True
    ):
        np.testing.assert_array_equal(got, want[7:9])


def test_two_components_are_a_beta_distribution():
    rng = np.random.default_rng(1)
    a = np.float32(np.exp(rng.uniform(-8, 8, [300, 2])))
    b = np.float32(np.exp(rng.uniform(-8, 8, [300, 2])))
    pairs = tfi.math.dirichlet_divergence(a, b).numpy()
    np.testing.assert_array_equal(
        tfi.math.dirichlet_divergence(a[7], b[7]), pairs[7]
    )
    beta = tfi.math.beta_divergence(a[:, 0], a[:, 1], b[:, 0], b[:, 1])
    np.testing.assert_allclose(pairs, beta, rtol=1e-6)


@_DTYPES
def test_fisher_information(dtype):
    a = tf.constant(_A, dtype)
    got = tfi.math.dirichlet_fisher_information(a).numpy()
    psi = np.float64(tf.math.polygamma(tf.constant(1, tf.float64), _A))
    total = _A.sum(-1)
    of_sum = np.float64(tf.math.polygamma(tf.constant(1, tf.float64), total))
    want = psi[:, np.newaxis] * np.eye(3) - of_sum[:, np.newaxis, np.newaxis]
    np.testing.assert_allclose(
        got, want, rtol=20 * np.finfo(dtype.as_numpy_dtype).eps
    )
    # Minus the second derivative of the log density.
    with tf.GradientTape() as outer:
        outer.watch(a)
        with tf.GradientTape() as tape:
            tape.watch(a)
            y = tfi.math.dirichlet_log_prob(a, tf.constant(_X, dtype))
        d = tape.gradient(y, a)
    np.testing.assert_allclose(-outer.batch_jacobian(d, a), got, rtol=1e-5)
