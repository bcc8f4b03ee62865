# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Prints what samples and densities of each family cost, ours beside TFP.

python -m experiments.studies.family_speed

In a graph, for three members of a family, or one of a multivariate one, in
nanoseconds for each number of the sample: processor time, the least of several
turns. A star stands where TFP draws Gamma variables. Samples of TFP's LKJ
distributions have no gradient.
"""

import functools
import time
from typing import Any

import tensorflow as tf
import tensorflow_probability as tfp
from absl import app, flags

import tf_implicit as tfi
from experiments.common import stopwatch

__all__ = ["FAMILIES", "main", "measure", "selected"]

_SEED = (1, 2)
_GAMMA_BASED = "*"

# Parameters by their TFP names. A leading star in the name: see above.
FAMILIES: dict[str, dict[str, Any]] = {
    "*Gamma": {"concentration": [0.3, 2.0, 50.0], "rate": [0.5, 1.0, 4.0]},
    "*InverseGamma": {"concentration": [0.8, 2.0, 50.0], "scale": [1, 2, 9]},
    "*ExpGamma": {"concentration": [0.3, 2.0, 50.0], "rate": [0.5, 1.0, 4.0]},
    "*ExpInverseGamma": {
        "concentration": [0.3, 2.0, 50.0],
        "scale": [0.5, 1.0, 4.0],
    },
    "*Chi": {"df": [0.7, 3.0, 90.0]},
    "*Chi2": {"df": [0.7, 3.0, 90.0]},
    "*Beta": {
        "concentration1": [0.4, 2.0, 30.0],
        "concentration0": [0.7, 5.0, 9.0],
    },
    "*Dirichlet": {"concentration": [0.3, 2.0, 9.0, 30.0]},
    "*StudentT": {
        "df": [0.8, 4.0, 60.0],
        "loc": [1, 0, -7],
        "scale": [1, 2, 3],
    },
    "*HalfStudentT": {
        "df": [0.8, 4.0, 60.0],
        "loc": [1, 0, -7],
        "scale": [1, 2, 3],
    },
    "*TwoPieceStudentT": {
        "df": [0.8, 4.0, 60.0],
        "loc": [1, 0, -7],
        "scale": [1, 2, 3],
        "skewness": [0.5, 1.0, 3.0],
    },
    "*GammaGamma": {
        "concentration": [0.8, 3.0, 20.0],
        "mixing_concentration": [1.5, 4.0, 30.0],
        "mixing_rate": [1.0, 2.0, 0.5],
    },
    "*BetaQuotient": {
        "concentration1_numerator": [0.8, 2.0, 30.0],
        "concentration0_numerator": [1.5, 4.0, 20.0],
        "concentration1_denominator": [3.0, 2.0, 7.0],
        "concentration0_denominator": [1.0, 5.0, 9.0],
    },
    "*SigmoidBeta": {
        "concentration1": [0.4, 2.0, 30.0],
        "concentration0": [0.7, 5.0, 9.0],
    },
    "*PERT": {
        "low": [1.0, -0.5, 7.0],
        "peak": [2.0, 0.0, 8.0],
        "high": [5.0, 1.5, 11.0],
        "temperature": [4.0, 2.0, 9.0],
    },
    "*GeneralizedNormal": {
        "loc": [2.0, 0.5, -7.0],
        "scale": [1.0, 0.5, 2.0],
        "power": [0.8, 2.0, 9.0],
    },
    "VonMises": {"loc": [0, 1, 2], "concentration": [0.1, 2.0, 90.0]},
    "Normal": {"loc": [0, 1, 2], "scale": [0.1, 2.0, 90.0]},
    "LogitNormal": {"loc": [0, 1, 2], "scale": [0.1, 2.0, 1.0]},
    "InverseGaussian": {"loc": [0.5, 1, 4], "concentration": [0.3, 2.0, 60.0]},
    "NormalInverseGaussian": {
        "loc": [0, 1, 2],
        "scale": [0.5, 1.0, 2.0],
        "tailweight": [1.0, 2.0, 5.0],
        "skewness": [0.5, -1.0, 3.0],
    },
    "TruncatedNormal": {
        "loc": [0.5, -0.25, 1.0],
        "scale": [1.0, 0.5, 2.0],
        "low": [-1.0, -2.0, 0.5],
        "high": [3.0, 1.0, 4.0],
    },
    "TruncatedCauchy": {
        "loc": [0.5, -0.25, 1.0],
        "scale": [1.0, 0.5, 2.0],
        "low": [-1.0, -2.0, 0.5],
        "high": [3.0, 1.0, 4.0],
    },
    "ExponentiallyModifiedGaussian": {
        "loc": [2.0, 0.5, -7.0],
        "scale": [1.0, 0.5, 2.0],
        "rate": [0.3, 2.0, 1.0],
    },
    "GeneralizedPareto": {
        "loc": [0, 1, 2],
        "scale": [0.5, 1.0, 2.0],
        "concentration": [0.2, 0.0, -0.3],
    },
    "GeneralizedExtremeValue": {
        "loc": [0, 1, 2],
        "scale": [0.5, 1.0, 2.0],
        "concentration": [0.2, 0.0, -0.3],
    },
    "Kumaraswamy": {
        "concentration1": [0.3, 2.0, 9.0],
        "concentration0": [2.0, 0.5, 7.0],
    },
    "NoncentralChi2": {"df": [0.7, 3.0, 20.0], "noncentrality": [0.5, 2, 9]},
    "*MultivariateStudentTLinearOperator": {"df": 5.0},
    "*MatrixTLinearOperator": {"df": 5.0},
    "*StudentTProcess": {"df": 5.0},
    "*WishartTriL": {"df": 7.0},
    "*CholeskyLKJ": {"concentration": 1.5},
    "*LKJ": {"concentration": 1.5},
    "*PowerSpherical": {
        "mean_direction": [0.0, 0.6, 0.8],
        "concentration": 3.0,
    },
    "VonMisesFisher": {
        "mean_direction": [0.0, 0.6, 0.8],
        "concentration": 3.0,
    },
}


def _fixed(name, dtype):
    """Arguments that are the same for all members of a family."""
    triangle = tf.linalg.cholesky(tf.eye(4, dtype=dtype) + 1)
    if name == "MultivariateStudentTLinearOperator":
        return {
            "loc": tf.zeros([4], dtype),
            "scale": tf.linalg.LinearOperatorDiag(tf.ones([4], dtype)),
        }
    if name == "MatrixTLinearOperator":
        scale = tf.linalg.LinearOperatorLowerTriangular(triangle)
        return {
            "loc": tf.zeros([4, 4], dtype),
            "scale_row": scale,
            "scale_column": scale,
        }
    if name == "StudentTProcess":
        kernels = tfp.math.psd_kernels
        return {
            "kernel": kernels.ExponentiatedQuadratic(tf.ones([], dtype)),
            "index_points": tf.constant([[0.0], [0.5], [1.0], [2.0]], dtype),
        }
    if name == "WishartTriL":
        return {"scale_tril": triangle}
    if name in ("CholeskyLKJ", "LKJ"):
        return {"dimension": 4}
    return {}


def _make(module, name, values):
    """The distribution of the parameters, and what is fixed."""
    dtype = tf.nest.flatten(values)[0].dtype
    return getattr(module, name)(**values, **_fixed(name, dtype))


def measure(
    name: str, what: str, dtype: tf.DType, elements: int, rounds: int
) -> dict[str, float]:
    """Returns nanoseconds for each number of the sample, by library.

    Args:
        name: A key of `FAMILIES`.
        what: "sample" or "log_prob", with the gradients in all parameters; of
            `log_prob` in the value, too.
        dtype: Of the parameters.
        elements: How many numbers in a call.
        rounds: Turns of each library.
    """
    values = {
        key: tf.constant(value, dtype) for key, value in FAMILIES[name].items()
    }
    name = name.strip(_GAMMA_BASED)
    one = _make(tfi.distributions, name, values).sample(seed=_SEED)
    draws = max(elements // int(tf.size(one)), 1)
    value = _make(tfi.distributions, name, values).sample(draws, seed=_SEED)
    functions = {
        library: functools.partial(
            _call(module, name, what, draws), values, value, tf.constant(_SEED)
        )
        for library, module in (
            ("ours", tfi.distributions),
            ("TFP", tfp.distributions),
        )
    }
    best = stopwatch.best_seconds(functions, rounds, 1, time.process_time)
    return {k: 1e9 * t / int(tf.size(value)) for k, t in best.items()}


def _call(module, name, what, draws):
    @tf.function
    def call(values, value, seed):
        with tf.GradientTape() as tape:
            tape.watch([values, value])
            law = _make(module, name, values)
            if what == "sample":
                y, arguments = law.sample(draws, seed=seed), values
            else:
                y, arguments = law.log_prob(value), [values, value]
        return y, tape.gradient(y, arguments)

    return call


def selected(only: list[str]) -> list[str]:
    """Returns the keys of `FAMILIES` for names of classes; all for none.

    Raises:
        app.UsageError: A name is none of them.
    """
    keys = {key.strip(_GAMMA_BASED): key for key in FAMILIES}
    unknown = [name for name in only if name not in keys]
    if unknown:
        raise app.UsageError(
            f"--only must name families among {', '.join(keys)}; got {unknown}"
        )
    return [key for name, key in keys.items() if not only or name in only]


def main(argv: list[str]) -> None:
    """Prints the table."""
    if len(argv) > 1:
        raise app.UsageError(f"unexpected arguments: {argv[1:]}")
    args = flags.FLAGS
    stopwatch.use_threads(1)
    names = selected(args.only)
    head = ["family"]
    for what in ("sample", "log_prob"):
        for dtype in ("float32", "float64"):
            head += [f"{what}, {dtype}, ns", "ratio"]
    for row in (head, ["---"] * len(head)):
        print(f"| {' | '.join(row)} |")
    for name in names:
        row = [name]
        for what in ("sample", "log_prob"):
            for dtype in (tf.float32, tf.float64):
                best = measure(name, what, dtype, args.elements, args.rounds)
                row += [
                    f"{best['ours']:.1f}",
                    f"{best['TFP'] / best['ours']:.1f}",
                ]
        print(f"| {' | '.join(row)} |", flush=True)


if __name__ == "__main__":
    flags.DEFINE_integer(
        "elements", 100_000, "Numbers in a call.", lower_bound=1
    )
    flags.DEFINE_integer("rounds", 10, "Turns of each.", lower_bound=1)
    flags.DEFINE_list("only", [], "Names of families; all if empty.")
    app.run(main)
