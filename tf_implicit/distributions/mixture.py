# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Mixtures of different families with implicit gradients."""

from collections.abc import Sequence
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

__all__ = ["Mixture"]

# What tfd.Mixture is before it becomes a composite tensor, and what it returns
# where its components are none.
_Base: Any = _tfp.before_composite_tensor(tfd.Mixture)


class _Plain(_composite.MadeOfDistributions, _Base):
    """`Mixture` where a component is no composite tensor."""

    def __init__(
        self,
        cat: tfd.Distribution,
        components: Sequence[tfd.Distribution],
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Mixture",
        *,
        reparameterize: bool | None = None,
    ) -> None:
        """Constructs a mixture.

        Args:
          cat: `tfd.Categorical`, the weights.
          components: List of distributions of one dtype, event shape and the
            batch shape of `cat`. Their samples must be fully reparameterized
            where those of the mixture are to be: see `Implicit`.
          validate_args: Whether the parameters are checked, at some cost.
          allow_nan_stats: Whether undefined statistics are NaN, instead of an
            error.
          name: Name of the ops.
          reparameterize: Whether the samples have the gradient of the mixture.
            Otherwise they are not reparameterized, as in the base class. None
            is for whether they can have it.

        Raises:
          TypeError: Where `cat` is no Categorical, or `components` no list of
            distributions.
          NotImplementedError: Where `reparameterize` is True and the
            conditional laws of a component are not known.
          ValueError: Where it is True and a component is not fully
            reparameterized or has an unknown event shape, and as in the base
            class.
        """
        parameters = dict(locals())
        _check(cat, components)
        super().__init__(
            cat,
            components,
            validate_args=validate_args,
            allow_nan_stats=allow_nan_stats,
            name=name,
        )
        obstacles = filter(None, map(_mixture_transform.obstacle, components))
        obstacle = next(obstacles, None)
        if reparameterize and obstacle is not None:
            raise obstacle
        self._reparameterize = (
            obstacle is None if reparameterize is None else reparameterize
        )
        # The base class has recorded its own, without `reparameterize`.
        _tfp.record_parameters(self, parameters)

    @property
    def reparameterization_type(self) -> tfd.ReparameterizationType:
        """How the samples depend on the parameters."""
        if self._reparameterize:
            return tfd.FULLY_REPARAMETERIZED
        return tfd.NOT_REPARAMETERIZED

    @classmethod
    def _parameter_properties(cls, dtype, num_classes=None):
        return {
            "cat": tfp.util.BatchedComponentProperties(),
            "components": tfp.util.BatchedComponentProperties(
                event_ndims=lambda self: [0 for _ in self.components]
            ),
        }

    def _sample_n(self, n, seed=None):
        mixture = _live.read_once(self)
        z = super(_Plain, mixture)._sample_n(n, seed=seed)
        if not self._reparameterize:
            return tf.stop_gradient(z)
        return _mixture_transform.attach_gradient(
            z, self.event_shape, mixture._distributional_transform_of
        )

    def _distributional_transform_of(self, z):
        laws = [
            _mixture_transform.conditionals_of(component)(component, z)
            for component in self.components
        ]
        return _mixture_transform.distributional_transform(
            self.cat,
            *(tf.stack(values, axis=-2) for values in zip(*laws, strict=True)),
        )

    def _log_prob(self, x):
        kinds = {type(component) for component in self.components}
        log_probs = [
            _log_prob_inside(component, x)
            if len(kinds) > 1
            else component.log_prob(x)
            for component in self.components
        ]
        return _mixture_transform.log_average(
            self.cat, tf.stack(log_probs, axis=-1)
        )

    def _log_cdf(self, x):
        return self._log_average("log_cdf", x)

    def _cdf(self, x):
        return tf.exp(self._log_cdf(x))

    def _log_survival_function(self, x):
        return self._log_average("log_survival_function", x)

    def _survival_function(self, x):
        return tf.exp(self._log_survival_function(x))

    def _log_average(self, method, x):
        log_values = [getattr(c, method)(x) for c in self.components]
        return _mixture_transform.log_average(
            self.cat, tf.stack(log_values, axis=-1)
        )

    def _quantile(self, value):
        mixture = _live.read_once(self)
        p = tf.broadcast_to(
            value,
            tf.broadcast_dynamic_shape(
                tf.shape(value), mixture.batch_shape_tensor()
            ),
        )
        quantiles = [c.quantile(p) for c in mixture.components]
        return _mixture_transform.quantile(
            mixture, p, tf.stack(quantiles, axis=-1)
        )


