# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of the table of gradients: its truth, and what it says of ours."""

import math

import numpy as np
import pytest

import tf_implicit as tfi
from experiments import gradient_table


@pytest.mark.parametrize("sample", [1e-20, 0.3, 1.0, 7.5])
def test_truth_matches_differences_of_the_power_series(sample):
    # dz/dalpha = -(dP/dalpha) / p at alpha = 1/2, with dP/dalpha by a central
    # difference in double precision of P from its own power series.
    def cdf(a):
        term = 1 / a
        total = term
        for k in range(1, 200):
            term *= sample / (a + k)
            total += term
        log_factor = a * math.log(sample) - sample - math.lgamma(a)
        return math.exp(log_factor) * total

    assert cdf(0.5) == pytest.approx(math.erf(math.sqrt(sample)), rel=1e-13)
    step = 1e-4
    derivative = (cdf(0.5 + step) - cdf(0.5 - step)) / (2 * step)
    density = math.exp(-sample) / math.sqrt(math.pi * sample)
    truth = float(gradient_table.true_gamma_gradient(0.5, sample))
    # The difference quotient's error: step**2 log(z)**2 / 6, and 7.5 loses
    # three digits of 1 - P in the subtraction.
    assert truth == pytest.approx(-derivative / density, rel=1e-5)


@pytest.mark.parametrize("alpha", [1e-3, 1.0, 1e6])
def test_our_gamma_gradient_is_true(alpha):
    sample, gradient = gradient_table.gamma_sample_and_gradient(
        tfi.distributions, np.float32(alpha)
    )
    truth = gradient_table.true_gamma_gradient(float(np.float32(alpha)), sample)
    # The bound of `tfi.math.random_gamma_grad` in float32.
    assert gradient == pytest.approx(float(truth), rel=3e-6)


@pytest.mark.parametrize("alpha", [1.0, 1e-2])
def test_our_dirichlet_gradient_is_finite_and_true_in_the_mean(alpha):
    gradients = gradient_table.dirichlet_gradients(
        tfi.distributions, alpha, 20_000
    )
    assert np.isfinite(gradients).all()
    truth = gradient_table.true_dirichlet_gradient(alpha)
    error = np.std(gradients, dtype=np.float64) / math.sqrt(gradients.size)
    # Six standard errors. The estimate must tell a wrong gradient: they are
    # less than half of the truth.
    assert 12 * error < truth
    assert np.mean(gradients, dtype=np.float64) == pytest.approx(
        truth, abs=6 * error
    )
