# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Products of batches of small matrices, and what their op promises."""

import itertools

import numpy as np
import pytest
import tensorflow as tf

from tf_implicit._op_library import ops
from tf_implicit.distributions import _products

TRANSPOSES = list(itertools.product([False, True], repeat=2))
DTYPES = [tf.float16, tf.bfloat16, tf.float32, tf.float64]
# The leading axes, n, k and m.
SIZES = [
    ([3], 1, 1, 1),
    ([50], 4, 4, 4),
    ([2, 7], 2, 3, 5),
    ([5], 1, 9, 16),
    ([2], 3, 40, 17),
    ([1], 33, 2, 50),
    ([], 4, 3, 2),
]


def _factors(batch, n, k, m, transposes, dtype=tf.float64, seed=0):
    """The stored matrices."""
    rng = np.random.default_rng(seed)
    return [
        tf.constant(
            rng.normal(size=[*batch, *(s[::-1] if t else s)]), dtype=dtype
        )
        for s, t in zip([(n, k), (k, m)], transposes, strict=True)
    ]


def _op(a, b, transposes):
    return ops.tf_implicit_small_mat_mul(
        a, b, transpose_a=transposes[0], transpose_b=transposes[1]
    )


def _matmul(a, b, transposes):
    return tf.linalg.matmul(
        a, b, transpose_a=transposes[0], transpose_b=transposes[1]
    )


def _exact(x, transposed=False):
    wide = np.asarray(tf.cast(x, tf.float64)).astype(np.longdouble)
    return np.swapaxes(wide, -1, -2) if transposed else wide


@pytest.mark.parametrize("dtype", DTYPES, ids=lambda d: d.name)
@pytest.mark.parametrize("transposes", TRANSPOSES)
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_products_are_within_their_bound(size, transposes, dtype):
    factors = _factors(*size, transposes, dtype)
    got = _op(*factors, transposes)
    a, b = map(_exact, factors, transposes)
    # Sums of k terms (Higham 2002, section 3.1), rounded once more where
    # half precision is computed in single.
    k = size[2]
    unit = 2.0**-53 if dtype == tf.float64 else 2.0**-24
    bound = k * unit / (1 - k * unit) * (np.abs(a) @ np.abs(b))
    if dtype.size == 2:
        half_unit = 2.0**-11 if dtype == tf.float16 else 2.0**-8
        bound += half_unit * (np.abs(a @ b) + bound)
        bound += 2.0**-25 if dtype == tf.float16 else 0
    assert got.dtype == dtype
    assert got.shape == (a @ b).shape
    assert np.all(np.abs(_exact(got) - a @ b) <= bound)


@pytest.mark.parametrize("dtype", [tf.float32, tf.float64])
@pytest.mark.parametrize("transposes", TRANSPOSES)
def test_a_product_has_the_same_bits_wherever_it_stands(transposes, dtype):
    a, b = _factors([1], 4, 5, 3, transposes, dtype)
    (want,) = _op(a, b, transposes)
    # As many as take several threads.
    many = _op(tf.tile(a, [9999, 1, 1]), tf.tile(b, [9999, 1, 1]), transposes)
    np.testing.assert_array_equal(many, np.broadcast_to(want, many.shape))
    # And however the factors are stored.
    for other in TRANSPOSES:
        stored = [
            tf.linalg.matrix_transpose(x) if t != o else x
            for x, t, o in zip((a, b), transposes, other, strict=True)
        ]
        np.testing.assert_array_equal(_op(*stored, other)[0], want)


@pytest.mark.parametrize(
    ("a", "b", "want"),
    [
        ([0, 2, 3], [0, 3, 4], [0, 2, 4]),
        ([5, 0, 3], [5, 3, 4], [5, 0, 4]),
        ([5, 2, 3], [5, 3, 0], [5, 2, 0]),
        ([5, 2, 0], [5, 0, 4], [5, 2, 4]),
    ],
)
def test_sizes_of_zero(a, b, want):
    got = _op(tf.ones(a), tf.ones(b), (False, False))
    np.testing.assert_array_equal(got, np.zeros(want))


def test_special_values():
    a = tf.constant([[[1, np.inf], [1, 1]], [[1e-40, 0], [0, 1]]])
    b = tf.constant([[[1, 1.0], [1, np.nan]], [[1, 0.0], [0, 1]]])
    want = [[[np.inf, np.nan], [2, np.nan]], [[1e-40, 0], [0, 1]]]
    got = _op(a, b, (False, False))
    # Subnormal numbers are not 0.
    np.testing.assert_array_equal(got, np.array(want, np.float32))


def _derivatives(function, a, b):
    """Gradients, and derivatives of their squares, in both factors."""
    with tf.GradientTape() as outer:
        outer.watch([a, b])
        with tf.GradientTape() as tape:
            tape.watch([a, b])
            y = tf.reduce_sum(tf.sin(function(a, b)))
        first = tape.gradient(y, [a, b])
        total = tf.add_n([tf.reduce_sum(g**2) for g in first])
    return [*first, *outer.gradient(total, [a, b])]


