# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
r"""Latent Dirichlet allocation by implicit reparameterization (section 6.2).

Amortized variational inference with a Dirichlet posterior: see lda_model.py
for the model. Without flags, the hyperparameters are those of Table 6 for
20 Newsgroups, and the corpus is a small one that needs no download. The
paper's own experiment (Table 3: test perplexity 876 +- 7) is

    python -m experiments.lda --dataset=20newsgroups --data_dir=FOLDER

Test perplexity is, as in the paper,

    exp(-1/N sum_n ELBO_n / L_n)

over all N test documents that are not empty, where L_n is the number of words
of document n, and ELBO_n the evidence lower bound of its log-likelihood,
estimated from one sample of the posterior; the KL divergence is analytical.

Training uses all training documents, less the share --validation_fraction
(default 0), which is only measured, never trained on and never used to choose
anything. --validation_fraction=0.1 is the split by which the paper's authors
chose the hyperparameters. The test documents are measured, too, while
training goes on; no decision hangs on it.

A run can be stopped at any moment; the same command resumes it from its last
checkpoint, and a larger --epochs or --max_steps continues it.

References:
    Figurnov, Mohamed and Mnih (2018), "Implicit reparameterization
    gradients", section 6.2 and Appendix D.
    Srivastava and Sutton (2017), "Autoencoding variational inference for
    topic models": the preprocessed 20 Newsgroups.
"""

import dataclasses
import os
import sys
from collections.abc import Mapping

import numpy as np
import tensorflow as tf
import tensorflow_probability as tfp
from absl import app, flags, logging

import tf_implicit as tfi
from experiments import adam, corpora, lda_model, lda_plots, training

_DIRICHLETS = {
    "tf_implicit": tfi.distributions.Dirichlet,
    "tfp": tfp.distributions.Dirichlet,
}

# What --demo changes: small enough to train in about a minute on one core,
# with topics that can be read.
_DEMO = {
    "epochs": 80,
    "hidden_layers": 1,
    "hidden_units": 100,
    "initial_prior": 0.1,
    "learning_rate": 5e-3,
    "num_topics": 20,
    "prior_burn_in_epochs": 50,
}

# These may differ between a run and its continuation.
_MAY_CHANGE = frozenset(
    {
        "checkpoint_every",
        "data_dir",
        "epochs",
        "evaluate_every",
        "max_steps",
        "output_dir",
        "overwrite",
    }
)

# Evaluation needs no gradient, so a batch may be larger than in training. The
# size is part of the result only through which document gets which sample.
_EVALUATION_BATCH = 256

_WORDS_PER_TOPIC = 10

_INT32_MAX = 2**31 - 1


@dataclasses.dataclass(frozen=True)
class Config:
    """Everything that a run depends on; each field is a flag of that name."""

    dataset: str = "wikipedia"
    data_dir: str | None = None
    output_dir: str | None = None
    overwrite: bool = False
    seed: int = 0
    dirichlet: str = "tf_implicit"
    num_topics: int = 50
    hidden_layers: int = 3
    hidden_units: int = 300
    initial_prior: float = 0.7
    prior_burn_in_epochs: int = 350
    learning_rate: float = 3e-4
    adam_beta1: float = 0.9
    adam_beta2: float = 0.999
    adam_epsilon: float = 1e-8
    batch_size: int = 32
    epochs: int = 500
    max_steps: int | None = None
    validation_fraction: float = 0.0
    evaluate_every: int = 10
    checkpoint_every: int = 10


_HELP = {
    "dataset": "Corpus to train on.",
    "data_dir": "Folder with the corpus' files; by default the environment "
    "variable TF_IMPLICIT_DATA_DIR.",
    "output_dir": "Folder for checkpoints, metrics and pictures; by default "
    "output/lda_DATASET_seedSEED. If it holds this very run, it is resumed.",
    "overwrite": "Delete the run that --output_dir holds and start anew.",
    "seed": "Seed of the whole run.",
    "dirichlet": "Whose Dirichlet distribution to use. tfp is there to "
    "compare with: its gradients fail at small concentrations.",
    "num_topics": "Number of topics.",
    "hidden_layers": "Hidden layers of the inference network.",
    "hidden_units": "Units of each hidden layer.",
    "initial_prior": "Initial value of the prior parameters alpha.",
    "prior_burn_in_epochs": "Epochs during which alpha stays as it is.",
    "learning_rate": "Learning rate of Adam.",
    "adam_beta1": "Decay of Adam's first moment.",
    "adam_beta2": "Decay of Adam's second moment.",
    "adam_epsilon": "What Adam adds to the denominator.",
    "batch_size": "Documents in a training step.",
    "epochs": "Passes over the training documents.",
    "max_steps": "Stop after that many steps, whatever --epochs says.",
    "validation_fraction": "Share of the training documents to hold out.",
    "evaluate_every": "Epochs between evaluations.",
    "checkpoint_every": "Epochs between checkpoints.",
}


