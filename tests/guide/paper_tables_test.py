# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""The documents have the tables that the kept runs make, and explain them."""

import itertools
import json
import math
import pathlib
import re
import shutil

import pytest
from absl import flags

from experiments import cross_entropy, paper_tables
from experiments.common import errors, result_tables, results, study_tables
from experiments.studies import pages, plots

_DOCS = pathlib.Path(__file__).absolute().parents[2] / "docs"
_HEADING = "## Differences above two standard deviations\n"
# Those of training runs.
_RUN_PAGES = ("topic_model.md", "vae.md")


@pytest.mark.parametrize("name", paper_tables.PAGES)
def test_page_has_the_tables_of_the_results(name):
    page = (_DOCS / name).read_text("utf-8")
    found = paper_tables.page_tables(results.FOLDER)
    wanted = {table: found[table] for table in paper_tables.PAGES[name]}
    assert paper_tables.filled(page, wanted) == page, (
        "python -m experiments.paper_tables --write_pages mends it"
    )


def _explained(page):
    """Returns the cells that the bold heads of the section name."""
    section = page.partition(_HEADING)[2].partition("\n## ")[0]
    heads = re.findall(r"^\*   \*\*(.+?)\.\*\*", section, re.M | re.S)
    cells = []
    for head in heads:
        for part in " ".join(head.split()).split("; "):
            row, _, sizes = part.partition(", D = ")
            cells += [
                (row, size) for size in (sizes.split(", ") if sizes else [""])
            ]
    return cells


@pytest.mark.parametrize(
    ("study", "name"),
    list(zip(paper_tables.STUDIES, _RUN_PAGES, strict=True)),
    ids=_RUN_PAGES,
)
def test_page_explains_the_differences_above_two_and_no_others(study, name):
    runs = results.read(study.runs_file())
    paper = results.read(study.paper_file())
    expected = set()
    for key in result_tables.differences(study, runs, paper):
        cell = dict(zip(study.cell, key, strict=True))
        row = cell.get("prior", cell.get("model"))
        expected.add((f"{row}, {cell['training']}", cell.get("D", "")))
    explained = _explained((_DOCS / name).read_text("utf-8"))
    assert len(explained) == len(set(explained))
    assert set(explained) == expected


@pytest.mark.parametrize("study", paper_tables.STUDIES, ids=lambda s: s.name)
def test_files_hold_what_they_are_to_hold(study):
    runs = results.read(study.runs_file(), study.columns)
    for row in runs:
        assert row["source"] and row["date"], row
        assert float(row[study.metric]) > 0, row
        if int(row["runs"]) > 1:
            assert row["stddev"] and not row["seed"], row
        # A run, or what a document told before there was this file.
        assert row["source"].startswith(("python -m ", "docs/")), row
    paper = results.read(study.paper_file())
    cells = [tuple(row[name] for name in study.cell) for row in paper]
    assert len(cells) == len(set(cells))
    assert all("arXiv:1805.08498" in row["source"] for row in paper)


def test_a_changed_result_changes_its_page(tmp_path):
    shutil.copytree(results.FOLDER, tmp_path, dirs_exist_ok=True)
    study = paper_tables.STUDIES[1]
    runs = results.read(study.runs_file(tmp_path))
    runs[0] = dict(runs[0], steps="99000000", test_nll="77.7")
    results.write(study.runs_file(tmp_path), study.columns, runs)
    page = (_DOCS / "vae.md").read_text("utf-8")
    found = paper_tables.page_tables(tmp_path)
    tables = {name: found[name] for name in paper_tables.PAGES["vae.md"]}
    changed = paper_tables.filled(page, tables)
    assert changed != page
    assert "77.7" in changed and "99,000,000" in changed
    with pytest.raises(ValueError, match="0 places of the table 'no'"):
        paper_tables.filled(page, {"no": ""})


def test_a_run_with_other_settings_stands_beside_the_papers(tmp_path):
    shutil.copytree(results.FOLDER, tmp_path, dirs_exist_ok=True)
    study = paper_tables.STUDIES[1]
    runs = results.read(study.runs_file(tmp_path))
    name = ("Normal(0, 1)", "explicit", "10", "0", "200000")
    names = ("prior", "training", "D", "seed", "steps")
    (run,) = [row for row in runs if tuple(row[k] for k in names) == name]
    changed = dict(run, settings="kl_annealing_steps=1", test_nll="77.7")
    longer = dict(changed, steps="300000", test_nll="66.6")
    results.write(study.runs_file(tmp_path), study.columns, [run, changed])
    table = paper_tables.page_tables(tmp_path)["table4 other settings"]
    beside = f"| 200000 | 77.7     | {run['test_nll']}             | 92.5  |"
    assert beside in table
    results.write(study.runs_file(tmp_path), study.columns, [run, longer])
    table = paper_tables.page_tables(tmp_path)["table4 other settings"]
    assert "| 300000 | 66.6     |                  | 92.5  |" in table


