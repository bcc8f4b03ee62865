# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
r"""Variance and time of gradient estimators on toy problems (section 6.1).

The gradient of a cross-entropy, d/dphi E_q[-log p(z)], z ~ q(z | phi):

dirichlet   p = Dirichlet(alpha_1, ..., alpha_100), the posterior of a uniform
            prior after 100 samples of a Categorical, whose probabilities are
            drawn from that prior; q = Dirichlet(phi, alpha_2, ..., alpha_100).
            The categories are numbered so that the first was observed.
von_mises   p = vonMises(0, 2) in each of 10 dimensions; q the same, but for the
            concentration phi in the first one.
beta        p = Beta(2, 3), q = Beta(phi, 3): not in the paper. It compares the
            gradient of the Beta CDF with that of two Gamma samples.

The metric is equation 17: the mean of (g - c)**2 over --samples samples, g the
gradient that one sample z gives, c the analytic gradient. p is normalised, as
in the paper; the constant matters to estimators with a score-function term.
The time is that of one sample's gradient in a batch of --samples, on one core,
the best of several rounds in which the estimators take turns; as in a model
all concentrations are treated alike, whichever one phi is.

    python -m experiments.cross_entropy

takes some minutes, --quick less than one. It writes Figure 1 of the paper
(figure1.png), its numbers (cross_entropy.csv; tables.csv says when, on what and
with which versions they were measured) and tables of ratios (results.md) into
--output_dir. What it found stands in docs/cross_entropy.md.

References:
    Figurnov, Mohamed and Mnih (2018), "Implicit reparameterization
    gradients", section 6.1 and Appendix D.
    Naesseth, Ruiz, Linderman and Blei (2017), "Reparameterization gradients
    through acceptance-rejection sampling algorithms".
"""

import dataclasses
import functools
import pathlib
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import scipy.special
import tensorflow as tf
import tensorflow_probability as tfp
from absl import app, flags

import tf_implicit as tfi
from experiments.common import (
    config_flags,
    errors,
    paths,
    program,
    provenance,
    results,
    run_folder,
    stopwatch,
    study_tables,
    tables,
)
from experiments.studies import variance_tables

tfd = tfp.distributions

_field = config_flags.field

_CATEGORIES = 100
_OBSERVATIONS = 100
_ANGLES = 10

_ESTIMATORS = {
    "finite_difference": tfi.estimators.finite_difference,
    "generalized": tfi.estimators.generalized,
    "implicit": tfi.estimators.implicit,
    "implicit_cdf": functools.partial(tfi.estimators.implicit, method="cdf"),
    "jankowiak_obermeyer": tfi.estimators.jankowiak_obermeyer,
    "knowles": tfi.estimators.knowles,
    "leave_one_out": functools.partial(
        tfi.estimators.score_function, baseline="leave_one_out"
    ),
    "score_function": tfi.estimators.score_function,
}

_OUTPUTS = (
    "cross_entropy.csv",
    "figure1.png",
    "results.md",
    study_tables.INDEX,
)

_ESTIMATORS_HELP = (
    "With which estimators: rsvi_B for any shape augmentation B, "
    + ", ".join(sorted(_ESTIMATORS))
)

# What --quick changes.
_QUICK = {"points": 3, "repetitions": 3, "samples": 200}


class Problem(NamedTuple):
    """A cross-entropy as a function of phi.

    Attributes:
        family: Distribution of q, a name of `tfi.estimators`.
        shape: Shape of one sample.
        optimum: Where q is p.
        bounds: The smallest and the largest phi of the grid.
        parameters: Takes phi of shape `[samples]`; returns those of q.
        loss: -log p of samples.
        gradient: The derivative of the cross-entropy in phi, exactly.
    """

    family: str
    shape: list[int]
    optimum: float
    bounds: tuple[float, float]
    parameters: Callable[[tf.Tensor], Mapping[str, tf.Tensor]]
    loss: Callable[[tf.Tensor], tf.Tensor]
    gradient: Callable[[float], float]


def _trigamma(x):
    return scipy.special.polygamma(1, x)


def _first_of(phi: tf.Tensor, rest: np.ndarray) -> tf.Tensor:
    """Returns rows (phi, rest), one for each phi."""
    rest = tf.constant(rest, phi.dtype)
    rows = tf.broadcast_to(rest, [phi.shape[0], len(rest)])
    return tf.concat([phi[:, tf.newaxis], rows], axis=1)


def dirichlet_problem(seed: int) -> Problem:
    """Returns the problem in 100 dimensions; the data depend on the seed."""
    generator = np.random.default_rng(seed)
    probabilities = generator.dirichlet(np.ones(_CATEGORIES))
    counts = generator.multinomial(_OBSERVATIONS, probabilities)
    # A category that was observed comes first: otherwise the optimum would be
    # 1, the end of the grid.
    counts = np.roll(counts, -np.flatnonzero(counts)[0])
    alpha = 1.0 + counts
    p = tfd.Dirichlet(tf.constant(alpha, tf.float32))
    rest = alpha[1:]

    def gradient(phi):
        # E[log z_i] = psi(phi_i) - psi(phi_0), phi_0 the sum of all.
        total = phi + rest.sum()
        return np.sum(alpha - 1) * _trigamma(total) - (
            alpha[0] - 1
        ) * _trigamma(phi)

    return Problem(
        "Dirichlet",
        [_CATEGORIES],
        alpha[0],
        # RSVI without augmentation needs phi >= 1.
        (1.0, 2 * alpha[0] - 1),
        lambda phi: {"concentration": _first_of(phi, rest)},
        lambda z: -p.log_prob(z),
        gradient,
    )


