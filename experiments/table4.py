# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
r"""Tables 4 and 7: test log-likelihood of autoencoders by latent distribution.

    python -m experiments.table4 --data_dir=FOLDER

trains every autoencoder of the two tables, one after another, and writes both
tables as CSV and Markdown, and a line for each run to table4_runs.csv
(`experiments.paper_tables` adds the runs to those that are kept). In full that
is weeks of one core: --steps, --latent_sizes, --seeds and --only choose a part,
and --quick a tiny one on the digits of scikit-learn. What is finished is not
run again, what was interrupted is resumed, and with larger --steps all runs are
continued. Cells without a finished run stay empty. Where the runs that they
show are finished, the figures are drawn, too: figure4.png (D = 2) and
figure3c.png (D = 40).

Differs from the paper, which trains with two learning rates, 1e-3 and 1e-4, and
shows the better one: here it is one, --learning_rate.
"""

import dataclasses
import functools
from collections.abc import Sequence
from typing import NamedTuple

from absl import app, flags

from experiments.autoencoders import plots, results, training
from experiments.common import config_flags, grid, run_folder, table_runs
from experiments.data import images

_field = config_flags.field

# What --quick changes.
_QUICK = {
    "dataset": "digits",
    "importance_samples": 50,
    "latent_sizes": ("2",),
    "steps": 200,
}


@dataclasses.dataclass(frozen=True)
class _Config(table_runs.TableConfig):
    """Everything that the tables depend on; each field is a flag."""

    dataset: str = _field(
        "mnist", "Images to train on.", choices=images.DATASETS
    )
    output_dir: str = _field("output/table4", "Folder of all runs.")
    steps: int = _field(2_000_000, "Training steps.", lower=1)
    learning_rate: float = _field(1e-3, "Learning rate of Adam.", lower=0.0)
    importance_samples: int = _field(
        500, "Samples of the estimate of the log-likelihood.", lower=1
    )
    latent_sizes: tuple[str, ...] = _field(
        ("2", "5", "10", "20", "40"), "Sizes D, with commas between."
    )


_FOURTH_COLUMNS = ("prior", "variational posterior")
_SEVENTH_COLUMNS = (*_FOURTH_COLUMNS, "training method")


class _Row(NamedTuple):
    """A row of Table 7; Table 4 has those without RSVI."""

    prior: str
    posterior: str
    method: str
    flags: dict[str, str | int]


def _rows() -> list[_Row]:
    """Returns the rows in the order of Table 7; von Mises-Fisher comes last."""
    rows = []
    for posterior, prior in (
        ("normal", "normal"),
        ("gamma", "sparse"),
        ("gamma", "bell"),
        ("beta", "uniform"),
        ("beta", "bell"),
        ("von_mises", "uniform"),
        ("von_mises", "bell"),
        ("von_mises_fisher", "uniform"),
    ):
        model = {"posterior": posterior, "prior": prior}
        methods: list[dict[str, str | int]] = [{}]
        if posterior in ("gamma", "beta"):
            methods.append({"estimator": "rsvi", "shape_augmentation": 20})
        elif posterior == "von_mises":
            methods.append({"estimator": "rsvi"})
        for method in methods:
            names = results.row_names(
                posterior,
                prior,
                str(method.get("estimator", "implicit")),
                int(method.get("shape_augmentation", 0)),
            )
            rows.append(_Row(*names, model | method))
    return rows


def make_jobs(
    common: dict[str, str | int | float],
    latent_sizes: Sequence[int],
    seeds: int,
) -> list[grid.Job]:
    """Returns a run for each row, latent size and seed, in this order.

    Args:
        common: Flags of all runs.
        latent_sizes: The values of D.
        seeds: How many seeds.
    """
    return [
        grid.Job(
            name="_".join(
                [
                    *(row.flags[name] for name in ("posterior", "prior")),
                    row.method.split()[0].lower(),
                    f"d{size}",
                    f"seed{seed}",
                ]
            ),
            module="experiments.vae",
            flags=row.flags | {"latent_size": size, "seed": seed} | common,
            row=(row.prior, row.posterior, row.method),
            column=f"D = {size}",
        )
        for row in _rows()
        for size in latent_sizes
        for seed in range(seeds)
    ]


def _write_tables(jobs, folder) -> None:
    """Writes both tables of what is finished."""
    fourth = [
        job._replace(row=job.row[:2])
        for job in jobs
        if "rsvi" not in job.flags.values()
    ]
    for name, title, columns, part in (
        (
            "table4",
            "Table 4: test negative log-likelihood of autoencoders",
            _FOURTH_COLUMNS,
            fourth,
        ),
        (
            "table7",
            "Table 7: implicit reparameterization gradients and RSVI",
            _SEVENTH_COLUMNS,
            [job for job in jobs if "von_mises_fisher" not in job.name],
        ),
    ):
        runs = grid.Grid(part, folder)
        text = runs.table("test_nll", name, title, columns).markdown()
        (folder / f"{name}.md").write_text(text)
        runs.write_csv("test_nll", name, columns)
        print(f"\n{text}")


def _draw_figures(jobs, folder) -> None:
    """Draws Figures 4 and 3c from the first seed of the runs that they show."""
    names = {job.name: job for job in jobs}
    runs = grid.Grid(jobs, folder)

    def finished(wanted):
        return all(
            name in names and runs.result(names[name]) for name in wanted
        )

    maps = [
        f"{model}_d2_seed0"
        for model in (
            "normal_normal_explicit",
            "beta_uniform_implicit",
            "von_mises_uniform_implicit",
        )
    ]
    if finished(maps):
        plots.plot_latent_spaces(
            [training.load(folder / name) for name in maps],
            folder / "figure4.png",
        )
    rivals = {
        label: f"von_mises_uniform_{label.lower()}_d40_seed0"
        for label in ("implicit", "RSVI")
    }
    if finished(rivals.values()):
        plots.plot_comparison(
            {
                label: run_folder.Run(folder / name).metrics()
                for label, name in rivals.items()
            },
            folder / "figure3c.png",
        )


def _write(jobs, folder) -> None:
    """Writes the tables and draws the figures of what is finished."""
    _write_tables(jobs, folder)
    table_runs.write_runs(results.STUDY, folder)
    _draw_figures(jobs, folder)


def main(argv: Sequence[str]) -> None:
    """Trains and writes as the flags say."""
    if len(argv) > 1:
        raise app.UsageError(f"unexpected arguments: {argv[1:]}")
    preset = _QUICK if flags.FLAGS.quick else {}
    config = _Config(**config_flags.settings(_Config, flags.FLAGS, preset))
    common = {
        "dataset": config.dataset,
        "steps": config.steps,
        "learning_rate": config.learning_rate,
        "importance_samples": config.importance_samples,
    }
    try:
        latent_sizes = sorted(map(int, config.latent_sizes))
    except ValueError as error:
        raise app.UsageError(
            f"--latent_sizes={','.join(config.latent_sizes)} must be integers "
            "with commas between"
        ) from error
    jobs = make_jobs(common, latent_sizes, config.seeds)
    table_runs.run(config, jobs, functools.partial(_write, jobs))


if __name__ == "__main__":
    config_flags.define(_Config, flags.FLAGS)
    config_flags.define_quick(_QUICK, flags.FLAGS)
    app.run(main)
