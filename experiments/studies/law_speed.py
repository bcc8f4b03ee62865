# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""The speed of divergences and densities, beside TFP's.

A variational objective wants the value and its gradient in every parameter, as
`kl_divergence` and `log_prob` of the distributions deliver them in a graph.
"""

import functools
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf
import tensorflow_probability as tfp

import tf_implicit as tfi
from experiments.common import stopwatch
from experiments.studies import speed_tables

__all__ = ["comparisons"]


class _Quantity(NamedTuple):
    """What is compared.

    Attributes:
        name: In the table.
        function: Of the module of distributions and the arguments.
        ranges: Ends of the log-uniform law of each argument.
        bars: The least ratio by dtype.
    """

    name: str
    function: Callable[..., tf.Tensor]
    ranges: tuple[tuple[float, float], ...]
    bars: dict[str, float]


def _gamma_divergence(library: Any, a1, b1, a2, b2) -> tf.Tensor:
    return library.kl_divergence(library.Gamma(a1, b1), library.Gamma(a2, b2))


def _gamma_log_prob(library: Any, a, b, z) -> tf.Tensor:
    return library.Gamma(a, b).log_prob(z)


def _inverse_gamma_log_prob(library: Any, a, b, z) -> tf.Tensor:
    return library.InverseGamma(a, b).log_prob(z)


_RANGE = (0.1, 100.0)
_QUANTITIES = (
    _Quantity(
        "Gamma, divergence",
        _gamma_divergence,
        (_RANGE,) * 4,
        {"float32": 15, "float64": 8},
    ),
    _Quantity(
        "Gamma, log density",
        _gamma_log_prob,
        (_RANGE,) * 3,
        {"float32": 3, "float64": 3},
    ),
    _Quantity(
        "InverseGamma, log density",
        _inverse_gamma_log_prob,
        (_RANGE,) * 3,
        {"float32": 3, "float64": 3},
    ),
)


def _value_and_gradient(function: Callable, library: Any) -> Callable:
    def evaluate(*arguments):
        with tf.GradientTape() as tape:
            tape.watch(arguments)
            y = function(library, *arguments)
        return y, tape.gradient(y, arguments)

    return tf.function(evaluate)


def comparisons(
    sizes: speed_tables.Sizes,
) -> list[speed_tables.Comparison]:
    """Returns the times with gradient beside TFP's, for each dtype."""
    result = []
    rng = np.random.default_rng(sizes.seed)
    for quantity in _QUANTITIES:
        for dtype, bar in quantity.bars.items():
            arguments = [
                tf.constant(
                    np.exp(rng.uniform(*np.log(ends), sizes.elements)), dtype
                )
                for ends in quantity.ranges
            ]
            best = stopwatch.best_seconds(
                {
                    name: functools.partial(
                        _value_and_gradient(quantity.function, library),
                        *arguments,
                    )
                    for name, library in (
                        ("ours", tfi.distributions),
                        ("theirs", tfp.distributions),
                    )
                },
                sizes.rounds,
                1,
            )
            scale = 1e9 / sizes.elements
            result.append(
                speed_tables.Comparison(
                    f"{quantity.name} and gradient, {dtype}",
                    "ns/element",
                    scale * best["ours"],
                    "TFP",
                    scale * best["theirs"],
                    bar,
                )
            )
    return result
