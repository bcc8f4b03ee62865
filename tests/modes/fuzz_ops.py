# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
r"""Gives the raw ops odd inputs, eagerly, in a graph and under XLA.

    make fuzz                                    # five minutes
    .venv/bin/python -m tests.modes.fuzz_ops --hours=8 --only=dirichlet

Hypothesis chooses shapes, dtypes and values for every op of the library; which
inputs are at fault is worked out here, from the signatures alone. An op must
give outputs of the right shape, the same bits in each of the three ways, or an
InvalidArgumentError that names an input at fault. Everything else is a finding:
it is printed and kept in --folder as JSON, and tried first the next time.

Ops run in a process of their own; one that dies or does not return is found as
well, by the input that it was given last.
"""

import contextlib
import faulthandler
import inspect
import json
import math
import pathlib
import re
import subprocess
import sys
import time
from typing import Any

import hypothesis
import numpy as np
import tensorflow as tf
from absl import app, flags
from hypothesis import strategies

from tests.modes import every_op
from tf_implicit._op_library import ops

# An op, and by the name of each input its dtype, shape, and values that are
# repeated to fill it: what JSON can hold.
Case = dict[str, Any]

_DTYPES = [dtype.name for dtype in every_op.DTYPES]
_WAYS = ("eager", "graph", "xla")
# No op takes as long for what is drawn here.
_SECONDS = 300
_INT32, _INT64 = np.iinfo(np.int32), np.iinfo(np.int64)

_REALS = strategies.one_of(
    strategies.floats(2**-7, 100, width=32),
    strategies.floats(-10, 10, width=32),
    strategies.floats(width=32),
    strategies.floats(),
)
_SIZES = strategies.one_of(
    strategies.lists(strategies.sampled_from([1, 2, 3, 0, 7]), max_size=4),
    strategies.sampled_from([[65], [1000], [2, 513], [300, 1, 3], [1, 2] * 4]),
)

# Not of rank 1, negative, and with more elements than there are numbers.
_WRONG_SHAPES = [
    ("int32", [], [2]),
    ("int64", [1, 2], [2]),
    ("int32", [1], [-1]),
    ("int64", [2], [3, _INT64.min]),
    ("int32", [2], [_INT32.min, 0]),
    ("int32", [3], [_INT32.max]),
    ("int64", [2], [_INT64.max]),
]


def input_names(name: str) -> list[str]:
    """The inputs of an op, in order."""
    found = inspect.signature(getattr(ops, name)).parameters
    return [
        x
        for x in found
        if x not in ("T", "name") and not x.startswith("transpose_")
    ]


@strategies.composite
def _narrowed(draw, full: list[int]) -> list[int]:
    """Draws a shape that broadcasts to `full`, or, seldom, any other."""
    if draw(strategies.integers(0, 15)) == 15:
        return draw(_SIZES)
    own = full[draw(strategies.integers(0, len(full))) :]
    return [1 if draw(strategies.booleans()) else n for n in own]


@strategies.composite
def _seldom(draw, usual, unusual):
    return draw(unusual if draw(strategies.integers(0, 9)) == 9 else usual)


@strategies.composite
def _products(draw, name: str) -> Case:
    """Draws matrices, seldom of shapes that do not fit."""
    dtype = draw(strategies.sampled_from(_DTYPES))
    batch = draw(_SIZES)
    n, k, m = (draw(strategies.sampled_from([1, 2, 3, 0, 17])) for _ in "nkm")
    case = {"op": name, "T": dtype, "inputs": {}, "transposes": {}}
    for argument, matrix in (("a", [n, k]), ("b", [k, m])):
        transposed = draw(strategies.booleans())
        case["transposes"][f"transpose_{argument}"] = transposed
        own = batch + (matrix[::-1] if transposed else matrix)
        case["inputs"][argument] = [
            dtype,
            draw(_seldom(strategies.just(own), _SIZES)),
            draw(strategies.lists(_REALS, min_size=1, max_size=8)),
        ]
    return case


@strategies.composite
def cases(draw, name: str) -> Case:
    """Draws inputs for the op."""
    if name.endswith("_mat_mul"):
        return draw(_products(name))
    dtype = draw(strategies.sampled_from(_DTYPES))
    integer = strategies.sampled_from(["int32", "int64"])
    names = input_names(name)
    full = draw(_SIZES)
    rows = name.startswith("tf_implicit_dirichlet")
    inputs = {}
    for argument in names:
        reals = draw(strategies.lists(_REALS, min_size=1, max_size=8))
        if argument == "shape":
            inputs[argument] = draw(
                _seldom(
                    strategies.just([draw(integer), [len(full)], full]),
                    strategies.sampled_from(_WRONG_SHAPES).map(list),
                )
            )
        elif argument == "seed":
            own = draw(integer)
            limits = np.iinfo(own)
            inputs[argument] = [
                own,
                draw(_seldom(strategies.just([2]), _SIZES)),
                draw(
                    strategies.lists(
                        strategies.integers(int(limits.min), int(limits.max)),
                        min_size=2,
                        max_size=3,
                    )
                ),
            ]
        elif argument == "dimension" and "shape" in names:
            inputs[argument] = [
                "int32",
                draw(_seldom(strategies.just([]), _SIZES)),
                [
                    draw(
                        _seldom(
                            strategies.integers(2, 50),
                            strategies.integers(_INT32.min, _INT32.max),
                        )
                    )
                ],
            ]
        elif rows:
            own = draw(_seldom(strategies.just(full), _SIZES))
            inputs[argument] = [dtype, own, reals]
        else:
            inputs[argument] = [dtype, draw(_narrowed(full)), reals]
    return {"op": name, "T": dtype, "inputs": inputs}


