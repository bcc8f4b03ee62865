# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Loads the op library, once, and checks that it fits the TensorFlow here."""

import os

import tensorflow as tf

_LIBRARY = "_tf_implicit_ops.so"
# The kernels for tf.function(jit_compile=True), on machines that had the
# headers to build them. Without it those calls say so, and all others work.
_XLA_LIBRARY = "_tf_implicit_xla.so"


def _load():
    """Returns the module of generated op functions."""
    folder = os.path.dirname(os.path.abspath(__file__))
    path = os.path.join(folder, _LIBRARY)
    try:
        from tf_implicit import _build_info
    except ImportError as error:
        raise ImportError(
            f"tf_implicit in {folder} has not been built: it has no "
            "_build_info.py. Run `make build` in the source folder, or "
            "install the package with `pip install`."
        ) from error
    built_for = _build_info.TENSORFLOW_VERSION
    if tf.__version__ != built_for:
        raise ImportError(
            f"tf_implicit was built for TensorFlow {built_for}, but TensorFlow "
            f"{tf.__version__} is installed. TensorFlow's C++ interface "
            "changes with each release: install the matching TensorFlow, or "
            "rebuild tf_implicit with `make build` or `pip install "
            "--force-reinstall`."
        )
    if not os.path.exists(path):
        raise ImportError(
            f"tf_implicit lacks its op library {path}. Run `make build` in the "
            "source folder, or install the package with `pip install`."
        )
    xla_path = os.path.join(folder, _XLA_LIBRARY)
    try:
        module = tf.load_op_library(path)
        if os.path.exists(xla_path):
            tf.load_library(xla_path)
    except tf.errors.NotFoundError as error:
        raise ImportError(
            f"TensorFlow {tf.__version__} cannot load the libraries in "
            f"{folder}, which were built for TensorFlow {built_for} with "
            f"{_build_info.COMPILER}: {error.message}"
        ) from error
    return module


ops = _load()
