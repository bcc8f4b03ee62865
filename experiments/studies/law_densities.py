# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Log densities, entropies and divergences of the study."""

from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.special
import tensorflow as tf

import tf_implicit as tfi
from experiments.studies import law_quantity
from experiments.studies.law_quantity import SHAPE, Quantity

__all__ = ["QUANTITIES"]

_DENSITY = {"float32": 3, "float64": 3}


def _angles(rng, n):
    (k,) = law_quantity.uniform(SHAPE)(rng, n)
    return rng.vonmises(0, k), k


def _rows(rng, n, samples=False, laws=1):
    """Dirichlet distributions over 50 components."""
    shape = (max(n // 50, 1), 50)
    rows = [np.exp(rng.uniform(*np.log(SHAPE), shape)) for _ in range(laws)]
    if samples:
        x = np.maximum(rng.gamma(rows[0]), 1e-30)
        rows.append(x / x.sum(axis=-1, keepdims=True))
    return rows


def _trigamma(x):
    return scipy.special.polygamma(1, x)


def _entropy_terms(*concentrations):
    """1 around the uniform law, where terms of that size cancel."""
    logs = np.stack([np.log(a) for a in concentrations])
    if logs.ndim > 2:
        logs = np.moveaxis(logs[0], -1, 0)
    return np.where(np.abs(logs).max(axis=0) < np.log(2), 1.0, 0.0)


def _dirichlet_divergence_terms(a, b):
    """d/da_i = (a_i - b_i) trigamma(a_i) - (s - t) trigamma(s)."""
    s, t = (x.sum(axis=-1, keepdims=True) for x in (a, b))
    whole = np.abs(s - t) * _trigamma(s)
    return (a * (np.abs(a - b) * _trigamma(a) + whole)).max(axis=-1)


def _beta_divergence_terms(a, b, c, d):
    """As those of the Dirichlet law."""
    return _dirichlet_divergence_terms(
        np.stack([a, b], axis=-1), np.stack([c, d], axis=-1)
    )


def _student_t_terms(df1, loc1, scale1, df2, loc2, scale2):
    """What close laws leave: the root of 2 KL times the Fisher information."""
    kl = np.asarray(
        tfi.math.student_t_divergence(df1, loc1, scale1, df2, loc2, scale2)
    )
    # In the logarithm of the scale at most 2; in the location, 1 / scale^2.
    scales = np.minimum(scale1, scale2)
    locations = np.maximum(np.abs(loc1), np.abs(loc2))
    return np.sqrt(2 * kl) * np.maximum(np.sqrt(2), locations / scales)


def _divergence(make: Callable[..., Any], of_torch: bool = False) -> dict:
    """Entries of the divergence of two laws.

    Args:
        make: Makes the pair from a module of distributions and the arguments.
        of_torch: Whether PyTorch has it, with the same arguments.
    """

    def method(library, *arguments):
        return library.kl_divergence(*make(library, *arguments))

    return law_quantity.classes(method, method if of_torch else None)


QUANTITIES = (
    Quantity(
        "Gamma",
        "log density",
        law_quantity.classes(
            lambda d, a, b, z: d.Gamma(a, b).log_prob(z),
            lambda d, a, b, z: d.Gamma(a, b, validate_args=False).log_prob(z),
        ),
        "gamma_log_prob",
        ("a", "b", "z"),
        "log_prob",
        law_quantity.uniform(SHAPE, SHAPE, SHAPE),
        "argument",
        ("da", "db", "dz"),
        gradient=True,
        bars=_DENSITY,
    ),
    Quantity(
        "InverseGamma",
        "log density",
        law_quantity.classes(
            lambda d, a, b, z: d.InverseGamma(a, b).log_prob(z)
        ),
        "inverse_gamma_log_prob",
        ("a", "b", "z"),
        "log_prob",
        law_quantity.uniform(SHAPE, SHAPE, SHAPE),
        "argument",
        ("da", "db", "dz"),
        gradient=True,
        bars=_DENSITY,
    ),
    Quantity(
        "Beta",
        "log density",
        law_quantity.classes(
            lambda d, a, b, z: d.Beta(a, b).log_prob(z),
            lambda d, a, b, z: d.Beta(a, b, validate_args=False).log_prob(z),
        ),
        "beta_log_prob",
        ("concentration1", "concentration0", "sample"),
        "log_prob",
        law_quantity.beta_points,
        "argument",
        ("da", "dc", "dx"),
        gradient=True,
        bars=_DENSITY,
    ),
    Quantity(
        "Dirichlet",
        "log density",
        law_quantity.classes(
            lambda d, a, x: d.Dirichlet(a).log_prob(x),
            lambda d, a, x: d.Dirichlet(a, validate_args=False).log_prob(x),
        ),
        "dirichlet_log_prob",
        ("alpha*", "x*"),
        "log_prob",
        lambda rng, n: _rows(rng, n, samples=True),
        "argument",
        ("dalpha*", "dx*"),
        gradient=True,
        bars=_DENSITY,
    ),
    Quantity(
        "StudentT",
        "log density",
        law_quantity.classes(
            lambda d, df, x: d.StudentT(
                df, law_quantity.zeros(df), tf.ones_like(df)
            ).log_prob(x),
            lambda d, df, x: d.StudentT(df, validate_args=False).log_prob(x),
        ),
        "student_t_log_prob",
        ("df", "sample"),
        "log_prob",
        law_quantity.student_points,
        "argument",
        ("dlog_prob_ddf", "dlog_prob_dsample"),
        gradient=True,
    ),
    Quantity(
        "VonMises",
        "log density",
        law_quantity.classes(
            lambda d, z, k: d.VonMises(law_quantity.zeros(k), k).log_prob(z),
            lambda d, z, k: d.VonMises(
                law_quantity.zeros(k), k, validate_args=False
            ).log_prob(z),
        ),
        "von_mises_log_prob",
        ("angle", "concentration"),
        "log_prob",
        _angles,
        "argument",
        ("dangle", "dconcentration"),
        gradient=True,
    ),
    Quantity(
        "Gamma",
        "entropy",
        law_quantity.classes(
            lambda d, a, b: d.Gamma(a, b).entropy(),
            lambda d, a, b: d.Gamma(a, b, validate_args=False).entropy(),
        ),
        "gamma_entropy",
        ("a", "b"),
        "gamma",
        law_quantity.uniform(SHAPE, SHAPE),
        "unit",
        gradient=True,
    ),
    Quantity(
        "Beta",
        "entropy",
        law_quantity.classes(
            lambda d, a, b: d.Beta(a, b).entropy(),
            lambda d, a, b: d.Beta(a, b, validate_args=False).entropy(),
        ),
        "beta_entropy",
        ("concentration1", "concentration0"),
        "entropy",
        law_quantity.uniform(SHAPE, SHAPE),
        "unit",
        ("da", "dc"),
        gradient=True,
        terms=_entropy_terms,
    ),
    Quantity(
        "Dirichlet",
        "entropy",
        law_quantity.classes(
            lambda d, a: d.Dirichlet(a).entropy(),
            lambda d, a: d.Dirichlet(a, validate_args=False).entropy(),
        ),
        "dirichlet_entropy",
        ("alpha*",),
        "entropy",
        _rows,
        "unit",
        ("dalpha*",),
        terms=_entropy_terms,
        gradient=True,
    ),
    Quantity(
        "StudentT",
        "entropy",
        law_quantity.classes(
            lambda d, df: d.StudentT(
                df, law_quantity.zeros(df), tf.ones_like(df)
            ).entropy(),
            lambda d, df: d.StudentT(df, validate_args=False).entropy(),
        ),
        "student_t_entropy",
        ("df",),
        "entropy",
        law_quantity.uniform((0.5, 100.0)),
        "unit",
        ("dentropy_ddf",),
        gradient=True,
    ),
    Quantity(
        "VonMises",
        "entropy",
        law_quantity.classes(
            lambda d, k: d.VonMises(law_quantity.zeros(k), k).entropy()
        ),
        "von_mises_entropy",
        ("concentration",),
        "entropy",
        law_quantity.uniform(SHAPE),
        "unit",
        gradient=True,
    ),
    Quantity(
        "Gamma",
        "KL divergence",
        _divergence(lambda d, a, b, c, e: (d.Gamma(a, b), d.Gamma(c, e)), True),
        "gamma_divergence",
        ("a1", "b1", "a2", "b2"),
        "divergence",
        law_quantity.uniform(*[SHAPE] * 4),
        slopes=("da1", "db1", "da2", "db2"),
        gradient=True,
        bars={"float32": 15, "float64": 8},
    ),
    Quantity(
        "Beta",
        "KL divergence",
        _divergence(lambda d, a, b, c, e: (d.Beta(a, b), d.Beta(c, e)), True),
        "beta_divergence",
        ("a1", "a0", "b1", "b0"),
        "divergence",
        law_quantity.uniform(*[SHAPE] * 4),
        slopes=("da1", "da0", "db1", "db0"),
        terms=_beta_divergence_terms,
        gradient=True,
        bars={"float32": 18, "float64": 8},
    ),
    Quantity(
        "Dirichlet",
        "KL divergence",
        _divergence(lambda d, a, b: (d.Dirichlet(a), d.Dirichlet(b)), True),
        "dirichlet_divergence",
        ("alpha*", "beta*"),
        "divergence",
        lambda rng, n: _rows(rng, n, laws=2),
        slopes=("dalpha*", "dbeta*"),
        terms=_dirichlet_divergence_terms,
        gradient=True,
        bars={"float32": 10, "float64": 8},
    ),
    Quantity(
        "StudentT",
        "KL divergence",
        {
            "ours": lambda *x: tfi.distributions.kl_divergence(
                tfi.distributions.StudentT(*x[:3]),
                tfi.distributions.StudentT(*x[3:]),
            )
        },
        "student_t_divergence",
        ("df1", "loc1", "scale1", "df2", "loc2", "scale2"),
        "divergence",
        lambda rng, n: [
            parameter
            for _ in range(2)
            for parameter in (
                *law_quantity.uniform((0.5, 100.0))(rng, n),
                rng.normal(size=n),
                *law_quantity.uniform((0.1, 10.0))(rng, n),
            )
        ],
        slopes=(
            "ddf1",
            "dloc1",
            "dscale1",
            "ddf2",
            "dloc2",
            "dscale2",
        ),
        terms=_student_t_terms,
        gradient=True,
    ),
    Quantity(
        "VonMises",
        "KL divergence",
        _divergence(
            lambda d, z, k, m: (
                d.VonMises(z, k),
                d.VonMises(law_quantity.zeros(m), m),
            )
        ),
        "von_mises_divergence",
        ("angle", "concentration1", "concentration2"),
        "divergence",
        lambda rng, n: (
            rng.uniform(-3, 3, n),
            *law_quantity.uniform(SHAPE, SHAPE)(rng, n),
        ),
        slopes=("dangle", "dconcentration1", "dconcentration2"),
        gradient=True,
        bars={"float32": 1, "float64": 1},
    ),
)
