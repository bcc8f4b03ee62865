# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Von Mises-Fisher distribution with implicit reparameterization gradients."""

import math

import numpy as np
import tensorflow as tf
from tensorflow_probability import distributions as tfd

from tf_implicit import _attach, random
from tf_implicit import math as tfi_math
from tf_implicit.distributions import (
    _divergences,
    _live,
    _seeds,
    _shapes,
    _sphere,
)
from tf_implicit.random import _normal

__all__ = ["VonMisesFisher"]


class VonMisesFisher(tfd.VonMisesFisher):
    """Von Mises-Fisher distribution on the unit sphere of any dimension >= 2.

    The density at a unit vector x is proportional to
    exp(concentration <mean_direction, x>). It is a
    `tfp.distributions.VonMisesFisher` and takes the same arguments:
    `mean_direction`, unit vectors of shape [..., m], and `concentration` >= 0.

    It differs from its base class in these points:

    - Samples have gradients in both parameters, in every dimension m. A sample
      is cos(angle) mean_direction + sin(angle) t, where the angle has the
      implicit reparameterization gradient in `concentration` (Figurnov et al.
      2018, equation 8; `tf_implicit.math.random_von_mises_fisher_grad`) and t
      is uniform among the unit vectors orthogonal to the mean direction. A
      change of the mean direction turns samples by the smallest rotation that
      takes the old direction to the new one. The base class has the gradient
      in dimension 3 only; elsewhere its samples have a gradient that is wrong.
    - `log_prob`, `entropy`, `mean`, `covariance` and the divergence from
      `tfp.distributions.SphericalUniform` are accurate for every dimension and
      concentration, where the base class goes up to dimension 5.
    - `log_prob` and samples take for granted that vectors have the length 1:
      gradients are those on the sphere.

    #### Examples

        import tensorflow as tf
        import tf_implicit as tfi

        direction = tf.constant([0.6, 0.8])
        concentration = tf.constant(1.0)
        with tf.GradientTape() as tape:
            tape.watch(concentration)
            x = tfi.distributions.VonMisesFisher(
                direction, concentration).sample(100000, seed=1)
            loss = tf.reduce_mean(tf.linalg.matvec(x, direction))
        # 1 - A**2 - (m - 1) A / concentration for the mean A = I_1(1) / I_0(1)
        tape.gradient(loss, concentration)   # 0.354

    #### References

    [1]: Figurnov, M., Mohamed, S., Mnih, A. Implicit Reparameterization
         Gradients. NeurIPS 2018.
    """

    @property
    def reparameterization_type(self) -> tfd.ReparameterizationType:
        """FULLY_REPARAMETERIZED, in every dimension."""
        return tfd.FULLY_REPARAMETERIZED

    def _dimension(self):
        """The dimension of the space as an integer tensor."""
        size = self.event_shape[0]
        if size is not None:
            return tf.constant(size)  # without reading the parameter
        return tf.shape(self.mean_direction)[-1]

    def _sample_n(self, n, seed=None):
        seed = _seeds.sanitize(seed, "von_mises_fisher")
        direction = tf.convert_to_tensor(self.mean_direction)
        dimension = tf.shape(direction)[-1]
        direction /= tf.norm(direction, axis=-1, keepdims=True)
        concentration = tf.convert_to_tensor(self.concentration)
        shape = _shapes.sample_shape(
            n, tf.shape(direction)[:-1], tf.shape(concentration)
        )
        angle = random.stateless_von_mises_fisher_angle(
            shape, seed, dimension, concentration
        )
        normal = _normal.stateless_normal(
            _sphere.normal_shape(shape, dimension), seed, self.dtype
        )
        return _sphere.around(direction, tf.cos(angle), tf.sin(angle), normal)

    def _log_prob(self, x):
        # <mean_direction, x> - 1 is -|x - mean_direction|**2 / 2, which keeps
        # its accuracy where the two are close, as large concentrations make
        # them.
        direction = tf.convert_to_tensor(self.mean_direction)
        dimension = tf.shape(direction)[-1]
        distance = tf.reduce_sum((x - direction) ** 2, axis=-1)
        concentration = tf.convert_to_tensor(self.concentration)
        log_partition = tfi_math.von_mises_fisher_log_partition(
            dimension, concentration
        )
        log_area = _log_area(dimension, self.dtype)
        return -concentration * distance / 2 - log_partition - log_area

    def _log_normalization(self, concentration=None):
        if concentration is None:
            concentration = tf.convert_to_tensor(self.concentration)
        dimension = self._dimension()
        log_partition = tfi_math.von_mises_fisher_log_partition(
            dimension, concentration
        )
        return log_partition + concentration + _log_area(dimension, self.dtype)

    def _mean(self):
        direction = tf.convert_to_tensor(self.mean_direction)
        length = tfi_math.von_mises_fisher_mean(
            tf.shape(direction)[-1], tf.convert_to_tensor(self.concentration)
        )
        return length[..., tf.newaxis] * direction

    def _covariance(self):
        # Along the mean direction the variance of w, across it
        # E (1 - w**2) / (m - 1) = E w / concentration, which is 1 / m at 0.
        direction = tf.convert_to_tensor(self.mean_direction)
        dimension = tf.shape(direction)[-1]
        concentration = tf.convert_to_tensor(self.concentration)
        positive = concentration > 0
        safe = tf.where(positive, concentration, tf.ones_like(concentration))
        mean = tfi_math.von_mises_fisher_mean(dimension, safe)
        across = tf.where(
            positive, mean / safe, 1 / tf.cast(dimension, self.dtype)
        )
        along = tfi_math.von_mises_fisher_variance(dimension, concentration)
        outer = direction[..., :, tf.newaxis] * direction[..., tf.newaxis, :]
        identity = tf.eye(dimension, dtype=self.dtype)
        across, along = (
            v[..., tf.newaxis, tf.newaxis] for v in (across, along)
        )
        return across * (identity - outer) + along * outer

    def _variance(self):
        return tf.linalg.diag_part(self._covariance())

    def _entropy(self):
        direction = tf.convert_to_tensor(self.mean_direction)
        concentration = tf.convert_to_tensor(self.concentration)
        dimension = tf.shape(direction)[-1]
        divergence = tfi_math.von_mises_fisher_divergence(
            dimension, concentration
        )
        shape = tf.broadcast_dynamic_shape(
            tf.shape(direction)[:-1], tf.shape(concentration)
        )
        entropy = _log_area(dimension, self.dtype) - divergence
        return tf.broadcast_to(entropy, shape)

    def _sample_control_dependencies(self, x):
        sizes = self.event_shape[0], x.shape[-1]
        if None not in sizes and sizes[0] != sizes[1]:
            raise ValueError(
                "Samples must have the innermost dimension of "
                f"`mean_direction`, {sizes[0]}, got {sizes[1]}."
            )
        if not self.validate_args:
            return []
        return [
            tf.debugging.assert_equal(
                tf.shape(x)[-1],
                self._dimension(),
                message="Samples must have the innermost dimension of "
                "`mean_direction`.",
            ),
            _assert_unit_length(x, "Samples must be unit length."),
        ]

    def _parameter_control_dependencies(self, is_init):
        if not self.validate_args:
            return []
        parameters = self.mean_direction, self.concentration
        if not is_init and not any(
            isinstance(value, tf.Variable) for value in parameters
        ):
            return []
        return [
            tf.debugging.assert_greater(
                self._dimension(),
                1,
                message="`mean_direction` must have two components or more.",
            ),
            _assert_unit_length(
                self.mean_direction, "`mean_direction` must be unit-length."
            ),
            tf.debugging.assert_non_negative(
                self.concentration,
                message="`concentration` must be non-negative.",
            ),
        ]


