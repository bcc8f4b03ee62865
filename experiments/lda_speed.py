# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
r"""Time of a training step of the topic model beside the straightforward loop.

    python -m experiments.lda_speed --dataset=20newsgroups --data_dir=FOLDER

The model is that of the paper's Table 6 for 20 Newsgroups, on one core. Four
loops take turns, 50 steps at a time, and the shortest turn counts:

*   straightforward: `tfp.distributions.Dirichlet`, Keras' Adam, dense
    minibatches, one call of a `tf.function` a step;
*   its parts inside one graph: the same, but 50 steps in one call;
*   ours: what experiments.lda runs;
*   ours, TFP's divergence: the same, but for the divergence of the Dirichlet
    distributions, which is TFP's.
"""

from collections.abc import Callable, Sequence

import numpy as np
import tensorflow as tf
import tensorflow_probability as tfp
import tf_keras
from absl import app, flags

import tf_implicit as tfi
from experiments.common import adam, paths, program, stopwatch
from experiments.data import corpora, corpus, document_batches
from experiments.topic_models import amortized, lda

tfd = tfp.distributions

STEPS = 50
BATCH = 32


class _Dense(tf.Module):
    """The same variables, and the formulas of the paper as they stand."""

    def __init__(self, model: lda.LatentDirichletAllocation):
        super().__init__()
        self.kernels = [tf.Variable(kernel) for kernel in model.kernels]
        self.biases = [tf.Variable(bias) for bias in model.biases]
        self.topic_logits = tf.Variable(model.topic_logits)
        self.prior_logits = tf.Variable(model.prior_logits)

    def loss(self, counts: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
        """-ELBO of `[batch, words]` counts, by TFP's Dirichlet."""
        *hidden, (kernel, bias) = zip(self.kernels, self.biases, strict=True)
        units = tf.math.log1p(counts)
        for hidden_kernel, hidden_bias in hidden:
            units = tf.nn.relu(tf.matmul(units, hidden_kernel) + hidden_bias)
        posterior = _dirichlet(tf.matmul(units, kernel) + bias)
        sample = posterior.sample(seed=seed)
        words = tf.matmul(sample, tf.nn.softmax(self.topic_logits))
        log_likelihood = tf.reduce_sum(tf.math.xlogy(counts, words), axis=-1)
        kl = tfd.kl_divergence(posterior, _dirichlet(self.prior_logits))
        return -tf.reduce_mean(log_likelihood - kl)


class _TfpDivergence(lda.LatentDirichletAllocation):
    """Ours, with TFP's divergence."""

    def divergence(self, posterior, prior):
        return tfd.kl_divergence(tfd.Dirichlet(posterior), tfd.Dirichlet(prior))


def _dirichlet(logits):
    return tfd.Dirichlet(tf.clip_by_value(tf.nn.softplus(logits), 1e-3, 1e3))


def make_model(
    num_words: int,
    kind: type[lda.LatentDirichletAllocation] = lda.LatentDirichletAllocation,
) -> lda.LatentDirichletAllocation:
    """Returns the model of Table 6, with implicit gradients."""
    return kind(
        num_words=num_words,
        num_topics=50,
        hidden_units=[300] * 3,
        initial_prior=0.7,
        seed=tf.constant([0, 1]),
        estimator=tfi.estimators.implicit(),
    )


def make_loops(
    loaded: corpus.Corpus, steps: int = STEPS
) -> dict[str, Callable[[], np.ndarray]]:
    """Returns the loops by name; a call trains on and returns the losses.

    All start with the same variables and see the same documents in the
    same order.
    """
    batches = document_batches.DocumentBatches(loaded.train)
    dense = loaded.train.toarray()

    num_words = loaded.train.shape[1]

    def loop_of(model):
        learner = amortized.AmortizedLearner(
            model,
            adam.Adam(model.trainable_variables, 3e-4, 0.9, 0.999, 1e-8),
            batches,
            BATCH,
            seed=0,
            burn_in=0,
        )
        return loop(
            lambda examples, _: learner.train(
                tf.constant(examples), tf.constant(0)
            ).numpy()
        )

    def straightforward_step():
        plain = _Dense(make_model(num_words))
        variables = plain.trainable_variables
        optimizer = tf_keras.optimizers.Adam(3e-4, epsilon=1e-8)
        optimizer.build(variables)

        def step(counts, seed):
            with tf.GradientTape() as tape:
                loss = plain.loss(counts, seed)
            optimizer.apply_gradients(
                zip(tape.gradient(loss, variables), variables, strict=True)
            )
            return loss

        return step

    one_step = tf.function(straightforward_step())
    inner_step = straightforward_step()

    @tf.function
    def many_steps(counts, seed):
        losses = tf.TensorArray(tf.float32, steps)
        for i in tf.range(steps):
            loss = inner_step(counts[i], tf.random.fold_in(seed, i))
            losses = losses.write(i, loss)
        return losses.stack()

    def loop(run):
        generator = np.random.default_rng(0)

        def turn():
            examples = generator.integers(len(dense), size=[steps, BATCH])
            return run(examples, tf.constant([1, 2]))

        return turn

    return {
        "straightforward": loop(
            lambda examples, seed: np.array(
                [
                    one_step(
                        tf.constant(dense[rows]), tf.random.fold_in(seed, i)
                    ).numpy()
                    for i, rows in enumerate(examples)
                ]
            )
        ),
        "straightforward, steps in one graph": loop(
            lambda examples, seed: many_steps(
                tf.constant(dense[examples]), seed
            ).numpy()
        ),
        "ours": loop_of(make_model(num_words)),
        "ours, TFP's divergence": loop_of(
            make_model(num_words, _TfpDivergence)
        ),
    }


def load_documents(data_dir: str | None) -> corpus.Corpus:
    """Returns 20 Newsgroups, or without a folder the passages of Wikipedia."""
    return corpora.load("20newsgroups" if data_dir else "wikipedia", data_dir)


def main(argv: Sequence[str]) -> None:
    """Measures and prints."""
    if len(argv) > 1:
        raise app.UsageError(f"unexpected arguments: {argv[1:]}")
    values = flags.FLAGS
    stopwatch.use_threads(1)
    with program.exits_with_message():
        loaded = corpora.load(
            values.dataset, paths.data_folder(values.data_dir)
        )
    seconds = stopwatch.best_seconds(
        make_loops(loaded),
        rounds=values.rounds,
        clock=stopwatch.clock(values.processor_time),
    )
    first = seconds["straightforward"]
    for name, value in seconds.items():
        print(
            f"{name:36} {1e3 * value / STEPS:6.2f} ms a step, "
            f"{value / first:5.1%}"
        )


def _define_flags() -> None:
    flags.DEFINE_enum(
        "dataset", "wikipedia", corpora.DATASETS, "Corpus to train on."
    )
    flags.DEFINE_string("data_dir", None, paths.DATA_DIR_HELP)
    flags.DEFINE_integer("rounds", 10, "Turns of each loop.", lower_bound=1)
    flags.DEFINE_bool("processor_time", False, stopwatch.PROCESSOR_TIME_HELP)


if __name__ == "__main__":
    _define_flags()
    app.run(main)
