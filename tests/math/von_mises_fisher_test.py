# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""The von Mises-Fisher functions of tf_implicit.math."""

import numpy as np
import pytest
import tensorflow as tf

import tf_implicit as tfi
from tests.reference import reference

_DTYPES = pytest.mark.parametrize("dtype", [tf.float32, tf.float64])
_M = np.array([2.0, 3.0, 6.0, 41.0])
_KAPPA = np.array([0.3, 1.7, 9.0, 400.0])
_ANGLE = np.array([1.1, 2.5, 0.9, 0.4])

_grad = tfi.math.random_von_mises_fisher_grad
_MOMENTS = {
    "log_partition": tfi.math.von_mises_fisher_log_partition,
    "mean": tfi.math.von_mises_fisher_mean,
    "complement": lambda m, k: tfi.math.von_mises_fisher_mean(
        m, k, complement=True
    ),
    "variance": tfi.math.von_mises_fisher_variance,
    "divergence": tfi.math.von_mises_fisher_divergence,
}


def _tensors(dtype=tf.float64):
    real = [tf.constant(x, dtype) for x in (_KAPPA, _ANGLE)]
    return [tf.constant(_M, tf.int32), *real]


@_DTYPES
def test_matches_the_reference(dtype):
    # The table of w: dangle = -dw / sin(angle). Its w are float32, and of
    # their angles rounding takes away what they are near 0 and pi.
    table = reference.load("von_mises_fisher_sample_grad")
    angle = np.arccos(np.float128(table["sample"]))
    rounded = angle.astype(dtype.as_numpy_dtype)
    dimension = np.int64(table["dimension"])
    got = _grad(dimension, table["concentration"], angle.astype(float))
    np.testing.assert_allclose(
        -np.sin(angle) * got, table["dw"], rtol=4e-12, atol=0
    )
    if dtype == tf.float32:
        narrow = _grad(
            dimension,
            np.float32(table["concentration"]),
            rounded,
        )
        wide = _grad(dimension, table["concentration"], rounded.astype(float))
        assert narrow.dtype == dtype
        np.testing.assert_allclose(narrow, wide, rtol=24 * np.finfo("f4").eps)


@_DTYPES
@pytest.mark.parametrize("name", _MOMENTS)
def test_moments_match_the_reference(name, dtype):
    table = reference.load("von_mises_fisher_moments")
    got = _MOMENTS[name](
        tf.constant(np.int64(table["dimension"])),
        tf.constant(table["concentration"], dtype),
    )
    tolerance = 1e-12 if dtype == tf.float64 else np.finfo("f4").eps
    np.testing.assert_allclose(
        got,
        table[name],
        rtol=tolerance,
        atol=tolerance if name == "log_partition" else 0,
    )


