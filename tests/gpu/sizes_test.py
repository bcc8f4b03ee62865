# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""The CUDA kernels over arrays of one element up to more than 2^31.

Inputs repeat, so that an output at any place is known from a short array, and
that samples can be compared with a few of the processor's.
"""

import numpy as np
import pytest

SEED = (20261129, 3)
PERIOD = 1009  # a prime: never in step with warps or blocks
SMALL = (1, 31, 1000)
LARGE = 10_000_000
# Indices of 32 bits, signed or not, end before.
HUGE = 2**31 + 5
SAMPLERS = ("normal", "gamma", "log_gamma", "von_mises")


def _inputs(launchers, loop, dtype):
    """PERIOD of each, ordinary numbers for every function."""
    rng = np.random.default_rng(11)
    inputs = rng.uniform(0.05, 0.95, (launchers.inputs_of(loop), PERIOD))
    if "VonMisesFisher" in loop:
        inputs[0] = rng.integers(2, 9, PERIOD)  # the dimension
    return list(inputs.astype(dtype))


def _windows(size):
    """Pairs (first, count) of elements to look at."""
    count = min(size, 3000)
    middle = np.random.default_rng(size).integers(0, size - count + 1, 3)
    # Where indices of 31 and of 32 bits would begin anew.
    edges = [e - count // 2 for e in (2**30, 2**31) if e + count < size]
    return [(int(k), count) for k in (0, size - count, *middle, *edges)]


def _repeated(values, first, count):
    return values[np.arange(first, first + count) % values.size]


def _skip_where_too_much(launchers, size, dtype=np.float32):
    most = LARGE if dtype == np.float32 else LARGE - 1
    if size > most and not launchers.is_device():
        pytest.skip("takes the processor too long")


def _array(launchers, size, dtype):
    try:
        return launchers.empty(size, dtype)
    except RuntimeError as error:
        if "out of memory" not in str(error):
            raise
        pytest.skip(f"no memory for {size} elements of {np.dtype(dtype)}")


def _check_loop(launchers, loop, size, dtype):
    short = _inputs(launchers, loop, dtype)
    wants = launchers.map(loop, *short)
    inputs = [_array(launchers, size, dtype) for _ in short]
    outputs = [_array(launchers, size, dtype) for _ in wants]
    for array, values in zip(inputs, short, strict=True):
        array.repeat(values)
    launchers.start(loop, [(size,)] * len(inputs), inputs, outputs)
    for k, (output, want) in enumerate(zip(outputs, wants, strict=True)):
        for first, count in _windows(size):
            np.testing.assert_array_equal(
                output.read_part(first, count),
                _repeated(want, first, count),
                f"{loop}, output {k}, from element {first} of {size} on",
            )


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("size", SMALL)
def test_every_loop(launchers, size, dtype):
    for loop in launchers.loops:
        _check_loop(launchers, loop, size, dtype)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_every_loop_over_a_large_array(launchers, dtype):
    _skip_where_too_much(launchers, LARGE, dtype)
    # The processor takes a minute for some of the others.
    some = ("Lgamma", "RandomGammaGrad")
    for loop in launchers.loops if launchers.is_device() else some:
        _check_loop(launchers, loop, LARGE, dtype)


@pytest.mark.parametrize("loop", ["Lgamma", "RandomGammaGrad"])
def test_loop_over_a_huge_array(launchers, loop):
    _skip_where_too_much(launchers, HUGE)
    _check_loop(launchers, loop, HUGE, np.float32)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("size", [*SMALL, LARGE, HUGE])
@pytest.mark.parametrize("name", SAMPLERS)
def test_sampler(launchers, name, size, dtype):
    _skip_where_too_much(launchers, size, dtype)
    rng = np.random.default_rng(12)
    short = np.exp(rng.uniform(-3, 5, PERIOD)).astype(dtype)
    parameter = _array(launchers, size, dtype)
    parameter.repeat(short)
    out = _array(launchers, size, dtype)
    launchers.start_sampler(name, SEED, (size,), (size,), parameter, out)
    for first, count in _windows(size):
        want = launchers.processor_samples_from(
            first, name, SEED, (count,), short
        )
        if name == "gamma":  # The op rounds up to the smallest normal number.
            want = np.maximum(want, np.finfo(dtype).tiny)
        np.testing.assert_array_equal(
            out.read_part(first, count),
            want,
            f"{name} from element {first} of {size} on",
        )


@pytest.mark.parametrize("components", [16, 50])
@pytest.mark.parametrize("size", [*SMALL, LARGE, HUGE])
def test_dirichlet(launchers, size, components):
    _skip_where_too_much(launchers, size)
    dtype = np.float32
    rows = -(-size // components)
    shape = (rows, components)
    short = np.random.default_rng(13).uniform(0.1, 9, components).astype(dtype)
    arrays = {
        "parameter": launchers.array(short),
        "out": _array(launchers, rows * components, dtype),
        "log_gamma": _array(launchers, rows * components, dtype),
        "scratch": _array(launchers, rows * launchers.SCRATCH, dtype),
    }
    launchers.start_sampler(
        "dirichlet", SEED, shape, short.shape, **arrays,
        draws=arrays["log_gamma"],
    )  # fmt: skip
    for first, count in _windows(rows):
        wants = launchers.processor_samples_from(
            first, "dirichlet", SEED, (count, components), short
        )
        for name, want in zip(("out", "log_gamma"), wants, strict=True):
            got = arrays[name].read_part(first * components, want.size)
            np.testing.assert_array_equal(got, want.ravel(), name)
