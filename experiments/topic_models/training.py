# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Trains and scores topic models; `experiments.lda` is the program."""

import contextlib
import dataclasses
from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
import tensorflow as tf

import tf_implicit as tfi
from experiments.common import (
    config_flags,
    named_estimators,
    training,
    training_config,
)
from experiments.data import corpora, document_batches
from experiments.topic_models import config as lda_config
from experiments.topic_models import (
    evaluation,
    export,
    lda,
    ln_lda,
    plots,
    steps,
    svi,
    topic_model,
    topic_quality,
)

__all__ = ["train"]


def train(config: lda_config.Config) -> Mapping[str, float]:
    """Trains, resumes or continues a model, and writes all its outputs.

    With --strategy=multi_worker, each worker calls this; the first one, the
    chief, evaluates and writes, and all must see its output folder.

    Args:
        config: The configuration; `output_dir` must be set.

    Returns:
        The last evaluation: `step`, `test_perplexity` and more; on a worker
        that is not the chief, `step` alone.
    """
    strategy = _strategy(config.strategy)
    chief = strategy is None or _is_chief(strategy)
    corpus = corpora.load(config.dataset, config.data_dir)
    train_counts, validation_counts = _split(corpus.train, config)
    documents = document_batches.DocumentBatches(train_counts)
    batch_size = (
        config.svi_chunk_size if config.model == "svi" else config.batch_size
    )
    schedule = training.Schedule(
        num_examples=train_counts.shape[0],
        batch_size=min(batch_size, train_counts.shape[0]),
        epochs=config.epochs,
        max_steps=config.max_steps,
        evaluate_every=config.evaluate_every,
        checkpoint_every=config.checkpoint_every,
        seed=config.seed,
    )
    settings = {
        "program": "lda",
        "corpus_sha256": corpus.sha256(),
        **dataclasses.asdict(config),
    }
    folder = training.user_path(config.output_dir)
    with training.open_run(
        folder,
        settings,
        config_flags.may_change(lda_config.Config),
        config.overwrite,
        chief,
    ) as run:
        _print_corpus(config.dataset, corpus, train_counts, validation_counts)
        if config.model == "svi":
            learner = _svi(config, schedule, documents)
        else:
            with strategy.scope() if strategy else contextlib.nullcontext():
                learner = _amortized(config, schedule, documents, strategy)
        splits = {"validation": validation_counts, "test": corpus.test}
        evaluators = [
            evaluation.Evaluator(bound, counts, split + suffix, config.seed)
            for split, counts in splits.items()
            if counts.shape[0]
            for suffix, bound in learner.bounds.items()
        ]

        def evaluate(step):
            return {k: v for e in evaluators for k, v in e(step).items()}

        result = training.fit(
            run,
            schedule,
            learner.state,
            learner.train_steps,
            evaluate,
            learner.measure,
        )
        if chief:
            _write_topics(
                run, learner.state["model"], corpus.vocabulary, train_counts
            )
            plots.plot_training(run.metrics(), folder / "training.png")
            if config.export:
                export_folder = training.user_path(config.export)
                export.export(
                    learner.state["model"], corpus.vocabulary, export_folder
                )
                print(f"the trained model is in {export_folder}")
            print(f"\noutputs are in {folder}")
    return result


class _Learner(NamedTuple):
    """A model and how to train and measure it.

    Attributes:
        state: What a checkpoint holds; "model" is the model.
        train_steps: See `training.fit`.
        bounds: Estimates of a batch's bound, by what stands behind the name of
            the split in the metrics.
        measure: See `training.fit`.
    """

    state: Mapping[str, tf.Module]
    train_steps: Callable[[tf.Tensor, tf.Tensor], tf.Tensor]
    bounds: Mapping[
        str, Callable[[tf.SparseTensor, tf.Tensor], topic_model.Elbo]
    ]
    measure: Callable[[], Mapping[str, float]]


def _strategy(name) -> tf.distribute.Strategy | None:
    """Makes the distribution strategy; before any other op, as TF demands."""
    if name == "mirrored":
        return tf.distribute.MirroredStrategy()
    if name == "multi_worker":
        return tf.distribute.MultiWorkerMirroredStrategy()
    return None


def _is_chief(strategy) -> bool:
    """Whether this process is the one that writes."""
    return strategy.cluster_resolver is None or (
        strategy.cluster_resolver.task_id in (None, 0)
        and strategy.cluster_resolver.task_type in (None, "", "chief", "worker")
    )


def _amortized(config, schedule, documents, strategy) -> _Learner:
    """Makes LDA or LN-LDA with an inference network."""
    num_words = documents.shape[1]
    architecture = {
        "num_words": num_words,
        "num_topics": config.num_topics,
        "hidden_units": [config.hidden_units] * config.hidden_layers,
        "initial_prior": config.initial_prior,
        "seed": training.stream_seed(
            config.seed, training.Stream.INITIAL_WEIGHTS
        ),
        "sampled_kl": config.sampled_kl,
    }
    if config.model == "lda":
        model = lda.LatentDirichletAllocation(
            **architecture, estimator=_estimator(config)
        )
    else:
        model = ln_lda.LogisticNormalLda(**architecture)
    elbo = tf.function(
        model.elbo,
        input_signature=[
            tf.SparseTensorSpec([None, num_words], tf.float32),
            tf.TensorSpec([2], tf.int32),
        ],
    )
    optimizer = training_config.make_optimizer(
        config, model.trainable_variables
    )
    return _Learner(
        {"model": model, "optimizer": optimizer},
        steps.make_train_steps(
            model,
            optimizer,
            documents,
            schedule.batch_size,
            config.seed,
            None
            if config.fixed_prior
            else config.prior_burn_in_epochs * schedule.steps_per_epoch,
            strategy,
        ),
        {"": elbo},
        lambda: {"gradient_variance": float(optimizer.gradient_variance())},
    )


def _svi(config, schedule, documents) -> _Learner:
    """Makes LDA that gensim trains."""
    model = svi.SviModel(
        documents,
        config.num_topics,
        schedule.batch_size,
        config.svi_decay,
        config.seed,
    )
    return _Learner(
        {"model": model},
        model.train_steps,
        {"": model.elbo, "_mean_field": model.mean_field_bound},
        dict,
    )


def _estimator(config) -> tfi.estimators.Estimator:
    """Makes the gradient estimator that the configuration names."""
    if config.estimator == "implicit_cdf":
        return tfi.estimators.implicit(method="cdf")
    return named_estimators.make(config.estimator, config.shape_augmentation)


def _split(counts, config):
    """Returns the documents to train on and those to validate with."""
    if not config.validation_fraction:
        return counts, counts[:0]
    generator = np.random.default_rng(
        (config.seed, training.Stream.VALIDATION_SPLIT)
    )
    held_out = round(config.validation_fraction * counts.shape[0])
    order = generator.permutation(counts.shape[0])
    # In the order of the corpus, so that the split alone is random.
    return counts[np.sort(order[held_out:])], counts[np.sort(order[:held_out])]


def _write_topics(run, model, vocabulary, counts) -> None:
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
    plots.plot_topics(described, run.folder / "topics.png")
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


def _print_corpus(name, corpus, train_counts, validation_counts) -> None:
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
