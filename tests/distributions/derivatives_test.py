# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Derivatives of all methods of all classes, beside differences."""

import numpy as np
import pytest
import tensorflow as tf
import tensorflow_probability as tfp

from tests.distributions.made import MADE

tfd = tfp.distributions

_OF_A_VALUE = (
    "log_prob",
    "prob",
    "cdf",
    "log_cdf",
    "survival_function",
    "log_survival_function",
)
_STATISTICS = ("mean", "variance", "entropy")
# Directions along which an argument leaves its domain.
_BOUND = {"mean_direction"}


def _calls():
    for name in _OF_A_VALUE:
        yield name, lambda d, x, name=name: getattr(d, name)(x)
    for name in _STATISTICS:
        yield name, lambda d, x, name=name: getattr(d, name)()
    yield "quantile", lambda d, x: d.quantile(tf.constant(0.3, tf.float64))


@pytest.mark.parametrize("name", MADE)
def test_derivatives_are_those_of_differences(name):
    made = MADE[name]
    tensors = made.tensors(tf.float64)
    law = made.make(**tensors)
    # A tensor of its own: bijectors remember where theirs came from.
    x = tf.constant(law.sample(seed=[1, 2]).numpy())
    arguments = tensors | ({"x": x} if law.event_shape.rank == 0 else {})
    rng = np.random.default_rng(1)
    steps = {
        # Each entry moves by another part of itself.
        k: (np.abs(v) + 0.01 * (np.abs(v) > 0)) * rng.uniform(0.5, 1, v.shape)
        for k, v in arguments.items()
        if k not in _BOUND
    }
    checked = 0
    for method, call in _calls():

        def evaluate(moved, call=call):
            moved = tensors | moved
            return call(made.make(**{k: moved[k] for k in tensors}), moved["x"])

        def at(step, evaluate=evaluate):
            moved = {k: arguments[k] + step * v for k, v in steps.items()}
            return evaluate({"x": x} | moved).numpy()

        with tf.GradientTape() as tape:
            tape.watch(arguments)
            try:
                value = evaluate({"x": x} | arguments)
            except NotImplementedError:
                continue
        derivatives = tape.gradient(
            value, arguments, unconnected_gradients="zero"
        )
        got = sum(np.sum(derivatives[k] * v) for k, v in steps.items())
        size = sum(np.sum(np.abs(derivatives[k] * v)) for k, v in steps.items())
        # Of order 4 in the step, which keeps samples near an end inside.
        h = 1e-5
        difference = 8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))
        want = np.sum(difference) / (12 * h)
        if not np.isfinite(want):
            # A mean that is infinite, or a bound that was crossed.
            continue
        rounding = 1e-13 * np.sum(np.abs(value)) / h
        assert abs(got - want) <= 1e-5 * size + rounding, (method, got, want)
        checked += 1
    assert checked >= 1
