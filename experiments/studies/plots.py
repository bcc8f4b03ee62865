# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Pictures of the accuracy study: errors over the domain, cost per decade."""

import pathlib

import matplotlib.figure
import numpy as np
import PIL.Image

from experiments.common import tables

__all__ = ["description", "plot_cost", "plot_errors", "save"]

# An error of 0 is drawn as this power of 10, one of 100% or more as 0.
_SMALLEST = -17


def save(
    figure: matplotlib.figure.Figure, path: pathlib.Path, description: str
) -> None:
    """Writes a picture.

    Args:
        figure: The picture.
        path: The file to write; its ending chooses the format.
        description: Text to keep in the file, which must be PNG then; "" for
            none.
    """
    metadata = {"Description": description} if description else None
    figure.savefig(path, dpi=120, metadata=metadata)


def description(path: pathlib.Path) -> str:
    """Returns the text that `save` kept in a picture, "" if there is none."""
    with PIL.Image.open(path) as picture:
        return picture.info.get("Description", "")


def plot_errors(
    points: tables.Table, path: pathlib.Path, description: str = ""
) -> None:
    """Draws log10 of relative errors, two maps in a row.

    Args:
        points: Columns "dtype", "alpha", "quantile" (in standard deviations of
            a Normal), "sample", "truth", and one with the errors of each
            method, infinite where a result is not finite. A place without a
            row has a sample that underflows.
        path: As in `save`.
        description: As in `save`.
    """
    methods = points.columns[5:]
    dtypes = list(dict.fromkeys(row[0] for row in points.rows))
    figure = matplotlib.figure.Figure(
        figsize=(5 * len(methods), 0.6 + 3.2 * len(dtypes)),
        layout="constrained",
    )
    axes = figure.subplots(
        len(dtypes), len(methods), sharex=True, sharey=True, squeeze=False
    )
    for line, dtype in zip(axes, dtypes, strict=True):
        own = [row[1:] for row in points.rows if row[0] == dtype]
        alpha, quantile, _, _, *errors = np.array(own, np.float64).T
        alphas, i = np.unique(alpha, return_inverse=True)
        quantiles, j = np.unique(quantile, return_inverse=True)
        for axis, method, values in zip(line, methods, errors, strict=True):
            on_map = np.full([len(alphas), len(quantiles)], np.nan)
            on_map[i, j] = values
            with np.errstate(divide="ignore"):
                logarithm = np.log10(on_map)
            mesh = axis.pcolormesh(
                np.log10(alphas),
                quantiles,
                np.clip(logarithm, _SMALLEST, 0).T,
                vmin=_SMALLEST,
                vmax=0,
                cmap="turbo",
                shading="nearest",
            )
            axis.set(title=f"{method}, {dtype}", facecolor="lightgrey")
    for axis in axes[-1]:
        axis.set_xlabel("log10 alpha")
    for axis in axes[:, 0]:
        axis.set_ylabel("quantile (Normal deviations)")
    figure.colorbar(mesh, ax=list(axes.ravel()), label="log10 relative error")
    save(figure, path, description)


def plot_cost(
    cost: tables.Table, path: pathlib.Path, description: str = ""
) -> None:
    """Draws nanoseconds per element over the decades of the parameter.

    Args:
        cost: Columns "family", "dtype", "method", and one for each decade,
            named 1e-6 and the like.
        path: As in `save`.
        description: As in `save`.
    """
    exponents = [int(name.removeprefix("1e")) for name in cost.columns[3:]]
    panels = list(dict.fromkeys(tuple(row[:2]) for row in cost.rows))
    figure = matplotlib.figure.Figure(
        figsize=(5 * len(panels), 4), layout="constrained"
    )
    axes = figure.subplots(1, len(panels), sharey=True, squeeze=False)[0]
    for axis, panel in zip(axes, panels, strict=True):
        for family, dtype, method, *curve in cost.rows:
            if (family, dtype) == panel:
                axis.plot(exponents, curve, ".-", label=method)
        axis.set(
            title=", ".join(panel),
            xlabel="log10 of the parameter",
            yscale="log",
        )
        axis.grid(alpha=0.3)
        axis.legend(fontsize="small")
    axes[0].set_ylabel("ns per element, one core")
    save(figure, path, description)
