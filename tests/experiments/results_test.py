# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of results as data: which runs are kept, what their tables say."""

import dataclasses
import json

import pytest

from experiments.autoencoders import config as vae_config
from experiments.autoencoders import results as autoencoders
from experiments.common import errors, result_tables, results
from experiments.topic_models import config as lda_config
from experiments.topic_models import results as topic_models

STUDY = autoencoders.STUDY
PAPER = [
    {
        "prior": "Uniform(0, 1)",
        "posterior": "Beta(alpha, beta)",
        "training": "implicit",
        "dataset": "mnist",
        "D": "2",
        "mean": "128.0",
        "stddev": "0.3",
        "source": "a paper",
    }
]

_BETA = {
    "images_sha256": "0",
    "posterior": "beta",
    "prior": "uniform",
    "dataset": "mnist",
}


def write_run(folder, *, program="vae", result=True, nll=130.0, **settings):
    """Makes a folder look like a run of a Beta autoencoder, finished or not."""
    config_class = {"vae": vae_config, "lda": lda_config}[program].Config
    config = dataclasses.asdict(config_class()) | {
        "program": program,
        "data_dir": "/somewhere",
        **(_BETA if program == "vae" else {}),
        **settings,
    }
    folder.mkdir(parents=True, exist_ok=True)
    session = {
        "started": "2026-11-29T01:02:03+00:00",
        "command": ["/a/vae.py", "--seed=0", "--output_dir=/b", "--data_dir=c"],
        "commit": "0123",
        "versions": {"tensorflow-cpu": "2.21.0"},
        "processor": "a processor",
    }
    (folder / "config.json").write_text(
        json.dumps({"config": config, "sessions": [session]})
    )
    step = config.get("steps", 70)
    (folder / "metrics.jsonl").write_text(f'{{"step": {step - 9}}}\n{{"st')
    if result:
        measured = {
            "step": step,
            "test_nll": nll,
            "test_nll_sampling_error": 0.4,
            "test_perplexity": nll,
        }
        (folder / "result.json").write_text(json.dumps(measured))


def test_a_row_says_all_of_its_run(tmp_path):
    write_run(tmp_path / "a", nll=130.123456789, steps=20, seed=3)
    (row,), left_out = results.collect(STUDY, tmp_path)
    assert not left_out
    assert tuple(row) == STUDY.columns
    expected = {
        "prior": "Uniform(0, 1)",
        "posterior": "Beta(alpha, beta)",
        "training": "implicit",
        "dataset": "mnist",
        "D": "2",
        "seed": "3",
        "steps": "20",
        "learning_rate": "0.001",
        "min_parameter": "0.001",
        "max_parameter": "1000.0",
        "settings": "",
        "test_nll": "130.123456789",
        "test_nll_sampling_error": "0.4",
        "test_kl": "",
        "runs": "1",
        "stddev": "",
        "date": "2026-11-29",
        "commit": "0123",
        "tensorflow": "2.21.0",
        "machine": "a processor",
        # No place of one machine.
        "source": "python -m experiments.vae --seed=0",
    }
    assert {name: row[name] for name in expected} == expected
    # The folder of a single run is as good.
    assert results.collect(STUDY, tmp_path / "a") == ([row], {})


def test_settings_tell_what_is_not_the_papers(tmp_path):
    for name, changed, expected in (
        ("a", {"learning_rate": 1e-4, "jit_compile": True}, ""),
        ("b", {"learning_rate": 2e-4}, "learning_rate=0.0002"),
        ("c", {"max_parameter": 1e5}, "max_parameter=100000.0"),
        (
            "f",
            {"learning_rate_half_life": 9},
            "learning_rate_half_life=9",
        ),
        ("g", {"inward_gradient": True}, "inward_gradient=True"),
        ("h", {"inward_gradient": None}, ""),
        ("d", {"a_flag_of_tomorrow": 1}, "a_flag_of_tomorrow=1"),
        (
            "e",
            {"kl_annealing_steps": 5, "batch_size": 32},
            "batch_size=32 kl_annealing_steps=5",
        ),
    ):
        write_run(tmp_path / name, **changed)
        (row,), _ = results.collect(STUDY, tmp_path / name)
        assert row["settings"] == expected
    write_run(tmp_path / "rsvi", estimator="rsvi", shape_augmentation=5)
    (row,), _ = results.collect(STUDY, tmp_path / "rsvi")
    assert row["training"] == "RSVI B = 5"


