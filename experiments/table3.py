# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
r"""Table 3, Figures 2 and 3: topic models by method of training.

    python -m experiments.table3 --data_dir=FOLDER

trains all models of the table, one after another, and writes the table as CSV
and Markdown and both figures. In full, with five seeds, that is some ten hours
of one core: --seeds and --only choose a part, --epochs makes the runs shorter,
and --quick does both on a corpus that needs no files. What is finished is not
run again, what was interrupted is resumed, and with more --epochs all runs are
continued. Cells without a finished run stay empty.

The paper's second corpus is RCV1 (--datasets=20newsgroups,rcv1); with
--datasets=20newsgroups,imdb100k its hyperparameters train on another large
corpus, whose perplexities are not to be compared with the paper's.

Below the table stand the control experiments of Appendix D, on 20 Newsgroups:
a prior that is never trained, and a KL divergence estimated from samples.
"""

import dataclasses
import functools
import json
import pathlib
from collections.abc import Sequence
from typing import Any, NamedTuple

from absl import app, flags

from experiments.common import (
    config_flags,
    grid,
    run_folder,
    table_runs,
    tables,
)
from experiments.data import corpora
from experiments.topic_models import table_plots

_field = config_flags.field

# What --quick changes.
_QUICK = {"datasets": ("wikipedia",), "epochs": 3, "seeds": 1}

_COLUMNS = {
    "20newsgroups": "20 Newsgroups",
    "rcv1": "RCV1",
    "imdb100k": "100,000 film reviews",
    "wikipedia": "Wikipedia passages",
}
# Whose numbers the paper has.
_PAPER = {"20newsgroups": 0, "rcv1": 1}


@dataclasses.dataclass(frozen=True)
class _Config(table_runs.TableConfig):
    """Everything that the table depends on; each field is a flag."""

    output_dir: str = _field("output/table3", "Folder of all runs.")
    datasets: tuple[str, ...] = _field(
        ("20newsgroups",), "Corpora to train on, with commas between."
    )
    epochs: int | None = _field(
        None, "Length of all runs; by default the paper's.", lower=1
    )


class _Method(NamedTuple):
    """A row of the table.

    Attributes:
        name: Part of the names of its runs.
        row: Its first cells.
        flags: What it adds to the command line.
        paper: The paper's 20 Newsgroups and RCV1.
        is_control: Whether it is one of the control experiments.
    """

    name: str
    row: tuple[str, str]
    flags: dict[str, Any]
    paper: tuple[str | None, str | None] = (None, None)
    is_control: bool = False


def _rsvi(augmentation, *paper) -> _Method:
    return _Method(
        f"rsvi{augmentation}",
        ("LDA", f"RSVI B = {augmentation}"),
        {"estimator": "rsvi", "shape_augmentation": augmentation},
        paper,
    )


_METHODS = (
    _Method(
        "implicit",
        ("LDA", "implicit reparameterization"),
        {},
        ("876 +- 7", "896 +- 6"),
    ),
    _rsvi(1, "1066 +- 7", "1505 +- 33"),
    _rsvi(5, "968 +- 18", "1075 +- 15"),
    _rsvi(10, "887 +- 10", "953 +- 16"),
    _rsvi(20, "865 +- 11", "907 +- 13"),
    _Method("svi", ("LDA", "SVI"), {"model": "svi"}, ("964 +- 4", "1330 +- 4")),
    _Method(
        "ln_lda",
        ("LN-LDA", "explicit reparameterization"),
        {"model": "ln_lda"},
        ("875 +- 6", "951 +- 10"),
    ),
    _Method(
        "fixed_prior",
        ("LDA", "implicit, fixed prior"),
        {"fixed_prior": "true"},
        ("about 936", None),
        is_control=True,
    ),
    _Method(
        "sampled_kl",
        ("LDA", "implicit, KL from samples"),
        {"sampled_kl": "true"},
        ("about 956", None),
        is_control=True,
    ),
)


def _preset(dataset: str, method: _Method) -> str:
    """Returns the value of --preset."""
    if dataset in ("wikipedia", "20newsgroups"):
        return {"wikipedia": "demo"}.get(dataset, dataset)
    return "rcv1_ln_lda" if method.name == "ln_lda" else "rcv1_lda"


