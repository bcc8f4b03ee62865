# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""The documents have the tables that the kept runs make, and explain them."""

import pathlib
import re
import shutil

import pytest

from experiments import paper_tables
from experiments.common import result_tables, results

_DOCS = pathlib.Path(__file__).absolute().parents[2] / "docs"
_HEADING = "## Differences above two standard deviations\n"


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
    list(zip(paper_tables.STUDIES, paper_tables.PAGES, strict=True)),
    ids=paper_tables.PAGES,
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
