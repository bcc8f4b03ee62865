# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""tf.function(jit_compile=True) gives what the ops give without it."""

import os
import subprocess
import sys

import numpy as np
import pytest
import tensorflow as tf

import tf_implicit as tfi
from tests.modes import every_op, modes
from tests.modes.cases import MATH, QUICK_DISTRIBUTIONS, SAMPLERS
from tf_implicit._op_library import ops

_LIBRARY = os.path.join(os.path.dirname(tfi.__file__), "_tf_implicit_xla.so")

pytestmark = pytest.mark.skipif(
    not os.path.exists(_LIBRARY),
    reason="built without _tf_implicit_xla.so: the headers of HighwayHash and "
    "FarmHash are missing",
)


def _jit(function):
    return tf.function(function, jit_compile=True, autograph=False)


def _gradients(function, parameters):
    with tf.GradientTape() as tape:
        tape.watch(parameters)
        y = function(*parameters)
    return y, tape.gradient(y, parameters)


def _assert_equal(got, want, name):
    for g, w in zip(got, want, strict=True):
        assert g.dtype == w.dtype and g.shape == w.shape, name
        np.testing.assert_array_equal(
            tf.cast(g, tf.float64), tf.cast(w, tf.float64), err_msg=name
        )


@pytest.mark.parametrize("dtype", every_op.DTYPES, ids=lambda d: d.name)
def test_every_op_gives_the_same_bits(dtype):
    # One compilation for all; `name` says which op it was.
    calls = {n: every_op.arguments(n, dtype) for n in every_op.names()}
    assert len(calls) >= 24
    tensors = {
        n: {k: v for k, v in a.items() if isinstance(v, tf.Tensor)}
        for n, a in calls.items()
    }

    @_jit
    def compiled(tensors):
        return {
            n: every_op.call(n, {**calls[n], **tensors[n]}) for n in tensors
        }

    got = compiled(tensors)
    for name, keywords in calls.items():
        _assert_equal(got[name], every_op.call(name, keywords), name)


@pytest.mark.parametrize("case", MATH + SAMPLERS, ids=lambda c: c.name)
def test_values_and_gradients(case):
    # XLA may sum in another order, and fuse a product with a sum.
    parameters = case.tensors(tf.float64)
    _assert_equal(
        _jit(case.outputs)(*parameters), case.outputs(*parameters), case.name
    )
    got = _jit(lambda *p: _gradients(case.total, list(p)))(*parameters)
    want = _gradients(case.total, parameters)
    for g, w in zip(tf.nest.flatten(got), tf.nest.flatten(want), strict=True):
        np.testing.assert_allclose(g, w, rtol=1e-14)


# A constant seed may be folded before XLA sees it.
@pytest.mark.parametrize(
    "dtype", [tf.float32, tf.float64], ids=lambda d: d.name
)
def test_seeds_that_are_arguments(dtype):
    laws = {
        "ExponentiallyModifiedGaussian": (0.5, 1.0, 2.0),
        "GeneralizedExtremeValue": (0.5, 1.0, 0.25),
        "GeneralizedPareto": (0.5, 1.0, 0.25),
        "InverseGaussian": (1.0, 2.0),
        "TruncatedNormal": (0.0, 1.0, -1.0, 2.0),
    }
    for name, parameters in laws.items():
        parameters = [tf.constant(x, dtype) for x in parameters]
        law = getattr(tfi.distributions, name)(*parameters)
        seed = tf.constant([3, 4])
        want = law.sample(100, seed=seed)
        got = _jit(lambda s, law=law: law.sample(100, seed=s))(seed)
        # XLA rounds in other places.
        eps = 16 * np.finfo(dtype.as_numpy_dtype).eps
        np.testing.assert_allclose(got, want, eps, eps, err_msg=name)


@pytest.mark.parametrize("case", QUICK_DISTRIBUTIONS, ids=lambda c: c.name)
def test_samples_and_gradients_of_distributions(case):
    modes.xla(case)