def _log_area(dimension, dtype):
    """The logarithm of the area of the sphere."""
    # In float64: for large dimensions the terms cancel.
    half = tf.cast(dimension, tf.float64) / 2
    area = math.log(2) + half * math.log(math.pi) - tf.math.lgamma(half)
    return tf.cast(area, dtype)


def _assert_unit_length(x, message):
    length = tf.norm(x, axis=-1)
    return tf.debugging.assert_near(
        length, tf.ones_like(length), message=message
    )


# Gauss-Legendre on [0, 1]: numpy.polynomial.legendre.leggauss.
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(11)
_NODES, _WEIGHTS = (1 + _NODES) / 2, _WEIGHTS / 2


def _nodes(dimension, x, y):
    """Gauss's rule between the concentrations x and y.

    Returns the nodes, and the weights for the integrals of (1 - r) f(x + r d)
    and f(x + r d) over r from 0 to 1, d = y - x; all have one axis more. The
    rule is taken over a variable that is linear in 1 / (concentration + c), in
    which the variance of w is nearly quadratic.
    """
    c = tf.cast(dimension, x.dtype) / 2 + 1
    x, y = x[..., tf.newaxis], y[..., tf.newaxis]
    d = y - x
    r = tf.constant(_NODES, x.dtype)
    inverse = 1 / (y + c - r * d)
    density = (x + c) * inverse * (y + c) * inverse
    of_slope = tf.constant(_WEIGHTS, x.dtype) * density
    of_value = of_slope * (1 - r) * (y + c) * inverse
    return x + d * (x + c) * r * inverse, of_value, of_slope


