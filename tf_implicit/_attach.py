# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""The only ways in which this package attaches a gradient to a tensor.

`tf.custom_gradient` stands in this file alone (tests/source_code_test.py). Some
transformations lose the gradient that it attaches, `tf.vectorized_map` with the
tape outside of it among them, and take that of the function's own ops instead:
0 for a sample, which is a constant to them. So a function under
`custom_gradient` of this file refuses what it cannot do, and
`attach_derivative`, for a derivative that is known already, needs none.
"""

import functools

import tensorflow as tf

__all__ = [
    "attach_derivative",
    "attach_gradient",
    "custom_gradient",
    "refuse_derivatives_above",
]


def custom_gradient(function):
    """`tf.custom_gradient` of a function, guarded.

    Args:
      function: Function of tensors that returns a tensor, or a list of such,
        and the function from the gradients in these to those in the arguments.
        The latter must take any of the arguments that it reads through
        `tf.identity`, which brings a tensor of an outer graph into the one
        where the gradient is built.

    Returns:
      Function of the same tensors. Where a transformation loses its gradient,
      asking for it is an error.
    """

    @functools.wraps(function)
    def attached(*arguments):
        if tf.executing_eagerly():
            return _attached_now(*arguments, function=function)
        return tf.custom_gradient(guarded)(*arguments)

    def guarded(*arguments):
        return _guarded(function, arguments)

    return attached


# To decorate takes a fourth of the time of a small call: here it is done once.
# A graph knows no arguments by name.
@tf.custom_gradient
def _attached_now(*arguments, function):
    return _guarded(function, arguments)


def _guarded(function, arguments):
    value, gradient = function(*arguments)
    if isinstance(value, list):
        return [_guard(v) for v in value], gradient
    return _guard(value), gradient


def _guard(value):
    # Forward mode would ask for the gradient of the function's own ops too.
    return tf.raw_ops.PreventGradient(
        input=tf.stop_gradient(value),
        message="tf.vectorized_map, or another transformation, lost the "
        "gradient that tf_implicit attached to a tensor. Take the gradient "
        "inside of the function that is mapped.",
    )


def attach_gradient(sample, parameters, pullback):
    """A sample with a gradient that is computed when it is asked for.

    Args:
      sample: Floating tensor; its own gradient, if any, is replaced.
      parameters: List of tensors.
      pullback: Function of the gradient in the sample, the sample and the
        parameters that returns the gradient in each parameter, of its shape, or
        None. The sample that it gets has the attached gradient itself, so that
        higher derivatives are right as far as those of `pullback` are.

    Returns:
      Tensor with the values of `sample`.
    """

    @custom_gradient
    def attached(sample, *parameters):
        def gradient(upstream):
            own = [tf.identity(parameter) for parameter in parameters]
            own_sample = attach_gradient(tf.identity(sample), own, pullback)
            return None, *pullback(upstream, own_sample, *own)

        return sample, gradient

    return attached(tf.stop_gradient(sample), *parameters)


def attach_derivative(sample, parameter, derivative):
    """A sample with a first derivative that is known, in any transformation.

    Args:
      sample: Floating tensor, with or without a gradient of its own, which it
        keeps.
      parameter: Tensor of the same shape.
      derivative: d sample / d parameter, a tensor of the same shape, added to
        the gradient of the sample. It may be infinite or NaN.

    Returns:
      Tensor with the values of `sample`, or NaN where the parameter is not
      finite. Its second derivative is an error.
    """
    step = parameter - tf.stop_gradient(parameter)  # 0, with the slope 1
    step = tf.math.multiply_no_nan(tf.stop_gradient(derivative), step)
    return sample + step + refuse_derivatives_above(1, parameter)


def refuse_derivatives_above(order, x):
    """Zero, as its derivatives in x up to the first or second; then an error.

    A transformation that loses its gradient loses the refusal only.
    """
    return _flat(x, order, _ORDERS[order])


_ORDERS = {1: "first", 2: "second"}


def _flat(x, left, highest):
    @tf.custom_gradient
    def flat(x):
        def gradient(upstream):
            if left == 0:
                raise NotImplementedError(
                    "tf_implicit provides derivatives of these samples up to "
                    f"the {highest} order."
                )
            # The identity is a tensor of the graph that is being built now, if
            # it is another one than that of x. An infinite upstream gradient
            # must not become NaN here.
            following = _flat(tf.identity(x), left - 1, highest)
            return tf.math.multiply_no_nan(upstream, following)

        return tf.zeros_like(x), gradient

    return flat(x)
