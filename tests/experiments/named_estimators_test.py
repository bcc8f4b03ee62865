# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Estimators that the command line names."""

import importlib.util

import pytest

from experiments.common import errors, named_estimators


@pytest.mark.parametrize("name", named_estimators.NAMES)
def test_is_made_with_its_own_arguments(name):
    if name == "jankowiak_obermeyer" and not importlib.util.find_spec("torch"):
        with pytest.raises(errors.MissingPackageError, match="torch"):
            named_estimators.make(name, 3)
        return
    made = named_estimators.make(name, 3)
    # Only RSVI says how far its shape is augmented.
    assert ("3" in made.name) == (name == "rsvi")
    assert made.name.lower().startswith(name.replace("_", " ")[:6])
