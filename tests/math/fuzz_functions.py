# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
r"""Functions, densities, entropies and divergences at millions of points.

    python -m tests.math.fuzz_functions --count=1000000
    python -m tests.math.fuzz_functions --hours=8 --only=betainc
    python -m tests.math.fuzz_functions --count=1000000000 \
        --journal=output/fuzz/functions.jsonl

Each quantity of the accuracy study (`experiments.studies.law_speed`) is
evaluated at random points of its whole domain, a million at a time, --count of
each and then, while the time of --hours lasts, as many again. With --journal
the same command, after it was stopped, goes on with the million it was at.

float32     against its own float64, at the same points: value and gradient
truth       float64 against the script that makes the reference table, another
            method in 70 digits and more, at --truths of the points
monotone    distribution functions do not fall where the argument rises
sum         a distribution function and its complement are 1 together
mirror      I(a, b, x) = 1 - I(b, a, 1 - x)
inverse     F(Q(p)) = p
equal       the divergence of equal laws is 0, and no other is negative

Errors are relative to what the study states (`law_quantity.Quantity.scale`),
those of the log densities of Dirichlet and Gamma to what the docstrings state.
What breaks a bound is printed with its arguments in hexadecimal, and the exit
status is 1. It takes about two minutes on an idle core.
"""

import importlib
import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import tensorflow as tf
import tqdm
from absl import app, flags

import tf_implicit as tfi
from experiments.studies import law_errors, law_speed
from experiments.studies.law_quantity import Quantity
from tests.math.fuzz_findings import Findings, Journal

# In eps: values; derivatives; what one ULP of an argument may turn around.
_BOUND = 16
_SLOPE_BOUND = 32
# By table, of values in float32: what the docstrings promise beyond _BOUND.
_FLOAT32_BOUNDS = {"dirichlet_log_prob": 24}
_CHUNK = 1_000_000

_SCRIPTS = (
    "beta_density",
    "betainc",
    "dirichlet",
    "gamma_law",
    "igamma",
    "von_mises_density",
)

Arrays = Sequence[np.ndarray]


def shapes(rng: np.random.Generator, n: int) -> np.ndarray:
    """Concentrations: from 1e-6 to 1e10, an eighth of them next to 1."""
    a = 10 ** rng.uniform(-6, 10, n)
    near = 1 + rng.choice([-1, 1], n) * 10 ** rng.uniform(-7, -1, n)
    return np.where(rng.uniform(size=n) < 1 / 8, near, a)


def _near(rng, x):
    """X times 1 plus what is 1e-7 to 1, for pairs close to each other."""
    step = rng.choice([-0.5, 1], x.shape) * 10 ** rng.uniform(-7, 0, x.shape)
    return x * (1 + step)


def gamma_points(rng, n):
    """Concentrations, and points up to 30 deviations out, or anywhere."""
    a = shapes(rng, n)
    score = rng.uniform(-30, 30, n) / np.sqrt(a)
    x = a * np.exp(np.clip(score, -60, 4))
    far = 10 ** rng.uniform(-30, 11, n)
    return a, np.where(rng.uniform(size=n) < 1 / 4, far, x)


def beta_points(rng, n):
    """Concentrations and points up to 1/2, as the table has them."""
    a, b = shapes(rng, n), shapes(rng, n)
    spread = np.sqrt(1 / a + 1 / b)
    logit = np.log(a / b) + np.clip(rng.uniform(-30, 30, n) * spread, -60, 60)
    far = 10 ** rng.uniform(-30, 0, n) / 2
    x = 1 / (1 + np.exp(-np.clip(logit, -69, 69)))
    swap = x > 0.5
    x = np.where(swap, 1 / (1 + np.exp(np.clip(logit, -69, 69))), x)
    a, b = np.where(swap, b, a), np.where(swap, a, b)
    return a, b, np.where(rng.uniform(size=n) < 1 / 4, far, x)


