# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Arguments are TFP's, and distributions can be made anew from them."""

import copy
import inspect

import numpy as np
import pytest
import tensorflow as tf
import tensorflow_probability as tfp

import tf_implicit as tfi
from tests.distributions.cases import CASES

tfd, tfid = tfp.distributions, tfi.distributions

_NAMES = sorted(set(tfid.__all__) & set(tfd.__all__))


@pytest.mark.parametrize("name", _NAMES)
def test_arguments_are_those_of_tfp_and_ours_are_keywords(name):
    ours, theirs = (
        list(inspect.signature(getattr(m, name).__init__).parameters.values())
        for m in (tfid, tfd)
    )
    count = len(theirs)
    assert [p.name for p in ours[:count]] == [p.name for p in theirs]
    assert [p.kind for p in ours[:count]] == [p.kind for p in theirs]
    assert all(p.kind == p.KEYWORD_ONLY for p in ours[count:])


def _normals():
    return tfd.Normal([[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]], 1.0)


_TRIL = [[2.0, 0.0], [1.0, 1.0]]


def _operator(scale=1.0):
    return tf.linalg.LinearOperatorLowerTriangular(scale * tf.constant(_TRIL))


_OTHERS = {
    "CholeskyLKJ": lambda: tfid.CholeskyLKJ(3, [1.0, 2.0, 3.0]),
    "InverseWishart": lambda: tfid.InverseWishart([3.0, 4.0, 5.0], _TRIL),
    "LKJ": lambda: tfid.LKJ(3, [1.0, 2.0, 3.0]),
    "MatrixTLinearOperator": lambda: tfid.MatrixTLinearOperator(
        [3.0, 4.0, 5.0], tf.zeros([2, 2]), _operator(), _operator(2.0)
    ),
    "MultivariateStudentTLinearOperator": lambda: (
        tfid.MultivariateStudentTLinearOperator(
            [3.0, 4.0, 5.0], tf.zeros([2]), _operator()
        )
    ),
    "PowerSpherical": lambda: tfid.PowerSpherical(
        [[0.6, 0.8], [1.0, 0.0], [0.0, 1.0]], [1.0, 2.0, 3.0]
    ),
    "WishartLinearOperator": lambda: tfid.WishartLinearOperator(
        [3.0, 4.0, 5.0], _operator()
    ),
    "WishartTriL": lambda: tfid.WishartTriL([3.0, 4.0, 5.0], _TRIL),
    "Beta-cdf": lambda: tfid.Beta([0.3, 2.0, 5.0], 2.0, method="cdf"),
    "GeneralizedGamma": lambda: tfid.GeneralizedGamma(
        [0.3, 2.0, 5.0], 2.0, 1.5
    ),
    "GeneralizedInverseGaussian": lambda: tfid.GeneralizedInverseGaussian(
        [0.3, -2.0, 5.0], 2.0, 1.5
    ),
    "Implicit": lambda: tfid.Implicit(tfd.Logistic([0.0, 1.0, 2.0], 1.0)),
    "Mixture": lambda: tfid.Mixture(
        tfd.Categorical(logits=tf.zeros([3, 2])),
        [tfd.Normal([0.0, 1.0, 2.0], 1.0), tfd.Logistic([0.0, 1.0, 2.0], 1.0)],
    ),
    "Mixture-no": lambda: tfid.Mixture(
        tfd.Categorical(logits=tf.zeros([3, 2])),
        [tfd.Normal([0.0, 1.0, 2.0], 1.0), tfd.Logistic([0.0, 1.0, 2.0], 1.0)],
        reparameterize=False,
    ),
    "MixtureSameFamily": lambda: tfid.MixtureSameFamily(
        tfd.Categorical(logits=tf.zeros([3, 2])), _normals()
    ),
    "NoncentralStudentT": lambda: tfid.NoncentralStudentT(
        3.0, [0.3, -1.0, 5.0], 0.0, 2.0
    ),
    "Rice": lambda: tfid.Rice([0.3, 1.0, 5.0], 2.0),
    "SkewNormal": lambda: tfid.SkewNormal([0.0, 1.0, 2.0], 2.0, -1.5),
    "Truncated": lambda: tfid.Truncated(
        tfd.Normal([0.0, 1.0, 2.0], 1.0), [-1.0, -2.0, -3.0], 4.0
    ),
    "VonMises": lambda: tfid.VonMises([0.5, 1.0, 2.0], 3.0),
    "VonMisesFisher": lambda: tfid.VonMisesFisher(
        [[0.6, 0.8], [1.0, 0.0], [0.0, 1.0]], [1.0, 2.0, 3.0]
    ),
}
_MAKE = {
    **{c.name: lambda c=c: c.ours(**c.tensors()) for c in CASES},
    **_OTHERS,
}


@pytest.mark.parametrize("name", _MAKE)
def test_made_anew(name):
    distribution = _MAKE[name]()
    want = distribution.sample(2, seed=[1, 2])
    properties = type(distribution).parameter_properties()
    tensors = {
        k: v
        for k, v in distribution.parameters.items()
        if (k in properties and v is not None) or k == "dimension"
    }
    for other in (
        distribution.copy(),
        copy.copy(distribution),
        type(distribution)(**distribution.parameters),
        type(distribution)(**tensors),
        distribution[...],
    ):
        if other.reparameterization_type != (
            distribution.reparameterization_type
        ):
            # Made of tensors alone: its other arguments are the defaults.
            assert name == "Mixture-no"
            continue
        assert type(other) is type(distribution)
        np.testing.assert_array_equal(other.sample(2, seed=[1, 2]), want)
    part = distribution[1:]
    assert type(part) is type(distribution)
    assert part.batch_shape == [2]
    np.testing.assert_allclose(
        part.log_prob(want[:, 1:]),
        distribution.log_prob(want)[:, 1:],
        rtol=1e-6,
    )


