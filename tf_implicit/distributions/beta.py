# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Beta distribution with implicit reparameterization gradients."""

from collections.abc import Sequence

import tensorflow as tf
from tensorflow_probability import distributions as tfd

from tf_implicit import _attach, math, random
from tf_implicit._types import TensorLike
from tf_implicit.distributions import (
    _divergences,
    _seeds,
    _shapes,
    _tfp,
    _unit_interval,
)

__all__ = ["Beta"]

_METHODS = ("gamma", "cdf")


class Beta(_tfp.SampledAtOnce, tfd.Beta):
    """Beta distribution, a `tfp.distributions.Beta`.

    The density over (0, 1) is

        pdf(z; concentration1, concentration0) =
            z**(concentration1 - 1) (1 - z)**(concentration0 - 1)
            / B(concentration1, concentration0)

    It differs from its base class in `log_prob`, `entropy` and
    `kl_divergence`, which keep their digits for all concentrations, also
    between close distributions (`tf_implicit.math.beta_log_prob` and others),
    and in the samples: their logits are differences of log-Gamma samples
    (`tf_implicit.random.stateless_loggamma`), so that neither samples nor
    gradients are lost at concentrations of 1e-3. `method` chooses the gradient
    of the logit; both are unbiased:

      "gamma": that of the two log-Gamma samples (Figurnov et al. 2018,
        section 4).
      "cdf": that of the Beta CDF itself (equation 8), by
        `tf_implicit.math.random_logit_beta_grad`; lower variance, more work.

    The CDF, the survival function, their logarithms and the quantile are those
    of `tf_implicit.math.betainc`, each right in its own tail and differentiable
    in both concentrations.

    In float32 many samples lie nearer to 0 or 1 than any number: 1e-4 of those
    of Beta(0.5, 0.5) would be exactly 1. `sample` returns the nearest number
    inside of (0, 1) for them, so that `log_prob` and its gradients are finite.
    Where what is lost matters, take the logit of the sample, from which log z
    and log(1 - z) follow without loss:

        beta = tfi.distributions.Beta(0.1, 0.1)
        y = beta.sample_logit(1000, seed=1)     # sample() is sigmoid(y)
        log_z, log_1_minus_z = -tf.nn.softplus(-y), -tf.nn.softplus(y)
        log_p = beta.log_prob_at_logit(y)       # log_prob(sigmoid(y))

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

    def sample_logit(
        self,
        sample_shape: TensorLike = (),
        seed: TensorLike | None = None,
        name: str = "sample_logit",
    ) -> tf.Tensor:
        """The logits log(z / (1 - z)) of samples z.

        They have the gradients of samples; `sample` returns their sigmoids, for
        the same stateless seed.

        Args:
          sample_shape: Shape of the sample.
          seed: As for `sample`.
          name: Name of the ops.

        Returns:
          Tensor of the shape `sample_shape` + `batch_shape`.
        """
        with tf.name_scope(name):
            sample_shape = tf.reshape(
                tf.convert_to_tensor(sample_shape, tf.int32), [-1]
            )
            logit = self._sample_logit_n(tf.reduce_prod(sample_shape), seed)
            shape = tf.concat([sample_shape, tf.shape(logit)[1:]], axis=0)
            return tf.reshape(logit, shape)

    def log_prob_at_logit(
        self, logit: TensorLike, name: str = "log_prob_at_logit"
    ) -> tf.Tensor:
        """The log density of z at z = sigmoid(logit).

        Args:
          logit: Floating tensor, log(z / (1 - z)).
          name: Name of the ops.

        Returns:
          `log_prob` at sigmoid(logit), also where that rounds to 0 or 1. It is
          differentiable in the concentrations and the logit.
        """
        with tf.name_scope(name):
            logit = tf.convert_to_tensor(logit, self.dtype)
            log_prob = math.logit_beta_log_prob(
                self.concentration1, self.concentration0, logit
            )
            # log p(z) is log p(logit) less log(dz / dlogit).
            return log_prob + (tf.nn.softplus(logit) + tf.nn.softplus(-logit))

    def _sample_n(self, n, seed=None):
        return _unit_interval.sigmoid(self._sample_logit_n(n, seed))

    def _sample_logit_n(self, n, seed=None):
        seeds = _seeds.split(seed, 2, "beta")
        a = tf.convert_to_tensor(self.concentration1)
        b = tf.convert_to_tensor(self.concentration0)
        shape = _shapes.shape_of_samples(n, a, b)
        logit = sample_logit(shape, seeds, a, b)
        if self._method == "cdf":
            a, b = (tf.broadcast_to(t, shape) for t in (a, b))
            logit = _attach.attach_gradient(logit, [a, b], _pull_back)
        return logit

    def _log_prob(self, value):
        return math.beta_log_prob(
            self.concentration1, self.concentration0, value
        )

    def _prob(self, value):
        return tf.exp(self._log_prob(value))

    def _entropy(self):
        return math.beta_entropy(self.concentration1, self.concentration0)

    def _cdf(self, value):
        return math.betainc(*self._at(value))

    def _survival_function(self, value):
        return math.betaincc(*self._at(value))

    def _log_cdf(self, value):
        return math.log_betainc(*self._at(value))

    def _log_survival_function(self, value):
        return math.log_betaincc(*self._at(value))

    def _quantile(self, p):
        a, b = self.concentration1, self.concentration0
        return math.betaincinv(a, b, p)

    def _at(self, value):
        # Outside of the support the tails are constant.
        return (
            self.concentration1,
            self.concentration0,
            tf.clip_by_value(value, 0, 1),
        )


def sample_logit(
    shape: tf.Tensor, seeds: Sequence[tf.Tensor], a: tf.Tensor, b: tf.Tensor
) -> tf.Tensor:
    """Logits of samples of Beta(a, b), with the gradients of their Gammas.

    Args:
      shape: Integer vector, to which the concentrations broadcast.
      seeds: Two seeds of shape [2].
      a: Floating tensor, `concentration1`.
      b: Floating tensor, `concentration0`.

    Returns:
      Tensor of the given shape.
    """
    log_a = random.stateless_loggamma(shape, seeds[0], a)
    log_b = random.stateless_loggamma(shape, seeds[1], b)
    return log_a - log_b


class _BetaByCdf(Beta):
    """A Beta distribution with method="cdf" by default."""

    _default_method = "cdf"


@_divergences.register_kl(Beta, tfd.Beta)
def _kl_beta_beta(a, b):
    """The Kullback-Leibler divergence of a from b, without cancellation."""
    return math.beta_divergence(
        a.concentration1,
        a.concentration0,
        b.concentration1,
        b.concentration0,
    )


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
