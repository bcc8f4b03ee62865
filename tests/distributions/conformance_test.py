# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Each distribution does what the class of TFP does that it stands in for."""

import copy

import numpy as np
import pytest
import tensorflow as tf
import tensorflow_probability as tfp

from tests.distributions.cases import CASES

tfd = tfp.distributions

_ALL = pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)


@_ALL
def test_is_an_instance_and_takes_the_same_arguments(case):
    assert issubclass(case.ours, case.theirs)
    ours, theirs = case.ours(**case.tensors()), case.theirs(**case.tensors())
    assert ours.name == theirs.name
    assert theirs.parameters.keys() <= ours.parameters.keys()
    assert ours.reparameterization_type == tfd.FULLY_REPARAMETERIZED


@_ALL
@pytest.mark.parametrize("dtype", [tf.float32, tf.float64])
def test_methods_agree(case, dtype):
    ours = case.ours(**case.tensors(dtype))
    theirs = case.theirs(**case.tensors(dtype))
    assert ours.dtype == theirs.dtype == dtype
    assert ours.batch_shape == theirs.batch_shape
    assert ours.event_shape == theirs.event_shape
    # Those of TFP in float32 have lost a digit or two: ours need not be as far
    # off, and are held against TFP's in float64.
    wide = case.theirs(
        **{k: tf.cast(v, tf.float64) for k, v in case.tensors(dtype).items()}
    )
    x = theirs.sample(5, seed=3)
    wide_x = tf.cast(x, tf.float64)
    calls = {
        name: lambda d, x, name=name: getattr(d, name)(x)
        for name in ["log_prob", "prob", "cdf", "log_cdf"]
    }
    calls |= {
        name: lambda d, x, name=name: getattr(d, name)()
        for name in ["mean", "mode", "variance", "stddev", "entropy"]
    }
    calls["kl_divergence"] = lambda d, x: tfd.kl_divergence(d, d)
    checked = 0
    for name in case.wrong:
        del calls[name]
    for name, call in calls.items():
        try:
            peer = np.float64(call(theirs, x))
        except NotImplementedError:
            continue
        truth, got = call(wide, wide_x).numpy(), np.float64(call(ours, x))
        # An error of a logarithm is a relative one of the density.
        least = 1.0 if name.startswith("log_") else 0.0
        bound = 1e-6 * np.maximum(np.abs(truth), least)
        bound = np.maximum(np.abs(peer - truth), bound)
        right = (np.abs(got - truth) <= bound) | (got == truth)
        assert np.all(right | (np.isnan(got) & np.isnan(truth))), name
        checked += 1
    assert checked >= case.methods


@_ALL
@pytest.mark.parametrize("dtype", [tf.float32, tf.float64])
@pytest.mark.parametrize("shape", [(), 4, (2, 5), (0,)])
def test_sample_shapes_and_dtypes(case, dtype, shape):
    ours, theirs = (c(**case.tensors(dtype)) for c in (case.ours, case.theirs))
    got, want = ours.sample(shape, seed=1), theirs.sample(shape, seed=1)
    assert got.shape == want.shape and got.dtype == dtype
    assert np.all(np.isfinite(ours.log_prob(got)))


@_ALL
def test_parameters_broadcast(case):
    name = next(iter(case.parameters))
    parameters = case.tensors()
    parameters[name] = parameters[name][tf.newaxis, :1]
    ours = case.ours(**parameters)
    theirs = case.theirs(**parameters)
    assert ours.batch_shape == theirs.batch_shape
    assert ours.sample(2, seed=1).shape == theirs.sample(2, seed=1).shape


@_ALL
def test_seeds(case):
    ours = case.ours(**case.tensors())
    stateless = ours.sample(4, seed=[1, 2])
    np.testing.assert_array_equal(stateless, ours.sample(4, seed=[1, 2]))
    assert np.all(stateless != ours.sample(4, seed=[1, 3]))
    tf.random.set_seed(5)
    first, second = ours.sample(4), ours.sample(4, seed=7)
    tf.random.set_seed(5)
    np.testing.assert_array_equal(first, ours.sample(4))
    np.testing.assert_array_equal(second, ours.sample(4, seed=7))
    assert np.all(first != second) and np.all(first != ours.sample(4))


