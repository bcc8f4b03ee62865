# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Errors of a quantity in each library at the rows of its reference table."""

import functools
import math
import pathlib
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf

from experiments.studies import gradient_methods
from experiments.studies.law_quantity import COLUMNS, Quantity
from tests.reference import reference

__all__ = ["Error", "measure", "prepare", "scale", "slope_scale"]


_FOLDER = pathlib.Path(reference.__file__).parent


class Error(NamedTuple):
    """The errors of one library at all points.

    Attributes:
        worst: The largest, in eps of its scale, of the finite results.
        bad: How many results are not finite.
    """

    worst: float
    bad: int

    def __str__(self) -> str:
        """The worst, and how many results are no numbers."""
        text = f"{self.worst:.3g}"
        return f"{text}, {self.bad} bad" if self.bad else text


class _Points(NamedTuple):
    """Rows of a table that can be evaluated at once.

    Attributes:
        arguments: Of the function.
        value: The truth.
        slopes: Its derivatives in the arguments, or empty.
        terms: What the errors of the derivatives times their arguments are
            relative to.
        scale: What the error of the value is relative to.
    """

    arguments: list[np.ndarray]
    value: np.ndarray
    slopes: list[np.ndarray]
    terms: np.ndarray | None
    scale: np.ndarray


def prepare(library: str, function, arguments, gradient: bool) -> Callable:
    """Returns a function that computes the value and maybe the gradient."""
    if library == "SciPy":
        return lambda: (function(*arguments), ())
    if library == "PyTorch":
        torch = gradient_methods.optional_module("torch")
        tensors = [
            torch.from_numpy(x).requires_grad_(gradient) for x in arguments
        ]

        def evaluate():
            y = function(*tensors)
            if not gradient:
                return y, ()
            slopes = torch.autograd.grad(y.sum(), tensors, allow_unused=True)
            return y.detach(), slopes

        return evaluate

    def compute(*tensors):
        if not gradient:
            return function(*tensors), ()
        with tf.GradientTape() as tape:
            tape.watch(tensors)
            y = function(*tensors)
        return y, tape.gradient(y, tensors)

    # Arguments of the graph: constants would be folded.
    tensors = [tf.constant(x) for x in arguments]
    return functools.partial(tf.function(compute), *tensors)


def measure(
    quantity: Quantity, dtype: str, libraries: Collection[str] = COLUMNS
) -> tuple[int, dict[str, Error], dict[str, Error]]:
    """Measures libraries at the rows of the reference table.

    Returns:
        Number of points, errors of the value and of the gradient (empty
        where the table has none) by library. The gradient's error is that of
        the derivatives in the logarithms of the arguments, relative to the
        largest of them at the point.
    """
    points = list(_load(quantity, dtype))
    values, gradients = {}, {}
    for library, function in quantity.functions.items():
        if library not in libraries:
            continue
        errors, slope_errors = [], []
        for group in points:
            arguments = [x.astype(dtype) for x in group.arguments]
            ready = prepare(library, function, arguments, bool(quantity.slopes))
            with np.errstate(all="ignore"):
                y, slopes = ready()
            error = np.abs(_wide(y) - group.value) / group.scale
            errors.append(error / np.finfo(dtype).eps)
            slopes = [g for g in map(_wide, slopes) if g is not None]
            if group.slopes and len(slopes) == len(group.slopes):
                slope_errors.append(_slope_errors(group, slopes, dtype))
        values[library] = _summary(errors)
        if slope_errors:
            gradients[library] = _summary(slope_errors)
    count = sum(len(group.value) for group in points)
    return count, values, gradients


def _wide(x: Any) -> np.ndarray | None:
    return None if x is None else np.asarray(x).astype(np.float64)


