# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""A distribution of every class of ours, for the tests that take them all."""

import dataclasses
from collections.abc import Callable
from typing import Any

import tensorflow as tf
import tensorflow_probability as tfp

import tf_implicit as tfi
from tests.distributions.cases import CASES

tfd, tfid = tfp.distributions, tfi.distributions


@dataclasses.dataclass(frozen=True)
class Made:
    """A distribution of batch shape [3] as a function of its tensors.

    Attributes:
      make: The function, of keyword arguments.
      parameters: Its arguments, as lists.
      broadcasts: Whether the arguments broadcast.
      reads_once: Whether a parameter is read once: a linear operator and a
        class of TFP that has one read theirs when they are asked for a shape.
    """

    make: Callable[..., tfd.Distribution]
    parameters: dict[str, Any]
    broadcasts: bool = True
    reads_once: bool = True

    def tensors(self, dtype=tf.float32):
        return {k: tf.constant(v, dtype) for k, v in self.parameters.items()}


_PLACES = {"loc": [2.0, 0.5, -7.0], "scale": [1.0, 0.5, 2.0]}
_MIXED = {
    "logits": [[0.0, 1.0], [0.5, -1.0], [0.0, 0.0]],
    "loc": [[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]],
    "scale": [[1.0, 0.5], [2.0, 1.0], [0.5, 2.0]],
}


def _mixture(logits, loc, scale):
    return tfid.Mixture(
        tfd.Categorical(logits=logits),
        [
            tfd.Normal(loc[..., 0], scale[..., 0]),
            tfd.Logistic(loc[..., 1], scale[..., 1]),
        ],
    )


_TRIL = [[[2.0, 0.0], [1.0, 1.0]], [[0.5, 0.0], [0.0, 1.0]]]
_TRIL.append([[1.0, 0.0], [-3.0, 2.0]])
_PLACES_OF_TWO = [[0.0, 1.0], [2.0, -1.0], [0.5, 0.0]]


def _operator(tril):
    return tf.linalg.LinearOperatorLowerTriangular(tril)


MADE = {case.name: Made(case.ours, case.parameters) for case in CASES} | {
    "GeneralizedGamma": Made(
        tfid.GeneralizedGamma,
        {
            "concentration": [0.3, 2.0, 50.0],
            "scale": [2.0, 0.5, 7.0],
            "power": [0.5, 1.0, 3.0],
        },
    ),
    "GeneralizedInverseGaussian": Made(
        tfid.GeneralizedInverseGaussian,
        {
            "order": [0.3, -2.0, 50.0],
            "chi": [2.0, 0.5, 7.0],
            "psi": [0.5, 1.0, 3.0],
        },
    ),
    "NoncentralChi2": Made(
        tfid.NoncentralChi2,
        {"df": [0.6, 4.0, 100.0], "noncentrality": [1.0, 0.5, 20.0]},
    ),
    "NoncentralStudentT": Made(
        tfid.NoncentralStudentT,
        _PLACES | {"df": [0.6, 4.0, 100.0], "noncentrality": [1.0, -0.5, 9.0]},
    ),
    "Rice": Made(
        tfid.Rice,
        {"noncentrality": [0.3, 2.0, 50.0], "scale": [1.0, 0.5, 2.0]},
    ),
    "SkewNormal": Made(
        tfid.SkewNormal, _PLACES | {"skewness": [0.3, -2.0, 50.0]}
    ),
    "CholeskyLKJ": Made(
        lambda concentration: tfid.CholeskyLKJ(3, concentration),
        {"concentration": [1.5, 2.0, 20.0]},
    ),
    "InverseWishart": Made(
        tfid.InverseWishart, {"df": [4.0, 5.0, 20.0], "scale_tril": _TRIL}
    ),
    "LKJ": Made(
        lambda concentration: tfid.LKJ(3, concentration),
        {"concentration": [1.5, 2.0, 20.0]},
    ),
    "MatrixTLinearOperator": Made(
        lambda df, loc, rows, columns: tfid.MatrixTLinearOperator(
            df, loc, _operator(rows), _operator(columns)
        ),
        {
            "df": [4.0, 5.0, 20.0],
            "loc": [_PLACES_OF_TWO[:2]] * 3,
            "rows": _TRIL,
            "columns": _TRIL[::-1],
        },
        # TFP's density has more dimensions than TensorFlow broadcasts.
        broadcasts=False,
        reads_once=False,
    ),
    "MultivariateStudentTLinearOperator": Made(
        lambda df, loc, tril: tfid.MultivariateStudentTLinearOperator(
            df, loc, _operator(tril)
        ),
        {"df": [4.0, 5.0, 20.0], "loc": _PLACES_OF_TWO, "tril": _TRIL},
        reads_once=False,
    ),
    "PowerSpherical": Made(
        tfid.PowerSpherical,
        {
            "mean_direction": [[0.6, 0.8], [1.0, 0.0], [0.0, 1.0]],
            "concentration": [0.3, 2.0, 50.0],
        },
    ),
    "WishartLinearOperator": Made(
        lambda df, tril: tfid.WishartLinearOperator(df, _operator(tril)),
        {"df": [4.0, 5.0, 20.0], "tril": _TRIL},
        reads_once=False,
    ),
    "WishartTriL": Made(
        tfid.WishartTriL,
        {"df": [4.0, 5.0, 20.0], "scale_tril": _TRIL},
        reads_once=False,
    ),
    "Implicit": Made(
        lambda loc, scale: tfid.Implicit(tfd.Logistic(loc, scale)), _PLACES
    ),
    "Mixture": Made(_mixture, _MIXED, broadcasts=False),
    "MixtureSameFamily": Made(
        lambda logits, loc, scale: tfid.MixtureSameFamily(
            tfd.Categorical(logits=logits), tfd.Normal(loc, scale)
        ),
        _MIXED,
    ),
    "Truncated": Made(
        lambda loc, scale, low, high: tfid.Truncated(
            tfd.Normal(loc, scale), low, high
        ),
        _PLACES | {"low": [1.0, 0.0, -8.0], "high": [4.0, 1.0, -6.0]},
    ),
    "VonMises": Made(
        tfid.VonMises,
        {"loc": [0.5, 1.0, 2.0], "concentration": [0.3, 2.0, 50.0]},
    ),
    "VonMisesFisher": Made(
        tfid.VonMisesFisher,
        {
            "mean_direction": [[0.6, 0.8], [1.0, 0.0], [0.0, 1.0]],
            "concentration": [0.3, 2.0, 50.0],
        },
    ),
}
