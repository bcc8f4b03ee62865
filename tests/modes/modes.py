# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""The ways of running a function, each a check of one case (cases.py).

A check compares what the mode gives with what the plain call gives, and raises
where they differ or the mode refuses. transforms_test.py and xla_test.py run
them in the test suite, platform_table.py for docs/platforms.md.
"""

import tempfile

import numpy as np
import tensorflow as tf

import tf_implicit as tfi


def gradient(case, parameters):
    """The gradient of `case.total` in each parameter."""
    with tf.GradientTape() as tape:
        tape.watch(parameters)
        y = case.total(*parameters)
    return tape.gradient(y, parameters)


def assert_close(got, want, rtol=1e-11, atol=1e-13):
    """Compares two structures of tensors."""
    got, want = tf.nest.flatten(got), tf.nest.flatten(want)
    for g, w in zip(got, want, strict=True):
        assert np.all(np.isfinite(w))
        np.testing.assert_allclose(g, w, rtol=rtol, atol=atol)


def _batch(case):
    """Three sets of parameters, stacked."""
    parameters = case.tensors(tf.float64)
    return [tf.stack([p, 1.1 * p, 0.9 * p]) for p in parameters]


def _rows(batch):
    return [[p[i] for p in batch] for i in range(3)]


def _gradient_of_rows(case, batch):
    gradients = [gradient(case, row) for row in _rows(batch)]
    return [tf.stack(g) for g in zip(*gradients, strict=True)]


def graph(case):
    """tf.function with shapes that are not known."""
    parameters = case.tensors(tf.float64)
    spec = [tf.TensorSpec([None], tf.float64)] * len(parameters)
    compiled = tf.function(
        lambda *p: gradient(case, list(p)), input_signature=spec
    )
    assert_close(compiled(*parameters), gradient(case, parameters))


def persistent_tape(case):
    """A tape that is asked twice."""
    parameters = case.tensors(tf.float64)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(parameters)
        y = case.total(*parameters)
    for _ in range(2):
        got = tape.gradient(y, parameters)
        assert_close(got, gradient(case, parameters))


def jacobian(case):
    """tape.jacobian of the first output."""
    parameters = case.tensors(tf.float64)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(parameters)
        y = case.outputs(*parameters)[0]
        total = tf.reduce_sum(y * y)
    for parameter in parameters:
        matrix = tape.jacobian(y, parameter)
        assert matrix.shape == y.shape + parameter.shape
        assert_close(
            tf.tensordot(2 * y, matrix, y.shape.rank),
            tape.gradient(total, parameter),
        )


def forward_mode(case):
    """tf.autodiff.ForwardAccumulator."""
    parameters = case.tensors(tf.float64)
    with tf.autodiff.ForwardAccumulator(
        parameters, [tf.ones_like(p) for p in parameters]
    ) as forward:
        y = case.total(*parameters)
    want = tf.add_n([tf.reduce_sum(g) for g in gradient(case, parameters)])
    assert_close(forward.jvp(y), want)


def vectorized_map(case):
    """tf.vectorized_map over parameters, the tape inside of it."""
    batch = _batch(case)
    y, gradients = tf.vectorized_map(
        lambda p: (case.total(*p), tuple(gradient(case, p))), batch
    )
    assert_close(y, tf.stack([case.total(*row) for row in _rows(batch)]))
    assert_close(list(gradients), _gradient_of_rows(case, batch), case.rtol)


def tape_around_vectorized_map(case):
    """tf.vectorized_map over parameters, the tape outside of it."""
    batch = _batch(case)
    with tf.GradientTape() as tape:
        tape.watch(batch)
        y = tf.vectorized_map(lambda p: case.total(*p), batch)
    want = _gradient_of_rows(case, batch)
    assert_close(tape.gradient(y, batch), want, case.rtol)


def while_loop(case):
    """The gradient through a tf.while_loop in a graph."""
    batch = _batch(case)

    @tf.function(autograph=False)
    def looped(*batch):
        def step(i, total):
            return i + 1, total + case.total(*[p[i] for p in batch])

        with tf.GradientTape() as tape:
            tape.watch(batch)
            zero = tf.zeros([], tf.float64)
            _, y = tf.while_loop(lambda i, _: i < 3, step, [0, zero])
        return tape.gradient(y, batch)

    assert_close(list(looped(*batch)), _gradient_of_rows(case, batch))


def dataset_map(case):
    """The value and the gradient in a tf.data pipeline."""
    batch = _batch(case)
    dataset = tf.data.Dataset.from_tensor_slices(tuple(batch))
    dataset = dataset.map(
        lambda *p: (case.total(*p), tuple(gradient(case, list(p)))),
        num_parallel_calls=2,
    )
    for got, row in zip(dataset, _rows(batch), strict=True):
        assert_close(got, (case.total(*row), tuple(gradient(case, row))))


# Their noise comes from TensorFlow's generators, which give other numbers under
# XLA than without it.
_NOISE_OF_TENSORFLOW = {
    "Implicit",
    "Mixture",
    "MixtureSameFamily",
    "Truncated",
}


def xla(case):
    """tf.function(jit_compile=True): outputs and gradients."""

    def outputs_and_gradients(*parameters):
        return case.outputs(*parameters), gradient(case, list(parameters))

    parameters = case.tensors(tf.float64)
    compiled = tf.function(
        outputs_and_gradients, jit_compile=True, autograph=False
    )
    outputs, gradients = compiled(*parameters)
    if case.name in _NOISE_OF_TENSORFLOW:
        (z,) = outputs
        with tf.GradientTape() as tape:
            tape.watch(parameters)
            cdf = case.make(*parameters).cdf
            attached = tfi.implicit_reparameterization(z, cdf)
            y = tf.reduce_sum(attached * attached)
        want = tape.gradient(y, parameters)
        assert_close(gradients, want, rtol=1e-9, atol=1e-12)
    else:
        # XLA's exp and log differ from TensorFlow's in the last bits.
        want = outputs_and_gradients(*parameters)
        assert_close((outputs, gradients), want, rtol=1e-12)


def saved_model(case):
    """Saved, loaded again, and its gradient taken."""
    parameters = case.tensors(tf.float64)
    model = tf.Module()
    spec = [tf.TensorSpec([None], tf.float64)] * len(parameters)
    model.total = tf.function(case.total, input_signature=spec)
    with tempfile.TemporaryDirectory() as folder:
        tf.saved_model.save(model, folder)
        loaded = tf.saved_model.load(folder)
    with tf.GradientTape() as tape:
        tape.watch(parameters)
        y = loaded.total(*parameters)
    want = case.total(*parameters), gradient(case, parameters)
    assert_close((y, tape.gradient(y, parameters)), want)


def half(case):
    """bfloat16 parameters: the float32 result, rounded."""
    parameters = case.tensors(tf.bfloat16)
    with tf.GradientTape() as tape:
        tape.watch(parameters)
        y = tf.cast(case.outputs(*parameters)[0], tf.float32)
        total = tf.reduce_sum(y * y)
    for g in tape.gradient(total, parameters):
        assert np.all(np.isfinite(tf.cast(g, tf.float32)))
    wide = [tf.cast(p, tf.float32) for p in parameters]
    # A few roundings to 8 bits.
    assert_close(y, case.outputs(*wide)[0], rtol=0.1, atol=0.1)


TRANSFORMS = {
    f.__name__: f
    for f in (
        persistent_tape,
        jacobian,
        forward_mode,
        vectorized_map,
        tape_around_vectorized_map,
        while_loop,
        dataset_map,
    )
}

# What the plain gradient of a mode cannot be: the modes and cases that are
# refused, and a part of the message.
_LOST = {
    "Beta-cdf",
    "GeneralizedExtremeValue",
    "GeneralizedPareto",
    "Implicit",
    "InverseGaussian",
    "Mixture",
    "MixtureSameFamily",
    "NormalInverseGaussian",
    "Truncated",
    "TruncatedCauchy",
    "TruncatedNormal",
    "by-cdf-Beta",
    "by-cdf-Dirichlet",
}


def refusal(mode, case):
    """A part of the message with which a mode refuses a case, or None."""
    if mode == "tape_around_vectorized_map" and case.name in _LOST:
        return "inside of the function that is mapped"
    return None
