# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Variational autoencoder of binary images, the model alone.

    prior       p(z)
    likelihood  p(x | z) = prod_i Bernoulli(x_i | sigmoid(decoder(z)_i))
    posterior   q(z | x) = latent distribution with parameters encoder(x)

Section 6.3 and Appendix D of Figurnov, Mohamed and Mnih (2018), "Implicit
reparameterization gradients".
"""

import math
from collections.abc import Sequence

import tensorflow as tf
import tensorflow_probability as tfp

import tf_implicit as tfi
from experiments.autoencoders import latents
from experiments.common import networks
from experiments.common.elbo import Elbo

tfd = tfp.distributions

__all__ = ["VariationalAutoencoder", "binarize", "log_likelihood"]

# How many factors in [1/2, 1] are multiplied before the logarithm is taken.
_FACTORS = 8

_IMPLICIT = tfi.estimators.implicit()


class VariationalAutoencoder(tf.Module):
    """Encoder and decoder, all float32."""

    def __init__(
        self,
        num_pixels: int,
        latent: latents.Latent,
        hidden_units: Sequence[int],
        seed: tf.Tensor,
        jit_compile: bool = False,
    ):
        """Makes the variables.

        Args:
            num_pixels: Pixels of an image.
            latent: The latent variables.
            hidden_units: Units of the encoder's hidden layers; the decoder has
                them in reverse order.
            seed: int32 `[2]`, a stateless seed for the initial weights.
            jit_compile: Whether XLA compiles the networks.
        """
        super().__init__(name="vae")
        self.latent = latent
        encoder_seed, decoder_seed = tf.unstack(tf.random.split(seed, 2))
        self.encoder = networks.Network(
            [num_pixels, *hidden_units, latent.num_outputs],
            encoder_seed,
            "encoder",
        )
        self.decoder = networks.Network(
            [latent.num_features, *reversed(hidden_units), num_pixels],
            decoder_seed,
            "decoder",
        )
        self._jit_compile = jit_compile

    def encode(
        self, images: tf.Tensor, update: networks.Update | None = None
    ) -> tfd.Distribution:
        """Returns the posterior q(z | x) of `[batch, pixels]` images.

        Args:
            images: float32 zeros and ones, `[batch, pixels]`.
            update: As in `elbo`.
        """

        def encoder(images):
            return self.encoder(images, update, inputs_need_gradient=False)

        return self.latent.posterior(self._compiled(encoder)(images))

    def log_likelihood(
        self,
        features: tf.Tensor,
        images: tf.Tensor,
        update: networks.Update | None = None,
    ) -> tf.Tensor:
        """Returns log p(x | z), `[batch]`.

        Args:
            features: `[batch, num_features]`, of z.
            images: float32 zeros and ones, `[batch, pixels]` or `[pixels]`.
            update: As in `elbo`.
        """

        def decoder(features, images):
            return log_likelihood(self.decoder(features, update), images)

        return self._compiled(decoder)(features, images)

    def _compiled(self, function):
        if not self._jit_compile:
            return function
        return tf.function(function, jit_compile=True)

    def elbo(
        self,
        images: tf.Tensor,
        seed: tf.Tensor,
        estimator: tfi.estimators.Estimator = _IMPLICIT,
        update: networks.Update | None = None,
    ) -> Elbo:
        """Estimates the evidence lower bound by one sample an image.

        Args:
            images: float32 zeros and ones, `[batch, pixels]`.
            seed: int32 `[2]`, a stateless seed for the samples.
            estimator: Makes the gradient in the posterior's parameters.
            update: If not None, what the backward pass calls for each variable
                and its gradient; it starts with a gradient in `images`, which
                is None.

        Returns:
            The bound's two terms, differentiable in every variable.
        """
        posterior = self.encode(images, update)
        minus_log_likelihood = self.latent.expected_loss(
            estimator,
            posterior,
            seed,
            lambda features: -self.log_likelihood(features, images, update),
        )
        return Elbo(-minus_log_likelihood, self.latent.kl(posterior))


def binarize(pixels: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
    """Draws binary images: a pixel is 1 with probability pixels / 255.

    16 random bits a pixel are compared with 257 pixels = 65535 (pixels / 255):
    the probability is exact for 0 and 255, and within 2**-16 between.

    Args:
        pixels: uint8 `[batch, pixels]`.
        seed: int32 `[2]`.

    Returns:
        float32 `[batch, pixels]` of zeros and ones.
    """
    size = tf.size(pixels)
    bits = tf.random.stateless_uniform(
        [(size + 1) // 2], seed, minval=None, maxval=None, dtype=tf.int32
    )
    noise = tf.reshape(tf.bitcast(bits, tf.uint16), [-1])[:size]
    noise = tf.reshape(noise, tf.shape(pixels))
    # Of all 65536 values the last would make white pixels black.
    noise = tf.minimum(noise, tf.constant(65534, tf.uint16))
    threshold = tf.constant(257, tf.uint16) * tf.cast(pixels, tf.uint16)
    return tf.cast(noise < threshold, tf.float32)


@tf.custom_gradient
def log_likelihood(logits: tf.Tensor, images: tf.Tensor) -> tf.Tensor:
    """Returns log p(x | z), the last axis summed.

    A pixel adds x logit - log(1 + exp(logit)), where

        log(1 + exp(logit)) = max(logit, 0) - log(max(p, 1 - p))

    with p = sigmoid(logit). The factors max(p, 1 - p) are multiplied by eights
    before the logarithm is taken, and the gradient, x - p, is written out: less
    than half the passes over the largest arrays of a step.

    Args:
        logits: float32 `[..., pixels]`.
        images: float32 zeros and ones, `[..., pixels]`; no gradient.
    """
    p = tf.sigmoid(logits)
    value = tf.reduce_sum(images * logits - tf.nn.relu(logits), -1)
    value += tf.reduce_sum(tf.math.log(_multiply(tf.maximum(p, 1 - p))), -1)

    def gradient(upstream):
        return upstream[..., tf.newaxis] * (images - p), None

    return value, gradient


def _multiply(factors: tf.Tensor) -> tf.Tensor:
    """Multiplies elements of the last axis, as many as divide it."""
    size = factors.shape[-1]
    count = math.gcd(size, _FACTORS)
    shape = tf.concat([tf.shape(factors)[:-1], [count, size // count]], 0)
    return tf.reduce_prod(tf.reshape(factors, shape), -2)
