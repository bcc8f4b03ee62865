# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""A fuzz that is stopped goes on, and adds up what it found."""

import json

import numpy as np
import pytest

from tests.math import fuzz_findings


def _found(error):
    findings = fuzz_findings.Findings()
    findings.check("law: truth", np.array([1.0, error]), 16, [np.arange(2.0)])
    return findings


def test_bounds_and_no_numbers_are_found(capsys):
    assert _found(15.0).count == 0
    assert _found(17.0).count == 1
    assert "17 eps at [['0x1.0" in capsys.readouterr().out
    assert _found(np.nan).count == 1
    assert _found(np.nan).worst == {"law: truth": np.inf}


@pytest.mark.parametrize("cut", [0, 1, 20])
def test_a_journal_goes_on_where_it_stopped(tmp_path, cut):
    path = tmp_path / "folder" / "journal.jsonl"
    journal = fuzz_findings.Journal(path, 7, count=10)
    journal.add(7, "law", _found(15.0))
    journal.add(8, "law", _found(17.0))
    text = path.read_text()
    path.write_text(text[: len(text) - cut])
    again = fuzz_findings.Journal(path, 9, count=10)
    assert again.seed == 7
    assert again.has(7, "law") and not again.has(7, "other")
    # A line that is cut is tried again.
    assert again.has(8, "law") == (cut == 0)
    assert again.findings.count == (cut == 0)
    again.add(8, "other", _found(20.0))
    whole = [json.loads(line) for line in path.read_text().splitlines()]
    assert len(whole) == 3 + (cut == 0)
    worst = fuzz_findings.Journal(path, 0, count=10).findings.worst
    assert worst == {"law: truth": 20.0}


def test_other_files_are_left_alone(tmp_path):
    path = tmp_path / "journal.jsonl"
    fuzz_findings.Journal(path, 7, count=10)
    with pytest.raises(ValueError, match=r"is of a campaign of .*10.*not.*20"):
        fuzz_findings.Journal(path, 7, count=20)
    path.write_text("a text\n")
    with pytest.raises(ValueError, match="no file of this program"):
        fuzz_findings.Journal(path, 7, count=20)
    assert path.read_text() == "a text\n"
