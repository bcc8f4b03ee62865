# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of how programs end."""

import os
import signal

import pytest
import tensorflow as tf

from experiments.common import errors, program


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_with_a_line_and_its_status(number, capsys):
    with pytest.raises(SystemExit) as caught, program.exits_with_message():
        os.kill(os.getpid(), number)
    assert caught.value.code == 128 + number
    assert capsys.readouterr().err == f"stopped by {number.name}\n"


def test_what_the_user_can_mend_is_one_line():
    with (
        pytest.raises(SystemExit, match="error: --steps=0 is too small"),
        program.exits_with_message(),
    ):
        raise errors.SettingsError("--steps=0 is too small")


@pytest.mark.parametrize(
    "error", [ValueError("a fault"), tf.errors.InternalError(None, None, "x")]
)
def test_faults_keep_their_trace(error):
    # A ValueError of TensorFlow's own used to become one line without it.
    with pytest.raises(type(error)), program.exits_with_message():
        raise error


@pytest.mark.parametrize(
    "error",
    [
        OSError(28, "No space left on device"),
        tf.errors.ResourceExhaustedError(None, None, "No space left on device"),
        tf.errors.PermissionDeniedError(None, None, "a; Permission denied"),
    ],
)
def test_an_output_that_cannot_be_written_is_named(error):
    with (
        pytest.raises(
            errors.OutputError, match=r"here cannot be .*(space|den)"
        ),
        errors.writing("here"),
    ):
        raise error


@pytest.mark.parametrize(
    "error",
    [tf.errors.InvalidArgumentError(None, None, "x"), ValueError("a fault")],
)
def test_a_fault_while_writing_keeps_its_trace(error):
    with pytest.raises(type(error)), errors.writing("here"):
        raise error


def test_a_missing_package_is_one_line():
    with (
        pytest.raises(SystemExit, match="error: pip install it"),
        program.exits_with_message(),
        errors.optional_package(),
    ):
        raise ImportError("pip install it")
