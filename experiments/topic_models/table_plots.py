# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Figures 2 and 3 of the paper."""

import math
import pathlib
from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.figure

__all__ = ["plot_curves", "plot_prior_weights"]

_TOPICS = 10
_WORDS = 7


def plot_prior_weights(
    topics: Mapping[str, Sequence[Mapping[str, Any]]], path: pathlib.Path
) -> None:
    """Draws Figure 2: heaviest topics of the first model, weights of all.

    Args:
        topics: By model, by falling weight, what `topic_quality.Topic` holds.
        path: The picture to write; its ending chooses the format.
    """
    figure = matplotlib.figure.Figure(figsize=(10, 4), layout="constrained")
    words, weights = figure.subplots(1, 2, width_ratios=(3, 2))
    name, first = next(iter(topics.items()))
    words.axis("off")
    words.set_title(f"{name}: topics with the highest weight")
    for i, topic in enumerate(first[:_TOPICS]):
        words.text(
            0,
            1 - (i + 1) / (_TOPICS + 1),
            f"{topic['prior_weight']:.2f}   "
            + " ".join(topic["words"][:_WORDS]),
            fontsize=9,
            transform=words.transAxes,
        )
    for model, described in topics.items():
        weights.plot(
            range(1, len(described) + 1),
            [topic["prior_weight"] for topic in described],
            ".-",
            label=model,
        )
    weights.set(
        xlabel="topic, by weight", ylabel="prior weight alpha", ylim=(0, None)
    )
    weights.legend()
    figure.savefig(path, dpi=110)


def plot_curves(
    metrics: Mapping[str, Sequence[Mapping[str, float]]], path: pathlib.Path
) -> None:
    """Draws Figure 3: training objective and variance of the gradient.

    Args:
        metrics: By method, one mapping an epoch: `step`, `train_loss` and,
            where there is a gradient, `gradient_variance`.
        path: The picture to write; its ending chooses the format.
    """
    figure = matplotlib.figure.Figure(figsize=(10, 4.5), layout="constrained")
    objective, variance = figure.subplots(1, 2)
    lowest = []
    for name, lines in metrics.items():
        if "gradient_variance" not in lines[-1]:
            # SVI has chunks in place of minibatches, and no gradient.
            continue
        steps = [line["step"] for line in lines]
        losses = [line["train_loss"] for line in lines]
        objective.plot(steps, losses, label=name)
        lowest.append((min(losses), losses[len(losses) // 20]))
        # The estimate, v - m**2, may come out below zero, which no logarithm
        # can show.
        variances = [line["gradient_variance"] for line in lines]
        variance.plot(steps, [v if v > 0 else math.nan for v in variances])
    if lowest:
        # The first epochs would hide all that comes after.
        bottom = min(low for low, _ in lowest)
        top = max(high for _, high in lowest)
        margin = 0.1 * (top - bottom)
        objective.set_ylim(bottom - margin, top + margin)
        objective.legend(fontsize=8)
    for axes in (objective, variance):
        axes.locator_params(axis="x", nbins=5)
    objective.set(
        xlabel="step", ylabel="training objective: -ELBO per document"
    )
    variance.set(xlabel="step", ylabel="variance of the gradient", yscale="log")
    figure.savefig(path, dpi=110)
