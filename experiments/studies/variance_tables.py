# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tables and the picture of what experiments.cross_entropy measures."""

import pathlib
from collections.abc import Sequence
from typing import NamedTuple

import matplotlib.figure

from experiments.common import tables
from experiments.studies import plots

__all__ = ["Measurement", "plot", "ratio_table", "summary_table"]

_TITLES = {
    "beta": "Beta",
    "dirichlet": "Dirichlet, 100 dimensions",
    "von_mises": "Von Mises, 10 dimensions",
}


class Measurement(NamedTuple):
    """What one estimator does at one phi; times are per sample.

    Attributes:
        problem: Its name.
        estimator: Its name.
        phi: The parameter.
        optimum: Where q is p.
        variance: Mean squared distance to the analytic gradient.
        variance_error: Its standard error.
        bias: Mean less the analytic gradient.
        bias_error: Its standard error.
        seconds: Time of a sample with its gradient.
    """

    problem: str
    estimator: str
    phi: float
    optimum: float
    variance: float
    variance_error: float
    bias: float
    bias_error: float
    seconds: float


def ratio_table(
    problem: str, quantity: str, measurements: Sequence[Measurement]
) -> tables.Table:
    """Returns a quantity of the first estimator, and the others' ratios to it.

    Args:
        problem: Name of the problem.
        quantity: "variance" or "seconds".
        measurements: Those of the problem are taken.
    """
    by_phi = _by_phi(problem, measurements)
    first, *others = next(iter(by_phi.values()))
    rows = []
    for phi, own in by_phi.items():
        value = {name: getattr(m, quantity) for name, m in own.items()}
        ratios = [f"{value[name] / value[first]:.2f}" for name in others]
        rows.append([phi, value[first], *ratios])
    return tables.Table(
        f"{problem}_{quantity}",
        f"{problem}: {quantity} of {first}, and ratios to it",
        ["phi", first, *others],
        rows,
    )


def summary_table(measurements: Sequence[Measurement]) -> tables.Table:
    """Returns the ranges over phi of the ratios, errors and biases."""
    rows = []
    for problem in dict.fromkeys(m.problem for m in measurements):
        by_phi = _by_phi(problem, measurements)
        first, *others = next(iter(by_phi.values()))
        for name in (first, *others):
            own = [estimators[name] for estimators in by_phi.values()]
            references = [estimators[first] for estimators in by_phi.values()]
            rows.append(
                [
                    problem,
                    name,
                    _range(
                        m.variance / r.variance
                        for m, r in zip(own, references, strict=True)
                    ),
                    _range(100 * m.variance_error / m.variance for m in own),
                    _range(
                        m.seconds / r.seconds
                        for m, r in zip(own, references, strict=True)
                    ),
                    f"{max(abs(m.bias / m.bias_error) for m in own):.1f}",
                ]
            )
    return tables.Table(
        "cross_entropy_summary",
        "Ranges over phi",
        [
            "problem",
            "estimator",
            "variance, ratio",
            "its standard error, %",
            "time, ratio",
            "largest bias, standard errors",
        ],
        rows,
    )


def plot(
    measurements: Sequence[Measurement],
    path: pathlib.Path,
    description: str = "",
) -> None:
    """Draws Figure 1: variances above, times below, a column for each problem.

    Args:
        measurements: Of one or more problems.
        path: The picture to write; its ending chooses the format.
        description: Text to keep in the file, which must be PNG then.
    """
    problems = list(dict.fromkeys(m.problem for m in measurements))
    figure = matplotlib.figure.Figure(
        figsize=(4.5 * len(problems), 6.5), layout="constrained"
    )
    columns = figure.subplots(2, len(problems), squeeze=False).T
    for axes, problem in zip(columns, problems, strict=True):
        own = [m for m in measurements if m.problem == problem]
        for estimator in dict.fromkeys(m.estimator for m in own):
            line = [m for m in own if m.estimator == estimator]
            phi = [m.phi for m in line]
            axes[0].plot(phi, [m.variance for m in line], ".-", label=estimator)
            axes[1].plot(
                phi, [m.seconds * 1e6 for m in line], ".-", label=estimator
            )
        for axis in axes:
            axis.axvline(own[0].optimum, color="grey", linestyle=":")
            axis.set(yscale="log", xlabel="phi")
            axis.grid(alpha=0.3)
        axes[0].set(title=_TITLES[problem], ylabel="variance of the gradient")
        axes[1].set(ylabel="microseconds per sample, one core")
        axes[0].legend(fontsize="x-small", framealpha=0.5)
    plots.save(figure, path, description)


def _by_phi(problem, measurements) -> dict[float, dict[str, Measurement]]:
    """Returns the problem's measurements by phi and estimator."""
    found: dict[float, dict[str, Measurement]] = {}
    for m in measurements:
        if m.problem == problem:
            found.setdefault(m.phi, {})[m.estimator] = m
    return found


def _range(values) -> str:
    values = list(values)
    low, high = tables.cell(min(values)), tables.cell(max(values))
    return low if low == high else f"{low} to {high}"
