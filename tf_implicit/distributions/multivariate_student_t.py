# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Multivariate Student's t distribution with implicit gradients."""

import tensorflow as tf
from tensorflow_probability import distributions as tfd

from tf_implicit.distributions import _affine, _radial_t, _seeds, _shapes
from tf_implicit.random import _normal

__all__ = ["MultivariateStudentTLinearOperator"]


class MultivariateStudentTLinearOperator(
    tfd.MultivariateStudentTLinearOperator
):
    """A `tfp.distributions.MultivariateStudentTLinearOperator`.

    The samples are loc + scale r u with u uniform on the sphere. The gradient
    in `df` is the implicit reparameterization gradient of the radius r
    (Figurnov et al. 2018, equation 8), from the CDF of the Beta(d / 2, df / 2)
    variable r**2 / (r**2 + df), computed in float64; for a `df` that is large
    beside d and r**2 by a series, without cancellation, down to df**-2. It has
    less variance than that of a Gamma sample. The density and the entropy are
    made of those of Student's t distribution and keep their digits, those of
    the derivative in `df` too, at a large `df`. All else is that of the base
    class.

    Heavy tails do not end in infinity: the numbers of r u and of scale r u are
    at most 2**-10 of the largest finite one; r is moved to where they are, and
    has the gradient of a radius there. With df = 0.01 and float32 34% of the
    samples are moved. The density is right up to the largest finite distance
    scale**-1 (x - loc), where its square overflows, too.

    #### Examples

        import tensorflow as tf
        import tf_implicit as tfi

        df = tf.constant([9.0, 1e6])
        scale = tf.linalg.LinearOperatorIdentity(3)
        with tf.GradientTape() as tape:
            tape.watch(df)
            law = tfi.distributions.MultivariateStudentTLinearOperator(
                df, tf.zeros([3]), scale)
            x = law.sample(10000, seed=1)
            loss = tf.reduce_mean(x**2, axis=[0, 2])
        tape.gradient(loss, df)   # -2 / (df - 2)**2

    #### References

    [1]: Figurnov, M., Mohamed, S., Mnih, A. Implicit Reparameterization
         Gradients. NeurIPS 2018.
    """

    def _sample_n(self, n, seed=None):
        df = tf.convert_to_tensor(self.df)
        loc = tf.convert_to_tensor(self.loc)
        shape = _shapes.sample_shape(
            n,
            tf.shape(df),
            tf.shape(loc)[:-1],
            self.scale.batch_shape_tensor(),
        )
        seeds = _seeds.split(seed, 2, "radial_t")
        dimension = self.scale.domain_dimension_tensor()
        normal = _normal.stateless_normal(
            tf.concat([[dimension], shape], axis=0), seeds[0], df.dtype
        )
        x = _affine.matvec(self.scale, normal)
        reach = tf.reduce_max(tf.abs(x), axis=0)
        x *= _radial_t.factor(normal, seeds[1], df, reach)
        return _affine.moved(loc, x, 1)

    def _log_prob(self, value):
        df = tf.convert_to_tensor(self.df)
        loc = tf.convert_to_tensor(self.loc)
        x = _affine.solvevec(self.scale, _affine.moved_back(loc, value, 1))
        size = _radial_t.length(x)
        log_prob = _radial_t.log_prob_standard(
            size, df, self.scale.domain_dimension_tensor()
        )
        return log_prob - self.scale.log_abs_determinant()

    def _entropy(self):
        df = tf.broadcast_to(self.df, self.batch_shape_tensor())
        entropy = _radial_t.entropy_standard(
            df, self.scale.domain_dimension_tensor()
        )
        return entropy + self.scale.log_abs_determinant()
