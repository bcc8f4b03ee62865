# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Gradients of the ops of the Beta distribution function.

With F the CDF, D its density in the logit y and y_a, y_b the derivatives of a
sample of the logit: F_a = -D y_a, F_b = -D y_b, F_y = D, F_x = D / x / (1-x),
all in one op. Their own derivatives are formulas in TensorFlow's ops: with
L_a = d log(D) / da = log(x) - psi(a) + psi(a + b), L_b likewise and
L_y = a (1-x) - b x,

    F_aa = -D (L_a y_a + y_aa),   F_ab = -D (L_b y_a + y_ab),   F_ay = D L_a,
    F_bb = -D (L_b y_b + y_bb),   F_by = D L_b,                 F_yy = D L_y,

and (log F)_ij = F_ij / F - (log F)_i (log F)_j.
"""

import tensorflow as tf

from tf_implicit import _tensors
from tf_implicit._op_library import ops


def register(op_type, partials, inputs):
    """Registers the gradient of an elementwise op with several outputs.

    Args:
      op_type: The op.
      partials: Function of the op that returns, for each output, the list of
        its partial derivatives in the first inputs. An infinite one counts only
        where the gradient of the output is not 0.
      inputs: The number of these inputs. The others are second names of the
        same numbers, without gradient.
    """

    def gradient(op, *upstream):
        rows = partials(op)
        tensors = list(op.inputs)
        gradients = [
            tf.add_n(
                [
                    tf.math.multiply_no_nan(row[k], flow)
                    for row, flow in zip(rows, upstream, strict=True)
                ]
            )
            for k in range(inputs)
        ]
        gradients = _tensors.sum_to_shape(gradients, tensors[:inputs])
        return gradients + [None] * (len(tensors) - inputs)

    tf.RegisterGradient(op_type)(gradient)


def both_tails(rows):
    """The partial derivatives of F and 1 - F from those of F."""
    return [list(rows), [-row for row in rows]]


def _scores(a, b, log_x, log_complement):
    total = tf.math.digamma(a + b)
    return (
        log_x - tf.math.digamma(a) + total,
        log_complement - tf.math.digamma(b) + total,
    )


def _hessian_over_density(a, b, y):
    """F_ij / D in (a, b, y), i, j in the order aa, ab, ay, bb, by, yy."""
    log_x, log_complement = -tf.nn.softplus(-y), -tf.nn.softplus(y)
    score_a, score_b = _scores(a, b, log_x, log_complement)
    y_a, y_b = ops.tf_implicit_random_logit_beta_grad(
        concentration1=a, concentration0=b, logit_sample=y
    )
    y_aa, y_ab, _, _, y_bb, _ = ops.tf_implicit_random_logit_beta_grad_partials(
        concentration1=a, concentration0=b, logit_sample=y
    )
    return (
        -(score_a * y_a + y_aa),
        -(score_b * y_a + y_ab),
        score_a,
        -(score_b * y_b + y_bb),
        score_b,
        a * tf.sigmoid(-y) - b * tf.sigmoid(y),
    )


def _square(h):
    """The rows of a symmetric matrix from its upper triangle."""
    return [[h[0], h[1], h[2]], [h[1], h[3], h[4]], [h[2], h[4], h[5]]]


def _at_logit(density, a, b, y):
    return _square(
        [
            tf.math.multiply_no_nan(h, density)
            for h in _hessian_over_density(a, b, y)
        ]
    )


def _at_sample(slope, a, b, x, complement):
    """As _at_logit in (a, b, x), from F_x or a multiple of it."""
    y = tf.math.log(x) - tf.math.log(complement)
    per_density = _hessian_over_density(a, b, y)
    density = slope * x * complement
    weights = [density, density, slope, density, slope, slope]
    bend = (a - 1) / x - (b - 1) / complement
    return _square(
        [
            tf.math.multiply_no_nan(h, w)
            for h, w in zip((*per_density[:5], bend), weights, strict=True)
        ]
    )


def _of_logarithm(rows, slopes):
    return [
        [h - s * t for h, t in zip(row, slopes, strict=True)]
        for row, s in zip(rows, slopes, strict=True)
    ]


def _logarithms(hessian, outputs, arguments):
    """The second derivatives of log F and log(1 - F) from the first."""
    lower, upper = list(outputs[:3]), list(outputs[3:])
    # lower[2] = F_y / F and upper[2] = -F_y / (1 - F): multiples of F_y.
    return _of_logarithm(hessian(lower[2], *arguments), lower) + _of_logarithm(
        hessian(upper[2], *arguments), upper
    )


def _sample_pair(op):
    """(a, b, x, 1 - x), what the partial derivatives in x take."""
    return (*op.inputs, 1 - op.inputs[2])


register(
    "TFImplicit>Betainc",
    lambda op: both_tails(ops.tf_implicit_betainc_partials(*_sample_pair(op))),
    inputs=3,
)
register(
    "TFImplicit>BetaincPartials",
    lambda op: _at_sample(op.outputs[2], *op.inputs),
    inputs=3,
)
register(
    "TFImplicit>LogitBetaCdf",
    lambda op: both_tails(ops.tf_implicit_logit_beta_cdf_partials(*op.inputs)),
    inputs=3,
)
register(
    "TFImplicit>LogitBetaCdfPartials",
    lambda op: _at_logit(op.outputs[2], *op.inputs),
    inputs=3,
)


def _both_logarithms(partials):
    return [list(partials[:3]), list(partials[3:])]


register(
    "TFImplicit>LogBetainc",
    lambda op: _both_logarithms(
        ops.tf_implicit_log_betainc_partials(*_sample_pair(op))
    ),
    inputs=3,
)
register(
    "TFImplicit>LogBetaincPartials",
    lambda op: _logarithms(_at_sample, op.outputs, op.inputs),
    inputs=3,
)
register(
    "TFImplicit>LogitBetaLogCdf",
    lambda op: _both_logarithms(
        ops.tf_implicit_logit_beta_log_cdf_partials(*op.inputs)
    ),
    inputs=3,
)
register(
    "TFImplicit>LogitBetaLogCdfPartials",
    lambda op: _logarithms(_at_logit, op.outputs, op.inputs),
    inputs=3,
)


def _quantile_partials(op):
    a, b = op.inputs[:2]
    x, complement = op.outputs
    d_a, d_b = ops.tf_implicit_random_beta_grad(
        concentration1=a, concentration0=b, sample=x, complement=complement
    )
    slope = ops.tf_implicit_betainc_partials(
        a=a, b=b, x=x, complement=complement
    )[2]
    return both_tails([d_a, d_b, 1 / slope])


def _logit_quantile_partials(op):
    a, b = op.inputs[:2]
    d_a, d_b = ops.tf_implicit_random_logit_beta_grad(
        concentration1=a, concentration0=b, logit_sample=op.outputs[0]
    )
    density = ops.tf_implicit_logit_beta_cdf_partials(
        concentration1=a, concentration0=b, logit=op.outputs[0]
    )[2]
    return [[d_a, d_b, 1 / density]]


register("TFImplicit>Betaincinv", _quantile_partials, inputs=3)
register("TFImplicit>LogitBetaQuantile", _logit_quantile_partials, inputs=3)
