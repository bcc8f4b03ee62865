# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Times functions against each other on one core."""

import contextlib
import os
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import tensorflow as tf

__all__ = [
    "PROCESSOR_TIME_HELP",
    "all_cores",
    "best_seconds",
    "clock",
    "use_threads",
]

# Of the flag --processor_time, whose value `clock` takes.
PROCESSOR_TIME_HELP = (
    "Measure the processor's time, which other programs disturb less."
)

# A turn of a fast function is several calls: the first finds the caches full of
# what the function before it left there.
_SECONDS_PER_TURN = 0.01

# A function that is slow enough needs no more repetitions than this takes.
_SECONDS_PER_FUNCTION = 2.0


# macOS has no such calls; there, libraries with threads of their own may use
# more cores than they should.
_CORES = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else ()


def use_threads(threads: int) -> None:
    """Confines this thread, and those it starts, to that many cores.

    TensorFlow uses them all. To be called before its first op, which starts
    its threads; other libraries find only these cores, too.

    Raises:
        RuntimeError: There are not so many cores.
    """
    if _CORES:
        if len(_CORES) < threads:
            raise RuntimeError(
                f"{threads} threads need as many cores, and the process may "
                f"use {len(_CORES)}"
            )
        os.sched_setaffinity(0, sorted(_CORES)[-threads:])
    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(1)


def clock(processor_time: bool) -> Callable[[], float]:
    """Returns what reads the clock, in seconds.

    Args:
        processor_time: Whether of the time that all threads of this process
            together spent on a processor; otherwise of the time that went by.
            It stands still while a function waits, for instance for a GPU,
            and `best_seconds` would not end.
    """
    return time.process_time if processor_time else time.perf_counter


@contextlib.contextmanager
def all_cores() -> Iterator[None]:
    """While it lasts, this thread's new processes may use all cores again."""
    if not _CORES:
        yield
        return
    confined = os.sched_getaffinity(0)
    os.sched_setaffinity(0, _CORES)
    try:
        yield
    finally:
        os.sched_setaffinity(0, confined)


def best_seconds(
    functions: Mapping[str, Callable[[], Any]],
    rounds: int,
    calls: int = 1,
    clock: Callable[[], float] = time.perf_counter,
) -> dict[str, float]:
    """Returns the shortest time of one call of each function.

    In each round every function has its turn, so that they share the machine's
    good and bad moments; the shortest time is the one with the least
    disturbance.

    Args:
        functions: Each returns when its work is done.
        rounds: At most so many; a slow function sits out when it had its time.
        calls: Calls that are timed together, for functions whose time varies
            from call to call, or is as short as reading the clock.
        clock: What to measure, see the function of this name.
    """
    best = {}
    for name, function in functions.items():
        # The first call of a graph traces it, the second may still allocate.
        for _ in range(2):
            function()
        best[name] = float("inf")
    spent = dict.fromkeys(functions, 0.0)
    for _ in range(rounds):
        for name, function in functions.items():
            if spent[name] > _SECONDS_PER_FUNCTION:
                continue
            turn = 0.0
            while turn < _SECONDS_PER_TURN:
                start = clock()
                for _ in range(calls):
                    function()
                seconds = clock() - start
                turn += seconds
                best[name] = min(best[name], seconds / calls)
            spent[name] += turn
    return best
