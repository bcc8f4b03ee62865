# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Speed of the CUDA kernels, and of PyTorch's, JAX's and TensorFlow's.

python -m tests.gpu.build && python -m tests.gpu.benchmark [--size=N]

Prints for each function and type the elements per second and the share of the
bandwidth that a copy from device memory to device memory has here: 100% would
mean that the arithmetic is free. Parameters are log-uniform in [0.01, 1e4], so
that neighbouring threads take different branches, as they do in a Dirichlet
over many topics; `sorted` has neighbours alike. The peers, where they are there
and see a GPU, get the same numbers: the Gamma derivative of PyTorch and JAX,
Gamma samples of PyTorch and TensorFlow.
"""

import argparse
import importlib
import pathlib
import re
import time

import numpy as np

from tests.gpu.launchers import LIBRARIES, Launchers

ROOT = pathlib.Path(__file__).resolve().parents[2]
REPETITIONS = 20
SEED = (1, 2)


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=1 << 24)
    parser.add_argument("--library", choices=LIBRARIES, default="device")
    args = parser.parse_args()
    launchers = Launchers(LIBRARIES[args.library])
    if launchers.device_count() == 0:
        parser.error("there is no CUDA device")
    print(launchers.device_name(), f"{args.size} elements", sep=", ")
    bandwidth = _copy_bandwidth(launchers, args.size)
    print(f"copy: {bandwidth / 1e9:.0f} GB/s, read and written together")
    for dtype in (np.float32, np.float64):
        alpha, z = gamma_points(args.size, dtype)
        order = np.argsort(alpha)
        for loop in launchers.loops:
            _time_loop(launchers, loop, alpha, z, bandwidth, "mixed")
        _time_loop(
            launchers, "RandomGammaGrad", alpha[order], z[order], bandwidth,
            "sorted",
        )  # fmt: skip
        for name in ("normal", "gamma", "log_gamma", "von_mises"):
            _time_sampler(launchers, name, alpha, bandwidth)
        for name in launchers.row_functions:
            for size in (10, 100):
                _time_rows(launchers, name, size, alpha, bandwidth)
        for peer in (_torch, _jax, _tensorflow):
            for name, (work, wait, arrays) in peer("gpu", alpha, z).items():
                seconds = _wall_seconds(work, wait)
                _report(name, dtype, args.size, seconds, arrays, bandwidth)


def gamma_points(size: int, dtype: type) -> tuple[np.ndarray, np.ndarray]:
    """Concentrations and a sample of each."""
    rng = np.random.default_rng(0)
    # Drawing costs more than all the rest: a part of the points, repeated.
    alpha = np.exp(rng.uniform(np.log(0.01), np.log(1e4), min(size, 1 << 20)))
    z = np.maximum(rng.gamma(alpha), np.finfo(np.float32).tiny)
    return np.resize(alpha, size).astype(dtype), np.resize(z, size).astype(
        dtype
    )


def _report(name, dtype, size, seconds, arrays, bandwidth):
    share = arrays * size * np.dtype(dtype).itemsize / seconds / bandwidth
    print(
        f"{name:34} {np.dtype(dtype).name}  {size / seconds / 1e9:8.2f} G/s  "
        f"{100 * share:5.1f} %",
        flush=True,
    )


def _copy_bandwidth(launchers, size):
    source, target = (launchers.array(np.zeros(size)) for _ in range(2))
    seconds = launchers.seconds(lambda: target.copy_from(source), REPETITIONS)
    return 2 * source.nbytes / seconds


def _arguments():
    """The names of the arguments of each elementwise op."""
    text = "".join(p.read_text() for p in (ROOT / "ops").glob("*_ops.cc"))
    # The literal may go over several lines.
    found = re.findall(
        r'TFI_ELEMENTWISE_OP\(\s*(\w+),\s*((?:"[^"]*"\s*)+)', text
    )
    return {op: re.findall(r"\w+", names) for op, names in found}


ARGUMENTS = _arguments()


def inputs_of(loop: str, alpha: np.ndarray, z: np.ndarray) -> list[np.ndarray]:
    """Inputs in the domain of an elementwise op, of alpha and z."""
    return [_input(loop, name, alpha, z) for name in ARGUMENTS[loop]]


def _input(loop, name, alpha, z):
    one = np.ones_like(alpha)
    angular = "VonMises" in loop or "StudentT" in loop or "Truncated" in loop
    if name == "dimension":
        return 3 * one
    if "Truncated" in loop and name in ("scale", "low", "high"):
        return alpha.dtype.type({"scale": 1, "low": -4, "high": 4}[name]) * one
    if "Truncated" in loop and name == "value":
        return alpha.dtype.type(0.3) * one
    if name == "complement":
        return 1 - alpha.dtype.type(0.3) * one
    if name in ("p", "q", "r") or (name in ("x", "sample") and "eta" in loop):
        return alpha.dtype.type(0.3) * one
    if loop == "BoxCox" and name == "log_x":  # about 1 / concentration
        return np.log(z) / np.maximum(alpha, 1)
    if name.startswith("log"):  # a sample's logarithm or logit
        return np.log(z)
    if name.startswith("loc") or name in ("angle", "distance"):
        return np.fmod(z, 3)
    if name in ("x", "y", "side", "sample"):
        return np.fmod(z, 3) if angular else z
    # Parameters: those of a second distribution are others.
    return alpha[::-1].copy() if name.endswith(("0", "2", "_b")) else alpha


def _time_loop(launchers, loop, alpha, z, bandwidth, order):
    inputs = [launchers.array(x) for x in inputs_of(loop, alpha, z)]
    outputs = [
        launchers.empty(alpha.size, alpha.dtype)
        for _ in range(launchers.outputs_of(loop))
    ]
    shapes = [alpha.shape] * len(inputs)
    seconds = launchers.seconds(
        lambda: launchers.start(loop, shapes, inputs, outputs), REPETITIONS
    )
    _report(
        f"{loop} {order}", alpha.dtype, alpha.size, seconds,
        len(inputs) + len(outputs), bandwidth,
    )  # fmt: skip


def _time_sampler(launchers, name, alpha, bandwidth):
    parameter = launchers.array(alpha)
    out = launchers.empty(alpha.size, alpha.dtype)
    seconds = launchers.seconds(
        lambda: launchers.start_sampler(
            name, SEED, alpha.shape, alpha.shape, parameter, out
        ),
        REPETITIONS,
    )
    _report(f"sample {name}", alpha.dtype, alpha.size, seconds, 2, bandwidth)


def _time_rows(launchers, name, size, alpha, bandwidth):
    """Rows of `size` components, of half the elements and more."""
    count = max(alpha.size // size, 1)
    values = np.resize(np.minimum(alpha, 1e3), count * size)
    rows = values.reshape(count, size)
    inputs = [rows, rows[::-1]]
    if name == "DirichletLogProb":
        inputs[1] = rows / np.sum(rows, -1, keepdims=True)
    inputs = inputs[: launchers.rows_inputs_of(name)]
    arrays = [launchers.array(x) for x in inputs]
    value = launchers.empty(count, alpha.dtype)
    gradients = [launchers.empty(count * size, alpha.dtype) for _ in inputs]
    seconds = launchers.seconds(
        lambda: launchers.start_rows(
            name, rows.shape, arrays, value, gradients
        ),
        REPETITIONS,
    )
    _report(
        f"{name} rows of {size}", alpha.dtype, count * size, seconds,
        2 * len(inputs), bandwidth,
    )  # fmt: skip


def _wall_seconds(work, wait):
    """The time of work(), the least of several; wait() for its result."""
    least = float("inf")
    for _ in range(REPETITIONS):
        start = time.perf_counter()
        wait(work())
        least = min(least, time.perf_counter() - start)
    return least


# By name: a call, what waits for its result, and how many arrays it reads and
# writes. Nothing without the library, or where it sees no such device.


def _module(name):
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def _torch(device, alpha, z):
    torch = _module("torch")
    if torch is None or (device == "gpu" and not torch.cuda.is_available()):
        return {}
    place = "cuda" if device == "gpu" else device
    alpha, z = (torch.from_numpy(x).to(place) for x in (alpha, z))

    def wait(_):
        if device == "gpu":
            torch.cuda.synchronize()

    return {
        "PyTorch _standard_gamma_grad": (
            lambda: torch._standard_gamma_grad(alpha, z),
            wait,
            3,
        ),
        # What torch.distributions.Gamma.rsample calls.
        "PyTorch _standard_gamma": (
            lambda: torch._standard_gamma(alpha),
            wait,
            2,
        ),
    }


def _jax(device, alpha, z):
    jax = _module("jax")
    if jax is None or jax.default_backend() != device:
        return {}
    jax.config.update("jax_enable_x64", True)
    function = jax.jit(jax.lax.random_gamma_grad)
    alpha, z = jax.device_put(alpha), jax.device_put(z)
    return {
        "JAX random_gamma_grad": (
            lambda: function(alpha, z),
            lambda result: result.block_until_ready(),
            3,
        )
    }


def _tensorflow(device, alpha, z):
    del z
    tf = _module("tensorflow")
    if tf is None or not tf.config.list_physical_devices(device.upper()):
        return {}
    place = f"{device.upper()}:0"
    with tf.device(place):
        alpha = tf.constant(alpha)
        one = tf.constant(0)

    def draw():
        with tf.device(place):
            return tf.random.stateless_gamma(
                alpha.shape, SEED, alpha, dtype=alpha.dtype
            )

    def wait(samples):
        # One element to the processor, as there is no other way to wait.
        tf.gather(samples, one).numpy()

    # It may have no kernel for the device, and run elsewhere.
    if device.upper() not in draw().device:
        return {}
    return {"TensorFlow stateless_gamma": (draw, wait, 2)}


if __name__ == "__main__":
    main()
