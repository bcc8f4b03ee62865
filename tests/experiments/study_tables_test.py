# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of the tables of studies as data."""

import pytest

from experiments.common import errors, results, study_tables, tables

FIRST = tables.Table(
    "first", "Title", ("a", "(p)", "(p)"), [(1.25, None, "x"), (2, 3e-9, "")]
)
SECOND = tables.Table("second", "Other", ("b",), [(7,)], ["One.", "Two."])


def test_a_table_is_read_as_it_was_written(tmp_path):
    for table in (FIRST, SECOND):
        study_tables.write(tmp_path, table, "", {"date": "2026-01-02"})
        found = study_tables.read(tmp_path, table.name)
        assert found.markdown() == table.markdown()
    assert study_tables.read(tmp_path, "first").rows[1] == [2, 3e-9, None]
    for name in ("third", "tables"):
        with pytest.raises(errors.MissingFileError, match=name):
            study_tables.read(tmp_path, name)


def test_tables_are_added_each_in_the_place_of_an_older_one(tmp_path):
    old, new = tmp_path / "old", tmp_path / "new"
    for folder in (old, new):
        folder.mkdir()
    for table in (FIRST, SECOND):
        study_tables.write(old, table, "", {"date": "2026-01-02", "a": "1"})
    changed = SECOND._replace(rows=[(8,)], notes=["Three."])
    study_tables.write(new, changed, "x=1", {"date": "2026-01-03", "b": "2"})
    assert study_tables.add(new, old) == ["second"]
    assert study_tables.read(old, "second") == changed._replace(
        columns=["b"], rows=[[8]]
    )
    assert study_tables.read(old, "first").markdown() == FIRST.markdown()
    provenance = study_tables.provenance(old)
    assert provenance.columns == ["", "first", "second"]
    assert provenance.rows == [
        ["settings", "", "x=1"],
        ["date", "2026-01-02", "2026-01-03"],
        ["a", "1", ""],
        ["b", "", "2"],
    ]
    with pytest.raises(errors.MissingFileError, match="is not there"):
        study_tables.add(tmp_path, old)


def test_tables_of_one_run_have_one_column(tmp_path):
    for table in (FIRST, SECOND):
        study_tables.write(tmp_path, table, "", {"date": "2026-01-02"})
    found = study_tables.provenance(tmp_path)
    assert found.columns == ["", "all tables"]
    assert found.rows == [["date", "2026-01-02"]]
    assert len(results.read(tmp_path / study_tables.INDEX)) == 2
