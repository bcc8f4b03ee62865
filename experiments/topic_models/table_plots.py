# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Figures 2 and 3 of the paper."""

import itertools
import math
import pathlib
import statistics
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import matplotlib.figure

__all__ = ["Spread", "over_seeds", "plot_curves", "plot_prior_weights"]

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
    metrics: Mapping[str, Sequence[Sequence[Mapping[str, float]]]],
    path: pathlib.Path,
) -> None:
    """Draws Figure 3: training objective and variance of the gradient.

    A line is at each step the median of the seeds that have a value there, of
    the variance one above 0; the band reaches from the smallest to the largest.

    Args:
        metrics: By method, for each seed one mapping an epoch: `step`,
            `train_loss` and, where there is a gradient, `gradient_variance`.
        path: The picture to write; its ending chooses the format.
    """
    figure = matplotlib.figure.Figure(figsize=(10, 4.5), layout="constrained")
    objective, variance = figure.subplots(1, 2)
    lowest = []
    for name, seeds in metrics.items():
        losses = over_seeds(seeds, "train_loss")
        # The estimate, v - m**2, may come out below zero, which no logarithm
        # can show.
        variances = over_seeds(seeds, "gradient_variance", above=0.0)
        if not variances:
            # SVI has chunks in place of minibatches, and no gradient.
            continue
        if len(seeds) > 1:
            name += f" ({len(seeds)} seeds)"
        _plot_band(objective, losses, name)
        _plot_band(variance, variances, name)
        medians = [at_step.median for at_step in losses]
        lowest.append((min(medians), medians[len(medians) // 20]))
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


class Spread(NamedTuple):
    """What the seeds have at a step."""

    step: int
    smallest: float
    median: float
    largest: float


def over_seeds(
    seeds: Sequence[Sequence[Mapping[str, float]]],
    name: str,
    above: float = -math.inf,
) -> list[Spread]:
    """Returns the spread of a metric at each step that a seed has it at.

    Args:
        seeds: For each seed one mapping an epoch.
        name: Of the metric.
        above: Values that are not above this are left out, and so are NaNs; at
            a step where there is no other, all are NaN.
    """
    by_step: dict[int, list[float]] = {}
    for line in itertools.chain.from_iterable(seeds):
        if name in line:
            values = by_step.setdefault(int(line["step"]), [])
            if line[name] > above:
                values.append(line[name])
    spreads = []
    for step in sorted(by_step):
        values = by_step[step] or [math.nan]
        spreads.append(
            Spread(step, min(values), statistics.median(values), max(values))
        )
    return spreads


def _plot_band(axes, spreads: Sequence[Spread], label: str) -> None:
    steps, smallest, medians, largest = zip(*spreads, strict=True)
    (line,) = axes.plot(steps, medians, label=label)
    axes.fill_between(
        steps, smallest, largest, color=line.get_color(), alpha=0.25, lw=0
    )