@pytest.mark.parametrize(
    "case",
    [
        *SAMPLERS,
        *(c for c in QUICK_DISTRIBUTIONS if c.name in ("Beta-cdf", "StudentT")),
    ],
    ids=lambda c: c.name,
)
def test_second_derivatives(case):
    def second(*parameters):
        with tf.GradientTape() as tape:
            tape.watch(parameters)
            _, first = _gradients(case.total, list(parameters))
            first = tf.add_n([tf.reduce_sum(g) for g in first])
        return tape.gradient(first, parameters)

    parameters = case.tensors(tf.float64)
    got, want = _jit(second)(*parameters), second(*parameters)
    for g, w in zip(got, want, strict=True):
        np.testing.assert_allclose(g, w, rtol=1e-10)


def test_many_elements():
    # More than one block, on several threads; parameters that are repeated
    # along the last axis, along the first, and along both.
    rng = np.random.default_rng(0)
    rows = tf.constant(np.exp(rng.uniform(-5, 5, [300, 1])), tf.float32)
    columns = tf.constant(np.exp(rng.uniform(-5, 5, [1000])), tf.float32)
    one = tf.constant(2.5)

    def samples(*parameters):
        shape = [300, 1000]
        results = [
            f(shape, [5, 6], p)
            for f in (
                tfi.random.stateless_gamma,
                tfi.random.stateless_dirichlet,
                tfi.random.stateless_von_mises,
            )
            for p in parameters
        ]
        return [*results, tfi.math.random_gamma_grad(*parameters[:2])]

    _assert_equal(
        _jit(samples)(rows, columns, one), samples(rows, columns, one), ""
    )


def test_empty_tensors_and_64_bit_arguments():
    empty = _jit(lambda a: tfi.random.stateless_gamma([0, 2], [1, 2], a))
    assert empty(tf.ones([2])).shape == (0, 2)
    no_rows = _jit(lambda c: tfi.random.stateless_dirichlet([0, 2], [1, 2], c))
    assert no_rows(tf.ones([2])).shape == (0, 2)
    empty = _jit(tfi.math.random_gamma_grad)
    assert empty(tf.ones([0, 3]), tf.ones([3])).shape == (0, 3)
    seed = tf.constant([2**40 + 3, -(2**50)], tf.int64)

    def sample(seed):
        shape = tf.constant([5], tf.int64)
        return tfi.random.stateless_gamma(shape, seed, 2.0)

    _assert_equal([_jit(sample)(seed)], [sample(seed)], "seed")


def test_out_of_domain():
    alpha = tf.constant([-1.0, np.nan, 0.0, 2.0])

    def values(a):
        return (
            tfi.random.stateless_gamma([4], [1, 2], a),
            tfi.math.random_gamma_grad(a, 1.5),
        )

    _assert_equal(_jit(values)(alpha), values(alpha), "domain")


def test_subnormal_numbers_are_not_zero():
    z = tf.constant([1e-40], tf.float32)
    got = _jit(tfi.math.random_gamma_grad)(tf.constant([0.01]), z)
    want = tfi.math.random_gamma_grad(tf.constant([0.01]), z)
    assert want > 0
    _assert_equal([got], [want], "subnormal")


def test_shape_must_be_a_constant():
    def sample(n):
        return tfi.random.stateless_gamma([n], [1, 2], 2.0)

    # XLA compiles once for each value of an argument that is a shape.
    for n in (3, 4):
        n = tf.constant(n)
        _assert_equal([_jit(sample)(n)], [sample(n)], "shape")

    @_jit
    def sample_counted(x):
        n = tf.while_loop(
            lambda n: tf.reduce_sum(x) > tf.cast(n, tf.float32),
            lambda n: [n + 1],
            [tf.constant(0)],
        )[0]
        return sample(n)

    with pytest.raises(
        tf.errors.InvalidArgumentError, match="must be a compile-time constant"
    ):
        sample_counted(tf.constant([1.0, 2.0]))


def test_bounded_shapes_are_refused():
    @_jit
    def gradient(x):
        positive = tf.boolean_mask(x, x > 0)
        return tf.reduce_sum(tfi.math.random_gamma_grad(positive, 1.0))

    with pytest.raises(
        tf.errors.UnimplementedError,
        match="the shape of `alpha` must be known at compile time",
    ):
        gradient(tf.constant([1.0, -1.0, 2.0]))


def test_shapes_that_do_not_fit_are_refused():
    with pytest.raises(
        (ValueError, tf.errors.InvalidArgumentError), match="must broadcast"
    ):
        _jit(lambda a: tfi.random.stateless_gamma([2], [1, 2], a))(tf.ones([3]))


