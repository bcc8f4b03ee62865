# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Pictures of the accuracy study: errors over the domain, cost per decade."""

import pathlib
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import matplotlib.figure
import numpy as np

__all__ = ["ErrorMap", "plot_cost", "plot_errors"]

# An error of 0 is drawn as this power of 10, one of 100% or more as 0.
_SMALLEST = -17


class ErrorMap(NamedTuple):
    """Relative errors of one method.

    Attributes:
        title: Method and dtype.
        alpha: `[alphas]`.
        quantile: `[quantiles]`, in standard deviations of a Normal.
        error: `[alphas, quantiles]`; NaN where the sample underflows, infinite
            where the method's result is not finite.
    """

    title: str
    alpha: np.ndarray
    quantile: np.ndarray
    error: np.ndarray


def plot_errors(maps: Sequence[ErrorMap], path: pathlib.Path) -> None:
    """Draws log10 of relative errors, two maps in a row.

    Args:
        maps: An even number.
        path: The picture to write; its ending chooses the format.
    """
    rows = len(maps) // 2
    figure = matplotlib.figure.Figure(
        figsize=(10, 0.6 + 3.2 * rows), layout="constrained"
    )
    axes = figure.subplots(
        rows, 2, sharex=True, sharey=True, squeeze=False
    ).ravel()
    for axis, errors in zip(axes, maps, strict=True):
        with np.errstate(divide="ignore"):
            logarithm = np.log10(errors.error)
        mesh = axis.pcolormesh(
            np.log10(errors.alpha.astype(np.float64)),
            errors.quantile,
            np.clip(logarithm, _SMALLEST, 0).T,
            vmin=_SMALLEST,
            vmax=0,
            cmap="turbo",
            shading="nearest",
        )
        axis.set(title=errors.title, facecolor="lightgrey")
    for axis in axes[-2:]:
        axis.set_xlabel("log10 alpha")
    for axis in axes[::2]:
        axis.set_ylabel("quantile (Normal deviations)")
    figure.colorbar(mesh, ax=list(axes), label="log10 relative error")
    figure.savefig(path, dpi=120)


def plot_cost(
    exponents: range,
    curves: Mapping[str, Mapping[str, Sequence[float]]],
    path: pathlib.Path,
) -> None:
    """Draws nanoseconds per element over the decades of the parameter.

    Args:
        exponents: Decimal exponents of the decades.
        curves: For each panel's title the curves by name.
        path: The picture to write; its ending chooses the format.
    """
    figure = matplotlib.figure.Figure(
        figsize=(5 * len(curves), 4), layout="constrained"
    )
    axes = figure.subplots(1, len(curves), sharey=True, squeeze=False)[0]
    for axis, (title, lines) in zip(axes, curves.items(), strict=True):
        for name, values in lines.items():
            axis.plot(exponents, values, ".-", label=name)
        axis.set(title=title, xlabel="log10 of the parameter", yscale="log")
        axis.grid(alpha=0.3)
        axis.legend(fontsize="small")
    axes[0].set_ylabel("ns per element, one core")
    figure.savefig(path, dpi=120)
