# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Pictures of autoencoders: training, samples, latent spaces."""

import math
import pathlib
from collections.abc import Mapping, Sequence

import matplotlib.figure
import matplotlib.image
import numpy as np
import tensorflow as tf

__all__ = [
    "decoded_map",
    "has_map",
    "plot_comparison",
    "plot_latent_spaces",
    "plot_reconstructions",
    "plot_samples",
    "plot_training",
]

# Images along each side of the decoded map, and of other collections.
_MAP_SIDE = 20
_SIDE = 10

# Where the map's axes end when the support does not: prior quantiles.
_UNBOUNDED = (0.002, 0.998)

_NAMES = {
    "normal": "Normal",
    "gamma": "Gamma",
    "beta": "Beta",
    "von_mises": "von Mises",
}


def plot_training(
    metrics: Sequence[Mapping[str, float]], path: pathlib.Path
) -> None:
    """Draws the loss, the lower bound and its divergence against steps.

    Args:
        metrics: Lines of `run_folder.Run.metrics`.
        path: The picture to write; its ending chooses the format.
    """
    figure = matplotlib.figure.Figure(figsize=(9, 3.5), layout="constrained")
    loss, divergence = figure.subplots(1, 2)
    _plot_metric(loss, metrics, "train_loss", label="training loss")
    bounds = [m for m in metrics if "test_elbo" in m]
    loss.plot(
        [m["step"] for m in bounds],
        [-m["test_elbo"] for m in bounds],
        label="test: -ELBO",
    )
    loss.set(xlabel="step", ylabel="nats")
    if len(metrics) > 3:
        # The first epochs are far above all others.
        later = [m["train_loss"] for m in metrics[3:]]
        later += [-m["test_elbo"] for m in bounds if m["step"] > 0]
        loss.set_ylim(0.98 * min(later), 1.02 * max(later))
    loss.legend()
    _plot_metric(divergence, metrics, "test_kl")
    divergence.set(xlabel="step", ylabel="test: KL(q(z | x) || p(z)), nats")
    figure.savefig(path, dpi=120)


def plot_comparison(
    runs: Mapping[str, Sequence[Mapping[str, float]]], path: pathlib.Path
) -> None:
    """Draws the objectives and gradient variances of runs (Figure 3c).

    Args:
        runs: The metrics of each, by label.
        path: The picture to write.
    """
    figure = matplotlib.figure.Figure(figsize=(9, 3.5), layout="constrained")
    objective, variance = figure.subplots(1, 2)
    for label, metrics in runs.items():
        bounds = [m for m in metrics if "test_elbo" in m]
        objective.plot(
            [m["step"] for m in bounds],
            [-m["test_elbo"] for m in bounds],
            label=label,
        )
        _plot_metric(variance, metrics, "gradient_variance", label=label)
    objective.set(xlabel="step", ylabel="test: -ELBO, nats")
    variance.set(xlabel="step", ylabel="variance of the gradient")
    variance.set_yscale("log")
    objective.legend()
    figure.savefig(path, dpi=120)


def plot_samples(
    model, size: tuple[int, int], seed: tf.Tensor, path: pathlib.Path
) -> None:
    """Draws decoded samples of the prior.

    Args:
        model: A `VariationalAutoencoder`.
        size: Height and width of an image.
        seed: int32 `[2]`.
        path: The picture to write.
    """
    z = model.latent.sample_prior(_SIDE**2, seed)
    pixels = _decode(model, z)
    _save_images(_mosaic(pixels, _SIDE, _SIDE, size), path)


