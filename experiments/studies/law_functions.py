# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Special functions, distribution functions and quantiles of the study."""

import numpy as np
import scipy.special
import tensorflow as tf
import tensorflow_probability as tfp

import tf_implicit as tfi
from experiments.studies import law_quantity
from experiments.studies.law_quantity import SHAPE, SLOW, Quantity

__all__ = ["QUANTITIES"]

_TAILS = ("lower", "upper", "log_lower", "log_upper")


def _tail(name: str, peer: str | None = None, scipy_name: str | None = None):
    """Entries of an incomplete function; a logarithm is that of the peer."""
    plain = name.removeprefix("log_")
    logarithm = plain != name

    def of(function, log):
        if not logarithm:
            return function
        return lambda *x: log(function(*x))

    functions = {"ours": getattr(tfi.math, name)}
    theirs = getattr(tf.math, plain, None)
    if theirs is not None:
        functions["TFP"] = of(theirs, tf.math.log)
    if peer:
        functions |= law_quantity.torch_entry(
            lambda t, *x: of(getattr(t.special, peer), t.log)(*x)
        )
    if scipy_name:
        functions["SciPy"] = of(getattr(scipy.special, scipy_name), np.log)
    return functions


_GAMMA_TAILS = [
    Quantity(
        "Gamma",
        f"{name}(a, x)",
        _tail(name, peer, peer),
        "igamma",
        ("a", "x"),
        value,
        law_quantity.gamma_points,
        bars={"float32": 5, "float64": 5} if name == "igamma" else {},
    )
    for name, peer, value in zip(
        ("igamma", "igammac", "log_igamma", "log_igammac"),
        ("gammainc", "gammaincc") * 2,
        _TAILS,
        strict=True,
    )
]

_BETA_TAILS = [
    Quantity(
        "Beta",
        f"{name}(a, b, x)",
        _tail(name, scipy_name=peer),
        "betainc",
        ("concentration1", "concentration0", "lesser"),
        value,
        law_quantity.beta_points,
        bars={"float32": 10, "float64": 10} if name == "betainc" else {},
    )
    for name, peer, value in zip(
        ("betainc", "betaincc", "log_betainc", "log_betaincc"),
        ("betainc", "betaincc") * 2,
        _TAILS,
        strict=True,
    )
]

_STUDENT_TAILS = [
    Quantity(
        "StudentT",
        method,
        law_quantity.classes(
            lambda d, df, x, method=method: getattr(
                d.StudentT(df, law_quantity.zeros(df), tf.ones_like(df)), method
            )(x)
        )
        | ({"SciPy": scipy.special.stdtr} if method == "cdf" else {}),
        "student_t_cdf",
        ("df", "sample"),
        value,
        law_quantity.student_points,
    )
    for method, value in (("cdf", "lower"), ("log_cdf", "log_lower"))
]


def _gamma_density(table):
    a, x = table["a"], table["x"]
    return np.exp(a * np.log(x) - x - scipy.special.gammaln(a)) / x


def _beta_density(table):
    x = table["lesser"]
    return table["density"] / (x * (1 - x))


def _with_probability(laws):
    """Arguments of a quantile: shapes and a probability."""

    def elements(rng, n):
        return *law_quantity.uniform(*[SHAPE] * laws)(rng, n), rng.uniform(
            size=n
        )

    return elements


_QUANTILES = [
    Quantity(
        "Gamma",
        "igammainv(a, p)",
        {
            "ours": tfi.math.igammainv,
            "TFP": tfp.math.igammainv,
            "SciPy": scipy.special.gammaincinv,
        },
        "igamma",
        ("a", "lower"),
        "x",
        _with_probability(1),
        density=_gamma_density,
        batch={"TFP": SLOW},
    ),
    Quantity(
        "Beta",
        "betaincinv(a, b, p)",
        {
            "ours": tfi.math.betaincinv,
            "TFP": tfp.math.betaincinv,
            "SciPy": scipy.special.betaincinv,
        },
        "betainc",
        ("concentration1", "concentration0", "lower"),
        "lesser",
        _with_probability(2),
        density=_beta_density,
        batch={"TFP": SLOW},
    ),
    Quantity(
        "StudentT",
        "quantile",
        law_quantity.classes(
            lambda d, df, p: d.StudentT(
                df, law_quantity.zeros(df), tf.ones_like(df)
            ).quantile(p)
        )
        | {"SciPy": scipy.special.stdtrit},
        "student_t_cdf",
        ("df", "lower"),
        "sample",
        _with_probability(1),
        density=lambda table: table["density"],
        batch={"TFP": SLOW},
    ),
]

_POLYGAMMA = [
    Quantity(
        "",
        name,
        {"ours": ours, "TFP": theirs, "SciPy": scipy_function}
        | law_quantity.torch_entry(torch),
        "polygamma",
        ("x",),
        name,
        law_quantity.uniform(SHAPE),
    )
    for name, ours, theirs, torch, scipy_function in (
        (
            "lgamma",
            tfi.math.lgamma,
            tf.math.lgamma,
            lambda t, x: t.lgamma(x),
            scipy.special.gammaln,
        ),
        (
            "digamma",
            tfi.math.digamma,
            tf.math.digamma,
            lambda t, x: t.digamma(x),
            scipy.special.psi,
        ),
        *[
            (
                name,
                lambda x, n=n: tfi.math.polygamma(n, x),
                lambda x, n=n: tf.math.polygamma(tf.cast(n, x.dtype), x),
                lambda t, x, n=n: t.polygamma(n, x),
                lambda x, n=n: scipy.special.polygamma(n, x),
            )
            for n, name in ((1, "trigamma"), (2, "tetragamma"))
        ],
    )
]

QUANTITIES = (
    *_POLYGAMMA,
    *_GAMMA_TAILS,
    *_BETA_TAILS,
    *_STUDENT_TAILS,
    *_QUANTILES,
)
