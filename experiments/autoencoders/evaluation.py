# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Evidence lower bound and log-likelihood of an autoencoder's test images."""

import math

import numpy as np
import tensorflow as tf

from experiments.autoencoders import autoencoder
from experiments.common import training

__all__ = ["Evaluator"]

# Images in a batch of the lower bound. The size is part of the result only
# through which image gets which sample.
_ELBO_BATCH = 256

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

    def __init__(self, model, pixels: np.ndarray, seed: int):
        """Takes uint8 `[images, pixels]` and the seed of the run."""
        self._model = model
        self.images = tf.concat(
            [
                autoencoder.binarize(
                    tf.constant(pixels[start : start + _ELBO_BATCH]),
                    tf.random.fold_in(_BINARIZATION_SEED, start),
                )
                for start in range(0, len(pixels), _ELBO_BATCH)
            ],
            axis=0,
        )
        self._seed = seed

        @tf.function(reduce_retracing=True)
        def elbo(x, sample_seed):
            return model.elbo(x, sample_seed)

        self._elbo = elbo
        self._log_weights = tf.function(
            self._image_log_weights, reduce_retracing=True
        )

    def elbo(self, step: int) -> dict[str, float]:
        """Returns the lower bound and its parts after `step` steps.

        Raises:
            training.NonFiniteError: The bound of an image is not finite.
        """
        seed = self._step_seed(step)
        parts = [
            self._elbo(
                self.images[start : start + _ELBO_BATCH],
                tf.random.fold_in(seed, start),
            )
            for start in range(0, len(self.images), _ELBO_BATCH)
        ]
        log_likelihood, kl = (
            np.concatenate(term) for term in zip(*parts, strict=True)
        )
        _check(log_likelihood - kl, "evidence lower bound", step)
        return {
            "test_elbo": float((log_likelihood - kl).mean(dtype=np.float64)),
            "test_log_likelihood": float(log_likelihood.mean(dtype=np.float64)),
            "test_kl": float(kl.mean(dtype=np.float64)),
            # Appendix D: never negative, or the numerics are unstable.
            "test_smallest_kl": float(kl.min()),
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
            training.NonFiniteError: The estimate of an image is not finite.
        """
        # Another seed than that of the lower bound.
        seed = tf.random.fold_in(self._step_seed(step), _INT32_MAX)
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
        _check(nll, "log-likelihood", step)
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

    def _step_seed(self, step):
        return training.step_seed(
            self._seed, training.Stream.EVALUATION_SAMPLES, step
        )


def _check(values: np.ndarray, name: str, step: int) -> None:
    """Stops at the first image whose measurement is not finite."""
    bad = np.flatnonzero(~np.isfinite(values))
    if bad.size:
        raise training.NonFiniteError(
            f"after step {step}, the {name} of test image {bad[0]} is "
            f"{values[bad[0]]}"
        )
