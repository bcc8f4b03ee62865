# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Our distributions inside the rest of TensorFlow Probability."""

import pickle

import numpy as np
import pytest
import tensorflow as tf
import tensorflow_probability as tfp

import tf_implicit as tfi

tfd = tfp.distributions
tfid = tfi.distributions


# One distribution each over a batch of 2, from the values of its parameters.
def _gamma(a, b):
    return tfid.Gamma(a, b)


def _exp_gamma(a, b):
    return tfid.ExpGamma(a, b)


def _inverse_gamma(a, b):
    return tfid.InverseGamma(a, b)


def _chi2(a, b):
    return tfid.Chi2(a + b)


def _beta(a, b):
    return tfid.Beta(a, b, method="cdf")


def _dirichlet(a, b):
    return tfid.Dirichlet(tf.stack([a, b], axis=-1))


def _student_t(a, b):
    return tfid.StudentT(a, b, 1.0)


def _von_mises(a, b):
    return tfid.VonMises(a, b)


def _von_mises_fisher(a, b):
    direction = tf.stack([a, b, a], axis=-1)
    return tfid.VonMisesFisher(tf.math.l2_normalize(direction, axis=-1), b)


def _normal(a, b):
    return tfid.Normal(a, b)


def _truncated(a, b):
    return tfid.Truncated(tfid.Gamma(a, b), 0.2, 1.5)


def _implicit(a, b):
    return tfid.Implicit(tfd.Laplace(a, b))


def _mixture(a, b):
    cat = tfd.Categorical(tf.stack([a, b], axis=-1))
    return tfid.Mixture(cat, [tfid.Gamma(a, b), tfd.LogNormal(a, b)])


def _mixture_same_family(a, b):
    cat = tfd.Categorical(tf.stack([a, b], axis=-1))
    return tfid.MixtureSameFamily(
        cat, tfd.Normal(tf.stack([a, b], axis=-1), [1.0, 2.0])
    )


_FACTORIES = [
    _gamma,
    _exp_gamma,
    _inverse_gamma,
    _chi2,
    _beta,
    _dirichlet,
    _student_t,
    _von_mises,
    _von_mises_fisher,
    _normal,
    _truncated,
    _implicit,
    _mixture,
    _mixture_same_family,
]
_ALL = pytest.mark.parametrize(
    "factory", _FACTORIES, ids=lambda f: f.__name__[1:]
)
_UNIVARIATE = pytest.mark.parametrize(
    "factory",
    [f for f in _FACTORIES if f not in (_dirichlet, _von_mises_fisher)],
    ids=lambda f: f.__name__[1:],
)
_A, _B = tf.constant([0.9, 2.0]), tf.constant([1.2, 0.7])


@_ALL
def test_into_and_out_of_a_function(factory):
    distribution = factory(_A, _B)

    @tf.function
    def sample(distribution):
        return distribution, distribution.sample(3, seed=[1, 2])

    returned, z = sample(distribution)
    assert type(returned) is type(distribution)
    want = distribution.sample(3, seed=[1, 2])
    np.testing.assert_allclose(z, want, rtol=1e-5)
    np.testing.assert_allclose(
        returned.log_prob(want), distribution.log_prob(want), rtol=1e-6
    )
    assert returned.reparameterization_type == tfd.FULLY_REPARAMETERIZED


@_ALL
def test_gradient_of_an_argument_of_a_function(factory):
    @tf.function
    def loss(distribution):
        return tf.reduce_sum(distribution.sample(5, seed=[1, 2]))

    with tf.GradientTape() as tape:
        tape.watch([_A, _B])
        total = loss(factory(_A, _B))
    for gradient in tape.gradient(total, [_A, _B]):
        assert np.all(np.isfinite(gradient)) and np.any(gradient != 0)


@_ALL
def test_copies_and_pickles(factory):
    distribution = factory(_A, _B)
    for other in (
        distribution.copy(),
        # TFP's own Independent and transformed distributions, which are not
        # among these parts, cannot be read back.
        pickle.loads(pickle.dumps(distribution)),
    ):
        assert type(other) is type(distribution)
        np.testing.assert_array_equal(
            other.sample(4, seed=[1, 2]), distribution.sample(4, seed=[1, 2])
        )
    assert distribution.copy(name="Other").name == "Other"
    np.testing.assert_array_equal(
        distribution[1].sample(4, seed=[1, 2]).shape[1:],
        distribution.event_shape,
    )


