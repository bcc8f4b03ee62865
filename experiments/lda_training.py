# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Trains and scores topic models; `experiments.lda` is the program."""

import dataclasses
from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
import tensorflow as tf

import tf_implicit as tfi
from experiments import (
    adam,
    corpora,
    document_batches,
    lda_config,
    lda_export,
    lda_model,
    lda_plots,
    ln_lda_model,
    svi_model,
    topic_model,
    topic_quality,
    training,
)

__all__ = ["Evaluator", "make_train_steps", "perplexity", "train"]

# Evaluation needs no gradient, so a batch may be larger than in training. The
# size is part of the result only through which document gets which sample.
_EVALUATION_BATCH = 256


def perplexity(elbo: np.ndarray, lengths: np.ndarray) -> float:
    """Returns the perplexity as the module's docstring defines it.

    Args:
        elbo: `[documents]`, in nats.
        lengths: `[documents]`, number of words of each, at least 1.
    """
    per_word = np.asarray(elbo, np.float64) / np.asarray(lengths, np.float64)
    return float(np.exp(-np.mean(per_word)))


class Evaluator:
    """Measures a model on the documents of one split."""

    def __init__(
        self,
        elbo: Callable[[tf.SparseTensor, tf.Tensor], topic_model.Elbo],
        counts,
        split: str,
        seed: int,
    ):
        """Initializes the evaluator.

        Args:
            elbo: Estimates the bound of a batch, given a stateless seed.
            counts: Sparse `[documents, words]` matrix; none is empty.
            split: How the metrics call these documents.
            seed: Seed of the run.
        """
        self._elbo = elbo
        self._documents = document_batches.DocumentBatches(counts)
        self._lengths = np.asarray(counts.sum(axis=1)).ravel()
        self._split = split
        self._seed = seed

    def __call__(self, step: int) -> dict[str, float]:
        """Returns the metrics after `step` training steps.

        Raises:
            training.NonFiniteError: The bound of a document is not finite.
        """
        seeds = training.step_seed(
            self._seed, training.Stream.EVALUATION_SAMPLES, step
        )
        parts = []
        for start in range(0, len(self._lengths), _EVALUATION_BATCH):
            stop = min(start + _EVALUATION_BATCH, len(self._lengths))
            parts.append(
                self._elbo(
                    self._documents.batch(np.arange(start, stop)),
                    tf.random.fold_in(seeds, start),
                )
            )
        log_likelihood, kl = (
            np.concatenate(term) for term in zip(*parts, strict=True)
        )
        elbo = log_likelihood - kl
        bad = np.flatnonzero(~np.isfinite(elbo))
        if bad.size:
            raise training.NonFiniteError(
                f"after step {step}, the evidence lower bound of {self._split} "
                f"document {bad[0]} is {elbo[bad[0]]}"
            )
        return {
            f"{self._split}_perplexity": perplexity(elbo, self._lengths),
            f"{self._split}_log_likelihood": float(log_likelihood.mean()),
            f"{self._split}_kl": float(kl.mean()),
            # Appendix D: never negative, or the numerics are unstable.
            f"{self._split}_smallest_kl": float(kl.min()),
        }


