# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Implicit reparameterization of any distribution with a standardization."""

from collections.abc import Callable

import tensorflow as tf

from tf_implicit import _attach, _tensors
from tf_implicit._types import TensorLike

__all__ = ["implicit_reparameterization"]


def implicit_reparameterization(
    sample: TensorLike,
    standardization_fn: Callable[[tf.Tensor], tf.Tensor],
    structure: str = "diagonal",
    name: str | None = None,
) -> tf.Tensor:
    """Attaches the implicit reparameterization gradient to a sample.

    A standardization function S maps a sample z ~ q(z | phi) to noise whose
    distribution does not depend on phi: for a univariate distribution the CDF
    S(z) = F(z | phi), for a multivariate one the distributional transform
    F(z_1), F(z_2 | z_1), ... (Figurnov et al. 2018, equation 9). At fixed
    noise,

        dz/dphi = -(dS/dz)^-1 dS/dphi                            (equation 6)

    which does not change when S is followed by any invertible function of the
    noise alone: choose the form of S that is the most accurate, for instance
    the survival function in the upper tail.

    Args:
      sample: Floating tensor of samples, from any sampler; its own gradient, if
        any, is replaced.
      standardization_fn: Function of one tensor of sample's shape that returns
        a tensor of the same shape, differentiable in its argument and in the
        tensors that it closes over: the parameters phi. It is called twice, and
        differentiated once more than the result is.
      structure: How the elements of S depend on those of z:
        "diagonal": S[i] depends on z[i] alone (scalar and factorized
          distributions); O(D).
        "triangular": along the last axis, S[..., i] depends on z[..., :i + 1]
          (the distributional transform); O(D**2), besides the D reverse passes
          that form dS/dz.
        "full": along the last axis, S[..., i] depends on all of z; O(D**3).
        In the latter two, different batch members must be independent, and the
        last dimension must be known statically.
      name: Name of the op.

    Returns:
      Tensor with exactly the values of `sample` whose first and second
      derivatives in everything that `standardization_fn` closes over are those
      of z(phi) at fixed noise, to the rounding errors of S, dS/dz and dS/dphi.
      The third derivative is an error. Where dS/dz is 0 (an underflowing
      density) or not finite, neither are the derivatives.

    Raises:
      TypeError: Where `sample` is not floating.
      ValueError: Where `structure` is unknown, S has another shape than
        `sample` or does not depend on it, or the last dimension is needed and
        unknown.

    #### Examples

        import tensorflow as tf
        import tensorflow_probability as tfp
        import tf_implicit as tfi

        # A mixture of two Normals, differentiable in all parameters.
        tfd = tfp.distributions
        logits = tf.constant([0.0, 1.0])
        with tf.GradientTape() as tape:
            tape.watch(logits)
            mixture = tfd.MixtureSameFamily(
                tfd.Categorical(logits=logits), tfd.Normal([-1.0, 1.0], 0.5))
            z = tfi.implicit_reparameterization(
                mixture.sample(1000, seed=1), mixture.cdf)
            loss = tf.reduce_mean(z)
        tape.gradient(loss, logits)   # about [-0.39, 0.39]

    #### References

    [1]: Figurnov, M., Mohamed, S., Mnih, A. Implicit Reparameterization
         Gradients. NeurIPS 2018.
    """
    if structure not in _SOLVERS:
        raise ValueError(
            f"`structure` must be one of {sorted(_SOLVERS)}, got {structure!r}."
        )
    if not callable(standardization_fn):
        raise TypeError(
            "`standardization_fn` must be a function of a tensor, got "
            f"{standardization_fn!r}."
        )
    with tf.name_scope(name or "implicit_reparameterization"):
        (z,) = _tensors.convert({"sample": sample})
        z = tf.stop_gradient(z)
        jacobian, solve = _SOLVERS[structure]
        with tf.GradientTape(
            persistent=True, watch_accessed_variables=False
        ) as tape:
            tape.watch(z)
            noise = tf.convert_to_tensor(standardization_fn(z))
        if not noise.shape.is_compatible_with(z.shape):
            raise ValueError(
                "`standardization_fn` must return a tensor of the shape of its "
                f"argument, {z.shape}, got {noise.shape}."
            )
        slope = tf.stop_gradient(jacobian(tape, noise, z))
        fixed_noise = tf.stop_gradient(noise)
        # Newton's method for S(z, phi) = fixed_noise, which z solves already:
        # no step moves it, but each makes one more order of derivatives in phi
        # right. With the error e(phi) of z_k, a step leaves
        # (1 - slope^-1 dS/dz) e, and the bracket is 0 at the given phi.
        residual = noise - fixed_noise
        first = solve(slope, residual)
        residual_left = standardization_fn(_move(z, -first)) - fixed_noise
        second = solve(slope, residual_left)
        refusal = _attach.refuse_derivatives_above(2, residual)
        return _move(z, -first - second + refusal)


@_attach.custom_gradient
def _move(z, step):
    """Returns z + step for a step of value 0, which may also be 0 / 0."""
    del step
    return z, lambda upstream: (upstream, upstream)


def _gradient(tape, noise, z, upstream=None):
    gradient = tape.gradient(noise, z, output_gradients=upstream)
    if gradient is None:
        raise ValueError(
            "`standardization_fn` must be differentiable in its argument."
        )
    return gradient


def _diagonal_jacobian(tape, noise, z):
    return _gradient(tape, noise, z)


def _divide(slope, x):
    return x / slope


def _row_jacobian(tape, noise, z):
    """dS/dz along the last axis, [..., D, D], row i from a reverse pass."""
    size = z.shape[-1] if z.shape.rank else None
    if size is None:
        raise ValueError(
            "The last dimension of `sample` must be known for this "
            f"`structure`, got shape {z.shape}."
        )
    one_hot = tf.eye(size, dtype=noise.dtype)
    rows = [
        _gradient(tape, noise, z, tf.broadcast_to(row, tf.shape(noise)))
        for row in tf.unstack(one_hot)
    ]
    return tf.stack(rows, axis=-2)


def _solve_triangular(slope, x):
    return tf.linalg.triangular_solve(slope, x[..., tf.newaxis])[..., 0]


def _solve_full(slope, x):
    return tf.linalg.solve(slope, x[..., tf.newaxis])[..., 0]


_SOLVERS = {
    "diagonal": (_diagonal_jacobian, _divide),
    "triangular": (_row_jacobian, _solve_triangular),
    "full": (_row_jacobian, _solve_full),
}
