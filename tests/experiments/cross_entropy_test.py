# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of the cross-entropy experiment: problems, estimators, outputs."""

import csv

import numpy as np
import pytest
import tensorflow as tf
import tensorflow_probability as tfp
from absl import flags

from experiments import cross_entropy
from experiments.common import errors

PROBLEMS = {
    "beta": cross_entropy.beta_problem,
    "dirichlet": cross_entropy.dirichlet_problem,
    "von_mises": cross_entropy.von_mises_problem,
}


def config(tmp_path, **changes) -> cross_entropy.Config:
    settings = {
        "output_dir": str(tmp_path),
        "problem": ("von_mises", "beta"),
        "estimators": ("implicit", "rsvi_0"),
        "samples": 50,
        "repetitions": 2,
        "points": 2,
    }
    return cross_entropy.Config(**settings | changes)


@pytest.mark.parametrize("name", PROBLEMS)
def test_analytic_gradient_is_the_mean_of_implicit_ones(name):
    problem = PROBLEMS[name](seed=1)
    estimator = cross_entropy.make_estimator("implicit", problem.family)
    function = cross_entropy.gradient_function(problem, estimator, 20000)
    for phi in (1.5, 3.0):
        found = function(tf.constant(phi), tf.constant([1, 2])).numpy()
        # A right gradient is outside with probability 2e-9.
        error = 6 * found.std() / np.sqrt(found.size)
        assert abs(found.mean() - problem.gradient(phi)) < error


@pytest.mark.parametrize("name", PROBLEMS)
def test_q_is_p_at_the_optimum(name):
    problem = PROBLEMS[name](seed=0)
    low, high = problem.bounds
    assert low <= problem.optimum <= high
    parameters = problem.parameters(tf.fill([10], float(problem.optimum)))
    if problem.family == "VonMises":
        parameters = {"loc": 0.0, **parameters}
    q = getattr(tfp.distributions, problem.family)(**parameters)
    z = q.sample(seed=1)
    log_q = q.log_prob(z)
    if problem.family == "VonMises":
        log_q = tf.reduce_sum(log_q, axis=-1)
    np.testing.assert_allclose(-problem.loss(z), log_q, rtol=1e-5)


def test_variance_order_of_the_paper():
    # Far apart: ratios of 5 and more.
    problem = PROBLEMS["dirichlet"](seed=0)
    variances = []
    for name in ("implicit", "rsvi_5", "rsvi_1", "rsvi_0"):
        estimator = cross_entropy.make_estimator(name, problem.family)
        function = cross_entropy.gradient_function(problem, estimator, 1000)
        found = function(tf.constant(2.0), tf.constant([3, 4])).numpy()
        variances.append(np.mean((found - problem.gradient(2.0)) ** 2))
    assert variances == sorted(variances)


def test_study_writes_every_output_and_is_not_replaced_unasked(tmp_path):
    measured = cross_entropy.study(config(tmp_path))
    assert len(measured) == 2 * 2 * 2
    for name in ("config.json", "figure1.png", "results.md", "tables.csv"):
        assert (tmp_path / name).stat().st_size
    with (tmp_path / "cross_entropy.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [float(r["variance"]) for r in rows] == [
        m.variance for m in measured
    ]
    with pytest.raises(errors.FolderInUseError, match="--overwrite"):
        cross_entropy.study(config(tmp_path))
    again = cross_entropy.study(config(tmp_path, overwrite=True))
    assert [m.variance for m in again] == [m.variance for m in measured]


def test_estimators_without_use_are_left_out():
    make = cross_entropy.make_estimator
    assert make("rsvi_0", "VonMises") is not None
    for name in ("rsvi_5", "implicit_cdf", "generalized", "knowles"):
        assert make(name, "VonMises") is None
        assert make(name, "Dirichlet") is not None


def test_problem_without_estimators_is_an_error(tmp_path):
    with pytest.raises(ValueError, match="none exists for --problem=von_mises"):
        cross_entropy.study(config(tmp_path, estimators=("knowles",)))


def test_not_finite_gradient_is_an_error(tmp_path, monkeypatch):
    # Without augmentation, RSVI does not exist for phi < 1.
    problem = PROBLEMS["beta"](seed=0)._replace(bounds=(0.5, 2.0))
    monkeypatch.setitem(cross_entropy._PROBLEMS, "beta", lambda _: problem)
    with pytest.raises(errors.NonFiniteError, match=r"rsvi_0 at phi = 0\.5"):
        cross_entropy.study(config(tmp_path, problem=("beta",)))


def test_flags():
    values = flags.FlagValues()
    cross_entropy.define_flags(values)
    values(["x", "--quick", "--samples=7", "--estimators=implicit,rsvi_3"])
    found = cross_entropy.config_from_flags(values)
    assert (found.samples, found.points) == (7, 3)
    assert found.estimators == ("implicit", "rsvi_3")
    with pytest.raises(flags.IllegalFlagValueError, match="rsvi_B"):
        values(["x", "--estimators=rsvi_x"])
