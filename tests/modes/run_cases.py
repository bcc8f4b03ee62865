# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Evaluates every op in a process of its own; determinism_test.py runs it.

python -m tests.modes.run_cases FILE THREADS [deterministic]
"""

import sys

import numpy as np
import tensorflow as tf


def main(path, threads, deterministic):
    """Writes the outputs of every op, and gradients, to an .npz file."""
    tf.config.threading.set_intra_op_parallelism_threads(threads)
    if deterministic:
        tf.keras.utils.set_random_seed(7)
        tf.config.experimental.enable_op_determinism()
    from tests.modes import every_op
    from tests.modes.cases import QUICK_DISTRIBUTIONS

    results = {}
    for name in every_op.names():
        # Enough elements for many shards.
        keywords = every_op.arguments(name, tf.float32, size=20000)
        for k, y in enumerate(every_op.call(name, keywords)):
            results[f"{name}_{k}"] = y
    for case in QUICK_DISTRIBUTIONS:
        parameters = case.tensors()
        with tf.GradientTape() as tape:
            tape.watch(parameters)
            y = case.total(*parameters)
        gradients = tape.gradient(y, parameters)
        for k, value in enumerate([y, *gradients]):
            results[f"{case.name}_{k}"] = value
    np.savez(path, **results)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), "deterministic" in sys.argv[3:])
