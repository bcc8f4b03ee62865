# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Models are saved here and loaded in processes that know nothing of them."""

import subprocess
import sys

import numpy as np
import pytest
import tensorflow as tf
import tensorflow_probability as tfp
import tf_keras

import tf_implicit as tfi

_LOAD = """
import sys
import numpy as np
import tensorflow as tf
try:
    tf.saved_model.load(sys.argv[1])
    error = "none"
except RuntimeError as raised:
    error = str(raised)
import tf_implicit
model = tf.saved_model.load(sys.argv[1])
serve = model.signatures["serving_default"]
outputs = serve(concentration=tf.constant([0.3, 2.0, 50.0]))
# The gradient is not in the file: the import registers it.
concentration = tf.constant([0.3, 2.0, 50.0])
with tf.GradientTape() as tape:
    tape.watch(concentration)
    y = tf.reduce_sum(model.sample(concentration)["sample"])
again = tape.gradient(y, concentration)
np.savez(sys.argv[2], error=error, again=again, **outputs)
"""

_LOAD_KERAS = """
import sys
import numpy as np
import tensorflow as tf
import tf_keras
import tf_implicit as tfi
model = tf_keras.models.load_model(sys.argv[1], compile=False)
x = tf.constant([[0.1, -0.4], [1.0, 2.0], [-1.0, 0.5]])
with tf.GradientTape() as tape:
    z = model(x)
    distribution = z.tensor_distribution
    loss = -tf.reduce_mean(distribution.log_prob(tf.constant([1.0, 2.0, 3.0])))
    loss += tf.reduce_mean(z)
gradients = tape.gradient(loss, model.trainable_variables)
assert isinstance(distribution, tfi.distributions.Gamma), distribution
assert all(np.all(np.isfinite(g)) for g in gradients)
np.savez(sys.argv[2], mean=distribution.mean())
"""


class _Sampler(tf.Module):
    """A model with a signature in the manner of TensorFlow Serving."""

    @tf.function(input_signature=[tf.TensorSpec([None], name="concentration")])
    def sample(self, concentration):
        with tf.GradientTape() as tape:
            tape.watch(concentration)
            z = tfi.distributions.Gamma(concentration, 2.0).sample(seed=[1, 2])
            x = tfi.distributions.Dirichlet(concentration).sample(seed=[1, 2])
        gradient = tape.gradient(z, concentration)
        return {"sample": z, "gradient": gradient, "dirichlet": x}


def _run(script, *arguments):
    subprocess.run(
        [sys.executable, "-c", script, *map(str, arguments)], check=True
    )


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    path = tmp_path_factory.mktemp("saved") / "model"
    model = _Sampler()
    tf.saved_model.save(
        model, path, signatures={"serving_default": model.sample}
    )
    return path


def test_loads_in_another_process_after_the_import(saved, tmp_path):
    output = tmp_path / "output.npz"
    _run(_LOAD, saved, output)
    got = np.load(output)
    assert "Op type not registered 'TFImplicit>" in str(got["error"])
    want = _Sampler().sample(tf.constant([0.3, 2.0, 50.0]))
    for name, value in want.items():
        np.testing.assert_array_equal(got[name], value)
    np.testing.assert_array_equal(got["again"], want["gradient"])


def _model(dense_dtype=None, lambda_dtype=None):
    return tf_keras.Sequential(
        [
            tf_keras.layers.Dense(2, input_shape=[2], dtype=dense_dtype),
            tfp.layers.DistributionLambda(
                lambda t: tfi.distributions.Gamma(
                    tf.nn.softplus(t[:, 0]) + 0.1, tf.nn.softplus(t[:, 1]) + 0.1
                ),
                dtype=lambda_dtype,
            ),
        ]
    )


def _data():
    x = tf.random.stateless_normal([64, 2], [1, 2])
    return x, tf.exp(x[:, 0])


def _fit(model):
    """Trains by maximum likelihood; returns the loss before and after."""
    model.compile(loss=lambda y, gamma: -gamma.log_prob(y))
    before = model.evaluate(*_data(), verbose=0)
    model.fit(*_data(), epochs=3, verbose=0)
    return before, model.evaluate(*_data(), verbose=0)


def test_keras_model_with_a_distribution(tmp_path):
    model = _model()
    before, after = _fit(model)
    assert after < before

    path, output = tmp_path / "model", tmp_path / "output.npz"
    model.save(path, save_format="tf")
    _run(_LOAD_KERAS, path, output)
    x = tf.constant([[0.1, -0.4], [1.0, 2.0], [-1.0, 0.5]])
    want = model(x).tensor_distribution.mean()
    np.testing.assert_allclose(np.load(output)["mean"], want, rtol=1e-6)


def test_mixed_bfloat16_with_a_float32_distribution():
    # As Keras asks for layers whose output is a loss.
    model = _model("mixed_bfloat16", "float32")
    assert model.layers[0](_data()[0]).dtype == tf.bfloat16
    before, after = _fit(model)
    assert after < before


def test_mixed_bfloat16_samples():
    model = _model("mixed_bfloat16", "mixed_bfloat16")
    with tf.GradientTape() as tape:
        z = tf.convert_to_tensor(model(_data()[0]))
        loss = tf.reduce_mean(z)
    assert z.dtype == tf.bfloat16
    for gradient in tape.gradient(loss, model.trainable_variables):
        assert gradient.dtype == tf.float32
        assert np.all(np.isfinite(gradient)) and np.any(gradient != 0)
