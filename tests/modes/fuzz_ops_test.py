# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""A short turn of `fuzz_ops`: the same inputs in every run."""

import json
import os
import pathlib
import subprocess
import sys

import numpy as np
import pytest
import tensorflow as tf

import tf_implicit as tfi
from tests.modes import every_op, fuzz_ops

pytestmark = pytest.mark.skipif(
    not os.path.exists(
        os.path.join(os.path.dirname(tfi.__file__), "_tf_implicit_xla.so")
    ),
    reason="built without _tf_implicit_xla.so",
)

# XLA takes its time: of the elementwise ops, which have one kernel, a third;
# `xla_test` has all. The samplers take the oddest arguments.
_EXAMPLES = {
    name: 2
    for k, name in enumerate(every_op.names())
    if k % 3 == 0 or "dirichlet" in name
} | {
    name: 8
    for name in every_op.names()
    if "_stateless_" in name or name.endswith("_mat_mul")
}


@pytest.mark.parametrize("name", _EXAMPLES)
def test_odd_inputs_are_refused_or_give_the_same(name):
    fuzz_ops.campaign(name, _EXAMPLES[name], seed=None)


_ONE = ["float32", [], [1.0]]


def _sampler(shape=(2,), seed=(2,), alpha=_ONE):
    return {
        "op": "tf_implicit_stateless_gamma",
        "T": "float32",
        "inputs": {
            "shape": ["int32", [len(shape)], list(shape)],
            "seed": ["int32", list(seed), [1, 2]],
            "alpha": alpha,
        },
    }


def _product(a, b):
    return {
        "op": "tf_implicit_small_mat_mul",
        "T": "float32",
        "inputs": {"a": ["float32", a, [1.5, 2]], "b": ["float32", b, [3.0]]},
        "transposes": {"transpose_a": False, "transpose_b": True},
    }


@pytest.mark.parametrize(
    ("case", "faults", "shapes"),
    [
        (_sampler(), set(), [[2]]),
        (_sampler(shape=(2, -1)), {"shape", "seed", "alpha"}, []),
        (_sampler(seed=(3,)), {"seed"}, []),
        (_sampler(seed=(3,), alpha=["float32", [3], [1.0]]), None, []),
        (_sampler(alpha=["float32", [1, 1], [1.0]]), {"alpha"}, []),
        (_product([5, 2, 3], [5, 4, 3]), set(), [[5, 2, 4]]),
        (_product([5, 2, 3], [6, 4, 3]), {"a", "b"}, []),
        (_product([2, 3], [3, 4]), {"a", "b"}, []),
        (_product([3], [4, 3]), {"a", "b"}, []),
    ],
)
def test_what_is_expected(case, faults, shapes):
    faults = {"seed", "alpha"} if faults is None else faults
    assert fuzz_ops.expected(case) == (faults, shapes)
    fuzz_ops.try_case(case)


@pytest.mark.parametrize(
    "broken",
    [
        # Another number in one way, and what is not refused.
        lambda tensors: [tensors["alpha"] + tf.constant([1.0, 2.0])],
        lambda tensors: [tf.constant([1.0, 2.0])],
        # No name in the message.
        lambda tensors: tf.debugging.assert_equal(1, 2),
        lambda tensors: [tf.constant(1.0)],
    ],
)
def test_a_broken_op_is_found(monkeypatch, broken):
    whole = fuzz_ops._function

    def function(case, way):
        return broken if way == "eager" else whole(case, way)

    monkeypatch.setattr(fuzz_ops, "_function", function)
    with pytest.raises(AssertionError):
        fuzz_ops.try_case(_sampler())
    with pytest.raises(AssertionError):
        fuzz_ops.try_case(_sampler(seed=(3,)))


# SIGSEGV where the op is called.
_DIES = """
import os, pathlib, signal, sys
from tests.modes import fuzz_ops
fuzz_ops.try_case = lambda case: os.kill(os.getpid(), signal.SIGSEGV)
fuzz_ops.campaign("tf_implicit_lgamma", 1, 0, pathlib.Path(sys.argv[1]))
"""


def test_an_input_that_kills_the_process_is_kept(tmp_path):
    command = [sys.executable, "-c", _DIES, tmp_path]
    root = pathlib.Path(__file__).parents[2]
    run = subprocess.run(command, cwd=root, check=False, capture_output=True)
    assert run.returncode == -11, run.stderr
    fuzz_ops.keep_last(tmp_path, seed=3)
    case = json.loads((tmp_path / "died_3.found.json").read_text())
    assert case["op"] == "tf_implicit_lgamma"
    fuzz_ops.try_case(case)


def test_an_exception_is_kept_once(tmp_path, monkeypatch):
    def broken(case):
        raise IndexError

    monkeypatch.setattr(fuzz_ops, "try_case", broken)
    with pytest.raises(IndexError):
        fuzz_ops.campaign("tf_implicit_lgamma", 1, 0, tmp_path)
    fuzz_ops.keep_last(tmp_path, seed=3)
    found = [path.name for path in tmp_path.glob("*.found.json")]
    assert found == ["tf_implicit_lgamma.found.json"]


def test_values_fill_a_shape():
    got = fuzz_ops._fill(["float16", [2, 2], [1.0, -0.0, 1e9]])
    np.testing.assert_array_equal(got, np.float16([[1, -0.0], [np.inf, 1]]))
