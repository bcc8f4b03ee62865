# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Distributions made of others are composite tensors where all these are."""

import tensorflow as tf
from tensorflow_probability import distributions as tfd

__all__ = ["MadeOfDistributions", "require_distribution"]

# MultivariateNormalTriL, LogNormal and others are transformed distributions.
_COMPOSITE = (tfd.AutoCompositeTensorDistribution, tfd.TransformedDistribution)


class MadeOfDistributions:
    """Base class of distributions whose parameters are distributions.

    Those of TFP pass in and out of `tf.function`, as composite tensors. One
    that is made of others may do so only if all these do: a composite tensor
    hides the variables of any other part from the `trainable_variables` of what
    is built on it. So there are two versions of each class, as in TFP, and the
    constructor of either returns an instance of the one that suits the
    arguments. The public one is that which can be a subclass of TFP's class:
    the second for those that TFP has, and else the first.

    Attributes:
      versions: The class itself and a subclass that is a composite tensor.
    """

    versions: tuple[type, ...] = ()

    def __new__(cls, *args, **kwargs):
        if cls not in cls.versions:
            # A subclass of a user.
            return super().__new__(cls)
        plain, composite = cls.versions
        parts = tf.nest.flatten([args, kwargs])
        version = composite
        for part in parts:
            if isinstance(part, tfd.Distribution) and not isinstance(
                part, _COMPOSITE
            ):
                version = plain
        if issubclass(version, cls):
            # Python calls __init__ next.
            return super().__new__(version)
        return version(*args, **kwargs)

    def __reduce__(self):
        # `__new__` of a composite distribution needs its arguments, which
        # pickle does not give it; those of TFP inside of this one too.
        return _unpack, (_pack(self),)


class _Packed:
    """A distribution as its class and arguments, which can be pickled."""

    def __init__(self, distribution):
        self.made_by = type(distribution)
        self.arguments = {
            name: _pack(value)
            for name, value in distribution.parameters.items()
        }


def _pack(value):
    if isinstance(value, tfd.Distribution):
        return _Packed(value)
    if isinstance(value, (list, tuple)):
        return [_pack(item) for item in value]
    return value


def _unpack(value):
    if isinstance(value, _Packed):
        return value.made_by(
            **{name: _unpack(v) for name, v in value.arguments.items()}
        )
    if isinstance(value, list):
        return [_unpack(item) for item in value]
    return value


def require_distribution(value, name):
    """Raises a TypeError that names the argument if it is no distribution."""
    if not isinstance(value, tfd.Distribution):
        raise TypeError(
            f"`{name}` must be a distribution of TensorFlow Probability, got "
            f"{value!r}."
        )