@pytest.mark.parametrize("transposes", TRANSPOSES)
@pytest.mark.parametrize("jit_compile", [None, False, True])
def test_first_and_second_derivatives(transposes, jit_compile):
    factors = _factors([4], 2, 3, 5, transposes)

    def call(*factors):
        return _derivatives(lambda a, b: _op(a, b, transposes), *factors)

    if jit_compile is not None:
        call = tf.function(call, jit_compile=jit_compile)
    wants = _derivatives(lambda a, b: _matmul(a, b, transposes), *factors)
    for got, want in zip(call(*factors), wants, strict=True):
        np.testing.assert_allclose(got, want, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("transposes", TRANSPOSES)
def test_forward_mode_and_jacobian(transposes):
    a, b = _factors([2], 2, 3, 4, transposes)
    steps = _factors([2], 2, 3, 4, transposes, seed=1)
    with tf.autodiff.ForwardAccumulator([a, b], steps) as forward:
        y = _op(a, b, transposes)
    want = _matmul(steps[0], b, transposes) + _matmul(a, steps[1], transposes)
    np.testing.assert_allclose(forward.jvp(y), want, rtol=1e-13)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([a, b])
        y, want = _op(a, b, transposes), _matmul(a, b, transposes)
    for x in (a, b):
        np.testing.assert_allclose(
            tape.jacobian(y, x), tape.jacobian(want, x), rtol=1e-13
        )


def test_vectorized_map():
    batch = _factors([3, 4], 2, 3, 5, (True, False))

    def call(factors):
        return _derivatives(lambda a, b: _op(a, b, (True, False)), *factors)

    got = tf.vectorized_map(lambda x: tuple(call(x)), tuple(batch))
    rows = [call([x[i] for x in batch]) for i in range(3)]
    for g, w in zip(got, zip(*rows, strict=True), strict=True):
        np.testing.assert_allclose(g, tf.stack(w), rtol=1e-13)


@pytest.mark.parametrize("jit_compile", [False, True])
@pytest.mark.parametrize(
    ("a", "b", "transposes", "message"),
    [
        (
            [5, 2, 3], [5, 4, 2], (False, False),
            r"`a` and `b` must have the shapes \[..., n, k\] and \[..., k, m\] "
            r"with equal leading axes, got \[5,2,3\] and \[5,4,2\]",
        ),
        ([5, 2, 3], [6, 3, 2], (False, False), r"got \[5,2,3\] and \[6,3,2\]"),
        (
            [5, 2, 3], [5, 2, 3], (True, True),
            r"\[..., k, n\] and \[..., m, k\] .*\[5,2,3\] and \[5,2,3\]",
        ),
        ([3], [3, 2], (False, False), r"got \[3\] and \[3,2\]"),
        ([1, 2, 3], [3, 2], (False, False), r"got \[1,2,3\] and \[3,2\]"),
    ],
)  # fmt: skip
def test_shapes_that_do_not_fit(a, b, transposes, message, jit_compile):
    # Of unknown shape, or the op's shape function would find it first.
    call = tf.function(
        lambda a, b: _op(a, b, transposes),
        input_signature=[tf.TensorSpec(None)] * 2,
        jit_compile=jit_compile,
    )
    with pytest.raises(tf.errors.InvalidArgumentError, match=message):
        call(tf.ones(a), tf.ones(b))


def test_shapes_in_a_graph():
    @tf.function(
        input_signature=[
            tf.TensorSpec([None, 3, None]), tf.TensorSpec([7, None, 4])
        ]
    )  # fmt: skip
    def call(a, b):
        product = _op(a, b, (True, False))
        assert product.shape.as_list() == [7, None, 4]
        with pytest.raises(ValueError, match="must be equal"):
            _op(a, b, (True, True))
        return product

    assert call(tf.ones([7, 3, 2]), tf.ones([7, 3, 4])).shape == (7, 2, 4)


def _op_types(function, *specs):
    graph = tf.function(function, input_signature=specs).get_concrete_function()
    return {op.type for op in graph.graph.get_operations()}


@pytest.mark.parametrize(
    ("shape", "ours"),
    [
        ([None, 4, 4], True),
        ([None, 16, 16], True),
        ([None, 17, 17], False),
        ([None, None, 4], False),
        ([4, 4], False),
        (None, False),
    ],
)
def test_the_op_is_for_what_is_known_to_be_small(shape, ours):
    types = _op_types(
        lambda a: _products.matmul(a, a, transpose_a=True), tf.TensorSpec(shape)
    )
    assert ("TFImplicit>SmallMatMul" in types) == ours
    assert bool(types & {"BatchMatMulV2", "MatMul"}) != ours


@pytest.mark.parametrize("transposes", TRANSPOSES)
@pytest.mark.parametrize(
    ("of_a", "of_b"), [([6, 1], [5]), ([], [6]), ([5], [1]), ([2], [2])]
)
def test_leading_axes_broadcast(of_a, of_b, transposes):
    a, _ = _factors([*of_a], 2, 3, 4, transposes)
    _, b = _factors([*of_b], 2, 3, 4, transposes)

    def ours(a, b):
        return _products.matmul(a, b, *transposes)

    def wanted(a, b):
        return _matmul(a, b, transposes)

    for got, want in zip(
        [ours(a, b), *_derivatives(ours, a, b)],
        [wanted(a, b), *_derivatives(wanted, a, b)],
        strict=True,
    ):
        assert got.shape == want.shape
        np.testing.assert_allclose(got, want, rtol=1e-11, atol=1e-12)
