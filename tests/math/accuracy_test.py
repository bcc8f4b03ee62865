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
from tests.math import bounds
from tests.reference import reference


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    "function,table_name,arguments,outputs,limits",
    bounds.CASES,
    ids=lambda x: getattr(x, "__name__", None),
)
def test_matches_reference(
    function, table_name, arguments, outputs, limits, dtype
):
    table = reference.load(table_name)
    tensors = [table[name].astype(dtype) for name in arguments]
    for tensor, name in zip(tensors, arguments, strict=True):
        np.testing.assert_array_equal(tensor, table[name])
    got = function(*tensors)
    got = got if isinstance(got, tuple) else (got,)
    bound = limits[0] if dtype == np.float32 else limits[1]
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
