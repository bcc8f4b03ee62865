# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
r"""Table 3, Figures 2 and 3: topic models by method of training.

    python -m experiments.table3 --data_dir=FOLDER

trains all models of the table, one after another, and writes the table as CSV
and Markdown, both figures, and a line for each run to table3_runs.csv
(`experiments.paper_tables` adds the runs to those that are kept). In full, with
five seeds, that is some ten hours of one core: --seeds and --only choose a
part, --epochs makes the runs shorter, and --quick does both on a corpus that
needs no files. What is finished is not run again, what was interrupted is
resumed, and with more --epochs all runs are continued. Cells without a finished
run stay empty.

The paper's second corpus is RCV1 (--datasets=20newsgroups,rcv1);
--datasets=20newsgroups,imdb100k trains on another large corpus, with one set of
hyperparameters for all, --preset=imdb100k, and its perplexities are not to be
compared with the paper's.

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
from experiments.common import results as common_results
from experiments.data import corpora
from experiments.topic_models import results, table_plots

_field = config_flags.field

# What --quick changes.
_QUICK = {"datasets": ("wikipedia",), "epochs": 3, "seeds": 1}


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
        flags: What it adds to the command line.
        is_control: Whether it is one of the control experiments.
    """

    name: str
    flags: dict[str, Any]
    is_control: bool = False

    @property
    def row(self) -> tuple[str, str]:
        """Its first cells."""
        return results.row_names(self.flags)


_METHODS = (
    _Method("implicit", {}),
    *(
        _Method(
            f"rsvi{augmentation}",
            {"estimator": "rsvi", "shape_augmentation": augmentation},
        )
        for augmentation in (1, 5, 10, 20)
    ),
    _Method("svi", {"model": "svi"}),
    _Method("ln_lda", {"model": "ln_lda"}),
    _Method("fixed_prior", {"fixed_prior": "true"}, is_control=True),
    _Method("sampled_kl", {"sampled_kl": "true"}, is_control=True),
)


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
                "preset": results.preset(
                    dataset, method.flags.get("model", "lda")
                ),
                "seed": seed,
                **method.flags,
                **length,
            },
            row=method.row,
            column=results.CORPORA.get(dataset, dataset),
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
    published: dict[str, dict[tuple[str, str], str]] = {}
    for line in common_results.read(results.STUDY.paper_file()):
        text = (
            f"{line['mean']} +- {line['stddev']}"
            if line["stddev"]
            else f"about {line['mean']}"
        )
        cells = published.setdefault(line["corpus"], {})
        cells[line["model"], line["training"]] = text
    for corpus, cells in published.items():
        if corpus in columns:
            position = columns.index(corpus) + 1
            columns.insert(position, f"{corpus}, paper")
            for row in rows:
                row.insert(position, cells.get((row[0], row[1])))
    return ours._replace(columns=columns, rows=rows)


def write_figures(jobs: Sequence[grid.Job], folder) -> None:
    """Draws what there is; a figure without any data is not drawn.

    Figure 2 shows the first seed, Figure 3 all of them.
    """
    by_dataset: dict[str, list[grid.Job]] = {}
    for job in jobs:
        if (folder / job.name).is_dir():
            by_dataset.setdefault(job.flags["dataset"], []).append(job)
    for dataset, present in by_dataset.items():
        topics = {
            job.row: json.loads(path.read_text())["by_weight"]
            for job in present
            if job.flags["seed"] == 0
            and (path := folder / job.name / "topics.json").is_file()
        }
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
        curves: dict[tuple[str, str], list[list[dict[str, Any]]]] = {
            method.row: [] for method in _METHODS
        }
        for job in present:
            lines = run_folder.Run(folder / job.name).metrics()
            if epochs := [line for line in lines if "train_loss" in line]:
                curves[job.row].append(epochs)
        named = {
            ", ".join(row): seeds for row, seeds in curves.items() if seeds
        }
        if named:
            table_plots.plot_curves(named, folder / f"figure3_{dataset}.png")


def _write(jobs: Sequence[grid.Job], folder: pathlib.Path) -> None:
    """Writes and prints the table, and draws the figures."""
    table = make_table(jobs, folder)
    table.write_csv(folder)
    (folder / "table3.md").write_text(table.markdown())
    print(f"\n{table.markdown()}")
    table_runs.write_runs(results.STUDY, folder)
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
