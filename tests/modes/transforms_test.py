# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Samples and their gradients under TensorFlow's transformations."""

import pytest

from tests.modes import modes
from tests.modes.cases import MATH, QUICK_DISTRIBUTIONS, SAMPLERS


@pytest.mark.parametrize("mode", modes.TRANSFORMS)
@pytest.mark.parametrize(
    "case", SAMPLERS + QUICK_DISTRIBUTIONS, ids=lambda c: c.name
)
def test_samples(case, mode):
    message = modes.refusal(mode, case)
    if message is None:
        modes.TRANSFORMS[mode](case)
    else:
        with pytest.raises(LookupError, match=message):
            modes.TRANSFORMS[mode](case)


# tests/math/gradient_test.py has the other modes.
@pytest.mark.parametrize("case", MATH, ids=lambda c: c.name)
def test_functions_in_a_dataset(case):
    modes.dataset_map(case)
