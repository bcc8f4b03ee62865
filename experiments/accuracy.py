# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
r"""Accuracy and speed of reparameterization gradients (section 4.1, Table 2).

    python -m experiments.accuracy

takes about ten minutes on one idle core, --quick less than one. It writes into
--output_dir, as CSV, PNG and one Markdown file (results.md); tables.csv says
when, on what and with which versions each table was measured:

table2    Table 2 of the paper, its numbers beside the measured ones: for
          Gamma (alpha from 1e-2 to 1e3) and von Mises (kappa from 1e-2 to 10),
          1000 samples of each parameter. The error is the mean over all
          samples of |derivative - truth|, where the truth is an integral
          computed in 36 digits at the very sample
          (studies/true_gradients.py); the time is per element of a call on
          200,000 shuffled elements. For the methods see
          studies/gradient_methods.py.
speed     The same times beside the bars that this project sets itself, more
          of them, and small calls.
targets   Each instruction set that the library was built with
          (TF_IMPLICIT_CPU_TARGETS=all make bench: all that the processor has),
          and two threads beside one.
samplers  The samplers, alone and with their gradient, likewise.
laws      Special functions, distribution functions, quantiles, densities,
          entropies and divergences: the largest error over the whole domain
          (tests/reference) and the time, with the gradient, beside
          TensorFlow, TFP, PyTorch and SciPy.
cost      Time per element for each decade of the parameter.
map       Relative error over the whole domain of alpha and the quantiles from
          1e-12 to 1 - 1e-12, ours beside TensorFlow's.

All times are the best of several rounds in which ours and the peers take
turns on one core. True values are kept in --cache_dir; deleting it costs
the time to compute them again (a few minutes).

TensorFlow and TFP are there anyway. PyTorch and JAX are optional: what they
would have shown is left out with a note. To have them:

    pip install torch jax

References:
    Figurnov, Mohamed and Mnih (2018), "Implicit reparameterization
    gradients", section 4.1 and Appendix C.
"""

import dataclasses
import functools
import pathlib
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from absl import app, flags

from experiments.common import (
    config_flags,
    errors,
    paths,
    program,
    provenance,
    results,
    run_folder,
    stopwatch,
    study_tables,
    tables,
)
from experiments.studies import (
    gradient_methods,
    inputs,
    law_speed,
    own_speed,
    plots,
    speed_tables,
    true_gradients,
)

__all__ = ["Config", "config_from_flags", "define_flags", "study"]

_field = config_flags.field

_TABLES = ("table2", "speed", "targets", "samplers", "laws", "cost", "map")
_DTYPES = ("float32", "float64")

# Table 2: mean absolute error and seconds per element.
_PAPER = {
    "gamma": {
        ("automatic differentiation", "float32"): (2.3e-6, 1.9e-8),
        ("finite differences", "float32"): (1.9e-3, 3.8e-8),
        ("Jankowiak and Obermeyer (PyTorch)", "float32"): (4.1e-5, 9.0e-8),
        ("automatic differentiation", "float64"): (5.4e-13, 3.2e-8),
        ("finite differences", "float64"): (3.2e-9, 7.1e-8),
        ("Knowles", "float64"): (6.5e-3, 1.2e-6),
    },
    "von_mises": {
        ("automatic differentiation", "float32"): (1.9e-7, 3.1e-8),
        ("finite differences", "float32"): (9.6e-5, 3.8e-8),
        ("automatic differentiation", "float64"): (1.3e-13, 3.7e-8),
        ("finite differences", "float64"): (1.1e-10, 5.9e-8),
    },
}

_METHODS = {
    "gamma": gradient_methods.gamma_methods,
    "von_mises": gradient_methods.von_mises_methods,
}

_EXPONENTS = range(-6, 10)

# Load average above which timings are not to be trusted; starting the study
# makes some load itself.
_IDLE = 0.7

# All that a study may write besides config.json.
_OUTPUTS = (
    "cost.csv",
    "cost.png",
    "flatness.csv",
    "instruction_sets.csv",
    "laws.csv",
    "map.csv",
    "map.png",
    "map_points.csv",
    "results.md",
    "samplers.csv",
    "speed.csv",
    "table2.csv",
    study_tables.INDEX,
    "threads.csv",
)

# What --quick changes.
_QUICK = {
    "decade_elements": 5_000,
    "elements": 20_000,
    "map_density": 1,
    "rounds": 3,
    "samples": 25,
}


