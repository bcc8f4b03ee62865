# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Latent variables of an autoencoder: priors, posteriors, what networks see.

Each prior of Table 4 of Figurnov, Mohamed and Mnih (2018) and its posterior,
over D dimensions:

    prior                    posterior         encoder's outputs  decoder sees
    Normal(0, 1)             Normal            2 D                z
    Gamma(0.3, 0.3)          Gamma             2 D                z
    Gamma(10, 10)            Gamma             2 D                z
    Uniform(0, 1)            Beta              2 D                z
    Beta(10, 10)             Beta              2 D                z
    Uniform(-pi, pi)         von Mises         3 D                cos z, sin z
    vonMises(0, 10)          von Mises         3 D                cos z, sin z
    Uniform(sphere S^D)      von Mises-Fisher  D + 2              z in R^(D + 1)

Positive parameters are softplus of an output, and but for the scale of a Normal
clipped, in the paper to [1e-3, 1e3]. A location on the circle is the direction
of a point (x, y): an angle as such is harder to learn, as the encoder's output
and as the decoder's input (Appendix D).
"""

from collections.abc import Callable
from typing import ClassVar

import numpy as np
import tensorflow as tf
import tensorflow_probability as tfp

import tf_implicit as tfi
from experiments.common import errors, networks

tfd = tfp.distributions

__all__ = ["FAMILIES", "POSTERIORS", "PRIORS", "Latent", "make"]

# Points whose squared distance from the origin is not above this have no
# direction: the gradient of one would overflow.
_ZERO = 1e-30


class Latent:
    """Latent variables z: D independent ones of one kind, unless it says so.

    Attributes:
        size: D.
        prior: p(z), of each of them.
        num_outputs: Number of outputs of the encoder.
        num_features: Number of inputs of the decoder.
        num_coordinates: Size of the last axis of z.
    """

    outputs_per_dimension: ClassVar[int] = 2
    features_per_dimension: ClassVar[int] = 1
    family: ClassVar[str | None] = None

    def __init__(
        self,
        size: int,
        prior: tfd.Distribution,
        bounds: networks.Bounds = networks.PAPER_BOUNDS,
    ):
        """Takes number of dimensions, prior of each, bounds of parameters."""
        self.size = size
        self.prior = prior
        self._bounds = bounds
        self.num_outputs = self.outputs_per_dimension * size
        self.num_features = self.features_per_dimension * size
        self.num_coordinates = size

    def posterior(self, outputs: tf.Tensor) -> tfd.Distribution:
        """Returns q(z | x), of batch shape `[batch, D]`, or `[batch]`.

        Args:
            outputs: float32 `[batch, num_outputs]`, those of the encoder.
        """
        raise NotImplementedError

    def _positive(self, outputs: tf.Tensor) -> tf.Tensor:
        return networks.positive(outputs, self._bounds)

    def features(self, z: tf.Tensor) -> tf.Tensor:
        """Returns the decoder's inputs, `[..., num_features]`."""
        return z

    def expected_loss(
        self,
        estimator: tfi.estimators.Estimator,
        posterior: tfd.Distribution,
        seed: tf.Tensor,
        loss: Callable[[tf.Tensor], tf.Tensor],
    ) -> tf.Tensor:
        """Estimates E[loss(z)] under the posterior by one sample.

        Args:
            estimator: Makes the gradient in the posterior's parameters.
            posterior: As `posterior` returns it.
            seed: int32 `[2]`.
            loss: Function from `[batch, num_features]` to `[batch]`.

        Returns:
            `[batch]`.
        """
        raise NotImplementedError

    def kl(self, posterior: tfd.Distribution) -> tf.Tensor:
        """Returns KL(q(z | x) || p(z)), analytical, `[batch]`."""
        return tf.reduce_sum(tfd.kl_divergence(posterior, self.prior), -1)

    def importance_sample(
        self, posterior: tfd.Distribution, count: int, seed: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """Samples the posterior as a proposal for the prior.

        Args:
            posterior: As `posterior` returns it.
            count: Number of samples of each.
            seed: int32 `[2]`.

        Returns:
            z, `[count, batch, D]`, and log p(z) - log q(z | x),
            `[count, batch]`.
        """
        z = posterior.sample(count, seed=seed)
        log_ratio = self.prior.log_prob(z) - posterior.log_prob(z)
        return z, tf.reduce_sum(log_ratio, -1)

    def location(self, posterior: tfd.Distribution) -> tf.Tensor:
        """Returns where the posterior is, as z: `[batch, D]`."""
        return posterior.mean()

    def sample_prior(self, count: int, seed: tf.Tensor) -> tf.Tensor:
        """Returns samples of the prior, `[count, num_coordinates]`."""
        return self.prior.sample([count, self.size], seed=seed)

    def quantile(self, probabilities: np.ndarray) -> tf.Tensor:
        """Returns the prior's quantiles, elementwise, float32."""
        return self.prior.quantile(tf.constant(probabilities, tf.float32))


class _Normal(Latent):
    def posterior(self, outputs):
        loc, scale = tf.split(outputs, 2, axis=-1)
        return tfd.Normal(loc, tf.nn.softplus(scale))

    def expected_loss(self, estimator, posterior, seed, loss):
        del estimator
        return loss(posterior.sample(seed=seed))


class _Gamma(Latent):
    family = "Gamma"

    def posterior(self, outputs):
        concentration, rate = tf.split(self._positive(outputs), 2, axis=-1)
        return tfi.distributions.Gamma(concentration, rate)

    def expected_loss(self, estimator, posterior, seed, loss):
        return estimator(
            "Gamma",
            {"concentration": posterior.concentration},
            _shape(posterior.concentration),
            seed,
            lambda z: loss(z / posterior.rate),
        )

    def importance_sample(self, posterior, count, seed):
        # Samples may underflow; their logarithms keep the densities.
        a, rate = posterior.concentration, posterior.rate
        shape = tf.concat([[count], tf.shape(a)], 0)
        log_z = tfi.random.stateless_loggamma(shape, seed, a) - tf.math.log(
            rate
        )
        z = tf.exp(log_z)
        log_ratio = tfi.math.exp_gamma_log_prob(
            self.prior.concentration, self.prior.rate, log_z
        ) - tfi.math.exp_gamma_log_prob(a, rate, log_z)
        return z, tf.reduce_sum(log_ratio, -1)


class _Beta(Latent):
    family = "Beta"

    def posterior(self, outputs):
        concentration1, concentration0 = tf.split(
            self._positive(outputs), 2, axis=-1
        )
        return tfi.distributions.Beta(concentration1, concentration0)

    def expected_loss(self, estimator, posterior, seed, loss):
        return estimator(
            "Beta",
            {
                "concentration1": posterior.concentration1,
                "concentration0": posterior.concentration0,
            },
            _shape(posterior.concentration1),
            seed,
            loss,
        )

    def importance_sample(self, posterior, count, seed):
        # Samples may round to 0 or 1; their logarithms keep the densities.
        a, b = posterior.concentration1, posterior.concentration0
        shape = tf.concat([[count], tf.shape(a)], 0)
        seeds = tf.random.split(seed, 2)
        logit = tfi.random.stateless_loggamma(
            shape, seeds[0], a
        ) - tfi.random.stateless_loggamma(shape, seeds[1], b)
        log_ratio = tfi.math.logit_beta_log_prob(
            self.prior.concentration1, self.prior.concentration0, logit
        ) - tfi.math.logit_beta_log_prob(a, b, logit)
        return tf.sigmoid(logit), tf.reduce_sum(log_ratio, -1)


class _VonMises(Latent):
    outputs_per_dimension = 3
    features_per_dimension = 2
    family = "VonMises"

    def posterior(self, outputs):
        x, y, concentration = tf.split(outputs, 3, axis=-1)
        # Before training, a black image gives (0, 0).
        x = tf.where(x**2 + y**2 > _ZERO, x, tf.ones_like(x))
        return tfi.distributions.VonMises(
            tf.atan2(y, x), self._positive(concentration)
        )

    def features(self, z):
        return tf.concat([tf.cos(z), tf.sin(z)], axis=-1)

    def expected_loss(self, estimator, posterior, seed, loss):
        return estimator(
            "VonMises",
            {"concentration": posterior.concentration},
            _shape(posterior.concentration),
            seed,
            lambda z: loss(self.features(z + posterior.loc)),
        )

    def location(self, posterior):
        return posterior.loc


class _VonMisesFisher(Latent):
    """A point on the sphere S^D, in D + 1 coordinates."""

    def __init__(self, size, prior, bounds=networks.PAPER_BOUNDS):
        super().__init__(size, prior, bounds)
        self.num_outputs = size + 2
        self.num_features = self.num_coordinates = size + 1

    def posterior(self, outputs):
        direction, concentration = outputs[..., :-1], outputs[..., -1]
        # As for von Mises.
        size = tf.reduce_sum(direction**2, axis=-1, keepdims=True)
        direction = tf.where(size > _ZERO, direction, tf.ones_like(direction))
        return tfi.distributions.VonMisesFisher(
            tf.math.l2_normalize(direction, axis=-1, epsilon=_ZERO),
            self._positive(concentration),
        )

    def expected_loss(self, estimator, posterior, seed, loss):
        del estimator
        return loss(posterior.sample(seed=seed))

    def kl(self, posterior):
        return tfd.kl_divergence(posterior, self.prior)

    def importance_sample(self, posterior, count, seed):
        z = posterior.sample(count, seed=seed)
        return z, self.prior.log_prob(z) - posterior.log_prob(z)

    def location(self, posterior):
        return posterior.mean_direction

    def sample_prior(self, count, seed):
        return self.prior.sample(count, seed=seed)

    def quantile(self, probabilities):
        raise NotImplementedError("a sphere has no quantiles")


def _shape(tensor):
    """Returns the shape, static where it is known."""
    known = tensor.shape.is_fully_defined()
    return tensor.shape.as_list() if known else tf.shape(tensor)


_LATENTS = {
    "normal": _Normal,
    "gamma": _Gamma,
    "beta": _Beta,
    "von_mises": _VonMises,
    "von_mises_fisher": _VonMisesFisher,
}

# Those of Table 4, by posterior and name; the first of each is its default.
_PRIORS = {
    "normal": {"normal": lambda _: tfd.Normal(0.0, 1.0)},
    "gamma": {
        "bell": lambda _: tfi.distributions.Gamma(10.0, 10.0),
        "sparse": lambda _: tfi.distributions.Gamma(0.3, 0.3),
    },
    "beta": {
        "uniform": lambda _: tfi.distributions.Beta(1.0, 1.0),
        "bell": lambda _: tfi.distributions.Beta(10.0, 10.0),
    },
    "von_mises": {
        "uniform": lambda _: tfi.distributions.VonMises(0.0, 0.0),
        "bell": lambda _: tfi.distributions.VonMises(0.0, 10.0),
    },
    "von_mises_fisher": {
        "uniform": lambda size: tfd.SphericalUniform(size + 1),
    },
}


def make(
    posterior: str,
    prior: str,
    size: int,
    bounds: networks.Bounds = networks.PAPER_BOUNDS,
) -> Latent:
    """Returns latent variables.

    Args:
        posterior: One of `POSTERIORS`.
        prior: One of `PRIORS[posterior]`.
        size: D, the number of dimensions.
        bounds: What positive parameters are clipped to.

    Raises:
        errors.SettingsError: The posterior has no such prior.
    """
    if prior not in PRIORS[posterior]:
        raise errors.SettingsError(
            f"--posterior={posterior} has the priors "
            f"{', '.join(PRIORS[posterior])}, got --prior={prior}"
        )
    return _LATENTS[posterior](size, _PRIORS[posterior][prior](size), bounds)


POSTERIORS = tuple(_LATENTS)
# The distribution of `tf_implicit.estimators` that a posterior is made of; None
# where its samples have one gradient only.
FAMILIES = {name: latent.family for name, latent in _LATENTS.items()}
PRIORS = {name: tuple(priors) for name, priors in _PRIORS.items()}
