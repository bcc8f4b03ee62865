# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""The distributions that stand in for TFP's, for the tests they share."""

import dataclasses
from typing import Any

import tensorflow as tf
import tensorflow_probability as tfp

import tf_implicit as tfi

tfd = tfp.distributions


@dataclasses.dataclass(frozen=True)
class Case:
    """One class and one set of parameters of batch shape [3].

    Attributes:
      ours: The class.
      theirs: The class of TFP that it stands in for.
      parameters: The keyword arguments, as lists.
      invalid: For some argument, a value that `validate_args` must refuse, and
        a part of the message.
    """

    ours: type
    theirs: type
    parameters: dict[str, Any]
    invalid: tuple[str, Any, str]

    @property
    def name(self):
        return f"{self.ours.__name__}-{'-'.join(self.parameters)}"

    def tensors(self, dtype=tf.float32):
        return {k: tf.constant(v, dtype) for k, v in self.parameters.items()}


CASES = [
    Case(
        tfi.distributions.Gamma,
        tfd.Gamma,
        {"concentration": [0.3, 2.0, 50.0], "rate": [2.0, 0.5, 7.0]},
        ("concentration", -1.0, "`concentration` must be positive"),
    ),
    Case(
        tfi.distributions.Gamma,
        tfd.Gamma,
        {"concentration": [0.3, 2.0, 50.0], "log_rate": [0.7, -0.7, 2.0]},
        ("concentration", -1.0, "`concentration` must be positive"),
    ),
    Case(
        tfi.distributions.Dirichlet,
        tfd.Dirichlet,
        {"concentration": [[0.3, 1.0], [2.0, 2.0], [50.0, 3.0]]},
        ("concentration", [-1.0, 1.0], "`concentration` must be positive"),
    ),
    Case(
        tfi.distributions.ExpGamma,
        tfd.ExpGamma,
        {"concentration": [0.3, 2.0, 50.0], "rate": [2.0, 0.5, 7.0]},
        ("concentration", -1.0, "`concentration` must be positive"),
    ),
    Case(
        tfi.distributions.InverseGamma,
        tfd.InverseGamma,
        {"concentration": [9.0, 12.0, 50.0], "scale": [2.0, 0.5, 7.0]},
        ("concentration", -1.0, "`concentration` must be positive"),
    ),
    Case(
        tfi.distributions.Chi2,
        tfd.Chi2,
        {"df": [0.6, 4.0, 100.0]},
        ("df", -1.0, "`df` must be positive"),
    ),
    Case(
        tfi.distributions.Beta,
        tfd.Beta,
        {"concentration1": [0.3, 2.0, 50.0], "concentration0": [2.0, 0.5, 7.0]},
        ("concentration1", -1.0, "must be positive"),
    ),
    Case(
        tfi.distributions.StudentT,
        tfd.StudentT,
        {
            "df": [9.0, 12.0, 50.0],
            "loc": [2.0, 0.5, 7.0],
            "scale": [1.0, 0.5, 2.0],
        },
        ("df", -1.0, "`df` must be positive"),
    ),
    Case(
        tfi.distributions.Normal,
        tfd.Normal,
        {"loc": [2.0, 0.5, -7.0], "scale": [1.0, 0.5, 2.0]},
        ("scale", -1.0, "`scale` must be positive"),
    ),
    Case(
        tfi.distributions.GeneralizedExtremeValue,
        tfd.GeneralizedExtremeValue,
        {
            "loc": [2.0, 0.5, -7.0],
            "scale": [1.0, 0.5, 2.0],
            "concentration": [0.1, -0.2, 0.05],
        },
        ("scale", -1.0, "`scale` must be positive"),
    ),
    Case(
        tfi.distributions.GeneralizedPareto,
        tfd.GeneralizedPareto,
        {
            "loc": [2.0, 0.5, -7.0],
            "scale": [1.0, 0.5, 2.0],
            "concentration": [0.1, -0.2, 0.05],
        },
        ("scale", -1.0, "`scale` must be positive"),
    ),
]