def von_mises_problem(seed: int) -> Problem:
    """Returns the problem in 10 dimensions; it has no data."""
    del seed
    concentration = 2.0
    p = tfd.VonMises(0.0, concentration)
    rest = np.full([_ANGLES - 1], concentration)

    def gradient(phi):
        # E[cos z] = A(phi) = I1(phi) / I0(phi), A' = 1 - A / phi - A**2.
        ratio = scipy.special.i1e(phi) / scipy.special.i0e(phi)
        return -concentration * (1 - ratio / phi - ratio**2)

    return Problem(
        "VonMises",
        [_ANGLES],
        concentration,
        (0.5, 3.5),
        lambda phi: {"concentration": _first_of(phi, rest)},
        lambda z: -tf.reduce_sum(p.log_prob(z), axis=-1),
        gradient,
    )


def beta_problem(seed: int) -> Problem:
    """Returns the Beta problem; it has no data."""
    del seed
    a, b = 2.0, 3.0
    p = tfd.Beta(a, b)

    def gradient(phi):
        # E[log z] = psi(phi) - psi(phi + b); E[log(1 - z)] has -psi(phi + b).
        return (a + b - 2) * _trigamma(phi + b) - (a - 1) * _trigamma(phi)

    return Problem(
        "Beta",
        [],
        a,
        (1.0, 3.0),
        lambda phi: {
            "concentration1": phi,
            "concentration0": tf.fill(phi.shape, b),
        },
        lambda z: -p.log_prob(z),
        gradient,
    )


_PROBLEMS = {
    "beta": beta_problem,
    "dirichlet": dirichlet_problem,
    "von_mises": von_mises_problem,
}


@dataclasses.dataclass(frozen=True)
class Config:
    """Everything that a run depends on; each field is a flag of that name."""

    output_dir: str = _field(
        "output/cross_entropy", "Folder for tables and pictures."
    )
    overwrite: bool = _field(
        False, "Replace the results that --output_dir holds."
    )
    seed: int = _field(0, "Seed of the data and of all samples.", lower=0)
    problem: tuple[str, ...] = _field(
        ("dirichlet", "von_mises", "beta"),
        "What to measure.",
        choices=sorted(_PROBLEMS),
    )
    estimators: tuple[str, ...] = _field(
        (
            "implicit",
            "rsvi_0",
            "rsvi_1",
            "rsvi_5",
            "rsvi_10",
            "rsvi_20",
            "implicit_cdf",
        ),
        _ESTIMATORS_HELP,
    )
    samples: int = _field(
        1000,
        "Samples in each estimate of a variance, and in a timed call.",
        lower=2,
    )
    repetitions: int = _field(
        20, "Estimates of each variance, and rounds of timing.", lower=2
    )
    points: int = _field(9, "Values of phi.", lower=2)
    processor_time: bool = _field(False, stopwatch.PROCESSOR_TIME_HELP)


def define_flags(values: flags.FlagValues = flags.FLAGS) -> None:
    """Defines one flag for each field of `Config`, and --quick."""
    config_flags.define(Config, values)
    flags.register_validator(
        "estimators",
        lambda names: names and all(map(_is_estimator, names)),
        message=_ESTIMATORS_HELP,
        flag_values=values,
    )
    config_flags.define_quick(_QUICK, values)


def config_from_flags(values: flags.FlagValues) -> Config:
    """Returns the configuration that the command line asks for."""
    settings = config_flags.settings(
        Config, values, _QUICK if values.quick else {}
    )
    settings["output_dir"] = str(paths.user_path(settings["output_dir"]))
    return Config(**settings)


def settings_of(config: Config) -> str:
    """Returns the settings that results depend on and that are no defaults."""
    return results.deviations(
        dataclasses.asdict(config),
        dataclasses.asdict(Config()),
        ("output_dir", "overwrite"),
    )


def _is_estimator(name: str) -> bool:
    return name in _ESTIMATORS or re.fullmatch(r"rsvi_\d+", name) is not None


def make_estimator(name: str, family: str) -> tfi.estimators.Estimator | None:
    """Returns an estimator by its flag's name, None where it has no use.

    That is where it does not exist for the family, or is another one there.
    """
    if family == "VonMises" and (
        name == "implicit_cdf" or re.fullmatch(r"rsvi_0*[1-9]\d*", name)
    ):
        return None
    if name.startswith("rsvi_"):
        estimator = tfi.estimators.rsvi(int(name.removeprefix("rsvi_")))
    else:
        with errors.optional_package():
            estimator = _ESTIMATORS[name]()
    return estimator if family in estimator.families else None


