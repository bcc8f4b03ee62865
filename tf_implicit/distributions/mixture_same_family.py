# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Mixtures with implicit gradients in the weights and all components."""

from typing import Any

import tensorflow as tf
import tensorflow_probability as tfp
from tensorflow_probability import distributions as tfd

from tf_implicit.distributions import (
    _composite,
    _live,
    _mixture_transform,
    _tfp,
)

__all__ = ["MixtureSameFamily"]

# What tfd.MixtureSameFamily is before it becomes a composite tensor, and what
# it returns where its components are none.
_Base: Any = _tfp.before_composite_tensor(tfd.MixtureSameFamily)


class _Plain(_composite.MadeOfDistributions, _Base):
    """`MixtureSameFamily` where a component is no composite tensor."""

    def __init__(
        self,
        mixture_distribution: tfd.Distribution,
        components_distribution: tfd.Distribution,
        reparameterize: bool | None = None,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "MixtureSameFamily",
    ) -> None:
        """Constructs a mixture.

        Args:
          mixture_distribution: `tfd.Categorical`, the weights.
          components_distribution: Distribution whose last batch dimension
            counts the components. Its samples must be fully reparameterized
            where those of the mixture are to be: see `Implicit`.
          reparameterize: Whether the samples have the gradient of the mixture.
            Otherwise they have that of the component that was drawn, as in the
            base class, and are NOT_REPARAMETERIZED. None is for whether they
            can have it.
          validate_args: Whether the parameters are checked, at some cost.
          allow_nan_stats: Whether undefined statistics are NaN, instead of an
            error.
          name: Name of the ops.

        Raises:
          NotImplementedError: Where `reparameterize` is True and the
            conditional laws of the components are not known.
          ValueError: Where it is True and the components are not fully
            reparameterized or have an unknown event shape, and as in the base
            class.
        """
        parameters = dict(locals())
        obstacle = _mixture_transform.obstacle(components_distribution)
        if reparameterize is None:
            reparameterize = obstacle is None
        elif reparameterize and obstacle is not None:
            raise obstacle
        super().__init__(
            mixture_distribution,
            components_distribution,
            reparameterize=reparameterize,
            validate_args=validate_args,
            allow_nan_stats=allow_nan_stats,
            name=name,
        )
        # The base class has recorded what None stood for.
        _tfp.record_parameters(self, parameters)

    @classmethod
    def _parameter_properties(cls, dtype, num_classes=None):
        return {
            "mixture_distribution": tfp.util.BatchedComponentProperties(),
            "components_distribution": tfp.util.BatchedComponentProperties(
                event_ndims=1
            ),
        }

    def _sample_n(self, n, seed=None):
        mixture = _live.read_once(self)
        z = tfd.MixtureSameFamily(
            mixture.mixture_distribution, mixture.components_distribution
        ).sample(n, seed=seed)
        if self.reparameterization_type != tfd.FULLY_REPARAMETERIZED:
            return z
        return _mixture_transform.attach_gradient(
            z, self.event_shape, mixture._distributional_transform_of
        )

    def _distributional_transform_of(self, z):
        components = self.components_distribution
        conditionals = _mixture_transform.conditionals_of(components)
        return _mixture_transform.distributional_transform(
            self.mixture_distribution,
            *conditionals(components, z[..., None, :]),
        )

    def _log_prob(self, x):
        if self.mixture_distribution.probs is None:
            return super()._log_prob(x)
        return self._log_average("log_prob", x)

    def _log_cdf(self, x):
        return self._log_average("log_cdf", x)

    def _cdf(self, x):
        return tf.exp(self._log_cdf(x))

    def _log_survival_function(self, x):
        return self._log_average("log_survival_function", x)

    def _survival_function(self, x):
        return tf.exp(self._log_survival_function(x))

    def _log_average(self, method, x):
        axis = -1 - self.event_shape.rank
        x = tf.expand_dims(x, axis)
        log_values = getattr(self.components_distribution, method)(x)
        return _mixture_transform.log_average(
            self.mixture_distribution, log_values
        )

    def _quantile(self, value):
        mixture = _live.read_once(self)
        p = tf.broadcast_to(
            value,
            tf.broadcast_dynamic_shape(
                tf.shape(value), mixture.batch_shape_tensor()
            ),
        )
        quantiles = mixture.components_distribution.quantile(p[..., None])
        return _mixture_transform.quantile(mixture, p, quantiles)


class MixtureSameFamily(_Plain, tfd.MixtureSameFamily):
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


_Plain.versions = (_Plain, MixtureSameFamily)