def _are_near(dimension, x, y):
    """Whether Gauss's rule serves two concentrations."""
    reach = tf.minimum(x, y) + tf.cast(dimension, x.dtype) / 2
    return tf.abs(y - x) <= reach


def _mean_difference(dimension, x, y):
    """E w at the concentration y less that at x."""
    nodes, _, weights = _nodes(dimension, x, y)
    variance = tfi_math.von_mises_fisher_variance(dimension, nodes)
    near = (y - x) * tf.reduce_sum(weights * variance, axis=-1)
    gaps = [
        tfi_math.von_mises_fisher_mean(dimension, k, complement=True)
        for k in (x, y)
    ]
    return tf.where(_are_near(dimension, x, y), near, gaps[0] - gaps[1])


def _bregman(dimension, x, y):
    """F(y) - F(x) - (y - x) F'(x), F the logarithm of the normalization.

    That is (y - x)**2 times the integral of (1 - r) Var w, for near pairs.
    """

    def pull_back(upstream, value, x, y):
        del value
        slope = (x - y) * tfi_math.von_mises_fisher_variance(dimension, x)
        return upstream * slope, upstream * _mean_difference(dimension, x, y)

    nodes, weights, _ = _nodes(dimension, x, y)
    variance = tfi_math.von_mises_fisher_variance(dimension, nodes)
    near = (y - x) ** 2 * tf.reduce_sum(weights * variance, axis=-1)
    partition = [
        tfi_math.von_mises_fisher_log_partition(dimension, k) for k in (x, y)
    ]
    gap = tfi_math.von_mises_fisher_mean(dimension, x, complement=True)
    far = (partition[1] - partition[0]) + (y - x) * gap
    value = tf.where(_are_near(dimension, x, y), near, far)
    return _attach.attach_gradient(value, [x, y], pull_back)


@_divergences.register_kl(VonMisesFisher, tfd.VonMisesFisher)
def _kl_von_mises_fisher(a, b):
    """The Kullback-Leibler divergence of a from b, without cancellation.

    In float64 whatever the dtype is: for float32, differences of the logarithms
    of the normalization lose digits.
    """
    a, b = _live.read_once(a), _live.read_once(b)
    dimension = tf.shape(a.mean_direction)[-1]
    shape = tf.broadcast_dynamic_shape(
        a.batch_shape_tensor(), b.batch_shape_tensor()
    )
    x, y = (
        tf.broadcast_to(tf.cast(d.concentration, tf.float64), shape)
        for d in (a, b)
    )
    # 1 - <a, b> of unit vectors.
    apart = tf.reduce_sum(
        tf.cast(a.mean_direction - b.mean_direction, tf.float64) ** 2,
        axis=-1,
    )
    mean = tfi_math.von_mises_fisher_mean(dimension, x)
    divergence = _bregman(dimension, x, y) + y * mean * apart / 2
    return tf.cast(divergence, a.dtype)


@tfd.RegisterKL(VonMisesFisher, tfd.SphericalUniform)
def _divergence_from_uniform(a, b, name=None):
    """The Kullback-Leibler divergence of a from b, without cancellation."""
    with tf.name_scope(name or "kl_von_mises_fisher_spherical_uniform"):
        dimension = a.event_shape[-1]
        if dimension is not None and dimension != b.dimension:
            raise ValueError(
                "The VonMisesFisher and the SphericalUniform distribution must "
                f"have one dimension, got {dimension} and {b.dimension}."
            )
        a = _live.read_once(a)
        divergence = tfi_math.von_mises_fisher_divergence(
            a._dimension(), tf.convert_to_tensor(a.concentration)
        )
        shape = tf.broadcast_dynamic_shape(
            a.batch_shape_tensor(), b.batch_shape_tensor()
        )
        return tf.broadcast_to(divergence, shape)
