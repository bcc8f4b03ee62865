# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Data sets of grey images.

"digits" comes with scikit-learn: 1,797 handwritten digits of 8 x 8 pixels, of
which a fixed random sixth is for testing. "mnist" is read from a folder that
holds either Keras' mnist.npz or the four IDX files of its authors, compressed
or not, or is downloaded into it. Other images come from a file or a folder of
the user's.
"""

import contextlib
import dataclasses
import hashlib
import math
import os
import pathlib
import urllib.request
from collections.abc import Iterator

import numpy as np

from experiments.common import errors
from experiments.data import files
from experiments.data.files import DataError

__all__ = ["DATASETS", "Images", "load", "read"]

DATASETS = ("digits", "mnist")

_MNIST_URL = (
    "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz"
)
# Of that file, as Keras itself checks it.
_MNIST_SHA256 = (
    "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"
)
_DOWNLOAD_SECONDS = 60

_IDX_FILES = {
    "x_train": "train-images-idx3-ubyte",
    "y_train": "train-labels-idx1-ubyte",
    "x_test": "t10k-images-idx3-ubyte",
    "y_test": "t10k-labels-idx1-ubyte",
}
# "Unsigned byte" in the third byte of an IDX file.
_IDX_UINT8 = 8

_PICTURES = (".bmp", ".jpeg", ".jpg", ".pgm", ".png", ".tif", ".tiff")


@dataclasses.dataclass(frozen=True)
class Images:
    """Images to train on and to test with.

    Attributes:
        train: uint8 `[images, height, width]`.
        test: uint8 `[images, height, width]`.
        test_labels: Numbers `[images]`, None if unknown.
    """

    train: np.ndarray
    test: np.ndarray
    test_labels: np.ndarray | None

    def __post_init__(self):
        """Checks what the rest of the program relies on."""
        for name in ("train", "test"):
            images = getattr(self, name)
            if images.dtype != np.uint8 or images.ndim != 3 or not images.size:
                raise DataError(
                    f"the {name} images must be a uint8 array [images, height, "
                    f"width] that is not empty, got {images.dtype} "
                    f"{list(images.shape)}"
                )
        if self.train.shape[1:] != self.test.shape[1:]:
            raise DataError(
                f"train images have the size {self.train.shape[1:]}, test "
                f"images {self.test.shape[1:]}"
            )
        labels = self.test_labels
        if labels is not None and (
            labels.shape != self.test.shape[:1]
            or labels.dtype.kind not in "biuf"
        ):
            raise DataError(
                f"the labels of {len(self.test)} test images must be an array "
                f"of numbers [{len(self.test)}], got {labels.dtype} "
                f"{list(labels.shape)}"
            )

    @property
    def size(self) -> tuple[int, int]:
        """Height and width."""
        return self.train.shape[1:]

    def sha256(self) -> str:
        """Returns a fingerprint of the pixels."""
        digest = hashlib.sha256(str(self.train.shape).encode())
        digest.update(np.ascontiguousarray(self.train))
        digest.update(np.ascontiguousarray(self.test))
        return digest.hexdigest()


def load(name: str, data_dir: str | None, download: bool = False) -> Images:
    """Loads a data set.

    Args:
        name: One of `DATASETS`.
        data_dir: Folder with the files of MNIST.
        download: Whether to download them if they are not there.

    Raises:
        errors.MissingFileError: There are no such files.
        DataError: A file does not hold what it should.
    """
    if name == "digits":
        return _digits()
    if name != "mnist":
        raise DataError(f"unknown data set {name!r}, known are {DATASETS}")
    if data_dir is None:
        raise errors.MissingFileError(
            "MNIST needs --data_dir (or TF_IMPLICIT_DATA_DIR), a folder with "
            "mnist.npz or the four IDX files; --download fetches the former "
            "into it"
        )
    folder = pathlib.Path(data_dir)
    archive = folder / "mnist.npz"
    idx = {
        key: path
        for key, stem in _IDX_FILES.items()
        for path in (folder / stem, folder / f"{stem}.gz")
        if path.exists()
    }
    if download and not archive.exists() and len(idx) < len(_IDX_FILES):
        _download(archive)
    if archive.exists():
        return _archive(archive)
    if not idx:
        raise errors.MissingFileError(
            f"no MNIST in --data_dir={folder}: it holds neither mnist.npz nor "
            f"{_IDX_FILES['x_train']}(.gz); --download fetches the former"
        )
    missing = [_IDX_FILES[key] for key in _IDX_FILES if key not in idx]
    if missing:
        raise errors.MissingFileError(f"{folder} lacks {', '.join(missing)}")
    arrays = {key: _read_idx(path) for key, path in idx.items()}
    with _of(folder):
        return Images(arrays["x_train"], arrays["x_test"], arrays["y_test"])


def read(path: str) -> Images:
    """Reads the user's own images.

    Args:
        path: An .npz file with `x_train` and `x_test` (and maybe `y_test`), or
            a folder of grey pictures of one size. Of a folder, the subfolders
            `train` and `test` are what they say; without them a fixed random
            tenth of the pictures is for testing.

    Raises:
        errors.MissingFileError: There is no such file.
        DataError: It does not hold what it should.
    """
    place = pathlib.Path(path)
    if not place.exists():
        raise errors.MissingFileError(f"--data={path} does not exist")
    if place.is_file():
        return _archive(place)
    if (place / "train").is_dir() and (place / "test").is_dir():
        return Images(
            _pictures(place / "train"), _pictures(place / "test"), None
        )
    pictures = _pictures(place)
    if len(pictures) < 2:
        raise DataError(f"{path} holds one picture: none is left for testing")
    train, test = _split(len(pictures), max(1, len(pictures) // 10))
    return Images(pictures[train], pictures[test], None)


def _split(count: int, tests: int) -> tuple[np.ndarray, np.ndarray]:
    """Returns which to train on and which to test with, always the same."""
    order = np.random.default_rng(0).permutation(count)
    return np.sort(order[tests:]), np.sort(order[:tests])


def _digits() -> Images:
    # Only this data set needs the package.
    import sklearn.datasets

    data = sklearn.datasets.load_digits()
    # Integers 0 to 16.
    pixels = np.round(data.images * (255 / 16)).astype(np.uint8)
    train, test = _split(len(pixels), len(pixels) // 6)
    return Images(pixels[train], pixels[test], data.target[test])


def _download(path: pathlib.Path) -> None:
    """Downloads Keras' archive, or leaves nothing behind."""
    print(f"downloading {_MNIST_URL}", flush=True)
    try:
        with urllib.request.urlopen(
            _MNIST_URL, timeout=_DOWNLOAD_SECONDS
        ) as answer:
            content = answer.read()
    except OSError as error:
        raise errors.MissingFileError(
            f"{_MNIST_URL} cannot be downloaded ({error}): get mnist.npz or "
            f"the four IDX files in another way, and put them into "
            f"--data_dir={path.parent}"
        ) from error
    found = hashlib.sha256(content).hexdigest()
    if found != _MNIST_SHA256:
        raise DataError(
            f"{_MNIST_URL} has the SHA-256 {found}, not {_MNIST_SHA256}: it "
            "was not saved"
        )
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    with errors.writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(content)
        part.replace(path)


