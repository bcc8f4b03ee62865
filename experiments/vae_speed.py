# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
r"""Time of a training step of the autoencoder, beside a straightforward loop.

    python -m experiments.vae_speed --data_dir=FOLDER

The straightforward loop is what one writes first: TensorFlow Probability's
distributions and divergences, Keras' layers and Adam, tf.data, and one call of
a tf.function for each step. Both train the same model on the same images, on
--threads threads, in turns; the shortest time of each is shown. A third column
has ours with TFP's divergence in the place of that of tf_implicit. Without
--data_dir and the environment variable TF_IMPLICIT_DATA_DIR the images are
random, which takes the same time.
"""

import time
from collections.abc import Callable, Sequence

import numpy as np
import tensorflow as tf
import tensorflow_probability as tfp
import tf_keras
from absl import app, flags

from experiments.autoencoders import latents, learner
from experiments.autoencoders.config import Config
from experiments.common import (
    paths,
    program,
    stopwatch,
    tables,
    training_config,
)
from experiments.data import images

tfd = tfp.distributions

# The parameters of each, of its distribution here and of TFP's.
_PARAMETERS = {
    "Gamma": ("concentration", "rate"),
    "Beta": ("concentration1", "concentration0"),
    "VonMises": ("loc", "concentration"),
}

# Those that TensorFlow Probability can sample with a gradient.
POSTERIORS = ("normal", "gamma", "beta", "von_mises")

_ROWS = 28
STEPS = 50


def straightforward(
    posterior: str, latent_size: int, pixels: np.ndarray
) -> Callable[[], None]:
    """Returns a function that trains for `STEPS` steps.

    Args:
        posterior: One of `POSTERIORS`.
        latent_size: D.
        pixels: uint8 `[images, pixels]`.
    """
    dense = tf_keras.layers.Dense
    num_pixels = pixels.shape[1]
    num_outputs = (3 if posterior == "von_mises" else 2) * latent_size
    num_features = (2 if posterior == "von_mises" else 1) * latent_size
    encoder, decoder = (
        tf_keras.Sequential(
            [
                dense(units, activation=activation)
                for units, activation in (*hidden, (outputs, None))
            ]
        )
        for hidden, outputs in (
            ([(256, "relu"), (128, "relu")], num_outputs),
            ([(128, "relu"), (256, "relu")], num_pixels),
        )
    )
    encoder.build([None, num_pixels])
    decoder.build([None, num_features])
    variables = encoder.trainable_variables + decoder.trainable_variables
    optimizer = tf_keras.optimizers.Adam(1e-3)
    batches = iter(
        tf.data.Dataset.from_tensor_slices(pixels)
        .shuffle(len(pixels))
        .repeat()
        .batch(64, drop_remainder=True)
        .prefetch(1)
    )

    def positive(outputs):
        return tf.clip_by_value(tf.nn.softplus(outputs), 1e-3, 1e3)

    def distributions(outputs):
        if posterior == "von_mises":
            x, y, k = tf.split(outputs, 3, axis=-1)
            q = tfd.VonMises(tf.atan2(y, x), positive(k))
            return q, tfd.VonMises(0.0, 0.0)
        a, b = tf.split(outputs, 2, axis=-1)
        if posterior == "normal":
            return tfd.Normal(a, tf.nn.softplus(b)), tfd.Normal(0.0, 1.0)
        if posterior == "gamma":
            return tfd.Gamma(positive(a), positive(b)), tfd.Gamma(10.0, 10.0)
        return tfd.Beta(positive(a), positive(b)), tfd.Beta(1.0, 1.0)

    @tf.function
    def train_step(batch, step):
        brightness = tf.cast(batch, tf.float32) / 255
        x = tf.cast(
            tf.random.uniform(brightness.shape) < brightness, tf.float32
        )
        weight = tf.minimum(tf.cast(step, tf.float32) / 1e5, 1.0)
        with tf.GradientTape() as tape:
            q, prior = distributions(encoder(x))
            z = q.sample()
            if posterior == "von_mises":
                z = tf.concat([tf.cos(z), tf.sin(z)], axis=-1)
            likelihood = tfd.Independent(tfd.Bernoulli(logits=decoder(z)), 1)
            kl = tf.reduce_sum(tfd.kl_divergence(q, prior), axis=-1)
            loss = tf.reduce_mean(weight * kl - likelihood.log_prob(x))
        gradients = tape.gradient(loss, variables)
        optimizer.apply_gradients(zip(gradients, variables, strict=True))
        return loss

    def train():
        for _ in range(STEPS):
            loss = train_step(next(batches), optimizer.iterations)
        loss.numpy()

    return train


