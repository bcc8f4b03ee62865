# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
r"""Damages the loaders' files where that reaches code not reached before.

    .venv/bin/pip install atheris
    .venv/bin/python -m tests.experiments.fuzz_coverage --minutes=60

libFuzzer, through Atheris, sees the branches of the readers and of the Python
modules below them, and mutates what took new ones; its inputs stay in --corpus,
from where the next run goes on. A promise that is broken
(`fuzz_loaders.try_input`) is kept in --folder, whose inputs `make fuzz` tries
first. Each loader has an equal part of the time and a process of its own.

Bytes within an archive are mutated unpacked, and packed again: checksums would
stop everything else.
"""

import contextlib
import gzip
import pathlib
import subprocess
import sys

from absl import app, flags

try:
    import atheris
except ModuleNotFoundError:
    atheris = None

# What reads the files; of NumPy, all would be instrumented.
_READERS = ["experiments", "PIL", "gzip", "zipfile"]

with (
    contextlib.nullcontext()
    if atheris is None
    else atheris.instrument_imports(include=_READERS)
):
    from tests.experiments import fuzz_loaders


def places(files: fuzz_loaders.Files) -> list[tuple[str, str | None]]:
    """Where bytes can be replaced: files, and what is packed in them."""
    found: list[tuple[str, str | None]] = []
    for name, content in sorted(files.items()):
        found.append((name, None))
        if name.endswith(".npz"):
            found += [
                (name, member) for member in fuzz_loaders.members(content)
            ]
        elif name.endswith(".gz"):
            found.append((name, ""))
    return found


def content_at(
    files: fuzz_loaders.Files, place: tuple[str, str | None]
) -> bytes:
    """The bytes at a place."""
    name, member = place
    if member is None:
        return files[name]
    if member:
        return fuzz_loaders.members(files[name])[member]
    return gzip.decompress(files[name])


def replaced(
    files: fuzz_loaders.Files, place: tuple[str, str | None], content: bytes
) -> tuple[str, bytes]:
    """Returns the file that holds a place, with other bytes there."""
    name, member = place
    if member:
        whole = fuzz_loaders.members(files[name]) | {member: content}
        return name, fuzz_loaders.packed(whole)
    return name, content if member is None else gzip.compress(content, mtime=0)


def _fuzz(name: str, seconds: int, values) -> None:
    """Fuzzes one loader; libFuzzer ends the process."""
    target = fuzz_loaders.TARGETS[name]
    files = target.make()
    where = places(files)
    keep = pathlib.Path(values.folder)
    corpus = pathlib.Path(values.corpus) / name
    for folder in (keep, corpus):
        folder.mkdir(parents=True, exist_ok=True)
    # The first byte says which place.
    for k, place in enumerate(where):
        (corpus / f"seed{k}").write_bytes(bytes([k]) + content_at(files, place))

    def run(data: bytes) -> None:
        if not data:
            return
        place = where[data[0] % len(where)]
        file, content = replaced(files, place, data[1:])
        try:
            fuzz_loaders.try_input(target, files | {file: content})
        except BaseException:
            (keep / f"{name}+{file}").write_bytes(content)
            raise

    atheris.Setup(
        [
            sys.argv[0],
            f"-max_total_time={seconds}",
            f"-artifact_prefix={keep}/running.",
            "-timeout=60",
            "-rss_limit_mb=4096",
            "-max_len=8192",
            "-print_final_stats=1",
            str(corpus),
        ],
        run,
    )
    atheris.Fuzz()


def main(argv: list[str]) -> None:
    """Fuzzes every loader, or one, for equal times."""
    if len(argv) > 1:
        raise app.UsageError(f"unexpected arguments: {argv[1:]}")
    if atheris is None:
        sys.exit("fuzz_coverage needs Atheris: .venv/bin/pip install atheris")
    values = flags.FLAGS
    fuzz_loaders.expect_small_files()
    names = [values.target] if values.target else list(fuzz_loaders.TARGETS)
    seconds = max(int(60 * values.minutes / len(names)), 1)
    if values.target:
        _fuzz(values.target, seconds, values)
    broken = []
    for name in names:
        command = [sys.executable, "-m", "tests.experiments.fuzz_coverage"]
        command += [f"--target={name}", f"--minutes={seconds / 60}"]
        command += [f"--folder={values.folder}", f"--corpus={values.corpus}"]
        if subprocess.run(command, check=False).returncode:
            broken.append(name)
    print(f"broken: {', '.join(broken) or 'none'}")
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    flags.DEFINE_float("minutes", 20, "How long.", lower_bound=0)
    flags.DEFINE_enum("target", None, list(fuzz_loaders.TARGETS), "Only this.")
    flags.DEFINE_string("folder", "output/fuzz", "Where findings are kept.")
    flags.DEFINE_string("corpus", "output/fuzz_corpus", "libFuzzer's inputs.")
    app.run(main)
