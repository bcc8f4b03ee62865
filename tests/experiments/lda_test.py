# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of the topic model and its binary, end to end on tiny data."""

import dataclasses
import json
import math
import os
import pathlib
import re
import subprocess
import sys

import numpy as np
import pytest
import scipy.sparse
import tensorflow as tf
import tensorflow_probability as tfp
from absl import flags

import tf_implicit as tfi
from experiments import lda, lda_model, training
from tests.experiments import small_corpus

# Not resolved: under Bazel the built op library is beside the links only.
ROOT = pathlib.Path(lda.__file__).absolute().parents[1]

# 7 training documents, so 3 steps an epoch.
SMALL = lda.Config(
    dataset="20newsgroups",
    num_topics=3,
    hidden_layers=1,
    hidden_units=4,
    prior_burn_in_epochs=2,
    learning_rate=0.05,
    batch_size=2,
    epochs=6,
    evaluate_every=2,
    checkpoint_every=1,
)


@pytest.fixture(name="config")
def fixture_config(tmp_path) -> lda.Config:
    data = tmp_path / "data"
    data.mkdir()
    small_corpus.write_archive(data)
    return dataclasses.replace(
        SMALL, data_dir=str(data), output_dir=str(tmp_path / "output")
    )


def metrics(config: lda.Config) -> list[dict[str, float]]:
    """Returns what a run measured, without how long it took."""
    text = pathlib.Path(config.output_dir, "metrics.jsonl").read_text()
    lines = [json.loads(line) for line in text.splitlines()]
    for line in lines:
        assert line.pop("ms_per_step") > 0
    return lines


def run_binary(*arguments, **environment) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "experiments.lda", *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env=os.environ
        | {"PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])}
        | environment,
    )


def make_model(initial_prior=0.7, num_words=6, hidden_units=(4,)):
    return lda_model.LatentDirichletAllocation(
        num_words=num_words,
        num_topics=3,
        hidden_units=hidden_units,
        initial_prior=initial_prior,
        seed=tf.constant([0, 1]),
        dirichlet=tfi.distributions.Dirichlet,
    )


def test_binary_ends_with_the_test_perplexity(config):
    answer = run_binary(
        "--dataset=20newsgroups",
        f"--output_dir={config.output_dir}",
        "--max_steps=2",
        "--num_topics=3",
        "--hidden_units=4",
        TF_IMPLICIT_DATA_DIR=config.data_dir,
    )
    assert answer.returncode == 0, answer.stderr
    last = answer.stdout.splitlines()[-1]
    number = re.fullmatch(r"test perplexity: (\d+\.\d+)", last)
    folder = pathlib.Path(config.output_dir)
    result = json.loads((folder / "result.json").read_text())
    assert result["step"] == 2
    assert float(number[1]) == pytest.approx(
        result["test_perplexity"], abs=0.005
    )
    # Nothing is learnt in two steps: the model is near the uniform one.
    assert float(number[1]) == pytest.approx(len(small_corpus.WORDS), rel=0.5)
    stored = json.loads((folder / "config.json").read_text())
    assert stored["config"]["num_topics"] == 3
    assert stored["config"]["hidden_layers"] == 3
    assert "tensorflow-probability" in stored["sessions"][0]["versions"]
    for picture in ("training.png", "topics.png"):
        assert (folder / picture).read_bytes().startswith(b"\x89PNG")


def test_binary_reports_missing_data_without_a_traceback(tmp_path):
    answer = run_binary(
        "--dataset=20newsgroups",
        f"--data_dir={tmp_path}",
        f"--output_dir={tmp_path}/output",
    )
    assert answer.returncode == 1
    assert answer.stderr.splitlines()[-1].startswith(
        f"error: no 20 Newsgroups corpus in --data_dir={tmp_path}"
    )
    assert "Traceback" not in answer.stderr


def test_unknown_dataset_is_refused_with_the_choices():
    with pytest.raises(
        flags.IllegalFlagValueError,
        match=r"--dataset=reuters.*<wikipedia\|20newsgroups>",
    ):
        flag_values("--dataset=reuters")


def test_training_learns_and_writes_one_line_an_epoch(config):
    config = dataclasses.replace(config, epochs=60, prior_burn_in_epochs=70)
    result = lda.train(config)
    lines = metrics(config)
    assert [line["epoch"] for line in lines] == list(range(1, 61))
    assert [line["step"] for line in lines] == list(range(3, 181, 3))
    assert [line["epoch"] for line in lines if "test_perplexity" in line] == (
        list(range(2, 61, 2))
    )
    losses = [line["train_loss"] for line in lines]
    assert np.mean(losses[-10:]) < 0.9 * np.mean(losses[:10])
    assert result["test_perplexity"] == lines[-1]["test_perplexity"]


