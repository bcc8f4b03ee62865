# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Adam with one fused op a variable, its moments open to see."""

from collections.abc import Callable, Sequence

import tensorflow as tf

__all__ = ["Adam"]


class Adam(tf.Module):
    """The optimizer of Kingma and Ba (2015), "Adam", algorithm 1.

    After t steps,

        m = beta1 m + (1 - beta1) gradient
        v = beta2 v + (1 - beta2) gradient**2
        variable -= learning_rate sqrt(1 - beta2**t) / (1 - beta1**t)
                    m / (sqrt(v) + epsilon)

    which is the variant of the paper's section 2, with epsilon as in its
    TensorFlow op. Keras' own optimizer computes the same by a dozen ops, which
    makes a training step of the topic model 1.4 times as long.

    Attributes:
        first_moments: m of each variable.
        second_moments: v of each variable.
    """

    def __init__(
        self,
        variables: Sequence[tf.Variable],
        learning_rate: float,
        beta1: float,
        beta2: float,
        epsilon: float,
        half_life: int | None = None,
    ):
        """Makes the moments of `variables`, all zero.

        Args:
            variables: What is trained.
            learning_rate: That of the first step.
            beta1: Decay of the first moment.
            beta2: Decay of the second moment.
            epsilon: What is added to the denominator.
            half_life: Steps after which the learning rate is half as large,
                exponentially; None: it stays.
        """
        super().__init__(name="adam")
        # A tf.Module would count them among its own variables, and a
        # checkpoint would hold them twice.
        self._trained = _Hidden(tuple(variables))
        self._learning_rate = learning_rate
        self._beta1 = beta1
        self._beta2 = beta2
        self._epsilon = epsilon
        self._half_life = half_life
        self._steps = tf.Variable(0, dtype=tf.int64, name="steps")
        self.first_moments, self.second_moments = (
            [
                tf.Variable(tf.zeros_like(variable), trainable=False)
                for variable in variables
            ]
            for _ in range(2)
        )

    @property
    def steps(self) -> tf.Tensor:
        """The number of steps so far, int64."""
        return self._steps.read_value()

    def apply(self, gradients: Sequence[tf.Tensor]) -> None:
        """Updates the variables by one step.

        Args:
            gradients: One a variable, in their order.
        """
        update = self.start_step()
        for variable, gradient in zip(
            self._trained.values, gradients, strict=True
        ):
            update(variable, gradient)

    def start_step(self) -> Callable[[tf.Variable, tf.Tensor], None]:
        """Returns what updates one variable by its gradient.

        It is to be called once for each variable, in any order.
        """
        # By the op itself, as below: `assign_add` of a variable that replicas
        # share wants to know how to combine their updates, which are all the
        # same.
        tf.raw_ops.AssignAddVariableOp(
            resource=self._steps.handle, value=tf.constant(1, tf.int64)
        )
        steps = tf.cast(self._steps, tf.float32)
        beta1_power = tf.pow(self._beta1, steps)
        beta2_power = tf.pow(self._beta2, steps)
        learning_rate = self._learning_rate
        if self._half_life is not None:
            learning_rate *= tf.pow(0.5, (steps - 1) / self._half_life)
        moments = {
            variable.ref(): (first, second)
            for variable, first, second in zip(
                self._trained.values,
                self.first_moments,
                self.second_moments,
                strict=True,
            )
        }

        def update(variable, gradient):
            first, second = moments[variable.ref()]
            tf.raw_ops.ResourceApplyAdam(
                var=variable.handle,
                m=first.handle,
                v=second.handle,
                beta1_power=beta1_power,
                beta2_power=beta2_power,
                lr=learning_rate,
                beta1=self._beta1,
                beta2=self._beta2,
                epsilon=self._epsilon,
                grad=gradient,
            )

        return update

    def gradient_variance(self) -> tf.Tensor:
        """Returns the variance of the gradient, as the moments estimate it.

        The mean over all elements of all variables of v - m**2 (appendix D of
        the implicit reparameterization paper), m and v with the bias of their
        start at zero taken out, as Adam itself does. It may come out below
        zero, because v remembers longer than m; before the first step it is
        NaN.
        """
        steps = tf.cast(self._steps, tf.float32)
        first_bias = 1 - tf.pow(self._beta1, steps)
        second_bias = 1 - tf.pow(self._beta2, steps)
        total = tf.add_n(
            [
                tf.reduce_sum(v / second_bias - tf.square(m / first_bias))
                for m, v in zip(
                    self.first_moments, self.second_moments, strict=True
                )
            ]
        )
        elements = sum(v.shape.num_elements() for v in self.second_moments)
        return total / elements


class _Hidden:
    """Holds what TensorFlow shall not track."""

    def __init__(self, values):
        self.values = values