def test_dimension_below_2_is_refused():
    with pytest.raises(
        tf.errors.InvalidArgumentError, match="`dimension` must be at least 2"
    ):
        _jit(
            lambda m: tfi.random.stateless_von_mises_fisher_angle(
                [2], [1, 2], m, 1.0
            )
        )(tf.constant(1))


# Inputs that an op kernel refuses: op, arguments, what it says.
_REFUSED = {
    "no components": (
        "stateless_dirichlet",
        {"shape": [], "seed": [1, 2], "concentration": 1.0},
        "`shape` must have at least one entry",
    ),
    "seed of three": (
        "stateless_gamma",
        {"shape": [2], "seed": [1, 2, 3], "alpha": 1.0},
        r"`seed` must have shape \[2\], got \[3\]",
    ),
    "seed of rank 0": (
        "stateless_normal",
        {"shape": [2], "seed": 1, "T": tf.float32},
        r"`seed` must have shape \[2\], got \[\]",
    ),
    "parameter": (
        "stateless_von_mises",
        {"shape": [2], "seed": [1, 2], "concentration": [[1.0], [2.0]]},
        r"`concentration` must broadcast to `shape`: they are \[2,1\] and \[2",
    ),
    "dimension of rank 1": (
        "stateless_von_mises_fisher_angle",
        {"shape": [2], "seed": [1, 2], "concentration": 1.0, "dimension": [3]},
        r"`dimension` must be a scalar, got the shape \[1\]",
    ),
    "dimension 1": (
        "stateless_von_mises_fisher_angle",
        {"shape": [2], "seed": [1, 2], "concentration": 1.0, "dimension": 1},
        "`dimension` must be at least 2, got 1",
    ),
    "elementwise": (
        "random_beta_grad",
        {
            "concentration1": [1.0, 2.0],
            "concentration0": 1.0,
            "sample": [0.1, 0.2, 0.3],
            "complement": 0.5,
        },
        r"`concentration1` \[2\], `concentration0` \[\], `sample` \[3\], `com",
    ),
}


@pytest.mark.parametrize("jit_compile", [False, True])
@pytest.mark.parametrize(
    ("name", "arguments", "message"), _REFUSED.values(), ids=_REFUSED
)
def test_wrong_inputs_are_refused_as_without_xla(
    name, arguments, message, jit_compile
):
    op = getattr(ops, f"tf_implicit_{name}")
    fixed = {k: v for k, v in arguments.items() if k in ("shape", "T")}
    tensors = {
        k: tf.constant(v) for k, v in arguments.items() if k not in fixed
    }
    signature = {k: tf.TensorSpec(None, v.dtype) for k, v in tensors.items()}

    # Of unknown shape, or the op's shape function would find it first.
    @tf.function(jit_compile=jit_compile, input_signature=[signature])
    def call(inputs):
        return op(**fixed, **inputs)

    with pytest.raises(
        (ValueError, tf.errors.InvalidArgumentError), match=message
    ):
        call(tensors)


_WITHOUT_LIBRARY = """
import sys
import tensorflow as tf
# As in a build without the library.
tf.load_library = lambda path: None
import tf_implicit as tfi

def gradient(a):
    return tfi.math.random_gamma_grad(a, 1.5)

try:
    tf.function(gradient, jit_compile=True)(tf.constant(2.0))
except tf.errors.UnimplementedError as error:
    print(error.message.splitlines()[0])
# Where TensorFlow chooses what to compile, it falls back to the kernels.
plain = tf.function(lambda a: gradient(a) * 2 + 1)(tf.constant([2.0]))
print(abs(float(plain[0]) - 2 * float(gradient(2.0)) - 1) < 1e-6)
"""


def test_without_the_library_the_message_names_it():
    run = subprocess.run(
        [sys.executable, "-c", _WITHOUT_LIBRARY],
        env={
            **os.environ,
            "TF_XLA_FLAGS": "--tf_xla_auto_jit=2 --tf_xla_cpu_global_jit "
            "--tf_xla_min_cluster_size=1",
        },
        cwd=os.path.dirname(os.path.dirname(tfi.__file__)),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    message, falls_back = run.stdout.splitlines()
    assert "TFImplicit>RandomGammaGrad cannot be compiled with XLA" in message
    assert "_tf_implicit_xla.so" in message
    assert falls_back == "True"
