# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""The loops whose speed is compared must do the same work."""

import numpy as np
import scipy.sparse

from experiments import lda_speed
from experiments.data import corpus
from tests.experiments import binaries


def test_all_loops_learn_alike():
    rng = np.random.default_rng(0)
    counts = rng.poisson(0.3, [64, 40]).astype(np.float32)
    counts[:, 0] += 1
    # Two kinds of documents, so that there is something to learn.
    counts[::2, 1:20] = 0
    counts[1::2, 20:] = 0
    matrix = scipy.sparse.csr_matrix(counts)
    loaded = corpus.Corpus(matrix, matrix, tuple(map(str, range(40))), {})
    first, *others = (
        np.concatenate([loop() for _ in range(20)])
        for loop in lda_speed.make_loops(loaded, steps=10).values()
    )
    assert first.shape == (200,)
    assert first[-50:].mean() < first[:50].mean() - 0.2
    for losses in others:
        # The samples differ, start and documents do not.
        np.testing.assert_allclose(losses, first, atol=0.3)
        assert abs(np.mean(losses - first)) < 0.02


def test_data_folder_can_be_named_by_the_environment(tmp_path):
    answer = binaries.run_binary(
        "lda_speed",
        "--dataset=20newsgroups",
        TF_IMPLICIT_DATA_DIR=str(tmp_path),
    )
    assert answer.returncode == 1
    assert f"--data_dir={tmp_path}" in answer.stderr.splitlines()[-1]
