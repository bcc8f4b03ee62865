# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""What a fuzz of functions has found, and a file from which it goes on."""

import json
import pathlib
from collections.abc import Sequence

import numpy as np

__all__ = ["Findings", "Journal"]


class Findings:
    """What breaks a bound.

    Attributes:
        worst: The largest error of each check, in eps.
        count: How many points break a bound.
    """

    def __init__(self):
        """There is nothing yet."""
        self.worst: dict[str, float] = {}
        self.count = 0

    def check(
        self,
        what: str,
        error: np.ndarray,
        bound: float,
        arguments: Sequence[np.ndarray],
    ) -> None:
        """Takes the errors, in eps, at the points; no number is a finding."""
        if not error.size:
            return
        error = np.where(np.isnan(error), np.inf, error)
        worst = int(np.argmax(error))
        self._raise(what, float(error[worst]))
        bad = int(np.count_nonzero(error > bound))
        if bad:
            self.count += bad
            point = [
                [float(v).hex() for v in np.ravel(x[worst])] for x in arguments
            ]
            print(f"{what}: {bad} points, {error[worst]:.3g} eps at {point}")

    def add(self, worst: dict[str, float], count: int) -> None:
        """Takes what another found."""
        for what, error in worst.items():
            self._raise(what, error)
        self.count += count

    def _raise(self, what: str, error: float) -> None:
        self.worst[what] = max(self.worst.get(what, 0.0), error)


class Journal:
    """A file with a line for each quantity and seed that has been tried.

    A process that is stopped loses what it tries at that moment; the next one
    of the same command goes on after the last whole line.

    Attributes:
        findings: What the lines found.
        seed: The first seed.
    """

    def __init__(self, path: str | None, seed: int, **what):
        """Opens it, or makes it.

        Args:
            path: The file; None for none.
            seed: The first seed of a new one.
            **what: What has to be the same for the file to be gone on with.

        Raises:
            ValueError: The file is of another campaign, or of none.
        """
        self.findings = Findings()
        self.seed = seed
        self._done: set[tuple[int, str]] = set()
        self._path = None if path is None else pathlib.Path(path)
        if self._path is None:
            return
        if not self._path.exists():
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._write({"seed": seed, **what})
            return
        text = self._path.read_text()
        # What follows the last newline was being written.
        whole = text[: text.rfind("\n") + 1]
        try:
            first, *lines = map(json.loads, whole.splitlines())
            self.seed = first.pop("seed")
            for line in lines:
                self._done.add((line["seed"], line["quantity"]))
                self.findings.add(line["worst"], line["findings"])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"{path} is no file of this program") from error
        if first != what:
            raise ValueError(f"{path} is of a campaign of {first}, not {what}")
        if whole != text:
            self._path.write_text(whole)

    def has(self, seed: int, quantity: str) -> bool:
        """Whether this has been tried."""
        return (seed, quantity) in self._done

    def add(self, seed: int, quantity: str, findings: Findings) -> None:
        """Notes what has been tried and what it found."""
        self.findings.add(findings.worst, findings.count)
        if self._path is not None:
            self._write(
                {
                    "seed": seed,
                    "quantity": quantity,
                    "findings": findings.count,
                    "worst": findings.worst,
                }
            )

    def _write(self, line) -> None:
        with self._path.open("a") as file:
            file.write(json.dumps(line) + "\n")
