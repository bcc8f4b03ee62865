# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Errors against the reference tables, for Python tests."""

import numpy as np


def error_in_eps(got, want, scale=None):
    """Error of each element in units of the dtype's epsilon.

    Args:
      got: Array of float32 or float64.
      want: Array of float64, correctly rounded.
      scale: Natural scale of each element. Default: |want|, so that the error
        is relative.

    Returns:
      Array of float64; infinite where `got` is not finite. 0 where `want` lies
      outside the range of normal numbers of got's dtype.
    """
    info = np.finfo(got.dtype)
    scale = np.abs(want) if scale is None else scale
    got = got.astype(np.float64)
    error = np.abs(got - want) / (scale * info.eps)
    error[~np.isfinite(got)] = np.inf
    outside = (np.abs(want) < info.tiny) | (np.abs(want) > info.max)
    error[outside] = 0.0
    return error
