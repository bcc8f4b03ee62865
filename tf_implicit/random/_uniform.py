# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Uniform samples, for inversion."""

import tensorflow as tf

from tf_implicit import _tensors

__all__ = ["stateless_fraction", "stateless_uniform"]


def stateless_uniform(shape, seed, dtype):
    """Uniform samples in (0, 1), a function of the seed.

    Args:
      shape: Integer vector, the shape of the output.
      seed: Integer tensor of shape [2].
      dtype: The dtype of the output.

    Returns:
      Tensor of multiples of 2^-23 (float32) or 2^-52 (float64) less than 1; the
      smallest normal number in the place of 0.
    """
    # Of a floating dtype, XLA makes other numbers of the same bits.
    if dtype == tf.float64:
        bits = _stateless_bits(shape, seed, tf.int64)
        low, high = bits & 0xFFFFFFFF, tf.bitwise.right_shift(bits, 32)
        fraction = (low & 0xFFFFF) * 2**32 + (high & 0xFFFFFFFF)
        u = tf.cast(fraction, dtype) * 2.0**-52
    else:
        bits = _stateless_bits(shape, seed, tf.int32)
        u = tf.cast(bits & 0x7FFFFF, dtype) * 2.0**-23
    return tf.maximum(u, _tensors.smallest_normal(dtype))


def _stateless_bits(shape, seed, dtype):
    # The default generator is another one under XLA.
    return tf.random.stateless_uniform(
        shape, seed, minval=None, maxval=None, dtype=dtype, alg="philox"
    )


def stateless_fraction(shape, seed, dtype):
    """Uniform float64 samples in (0, 1) for samples of another dtype.

    Args:
      shape: Integer vector, the shape of the output.
      seed: Integer tensor of shape [2].
      dtype: That of the samples that are made of these.

    Returns:
      float64 tensor. For float64 that of `stateless_uniform`; for others, odd
      multiples of 2^-33, of half as many random bits.
    """
    if dtype == tf.float64:
        return stateless_uniform(shape, seed, dtype)
    bits = _stateless_bits(shape, seed, tf.int32)
    return tf.cast(bits, tf.float64) * 2.0**-32 + (0.5 + 2.0**-33)
