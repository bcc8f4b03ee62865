# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""The front through which every data file is read, trusted or not.

Whatever is wrong with a file, the error is a `DataError` that names the file,
the place in it, and what to do. Sizes are bounded before memory is taken: by
half of this machine's memory, and by how much a compressed file can hold.
"""

import contextlib
import gzip
import math
import os
import pathlib
import zipfile
from collections.abc import Iterator, Sequence
from typing import BinaryIO

import numpy as np

from experiments.common import errors

__all__ = [
    "NPY_HEADERS",
    "DataError",
    "budget",
    "check_size",
    "read_lines",
    "read_npz",
    "reading",
    "unpacked",
]

# More bytes than that in one of a compressed file are a bomb, not data: counts
# and images shrink by a factor of 2 to 10, a file of zeros by 1000.
_MAX_RATIO = 250
# Of files so small the ratio does not matter.
_HARMLESS = 1 << 24

_AGAIN = "Fetch or write the file again"

# Readers of the headers that numpy writes, by version.
NPY_HEADERS = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}

# Characters of a message: more than a path has.
_LONGEST = 5000


class DataError(errors.UserError, ValueError):
    """A data set is not known, or its files do not hold what they should."""

    def __init__(self, message: str):
        """Takes what to say; of what a file holds, what is no text is escaped.

        Args:
            message: It may quote a file, whose names and words can be of any
                length and command a terminal.
        """
        if len(message) > _LONGEST:
            message = f"{message[: _LONGEST - 500]} ... {message[-500:]}"
        super().__init__(
            "".join(
                c if c.isprintable() else c.encode("unicode_escape").decode()
                for c in message
            )
        )


@contextlib.contextmanager
def reading(path: pathlib.Path, form: str, remedy: str = _AGAIN) -> Iterator:
    """Turns every failure to read a file into a `DataError`.

    Args:
        path: The file.
        form: What it should be, with an article: "an npz file".
        remedy: What the user can do.
    """
    try:
        yield
    except errors.UserError:
        # It says more than can be said here.
        raise
    # Readers of a dozen formats, of which each fails in a dozen ways: any
    # failure means that the file is not what it should be.
    except Exception as error:
        reason = str(error) or type(error).__name__
        raise DataError(
            f"{path}: not {form}: {reason.splitlines()[0]}. {remedy}"
        ) from error


def budget() -> int:
    """Returns how many bytes a data set may take: half of the memory."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2


def check_size(size: int, packed: int, place: str) -> None:
    """Refuses to unpack what cannot be data.

    Args:
        size: Bytes that are to be taken.
        packed: Bytes on disk that they come from.
        place: Names the file and the place in it.

    Raises:
        DataError: There is not enough memory, or it is a decompression bomb.
    """
    if size > budget():
        raise DataError(
            f"{place}: {size} bytes are more than half of this machine's "
            "memory: take a smaller data set or a larger machine"
        )
    if size > max(_HARMLESS, _MAX_RATIO * packed):
        raise DataError(
            f"{place}: {size} bytes are packed into {packed}, which no data "
            f"are: {_AGAIN[0].lower()}{_AGAIN[1:]}"
        )


@contextlib.contextmanager
def unpacked(path: pathlib.Path) -> Iterator[BinaryIO]:
    """Opens a file, through gzip where its name ends in .gz."""
    with path.open("rb") as raw:
        yield gzip.GzipFile(fileobj=raw) if path.suffix == ".gz" else raw


def read_lines(path: pathlib.Path) -> list[str]:
    """Reads lines of UTF-8; names the one that is not.

    Raises:
        errors.MissingFileError: There is no such file.
        DataError: It is not text.
    """
    if not path.is_file():
        raise errors.MissingFileError(f"there is no file {path}")
    with reading(path, "a text file"):
        check_size(path.stat().st_size, path.stat().st_size, str(path))
        lines = []
        for number, line in enumerate(path.read_bytes().splitlines(), start=1):
            try:
                lines.append(line.decode("utf-8"))
            except UnicodeDecodeError as error:
                raise DataError(
                    f"{path}:{number}: not UTF-8: {error.reason}. Save the "
                    "file as UTF-8"
                ) from error
    return lines


def read_npz(
    path: pathlib.Path, names: Sequence[str], optional: Sequence[str] = ()
) -> dict[str, np.ndarray]:
    """Reads arrays of numbers and texts from an npz file.

    Args:
        path: The file.
        names: The arrays that must be there.
        optional: Arrays that may be there.

    Raises:
        errors.MissingFileError: There is no such file.
        DataError: The file or an array is damaged, missing or too large.
    """
    if not path.is_file():
        raise errors.MissingFileError(f"there is no file {path}")
    arrays, total = {}, 0
    with reading(path, "an npz file"), zipfile.ZipFile(path) as archive:
        there = {info.filename: info for info in archive.infolist()}
        missing = [name for name in names if f"{name}.npy" not in there]
        if missing:
            held = sorted(name.removesuffix(".npy") for name in there)
            raise DataError(
                f"{path}: array missing: {', '.join(missing)}; it holds "
                f"{', '.join(held)[:200] or 'none'}"
            )
        for name in (*names, *optional):
            info = there.get(f"{name}.npy")
            if info is None:
                continue
            place = f"{path}: array {name}"
            total += info.file_size
            check_size(total, path.stat().st_size, place)
            with archive.open(info) as file:
                arrays[name] = _read_npy(file, info.file_size, place)
    return arrays


def _read_npy(file: BinaryIO, size: int, place: str) -> np.ndarray:
    """Reads an array of `size` bytes, header included."""
    version = np.lib.format.read_magic(file)
    if version not in NPY_HEADERS:
        raise DataError(f"{place}: unknown npy version {version}. {_AGAIN}")
    shape, fortran, dtype = NPY_HEADERS[version](file)
    if dtype.hasobject:
        raise DataError(
            f"{place}: Python objects, which can hold programs; save it as "
            "numbers or one string"
        )
    wanted = math.prod(shape) * dtype.itemsize
    present = size - file.tell()
    if wanted != present:
        raise DataError(
            f"{place}: {dtype} {list(shape)} needs {wanted} bytes, but "
            f"{present} are there. {_AGAIN}"
        )
    content = file.read(wanted)
    # To its end, where the checksum is compared.
    if len(content) != wanted or file.read(1):
        raise DataError(f"{place}: cut short. {_AGAIN}")
    array = np.frombuffer(content, dtype) if wanted else np.zeros(shape, dtype)
    return array.reshape(shape, order="F" if fortran else "C")
