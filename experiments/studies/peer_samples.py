# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Samples and their gradients in four libraries, and the truth.

PyTorch's samples are those of `pyro.distributions`, which are
`torch.distributions` and more; JAX's those of `numpyro.distributions`. Both are
optional.
"""

import functools
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import mpmath
import numpy as np
import tensorflow as tf
import tensorflow_probability as tfp

import tf_implicit as tfi
from experiments.studies import gradient_methods

__all__ = ["JAX", "ROWS", "TORCH", "Library", "Row", "libraries"]

TORCH, JAX = "PyTorch, Pyro", "JAX, NumPyro"

_SEED = (1, 2)


class Library(NamedTuple):
    """What a row needs of a library.

    Attributes:
        name: Its column.
        distributions: The module.
        math: The module with `log`, `abs` and `cos`.
        array: Function from a numpy array to the library's.
        prepare: Function of `make`, a loss and float32 values `[n]` of the
            parameter that returns a function without arguments: it draws the
            samples of `make(library, parameter)` and returns the derivative of
            each one's loss in its own parameter, `[n]`, as a numpy array, or
            None where there is none.
    """

    name: str
    distributions: Any
    math: Any
    array: Callable[[np.ndarray], Any]
    prepare: Callable[..., Callable[[], np.ndarray | None]]


class Row(NamedTuple):
    """A distribution and one of its parameters.

    Attributes:
        name: The distribution and the function f of its sample.
        values: Of the parameter; the first one is ordinary.
        loss: f(library, z), elementwise in the first axis.
        expectation: E f(z) as a function of the parameter, for mpmath.
        make: Function of a library and the parameter, `[n]`, that returns the
            distribution.
        others: Such functions by name, of libraries with another class; None
            where there is none.
        elements: Numbers in a sample.
        timed: Between which values, log-uniform, it is timed.
    """

    name: str
    values: tuple[float, ...]
    loss: Callable[[Library, Any], Any]
    expectation: Callable[[mpmath.mpf], mpmath.mpf]
    make: Callable[[Library, Any], Any]
    others: Mapping[str, Callable[[Library, Any], Any] | None] = {}
    elements: int = 1
    timed: tuple[float, float] = (0.1, 100.0)

    def maker(self, library: Library) -> Callable[[Library, Any], Any] | None:
        """Returns what makes the distribution in this library, if any does."""
        return self.others.get(library.name, self.make)


def _prepare_tf(library, make, loss, values):
    @tf.function
    def slopes(parameter):
        with tf.GradientTape() as tape:
            tape.watch(parameter)
            z = make(library, parameter).sample(seed=_SEED)
            value = loss(library, z)
        # The value, too: a gradient that does not depend on the sample, as a
        # wrong one may not, would leave the sampler out of the graph.
        return value, tape.gradient(value, parameter)

    parameter = tf.constant(values)

    def run():
        _, result = slopes(parameter)
        return None if result is None else result.numpy()

    return run


def _prepare_torch(library, make, loss, values):
    torch = library.math
    parameter = torch.from_numpy(values).requires_grad_()

    def run():
        torch.manual_seed(_SEED[0])
        distribution = make(library, parameter)
        if not distribution.has_rsample:
            return None
        value = loss(library, distribution.rsample())
        return torch.autograd.grad(value.sum(), parameter)[0].numpy()

    return run


def _prepare_jax(library, make, loss, values):
    jax = gradient_methods.optional_module("jax")
    # Where it has a gradient in some parameters alone, `rsample` refuses.
    if not make(library, library.array(values[:1])).has_rsample:
        return lambda: None

    def total(parameter, key):
        z = make(library, parameter).rsample(key)
        return loss(library, z).sum()

    slopes = jax.jit(jax.value_and_grad(total))
    arguments = library.array(values), jax.random.key(_SEED[0])
    return lambda: np.asarray(slopes(*arguments)[1])


@functools.cache
def libraries() -> tuple[Library, ...]:
    """Returns those that are installed."""

    def tensorflow(name, distributions):
        return Library(name, distributions, tf.math, tf.constant, _prepare_tf)

    result = [
        tensorflow("tf_implicit", tfi.distributions),
        tensorflow("TFP", tfp.distributions),
    ]
    pyro = gradient_methods.optional_module("pyro.distributions")
    if pyro is not None:
        torch = gradient_methods.optional_module("torch")
        # Its checks of arguments cost time, and nobody else's are on.
        torch.distributions.Distribution.set_default_validate_args(False)
        result.append(
            Library(TORCH, pyro, torch, torch.from_numpy, _prepare_torch)
        )
    numpyro = gradient_methods.optional_module("numpyro.distributions")
    if numpyro is not None:
        jax = gradient_methods.optional_module("jax")
        jax.config.update("jax_platforms", "cpu")
        result.append(
            Library(JAX, numpyro, jax.numpy, jax.numpy.asarray, _prepare_jax)
        )
    return tuple(result)


class _LogGamma:
    """The logarithm of a Gamma variable, as a user of JAX draws it."""

    has_rsample = True

    def __init__(self, concentration):
        self._concentration = concentration

    def rsample(self, key):
        random = gradient_methods.optional_module("jax").random
        return random.loggamma(key, self._concentration)


def _identity(library, z):
    del library
    return z


def _sum_of_squares(library, z):
    ones = library.array(np.ones([z.shape[-1], 1], np.float32))
    return (z * z) @ ones


def _tile(library, p, size):
    return p[:, None] * library.array(np.ones([1, size], np.float32))


def _mixture(library, x, **kwargs):
    d = library.distributions
    logits = x[:, None] * library.array(np.array([[0, 1]], np.float32))
    loc, scale = map(library.array, np.float32([[-1, 2], [0.5, 0.5]]))
    return d.MixtureSameFamily(
        d.Categorical(logits=logits), d.Normal(loc, scale), **kwargs
    )


def _pyro_mixture(library, x):
    """Pyro's own class for it, in one dimension."""
    logits = x[:, None] * library.array(np.array([[0, 1]], np.float32))
    loc, scale = np.float32([[-1, 2], [0.5, 0.5]])[..., None]
    tile = np.ones([len(x), 1, 1], np.float32)
    return library.distributions.MixtureOfDiagNormals(
        library.array(tile * loc), library.array(tile * scale), logits
    )