def make_train_steps(
    model: topic_model.TopicModel,
    optimizer: adam.Adam,
    documents: document_batches.DocumentBatches,
    batch_size: int,
    seed: int,
    burn_in: int | None,
) -> Callable[[tf.Tensor, tf.Tensor], tf.Tensor]:
    """Returns the training function that `training.fit` calls.

    Args:
        model: The model.
        optimizer: Updates the model's trainable variables, in their order.
        documents: The training documents.
        batch_size: Documents in a step.
        seed: Seed of the run.
        burn_in: Number of steps during which the prior is fixed; None: it
            always is.
    """
    variables = model.trainable_variables
    shape = tf.constant([batch_size, documents.shape[1]], tf.int64)

    def train_step(cells, counts, step):
        with tf.GradientTape() as tape:
            elbo = model.training_elbo(
                tf.SparseTensor(cells, counts, shape),
                training.step_seed(
                    seed, training.Stream.TRAINING_SAMPLES, step
                ),
            )
            loss = -tf.reduce_mean(elbo.value)
        gradients = tape.gradient(loss, variables)
        # Adam leaves a variable alone, and its moments at zero, for as long
        # as its gradient is exactly zero.
        fixed = burn_in is None or step < burn_in
        gradients = [
            tf.where(fixed, tf.zeros_like(gradient), gradient)
            if variable is model.prior_logits
            else gradient
            for gradient, variable in zip(gradients, variables, strict=True)
        ]
        optimizer.apply(gradients)
        return loss

    @tf.function(
        input_signature=[
            tf.TensorSpec([None], tf.int64),
            tf.TensorSpec([None, 2], tf.int64),
            tf.TensorSpec([None], tf.float32),
            tf.TensorSpec([], tf.int32),
        ]
    )
    def loop(row_splits, cells, counts, first_step):
        num_steps = tf.size(row_splits) - 1
        losses = tf.TensorArray(tf.float32, num_steps)
        for i in tf.range(num_steps):
            entries = slice(row_splits[i], row_splits[i + 1])
            losses = losses.write(
                i, train_step(cells[entries], counts[entries], first_step + i)
            )
        return losses.stack()

    def train_steps(examples, first_step):
        return loop(*documents.steps(examples.numpy()), first_step)

    return train_steps


def train(config: lda_config.Config) -> Mapping[str, float]:
    """Trains, resumes or continues a model, and writes all its outputs.

    Args:
        config: The configuration; `output_dir` must be set.

    Returns:
        The last evaluation: `step`, `test_perplexity` and more.
    """
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
        folder, settings, lda_config.MAY_CHANGE, config.overwrite
    ) as run:
        _print_corpus(config.dataset, corpus, train_counts, validation_counts)
        learner = (_svi if config.model == "svi" else _amortized)(
            config, schedule, documents
        )
        splits = {"validation": validation_counts, "test": corpus.test}
        evaluators = [
            Evaluator(bound, counts, split + suffix, config.seed)
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
        _write_topics(
            run, learner.state["model"], corpus.vocabulary, train_counts
        )
        lda_plots.plot_training(run.metrics(), folder / "training.png")
        if config.export:
            export_folder = training.user_path(config.export)
            lda_export.export(
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


def _amortized(config, schedule, documents) -> _Learner:
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
        model = lda_model.LatentDirichletAllocation(
            **architecture, estimator=_estimator(config)
        )
    else:
        model = ln_lda_model.LogisticNormalLda(**architecture)
    elbo = tf.function(
        model.elbo,
        input_signature=[
            tf.SparseTensorSpec([None, num_words], tf.float32),
            tf.TensorSpec([2], tf.int32),
        ],
    )
    optimizer = adam.Adam(
        model.trainable_variables,
        config.learning_rate,
        config.adam_beta1,
        config.adam_beta2,
        config.adam_epsilon,
    )
    return _Learner(
        {"model": model, "optimizer": optimizer},
        make_train_steps(
            model,
            optimizer,
            documents,
            schedule.batch_size,
            config.seed,
            None
            if config.fixed_prior
            else config.prior_burn_in_epochs * schedule.steps_per_epoch,
        ),
        {"": elbo},
        lambda: {"gradient_variance": float(optimizer.gradient_variance())},
    )


def _svi(config, schedule, documents) -> _Learner:
    """Makes LDA that gensim trains."""
    model = svi_model.SviModel(
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
    make = getattr(tfi.estimators, config.estimator)
    if config.estimator == "rsvi":
        return make(config.shape_augmentation)
    return make()


def _split(counts, config):
    """Returns the documents to train on and those to validate with."""
    generator = np.random.default_rng(
        (config.seed, training.Stream.VALIDATION_SPLIT)
    )
    held_out = round(config.validation_fraction * counts.shape[0])
    order = generator.permutation(counts.shape[0])
    # The paper's documents stand in the order of their newsgroups; sorting
    # keeps that order, so that without a split nothing changes.
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
    lda_plots.plot_topics(described, run.folder / "topics.png")
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
