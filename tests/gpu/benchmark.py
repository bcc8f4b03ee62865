# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Speed of the CUDA kernels, and of PyTorch's and JAX's where they are there.

python -m tests.gpu.build && python -m tests.gpu.benchmark [--size=N]

Prints for each function and type the elements per second and the share of the
bandwidth that a copy from device memory to device memory has here: 100% would
mean that the arithmetic is free. Parameters are log-uniform in [0.01, 1e4], so
that neighbouring threads take different branches, as they do in a Dirichlet
over many topics; `sorted` has neighbours alike. The peers' Gamma derivatives
get the same numbers as RandomGammaGrad.
"""

import argparse

import numpy as np

from tests.gpu.launchers import LIBRARIES, Launchers

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
        alpha, z = _gamma_points(args.size, dtype)
        order = np.argsort(alpha)
        for loop in launchers.loops:
            _time_loop(launchers, loop, alpha, z, bandwidth, "mixed")
        _time_loop(
            launchers, "RandomGammaGrad", alpha[order], z[order], bandwidth,
            "sorted",
        )  # fmt: skip
        for name in ("normal", "gamma", "log_gamma", "von_mises"):
            _time_sampler(launchers, name, alpha, bandwidth)
        for peer in (_torch_seconds, _jax_seconds):
            if (found := peer(alpha, z)) is not None:
                name, seconds = found
                _report(name, dtype, args.size, seconds, 3, bandwidth)


def _gamma_points(size, dtype):
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


def _inputs(loop, alpha, z):
    """NumPy inputs for an elementwise function, of alpha and z."""
    one = np.ones_like(alpha)
    angle = np.fmod(z, 3)
    if "Fisher" in loop:
        moments = loop == "VonMisesFisherMoments"
        return (3 * one, alpha) if moments else (3 * one, alpha, angle)
    if "Beta" in loop:
        x = alpha.dtype.type(0.3) * one
        return (
            (alpha, one, x, 1 - x)
            if loop == "RandomBetaGrad"
            else (
                alpha,
                one,
                np.log(z),
            )
        )
    if "LogGamma" in loop:
        return alpha, np.log(z)
    if loop.startswith("VonMises"):
        return angle, alpha
    if "VonMises" in loop or "StudentT" in loop:
        return alpha, angle
    return alpha, z


def _time_loop(launchers, loop, alpha, z, bandwidth, order):
    inputs = [launchers.array(x) for x in _inputs(loop, alpha, z)]
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


def _torch_seconds(alpha, z):
    try:
        import torch
    except ImportError:
        return None
    if not torch.cuda.is_available():
        return None
    alpha, z = torch.from_numpy(alpha).cuda(), torch.from_numpy(z).cuda()
    least = float("inf")
    for _ in range(REPETITIONS):
        start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        start.record()
        torch._standard_gamma_grad(alpha, z)
        end.record()
        end.synchronize()
        least = min(least, start.elapsed_time(end) / 1e3)
    return "PyTorch _standard_gamma_grad", least


def _jax_seconds(alpha, z):
    try:
        import jax
    except ImportError:
        return None
    if jax.default_backend() != "gpu":
        return None
    import time

    jax.config.update("jax_enable_x64", True)
    function = jax.jit(jax.lax.random_gamma_grad)
    alpha, z = jax.device_put(alpha), jax.device_put(z)
    least = float("inf")
    for _ in range(REPETITIONS):
        start = time.perf_counter()
        function(alpha, z).block_until_ready()
        least = min(least, time.perf_counter() - start)
    return "JAX random_gamma_grad", least


if __name__ == "__main__":
    main()
