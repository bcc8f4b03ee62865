# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Writing and checking of reference tables; shared by the *_reference.py."""

import argparse
import datetime
import os
import random
import time

import numpy as np
from mpmath import mp, mpf

from tests.reference import quadrature

DIGITS = 22
FOLDER = os.path.dirname(os.path.abspath(__file__))


def exact(x):
    """The C99 hexadecimal form of a double, without trailing zeros."""
    text = float(x).hex()
    mantissa, _, exponent = text.partition("p")
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    text = f"{mantissa}p{exponent}"
    assert float.fromhex(text) == float(x)
    return text


def decimal(x):
    """A decimal of DIGITS significant digits."""
    return mp.nstr(x, DIGITS, strip_zeros=False, min_fixed=0, max_fixed=0)


def float32s(values):
    """Rounds to float32 and returns the exactly equal doubles."""
    return [float(np.float32(v)) for v in values]


def neighbours(x, dtype=np.float32):
    """The two neighbours of x in dtype, and x between them."""
    x = dtype(x)
    return [
        float(np.nextafter(x, dtype(-np.inf))),
        float(x),
        float(np.nextafter(x, dtype(np.inf))),
    ]


def unique(points):
    """Drops repeated points, keeping their order."""
    return list(dict.fromkeys(points))


class Table:
    """A reference table: where its points and its values come from.

    Attributes:
      name: file name without the folder.
      inputs: names of the input columns.
      outputs: names of the output columns.
      points: function without arguments that returns a list of input tuples.
      evaluate: function of the inputs (floats) that returns a tuple of mpf.
      verify: function of the inputs that returns the outputs by a second
        method, or None where that method does not reach.
      method: one line for the head of the file.
      float32: whether every input must be a float32.
    """

    def __init__(
        self,
        name,
        inputs,
        outputs,
        points,
        evaluate,
        verify,
        method,
        float32=True,
    ):
        self.name = name
        self.inputs = inputs
        self.outputs = outputs
        self.points = points
        self.evaluate = evaluate
        self.verify = verify
        self.method = method
        self.float32 = float32

    def write(self, script):
        """Computes all rows and writes the file."""
        begin = time.time()
        rows = []
        points = unique(self.points())
        for point in points:
            if self.float32:
                for v in point:
                    assert float(np.float32(v)) == v, (self.name, point)
            values = self.evaluate(*point)
            for v in values:
                assert mp.isfinite(v), (self.name, point, values)
            rows.append(
                [exact(v) for v in point] + [decimal(v) for v in values]
            )
        today = datetime.date.today().isoformat()
        path = os.path.join(FOLDER, self.name)
        with open(path, "w", encoding="ascii") as f:
            f.write(f"# {script}, {DIGITS} digits, {today}, {self.method}\n")
            f.write(",".join(self.inputs + self.outputs) + "\n")
            for row in rows:
                f.write(",".join(row) + "\n")
        size = os.path.getsize(path)
        print(
            f"{self.name}: {len(rows)} rows, {size / 1000:.0f} kB, "
            f"{time.time() - begin:.0f} s",
            flush=True,
        )

    def read(self):
        """Returns the rows of the file: (floats, strings of the outputs)."""
        rows = []
        with open(os.path.join(FOLDER, self.name), encoding="ascii") as f:
            f.readline()
            assert f.readline().strip() == ",".join(self.inputs + self.outputs)
            for line in f:
                cells = line.strip().split(",")
                n = len(self.inputs)
                rows.append(([float.fromhex(c) for c in cells[:n]], cells[n:]))
        return rows

    def check(self, count, generator):
        """Recomputes a random part of the file in two other ways."""
        rows = self.read()
        generator.shuffle(rows)
        with mp.workdps(60):  # The differences are formed in this precision.
            quadrature.set_rule(52, 17)
            self._compare("finer quadrature", rows[:count], self.evaluate)
            quadrature.set_rule(40, 12)
            self._compare("second method", rows, self.verify, count)

    def _compare(self, title, rows, method, limit=None):
        begin = time.time()
        worst = {name: (mpf(0), None) for name in self.outputs}
        done = 0
        for point, outputs in rows:
            values = method(*point)
            if values is None:
                continue
            done += 1
            for name, v, text in zip(
                self.outputs, values, outputs, strict=True
            ):
                if v is None:
                    continue
                want = mpf(text)
                error = abs(v - want)
                if want:
                    error /= abs(want)
                if error > worst[name][0]:
                    worst[name] = (error, point)
            if done == limit:
                break
        print(
            f"{self.name}: {title}, {done} rows, {time.time() - begin:.0f} s",
            flush=True,
        )
        for name, (error, point) in worst.items():
            print(
                f"    {name}: worst relative difference "
                f"{mp.nstr(error, 2)} at {point}",
                flush=True,
            )
        # A table holds 22 digits, so 1e-20 leaves the second method a little
        # room; a double needs 1e-17.
        bad = [n for n, (e, _) in worst.items() if e > mpf(10) ** -20]
        if bad or not done:
            raise ValueError(f"{self.name}: {title} disagrees on {bad}")


def run(script, tables):
    """The command line of a table script."""
    parser = argparse.ArgumentParser(description=script)
    parser.add_argument(
        "--check",
        action="store_true",
        help="recompute a random part by a second method",
    )
    parser.add_argument(
        "--count", type=int, default=40, help="rows of each table to check"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", help="name of one table")
    args = parser.parse_args()
    for t in tables:
        if args.only and args.only != t.name:
            continue
        if args.check:
            t.check(args.count, random.Random(args.seed))
        else:
            t.write(os.path.basename(script))
