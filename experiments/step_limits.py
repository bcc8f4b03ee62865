# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
r"""What of a training step remains, however it is written.

    python -m experiments.step_limits --data_dir=FOLDER

times TensorFlow's products, Adam and random bits with the shapes of a step of
the topic model and of the autoencoder, each by itself on one core, beside the
whole step and the straightforward one (experiments.lda_speed and
experiments.vae_speed, which say what --data_dir holds). How much is done in a
second stands beside what one large product does, and an addition in place that
reads and writes as many bytes as Adam.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf
from absl import app, flags

from experiments import lda_speed, vae_speed
from experiments.autoencoders import latents, learner
from experiments.autoencoders.config import Config
from experiments.common import adam, paths, program, stopwatch, tables
from experiments.data import corpus, document_batches
from experiments.topic_models import sparse_products

_ADAM = "optimizer"
_LATENT_SIZE = 10
# How often a call repeats a step, or a part of one; the loops do it as often.
STEPS = lda_speed.STEPS
# Rows and columns of the large product, whose time the processor's arithmetic
# alone decides.
_LARGE = 2048
# Adam reads a parameter, its moments and its gradient, and writes the first
# three.
_BYTES_PER_PARAMETER = 28
_UNITS = ("operations", "bytes")


class Work(NamedTuple):
    """A part of a step.

    Attributes:
        run: Does it, within a graph.
        amount: How many of the unit it does.
        unit: What is counted, if anything is.
    """

    run: Callable[[], Any]
    amount: int = 0
    unit: str = ""


def products(batch: int, layers: Sequence[tuple[Sequence[int], int]]) -> Work:
    """Products of dense matrices.

    Args:
        batch: Number of examples.
        layers: Shape of each kernel, and how many products it is part of: 1
            for the forward pass alone, 2 with the gradient of the kernel, 3
            with that of the inputs.
    """
    made = []
    for (inputs, outputs), count in layers:
        units, kernel, upstream, *results = map(
            _random,
            (
                [batch, inputs],
                [inputs, outputs],
                [batch, outputs],
                [batch, outputs],
                [inputs, outputs],
                [batch, inputs],
            ),
        )
        arguments = (
            (units, kernel, False, False),
            (units, upstream, True, False),
            (upstream, kernel, False, True),
        )
        made += list(zip(results, arguments, strict=True))[:count]

    def run():
        # From variable to variable: none is left out, or taken out of the loop.
        for result, arguments in made:
            result.assign(tf.matmul(*arguments))

    operations = sum(2 * batch * n * m * count for (n, m), count in layers)
    return Work(run, operations, _UNITS[0])


def updates(variables: Sequence[tf.Variable]) -> Work:
    """Adam's updates of variables of these shapes."""
    copies, gradients = ([_random(v.shape) for v in variables] for _ in "12")
    optimizer = adam.Adam(copies, 1e-3, 0.9, 0.999, 1e-8)
    return Work(
        lambda: optimizer.apply([g.read_value() for g in gradients]),
        _BYTES_PER_PARAMETER * sum(v.shape.num_elements() for v in variables),
        _UNITS[1],
    )


def gradients_of(
    function: Callable[..., tf.Tensor], shapes: Sequence[Sequence[int]]
) -> Work:
    """A function's values and gradients.

    Args:
        function: Of tensors of these shapes.
        shapes: Theirs.
    """
    arguments, results = ([_random(shape) for shape in shapes] for _ in "12")
    value, upstream = (_random(function(*arguments).shape) for _ in "12")

    def run():
        inputs = [argument.read_value() for argument in arguments]
        with tf.GradientTape() as tape:
            tape.watch(inputs)
            output = function(*inputs)
        value.assign(output)
        gradients = tape.gradient(output, inputs, upstream.read_value())
        for result, gradient in zip(results, gradients, strict=True):
            result.assign(gradient)

    return Work(run)


