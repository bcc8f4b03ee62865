# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Where a run of an autoencoder stands in Tables 4 and 7."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from experiments.autoencoders.config import Config
from experiments.common import results

__all__ = ["STUDY", "row_names"]

_PRIORS = {
    ("normal", "normal"): "Normal(0, 1)",
    ("gamma", "sparse"): "Gamma(0.3, 0.3)",
    ("gamma", "bell"): "Gamma(10, 10)",
    ("beta", "uniform"): "Uniform(0, 1)",
    ("beta", "bell"): "Beta(10, 10)",
    ("von_mises", "uniform"): "Uniform(-pi, pi)",
    ("von_mises", "bell"): "vonMises(0, 10)",
    ("von_mises_fisher", "uniform"): "Uniform(S^D)",
}
_POSTERIORS = {
    "normal": "Normal(mu, sigma**2)",
    "gamma": "Gamma(alpha, beta)",
    "beta": "Beta(alpha, beta)",
    "von_mises": "vonMises(mu, kappa)",
    "von_mises_fisher": "vonMisesFisher(mu, kappa)",
}
# Of both, the paper shows the better one.
_LEARNING_RATES = (1e-3, 1e-4)
# Settings that make no other run, or have columns of their own.
_PASSED_OVER = frozenset(
    {
        "checkpoint_every",
        "data_dir",
        "dataset",
        "download",
        "estimator",
        "evaluate_every",
        "export",
        "images_sha256",
        "jit_compile",
        "latent_size",
        "output_dir",
        "overwrite",
        "posterior",
        "prior",
        "program",
        "seed",
        "shape_augmentation",
        "steps",
    }
)


def row_names(
    posterior: str, prior: str, estimator: str, shape_augmentation: int
) -> tuple[str, str, str]:
    """Returns prior, variational posterior and training as in Table 7.

    Args:
        posterior: As `latents.make` takes it.
        prior: Likewise.
        estimator: Name of the gradient estimator.
        shape_augmentation: B of RSVI for Gamma and Beta.
    """
    if posterior == "normal":
        training = "explicit"
    elif estimator != "rsvi":
        training = estimator
    elif posterior == "von_mises":
        training = "RSVI"
    else:
        training = f"RSVI B = {shape_augmentation}"
    return _PRIORS[posterior, prior], _POSTERIORS[posterior], training


def _describe(config: Mapping[str, Any]) -> results.Row:
    if config["data"]:
        raise results.LeftOutError("it has images of one's own")
    names = row_names(
        config["posterior"],
        config["prior"],
        config["estimator"],
        config["shape_augmentation"],
    )
    expected = {
        field.name: field.default for field in dataclasses.fields(Config)
    }
    if config["learning_rate"] in _LEARNING_RATES:
        expected["learning_rate"] = config["learning_rate"]
    return {
        **dict(zip(STUDY.cell, names, strict=False)),
        "dataset": config["dataset"],
        "D": str(config["latent_size"]),
        "settings": results.deviations(config, expected, _PASSED_OVER),
    }


STUDY = results.Study(
    name="table4",
    program="vae",
    describe=_describe,
    cell=("prior", "posterior", "training", "dataset", "D"),
    length="steps",
    metric="test_nll",
    sampling_error="test_nll_sampling_error",
    others=(
        "test_nll_standard_error",
        "test_elbo",
        "test_kl",
        "test_smallest_kl",
    ),
)