def test_seeds_of_the_large_corpus_are_averaged(tmp_path):
    shutil.copytree(results.FOLDER, tmp_path, dirs_exist_ok=True)
    study = paper_tables.STUDIES[0]
    run = next(
        row
        for row in results.read(study.runs_file(tmp_path))
        if row["corpus"] == "100,000 film reviews"
    )
    runs = [
        dict(run, seed=seed, test_perplexity=value, test_kl=kl)
        for seed, value, kl in (
            ("0", "1", "1"),
            ("0", "2790", "1"),  # run again
            ("1", "2810", ""),
        )
    ]
    other = dict(run, settings="batch_size=7", test_perplexity="2000")
    results.write(study.runs_file(tmp_path), study.columns, [*runs, other])
    table = paper_tables.page_tables(tmp_path)["table3 large corpus"]
    mean, single = table.splitlines()[2:]
    # The second seed has no divergence, so that the mean of both is not known.
    assert re.search(r"\| 2 +\| 2800 \+- 14 +\| +\| +\|", mean), mean
    assert re.search(r"\| 1 +\| 2000 +\|.*batch_size=7", single), single


def test_a_changed_measurement_changes_its_page_and_its_picture(tmp_path):
    folder, images = tmp_path / "results", tmp_path / "images"
    shutil.copytree(results.FOLDER, folder)
    shutil.copytree(_DOCS / "images", images)
    assert pages.draw(folder, images) == []
    path = folder / "accuracy" / "cost.csv"
    table = study_tables.read(path.parent, "cost")
    rows = [list(row) for row in table.rows]
    rows[0][3] = 77.7
    table._replace(rows=rows).write_csv(path.parent)
    page = (_DOCS / "accuracy.md").read_text("utf-8")
    found = pages.page_tables(folder)
    wanted = {name: found[name] for name in pages.PAGES["accuracy.md"]}
    assert "| 77.7 |" in paper_tables.filled(page, wanted)
    old = (images / "cost.png").read_bytes()
    assert pages.draw(folder, images) == [images / "cost.png"]
    assert (images / "cost.png").read_bytes() != old
    assert pages.draw(folder, images) == []


@pytest.mark.parametrize("name", pages.PICTURES)
def test_pictures_are_those_of_the_tables_that_are_kept(name):
    expected = pages.description(pages.PICTURES[name], results.FOLDER)
    assert plots.description(_DOCS / "images" / name) == expected, (
        "python -m experiments.paper_tables --write_pages mends it"
    )


def _study(folder, program, settings):
    """Writes what a study that was run with these settings leaves."""
    folder.mkdir()
    (folder / "config.json").write_text(
        json.dumps({"config": {"program": program}, "sessions": []})
    )
    table = study_tables.read(results.FOLDER / "cross_entropy", "cross_entropy")
    study_tables.write(folder, table, settings, {"date": "2026-01-02"})


def test_a_study_with_other_settings_is_not_added(tmp_path):
    kept = tmp_path / "results"
    shutil.copytree(results.FOLDER, kept)
    before = pages.page_tables(kept)
    _study(tmp_path / "quick", "cross_entropy", "points=3 samples=200")
    with pytest.raises(errors.SettingsError, match="points=3 samples=200"):
        pages.add(tmp_path / "quick", kept)
    assert pages.page_tables(kept) == before
    _study(tmp_path / "full", "cross_entropy", "processor_time=True")
    assert pages.add(tmp_path / "full", kept)[0] == "cross_entropy"
    after = pages.page_tables(kept)
    different = {name for name in after if after[name] != before[name]}
    assert different == {"cross_entropy provenance"}


def test_the_commands_of_the_page_are_accepted():
    page = (_DOCS / "cross_entropy.md").read_text("utf-8")
    commands = re.findall(
        r"^python -m experiments\.cross_entropy((?:.*\\\n)*.*)", page, re.M
    )
    names = []
    for command in commands:
        values = flags.FlagValues()
        cross_entropy.define_flags(values)
        values(["x", *command.replace("\\\n", "").split()])
        config = cross_entropy.config_from_flags(values)
        names.append(
            pages.kept("cross_entropy", cross_entropy.settings_of(config))
        )
    assert names == ["cross_entropy", "other_estimators"]


def test_what_the_page_says_of_the_variances_holds():
    found = {
        (m.problem, m.estimator, m.phi): m
        for m in pages.measurements(results.FOLDER / "cross_entropy")
    }

    def ratios(problem, estimator, quantity):
        return [
            getattr(m, quantity) / getattr(found[p, "implicit", phi], quantity)
            for (p, e, phi), m in found.items()
            if (p, e) == (problem, estimator)
        ]

    for problem, estimator, _ in found:
        if estimator.startswith("rsvi_") and problem != "beta":
            assert min(ratios(problem, estimator, "variance")) > 1
            assert min(ratios(problem, estimator, "seconds")) > 1
    falling = [
        ratios("dirichlet", f"rsvi_{b}", "variance") for b in (0, 1, 5, 10, 20)
    ]
    for more, fewer in itertools.pairwise(falling):
        assert all(a > b for a, b in zip(more, fewer, strict=True))
    same = ratios("dirichlet", "implicit_cdf", "variance")
    assert min(same) > 0.99 and max(same) < 1.01
    assert max(ratios("beta", "implicit_cdf", "variance")) < 1
    for problem in ("beta", "dirichlet"):
        assert min(ratios(problem, "implicit_cdf", "seconds")) > 1
    for (problem, estimator, phi), m in found.items():
        assert abs(m.bias) < 4 * m.bias_error
        ours = found[problem, "implicit", phi]
        if estimator.startswith("rsvi_") and m.variance < ours.variance:
            spread = math.hypot(m.variance_error, ours.variance_error)
            assert ours.variance - m.variance < 2 * spread
