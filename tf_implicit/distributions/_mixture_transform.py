# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""The distributional transform of mixtures, which gives their gradients."""

import math

import numpy as np
import tensorflow as tf
from tensorflow_probability import distributions as tfd

from tf_implicit import implicit
from tf_implicit.distributions import _root

__all__ = [
    "attach_gradient",
    "conditionals_of",
    "distributional_transform",
    "has_cdf",
    "log_average",
    "obstacle",
    "quantile",
]


def attach_gradient(z, event_shape, transform):
    """Gives samples of a mixture the gradient of its transform.

    Args:
      z: Samples, [..., *event_shape].
      event_shape: Their event shape, known statically.
      transform: The standardization function, of a tensor [..., D] with one
        axis for the D elements of an event.

    Returns:
      z with the implicit reparameterization gradient.

    Raises:
      ValueError: Where the event shape is not known.
    """
    size = event_shape.num_elements()
    if size is None:
        raise ValueError(
            "The event_shape of the components must be known, got "
            f"{event_shape}."
        )
    shape = tf.shape(z)
    batch_shape = shape[: tf.rank(z) - event_shape.rank]
    flat = tf.reshape(z, tf.concat([batch_shape, [size]], axis=0))
    flat = implicit.implicit_reparameterization(
        flat, transform, structure="diagonal" if size == 1 else "triangular"
    )
    return tf.ensure_shape(tf.reshape(flat, shape), z.shape)


def distributional_transform(cat, log_prob, cdf, survival):
    """Equation 9 of Figurnov et al. 2018 for a mixture, or 1 minus it.

    Args:
      cat: Categorical distribution of the weights, [..., k].
      log_prob: Of component i, log q_i(z_d | z_1, ..., z_d-1), [..., k, D].
      cdf: Its conditional CDF, [..., k, D].
      survival: 1 - cdf, [..., k, D].

    Returns:
      The CDF of z_d given z_1, ..., z_d-1, or its complement where that is
      smaller, [..., D].
    """
    # One element has none before it. Without their densities, components may
    # differ in their supports: outside of its own, a component's density has
    # a derivative that is not a number.
    before = tf.zeros_like(cdf)
    if cdf.shape[-1] != 1:
        before = tf.math.cumsum(log_prob, axis=-1, exclusive=True)
    weights = _posterior(cat, before)
    cdf = tf.reduce_sum(weights * cdf, axis=-2)
    survival = tf.reduce_sum(weights * survival, axis=-2)
    return tf.where(cdf < 0.5, cdf, survival)


def _posterior(cat, log_prob):
    """Softmax of log w_i + log q_i over the components, [..., k, D]."""
    if cat.probs is None:
        logits = cat.logits_parameter()[..., tf.newaxis]
        # Softmax itself takes no more than five dimensions with oneDNN.
        return tf.exp(tf.nn.log_softmax(logits + log_prob, axis=-2))
    # The logarithm of a weight of 0 has no derivative, the weight has.
    probs = cat.probs_parameter()[..., tf.newaxis]
    weights = probs * _relative(probs, log_prob, axis=-2)[0]
    return weights / tf.reduce_sum(weights, axis=-2, keepdims=True)


def _relative(probs, log_values, axis):
    """exp(x) in units of the largest with a weight, and that unit's log."""
    lowest = tf.constant(log_values.dtype.min, log_values.dtype)
    unit = tf.reduce_max(
        tf.where(probs > 0, log_values, lowest), axis=axis, keepdims=True
    )
    unit = tf.stop_gradient(tf.maximum(unit, lowest))
    # A component of weight 0 may be any number of times as probable.
    end = math.log(log_values.dtype.max) / 2
    return tf.exp(tf.minimum(log_values - unit, end)), unit


def log_average(cat, log_values):
    """log(sum_i w_i exp(x_i)) over the last axis.

    Args:
      cat: Categorical distribution of the weights, [..., k].
      log_values: Of component i, x_i, [..., k].

    Returns:
      Tensor [...], with a derivative in a weight of 0.
    """
    if cat.probs is None:
        log_weights = tf.math.log_softmax(cat.logits_parameter())
        return tf.reduce_logsumexp(log_values + log_weights, axis=-1)
    probs = cat.probs_parameter()
    relative, unit = _relative(probs, log_values, axis=-1)
    weights = probs / tf.reduce_sum(probs, axis=-1, keepdims=True)
    average = tf.reduce_sum(weights * relative, axis=-1)
    return tf.math.log(average) + unit[..., 0]


