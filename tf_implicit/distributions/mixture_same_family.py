# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Mixtures with implicit gradients in the weights and all components."""

import tensorflow as tf
import tensorflow_probability as tfp

from tf_implicit import implicit

tfd = tfp.distributions

__all__ = ["MixtureSameFamily"]


class MixtureSameFamily(tfd.MixtureSameFamily):
    """Mixture of one family, a `tfp.distributions.MixtureSameFamily`.

    It differs from its base class in the gradients of the samples, which it has
    by default, to second order, and for Normal components with any covariance
    too. By Figurnov et al. 2018, equation 9 and section 4, the standardization
    function is the distributional transform

        S_d(z) = sum_i w_i^d F_i(z_d | z_1, ..., z_d-1)
        w_i^d = w_i q_i(z_1, ..., z_d-1) / sum_j w_j q_j(z_1, ..., z_d-1)

    with the posterior weights w^d formed in log space, and 1 - S_d in place of
    S_d where that is smaller. The conditional laws F_i are those of

    * univariate components;
    * `tfd.Independent` univariate components, where they condition on nothing;
    * multivariate Normal components (`tfd.MultivariateNormalTriL` and all
      others with a `scale` operator): with C the lower Cholesky factor of the
      covariance, z_d given the former is Normal with scale C_dd and with mean
      loc_d + sum_e<d C_de y_e, C y = z - loc.

    For events of D elements, dS/dz takes D reverse passes. Where the density of
    the mixture underflows, the gradient is not finite.

    #### Examples

        import tensorflow as tf
        import tensorflow_probability as tfp
        import tf_implicit as tfi

        tfd = tfp.distributions
        logits = tf.constant([0.0, 1.0])
        tril = tf.constant(
            [[[1.0, 0.0], [0.9, 0.3]], [[0.5, 0.0], [-1.0, 2.0]]])
        with tf.GradientTape() as tape:
            tape.watch([logits, tril])
            mixture = tfi.distributions.MixtureSameFamily(
                tfd.Categorical(logits=logits),
                tfd.MultivariateNormalTriL([[0.0, 1.0], [2.0, -1.0]], tril))
            z = mixture.sample(5000, seed=1)
            loss = tf.reduce_mean(z[:, 0] * z[:, 1])
        tape.gradient(loss, [logits, tril])   # logits: about [0.67, -0.67]

    #### References

    [1]: Figurnov, M., Mohamed, S., Mnih, A. Implicit Reparameterization
         Gradients. NeurIPS 2018.
    """

    def __init__(
        self,
        mixture_distribution,
        components_distribution,
        reparameterize=True,
        validate_args=False,
        allow_nan_stats=True,
        name="MixtureSameFamily",
    ):
        """Constructs a mixture.

        Args:
          mixture_distribution: `tfd.Categorical`, the weights.
          components_distribution: Distribution whose last batch dimension
            counts the components. Its samples must be fully reparameterized
            where those of the mixture are to be: see `Implicit`.
          reparameterize: Whether the samples have the gradient of the mixture.
            Otherwise they have that of the component that was drawn, as in the
            base class.
          validate_args: Whether the parameters are checked, at some cost.
          allow_nan_stats: Whether undefined statistics are NaN, instead of an
            error.
          name: Name of the ops.

        Raises:
          NotImplementedError: Where `reparameterize` and the components are
            none of those above.
          ValueError: As in the base class.
        """
        super().__init__(
            mixture_distribution,
            components_distribution,
            reparameterize=reparameterize,
            validate_args=validate_args,
            allow_nan_stats=allow_nan_stats,
            name=name,
        )
        if reparameterize:
            _conditionals_of(components_distribution)

    @classmethod
    def _parameter_properties(cls, dtype, num_classes=None):
        return {
            "mixture_distribution": tfp.util.BatchedComponentProperties(),
            "components_distribution": tfp.util.BatchedComponentProperties(
                event_ndims=1
            ),
        }

    def _sample_n(self, n, seed=None):
        z = tfd.MixtureSameFamily(
            self.mixture_distribution, self.components_distribution
        ).sample(n, seed=seed)
        if self.reparameterization_type != tfd.FULLY_REPARAMETERIZED:
            return z
        # One axis for the elements of an event.
        shape = tf.shape(z)
        event_rank = self.event_shape.rank
        batch_shape = shape[: tf.rank(z) - event_rank]
        size = self.event_shape.num_elements()
        if size is None:
            raise ValueError(
                "The event_shape of the components must be known, got "
                f"{self.event_shape}."
            )
        flat = tf.reshape(z, tf.concat([batch_shape, [size]], axis=0))
        flat = implicit.implicit_reparameterization(
            flat,
            self._distributional_transform_of,
            structure="diagonal" if size == 1 else "triangular",
        )
        return tf.ensure_shape(tf.reshape(flat, shape), z.shape)

    def _distributional_transform_of(self, z):
        """Equation 9, or 1 - S, for z [..., D]."""
        conditionals = _conditionals_of(self.components_distribution)
        log_prob, cdf, survival = conditionals(
            self.components_distribution, z[..., tf.newaxis, :]
        )  # [..., k, D]
        log_prior = self.mixture_distribution.logits_parameter()
        log_posterior = log_prior[..., tf.newaxis] + tf.math.cumsum(
            log_prob, axis=-1, exclusive=True
        )
        weights = tf.nn.softmax(log_posterior, axis=-2)
        cdf = tf.reduce_sum(weights * cdf, axis=-2)
        survival = tf.reduce_sum(weights * survival, axis=-2)
        return tf.where(cdf < 0.5, cdf, survival)


def _conditionals_of(components):
    """The function for the conditional laws of these components.

    It takes the components and z [..., 1, D] and returns log q, F and 1 - F of
    z_d given z_1, ..., z_d-1, [..., k, D] each.
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
