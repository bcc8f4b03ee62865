# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of tables as text."""

import pytest

from experiments.common import tables

TABLE = tables.Table(
    "t", "Title", ("a", "b"), [(1.23456, None), ("x, y", 2)], ["One.", "Two."]
)


def test_markdown_has_a_line_for_each_row():
    assert TABLE.markdown().splitlines() == [
        "## Title",
        "",
        "| a    | b |",
        "| ---- | - |",
        "| 1.23 |   |",
        "| x, y | 2 |",
        "",
        "One.",
        "",
        "Two.",
    ]


def test_a_table_without_rows_or_notes_has_its_columns():
    empty = tables.Table("t", "Title", ("a", "long"), [])
    assert empty.markdown() == "## Title\n\n| a | long |\n| - | ---- |\n"


def test_rows_of_another_length_are_refused():
    for row in ((1,), (1, 2, 3)):
        with pytest.raises(ValueError, match="zip"):
            TABLE._replace(rows=[row]).markdown()


def test_csv_has_the_numbers_in_full(tmp_path):
    TABLE.write_csv(tmp_path)
    assert (tmp_path / "t.csv").read_bytes() == b'a,b\n1.23456,\n"x, y",2\n'


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        ("", ""),
        ("1.23456", "1.23456"),
        (12345, "12345"),
        (0, "0"),
        (0.0, "0"),
        (12345.0, "1.23e+04"),
        (-0.0012345, "-0.00123"),
        (float("nan"), "nan"),
    ],
)
def test_numbers_have_three_digits(value, text):
    assert tables.cell(value) == text
