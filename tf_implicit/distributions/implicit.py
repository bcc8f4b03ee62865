# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Any univariate distribution, with samples that are differentiable."""

import tensorflow as tf
import tensorflow_probability as tfp
from tensorflow_probability import distributions as tfd

from tf_implicit import implicit
from tf_implicit.distributions import _composite, _live

__all__ = ["Implicit"]

# Those of TFP whose samples are floating numbers nevertheless. Their CDFs are
# extended smoothly between integers, which would give a meaningless gradient.
_DISCRETE = (
    tfd.BetaBinomial,
    tfd.Binomial,
    tfd.Deterministic,
    tfd.FiniteDiscrete,
    tfd.Geometric,
    tfd.NegativeBinomial,
    tfd.Poisson,
    tfd.PoissonLogNormalQuadratureCompound,
    tfd.QuantizedDistribution,
    tfd.Skellam,
    tfd.Zipf,
)


class Implicit(_composite.MadeOfDistributions, tfd.Distribution):
    """A univariate distribution with implicit reparameterization gradients.

    It is the distribution that it wraps in all but the samples: these have the
    same values, and by Figurnov et al. 2018, equation 8, the gradient

        dz/dphi = -(dF/dphi) / (dF/dz)

    in everything that the wrapped distribution was built from, F its `cdf` up
    to the median and its `survival_function` above it, so that neither is a
    difference of numbers close to 1 where the wrapped distribution has both.
    The gradient is as accurate as the derivatives of these two are. It is
    infinite or NaN for a sample where they are flat in z. Second derivatives
    are right where those of F are; third ones are refused.

    #### Examples

        import tensorflow as tf
        import tensorflow_probability as tfp
        import tf_implicit as tfi

        # A skewed law without a reparameterization by hand.
        tfd = tfp.distributions
        peak = tf.constant(2.0)
        with tf.GradientTape() as tape:
            tape.watch(peak)
            z = tfi.distributions.Implicit(
                tfd.Triangular(low=0.0, high=10.0, peak=peak)
            ).sample(10000, seed=1)
            loss = tf.reduce_mean(z)
        tape.gradient(loss, peak)   # about 1/3

    #### References

    [1]: Figurnov, M., Mohamed, S., Mnih, A. Implicit Reparameterization
         Gradients. NeurIPS 2018.
    """

    def __init__(
        self,
        distribution: tfd.Distribution,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Implicit",
    ) -> None:
        """Wraps a distribution.

        Args:
          distribution: Distribution with scalar events, floating samples and a
            `cdf` that is differentiable in the value and the parameters.
          validate_args: Whether `log_prob` and others check their arguments, at
            some cost. The wrapped distribution has its own.
          allow_nan_stats: Whether undefined statistics are NaN, instead of an
            error.
          name: Name of the ops.

        Raises:
          TypeError: Where the distribution is discrete. Another class than
            those of TFP with floating samples is taken for continuous. And
            where its `cdf` has no derivative in a parameter.
          NotImplementedError: Where it has no `cdf`.
          ValueError: Where the events are not scalars.
        """
        parameters = dict(locals())
        _composite.require_distribution(distribution, "distribution")
        if not distribution.dtype.is_floating or isinstance(
            distribution, _DISCRETE
        ):
            raise TypeError(
                "Implicit takes a continuous distribution, got "
                f"{distribution.name} with dtype {distribution.dtype.name}."
            )
        if distribution.event_shape.rank != 0:
            raise ValueError(
                "Implicit takes a univariate distribution, got "
                f"{distribution.name} with event_shape "
                f"{distribution.event_shape}."
            )
        fixed = _without_derivative(distribution)
        if fixed:
            raise TypeError(
                "Implicit takes a distribution with a `cdf` that is "
                f"differentiable in all parameters; that of {distribution.name}"
                f" is not in {', '.join(fixed)}."
            )
        self._distribution = distribution
        super().__init__(
            dtype=distribution.dtype,
            reparameterization_type=tfd.FULLY_REPARAMETERIZED,
            validate_args=validate_args,
            allow_nan_stats=allow_nan_stats,
            parameters=parameters,
            name=name,
        )

    @property
    def distribution(self) -> tfd.Distribution:
        """The wrapped distribution."""
        return self._distribution

    @classmethod
    def _parameter_properties(cls, dtype, num_classes=None):
        return {"distribution": tfp.util.BatchedComponentProperties()}

    def _event_shape_tensor(self):
        return tf.constant([], dtype=tf.int32)

    def _event_shape(self):
        return tf.TensorShape([])

    def _sample_n(self, n, seed=None):
        distribution = _live.read_once(self.distribution)

        def nearer_tail(z):
            cdf = distribution.cdf(z)
            return tf.where(cdf < 0.5, cdf, distribution.survival_function(z))

        return implicit.implicit_reparameterization(
            distribution.sample(n, seed=seed), nearer_tail
        )

    def _log_prob(self, value):
        return self.distribution.log_prob(value)

    def _prob(self, value):
        return self.distribution.prob(value)

    def _log_cdf(self, value):
        return self.distribution.log_cdf(value)

    def _cdf(self, value):
        return self.distribution.cdf(value)

    def _log_survival_function(self, value):
        return self.distribution.log_survival_function(value)

    def _survival_function(self, value):
        return self.distribution.survival_function(value)

    def _quantile(self, value):
        return self.distribution.quantile(value)

    def _entropy(self):
        return self.distribution.entropy()

    def _mean(self):
        return self.distribution.mean()

    def _mode(self):
        return self.distribution.mode()

    def _stddev(self):
        return self.distribution.stddev()

    def _variance(self):
        return self.distribution.variance()

    def _default_event_space_bijector(self):
        return self.distribution.experimental_default_event_space_bijector()


