# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Gradient estimators: implicit reparameterization and its rivals.

An estimator of the gradient of E_q[loss(z)], z ~ q(z | phi), is an `Estimator`:

    estimator = tfi.estimators.rsvi(shape_augmentation=5)
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(estimator(
            "Dirichlet", {"concentration": phi}, [1000, 100], seed, loss_fn))
    tape.gradient(loss, phi)

It draws samples, and returns a surrogate loss: its values are those of
`loss_fn` at the samples, and the gradient of each is this estimator's. All
have one form. z is a function of noise and phi, whose density r(noise | phi)
may depend on phi, too:

    gradient = loss'(z) dz/dphi + loss(z) d log r(noise | phi)/dphi

                         Gamma, Beta,  von    bias
                         Dirichlet     Mises
    implicit             yes           yes    none
    rsvi                 yes           yes    none
    generalized          yes           no     none
    score_function       yes           yes    none
    finite_difference    yes           yes    of the difference
    knowles              yes           no     of the sample's law
    jankowiak_obermeyer  yes           no     of the approximation

The distributions are standard ones, Gamma with unit rate and von Mises around
0: a rate or a location is reparameterized explicitly, in `loss_fn`. But for
`score_function` and implicit(method="cdf"), Beta and Dirichlet are those of
Gamma samples, divided by their sum.
"""

from tf_implicit.estimators.estimator import Estimator
from tf_implicit.estimators.explicit import knowles
from tf_implicit.estimators.noise import generalized, rsvi
from tf_implicit.estimators.pathwise import (
    finite_difference,
    implicit,
    jankowiak_obermeyer,
)
from tf_implicit.estimators.score import score_function

__all__ = [
    "Estimator",
    "finite_difference",
    "generalized",
    "implicit",
    "jankowiak_obermeyer",
    "knowles",
    "rsvi",
    "score_function",
]
