# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of the accuracy study: its truth, its methods, and the binary."""

import csv
import dataclasses
import math
import pathlib
import subprocess
import sys

import mpmath
import numpy as np
import pytest
import scipy.special

from experiments import accuracy, gradient_table
from experiments.common import errors
from experiments.studies import (
    gradient_methods,
    inputs,
    own_speed,
    speed_tables,
    true_gradients,
)
from tests.experiments import binaries

SIZES = speed_tables.Sizes(
    elements=200, decade_elements=20, rounds=1, calls=2, seed=0
)


def relative_error(value: mpmath.mpf, truth: mpmath.mpf) -> float:
    with mpmath.workdps(36):
        return float(abs(value / truth - 1))


@pytest.mark.parametrize(
    ("alpha", "sample"),
    [
        (1e-6, 1e-3),
        (1e-6, 2.0),
        (1e-2, 1e-38),
        (0.5, 0.09),
        (0.5, 0.11),
        (1.0, 3.0),
        (10.0, 25.0),
        (1e3, 950.0),
        (1e3, 1050.0),
    ],
)
def test_true_gamma_derivative_matches_differences_of_the_cdf(alpha, sample):
    error = relative_error(
        true_gradients.gamma(alpha, sample),
        gradient_table.true_gamma_gradient(alpha, sample),
    )
    assert error < 1e-19


@pytest.mark.parametrize(
    ("kappa", "sample"), [(0.01, 0.3), (0.01, -3.0), (1.0, 2.0), (10.0, -1.0)]
)
def test_true_von_mises_derivative_matches_the_series(kappa, sample):
    # Equation 16 over the density.
    with mpmath.workdps(40):
        k, z = mpmath.mpf(kappa), mpmath.mpf(sample)

        def bessel(j):
            return mpmath.besseli(j, k)

        series = mpmath.fsum(
            (
                (j / k * bessel(j) + bessel(j + 1)) / bessel(0)
                - bessel(j) * bessel(1) / bessel(0) ** 2
            )
            * mpmath.sin(j * z)
            / j
            for j in range(1, 60)
        )
        density = mpmath.exp(k * mpmath.cos(z)) / (2 * mpmath.pi * bessel(0))
        truth = -series / mpmath.pi / density
    error = relative_error(true_gradients.von_mises(kappa, sample), truth)
    assert error < 1e-17


def test_true_derivatives_do_not_depend_on_the_step():
    generator = np.random.default_rng(1)
    for _ in range(10):
        alpha = 10 ** generator.uniform(-3, 10)
        sample = scipy.special.gammaincinv(alpha, generator.uniform(0.2, 0.8))
        error = relative_error(
            true_gradients.gamma(alpha, sample),
            true_gradients.gamma(alpha, sample, step=1 / 20),
        )
        assert error < 1e-17
        kappa = 10 ** generator.uniform(-3, 10)
        angle = min(3, abs(generator.normal() / math.sqrt(kappa)))
        error = relative_error(
            true_gradients.von_mises(kappa, angle),
            true_gradients.von_mises(kappa, angle, step=1 / 24),
        )
        assert error < 1e-17


def test_cached_truth_is_read_back(tmp_path, monkeypatch):
    arrays = inputs.points("gamma", "float32", 1, seed=3)
    computed = true_gradients.cached("gamma", *arrays, tmp_path)
    monkeypatch.setitem(true_gradients._FAMILIES, "gamma", None)
    read = true_gradients.cached("gamma", *arrays, tmp_path)
    np.testing.assert_array_equal(read, computed)
    # Value and remainder: the remainder is below half of the last place.
    assert (abs(read[1]) <= np.spacing(abs(read[0])) / 2).all()


@pytest.mark.parametrize(
    ("family", "methods", "bounds"),
    [
        (
            "gamma",
            gradient_methods.gamma_methods,
            # Relative to max(1, |truth|); Table 2 has errors of this order.
            {"finite differences": 0.1, "Knowles": 0.2, "Jankowiak": 0.02},
        ),
        (
            "von_mises",
            gradient_methods.von_mises_methods,
            {"finite differences": 1e-2},
        ),
    ],
)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_methods_compute_the_derivative(family, methods, bounds, dtype):
    arrays = inputs.points(family, dtype, 5, seed=4)
    truth = np.array(
        [
            float(getattr(true_gradients, family)(*pair))
            for pair in zip(*[a.tolist() for a in arrays], strict=True)
        ]
    )
    names = []
    for method in methods():
        if dtype not in method.dtypes:
            continue
        names.append(method.name)
        result = np.asarray(method.prepare(*arrays)())
        assert result.dtype == dtype
        bound = next(
            (b for start, b in bounds.items() if method.name.startswith(start)),
            1e-4 if dtype == "float32" else 1e-8,
        )
        error = np.abs(result - truth) / np.maximum(1, np.abs(truth))
        assert error.max() < bound, method.name
    assert names[:2] == ["ours", "automatic differentiation"]