def gradient_function(
    problem: Problem, estimator: tfi.estimators.Estimator, samples: int
) -> Callable[[float, Sequence[int]], tf.Tensor]:
    """Returns a function of phi and a seed: the gradients of single samples."""

    @tf.function(
        input_signature=[
            tf.TensorSpec([], tf.float32),
            tf.TensorSpec([2], tf.int32),
        ]
    )
    def gradients(phi, seed):
        each = tf.fill([samples], phi)
        with tf.GradientTape() as tape:
            tape.watch(each)
            loss = estimator(
                problem.family,
                problem.parameters(each),
                [samples, *problem.shape],
                seed,
                problem.loss,
            )
        return tape.gradient(loss, each)

    # Traced here and once: TensorFlow warns of many functions made alike.
    return gradients.get_concrete_function()


def measure(problem: str, config: Config) -> list[variance_tables.Measurement]:
    """Measures all estimators on one problem.

    Raises:
        errors.SettingsError: None of the estimators exists for the problem.
        errors.NonFiniteError: A gradient is not finite.
    """
    task = _PROBLEMS[problem](config.seed)
    estimators = {
        name: estimator
        for name in config.estimators
        if (estimator := make_estimator(name, task.family)) is not None
    }
    if not estimators:
        raise errors.SettingsError(
            f"--estimators={','.join(config.estimators)}: none exists for "
            f"--problem={problem}"
        )
    functions = {
        name: gradient_function(task, estimator, config.samples)
        for name, estimator in estimators.items()
    }
    measurements = []
    for number, phi in enumerate(np.linspace(*task.bounds, config.points)):
        phi = float(phi)
        print(f"{problem}: phi = {phi:.4g}", flush=True)
        seconds = stopwatch.best_seconds(
            {
                name: functools.partial(
                    function, tf.constant(phi), tf.constant([config.seed, 0])
                )
                for name, function in functions.items()
            },
            config.repetitions,
            clock=stopwatch.clock(config.processor_time),
        )
        for name, function in functions.items():
            seeds = [
                tf.constant([config.seed, 1 + number * config.repetitions + i])
                for i in range(config.repetitions)
            ]
            found = np.array(
                [function(tf.constant(phi), seed) for seed in seeds], np.float64
            )
            if not np.all(np.isfinite(found)):
                raise errors.NonFiniteError(
                    f"{problem}: the gradient of {name} at phi = {phi} is not "
                    "finite"
                )
            error = found - task.gradient(phi)
            squares = np.mean(error**2, axis=1)
            measurements.append(
                variance_tables.Measurement(
                    problem,
                    name,
                    phi,
                    float(task.optimum),
                    float(np.mean(squares)),
                    _standard_error(squares),
                    float(np.mean(error)),
                    _standard_error(np.mean(error, axis=1)),
                    seconds[name] / config.samples,
                )
            )
    return measurements


def _standard_error(values: np.ndarray) -> float:
    return float(np.std(values, ddof=1) / np.sqrt(len(values)))


def study(config: Config) -> Sequence[variance_tables.Measurement]:
    """Measures, prints and writes everything that the configuration asks for.

    Raises:
        errors.FolderInUseError: `output_dir` holds results, and `overwrite`
            is not set.
        errors.SettingsError: A problem has no estimators.
        errors.NonFiniteError: A gradient is not finite.
    """
    folder = pathlib.Path(config.output_dir)
    # A study is not resumed: what is there is replaced or kept.
    if (folder / "config.json").exists() and not config.overwrite:
        raise errors.FolderInUseError(
            f"--output_dir={folder} holds results: choose another, or give "
            "--overwrite to replace them"
        )
    settings: dict[str, Any] = {
        "program": "cross_entropy",
        **dataclasses.asdict(config),
    }
    # PyTorch is that of one of the estimators.
    surroundings = provenance.surroundings(("torch",))
    with run_folder.open_run(folder, settings, (), config.overwrite) as run:
        run.begin()
        for name in _OUTPUTS:
            (folder / name).unlink(missing_ok=True)
        measurements, text = [], ""
        for problem in config.problem:
            own = measure(problem, config)
            measurements += own
            for quantity in ("variance", "seconds"):
                table = variance_tables.ratio_table(
                    problem, quantity, own
                ).markdown()
                print(f"\n{table}", flush=True)
                text += f"{table}\n"
        (folder / "results.md").write_text(text)
        study_tables.write(
            folder,
            tables.Table(
                "cross_entropy",
                "Variance and time of gradient estimators",
                variance_tables.Measurement._fields,
                measurements,
            ),
            settings_of(config),
            surroundings,
        )
        variance_tables.plot(measurements, folder / "figure1.png")
    print(f"outputs are in {folder}")
    return measurements


def main(argv: list[str]) -> None:
    """Runs the study as the flags say."""
    if len(argv) > 1:
        raise app.UsageError(f"unexpected arguments: {argv[1:]}")
    stopwatch.use_threads(1)
    with program.exits_with_message():
        study(config_from_flags(flags.FLAGS))


if __name__ == "__main__":
    define_flags()
    app.run(main)
