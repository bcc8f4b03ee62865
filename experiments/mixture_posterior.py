# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
r"""A mixture as variational posterior, fitted by its pathwise gradients.

Eight parallel experiments on coaching for a test (Rubin 1981): school j reports
an effect y_j with a known standard error s_j,

    y_j ~ Normal(theta_j, s_j),  theta_j ~ Normal(mu, tau),
    mu ~ Normal(0, 10),  tau ~ HalfCauchy(5).

With the theta_j integrated out, y_j ~ Normal(mu, sqrt(s_j^2 + tau^2)), and the
posterior of z = (mu, log tau) is a well-known funnel: a ridge with a long tail
towards tau = 0, in which mu is sure, beside a wide bulk. No Normal fits it.

The posterior is approximated by Normals with full covariances and by mixtures
of 2, 4 and 8 of them. All parameters, the weights included, follow the gradient
of the evidence lower bound

    ELBO = E_q [log p(y, z) - log q(z)]

through the samples of the mixture, which come from one call of
`tf_implicit.distributions.MixtureSameFamily`: the class of TFP of this name
refuses components with a covariance, which leaves the score function. The last
table has the variance of three unbiased estimators, for the mixture before the
fit and after it:

    pathwise         the gradient of the ELBO through the samples
    path derivative  without the derivative of log q at a fixed sample, whose
                     mean is 0 (Roeder, Wu, Duvenaud 2017)
    score function   with the mean of the other samples as control variate

In two dimensions the truth is known: the integral over a grid gives the
evidence, log p(y), and so KL(q || p) = log p(y) - ELBO, and the moments of the
posterior. Output: tables on the standard output and a picture.

    python -m experiments.mixture_posterior --picture=mixture_posterior.png
"""

import time
from collections.abc import Sequence

import matplotlib.figure
import numpy as np
import scipy.special
import tensorflow as tf
import tensorflow_probability as tfp
from absl import app, flags

import tf_implicit as tfi
from experiments.common.tables import Table

__all__ = ["Grid", "elbo", "fit", "gradient_variances", "log_joint"]

tfb = tfp.bijectors
tfd = tfp.distributions

# Rubin (1981), Estimation in Parallel Randomized Experiments, Journal of
# Educational Statistics 6, table 1: effects and standard errors.
EFFECTS = (28.39, 7.94, -2.75, 6.82, -0.64, 0.63, 18.01, 12.16)
ERRORS = (14.9, 10.2, 16.3, 11.0, 9.4, 11.4, 10.4, 17.6)

_LEARNING_RATE = 0.05
_EVALUATION_SIZE = 50_000


def log_joint(z: tf.Tensor) -> tf.Tensor:
    """Returns log p(y, mu, log tau).

    Args:
        z: mu and log tau, `[..., 2]`, float64.

    Returns:
        `[...]`.
    """
    mu, log_tau = tf.unstack(z, axis=-1)
    tau = tf.exp(log_tau)
    variance = tf.constant(ERRORS, z.dtype) ** 2 + tau[..., tf.newaxis] ** 2
    likelihood = tfd.Normal(mu[..., tf.newaxis], tf.sqrt(variance))
    zero, scale = (tf.constant(value, z.dtype) for value in (0, 5))
    return (
        tf.reduce_sum(likelihood.log_prob(tf.constant(EFFECTS, z.dtype)), -1)
        + tfd.Normal(zero, 2 * scale).log_prob(mu)
        + tfd.HalfCauchy(zero, scale).log_prob(tau)
        + log_tau  # the Jacobian of log
    )


class Grid:
    """The posterior by the trapezoidal rule.

    Attributes:
        mu: `[n]`.
        log_tau: `[m]`.
        density: `[n, m]`, normalised.
        log_evidence: log p(y).
        mean: Posterior means of mu, log tau and tau.
        deviation: Posterior standard deviations of these.
    """

    def __init__(self, size: int = 301):
        """Integrates.

        Args:
            size: Points of each axis. The integrand is analytic and 0 to
                rounding at the ends, but for log tau: below -34 the prior,
                proportional to tau, leaves out 1e-16.
        """
        self.mu = np.linspace(-60.0, 70.0, size)
        self.log_tau = np.linspace(-34.0, 12.0, size)
        axes = np.meshgrid(self.mu, self.log_tau, indexing="ij")
        log_density = log_joint(tf.constant(np.stack(axes, axis=-1))).numpy()
        steps = (self.mu[1] - self.mu[0]) * (self.log_tau[1] - self.log_tau[0])
        self.log_evidence = scipy.special.logsumexp(log_density) + np.log(steps)
        self.density = np.exp(log_density - self.log_evidence)
        weight = self.density * steps
        values = [*axes, np.exp(axes[1])]
        self.mean = [np.sum(weight * value) for value in values]
        self.deviation = [
            np.sqrt(np.sum(weight * (value - mean) ** 2))
            for value, mean in zip(values, self.mean, strict=True)
        ]