def test_beta_methods_compute_the_derivative():
    a, b = np.full(3, 2.0), np.full(3, 3.0)
    sample = np.array([0.1, 0.5, 0.9])
    # P(2 + h, 3; x) by the definition.
    step = 1e-6
    density = sample * (1 - sample) ** 2 * 12
    cdf_above = scipy.special.betainc(a + step, b, sample)
    cdf_below = scipy.special.betainc(a - step, b, sample)
    truth = -(cdf_above - cdf_below) / (2 * step) / density
    logit_truth = truth / (sample * (1 - sample))
    for method in gradient_methods.beta_methods():
        result = method.prepare(a, b, sample)()
        first = result[0] if method.name.startswith("ours") else result
        expected = logit_truth if "logit" in method.name else truth
        np.testing.assert_allclose(
            np.asarray(first), expected, rtol=2e-2, err_msg=method.name
        )


def test_samples_stay_where_libraries_accept_them():
    for dtype in ("float32", "float64"):
        _, sample = inputs.points("gamma", dtype, 100, seed=0)
        assert (sample >= np.finfo(dtype).tiny).all()
        _, sample = inputs.decade("von_mises", -6, dtype, 10**5, seed=0)
        assert (np.abs(sample.astype(np.float64)) <= np.pi).all()


def test_verdict_compares_the_ratio_with_the_bar():
    slow = speed_tables.Comparison("", "", 2.0, "", 10.0, 6.0)
    assert slow.ratio == 5
    assert slow.verdict == "MISSED"
    assert slow._replace(bar=5.0).verdict == "met"
    assert slow._replace(bar=None).verdict == ""


def test_each_instruction_set_has_a_column_or_a_note(monkeypatch):
    targets = (*speed_tables._TARGETS, "nonsense")
    monkeypatch.setattr(speed_tables, "_TARGETS", targets)
    table = speed_tables.instruction_set_table(SIZES)
    quantity, *measured = table.columns
    assert quantity == "quantity"
    assert measured
    assert len(measured) + len(table.notes) == len(targets)
    assert len(table.rows) == 11
    assert all(min(row[1:]) > 0 for row in table.rows)
    (note,) = [note for note in table.notes if "nonsense" in note]
    assert measured[-1] in note


def test_two_threads_are_compared_with_one(monkeypatch):
    def measure(elements, rounds, seed, threads):
        assert elements == SIZES.elements
        return {"a": 6.0 / threads, "b": 5.0}

    monkeypatch.setattr(own_speed, "measure_in_process", measure)
    a, b = speed_tables.thread_comparisons(SIZES)
    assert (a.ratio, a.verdict) == (2, "met")
    assert (b.ratio, b.verdict) == (1, "MISSED")


def run_binary(tmp_path):
    # A missing peer must not stop the study: an entry of None in sys.modules
    # is what makes an import fail.
    code = (
        "import runpy, sys; sys.modules['jax'] = None; sys.argv[0] = 'x'; "
        "runpy.run_module('experiments.accuracy', run_name='__main__')"
    )
    return subprocess.run(
        [
            sys.executable,
            "-c",
            code,
            f"--output_dir={tmp_path / 'output'}",
            f"--cache_dir={tmp_path / 'cache'}",
            "--samples=3",
            "--elements=200",
            "--decade_elements=20",
            "--rounds=1",
            "--map_density=1",
            # Not "targets", which would start five more processes, nor
            # "laws": law_speed_test.py.
            *[
                f"--tables={name}"
                for name in (
                    "table2",
                    "speed",
                    "samplers",
                    "cost",
                    "map",
                )
            ],
        ],
        cwd=binaries.ROOT,
        env=binaries.environment(),
        capture_output=True,
        text=True,
    )


def read(path: pathlib.Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_binary_writes_every_table_and_picture(tmp_path):
    run = run_binary(tmp_path)
    assert run.returncode == 0, run.stderr
    assert "jax is not installed" in run.stdout
    output = tmp_path / "output"
    assert {path.name for path in output.iterdir()} == {
        ".lock",
        "config.json",
        *accuracy._OUTPUTS,
    } - {"instruction_sets.csv", "laws.csv", "threads.csv"}
    table2 = read(output / "table2.csv")
    ours = [row for row in table2 if row["method"] == "ours"]
    assert [row["precision"] for row in ours] == ["float32", "float64"]
    for row, bound in zip(ours, (1e-6, 1e-15), strict=True):
        for family in ("gamma", "von_mises"):
            assert 0 <= float(row[f"{family} error"]) < bound
            assert float(row[f"{family} s/element"]) > 0
    for row in table2:
        for value in list(row.values())[2:]:
            assert not value or math.isfinite(float(value))
    for row in read(output / "map.csv"):
        if row["method"] == "ours":
            # 8 and 16 eps.
            bound = 1e-6 if row["dtype"] == "float32" else 3.6e-15
            assert float(row["worst"]) < bound
    for name in ("speed", "samplers", "flatness"):
        for row in read(output / f"{name}.csv"):
            ratio = float(row["its time"]) / float(row["tf_implicit"])
            assert float(row["ratio"]) == pytest.approx(ratio)
    assert "Table 2" in (output / "results.md").read_text()

    config = accuracy.Config(
        output_dir=str(output),
        cache_dir=str(tmp_path / "cache"),
        tables=("map",),
        map_density=1,
    )
    with pytest.raises(errors.FolderInUseError, match="--overwrite"):
        accuracy.study(config)
    assert (output / "table2.csv").exists()
    accuracy.study(dataclasses.replace(config, overwrite=True))
    assert not (output / "table2.csv").exists()
    assert (output / "map.csv").exists()
