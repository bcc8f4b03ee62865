# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Uses an installed tf_implicit: a sample with its gradient, and XLA.

    python use_wheel.py [FOLDER]

FOLDER is where tf_implicit must come from, by default this Python's own
packages.
"""

import pathlib
import sys
import sysconfig

import tensorflow as tf

import tf_implicit as tfi


def main() -> None:
    """Raises AssertionError unless the package here works."""
    paths = sys.argv[1:] or [sysconfig.get_path("platlib")]
    assert pathlib.Path(tfi.__file__).is_relative_to(paths[0]), tfi.__file__

    concentration = tf.constant([1e-3, 1.0, 1e6])
    with tf.GradientTape() as tape:
        tape.watch(concentration)
        gamma = tfi.distributions.Gamma(concentration, rate=1.0)
        sample = gamma.sample(1000, seed=1)
        mean = tf.reduce_mean(sample, axis=0)
    gradient = tape.gradient(mean, concentration)
    # The truth is 1; the means' standard errors are 1, 0.05 and 0.001.
    error = tf.abs(gradient[1:] - 1.0)
    assert tf.reduce_all(error < [0.3, 0.01]), gradient
    assert tf.math.is_finite(gradient[0]), gradient

    def derivative(concentration, sample):
        return tfi.math.random_gamma_grad(concentration, sample)

    compiled = tf.function(derivative, jit_compile=True)
    eager = derivative(concentration, sample[0])
    assert tf.reduce_all(compiled(concentration, sample[0]) == eager)
    print(f"{tfi.__version__} works: gradient {gradient[1]:.3f} (1), XLA")


if __name__ == "__main__":
    main()
