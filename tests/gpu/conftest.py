# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""The libraries under test."""

import pytest

from tests.gpu.launchers import LIBRARIES, Launchers


@pytest.fixture(params=LIBRARIES, scope="module")
def launchers(request):
    """Twice: for a device, where there is one, and emulated."""
    path = LIBRARIES[request.param]
    if not path.exists():
        if request.param == "emulated":
            pytest.fail(f"{path} has not been built")
        pytest.skip("built without nvcc")
    result = Launchers(path)
    if result.device_count() == 0:
        pytest.skip("no CUDA device")
    return result
