# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""The speed part of the accuracy study: this library beside its peers.

Each comparison carries the bar that this project sets itself, so that the
table shows where it is missed.
"""

import functools
import math
import platform
from collections.abc import Callable, Mapping
from typing import NamedTuple

import tensorflow as tf
import tensorflow_probability as tfp

import tf_implicit as tfi
from experiments.common import stopwatch, tables
from experiments.studies import gradient_methods, inputs, own_speed

__all__ = [
    "Comparison",
    "Sizes",
    "comparison_table",
    "cost_curves",
    "decade_comparisons",
    "gradient_comparisons",
    "instruction_set_table",
    "method_seconds",
    "sampler_comparisons",
    "small_call_comparisons",
    "thread_comparisons",
]

_SEED = (1, 2)
_TARGETS = (
    ("neon",)
    if platform.machine() == "aarch64"
    else ("baseline", "avx2", "avx512")
)
_CALL = 16
_DIRICHLET_SHAPE = (32, 50)
_DIRICHLET_STEPS = 50

_TORCH = "Jankowiak and Obermeyer (PyTorch)"


class Sizes(NamedTuple):
    """How much is measured.

    Attributes:
        elements: In each call.
        decade_elements: In each call of the cost per decade.
        rounds: Repetitions.
        calls: In a row, for the time of a small call.
        seed: Of the samples.
    """

    elements: int
    decade_elements: int
    rounds: int
    calls: int
    seed: int


class Comparison(NamedTuple):
    """Two times and what their ratio should be.

    Attributes:
        quantity: What is measured.
        unit: Of both times.
        ours: Time of this library.
        peer: Name of the other.
        theirs: Its time.
        bar: The least ratio theirs / ours, or None where there is none.
    """

    quantity: str
    unit: str
    ours: float
    peer: str
    theirs: float
    bar: float | None

    @property
    def ratio(self) -> float:
        """How many times faster this library is."""
        return self.theirs / self.ours

    @property
    def verdict(self) -> str:
        """Whether the bar is met; empty where there is none."""
        if self.bar is None:
            return ""
        return "met" if self.ratio >= self.bar else "MISSED"


def comparison_table(
    name: str, title: str, comparisons: list[Comparison], notes: list[str]
) -> tables.Table:
    """Returns the comparisons as a table."""
    columns = (
        "quantity",
        "unit",
        "tf_implicit",
        "peer",
        "its time",
        "ratio",
        "bar",
        "verdict",
    )
    rows = [
        (
            c.quantity,
            c.unit,
            c.ours,
            c.peer,
            c.theirs,
            c.ratio,
            c.bar,
            c.verdict,
        )
        for c in comparisons
    ]
    return tables.Table(name, title, columns, rows, notes)


def method_seconds(family: str, dtype: str, sizes: Sizes) -> dict[str, float]:
    """Returns seconds per element of each method by its name.

    Args:
        family: "gamma", "von_mises" or "beta" (float64 only).
        dtype: Of parameters and samples.
        sizes: How much to measure.
    """
    if family == "beta":
        methods = gradient_methods.beta_methods()
        arrays = inputs.beta_elements(sizes.elements, sizes.seed)
    else:
        methods = _METHODS[family]()
        arrays = inputs.shuffled(
            inputs.points(family, dtype, 1000, sizes.seed),
            sizes.elements,
            sizes.seed,
        )
    functions, elements = {}, {}
    for method in methods:
        if dtype not in method.dtypes:
            continue
        part = [array[: method.batch] for array in arrays]
        functions[method.name] = method.prepare(*part)
        elements[method.name] = part[0].size
    best = stopwatch.best_seconds(functions, sizes.rounds)
    return {name: best[name] / elements[name] for name in best}


_METHODS = {
    "gamma": gradient_methods.gamma_methods,
    "von_mises": gradient_methods.von_mises_methods,
}

# Family and dtype -> how many times faster than which method.
_GRADIENT_BARS = {
    ("gamma", "float32"): {"TensorFlow": 25, _TORCH: 8, "JAX": None},
    ("gamma", "float64"): {"TensorFlow": 15, _TORCH: None, "JAX": None},
    ("von_mises", "float32"): {"TFP": 15},
    ("von_mises", "float64"): {"TFP": 40},
    ("beta", "float64"): {
        "TFP betainc, one derivative": 150,
        "PyTorch, one derivative": 1,
    },
}


def gradient_comparisons(
    seconds: Callable[[str, str], Mapping[str, float]],
) -> list[Comparison]:
    """Compares the derivatives of samples.

    Args:
        seconds: Returns for a family and dtype the `method_seconds`.
    """
    result = []
    for (family, dtype), bars in _GRADIENT_BARS.items():
        times = seconds(family, dtype)
        result += [
            Comparison(
                f"{family} gradient, {dtype}",
                "ns/element",
                1e9 * times["ours"],
                peer,
                1e9 * times[peer],
                bar,
            )
            for peer, bar in bars.items()
            if peer in times
        ]
        if family == "beta":
            result.append(
                Comparison(
                    "beta gradients of the logit, float64",
                    "ns/element",
                    1e9 * times["ours, of the logit"],
                    "ours, of the sample",
                    1e9 * times["ours"],
                    None,
                )
            )
    return result


def _compare(
    quantity: str,
    ours: Callable,
    peer: str,
    theirs: Callable,
    bar: float | None,
    sizes: Sizes,
    elements: int,
) -> Comparison:
    """Compares two functions: per element, or per call if `elements` is 0."""
    best = stopwatch.best_seconds(
        {"ours": ours, "theirs": theirs},
        sizes.rounds,
        1 if elements else sizes.calls,
    )
    unit, scale = ("ns/element", 1e9 / elements) if elements else ("us", 1e6)
    return Comparison(
        quantity, unit, scale * best["ours"], peer, scale * best["theirs"], bar
    )


def _sample_and_gradient(make) -> Callable:
    """Returns a graph that samples and differentiates in the parameter."""

    def function(parameter):
        with tf.GradientTape() as tape:
            tape.watch(parameter)
            sample = make(parameter).sample(seed=_SEED)
        return sample, tape.gradient(sample, parameter)

    return tf.function(function)


def _sampler(make) -> Callable:
    return tf.function(lambda parameter: make(parameter).sample(seed=_SEED))


def _dirichlet_steps(library) -> Callable:
    """Returns a graph of many steps, each a sample and its gradient.

    A training loop runs such steps inside a graph. One call of a graph from
    Python costs more than all the work of a step of either library.
    """

    def function(concentration):
        total = tf.zeros_like(concentration)
        for step in tf.range(_DIRICHLET_STEPS):
            with tf.GradientTape() as tape:
                tape.watch(concentration)
                dirichlet = library.Dirichlet(concentration)
                sample = dirichlet.sample(seed=tf.stack([step, 1]))
                loss = tf.reduce_sum(sample**2)
            total += tape.gradient(loss, concentration)
        return total

    return tf.function(function)


def _gamma(library, parameter):
    return library.Gamma(parameter, tf.ones([], parameter.dtype))


def _von_mises(library, parameter):
    return library.VonMises(tf.zeros([], parameter.dtype), parameter)


def sampler_comparisons(sizes: Sizes) -> list[Comparison]:
    """Compares samplers, alone and with the gradient."""
    result = []
    for dtype, gamma_bar, von_mises_bar, with_gradient_bar in (
        ("float32", 20, 25, 18),
        ("float64", 9, 35, 12),
    ):
        parameters = {
            family: tf.constant(
                inputs.shuffled(
                    inputs.points(family, dtype, 1000, sizes.seed),
                    sizes.elements,
                    sizes.seed,
                )[0]
            )
            for family in _METHODS
        }
        alpha, kappa = parameters["gamma"], parameters["von_mises"]
        shape = [sizes.elements]
        result += [
            _compare(
                f"Gamma sampler, {dtype}",
                functools.partial(
                    tfi.random.stateless_gamma, shape, _SEED, alpha
                ),
                "tf.random.stateless_gamma",
                functools.partial(
                    tf.random.stateless_gamma, shape, _SEED, alpha, dtype=dtype
                ),
                gamma_bar,
                sizes,
                sizes.elements,
            ),
            _compare(
                f"von Mises sampler, {dtype}",
                functools.partial(
                    tfi.random.stateless_von_mises, shape, _SEED, kappa
                ),
                "TFP",
                functools.partial(
                    _sampler(functools.partial(_von_mises, tfp.distributions)),
                    kappa,
                ),
                von_mises_bar,
                sizes,
                sizes.elements,
            ),
        ]
        for name, make, parameter, bar in (
            ("Gamma", _gamma, alpha, with_gradient_bar),
            ("VonMises", _von_mises, kappa, None),
        ):
            ours, theirs = (
                functools.partial(
                    _sample_and_gradient(functools.partial(make, library)),
                    parameter,
                )
                for library in (tfi.distributions, tfp.distributions)
            )
            result.append(
                _compare(
                    f"distributions.{name}, sample and gradient, {dtype}",
                    ours,
                    "TFP",
                    theirs,
                    bar,
                    sizes,
                    sizes.elements,
                )
            )
    concentration = tf.fill(_DIRICHLET_SHAPE, 0.7)
    ours, theirs = (
        functools.partial(_dirichlet_steps(library), concentration)
        for library in (tfi.distributions, tfp.distributions)
    )
    result.append(
        _compare(
            "distributions.Dirichlet, sample and gradient, float32, batch 32 "
            f"of 50 topics, {_DIRICHLET_STEPS} steps in a graph",
            ours,
            "TFP",
            theirs,
            6,
            sizes._replace(calls=1),
            _DIRICHLET_STEPS * math.prod(_DIRICHLET_SHAPE),
        )
    )
    return result


def small_call_comparisons(sizes: Sizes) -> list[Comparison]:
    """Compares calls on few elements, which measure what a call costs."""
    result = []
    for dtype in ("float32", "float64"):
        arrays = inputs.shuffled(
            inputs.points("gamma", dtype, 1000, sizes.seed),
            _CALL,
            sizes.seed,
        )
        alpha, sample = map(tf.constant, arrays)

        def theirs(alpha, sample):
            return tf.raw_ops.RandomGammaGrad(alpha=alpha, sample=sample)

        for how, wrap in (("eager", lambda f: f), ("graph", tf.function)):
            result.append(
                _compare(
                    f"Gamma gradient, {dtype}, {_CALL} elements, {how} call",
                    functools.partial(
                        wrap(lambda a, z: tfi.math.random_gamma_grad(a, z)),
                        alpha,
                        sample,
                    ),
                    "tf.raw_ops.RandomGammaGrad",
                    functools.partial(wrap(theirs), alpha, sample),
                    1,
                    sizes,
                    0,
                )
            )
        result += [
            _compare(
                f"Gamma sampler, {dtype}, elements in the call: {elements}",
                functools.partial(
                    tfi.random.stateless_gamma,
                    [elements],
                    _SEED,
                    alpha[:elements],
                ),
                "tf.random.stateless_gamma",
                functools.partial(
                    tf.random.stateless_gamma,
                    [elements],
                    _SEED,
                    alpha[:elements],
                    dtype=dtype,
                ),
                1,
                sizes,
                0,
            )
            for elements in (1, _CALL)
        ]
    return result


def cost_curves(
    family: str, dtype: str, exponents: range, sizes: Sizes
) -> dict[str, list[float]]:
    """Returns ns per element for each decade, by name of the method."""
    peers = {"ours", "TensorFlow", _TORCH, "TFP"}
    curves = {}
    for exponent in exponents:
        arrays = inputs.decade(
            family, exponent, dtype, sizes.decade_elements, sizes.seed
        )
        best = stopwatch.best_seconds(
            {
                method.name: method.prepare(*arrays)
                for method in _METHODS[family]()
                if method.name in peers
            },
            sizes.rounds,
        )
        for name, seconds in best.items():
            curves.setdefault(name, []).append(
                1e9 * seconds / sizes.decade_elements
            )
    return curves


def decade_comparisons(
    family: str, dtype: str, exponents: range, curve: list[float]
) -> list[Comparison]:
    """Compares our slowest decade with twice the fastest."""
    slowest, fastest = max(curve), min(curve)
    where = exponents[curve.index(slowest)], exponents[curve.index(fastest)]
    return [
        Comparison(
            f"{family} gradient, {dtype}: slowest decade (1e{where[0]})",
            "ns/element",
            slowest,
            f"twice the fastest decade (1e{where[1]})",
            2 * fastest,
            1,
        )
    ]


def thread_comparisons(sizes: Sizes) -> list[Comparison]:
    """Compares one thread with two.

    Raises:
        own_speed.OwnSpeedError: A process failed.
    """
    one, two = (
        own_speed.measure_in_process(
            sizes.elements, 2 * sizes.rounds, sizes.seed, threads
        )
        for threads in (1, 2)
    )
    return [
        Comparison(
            f"{name}, 2 threads", "ns/element", two[name], "1 thread", ns, 1.8
        )
        for name, ns in one.items()
    ]


def instruction_set_table(sizes: Sizes) -> tables.Table:
    """Returns ns per element on each instruction set that is there."""
    columns, notes = {}, []
    for target in _TARGETS:
        try:
            columns[target] = own_speed.measure_in_process(
                sizes.elements, sizes.rounds, sizes.seed, 1, target
            )
        except own_speed.OwnSpeedError as error:
            notes.append(f"{target} was left out: {error}")
    quantities = next(iter(columns.values()), {})
    return tables.Table(
        "instruction_sets",
        "Nanoseconds per element by instruction set, one core",
        ("quantity", *columns),
        [
            (quantity, *[column[quantity] for column in columns.values()])
            for quantity in quantities
        ],
        notes,
    )
