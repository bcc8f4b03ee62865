# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""What a run of a topic model prints, draws and writes besides its metrics."""

from experiments.common import errors, run_folder
from experiments.topic_models import plots, topic_quality

__all__ = ["print_corpus", "write_topics", "write_training"]


def write_topics(run: run_folder.Run, model, vocabulary, counts) -> None:
    """Prints the topics, and writes them with a picture and their quality."""
    topics = model.topics().numpy()
    described = topic_quality.describe(
        topics, model.prior_concentration().numpy(), vocabulary, counts
    )
    summary = topic_quality.summary(topics, described)
    run.write_json(
        "topics.json",
        {**summary, "by_weight": [topic._asdict() for topic in described]},
    )
    picture = run.folder / "topics.png"
    with errors.writing(picture):
        plots.plot_topics(described, picture)
    print("\nprior weight    NPMI  top words")
    for topic in described:
        print(
            f"{topic.prior_weight:12.4f}  {topic.npmi:6.3f}  "
            f"{' '.join(topic.words)}"
        )
    print(
        "\nNPMI {npmi:.3f} and diversity {diversity:.3f} of all {topics} "
        "topics; {used_npmi:.3f} and {used_diversity:.3f} of the {used_topics} "
        "with 1% of the prior weight or more".format(**summary)
    )


def write_training(run: run_folder.Run) -> None:
    """Draws the metrics of all epochs."""
    picture = run.folder / "training.png"
    with errors.writing(picture):
        plots.plot_training(run.metrics(), picture)


def print_corpus(name, corpus, train_counts, validation_counts) -> None:
    """Says what is trained on, and what was left out."""
    print(
        f"{name}: training on {train_counts.shape[0]} documents "
        f"({int(train_counts.sum())} words), validating on "
        f"{validation_counts.shape[0]}, testing on {corpus.test.shape[0]} "
        f"({int(corpus.test.sum())} words); vocabulary of "
        f"{len(corpus.vocabulary)}"
    )
    for note, number in corpus.notes.items():
        print(f"    {note.replace('_', ' ')}: {number}")
