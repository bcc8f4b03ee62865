# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Errors and times of functions, densities, entropies and divergences.

A variational objective wants the value and its gradient in every parameter, as
`kl_divergence` and `log_prob` of the distributions deliver them in a graph.
"""

import time
from collections.abc import Callable, Iterable

import numpy as np

from experiments.common import stopwatch, tables
from experiments.studies import (
    law_densities,
    law_errors,
    law_functions,
    speed_tables,
)
from experiments.studies.law_quantity import COLUMNS, Quantity

__all__ = ["NOTES", "QUANTITIES", "TITLE", "measure_times", "table"]

QUANTITIES = (*law_functions.QUANTITIES, *law_densities.QUANTITIES)

_DTYPES = ("float32", "float64")

TITLE = "Functions, densities, entropies and divergences: errors and times"
NOTES = (
    "eps: the largest error at the rows of a table of tests/reference, whose "
    "truths have 22 digits, in units of the dtype's eps, 1.2e-7 or 2.2e-16; "
    '"3 bad": three more results are not finite. It is relative to the value; '
    "for an entropy to max(1, |value|); for a log density to that and to what "
    "the rounding of an argument makes; for a quantile to the value or to what "
    "an eps of the probability makes. The tables hold shapes from 1e-6 to "
    "1e10 and tails of all sizes.",
    "gradient: the largest error of a derivative in the logarithm of an "
    "argument, relative to the largest such derivative of the point, or to the "
    "terms that they are sums of (Beta, Dirichlet).",
    "ns: nanoseconds an element (Dirichlet, 50 components: a component), on "
    "one core, in turns; for densities, entropies and divergences with the "
    "gradient, but of SciPy, for the others of the value. Arguments are "
    "log-uniform from 0.1 to 100, samples drawn. An error of a logarithm, and "
    "its time, is for peers that of log(function).",
)


def table(
    sizes: speed_tables.Sizes,
    clock: Callable[[], float] = time.perf_counter,
) -> tables.Table:
    """Measures all of it.

    Args:
        sizes: How much.
        clock: What to measure, as of `stopwatch.best_seconds`.
    """
    return tables.Table(
        "laws",
        TITLE,
        (
            "law",
            "quantity",
            "dtype",
            "points",
            *[f"{name}, eps" for name in COLUMNS],
            *[f"{name}, ns" for name in COLUMNS],
            "TFP / ours",
            "bar",
            "verdict",
        ),
        [
            row
            for quantity in QUANTITIES
            for dtype in _DTYPES
            for row in _rows(quantity, dtype, sizes, clock)
        ],
        NOTES,
    )


def measure_times(
    quantity: Quantity,
    dtype: str,
    sizes: speed_tables.Sizes,
    clock: Callable[[], float] = time.perf_counter,
) -> dict[str, float]:
    """Returns nanoseconds an element by library, of all in turns."""
    rng = np.random.default_rng(sizes.seed)
    arguments = [
        x.astype(dtype) for x in quantity.elements(rng, sizes.elements)
    ]
    functions, elements = {}, {}
    for library, function in quantity.functions.items():
        part = [x[: quantity.batch.get(library)] for x in arguments]
        # SciPy has values only.
        gradient = quantity.gradient and library != "SciPy"
        functions[library] = law_errors.prepare(
            library, function, part, gradient
        )
        elements[library] = part[0].size
    best = stopwatch.best_seconds(functions, sizes.rounds, clock=clock)
    return {name: 1e9 * best[name] / elements[name] for name in best}


def _rows(quantity, dtype, sizes, clock) -> Iterable[list]:
    points, values, gradients = law_errors.measure(quantity, dtype)
    times = measure_times(quantity, dtype, sizes, clock)
    ratio = times["TFP"] / times["ours"] if "TFP" in times else None
    bar = quantity.bars.get(dtype)
    verdict = None
    if bar is not None:
        verdict = "met" if ratio >= bar else "MISSED"
    yield [
        quantity.law,
        quantity.name,
        dtype,
        points,
        *_cells(values),
        *[times.get(name) for name in COLUMNS],
        ratio,
        bar,
        verdict,
    ]
    if gradients:
        nothing = [None] * (len(COLUMNS) + 3)
        yield [
            quantity.law,
            f"{quantity.name}, gradient",
            dtype,
            points,
            *_cells(gradients),
            *nothing,
        ]


def _cells(errors: dict[str, law_errors.Error]) -> list[str | None]:
    return [str(errors[k]) if k in errors else None for k in COLUMNS]