def plot_reconstructions(
    model, images: tf.Tensor, size: tuple[int, int], path: pathlib.Path
) -> None:
    """Draws test images, each above what the decoder makes of its location.

    Args:
        model: A `VariationalAutoencoder`.
        images: `[images, pixels]`.
        size: Height and width of an image.
        path: The picture to write.
    """
    columns = min(2 * _SIDE, len(images))
    rows = min(4, len(images) // columns)
    images = images[: rows * columns]
    latent = model.latent
    z = latent.location(latent.posterior(model.encoder(images)))
    pairs = np.stack(
        [
            part.reshape(rows, columns, -1)
            for part in (images.numpy(), _decode(model, z))
        ],
        axis=1,
    )
    pixels = pairs.reshape(2 * rows * columns, -1)
    _save_images(_mosaic(pixels, 2 * rows, columns, size), path)


def has_map(latent) -> bool:
    """Whether `plot_latent_spaces` can draw the latent variables."""
    return latent.size == latent.num_coordinates == 2


def plot_latent_spaces(trained, path: pathlib.Path) -> None:
    """Draws two-dimensional latent spaces (Figure 4).

    Above, the decoder's images at a grid of the prior's quantiles, so that
    equal areas have equal probability; below, the locations of the posteriors
    of the test images, coloured by their labels.

    Args:
        trained: Sequence of (model, images, configuration).
        path: The picture to write.
    """
    figure = matplotlib.figure.Figure(
        figsize=(4.6 * len(trained), 9.2), layout="constrained"
    )
    axes = figure.subplots(2, len(trained), squeeze=False)
    for (above, below), (model, data, config) in zip(
        axes.T, trained, strict=True
    ):
        above.imshow(
            1 - decoded_map(model, data.size), cmap="gray", vmin=0, vmax=1
        )
        above.set_axis_off()
        above.set_title(_NAMES[config.posterior])
        _plot_locations(below, model, data)
    # Without "tight" the titles are cut at the upper edge.
    figure.savefig(path, dpi=80, bbox_inches="tight")


def decoded_map(model, size: tuple[int, int]) -> np.ndarray:
    """Returns the decoder's images at a grid of the prior's quantiles.

    Args:
        model: A `VariationalAutoencoder` with two latent variables.
        size: Height and width of an image.

    Returns:
        The images beside each other, as one; the first variable grows to the
        right, the second upwards.
    """
    u = (np.arange(_MAP_SIDE) + 0.5) / _MAP_SIDE
    grid = np.stack(np.meshgrid(u, u[::-1]), -1).reshape(-1, 2)
    pixels = _decode(model, model.latent.quantile(grid))
    return _mosaic(pixels, _MAP_SIDE, _MAP_SIDE, size)


def _plot_locations(axes, model, data) -> None:
    """Draws where the test images are."""
    latent = model.latent
    pixels = data.test.reshape(len(data.test), -1)
    # The brightness is the mean of all binary images.
    images = tf.constant(pixels / 255, tf.float32)
    z = latent.location(latent.posterior(model.encoder(images))).numpy()
    labels = data.test_labels
    points = axes.scatter(
        *z.T,
        s=3 if len(z) > 1000 else 12,
        c="C0" if labels is None else labels,
        cmap=None if labels is None else "tab10",
        linewidths=0,
    )
    low, high = (latent.quantile(np.array([p]))[0] for p in _UNBOUNDED)
    if np.isfinite(latent.quantile(np.array([0.0, 1.0]))).all():
        low, high = latent.quantile(np.array([0.0, 1.0])).numpy()
    axes.set(xlim=(low, high), ylim=(low, high), xlabel="z1", ylabel="z2")
    axes.set_aspect("equal")
    if labels is not None:
        axes.legend(
            *points.legend_elements(num=None),
            loc="upper center",
            bbox_to_anchor=(0.5, -0.12),
            ncols=10,
            fontsize="small",
            handletextpad=0.0,
            columnspacing=0.6,
        )


def _plot_metric(axes, metrics, name, **style) -> None:
    """Draws one metric against steps, where it was measured."""
    lines = [m for m in metrics if name in m]
    axes.plot([m["step"] for m in lines], [m[name] for m in lines], **style)


def _decode(model, z: tf.Tensor) -> np.ndarray:
    """Returns the brightness of each pixel, `[batch, pixels]`."""
    return tf.sigmoid(model.decoder(model.latent.features(z))).numpy()


def _mosaic(
    pixels: np.ndarray, rows: int, columns: int, size: tuple[int, int]
) -> np.ndarray:
    """Puts images `[rows columns, pixels]` beside each other."""
    height, width = size
    tiles = pixels.reshape(rows, columns, height, width)
    return tiles.transpose(0, 2, 1, 3).reshape(rows * height, columns * width)


def _save_images(mosaic: np.ndarray, path: pathlib.Path) -> None:
    """Writes a picture whose pixels are those of the images."""
    scale = max(1, math.ceil(400 / max(mosaic.shape)))
    mosaic = np.kron(1 - mosaic, np.ones([scale, scale]))
    matplotlib.image.imsave(path, mosaic, cmap="gray", vmin=0, vmax=1)