@_ALL
def test_parameter_properties(factory):
    distribution = factory(_A, _B)
    properties = distribution.parameter_properties()
    assert properties and properties.keys() <= distribution.parameters.keys()
    assert distribution.batch_shape == [2]
    np.testing.assert_array_equal(distribution.batch_shape_tensor(), [2])


def test_variables_are_tracked_through_all_layers():
    concentration = tf.Variable([0.9, 2.0])
    rate = tf.Variable(1.5)
    high = tf.Variable(2.0)
    gamma = tfid.Gamma(concentration, rate)
    truncated = tfid.Truncated(gamma, 0.1, high)
    mixture = tfid.Mixture(
        tfd.Categorical(tf.Variable([[0.0, 1.0], [1.0, 0.0]])),
        [truncated, tfid.Implicit(tfd.LogNormal(tf.Variable([0.0, 1.0]), 0.3))],
    )
    for distribution, count in [
        (gamma, 2),
        (truncated, 3),
        (mixture, 5),
        (tfd.Independent(mixture, 1), 5),
        (tfd.Sample(mixture, 3), 5),
    ]:
        assert len(distribution.trainable_variables) == count
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(distribution.sample(3, seed=[1, 2]))
        gradients = tape.gradient(loss, distribution.trainable_variables)
        for gradient in gradients:
            assert np.all(np.isfinite(tf.convert_to_tensor(gradient)))


class _PlainNormal(tfd.Distribution):
    """A distribution of a user, no composite tensor."""

    def __init__(self, loc, name="PlainNormal"):
        parameters = dict(locals())
        self.loc = loc
        super().__init__(
            dtype=tf.float32,
            reparameterization_type=tfd.FULLY_REPARAMETERIZED,
            validate_args=False,
            allow_nan_stats=True,
            parameters=parameters,
            name=name,
        )

    @classmethod
    def _parameter_properties(cls, dtype, num_classes=None):
        return {"loc": tfp.util.ParameterProperties()}

    def _event_shape(self):
        return tf.TensorShape([])

    def _sample_n(self, n, seed=None):
        return tfd.Normal(self.loc, 1.0).sample(n, seed=seed)

    def _log_prob(self, value):
        return tfd.Normal(self.loc, 1.0).log_prob(value)

    def _cdf(self, value):
        return tfd.Normal(self.loc, 1.0).cdf(value)


@pytest.mark.parametrize(
    "wrap",
    [
        lambda d: tfid.Truncated(d, -1.0, 2.0),
        tfid.Implicit,
        lambda d: tfid.Mixture(
            tfd.Categorical([[0.0, 1.0]] * 2), [d, tfd.Normal([0.0, 0.0], 1.0)]
        ),
        lambda d: tfid.MixtureSameFamily(tfd.Categorical([0.0, 1.0]), d),
    ],
    ids=["Truncated", "Implicit", "Mixture", "MixtureSameFamily"],
)
def test_parts_that_are_no_composite_tensors(wrap):
    # A composite tensor would hide this variable from what is built on it.
    loc = tf.Variable([0.0, 1.0])
    plain, composite = wrap(_PlainNormal(loc)), wrap(tfd.Normal(loc, 1.0))
    assert type(plain) is not type(composite)
    assert isinstance(composite, type(plain))
    assert len(tfd.Sample(plain, 2).trainable_variables) == 1
    assert len(tfd.Sample(composite, 2).trainable_variables) == 1
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(plain.sample(3, seed=[1, 2]))
    assert np.all(np.isfinite(tape.gradient(loss, loc)))
    assert type(plain.copy()) is type(plain)
    # A copy with other parts is of the other kind.
    name = "distribution"
    for key in ("components", "components_distribution"):
        name = key if key in plain.parameters else name
    assert type(plain.copy(**{name: composite.parameters[name]})) is type(
        composite
    )
    assert type(composite.copy(**{name: plain.parameters[name]})) is type(plain)


