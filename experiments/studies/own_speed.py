# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
r"""Prints nanoseconds per element of this library's ops, as one JSON line.

The accuracy study starts it once for each instruction set and number of
threads, since TensorFlow and this library read those once per process:

    TF_IMPLICIT_CPU_TARGET=avx2 \
        python -m experiments.studies.own_speed --threads=1
"""

import functools
import json
import os
import subprocess
import sys
import time

import tensorflow as tf
from absl import app, flags

import tf_implicit as tfi
from experiments.common import stopwatch
from experiments.studies import gradient_methods, inputs

__all__ = ["OwnSpeedError", "measure", "measure_in_process"]

_SEED = (1, 2)


class OwnSpeedError(RuntimeError):
    """The process that was to measure failed; the message says why."""


def measure(
    elements: int, rounds: int, seed: int, pause: float = 0.0
) -> dict[str, float]:
    """Returns nanoseconds per element by name of the quantity.

    Args:
        elements: In each call.
        rounds: Repetitions.
        seed: Of the samples.
        pause: Seconds of other work on this thread before each call, in which
            the other threads may fall asleep; not in the result.
    """
    functions = {}
    for dtype in ("float32", "float64"):
        for family, methods, sampler in (
            (
                "gamma",
                gradient_methods.gamma_methods(),
                tfi.random.stateless_gamma,
            ),
            (
                "von_mises",
                gradient_methods.von_mises_methods(),
                tfi.random.stateless_von_mises,
            ),
        ):
            parameters, samples = inputs.shuffled(
                inputs.points(family, dtype, 1000, seed), elements, seed
            )
            functions[f"{family} gradient, {dtype}"] = methods[0].prepare(
                parameters, samples
            )
            functions[f"{family} sampler, {dtype}"] = functools.partial(
                sampler, [elements], _SEED, tf.constant(parameters)
            )
        functions[f"von Mises-Fisher gradient, {dtype}"] = functools.partial(
            tfi.math.random_von_mises_fisher_grad,
            *_sphere_samples(dtype, elements),
        )
    functions["beta gradients, float64"] = gradient_methods.beta_methods()[
        0
    ].prepare(*inputs.beta_elements(elements, seed))
    functions = {
        name: functools.partial(_after, pause, function)
        for name, function in functions.items()
    }
    best = stopwatch.best_seconds(functions, rounds)
    return {name: 1e9 * (t - pause) / elements for name, t in best.items()}


def _after(pause, function):
    end = time.perf_counter() + pause
    while time.perf_counter() < end:
        pass
    return function()


def _sphere_samples(dtype, elements):
    """The dimension 10, concentrations from 0.1 to 1000, and angles."""
    concentrations = 10 ** tf.random.stateless_uniform(
        [elements], _SEED, -1, 3, tf.as_dtype(dtype)
    )
    angles = tfi.random.stateless_von_mises_fisher_angle(
        [elements], _SEED, 10, concentrations
    )
    return 10, concentrations, angles


def measure_in_process(
    elements: int, rounds: int, seed: int, threads: int, target: str = ""
) -> dict[str, float]:
    """Runs `measure` in a process of its own.

    Args:
        elements: In each call.
        rounds: Repetitions.
        seed: Of the samples.
        threads: Number of TensorFlow's threads, each on a core of its own.
        target: Instruction set; the best one if empty.

    Raises:
        OwnSpeedError: The process failed, for instance because the processor
            lacks the instruction set.
    """
    environment = {
        **os.environ,
        "TF_IMPLICIT_CPU_TARGET": target,
        "PYTHONPATH": os.pathsep.join(path or os.curdir for path in sys.path),
    }
    with stopwatch.all_cores():
        run = subprocess.run(
            [
                sys.executable,
                "-m",
                "experiments.studies.own_speed",
                f"--threads={threads}",
                f"--elements={elements}",
                f"--rounds={rounds}",
                f"--seed={seed}",
            ],
            env=environment,
            capture_output=True,
            text=True,
        )
    if run.returncode:
        last = run.stderr.strip().splitlines()[-1:] or ["no message"]
        raise OwnSpeedError(last[0])
    return json.loads(run.stdout.splitlines()[-1])


def main(argv: list[str]) -> None:
    """Measures as the flags say."""
    if len(argv) > 1:
        raise app.UsageError(f"unexpected arguments: {argv[1:]}")
    values = flags.FLAGS
    stopwatch.use_threads(values.threads)
    best = measure(
        values.elements, values.rounds, values.seed, values.pause_us * 1e-6
    )
    print(json.dumps(best))


if __name__ == "__main__":
    flags.DEFINE_integer("threads", 1, "Threads and cores.", lower_bound=1)
    flags.DEFINE_integer(
        "elements", 200_000, "Elements in a call.", lower_bound=1
    )
    flags.DEFINE_integer("rounds", 15, "Repetitions.", lower_bound=1)
    flags.DEFINE_float(
        "pause_us",
        0.0,
        "Microseconds of other work before each call, in which the other "
        "threads may fall asleep; not in the result.",
        lower_bound=0.0,
    )
    flags.DEFINE_integer("seed", 0, "Seed of the samples.", lower_bound=0)
    app.run(main)
