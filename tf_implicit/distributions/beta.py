# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Beta distribution with implicit reparameterization gradients."""

import tensorflow as tf
import tensorflow_probability as tfp
from tensorflow_probability import distributions as tfd

from tf_implicit import _attach, math, random
from tf_implicit._types import TensorLike
from tf_implicit.distributions import _shapes, _tails

__all__ = ["Beta"]

_METHODS = ("gamma", "cdf")


class Beta(_tails.TwoTails, tfd.Beta):
    """Beta distribution, a `tfp.distributions.Beta`.

    The density over (0, 1) is

        pdf(z; concentration1, concentration0) =
            z**(concentration1 - 1) (1 - z)**(concentration0 - 1)
            / B(concentration1, concentration0)

    It differs from its base class in the samples: their logits are differences
    of log-Gamma samples (`tf_implicit.random.stateless_loggamma`), so that
    neither samples nor gradients are lost at concentrations of 1e-3. `method`
    chooses the gradient of the logit; both are unbiased:

      "gamma": that of the two log-Gamma samples (Figurnov et al. 2018,
        section 4).
      "cdf": that of the Beta CDF itself (equation 8), by
        `tf_implicit.math.random_logit_beta_grad`; lower variance, more work.

    #### Examples

        import tensorflow as tf
        import tf_implicit as tfi

        a = tf.constant([1e-3, 2.0])
        with tf.GradientTape() as tape:
            tape.watch(a)
            z = tfi.distributions.Beta(a, 2.0, method="cdf").sample(
                10000, seed=1)
            loss = tf.reduce_mean(z, axis=0)
        tape.gradient(loss, a)   # 2 / (a + 2)**2

    #### References

    [1]: Figurnov, M., Mohamed, S., Mnih, A. Implicit Reparameterization
         Gradients. NeurIPS 2018.
    """

    _default_method = "gamma"

    def __new__(cls, *args, method=None, **kwargs):
        """Chooses the class that has this method by default.

        So `parameters` are those of the base class, from which TFP makes
        another distribution of the same class, and the method is kept.
        """
        if cls not in (Beta, _BetaByCdf):
            # A subclass of a user.
            return super().__new__(cls)
        method = _check(cls._default_method, method)
        version = _BetaByCdf if method == "cdf" else Beta
        if issubclass(version, cls):
            # Python calls __init__ next.
            return super().__new__(version)
        return version(*args, **kwargs)

    def __init__(
        self,
        concentration1: TensorLike,
        concentration0: TensorLike,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        force_probs_to_zero_outside_support: bool = False,
        name: str = "Beta",
        *,
        method: str | None = None,
    ) -> None:
        """Initializes the distribution.

        Args:
          concentration1: Positive floating tensor.
          concentration0: Positive floating tensor of the same dtype.
          validate_args: Whether to check the parameters.
          allow_nan_stats: Whether undefined statistics are NaN or an error.
          force_probs_to_zero_outside_support: As in `tfp.distributions.Beta`.
          name: Name of the distribution.
          method: "gamma" (the default) or "cdf", the gradient through samples.

        Raises:
          ValueError: Where `method` is unknown.
        """
        super().__init__(
            concentration1,
            concentration0,
            validate_args=validate_args,
            allow_nan_stats=allow_nan_stats,
            force_probs_to_zero_outside_support=(
                force_probs_to_zero_outside_support
            ),
            name=name,
        )
        self._method = _check(type(self)._default_method, method)

    @property
    def method(self) -> str:
        """How the gradient through samples is computed."""
        return self._method

    @classmethod
    def _parameter_properties(cls, dtype, num_classes=None):
        # Those of the base class: `method` is no tensor. It stands here because
        # TFP warns of a class that has an __init__ and not this.
        return super()._parameter_properties(dtype, num_classes=num_classes)

    def _sample_n(self, n, seed=None):
        seeds = tfp.random.split_seed(seed, n=2, salt="beta")
        a = tf.convert_to_tensor(self.concentration1)
        b = tf.convert_to_tensor(self.concentration0)
        shape = _shapes.sample_shape(n, tf.shape(a), tf.shape(b))
        log_a = random.stateless_loggamma(shape, seeds[0], a)
        log_b = random.stateless_loggamma(shape, seeds[1], b)
        logit = log_a - log_b
        if self._method == "cdf":
            a, b = (tf.broadcast_to(t, shape) for t in (a, b))
            logit = _attach.attach_gradient(logit, [a, b], _pull_back)
        return tf.sigmoid(logit)

    def _tail(self, value, upper):
        def tail(z, a, b):
            z = tf.clip_by_value(z, 0, 1)
            if upper:
                return tfp.math.betainc(b, a, 1 - z)
            return tfp.math.betainc(a, b, z)

        return _tails.differentiable_tail(
            tail,
            upper,
            lambda z, a, b: tfd.Beta(
                a, b, force_probs_to_zero_outside_support=True
            ).prob(z),
            lambda z, a, b: math.random_beta_grad(a, b, z),
            value,
            [self.concentration1, self.concentration0],
        )


class _BetaByCdf(Beta):
    """A Beta distribution with method="cdf" by default."""

    _default_method = "cdf"


def _check(default, method):
    """The method that an argument means, None the default."""
    if method is None:
        return default
    if method not in _METHODS:
        raise ValueError(
            f"`method` must be one of {list(_METHODS)}, got {method!r}."
        )
    return method


def _pull_back(upstream, logit, a, b):
    """The gradient in a and b of the logit at a fixed value of the Beta CDF."""
    d_a, d_b = math.random_logit_beta_grad(a, b, logit)
    return upstream * d_a, upstream * d_b
