# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
r"""Sample gradients of four libraries beside the truth, and their times.

Runs TensorFlow Probability and, where they are installed, PyTorch with Pyro and
JAX with NumPyro,

    pip install torch pyro-ppl jax numpyro

in float32, on the same problems: the mean over 20,000 samples of the derivative
of f(z) in one parameter, beside the derivative of E f(z) by mpmath. A cell says

    right       no further from the truth than 6 standard errors
    x for y     the mean is x, the truth y
    NaN n%      of the derivatives are not finite, n of a hundred
    none        a class, but no gradient in this parameter
    no class    neither
    an error    its class

and the table of times has the nanoseconds of a number of a sample with its part
of the gradient, on one core, each sample with a parameter of its own,
log-uniform from 0.1 to 100 (Normal in an interval: to 10; mixture: to 3;
Wishart: from 3). It is the processor's time, which other programs disturb less.
Of TensorFlow and JAX a compiled function is timed, of PyTorch the calls. A time
does not say that the gradient is right.

    python -m experiments.comparison --output_dir=output/comparison
"""

import pathlib
import time
from collections.abc import Sequence

import numpy as np
from absl import app, flags

from experiments import distribution_table
from experiments.common import (
    errors,
    paths,
    program,
    provenance,
    stopwatch,
    tables,
)
from experiments.studies import gradient_methods, peer_samples

__all__ = ["gradient_table", "machine_table", "speed_table", "study"]

_SIZE = 20_000
_PACKAGES = ("torch", "pyro-ppl", "jax", "numpyro")


def gradient_table(size: int = _SIZE) -> tables.Table:
    """Runs all rows in all libraries that are there.

    Args:
        size: Samples.
    """
    found = peer_samples.libraries()
    rows = []
    for row in peer_samples.ROWS:
        for value in row.values:
            cells = [row.name, f"{value:g}"]
            for library in found:
                print(f"{library.name}: {row.name}, {value:g}", flush=True)
                cells.append(_describe(row, library, value, size))
            rows.append(cells)
    columns = ["distribution: f", "at", *[library.name for library in found]]
    return tables.Table(
        "comparison_gradients", "Gradients of samples", columns, rows
    )


def _describe(row, library, value, size):
    make = row.maker(library)
    if make is None:
        return "no class"
    values = np.full(size, value, np.float32)
    truth = distribution_table.derivative(row.expectation, value)
    return distribution_table.answer(
        lambda: library.prepare(library, make, row.loss, values)(), truth
    )


def speed_table(samples: int, rounds: int) -> tables.Table:
    """Times a sample with its gradient, of all libraries in turns.

    Args:
        samples: In a call; of distributions over more than one number so many
            fewer.
        rounds: Repetitions.
    """
    found = peer_samples.libraries()
    rows = []
    for row in peer_samples.ROWS:
        print(f"timing {row.name}", flush=True)
        count = max(samples // row.elements, 1)
        low, high = np.log(row.timed)
        values = np.exp(np.random.default_rng(1).uniform(low, high, count))
        values = values.astype(np.float32)
        functions = {}
        for library in found:
            make = row.maker(library)
            if make is None:
                continue
            function = library.prepare(library, make, row.loss, values)
            if function() is not None:
                functions[library.name] = function
        best = stopwatch.best_seconds(
            functions, rounds, clock=time.process_time
        )
        rows.append(
            [
                row.name,
                *[
                    1e9 * best[library.name] / (count * row.elements)
                    if library.name in best
                    else None
                    for library in found
                ],
            ]
        )
    columns = ["distribution: f", *[library.name for library in found]]
    return tables.Table(
        "comparison_speed", "Sample and gradient, nanoseconds", columns, rows
    )


def machine_table() -> tables.Table:
    """Returns the date, the processor and the versions."""
    found = provenance.surroundings(_PACKAGES)
    for package in _PACKAGES:
        found.setdefault(package, "not installed: its columns are left out")
    rows = [list(item) for item in found.items()]
    return tables.Table("comparison_machine", "Versions", ("", ""), rows)


def study(
    folder: pathlib.Path, overwrite: bool, samples: int, rounds: int
) -> Sequence[tables.Table]:
    """Runs everything, prints it and writes it as CSV.

    Args:
        folder: Where to.
        overwrite: Whether to replace what is there.
        samples: In a call that is timed.
        rounds: Repetitions of each timing.

    Raises:
        errors.FolderInUseError: `folder` holds results, and `overwrite` is not
            set.
    """
    if not overwrite and any(folder.glob("comparison_*.csv")):
        raise errors.FolderInUseError(
            f"--output_dir={folder} holds results: choose another, or give "
            "--overwrite to replace them"
        )
    with errors.writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    result = [gradient_table(), speed_table(samples, rounds), machine_table()]
    for table in result:
        print(f"\n{table.markdown()}", flush=True)
        with errors.writing(folder):
            table.write_csv(folder)
    return result


_OUTPUT_DIR = flags.DEFINE_string(
    "output_dir", "output/comparison", "Folder for the tables, as CSV."
)
_OVERWRITE = flags.DEFINE_boolean(
    "overwrite", False, "Replace the results that --output_dir holds."
)
_SAMPLES = flags.DEFINE_integer(
    "samples", 100_000, "Numbers in a call that is timed.", lower_bound=1
)
_ROUNDS = flags.DEFINE_integer(
    "rounds", 15, "Repetitions of each timing.", lower_bound=1
)


def main(argv: list[str]) -> None:
    """Runs the comparison as the flags say."""
    if len(argv) > 1:
        raise app.UsageError(f"unexpected arguments: {argv[1:]}")
    stopwatch.use_threads(1)
    torch = gradient_methods.optional_module("torch")
    if torch is not None:
        torch.set_num_threads(1)
    with program.exits_with_message():
        study(
            paths.user_path(_OUTPUT_DIR.value),
            _OVERWRITE.value,
            _SAMPLES.value,
            _ROUNDS.value,
        )


if __name__ == "__main__":
    app.run(main)