def _broadcast(*shapes) -> list[int] | None:
    try:
        return list(np.broadcast_shapes(*map(tuple, shapes)))
    except ValueError:
        return None


def _expected_product(
    case: Case, shapes: dict[str, list[int]]
) -> tuple[set[str], list[list[int]]]:
    if min(map(len, shapes.values())) < 2:
        return set(shapes), []
    (n, k), (inner, m) = (
        shape[:-3:-1] if case["transposes"][f"transpose_{name}"] else shape[-2:]
        for name, shape in shapes.items()
    )
    batch, other = (shape[:-2] for shape in shapes.values())
    if batch != other or k != inner:
        return set(shapes), []
    return set(), [[*batch, n, m]]


def expected(case: Case) -> tuple[set[str], list[list[int]]]:
    """Returns the inputs of which one is at fault, or the output's shapes."""
    inputs = case["inputs"]
    shapes = {name: shape for name, (_, shape, _) in inputs.items()}
    if "transposes" in case:
        return _expected_product(case, shapes)
    outputs = len(_op_def(case["op"]).output_arg)
    if "shape" not in inputs:
        whole = list(shapes.values())
        if not case["op"].startswith("tf_implicit_dirichlet"):
            full = _broadcast(*whole)
            return (set(shapes), []) if full is None else (set(), [full])
        if not whole[0] or any(shape != whole[0] for shape in whole):
            return set(shapes), []
        return set(), [whole[0][:-1], *[whole[0]] * (outputs - 1)]
    faults = set()
    sizes = _fill(inputs["shape"]).tolist()
    if (
        len(shapes["shape"]) != 1
        or min(sizes, default=0) < 0
        or math.prod(sizes) > _INT64.max
    ):
        # How the others fit is not known.
        faults |= set(shapes)
        return faults, []
    if case["op"] == "tf_implicit_stateless_dirichlet" and not sizes:
        faults.add("shape")
    if shapes["seed"] != [2]:
        faults.add("seed")
    if "dimension" in inputs and (
        shapes["dimension"] or _fill(inputs["dimension"]) < 2
    ):
        faults.add("dimension")
    for name in set(inputs) - {"shape", "seed", "dimension"}:
        if _broadcast(shapes[name], sizes) != sizes:
            faults.add(name)
    return (faults, []) if faults else (set(), [sizes] * outputs)


def _op_def(name: str):
    """The OpDef, through a graph: there is no other public way to it."""
    if name not in _OP_DEFS:
        with tf.Graph().as_default():
            every_op.call(name, every_op.arguments(name, tf.float32, 2))
            graph = tf.compat.v1.get_default_graph()
            _OP_DEFS[name] = next(
                op.op_def
                for op in graph.get_operations()
                if op.type.startswith("TFImplicit>")
            )
    return _OP_DEFS[name]


_OP_DEFS: dict[str, Any] = {}
_FUNCTIONS: dict[tuple, Any] = {}


def _fill(described) -> np.ndarray:
    """An array of what a case says of an input."""
    dtype, shape, values = described
    size = int(np.prod(shape, dtype=np.int64))
    with np.errstate(all="ignore"):
        array = np.array(values).astype(tf.as_dtype(dtype).as_numpy_dtype)
    return np.resize(array, size).reshape(shape)


def _function(case: Case, way: str):
    """The op as a function of its tensors, whose shapes it does not know."""
    name = case["op"]
    attributes = dict(case.get("transposes", {}))
    if name.endswith("stateless_normal"):
        attributes["T"] = case["T"]

    def call(tensors):
        return every_op.call(name, {**tensors, **attributes})

    if way == "eager":
        return call
    dtypes = tuple(dtype for dtype, _, _ in case["inputs"].values())
    key = (name, *attributes.values(), dtypes, way)
    if key not in _FUNCTIONS:
        signature = {
            argument: tf.TensorSpec(None, dtype)
            for argument, dtype in zip(case["inputs"], dtypes, strict=True)
        }
        _FUNCTIONS[key] = tf.function(
            call,
            input_signature=[signature],
            autograph=False,
            jit_compile=way == "xla",
        )
    return _FUNCTIONS[key]


