# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""The distributional transform of mixtures, which gives their gradients."""

import tensorflow as tf
from tensorflow_probability import distributions as tfd

from tf_implicit import implicit

__all__ = ["attach_gradient", "conditionals_of", "distributional_transform"]


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


def distributional_transform(logits, log_prob, cdf, survival):
    """Equation 9 of Figurnov et al. 2018 for a mixture, or 1 minus it.

    Args:
      logits: Logarithms of the weights up to a constant, [..., k].
      log_prob: Of component i, log q_i(z_d | z_1, ..., z_d-1), [..., k, D].
      cdf: Its conditional CDF, [..., k, D].
      survival: 1 - cdf, [..., k, D].

    Returns:
      The CDF of z_d given z_1, ..., z_d-1, or its complement where that is
      smaller, [..., D].
    """
    log_posterior = logits[..., tf.newaxis]
    # One element has none before it. Without their densities, components may
    # differ in their supports: outside of its own, a component's density has
    # a derivative that is not a number.
    if cdf.shape[-1] != 1:
        log_posterior += tf.math.cumsum(log_prob, axis=-1, exclusive=True)
    weights = tf.nn.softmax(log_posterior, axis=-2)
    cdf = tf.reduce_sum(weights * cdf, axis=-2)
    survival = tf.reduce_sum(weights * survival, axis=-2)
    return tf.where(cdf < 0.5, cdf, survival)


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
