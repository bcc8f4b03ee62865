# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Points of the unit sphere around a direction, the axis of the space first."""

import tensorflow as tf

from tf_implicit.distributions import _shapes

__all__ = ["around", "axis_first", "normal_shape"]


def normal_shape(shape: tf.Tensor, dimension: tf.Tensor) -> tf.Tensor:
    """The shape of the normal variables that `around` takes.

    Args:
      shape: Integer vector, the shape of the samples without the event's axis.
      dimension: Integer scalar, m.

    Returns:
      Integer vector.
    """
    return tf.concat([[dimension - 1], shape], axis=0)


def around(
    direction: tf.Tensor,
    along: tf.Tensor,
    across: tf.Tensor,
    normal: tf.Tensor,
) -> tf.Tensor:
    """Points along direction + across t, t uniform among what is orthogonal.

    Args:
      direction: Unit vectors, [..., m]; their axes but the last broadcast with
        the last ones of a sample.
      along: Floating tensor of the samples' shape.
      across: Floating tensor of the samples' shape.
      normal: Standard normal variables of the shape [m - 1, samples' shape].

    Returns:
      Tensor of the samples' shape and m. The gradient in the direction is that
      of a rotation, `_turn`.
    """
    direction = axis_first(direction, tf.rank(along) + 1)
    tangent = _turn(_tangent(direction, normal), direction)
    point = along * direction + across * tangent
    return _shapes.move_to_end(point, 1)


def axis_first(vectors: tf.Tensor, rank: tf.Tensor) -> tf.Tensor:
    """Vectors with their axis first, where sums over it are fast.

    Args:
      vectors: [..., m].
      rank: Integer scalar, not less than that of `vectors`.

    Returns:
      Tensor [m, ...] of this rank, with axes of size 1 after the first.
    """
    own = tf.rank(vectors)
    vectors = tf.transpose(
        vectors, tf.concat([[own - 1], tf.range(own - 1)], axis=0)
    )
    size = tf.shape(vectors)
    ones = tf.ones([rank - own], tf.int32)
    return tf.reshape(vectors, tf.concat([size[:1], ones, size[1:]], axis=0))


def _tangent(direction, normal):
    """Unit vectors orthogonal to unit vectors, uniformly distributed.

    The reflection that takes `direction` to an end of the first axis of the
    space, the far one so that nothing cancels, takes the result to
    normal / |normal| in the other axes.
    """
    size = tf.norm(normal, axis=0, keepdims=True)
    # In dimension 2 one float32 in 2**30 is 0.
    normal = tf.where(size > 0, normal / size, tf.ones_like(normal))
    first, rest = direction[:1], direction[1:]
    inner = tf.reduce_sum(rest * normal, axis=0, keepdims=True)
    along = tf.where(first < 0, inner, -inner)
    across = normal - rest * (inner / (1 + tf.abs(first)))
    return tf.concat([along, across], axis=0)


def _turn(tangent, direction):
    """Tangent vectors with the gradient of a rotation of the direction.

    The rotation takes the value of `direction`, which is held, to `direction`
    in the plane of the two. It changes no value, and takes the law of the
    samples around one direction to that around the other, so that gradients of
    expectations through it are unbiased, to every order.
    """
    tangent, start = tf.stop_gradient(tangent), tf.stop_gradient(direction)
    inner = tf.reduce_sum(tangent * direction, axis=0, keepdims=True)
    cosine = tf.reduce_sum(start * direction, axis=0, keepdims=True)
    return tangent - inner / (1 + cosine) * (start + direction)
