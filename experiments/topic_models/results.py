# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Where a run of a topic model stands in Table 3."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from experiments.common import results
from experiments.topic_models.config import PRESETS, Config

__all__ = ["CORPORA", "STUDY", "preset", "row_names"]

# How tables call the corpora.
CORPORA = {
    "20newsgroups": "20 Newsgroups",
    "rcv1": "RCV1",
    "imdb100k": "100,000 film reviews",
    "wikipedia": "Wikipedia passages",
}
# Settings that make no other run, or have columns of their own.
_PASSED_OVER = frozenset(
    {
        "checkpoint_every",
        "corpus_sha256",
        "data_dir",
        "dataset",
        "epochs",
        "estimator",
        "evaluate_every",
        "export",
        "fixed_prior",
        "model",
        "output_dir",
        "overwrite",
        "program",
        # Of another metric alone.
        "refinement_steps",
        "sampled_kl",
        "seed",
        "shape_augmentation",
        "strategy",
    }
)


def preset(dataset: str, model: str) -> str:
    """Returns the --preset for a corpus, the paper's where it has one."""
    if dataset == "rcv1":
        return _of_rcv1(model)
    return {"wikipedia": "demo"}.get(dataset, dataset)


def _of_rcv1(model):
    return "rcv1_ln_lda" if model == "ln_lda" else "rcv1_lda"


def row_names(config: Mapping[str, Any]) -> tuple[str, str]:
    """Returns model and training as in Table 3.

    Args:
        config: Configuration, or flags that are not as by default.
    """
    model = config.get("model", "lda")
    estimator = config.get("estimator", "implicit")
    controls = [
        text
        for flag, text in (
            ("fixed_prior", "fixed prior"),
            ("sampled_kl", "KL from samples"),
        )
        if config.get(flag) in (True, "true")
    ]
    if model == "svi":
        return "LDA", "SVI"
    if model == "ln_lda":
        return "LN-LDA", ", ".join(["explicit reparameterization", *controls])
    if estimator == "rsvi":
        estimator = f"RSVI B = {config['shape_augmentation']}"
    elif estimator == "implicit" and not controls:
        estimator = "implicit reparameterization"
    return "LDA", ", ".join([estimator, *controls])


def _describe(config: Mapping[str, Any]) -> results.Row:
    if config["dataset"] not in CORPORA:
        raise results.LeftOutError("it has texts of one's own")
    model, training = row_names(config)
    # What gensim does not know of.
    unused = ("learning_rate", "min_parameter", "max_parameter")
    return {
        **(dict.fromkeys(unused, "") if config["model"] == "svi" else {}),
        "model": model,
        "training": training,
        "corpus": CORPORA[config["dataset"]],
        "settings": _settings(config),
    }


def _settings(config) -> str:
    """Returns what differs from the corpus' preset.

    Where another one is nearer, it is named, with what differs from that.
    """
    defaults = {
        field.name: field.default for field in dataclasses.fields(Config)
    }

    def differences(name):
        # What an older configuration lacks was as by default.
        return results.deviations(
            defaults | dict(config), defaults | PRESETS[name], _PASSED_OVER
        )

    dataset, model = config["dataset"], config["model"]
    others = {
        "20newsgroups": "20newsgroups_short",
        # The stand-in for RCV1.
        "imdb100k": _of_rcv1(model),
    }
    texts = [differences(preset(dataset, model))]
    if name := others.get(dataset):
        texts.append(f"preset={name} {differences(name)}".rstrip())
    return min(texts, key=len)


STUDY = results.Study(
    name="table3",
    program="lda",
    describe=_describe,
    cell=("model", "training", "corpus"),
    length="epochs",
    metric="test_perplexity",
    sampling_error=None,
    others=(
        "test_mean_field_perplexity",
        "test_refined_perplexity",
        "test_kl",
        "test_smallest_kl",
    ),
)