def test_unfinished_runs_are_named_and_taken_later(tmp_path):
    write_run(tmp_path / "runs" / "done", steps=20)
    write_run(tmp_path / "runs" / "at_work", steps=50, result=False)
    write_run(tmp_path / "runs" / "own", data="pictures")
    (tmp_path / "runs" / "broken").mkdir()
    (tmp_path / "runs" / "broken" / "config.json").write_text("{")
    # A result of another length than the run was to have.
    write_run(tmp_path / "runs" / "odd", steps=50)
    (tmp_path / "runs" / "odd" / "result.json").write_text(
        '{"step": 49, "test_nll": 1.0}'
    )
    rows, left_out = results.collect(STUDY, tmp_path / "runs")
    assert [row["steps"] for row in rows] == ["20"]
    assert left_out["at_work"] == "it has not ended, and is at step 41"
    assert "images of one's own" in left_out["own"]
    assert "damaged" in left_out["broken"]
    assert "step 49, but it was to have 50" in left_out["odd"]
    assert results.merge(STUDY, rows, tmp_path) == 1
    assert results.merge(STUDY, rows, tmp_path) == 0

    write_run(tmp_path / "runs" / "at_work", steps=50)
    rows, _ = results.collect(STUDY, tmp_path / "runs")
    assert results.merge(STUDY, rows, tmp_path) == 1
    kept = results.read(STUDY.runs_file(tmp_path), STUDY.columns)
    assert [row["steps"] for row in kept] == ["20", "50"]


@pytest.mark.parametrize(
    ("lines", "step"),
    [
        (None, 0),
        (b"", 0),
        (b'{"step": 4}\n{"st', 4),
        # Cut by a kill; the run went on.
        (b'{"step": 4}\n{"st\n{"step": 6}\n', 6),
        (b'{"step": 4}\n[1]\n{"step": "6"}\n', 4),
        (b'{"step": 1234}\n\xff', "1,234"),
    ],
)
def test_a_run_at_work_is_at_the_last_step_that_can_be_read(
    tmp_path, lines, step
):
    write_run(tmp_path / "a", result=False)
    path = tmp_path / "a" / "metrics.jsonl"
    path.unlink()
    if lines is not None:
        path.write_bytes(lines)
    assert results.collect(STUDY, tmp_path) == (
        [],
        {"a": f"it has not ended, and is at step {step}"},
    )


def test_a_longer_run_stands_beside_the_shorter_one(tmp_path):
    for steps, nll in ((20, 131.0), (50, 129.0)):
        # The same run, continued.
        write_run(tmp_path / "runs" / "a", steps=steps, nll=nll)
        rows, _ = results.collect(STUDY, tmp_path / "runs")
        results.merge(STUDY, rows, tmp_path)
    kept = results.read(STUDY.runs_file(tmp_path))
    assert [row["test_nll"] for row in kept] == ["131.0", "129.0"]
    (cell,) = result_tables.summarize(STUDY, kept, PAPER).values()
    assert (cell.mean, cell.length, cell.runs) == (129.0, 50, 1)
    # The paper's 0.3 and the sampling error of 0.4 make 0.5.
    assert cell.difference == pytest.approx(1.0 / 0.5)
    assert not result_tables.differences(STUDY, kept, PAPER)


def test_seeds_make_a_mean_of_the_better_learning_rate(tmp_path):
    for number, (seed, rate, nll) in enumerate(
        (
            (0, 1e-3, 130.0),
            (1, 1e-3, 134.0),
            (0, 1e-4, 128.4),
            (1, 1e-4, 129.2),
            # Another model, which is in no cell.
            (2, 2e-3, 1.0),
        )
    ):
        write_run(
            tmp_path / str(number),
            steps=2000,
            seed=seed,
            learning_rate=rate,
            nll=nll,
        )
    rows, _ = results.collect(STUDY, tmp_path)
    assert len(rows) == 5
    table = result_tables.compare(
        STUDY, rows, PAPER, columns=("prior", "D"), keep=lambda _: True
    )
    assert list(table.columns) == [
        *("prior", "D", "ours", "steps", "seeds", "learning rate", "paper"),
        "difference",
    ]
    # 128.8 with standard deviation 0.8 / sqrt(2), beside 128.0 +- 0.3.
    assert table.rows == [
        [
            *("Uniform(0, 1)", "2", "128.8 +- 0.6", "2,000", 2, "0.0001"),
            *("128.0 +- 0.3", "+1.2"),
        ]
    ]
    # The same seed again, newer: it counts, and the older one no more.
    again = dict(rows[2], test_nll="148.4", date="2027-01-01")
    (cell,) = result_tables.summarize(STUDY, [*rows, again], PAPER).values()
    assert (cell.learning_rate, cell.mean) == ("0.001", 132.0)
    assert result_tables.differences(STUDY, [*rows, rows[0]], PAPER) == {}


def test_a_mean_without_runs_counts_until_there_are_runs(tmp_path):
    write_run(tmp_path / "a", steps=20, nll=140.0)
    rows, _ = results.collect(STUDY, tmp_path)
    mean = dict(rows[0], seed="", runs="2", stddev="0.4", test_nll="133.0")
    (cell,) = result_tables.summarize(STUDY, [mean], PAPER).values()
    assert (cell.mean, cell.stddev, cell.runs) == (133.0, 0.4, 2)
    assert cell.difference == pytest.approx(5 / 0.5)
    (difference,) = result_tables.differences(STUDY, [mean], PAPER).values()
    assert difference == 10.0
    (cell,) = result_tables.summarize(STUDY, [mean, *rows], PAPER).values()
    assert (cell.mean, cell.runs) == (140.0, 1)