def _archive(path: pathlib.Path) -> Images:
    """Reads an .npz file."""
    arrays = files.read_npz(path, ("x_train", "x_test"), ("y_test",))
    with _of(path):
        return Images(arrays["x_train"], arrays["x_test"], arrays.get("y_test"))


@contextlib.contextmanager
def _of(path: pathlib.Path) -> Iterator[None]:
    """Says whose images are not what they should be."""
    try:
        yield
    except DataError as error:
        raise DataError(f"{path}: {error}") from error


def _read_idx(path: pathlib.Path) -> np.ndarray:
    """Reads an IDX file of unsigned bytes: magic, sizes, values."""
    with files.reading(path, "an IDX file"), files.unpacked(path) as file:
        magic = file.read(4)
        if len(magic) < 4 or magic[:3] != bytes([0, 0, _IDX_UINT8]):
            raise DataError(
                f"{path} is not an IDX file of unsigned bytes: fetch it again"
            )
        sizes = file.read(4 * magic[3])
        if len(sizes) < 4 * magic[3]:
            raise DataError(f"{path} is cut short: fetch it again")
        shape = np.frombuffer(sizes, ">u4").tolist()
        wanted = math.prod(shape)
        place = f"{path}: {shape} images"
        files.check_size(wanted, path.stat().st_size, place)
        values = file.read(wanted)
        if len(values) < wanted or file.read(1):
            raise DataError(
                f"{path} is cut short or too long: its head says {shape}. "
                "Fetch it again"
            )
        return np.frombuffer(values, np.uint8).reshape(shape)


def _pictures(folder: pathlib.Path) -> np.ndarray:
    """Reads all pictures of a folder, in the order of their names."""
    # Only folders of pictures need it; matplotlib brings it along.
    import PIL.Image

    paths = sorted(
        path
        for path in folder.rglob("*")
        if path.suffix.lower() in _PICTURES and path.is_file()
    )
    if not paths:
        raise DataError(f"{folder} holds no pictures ({' '.join(_PICTURES)})")
    pictures = []
    for path in paths:
        with (
            files.reading(path, "a picture"),
            PIL.Image.open(path) as picture,
        ):
            if picture.mode not in ("1", "L"):
                raise DataError(
                    f"{path} is not grey (its mode is {picture.mode}): convert "
                    "it"
                )
            size = picture.size[::-1]
            if pictures and size != pictures[0].shape:
                raise DataError(
                    f"{path} has the size {size}, {paths[0]} "
                    f"{pictures[0].shape}: all must have one"
                )
            # Twice: once more when they are stacked.
            needed = 2 * len(paths) * math.prod(size)
            files.check_size(needed, needed, str(folder))
            files.check_size(math.prod(size), path.stat().st_size, str(path))
            pictures.append(np.asarray(picture.convert("L")))
    return np.stack(pictures)
