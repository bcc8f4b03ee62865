# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
r"""Where the time of a training step goes, for topic model and autoencoder.

    python -m experiments.step_profile --data_dir=FOLDER

trains on one core under TensorFlow's profiler and prints, for the
straightforward loop and for ours, the microseconds a step by kind of work. The
loops are those of experiments.lda_speed (20 Newsgroups; without --data_dir, the
articles that gensim brings) and experiments.vae_speed (MNIST, or random
images). The profiler itself makes a step longer.
"""

import re
import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from absl import app, flags

from experiments import lda_speed, vae_speed
from experiments.common import op_times, paths, program, stopwatch, tables

# The first that is found in "node:type" counts.
_KINDS = {
    "optimizer": r"Adam",
    "distribution: sample, gradient, divergence": (
        r"TFImplicit>|KullbackLeibler|Dirichlet|[Rr]andom_?[Gg]amma|"
        r"[Vv]on_?[Mm]ises|BesselI|Gamma/|Beta/|"
        r":(Lgamma|Digamma|Polygamma|Betainc|Igamma)"
    ),
    "sparse products": r":Sparse",
    "matrix products": r"MatMul$",
    "other ops": r"",
}
_BETWEEN, _ALL = "between the ops", "all"
_TURNS = 5


def profile(
    name: str, title: str, loops: dict[str, Callable[[], Any]], steps: int
) -> tables.Table:
    """Returns the table of microseconds a step.

    Args:
        name: Of the table.
        title: Of the table.
        loops: Each trains for `steps` steps.
        steps: How many.
    """
    columns = [_by_kind(loop) for loop in loops.values()]
    scale = 1e6 / (steps * _TURNS)
    return tables.Table(
        name,
        title,
        ["kind of work", *loops],
        [
            [kind, *(f"{scale * column[kind]:.0f}" for column in columns)]
            for kind in (*_KINDS, _BETWEEN, _ALL)
        ],
    )


def _by_kind(loop: Callable[[], Any]) -> Counter[str]:
    """Returns the seconds of `_TURNS` turns of a loop by kind of work."""
    found = Counter()

    def turns():
        start = time.perf_counter()
        for _ in range(_TURNS):
            loop()
        found[_ALL] = time.perf_counter() - start

    for _ in range(2):  # The first call traces.
        loop()
    times = op_times.op_seconds(turns)
    for op, seconds in times.items():
        found[next(k for k, v in _KINDS.items() if re.search(v, op))] += seconds
    found[_BETWEEN] = found[_ALL] - sum(times.values())
    return found


def main(argv: Sequence[str]) -> None:
    """Profiles as the flags say."""
    if len(argv) > 1:
        raise app.UsageError(f"unexpected arguments: {argv[1:]}")
    values = flags.FLAGS
    stopwatch.use_threads(1)
    data_dir = paths.data_folder(values.data_dir)
    with program.exits_with_message():
        documents = lda_speed.load_documents(data_dir)
        pixels = vae_speed.load_pixels(data_dir)
    loops = lda_speed.make_loops(documents)
    found = [
        profile(
            "topic_model_profile",
            "Topic model, microseconds a step",
            {
                name: loops[name]
                for name in ("straightforward, steps in one graph", "ours")
            },
            lda_speed.STEPS,
        ),
        profile(
            "autoencoder_profile",
            f"Autoencoder, {values.posterior}, D = 10, microseconds a step",
            {
                "straightforward": vae_speed.straightforward(
                    values.posterior, 10, pixels
                ),
                "ours": vae_speed.ours(values.posterior, 10, pixels),
            },
            vae_speed.STEPS,
        ),
    ]
    print("\n".join(table.markdown() for table in found))


if __name__ == "__main__":
    flags.DEFINE_string("data_dir", None, paths.DATA_DIR_HELP)
    flags.DEFINE_enum(
        "posterior",
        "gamma",
        vae_speed.POSTERIORS,
        "Variational posterior of the autoencoder.",
    )
    app.run(main)