@_UNIVARIATE
def test_independent_sample_and_transformed(factory):
    distribution = factory(_A, _B)
    for built, event_shape in [
        (tfd.Independent(distribution, 1), [2]),
        (tfd.Sample(distribution, 3), [3]),
        (tfp.bijectors.Tanh()(distribution), []),
    ]:
        assert built.event_shape == event_shape
        assert built.reparameterization_type == tfd.FULLY_REPARAMETERIZED
    with tf.GradientTape() as tape:
        tape.watch([_A, _B])
        z = tfp.bijectors.Tanh()(tfd.Independent(factory(_A, _B), 1)).sample(
            7, seed=[1, 2]
        )
        loss = tf.reduce_sum(z)
    for gradient in tape.gradient(loss, [_A, _B]):
        assert np.all(np.isfinite(gradient)) and np.any(gradient != 0)


@_ALL
def test_distribution_lambda(factory):
    # A layer of tf-keras whose output is a sample.
    layer = tfp.layers.DistributionLambda(
        lambda t: factory(tf.nn.softplus(t[..., 0]), tf.nn.softplus(t[..., 1]))
    )
    inputs = tf.constant([[0.5, 1.0], [1.5, 0.3]])
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        distribution = layer(inputs)
        loss = tf.reduce_sum(tf.convert_to_tensor(distribution) ** 2)
    gradient = tape.gradient(loss, inputs)
    assert gradient.shape == inputs.shape and np.all(np.isfinite(gradient))
    assert np.any(gradient != 0)
    assert distribution.batch_shape == [2]


def test_joint_distribution():
    @tf.function
    def gradient(concentration):
        with tf.GradientTape() as tape:
            tape.watch(concentration)
            joint = tfd.JointDistributionSequential(
                [
                    tfid.Gamma(concentration, 1.0),
                    lambda g: tfid.Truncated(tfd.Logistic(g, 1.0), 0.0, 5.0),
                    lambda t, g: tfd.Independent(
                        tfid.Beta(tf.stack([t, g], -1), 2.0), 1
                    ),
                    lambda b, t: tfid.Mixture(
                        tfd.Categorical(tf.zeros([2])),
                        [tfid.StudentT(5.0, t, 1.0), tfid.Normal(t, 1.0)],
                    ),
                ]
            )
            z = joint.sample(seed=[1, 2])
            loss = joint.log_prob(z) + tf.reduce_sum(z[-1])
        return z, loss, tape.gradient(loss, concentration)

    z, loss, slope = gradient(tf.constant(1.7))
    assert len(z) == 4 and z[2].shape == [2]
    assert np.isfinite(loss) and np.isfinite(slope) and slope != 0


def _fit(posterior, log_prob, steps=200, sample_size=20):
    optimizer = tf.optimizers.Adam(0.05)
    return tfp.vi.fit_surrogate_posterior(
        log_prob,
        posterior,
        optimizer=optimizer,
        num_steps=steps,
        sample_size=sample_size,
        seed=[1, 2],
    )


@pytest.mark.parametrize("family", ["Gamma", "Truncated", "Mixture"])
def test_fit_surrogate_posterior(family):
    # The target is in the family: the fit finds it, to the steps of Adam.
    def positive(x):
        return tfp.util.TransformedVariable(x, tfp.bijectors.Softplus())

    if family == "Gamma":
        target = tfd.Gamma(3.0, 2.0)
        posterior = tfid.Gamma(positive(1.0), positive(1.0))
    elif family == "Truncated":
        target = tfid.Truncated(tfd.Logistic(1.0, 0.5), 0.0, 3.0)
        posterior = tfid.Truncated(
            tfd.Logistic(tf.Variable(0.0), positive(1.0)), 0.0, 3.0
        )
    else:
        target = tfd.Mixture(
            tfd.Categorical(probs=[0.3, 0.7]),
            [tfd.Normal(-2.0, 0.5), tfd.Logistic(1.5, 0.4)],
        )
        posterior = tfid.Mixture(
            tfd.Categorical(tf.Variable([0.0, 0.0])),
            [
                tfd.Normal(tf.Variable(-1.0), positive(1.0)),
                tfd.Logistic(tf.Variable(1.0), positive(1.0)),
            ],
        )
    before = _divergence(posterior, target)
    losses = _fit(posterior, target.log_prob)
    assert np.all(np.isfinite(losses))
    after = _divergence(posterior, target)
    assert after < 0.02 < before


def _divergence(p, q):
    """KL(p || q) by 20000 samples."""
    z = p.sample(20000, seed=[5, 6])
    return float(tf.reduce_mean(p.log_prob(z) - q.log_prob(z)))