def test_resumed_run_equals_unbroken_run(config, tmp_path):
    broken = dataclasses.replace(config, output_dir=str(tmp_path / "broken"))
    # Within the second epoch, during which the prior is still fixed, and
    # within the fifth, when it no longer is.
    for max_steps in (4, 13, None):
        result = lda.train(dataclasses.replace(broken, max_steps=max_steps))
    assert result == lda.train(config)
    assert metrics(broken) == metrics(config)
    sessions = json.loads(
        pathlib.Path(broken.output_dir, "config.json").read_text()
    )["sessions"]
    assert len(sessions) == 3


def test_what_came_after_the_last_checkpoint_is_measured_again(config):
    config = dataclasses.replace(config, checkpoint_every=4)
    lda.train(dataclasses.replace(config, epochs=4))
    # As if the process had gone on to the sixth epoch and died while it wrote
    # the next line.
    with pathlib.Path(config.output_dir, "metrics.jsonl").open("a") as file:
        file.write('{"step": 15, "train_loss": 0.0, "ms_per_step": 1.0}\n')
        file.write('{"step": 18, "trai')
    lda.train(config)
    assert [line["step"] for line in metrics(config)] == [3, 6, 9, 12, 15, 18]
    assert all(line["train_loss"] > 0 for line in metrics(config))


def test_a_seed_fixes_the_run_and_another_seed_changes_it(config, tmp_path):
    def train(name, **changes):
        return lda.train(
            dataclasses.replace(
                config, output_dir=str(tmp_path / name), **changes
            )
        )

    first = train("first")
    assert train("second") == first
    assert (
        train("third", seed=1)["test_perplexity"] != (first["test_perplexity"])
    )


def test_folder_of_another_run_is_refused_unless_overwritten(config):
    lda.train(config)
    other = dataclasses.replace(config, num_topics=4)
    with pytest.raises(
        training.FolderInUseError,
        match=r"num_topics is 3 there and 4 here.*--overwrite",
    ):
        lda.train(other)
    result = lda.train(dataclasses.replace(other, overwrite=True))
    assert result["step"] == 18
    assert len(metrics(other)) == 6


def test_same_flags_with_other_data_are_another_run(config):
    lda.train(config)
    small_corpus.write_archive(
        pathlib.Path(config.data_dir), vocab=np.array("a\nb\nc\nd\ne\nf")
    )
    with pytest.raises(training.FolderInUseError, match="corpus_sha256"):
        lda.train(config)


def test_loss_that_is_not_finite_stops_the_run_and_names_the_step(
    config, monkeypatch
):
    class Breaks(tfp.distributions.Dirichlet):
        """Behaves until a trained variable makes it leave its initial value."""

        def _sample_n(self, n, seed=None):
            sample = super()._sample_n(n, seed=seed)
            initial = tf.reduce_all(tf.abs(self.concentration - 0.7) < 0.5)
            return tf.where(initial, sample, math.nan)

    monkeypatch.setitem(lda._DIRICHLETS, "tf_implicit", Breaks)
    config = dataclasses.replace(config, learning_rate=0.5, epochs=50)
    with pytest.raises(
        training.NonFiniteError, match=r"loss is nan in step \d+ \(epoch \d+\)"
    ):
        lda.train(config)


def test_prior_is_fixed_during_burn_in_and_trained_after(config):
    for epochs, fixed in ((2, True), (3, False)):
        lda.train(dataclasses.replace(config, epochs=epochs))
        reader = tf.train.load_checkpoint(
            tf.train.latest_checkpoint(f"{config.output_dir}/checkpoints")
        )
        prior = reader.get_tensor(
            "model/prior_logits/.ATTRIBUTES/VARIABLE_VALUE"
        )
        at_start = np.all(prior == np.float32(math.log(math.expm1(0.7))))
        assert at_start == fixed


def test_validation_documents_are_held_out(config, capsys):
    config = dataclasses.replace(config, validation_fraction=0.3)
    result = lda.train(config)
    assert "training on 5 documents" in capsys.readouterr().out
    assert result["validation_perplexity"] > 1
    # 5 documents are 2 steps an epoch.
    assert result["step"] == 12


def test_perplexity_matches_a_hand_computation():
    # Document 1: 2 words at probability 1/4 each; document 2: 4 words at
    # 1/16 each. The mean over documents, not over words, of -log p / L is
    # (log 4 + log 16) / 2 = log 8.
    elbo = np.array([2 * math.log(1 / 4), 4 * math.log(1 / 16)])
    assert lda.perplexity(elbo, np.array([2, 4])) == pytest.approx(8, rel=1e-14)


def test_evaluator_scores_every_document_once():
    model = make_model()
    # With all topics alike, the likelihood does not depend on the sample; with
    # the posterior equal to the prior, the KL divergence is 0.
    model.topic_logits.assign(tf.zeros([3, 6]))
    model.kernels[-1].assign(tf.zeros([4, 3]))
    model.biases[-1].assign(model.prior_logits)
    for documents in (1, 300):
        counts = scipy.sparse.csr_matrix(
            np.tile([[1.0, 0, 2, 0, 0, 0]], (documents, 1))
        )
        result = lda.Evaluator(model, counts, "test", seed=0)(step=0)
        assert result["test_perplexity"] == pytest.approx(6, rel=1e-6)
        assert result["test_log_likelihood"] == pytest.approx(
            -3 * math.log(6), rel=1e-6
        )


