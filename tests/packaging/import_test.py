# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests what `import tf_implicit` says where TensorFlow is not as it should be.

Modules that stand in for TensorFlow come before the installed ones.
"""

import os
import subprocess
import sys

import pytest

from tf_implicit import _build_info

BUILT_FOR = _build_info.TENSORFLOW_VERSION
MISSING = "raise ModuleNotFoundError('no', name={!r})\n"


@pytest.fixture
def import_with(tmp_path):
    """Imports tf_implicit beside modules of these texts; returns the error."""

    def run(**modules):
        for name, text in modules.items():
            (tmp_path / f"{name}.py").write_text(text)
        result = subprocess.run(
            [sys.executable, "-c", "import tf_implicit"],
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path]),
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert result.returncode != 0
        return result.stderr.splitlines()[-1]

    return run


def _has_remedy(message):
    return (
        f"pip install tensorflow=={BUILT_FOR} tf-keras==" in message
        and f"pip install tensorflow-cpu=={BUILT_FOR}" in message
    )


def test_another_tensorflow_is_named_beside_ours(import_with):
    message = import_with(tensorflow="__version__ = '2.20.0'\n")
    assert message.startswith("ImportError: tf_implicit was built for")
    assert BUILT_FOR in message
    assert "2.20.0" in message
    assert _has_remedy(message)


def test_missing_tensorflow(import_with):
    message = import_with(tensorflow=MISSING.format("tensorflow"))
    assert "no TensorFlow is installed" in message
    assert _has_remedy(message)


def test_missing_tf_keras(import_with):
    message = import_with(
        tensorflow=f"__version__ = {BUILT_FOR!r}\n",
        tf_keras=MISSING.format("tf_keras"),
    )
    assert "needs the package tf-keras" in message
    assert _has_remedy(message)


def test_a_fault_inside_tensorflow_is_not_called_its_absence(import_with):
    message = import_with(tensorflow=MISSING.format("wrapt"))
    assert message == "ModuleNotFoundError: no"
