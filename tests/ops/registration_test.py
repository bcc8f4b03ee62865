# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Which devices have a kernel for which op, as TensorFlow's C API tells."""

import ctypes
import os
import pathlib
import re

import pytest
import tensorflow as tf

from tf_implicit import _build_info
from tf_implicit._op_library import ops

OPS = sorted(
    name.replace("TFImplicit_", "TFImplicit>")
    for name in dir(ops)
    if name.startswith("TFImplicit_")
)


ROOT = pathlib.Path(__file__).resolve().parents[2]


class _Buffer(ctypes.Structure):
    """TF_Buffer of tensorflow/c/tf_buffer.h."""

    _fields_ = (
        ("data", ctypes.c_void_p),
        ("length", ctypes.c_size_t),
        ("deallocator", ctypes.c_void_p),
    )


def _kernels(op):
    """The registered kernels of an op, a serialized KernelList."""
    library = ctypes.CDLL(
        os.path.join(tf.sysconfig.get_lib(), "libtensorflow_cc.so.2")
    )
    library.TF_NewStatus.restype = ctypes.c_void_p
    library.TF_GetRegisteredKernelsForOp.restype = ctypes.POINTER(_Buffer)
    library.TF_GetRegisteredKernelsForOp.argtypes = (
        ctypes.c_char_p,
        ctypes.c_void_p,
    )
    library.TF_DeleteBuffer.argtypes = (ctypes.POINTER(_Buffer),)
    library.TF_DeleteStatus.argtypes = (ctypes.c_void_p,)
    status = library.TF_NewStatus()
    buffer = library.TF_GetRegisteredKernelsForOp(op.encode(), status)
    kernels = ctypes.string_at(buffer.contents.data, buffer.contents.length)
    library.TF_DeleteBuffer(buffer)
    library.TF_DeleteStatus(status)
    return kernels


def _count(kernels, device):
    # Field 2 of KernelDef, device_type: a string and its length.
    return kernels.count(b"\x12" + bytes([len(device)]) + device)


def test_ops_are_found():
    assert "TFImplicit>RandomGammaGrad" in OPS
    assert "TFImplicit>StatelessDirichlet" in OPS


@pytest.mark.parametrize("op", OPS)
def test_gpu_kernels_are_those_of_the_cpu(op):
    kernels = _kernels(op)
    # half, bfloat16, float and double.
    assert _count(kernels, b"CPU") == 4
    # Registered whether or not there is a device or a driver here.
    assert _count(kernels, b"GPU") == (4 if _build_info.CUDA else 0)


def test_ops_are_those_of_the_list():
    # A name of the list without a signature would only be a line in
    # TensorFlow's log, and one without an entry an op without kernels.
    text = (ROOT / "kernels/op_list.h").read_text()
    listed = set(re.findall(r"\bX\((\w+), \d", text))
    # The others have kernels of their own.
    for path in (ROOT / "kernels/op").glob("*.cc"):
        named = set(re.findall(r'"TFImplicit>(\w+)"', path.read_text()))
        assert not named & listed
        listed |= named
    assert listed == {op.removeprefix("TFImplicit>") for op in OPS}
