# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of the topic model and its binary, end to end on tiny data."""

import dataclasses
import json
import math
import pathlib
import re

import numpy as np
import pytest
import scipy.sparse
import tensorflow as tf
from absl import flags

import tf_implicit as tfi
from experiments.common import errors
from experiments.common.elbo import Elbo
from experiments.data import corpora
from experiments.topic_models import config as lda_config
from experiments.topic_models import evaluation, export, initial_topics
from experiments.topic_models import training as lda_training
from tests.experiments import binaries, small_corpus

# 7 training documents, so 3 steps an epoch.
SMALL = lda_config.Config(
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
def fixture_config(tmp_path) -> lda_config.Config:
    data = tmp_path / "data"
    data.mkdir()
    small_corpus.write_archive(data)
    return dataclasses.replace(
        SMALL, data_dir=str(data), output_dir=str(tmp_path / "output")
    )


def test_binary_ends_with_the_test_perplexity(config):
    answer = binaries.run_binary(
        "lda",
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
    answer = binaries.run_binary(
        "lda",
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
        match=r"--dataset=reuters.*<wikipedia\|20newsgroups\|",
    ):
        flag_values("--dataset=reuters")


def test_training_learns_and_writes_one_line_an_epoch(config):
    config = dataclasses.replace(config, epochs=60, prior_burn_in_epochs=70)
    result = lda_training.train(config)
    lines = binaries.metrics(config)
    assert [line["epoch"] for line in lines] == list(range(1, 61))
    assert [line["step"] for line in lines] == list(range(3, 181, 3))
    assert [line["epoch"] for line in lines if "test_perplexity" in line] == (
        list(range(2, 61, 2))
    )
    losses = [line["train_loss"] for line in lines]
    assert np.mean(losses[-10:]) < 0.9 * np.mean(losses[:10])
    assert result["test_perplexity"] == lines[-1]["test_perplexity"]


@pytest.mark.parametrize(
    ("kind", "stops"),
    [
        # Within the second epoch, during which the prior is still fixed, and
        # within the fifth, when it no longer is.
        ({}, (4, 13)),
        ({"estimator": "rsvi", "shape_augmentation": 5}, (13,)),
        ({"model": "ln_lda"}, (13,)),
        ({"model": "svi", "svi_chunk_size": 2}, (4, 13)),
    ],
    ids=["implicit", "rsvi", "ln_lda", "svi"],
)
def test_resumed_run_equals_unbroken_run(config, tmp_path, kind, stops):
    config = dataclasses.replace(config, **kind)
    broken = dataclasses.replace(config, output_dir=str(tmp_path / "broken"))
    for max_steps in (*stops, None):
        result = lda_training.train(
            dataclasses.replace(broken, max_steps=max_steps)
        )
    assert result == lda_training.train(config)
    assert binaries.metrics(broken) == binaries.metrics(config)
    sessions = json.loads(
        pathlib.Path(broken.output_dir, "config.json").read_text()
    )["sessions"]
    assert len(sessions) == len(stops) + 1


def test_what_came_after_the_last_checkpoint_is_measured_again(config):
    config = dataclasses.replace(config, checkpoint_every=4)
    lda_training.train(dataclasses.replace(config, epochs=4))
    # As if the process had gone on to the sixth epoch and died while it wrote
    # the next line.
    with pathlib.Path(config.output_dir, "metrics.jsonl").open("a") as file:
        file.write('{"step": 15, "train_loss": 0.0, "ms_per_step": 1.0}\n')
        file.write('{"step": 18, "trai')
    lda_training.train(config)
    assert [line["step"] for line in binaries.metrics(config)] == [
        3,
        6,
        9,
        12,
        15,
        18,
    ]
    assert all(line["train_loss"] > 0 for line in binaries.metrics(config))


@pytest.mark.parametrize("model", ["lda", "svi"])
def test_a_seed_fixes_the_run_and_another_changes_it(config, tmp_path, model):
    config = dataclasses.replace(config, model=model, svi_chunk_size=2)

    def train(name, **changes):
        return lda_training.train(
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
    lda_training.train(config)
    other = dataclasses.replace(config, num_topics=4)
    with pytest.raises(
        errors.FolderInUseError,
        match=r"num_topics is 3 there and 4 here.*--overwrite",
    ):
        lda_training.train(other)
    result = lda_training.train(dataclasses.replace(other, overwrite=True))
    assert result["step"] == 18
    assert len(binaries.metrics(other)) == 6


def test_same_flags_with_other_data_are_another_run(config):
    lda_training.train(config)
    small_corpus.write_archive(
        pathlib.Path(config.data_dir), vocab=np.array("a\nb\nc\nd\ne\nf")
    )
    with pytest.raises(errors.FolderInUseError, match="corpus_sha256"):
        lda_training.train(config)


def test_loss_that_is_not_finite_stops_the_run_and_names_the_step(
    config, monkeypatch
):
    estimator = tfi.estimators.implicit()

    def breaks():
        """Behaves until training makes a concentration leave its start."""

        def estimate(family, parameters, shape, seed, loss_fn):
            loss = estimator(family, parameters, shape, seed, loss_fn)
            start = tf.abs(parameters["concentration"] - 0.7) < 0.5
            return tf.where(tf.reduce_all(start), loss, math.nan)

        return estimate

    monkeypatch.setattr(tfi.estimators, "implicit", breaks)
    config = dataclasses.replace(config, learning_rate=0.5, epochs=50)
    with pytest.raises(
        errors.NonFiniteError, match=r"loss is nan in step \d+ \(epoch \d+\)"
    ):
        lda_training.train(config)


def test_prior_is_fixed_during_burn_in_and_trained_after(config):
    # Two epochs of three steps, and one step more.
    for max_steps, fixed in ((6, True), (7, False)):
        lda_training.train(dataclasses.replace(config, max_steps=max_steps))
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
    result = lda_training.train(config)
    assert "training on 5 documents" in capsys.readouterr().out
    assert result["validation_perplexity"] > 1
    # 5 documents are 2 steps an epoch.
    assert result["step"] == 12


def test_perplexity_matches_a_hand_computation():
    # Document 1: 2 words at probability 1/4 each; document 2: 4 words at
    # 1/16 each. The mean over documents, not over words, of -log p / L is
    # (log 4 + log 16) / 2 = log 8.
    elbo = np.array([2 * math.log(1 / 4), 4 * math.log(1 / 16)])
    assert evaluation.perplexity(elbo, np.array([2, 4])) == pytest.approx(
        8, rel=1e-14
    )


@pytest.mark.parametrize("documents", [1, 300])
def test_evaluator_scores_every_document_once(documents):
    seen = []

    def elbo(counts, seed):
        del seed
        seen.append(tf.sparse.to_dense(counts).numpy())
        # Each word has probability 1/6; no divergence.
        log_likelihood = -math.log(6) * tf.sparse.reduce_sum(counts, 1)
        return Elbo(log_likelihood, tf.zeros_like(log_likelihood))

    counts = scipy.sparse.csr_matrix(
        np.stack([[1.0, i, 2, 0] for i in range(documents)])
    )
    result = evaluation.Evaluator(elbo, counts, "test", seed=0)(step=0)
    np.testing.assert_array_equal(np.concatenate(seen), counts.toarray())
    assert result["test_perplexity"] == pytest.approx(6, rel=1e-6)
    assert result["test_kl"] == 0


def flag_values(*arguments) -> flags.FlagValues:
    values = flags.FlagValues()
    lda_config.define_flags(values)
    values(["lda", *arguments])
    return values


def test_flags_beat_the_preset(monkeypatch):
    monkeypatch.setenv("TF_IMPLICIT_DATA_DIR", "/data")
    config = lda_config.config_from_flags(
        flag_values("--preset=demo", "--epochs=3", "--seed=5", "--model=svi")
    )
    assert config.epochs == 3
    assert config.num_topics == lda_config.PRESETS["demo"]["num_topics"]
    assert config.model == "svi"
    assert config.data_dir == "/data"
    assert config.output_dir.endswith("output/svi_wikipedia_seed5")


# Table 6 and Appendix D, in the order of the paper's rows.
def table_6_values(config):
    return (
        config.learning_rate,
        config.hidden_layers,
        config.hidden_units,
        config.initial_prior,
        config.prior_burn_in_epochs,
        config.epochs,
        config.svi_chunk_size,
    )


@pytest.mark.parametrize(
    ("preset", "values"),
    [
        ("20newsgroups", (3e-4, 3, 300, 0.7, 350, 500, 1000)),
        ("rcv1_ln_lda", (1e-3, 1, 200, 0.5, 7, 10, 2000)),
        ("rcv1_lda", (1e-3, 2, 250, 0.95, 5, 10, 2000)),
    ],
)
def test_presets_are_those_of_table_6(preset, values):
    config = lda_config.config_from_flags(flag_values(f"--preset={preset}"))
    assert values == table_6_values(config)
    assert (config.num_topics, config.batch_size) == (50, 32)
    assert (config.adam_beta1, config.svi_decay) == (0.9, 0.5)


def test_preset_of_film_reviews_is_one_that_trains_there():
    config = lda_config.config_from_flags(flag_values("--preset=imdb100k"))
    assert table_6_values(config) == (5e-3, 1, 100, 0.1, 5, 10, 2000)
    assert (config.num_topics, config.batch_size) == (50, 200)
    assert config.initial_topic_documents == 20
    assert config.kl_annealing_steps == 2000


def test_short_preset_of_20_newsgroups_has_the_papers_network():
    short = lda_config.config_from_flags(
        flag_values("--preset=20newsgroups_short")
    )
    paper = lda_config.config_from_flags(flag_values("--preset=20newsgroups"))
    assert (short.hidden_layers, short.hidden_units, short.num_topics) == (
        paper.hidden_layers,
        paper.hidden_units,
        paper.num_topics,
    )
    documents = 11_258
    steps = [
        config.epochs * (documents // config.batch_size)
        for config in (short, paper)
    ]
    assert steps[1] > 30 * steps[0]


def test_topics_can_start_from_documents(config):
    # No step changes anything.
    changes = {"initial_topic_documents": 2, "learning_rate": 0.0}
    lda_training.train(dataclasses.replace(config, max_steps=1, **changes))
    reader = tf.train.load_checkpoint(f"{config.output_dir}/checkpoints")
    logits = reader.get_tensor("model/topic_logits/.ATTRIBUTES/VARIABLE_VALUE")
    counts = corpora.load(config.dataset, config.data_dir).train
    np.testing.assert_array_equal(
        logits, initial_topics.logits(counts, config.num_topics, 2, config.seed)
    )
    with pytest.raises(errors.SettingsError, match="3 topics are 9 documents"):
        lda_training.train(
            dataclasses.replace(
                config,
                output_dir=config.output_dir + "_other",
                initial_topic_documents=3,
            )
        )


@pytest.mark.parametrize(
    ("flags_", "message"),
    [
        (["--model=svi", "--estimator=rsvi"], "needs --model=lda"),
        (["--model=ln_lda", "--estimator=knowles"], "needs --model=lda"),
        (["--sampled_kl", "--estimator=rsvi"], "--sampled_kl needs"),
        (["--sampled_kl", "--model=svi"], "--sampled_kl needs"),
        (["--fixed_prior", "--model=svi"], "--fixed_prior is not for"),
        (["--export=model", "--model=svi"], "--export is not for"),
        (["--strategy=mirrored", "--model=svi"], "--strategy is not for"),
    ],
)
def test_contradictions_are_refused(flags_, message):
    with pytest.raises(ValueError, match=message):
        lda_config.config_from_flags(flag_values(*flags_))


def test_prior_stays_where_it_is_if_fixed(config):
    lda_training.train(dataclasses.replace(config, fixed_prior=True))
    reader = tf.train.load_checkpoint(
        tf.train.latest_checkpoint(f"{config.output_dir}/checkpoints")
    )
    prior = reader.get_tensor("model/prior_logits/.ATTRIBUTES/VARIABLE_VALUE")
    np.testing.assert_array_equal(prior, np.float32(math.log(math.expm1(0.7))))


def test_configuration_survives_its_file(config):
    lda_training.train(dataclasses.replace(config, max_steps=1))
    stored = json.loads(
        pathlib.Path(config.output_dir, "config.json").read_text()
    )["config"]
    names = [field.name for field in dataclasses.fields(lda_config.Config)]
    assert lda_config.Config(**{name: stored[name] for name in names}) == (
        dataclasses.replace(config, max_steps=1)
    )


def test_tensorboard_shows_the_metrics(config):
    lda_training.train(config)
    shown = {}
    for path in pathlib.Path(config.output_dir, "tensorboard").iterdir():
        for event in tf.compat.v1.train.summary_iterator(str(path)):
            for value in event.summary.value:
                named = shown.setdefault(event.step, {})
                named[value.tag] = value.simple_value
    lines = binaries.metrics(config)
    assert {line["step"] for line in lines} == set(shown)
    for line in lines:
        for name, value in line.items():
            # float32 events.
            assert shown[line["step"]][name] == pytest.approx(value, rel=1e-6)
    assert lines[-1]["gradient_variance"] > 0


def test_topics_are_written_with_their_quality(config, capsys):
    lda_training.train(config)
    topics = json.loads(
        pathlib.Path(config.output_dir, "topics.json").read_text()
    )
    assert topics["topics"] == len(topics["by_weight"]) == 3
    assert -1 <= topics["npmi"] <= 1
    weights = [topic["prior_weight"] for topic in topics["by_weight"]]
    assert weights == sorted(weights, reverse=True)
    assert topics["by_weight"][0]["words"][0] in capsys.readouterr().out


def test_trained_model_is_exported(config, tmp_path):
    config = dataclasses.replace(config, export=str(tmp_path / "model"))
    lda_training.train(config)
    predictor = export.load(tmp_path / "model")
    assert predictor.vocabulary == small_corpus.WORDS
    assert predictor([["apple", "boat"]]).shape == (1, 3)


def test_strategy_with_one_replica_changes_nothing(config, tmp_path):
    plain = lda_training.train(config)
    mirrored = lda_training.train(
        dataclasses.replace(
            config, strategy="mirrored", output_dir=str(tmp_path / "mirrored")
        )
    )
    assert mirrored["step"] == plain["step"]
    assert mirrored["test_perplexity"] == pytest.approx(
        plain["test_perplexity"], rel=1e-5
    )


@pytest.mark.parametrize("name", lda_config.ESTIMATORS)
def test_every_estimator_can_be_chosen(config, name):
    if name == "jankowiak_obermeyer":
        pytest.importorskip("torch")
    estimator = lda_training.make_estimator(
        dataclasses.replace(config, estimator=name, shape_augmentation=5)
    )
    assert "Dirichlet" in estimator.families
    assert ("B = 5" in estimator.name) == (name == "rsvi")
    assert ("CDF" in estimator.name) == (name == "implicit_cdf")
