# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""What all estimators are made of."""

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import tensorflow as tf

from tf_implicit import _tensors

__all__ = ["Draw", "Estimator", "gamma_families", "zero"]

_PARAMETERS = {
    "Beta": ("concentration1", "concentration0"),
    "Dirichlet": ("concentration",),
    "Gamma": ("concentration",),
    "VonMises": ("concentration",),
}


class Draw(NamedTuple):
    """Samples, and how the density of their noise depends on the parameters.

    Attributes:
      sample: Tensor with the gradient at fixed noise.
      score: None where the density does not depend on the parameters; else a
        tensor of zeros (`zero`), one for each independent sample, whose
        gradient is that of the logarithm of the noise's density.
    """

    sample: tf.Tensor
    score: tf.Tensor | None = None


class Estimator:
    """An estimator of the gradient of an expected loss.

    Attributes:
      name: How tables and error messages call it.
    """

    def __init__(
        self,
        name: str,
        families: Mapping[str, Callable[..., Draw]],
        baseline: Callable[[tf.Tensor], tf.Tensor] | None = None,
    ) -> None:
        """Initializes the estimator.

        Args:
          name: Its name.
          families: Dictionary from "Beta", "Dirichlet", "Gamma" or "VonMises"
            to a function (shape, seed, *parameters) -> `Draw`.
          baseline: Function from losses to what is subtracted from them in the
            score-function term, of the same shape. Default: nothing is.
        """
        self.name = name
        self._scope = re.sub(r"\W+", "_", name) or "estimator"
        self._families = dict(families)
        self._baseline = baseline

    @property
    def families(self) -> tuple[str, ...]:
        """Names of the distributions for which the estimator exists."""
        return tuple(sorted(self._families))

    def __call__(
        self,
        family: str,
        parameters: Mapping[str, Any],
        shape: Any,
        seed: Any,
        loss_fn: Callable[[tf.Tensor], Any],
        name: str | None = None,
    ) -> tf.Tensor:
        """Draws samples and returns their surrogate loss.

        Args:
          family: "Beta", "Dirichlet", "Gamma" (unit rate) or "VonMises"
            (around 0).
          parameters: Dictionary of floating tensors: "concentration", for Beta
            "concentration1" and "concentration0".
          shape: Integer list, the shape of the samples; for Dirichlet the last
            entry is the number of components. Parameters broadcast to it.
          seed: Integer tensor of shape [2].
          loss_fn: Function from samples to losses. The shape of the losses is
            `shape`, or the first entries of it: a loss may depend on all
            samples along the axes that it lacks, and on no others.
          name: Name scope of the ops, those of `loss_fn` among them; None: the
            estimator's name.

        Returns:
          Tensor with the values of the losses and this estimator's gradient in
          the parameters, and in all else that `loss_fn` depends on.

        Raises:
          ValueError: Where the estimator does not exist for the family, the
            parameters are not those of the family, or the losses have another
            shape than described.
          TypeError: Where `parameters` is no dictionary, `loss_fn` no function,
            or a parameter not floating, or the dtypes differ.
        """
        if family not in self._families:
            raise ValueError(
                f"Estimator {self.name} does not exist for {family!r}, only "
                f"for {', '.join(self.families)}."
            )
        names = _PARAMETERS[family]
        if not isinstance(parameters, Mapping):
            raise TypeError(
                f"`parameters` must be a dictionary, got {parameters!r}."
            )
        if not callable(loss_fn):
            raise TypeError(
                f"`loss_fn` must be a function of samples, got {loss_fn!r}."
            )
        if set(parameters) != set(names):
            raise ValueError(
                f"{family} has the parameters {list(names)}, got "
                f"{sorted(parameters)}."
            )
        with tf.name_scope(name or self._scope):
            values = _tensors.convert({key: parameters[key] for key in names})
            return self._surrogate(family, values, shape, seed, loss_fn)

    def _surrogate(self, family, values, shape, seed, loss_fn):
        sample, score = self._families[family](shape, seed, *values)
        loss = tf.convert_to_tensor(loss_fn(sample))
        event_rank = 1 if family == "Dirichlet" else 0
        batch = sample.shape[: sample.shape.rank - event_rank]
        if not loss.shape.is_compatible_with(batch[: loss.shape.rank]):
            raise ValueError(
                f"The shape of the losses must be {batch} or the first entries "
                f"of it, got {loss.shape}."
            )
        if score is None:
            return loss
        # The logarithm of a joint density is the sum over all that a loss
        # depends on.
        score = tf.reduce_sum(score, axis=range(loss.shape.rank, batch.rank))
        weight = tf.stop_gradient(loss)
        if self._baseline is not None:
            weight -= self._baseline(weight)
        return loss + weight * score


def zero(log_density: tf.Tensor) -> tf.Tensor:
    """Zeros with the gradient of `log_density`; NaN where it is not finite."""
    return log_density - tf.stop_gradient(log_density)


def gamma_families(
    log_gamma: Callable[..., Draw],
) -> dict[str, Callable[..., Draw]]:
    """Gamma, Beta and Dirichlet by Gamma samples.

    Args:
      log_gamma: Function (shape, seed, concentration) -> `Draw` of logarithms
        of samples of Gamma(concentration, 1), with one score each.

    Returns:
      Dictionary for `Estimator`.
    """

    def gamma(shape, seed, concentration):
        log_sample, score = log_gamma(shape, seed, concentration)
        return Draw(tf.exp(log_sample), score)

    def beta(shape, seed, concentration1, concentration0):
        seeds = tf.random.split(seed, 2)
        log1, score1 = log_gamma(shape, seeds[0], concentration1)
        log0, score0 = log_gamma(shape, seeds[1], concentration0)
        score = None if score1 is None else score1 + score0
        return Draw(tf.sigmoid(log1 - log0), score)

    def dirichlet(shape, seed, concentration):
        log_sample, score = log_gamma(shape, seed, concentration)
        if score is not None:
            score = tf.reduce_sum(score, axis=-1)
        # Softmax itself takes no more than five dimensions with oneDNN.
        return Draw(tf.exp(tf.nn.log_softmax(log_sample)), score)

    return {"Beta": beta, "Dirichlet": dirichlet, "Gamma": gamma}
