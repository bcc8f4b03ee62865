# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Data sets of grey images.

"digits" comes with scikit-learn: 1,797 handwritten digits of 8 x 8 pixels, of
which a fixed random sixth is for testing. "mnist" is read from a folder that
holds either Keras' mnist.npz or the four IDX files of its authors, compressed
or not, or is downloaded into it. Other images come from a file or a folder of
the user's.
"""

import dataclasses
import gzip
import hashlib
import os
import pathlib
import urllib.request
import zipfile

import numpy as np

from experiments.common import errors

__all__ = ["DATASETS", "ImageError", "Images", "load", "read"]

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


class ImageError(errors.UserError, ValueError):
    """A file does not hold what it should."""


@dataclasses.dataclass(frozen=True)
class Images:
    """Images to train on and to test with.

    Attributes:
        train: uint8 `[images, height, width]`.
        test: uint8 `[images, height, width]`.
        test_labels: Integers `[images]`, None if unknown.
    """

    train: np.ndarray
    test: np.ndarray
    test_labels: np.ndarray | None

    def __post_init__(self):
        """Checks what the rest of the program relies on."""
        for name in ("train", "test"):
            images = getattr(self, name)
            if images.dtype != np.uint8 or images.ndim != 3 or not images.size:
                raise ImageError(
                    f"the {name} images must be a uint8 array [images, height, "
                    f"width] that is not empty, got {images.dtype} "
                    f"{list(images.shape)}"
                )
        if self.train.shape[1:] != self.test.shape[1:]:
            raise ImageError(
                f"train images have the size {self.train.shape[1:]}, test "
                f"images {self.test.shape[1:]}"
            )
        if self.test_labels is not None and len(self.test_labels) != len(
            self.test
        ):
            raise ImageError(
                f"{len(self.test)} test images have {len(self.test_labels)} "
                "labels"
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
        ImageError: A file does not hold what it should.
    """
    if name == "digits":
        return _digits()
    if name != "mnist":
        raise ImageError(f"unknown data set {name!r}, known are {DATASETS}")
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
        ImageError: It does not hold what it should.
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
        raise ImageError(f"{path} holds one picture: none is left for testing")
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
        raise ImageError(
            f"{_MNIST_URL} has the SHA-256 {found}, not {_MNIST_SHA256}: it "
            "was not saved"
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    part.write_bytes(content)
    part.replace(path)


def _archive(path: pathlib.Path) -> Images:
    """Reads an .npz file."""
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
    except (EOFError, OSError, ValueError, zipfile.BadZipFile) as error:
        raise ImageError(f"{path} is not an .npz file: {error}") from error
    except TypeError as error:
        # What np.load returns for an .npy file is no context manager.
        raise ImageError(f"{path} is not an .npz file") from error
    missing = [name for name in ("x_train", "x_test") if name not in arrays]
    if missing:
        raise ImageError(
            f"{path} lacks {', '.join(missing)}; it holds {sorted(arrays)}"
        )
    return Images(arrays["x_train"], arrays["x_test"], arrays.get("y_test"))


def _read_idx(path: pathlib.Path) -> np.ndarray:
    """Reads an IDX file of unsigned bytes: magic, sizes, values."""
    opener = gzip.open if path.suffix == ".gz" else open
    try:
        with opener(path, "rb") as file:
            content = file.read()
    except (OSError, EOFError) as error:
        raise ImageError(f"{path} cannot be read: {error}") from error
    if len(content) < 4 or content[:3] != bytes([0, 0, _IDX_UINT8]):
        raise ImageError(f"{path} is not an IDX file of unsigned bytes")
    rank = content[3]
    start = 4 + 4 * rank
    if len(content) >= start:
        shape = np.frombuffer(content[4:start], ">u4")
        values = np.frombuffer(content[start:], np.uint8)
        if values.size == shape.prod(dtype=np.int64):
            return values.reshape(shape)
    raise ImageError(f"{path} is cut short or too long")


def _pictures(folder: pathlib.Path) -> np.ndarray:
    """Reads all pictures of a folder, in the order of their names."""
    # Only folders of pictures need it; matplotlib brings it along.
    import PIL.Image

    paths = sorted(
        p for p in folder.rglob("*") if p.suffix.lower() in _PICTURES
    )
    if not paths:
        raise ImageError(f"{folder} holds no pictures ({' '.join(_PICTURES)})")
    pictures = []
    for path in paths:
        try:
            with PIL.Image.open(path) as picture:
                if picture.mode not in ("1", "L"):
                    raise ImageError(
                        f"{path} is not grey (its mode is {picture.mode})"
                    )
                pictures.append(np.asarray(picture.convert("L")))
        except OSError as error:
            raise ImageError(f"{path} cannot be read: {error}") from error
        if pictures[-1].shape != pictures[0].shape:
            raise ImageError(
                f"{path} has the size {pictures[-1].shape}, {paths[0]} "
                f"{pictures[0].shape}: all must have one"
            )
    return np.stack(pictures)