def test_kl_is_never_negative():
    # Appendix D's sanity check, over the whole range of concentrations that
    # the model lets through.
    model = make_model()
    rng = np.random.default_rng(0)
    counts = tf.constant(rng.integers(0, 50, [500, 6]), tf.float32)
    for scale in (0.1, 1.0, 10.0, 100.0):
        model.kernels[-1].assign(scale * rng.standard_normal([4, 3]))
        concentration = model.posterior(counts).concentration
        assert np.all(concentration >= np.float32(1e-3))
        assert np.all(concentration <= 1e3)
        elbo = model.elbo(counts, tf.constant([1, 2]))
        # Rounding of the log-normalizers, of size up to 1e4 at these
        # concentrations, may leave some units in the last place of float32.
        assert elbo.kl.numpy().min() >= -1e-2
        assert np.isfinite(elbo.value).all()


def test_gradients_are_finite_at_the_smallest_concentrations():
    model = make_model(initial_prior=1e-3)
    # Far below the clip: all concentrations of the posterior are 1e-3.
    model.biases[-1].assign(tf.fill([3], -20.0))
    counts = tf.constant([[1.0, 0, 3, 0, 0, 2]] * 64)
    with tf.GradientTape() as tape:
        loss = -tf.reduce_mean(model.elbo(counts, tf.constant([1, 2])).value)
    assert np.isfinite(loss)
    for gradient in tape.gradient(loss, model.trainable_variables):
        assert np.isfinite(gradient).all()


def test_initial_weights_have_the_variance_of_xavier():
    model = make_model(num_words=400, hidden_units=(200, 100))
    for kernel in (*model.kernels[:2], model.topic_logits):
        variance = 2 / sum(kernel.shape)
        n = kernel.shape.num_elements()
        # The variance estimate of n values has a relative standard deviation
        # below sqrt(2 / n); six of them fail once in 1e9.
        assert np.var(kernel.numpy()) == pytest.approx(
            variance, rel=6 * math.sqrt(2 / n)
        )
        # Truncated at two standard deviations of the Normal.
        assert np.abs(kernel).max() <= 2 * math.sqrt(variance) / 0.8796


def test_initial_prior_outside_the_clip_is_refused():
    with pytest.raises(ValueError, match="initial_prior is 0"):
        make_model(initial_prior=0.0)


def flag_values(*arguments) -> flags.FlagValues:
    values = flags.FlagValues()
    lda.define_flags(values)
    values(["lda", *arguments])
    return values


def test_defaults_are_those_of_table_6():
    config = lda.config_from_flags(flag_values())
    assert config.num_topics == 50
    assert (config.hidden_layers, config.hidden_units) == (3, 300)
    assert config.learning_rate == 3e-4
    assert config.batch_size == 32
    assert config.initial_prior == 0.7
    assert (config.prior_burn_in_epochs, config.epochs) == (350, 500)


def test_flags_reach_the_configuration_and_beat_the_demo(monkeypatch):
    monkeypatch.setenv("TF_IMPLICIT_DATA_DIR", "/data")
    config = lda.config_from_flags(
        flag_values("--demo", "--epochs=3", "--seed=5", "--dirichlet=tfp")
    )
    assert config.epochs == 3
    assert config.num_topics == lda._DEMO["num_topics"]
    assert config.dirichlet == "tfp"
    assert config.data_dir == "/data"
    assert config.output_dir.endswith("output/lda_wikipedia_seed5")


def test_configuration_survives_its_file(config):
    lda.train(dataclasses.replace(config, max_steps=1))
    stored = json.loads(
        pathlib.Path(config.output_dir, "config.json").read_text()
    )["config"]
    names = [field.name for field in dataclasses.fields(lda.Config)]
    assert lda.Config(**{name: stored[name] for name in names}) == (
        dataclasses.replace(config, max_steps=1)
    )


def test_tensorboard_shows_the_metrics(config):
    lda.train(config)
    shown = {}
    for path in pathlib.Path(config.output_dir, "tensorboard").iterdir():
        for event in tf.compat.v1.train.summary_iterator(str(path)):
            for value in event.summary.value:
                named = shown.setdefault(event.step, {})
                named[value.tag] = value.simple_value
    lines = metrics(config)
    assert {line["step"] for line in lines} == set(shown)
    for line in lines:
        for name, value in line.items():
            # float32 events.
            assert shown[line["step"]][name] == pytest.approx(value, rel=1e-6)
    assert lines[-1]["gradient_variance"] > 0