def _log_prob_inside(component, x):
    """The log density, -inf without a gradient outside of the support.

    There TFP's densities of one sign are NaN or have such a derivative. The
    support is known by a CDF that is 0 or 1.
    """
    log_prob = component.log_prob(x)
    if component.event_shape.rank != 0 or not _mixture_transform.has_cdf(
        component
    ):
        return log_prob
    fixed = tf.stop_gradient(x)
    outside = tf.math.is_nan(log_prob) & (
        (component.cdf(fixed) == 0) | (component.survival_function(fixed) == 0)
    )
    try:
        mean = tf.stop_gradient(component.mean())
    except NotImplementedError:
        return log_prob
    # A mean may be infinite, and 1 is in every half line from 0.
    inside = tf.where(tf.math.is_finite(mean), mean, tf.ones_like(mean))
    log_prob = component.log_prob(tf.where(outside, inside, x))
    minus_infinity = tf.constant(-float("inf"), log_prob.dtype)
    return tf.where(outside, minus_infinity, log_prob)


def _check(cat, components):
    """What the constructor of TFP's class checks before it makes one."""
    if not isinstance(cat, tfd.Categorical):
        raise TypeError(f"`cat` must be a tfd.Categorical, got {cat!r}.")
    if not isinstance(components, (list, tuple)) or not components:
        raise TypeError(
            "`components` must be a list of one distribution or more, got "
            f"{components!r}."
        )
    for component in components:
        _composite.require_distribution(component, "components")


class Mixture(_Plain, tfd.Mixture):
    """Mixture of different families, a `tfp.distributions.Mixture`.

    It differs from its base class in the gradients of the samples, which are
    not reparameterized there: here they have the implicit reparameterization
    gradient in the weights and in the parameters of all components, to second
    order. The standardization function is the CDF of the mixture (Figurnov et
    al. 2018, equation 8), sum_i w_i F_i(z), or sum_i w_i (1 - F_i(z)) above its
    median; for components over vectors it is the distributional transform that
    `MixtureSameFamily` describes, with the same kinds of components.

    The gradient of a sample takes the density and the CDF of all components at
    it, whichever one was drawn. `Gamma` and `Chi2` of this package have them on
    the whole line, and may be mixed with a `Normal`; where a component has none
    outside of its support, as those of TFP, or none with a gradient, the
    gradient of a sample there is NaN.

    #### Examples

        import tensorflow as tf
        import tensorflow_probability as tfp
        import tf_implicit as tfi

        tfd, tfid = tfp.distributions, tfi.distributions
        logits = tf.constant([0.0, 1.0])
        df = tf.constant(5.0)
        with tf.GradientTape() as tape:
            tape.watch([logits, df])
            mixture = tfid.Mixture(
                tfd.Categorical(logits=logits),
                [tfd.Normal(-1.0, 0.5), tfid.StudentT(df, 2.0, 1.0)])
            z = mixture.sample(10000, seed=1)
            loss = tf.reduce_mean(z)
        tape.gradient(loss, [logits, df])   # logits: about [-0.59, 0.59]

    #### References

    [1]: Figurnov, M., Mohamed, S., Mnih, A. Implicit Reparameterization
         Gradients. NeurIPS 2018.
    """


_Plain.versions = (_Plain, Mixture)
