# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""The parts of a step are done, all of them and as often as counted."""

import numpy as np
import pytest
import scipy.sparse

from experiments import lda_speed, step_limits, vae_speed
from experiments.common import op_times
from experiments.data import corpus


def ops(work) -> dict[str, int]:
    """How many nodes of each type do the work."""
    run = step_limits._repeated(work.run)
    run()
    types = [node.split(":")[-1] for node in op_times.op_seconds(run)]
    return {kind: types.count(kind) for kind in types}


def count(found, kind) -> int:
    return sum(n for name, n in found.items() if kind in name)


def documents() -> corpus.Corpus:
    counts = np.random.default_rng(0).poisson(0.3, [40, 30]) + np.eye(40, 30)
    matrix = scipy.sparse.csr_matrix(counts.astype(np.float32))
    return corpus.Corpus(matrix, matrix, tuple(map(str, range(30))), {})


def test_products_of_the_autoencoder():
    parts = step_limits.of_autoencoder("gamma", 30)
    # Six layers, all gradients but that of the images.
    assert count(ops(parts["matrix products"]), "MatMul") == 17
    sizes = [30 * 256, 256 * 128, 128 * 20, 10 * 128, 128 * 256, 256 * 30]
    assert parts["matrix products"].amount == 128 * (3 * sum(sizes) - sizes[0])
    parameters = sum(sizes) + 256 + 128 + 20 + 128 + 256 + 30
    assert parts["optimizer"].amount == 28 * parameters
    assert ops(parts["optimizer"])["ResourceApplyAdam"] == 12
    assert count(ops(parts["random bits"]), "RandomUniform") == 1


def test_products_of_the_topic_model():
    parts = step_limits.of_topic_model(documents())
    dense = parts["matrix products of dense layers"]
    assert count(ops(dense), "MatMul") == 9
    assert dense.amount == 64 * 3 * (300 * 300 * 2 + 300 * 50)
    first = ops(parts["product of word counts and the first layer"])
    assert first["SparseMatrixMatMul"] == 2
    words = ops(parts["probabilities of the words that occur"])
    assert words["SparseMatrixMatMul"] == 2
    assert words["GatherNd"] == 1
    assert count(ops(parts["softmax of the topics"]), "Softmax") == 1
    parameters = 30 * 300 + 2 * 300 * 300 + 300 * 50 + 3 * 300 + 50 + 50 * 31
    assert parts["optimizer"].amount == 28 * parameters


def test_parts_are_repeated_as_often_as_the_loops():
    assert step_limits.STEPS == lda_speed.STEPS == vae_speed.STEPS


def test_table_adds_up(monkeypatch):
    monkeypatch.setattr(step_limits, "STEPS", 2)
    monkeypatch.setattr(step_limits, "_LARGE", 64)
    loops = lda_speed.make_loops(documents(), steps=2)
    parts = step_limits.of_topic_model(documents())
    table = step_limits.measure(
        "title",
        parts,
        {name: loops[name] for name in ("ours", "straightforward")},
        rounds=1,
    )
    micros = {row[0]: row[1] for row in table.rows}
    assert list(micros) == [*parts, "these alone", "ours", "straightforward"]
    assert min(micros.values()) > 0
    assert micros["these alone"] == pytest.approx(
        sum(micros[name] for name in parts), abs=len(parts)
    )
    rows = {row[0]: row[2:] for row in table.rows}
    assert rows["straightforward"] == ["100%", None, None]
    share = 100 * micros["ours"] / micros["straightforward"]
    assert float(rows["ours"][0].strip("%")) == pytest.approx(share, abs=1)
    rate, unit = rows["optimizer"][1].split()
    assert unit == "bytes"
    assert float(rate) == pytest.approx(
        1e-3 * parts["optimizer"].amount / micros["optimizer"], abs=1
    )
