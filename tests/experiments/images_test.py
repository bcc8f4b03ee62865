# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of reading images, on files made here."""

import gzip
import hashlib
import os
import pathlib

import numpy as np
import PIL.Image
import pytest

from experiments.data import files, images

RNG = np.random.default_rng(0)
ARRAYS = {
    "x_train": RNG.integers(0, 256, [5, 4, 3], np.uint8),
    "y_train": RNG.integers(0, 10, 5, np.uint8),
    "x_test": RNG.integers(0, 256, [2, 4, 3], np.uint8),
    "y_test": RNG.integers(0, 10, 2, np.uint8),
}
NAMES = {
    "x_train": "train-images-idx3-ubyte",
    "y_train": "train-labels-idx1-ubyte",
    "x_test": "t10k-images-idx3-ubyte",
    "y_test": "t10k-labels-idx1-ubyte",
}


def idx(array) -> bytes:
    """Returns the IDX format: 0 0 type rank, sizes, values."""
    header = bytes([0, 0, 8, array.ndim])
    return header + np.array(array.shape, ">u4").tobytes() + array.tobytes()


def write_idx(folder, compressed):
    for key, name in NAMES.items():
        content = idx(ARRAYS[key])
        if compressed:
            (folder / f"{name}.gz").write_bytes(gzip.compress(content))
        else:
            (folder / name).write_bytes(content)


def check(data):
    np.testing.assert_array_equal(data.train, ARRAYS["x_train"])
    np.testing.assert_array_equal(data.test, ARRAYS["x_test"])
    np.testing.assert_array_equal(data.test_labels, ARRAYS["y_test"])
    assert data.size == (4, 3)


def test_digits_are_split_in_one_way():
    data = images.load("digits", None)
    assert data.train.shape == (1498, 8, 8)
    assert data.test.shape == (299, 8, 8)
    assert data.train.max() == 255
    assert set(data.test_labels) == set(range(10))
    assert data.sha256() == images.load("digits", None).sha256()


@pytest.mark.parametrize("form", ["npz", "idx", "idx.gz"])
def test_mnist_is_read_in_each_of_its_forms(tmp_path, form):
    if form == "npz":
        np.savez(tmp_path / "mnist.npz", **ARRAYS)
    else:
        write_idx(tmp_path, form == "idx.gz")
    check(images.load("mnist", str(tmp_path)))


def test_missing_files_are_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="MNIST needs --data_dir"):
        images.load("mnist", None)
    with pytest.raises(FileNotFoundError, match=r"no MNIST in .*--download"):
        images.load("mnist", str(tmp_path))
    write_idx(tmp_path, compressed=False)
    (tmp_path / NAMES["x_test"]).unlink()
    with pytest.raises(FileNotFoundError, match="lacks t10k-images-idx3"):
        images.load("mnist", str(tmp_path))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not an IDX file"),
        (b"\0\0\x0d\1\0\0\0\1\0", "not an IDX file of unsigned bytes"),
        (idx(ARRAYS["x_train"])[:-1], "cut short"),
        (idx(ARRAYS["x_train"])[:9], "cut short"),
        (idx(ARRAYS["x_train"]) + b"0", "too long"),
    ],
)
def test_broken_idx_files_are_refused(tmp_path, content, message):
    write_idx(tmp_path, compressed=False)
    (tmp_path / NAMES["x_train"]).write_bytes(content)
    with pytest.raises(files.DataError, match=message):
        images.load("mnist", str(tmp_path))


def test_broken_compression_is_refused(tmp_path):
    write_idx(tmp_path, compressed=True)
    path = tmp_path / f"{NAMES['x_train']}.gz"
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(files.DataError, match=r"\.gz: not an IDX file"):
        images.load("mnist", str(tmp_path))


def test_download_is_checked_and_kept(tmp_path, monkeypatch):
    source = tmp_path / "source.npz"
    np.savez(source, **ARRAYS)
    monkeypatch.setattr(images, "_MNIST_URL", source.as_uri())
    folder = tmp_path / "data"
    with pytest.raises(files.DataError, match="has the SHA-256"):
        images.load("mnist", str(folder), download=True)
    assert not folder.exists()
    digest = hashlib.sha256(source.read_bytes()).hexdigest()
    monkeypatch.setattr(images, "_MNIST_SHA256", digest)
    check(images.load("mnist", str(folder), download=True))
    assert os.listdir(folder) == ["mnist.npz"]
    # The second time it is there.
    source.unlink()
    check(images.load("mnist", str(folder), download=True))


