# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of the autoencoder's binary, end to end on tiny data."""

import dataclasses
import json
import pathlib
import re
import subprocess
import sys

import numpy as np
import pytest
import tensorflow as tf
from absl import flags

from experiments import vae
from experiments.autoencoders import config as vae_config
from experiments.autoencoders import learner, plots
from experiments.autoencoders import results as autoencoder_results
from experiments.autoencoders import training as vae_training
from experiments.common import errors, paths, results
from tests.experiments import binaries

# 13 training images, so 3 steps an epoch.
SMALL = vae_config.Config(
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
def fixture_config(tmp_path) -> vae_config.Config:
    write_images(tmp_path / "images.npz")
    return dataclasses.replace(
        SMALL,
        data=str(tmp_path / "images.npz"),
        output_dir=str(tmp_path / "output"),
    )


def test_binary_ends_with_the_test_likelihood(config):
    answer = binaries.run_binary(
        "vae",
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
    vae_config.define_flags(values)
    flags.DEFINE_integer("verbosity", 0, "", flag_values=values)
    values(["vae", f"--output_dir={tmp_path}/output", *arguments])
    monkeypatch.setattr(vae.flags, "FLAGS", values)
    with pytest.raises(SystemExit, match=message) as info:
        vae.main(["vae"])
    assert str(info.value).startswith("error: ")


def test_training_learns_and_writes_one_line_an_epoch(config):
    config = dataclasses.replace(config, steps=300, evaluate_every=50)
    result = vae_training.train(config)
    lines = binaries.metrics(config)
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
        result = vae_training.train(dataclasses.replace(broken, steps=steps))
    assert result == vae_training.train(config)
    last = [
        {k: v for k, v in line.items() if "nll" not in k}
        for line in binaries.metrics(broken)
    ]
    assert last == binaries.metrics(config)


def test_a_seed_fixes_the_run_and_another_seed_changes_it(config, tmp_path):
    def train(name, **changes):
        return vae_training.train(
            dataclasses.replace(
                config, output_dir=str(tmp_path / name), **changes
            )
        )

    first = train("first")
    assert train("second") == first
    assert train("third", seed=1)["test_nll"] != first["test_nll"]


def test_folder_of_another_run_is_refused(config, tmp_path):
    vae_training.train(config)
    with pytest.raises(
        errors.FolderInUseError, match=r"latent_size is 2 there and 3 here"
    ):
        vae_training.train(dataclasses.replace(config, latent_size=3))
    write_images(tmp_path / "images.npz", seed=1)
    with pytest.raises(errors.FolderInUseError, match="images_sha256"):
        vae_training.train(config)


def test_batch_is_no_larger_than_the_training_set(config):
    result = vae_training.train(
        dataclasses.replace(config, batch_size=64, steps=2)
    )
    assert result["step"] == 2


def test_defaults_are_those_of_the_paper():
    values = flags.FlagValues()
    vae_config.define_flags(values)
    values(["vae"])
    config = vae_config.config_from_flags(values)
    assert config.hidden_units == "256,128"
    assert (config.batch_size, config.steps) == (64, 2_000_000)
    assert config.kl_annealing_steps == 100_000
    assert config.importance_samples == 500
    assert config.learning_rate == 1e-3
    assert config.prior == "normal"
    assert config.output_dir.endswith("output/vae_digits_normal_normal_2")


def test_flags_beat_the_demo(monkeypatch):
    monkeypatch.setenv("TF_IMPLICIT_DATA_DIR", "/data")
    values = flags.FlagValues()
    vae_config.define_flags(values)
    values(["vae", "--preset=demo", "--steps=7", "--data=mine.npz"])
    config = vae_config.config_from_flags(values)
    assert (config.posterior, config.prior) == ("von_mises", "uniform")
    assert config.steps == 7
    assert config.data_dir == "/data"
    assert config.data == str(paths.user_path("mine.npz"))


def test_configuration_survives_its_file(config):
    vae_training.train(dataclasses.replace(config, steps=1))
    stored = json.loads(
        pathlib.Path(config.output_dir, "config.json").read_text()
    )["config"]
    names = [field.name for field in dataclasses.fields(vae_config.Config)]
    assert vae_config.Config(**{name: stored[name] for name in names}) == (
        dataclasses.replace(config, steps=1)
    )


def test_loss_that_is_not_finite_stops_the_run(config):
    # The scale of a Normal is not clipped: with such steps it under- or
    # overflows.
    config = dataclasses.replace(
        config, posterior="normal", prior="normal", learning_rate=1e30
    )
    with pytest.raises(errors.NonFiniteError, match="in step"):
        vae_training.train(config)
    assert not tf.train.latest_checkpoint(f"{config.output_dir}/checkpoints")


def test_pictures_are_written(config):
    config = dataclasses.replace(config, steps=6)
    vae_training.train(config)
    folder = pathlib.Path(config.output_dir)
    for name in (
        "training.png",
        "samples.png",
        "reconstructions.png",
        "latent_space.png",
    ):
        assert (folder / name).read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("posterior", "size", "mapped"),
    [("gamma", 2, True), ("beta", 3, False), ("von_mises_fisher", 2, False)],
)
def test_only_flat_latent_spaces_have_a_map(config, posterior, size, mapped):
    config = dataclasses.replace(
        config,
        posterior=posterior,
        prior=vae_config.latents.PRIORS[posterior][0],
        latent_size=size,
        steps=2,
    )
    vae_training.train(config)
    folder = pathlib.Path(config.output_dir)
    assert (folder / "latent_space.png").exists() == mapped
    assert (folder / "samples.png").exists()


def test_map_shows_quantiles_with_the_second_axis_upwards(config):
    # A decoder whose first pixel is bright where z1 is positive, and the second
    # one where z2 is.
    config = dataclasses.replace(
        config, posterior="normal", prior="normal", hidden_units="4"
    )
    model = learner.make_model(config, 2)
    first = np.array([[1, -1, 0, 0], [0, 0, 1, -1]], np.float32)
    model.decoder.kernels[0].assign(first)
    model.decoder.kernels[1].assign(100 * first.T)
    image = plots.decoded_map(model, (1, 2))
    side = len(image)
    assert image.shape == (side, 2 * side)
    np.testing.assert_allclose(image[:, 0::2][:, : side // 2], 0, atol=0.01)
    np.testing.assert_allclose(image[:, 0::2][:, side // 2 :], 1, atol=0.01)
    np.testing.assert_allclose(image[: side // 2, 1::2], 1, atol=0.01)
    np.testing.assert_allclose(image[side // 2 :, 1::2], 0, atol=0.01)


def test_trained_model_is_read_back(config):
    vae_training.train(config)
    folder = pathlib.Path(config.output_dir)
    model, data, stored = vae_training.load(folder)
    assert stored == config
    images = tf.constant(data.test.reshape(-1, 16) > 127, tf.float32)
    reader = tf.train.load_checkpoint(
        tf.train.latest_checkpoint(str(folder / "checkpoints"))
    )
    np.testing.assert_array_equal(
        model.encoder.kernels[0],
        reader.get_tensor("model/encoder/kernels/0/.ATTRIBUTES/VARIABLE_VALUE"),
    )
    assert np.isfinite(model.elbo(images, tf.constant([1, 2])).kl).all()
    with pytest.raises(FileNotFoundError, match="no checkpoint"):
        vae_training.load(folder / "nothing")


# In a process that imports nothing but TensorFlow.
READ_EXPORT = """
import json, sys, tensorflow as tf
model = tf.saved_model.load(sys.argv[1])
z = model.encode(tf.constant(json.loads(sys.argv[2])))
print(json.dumps([z.numpy().tolist(), model.decode(z).numpy().tolist()]))
"""


@pytest.mark.parametrize("posterior", ["von_mises", "von_mises_fisher"])
def test_exported_model_needs_tensorflow_only(config, tmp_path, posterior):
    config = dataclasses.replace(
        config, posterior=posterior, steps=3, export=str(tmp_path / "export")
    )
    vae_training.train(config)
    model = vae_training.load(pathlib.Path(config.output_dir)).model
    images = [[0.0] * 16, [1.0] * 16]
    answer = subprocess.run(
        [sys.executable, "-c", READ_EXPORT, config.export, json.dumps(images)],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    )
    z, brightness = json.loads(answer.stdout)
    latent = model.latent
    expected = latent.location(model.encode(tf.constant(images)))
    np.testing.assert_allclose(z, expected, rtol=1e-5)
    logits = model.decoder(latent.features(expected))
    np.testing.assert_allclose(brightness, tf.sigmoid(logits), rtol=1e-5)


def test_compiled_run_gives_the_same_numbers(config, tmp_path):
    compiled = dataclasses.replace(
        config, jit_compile=True, output_dir=str(tmp_path / "compiled"), steps=6
    )
    result = vae_training.train(compiled)
    expected = vae_training.train(dataclasses.replace(config, steps=6))
    # Adam magnifies rounding errors of gradients near 0.
    assert result["test_nll"] == pytest.approx(expected["test_nll"], rel=1e-3)


def test_quick_tables(tmp_path):
    arguments = [
        "--quick",
        "--steps=3",
        "--seeds=1",
        "--importance_samples=5",
        f"--output_dir={tmp_path}",
        "--only=^(normal|beta_uniform_imp|von_mises_uniform_imp)",
    ]
    for finished in (0, 3):
        answer = binaries.run_binary("table4", *arguments)
        assert answer.returncode == 0, answer.stderr
        assert f"{finished} of 3 runs are finished" in answer.stdout
    table = (tmp_path / "table4.md").read_text()
    assert "3 of 8 runs are finished, each after 3 steps" in table
    row = next(line for line in table.splitlines() if "vonMises(mu" in line)
    assert re.search(r"\| \d+\.\d \(1\) +\|$", row)
    rows = (tmp_path / "table7.csv").read_text().splitlines()
    assert len(rows) == 4
    runs = results.read(
        autoencoder_results.STUDY.runs_file(tmp_path),
        autoencoder_results.STUDY.columns,
    )
    assert [row["steps"] for row in runs] == ["3"] * 3
    assert float(runs[2]["test_nll"]) > 0 and runs[2]["machine"]
    assert (tmp_path / "figure4.png").read_bytes().startswith(b"\x89PNG")
