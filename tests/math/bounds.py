# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""The errors that the tests allow the ops of tf_implicit.math."""

import tf_implicit as tfi

__all__ = ["CASES"]

# Function, table, the columns of its arguments, those of its outputs, and the
# largest relative error allowed in units of eps, float32 and float64.
CASES = [
    (
        tfi.math.random_gamma_grad,
        "gamma_sample_grad",
        ["alpha", "sample"],
        ["dz"],
        (8, 8),
    ),
    (
        tfi.math.random_loggamma_grad,
        "gamma_log_sample_grad",
        ["alpha", "log_sample"],
        ["dlogz"],
        (8, 8),
    ),
    (
        tfi.math.random_von_mises_grad,
        "von_mises_sample_grad",
        ["concentration", "sample"],
        ["dz"],
        (8, 16),
    ),
    (
        tfi.math.random_logit_beta_grad,
        "beta_sample_grad",
        ["concentration1", "concentration0", "logit_sample"],
        ["dy_da", "dy_db"],
        # 2e-6 and 1e-12.
        (16, 4500),
    ),
    (
        tfi.math.betainc,
        "betainc",
        ["concentration1", "concentration0", "lesser"],
        ["lower"],
        (16, 16),
    ),
    (
        tfi.math.betaincc,
        "betainc",
        ["concentration1", "concentration0", "lesser"],
        ["upper"],
        (16, 16),
    ),
    (
        tfi.math.log_betainc,
        "betainc",
        ["concentration1", "concentration0", "lesser"],
        ["log_lower"],
        (2, 16),
    ),
    (
        tfi.math.log_betaincc,
        "betainc",
        ["concentration1", "concentration0", "lesser"],
        ["log_upper"],
        (2, 16),
    ),
    (
        tfi.math.student_t_cdf,
        "student_t_cdf",
        ["sample", "df"],
        ["lower"],
        (2, 16),
    ),
    (
        tfi.math.student_t_log_survival_function,
        "student_t_cdf",
        ["sample", "df"],
        ["log_upper"],
        (2, 16),
    ),
    (
        tfi.math.student_t_entropy,
        "student_t_entropy",
        ["df"],
        ["entropy"],
        (2, 4),
    ),
    (
        tfi.math.random_student_t_grad,
        "student_t_sample_grad",
        ["df", "sample"],
        ["dt"],
        (16, 4500),
    ),
]
