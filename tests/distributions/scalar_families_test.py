# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""What the families that TFP has not do alike: functions and arguments."""

import numpy as np
import pytest
import tensorflow as tf

import tf_implicit as tfi

tfid = tfi.distributions

# Columns of parameters, of ordinary and extreme sizes, what is in the loss
# beside samples and their log densities, and how much ways of running may
# differ, relative and beside 1.
_FAMILIES = {
    "GeneralizedGamma": (
        ([0.3, 2.0, 50.0], [1.0, 1e-3, 7.0], [0.5, 2.0, 9.0]),
        ["cdf", "entropy"],
        (1e-4, 1e-5),
    ),
    "GeneralizedInverseGaussian": (
        (
            [0.0, 0.0, -0.5, 0.3, -3.0, 20.0, -40.0, 1.5],
            [1.0, 1e-3, 2.0, 2.0, 0.5, 0.1, 30.0, 300.0],
            [1.0, 1e-3, 3.0, 0.5, 1e-2, 10.0, 20.0, 200.0],
        ),
        ["cdf"],
        (1e-4, 0.0),
    ),
    "NoncentralStudentT": (
        (
            [0.3, 1.0, 2.5, 9.0, 70.0, 1e5],
            [2.0, -1.0, 0.1, -4.0, 20.0, 3.0],
            [0.0, 3.0, -1.0, 0.5, 0.0, 2.0],
            [1.0, 0.5, 2.0, 1.5, 1.0, 0.1],
        ),
        [],
        (1e-4, 1e-5),
    ),
    "Rice": (
        ([0.0, 1e-9, 0.02, 0.5, 3.0, 20.0], [1.0, 0.3, 2.0, 1.5, 1.25, 2.0]),
        ["cdf", "entropy"],
        (1e-5, 1e-5),
    ),
    "SkewNormal": (
        ([0.5, 0.0, -3.0], [2.0, 1.0, 0.1], [0.0, -0.7, 40.0]),
        [],
        (1e-4, 1e-5),
    ),
}


@pytest.mark.parametrize("name", _FAMILIES)
def test_functions(name):
    columns, methods, (rtol, atol) = _FAMILIES[name]
    parameters = [tf.constant(column, tf.float32) for column in columns]

    def evaluate(*parameters):
        with tf.GradientTape() as tape:
            tape.watch(parameters)
            law = getattr(tfid, name)(*parameters)
            z = law.sample(3, seed=[1, 2])
            log_prob = law.log_prob(z)
            loss = tf.reduce_sum(tf.asinh(z)) + tf.reduce_sum(log_prob)
            for method in methods:
                arguments = [z] if method == "cdf" else []
                loss += tf.reduce_sum(getattr(law, method)(*arguments))
        return z, log_prob, *tape.gradient(loss, parameters)

    wants = evaluate(*parameters)
    for jit in (False, True):
        got = tf.function(evaluate, jit_compile=jit)(*parameters)
        for a, b in zip(got, wants, strict=True):
            np.testing.assert_allclose(a, b, rtol=rtol, atol=atol)


@pytest.mark.parametrize(
    ("name", "method", "atol"),
    [
        ("GeneralizedInverseGaussian", "log_prob", 0.0),
        ("Rice", "variance", 1e-14),
    ],
)
def test_vectorized_map(name, method, atol):
    columns, *_ = _FAMILIES[name]
    parameters = [tf.constant(column, tf.float64) for column in columns]

    def evaluate(arguments):
        with tf.GradientTape() as tape:
            tape.watch(arguments)
            law = getattr(tfid, name)(*arguments)
            value = law.log_prob(0.7) + law.cdf(1.3)
            if method == "variance":
                value += law.variance()
        return value, tape.gradient(value, arguments)

    got = tf.vectorized_map(evaluate, parameters)
    wants = evaluate(parameters)
    for a, b in zip(tf.nest.flatten(got), tf.nest.flatten(wants), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-11, atol=atol)


@pytest.mark.parametrize(
    ("name", "parameter", "wrong"),
    [
        ("GeneralizedGamma", "power", (1.0, 1.0, -1.0)),
        ("GeneralizedInverseGaussian", "chi", (1.0, -1.0, 1.0)),
        ("NoncentralStudentT", "df", (-1.0, 0.0, 0.0, 1.0)),
        ("NoncentralStudentT", "scale", (1.0, 0.0, 0.0, -1.0)),
        ("Rice", "noncentrality", (-1.0, 1.0)),
        ("Rice", "scale", (1.0, -1.0)),
        ("SkewNormal", "scale", (0.0, -1.0, 1.0)),
    ],
)
def test_arguments(name, parameter, wrong):
    family = getattr(tfid, name)
    with pytest.raises(
        tf.errors.InvalidArgumentError, match=f"`{parameter}` must be"
    ):
        family(*wrong, validate_args=True)
    *others, last = np.abs(wrong)
    last_name = list(family.parameter_properties())[-1]
    with pytest.raises(TypeError, match=f"`{last_name}` is"):
        family(*others, tf.constant(last, tf.float32))
    # A variable is read when it counts.
    values = dict(
        zip(family.parameter_properties(), np.abs(wrong), strict=True)
    )
    variable = tf.Variable(values[parameter])
    law = family(**(values | {parameter: variable}), validate_args=True)
    variable.assign(-1.0)
    with pytest.raises(
        tf.errors.InvalidArgumentError, match=f"`{parameter}` must be"
    ):
        law.sample(seed=1)
