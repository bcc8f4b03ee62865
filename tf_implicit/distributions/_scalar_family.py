# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""What families over numbers share that `tfp.distributions` has not."""

from typing import Any, ClassVar

import tensorflow as tf
import tensorflow_probability as tfp
from tensorflow_probability import distributions as tfd

from tf_implicit.distributions import _live, _tfp

__all__ = ["ScalarFamily"]


class ScalarFamily(_tfp.SampledAtOnce, tfd.AutoCompositeTensorDistribution):
    """Base class of such a family.

    Its constructor takes the parameters, `validate_args`, `allow_nan_stats` and
    `name`, and calls `_initialize(locals())` alone. Each parameter is the
    property of its name, of an attribute with an underscore before it.

    Attributes:
      _POSITIVE: The names of the parameters that have to be positive.
      _NON_NEGATIVE: Those that may be 0.
      _BIJECTOR: The bijector to the support. The support is all numbers where
        it is `tfp.bijectors.Identity`, else those that are not negative.
    """

    _POSITIVE: ClassVar[tuple[str, ...]] = ()
    _NON_NEGATIVE: ClassVar[tuple[str, ...]] = ()
    _BIJECTOR: ClassVar[Any] = tfp.bijectors.Identity

    def _initialize(self, arguments):
        parameters = dict(arguments)
        values = dict(parameters)
        del values["self"]
        name, *checks = (
            values.pop(key)
            for key in ("name", "validate_args", "allow_nan_stats")
        )
        with tf.name_scope(name) as name:
            dtype, tensors = _live.convert_all(values)
            for key, tensor in zip(values, tensors, strict=True):
                setattr(self, f"_{key}", tensor)
            super().__init__(
                dtype,
                tfd.FULLY_REPARAMETERIZED,
                *checks,
                parameters=parameters,
                name=name,
            )

    def _event_shape_tensor(self):
        return tf.constant([], tf.int32)

    def _event_shape(self):
        return tf.TensorShape([])

    def _default_event_space_bijector(self):
        return self._BIJECTOR(validate_args=self.validate_args)

    def _sample_control_dependencies(self, x):
        if not self.validate_args or self._BIJECTOR is tfp.bijectors.Identity:
            return []
        return [
            tf.debugging.assert_non_negative(
                x, message="Sample must be non-negative."
            )
        ]

    def _parameter_control_dependencies(self, is_init):
        if not self.validate_args:
            return []
        return [
            check(value, message=f"Argument `{name}` must be {what}.")
            for names, check, what in (
                (
                    self._NON_NEGATIVE,
                    tf.debugging.assert_non_negative,
                    "non-negative",
                ),
                (self._POSITIVE, tf.debugging.assert_positive, "positive"),
            )
            for name in names
            if is_init != _live.is_live(value := getattr(self, name))
        ]
