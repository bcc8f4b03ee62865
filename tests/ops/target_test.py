# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Instruction sets and threads: the same samples, the same derivatives."""

import os
import subprocess
import sys

import numpy as np
import pytest

# Two results of at most 8 (float32) or 16 (float64) eps of error each; for the
# Beta and Student-t derivatives 2e-6 and 1e-12.
_BOUNDS = {"float32": 4e-6, "float64": 2e-12}
_TIGHT = {"float32": 2e-6, "float64": 7.2e-15}


def _evaluate(path, target, threads):
    environment = dict(os.environ, TF_IMPLICIT_CPU_TARGET=target)
    return subprocess.run(
        [sys.executable, "-m", "tests.ops.evaluate_ops", path, str(threads)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """The outputs for each target that this processor offers."""
    folder = tmp_path_factory.mktemp("targets")
    outputs = {}
    for target, threads in [
        ("baseline", 1),
        ("avx2", 2),
        ("avx512", 8),
        ("neon", 2),
    ]:
        path = str(folder / f"{target}.npz")
        run = _evaluate(path, target, threads)
        if run.returncode and "but this processor" in run.stderr:
            continue
        assert run.returncode == 0, run.stderr
        outputs[target] = dict(np.load(path))
    assert outputs
    return outputs


def test_samples_are_the_same_bits(results):
    baseline = next(iter(results.values()))
    for target, other in results.items():
        for name in baseline:
            if name.startswith("sample_"):
                np.testing.assert_array_equal(
                    other[name], baseline[name], err_msg=f"{target} {name}"
                )


def test_derivatives_agree_within_their_bounds(results):
    baseline = next(iter(results.values()))
    for target, other in results.items():
        for name in baseline:
            if not name.startswith("grad_"):
                continue
            loose = "beta" in name or "student" in name
            bound = (_BOUNDS if loose else _TIGHT)[name.rsplit("_", 1)[1]]
            np.testing.assert_allclose(
                other[name],
                baseline[name],
                rtol=bound,
                # igamma_grad_a underflows in the tails.
                atol=np.finfo(baseline[name].dtype).tiny,
                err_msg=f"{target} {name}",
            )


def test_unknown_target_is_refused(tmp_path):
    run = _evaluate(str(tmp_path / "x.npz"), "avx1024", 1)
    assert run.returncode != 0
    assert (
        "TF_IMPLICIT_CPU_TARGET is 'avx1024', but this processor and build "
        "offer: " in run.stderr
    )
