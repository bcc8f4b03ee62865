# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Normal distribution by implicit reparameterization."""

import tensorflow as tf
from tensorflow_probability import distributions as tfd

from tf_implicit import implicit

__all__ = ["Normal"]


class Normal(tfd.Normal):
    """Normal distribution, a `tfp.distributions.Normal`.

    The worked example of Figurnov et al. 2018: the samples are those of the
    base class, their gradient follows from the standardization function
    S(z) = (z - loc) / scale alone, without its inverse (equation 7):

        dz/dloc   = -(dS/dloc) / (dS/dz)   = 1
        dz/dscale = -(dS/dscale) / (dS/dz) = (z - loc) / scale

    which is the explicit gradient, to rounding errors: a few eps, and for
    `scale` eps |loc| / scale besides, that of the sample. There is no reason to
    prefer it to the base class but to see the mechanism at work.

    #### Examples

        import tensorflow as tf
        import tf_implicit as tfi

        loc, scale = tf.constant(1.0), tf.constant([0.5, 2.0])
        with tf.GradientTape() as tape:
            tape.watch([loc, scale])
            z = tfi.distributions.Normal(loc, scale).sample(10000, seed=1)
            loss = tf.reduce_sum(tf.reduce_mean(z**2, axis=0))
        tape.gradient(loss, [loc, scale])   # about 4.0, [1.0, 4.0]

    #### References

    [1]: Figurnov, M., Mohamed, S., Mnih, A. Implicit Reparameterization
         Gradients. NeurIPS 2018.
    """

    def _sample_n(self, n, seed=None):
        loc = tf.convert_to_tensor(self.loc)
        scale = tf.convert_to_tensor(self.scale)
        # With the values that were read: a parameter may change.
        z = tfd.Normal(loc, scale).sample(n, seed=seed)
        return implicit.implicit_reparameterization(
            z, lambda z: (z - loc) / scale
        )
