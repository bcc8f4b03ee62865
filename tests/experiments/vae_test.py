# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of the autoencoder's binary, end to end on tiny data."""

import dataclasses
import json
import os
import pathlib
import re
import subprocess
import sys

import numpy as np
import pytest
import tensorflow as tf
from absl import flags

from experiments import config_flags, training, vae

# Not resolved: under Bazel the built op library is beside the links only.
ROOT = pathlib.Path(vae.__file__).absolute().parents[1]

# 13 training images, so 3 steps an epoch.
SMALL = vae.Config(
    posterior="von_mises",
    prior="uniform",
    hidden_units="6,5",
    learning_rate=0.02,
    batch_size=4,
    steps=14,
    kl_annealing_steps=5,
    importance_samples=20,
    evaluate_every=2,
    checkpoint_every=1,
)


def write_images(path: pathlib.Path, seed=0):
    rng = np.random.default_rng(seed)
    # Bright or dark as a whole, so that there is something to learn.
    bright = rng.integers(0, 2, [20, 1, 1])
    pixels = (10 + 235 * bright + np.zeros([20, 4, 4])).astype(np.uint8)
    np.savez(
        path,
        x_train=pixels[:13],
        x_test=pixels[13:],
        y_test=bright[13:].ravel(),
    )


@pytest.fixture(name="config")
def fixture_config(tmp_path) -> vae.Config:
    write_images(tmp_path / "images.npz")
    return dataclasses.replace(
        SMALL,
        data=str(tmp_path / "images.npz"),
        output_dir=str(tmp_path / "output"),
    )


def metrics(config: vae.Config) -> list[dict[str, float]]:
    """Returns what a run measured, without how long it took."""
    text = pathlib.Path(config.output_dir, "metrics.jsonl").read_text()
    lines = [json.loads(line) for line in text.splitlines()]
    for line in lines:
        assert line.pop("ms_per_step") > 0
    return lines


def run_binary(*arguments, module="vae", **environment):
    return subprocess.run(
        [sys.executable, "-m", f"experiments.{module}", *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env=os.environ
        | {"PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])}
        | environment,
    )


def test_binary_ends_with_the_test_likelihood(config):
    answer = run_binary(
        f"--data={config.data}",
        f"--output_dir={config.output_dir}",
        "--posterior=gamma",
        "--estimator=rsvi",
        "--shape_augmentation=3",
        "--steps=2",
        "--importance_samples=30",
    )
    assert answer.returncode == 0, answer.stderr
    last = answer.stdout.splitlines()[-1]
    number = re.fullmatch(
        r"test negative log-likelihood: (\d+\.\d+) \+- \d+\.\d+", last
    )
    folder = pathlib.Path(config.output_dir)
    result = json.loads((folder / "result.json").read_text())
    assert result["step"] == 2
    assert float(number[1]) == pytest.approx(result["test_nll"], abs=0.005)
    # Little is learnt in two steps: 16 pixels at log 2 or somewhat more each.
    assert 16 * np.log(2) < float(number[1]) < 16 * 2
    stored = json.loads((folder / "config.json").read_text())["config"]
    assert stored["prior"] == "bell"
    assert stored["shape_augmentation"] == 3


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--dataset=mnist"], "MNIST needs --data_dir"),
        (["--data=nowhere.npz"], "nowhere.npz does not exist"),
        (["--posterior=beta", "--prior=sparse"], "--posterior=beta has the"),
        (["--estimator=rsvi"], "--estimator=rsvi does not exist for"),
        (["--hidden_units=256;128"], "must be integers with commas"),
    ],
)
def test_wrong_requests_get_one_clear_line(
    arguments, message, tmp_path, monkeypatch, capsys
):
    monkeypatch.delenv("TF_IMPLICIT_DATA_DIR", raising=False)
    values = flags.FlagValues()
    config_flags.define(vae.Config, values)
    flags.DEFINE_integer("verbosity", 0, "", flag_values=values)
    values(["vae", f"--output_dir={tmp_path}/output", *arguments])
    monkeypatch.setattr(vae.flags, "FLAGS", values)
    with pytest.raises(SystemExit, match=message) as info:
        vae.main(["vae"])
    assert str(info.value).startswith("error: ")


