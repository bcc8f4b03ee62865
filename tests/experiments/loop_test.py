# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of the training loop and its checkpoints, with a model of one number.

What a kill at any moment leaves behind is made by hand here; `kill_test.py`
kills for real.
"""

import os
import pathlib
import shutil
import signal

import numpy as np
import pytest
import tensorflow as tf

from experiments.common import checkpoints, errors, interruption, loop
from experiments.common.run_folder import Run
from experiments.common.schedule import Schedule

# 3 steps an epoch.
PLAN = {
    "num_examples": 6,
    "batch_size": 2,
    "epochs": 6,
    "max_steps": None,
    "evaluate_every": 2,
    "checkpoint_every": 2,
    "seed": 0,
}


class _Weight(tf.Module):
    def __init__(self):
        super().__init__()
        self.value = tf.Variable(0.0)


class _Learner(loop.Learner):
    """Adds up the numbers of the examples; calls back before each call."""

    def __init__(self, before=lambda step: None):
        self._weight = _Weight()
        self._before = before

    @property
    def state(self):
        return {"model": self._weight}

    def train(self, examples, first_step):
        self._before(int(first_step))
        losses = []
        for i, numbers in enumerate(examples.numpy()):
            self._weight.value.assign_add(float(numbers.sum()) + i)
            losses.append(float(self._weight.value) + 0.5)
        return tf.constant(losses)

    def measure(self):
        return {"weight": float(self._weight.value)}


def fit(
    folder, learner=None, evaluate=lambda step: {"score": 2 * step}, **plan
):
    folder.mkdir(exist_ok=True)
    run = Run(folder, description={"config": {}, "sessions": []})
    return loop.fit(
        run, Schedule(**PLAN | plan), learner or _Learner(), evaluate
    )


def metrics(folder) -> list[dict[str, float]]:
    found = Run(folder).metrics()
    for line in found:
        line.pop("ms_per_step", None)
    return found


def saved(folder) -> list[int]:
    names = folder.glob("checkpoints/ckpt-*.index")
    return sorted(int(name.stem.removeprefix("ckpt-")) for name in names)


@pytest.fixture(name="unbroken")
def fixture_unbroken(tmp_path) -> pathlib.Path:
    fit(tmp_path / "unbroken")
    return tmp_path / "unbroken"


@pytest.mark.parametrize("every", [1, 2, 3])
def test_checkpoints_come_as_often_as_they_should(tmp_path, every):
    seen = []
    fit(
        tmp_path / "run",
        _Learner(lambda step: seen.append((step, saved(tmp_path / "run")))),
        checkpoint_every=every,
    )
    for step, there in seen:
        epochs = range(every, step // 3 + 1, every)
        assert there == [3 * epoch for epoch in epochs][-2:], step
    assert saved(tmp_path / "run")[-1] == 18


@pytest.mark.parametrize("every", [1, 2, 4])
def test_evaluations_come_as_often_as_they_should(tmp_path, every):
    evaluated = []

    def evaluate(step):
        evaluated.append(step)
        return {"score": step}

    fit(tmp_path / "run", evaluate=evaluate, evaluate_every=every)
    assert evaluated == sorted({*range(3 * every, 19, 3 * every), 18})


def test_milliseconds_of_a_step(tmp_path, monkeypatch):
    # A call of the learner takes a quarter of a second by this clock.
    now = [0.0]
    monkeypatch.setattr(loop.time, "perf_counter", lambda: now[0])
    calls = []

    def tick(step):
        now[0] += 0.25
        calls.append(step)

    fit(tmp_path / "run", _Learner(tick))
    lines = Run(tmp_path / "run").metrics()
    timed = [line["ms_per_step"] for line in lines if "ms_per_step" in line]
    steps_per_call = 18 / len(calls)
    assert len(timed) >= 5
    assert timed == [pytest.approx(250 / steps_per_call)] * len(timed)


def test_a_lost_index_of_checkpoints_loses_nothing(tmp_path, unbroken):
    folder = tmp_path / "run"
    fit(folder, epochs=4)
    (folder / "checkpoints" / "checkpoint").unlink()
    first_steps = []
    fit(folder, _Learner(first_steps.append))
    assert first_steps[0] == 12
    assert metrics(folder) == metrics(unbroken)
    assert saved(folder) == saved(unbroken)
    # And others can find them by TensorFlow's means again.
    latest = tf.train.latest_checkpoint(str(folder / "checkpoints"))
    assert latest.endswith("ckpt-18")


def damage(path: pathlib.Path, how: str) -> None:
    content = path.read_bytes()
    if how == "empty":
        path.write_bytes(b"")
    elif how == "cut":
        path.write_bytes(content[: len(content) // 2])
    elif how == "changed":
        middle = len(content) // 2
        flipped = bytes(255 - byte for byte in content[middle : middle + 8])
        path.write_bytes(content[:middle] + flipped + content[middle + 8 :])
    else:
        path.unlink()


@pytest.mark.parametrize("part", ["index", "data-00000-of-00001"])
@pytest.mark.parametrize("how", ["empty", "cut", "changed", "lost"])
def test_training_goes_on_from_an_older_checkpoint(
    tmp_path, unbroken, part, how, capsys
):
    folder = tmp_path / "run"
    fit(folder, epochs=4)
    assert saved(folder) == [6, 12]
    damage(folder / "checkpoints" / f"ckpt-12.{part}", how)
    first_steps = []
    capsys.readouterr()
    fit(folder, _Learner(first_steps.append))
    assert first_steps[0] == 6
    assert metrics(folder) == metrics(unbroken)
    assert saved(folder) == saved(unbroken)
    if (part, how) != ("index", "lost"):
        assert "ckpt-12" in capsys.readouterr().out


def test_what_is_left_of_a_damaged_checkpoint_goes(tmp_path):
    folder = tmp_path / "run"
    fit(folder, epochs=4)
    damage(folder / "checkpoints" / "ckpt-12.data-00000-of-00001", "cut")
    # Step 12 is not saved again.
    fit(folder, checkpoint_every=6)
    assert saved(folder) == [6, 18]
    assert not list(folder.glob("checkpoints/ckpt-12.*"))


def test_run_without_a_whole_checkpoint_is_left_alone(tmp_path):
    folder = tmp_path / "run"
    fit(folder, epochs=4)
    for path in folder.glob("checkpoints/*.index"):
        damage(path, "cut")
    before = (folder / "metrics.jsonl").read_bytes()
    with pytest.raises(
        checkpoints.DamagedCheckpointsError, match=r"ckpt-12.*--overwrite"
    ):
        fit(folder)
    assert (folder / "metrics.jsonl").read_bytes() == before
    assert (folder / "result.json").exists()


def test_unfinished_checkpoints_are_cleared_away(tmp_path):
    folder = tmp_path / "run"
    fit(folder, epochs=4)
    left = folder / "checkpoints" / "ckpt-15_temp"
    left.mkdir()
    (left / "part-00000-of-00001").write_bytes(b"half")
    fit(folder)
    assert not left.exists()


def test_fewer_steps_than_are_trained_are_refused(tmp_path):
    folder = tmp_path / "run"
    fit(folder, epochs=4)
    before = {
        path: path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }
    with pytest.raises(errors.SettingsError, match=r"12 steps.* only 9 are"):
        fit(folder, epochs=3)
    assert before == {
        path: path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def interrupt_at(wanted, number):
    def before(step):
        if step == wanted:
            os.kill(os.getpid(), number)

    return before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("step", [0, 9])
def test_a_signal_saves_and_loses_nothing(tmp_path, unbroken, number, step):
    folder = tmp_path / "run"
    handlers = [signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM)]
    with pytest.raises(
        interruption.Interrupted,
        match=f"{number.name} after step {step + 3} of 18; the same command",
    ) as caught:
        fit(folder, _Learner(interrupt_at(step, number)))
    assert caught.value.number == number
    assert saved(folder)[-1] == step + 3
    assert handlers == [
        signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM)
    ]
    first_steps = []
    fit(folder, _Learner(first_steps.append))
    assert first_steps[0] == step + 3
    assert metrics(folder) == metrics(unbroken)


@pytest.mark.parametrize("step", [6, 18])
def test_a_signal_in_an_evaluation_loses_nothing(tmp_path, unbroken, step):
    folder = tmp_path / "run"

    def evaluate(now):
        if now == step:
            os.kill(os.getpid(), signal.SIGTERM)
        return {"score": 2 * now}

    with pytest.raises(interruption.Interrupted, match=f"after step {step}"):
        fit(folder, evaluate=evaluate)
    assert not (folder / "result.json").exists()
    assert saved(folder)[-1] == step
    result = fit(folder)
    assert metrics(folder) == metrics(unbroken)
    assert result == {"step": 18, "score": 36}


def test_a_signal_that_a_library_hides_is_a_signal(tmp_path, unbroken):
    folder = tmp_path / "run"

    def evaluate(now):
        if now == 6:
            try:
                os.kill(os.getpid(), signal.SIGTERM)
            except interruption.Interrupted as stop:
                # As TensorFlow, of its stack of graphs, while it traces one.
                raise AssertionError("Concurrent access?") from stop
        return {"score": 2 * now}

    with pytest.raises(interruption.Interrupted, match="SIGTERM after step 6"):
        fit(folder, evaluate=evaluate)
    assert saved(folder)[-1] == 6
    fit(folder)
    assert metrics(folder) == metrics(unbroken)
    # Before and after training, too; what the user can mend is told.
    for error, told in (
        (AssertionError, interruption.Interrupted),
        (errors.OutputError, errors.OutputError),
    ):
        with pytest.raises(told), interruption.handled():
            try:
                os.kill(os.getpid(), signal.SIGINT)
            except interruption.Interrupted as stop:
                raise error("hidden") from stop
    with pytest.raises(AssertionError), interruption.handled():
        raise AssertionError("no signal came")


def test_the_same_signal_twice_ends_at_once():
    # In a child, which the second signal ends.
    child = os.fork()
    if not child:
        with interruption.handled(), interruption.deferred():
            os.kill(os.getpid(), signal.SIGINT)
            # Of another kind: it changes nothing.
            os.kill(os.getpid(), signal.SIGTERM)
            os.kill(os.getpid(), signal.SIGINT)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)
    assert os.WTERMSIG(status) == signal.SIGINT


def test_full_disk_stops_with_the_place_and_keeps_what_is_there(
    tmp_path, monkeypatch
):
    folder = tmp_path / "run"
    fit(folder, epochs=4)
    before = metrics(folder)

    def save(self, checkpoint_number):
        raise tf.errors.ResourceExhaustedError(
            None, None, f"ckpt-{checkpoint_number}; No space left on device"
        )

    monkeypatch.setattr(tf.train.CheckpointManager, "save", save)
    with pytest.raises(
        errors.OutputError, match=r"checkpoints cannot be .*No space left"
    ):
        fit(folder)
    assert metrics(folder)[: len(before)] == before
    assert saved(folder) == [6, 12]


def test_losses_and_variables_that_are_not_finite_are_not_saved(tmp_path):
    learner = _Learner()

    def spoil(step):
        if step == 9:
            learner.state["model"].value.assign(np.inf)

    learner._before = spoil
    with pytest.raises(errors.NonFiniteError, match="inf in step 9"):
        fit(tmp_path / "run", learner)
    assert saved(tmp_path / "run") == [6]


def test_a_copied_folder_is_a_run_as_well(tmp_path, unbroken):
    # TensorFlow's index holds no paths of the first place.
    fit(tmp_path / "run", epochs=4)
    shutil.move(tmp_path / "run", tmp_path / "moved")
    fit(tmp_path / "moved")
    assert metrics(tmp_path / "moved") == metrics(unbroken)