def _load(quantity: Quantity, dtype: str) -> Iterator[_Points]:
    """Yields the rows that are numbers of the dtype, of one width each."""
    names = [quantity.table]
    more = f"{quantity.table}_float64"
    if dtype == "float64" and (_FOLDER / f"{more}.csv").exists():
        names.append(more)
    limits = np.finfo(dtype)
    for name in names:
        table = reference.load(name)
        inputs = [_column(table, n) for n in quantity.inputs]
        slopes = [_column(table, n) for n in quantity.slopes]
        value = table[quantity.value]
        fits = (np.abs(value) > limits.tiny) & (np.abs(value) < limits.max)
        if quantity.density:
            p = inputs[quantity.inputs.index("lower")]
            fits &= (p > limits.tiny) & (p <= 0.5)
        sizes = scale(quantity, table, inputs, slopes)
        # Rows of a Dirichlet distribution end in zeros.
        first = inputs[0]
        widths = np.sum(first != 0, axis=-1) if first.ndim > 1 else fits + 0
        for width in np.unique(widths[fits]):
            rows = fits & (widths == width)

            def part(x, rows=rows, width=width):
                return x[rows, :width] if x.ndim > 1 else x[rows]

            arguments = [part(x) for x in inputs]
            derivatives = [part(x) for x in slopes]
            yield _Points(
                arguments,
                value[rows],
                derivatives,
                slope_scale(quantity, arguments, derivatives),
                sizes[rows],
            )


def scale(quantity, table, inputs, slopes) -> np.ndarray:
    """What the error of the value is relative to, by `Quantity.scale`."""
    value = table[quantity.value]
    scale = np.abs(value)
    if quantity.density:
        # What an eps of the probability makes of the quantile.
        p = inputs[quantity.inputs.index("lower")]
        with np.errstate(all="ignore"):
            return np.fmax(scale, p / quantity.density(table))
    if quantity.scale != "value":
        scale = np.maximum(scale, 1)
    if quantity.scale == "argument":
        for x, d in zip(inputs, slopes, strict=True):
            condition = np.abs(x * d)
            if condition.ndim > 1:
                condition = condition.max(axis=-1)
            scale = np.fmax(scale, condition)
    return scale


def _column(table: dict[str, np.ndarray], name: str) -> np.ndarray:
    """A column, or those that a name with `*` stands for, side by side."""
    if not name.endswith("*"):
        return table[name]
    stem = name[:-1]
    found = [k for k in table if k[: len(stem)] == stem and k[-1].isdigit()]
    return np.stack([table[k] for k in found if k[len(stem) :].isdigit()], -1)


def slope_scale(quantity, inputs, slopes) -> np.ndarray | None:
    """What the error of the gradient is relative to, by `Quantity.terms`."""
    if not slopes:
        return None
    sizes = [
        np.abs(x * d).reshape(len(x), -1)
        for x, d in zip(inputs, slopes, strict=True)
    ]
    largest = np.concatenate(sizes, axis=-1).max(axis=-1)
    if quantity.terms:
        largest = np.maximum(largest, quantity.terms(*inputs))
    return largest


def _slope_errors(group, slopes: Sequence[np.ndarray], dtype) -> np.ndarray:
    limits = np.finfo(dtype)
    errors, overflows = [], []
    for x, d, g in zip(group.arguments, group.slopes, slopes, strict=True):
        errors.append(np.abs(x * (g - d)).reshape(len(x), -1))
        overflows.append((np.abs(d) >= limits.max).reshape(len(x), -1))
    worst = np.concatenate(errors, axis=-1).max(axis=-1)
    beyond = np.concatenate(overflows, axis=-1).any(axis=-1)
    there = (group.terms > limits.tiny) & ~beyond
    return worst[there] / (group.terms[there] * limits.eps)


def _summary(parts: list[np.ndarray]) -> Error:
    errors = np.concatenate(parts)
    finite = np.isfinite(errors)
    worst = float(errors[finite].max()) if finite.any() else math.nan
    return Error(worst, int(np.count_nonzero(~finite)))
