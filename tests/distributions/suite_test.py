# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""What TFP's own tests ask of every distribution, of every class of ours.

Broadcasting, slicing, event-space bijectors with variables, composite tensors,
the number of times that a parameter is read, log densities of own samples.
"""

import functools

import numpy as np
import pytest
import tensorflow as tf
import tensorflow_probability as tfp

import tf_implicit as tfi
from tests.distributions.made import MADE

tfd, tfid = tfp.distributions, tfi.distributions


_ALL = pytest.mark.parametrize("name", MADE)


def test_every_class_is_here():
    here = {
        cls
        for made in MADE.values()
        for cls in type(made.make(**made.tensors())).__mro__
    }
    # TFP's processes with one df for each of a batch, or as composite tensors,
    # are not those that were made: multivariate_test has ours.
    left_out = {"StudentTProcess", "StudentTProcessRegressionModel"}
    names = set(tfid.__all__) - left_out
    assert {getattr(tfid, name) for name in names} <= here


def _values(distribution, name, x):
    """What a method says; None where the distribution does not have it."""
    try:
        if name in _OF_A_VALUE:
            return getattr(distribution, name)(x)
        return getattr(distribution, name)()
    except NotImplementedError:
        return None


_OF_A_VALUE = ("log_prob", "prob", "cdf", "log_cdf", "survival_function")
_STATISTICS = ("mean", "variance", "stddev", "mode", "entropy")


@pytest.mark.parametrize("name", sorted(set(tfid.__all__) & set(dir(tfd))))
def test_is_a_subclass(name):
    assert issubclass(getattr(tfid, name), getattr(tfd, name))


@_ALL
def test_each_parameter_broadcasts(name):
    made = MADE[name]
    if not made.broadcasts:
        pytest.skip("its arguments do not broadcast in TFP either")
    tensors = made.tensors()
    for key, value in tensors.items():
        # One parameter has the batch shape [2, 1, 3], the others [3].
        wide = tf.stack([value, value])[:, tf.newaxis]
        distribution = made.make(**(tensors | {key: wide}))
        assert distribution.batch_shape == [2, 1, 3], key
        np.testing.assert_array_equal(
            distribution.batch_shape_tensor(), [2, 1, 3]
        )
        event = distribution.event_shape
        x = distribution.sample(4, seed=[1, 2])
        assert x.shape == [4, 2, 1, 3, *event], key
        everywhere = made.make(
            **{
                k: tf.broadcast_to(v, [2, 1, *v.shape])
                for k, v in tensors.items()
            }
        )
        np.testing.assert_array_equal(
            everywhere.sample(4, seed=[1, 2]), x, err_msg=key
        )
        for method in (*_OF_A_VALUE, *_STATISTICS):
            got = _values(distribution, method, x)
            if got is not None:
                np.testing.assert_allclose(
                    got,
                    _values(everywhere, method, x),
                    rtol=1e-6,
                    err_msg=f"{key}, {method}",
                )
        # A value that has fewer dimensions than the batch.
        first = x[0, 0, 0, 0]
        np.testing.assert_allclose(
            distribution.log_prob(first),
            everywhere.log_prob(first),
            rtol=1e-6,
        )


_SLICES = (
    np.index_exp[0],
    np.index_exp[-1],
    np.index_exp[::2],
    np.index_exp[:0],
    np.index_exp[tf.newaxis, 1:],
    np.index_exp[..., tf.newaxis],
    np.index_exp[...],
)


@_ALL
@pytest.mark.parametrize("index", range(len(_SLICES)))
def test_slices(name, index):
    made, chosen = MADE[name], _SLICES[index]
    whole = made.make(**made.tensors())
    part = whole[chosen]
    assert type(part) is type(whole)
    x = whole.sample(seed=[1, 2])
    of_events = chosen
    if chosen[-1] is tf.newaxis:
        of_events = (*chosen, *[slice(None)] * whole.event_shape.rank)
    x_part = x[of_events]
    log_prob = whole.log_prob(x)[chosen]
    assert part.batch_shape == log_prob.shape
    assert part.sample(5, seed=[1, 2]).shape == [5, *x_part.shape]
    np.testing.assert_allclose(part.log_prob(x_part), log_prob, rtol=1e-6)


@_ALL
def test_event_space_bijector_follows_the_variables(name):
    made = MADE[name]
    variables = {k: tf.Variable(v) for k, v in made.tensors().items()}
    distribution = made.make(**variables)
    if isinstance(distribution, tfid.Mixture):
        # As in TFP, it is that of the first component.
        pytest.skip("its components have different ones")
    bijector = distribution.experimental_default_event_space_bijector()
    if bijector is None:
        # Neither has TFP's class one.
        pytest.skip("it has none")
    shape = bijector.inverse_event_shape(distribution.event_shape)
    for factor in (1.0, 1.25):
        for key, variable in variables.items():
            if key != "mean_direction":
                variable.assign(factor * made.tensors()[key])
        # A new tensor each time: bijectors remember what they have computed.
        unconstrained = tf.random.stateless_normal([20, 3, *shape], [1, 2])
        x = bijector.forward(unconstrained)
        assert np.all(np.isfinite(distribution.log_prob(x))), factor
        np.testing.assert_allclose(
            bijector.inverse(tf.identity(x)),
            unconstrained,
            rtol=1e-2,
            atol=1e-3,
        )


@_ALL
def test_composite_tensors(name):
    made = MADE[name]
    distribution = made.make(**made.tensors())
    flat = tf.nest.flatten(distribution, expand_composites=True)
    assert all(tf.is_tensor(part) for part in flat)
    packed = tf.nest.pack_sequence_as(
        distribution, flat, expand_composites=True
    )
    want = distribution.sample(4, seed=[1, 2])

    @tf.function
    def through(distribution):
        return distribution, distribution.sample(4, seed=[1, 2])

    returned, sample = through(distribution)
    np.testing.assert_allclose(sample, want, rtol=1e-5)
    for other in (packed, returned):
        assert type(other) is type(distribution)
        np.testing.assert_array_equal(other.sample(4, seed=[1, 2]), want)

    @tf.function
    def loss(distribution):
        return tf.reduce_sum(distribution.sample(4, seed=[1, 2]) ** 2)

    tensors = made.tensors()
    with tf.GradientTape() as tape:
        tape.watch(tensors)
        value = loss(made.make(**tensors))
    for gradient in tape.gradient(value, tensors).values():
        assert np.all(np.isfinite(gradient)) and np.any(gradient.numpy() != 0)


class _Counter:
    """Parameters that count how often they are read."""

    def __init__(self, tensors):
        self.reads = dict.fromkeys(tensors, 0)
        self.parameters = {
            key: tfp.util.DeferredTensor(tf.Variable(value), self._reader(key))
            for key, value in tensors.items()
        }

    def _reader(self, key):
        def read(value):
            self.reads[key] += 1
            return tf.identity(value)

        return read

    def most(self, call):
        """Returns the most reads of one parameter; None without the method."""
        self.reads = dict.fromkeys(self.reads, 0)
        try:
            call()
        except NotImplementedError:
            return None
        return max(self.reads.values())


def _is_ours(distribution, method):
    """Whether it is not inherited from TFP, which reads as often as it does."""
    if method == "stddev":
        method = "variance"
    own = getattr(type(distribution), f"_{method}", None)
    # `sample` and the divergence are no methods of this kind.
    return own is None or own.__module__.startswith("tf_implicit")


@_ALL
def test_parameters_are_read_once(name):
    made = MADE[name]
    if name == "Mixture":
        pytest.skip("the case slices its parameters before it is made")
    if not made.reads_once:
        pytest.skip("its operator reads them for their shapes")
    counter = _Counter(made.tensors())
    distribution = made.make(**counter.parameters)
    x = made.make(**made.tensors()).sample(2, seed=[1, 2])
    other = made.make(**made.tensors())
    calls = {
        "sample": lambda: distribution.sample(2, seed=[1, 2]),
        "divergence": lambda: distribution.kl_divergence(other),
    }
    calls |= {
        method: functools.partial(_values, distribution, method, x)
        for method in (*_OF_A_VALUE, *_STATISTICS)
    }
    found = {
        method: counter.most(call)
        for method, call in calls.items()
        if _is_ours(distribution, method)
    }
    assert found["sample"] == 1, found
    assert max(count or 0 for count in found.values()) == 1, found


@_ALL
@pytest.mark.parametrize("dtype", [tf.float32, tf.float64])
def test_log_prob_of_own_samples_is_finite(name, dtype):
    made = MADE[name]
    distribution = made.make(**made.tensors(dtype))
    x = distribution.sample(2000, seed=[3, 4])
    assert x.dtype == dtype
    assert np.all(np.isfinite(x))
    assert np.all(np.isfinite(distribution.log_prob(x)))
