# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""What the families of derivatives share: methods, gradients of ops."""

import functools
import warnings

import tensorflow as tf

from tf_implicit import _attach, _tensors


def choose_algorithm(algorithm, method, choices):
    """The op for an `algorithm`, or an error that names the choices.

    Args:
      algorithm: Its name.
      method: None, or the same by the former name of the argument.
      choices: Dictionary from each name to its op.

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
        rows = _rows(op)
        known = [op.outputs[1 + k] for k in rows]
        result = [None] * len(inputs)
        if not rows:
            return result
        slopes = with_slopes(known, inputs, second, rows)
        for k, slope in zip(rows, slopes, strict=True):
            # A derivative may be infinite where nothing depends on the value.
            flow = tf.math.multiply_no_nan(slope, upstream)
            (result[k],) = _tensors.sum_to_shape([flow], [inputs[k]])
        return result

    tf.RegisterGradient(op_type)(gradient)


def register_product(op_type, flows):
    """Registers the gradient of an op that is a product of its first inputs.

    Where a bound moved the output, the gradient is that of an output there.

    Args:
      op_type: The op, such as "TFImplicit>ScaledExponential".
      flows: For each of the first inputs, the function of output times gradient
        and of the input that returns the gradient in it. The other inputs,
        bounds, have none.
    """

    def gradient(op, upstream):
        product = upstream * op.outputs[0]
        result = [None] * len(op.inputs)
        for k, flow in enumerate(flows):
            if _tensors.wanted(op, k):
                x = op.inputs[k]
                (result[k],) = _tensors.sum_to_shape([flow(product, x)], [x])
        return result

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
        result = [None] * len(inputs)
        for k in _rows(op):
            # One by one: a second derivative may be infinite where nobody asks
            # for it.
            pull_back = functools.partial(contract_one, k)
            (slope,) = _with_gradient([op.outputs[1 + k]], inputs, pull_back)
            result[k] = tf.math.multiply_no_nan(slope, of_row)
        return result

    def contract_one(k, upstreams, *inputs):
        return contract(k, *upstreams, *inputs)

    tf.RegisterGradient(op_type)(gradient)


def _rows(op):
    """The inputs with known derivatives, less those that nobody asks for."""
    return [k for k in range(len(op.outputs) - 1) if _tensors.wanted(op, k)]


def with_slopes(known, inputs, second, rows):
    """Derivatives, with their own derivatives, which come when asked for.

    Args:
      known: List of their values.
      inputs: List of tensors.
      second: Function of them, the matrix of the second derivatives.
      rows: List of their rows in it, which may end before the last inputs.

    Returns:
      List of tensors with the values of `known`.
    """

    def pull_back(upstreams, *inputs):
        matrix = second(*inputs)
        flows = []
        for column in zip(*(matrix[k] for k in rows), strict=True):
            # Nothing may depend on a derivative whose own is infinite.
            terms = map(tf.math.multiply_no_nan, column, upstreams)
            flows.append(functools.reduce(tf.add, terms))
        gradients = _tensors.sum_to_shape(flows, inputs[: len(flows)])
        return gradients + [None] * (len(inputs) - len(flows))

    return _with_gradient(known, inputs, pull_back)


def _with_gradient(known, inputs, pull_back):
    """`known`, with the gradients in the inputs that a function gives."""
    count = len(known)

    @_attach.custom_gradient
    def derivatives(*arguments):
        def gradient(*upstreams):
            own = map(tf.identity, arguments[count:])
            return [None] * count + list(pull_back(upstreams, *own))

        return list(arguments[:count]), gradient

    return derivatives(*known, *inputs)


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
