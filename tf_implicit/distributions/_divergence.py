# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Registration of Kullback-Leibler divergences."""

from tensorflow_probability import distributions as tfd

__all__ = ["register"]


def register(ours, theirs):
    """Decorator: a divergence of ours from ours, from TFP's, and of TFP's.

    Args:
      ours: The distribution class of this package.
      theirs: The class of TFP that it derives from.

    Returns:
      Function that registers a function of (a, b, name) and returns it.
    """

    def decorate(function):
        for pair in ((ours, ours), (ours, theirs), (theirs, ours)):
            tfd.RegisterKL(*pair)(function)
        return function

    return decorate
