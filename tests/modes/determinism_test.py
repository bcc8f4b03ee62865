# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""The same numbers on any number of threads, and from any of them."""

import concurrent.futures
import pathlib
import subprocess
import sys

import numpy as np
import pytest
import tensorflow as tf

from tests.modes import every_op
from tests.modes.cases import MATH, QUICK_DISTRIBUTIONS, SAMPLERS

_CASES = MATH + SAMPLERS + QUICK_DISTRIBUTIONS
_ROOT = pathlib.Path(__file__).parents[2]


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """What run_cases.py computes, by its arguments."""
    folder = tmp_path_factory.mktemp("determinism")
    outputs = {}
    for arguments in ("1", "2 deterministic", "8"):
        path = folder / f"{arguments}.npz"
        subprocess.run(
            [
                sys.executable,
                *("-m", "tests.modes.run_cases", path, *arguments.split()),
            ],
            cwd=_ROOT,
            check=True,
        )
        outputs[arguments] = dict(np.load(path))
    return outputs


@pytest.mark.parametrize("arguments", ["2 deterministic", "8"])
def test_threads_change_no_bit(results, arguments):
    want, got = results["1"], results[arguments]
    assert got.keys() == want.keys() and len(got) > 60
    for name in want:
        np.testing.assert_array_equal(got[name], want[name], err_msg=name)


def _evaluate(case, dtype):
    parameters = case.tensors(dtype)
    with tf.GradientTape() as tape:
        tape.watch(parameters)
        y = case.total(*parameters)
    return [y.numpy(), *[g.numpy() for g in tape.gradient(y, parameters)]]


def test_python_threads_at_once():
    # Every function in each of 4 threads, in another order in each.
    want = [_evaluate(case, tf.float64) for case in _CASES]

    def work(thread):
        order = np.random.default_rng(thread).permutation(len(_CASES))
        return {i: _evaluate(_CASES[i], tf.float64) for i in order}

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        for got in pool.map(work, range(4)):
            for i, values in enumerate(want):
                for g, w in zip(got[i], values, strict=True):
                    np.testing.assert_array_equal(g, w, err_msg=_CASES[i].name)


def test_python_threads_share_large_ops():
    name = "tf_implicit_random_gamma_grad"
    keywords = every_op.arguments(name, tf.float32, size=100000)
    want = every_op.call(name, keywords)

    def work(_):
        return every_op.call(name, keywords)

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        for got in pool.map(work, range(32)):
            np.testing.assert_array_equal(got, want)
