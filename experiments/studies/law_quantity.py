# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""What the accuracy study compares of distributions, and in which libraries."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import tensorflow_probability as tfp

import tf_implicit as tfi
from experiments.studies import gradient_methods

__all__ = [
    "COLUMNS",
    "SHAPE",
    "SLOW",
    "Quantity",
    "beta_points",
    "classes",
    "gamma_points",
    "student_points",
    "torch_entry",
    "uniform",
    "zeros",
]

# The libraries in the order of the columns. "TFP" is TensorFlow where the
# function is its own.
COLUMNS = ("ours", "TFP", "PyTorch", "SciPy")

# Elements in a call, where a whole one would take a minute.
SLOW = 20_000

# Where times are measured: a concentration's ends.
SHAPE = (0.1, 100.0)


class Quantity(NamedTuple):
    """What is compared.

    Attributes:
        law: The distribution, or "".
        name: Of the quantity.
        functions: "ours" and others of `COLUMNS` -> function of the library's
            tensors.
        table: Of tests/reference, whose rows are all the points.
        inputs: The table's columns that are the arguments. A name that ends
            in `*` stands for the columns of a row, an argument's last axis.
        value: Its column that is the truth.
        elements: Makes arguments of which the time is measured, float64, from
            a generator and a number.
        scale: What an error is relative to: "value", "unit", which is
            max(1, |value|), or "argument", which is that and every argument
            times the derivative in it, what its rounding makes.
        slopes: The table's columns that are the derivatives, one for each
            argument, if any.
        gradient: Whether the time is that of value and gradient.
        density: Of a quantile, function of the table that returns the density
            at the value. The error is relative to the value or to what an
            eps of the probability makes, whichever is more.
        bars: The least ratio of times, TFP's by ours, by dtype.
        terms: Function of the arguments that returns the size of terms that the
            derivatives, times their arguments, are sums of. The gradient's
            error is relative to them where they are larger than the largest
            derivative times its argument.
        batch: Elements in a call of a peer, if not all.
    """

    law: str
    name: str
    functions: Mapping[str, Callable[..., Any]]
    table: str
    inputs: Sequence[str]
    value: str
    elements: Callable[[np.random.Generator, int], Sequence[np.ndarray]]
    scale: str = "value"
    slopes: Sequence[str] = ()
    gradient: bool = False
    density: Callable[[Mapping[str, np.ndarray]], np.ndarray] | None = None
    terms: Callable[..., np.ndarray] | None = None
    bars: Mapping[str, float] = {}
    batch: Mapping[str, int] = {}


def torch_entry(function: Callable[..., Any]) -> dict[str, Callable[..., Any]]:
    """Returns the entry of PyTorch: its function takes the module, too."""
    torch = gradient_methods.optional_module("torch")
    if torch is None:
        return {}
    return {"PyTorch": lambda *arguments: function(torch, *arguments)}


def classes(
    method: Callable[..., Any], torch: Callable[..., Any] | None = None
) -> dict[str, Callable[..., Any]]:
    """Returns entries of a function that takes a module of distributions first.

    Args:
        method: Takes the module and the arguments.
        torch: The same of `torch.distributions`, whose names differ.
    """
    functions = {
        "ours": lambda *arguments: method(tfi.distributions, *arguments),
        "TFP": lambda *arguments: method(tfp.distributions, *arguments),
    }
    if torch is None:
        return functions
    return functions | torch_entry(lambda t, *x: torch(t.distributions, *x))


def uniform(*ends: tuple[float, float]) -> Callable[..., Any]:
    """Returns log-uniform arguments between their ends."""
    return lambda rng, n: [np.exp(rng.uniform(*np.log(e), n)) for e in ends]


def gamma_points(rng, n):
    """Returns concentrations and samples."""
    (a,) = uniform(SHAPE)(rng, n)
    return a, np.maximum(rng.gamma(a), 1e-30)


def beta_points(rng, n):
    """Returns both concentrations and samples."""
    a, b = uniform(SHAPE, SHAPE)(rng, n)
    return a, b, np.clip(rng.beta(a, b), 1e-30, 1 - 1e-6)


def student_points(rng, n):
    """Returns degrees of freedom and samples."""
    (df,) = uniform((0.5, 100.0))(rng, n)
    return df, rng.standard_t(df)


def zeros(x):
    """Returns zeros like x, of the library of x."""
    return 0.0 * x