def define_flags(values: flags.FlagValues = flags.FLAGS) -> None:
    """Defines one flag for each field of `Config`, and --demo."""
    default = {f.name: f.default for f in dataclasses.fields(Config)}

    def integer(name, lower, upper=None):
        flags.DEFINE_integer(
            name,
            default[name],
            _HELP[name],
            lower_bound=lower,
            upper_bound=upper,
            flag_values=values,
        )

    def real(name, lower, upper):
        flags.DEFINE_float(
            name,
            default[name],
            _HELP[name],
            lower_bound=lower,
            upper_bound=upper,
            flag_values=values,
        )

    def choice(name, choices):
        flags.DEFINE_enum(
            name, default[name], choices, _HELP[name], flag_values=values
        )

    def text(name):
        flags.DEFINE_string(
            name, default[name], _HELP[name], flag_values=values
        )

    def switch(name, value, meaning):
        flags.DEFINE_bool(name, value, meaning, flag_values=values)

    choice("dataset", corpora.DATASETS)
    choice("dirichlet", sorted(_DIRICHLETS))
    text("data_dir")
    text("output_dir")
    switch("overwrite", default["overwrite"], _HELP["overwrite"])
    integer("seed", 0, _INT32_MAX)
    integer("num_topics", 2)
    integer("hidden_layers", 0)
    integer("hidden_units", 1)
    real("initial_prior", 1e-3, 1e3)
    integer("prior_burn_in_epochs", 0)
    real("learning_rate", 0.0, None)
    real("adam_beta1", 0.0, 1.0)
    real("adam_beta2", 0.0, 1.0)
    real("adam_epsilon", 0.0, None)
    integer("batch_size", 1)
    integer("epochs", 1)
    integer("max_steps", 1)
    real("validation_fraction", 0.0, 0.9)
    integer("evaluate_every", 1)
    integer("checkpoint_every", 1)
    switch(
        "demo",
        False,
        "Train for about a minute. Sets, unless given: "
        + ", ".join(f"--{name}={value}" for name, value in _DEMO.items()),
    )


def config_from_flags(values: flags.FlagValues) -> Config:
    """Returns the configuration that the command line asks for."""
    preset = _DEMO if values.demo else {}
    settings = {
        field.name: preset[field.name]
        if field.name in preset and values[field.name].using_default_value
        else values[field.name].value
        for field in dataclasses.fields(Config)
    }
    if settings["data_dir"] is None:
        settings["data_dir"] = os.environ.get("TF_IMPLICIT_DATA_DIR")
    if settings["data_dir"]:
        settings["data_dir"] = str(training.user_path(settings["data_dir"]))
    if settings["output_dir"] is None:
        settings["output_dir"] = (
            f"output/lda_{settings['dataset']}_seed{settings['seed']}"
        )
    settings["output_dir"] = str(training.user_path(settings["output_dir"]))
    return Config(**settings)


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

    def __init__(self, model, counts, split: str, seed: int):
        """`counts` is a sparse `[documents, words]` matrix; none is empty."""
        self._split = split
        self._lengths = np.asarray(counts.sum(axis=1)).ravel()
        documents = corpora.DocumentBatches(counts)

        @tf.function(
            input_signature=[
                tf.TensorSpec([None], tf.int64),
                tf.TensorSpec([2], tf.int32),
            ]
        )
        def elbo(numbers, sample_seed):
            return model.elbo(documents.dense(numbers), sample_seed)

        self._elbo = elbo
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
                    tf.range(start, stop, dtype=tf.int64),
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


def make_train_steps(model, optimizer, counts, config: Config, burn_in: int):
    """Returns the training function that `training.fit` calls.

    Args:
        model: A `LatentDirichletAllocation`.
        optimizer: Updates the model's trainable variables, in their order.
        counts: Sparse `[documents, words]` training matrix.
        config: Configuration of the run.
        burn_in: Number of steps during which the prior is fixed.
    """
    documents = corpora.DocumentBatches(counts)
    variables = model.trainable_variables

    def train_step(numbers, step):
        seed = training.step_seed(
            config.seed, training.Stream.TRAINING_SAMPLES, step
        )
        with tf.GradientTape() as tape:
            elbo = model.elbo(documents.dense(numbers), seed)
            loss = -tf.reduce_mean(elbo.value)
        gradients = tape.gradient(loss, variables)
        # Adam leaves a variable alone, and its moments at zero, for as long
        # as its gradient is exactly zero.
        gradients = [
            tf.where(step < burn_in, tf.zeros_like(gradient), gradient)
            if variable is model.prior_logits
            else gradient
            for gradient, variable in zip(gradients, variables, strict=True)
        ]
        optimizer.apply(gradients)
        return loss

    @tf.function(
        input_signature=[
            tf.TensorSpec([None, None], tf.int64),
            tf.TensorSpec([], tf.int32),
        ]
    )
    def train_steps(examples, first_step):
        num_steps = tf.shape(examples)[0]
        losses = tf.TensorArray(tf.float32, num_steps)
        for i in tf.range(num_steps):
            losses = losses.write(i, train_step(examples[i], first_step + i))
        return losses.stack()

    return train_steps


