# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""The errors of the ops, on the instruction set that they choose here.

The C++ tests of tests/special check every function on every instruction set;
these check that the ops deliver the same.
"""

import numpy as np
import pytest

import tf_implicit as tfi
from tests import accuracy
from tests.reference import reference

# Function, table, the columns of its arguments, those of its outputs, and the
# largest relative error allowed in units of eps, float32 and float64.
_CASES = [
    (
        tfi.math.random_gamma_grad,
        "gamma_sample_grad",
        ["alpha", "sample"],
        ["dz"],
        (8, 16),
    ),
    (
        tfi.math.random_loggamma_grad,
        "gamma_log_sample_grad",
        ["alpha", "log_sample"],
        ["dlogz"],
        (8, 16),
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
        (2, 16),
    ),
    (
        tfi.math.betaincc,
        "betainc",
        ["concentration1", "concentration0", "lesser"],
        ["upper"],
        (2, 16),
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


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    "function,table_name,arguments,outputs,bounds",
    _CASES,
    ids=lambda x: getattr(x, "__name__", None),
)
def test_matches_reference(
    function, table_name, arguments, outputs, bounds, dtype
):
    table = reference.load(table_name)
    tensors = [table[name].astype(dtype) for name in arguments]
    for tensor, name in zip(tensors, arguments, strict=True):
        np.testing.assert_array_equal(tensor, table[name])
    got = function(*tensors)
    got = got if isinstance(got, tuple) else (got,)
    bound = bounds[0] if dtype == np.float32 else bounds[1]
    for y, name in zip(got, outputs, strict=True):
        error = accuracy.error_in_eps(y.numpy(), table[name])
        if function is tfi.math.random_von_mises_grad:
            # 0 at the float next to pi, by definition: see its docstring.
            error[np.abs(tensors[1]) == dtype(np.pi)] = 0.0
        k = np.argmax(error)
        assert error[k] <= bound, [t[k] for t in tensors] + [y[k], error[k]]
        assert np.mean(error) <= bound / 8


def test_cdf_of_von_mises():
    table = reference.load("von_mises_cdf")
    got = tfi.math.von_mises_cdf(table["sample"], table["concentration"])
    # A relative error of eps in an exponent e moves exp(e) by |e| eps: in the
    # tails no method can do better than |log F| eps.
    # At the floats next to +-pi, F is -1e-16 and 1 + 1e-16.
    inside = np.abs(table["sample"]) < np.pi
    table = {name: column[inside] for name, column in table.items()}
    got = got.numpy()[inside]
    conditioning = 1 - np.log(table["cdf"])
    error = accuracy.error_in_eps(got, table["cdf"]) / conditioning
    assert np.max(error) <= 16


def test_complement_of_a_beta_sample():
    # Next to 1 the sample alone says little; its complement says all.
    table = reference.load("beta_sample_grad")
    x, complement = table["sample"], table["complement"]
    rows = (x > 0.5) & (complement > 1e-300)
    d_a, d_b = tfi.math.random_beta_grad(
        table["concentration1"][rows],
        table["concentration0"][rows],
        x[rows],
        complement[rows],
    )
    slope = (x * complement)[rows]
    np.testing.assert_allclose(d_a, slope * table["dy_da"][rows], rtol=1e-12)
    np.testing.assert_allclose(d_b, slope * table["dy_db"][rows], rtol=1e-12)
