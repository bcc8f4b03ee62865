# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
r"""Latent Dirichlet allocation by implicit reparameterization (section 6.2).

Amortized variational inference with a Dirichlet posterior (--model=lda, see
topic_models/lda.py) by any gradient estimator; beside it, with a logistic
Normal posterior (ln_lda, ln_lda.py) and, by gensim, stochastic variational
inference (svi, svi.py). Without flags, the hyperparameters are those of
Table 6 for 20 Newsgroups, and the corpus is a small one that needs no download.
The paper's own experiment (Table 3: test perplexity 876 +- 7) is

    python -m experiments.lda --dataset=20newsgroups --data_dir=FOLDER

and docs/topic_model.md has all numbers. Test perplexity is, as in the paper,

    exp(-1/N sum_n ELBO_n / L_n)

over all N test documents that are not empty, where L_n is the number of words
of document n, and ELBO_n the evidence lower bound of its log-likelihood,
estimated from one sample of the posterior; the KL divergence is analytical.

Training uses all training documents, less the share --validation_fraction
(default 0), which is only measured, never trained on and never used to choose
anything. --validation_fraction=0.1 is the split by which the paper's authors
chose the hyperparameters. The test documents are measured, too, while
training goes on; no decision hangs on it.

A run can be stopped at any moment; the same command resumes it from its last
checkpoint, and a larger --epochs or --max_steps continues it.

References:
    Figurnov, Mohamed and Mnih (2018), "Implicit reparameterization
    gradients", section 6.2 and Appendix D.
    Srivastava and Sutton (2017), "Autoencoding variational inference for
    topic models": the preprocessed 20 Newsgroups.
"""

from absl import app, flags, logging

from experiments.common import program
from experiments.topic_models import config, training


def main(argv: list[str]) -> None:
    """Trains as the flags say."""
    if not flags.FLAGS["verbosity"].present:
        # TensorFlow reports each checkpoint at level INFO.
        logging.set_verbosity(logging.WARNING)
    if len(argv) > 1:
        raise app.UsageError(f"unexpected arguments: {argv[1:]}")
    with program.exits_with_message():
        result = training.train(config.config_from_flags(flags.FLAGS))
    # Only the chief of several workers has measured it.
    if "test_perplexity" in result:
        print(f"test perplexity: {result['test_perplexity']:.2f}")


if __name__ == "__main__":
    config.define_flags()
    app.run(main)
