# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Two-piece Student's t distribution with implicit gradients."""

import tensorflow as tf
from tensorflow_probability import distributions as tfd

from tf_implicit import _attach, _tensors, math
from tf_implicit._op_library import ops
from tf_implicit.distributions import _seeds, _shapes, _tails, _tfp, student_t
from tf_implicit.distributions.half_student_t import half_tail
from tf_implicit.math import _gradients

__all__ = ["TwoPieceStudentT"]


class TwoPieceStudentT(
    _tfp.SampledAtOnce, _tails.TwoTails, tfd.TwoPieceStudentT
):
    """Student's t distribution with two scales, one on each side of `loc`.

    A `tfp.distributions.TwoPieceStudentT` (Fernandez and Steel 1998): with t a
    sample of StudentT(df, 0, 1) and g = skewness, samples are
    loc + scale g |t| with probability g**2 / (1 + g**2), else
    loc - scale |t| / g. Their gradient in `df` is that of t
    (`tf_implicit.math.random_student_t_grad`), that in `skewness` the implicit
    one of the whole CDF (Figurnov et al. 2018, equation 8): beside the change
    of the two scales a sample moves from side to side,

        dx/dg = scale (|t| + 2 M / (1 + g**2))           above loc
        dx/dg = scale (|t| / g**2 + 2 M / (1 + g**2))    below

    with M the Mills ratio of the t distribution at |t|. The tails are those of
    `HalfStudentT`, each accurate.

    #### Examples

        import tensorflow as tf
        import tf_implicit as tfi

        skewness = tf.constant([1.0, 2.0])
        with tf.GradientTape() as tape:
            tape.watch(skewness)
            x = tfi.distributions.TwoPieceStudentT(
                5.0, 0.0, 1.0, skewness).sample(10000, seed=1)
            loss = tf.reduce_mean(x, axis=0)
        tape.gradient(loss, skewness)   # about [1.90, 1.19]

    #### References

    [1]: Fernandez, C., Steel, M. F. J. On Bayesian modeling of fat tails and
         skewness. Journal of the American Statistical Association 93, 1998.
    """

    def _sample_n(self, n, seed=None):
        seed = _seeds.sanitize(seed, "two_piece_student_t")
        df = tf.convert_to_tensor(self.df)
        loc = tf.convert_to_tensor(self.loc)
        scale = tf.convert_to_tensor(self.scale)
        g = tf.convert_to_tensor(self.skewness)
        shape = _shapes.shape_of_samples(n, df, loc, scale, g)
        x, y, side = student_t.normals(3, shape, seed, df.dtype)
        fixed = tf.stop_gradient(g)
        z = ops.tf_implicit_two_piece_student_t_from_normals(
            df=tf.stop_gradient(df),
            # Of |z| / max(g, 1 / g), which scale and skewness multiply.
            limit=student_t.largest(
                tf.maximum(tf.abs(scale), 1) * tf.maximum(fixed, 1 / fixed)
            ),
            skewness=fixed,
            threshold=tf.math.ndtri(_weights(fixed, upper=True)[0]),
            x=x,
            y=y,
            side=side,
        )
        return loc + scale * _attach.attach_gradient(z, [df, g], _pull_back)

    def _log_prob(self, value):
        g = tf.abs(tf.convert_to_tensor(self.skewness))
        y = value - self.loc
        log_prob = ops.tf_implicit_student_t_log_prob(
            df=self.df,
            loc=tf.zeros([], g.dtype),
            scale=self.scale,
            sample=y * tf.where(y < 0, g, 1 / g),
        ).log_prob
        return log_prob - tf.math.log((g + 1 / g) / 2)

    def _prob(self, value):
        return tf.exp(self._log_prob(value))

    def _tail(self, value, upper):
        df, g, t = self._at(value)
        mine, other = _weights(g, upper)
        far = mine * half_tail(tf.abs(t), df, upper=True)
        near = mine + other * half_tail(tf.abs(t), df, upper=False)
        return tf.where((t > 0) == upper, far, near)

    def _log_tail(self, value, upper):
        df, g, t = self._at(value)
        mine, other = _weights(g, upper)
        far = tf.math.log(mine)
        far += half_tail(tf.abs(t), df, upper=True, logarithm=True)
        # The other tail, which is the smaller one where this is next to 1.
        rest = other * half_tail(tf.abs(t), df, upper=True)
        near = mine + other * half_tail(tf.abs(t), df, upper=False)
        near = tf.where(rest < 0.5, tf.math.log1p(-rest), tf.math.log(near))
        return tf.where((t > 0) == upper, far, near)

    def _quantile(self, value):
        df = tf.convert_to_tensor(self.df)
        g = tf.abs(tf.convert_to_tensor(self.skewness))
        low, high = _weights(g, upper=False)
        above = value > low
        rest = tf.where(above, (1 - value) / high, value / low) / 2
        size = -math.student_t_quantile(tf.minimum(rest, 0.5), df)
        distance = tf.where(above, size * g, -size / g)
        return self.loc + tf.abs(self.scale) * distance

    def _at(self, value):
        """Df, skewness and t with its sign."""
        scale = tf.abs(tf.convert_to_tensor(self.scale))
        g = tf.abs(tf.convert_to_tensor(self.skewness))
        y = student_t.standardized(value - self.loc, scale)
        return (
            tf.convert_to_tensor(self.df),
            g,
            y * tf.where(y < 0, g, 1 / g),
        )


def _weights(g, upper):
    """The probabilities of the side of a tail and of the other side."""
    above, below = 1 / (1 + 1 / g**2), 1 / (1 + g**2)
    return (above, below) if upper else (below, above)


def _pull_back(upstream, z, df, g):
    """The gradient in df, which z has through |t|, and in the skewness."""
    log_slope, slope = ops.tf_implicit_random_two_piece_student_t_grad(
        df=df, skewness=g, sample=z
    )
    flow = student_t.clip(upstream * z * log_slope)
    slope = student_t.clip(slope)
    return _tensors.sum_to_shape([flow, upstream * slope], [df, g])


def _grad_formula(df, g, z):
    """That of kernels/special/student_t_mills.h, for second derivatives."""
    t = tf.where(z > 0, z / g, -z * g)
    log_mills = math.student_t_log_survival_function(t, df)
    log_mills -= math.student_t_log_prob(df, t)
    slope = tf.abs(z / g) + 2 * tf.exp(log_mills) / (1 + g**2)
    return [student_t.log_grad_formula(df, t), slope]


_gradients.register_formula(
    "TFImplicit>RandomTwoPieceStudentTGrad", _grad_formula
)
_gradients.refuse_gradient(
    "TFImplicit>TwoPieceStudentTFromNormals",
    "samples, to which distributions attach their gradient",
)
