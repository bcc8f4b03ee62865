# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of the evaluation loop that both models share."""

import math

import numpy as np
import pytest
import tensorflow as tf

from experiments.common import elbo, errors


def measure(count, seen, step=3, bad=None, seed=0):
    def bound(batch, batch_seed):
        seen.append((tuple(batch_seed.numpy()), len(batch)))
        values = np.array(batch, np.float32)
        if bad in batch:
            values[batch.index(bad)] = math.nan
        return elbo.Elbo(tf.constant(values), tf.ones(len(batch)))

    return elbo.measure(
        bound, lambda a, b: list(range(a, b)), count, seed, step, "test image"
    )


def test_every_example_is_measured_once_in_order():
    bounds = measure(600, seen := [])
    np.testing.assert_array_equal(bounds.log_likelihood, np.arange(600))
    np.testing.assert_array_equal(bounds.value, np.arange(600) - 1)
    assert [size for _, size in seen] == [256, 256, 88]


def test_every_batch_step_and_run_has_samples_of_its_own():
    for arguments in ({}, {"step": 4}, {"seed": 1}):
        measure(1000, seen := [], **arguments)
        measure(1000, again := [], **arguments)
        assert seen == again
    found = []
    for arguments in ({}, {"step": 4}, {"seed": 1}):
        measure(1000, found, **arguments)
    assert len({seed for seed, _ in found}) == len(found) == 12


def test_a_bound_that_is_not_finite_names_its_example():
    with pytest.raises(
        errors.NonFiniteError,
        match="after step 3, the evidence lower bound of test image 300 is nan",
    ):
        measure(400, [], bad=300)


def test_metrics_are_means_and_the_smallest_divergence():
    bounds = elbo.Elbo(np.float32([-1, -5]), np.float32([0.5, 0.25]))
    assert elbo.metrics(bounds, "test") == {
        "test_log_likelihood": -3,
        "test_kl": 0.375,
        "test_smallest_kl": 0.25,
    }
