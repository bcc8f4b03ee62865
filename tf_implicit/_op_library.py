# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Loads the op library, once."""

import os

import tensorflow as tf

from tf_implicit._tensorflow import build_info as _build_info

_LIBRARY = "_tf_implicit_ops.so"
# The kernels for tf.function(jit_compile=True), on machines that had the
# headers to build them. Without it those calls say so, and all others work.
_XLA_LIBRARY = "_tf_implicit_xla.so"


def _load():
    """Returns the module of generated op functions."""
    folder = os.path.dirname(os.path.abspath(__file__))
    path = os.path.join(folder, _LIBRARY)
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
            f"{folder}, which were built for TensorFlow "
            f"{_build_info.TENSORFLOW_VERSION} with "
            f"{_build_info.COMPILER}: {error.message}"
        ) from error
    return module


ops = _load()
