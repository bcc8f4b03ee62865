# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Passages of Wikipedia, from the test data of the gensim package."""

import collections
import importlib.resources
import itertools
import re

from experiments.data import corpus

__all__ = ["load"]

# Articles are cut into passages of this many words, because 250
# documents are too few to train an inference network on. Every tenth passage
# is for testing.
_WIKIPEDIA_PASSAGE = 100
_WIKIPEDIA_TEST_EVERY = 10
# A word in a larger share of the training passages ("time", "includ") does not
# tell topics apart. Of the others the most frequent are the vocabulary, as
# many as the paper has for 20 Newsgroups.
_WIKIPEDIA_MAX_SHARE = 0.1
_WIKIPEDIA_VOCABULARY = 2000


def load(data_dir: str | None) -> corpus.Corpus:
    """Loads passages of Wikipedia from gensim's files; needs no `data_dir`."""
    del data_dir
    path = (
        importlib.resources.files("gensim")
        / "test"
        / "test_data"
        / "head500.noblanks.cor"
    )
    articles = [
        re.findall(r"(?<!\S)[a-z]{3,}(?!\S)", line)
        for line in path.read_text("utf-8").splitlines()
    ]
    passages = [
        article[start : start + _WIKIPEDIA_PASSAGE]
        for article in articles
        for start in range(0, len(article), _WIKIPEDIA_PASSAGE)
    ]
    test = passages[::_WIKIPEDIA_TEST_EVERY]
    train = [p for i, p in enumerate(passages) if i % _WIKIPEDIA_TEST_EVERY]
    frequency = collections.Counter(itertools.chain.from_iterable(train))
    passages_with = collections.Counter(
        itertools.chain.from_iterable(map(set, train))
    )
    most = _WIKIPEDIA_MAX_SHARE * len(train)
    candidates = [w for w in sorted(frequency) if passages_with[w] <= most]
    candidates.sort(key=frequency.get, reverse=True)
    vocabulary = sorted(candidates[:_WIKIPEDIA_VOCABULARY])
    number = {word: i for i, word in enumerate(vocabulary)}

    def counts(passages, split):
        known = ([number[w] for w in p if w in number] for p in passages)
        return corpus.count(known, len(vocabulary), f"{path.name}, {split}")

    unseen = sum(word not in frequency for passage in test for word in passage)
    return corpus.clean(
        counts(train, "train"),
        counts(test, "test"),
        vocabulary,
        {"unseen_test_words_left_out": unseen},
        path.name,
    )