def test_gradients():
    dimension, kappa, angle = _tensors()
    theoretical, numerical = tf.test.compute_gradient(
        lambda k, a: _grad(dimension, k, a), [kappa, angle], delta=1e-5
    )
    for t, n in zip(theoretical, numerical, strict=True):
        np.testing.assert_allclose(t, n, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("name", _MOMENTS)
def test_gradients_of_moments_to_the_second_order(name):
    dimension, kappa, _ = _tensors()

    def slope(k):
        with tf.GradientTape() as tape:
            tape.watch(k)
            y = _MOMENTS[name](dimension, k)
        return tape.gradient(y, k)

    functions = [lambda k: _MOMENTS[name](dimension, k)]
    if name != "variance":
        functions.append(slope)
    for function in functions:
        theoretical, numerical = tf.test.compute_gradient(
            function, [kappa], delta=1e-4
        )
        np.testing.assert_allclose(
            theoretical[0], numerical[0], rtol=1e-5, atol=1e-9
        )


def test_what_has_no_gradient_says_so():
    dimension, kappa, angle = _tensors()
    with tf.GradientTape() as outer:
        outer.watch(kappa)
        with tf.GradientTape() as inner:
            inner.watch(kappa)
            y = tfi.math.von_mises_fisher_variance(dimension, kappa)
        slope = inner.gradient(y, kappa)
    with pytest.raises(NotImplementedError, match="third moment"):
        outer.gradient(slope, kappa)
    with tf.GradientTape() as outer:
        outer.watch(angle)
        with tf.GradientTape() as inner:
            inner.watch(angle)
            y = _grad(dimension, kappa, angle)
        slope = inner.gradient(y, angle)
    with pytest.raises(NotImplementedError, match="second derivatives"):
        outer.gradient(slope, angle)


@pytest.mark.parametrize("name", ["grad", *_MOMENTS])
@pytest.mark.parametrize(
    "wrong",
    [
        3.0,
        [3.0],
        np.float64(3.0),
        tf.constant([2.0, 3.0]),
        tf.constant(3.0, tf.bfloat16),
        True,
        None,
        "3",
        [[3], [3, 3]],
        2**2000,
    ],
    ids=repr,
)
def test_dimensions_are_integers(name, wrong):
    with pytest.raises(TypeError, match="`dimension` must be an integer"):
        if name == "grad":
            _grad(wrong, 1.0, 1.0)
        else:
            _MOMENTS[name](wrong, 1.0)


@pytest.mark.parametrize("dtype", [np.int16, np.uint8, np.int64])
def test_every_form_of_an_integer(dtype):
    want = _grad(3, 1.0, 1.0)
    for dimension in (dtype(3), tf.constant(3, dtype), tf.Variable(dtype(3))):
        np.testing.assert_array_equal(_grad(dimension, 1.0, 1.0), want)
    np.testing.assert_array_equal(_grad([3, 3], 1.0, 1.0), [want, want])


def test_broadcasting_sums_gradients():
    dimension, kappa, angle = _tensors()
    with tf.GradientTape() as tape:
        tape.watch([kappa, angle])
        y = _grad(dimension[:, None, None], kappa[:, None], angle)
    assert y.shape == (4, 4, 4)
    gradients = tape.gradient(y, [kappa, angle])
    assert [g.shape for g in gradients] == [4, 4]
    full = [
        np.ascontiguousarray(np.broadcast_to(x, (4, 4, 4)))
        for x in (dimension[:, None, None], kappa[:, None], angle)
    ]
    np.testing.assert_array_equal(y, _grad(*full))
    got = tfi.math.von_mises_fisher_mean(dimension[:, None], kappa)
    assert got.shape == (4, 4)


@pytest.mark.parametrize("dtype", [tf.float16, tf.bfloat16])
def test_half_types_are_widened(dtype):
    tensors = _tensors(dtype)
    got = _grad(*tensors)
    assert got.dtype == dtype
    wide = _grad(tensors[0], *[tf.cast(x, tf.float32) for x in tensors[1:]])
    np.testing.assert_array_equal(
        tf.cast(got, tf.float32), tf.cast(tf.cast(wide, dtype), tf.float32)
    )


def test_half_types_do_not_round_the_dimension():
    # 1001 is no bfloat16.
    k = tf.constant(1000.0, tf.bfloat16)
    got = tfi.math.von_mises_fisher_log_partition(1001, k)
    want = tfi.math.von_mises_fisher_log_partition(1001, 1000.0)
    assert got == tf.cast(want, tf.bfloat16)


def test_graphs_with_unknown_and_static_shapes():
    shapes = []

    specs = [tf.TensorSpec(None, t) for t in (tf.int32, *[tf.float32] * 2)]

    @tf.function(input_signature=specs)
    def unknown(*tensors):
        return _grad(*tensors), tfi.math.von_mises_fisher_divergence(
            *tensors[:2]
        )

    @tf.function
    def static(*tensors):
        shapes.append(_grad(*tensors).shape)
        return shapes[0]

    tensors = _tensors(tf.float32)
    y, divergence = unknown(*tensors)
    np.testing.assert_array_equal(y, _grad(*tensors))
    np.testing.assert_array_equal(
        divergence, tfi.math.von_mises_fisher_divergence(*tensors[:2])
    )
    static(tf.ones([2, 1], tf.int32), tf.ones([3]), tf.ones([]))
    assert shapes == [(2, 3)]


def test_empty_nan_and_invalid_arguments():
    assert _grad(tf.ones([0, 3], tf.int32), tf.ones([3]), 1.0).shape == (0, 3)
    for arguments in [
        (3, 1.0, np.nan),
        (3, np.nan, 1.0),
        (1, 1.0, 1.0),
        (-3, 1.0, 1.0),
        (3, -1.0, 1.0),
    ]:
        assert np.isnan(_grad(*arguments)), arguments
        if not np.isnan(arguments[2]):
            for function in _MOMENTS.values():
                assert np.isnan(function(*arguments[:2])), arguments
    with pytest.raises(TypeError, match="`dimension` must be an integer"):
        _grad(tf.constant(True), 1.0, 1.0)
    with pytest.raises(TypeError, match="`angle` is float64"):
        _grad(3, tf.constant(1.0), tf.constant(1.0, tf.float64))
    with pytest.raises(tf.errors.InvalidArgumentError, match="broadcast"):
        _grad(3, tf.ones([2]), tf.ones([3]))


def test_divergence_is_never_negative():
    kappa = np.float32(10.0 ** np.linspace(-20, 10, 2000))
    for m in (2, 3, 6, 11, 41, 10**6):
        divergence = tfi.math.von_mises_fisher_divergence(m, kappa).numpy()
        assert np.all(divergence >= 0) and np.all(np.isfinite(divergence))
        assert np.all(np.diff(divergence) >= 0)
    assert tfi.math.von_mises_fisher_divergence(3, 0.0) == 0
