# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""What the families of derivatives share: methods, gradients of ops."""

import functools
import warnings

import tensorflow as tf

from tf_implicit import _attach, _tensors


def choose_algorithm(algorithm, method, **choices):
    """The op for an `algorithm`, or an error that names the choices.

    Args:
      algorithm: Its name.
      method: None, or the same by the former name of the argument.
      **choices: The op for each name.

    Returns:
      The op.
    """
    if method is not None:
        warnings.warn(
            "The argument `method` of tf_implicit.math is called `algorithm` "
            "now.",
            FutureWarning,
            stacklevel=3,
        )
        algorithm = method
    if algorithm not in choices:
        raise ValueError(
            f"`algorithm` must be one of {sorted(choices)}, got {algorithm!r}."
        )
    return choices[algorithm]


def register_partials(op_type, partials, inputs, outputs=1):
    """Registers the gradient of an elementwise op.

    Args:
      op_type: The op, such as "TFImplicit>RandomGammaGrad".
      partials: Function of the op's inputs that returns, for each output, the
        list of its partial derivatives in each input.
      inputs: The number of inputs.
      outputs: The number of outputs.
    """

    def gradient(op, *upstream):
        tensors = [op.inputs[k] for k in range(inputs)]
        rows = partials(*tensors)
        if len(rows) != outputs:
            raise ValueError(
                f"{op_type}: {len(rows)} rows for {outputs} outputs"
            )
        gradients = [
            tf.add_n([upstream[j] * rows[j][k] for j in range(outputs)])
            for k in range(inputs)
        ]
        return _tensors.sum_to_shape(gradients, tensors)

    tf.RegisterGradient(op_type)(gradient)


def register_known_partials(op_type, second):
    """Registers the gradient of an op that computes its derivatives as well.

    The first output is the value, the others are its derivatives in the first
    inputs: nothing but their products with the gradient is left to do. Callers
    of the op use its first output only. Inputs beyond those are second names of
    the same numbers, without gradient.

    Args:
      op_type: The op, such as "TFImplicit>GammaDivergence".
      second: Function of the op's inputs that returns the matrix of the second
        derivatives, rows of tensors that broadcast with the inputs.
    """

    def gradient(op, upstream, *unused):
        del unused
        inputs = list(op.inputs)
        return _for_each_input(
            op,
            lambda k: _tensors.sum_to_shape(
                # A derivative may be infinite where nothing depends on the
                # value.
                [
                    tf.math.multiply_no_nan(
                        with_slopes(op.outputs[1 + k], inputs, second, k),
                        upstream,
                    )
                ],
                [inputs[k]],
            )[0],
        )

    tf.RegisterGradient(op_type)(gradient)


def second_of(formula):
    """The second derivatives of a formula, for `register_known_partials`.

    Args:
      formula: Function of the op's inputs in float64 that returns its first
        output.

    Returns:
      Function of the op's inputs.
    """

    def second(*inputs):
        shape = tf.shape(sum(tf.zeros_like(x) for x in inputs))
        wide = [tf.broadcast_to(tf.cast(x, tf.float64), shape) for x in inputs]
        with tf.GradientTape(persistent=True) as outer:
            outer.watch(wide)
            with tf.GradientTape() as tape:
                tape.watch(wide)
                value = formula(*wide)
            slopes = tape.gradient(value, wide)
        zero = tf.UnconnectedGradients.ZERO
        return [
            [
                tf.cast(
                    outer.gradient(slope, x, unconnected_gradients=zero),
                    inputs[0].dtype,
                )
                for x in wide
            ]
            for slope in slopes
        ]

    return second


def register_formula(op_type, formula):
    """Registers the gradient of an op as that of its formula in TensorFlow.

    For derivatives of samples that an op computes at once, and whose own
    derivatives few programs ask for.

    Args:
      op_type: The op, such as "TFImplicit>RandomTruncatedNormalGrad".
      formula: Function of the op's inputs in float64 that returns the list of
        its outputs.
    """

    def gradient(op, *upstream):
        inputs = [tf.cast(tf.identity(x), tf.float64) for x in op.inputs]
        with tf.GradientTape() as tape:
            tape.watch(inputs)
            outputs = formula(*inputs)
        flows = tape.gradient(
            outputs,
            inputs,
            output_gradients=[tf.cast(flow, tf.float64) for flow in upstream],
            unconnected_gradients=tf.UnconnectedGradients.ZERO,
        )
        dtype = op.inputs[0].dtype
        return [tf.cast(flow, dtype) for flow in flows]

    tf.RegisterGradient(op_type)(gradient)


def register_known_row_partials(op_type, contract):
    """As register_known_partials, for an op over rows.

    Args:
      op_type: The op, such as "TFImplicit>DirichletDivergence".
      contract: Function of k, a gradient in derivative k and the op's inputs
        that returns the gradients in these.
    """

    def gradient(op, upstream, *unused):
        del unused
        inputs = list(op.inputs)
        of_row = upstream[..., tf.newaxis]
        return _for_each_input(
            op,
            lambda k: tf.math.multiply_no_nan(
                _with_gradient(
                    op.outputs[1 + k], inputs, functools.partial(contract, k)
                ),
                of_row,
            ),
        )

    tf.RegisterGradient(op_type)(gradient)


def _for_each_input(op, gradient_in):
    """The list of gradients, None in those that nobody asks for."""
    # Eager tapes know whose gradient is not needed; graphs are pruned.
    skipped = getattr(op, "skip_input_indices", None) or ()
    known = len(op.outputs) - 1
    return [
        gradient_in(k) if k < known and k not in skipped else None
        for k in range(len(op.inputs))
    ]


def with_slopes(known, inputs, second, k):
    """The derivative in input k, with derivatives that come when asked for.

    Args:
      known: Its value.
      inputs: List of tensors.
      second: Function of them, the matrix of the second derivatives.
      k: Its row, which may end before the last inputs.

    Returns:
      Tensor with the value of `known`.
    """

    def gradient(upstream, *inputs):
        row = second(*inputs)[k]
        gradients = _tensors.sum_to_shape(
            [upstream * slope for slope in row], inputs[: len(row)]
        )
        return gradients + [None] * (len(inputs) - len(row))

    return _with_gradient(known, inputs, gradient)


def _with_gradient(known, inputs, gradient):
    """`known`, with the gradient in the inputs that a function gives."""

    @_attach.custom_gradient
    def derivative(known, *inputs):
        def pullback(upstream):
            return None, *gradient(upstream, *map(tf.identity, inputs))

        return tf.identity(known), pullback

    return derivative(tf.stop_gradient(known), *inputs)


def refuse_gradient(op_type, what):
    """Registers an error as the gradient of an op that has none.

    Args:
      op_type: The op.
      what: What the op computes, in the words of the error.
    """

    def gradient(op, *upstream):
        del op, upstream
        raise NotImplementedError(
            f"{op_type} has no gradient: it computes {what}, and tf_implicit "
            "provides derivatives of samples up to the second order."
        )

    tf.RegisterGradient(op_type)(gradient)
