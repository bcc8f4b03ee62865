# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of the output folder."""

import contextlib
import json

import pytest

from experiments.common import errors, paths, run_folder

CONFIG = {"program": "test", "size": 1, "epochs": 2}


@contextlib.contextmanager
def open_run(folder, overwrite=False, **changes):
    config = CONFIG | changes
    with run_folder.open_run(folder, config, {"epochs"}, overwrite) as run:
        run.begin()
        yield run


def lines(*steps) -> str:
    return "".join(json.dumps({"step": step}) + "\n" for step in steps)


def test_folder_is_locked_while_in_use(tmp_path):
    with open_run(tmp_path):
        for overwrite in (False, True):
            with (
                pytest.raises(errors.FolderInUseError, match="another process"),
                open_run(tmp_path, overwrite),
            ):
                pass
    with open_run(tmp_path):
        pass


def test_length_of_a_run_may_change_but_nothing_else(tmp_path):
    with open_run(tmp_path):
        pass
    with open_run(tmp_path, epochs=3):
        pass
    with (
        pytest.raises(
            errors.FolderInUseError,
            match=r"size is 1 there and 2 here\. .*--overwrite",
        ),
        open_run(tmp_path, size=2),
    ):
        pass


@pytest.mark.parametrize("name", ["notes.txt", "config.json"])
def test_folder_with_other_files_is_refused(tmp_path, name):
    (tmp_path / name).write_text("mine")
    with (
        pytest.raises(errors.FolderInUseError, match=r"choose another"),
        open_run(tmp_path),
    ):
        pass
    assert (tmp_path / name).read_text() == "mine"


def test_overwriting_spares_files_that_are_not_the_runs(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with open_run(tmp_path, overwrite=True) as run:
        run.add_metrics(step=1)
    with open_run(tmp_path, overwrite=True) as run:
        assert run.metrics() == []
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_paths_are_the_users_under_bazel_run(tmp_path, monkeypatch):
    monkeypatch.setenv("BUILD_WORKING_DIRECTORY", str(tmp_path))
    assert paths.user_path("output") == tmp_path / "output"
    monkeypatch.delenv("BUILD_WORKING_DIRECTORY")
    monkeypatch.chdir("/")
    assert str(paths.user_path("output")) == "/output"


@pytest.mark.parametrize(
    "bad",
    ["", "   ", "not json", "[1]", "3", '{"epoch": 2}', '{"step": "4"}'],
)
def test_a_line_that_cannot_be_read_costs_no_other_line(tmp_path, bad, capsys):
    path = tmp_path / "metrics.jsonl"
    run = run_folder.Run(tmp_path)
    path.write_text(lines(1, 2) + bad + "\n" + lines(3, 4))
    assert [line["step"] for line in run.metrics()] == [1, 2, 3, 4]
    run.forget_metrics_after(4)
    assert path.read_text() == lines(1, 2, 3, 4) or not bad.strip()
    assert [line["step"] for line in run.metrics()] == [1, 2, 3, 4]
    if bad.strip():
        assert f"{path}:3 cannot be read" in capsys.readouterr().out
        assert (tmp_path / "metrics.replaced.jsonl").read_text() == bad + "\n"


def test_bytes_that_are_no_text_cost_no_other_line(tmp_path):
    path = tmp_path / "metrics.jsonl"
    path.write_bytes(lines(1).encode() + b"\xff\xfe\n" + lines(2).encode())
    run = run_folder.Run(tmp_path)
    run.forget_metrics_after(2)
    assert path.read_text() == lines(1, 2)


def test_lines_that_are_measured_again_are_kept_elsewhere(tmp_path):
    run = run_folder.Run(tmp_path)
    path = tmp_path / "metrics.jsonl"
    path.write_text(lines(1, 2, 3))
    run.forget_metrics_after(2)
    assert path.read_text() == lines(1, 2)
    path.write_text(lines(1, 2, 3))
    run.forget_metrics_after(1)
    assert path.read_text() == lines(1)
    replaced = tmp_path / "metrics.replaced.jsonl"
    assert replaced.read_text() == lines(3) + lines(2, 3)


def test_folder_of_a_process_killed_in_its_first_write_is_free(tmp_path):
    (tmp_path / ".lock").write_text("")
    (tmp_path / "config.json.part").write_text('{"config": {')
    with open_run(tmp_path):
        pass
    assert run_folder.read_config(tmp_path) == CONFIG


@pytest.mark.parametrize("deep", ["", "deeper/still"])
def test_output_path_that_is_a_file_is_refused(tmp_path, deep):
    file = tmp_path / "file"
    file.write_text("mine")
    with (
        pytest.raises(
            errors.FolderInUseError, match=r"--output_dir=.*file is a file"
        ),
        open_run(file / deep),
    ):
        pass
    assert file.read_text() == "mine"


def test_full_disk_names_the_file(tmp_path):
    (tmp_path / "metrics.jsonl").symlink_to("/dev/full")
    run = run_folder.Run(tmp_path)
    with pytest.raises(
        errors.OutputError,
        match=r"metrics\.jsonl cannot be written: No space left",
    ):
        run.add_metrics(step=1)


def test_read_only_folder_is_named(tmp_path, monkeypatch):
    # Root may write everywhere: what the system says to others.
    def mkdir(*args, **kwargs):
        raise PermissionError(13, "Permission denied", str(tmp_path / "new"))

    monkeypatch.setattr(type(tmp_path), "mkdir", mkdir)
    with (
        pytest.raises(errors.OutputError, match=r"new cannot be .*Permission"),
        open_run(tmp_path / "new"),
    ):
        pass


def test_opening_a_run_changes_nothing_before_it_begins(tmp_path):
    with open_run(tmp_path) as run:
        run.write_json("result.json", {"step": 2})
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    changed = CONFIG | {"epochs": 1}
    with run_folder.open_run(tmp_path, changed, {"epochs"}, False):
        pass
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == before