def try_case(case: Case) -> None:
    """Calls an op; anything but a promise kept is an AssertionError."""
    faults, shapes = expected(case)
    tensors = {
        name: tf.constant(_fill(described))
        for name, described in case["inputs"].items()
    }
    results = []
    for way in _WAYS:
        try:
            outputs = _function(case, way)(tensors)
        except tf.errors.InvalidArgumentError as error:
            named = set(re.findall(r"`(\w+)`", error.message))
            assert named & faults, f"{way}: {error.message}"
            continue
        assert not faults, f"{way}: accepted, for all of {faults}"
        # NumPy knows no bfloat16; no bit is lost.
        results.append([np.asarray(tf.cast(y, tf.float64)) for y in outputs])
    for way, outputs in zip(_WAYS, results, strict=False):
        assert [list(y.shape) for y in outputs] == (
            shapes if len(shapes) == len(outputs) else shapes * len(outputs)
        ), f"{way}: shapes"
        for k, (y, first) in enumerate(zip(outputs, results[0], strict=True)):
            same = (y == first) | (np.isnan(y) & np.isnan(first))
            same &= (np.signbit(y) == np.signbit(first)) | np.isnan(y)
            assert same.all(), f"{way}: output {k}: {y} for {first}"


def campaign(
    name: str, examples: int, seed: int | None, keep: pathlib.Path | None = None
) -> None:
    """Tries so many inputs of one op.

    Args:
        name: The Python name of the op.
        examples: How many.
        seed: Of Hypothesis; None for the same examples in every run.
        keep: Folder for what is found.

    Raises:
        AssertionError: A promise is broken; the example is the smallest found.
    """

    @hypothesis.settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=seed is None,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(cases(name))
    def run(case):
        if keep is not None:
            (keep / "running.json").write_text(json.dumps(case))
            faulthandler.dump_traceback_later(_SECONDS, exit=True)
        try:
            try_case(case)
        except BaseException:
            if keep is not None:
                (keep / f"{name}.found.json").write_text(json.dumps(case))
            raise
        finally:
            faulthandler.cancel_dump_traceback_later()

    (run if seed is None else hypothesis.seed(seed)(run))()


def _work(values) -> None:
    """Tries what was found before, then each op once."""
    # It warns of functions that are traced in a row: that is meant here.
    tf.get_logger().setLevel("ERROR")
    keep = pathlib.Path(values.folder)
    for path in sorted(keep.glob("*.found.json")):
        try_case(json.loads(path.read_text()))
    chosen = [n for n in every_op.names() if re.search(values.only, n)]
    for name in chosen:
        campaign(name, values.examples, values.seed, keep)
    print(f"seed {values.seed}: {len(chosen)} ops, {values.examples} each")


def keep_last(keep: pathlib.Path, seed: int) -> None:
    """Keeps the input at which a process died or did not return."""
    last = keep / "running.json"
    # Without one, what was found before is not mended.
    if not last.exists():
        return
    text = last.read_text()
    print(f"the last input: {text}")
    # An exception is kept where it is caught.
    if not (keep / f"{json.loads(text)['op']}.found.json").exists():
        last.rename(keep / f"died_{seed}.found.json")


def main(argv: list[str]) -> None:
    """Fuzzes until time is over or something is found."""
    if len(argv) > 1:
        raise app.UsageError(f"unexpected arguments: {argv[1:]}")
    values = flags.FLAGS
    if values.worker:
        _work(values)
        return
    keep = pathlib.Path(values.folder)
    keep.mkdir(parents=True, exist_ok=True)
    end = time.monotonic() + 60 * values.minutes + 3600 * values.hours
    seed = values.seed
    while True:
        command = [sys.executable, "-m", "tests.modes.fuzz_ops", "--worker"]
        command += [f"--seed={seed}", f"--only={values.only}"]
        command += [f"--examples={values.examples}", f"--folder={keep}"]
        status = subprocess.run(command, check=False).returncode
        if status:
            keep_last(keep, seed)
            sys.exit(1)
        with contextlib.suppress(FileNotFoundError):
            (keep / "running.json").unlink()
        seed += 1
        if time.monotonic() >= end:
            break


if __name__ == "__main__":
    flags.DEFINE_float("minutes", 5, "How long.", lower_bound=0)
    flags.DEFINE_float("hours", 0, "How much longer.", lower_bound=0)
    flags.DEFINE_integer("examples", 20, "Inputs in a row of one op.")
    flags.DEFINE_integer("seed", int(time.time()), "Seed of Hypothesis.")
    flags.DEFINE_string("only", "", "Regular expression of names of ops.")
    flags.DEFINE_string("folder", "output/fuzz/ops", "Where findings are kept.")
    flags.DEFINE_bool("worker", False, "Try each op once, in this process.")
    app.run(main)
