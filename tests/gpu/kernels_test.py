# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""The CUDA kernels against the reference tables and the processor's own.

Twice: on a device, where there is one and the library was built with nvcc, and
compiled for the processor, which runs the same source thread by thread.
"""

import ctypes
import dataclasses
import types
from collections.abc import Callable

import numpy as np
import pytest

from tests import accuracy
from tests.gpu.launchers import LIBRARIES, Launchers
from tests.reference import reference

DTYPES = (np.float32, np.float64)
SEED = (20260101, 7)


def test_a_launch_without_a_device_is_an_error():
    path = LIBRARIES["device"]
    if not path.exists():
        pytest.skip("built without nvcc")
    launchers = Launchers(path)
    if launchers.device_count() > 0:
        pytest.skip("there is a CUDA device")
    # Never read: CUDA refuses the launch.
    nowhere = types.SimpleNamespace(
        pointer=ctypes.c_void_p(256), dtype=np.dtype(np.float32)
    )
    with pytest.raises(RuntimeError, match=r"TfiMap: .*CUDA"):
        launchers.start(
            "RandomGammaGrad", [(3,), (3,)], [nowhere] * 2, [nowhere]
        )


def _relative(table, output):
    return np.abs(table[output])


# The scales of tests/special/*_test.cc, where a value may vanish: the size of
# the terms that make it up.
def _cdf_second(table, output):
    a, x = table["alpha"], table["sample"]
    first = np.abs(table["cdf_grad"])
    natural = (
        first / np.sqrt(np.maximum(a, 1))
        if output == "d2P_dalpha2"
        else np.sqrt(a) * first / x
    )
    return np.maximum(natural, np.abs(table[output]))


def _von_mises_second(table, output):
    k = table["concentration"]
    slope = np.abs(table["dz_dconcentration"]) + np.abs(table["dz"]) / (1 + k)
    return {
        "dz_dconcentration": slope,
        "dz_dsample": np.abs(table["dz_dsample"]) + 1 / (1 + 2 * k),
    }[output]


def _von_mises_cdf(table, output):
    k, z = table["concentration"], table["sample"]
    terms = np.abs(z) * table["pdf"] + k * np.abs(table["cdf_dconcentration"])
    return table[output] + terms


def _growth(table, bound):
    """What rounding kappa u in the exponent of the density adds to a bound."""
    return 1 + 4 * table["concentration"] * np.sin(table["sample"] / 2) ** 2 / (
        bound
    )


def _von_mises_density(table, output):
    return _growth(table, 16) * np.abs(table[output])


def _von_mises_cdf_second(table, output):
    k, z = table["concentration"], table["sample"]
    score = 1 / (1 + 2 * k) + 1 - np.cos(z)
    natural = {
        "cdf_dsample2": np.abs(table["cdf_dsample2"]),
        "cdf_dsample_dconcentration": score * table["pdf"],
        "cdf_dconcentration2": np.abs(table["cdf_dconcentration2"])
        + score * np.abs(table["cdf_dconcentration"]),
    }[output]
    return _growth(table, 64) * natural


@dataclasses.dataclass(frozen=True)
class Case:
    """A function and the table that it must match.

    Attributes:
      loop: The name of the function.
      table: That of the table; rows whose inputs are no numbers of the dtype
        are left out.
      inputs: Its columns.
      outputs: The columns of the outputs.
      bounds: The largest error in eps, float32 and float64: those of
        tests/special/.
      scale: What the error is relative to.
    """

    loop: str
    table: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    bounds: tuple[float, float]
    scale: Callable = _relative


_GAMMA = ("alpha", "sample")
_BETA = ("concentration1", "concentration0", "logit_sample")
_VON_MISES = ("concentration", "sample")
CASES = [
    Case("IgammaGradA", "gamma_cdf_grad", _GAMMA, ("cdf_grad",), (12, 12)),
    Case(
        "IgammaGradAPartials",
        "gamma_cdf_grad",
        _GAMMA,
        ("d2P_dalpha2", "d2P_dalpha_dsample"),
        (32, 32),
        _cdf_second,
    ),
    Case("Igamma", "igamma", ("a", "x"), ("lower",), (16, 16)),
    Case("Igammac", "igamma", ("a", "x"), ("upper",), (16, 16)),
    Case("LogIgamma", "igamma", ("a", "x"), ("log_lower",), (16, 16)),
    Case("LogIgammac", "igamma", ("a", "x"), ("log_upper",), (16, 16)),
    Case("RandomGammaGrad", "gamma_sample_grad", _GAMMA, ("dz",), (8, 16)),
    Case(
        "RandomGammaGradPartials",
        "gamma_sample_grad",
        _GAMMA,
        ("dz_dalpha", "dz_dsample"),
        (32, 48),
    ),
    Case(
        "RandomLogGammaGrad",
        "gamma_log_sample_grad",
        ("alpha", "log_sample"),
        ("dlogz",),
        (8, 16),
    ),
    Case(
        "RandomLogGammaGradPartials",
        "gamma_log_sample_grad",
        ("alpha", "log_sample"),
        ("dlogz_dalpha", "dlogz_dlogsample"),
        (48, 32),
    ),
    Case(
        "RandomLogitBetaGrad",
        "beta_sample_grad",
        _BETA,
        ("dy_da", "dy_db"),
        (16, 500),
    ),
    Case(
        "RandomLogitBetaGradPartials",
        "beta_sample_second_grad",
        _BETA,
        (
            "dy_da_da",
            "dy_da_db",
            "dy_da_dy",
            "dy_db_da",
            "dy_db_db",
            "dy_db_dy",
        ),
        (1, 8000),
    ),
    Case(
        "RandomStudentTGrad",
        "student_t_sample_grad",
        ("df", "sample"),
        ("dt",),
        (1, 400),
    ),
    Case(
        "RandomStudentTGradPartials",
        "student_t_sample_grad",
        ("df", "sample"),
        ("dt_ddf", "dt_dsample"),
        (1, 1500),
    ),
    Case(
        "RandomVonMisesGrad",
        "von_mises_sample_grad",
        _VON_MISES,
        ("dz",),
        (8, 16),
    ),
    Case(
        "RandomVonMisesGradPartials",
        "von_mises_sample_grad",
        _VON_MISES,
        ("dz_dconcentration", "dz_dsample"),
        (16, 32),
        _von_mises_second,
    ),
    Case(
        "VonMisesCdf",
        "von_mises_cdf",
        _VON_MISES[::-1],
        ("cdf",),
        (16, 16),
        _von_mises_cdf,
    ),
    Case(
        "VonMisesCdfGrad",
        "von_mises_cdf",
        _VON_MISES[::-1],
        ("pdf", "cdf_dconcentration"),
        (16, 16),
        _von_mises_density,
    ),
    Case(
        "VonMisesCdfGradPartials",
        "von_mises_cdf",
        _VON_MISES[::-1],
        (
            "cdf_dsample2",
            "cdf_dsample_dconcentration",
            "cdf_dconcentration2",
        ),
        (64, 64),
        _von_mises_cdf_second,
    ),
]


def _load(name, inputs, dtype):
    """The table, rows whose inputs are no numbers of `dtype` left out."""
    table = reference.load(name)
    rows = np.ones(len(table[inputs[0]]), bool)
    for column in inputs:
        rows &= table[column].astype(dtype) == table[column]
        # Next to pi the von Mises functions take the float for pi itself.
        rows &= np.abs(table[column]) != dtype(np.pi)
    assert np.count_nonzero(rows) > 50
    return {column: values[rows] for column, values in table.items()}


def _check(got, want, scale, bound, name):
    tiny = np.finfo(got.dtype).tiny
    error = accuracy.error_in_eps(got, want, np.maximum(scale, tiny))
    k = np.argmax(error)
    print(f"{name} {got.dtype}: worst {error[k]:.3g} eps, row {k}")
    assert error[k] <= bound, (name, k, got[k], want[k])


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.loop)
def test_matches_reference(launchers, case, dtype):
    table = _load(case.table, case.inputs, dtype)
    got = launchers.map(
        case.loop, *(table[column].astype(dtype) for column in case.inputs)
    )
    bound = case.bounds[0 if dtype == np.float32 else 1]
    for values, column in zip(got, case.outputs, strict=True):
        _check(values, table[column], case.scale(table, column), bound, column)


@pytest.mark.parametrize("dtype", DTYPES)
def test_beta_samples_match_reference(launchers, dtype):
    table = _load("beta_sample_grad", _BETA, dtype)
    density = table["sample"] * table["complement"]
    rows = density > 1e3 * np.finfo(dtype).tiny
    got = launchers.map(
        "RandomBetaGrad",
        *(
            table[column][rows].astype(dtype)
            for column in (*_BETA[:2], "sample", "complement")
        ),
    )
    for values, column in zip(got, ("dy_da", "dy_db"), strict=True):
        want = (density * table[column])[rows]
        bound = 16 if dtype == np.float32 else 500
        _check(values, want, np.abs(want), bound, column)


def test_von_mises_fisher_matches_reference(launchers):
    table = reference.load("von_mises_fisher_sample_grad")
    w = table["sample"]
    # The angle, to full relative accuracy, and dw = -sin(angle) dangle.
    sine = np.sqrt((1 - w) * (1 + w))
    rows = sine > 0
    angle = np.arctan2(sine, w)
    inputs = (table["dimension"], table["concentration"], angle)
    (got,) = launchers.map(
        "RandomVonMisesFisherGrad", *(x[rows] for x in inputs)
    )
    want = (-table["dw"] / sine)[rows]
    np.testing.assert_allclose(got, want, rtol=2e-12)
    # In float32 the same, in its own arithmetic.
    narrow = [x[rows].astype(np.float32) for x in inputs]
    (single,) = launchers.map("RandomVonMisesFisherGrad", *narrow)
    (double,) = launchers.map(
        "RandomVonMisesFisherGrad", *(x.astype(np.float64) for x in narrow)
    )
    assert single.dtype == np.float32
    np.testing.assert_allclose(single, double, rtol=24 * np.finfo("f4").eps)


def _fisher_points():
    rng = np.random.default_rng(6)
    dimension = rng.integers(2, 60, 500).astype(np.float64)
    kappa = np.exp(rng.uniform(-2, 5, 500))
    # About where samples fall.
    spread = np.sqrt((dimension + 1) / (dimension + kappa))
    angle = np.minimum(rng.uniform(0.3, 1.3, 500) * spread, 3)
    return dimension, kappa, angle


def test_von_mises_fisher_partials_are_differences(launchers):
    m, k, angle = _fisher_points()
    step = 1e-5

    def gradient(k, angle):
        return launchers.map("RandomVonMisesFisherGrad", m, k, angle)[0]

    h = gradient(k, angle)
    by_k = gradient(k * (1 + step), angle) - gradient(k * (1 - step), angle)
    by_angle = gradient(k, angle * (1 + step)) - gradient(k, angle * (1 - step))
    got = launchers.map("RandomVonMisesFisherGradPartials", m, k, angle)
    wants = by_k / (2 * step * k), by_angle / (2 * step * angle)
    for values, want, scale in zip(got, wants, (k, angle), strict=True):
        assert np.all(np.abs(values - want) <= 1e-7 * np.abs(h) / scale + (
            1e-7 * np.abs(want)))  # fmt: skip


def test_von_mises_fisher_moments_are_derivatives(launchers):
    m, k, _ = _fisher_points()
    step = 1e-5

    def moments(k):
        return launchers.map("VonMisesFisherMoments", m, k)

    here, above, below = (
        moments(k),
        moments(k * (1 + step)),
        moments(k * (1 - step)),
    )
    slope = [
        (a - b) / (2 * step * k) for a, b in zip(above, below, strict=True)
    ]
    log_partition, mean, complement, variance, third, divergence = here
    np.testing.assert_allclose(mean, 1 - complement, atol=1e-14)
    np.testing.assert_allclose(slope[0], -complement, rtol=1e-7)
    np.testing.assert_allclose(slope[2], -variance, rtol=1e-6)
    scale = variance / (1 + k)
    assert np.all(np.abs(slope[3] - third) <= 1e-5 * scale)
    np.testing.assert_allclose(
        divergence, -k * complement - log_partition, atol=1e-9, rtol=1e-9
    )


@pytest.mark.parametrize("dtype", DTYPES)
def test_paper_methods_are_near_ours(launchers, dtype):
    rng = np.random.default_rng(1)
    alpha = np.exp(rng.uniform(-1, 3, 2000)).astype(dtype)
    z = rng.gamma(alpha).astype(dtype)
    kappa = np.exp(rng.uniform(-1, 4, 2000)).astype(dtype)
    angle = rng.vonmises(0, kappa).astype(dtype)
    bound = 2e-3 if dtype == np.float32 else 1e-9
    for loop, inputs in {
        "IgammaGradA": (alpha, z),
        "RandomGammaGrad": (alpha, z),
        "RandomVonMisesGrad": (kappa, angle),
    }.items():
        (ours,) = launchers.map(loop, *inputs)
        (paper,) = launchers.map(loop + "Paper", *inputs)
        assert np.median(np.abs(paper / ours - 1)) <= bound / 100, loop
        assert np.quantile(np.abs(paper / ours - 1), 0.95) <= bound, loop


# The last argument is 1 - the one before: another would be no probability.
_WITH_COMPLEMENT = (
    "Betainc",
    "BetaincPartials",
    "Betaincinv",
    "LogBetainc",
    "LogBetaincPartials",
    "LogitBetaQuantile",
    "StudentTQuantile",
)


def _ordinary_inputs(launchers, loop, dtype, size=300):
    """In the domain of every argument there is: positive, below 1."""
    rng = np.random.default_rng(8)
    inputs = rng.uniform(0.05, 0.95, (launchers.inputs_of(loop), size))
    if "VonMisesFisher" in loop or "Radial" in loop:
        inputs[0] = rng.integers(2, 9, size)  # the dimension
    if "Truncated" in loop:
        # scale, low and high. low < sample < high, a few scales apart: dz/dp
        # may overflow.
        inputs[1] += 1
        inputs[2] -= 1
        inputs[3] += 1
    inputs = inputs.astype(dtype)
    if loop in _WITH_COMPLEMENT:
        inputs[-1] = 1 - inputs[-2]
    return list(inputs)


@pytest.mark.parametrize("dtype", DTYPES)
def test_every_loop_gives_what_the_processor_does(launchers, dtype):
    # Not bit by bit: with other products fused into additions.
    tolerance = 2e-4 if dtype == np.float32 else 1e-11
    assert "RandomGammaGrad" in launchers.loops
    for loop in launchers.loops:
        inputs = _ordinary_inputs(launchers, loop, dtype)
        got = launchers.map(loop, *inputs)
        want = launchers.processor_map(loop, *inputs)
        for k, (g, w) in enumerate(zip(got, want, strict=True)):
            assert np.all(np.isfinite(w)), (loop, k)
            scale = np.maximum(np.abs(w), np.median(np.abs(w)))
            worst = np.max(np.abs(g - w) / scale)
            assert worst <= tolerance, (loop, k, worst)


@pytest.mark.parametrize(
    "shapes",
    [
        [(), (5,)],
        [(3, 1), (4,)],
        [(2, 1, 4), (3, 1)],
        [(2, 3, 4, 5), (3, 1, 5)],
        [(1, 5, 1, 7), (2, 1, 3, 1)],
        [(2, 1, 2, 1, 2, 1, 2, 1), (1, 3, 1, 3, 1, 3, 1, 3)],
    ],
)
def test_broadcasts(launchers, shapes):
    rng = np.random.default_rng(2)
    a, z = (np.exp(rng.uniform(-1, 2, s)).astype(np.float32) for s in shapes)
    (got,) = launchers.map("RandomGammaGrad", a, z)
    full = [np.ascontiguousarray(x) for x in np.broadcast_arrays(a, z)]
    (want,) = launchers.map("RandomGammaGrad", *full)
    np.testing.assert_array_equal(got, want)


def test_refuses_more_dimensions_than_it_can_step_through(launchers):
    a, z = (np.ones(s * 5, np.float32) for s in ([2, 1], [1, 2]))
    with pytest.raises(RuntimeError, match="too many dimensions"):
        launchers.map("RandomGammaGrad", a, z)


def test_more_elements_than_threads(launchers):
    # 8192 blocks of 256 threads, and a rest.
    size = 2 * 8192 * 256 + 77
    alpha = np.float32([2.5])
    z = np.linspace(0.1, 9, size, dtype=np.float32)
    (got,) = launchers.map("RandomGammaGrad", alpha, z)
    tail = slice(-1000, None)
    (want,) = launchers.map("RandomGammaGrad", alpha, z[tail])
    np.testing.assert_array_equal(got[tail], want)
    assert np.all(np.diff(got) >= -1e-6)


def _rounded_to_bfloat16(x):
    """The bits of float32 numbers rounded to bfloat16, ties to even."""
    bits = x.view(np.uint32).astype(np.uint64)
    return ((bits + 0x7FFF + (bits >> 16 & 1)) >> 16).astype(np.uint16)


@pytest.mark.parametrize("storage", ["half", "bfloat16"])
def test_half_precision_is_that_of_float_rounded(launchers, storage):
    rng = np.random.default_rng(3)
    wide = [np.exp(rng.uniform(-9, 9, 5000)).astype(np.float32) for _ in "az"]
    if storage == "half":
        narrow = [x.astype(np.float16) for x in wide]
        widened = [x.astype(np.float32) for x in narrow]
    else:
        narrow = [_rounded_to_bfloat16(x) for x in wide]
        widened = [(x.astype(np.uint32) << 16).view(np.float32) for x in narrow]
    (got,) = launchers.map("RandomGammaGrad", *narrow)
    (want,) = launchers.map("RandomGammaGrad", *widened)
    with np.errstate(over="ignore"):  # to infinity, as intended
        want = (
            want.astype(np.float16)
            if storage == "half"
            else _rounded_to_bfloat16(want)
        )
    np.testing.assert_array_equal(got, want)


def _parameters(shape, dtype):
    """All magnitudes and every special value."""
    rng = np.random.default_rng(4)
    values = np.exp(rng.uniform(np.log(1e-6), np.log(1e10), shape))
    ordinary = np.exp(rng.uniform(np.log(0.1), np.log(5), shape))
    values = np.where(rng.uniform(size=shape) < 0.5, values, ordinary)
    special = rng.choice([0, 1, 1.6, np.inf, -1, np.nan], shape)
    return np.where(rng.uniform(size=shape) < 0.1, special, values).astype(
        dtype
    )


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ["normal", "gamma", "log_gamma", "von_mises"])
def test_samples_are_those_of_the_processor(launchers, name, dtype):
    shape = (101, 1003)
    parameter = _parameters(shape, dtype)
    got = launchers.sample(name, SEED, shape, parameter)
    want = launchers.processor_sample(name, SEED, shape, parameter)
    if name == "gamma":  # The op rounds up to the smallest normal number.
        tiny = np.finfo(dtype).tiny
        want = np.where(want < tiny, tiny, want)
    # Equal numbers are equal bits but for the sign of 0.
    np.testing.assert_array_equal(got, want)
    np.testing.assert_array_equal(np.signbit(got) & (got == 0),
                                  np.signbit(want) & (want == 0))  # fmt: skip
    assert np.count_nonzero(np.isfinite(got)) > 0.9 * got.size


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("components", [1, 2, 16, 17, 50, 1000])
def test_dirichlet_is_that_of_the_processor(launchers, components, dtype):
    shape = (20000 // components, components)
    rng = np.random.default_rng(5)
    parameter = np.exp(rng.uniform(-9, 4, shape)).astype(dtype)
    parameter[::7, 0] = [np.nan, np.inf, 0, 1][components % 4]
    got = launchers.sample("dirichlet", SEED, shape, parameter)
    want = launchers.processor_sample("dirichlet", SEED, shape, parameter)
    for values, expected in zip(got, want, strict=True):
        np.testing.assert_array_equal(values, expected)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("dimension", [2, 3, 50])
def test_von_mises_fisher_is_that_of_the_processor(launchers, dimension, dtype):
    shape = (51, 203)
    name = "von_mises_fisher_angle"
    parameter = _parameters(shape, dtype)
    got = launchers.sample(name, SEED, shape, parameter, dimension)
    want = launchers.processor_sample(name, SEED, shape, parameter, dimension)
    np.testing.assert_array_equal(got, want)
    assert np.count_nonzero(np.isfinite(got)) > 0.9 * got.size


def test_dirichlet_in_half_precision(launchers):
    shape = (64, 20)
    parameter = np.full((20,), 0.5, np.float16)
    p, log_gamma = launchers.sample("dirichlet", SEED, shape, parameter)
    wide = launchers.processor_sample(
        "dirichlet", SEED, shape, parameter.astype(np.float32)
    )
    np.testing.assert_array_equal(p, wide[0].astype(np.float16))
    np.testing.assert_array_equal(log_gamma, wide[1].astype(np.float16))


def test_sampler_parameters_are_broadcast(launchers):
    alpha = np.float32([[0.3], [4.0], [100.0]])
    got = launchers.sample("gamma", SEED, (5, 3, 40), alpha)
    want = launchers.processor_sample("gamma", SEED, (5, 3, 40), alpha)
    np.testing.assert_array_equal(got, want)
