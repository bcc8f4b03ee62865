# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""What this package takes from TensorFlow Probability without a public name.

Each function says what it relies on and why there is no other way;
tests/source_code_test.py refuses the same thing elsewhere. The methods that a
subclass of `tfd.Distribution` defines (`_sample_n`, `_log_prob` and others) are
public in effect: TFP's documentation asks for them.
"""

from collections.abc import Callable
from typing import Any

import tensorflow_probability as tfp

__all__ = [
    "SampledAtOnce",
    "SampledDirectly",
    "before_composite_tensor",
    "record_parameters",
]


class SampledDirectly:
    """Base class before a transformed distribution that has `_sample_n`.

    `tfd.TransformedDistribution` draws from the distribution that it
    transforms, past `_sample_n`, which `tfd.Distribution` calls.
    """

    _log_prob: Callable

    def _call_sample_n(self, sample_shape, seed, **kwargs):
        return tfp.distributions.Distribution._call_sample_n(
            self, sample_shape, seed, **kwargs
        )

    def _sample_and_log_prob(self, sample_shape, seed, **kwargs):
        sample = self._call_sample_n(sample_shape, seed, **kwargs)
        return sample, self._log_prob(sample, **kwargs)


class SampledAtOnce:
    """Base class of a distribution whose `_sample_n` takes a shape, too.

    `tfd.Distribution` counts the samples of a shape, asks for a vector of so
    many and reshapes it, all of it by ops, and then works out what the static
    shape is: most of the time of a small call, and nodes of a graph. Where the
    shape of the samples is an integer, or a tuple or list of such, `_sample_n`
    gets it as a list. The numbers are the same: they depend on the position.
    """

    _sample_n: Callable
    _set_sample_static_shape: Callable

    def _call_sample_n(self, sample_shape, seed, **kwargs):
        if isinstance(sample_shape, int):
            sample_shape = [sample_shape]
        if not isinstance(sample_shape, (list, tuple)) or not all(
            type(size) is int and size >= 0 for size in sample_shape
        ):
            return tfp.distributions.Distribution._call_sample_n(
                self, sample_shape, seed, **kwargs
            )
        seed = seed() if callable(seed) else seed
        sample_shape = list(sample_shape)
        sample = self._sample_n(sample_shape, seed=seed, **kwargs)
        if sample.shape.is_fully_defined():
            return sample
        return self._set_sample_static_shape(sample, sample_shape, **kwargs)


def before_composite_tensor(cls: type) -> type:
    """The class that `tfd.Mixture` or `tfd.MixtureSameFamily` is made of.

    Both are a plain distribution and `AutoCompositeTensorDistribution`, in this
    order, and return the former from their constructor where a component is no
    composite tensor. A class of ours that must not be one in this case has to
    derive from it, and TFP does not export it.
    """
    base, *rest = cls.__bases__
    if tfp.distributions.AutoCompositeTensorDistribution not in rest:
        raise ImportError(
            f"tfp.distributions.{cls.__name__} is not made as in TensorFlow "
            "Probability 0.25."
        )
    return base


def record_parameters(
    distribution: tfp.distributions.Distribution, parameters: dict[str, Any]
) -> None:
    """Replaces what `distribution.parameters` returns, from which TFP copies.

    The constructor of a base class records its own arguments, and does not take
    others as `tfd.Distribution` itself does by its argument `parameters`.
    """
    distribution._parameters = parameters