def quantile(mixture, p, quantiles):
    """The z at which the CDF of a univariate mixture is p.

    Args:
      mixture: The mixture, read once.
      p: Probabilities, that broadcast with the batch shape.
      quantiles: Those of the components at p, [..., k].

    Returns:
      Tensor of z, NaN where the search for it failed, with a gradient.

    The mixture's quantile lies between those of its components.
    """
    noise = 64 * np.finfo(p.dtype.as_numpy_dtype).eps
    low = tf.reduce_min(quantiles, axis=-1)
    high = tf.reduce_max(quantiles, axis=-1)
    low, high = low - noise * tf.abs(low), high + noise * tf.abs(high)
    low, high = tf.stop_gradient(low), tf.stop_gradient(high)
    p = tf.broadcast_to(p, tf.shape(low))
    lower = p < 0.5
    target = tf.stop_gradient(
        tf.where(lower, tf.math.log(p), tf.math.log1p(-p))
    )
    scale = tf.maximum(tf.ones_like(target), -target)
    sign = tf.where(lower, tf.ones_like(target), -tf.ones_like(target))

    def value_and_slope(z):
        log_tail = tf.where(
            lower, mixture.log_cdf(z), mixture.log_survival_function(z)
        )
        slope = tf.exp(mixture.log_prob(z) - log_tail) / scale
        return sign * (log_tail - target) / scale, slope

    z = _root.find_root(value_and_slope, (low + high) / 2, low, high)
    z = tf.where(tf.stop_gradient(p) == 0, low, z)
    z = tf.where(tf.stop_gradient(p) == 1, high, z)

    def standardize(z):
        return tf.where(
            lower, mixture.cdf(z) - p, mixture.survival_function(z) - (1 - p)
        )

    return implicit.implicit_reparameterization(z, standardize)


def obstacle(components):
    """Why samples of a mixture of these have no gradient, an error, or None.

    Args:
      components: Distribution, of one component or of several.
    """
    try:
        conditionals_of(components)
    except NotImplementedError as error:
        return error
    univariate = _univariate(components)
    if (
        components.reparameterization_type != tfd.FULLY_REPARAMETERIZED
        or isinstance(univariate, tfd.Deterministic)
    ):
        return ValueError(
            "`reparameterize` needs components that are fully reparameterized, "
            f"got {components.name}. Implicit makes them so where they have a "
            "differentiable `cdf`."
        )
    if components.event_shape.num_elements() is None:
        return ValueError(
            "`reparameterize` needs components with a known event_shape, got "
            f"{components.name} with event_shape {components.event_shape}."
        )
    if isinstance(components, tfd.MultivariateNormalLinearOperator):
        return None
    if not has_cdf(univariate):
        return NotImplementedError(
            "`reparameterize` needs components with a `cdf`, which "
            f"{univariate.name} has not."
        )
    return None


def has_cdf(distribution):
    """Whether a univariate distribution has a `cdf`."""
    if isinstance(distribution, tfd.TransformedDistribution):
        # Its bijector must be known to be monotonic.
        try:
            distribution.cdf(tf.constant(0.5, distribution.dtype))
        except NotImplementedError:
            return False
        except tf.errors.InvalidArgumentError:
            return True
        return True
    return hasattr(distribution, "_cdf") or hasattr(distribution, "_log_cdf")


def conditionals_of(components):
    """The function for the conditional laws of these components.

    Args:
      components: Distribution, of one component or of several along the last
        axis of its batch shape.

    Returns:
      Function of the components and of z, [..., D] where it broadcasts with
      their batch shape, that returns log q, F and 1 - F of z_d given z_1, ...,
      z_d-1, of that shape each.

    Raises:
      NotImplementedError: Where these laws are not known.
    """
    if isinstance(components, tfd.MultivariateNormalLinearOperator):
        return _normal_conditionals
    if _univariate(components).event_shape.rank == 0:
        return _factorized_conditionals
    raise NotImplementedError(
        "Samples of a mixture have a gradient for univariate, Independent "
        "univariate and multivariate Normal components, not for "
        f"{components.name}."
    )


def _univariate(components):
    while isinstance(components, tfd.Independent):
        components = components.distribution
    return components


def _factorized_conditionals(components, z):
    event_shape = components.event_shape
    marginals = _univariate(components)
    z = tf.reshape(z, tf.concat([tf.shape(z)[:-1], event_shape], axis=0))

    def flatten(x):
        batch_shape = tf.shape(x)[: tf.rank(x) - event_shape.rank]
        size = event_shape.num_elements()
        return tf.reshape(x, tf.concat([batch_shape, [size]], axis=0))

    return tuple(
        flatten(f(z))
        for f in (
            marginals.log_prob,
            marginals.cdf,
            marginals.survival_function,
        )
    )


def _normal_conditionals(components, z):
    cholesky = _cholesky(components.scale)
    centred = z - components.loc
    shape = tf.broadcast_dynamic_shape(
        tf.shape(centred)[:-1], tf.shape(cholesky)[:-2]
    )
    size = components.event_shape.num_elements()
    centred = tf.broadcast_to(centred, tf.concat([shape, [size]], axis=0))
    y = tf.linalg.LinearOperatorLowerTriangular(cholesky).solvevec(centred)
    scale = tf.linalg.diag_part(cholesky)
    # A negative scale is as good as its absolute value, of -y.
    y *= tf.sign(scale)
    normal = tfd.Normal(tf.zeros([], y.dtype), tf.ones([], y.dtype))
    return (
        normal.log_prob(y) - tf.math.log(tf.abs(scale)),
        normal.cdf(y),
        normal.survival_function(y),
    )


_LOWER_TRIANGULAR = (
    tf.linalg.LinearOperatorDiag,
    tf.linalg.LinearOperatorIdentity,
    tf.linalg.LinearOperatorScaledIdentity,
    tf.linalg.LinearOperatorLowerTriangular,
)


def _cholesky(scale):
    """A lower triangular factor of scale scale^T."""
    if isinstance(scale, _LOWER_TRIANGULAR):
        return scale.to_dense()
    return tf.linalg.cholesky(scale.matmul(scale.to_dense(), adjoint_arg=True))
