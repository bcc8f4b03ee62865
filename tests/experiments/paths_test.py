# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Folders as the command line and the environment name them."""

import pytest

from experiments.common import paths


@pytest.mark.parametrize(
    ("flag", "variable", "want"),
    [
        ("flag", "variable", "flag"),
        ("flag", None, "flag"),
        (None, "variable", "variable"),
        ("", "variable", "variable"),
        (None, None, None),
        (None, "", None),
    ],
)
def test_the_flag_counts_before_the_variable(
    tmp_path, monkeypatch, flag, variable, want
):
    monkeypatch.setenv("BUILD_WORKING_DIRECTORY", str(tmp_path))
    monkeypatch.delenv(paths.DATA_DIR_VARIABLE, raising=False)
    if variable is not None:
        monkeypatch.setenv(paths.DATA_DIR_VARIABLE, variable)
    found = paths.data_folder(flag)
    assert found == (want and str((tmp_path / want).resolve()))


def test_paths_start_where_the_user_is(tmp_path, monkeypatch):
    monkeypatch.delenv("BUILD_WORKING_DIRECTORY", raising=False)
    monkeypatch.chdir(tmp_path)
    assert paths.user_path("a/../b") == (tmp_path / "b").resolve()
    assert str(paths.user_path("/a/b")) == "/a/b"
