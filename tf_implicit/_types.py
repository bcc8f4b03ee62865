# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""The types of arguments."""

from typing import TypeAlias

import tensorflow as tf

__all__ = ["Dtype", "Shape", "TensorLike"]

# Whatever tf.convert_to_tensor takes.
TensorLike: TypeAlias = tf.types.experimental.TensorLike
Shape: TypeAlias = TensorLike | tf.TensorShape
Dtype: TypeAlias = tf.DType | str