def ours(
    posterior: str,
    latent_size: int,
    pixels: np.ndarray,
    jit_compile: bool = False,
    tfp_divergence: bool = False,
) -> Callable[[], None]:
    """Returns a function that trains `STEPS` steps as experiments.vae does.

    Args:
        posterior: One of `latents.POSTERIORS`.
        latent_size: D.
        pixels: uint8 `[images, pixels]`.
        jit_compile: Whether XLA compiles the networks.
        tfp_divergence: Whether the divergence is TFP's.
    """
    config = Config(
        posterior=posterior,
        prior=latents.PRIORS[posterior][0],
        latent_size=latent_size,
        jit_compile=jit_compile,
    )
    model = learner.make_model(config, pixels.shape[1])
    if tfp_divergence:
        prior = _of_tfp(model.latent.prior)
        model.latent.kl = lambda q: tf.reduce_sum(
            tfd.kl_divergence(_of_tfp(q), prior), -1
        )
    optimizer = training_config.make_optimizer(
        config, model.trainable_variables
    )
    trained = learner.AutoencoderLearner(model, optimizer, pixels, config)
    numbers = np.random.default_rng(0).integers(
        0, len(pixels), [STEPS, config.batch_size]
    )

    def train():
        trained.train(
            tf.constant(numbers), tf.cast(optimizer.steps, tf.int32)
        ).numpy()

    return train


def _of_tfp(distribution: tfd.Distribution) -> tfd.Distribution:
    """Returns TFP's distribution of the same parameters."""
    name = type(distribution).__name__
    arguments = [getattr(distribution, k) for k in _PARAMETERS[name]]
    return getattr(tfd, name)(*arguments)


def measure(
    posteriors: Sequence[str],
    latent_size: int,
    pixels: np.ndarray,
    rounds: int,
    jit_compile: bool,
    clock: Callable[[], float] = time.perf_counter,
) -> tables.Table:
    """Returns the table of milliseconds a step.

    Args:
        posteriors: Names, as of `straightforward`.
        latent_size: D.
        pixels: uint8 `[images, pixels]`.
        rounds: How often each loop has its turn, of `STEPS` steps.
        jit_compile: Whether to measure ours compiled by XLA, too.
        clock: What to measure.
    """
    rows = []
    for posterior in posteriors:
        functions = {
            "straightforward": straightforward(posterior, latent_size, pixels),
            "ours": ours(posterior, latent_size, pixels),
        }
        # A Normal's is TFP's anyway.
        if posterior != "normal":
            functions["divergence"] = ours(
                posterior, latent_size, pixels, tfp_divergence=True
            )
        if jit_compile:
            functions["XLA"] = ours(
                posterior, latent_size, pixels, jit_compile=True
            )
        seconds = stopwatch.best_seconds(functions, rounds, clock=clock)
        times = {k: 1e3 * s / STEPS for k, s in seconds.items()}
        saved = 100 * (1 - times["ours"] / times["straightforward"])
        rows.append(
            [
                posterior,
                times["straightforward"],
                times["ours"],
                times.get("divergence"),
                *([times["XLA"]] if jit_compile else []),
                f"{saved:.0f}%",
            ]
        )
    compiled = ["ours, --jit_compile"] if jit_compile else []
    return tables.Table(
        "vae_speed",
        f"Milliseconds a training step, D = {latent_size}",
        [
            "posterior",
            "straightforward",
            "ours",
            "ours, TFP's divergence",
            *compiled,
            "saved",
        ],
        rows,
    )


def load_pixels(data_dir: str | None) -> np.ndarray:
    """Returns MNIST, or without a folder as many random images."""
    if data_dir:
        data = images.load("mnist", data_dir)
        return data.train.reshape(len(data.train), -1)
    return np.random.default_rng(0).integers(
        0, 256, [60_000, _ROWS**2], np.uint8
    )


def main(argv: list[str]) -> None:
    """Measures as the flags say."""
    if len(argv) > 1:
        raise app.UsageError(f"unexpected arguments: {argv[1:]}")
    values = flags.FLAGS
    stopwatch.use_threads(values.threads)
    data_dir = paths.data_folder(values.data_dir)
    print("images:", f"MNIST in {data_dir}" if data_dir else "random")
    with program.exits_with_message():
        pixels = load_pixels(data_dir)
    table = measure(
        values.posteriors,
        values.latent_size,
        pixels,
        values.rounds,
        values.jit_compile,
        stopwatch.clock(values.processor_time),
    )
    print(table.markdown())


if __name__ == "__main__":
    flags.DEFINE_string("data_dir", None, paths.DATA_DIR_HELP)
    flags.DEFINE_multi_enum(
        "posteriors", POSTERIORS, POSTERIORS, "Variational posteriors."
    )
    flags.DEFINE_integer("latent_size", 10, "D.", lower_bound=1)
    flags.DEFINE_integer("threads", 1, "Threads and cores.", lower_bound=1)
    flags.DEFINE_integer("rounds", 20, "Repetitions.", lower_bound=1)
    flags.DEFINE_bool("processor_time", False, stopwatch.PROCESSOR_TIME_HELP)
    flags.DEFINE_bool("jit_compile", False, "Measure --jit_compile, too.")
    app.run(main)
