# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
r"""Variational autoencoders with other latent variables (section 6.3).

The model is in autoencoders/autoencoder.py, the priors and posteriors are in
autoencoders/latents.py.
Without flags, the hyperparameters are those of Appendix D, and the images are
small digits that need no download. The paper's Table 4 is of runs such as

    python -m experiments.vae --dataset=mnist --data_dir=FOLDER \
        --posterior=von_mises --prior=uniform --latent_size=2

In each step, a minibatch of grey images is binarized anew: a pixel is 1 with
the probability that is its brightness. The test images are binarized once, in
the same way for all runs. The training loss is

    E_q[-log p(x | z)] + weight KL(q(z | x) || p(z))

whose weight grows from 0 to 1 in the first --kl_annealing_steps. While training
goes on, the evidence lower bound (weight 1, one sample an image) of the test
images is measured, and in the end their negative log-likelihood, by importance
sampling:

    -log (1/S sum_s p(x | z_s) p(z_s) / q(z_s | x)),  z_s ~ q(z | x),

S = --importance_samples. Its mean over the test images is reported with two
errors: the standard error of that mean, as the images are a sample, and the
error of the importance sampling alone, to first order. No decision hangs on
the test images.

In the end the folder holds pictures, too: of the training, of samples, of
reconstructions and, with --latent_size=2, of the latent space (Figure 4).

A run can be stopped at any moment; the same command resumes it from its last
checkpoint, and a larger --steps continues it.

References:
    Figurnov, Mohamed and Mnih (2018), "Implicit reparameterization
    gradients", section 6.3 and Appendix D.
    Burda, Grosse and Salakhutdinov (2016), "Importance weighted autoencoders":
    the estimate of the log-likelihood.
"""

from absl import app, flags, logging

from experiments.autoencoders import config, training
from experiments.common import program


def main(argv: list[str]) -> None:
    """Trains as the flags say."""
    if not flags.FLAGS["verbosity"].present:
        # TensorFlow reports each checkpoint at level INFO.
        logging.set_verbosity(logging.WARNING)
    if len(argv) > 1:
        raise app.UsageError(f"unexpected arguments: {argv[1:]}")
    with program.exits_with_message():
        result = training.train(config.config_from_flags(flags.FLAGS))
    print(
        f"test negative log-likelihood: {result['test_nll']:.2f} +- "
        f"{result['test_nll_standard_error']:.2f}"
    )


if __name__ == "__main__":
    config.define_flags()
    app.run(main)
