# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Evaluates the ops in a process of its own; target_test.py runs it.

python -m tests.ops.evaluate_ops FILE THREADS
"""

import sys

import numpy as np
import tensorflow as tf


def main(path, threads):
    """Writes samples and derivatives of many elements to an .npz file."""
    tf.config.threading.set_intra_op_parallelism_threads(threads)
    import tf_implicit as tfi

    size = 20000
    rng = np.random.default_rng(0)
    results = {}
    for dtype in (tf.float32, tf.float64):
        alpha = tf.constant(np.exp(rng.uniform(-9, 12, size)), dtype)
        seed = [1, 2]
        sample = tfi.random.stateless_gamma([size], seed, alpha)
        log_sample = tfi.random.stateless_loggamma([size], seed, alpha)
        angle = tfi.random.stateless_von_mises([size], seed, alpha)
        rows = tf.reshape(alpha, [-1, 50])
        dirichlet = tfi.random.stateless_dirichlet(rows.shape, seed, rows)
        derivatives = {
            "gamma": tfi.math.random_gamma_grad(alpha, sample),
            "log_gamma": tfi.math.random_loggamma_grad(alpha, log_sample),
            "igamma": tfi.math.igamma_grad_a(alpha, sample),
            "von_mises": tfi.math.random_von_mises_grad(alpha, angle),
            "beta": tfi.math.random_logit_beta_grad(
                alpha, alpha[::-1], log_sample - log_sample[::-1]
            )[0],
            "student_t": tfi.math.random_student_t_grad(alpha, angle),
        }
        for name, value in {
            "sample_gamma": sample,
            "sample_log_gamma": log_sample,
            "sample_von_mises": angle,
            "sample_dirichlet": dirichlet,
            **{"grad_" + k: v for k, v in derivatives.items()},
        }.items():
            results[f"{name}_{dtype.name}"] = value.numpy()
    np.savez(path, **results)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
