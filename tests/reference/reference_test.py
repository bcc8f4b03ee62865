# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""The tables are what their scripts say, and both methods agree on them."""

import os
import random

import numpy as np
import pytest

from tests.reference import (
    beta_density_reference,
    beta_reference,
    betainc_reference,
    binet_reference,
    box_cox_reference,
    dirichlet_reference,
    euler_integral_reference,
    exponentially_modified_gaussian_reference,
    gamma_gamma_reference,
    gamma_law_reference,
    gamma_reference,
    generalized_inverse_gaussian_reference,
    generalized_normal_reference,
    hypergeometric_0f1_reference,
    igamma_reference,
    inverse_gaussian_reference,
    noncentral_student_t_reference,
    normal_reference,
    radial_student_t_reference,
    reference,
    rice_reference,
    student_t_density_reference,
    student_t_divergence_reference,
    student_t_reference,
    truncated_reference,
    two_piece_student_t_reference,
    von_mises_density_reference,
    von_mises_fisher_reference,
    von_mises_reference,
)

TABLES = [
    t
    for script in (
        gamma_reference,
        von_mises_reference,
        beta_reference,
        beta_density_reference,
        dirichlet_reference,
        betainc_reference,
        student_t_density_reference,
        student_t_divergence_reference,
        student_t_reference,
        truncated_reference,
        two_piece_student_t_reference,
        von_mises_fisher_reference,
        von_mises_density_reference,
        binet_reference,
        box_cox_reference,
        euler_integral_reference,
        exponentially_modified_gaussian_reference,
        gamma_gamma_reference,
        gamma_law_reference,
        generalized_inverse_gaussian_reference,
        generalized_normal_reference,
        hypergeometric_0f1_reference,
        igamma_reference,
        inverse_gaussian_reference,
        noncentral_student_t_reference,
        normal_reference,
        radial_student_t_reference,
        rice_reference,
    )
    for t in script.TABLES
]
FOLDER = os.path.dirname(os.path.abspath(__file__))

by_table = pytest.mark.parametrize("table", TABLES, ids=lambda t: t.name)


def load(table):
    return reference.load(table.name.removesuffix(".csv"))


def test_every_table_has_a_script():
    files = {f for f in os.listdir(FOLDER) if f.endswith(".csv")}
    assert files == {t.name for t in TABLES}


def test_tables_stay_small():
    sizes = [os.path.getsize(os.path.join(FOLDER, t.name)) for t in TABLES]
    assert max(sizes) < 300e3
    assert sum(sizes) < 3e6  # 60 tables; a clone should stay small


@by_table
def test_inputs_fit_their_dtype(table):
    columns = load(table)
    narrow = np.stack([columns[n] for n in table.inputs])
    exact = (narrow == narrow.astype(np.float32)).all(axis=0)
    if table.float32:
        assert exact.all()
    else:
        # Any other row belongs in the table that serves both dtypes.
        assert not exact.any()


@by_table
def test_outputs_are_finite(table):
    for name, values in load(table).items():
        assert np.isfinite(values).all(), name


@by_table
def test_rows_agree_with_both_methods(table):
    # Two rows only: `--check --count N` on the command line does more.
    table.check(2, random.Random(20180801))


@pytest.mark.parametrize(
    "name, value, in_sample, in_parameter, total",
    [
        ("gamma_sample_grad", "dz", "dz_dsample", "dz_dalpha", "d2z"),
        (
            "gamma_log_sample_grad",
            "dlogz",
            "dlogz_dlogsample",
            "dlogz_dalpha",
            "d2logz",
        ),
        (
            "von_mises_sample_grad",
            "dz",
            "dz_dsample",
            "dz_dconcentration",
            "d2z",
        ),
        ("student_t_sample_grad", "dt", "dt_dsample", "dt_ddf", "d2t"),
        (
            "von_mises_fisher_angle_grad",
            "dangle",
            "dangle_dangle",
            "dangle_dconcentration",
            "d2angle",
        ),
    ],
)
def test_total_derivative_follows_the_quantile(
    name, value, in_sample, in_parameter, total
):
    columns = reference.load(name)
    along = columns[value] * columns[in_sample]
    error = np.abs(columns[total] - columns[in_parameter] - along)
    scale = np.abs(columns[in_parameter]) + np.abs(along)
    assert (error <= 4 * np.finfo(np.float64).eps * scale).all()