def make_posterior(components: int) -> tfd.Distribution:
    """Returns a mixture of Normals over (mu, log tau), all of it trainable."""
    # The components start side by side along log tau.
    place = (
        np.linspace(-1.0, 1.0, components) if components > 1 else np.zeros(1)
    )
    loc = np.stack([8.0 + 0 * place, 1.0 + 1.5 * place], axis=-1)
    tril = np.broadcast_to(np.diag([4.0, 1.0]), [components, 2, 2])
    return tfi.distributions.MixtureSameFamily(
        tfd.Categorical(tf.Variable(np.zeros(components))),
        tfd.MultivariateNormalTriL(
            tf.Variable(loc),
            # No shift of the diagonal: TFP's is a float32.
            tfp.util.TransformedVariable(
                tril,
                tfb.FillScaleTriL(diag_bijector=tfb.Exp(), diag_shift=None),
            ),
        ),
    )


def fit(components: int, steps: int, samples: int, seed: int):
    """Fits a mixture to the posterior.

    Args:
        components: Number of Normals.
        steps: Steps of Adam, whose learning rate falls linearly to 0.
        samples: Samples for each gradient.
        seed: Of all random numbers.

    Returns:
        The mixture, and the losses -ELBO, `[steps]`.
    """
    posterior = make_posterior(components)
    rate = tf.keras.optimizers.schedules.PolynomialDecay(
        _LEARNING_RATE, steps, end_learning_rate=0.0
    )
    losses = tfp.vi.fit_surrogate_posterior(
        log_joint,
        posterior,
        optimizer=tf.keras.optimizers.Adam(rate),
        num_steps=steps,
        sample_size=samples,
        seed=[seed, 1],
        jit_compile=False,
    )
    return posterior, losses.numpy()


def elbo(posterior: tfd.Distribution, seed: int) -> tuple[float, float]:
    """Returns the ELBO by independent samples, and its standard error."""
    z = _sample(posterior, seed=[seed, 2])
    terms = (log_joint(z) - posterior.log_prob(z)).numpy()
    return float(np.mean(terms)), float(np.std(terms) / np.sqrt(terms.size))


def _sample(posterior, seed):
    """Samples to evaluate with, which need no gradient."""
    plain = posterior.copy(reparameterize=False)
    return plain.sample(_EVALUATION_SIZE, seed=seed)


def gradient_variances(
    posterior: tfd.Distribution, repetitions: int, samples: int, seed: int
) -> dict[str, float]:
    """Returns the variance of three gradient estimators of the ELBO.

    Args:
        posterior: Where; a mixture with trainable variables.
        repetitions: Gradients by each estimator.
        samples: Samples for each gradient.
        seed: Of the samples.

    Returns:
        For each estimator the sum over all parameters of the variance of the
        gradient.
    """
    plain = posterior.copy(reparameterize=False)

    def pathwise(seed):
        z = posterior.sample(samples, seed=seed)
        return log_joint(z) - posterior.log_prob(z)

    def path_derivative(seed):
        z = posterior.sample(samples, seed=seed)
        components = posterior.components_distribution
        fixed = tfd.MixtureSameFamily(
            tfd.Categorical(
                tf.stop_gradient(posterior.mixture_distribution.logits)
            ),
            tfd.MultivariateNormalTriL(
                tf.stop_gradient(components.loc),
                tf.stop_gradient(components.scale.to_dense()),
            ),
        )
        return log_joint(z) - fixed.log_prob(z)

    def score_function(seed):
        z = tf.stop_gradient(plain.sample(samples, seed=seed))
        log_q = plain.log_prob(z)
        terms = tf.stop_gradient(log_joint(z) - log_q)
        others = (tf.reduce_sum(terms) - terms) / (samples - 1)
        return (terms - others) * log_q

    variances = {}
    for estimator in (pathwise, path_derivative, score_function):

        @tf.function(autograph=False)
        def gradient(seed, estimator=estimator):
            with tf.GradientTape() as tape:
                value = tf.reduce_mean(estimator(seed))
            slopes = tape.gradient(value, posterior.trainable_variables)
            return tf.concat([tf.reshape(g, [-1]) for g in slopes], axis=0)

        gradients = [
            gradient(tf.constant([seed, i])).numpy() for i in range(repetitions)
        ]
        name = estimator.__name__.replace("_", " ")
        variances[name] = float(np.sum(np.var(gradients, axis=0, ddof=1)))
    return variances


