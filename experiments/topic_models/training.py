# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Trains and scores topic models; `experiments.lda` is the program."""

import contextlib
import dataclasses
from collections.abc import Mapping

import numpy as np
import tensorflow as tf

import tf_implicit as tfi
from experiments.common import (
    config_flags,
    errors,
    loop,
    named_estimators,
    paths,
    run_folder,
    seeds,
    training_config,
)
from experiments.common.schedule import Schedule
from experiments.data import corpora, document_batches
from experiments.topic_models import (
    amortized,
    evaluation,
    export,
    initial_topics,
    lda,
    ln_lda,
    report,
    svi,
)
from experiments.topic_models.config import Config

__all__ = ["make_estimator", "train"]


def train(config: Config) -> Mapping[str, float]:
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
    schedule = Schedule(
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
    with run_folder.open_run(
        paths.user_path(config.output_dir),
        settings,
        config_flags.may_change(Config),
        config.overwrite,
        chief,
    ) as run:
        report.print_corpus(
            config.dataset, corpus, train_counts, validation_counts
        )
        if config.model == "svi":
            learner = _svi(config, schedule, documents)
        else:
            with strategy.scope() if strategy else contextlib.nullcontext():
                learner = _amortized(
                    config, schedule, train_counts, documents, strategy
                )
        evaluate = evaluation.Evaluation(
            learner.bounds,
            {"validation": validation_counts, "test": corpus.test},
            config.seed,
        )
        result = loop.fit(run, schedule, learner, evaluate)
        if chief:
            model = learner.state["model"]
            report.write_topics(run, model, corpus.vocabulary, train_counts)
            report.write_training(run)
            if config.export:
                folder = paths.user_path(config.export)
                with errors.writing(folder):
                    export.export(model, corpus.vocabulary, folder)
                print(f"the trained model is in {folder}")
            print(f"\noutputs are in {run.folder}")
    return result


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


def _amortized(
    config, schedule, train_counts, documents, strategy
) -> amortized.AmortizedLearner:
    """Makes LDA or LN-LDA with an inference network."""
    architecture = {
        "num_words": documents.shape[1],
        "num_topics": config.num_topics,
        "hidden_units": [config.hidden_units] * config.hidden_layers,
        "initial_prior": config.initial_prior,
        "seed": seeds.stream_seed(config.seed, seeds.Stream.INITIAL_WEIGHTS),
        "sampled_kl": config.sampled_kl,
        "bounds": config.bounds,
    }
    if config.model == "lda":
        model = lda.LatentDirichletAllocation(
            **architecture, estimator=make_estimator(config)
        )
    else:
        model = ln_lda.LogisticNormalLda(**architecture)
    if config.initial_topic_documents:
        model.topic_logits.assign(
            initial_topics.logits(
                train_counts,
                config.num_topics,
                config.initial_topic_documents,
                config.seed,
            )
        )
    return amortized.AmortizedLearner(
        model,
        training_config.make_optimizer(config, model.trainable_variables),
        documents,
        schedule.batch_size,
        config.seed,
        None
        if config.fixed_prior
        else config.prior_burn_in_epochs * schedule.steps_per_epoch,
        config.kl_annealing_steps,
        config.refinement_steps,
        strategy,
    )


def _svi(config, schedule, documents) -> svi.SviLearner:
    """Makes LDA that gensim trains."""
    return svi.SviLearner(
        svi.SviModel(
            documents,
            config.num_topics,
            schedule.batch_size,
            config.svi_decay,
            config.seed,
        )
    )


def make_estimator(config: Config) -> tfi.estimators.Estimator:
    """Makes the gradient estimator that the configuration names."""
    if config.estimator == "implicit_cdf":
        return tfi.estimators.implicit(method="cdf")
    return named_estimators.make(config.estimator, config.shape_augmentation)


def _split(counts, config):
    """Returns the documents to train on and those to validate with."""
    if not config.validation_fraction:
        return counts, counts[:0]
    generator = np.random.default_rng(
        (config.seed, seeds.Stream.VALIDATION_SPLIT)
    )
    held_out = round(config.validation_fraction * counts.shape[0])
    order = generator.permutation(counts.shape[0])
    # In the order of the corpus, so that the split alone is random.
    return counts[np.sort(order[held_out:])], counts[np.sort(order[:held_out])]