@dataclasses.dataclass(frozen=True)
class Config:
    """Everything that a run depends on; each field is a flag of that name."""

    output_dir: str = _field(
        "output/accuracy", "Folder for tables and pictures."
    )
    cache_dir: str = _field(
        "output/true_gradients", "Folder where true values are kept."
    )
    overwrite: bool = _field(
        False, "Replace the results that --output_dir holds."
    )
    seed: int = _field(0, "Seed of all samples.", lower=0)
    tables: tuple[str, ...] = _field(
        _TABLES, "What to measure.", choices=_TABLES
    )
    samples: int = _field(
        1000, "Samples of each parameter whose error is measured.", lower=1
    )
    elements: int = _field(
        200_000, "Elements in a call that is timed.", lower=1
    )
    decade_elements: int = _field(
        50_000, "Elements in a call of the cost per decade.", lower=1
    )
    rounds: int = _field(15, "Repetitions of each timing.", lower=1)
    processor_time: bool = _field(
        False,
        "Measure the processor's time in the table laws, which other programs "
        "disturb less.",
    )
    map_density: int = _field(
        2,
        "Points of the map in each decade of alpha and in each standard "
        "deviation.",
        lower=1,
    )


def define_flags(values: flags.FlagValues = flags.FLAGS) -> None:
    """Defines one flag for each field of `Config`, and --quick."""
    config_flags.define(Config, values)
    config_flags.define_quick(_QUICK, values)


def config_from_flags(values: flags.FlagValues) -> Config:
    """Returns the configuration that the command line asks for."""
    settings = config_flags.settings(
        Config, values, _QUICK if values.quick else {}
    )
    for folder in ("output_dir", "cache_dir"):
        settings[folder] = str(paths.user_path(settings[folder]))
    settings["tables"] = tuple(
        name for name in _TABLES if name in settings["tables"]
    )
    return Config(**settings)


