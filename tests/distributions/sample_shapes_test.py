# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Samples of a static shape are drawn at once: the same, with fewer nodes.

A tensor as the shape takes the way of `tfd.Distribution`, which draws a vector
of samples and reshapes it.
"""

import numpy as np
import pytest
import tensorflow as tf

from tests.distributions.cases import CASES
from tf_implicit.distributions import _tfp

_CASES = [case for case in CASES if issubclass(case.ours, _tfp.SampledAtOnce)]
_AT_ONCE = pytest.mark.parametrize("case", _CASES, ids=lambda case: case.name)
_SEED = (1, 2)

# Nodes of the graph of a sample with the gradients in its parameters, constants
# and arguments not counted, at most so many.
_NODES = {
    "Gamma-concentration-rate": 8,
    "Gamma-concentration-log_rate": 10,
    "Dirichlet-concentration": 8,
    "ExpGamma-concentration-rate": 8,
    "InverseGamma-concentration-scale": 8,
    "Chi2-df": 13,
    "Beta-concentration1-concentration0": 16,
    "StudentT-df-loc-scale": 11,
    "Normal-loc-scale": 5,
    "Kumaraswamy-concentration1-concentration0": 52,
    "LogitNormal-loc-scale": 11,
    "GeneralizedExtremeValue-loc-scale-concentration": 68,
}


@_AT_ONCE
def test_samples_are_those_of_a_shape_that_is_a_tensor(case):
    law = case.ours(**case.tensors())
    for shape in ((), 5, [5], (2, 3), [0]):
        z = law.sample(shape, seed=_SEED)
        want = law.sample(tf.constant(shape, tf.int32), seed=_SEED)
        np.testing.assert_array_equal(z, want)
    seed = iter([_SEED])
    np.testing.assert_array_equal(
        law.sample(4, seed=lambda: next(seed)), law.sample([4], seed=_SEED)
    )


@_AT_ONCE
def test_static_shapes_and_errors(case):
    parameters = case.tensors()
    law = case.ours(**parameters)
    for shape in (-1, [2, -1]):
        with pytest.raises((ValueError, tf.errors.InvalidArgumentError)):
            law.sample(shape, seed=_SEED)
    rank = max(p.shape.rank for p in parameters.values())
    spec = tf.TensorSpec([None] * rank, tf.float32)

    @tf.function(input_signature=[spec] * len(parameters))
    def sample(*values):
        z = case.ours(**dict(zip(parameters, values, strict=True))).sample(
            [2, 4], seed=_SEED
        )
        assert z.shape.as_list() == [2, 4] + [None] * rank
        return z

    # A graph is simplified, which rounds otherwise.
    np.testing.assert_allclose(
        sample(*parameters.values()),
        law.sample([2, 4], seed=_SEED),
        rtol=8 * np.finfo(np.float32).eps,
    )


def _nodes(case):
    names = list(case.parameters)

    @tf.function
    def gradients(*values):
        with tf.GradientTape() as tape:
            tape.watch(values)
            law = case.ours(**dict(zip(names, values, strict=True)))
            z = law.sample(seed=_SEED)
        return z, tape.gradient(z, values)

    graph = gradients.get_concrete_function(*case.tensors().values()).graph
    skipped = ("Const", "Placeholder", "Identity", "NoOp")
    return [op.type for op in graph.get_operations() if op.type not in skipped]


@pytest.mark.parametrize("name", _NODES)
def test_nodes_of_a_graph(name):
    (case,) = (case for case in _CASES if case.name == name)
    nodes = _nodes(case)
    assert len(nodes) <= _NODES[name], nodes
