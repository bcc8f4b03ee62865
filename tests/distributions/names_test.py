# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Every name of tfp.distributions is in tf_implicit.distributions."""

import pathlib
import pickle
import subprocess
import sys

import numpy as np
import pytest
import tensorflow_probability as tfp

import tf_implicit as tfi
from tests.distributions import names_table
from tf_implicit.distributions import _names

tfd = tfp.distributions

OWN = set(tfi.distributions.__all__)
GROUPS = [
    _names.MODULE,
    _names.DISCRETE,
    _names.COMPOSED,
    _names.EXPLICIT,
    OWN & set(tfd.__all__),
]


def test_every_name_stands_in_one_group():
    assert set().union(*GROUPS) == set(tfd.__all__)
    assert sum(map(len, GROUPS)) == len(tfd.__all__)


@pytest.mark.parametrize("name", sorted(tfd.__all__))
def test_name(name):
    assert name in dir(tfi.distributions)
    ours, theirs = getattr(tfi.distributions, name), getattr(tfd, name)
    assert getattr(tfi.distributions, name) is ours
    if name not in OWN:
        assert ours is theirs
        return
    assert pickle.loads(pickle.dumps(ours)) is ours
    # Instances of these two are those of TFP's class where their components
    # are composite tensors, as in TFP.
    if name not in ("Mixture", "MixtureSameFamily"):
        assert issubclass(ours, theirs)


def test_unknown_names_and_submodules():
    with pytest.raises(AttributeError, match="no attribute 'NoSuchName'"):
        _ = tfi.distributions.NoSuchName
    # Names are resolved when they are asked for.
    code = (
        "import tf_implicit.distributions as d; "
        "assert 'Independent' in dir(d) and 'Independent' not in vars(d); "
        "from tf_implicit.distributions import Independent; "
        "assert 'Independent' in vars(d)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_divergences_pass_through():
    gamma = tfi.distributions.Gamma(2.0, 1.0)
    # log(2) - digamma(2); that of TFP's own classes is off in the last digit.
    np.testing.assert_allclose(
        tfi.distributions.kl_divergence(gamma, tfd.Gamma(3.0, 1.0)),
        0.2703628454614782,
        rtol=2e-7,
    )
    assert tfi.distributions.kl_divergence is tfd.kl_divergence
    assert tfi.distributions.RegisterKL is tfd.RegisterKL


def test_docs_have_the_table():
    docs = pathlib.Path(__file__).parents[2] / "docs" / "distributions.md"
    text = docs.read_text(encoding="utf-8")
    assert names_table.table() in text, (
        "python -m tests.distributions.names_table"
    )
