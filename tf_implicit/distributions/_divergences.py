# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Kullback-Leibler divergences between classes here and those of TFP."""

import functools

import tensorflow as tf
from tensorflow_probability import distributions as tfd

__all__ = ["register_kl"]


def register_kl(ours, theirs):
    """Decorates the divergence of a class of this package.

    It serves any pair of which one at least is of this package: that of two
    classes of TFP stays TFP's.

    Args:
      ours: The class.
      theirs: The class of TFP of which it is a subclass.

    Returns:
      Decorator of a function of two distributions that returns their
      divergence.
    """

    def decorate(divergence):
        @functools.wraps(divergence)
        def named(p, q, name=None):
            with tf.name_scope(name or f"kl_{ours.__name__}"):
                return divergence(p, q)

        for a, b in ((ours, ours), (ours, theirs), (theirs, ours)):
            tfd.RegisterKL(a, b)(named)
        return divergence

    return decorate
