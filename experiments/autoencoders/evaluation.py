# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Evidence lower bound and log-likelihood of an autoencoder's test images."""

import math

import numpy as np
import tensorflow as tf

from experiments.autoencoders import autoencoder
from experiments.common import elbo, seeds

__all__ = ["Evaluator"]

# Images that are binarized at once: which pixel gets which random number.
_BINARIZED_AT_ONCE = 256

# Decoded images at once in importance sampling: few enough that the logits
# (2 MB for MNIST) stay near the processor, and memory does not grow with the
# numbers of images or samples.
_DECODED_AT_ONCE = 500

# Images in one call of the importance sampling's graph.
_IMAGES_PER_CALL = 500

_INT32_MAX = 2**31 - 1

# The test images are binarized by this seed, whatever that of the run.
_BINARIZATION_SEED = (0, 0)


class Evaluator:
    """Measures a model on test images.

    Attributes:
        images: The binary images, float32 `[images, pixels]`.
    """

    def __init__(
        self,
        model: autoencoder.VariationalAutoencoder,
        pixels: np.ndarray,
        seed: int,
        last_step: int,
        num_samples: int,
    ):
        """Initializes the evaluator.

        Args:
            model: The model.
            pixels: uint8 `[images, pixels]`.
            seed: Seed of the run.
            last_step: After so many steps the likelihood is measured, too.
            num_samples: Samples for each image's likelihood.
        """
        self._model = model
        self.images = tf.concat(
            [
                autoencoder.binarize(
                    tf.constant(pixels[start : start + _BINARIZED_AT_ONCE]),
                    tf.random.fold_in(_BINARIZATION_SEED, start),
                )
                for start in range(0, len(pixels), _BINARIZED_AT_ONCE)
            ],
            axis=0,
        )
        self._seed = seed
        self._last_step = last_step
        self._num_samples = num_samples

        @tf.function(reduce_retracing=True)
        def bound(x, sample_seed):
            return model.elbo(x, sample_seed)

        self._bound = bound
        self._log_weights = tf.function(
            self._image_log_weights, reduce_retracing=True
        )

    def __call__(self, step: int) -> dict[str, float]:
        """Returns the metrics after `step` training steps.

        Raises:
            errors.NonFiniteError: A measurement is not finite.
        """
        metrics = self.elbo(step)
        if step == self._last_step:
            metrics |= self.nll(step, self._num_samples)
        return metrics

    def elbo(self, step: int) -> dict[str, float]:
        """Returns the lower bound and its parts after `step` steps.

        Raises:
            errors.NonFiniteError: The bound of an image is not finite.
        """
        bounds = elbo.measure(
            self._bound,
            lambda start, stop: self.images[start:stop],
            len(self.images),
            self._seed,
            step,
            "test image",
        )
        return {
            "test_elbo": float(bounds.value.mean(dtype=np.float64)),
            **elbo.metrics(bounds, "test"),
        }

    def nll(self, step: int, num_samples: int) -> dict[str, float]:
        """Returns the negative log-likelihood, by importance sampling.

        Args:
            step: The number of training steps so far.
            num_samples: Samples for each image.

        Returns:
            The mean over images; its standard error; the standard error that
            comes from the importance sampling alone.

        Raises:
            errors.NonFiniteError: The estimate of an image is not finite.
        """
        step_seed = seeds.step_seed(
            self._seed, seeds.Stream.EVALUATION_SAMPLES, step
        )
        # Another seed than that of the lower bound.
        seed = tf.random.fold_in(step_seed, _INT32_MAX)
        log_sums = np.concatenate(
            [
                self._log_weights(
                    self.images[start : start + _IMAGES_PER_CALL],
                    num_samples,
                    tf.random.fold_in(seed, start),
                )
                for start in range(0, len(self.images), _IMAGES_PER_CALL)
            ],
            axis=0,
        )
        log_sum, log_sum_of_squares = log_sums.astype(np.float64).T
        nll = math.log(num_samples) - log_sum
        elbo.check_finite(nll, "log-likelihood of test image", step)
        # The relative variance of the mean of the weights w is
        # (S sum w**2 / (sum w)**2 - 1) / S, S the number of samples.
        variance = np.exp(log_sum_of_squares - 2 * log_sum) - 1 / num_samples
        count = len(nll)
        return {
            "test_nll": float(nll.mean()),
            "test_nll_standard_error": float(
                nll.std(ddof=1) / math.sqrt(count) if count > 1 else math.nan
            ),
            "test_nll_sampling_error": float(
                math.sqrt(np.maximum(variance, 0).sum()) / count
            ),
        }

    def _image_log_weights(self, x, num_samples, seed):
        """Returns log sum w and log sum w**2 of each image, `[images, 2]`."""
        model, latent = self._model, self._model.latent
        outputs = model.encoder(x)
        per_image = min(num_samples, _DECODED_AT_ONCE)
        log_sums = tf.TensorArray(tf.float32, tf.shape(x)[0])
        for i in tf.range(tf.shape(x)[0]):
            posterior = latent.posterior(outputs[i : i + 1])
            log_weights = []
            for start in range(0, num_samples, per_image):
                z, log_ratio = latent.importance_sample(
                    posterior,
                    min(per_image, num_samples - start),
                    tf.random.fold_in(tf.random.fold_in(seed, i), start),
                )
                logits = model.decoder(latent.features(z)[:, 0])
                log_weights.append(
                    autoencoder.log_likelihood(logits, x[i]) + log_ratio[:, 0]
                )
            log_weight = tf.concat(log_weights, 0)
            log_sums = log_sums.write(
                i,
                tf.stack(
                    [
                        tf.reduce_logsumexp(log_weight),
                        tf.reduce_logsumexp(2 * log_weight),
                    ]
                ),
            )
        return log_sums.stack()
