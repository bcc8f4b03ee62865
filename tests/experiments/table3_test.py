# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of Table 3: its runs, its cells and its figures."""

import json
import math

from absl import flags

from experiments import table3
from experiments.common import grid
from experiments.topic_models import config, table_plots


def write_run(folder, job, perplexity):
    """Makes a folder look like that of a finished run."""
    path = folder / job.name
    path.mkdir(parents=True)
    session = {"command": ["lda.py", *job.arguments()]}
    (path / "config.json").write_text(
        json.dumps({"config": {}, "sessions": [session]})
    )
    (path / "result.json").write_text(
        json.dumps({"step": 10, "test_perplexity": perplexity})
    )
    lines = [
        {"step": i, "train_loss": 9.0 - i, "gradient_variance": 0.1 * i}
        for i in range(1, 4)
    ]
    (path / "metrics.jsonl").write_text("\n".join(map(json.dumps, lines)))
    topics = [{"prior_weight": 1.0 / k, "words": ["a", "b"]} for k in (1, 2)]
    (path / "topics.json").write_text(json.dumps({"by_weight": topics}))


def test_commands_are_ones_that_the_binary_takes():
    jobs = table3.make_jobs(["20newsgroups", "imdb100k"], 2, None)
    # Nine rows, of which two controls are for the first corpus only.
    assert len(jobs) == 2 * 9 + 2 * 7
    jobs += table3.make_jobs(["rcv1"], 1, None)
    configs = {}
    for job in jobs:
        values = flags.FlagValues()
        config.define_flags(values)
        values(["lda", *job.arguments()])
        configs[job.name] = config.config_from_flags(values)
    assert configs["20newsgroups_implicit_seed1"].epochs == 500
    assert configs["20newsgroups_rsvi5_seed0"].shape_augmentation == 5
    assert configs["20newsgroups_fixed_prior_seed0"].fixed_prior
    assert configs["20newsgroups_sampled_kl_seed0"].sampled_kl
    assert configs["imdb100k_svi_seed0"].model == "svi"
    assert configs["imdb100k_svi_seed0"].svi_chunk_size == 2000
    # Each model has its own hyperparameters on RCV1.
    assert configs["rcv1_ln_lda_seed0"].hidden_units == 200
    assert configs["rcv1_implicit_seed0"].hidden_units == 250
    assert configs["imdb100k_ln_lda_seed0"].initial_topic_documents == 20


def test_table_has_our_numbers_beside_the_papers(tmp_path):
    jobs = table3.make_jobs(["20newsgroups", "imdb100k"], 2, None)
    results = {
        "20newsgroups_implicit_seed0": 860.0,
        "20newsgroups_implicit_seed1": 862.0,
        "imdb100k_svi_seed0": 2000.0,
    }
    for job in jobs:
        if job.name in results:
            write_run(tmp_path, job, results[job.name])
    table = table3.make_table(jobs, tmp_path)
    assert list(table.columns) == [
        "model",
        "training",
        "20 Newsgroups",
        "20 Newsgroups, paper",
        "100,000 film reviews",
    ]
    rows = {tuple(row[:2]): row[2:] for row in table.rows}
    assert rows["LDA", "implicit reparameterization"] == [
        "861.0 +- 1.4 (2)",
        "876 +- 7",
        None,
    ]
    assert rows["LDA", "SVI"] == [None, "964 +- 4", "2000.0 (1)"]
    assert rows["LDA", "RSVI B = 20"] == [None, "865 +- 11", None]


def test_figures_are_drawn_of_what_is_there(tmp_path):
    jobs = table3.make_jobs(["20newsgroups"], 1, None)
    table3.write_figures(jobs, tmp_path)
    assert not list(tmp_path.iterdir())
    for job in jobs:
        if job.name in (
            "20newsgroups_implicit_seed0",
            "20newsgroups_ln_lda_seed0",
        ):
            write_run(tmp_path, job, 1.0)
    table3.write_figures(jobs, tmp_path)
    for name in ("figure2", "figure3"):
        picture = tmp_path / f"{name}_20newsgroups.png"
        assert picture.read_bytes().startswith(b"\x89PNG")


def test_figure_3_shows_all_seeds(tmp_path, monkeypatch):
    drawn = {}
    monkeypatch.setattr(
        table3.table_plots,
        "plot_curves",
        lambda curves, path: drawn.update(curves),
    )
    jobs = table3.make_jobs(["20newsgroups"], 3, None)
    for job in jobs:
        if "implicit" in job.name and job.flags["seed"] != 1:
            write_run(tmp_path, job, 1.0)
    table3.write_figures(jobs, tmp_path)
    assert {name: len(seeds) for name, seeds in drawn.items()} == {
        "LDA, implicit reparameterization": 2
    }


def test_spread_over_seeds():
    seeds = [
        [{"step": 1, "v": 5.0}, {"step": 2, "v": -1.0}, {"step": 3, "w": 0.0}],
        [{"step": 1, "v": 2.0}, {"step": 2, "v": 7.0}],
        [{"step": 1, "v": 3.0}],
    ]
    assert table_plots.over_seeds(seeds, "v") == [
        (1, 2.0, 3.0, 5.0),
        (2, -1.0, 3.0, 7.0),
    ]
    assert table_plots.over_seeds(seeds, "v", above=0.0)[1] == (2, 7, 7, 7)
    (_, gap) = table_plots.over_seeds(seeds[:1], "v", above=0.0)
    assert gap.step == 2
    assert math.isnan(gap.median)
    assert not table_plots.over_seeds(seeds, "gradient_variance")


def test_runs_of_another_length_are_not_taken_for_these(tmp_path):
    (long,) = (
        job
        for job in table3.make_jobs(["20newsgroups"], 1, None)
        if job.name == "20newsgroups_implicit_seed0"
    )
    write_run(tmp_path, long, 860.0)
    short = table3.make_jobs(["20newsgroups"], 1, 3)
    assert grid.Grid(short, tmp_path).result(short[0]) is None