def make_jobs(
    datasets: Sequence[str], seeds: int, epochs: int | None
) -> list[grid.Job]:
    """Returns a run for each corpus, seed and row of the table, in this order.

    Args:
        datasets: Names of corpora.
        seeds: How many seeds.
        epochs: Length of all runs; None: that of the paper.
    """
    length = {} if epochs is None else {"epochs": epochs}
    return [
        grid.Job(
            name=f"{dataset}_{method.name}_seed{seed}",
            module="experiments.lda",
            flags={
                "dataset": dataset,
                "preset": _preset(dataset, method),
                "seed": seed,
                **method.flags,
                **length,
            },
            row=method.row,
            column=_COLUMNS.get(dataset, dataset),
        )
        for dataset in datasets
        for seed in range(seeds)
        for method in _METHODS
        if dataset != "imdb100k" or not method.is_control
    ]


def make_table(jobs: Sequence[grid.Job], folder) -> tables.Table:
    """Returns the table of what is finished, beside the paper's numbers."""
    ours = grid.Grid(jobs, folder).table(
        "test_perplexity",
        "table3",
        "Table 3: test perplexity of topic models",
        ("model", "training"),
    )
    columns, rows = list(ours.columns), [list(row) for row in ours.rows]
    paper = {method.row: method.paper for method in _METHODS}
    for dataset, index in _PAPER.items():
        if _COLUMNS[dataset] in columns:
            position = columns.index(_COLUMNS[dataset]) + 1
            columns.insert(position, f"{_COLUMNS[dataset]}, paper")
            for row in rows:
                row.insert(position, paper[tuple(row[:2])][index])
    return ours._replace(columns=columns, rows=rows)


def write_figures(jobs: Sequence[grid.Job], folder) -> None:
    """Draws what is finished; a figure without any data is not drawn."""
    by_dataset = {}
    for job in jobs:
        # One seed is enough to look at.
        if job.flags["seed"] == 0 and (folder / job.name).is_dir():
            by_dataset.setdefault(job.flags["dataset"], {})[job.row] = job.name
    for dataset, names in by_dataset.items():
        topics, metrics = {}, {}
        for row, name in names.items():
            with_topics = folder / name / "topics.json"
            if with_topics.is_file():
                topics[row] = json.loads(with_topics.read_text())["by_weight"]
            metrics[row] = run_folder.Run(folder / name).metrics()
        implicit, ln_lda = (
            method.row
            for method in _METHODS
            if method.name in ("implicit", "ln_lda")
        )
        if implicit in topics and ln_lda in topics:
            table_plots.plot_prior_weights(
                {"LDA": topics[implicit], "LN-LDA": topics[ln_lda]},
                folder / f"figure2_{dataset}.png",
            )
        curves = {
            f"{model}, {method}": [m for m in lines if "train_loss" in m]
            for (model, method), lines in metrics.items()
            if lines
        }
        if curves:
            table_plots.plot_curves(curves, folder / f"figure3_{dataset}.png")


def _write(jobs: Sequence[grid.Job], folder: pathlib.Path) -> None:
    """Writes and prints the table, and draws the figures."""
    table = make_table(jobs, folder)
    table.write_csv(folder)
    (folder / "table3.md").write_text(table.markdown())
    print(f"\n{table.markdown()}")
    write_figures(jobs, folder)


def main(argv: Sequence[str]) -> None:
    """Trains and writes as the flags say."""
    if len(argv) > 1:
        raise app.UsageError(f"unexpected arguments: {argv[1:]}")
    preset = _QUICK if flags.FLAGS.quick else {}
    config = _Config(**config_flags.settings(_Config, flags.FLAGS, preset))
    unknown = set(config.datasets) - set(corpora.DATASETS)
    if unknown:
        raise app.UsageError(
            f"--datasets: no corpus is called {', '.join(sorted(unknown))}; "
            f"there are {', '.join(corpora.DATASETS)}"
        )
    jobs = make_jobs(config.datasets, config.seeds, config.epochs)
    table_runs.run(config, jobs, functools.partial(_write, jobs))


if __name__ == "__main__":
    config_flags.define(_Config, flags.FLAGS)
    config_flags.define_quick(_QUICK, flags.FLAGS)
    app.run(main)