def test_what_the_paper_leaves_out_is_left_out(tmp_path):
    write_run(tmp_path / "a", steps=20, nll=140.0)
    rows, _ = results.collect(STUDY, tmp_path)
    exact = dict(PAPER[0], stddev="0.0")
    row = dict(rows[0], test_nll_sampling_error="")
    (cell,) = result_tables.summarize(STUDY, [row], [exact]).values()
    assert cell.difference == pytest.approx(12 / 0.05)
    about = dict(PAPER[0], stddev="")
    (cell,) = result_tables.summarize(STUDY, rows, [about]).values()
    assert (cell.paper, cell.difference) == ("128.0", None)
    (cell,) = result_tables.summarize(STUDY, rows, []).values()
    assert (cell.paper, cell.difference) == ("", None)
    other = dict(PAPER[0], D="5")
    assert result_tables.missing(STUDY, rows, [*PAPER, other]) == [
        tuple(other[name] for name in STUDY.cell)
    ]


def test_topic_models_have_their_own_rows(tmp_path):
    preset = lda_config.PRESETS["20newsgroups"]
    for name, changed in (
        ("a", {}),
        ("b", {"model": "svi"}),
        ("c", {"model": "ln_lda", "learning_rate": 1.0}),
        ("d", {"sampled_kl": True}),
        ("e", {"estimator": "rsvi", "shape_augmentation": 20}),
    ):
        write_run(
            tmp_path / name,
            program="lda",
            dataset="20newsgroups",
            corpus_sha256="0",
            **preset | changed,
        )
    rows, left_out = results.collect(topic_models.STUDY, tmp_path)
    assert not left_out
    assert [(r["model"], r["training"], r["settings"]) for r in rows] == [
        ("LDA", "implicit reparameterization", ""),
        ("LDA", "SVI", ""),
        (
            "LN-LDA",
            "explicit reparameterization",
            "learning_rate=1.0",
        ),
        ("LDA", "implicit, KL from samples", ""),
        ("LDA", "RSVI B = 20", ""),
    ]
    assert [row["learning_rate"] for row in rows[:3]] == ["0.0003", "", "1.0"]
    assert {(row["epochs"], row["steps"]) for row in rows} == {("500", "70")}
    with pytest.raises(
        errors.MissingFileError, match=r"no run of experiments\.vae"
    ):
        results.collect(STUDY, tmp_path)


def test_a_run_on_film_reviews_is_described_by_the_nearer_preset(tmp_path):
    settings = []
    for number, (preset, model, changed) in enumerate(
        (
            ("imdb100k", "lda", {}),
            ("imdb100k", "ln_lda", {"learning_rate": 1.0}),
            ("rcv1_lda", "lda", {"initial_prior": 0.02}),
            ("rcv1_ln_lda", "ln_lda", {}),
        )
    ):
        folder = tmp_path / str(number)
        write_run(
            folder,
            program="lda",
            dataset="imdb100k",
            model=model,
            **lda_config.PRESETS[preset] | changed,
        )
        if preset != "imdb100k":
            # As runs were stored before these settings were there.
            path = folder / "config.json"
            stored = json.loads(path.read_text())
            del stored["config"]["initial_topic_documents"]
            del stored["config"]["kl_annealing_steps"]
            path.write_text(json.dumps(stored))
        ((row,), _) = results.collect(topic_models.STUDY, folder)
        settings.append(row["settings"])
    assert settings == [
        "",
        "learning_rate=1.0",
        "preset=rcv1_lda initial_prior=0.02",
        "preset=rcv1_ln_lda",
    ]


def test_a_run_on_20_newsgroups_is_described_by_the_nearer_preset(tmp_path):
    settings = []
    for number, (preset, changed) in enumerate(
        (
            ("20newsgroups", {"refinement_steps": 7}),
            ("20newsgroups", {"initial_prior": 0.1}),
            ("20newsgroups_short", {}),
            ("20newsgroups_short", {"epochs": 3, "learning_rate": 1.0}),
        )
    ):
        folder = tmp_path / str(number)
        write_run(
            folder,
            program="lda",
            dataset="20newsgroups",
            model="lda",
            **lda_config.PRESETS[preset] | changed,
        )
        ((row,), _) = results.collect(topic_models.STUDY, folder)
        settings.append(row["settings"])
    assert settings == [
        "",
        "initial_prior=0.1",
        "preset=20newsgroups_short",
        "preset=20newsgroups_short learning_rate=1.0",
    ]


def test_files_with_other_columns_are_refused(tmp_path):
    path = STUDY.runs_file(tmp_path)
    path.write_text("a,b\n1,2\n")
    with pytest.raises(errors.SettingsError, match="has the columns"):
        results.merge(STUDY, [dict.fromkeys(STUDY.columns, "")], tmp_path)
    assert path.read_text() == "a,b\n1,2\n"
    with pytest.raises(errors.MissingFileError, match="is not there"):
        results.read(tmp_path / "none.csv")