def test_options_survive():
    beta = _MAKE["Beta-cdf"]()
    assert beta.method == beta.copy().method == beta[1:].method == "cdf"
    other = beta.copy(method="gamma")
    assert type(other) is tfid.Beta and other.method == "gamma"
    assert other.copy(method="cdf").method == "cdf"
    assert tfid.Beta(1.0, 1.0, False, True, False, "b").name == "b"
    assert (
        _MAKE["Mixture-no"]().copy().reparameterization_type
        == tfd.NOT_REPARAMETERIZED
    )


@pytest.mark.parametrize("method", ["gamma", "cdf"])
def test_the_option_passes_through_functions(method):
    @tf.function
    def double(beta):
        return tfid.Beta(beta.concentration1 * 2, 1.0, method=beta.method), beta

    beta = tfid.Beta([1.0, 2.0], 3.0, method=method)
    for other in double(beta):
        assert type(other) is type(beta) and other.method == method
    np.testing.assert_array_equal(double(beta)[0].concentration1, [2.0, 4.0])


class _Subclass(tfid.Beta):
    """As a user may write."""


def test_a_subclass_takes_the_option():
    assert _Subclass(1.0, 2.0).method == "gamma"
    assert _Subclass(1.0, 2.0, method="cdf").method == "cdf"


@pytest.mark.parametrize("method", ["gamma", "cdf"])
def test_asvi_surrogate(method):
    # It makes each distribution anew from its `parameters`.
    prior = tfd.JointDistributionSequential(
        [
            tfid.Beta(2.0, 3.0, method=method),
            lambda p: tfid.Gamma(2.0 + p, 1.0),
            lambda g: tfid.StudentT(3.0, g, 1.0),
        ]
    )
    surrogate = tfp.experimental.vi.build_asvi_surrogate_posterior(
        prior, seed=[1, 2]
    )
    with tf.GradientTape() as tape:
        z = surrogate.sample(seed=[1, 2])
        loss = surrogate.log_prob(z) - prior.log_prob(z)
    gradients = tape.gradient(loss, surrogate.trainable_variables)
    assert gradients and all(np.all(np.isfinite(g)) for g in gradients)


def test_fit():
    x = tfid.Normal(1.0, 2.0).sample(1000, seed=[1, 2])
    normal = tfid.Normal.experimental_fit(x)
    assert type(normal) is tfid.Normal
    np.testing.assert_allclose(normal.loc, 1.0, atol=0.5)


def test_a_negative_scale_or_rate():
    # TFP's StudentT takes the absolute value of the scale in all but samples.
    ours, theirs = (m.StudentT(3.0, 0.5, -1.5) for m in (tfid, tfd))
    x = tf.constant([-2.0, 0.0, 0.5, 3.0])
    for method in ("cdf", "survival_function", "log_cdf", "log_prob"):
        np.testing.assert_allclose(
            getattr(ours, method)(x), getattr(theirs, method)(x), rtol=1e-5
        )
    loc = tf.constant(0.5)
    with tf.GradientTape() as tape:
        tape.watch(loc)
        cdf = tfid.StudentT(3.0, loc, -1.5).cdf(1.0)
    density = tfid.StudentT(3.0, 0.5, 1.5).prob(1.0)
    np.testing.assert_allclose(tape.gradient(cdf, loc), -density, rtol=1e-5)
    scales = tf.constant([-1.0, 2.0])
    for distribution in (
        tfid.Gamma(2.0, scales),
        tfid.InverseGamma(2.0, scales),
        tfid.ExpGamma(2.0, scales),
    ):
        np.testing.assert_array_equal(
            np.isnan(distribution.sample(4, seed=[1, 2])), [[True, False]] * 4
        )


@pytest.mark.parametrize("components", [[], [None], None, "ab", tfd.Normal])
def test_mixture_of_what_is_no_list_of_distributions(components):
    with pytest.raises(TypeError, match="`components` must be"):
        tfid.Mixture(tfd.Categorical(logits=[0.0, 0.0]), components)
    normals = [tfd.Normal(0.0, 1.0)] * 2
    with pytest.raises(TypeError, match="`cat` must be"):
        tfid.Mixture(None, normals)


@pytest.mark.parametrize("wrong", [None, "x", 1.0, tfd.Normal])
def test_what_is_no_distribution_is_named(wrong):
    for make in (
        tfid.Implicit,
        lambda d: tfid.Truncated(d, low=0.0, high=1.0),
    ):
        with pytest.raises(TypeError, match="`distribution` must be"):
            make(wrong)


@pytest.mark.parametrize("wrong", [None, "x", tf.constant(1), [[1.0], []]])
def test_bounds_are_named(wrong):
    normal = tfd.Normal(0.0, 1.0)
    with pytest.raises(TypeError, match="`low` must be"):
        tfid.Truncated(normal, low=wrong, high=1.0)
    with pytest.raises(TypeError, match="`high` must be"):
        tfid.Truncated(normal, low=-1.0, high=wrong)


@pytest.mark.parametrize("wrong", [None, "x", tf.constant(1), {"a": 1.0}])
def test_samples_and_functions_are_named(wrong):
    with pytest.raises(TypeError, match="`sample` must be"):
        tfi.implicit_reparameterization(wrong, tf.identity)
    with pytest.raises(TypeError, match="`standardization_fn` must be"):
        tfi.implicit_reparameterization([1.0], wrong)
