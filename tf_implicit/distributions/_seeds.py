# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Seeds, with the numbers of `tfp.random` at a fraction of their cost.

`tfp.random.sanitize_seed` and `tfp.random.split_seed` take most of the time of
a small call, and nodes of a graph where the seed is known.
"""

import functools
import hashlib

import numpy as np
import tensorflow as tf
import tensorflow_probability as tfp

from tf_implicit import _tensors

__all__ = ["sanitize", "split"]


def sanitize(seed, salt):
    """As `tfp.random.sanitize_seed`.

    Args:
      seed: As for `sample`.
      salt: String, that of a distribution: others have other samples of the
        same seed.

    Returns:
      int32 tensor of shape [2].
    """
    # TFP adds the salt to the first word, bit by bit.
    if isinstance(seed, tf.Tensor) and seed.dtype == tf.int32:
        return tf.bitwise.bitwise_xor(seed, _words(salt))
    if _is_pair(seed):
        return tf.constant([seed[0] ^ int(_words(salt)[0]), seed[1]], tf.int32)
    # None and integers, which have a state, and what else it takes or refuses.
    return tfp.random.sanitize_seed(seed, salt=salt)


def _is_pair(seed):
    """Whether these are two numbers; `tf.constant` would wrap larger ones."""
    return (
        _tensors.are_integers(seed)
        and len(seed) == 2
        and all(-(2**31) <= x < 2**31 for x in seed)
    )


@functools.cache
def _words(salt):
    digest = int(hashlib.sha512(salt.encode()).hexdigest(), 16)
    return np.array([digest % (2**31 - 1), 0], np.int32)


def split(seed, count, salt):
    """As `tfp.random.split_seed`.

    Args:
      seed: As for `sample`.
      count: Integer.
      salt: As for `sanitize`.

    Returns:
      List of as many int32 tensors of shape [2].
    """
    # `tf.random.split` takes twice the time of its two ops.
    key, counter = tf.raw_ops.StatelessRandomGetKeyCounter(
        seed=sanitize(seed, salt)
    )
    seeds = tf.raw_ops.StatelessRandomUniformFullIntV2(
        shape=tf.constant([count, 2]),
        key=key,
        counter=counter,
        alg=tf.random.Algorithm.AUTO_SELECT.value,
        dtype=tf.int32,
    )
    return tf.unstack(seeds, num=count)
