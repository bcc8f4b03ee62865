# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Trained autoencoders as SavedModels, which need nothing but TensorFlow.

A folder that `export` wrote holds a SavedModel, to be read by
`tf.saved_model.load`, with

    encode(images)         float32 `[batch, pixels]` zeros and ones to the
                           location of their posterior, `[batch, dimensions]`
    decode(z)              latent variables, `[batch, dimensions]`, to the
                           brightness of each pixel, `[batch, pixels]`
"""

import pathlib

import tensorflow as tf

from experiments.autoencoders import autoencoder

__all__ = ["export"]


def export(
    model: autoencoder.VariationalAutoencoder, folder: pathlib.Path
) -> None:
    """Writes a model as the module's docstring describes."""
    tf.saved_model.save(
        _Exported(model),
        str(folder),
        # Who uses the model does not differentiate it.
        options=tf.saved_model.SaveOptions(experimental_custom_gradients=False),
    )


class _Exported(tf.Module):
    """What a SavedModel holds."""

    def __init__(self, model):
        super().__init__()
        self.encoder, self.decoder = model.encoder, model.decoder
        latent = model.latent
        pixels = model.encoder.kernels[0].shape[0]

        @tf.function(
            input_signature=[tf.TensorSpec([None, pixels], name="images")]
        )
        def encode(images):
            return latent.location(latent.posterior(model.encoder(images)))

        @tf.function(
            input_signature=[
                tf.TensorSpec([None, latent.num_coordinates], name="z")
            ]
        )
        def decode(z):
            return tf.sigmoid(model.decoder(latent.features(z)))

        self.encode, self.decode = encode, decode
