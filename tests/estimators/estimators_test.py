# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Each estimator's mean gradient is the truth, or as far off as it says.

The means of SIZE gradients are held against exact derivatives of expectations,
within 6 standard errors: a right estimator fails with probability 2e-9 a
number. What they can find: `test_score_term_is_needed`.
"""

import importlib.util
import re

import mpmath
import numpy as np
import pytest
import scipy.special as sc
import tensorflow as tf

import tf_implicit as tfi
from tf_implicit.estimators import explicit

SIZE = 50000
SEED = [3, 4]
ERRORS = 6
HAS_TORCH = importlib.util.find_spec("torch") is not None

UNBIASED = {
    "implicit": tfi.estimators.implicit(),
    "implicit by CDF": tfi.estimators.implicit(method="cdf"),
    "rsvi 0": tfi.estimators.rsvi(),
    "rsvi 1": tfi.estimators.rsvi(1),
    "rsvi 10": tfi.estimators.rsvi(10),
    "generalized": tfi.estimators.generalized(),
    "score": tfi.estimators.score_function(),
    "leave one out": tfi.estimators.score_function("leave_one_out"),
}
# Their bias at the concentrations of CASES, 2 and more, is below the standard
# error.
NEARLY_UNBIASED = {
    "finite difference": tfi.estimators.finite_difference(),
    "knowles": tfi.estimators.knowles(),
}
if HAS_TORCH:
    NEARLY_UNBIASED["jankowiak"] = tfi.estimators.jankowiak_obermeyer()
ALL = UNBIASED | NEARLY_UNBIASED

_WEIGHTS = np.array([1.0, -0.5, 0.25])
_ALPHA = np.array([2.0, 3.0, 5.0])


def _trigamma(x):
    return sc.polygamma(1, x)


def _von_mises_truth(k):
    ratio = sc.i1(k) / sc.i0(k)
    return 1 - ratio / k - ratio**2


# Family -> parameters, shape of one sample, loss, its derivatives' truth.
CASES = {
    # E[z + log z] = a + psi(a).
    "Gamma": (
        {"concentration": 2.5},
        [],
        lambda z: z + tf.math.log(z),
        [1 + _trigamma(2.5)],
    ),
    # E[log z] = psi(a) - psi(a + b).
    "Beta": (
        {"concentration1": 2.0, "concentration0": 3.0},
        [],
        tf.math.log,
        [_trigamma(2.0) - _trigamma(5.0), -_trigamma(5.0)],
    ),
    # E[log z_i] = psi(a_i) - psi(sum a).
    "Dirichlet": (
        {"concentration": _ALPHA},
        [3],
        lambda z: tf.reduce_sum(_WEIGHTS * tf.math.log(z), axis=-1),
        [
            _WEIGHTS * _trigamma(_ALPHA)
            - _WEIGHTS.sum() * _trigamma(_ALPHA.sum())
        ],
    ),
    # E[cos z] = A(k), A = I1 / I0, A' = 1 - A / k - A**2.
    "VonMises": (
        {"concentration": 2.0},
        [],
        tf.math.cos,
        [_von_mises_truth(2.0)],
    ),
}

PAIRS = [
    (name, family)
    for name, estimator in ALL.items()
    for family in estimator.families
]


def gradients(estimator, family, parameters, event, loss_fn, size=SIZE):
    """Returns the gradient of each sample in each parameter, float64."""
    tiled = {
        name: tf.constant(np.full([size, *event], value, np.float64))
        for name, value in parameters.items()
    }
    with tf.GradientTape() as tape:
        tape.watch(tiled)
        loss = estimator(family, tiled, [size, *event], SEED, loss_fn)
    assert loss.shape == [size]
    return [g.numpy() for g in tape.gradient(loss, list(tiled.values()))]


@pytest.mark.parametrize(("name", "family"), PAIRS)
def test_mean_gradient_is_the_truth(name, family):
    parameters, event, loss_fn, truth = CASES[family]
    found = gradients(ALL[name], family, parameters, event, loss_fn)
    for gradient, want in zip(found, truth, strict=True):
        error = gradient.std(axis=0) / np.sqrt(SIZE)
        assert np.all(np.abs(gradient.mean(axis=0) - want) < ERRORS * error)


@pytest.mark.parametrize(("name", "family"), PAIRS)
def test_every_draw_has_a_seed_of_its_own(name, family, monkeypatch):
    # Two draws from one seed depend on each other, in ways that no mean shows.
    seeds = []

    def record(module, function):
        def recorded(shape, seed, *arguments, **keywords):
            seeds.append(tuple(np.asarray(seed).tolist()))
            return draw(shape, seed, *arguments, **keywords)

        draw = getattr(module, function)
        monkeypatch.setattr(module, function, recorded)

    for function in tfi.random.__all__:
        record(tfi.random, function)
    record(tf.random, "stateless_uniform")
    record(tf.random, "stateless_normal")
    parameters, event, loss_fn, _ = CASES[family]
    ALL[name](family, parameters, [2, *event], SEED, loss_fn)
    draws = 2 if family == "Beta" else 1
    if name in ("rsvi 1", "rsvi 10") and family != "VonMises":
        draws *= 2
    assert len(seeds) == draws
    assert len(set(seeds)) == draws


@pytest.mark.parametrize("name", ["rsvi 0", "generalized"])
def test_score_term_is_needed(name):
    # The test above has power: without the term it would fail.
    without = tfi.estimators.Estimator(
        "", UNBIASED[name]._families, baseline=lambda loss: loss
    )
    parameters, event, loss_fn, (want,) = CASES["Gamma"]
    (gradient,) = gradients(without, "Gamma", parameters, event, loss_fn)
    error = gradient.std() / np.sqrt(SIZE)
    assert abs(gradient.mean() - want) > 2 * ERRORS * error


# Of the range to which the paper clips concentrations, both ends too.
VON_MISES_CONCENTRATIONS = (1e-3, 0.1, 1.0, 10.0, 1e3)


@pytest.mark.parametrize("k", VON_MISES_CONCENTRATIONS)
@pytest.mark.parametrize(
    "name", [n for n, e in UNBIASED.items() if "VonMises" in e.families]
)
def test_mean_gradient_of_von_mises_is_a_finite_difference(name, k):
    def loss(z, cos, sin):
        # Not even, and not of mean 0: the score-function term counts.
        return 5 + cos(z - 0.5) + sin(2 * z)

    def expectation(k):
        # Of a periodic function, the midpoint rule is exact but for rounding.
        z = (np.arange(20000) + 0.5) * (2 * np.pi / 20000) - np.pi
        weights = np.exp(k * (np.cos(z) - 1))
        return (loss(z, np.cos, np.sin) * weights).sum() / weights.sum()

    step = 1e-3 * k
    want = (expectation(k + step) - expectation(k - step)) / (2 * step)
    (gradient,) = gradients(
        UNBIASED[name],
        "VonMises",
        {"concentration": k},
        [],
        lambda z: loss(z, tf.cos, tf.sin),
    )
    error = gradient.std() / np.sqrt(SIZE)
    assert abs(gradient.mean() - want) < ERRORS * error


@pytest.mark.parametrize("k", VON_MISES_CONCENTRATIONS)
@pytest.mark.parametrize(
    ("dtype", "rtol"), [(tf.float64, 1e-12), (tf.float32, 1e-3)]
)
def test_rsvi_of_von_mises_is_the_published_one(k, dtype, rtol):
    # Each sample by itself, not the mean alone: Best and Fisher's proposal as
    # they print it, from a uniform u, and the gradient of Naesseth et al.
    # (2017), f' dh/dk + f d log(q / r)/dk at the accepted u, r the density of
    # the proposal.
    mp = mpmath.mp.clone()
    mp.dps = 40

    def rho(k):
        tau = 1 + mp.sqrt(1 + 4 * k**2)
        return (tau - mp.sqrt(2 * tau)) / (2 * k)

    def uniform(z, k):
        r = (1 + rho(k) ** 2) / (2 * rho(k))
        return mp.acos((1 - r * mp.cos(z)) / (mp.cos(z) - r)) / mp.pi

    def proposed(u, k):
        r = (1 + rho(k) ** 2) / (2 * rho(k))
        c = mp.cos(mp.pi * u)
        return mp.acos((1 + r * c) / (r + c))

    def log_ratio(z, k):
        q = mp.exp(k * mp.cos(z)) / (2 * mp.pi * mp.besseli(0, k))
        p = rho(k)
        r = (1 - p**2) / (2 * mp.pi * (1 + p**2 - 2 * p * mp.cos(z)))
        return mp.log(q / r)

    samples = []

    def loss(z):
        samples.append(z)
        return 5 + tf.cos(z - 0.5)

    concentration = tf.fill([40], tf.constant(k, dtype))
    with tf.GradientTape() as tape:
        tape.watch(concentration)
        losses = tfi.estimators.rsvi()(
            "VonMises", {"concentration": concentration}, [40], SEED, loss
        )
    found = tape.gradient(losses, concentration).numpy()
    exact_k = mp.mpf(float(concentration[0]))
    wanted = []
    for sample in samples[0].numpy():
        z, sign = mp.mpf(float(abs(sample))), mp.sign(float(sample))
        u = uniform(z, exact_k)
        assert mp.almosteq(proposed(u, exact_k), z, 1e-30)
        slope = mp.diff(lambda k, u=u: proposed(u, k), exact_k)
        correction = mp.diff(
            lambda k, u=u: log_ratio(proposed(u, k), k), exact_k
        )
        wanted.append(
            float(
                -mp.sin(sign * z - 0.5) * sign * slope
                + (5 + mp.cos(sign * z - 0.5)) * correction
            )
        )
    scale = np.abs(wanted).mean()
    np.testing.assert_allclose(found, wanted, rtol=rtol, atol=rtol * scale)


@pytest.mark.parametrize("a", [100.0, 1000.0])
@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("rsvi 0", "Gamma"),
        ("generalized", "Gamma"),
        ("score", "Gamma"),
        ("score", "VonMises"),
    ],
)
def test_float32_score_term_has_no_bias(name, family, a):
    # It multiplies losses of hundreds of nats. An error that is the same for
    # all samples, as that of a float32 digamma of 7, would not average out.
    mp = mpmath.mp.clone()
    mp.dps = 30

    def rsvi_term(z):
        def log_density(b):
            # At the noise e that leads to z at the concentration a.
            c = 1 / mp.sqrt(9 * (a - mp.mpf(1) / 3))
            e = (mp.cbrt(z / (a - mp.mpf(1) / 3)) - 1) / c
            d = b - mp.mpf(1) / 3
            c = 1 / mp.sqrt(9 * d)
            z_b = d * (1 + c * e) ** 3
            slope = 3 * c * d * (1 + c * e) ** 2
            return (b - 1) * mp.log(z_b) - z_b - mp.loggamma(b) + mp.log(slope)

        return mp.diff(log_density, mp.mpf(a))

    def generalized_term(z):
        e = (mp.log(z) - mp.digamma(a)) / mp.sqrt(mp.psi(1, a))

        def log_density(b):
            y = mp.digamma(b) + mp.sqrt(mp.psi(1, b)) * e
            slope = mp.sqrt(mp.psi(1, b))
            return b * y - mp.exp(y) - mp.loggamma(b) + mp.log(slope)

        return mp.diff(log_density, mp.mpf(a))

    terms = {
        ("rsvi 0", "Gamma"): rsvi_term,
        ("generalized", "Gamma"): generalized_term,
        ("score", "Gamma"): lambda z: mp.log(z) - mp.digamma(a),
        ("score", "VonMises"): lambda z: (
            mp.cos(z) - mp.besseli(1, a) / mp.besseli(0, a)
        ),
    }
    samples = []

    def loss(z):
        samples.append(z)
        return tf.ones_like(z)

    concentration = tf.fill([64], tf.constant(a))
    with tf.GradientTape() as tape:
        tape.watch(concentration)
        losses = UNBIASED[name](
            family, {"concentration": concentration}, [64], SEED, loss
        )
    found = tape.gradient(losses, concentration).numpy()
    wanted = [
        float(terms[name, family](mp.mpf(float(z)))) for z in samples[0].numpy()
    ]
    assert abs(np.mean(found - wanted)) < 5e-9
    assert np.abs(found - wanted).max() < 1e-7


@pytest.mark.parametrize("family", CASES)
def test_loss_is_that_of_the_samples(family):
    parameters, event, loss_fn, _ = CASES[family]
    shape = [1000, *event]
    for estimator in ALL.values():
        if family in estimator.families:
            seen = []

            def record(z, seen=seen):
                seen.append(z)
                return loss_fn(z)

            got = estimator(family, parameters, shape, SEED, record)
            assert seen[0].shape == shape
            np.testing.assert_array_equal(got, loss_fn(seen[0]))


def test_variance_falls_towards_implicit_as_augmentation_grows():
    # The score-function term is proportional to the loss, which stands far
    # from 0 in most problems.
    parameters, event, small_loss_fn, _ = CASES["Dirichlet"]

    def loss_fn(z):
        return small_loss_fn(z) + 20

    names = ["rsvi 0", "rsvi 1", "rsvi 10", "implicit"]
    variances = [
        gradients(UNBIASED[n], "Dirichlet", parameters, event, loss_fn)[0].var()
        for n in names
    ]
    assert variances == sorted(variances, reverse=True)


def test_baseline_lowers_variance():
    parameters, event, loss_fn, _ = CASES["Gamma"]
    plain, centred = (
        gradients(UNBIASED[n], "Gamma", parameters, event, loss_fn)[0].var()
        for n in ("score", "leave one out")
    )
    assert centred < plain


def test_leave_one_out_is_the_mean_of_the_others():
    # A constant loss is its own baseline: no sample has a gradient.
    parameters, event, _, _ = CASES["Gamma"]
    (gradient,) = gradients(
        UNBIASED["leave one out"],
        "Gamma",
        parameters,
        event,
        lambda z: tf.fill(tf.shape(z), tf.constant(3.0, z.dtype)),
        size=5,
    )
    np.testing.assert_allclose(gradient, np.zeros(5), atol=1e-14)


def test_finite_difference_has_an_error_of_second_order():
    # Von Mises has the relative steps 1e-1 (float32) and 1e-4 (float64). Their
    # errors, 1e-2 and 1e-8, are far above those of rounding, 1e-6 and 1e-12.
    errors = {}
    for dtype in (tf.float32, tf.float64):
        k = tf.fill([20000], tf.constant(2.0, dtype))
        derivatives = []
        for estimator in (
            tfi.estimators.finite_difference(),
            tfi.estimators.implicit(),
        ):
            with tf.GradientTape() as tape:
                tape.watch(k)
                loss = estimator(
                    "VonMises", {"concentration": k}, k.shape, SEED, tf.identity
                )
            derivatives.append(tape.gradient(loss, k).numpy())
        errors[dtype] = np.abs(derivatives[0] - derivatives[1]).max()
    ratio = errors[tf.float32] / errors[tf.float64]
    np.testing.assert_allclose(ratio, (1e-1 / 1e-4) ** 2, rtol=0.1)


def test_knowles_bias_of_the_power_regime():
    # E[log z] is psi(a), but (log Gamma(a + 1) - 1) / a for samples of
    # the power regime alone, whose derivative is known exactly.
    a = 0.02
    (gradient,) = gradients(
        ALL["knowles"], "Gamma", {"concentration": a}, [], tf.math.log
    )
    want = (sc.digamma(a + 1) - (sc.gammaln(a + 1) - 1) / a) / a
    error = gradient.std() / np.sqrt(SIZE)
    assert abs(gradient.mean() - want) < ERRORS * error
    # The bias: 0.05% of the truth.
    assert 1e-4 < abs(want / _trigamma(a) - 1) < 1e-3


def test_regimes_of_knowles():
    # At a = 0.5 the power regime ends at u = 0.42, at a > 1 it never is.
    a = np.array([0.5, 0.5, 0.9, 1.1, 1000.0, 1001.0])
    u = np.array([0.41, 0.43, 1e-3, 1e-3, 0.9, 0.9])
    power = (np.log(u) + sc.gammaln(a + 1)) / a
    exact = np.log(sc.gammaincinv(a, u))
    normal = np.log(a + np.sqrt(a) * sc.ndtri(u))
    want = np.stack([power[0], *exact[1:5], normal[5]])
    found = explicit.knowles_log_quantile(tf.constant(a), tf.constant(u))
    np.testing.assert_allclose(found, want, rtol=1e-12)
    # The test can tell the regimes apart.
    assert np.all(np.abs(power - exact)[:4] > 1e-5)
    assert np.all(np.abs(normal - exact)[4:] > 1e-5)


@pytest.mark.skipif(HAS_TORCH, reason="PyTorch is installed")
def test_missing_torch_is_named():
    with pytest.raises(ImportError, match="pip install torch"):
        tfi.estimators.jankowiak_obermeyer()


def test_loss_may_join_samples():
    # E[z_1 z_2] = a**2 for independent samples: gradient 2 a.
    for name in ("implicit", "rsvi 1", "score"):
        with tf.GradientTape() as tape:
            a = tf.fill([SIZE], tf.constant(2.0, tf.float64))
            tape.watch(a)
            loss = UNBIASED[name](
                "Gamma",
                {"concentration": a[:, tf.newaxis]},
                [SIZE, 2],
                SEED,
                lambda z: tf.reduce_prod(z, axis=-1),
            )
        gradient = tape.gradient(loss, a).numpy()
        error = gradient.std() / np.sqrt(SIZE)
        assert abs(gradient.mean() - 4) < ERRORS * error


def test_augmentation_makes_small_concentrations_possible():
    a = tf.fill([10], tf.constant(0.5))
    for augmentation, finite in ((0, False), (1, True)):
        with tf.GradientTape() as tape:
            tape.watch(a)
            loss = tfi.estimators.rsvi(augmentation)(
                "Gamma", {"concentration": a}, [10], SEED, tf.identity
            )
        for values in (loss, tape.gradient(loss, a)):
            assert np.all(np.isfinite(values) == finite)


def test_sparse_dirichlet_by_cdf_is_finite():
    c = tf.fill([100, 20], tf.constant(1e-3))
    with tf.GradientTape() as tape:
        tape.watch(c)
        loss = tfi.estimators.implicit(method="cdf")(
            "Dirichlet",
            {"concentration": c},
            [100, 20],
            SEED,
            lambda z: tf.reduce_sum(z**2, axis=-1),
        )
    gradient = tape.gradient(loss, c)
    assert np.all(np.isfinite(gradient)) and np.any(gradient.numpy() != 0)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: tfi.estimators.generalized()(
                "VonMises", {"concentration": 1.0}, [1], SEED, tf.identity
            ),
            "does not exist for 'VonMises', only for Beta, Dirichlet, Gamma",
        ),
        (
            lambda: tfi.estimators.implicit()(
                "Gamma", {"alpha": 1.0}, [1], SEED, tf.identity
            ),
            r"has the parameters \['concentration'\], got \['alpha'\]",
        ),
        (
            lambda: tfi.estimators.implicit()(
                "Gamma", {"concentration": 1.0}, [2, 3], SEED, lambda z: z[0]
            ),
            "shape of the losses",
        ),
        (
            lambda: tfi.estimators.score_function("leave_one_out")(
                "Gamma", {"concentration": 1.0}, [1], SEED, tf.identity
            ),
            "needs 2 or more losses",
        ),
        (lambda: tfi.estimators.rsvi(-1), "must be >= 0"),
        (lambda: tfi.estimators.implicit("x"), "must be one of"),
        (lambda: tfi.estimators.score_function("x"), "must be None or"),
    ],
)
def test_errors_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize(
    ("parameters", "loss_fn", "name"),
    [
        (None, tf.identity, "parameters"),
        ({"concentration": None}, tf.identity, "concentration"),
        ({"concentration": "x"}, tf.identity, "concentration"),
        ({"concentration": 1.0}, None, "loss_fn"),
    ],
)
def test_wrong_arguments_are_named(parameters, loss_fn, name):
    with pytest.raises(TypeError, match=f"`{name}` must be"):
        tfi.estimators.implicit()("Gamma", parameters, [1], SEED, loss_fn)


@pytest.mark.parametrize("name", ALL)
def test_ops_stand_in_the_name_scope(name):
    def names(**arguments):
        with tf.Graph().as_default() as graph:
            a = tf.constant([2.0, 3.0], name="a")
            ALL[name](
                "Gamma", {"concentration": a}, [2], SEED, abs, **arguments
            )
        return {op.name.split("/")[0] for op in graph.get_operations()}

    assert names(name="mine") == {"a", "mine"}
    assert names() == {"a", re.sub(r"\W+", "_", ALL[name].name)}
