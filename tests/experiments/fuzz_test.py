# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""A short turn of `fuzz_loaders`: the same damaged files in every run."""

import pytest

from experiments.data import rcv1_corpus
from tests.experiments import fuzz_coverage, fuzz_loaders


@pytest.mark.parametrize("name", fuzz_loaders.TARGETS)
def test_damaged_files_are_refused_or_read_as_promised(name, monkeypatch):
    numbers = dict.fromkeys(rcv1_corpus._DOCUMENTS, 2)
    monkeypatch.setattr(rcv1_corpus, "_DOCUMENTS", numbers)
    target = fuzz_loaders.TARGETS[name]
    # Undamaged, they are read.
    fuzz_loaders.try_input(target, target.make())
    fuzz_loaders.campaign(name, examples=60, seed=0)


def test_a_loader_that_breaks_is_found():
    def load(folder):
        if b"fish" not in (folder / "0.txt").read_bytes():
            raise IndexError

    broken = fuzz_loaders.Target(load, fuzz_loaders.TARGETS["text"].make)
    fuzz_loaders.try_input(broken, broken.make())
    with pytest.raises(IndexError):
        fuzz_loaders.try_input(broken, broken.make() | {"0.txt": b"cat"})


@pytest.mark.parametrize("name", fuzz_loaders.TARGETS)
def test_places_of_files_are_replaced(name):
    target = fuzz_loaders.TARGETS[name]
    files = target.make()
    places = fuzz_coverage.places(files)
    assert {file for file, _ in places} == files.keys()
    for place in places:
        content = fuzz_coverage.content_at(files, place)
        file, same = fuzz_coverage.replaced(files, place, content)
        again = fuzz_coverage.content_at({file: same}, place)
        assert again == content and file == place[0]
        _, other = fuzz_coverage.replaced(files, place, b"other")
        assert fuzz_coverage.content_at({file: other}, place) == b"other"