@_ALL
def test_graph_with_unknown_shapes(case):
    parameters = case.tensors()

    @tf.function(
        input_signature=[
            {
                k: tf.TensorSpec([None] * v.shape.rank)
                for k, v in parameters.items()
            },
            tf.TensorSpec([], tf.int32),
        ]
    )
    def sample(parameters, n):
        with tf.GradientTape() as tape:
            tape.watch(parameters)
            z = case.ours(**parameters).sample(n, seed=[1, 2])
        return z, tape.gradient(z, parameters)

    z, gradients = sample(parameters, 6)
    # TensorFlow's optimizer of graphs may round a product once less.
    np.testing.assert_array_max_ulp(
        z.numpy(), case.ours(**parameters).sample(6, seed=[1, 2]).numpy(), 1
    )
    for name, gradient in gradients.items():
        assert gradient.shape == parameters[name].shape
        assert np.all(np.isfinite(gradient))


@_ALL
def test_every_parameter_has_a_gradient_of_the_right_mean(case):
    # Appendix A of the paper: d/dphi E f(z), known in closed form, is the mean
    # of f'(z) dz/dphi. f = z**2, weighted so that the entries of an event
    # differ. 40 means of 5000 samples; a right gradient is off by more than 6
    # standard errors (t, 39 degrees of freedom) once in 2e6 entries.
    parameters = case.tensors(tf.float64)
    event_size = case.theirs(**parameters).event_shape.num_elements()
    weights = np.linspace(1.0, 2.0, event_size)
    if event_size == 1:
        weights = weights[0]

    def moment(distribution):
        if case.second_moment is not None:
            return case.second_moment(**parameters)
        second = distribution.variance() + distribution.mean() ** 2
        return weights * second

    with tf.GradientTape() as tape:
        tape.watch(parameters)
        want = moment(case.theirs(**parameters))
    want = tape.gradient(want, parameters)
    repetitions = 40
    runs = {k: [] for k in parameters}
    for seed in range(repetitions):
        with tf.GradientTape() as tape:
            tape.watch(parameters)
            z = case.ours(**parameters).sample(5000, seed=[seed, 9])
            loss = tf.reduce_mean(weights * z**2, axis=0)
        for k, g in tape.gradient(loss, parameters).items():
            runs[k].append(g.numpy())
    for k, g in runs.items():
        error = np.std(g, axis=0, ddof=1) / np.sqrt(repetitions)
        assert np.all(np.abs(np.mean(g, axis=0) - want[k]) < 6 * error), k


@_ALL
@pytest.mark.parametrize("value", ["invalid", "nan"])
def test_validate_args_names_the_argument(case, value):
    name, invalid, message = case.invalid
    parameters = case.tensors()
    parameters[name] = tf.constant(invalid) * (
        1 if value == "invalid" else np.nan
    )
    with pytest.raises(
        (ValueError, tf.errors.InvalidArgumentError), match=message
    ):
        case.ours(**parameters, validate_args=True).sample(seed=1)


@_ALL
def test_copies_and_variables(case):
    ours = case.ours(**case.tensors())
    for other in (ours.copy(), copy.copy(ours), ours[:2].copy()):
        assert isinstance(other, case.ours)
    variables = {k: tf.Variable(v) for k, v in case.tensors().items()}
    module = case.ours(**variables)
    assert len(module.trainable_variables) == len(variables)
    with tf.GradientTape() as tape:
        z = module.sample(3, seed=1)
    gradients = tape.gradient(z, module.trainable_variables)
    assert all(g is not None for g in gradients)


@_ALL
def test_second_derivatives_eagerly_and_in_a_graph(case):
    def second(parameters):
        with tf.GradientTape() as outer:
            outer.watch(parameters)
            with tf.GradientTape() as inner:
                inner.watch(parameters)
                z = case.ours(**parameters).sample(2, seed=[1, 2])
                loss = tf.reduce_sum(z**2)
            first = inner.gradient(loss, parameters)
            total = tf.add_n([tf.reduce_sum(g**2) for g in first.values()])
        return outer.gradient(total, parameters)

    parameters = case.tensors(tf.float64)
    eager = second(parameters)
    graph = tf.function(second)(parameters)
    for name in parameters:
        assert np.all(np.isfinite(eager[name]))
        np.testing.assert_allclose(graph[name], eager[name], rtol=1e-9)