def random_bits(shape: Sequence[int]) -> Work:
    """16 random bits for each pixel."""
    step = tf.Variable(0)
    bits = tf.Variable(tf.zeros([np.prod(shape) // 2], tf.int32))

    def run():
        seed = tf.stack([step, 0])
        bits.assign(
            tf.random.stateless_uniform(bits.shape, seed, None, None, tf.int32)
        )

    return Work(run)


def _random(shape) -> tf.Variable:
    return tf.Variable(tf.random.stateless_uniform(shape, [1, 2]) + 0.5)


def of_topic_model(documents: corpus.Corpus) -> dict[str, Work]:
    """Returns parts of a step of the topic model."""
    matrix = documents.train
    rows = np.random.default_rng(0).integers(
        matrix.shape[0], size=lda_speed.BATCH
    )
    counts = document_batches.DocumentBatches(matrix).batch(rows)
    model = lda_speed.make_model(matrix.shape[1])
    topics = model.topic_logits.shape
    return {
        "matrix products of dense layers": products(
            lda_speed.BATCH, [(kernel.shape, 3) for kernel in model.kernels[1:]]
        ),
        "product of word counts and the first layer": gradients_of(
            lambda kernel: sparse_products.matmul(counts, kernel),
            [model.kernels[0].shape],
        ),
        "probabilities of the words that occur": gradients_of(
            lambda z, topics: sparse_products.product_at(
                z, topics, counts.indices
            ),
            [[lda_speed.BATCH, topics[0]], topics],
        ),
        "softmax of the topics": gradients_of(tf.nn.softmax, [topics]),
        _ADAM: updates(model.trainable_variables),
    }


def of_autoencoder(posterior: str, num_pixels: int) -> dict[str, Work]:
    """Returns parts of a step of the autoencoder."""
    config = Config(
        posterior=posterior,
        prior=latents.PRIORS[posterior][0],
        latent_size=_LATENT_SIZE,
    )
    model = learner.make_model(config, num_pixels)
    kernels = [*model.encoder.kernels, *model.decoder.kernels]
    # Images need no gradient.
    counts = [2, *[3] * (len(kernels) - 1)]
    return {
        "matrix products": products(
            config.batch_size,
            [(k.shape, n) for k, n in zip(kernels, counts, strict=True)],
        ),
        "random bits": random_bits([config.batch_size, num_pixels]),
        _ADAM: updates(model.trainable_variables),
    }


def measure(
    title: str,
    parts: Mapping[str, Work],
    loops: Mapping[str, Callable[[], Any]],
    rounds: int,
    clock: Callable[[], float] = time.perf_counter,
) -> tables.Table:
    """Returns the table of microseconds a step.

    Args:
        title: Of the table.
        parts: Of a step, by name.
        loops: "ours" and "straightforward", each of `STEPS` steps.
        rounds: How often each has its turn.
        clock: What to measure.
    """
    large = _random([_LARGE, _LARGE]).value()
    array = np.zeros(parts[_ADAM].amount // 8, np.float32)
    best = stopwatch.best_seconds(
        {name: _repeated(work.run) for name, work in parts.items()}
        | loops
        | {
            _UNITS[0]: lambda: tf.matmul(large, large).numpy(),
            _UNITS[1]: lambda: np.add(array, 1, out=array),
        },
        rounds,
        clock=clock,
    )
    peaks = {
        _UNITS[0]: 2 * _LARGE**3 / best[_UNITS[0]],
        _UNITS[1]: 8 * array.size / best[_UNITS[1]],
    }
    seconds = {name: best[name] / STEPS for name in parts}
    seconds["these alone"] = sum(seconds.values())
    seconds |= {name: best[name] / STEPS for name in loops}
    rows = []
    for name, value in seconds.items():
        row = [
            name,
            round(1e6 * value),
            f"{value / seconds['straightforward']:.0%}",
        ]
        work = parts.get(name)
        if work and work.unit:
            rate, peak = work.amount / value, peaks[work.unit]
            row += [f"{1e-9 * rate:.0f} {work.unit}", f"{1e-9 * peak:.0f}"]
        else:
            row += [None, None]
        rows.append(row)
    return tables.Table(
        "step_limits",
        title,
        [
            "work",
            "microseconds",
            "of straightforward",
            "billions a second",
            "at most",
        ],
        rows,
    )


def _repeated(run: Callable[[], Any]) -> Callable[[], None]:
    """Returns what does the work `STEPS` times in one call."""

    @tf.function
    def repeat():
        for _ in tf.range(STEPS):
            run()
        return tf.constant(0)

    return lambda: repeat().numpy()


def main(argv: Sequence[str]) -> None:
    """Measures as the flags say."""
    if len(argv) > 1:
        raise app.UsageError(f"unexpected arguments: {argv[1:]}")
    values = flags.FLAGS
    stopwatch.use_threads(1)
    data_dir = paths.data_folder(values.data_dir)
    with program.exits_with_message():
        documents = lda_speed.load_documents(data_dir)
        pixels = vae_speed.load_pixels(data_dir)
    topic_model = lda_speed.make_loops(documents)
    clock = stopwatch.clock(values.processor_time)
    print(
        measure(
            "Topic model",
            of_topic_model(documents),
            {name: topic_model[name] for name in ("ours", "straightforward")},
            values.rounds,
            clock,
        ).markdown()
    )
    for posterior in values.posteriors:
        print(
            measure(
                f"Autoencoder, {posterior}, D = {_LATENT_SIZE}",
                of_autoencoder(posterior, pixels.shape[1]),
                {
                    "ours": vae_speed.ours(posterior, _LATENT_SIZE, pixels),
                    "straightforward": vae_speed.straightforward(
                        posterior, _LATENT_SIZE, pixels
                    ),
                },
                values.rounds,
                clock,
            ).markdown()
        )


def _define_flags() -> None:
    flags.DEFINE_string("data_dir", None, paths.DATA_DIR_HELP)
    flags.DEFINE_multi_enum(
        "posteriors",
        vae_speed.POSTERIORS,
        vae_speed.POSTERIORS,
        "Variational posteriors of the autoencoder.",
    )
    flags.DEFINE_integer("rounds", 4, "Turns of each.", lower_bound=1)
    flags.DEFINE_bool("processor_time", False, stopwatch.PROCESSOR_TIME_HELP)


if __name__ == "__main__":
    _define_flags()
    app.run(main)