def what_tfp_does() -> str:
    """Returns the answer of TFP to a mixture with covariances."""
    mixture = make_posterior(2)
    try:
        tfd.MixtureSameFamily(
            mixture.mixture_distribution,
            mixture.components_distribution,
            reparameterize=True,
        ).sample(seed=[1, 2])
    except (NotImplementedError, ValueError, tf.errors.OpError) as error:
        return f"{type(error).__name__}: {str(error).splitlines()[0]}"
    return "samples"


def draw(grid: Grid, posteriors: Sequence[tfd.Distribution], path: str):
    """Draws the posterior and what was fitted, as contours."""
    titles = ["exact (grid)"]
    for posterior in posteriors:
        count = posterior.components_distribution.batch_shape[-1]
        titles.append("1 Normal" if count == 1 else f"{count} Normals")
    mu, log_tau = np.meshgrid(grid.mu, grid.log_tau, indexing="ij")
    z = tf.constant(np.stack([mu, log_tau], axis=-1))
    densities = [grid.density] + [q.prob(z).numpy() for q in posteriors]
    figure = matplotlib.figure.Figure(
        figsize=(3 * len(densities), 3.2), layout="constrained"
    )
    axes = figure.subplots(1, len(densities), sharex=True, sharey=True)
    levels = np.max(grid.density) * np.array([0.003, 0.01, 0.03, 0.1, 0.3, 0.7])
    for axis, title, density in zip(axes, titles, densities, strict=True):
        axis.contour(mu, log_tau, density, levels=levels, cmap="viridis")
        axis.set(title=title, xlabel="mu", xlim=(-10, 25), ylim=(-5, 5))
    axes[0].set_ylabel("log tau")
    figure.savefig(path, dpi=100)


def study(components: Sequence[int], steps: int, samples: int, seed: int):
    """Fits, and compares with the grid.

    Args:
        components: Sizes of the mixtures.
        steps: Of Adam.
        samples: For each gradient.
        seed: Of everything.

    Returns:
        The grid, the fitted mixtures and the tables.
    """
    grid = Grid()
    posteriors, rows, moments, variances = [], [], [], []
    moments.append(["exact", *_interleave(grid.mean, grid.deviation)])
    for count in components:
        start = time.perf_counter()
        posterior, _ = fit(count, steps, samples, seed)
        seconds = time.perf_counter() - start
        posteriors.append(posterior)
        value, error = elbo(posterior, seed)
        rows.append([count, value, grid.log_evidence - value, error, seconds])
        z = _sample(posterior, seed=[seed, 3]).numpy()
        z = np.column_stack([z, np.exp(z[:, 1])])
        moments.append([count, *_interleave(z.mean(axis=0), z.std(axis=0))])
    largest = max(components)
    for when, mixture in [
        ("before", make_posterior(largest)),
        ("after", posteriors[components.index(largest)]),
    ]:
        found = gradient_variances(mixture, 100, samples, seed)
        variances.append([when, *found.values()])
    names = [f"{k} {n}" for n in ("mu", "log tau", "tau") for k in ("E", "sd")]
    tables = [
        Table(
            "elbo",
            f"ELBO; log p(y) = {grid.log_evidence:.4f}",
            ["Normals", "ELBO", "KL(q, p)", "std. error", "seconds"],
            [[r[0], f"{r[1]:.4f}", f"{r[2]:.4f}", *r[3:]] for r in rows],
        ),
        Table("moments", "Moments of the posterior", ["", *names], moments),
        Table(
            "variance",
            f"Variance of the gradient by {samples} samples, {largest} Normals",
            ["fit", *found],
            variances,
        ),
    ]
    return grid, posteriors, tables


def _interleave(*sequences):
    return [float(x) for group in zip(*sequences, strict=True) for x in group]


_COMPONENTS = flags.DEFINE_list(
    "components", ["1", "2", "4", "8"], "Sizes of the mixtures."
)
_STEPS = flags.DEFINE_integer("steps", 2000, "Steps of Adam.", lower_bound=1)
_SAMPLES = flags.DEFINE_integer(
    "samples", 100, "Samples for each gradient.", lower_bound=2
)
_SEED = flags.DEFINE_integer("seed", 1, "Seed of all random numbers.")
_PICTURE = flags.DEFINE_string("picture", None, "File for the picture.")


def main(argv: list[str]) -> None:
    """Prints the tables and draws the picture."""
    if len(argv) > 1:
        raise app.UsageError(f"unexpected arguments: {argv[1:]}")
    grid, posteriors, tables = study(
        [int(count) for count in _COMPONENTS.value],
        _STEPS.value,
        _SAMPLES.value,
        _SEED.value,
    )
    for table in tables:
        print(table.markdown())
    print("tfd.MixtureSameFamily(..., reparameterize=True):", what_tfp_does())
    if _PICTURE.value:
        draw(grid, posteriors, _PICTURE.value)


if __name__ == "__main__":
    app.run(main)
