# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Writes the tables of docs/platforms.md: every op and function in every mode.

    .venv/bin/python -m tests.modes.platform_table

Each cell is run while the table is made and says what happened:

    tested         it gave what the plain call gives
    compiled, emulated, not run
                   by tests/gpu; no such device here
    refused [n]    it raised note n, printed below the table

Takes about five minutes on one core; rewrites the part of docs/platforms.md
between the two marks.
"""

import datetime
import functools
import os
import pathlib
import re

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import tensorflow as tf
import tqdm

from experiments.common import tables
from tests.modes import every_op, modes
from tests.modes.cases import CASES

_ROOT = pathlib.Path(__file__).resolve().parents[2]
_PAGE = _ROOT / "docs/platforms.md"
_BEGIN = "<!-- Written by tests/modes/platform_table.py from here ... -->"
_END = "<!-- ... to here. -->"

# Where there is no GPU to ask.
_NOT_RUN = "compiled, emulated, not run"
_REFUSED = "refused [GPU]"

# The modes of the second table, with their headings.
_MODES = {
    "tf.function": modes.graph,
    "persistent tape": modes.persistent_tape,
    "jacobian": modes.jacobian,
    "forward mode": modes.forward_mode,
    "vectorized_map": modes.vectorized_map,
    "tape around it": modes.tape_around_vectorized_map,
    "while_loop": modes.while_loop,
    "tf.data": modes.dataset_map,
    "SavedModel": modes.saved_model,
    "XLA, CPU": modes.xla,
    "bfloat16": modes.half,
}


class Notes:
    """The messages of what was refused, numbered."""

    def __init__(self):
        self._messages = []

    def cell(self, check, *arguments):
        """Runs a check; returns what the table says of it."""
        try:
            check(*arguments)
        except AssertionError as error:
            # A wrong number is no cell of a table.
            raise AssertionError(f"{check.__name__} {arguments}") from error
        except Exception as error:
            return f"refused [{self._number(_first_sentence(error))}]"
        return "tested"

    def _number(self, message):
        if message not in self._messages:
            self._messages.append(message)
        return self._messages.index(message) + 1

    def sentences(self):
        """The notes, for below the table."""
        return [f"[{k}] `{m}`" for k, m in enumerate(self._messages, 1)]


def _first_sentence(error):
    message = getattr(error, "message", None) or str(error)
    lines = message.strip().splitlines()
    # AutoGraph puts its own trace before the message.
    message = lines[-1 if lines[0] == "in user code:" else 0].strip()
    # Names of nodes and tensors differ from run to run.
    message = re.sub(r"\{\{.*?\}\}| \(<tf.Tensor.*?>\)", "", message)
    return f"{type(error).__name__}: {message[:200]}"


def _on_cpu(name):
    for dtype in every_op.DTYPES:
        outputs = every_op.call(name, every_op.arguments(name, dtype))
        for y in outputs:
            y = tf.cast(y, tf.float64).numpy()
            # float16 ends at 65504, below Student-t quantiles for small df.
            fine = ~np.isnan(y) if dtype == tf.float16 else np.isfinite(y)
            assert np.all(fine), name


def _with_xla(name):
    for dtype in every_op.DTYPES:
        keywords = every_op.arguments(name, dtype)
        call = functools.partial(every_op.call, name, keywords)
        compiled = tf.function(call, jit_compile=True)
        for g, w in zip(compiled(), call(), strict=True):
            np.testing.assert_array_equal(
                tf.cast(g, tf.float64), tf.cast(w, tf.float64)
            )


def _on_gpu(name, jit_compile):
    for dtype in (tf.float32, tf.float64):
        keywords = every_op.arguments(name, dtype)
        call = functools.partial(every_op.call, name, keywords)
        with tf.device("GPU:0"):
            got = tf.function(call, jit_compile=jit_compile)()
        with tf.device("CPU:0"):
            want = call()
        for g, w in zip(got, want, strict=True):
            np.testing.assert_allclose(g, w, rtol=1e-5)


def _op_name(name):
    """RandomGammaGrad for tf_implicit_random_gamma_grad."""
    words = name.removeprefix("tf_implicit_").split("_")
    # 0F1, of hypergeometric functions
    return "".join(
        re.sub(r"(\d)f(\d)", r"\1F\2", word.capitalize()) for word in words
    )


def op_table():
    """Every op on every device."""
    listed = (_ROOT / "kernels/op_list.h").read_text()
    cuda = "".join(
        path.read_text() for path in (_ROOT / "kernels/op/cuda").glob("*.cc")
    )
    notes = Notes()
    rows = []
    for name in every_op.names():
        cells = [notes.cell(_on_cpu, name), notes.cell(_with_xla, name)]
        if tf.config.list_physical_devices("GPU"):
            cells += [
                notes.cell(_on_gpu, name, jit_compile)
                for jit_compile in (False, True)
            ]
        else:
            op = _op_name(name)
            # Those of the list are registered from it.
            registered = re.search(rf"X\({op}, ", listed) or re.search(
                rf"\b{op}\b", cuda
            )
            cells += [_NOT_RUN if registered else "no kernel", _REFUSED]
        rows.append([_op_name(name), *cells])
    columns = ["op", "CPU", "XLA on CPU", "CUDA", "XLA on GPU"]
    return tables.Table(
        "ops", "Ops by device", columns, rows, [_device(), *notes.sentences()]
    )


def _device():
    """Which GPU the table was made with."""
    today = datetime.date.today()
    gpus = tf.config.list_physical_devices("GPU")
    if not gpus:
        return f"GPU: none, {today}."
    details = tf.config.experimental.get_device_details(gpus[0])
    return f"GPU: {details['device_name']}, {today}."


def mode_table():
    """Every function in every mode, on the CPU."""
    notes = Notes()
    rows = []
    for case in tqdm.tqdm(CASES):
        cells = [notes.cell(mode, case) for mode in _MODES.values()]
        rows.append([case.name, *cells])
    columns = ["function or distribution", *_MODES]
    return tables.Table(
        "modes", "Functions by mode", columns, rows, notes.sentences()
    )


def main():
    """Replaces the tables of the page."""
    text = _PAGE.read_text(encoding="utf-8")
    before, rest = text.split(_BEGIN)
    _, after = rest.split(_END)
    made = "\n".join(table.markdown() for table in (op_table(), mode_table()))
    text = f"{before}{_BEGIN}\n\n{made}\n{_END}{after}"
    _PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
