# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""The training loop: the one place that steps, evaluates, measures and saves.

A run is a function of its configuration: the order of the examples and every
random number are functions of (seed, stream, step), and everything else that
a step depends on is in the checkpoint. So two runs with one seed agree, and a
resumed run gives the metrics of an unbroken one.
"""

import abc
import sys
import time
from collections.abc import Callable, Mapping

import numpy as np
import tensorflow as tf
import tqdm

from experiments.common import (
    board,
    checkpoints,
    errors,
    interruption,
    run_folder,
    schedule,
)

__all__ = ["Learner", "Metrics", "fit", "stack_losses"]

Metrics = Mapping[str, float]


class Learner(abc.ABC):
    """What the loop trains."""

    @property
    @abc.abstractmethod
    def state(self) -> Mapping[str, tf.Module]:
        """The modules whose variables training changes, by name."""

    @abc.abstractmethod
    def train(self, examples: tf.Tensor, first_step: tf.Tensor) -> tf.Tensor:
        """Trains for some steps.

        Args:
            examples: int64 `[steps, batch]`, numbers of the examples.
            first_step: int32, number of the first of the steps.

        Returns:
            The loss of each step, `[steps]`.
        """

    def measure(self) -> Metrics:
        """Returns named metrics that are cheap: asked after each epoch."""
        return {}


def stack_losses(
    step: Callable[[tf.Tensor, tf.Tensor], tf.Tensor],
    num_steps: tf.Tensor,
    first_step: tf.Tensor,
) -> tf.Tensor:
    """Takes several training steps within one graph.

    Args:
        step: Takes the position of the step in this call and its number in
            the run; returns its loss.
        num_steps: How many steps.
        first_step: Number of the first one.

    Returns:
        float32 `[num_steps]`, the losses.
    """
    losses = tf.TensorArray(tf.float32, num_steps)
    for i in tf.range(num_steps):
        losses = losses.write(i, step(i, first_step + i))
    return losses.stack()


def fit(
    run: run_folder.Run,
    plan: schedule.Schedule,
    learner: Learner,
    evaluate: Callable[[int], Metrics],
) -> Metrics:
    """Trains from the newest checkpoint, or from the start, to the end.

    SIGINT and SIGTERM are answered by a checkpoint.

    Args:
        run: Where to read and write checkpoints and metrics.
        plan: What to do when.
        learner: What to train.
        evaluate: Returns named metrics after the given number of steps.

    Returns:
        The metrics at the end of training; where `run.chief` is false, the
        step alone, and nothing is evaluated or written.

    Raises:
        checkpoints.DamagedCheckpointsError: None of the run's can be read.
        errors.NonFiniteError: A loss or a variable stopped being finite.
        errors.OutputError: The folder cannot be written to.
        errors.SettingsError: The run is longer already than `plan`.
        interruption.Interrupted: A signal came; nothing is lost.
    """
    with interruption.handled():
        loop = _Loop(run, plan, learner, evaluate)
        loop.resume()
        try:
            with interruption.unmasked():
                return loop.run_to_the_end()
        except interruption.Interrupted as stop:
            raise loop.leave(stop) from stop


class _Loop:
    """The state of `fit`."""

    def __init__(self, run, plan, learner, evaluate):
        self._run = run
        self._plan = plan
        self._learner = learner
        self._evaluate = evaluate
        self._step = tf.Variable(0, dtype=tf.int64)
        # Of the epoch under way. It travels with the checkpoint so that the
        # epoch's mean does not depend on interruptions. At the end of an epoch
        # it is 0 once the epoch's metrics are written.
        self._loss_sum = tf.Variable(0.0, dtype=tf.float64)
        self._checkpoints = checkpoints.Checkpoints(
            run.checkpoints,
            tf.train.Checkpoint(
                step=self._step, loss_sum=self._loss_sum, **learner.state
            ),
        )
        self._saved = None
        self._evaluated = (-1, {})
        self._seconds, self._timed_steps = 0.0, 0
        self._board: board.Board | None = None

    @property
    def _done(self) -> int:
        return int(self._step)

    @property
    def _stage(self) -> tuple[int, float]:
        """What tells two checkpoints apart."""
        return self._done, float(self._loss_sum)

    def resume(self) -> None:
        """Restores the newest checkpoint, and lays claim to the run."""
        self._checkpoints.restore()
        done, asked = self._done, self._plan.total_steps
        if done > asked:
            raise errors.SettingsError(
                f"the run in {self._run.folder} has trained for {done} steps "
                f"already, but only {asked} are asked for: ask for {done} or "
                "more, or choose another --output_dir"
            )
        if done:
            self._saved = self._stage
            print(f"resuming {self._run.folder} after step {done}", flush=True)
        if self._run.chief:
            self._run.begin()
            self._checkpoints.begin()
            self._run.forget_metrics_after(done)

    def run_to_the_end(self) -> Metrics:
        """Does all that is left to do."""
        if not self._run.chief:
            self._train()
            return {"step": self._done}
        with board.open_board(self._run.board) as self._board:
            at_end = self._done and not self._done % self._plan.steps_per_epoch
            if at_end and float(self._loss_sum):
                # The last session was stopped while it measured.
                self._end_epoch()
            self._train()
            self._save()
            result = {"step": self._done} | self._evaluation()
        self._run.write_json("result.json", result)
        return result

    def leave(self, stop: interruption.Interrupted) -> interruption.Interrupted:
        """Saves what was trained; returns what to tell the user."""
        if self._run.chief and self._done:
            self._save()
        return interruption.Interrupted(
            stop.number,
            f"{stop} after step {self._done} of {self._plan.total_steps}; the "
            f"same command goes on from there ({self._run.folder})",
        )

    def _train(self) -> None:
        with tqdm.tqdm(
            disable=not self._run.chief,
            total=self._plan.total_steps,
            initial=self._done,
            unit="step",
            # A log file gets a line now and then, a terminal a live bar.
            mininterval=0.1 if sys.stderr.isatty() else 10.0,
        ) as bar:
            for first_step, examples in self._plan.calls(self._done):
                with interruption.deferred():
                    loss = self._call(first_step, examples)
                done = self._done
                bar.set_postfix(
                    epoch=f"{done / self._plan.steps_per_epoch:.1f}",
                    loss=f"{loss:.2f}",
                    refresh=False,
                )
                bar.update(len(examples))
                if self._run.chief and not done % self._plan.steps_per_epoch:
                    self._end_epoch()

    def _call(self, first_step: int, examples: np.ndarray) -> float:
        """Trains for some steps; returns their mean loss."""
        start = time.perf_counter()
        losses = self._learner.train(
            tf.constant(examples, tf.int64), tf.constant(first_step, tf.int32)
        ).numpy()
        self._seconds += time.perf_counter() - start
        self._timed_steps += len(losses)
        _check_losses(losses, first_step, self._plan.steps_per_epoch)
        self._step.assign_add(len(losses))
        self._loss_sum.assign_add(losses.sum(dtype=np.float64))
        return losses.mean()

    def _end_epoch(self) -> None:
        """Measures, writes the epoch's line, and saves."""
        done, per_epoch = self._done, self._plan.steps_per_epoch
        epoch = done // per_epoch
        line = {
            "step": done,
            "epoch": epoch,
            "train_loss": float(self._loss_sum) / per_epoch,
            **self._learner.measure(),
        }
        if epoch % self._plan.evaluate_every == 0:
            line |= self._evaluation()
        if self._timed_steps:
            line["ms_per_step"] = 1e3 * self._seconds / self._timed_steps
        with interruption.deferred():
            self._run.add_metrics(**line)
            self._loss_sum.assign(0)
            self._seconds, self._timed_steps = 0.0, 0
            self._board.add(line)
        if epoch % self._plan.checkpoint_every == 0:
            self._save()

    def _evaluation(self) -> Metrics:
        """Evaluates what is trained so far, once."""
        if self._evaluated[0] != self._done:
            self._evaluated = (self._done, self._evaluate(self._done))
        return self._evaluated[1]

    def _save(self) -> None:
        """Writes a checkpoint, unless it is there."""
        if self._saved == self._stage:
            return
        with interruption.deferred():
            _check_variables(self._learner.state, self._done)
            self._checkpoints.save(self._done)
            self._saved = self._stage


def _check_losses(losses: np.ndarray, first_step: int, per_epoch: int) -> None:
    """Stops at the first loss that is not finite."""
    bad = np.flatnonzero(~np.isfinite(losses))
    if bad.size:
        step = first_step + int(bad[0])
        raise errors.NonFiniteError(
            f"the training loss is {losses[bad[0]]} in step {step} (epoch "
            f"{step // per_epoch}); training stops here, and no checkpoint "
            "after this step was written"
        )


def _check_variables(state: Mapping[str, tf.Module], step: int) -> None:
    """Keeps values that are not finite out of the checkpoints."""
    for module in state.values():
        for variable in module.variables:
            if not np.isfinite(variable.numpy()).all():
                raise errors.NonFiniteError(
                    f"the variable {variable.name} is not finite after step "
                    f"{step}; training stops here without a checkpoint of it"
                )
