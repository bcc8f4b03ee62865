# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Methods and edges of the derivatives of the Gamma distribution."""

import numpy as np
import pytest

import tf_implicit as tfi
from tests.reference import reference


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_paper_method_on_the_papers_grid(dtype):
    # The paper's Table 2: mean absolute errors of 2.3e-6 and 5.4e-13 over
    # samples, without the far tails of this table.
    table = reference.load("gamma_sample_grad")
    on_grid = (table["alpha"] >= 0.0099) & (table["alpha"] <= 1001)
    alpha = table["alpha"][on_grid].astype(dtype)
    sample = table["sample"][on_grid].astype(dtype)
    want = table["dz"][on_grid]
    got = tfi.math.random_gamma_grad(alpha, sample, algorithm="paper").numpy()
    converged = np.isfinite(got)
    assert np.mean(converged) > 0.9
    error = np.abs(got - want)[converged]
    assert np.mean(error) <= {np.float32: 1e-5, np.float64: 2e-12}[dtype]


def test_paper_method_gives_nan_where_the_terms_do_not_suffice():
    got = tfi.math.random_gamma_grad(
        [1e8, 1e9], [1e8, 1.001e9], algorithm="paper"
    )
    assert np.all(np.isnan(got))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_edges_of_the_domain(dtype):
    outside = tfi.math.random_gamma_grad(
        np.array([0, -1, 2], dtype), np.array([1, 1, -1], dtype)
    )
    assert np.all(np.isnan(outside))
    at_zero = tfi.math.random_gamma_grad(
        np.array([2, 0.5, 300], dtype), np.zeros(3, dtype)
    )
    np.testing.assert_array_equal(at_zero, 0)
    outside = tfi.math.random_loggamma_grad(
        np.array([0, -1], dtype), np.ones(2, dtype)
    )
    assert np.all(np.isnan(outside))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_small_samples_follow_the_leading_term_of_the_cdf(dtype):
    # P(a, z) = z**a / Gamma(a + 1) (1 + O(z)), so at fixed P
    # d(log z)/da = (psi(a + 1) - log z) / a, psi(1 + a) = -gamma + O(a).
    got = tfi.math.random_loggamma_grad(dtype(1e-4), dtype(-1e6))
    euler_gamma = 0.5772156649015329
    assert abs(float(got) / (1e4 * (1e6 - euler_gamma)) - 1) < 1e-6
