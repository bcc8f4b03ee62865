# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Whatever is wrong with an argument, the error names it."""

import numpy as np
import pytest
import tensorflow as tf

import tf_implicit as tfi
from tests.math.functions import FUNCTIONS

_WRONG = {
    "None": None,
    "string": "x",
    "string array": np.array(["x"]),
    "string tensor": tf.constant("x"),
    "integer tensor": tf.constant(1),
    "ragged list": [[1.0], [1.0, 2.0]],
    "ragged tensor": tf.ragged.constant([[1.0], [1.0, 2.0]]),
    "sparse tensor": tf.sparse.from_dense([1.0, 0.0]),
    "dictionary": {"a": 1.0},
    "complex": 1j,
}

_CALLS = {f.name: (f.call, f.arguments, f.points) for f in FUNCTIONS} | {
    "stateless_gamma": (
        lambda alpha, beta: tfi.random.stateless_gamma(
            [2], [1, 2], alpha, beta
        ),
        ("alpha", "beta"),
        ([2.0], [3.0]),
    ),
    "stateless_dirichlet": (
        lambda c: tfi.random.stateless_dirichlet([2], [1, 2], c),
        ("concentration",),
        ([2.0],),
    ),
    "stateless_von_mises": (
        lambda k, loc: tfi.random.stateless_von_mises([2], [1, 2], k, loc),
        ("concentration", "loc"),
        ([2.0], [3.0]),
    ),
    "random_von_mises_fisher_grad": (
        lambda k, angle: tfi.math.random_von_mises_fisher_grad(3, k, angle),
        ("concentration", "angle"),
        ([2.0], [3.0]),
    ),
}


@pytest.mark.parametrize("wrong", _WRONG)
@pytest.mark.parametrize("name", _CALLS)
def test_wrong_values_name_the_argument(name, wrong):
    call, names, points = _CALLS[name]
    for k, argument in enumerate(names):
        # None is the default of these.
        if wrong == "None" and argument in ("beta", "loc"):
            continue
        arguments = [p[0] for p in points]
        arguments[k] = _WRONG[wrong]
        with pytest.raises(TypeError, match=f"`{argument}` "):
            call(*arguments)


@pytest.mark.parametrize(
    ("shape", "error"),
    [
        ([2.7], TypeError),
        ("3", TypeError),
        (None, TypeError),
        ([None], TypeError),
        ([[2, 3], [4]], TypeError),
        (tf.constant([2.0]), TypeError),
        ([[2, 3], [4, 5]], ValueError),
        (tf.ones([2, 2], tf.int32), ValueError),
        ([-1], ValueError),
        (tf.TensorShape([None]), ValueError),
    ],
)
def test_wrong_shapes_name_the_argument(shape, error):
    with pytest.raises(error, match="`shape` must be"):
        tfi.random.stateless_gamma(shape, [1, 2], 2.0)


def test_large_shapes_do_not_wrap():
    # 2**32 + 3 is 3 in 32 bits.
    with pytest.raises(tf.errors.OpError):
        tfi.random.stateless_gamma(np.array([2**61]), [1, 2], 2.0)
    large = np.array([2**32 + 3])
    sample = tf.function(lambda: tfi.random.stateless_gamma(large, [1, 2], 2.0))
    assert sample.get_concrete_function().output_shapes == [2**32 + 3]


@pytest.mark.parametrize(
    "shape", [[], (), 2, [2], np.int64(2), [tf.constant(2)]]
)
def test_right_shapes(shape):
    got = tfi.random.stateless_gamma(shape, [1, 2], 2.0)
    assert got.shape == (
        [] if isinstance(shape, (list, tuple)) and not shape else [2]
    )


@pytest.mark.parametrize("seed", [None, "x", [1.0, 2.0], tf.constant(True)])
def test_wrong_seeds_name_the_argument(seed):
    with pytest.raises(TypeError, match="`seed` must be"):
        tfi.random.stateless_gamma([2], seed, 2.0)
