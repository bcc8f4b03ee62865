# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Pictures of a topic model's training and of what it found."""

import pathlib
from collections.abc import Mapping, Sequence

import matplotlib.figure

from experiments.topic_models import topic_quality

__all__ = ["plot_topics", "plot_training"]

# More bars than this cannot be read beside their words.
_MAX_LABELLED_TOPICS = 20
_WORDS_IN_LABEL = 6


def plot_training(
    metrics: Sequence[Mapping[str, float]], path: pathlib.Path
) -> None:
    """Draws the objective and the perplexities against epochs.

    Args:
        metrics: One mapping an epoch: `epoch`, `train_loss`, and, where the
            model was evaluated, `test_perplexity` and maybe
            `validation_perplexity`.
        path: The picture to write; its ending chooses the format.
    """
    figure = matplotlib.figure.Figure(figsize=(9, 3.5), layout="constrained")
    objective, perplexity = figure.subplots(1, 2)
    objective.plot(
        [line["epoch"] for line in metrics],
        [line["train_loss"] for line in metrics],
    )
    objective.set(xlabel="epoch", ylabel="training loss: -ELBO per document")
    for split in ("validation", "test"):
        name = f"{split}_perplexity"
        points = [(m["epoch"], m[name]) for m in metrics if name in m]
        if points:
            perplexity.plot(*zip(*points, strict=True), ".-", label=split)
    perplexity.set(xlabel="epoch", ylabel="perplexity")
    if perplexity.lines:
        perplexity.legend()
    figure.savefig(path, dpi=120)


def plot_topics(
    topics: Sequence[topic_quality.Topic], path: pathlib.Path
) -> None:
    """Draws the prior weights, sorted, the heaviest with their words.

    Args:
        topics: By falling prior weight.
        path: The picture to write; its ending chooses the format.
    """
    labelled = topics[:_MAX_LABELLED_TOPICS]
    figure = matplotlib.figure.Figure(
        figsize=(11, 1.2 + 0.28 * len(labelled)), layout="constrained"
    )
    bars, curve = figure.subplots(1, 2, width_ratios=(2, 1))
    bars.barh(
        [" ".join(topic.words[:_WORDS_IN_LABEL]) for topic in labelled],
        [topic.prior_weight for topic in labelled],
    )
    bars.invert_yaxis()
    bars.set(xlabel="prior weight", title="topics with the highest weight")
    curve.plot([topic.prior_weight for topic in topics], ".-")
    curve.set(xlabel="topic", ylabel="prior weight", title="all topics")
    figure.savefig(path, dpi=120)
