# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""The functions of tf_implicit.math, for the tests that all of them share."""

import dataclasses
from collections.abc import Callable

import numpy as np
import tensorflow as tf

import tf_implicit as tfi


@dataclasses.dataclass(frozen=True)
class Function:
    """One public function.

    Attributes:
      call: The function.
      arguments: The names of its tensor arguments.
      points: For each argument, values inside the domain, of one length.
      algorithms: Whether it has an `algorithm` argument.
      orders: How many times it can be differentiated.
    """

    call: Callable
    arguments: tuple[str, ...]
    points: tuple[tuple[float, ...], ...]
    algorithms: bool = False
    orders: int = 1

    @property
    def name(self):
        return self.call.__name__

    def outputs(self, *arguments, **keywords):
        """The outputs as a list, also where there is only one."""
        y = self.call(*arguments, **keywords)
        return list(y) if isinstance(y, tuple) else [y]

    def tensors(self, dtype=tf.float64):
        return [tf.constant(p, dtype) for p in self.points]

    def random_arguments(self, size):
        """Arguments near `points`, as float32 arrays of the given size."""
        rng = np.random.default_rng(size)
        index = rng.integers(len(self.points[0]), size=size)
        return [
            (np.take(p, index) * np.exp(rng.uniform(-0.3, 0.3, size))).astype(
                np.float32
            )
            for p in self.points
        ]


FUNCTIONS = [
    Function(
        tfi.math.igamma_grad_a,
        ("a", "x"),
        ((0.3, 1.7, 9.0, 40.0), (0.1, 2.5, 8.0, 42.0)),
        algorithms=True,
    ),
    Function(
        tfi.math.igamma,
        ("a", "x"),
        ((0.3, 1.7, 9.0, 40.0), (0.1, 2.5, 8.0, 42.0)),
        orders=2,
    ),
    Function(
        tfi.math.igammac,
        ("a", "x"),
        ((0.3, 1.7, 9.0, 40.0), (0.1, 2.5, 8.0, 42.0)),
        orders=2,
    ),
    Function(
        tfi.math.log_igamma,
        ("a", "x"),
        ((0.3, 1.7, 9.0, 40.0), (0.1, 2.5, 8.0, 42.0)),
        orders=2,
    ),
    Function(
        tfi.math.log_igammac,
        ("a", "x"),
        ((0.3, 1.7, 9.0, 40.0), (0.1, 2.5, 8.0, 42.0)),
        orders=2,
    ),
    Function(
        tfi.math.igammainv,
        ("a", "p"),
        ((0.3, 1.7, 9.0, 40.0), (0.3, 0.6, 0.05, 0.7)),
        orders=2,
    ),
    Function(
        tfi.math.igammacinv,
        ("a", "q"),
        ((0.3, 1.7, 9.0, 40.0), (0.3, 0.6, 0.05, 0.7)),
        orders=2,
    ),
    Function(
        tfi.math.log_igammainv,
        ("a", "p"),
        ((0.3, 1.7, 9.0, 40.0), (0.3, 0.6, 0.05, 0.7)),
        orders=2,
    ),
    Function(
        tfi.math.log_igammacinv,
        ("a", "q"),
        ((0.3, 1.7, 9.0, 40.0), (0.3, 0.6, 0.05, 0.7)),
        orders=2,
    ),
    Function(
        tfi.math.random_gamma_grad,
        ("alpha", "sample"),
        ((0.3, 1.7, 9.0, 400.0), (0.1, 2.5, 8.0, 420.0)),
        algorithms=True,
    ),
    Function(
        tfi.math.random_loggamma_grad,
        ("alpha", "log_sample"),
        ((0.01, 0.3, 1.7, 9.0), (-200.0, -2.0, 0.9, 2.2)),
    ),
    Function(
        tfi.math.random_von_mises_grad,
        ("concentration", "sample"),
        ((0.3, 1.7, 9.0, 400.0), (1.1, -2.5, 0.4, -0.1)),
        algorithms=True,
    ),
    Function(
        tfi.math.von_mises_cdf,
        ("x", "concentration"),
        ((1.1, -2.5, 0.4, -0.1), (0.3, 1.7, 9.0, 400.0)),
        orders=2,
    ),
    Function(
        tfi.math.von_mises_quantile,
        ("p", "concentration"),
        ((0.8, 0.1, 0.6, 0.4), (0.3, 1.7, 9.0, 400.0)),
        orders=2,
    ),
    Function(
        tfi.math.random_logit_beta_grad,
        ("concentration1", "concentration0", "logit_sample"),
        (
            (0.3, 1.7, 9.0, 400.0),
            (0.5, 0.9, 30.0, 200.0),
            (0.4, 2.5, -1.4, 0.6),
        ),
    ),
    Function(
        tfi.math.random_beta_grad,
        ("concentration1", "concentration0", "sample"),
        (
            (0.3, 1.7, 9.0, 400.0),
            (0.5, 0.9, 30.0, 200.0),
            (0.6, 0.7, 0.25, 0.65),
        ),
    ),
    Function(
        tfi.math.random_student_t_grad,
        ("df", "sample"),
        ((0.3, 1.7, 9.0, 400.0), (1.1, -2.5, 0.4, -0.1)),
    ),
]
