# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Fully connected networks, and parameters of distributions from outputs."""

import itertools
import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import tensorflow as tf

__all__ = [
    "PAPER_BOUNDS",
    "Bounds",
    "Network",
    "Update",
    "positive",
    "truncated_normal",
]


class Bounds(NamedTuple):
    """What positive parameters are clipped to.

    Attributes:
        lower: Smallest value, above 0.
        upper: Largest value.
        inward_gradient: Whether a clipped parameter keeps the gradient of a
            loss that leads back within the bounds; otherwise it has none.
    """

    lower: float
    upper: float
    inward_gradient: bool = False


# Those of Appendix D: within them the textbook formulas of KL divergences are
# numerically stable in float32. Those of tf_implicit need none.
PAPER_BOUNDS = Bounds(1e-3, 1e3)

# Changes a variable, given the gradient.
Update = Callable[[tf.Variable, tf.Tensor], None]

# Standard deviation of a standard Normal truncated at +-2, the law that
# `tf.random.stateless_truncated_normal` draws from:
# sqrt(1 - 4 pdf(2) / (2 cdf(2) - 1)).
_TRUNCATED_NORMAL_STDDEV = 0.87962566


def positive(outputs: tf.Tensor, bounds: Bounds = PAPER_BOUNDS) -> tf.Tensor:
    """Maps real numbers to positive parameters: softplus, clipped.

    Beyond the bounds the gradient is 0, but for `Bounds.inward_gradient`, with
    which it has to be that of a loss to lower. The way back from the lower
    bound is slow: there softplus multiplies the gradient by about that bound.
    """
    values = tf.nn.softplus(outputs)
    if bounds.inward_gradient:
        return _clip_that_lets_back(values, bounds)
    return tf.clip_by_value(values, bounds.lower, bounds.upper)


def _clip_that_lets_back(values: tf.Tensor, bounds: Bounds) -> tf.Tensor:
    """Clips; the gradient is 0 only where a descent would lead further out."""

    @tf.custom_gradient
    def clip(values):
        def gradient(upstream):
            # A descent lowers the values where the gradient is positive.
            passes = tf.where(
                upstream > 0, values > bounds.lower, values < bounds.upper
            )
            return tf.where(passes, upstream, tf.zeros_like(upstream))

        return tf.clip_by_value(values, bounds.lower, bounds.upper), gradient

    return clip(values)


def truncated_normal(
    shape: Sequence[int], variance: float, seed: tf.Tensor
) -> tf.Tensor:
    """Draws from a Normal truncated at two of its standard deviations.

    Args:
        shape: Shape of the result.
        variance: Variance of the result, after truncation.
        seed: int32 `[2]`.
    """
    stddev = math.sqrt(variance) / _TRUNCATED_NORMAL_STDDEV
    return tf.random.stateless_truncated_normal(shape, seed, stddev=stddev)


class Network(tf.Module):
    """A fully connected network with ReLU between its layers, float32."""

    def __init__(self, sizes: Sequence[int], seed: tf.Tensor, name: str):
        """Makes the variables: kernels of variance 1 / fan_in, zero biases.

        Args:
            sizes: Units of each layer, from the inputs to the outputs.
            seed: int32 `[2]`.
            name: Name of the module, and part of its variables' names.
        """
        super().__init__(name=name)
        shapes = list(itertools.pairwise(sizes))
        seeds = tf.unstack(tf.random.split(seed, len(shapes)))
        self.kernels = [
            tf.Variable(
                truncated_normal(shape, 1 / shape[0], layer_seed),
                name=f"{name}_kernel_{i}",
            )
            for i, (shape, layer_seed) in enumerate(
                zip(shapes, seeds, strict=True)
            )
        ]
        self.biases = [
            tf.Variable(tf.zeros(size), name=f"{name}_bias_{i}")
            for i, size in enumerate(sizes[1:])
        ]

    def __call__(
        self,
        inputs: tf.Tensor,
        update: Update | None = None,
        inputs_need_gradient: bool = True,
    ) -> tf.Tensor:
        """Returns the outputs.

        Args:
            inputs: `[batch, sizes[0]]`.
            update: If not None, the backward pass calls it for each variable
                as soon as that variable's gradient is known, instead of
                handing the gradient to the tape. A step then takes a tenth
                less time, because the gradient is still in the cache and its
                memory serves the next one.
            inputs_need_gradient: Whether the backward pass, with `update`,
                computes the gradient of the inputs.

        Returns:
            `[batch, sizes[-1]]`.
        """
        units = inputs
        for i, (kernel, bias) in enumerate(
            zip(self.kernels, self.biases, strict=True)
        ):
            units = tf.nn.relu(units) if i else units
            if update is None:
                units = tf.nn.bias_add(tf.matmul(units, kernel), bias)
            else:
                units = _updating_layer(
                    units, kernel, bias, update, i > 0 or inputs_need_gradient
                )
        return units


def _updating_layer(units, kernel, bias, update, units_need_gradient):
    """A layer whose backward pass updates its variables."""
    # Values outside the function that TensorFlow differentiates: it is to know
    # of no variables.
    kernel_value, bias_value = tf.identity(kernel), tf.identity(bias)

    @tf.custom_gradient
    def layer(units):
        outputs = tf.nn.bias_add(tf.matmul(units, kernel_value), bias_value)

        def backward(upstream):
            down = None
            before_update = []
            if units_need_gradient:
                down = tf.matmul(upstream, kernel_value, transpose_b=True)
                before_update = [down]
            with tf.control_dependencies(before_update):
                update(kernel, tf.matmul(units, upstream, transpose_a=True))
                update(bias, tf.reduce_sum(upstream, axis=0))
            return down

        return outputs, backward

    return layer(units)
