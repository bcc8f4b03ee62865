# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Functions and their gradients under TensorFlow's transformations."""

import pytest

from tests.modes import modes
from tests.modes.cases import (
    CDFS,
    ESTIMATORS,
    MATH,
    QUICK_DISTRIBUTIONS,
    SAMPLERS,
)


@pytest.mark.parametrize("mode", modes.TRANSFORMS)
@pytest.mark.parametrize(
    "case", SAMPLERS + QUICK_DISTRIBUTIONS, ids=lambda c: c.name
)
def test_samples(case, mode):
    _check(case, mode)


# These two attach gradients by the same means as the samples: here are the
# modes that could lose them.
@pytest.mark.parametrize(
    "mode", ["forward_mode", "vectorized_map", "tape_around_vectorized_map"]
)
@pytest.mark.parametrize("case", CDFS + ESTIMATORS, ids=lambda c: c.name)
def test_cdfs_and_estimators(case, mode):
    _check(case, mode)


def _check(case, mode):
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