def test_failed_download_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr(images, "_MNIST_URL", (tmp_path / "nowhere").as_uri())
    with pytest.raises(FileNotFoundError, match="in another way"):
        images.load("mnist", str(tmp_path), download=True)


def test_own_archive(tmp_path):
    path = tmp_path / "mine.npz"
    np.savez(path, **ARRAYS)
    check(images.read(str(path)))
    np.savez(path, x_train=ARRAYS["x_train"], x_test=ARRAYS["x_test"])
    assert images.read(str(path)).test_labels is None


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"x_train": ARRAYS["x_train"] / 255}, "uint8 array.*float64"),
        ({"x_train": ARRAYS["x_train"][0]}, r"\[images, height, width\]"),
        ({"x_test": ARRAYS["x_test"][:0]}, "not empty"),
        ({"x_test": ARRAYS["x_test"][:, :2]}, "images have the size"),
        ({"y_test": ARRAYS["y_train"]}, r"labels of 2 .* got uint8 \[5\]"),
        ({"y_test": np.uint8(3)}, r"labels of 2 .* got uint8 \[\]"),
        ({"y_test": np.array(["a", "b"])}, "array of numbers"),
    ],
)
def test_unsuitable_arrays_are_refused(tmp_path, changes, message):
    path = tmp_path / "mine.npz"
    np.savez(path, **ARRAYS | changes)
    with pytest.raises(files.DataError, match=message):
        images.read(str(path))


def test_files_that_are_no_archives_are_refused(tmp_path):
    path = tmp_path / "mine.npz"
    np.savez(path, x=ARRAYS["x_train"])
    with pytest.raises(files.DataError, match="missing: x_train, x_test"):
        images.read(str(path))
    for content in (b"", b"hello", b"PK\3\4"):
        path.write_bytes(content)
        with pytest.raises(files.DataError, match="not an npz file"):
            images.read(str(path))
    np.save(tmp_path / "mine.npy", ARRAYS["x_train"])
    with pytest.raises(files.DataError, match="not an npz file"):
        images.read(str(tmp_path / "mine.npy"))
    with pytest.raises(FileNotFoundError, match="does not exist"):
        images.read(str(tmp_path / "none"))


def write_pictures(folder: pathlib.Path, arrays):
    folder.mkdir(parents=True, exist_ok=True)
    for i, array in enumerate(arrays):
        PIL.Image.fromarray(array).save(folder / f"{i:02}.png")


def test_folder_of_pictures(tmp_path):
    pictures = RNG.integers(0, 256, [20, 6, 5], np.uint8)
    write_pictures(tmp_path / "one", pictures)
    data = images.read(str(tmp_path / "one"))
    assert data.train.shape == (18, 6, 5)
    both = np.concatenate([data.train, data.test])
    assert {p.tobytes() for p in both} == {p.tobytes() for p in pictures}
    write_pictures(tmp_path / "two" / "train", pictures[:7])
    write_pictures(tmp_path / "two" / "test", pictures[7:])
    data = images.read(str(tmp_path / "two"))
    np.testing.assert_array_equal(data.train, pictures[:7])
    np.testing.assert_array_equal(data.test, pictures[7:])


def test_unsuitable_pictures_are_refused(tmp_path):
    tmp_path = tmp_path / "pictures"
    tmp_path.mkdir()
    with pytest.raises(files.DataError, match="holds no pictures"):
        images.read(str(tmp_path))
    write_pictures(tmp_path, RNG.integers(0, 256, [1, 4, 4], np.uint8))
    with pytest.raises(files.DataError, match="holds one picture"):
        images.read(str(tmp_path))
    PIL.Image.new("L", (5, 4)).save(tmp_path / "b.png")
    with pytest.raises(files.DataError, match=r"b\.png has the size"):
        images.read(str(tmp_path))
    PIL.Image.new("RGB", (4, 4)).save(tmp_path / "b.png")
    with pytest.raises(files.DataError, match="is not grey"):
        images.read(str(tmp_path))
    (tmp_path / "b.png").write_bytes(b"no picture")
    with pytest.raises(files.DataError, match=r"b\.png: not a picture"):
        images.read(str(tmp_path))
