# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Gradient estimators by their names on command lines."""

import tf_implicit as tfi
from experiments.common import errors

__all__ = ["NAMES", "make"]

# Names in tf_implicit.estimators.
NAMES = (
    "implicit",
    "rsvi",
    "generalized",
    "score_function",
    "finite_difference",
    "knowles",
    "jankowiak_obermeyer",
)


def make(name: str, shape_augmentation: int) -> tfi.estimators.Estimator:
    """Returns an estimator.

    Args:
        name: One of `NAMES`.
        shape_augmentation: B of RSVI; others have none.

    Raises:
        errors.MissingPackageError: The estimator is another package's.
    """
    function = getattr(tfi.estimators, name)
    with errors.optional_package():
        return function(shape_augmentation) if name == "rsvi" else function()
