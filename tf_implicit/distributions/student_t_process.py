# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Student-t processes with implicit reparameterization gradients."""

from typing import Any

from tensorflow_probability import distributions as tfd

from tf_implicit.distributions.multivariate_student_t import (
    MultivariateStudentTLinearOperator,
)

__all__ = ["StudentTProcess", "StudentTProcessRegressionModel"]


def _ours(marginal: Any) -> Any:
    """TFP's multivariate t distribution as ours; anything else as it is."""
    if type(marginal) is tfd.MultivariateStudentTLinearOperator:
        return MultivariateStudentTLinearOperator(**marginal.parameters)
    return marginal


class StudentTProcess(tfd.StudentTProcess):
    """Student-t process, a `tfp.distributions.StudentTProcess`.

    Its samples are those of `MultivariateStudentTLinearOperator`, with its
    implicit reparameterization gradient in `df`. All else is that of the base
    class.

    #### Examples

        import tensorflow as tf
        import tensorflow_probability as tfp
        import tf_implicit as tfi

        df = tf.constant(9.0)
        kernel = tfp.math.psd_kernels.ExponentiatedQuadratic()
        with tf.GradientTape() as tape:
            tape.watch(df)
            process = tfi.distributions.StudentTProcess(
                df, kernel, tf.constant([[0.0], [1.0]]))
            loss = tf.reduce_mean(process.sample(10000, seed=1) ** 2)
        tape.gradient(loss, df)   # about 0: the scale is (df - 2) / df
    """

    def get_marginal_distribution(self, index_points: Any = None) -> Any:
        """The distribution of the values at some points.

        Args:
          index_points: As in the base class.

        Returns:
          A `MultivariateStudentTLinearOperator` of this package, or what a
          `marginal_fn` returns.
        """
        return _ours(super().get_marginal_distribution(index_points))

    def posterior_predictive(self, *args: Any, **kwargs: Any) -> Any:
        """As in the base class, a `StudentTProcessRegressionModel` of ours."""
        model = super().posterior_predictive(*args, **kwargs)
        return StudentTProcessRegressionModel(**model.parameters)


class StudentTProcessRegressionModel(tfd.StudentTProcessRegressionModel):
    """A `tfp.distributions.StudentTProcessRegressionModel`.

    Its samples are those of `MultivariateStudentTLinearOperator`, with its
    implicit reparameterization gradient in `df`. All else is that of the base
    class.

    #### Examples

        import tensorflow as tf
        import tensorflow_probability as tfp
        import tf_implicit as tfi

        df = tf.constant(9.0)
        kernel = tfp.math.psd_kernels.ExponentiatedQuadratic()
        with tf.GradientTape() as tape:
            tape.watch(df)
            model = tfi.distributions.StudentTProcessRegressionModel(
                df,
                kernel,
                index_points=tf.constant([[0.0], [1.0]]),
                observation_index_points=tf.constant([[0.5]]),
                observations=tf.constant([2.0]),
            )
            loss = tf.reduce_mean(model.sample(10000, seed=1) ** 2)
        tape.gradient(loss, df)
    """

    def get_marginal_distribution(self, index_points: Any = None) -> Any:
        """The distribution of the values at some points.

        Args:
          index_points: As in the base class.

        Returns:
          A `MultivariateStudentTLinearOperator` of this package, or what a
          `marginal_fn` returns.
        """
        return _ours(super().get_marginal_distribution(index_points))

    @staticmethod
    def precompute_regression_model(*args: Any, **kwargs: Any) -> Any:
        """As in the base class, a model of this one."""
        base = tfd.StudentTProcessRegressionModel
        model = base.precompute_regression_model(*args, **kwargs)
        return StudentTProcessRegressionModel(**model.parameters)