def describe_topics(model, vocabulary) -> list[lda_plots.Topic]:
    """Returns the topics by falling prior weight."""
    weights = model.prior().concentration.numpy()
    words = np.argsort(-model.topics().numpy(), axis=1, kind="stable")
    return [
        lda_plots.Topic(
            float(weights[topic]),
            tuple(vocabulary[i] for i in words[topic, :_WORDS_PER_TOPIC]),
        )
        for topic in np.argsort(-weights, kind="stable")
    ]


def train(config: Config) -> Mapping[str, float]:
    """Trains, resumes or continues a model, and writes all its outputs.

    Args:
        config: The configuration; `output_dir` must be set.

    Returns:
        The last evaluation: `step`, `test_perplexity` and more.
    """
    corpus = corpora.load(config.dataset, config.data_dir)
    train_counts, validation_counts = _split(corpus.train, config)
    batch_size = min(config.batch_size, train_counts.shape[0])
    schedule = training.Schedule(
        num_examples=train_counts.shape[0],
        batch_size=batch_size,
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
        folder, settings, _MAY_CHANGE, config.overwrite
    ) as run:
        _print_corpus(config.dataset, corpus, train_counts, validation_counts)
        model = lda_model.LatentDirichletAllocation(
            num_words=train_counts.shape[1],
            num_topics=config.num_topics,
            hidden_units=[config.hidden_units] * config.hidden_layers,
            initial_prior=config.initial_prior,
            seed=training.stream_seed(
                config.seed, training.Stream.INITIAL_WEIGHTS
            ),
            dirichlet=_DIRICHLETS[config.dirichlet],
        )
        optimizer = adam.Adam(
            model.trainable_variables,
            config.learning_rate,
            config.adam_beta1,
            config.adam_beta2,
            config.adam_epsilon,
        )
        splits = {"validation": validation_counts, "test": corpus.test}
        evaluators = [
            Evaluator(model, counts, split, config.seed)
            for split, counts in splits.items()
            if counts.shape[0]
        ]

        def evaluate(step):
            return {k: v for e in evaluators for k, v in e(step).items()}

        result = training.fit(
            run,
            schedule,
            {"model": model, "optimizer": optimizer},
            make_train_steps(
                model,
                optimizer,
                train_counts,
                config,
                config.prior_burn_in_epochs * schedule.steps_per_epoch,
            ),
            evaluate,
            lambda: {"gradient_variance": float(optimizer.gradient_variance())},
        )
        topics = describe_topics(model, corpus.vocabulary)
        lda_plots.plot_training(run.metrics(), folder / "training.png")
        lda_plots.plot_topics(topics, folder / "topics.png")
        print("\nprior weight  top words")
        for topic in topics:
            print(f"{topic.prior_weight:12.4f}  {' '.join(topic.words)}")
        print(f"\noutputs are in {folder}")
    return result


def _split(counts, config: Config):
    """Returns the documents to train on and those to validate with."""
    generator = np.random.default_rng(
        (config.seed, training.Stream.VALIDATION_SPLIT)
    )
    held_out = round(config.validation_fraction * counts.shape[0])
    order = generator.permutation(counts.shape[0])
    # The paper's documents stand in the order of their newsgroups; sorting
    # keeps that order, so that without a split nothing changes.
    return counts[np.sort(order[held_out:])], counts[np.sort(order[:held_out])]


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


def main(argv: list[str]) -> None:
    """Trains as the flags say."""
    if not flags.FLAGS["verbosity"].present:
        # TensorFlow reports each checkpoint at level INFO.
        logging.set_verbosity(logging.WARNING)
    if len(argv) > 1:
        raise app.UsageError(f"unexpected arguments: {argv[1:]}")
    try:
        result = train(config_from_flags(flags.FLAGS))
    except (
        FileNotFoundError,
        corpora.CorpusError,
        training.FolderInUseError,
        training.NonFiniteError,
    ) as error:
        sys.exit(f"error: {error}")
    print(f"test perplexity: {result['test_perplexity']:.2f}")


if __name__ == "__main__":
    define_flags()
    app.run(main)
