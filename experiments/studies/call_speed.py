# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Prints what a call on 16 elements costs, ours beside TFP, in Markdown.

python -m experiments.studies.call_speed

A call makes the distribution, takes samples or a log density and its gradients.
The time is the processor's, outside of `tf.function`, the least of several
turns; nodes are those of the same call in a graph, constants and arguments not
counted.
"""

import functools
import time

import tensorflow as tf
import tensorflow_probability as tfp
from absl import app

import tf_implicit as tfi
from experiments.common import stopwatch

__all__ = ["main", "rows"]

_SEED = (1, 2)
_SHAPES = {
    "Gamma": ([16], [16]),
    "Beta": ([16], [16]),
    "Dirichlet": ([4, 4],),
    "StudentT": ([16], [16], [16]),
    "VonMises": ([16], [16]),
    "Normal": ([16], [16]),
}
_NO_NODES = ("Const", "Placeholder", "Identity", "NoOp")


def rows(rounds: int = 5, calls: int = 20) -> list[list[str]]:
    """Returns the rows of the table, each a list of cells.

    Args:
        rounds: Turns of each call.
        calls: Calls in a turn.
    """
    result = []
    for name, shapes in _SHAPES.items():
        values = [tf.fill(shape, 2.0) for shape in shapes]
        value = tf.fill(shapes[0], 0.25)
        for what in ("sample", "sample, gradients", "log_prob, gradients"):
            functions = {
                library: _call(getattr(module, name), what, value)
                for library, module in (
                    ("ours", tfi.distributions),
                    ("TFP", tfp.distributions),
                )
            }
            best = stopwatch.best_seconds(
                {
                    k: functools.partial(f, *values)
                    for k, f in functions.items()
                },
                rounds,
                calls,
                time.process_time,
            )
            nodes = [_nodes(f, values) for f in functions.values()]
            result.append(
                [
                    name,
                    what,
                    f"{1e6 * best['ours']:.0f}",
                    f"{1e6 * best['TFP']:.0f}",
                    f"{best['TFP'] / best['ours']:.1f}",
                    *map(str, nodes),
                ]
            )
    return result


def _call(cls, what, value):
    def result(*values):
        if what.startswith("log_prob"):
            return cls(*values).log_prob(value)
        return cls(*values).sample(seed=_SEED)

    def gradients(*values):
        with tf.GradientTape() as tape:
            tape.watch(values)
            y = result(*values)
        return y, tape.gradient(y, values)

    return gradients if what.endswith("gradients") else result


def _nodes(function, values):
    graph = tf.function(function).get_concrete_function(*values).graph
    return sum(op.type not in _NO_NODES for op in graph.get_operations())


def main(argv: list[str]) -> None:
    """Prints the table."""
    if len(argv) > 1:
        raise app.UsageError(f"unexpected arguments: {argv[1:]}")
    stopwatch.use_threads(1)
    head = ["distribution", "call", "us", "TFP, us", "ratio", "nodes", "TFP's"]
    for row in (head, ["---"] * len(head), *rows()):
        print(f"| {' | '.join(row)} |", flush=True)


if __name__ == "__main__":
    app.run(main)