class _Study:
    """Measures what the tables ask for, each thing once."""

    def __init__(self, config: Config, write: Callable[[tables.Table], None]):
        self._config = config
        self._write = write
        self._cache = pathlib.Path(config.cache_dir)
        self._folder = pathlib.Path(config.output_dir)
        self._sizes = speed_tables.Sizes(
            config.elements,
            config.decade_elements,
            config.rounds,
            # A call takes 10 us; its time is the mean over this many.
            20 * config.rounds,
            config.seed,
        )

    @functools.cache  # noqa: B019 - one study, as long as the process
    def seconds(self, family: str, dtype: str) -> dict[str, float]:
        """Returns seconds per element of each method."""
        print(f"timing {family} gradients, {dtype}", flush=True)
        return speed_tables.method_seconds(family, dtype, self._sizes)

    def errors(self, family: str, dtype: str) -> dict[str, tuple[float, int]]:
        """Returns mean absolute error and number of bad results by method."""
        print(f"measuring errors of {family} gradients, {dtype}", flush=True)
        arrays = inputs.points(
            family, dtype, self._config.samples, self._config.seed
        )
        truth = true_gradients.cached(family, *arrays, self._cache)
        result = {}
        for method in _METHODS[family]():
            if dtype in method.dtypes:
                error = _error(method.prepare(*arrays)(), truth)
                bad = np.count_nonzero(~np.isfinite(error))
                mean = np.mean(error[np.isfinite(error)])
                result[method.name] = float(mean), bad
        return result

    def table2(self) -> list[tables.Table]:
        """Returns Table 2."""
        columns = ["method", "precision"]
        measured = {}
        for family in _METHODS:
            columns += [
                f"{family} error",
                "(paper)",
                f"{family} s/element",
                "(paper)",
            ]
            for dtype in _DTYPES:
                seconds = self.seconds(family, dtype)
                for name, (error, bad) in self.errors(family, dtype).items():
                    key = family, name, dtype
                    measured[key] = error, seconds[name], bad
        rows, notes = [], []
        names = dict.fromkeys(name for _, name, _ in measured)
        for dtype in _DTYPES:
            for name in names:
                row = [name, dtype]
                for family in _METHODS:
                    error, time, bad = measured.get(
                        (family, name, dtype), (None, None, 0)
                    )
                    paper = _PAPER[family].get((name, dtype), (None, None))
                    row += [error, paper[0], time, paper[1]]
                    if bad:
                        notes.append(
                            f"{name}, {family}, {dtype}: {bad} results are "
                            "not finite and not in the mean."
                        )
                if any(value is not None for value in row[2:]):
                    rows.append(row)
        return [
            tables.Table(
                "table2",
                "Table 2: mean absolute error and seconds per element, one "
                "core",
                columns,
                rows,
                notes,
            )
        ]

    def speed(self) -> list[tables.Table]:
        """Returns the comparisons of gradients."""
        comparisons = speed_tables.gradient_comparisons(self.seconds)
        print("timing small calls", flush=True)
        comparisons += speed_tables.small_call_comparisons(self._sizes)
        return [
            speed_tables.comparison_table(
                "speed",
                "Speed of the derivatives",
                comparisons,
                [
                    "TFP's betainc was timed on 4000 elements at most, all "
                    f"others on {self._config.elements}."
                ],
            )
        ]

    def targets(self) -> list[tables.Table]:
        """Returns the times on each instruction set and on two threads."""
        print("timing threads and instruction sets", flush=True)
        comparisons, notes = [], []
        try:
            comparisons = speed_tables.thread_comparisons(self._sizes)
        except own_speed.OwnSpeedError as error:
            notes.append(f"Two threads were left out: {error}")
        return [
            speed_tables.comparison_table(
                "threads", "Two threads beside one", comparisons, notes
            ),
            speed_tables.instruction_set_table(self._sizes),
        ]

    def samplers(self) -> list[tables.Table]:
        """Returns the comparisons of samplers."""
        print("timing samplers", flush=True)
        return [
            speed_tables.comparison_table(
                "samplers",
                "Speed of the samplers, each element with its own parameter",
                speed_tables.sampler_comparisons(self._sizes),
                [],
            )
        ]

    def laws(self) -> list[tables.Table]:
        """Returns errors and times of functions, densities, divergences."""
        print("measuring functions, densities and divergences", flush=True)
        clock = stopwatch.clock(self._config.processor_time)
        return [law_speed.table(self._sizes, clock)]

    def cost(self) -> list[tables.Table]:
        """Returns the cost per decade, and draws it."""
        comparisons, rows = [], []
        for family in _METHODS:
            for dtype in _DTYPES:
                print(f"timing {family}, {dtype} by decade", flush=True)
                curves = speed_tables.cost_curves(
                    family, dtype, _EXPONENTS, self._sizes
                )
                comparisons += speed_tables.decade_comparisons(
                    family, dtype, _EXPONENTS, curves["ours"]
                )
                rows += [
                    (family, dtype, name, *curve)
                    for name, curve in curves.items()
                ]
        cost = tables.Table(
            "cost",
            "Nanoseconds per element by decade of the parameter",
            (
                "family",
                "dtype",
                "method",
                *[f"1e{exponent}" for exponent in _EXPONENTS],
            ),
            rows,
        )
        plots.plot_cost(cost, self._folder / "cost.png")
        return [
            speed_tables.comparison_table(
                "flatness", "Flatness of the cost", comparisons, []
            ),
            cost,
        ]

    def map(self) -> list[tables.Table]:
        """Returns a summary of the map and its points, and draws it."""
        methods = [
            method
            for method in gradient_methods.gamma_methods()
            if method.name in ("ours", "TensorFlow")
        ]
        summary, points = [], []
        density = self._config.map_density
        for dtype in _DTYPES:
            print(f"measuring the map of errors, {dtype}", flush=True)
            alpha, x, sample = inputs.gamma_map(dtype, density, density)
            there = sample > 0
            arrays = alpha[there], sample[there]
            truth = true_gradients.cached("gamma", *arrays, self._cache)
            columns = []
            for method in methods:
                # Samples next to underflow may have a derivative below it.
                error = _error(method.prepare(*arrays)(), truth) / np.maximum(
                    np.abs(truth[0]), np.finfo(dtype).tiny
                )
                worst = int(np.argmax(error))
                summary.append(
                    (
                        method.name,
                        dtype,
                        float(np.mean(error)),
                        float(error[worst]),
                        float(arrays[0][worst]),
                        float(x[there][worst]),
                    )
                )
                columns.append(error.tolist())
            points += [
                (dtype, *row)
                for row in zip(
                    arrays[0].tolist(),
                    x[there].tolist(),
                    arrays[1].tolist(),
                    truth[0].tolist(),
                    *columns,
                    strict=True,
                )
            ]
        names = (
            "dtype",
            "alpha",
            "quantile",
            "sample",
            "truth",
            *[method.name for method in methods],
        )
        title = (
            "Relative error of the Gamma derivative over alpha from 1e-6 to "
            "1e10"
        )
        on_map = tables.Table("map_points", title, names, points)
        self._write(on_map)
        plots.plot_errors(on_map, self._folder / "map.png")
        return [
            tables.Table(
                "map",
                title,
                ("method", "dtype", "mean", "worst", "at alpha", "quantile"),
                summary,
                [
                    "The quantile is in standard deviations of a Normal; -7 "
                    "and 7 are probabilities of 1e-12. Samples that underflow "
                    "are left out. Every point is in map_points.csv."
                ],
            )
        ]