def student_points(rng, n):
    """Degrees of freedom from 0.01, and points of all sizes."""
    return 10 ** rng.uniform(-2, 10, n), _signed(rng, n, -6, 6)


def _signed(rng, n, low, high):
    return rng.choice([-1, 1], n) * 10 ** rng.uniform(low, high, n)


def _angles(rng, n):
    k = 10 ** rng.uniform(-6, 10, n)
    z = np.clip(rng.uniform(-20, 20, n) / np.sqrt(k), -3.14, 3.14)
    return z, k


def _pairs(laws):
    """Parameters of two laws, half of them close."""

    def points(rng, n):
        first = [shapes(rng, n) for _ in range(laws)]
        close = rng.uniform(size=n) < 1 / 2
        second = [np.where(close, _near(rng, x), shapes(rng, n)) for x in first]
        return *first, *second

    return points


def _von_mises_pairs(rng, n):
    k, m = _pairs(1)(rng, n)
    return _signed(rng, n, -6, 0.49), k, m


def _rows(laws, samples=False):
    """Dirichlet laws of three components."""

    def points(rng, n):
        pairs = _pairs(3)(rng, max(n // 3, 1))
        first, second = np.stack(pairs[:3], -1), np.stack(pairs[3:], -1)
        if samples:
            x = np.maximum(rng.gamma(first), 1e-30)
            return first, x / x.sum(axis=-1, keepdims=True)
        return (first, second)[:laws]

    return points


# By the name of the reference table.
POINTS: dict[str, Callable[..., Arrays]] = {
    "polygamma": lambda rng, n: [shapes(rng, n)],
    "igamma": gamma_points,
    "betainc": beta_points,
    "student_t_cdf": student_points,
    "student_t_log_prob": student_points,
    "student_t_entropy": lambda rng, n: [10 ** rng.uniform(-2, 10, n)],
    "gamma_log_prob": lambda rng, n: (
        lambda a, x, b: (a, b, np.clip(x / b, 1e-30, 1e30))
    )(*gamma_points(rng, n), 10 ** rng.uniform(-6, 6, n)),
    "inverse_gamma_log_prob": lambda rng, n: (
        lambda a, x, b: (a, b, np.clip(b / x, 1e-30, 1e30))
    )(*gamma_points(rng, n), 10 ** rng.uniform(-6, 6, n)),
    "beta_log_prob": beta_points,
    "von_mises_log_prob": _angles,
    "gamma_entropy": lambda rng, n: (
        shapes(rng, n),
        10 ** rng.uniform(-6, 6, n),
    ),
    "beta_entropy": lambda rng, n: (shapes(rng, n), shapes(rng, n)),
    "von_mises_entropy": lambda rng, n: [10 ** rng.uniform(-6, 10, n)],
    "gamma_divergence": _pairs(2),
    "beta_divergence": _pairs(2),
    "von_mises_divergence": _von_mises_pairs,
    "dirichlet_log_prob": _rows(2, samples=True),
    "dirichlet_entropy": _rows(1),
    "dirichlet_divergence": _rows(2),
}

# Quantiles: the distribution function and its complement.
INVERSES = {
    "igammainv(a, p)": (tfi.math.igamma, tfi.math.igammac),
    "betaincinv(a, b, p)": (tfi.math.betainc, tfi.math.betaincc),
}


def quantities(only: str) -> list[Quantity]:
    """Those whose name the regular expression finds."""
    return [
        q
        for q in law_speed.QUANTITIES
        if re.search(only, f"{q.law} {q.name}") and q.table in POINTS
    ]


def _call(quantity, arguments, dtype):
    """Value and derivatives, float64."""
    ready = law_errors.prepare(
        "ours",
        quantity.functions["ours"],
        [x.astype(dtype) for x in arguments],
        bool(quantity.slopes),
    )
    y, slopes = ready()
    return np.asarray(y, np.float64), [
        np.asarray(g, np.float64) for g in slopes
    ]


def _scale(quantity, columns, arguments, slopes) -> np.ndarray:
    """What the error of the value is relative to."""
    scale = law_errors.scale(quantity, columns, arguments, slopes)
    # Logarithms that are not in the value where they cancel.
    if quantity.table == "dirichlet_log_prob":
        a = arguments[0]
        return np.fmax(scale, a.shape[-1] * np.log1p(a.sum(axis=-1)) / 16)
    if quantity.table in ("gamma_log_prob", "inverse_gamma_log_prob"):
        return np.fmax(scale, np.abs(np.log(arguments[1])))
    return scale


def _float32(quantity, findings, arguments) -> None:
    narrow, slopes = _call(quantity, arguments, np.float32)
    wide, wide_slopes = _call(quantity, arguments, np.float64)
    columns = dict(zip(quantity.inputs, arguments, strict=True))
    limits = np.finfo(np.float32)
    scale = _scale(
        quantity, columns | {quantity.value: wide}, arguments, wide_slopes
    )
    fits = (np.abs(wide) > limits.tiny) & (np.abs(wide) < limits.max)
    with np.errstate(all="ignore"):
        error = np.abs(narrow - wide) / (scale * limits.eps)
    name = f"{quantity.law} {quantity.name}".strip()
    findings.check(
        f"{name}: float32",
        error[fits],
        _FLOAT32_BOUNDS.get(quantity.table, _BOUND),
        [x[fits] for x in arguments],
    )
    for y in (narrow, wide):
        findings.check(
            f"{name}: NaN", np.where(np.isnan(y), np.inf, 0.0), 1, arguments
        )
    if quantity.slopes:
        terms = law_errors.slope_scale(quantity, arguments, wide_slopes)
        errors = [
            np.abs(x * (g - d)).reshape(len(x), -1)
            for x, g, d in zip(arguments, slopes, wide_slopes, strict=True)
        ]
        sizes = [np.abs(d).reshape(len(d), -1) for d in wide_slopes]
        size = np.concatenate(sizes, -1).max(-1)
        fits = (
            (terms > limits.tiny) & (size < limits.max) & (terms < limits.max)
        )
        error = np.concatenate(errors, -1).max(-1)[fits]
        findings.check(
            f"{name}: float32 gradient",
            error / (terms[fits] * limits.eps),
            _SLOPE_BOUND,
            [x[fits] for x in arguments],
        )


def _tables():
    return {
        t.name.removesuffix(".csv"): t
        for name in _SCRIPTS
        for t in importlib.import_module(
            f"tests.reference.{name}_reference"
        ).TABLES
    }


def _truth(quantity, findings, arguments, tables) -> None:
    table = tables[quantity.table]
    y, slopes = _call(quantity, arguments, np.float64)
    width = len(table.inputs) // len(arguments)
    rows, reached = [], np.ones(len(y), bool)
    for i in range(len(y)):
        point = []
        for x in arguments:
            row = np.ravel(x[i]).tolist()
            point += row + [0.0] * (width - len(row)) * (x.ndim > 1)
        try:
            rows.append([float(v) for v in table.evaluate(*point)])
        except AssertionError:
            # The script's own check: it does not reach so far out.
            rows.append([np.nan] * len(table.outputs))
            reached[i] = False
    truths = dict(zip(table.outputs, np.transpose(rows), strict=True))
    want = truths[quantity.value]
    scale = _scale(
        quantity,
        dict(zip(quantity.inputs, arguments, strict=True)) | truths,
        arguments,
        # Ours: the scale needs no more than a digit.
        slopes,
    )
    fits = reached & (np.abs(want) > np.finfo(np.float64).tiny)
    with np.errstate(all="ignore"):
        error = np.abs(y - want) / (scale * np.finfo(np.float64).eps)
    findings.check(
        f"{quantity.law} {quantity.name}: truth".strip(),
        error[fits],
        _BOUND,
        [x[fits] for x in arguments],
    )


def _monotone(quantity, findings, arguments) -> None:
    *first, x = arguments
    rng = np.random.default_rng(len(x))
    step = 10 ** rng.uniform(-16, -1, len(x))
    sign = -1 if quantity.value.endswith("upper") else 1
    for dtype in (np.float32, np.float64):
        low = x.astype(dtype)
        high = np.maximum(
            np.nextafter(low, dtype(np.inf)),
            (low + np.abs(low) * step).astype(dtype),
        )
        if quantity.table == "betainc":
            high = np.minimum(high, dtype(0.5))
        y, _ = _call(quantity, [*first, low], dtype)
        z, _ = _call(quantity, [*first, high], dtype)
        size = np.maximum(np.abs(y), np.finfo(dtype).tiny)
        fall = np.maximum(sign * (y - z), 0) / (size * np.finfo(dtype).eps)
        name = f"{quantity.law} {quantity.name}: monotone {dtype.__name__}"
        # A function that is flat may turn by its error, once at each end.
        findings.check(name, fall, 2 * _BOUND, arguments)


def _sum(findings, name, lower, upper, arguments) -> None:
    for dtype in (np.float32, np.float64):
        x = [tf.constant(v.astype(dtype)) for v in arguments]
        both = np.float64(lower(*x)) + np.float64(upper(*x))
        error = np.abs(both - 1) / np.finfo(dtype).eps
        findings.check(
            f"{name}: sum {dtype.__name__}", error, _BOUND, arguments
        )


def _mirror(findings, arguments) -> None:
    a, b, x = arguments
    # 1 - x is exact for multiples of 2^-24 (float32).
    x = np.round(x * 2**24) / 2**24
    for dtype in (np.float32, np.float64):
        left = tfi.math.betainc(*(v.astype(dtype) for v in (a, b, x)))
        right = tfi.math.betaincc(*(v.astype(dtype) for v in (b, a, 1 - x)))
        left, right = np.float64(left), np.float64(right)
        size = np.maximum(np.abs(right), np.finfo(dtype).tiny)
        error = np.abs(left - right) / (size * np.finfo(dtype).eps)
        name = f"Beta betainc: mirror {dtype.__name__}"
        findings.check(name, error, 2 * _BOUND, (a, b, x))


def _inverse(quantity, findings, rng, n) -> None:
    lower, upper = INVERSES[quantity.name]
    count = len(quantity.inputs) - 1
    parameters = [shapes(rng, n) for _ in range(count)]
    p = rng.uniform(size=n)
    p = np.where(rng.uniform(size=n) < 0.5, p, 10 ** rng.uniform(-12, 0, n))
    for dtype in (np.float32, np.float64):
        shape = [v.astype(dtype) for v in parameters]
        q = p.astype(dtype)
        x = np.asarray(quantity.functions["ours"](*shape, q))
        info = np.finfo(dtype)
        # Quantiles that underflow or round to 1 cannot invert.
        inside = (x > info.tiny) & (x < info.max)
        if "beta" in quantity.name:
            inside &= x < 1
        below, above = np.nextafter(x, dtype(0)), np.nextafter(x, dtype(1e38))
        if "beta" in quantity.name:
            above = np.minimum(above, dtype(1))
        # Within a ULP of the quantile, or within 16 eps of the lesser tail.
        short = np.where(
            q < 0.5,
            np.float64(lower(*shape, below)) - q,
            (1 - q) - np.float64(upper(*shape, below)),
        )
        beyond = np.where(
            q < 0.5,
            q - np.float64(lower(*shape, above)),
            np.float64(upper(*shape, above)) - (1 - q),
        )
        size = np.maximum(np.minimum(q, 1 - q), info.tiny).astype(np.float64)
        error = np.maximum(np.maximum(short, beyond), 0) / (size * info.eps)
        findings.check(
            f"{quantity.name}: inverse {dtype.__name__}",
            error[inside],
            _BOUND,
            [v[inside] for v in (*parameters, p)],
        )


def _equal(quantity, findings, arguments) -> None:
    half = len(arguments) // 2
    if quantity.law == "VonMises":
        z, k, m = arguments
        same, arguments = [0 * z, k, k], [z, k, m]
    else:
        same = [*arguments[:half], *arguments[:half]]
    for dtype in (np.float32, np.float64):
        name = f"{quantity.law} {quantity.name}: equal {dtype.__name__}"
        y, _ = _call(quantity, same, dtype)
        findings.check(name, np.where(y == 0, 0.0, np.inf), 0, same)
        y, _ = _call(quantity, arguments, dtype)
        findings.check(name, np.where(y >= 0, 0.0, np.inf), 0, arguments)


def campaign(
    quantity: Quantity, findings: Findings, seed: int, count: int, truths: int
) -> None:
    """Tries one quantity at `count` points."""
    rng = np.random.default_rng([seed, len(quantity.name)])
    if quantity.name in INVERSES:
        _inverse(quantity, findings, rng, count)
        return
    if quantity.density:
        return
    arguments = [
        x.astype(np.float32).astype(np.float64)
        for x in POINTS[quantity.table](rng, count)
    ]
    _float32(quantity, findings, arguments)
    _truth(quantity, findings, [x[:truths] for x in arguments], _tables())
    if quantity.table in ("igamma", "betainc", "student_t_cdf"):
        _monotone(quantity, findings, arguments)
    if quantity.name.startswith("igamma("):
        m = tfi.math
        _sum(findings, "igamma", m.igamma, m.igammac, arguments)
    if quantity.name.startswith("betainc("):
        m = tfi.math
        _sum(findings, "betainc", m.betainc, m.betaincc, arguments)
        _mirror(findings, arguments)
    if quantity.name == "KL divergence":
        _equal(quantity, findings, arguments)


def chunks(count: int) -> Iterator[int]:
    """Cuts a count into what fits into memory."""
    while count > 0:
        yield min(count, _CHUNK)
        count -= _CHUNK


def main(argv: list[str]) -> None:
    """Fuzzes as the flags say."""
    if len(argv) > 1:
        raise app.UsageError(f"unexpected arguments: {argv[1:]}")
    values = flags.FLAGS
    # It warns of functions that are traced in a row: each has its shape.
    tf.get_logger().setLevel("ERROR")
    end = time.monotonic() + 3600 * values.hours
    try:
        journal = Journal(
            values.journal,
            values.seed,
            count=values.count,
            truths=values.truths,
        )
    except ValueError as error:
        raise app.UsageError(f"--journal: {error}") from error
    chosen = quantities(values.only)
    seed, tried = journal.seed, 0
    with tqdm.tqdm(unit="point", unit_scale=True, mininterval=10) as bar:
        while True:
            # What --hours may add is not known.
            bar.total = (tried + values.count) * len(chosen)
            for size in chunks(values.count):
                for quantity in chosen:
                    name = f"{quantity.law} {quantity.name}".strip()
                    if not journal.has(seed, name):
                        found = Findings()
                        campaign(quantity, found, seed, size, values.truths)
                        journal.add(seed, name, found)
                    bar.set_postfix_str(f"{journal.findings.count} findings")
                    bar.update(size)
                seed, tried = seed + 1, tried + size
            if time.monotonic() >= end:
                break
    for name, worst in journal.findings.worst.items():
        print(f"{name:45} {worst:8.3g} eps")
    print(
        f"seeds to {seed - 1}, {tried} points each, "
        f"{journal.findings.count} findings"
    )
    sys.exit(1 if journal.findings.count else 0)


if __name__ == "__main__":
    flags.DEFINE_integer("count", _CHUNK, "Points of each.", lower_bound=1)
    flags.DEFINE_float("hours", 0, "Time to go on for.", lower_bound=0)
    flags.DEFINE_integer("truths", 20, "Points whose truth is computed.")
    flags.DEFINE_integer("seed", int(time.time()), "Seed.", lower_bound=0)
    flags.DEFINE_string("journal", None, "File to go on from.")
    flags.DEFINE_string("only", "", "Regular expression of names.")
    app.run(main)
