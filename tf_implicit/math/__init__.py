# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Derivatives of samples and CDFs, log densities, divergences, entropies.

Arguments stand in one order: parameters, then the sample (`random_*_grad`,
`*_log_prob`). The incomplete gamma and beta functions and their inverses take
them as `tf.math.igamma` and `tf.math.betainc` do. `*_cdf`,
`*_survival_function` and `*_quantile` take the point or the probability first,
as these methods of a distribution do.
"""

from tf_implicit.math.beta import random_beta_grad, random_logit_beta_grad
from tf_implicit.math.beta_density import (
    beta_divergence,
    beta_entropy,
    beta_fisher_information,
    beta_log_prob,
    logit_beta_log_prob,
)
from tf_implicit.math.betainc import (
    betainc,
    betaincc,
    betainccinv,
    betaincinv,
    log_betainc,
    log_betaincc,
    logit_beta_cdf,
    logit_beta_log_cdf,
    logit_beta_log_survival_function,
    logit_beta_quantile,
    logit_beta_survival_function,
)
from tf_implicit.math.dirichlet import (
    dirichlet_divergence,
    dirichlet_entropy,
    dirichlet_fisher_information,
    dirichlet_log_prob,
)
from tf_implicit.math.gamma import (
    igamma_grad_a,
    random_gamma_grad,
    random_loggamma_grad,
)
from tf_implicit.math.gamma_law import (
    chi2_divergence,
    chi2_entropy,
    chi2_log_prob,
    chi_log_prob,
    exp_gamma_entropy,
    exp_gamma_log_prob,
    gamma_divergence,
    gamma_entropy,
    gamma_fisher_information,
    gamma_log_prob,
    inverse_gamma_entropy,
    inverse_gamma_log_prob,
)
from tf_implicit.math.igamma import igamma, igammac, log_igamma, log_igammac
from tf_implicit.math.igamma_inverse import (
    igammacinv,
    igammainv,
    log_igammacinv,
    log_igammainv,
)
from tf_implicit.math.inverse_gaussian import (
    inverse_gaussian_log_prob,
    log_bessel_k1e,
)
from tf_implicit.math.polygamma import digamma, lgamma, polygamma
from tf_implicit.math.student_t import random_student_t_grad
from tf_implicit.math.student_t_law import (
    student_t_cdf,
    student_t_divergence,
    student_t_entropy,
    student_t_log_cdf,
    student_t_log_prob,
    student_t_log_survival_function,
    student_t_quantile,
    student_t_survival_function,
)
from tf_implicit.math.von_mises import (
    random_von_mises_grad,
    von_mises_cdf,
    von_mises_log_cdf,
    von_mises_quantile,
)
from tf_implicit.math.von_mises_density import (
    von_mises_divergence,
    von_mises_entropy,
    von_mises_fisher_information,
    von_mises_log_prob,
    von_mises_uniform_divergence,
)
from tf_implicit.math.von_mises_fisher import (
    random_von_mises_fisher_grad,
    von_mises_fisher_divergence,
    von_mises_fisher_log_partition,
    von_mises_fisher_mean,
    von_mises_fisher_variance,
)

__all__ = [
    "beta_divergence",
    "beta_entropy",
    "beta_fisher_information",
    "beta_log_prob",
    "betainc",
    "betaincc",
    "betainccinv",
    "betaincinv",
    "chi2_divergence",
    "chi2_entropy",
    "chi2_log_prob",
    "chi_log_prob",
    "digamma",
    "dirichlet_divergence",
    "dirichlet_entropy",
    "dirichlet_fisher_information",
    "dirichlet_log_prob",
    "exp_gamma_entropy",
    "exp_gamma_log_prob",
    "gamma_divergence",
    "gamma_entropy",
    "gamma_fisher_information",
    "gamma_log_prob",
    "igamma",
    "igamma_grad_a",
    "igammac",
    "igammacinv",
    "igammainv",
    "inverse_gamma_entropy",
    "inverse_gamma_log_prob",
    "inverse_gaussian_log_prob",
    "lgamma",
    "log_bessel_k1e",
    "log_betainc",
    "log_betaincc",
    "log_igamma",
    "log_igammac",
    "log_igammacinv",
    "log_igammainv",
    "logit_beta_cdf",
    "logit_beta_log_cdf",
    "logit_beta_log_prob",
    "logit_beta_log_survival_function",
    "logit_beta_quantile",
    "logit_beta_survival_function",
    "polygamma",
    "random_beta_grad",
    "random_gamma_grad",
    "random_loggamma_grad",
    "random_logit_beta_grad",
    "random_student_t_grad",
    "random_von_mises_fisher_grad",
    "random_von_mises_grad",
    "student_t_cdf",
    "student_t_divergence",
    "student_t_entropy",
    "student_t_log_cdf",
    "student_t_log_prob",
    "student_t_log_survival_function",
    "student_t_quantile",
    "student_t_survival_function",
    "von_mises_cdf",
    "von_mises_divergence",
    "von_mises_entropy",
    "von_mises_fisher_divergence",
    "von_mises_fisher_information",
    "von_mises_fisher_log_partition",
    "von_mises_fisher_mean",
    "von_mises_fisher_variance",
    "von_mises_log_cdf",
    "von_mises_log_prob",
    "von_mises_quantile",
    "von_mises_uniform_divergence",
]