def test_training_learns_and_writes_one_line_an_epoch(config):
    config = dataclasses.replace(config, steps=300, evaluate_every=50)
    result = vae.train(config)
    lines = metrics(config)
    assert [line["step"] for line in lines] == list(range(3, 301, 3))
    assert [line["epoch"] for line in lines if "test_elbo" in line] == [50, 100]
    losses = [line["train_loss"] for line in lines]
    assert np.mean(losses[-10:]) < 0.9 * np.mean(losses[:10])
    assert all("gradient_variance" in line for line in lines)
    last = {k: v for k, v in lines[-1].items() if k in result}
    assert last == {k: v for k, v in result.items() if k in lines[-1]}
    # Only the last evaluation measures the likelihood, for the line as well.
    assert [line["step"] for line in lines if "test_nll" in line] == [300]
    assert -result["test_elbo"] > result["test_nll"]


def test_resumed_run_equals_unbroken_run(config, tmp_path):
    broken = dataclasses.replace(config, output_dir=str(tmp_path / "broken"))
    # Within an epoch while the weight of the divergence still grows, and later.
    for steps in (4, 10, 14):
        result = vae.train(dataclasses.replace(broken, steps=steps))
    assert result == vae.train(config)
    last = [
        {k: v for k, v in line.items() if "nll" not in k}
        for line in metrics(broken)
    ]
    assert last == metrics(config)


def test_a_seed_fixes_the_run_and_another_seed_changes_it(config, tmp_path):
    def train(name, **changes):
        return vae.train(
            dataclasses.replace(
                config, output_dir=str(tmp_path / name), **changes
            )
        )

    first = train("first")
    assert train("second") == first
    assert train("third", seed=1)["test_nll"] != first["test_nll"]


def test_folder_of_another_run_is_refused(config, tmp_path):
    vae.train(config)
    with pytest.raises(
        training.FolderInUseError, match=r"latent_size is 2 there and 3 here"
    ):
        vae.train(dataclasses.replace(config, latent_size=3))
    write_images(tmp_path / "images.npz", seed=1)
    with pytest.raises(training.FolderInUseError, match="images_sha256"):
        vae.train(config)


def test_batch_is_no_larger_than_the_training_set(config):
    result = vae.train(dataclasses.replace(config, batch_size=64, steps=2))
    assert result["step"] == 2


def test_defaults_are_those_of_the_paper():
    values = flags.FlagValues()
    config_flags.define(vae.Config, values)
    values(["vae"])
    config = vae.config_from_flags(values)
    assert config.hidden_units == "256,128"
    assert (config.batch_size, config.steps) == (64, 2_000_000)
    assert config.kl_annealing_steps == 100_000
    assert config.importance_samples == 500
    assert config.learning_rate == 1e-3
    assert config.prior == "normal"
    assert config.output_dir.endswith("output/vae_digits_normal_normal_2")


def test_configuration_survives_its_file(config):
    vae.train(dataclasses.replace(config, steps=1))
    stored = json.loads(
        pathlib.Path(config.output_dir, "config.json").read_text()
    )["config"]
    names = [field.name for field in dataclasses.fields(vae.Config)]
    assert vae.Config(**{name: stored[name] for name in names}) == (
        dataclasses.replace(config, steps=1)
    )


def test_loss_that_is_not_finite_stops_the_run(config):
    # The scale of a Normal is not clipped: with such steps it under- or
    # overflows.
    config = dataclasses.replace(
        config, posterior="normal", prior="normal", learning_rate=1e30
    )
    with pytest.raises(training.NonFiniteError, match="in step"):
        vae.train(config)
    assert not tf.train.latest_checkpoint(f"{config.output_dir}/checkpoints")