def _wishart(library, df):
    tril = library.array(np.eye(3, dtype=np.float32))
    return library.distributions.Wishart(df, scale_tril=tril)


def _log_of_gamma(library, a):
    d = library.distributions
    return d.TransformedDistribution(
        d.Gamma(a, 1.0), [d.transforms.ExpTransform().inv]
    )


def _bessel_ratio(k):
    return mpmath.besseli(1, k) / mpmath.besseli(0, k)


def _truncated_mean(loc, low=4, high=6):
    def tail(x):
        return mpmath.erfc((x - loc) / mpmath.sqrt(2)) / 2

    density = mpmath.npdf(low - loc) - mpmath.npdf(high - loc)
    return loc + density / (tail(low) - tail(high))


ROWS = (
    Row(
        "Gamma(a, 1): z",
        (3.0, 1e6, 1e-3),
        _identity,
        lambda a: a,
        lambda lib, a: lib.distributions.Gamma(a, 1.0),
    ),
    Row(
        "log of Gamma(a, 1)",
        (3.0, 1e-3),
        _identity,
        mpmath.digamma,
        lambda lib, a: lib.distributions.ExpGamma(a, 1.0),
        {TORCH: _log_of_gamma, JAX: lambda lib, a: _LogGamma(a)},
    ),
    Row(
        "InverseGamma(a, 1): log z",
        (3.0, 1e6),
        lambda lib, z: lib.math.log(z),
        lambda a: -mpmath.digamma(a),
        lambda lib, a: lib.distributions.InverseGamma(a, 1.0),
    ),
    Row(
        "Beta(a, 2): z",
        (0.5, 1e-3),
        _identity,
        lambda a: a / (a + 2),
        lambda lib, a: lib.distributions.Beta(a, 2.0),
    ),
    Row(
        "Dirichlet(a, ..., a), 50: sum of z^2",
        (0.5, 1e-3),
        _sum_of_squares,
        lambda a: (a + 1) / (50 * a + 1),
        lambda lib, a: lib.distributions.Dirichlet(_tile(lib, a, 50)),
        elements=50,
    ),
    Row(
        "StudentT(df, 0, 1): log of abs z",
        (3.0, 0.1),
        lambda lib, z: lib.math.log(lib.math.abs(z)),
        lambda df: (mpmath.log(df) - mpmath.digamma(df / 2)) / 2,
        lambda lib, df: lib.distributions.StudentT(df, 0.0, 1.0),
    ),
    Row(
        "VonMises(0, k): cos z",
        (2.0, 1e-2),
        lambda lib, z: lib.math.cos(z),
        _bessel_ratio,
        lambda lib, k: lib.distributions.VonMises(0.0, k),
    ),
    Row(
        "Normal(m, 1) in (4, 6): z",
        (4.5, 0.2),
        _identity,
        _truncated_mean,
        lambda lib, m: lib.distributions.TruncatedNormal(m, 1.0, 4.0, 6.0),
        {
            TORCH: None,
            JAX: lambda lib, m: lib.distributions.TruncatedNormal(
                m, 1.0, low=4.0, high=6.0
            ),
        },
        timed=(0.1, 10.0),
    ),
    Row(
        "Wishart(df, I), 3 x 3: z_11",
        (5.0, 1e5),
        lambda lib, z: z[..., 0, 0],
        lambda df: df,
        lambda lib, df: lib.distributions.WishartTriL(
            df, np.eye(3, dtype=np.float32)
        ),
        {TORCH: _wishart, JAX: _wishart},
        elements=9,
        timed=(3.0, 100.0),
    ),
    Row(
        "CholeskyLKJ(3, c): z_21^2",
        (2.0, 1e-2),
        lambda lib, z: z[..., 1, 0] ** 2,
        lambda c: 1 / (2 * c + 2),
        lambda lib, c: lib.distributions.CholeskyLKJ(3, c),
        dict.fromkeys(
            (TORCH, JAX), lambda lib, c: lib.distributions.LKJCholesky(3, c)
        ),
        elements=9,
    ),
    Row(
        "two Normals, a weight's logit: z",
        (1.0, -8.0),
        lambda lib, z: z.reshape(-1) if lib.name == TORCH else z,
        lambda x: 3 / (1 + mpmath.exp(-x)) - 1,
        _mixture,
        {
            "TFP": lambda lib, x: _mixture(lib, x, reparameterize=True),
            TORCH: _pyro_mixture,
        },
        timed=(0.1, 3.0),
    ),
)
