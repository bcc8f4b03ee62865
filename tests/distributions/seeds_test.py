# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Seeds are those of `tfp.random`, whatever they are made of."""

import numpy as np
import pytest
import tensorflow as tf
import tensorflow_probability as tfp

from tf_implicit.distributions import _seeds

_WORDS = [(0, 0), (1, 2), (-3, 2**31 - 1), (-(2**31), 7)]
_KINDS = [
    tuple,
    list,
    lambda words: np.array(words, np.int32),
    lambda words: tf.constant(words, tf.int32),
    lambda words: tf.Variable(words, dtype=tf.int32),
    lambda words: lambda: words,
]


@pytest.mark.parametrize("kind", _KINDS)
@pytest.mark.parametrize("words", _WORDS, ids=str)
def test_without_a_state(words, kind):
    for salt in ("gamma", "beta", "S"):
        seed = _seeds.sanitize(kind(words), salt)
        assert (seed.dtype, seed.shape) == (tf.int32, [2])
        want = tfp.random.sanitize_seed(words, salt=salt)
        np.testing.assert_array_equal(seed, want)
    for count in (2, 3):
        seeds = _seeds.split(kind(words), count, "beta")
        want = tfp.random.split_seed(words, n=count, salt="beta")
        assert len(seeds) == count
        np.testing.assert_array_equal(seeds, want)


@pytest.mark.parametrize("seed", [None, 5])
def test_with_a_state(seed):
    tf.random.set_seed(3)
    got = [_seeds.sanitize(seed, "gamma") for _ in range(2)]
    tf.random.set_seed(3)
    want = [tfp.random.sanitize_seed(seed, salt="gamma") for _ in range(2)]
    np.testing.assert_array_equal(got, want)
    assert (got[0].numpy() != got[1].numpy()).any()


def test_in_a_graph():
    @tf.function
    def graph(seed):
        return _seeds.sanitize(seed, "gamma"), _seeds.split(seed, 2, "gamma")

    seed = tf.constant([1, 2])
    one, two = graph(seed)
    np.testing.assert_array_equal(one, tfp.random.sanitize_seed(seed, "gamma"))
    want = tfp.random.split_seed(seed, n=2, salt="gamma")
    np.testing.assert_array_equal(two, want)


@pytest.mark.parametrize(
    "seed",
    [
        (1, 2, 3),
        (1.0, 2.0),
        (2**31, 1),
        (1, -(2**31) - 1),
        "seed",
        tf.constant([1, 2], tf.int64),
        tf.constant([1.0, 2.0]),
    ],
    ids=str,
)
def test_errors(seed):
    with pytest.raises((TypeError, ValueError, tf.errors.OpError)):
        _seeds.sanitize(seed, "gamma")