def _error(result, truth: np.ndarray) -> np.ndarray:
    """Returns absolute errors, infinite where the result is not finite.

    Args:
        result: `[n]`, what a method returned.
        truth: float64 `[2, n]`, a value and its remainder.
    """
    result = np.asarray(result).astype(np.float64)
    error = np.abs((result - truth[0]) - truth[1])
    return np.where(np.isfinite(result), error, np.inf)


def _machine(surroundings: Mapping[str, str]) -> list[str]:
    """Returns what the numbers depend on, one line each."""
    head = ("date", "commit", "processor", "cores", "load average")
    date, _, processor, cores, load = (surroundings[name] for name in head)
    versions = [
        f"{name} {version}"
        for name, version in surroundings.items()
        if name not in head
    ]
    lines = [
        f"Processor: {processor}, {cores} cores",
        f"Date: {date}",
        f"Versions: {', '.join(versions)}",
    ]
    if float(load) > _IDLE:
        # A call of a millisecond finds an undisturbed moment, one of twenty
        # does not.
        lines.append(
            f"The machine was busy (load average {load}): times are too "
            "long, those of slow methods more so than ours. Ratios are only "
            "fair on an idle machine"
        )
    return lines


def _missing_peers() -> list[str]:
    """Returns a line for each optional peer that is not there."""
    return [
        f"{name} is not installed: its rows are left out ({how})"
        for name, how in gradient_methods.OPTIONAL_PEERS.items()
        if gradient_methods.optional_module(name) is None
    ]


def study(config: Config) -> Sequence[tables.Table]:
    """Measures, prints and writes everything that the configuration asks for.

    Raises:
        errors.FolderInUseError: `output_dir` holds results, and `overwrite`
            is not set.
    """
    folder = pathlib.Path(config.output_dir)
    # A study is not resumed: what is there is replaced or kept.
    if (folder / "config.json").exists() and not config.overwrite:
        raise errors.FolderInUseError(
            f"--output_dir={folder} holds results: choose another, or give "
            "--overwrite to replace them"
        )
    settings = {"program": "accuracy", **dataclasses.asdict(config)}
    with run_folder.open_run(folder, settings, (), config.overwrite) as run:
        run.begin()
        for name in _OUTPUTS:
            (folder / name).unlink(missing_ok=True)
        surroundings = provenance.surroundings(
            name
            for name in gradient_methods.OPTIONAL_PEERS
            if gradient_methods.optional_module(name) is not None
        )
        head = [*_machine(surroundings), *_missing_peers()]
        print("\n".join(head), flush=True)
        write = functools.partial(
            study_tables.write,
            folder,
            settings=results.deviations(
                dataclasses.asdict(config),
                dataclasses.asdict(Config()),
                ("output_dir", "cache_dir", "overwrite", "tables"),
            ),
            surroundings=surroundings,
        )
        measure = _Study(config, write)
        done = []
        text = "# Accuracy and speed\n\n" + "".join(f"*   {s}\n" for s in head)
        for name in config.tables:
            for table in getattr(measure, name)():
                write(table)
                done.append(table)
                text += f"\n{table.markdown()}"
                print(f"\n{table.markdown()}", flush=True)
                # After each table: an interruption loses only what follows.
                (folder / "results.md").write_text(text)
    print(f"outputs are in {folder}")
    return done


def main(argv: list[str]) -> None:
    """Runs the study as the flags say."""
    if len(argv) > 1:
        raise app.UsageError(f"unexpected arguments: {argv[1:]}")
    stopwatch.use_threads(1)
    torch = gradient_methods.optional_module("torch")
    if torch is not None:
        torch.set_num_threads(1)
    with program.exits_with_message():
        study(config_from_flags(flags.FLAGS))


if __name__ == "__main__":
    define_flags()
    app.run(main)
