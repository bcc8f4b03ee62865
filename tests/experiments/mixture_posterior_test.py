# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of the mixture posterior: its truth, and that mixtures come closer."""

import numpy as np
import pytest
import scipy.integrate
import scipy.stats
import tensorflow as tf

from experiments import mixture_posterior


def test_grid_is_the_posterior():
    # Given tau, the posterior of mu is Normal and p(y | tau) a Normal density:
    # one integral is left, over log tau.
    y = np.array(mixture_posterior.EFFECTS)
    s = np.array(mixture_posterior.ERRORS)

    def joint(log_tau):
        tau = np.exp(log_tau)
        covariance = np.diag(s**2 + tau**2) + 100.0
        marginal = scipy.stats.multivariate_normal(np.zeros(8), covariance)
        return marginal.pdf(y) * scipy.stats.halfcauchy(scale=5).pdf(tau) * tau

    evidence, _ = scipy.integrate.quad(joint, -34, 12, limit=200, epsabs=0)
    tau, _ = scipy.integrate.quad(
        lambda x: np.exp(x) * joint(x), -34, 12, limit=200, epsabs=0
    )
    grid = mixture_posterior.Grid()
    assert grid.log_evidence == pytest.approx(np.log(evidence), abs=1e-9)
    assert grid.mean[2] == pytest.approx(tau / evidence, rel=1e-7)


def test_mixture_is_closer_than_one_normal():
    # 300 steps each. The ELBO of right code is above log p(y) by more than 6
    # standard errors once in 5e8.
    grid = mixture_posterior.Grid()
    gaps = []
    for components in (1, 3):
        posterior, losses = mixture_posterior.fit(components, 300, 30, seed=1)
        assert np.all(np.isfinite(losses))
        value, error = mixture_posterior.elbo(posterior, seed=1)
        assert value < grid.log_evidence + 6 * error
        gaps.append(grid.log_evidence - value)
    one, three = gaps
    assert three < one / 2
    variances = mixture_posterior.gradient_variances(posterior, 20, 30, seed=1)
    assert variances["path derivative"] < variances["pathwise"]
    assert np.all(np.isfinite(list(variances.values())))


def test_picture(tmp_path):
    posterior = mixture_posterior.make_posterior(2)
    path = tmp_path / "picture.png"
    mixture_posterior.draw(mixture_posterior.Grid(51), [posterior], str(path))
    assert path.stat().st_size > 1000
    z = tf.constant([[1.0, 0.0]], tf.float64)
    assert mixture_posterior.log_joint(z).shape == [1]
