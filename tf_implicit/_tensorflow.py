# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Checks, before all else, that the TensorFlow here is the one built for.

The package asks pip for no TensorFlow, since `tensorflow` and `tensorflow-cpu`
both serve (requirements.txt), so what is missing shows here.
"""

import importlib
import os


def _load_build_info():
    """Returns the module that the build has written."""
    try:
        # By its name: a type checker runs before there is such a file.
        return importlib.import_module("tf_implicit._build_info")
    except ImportError as error:
        raise ImportError(
            f"tf_implicit in {os.path.dirname(os.path.abspath(__file__))} has "
            "not been built: it has no _build_info.py. Run `make build` in the "
            "source folder, or install the package with `pip install`."
        ) from error


def check(built_for: str) -> None:
    """Raises ImportError without TensorFlow `built_for` or tf-keras."""
    minor = built_for.rpartition(".")[0]
    remedy = (
        f"`pip install tensorflow=={built_for} tf-keras=={minor}.*`, or for "
        f"the smaller tensorflow-cpu: `pip install tensorflow-cpu=={built_for}`"
        f" and `pip install --no-deps tf-keras=={minor}.*`"
    )
    try:
        import tensorflow as tf
    except ModuleNotFoundError as error:
        if error.name != "tensorflow":
            raise
        raise ImportError(
            f"tf_implicit was built for TensorFlow {built_for}, and no "
            f"TensorFlow is installed. Install it: {remedy}."
        ) from error
    if tf.__version__ != built_for:
        raise ImportError(
            f"tf_implicit was built for TensorFlow {built_for}, but TensorFlow "
            f"{tf.__version__} is installed. TensorFlow's C++ interface "
            "changes with each release. Install the one that it was built "
            f"for: {remedy}. Or rebuild tf_implicit from its sources with "
            "`make build`."
        )
    try:
        import tf_keras  # noqa: F401
    except ModuleNotFoundError as error:
        if error.name != "tf_keras":
            raise
        raise ImportError(
            "TensorFlow Probability needs the package tf-keras, which is not "
            f"installed: {remedy}."
        ) from error


build_info = _load_build_info()
check(build_info.TENSORFLOW_VERSION)
