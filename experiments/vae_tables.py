# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
r"""Tables 4 and 7: test log-likelihood of autoencoders by latent distribution.

    python -m experiments.vae_tables --data_dir=FOLDER

trains every autoencoder of the two tables, one after another, and writes both
tables as CSV and Markdown. In full that is weeks of one core: --steps,
--latent_sizes, --seeds and --only choose a part, and --quick a tiny one on the
digits of scikit-learn. What is finished is not run again, what was interrupted
is resumed, and with larger --steps all runs are continued. Cells without a
finished run stay empty. Where the runs that they show are finished, the
figures are drawn, too: figure4.png (D = 2) and figure3c.png (D = 40).

Differs from the paper, which trains with two learning rates, 1e-3 and 1e-4, and
shows the better one: here it is one, --learning_rate.
"""

import os
import re
import sys
from collections.abc import Sequence
from typing import NamedTuple

from absl import app, flags

from experiments import grid, training, vae_plots, vae_training

# What --quick changes.
_QUICK = {
    "dataset": "digits",
    "importance_samples": 50,
    "latent_sizes": ["2"],
    "steps": 200,
}

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
    names = {
        "normal": "Normal(mu, sigma**2)",
        "gamma": "Gamma(alpha, beta)",
        "beta": "Beta(alpha, beta)",
        "von_mises": "vonMises(mu, kappa)",
        "von_mises_fisher": "vonMisesFisher(mu, kappa)",
    }
    rows = []
    for prior, posterior, prior_flag in (
        ("Normal(0, 1)", "normal", "normal"),
        ("Gamma(0.3, 0.3)", "gamma", "sparse"),
        ("Gamma(10, 10)", "gamma", "bell"),
        ("Uniform(0, 1)", "beta", "uniform"),
        ("Beta(10, 10)", "beta", "bell"),
        ("Uniform(-pi, pi)", "von_mises", "uniform"),
        ("vonMises(0, 10)", "von_mises", "bell"),
        ("Uniform(S^D)", "von_mises_fisher", "uniform"),
    ):
        methods = {"explicit" if posterior == "normal" else "implicit": {}}
        if posterior in ("gamma", "beta"):
            methods["RSVI B = 20"] = {
                "estimator": "rsvi",
                "shape_augmentation": 20,
            }
        elif posterior == "von_mises":
            methods["RSVI"] = {"estimator": "rsvi"}
        for method, method_flags in methods.items():
            model = {"posterior": posterior, "prior": prior_flag}
            rows.append(
                _Row(prior, names[posterior], method, model | method_flags)
            )
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
        vae_plots.plot_latent_spaces(
            [vae_training.load(folder / name) for name in maps],
            folder / "figure4.png",
        )
    rivals = {
        label: f"von_mises_uniform_{label.lower()}_d40_seed0"
        for label in ("implicit", "RSVI")
    }
    if finished(rivals.values()):
        vae_plots.plot_comparison(
            {
                label: training.Run(folder / name).metrics()
                for label, name in rivals.items()
            },
            folder / "figure3c.png",
        )


def main(argv: Sequence[str]) -> None:
    """Trains and writes as the flags say."""
    if len(argv) > 1:
        raise app.UsageError(f"unexpected arguments: {argv[1:]}")
    values = flags.FLAGS

    def value(name):
        preset = values.quick and values[name].using_default_value
        return _QUICK[name] if preset and name in _QUICK else values[name].value

    if values.data_dir:
        # By the environment, so that a moved folder does not make other runs.
        data_dir = str(training.user_path(values.data_dir))
        os.environ["TF_IMPLICIT_DATA_DIR"] = data_dir
    common = {
        name: value(name)
        for name in ("dataset", "steps", "learning_rate", "importance_samples")
    }
    jobs = make_jobs(
        common, sorted(map(int, value("latent_sizes"))), value("seeds")
    )
    folder = training.user_path(values.output_dir)
    chosen = [job for job in jobs if re.search(values.only, job.name)]
    try:
        grid.Grid(chosen, folder).run(values.workers)
    except grid.JobsFailedError as error:
        sys.exit(f"error: {error}")
    except KeyboardInterrupt:
        sys.exit("interrupted: the same command goes on")
    finally:
        _write_tables(jobs, folder)
        _draw_figures(jobs, folder)


def _define_flags() -> None:
    flags.DEFINE_enum(
        "dataset", "mnist", ["digits", "mnist"], "Images to train on."
    )
    flags.DEFINE_string("data_dir", None, "Folder with the files of MNIST.")
    flags.DEFINE_string("output_dir", "output/table4", "Folder of all runs.")
    flags.DEFINE_integer("steps", 2_000_000, "Training steps.", lower_bound=1)
    flags.DEFINE_float("learning_rate", 1e-3, "Learning rate of Adam.")
    flags.DEFINE_integer(
        "importance_samples", 500, "Samples of the log-likelihood."
    )
    flags.DEFINE_list("latent_sizes", ["2", "5", "10", "20", "40"], "Sizes D.")
    flags.DEFINE_integer("seeds", 5, "Runs of each cell.", lower_bound=1)
    flags.DEFINE_string(
        "only",
        "",
        "Regular expression: run only what has a name that it matches, such as "
        "gamma_bell_rsvi_d10_seed0.",
    )
    flags.DEFINE_integer("workers", 1, "Runs at once.", lower_bound=1)
    flags.DEFINE_bool(
        "quick",
        False,
        "Show the way in minutes. Sets, unless given: "
        + ", ".join(f"--{name}={value}" for name, value in _QUICK.items()),
    )


if __name__ == "__main__":
    _define_flags()
    app.run(main)