def _without_derivative(distribution):
    """The names of the parameters in which the CDF has no derivative."""
    try:
        properties = type(distribution).parameter_properties()
    except NotImplementedError:
        # A class that does not say what its parameters are.
        return []
    parameters = {}
    for name, kind in properties.items():
        value = distribution.parameters.get(name)
        made_of = isinstance(kind, tfp.util.BatchedComponentProperties)
        if value is None or made_of:
            continue
        try:
            value = tf.convert_to_tensor(value, dtype_hint=distribution.dtype)
        except (TypeError, ValueError):
            continue  # no number: an object or a function
        if value.dtype == distribution.dtype:
            parameters[name] = tf.stop_gradient(value)
    with tf.GradientTape() as tape:
        tape.watch(parameters)
        copy = distribution.copy(**parameters)
        try:
            cdf = copy.cdf(tf.constant(0.5, distribution.dtype))
        except tf.errors.InvalidArgumentError:
            # With `validate_args`, of a law without this value.
            return []
    try:
        gradients = tape.gradient(cdf, parameters)
    except LookupError:
        # An op without a gradient: it does not say of which parameters.
        return list(parameters)
    return [name for name, gradient in gradients.items() if gradient is None]


class _CompositeImplicit(Implicit, tfd.AutoCompositeTensorDistribution):
    """A wrapped composite tensor."""


Implicit.versions = (Implicit, _CompositeImplicit)


@tfd.RegisterKL(Implicit, Implicit)
def _kl_implicit_implicit(a, b, name=None):
    return tfd.kl_divergence(a.distribution, b.distribution, name=name)


@tfd.RegisterKL(Implicit, tfd.Distribution)
def _kl_implicit_other(a, b, name=None):
    return tfd.kl_divergence(a.distribution, b, name=name)


@tfd.RegisterKL(tfd.Distribution, Implicit)
def _kl_other_implicit(a, b, name=None):
    return tfd.kl_divergence(a, b.distribution, name=name)
