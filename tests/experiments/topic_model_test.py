# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of LDA and LN-LDA, and of the sparse products they are made of."""

import math

import numpy as np
import pytest
import scipy.sparse
import tensorflow as tf
import tensorflow_probability as tfp

import tf_implicit as tfi
from experiments.common import networks
from experiments.data import document_batches
from experiments.topic_models import lda, ln_lda, sparse_products, topic_model

tfd = tfp.distributions


def make_lda(
    initial_prior=0.7,
    num_words=6,
    hidden_units=(4,),
    num_topics=3,
    estimator=None,
    sampled_kl=False,
    bounds=networks.PAPER_BOUNDS,
):
    return lda.LatentDirichletAllocation(
        num_words=num_words,
        num_topics=num_topics,
        hidden_units=hidden_units,
        initial_prior=initial_prior,
        seed=tf.constant([0, 1]),
        estimator=estimator or tfi.estimators.implicit(),
        sampled_kl=sampled_kl,
        bounds=bounds,
    )


def make_ln_lda(sampled_kl=False):
    return ln_lda.LogisticNormalLda(
        num_words=6,
        num_topics=3,
        hidden_units=(4,),
        initial_prior=0.7,
        seed=tf.constant([0, 1]),
        sampled_kl=sampled_kl,
    )


def training_elbo(model, counts, seed):
    """The bound of a whole minibatch."""
    size = counts.shape[0]
    return model.training_elbo(counts, seed, topic_model.Shard(0, size, size))


def sparse(dense) -> tf.SparseTensor:
    matrix = scipy.sparse.csr_matrix(np.asarray(dense, np.float32))
    return document_batches.DocumentBatches(matrix).batch(
        np.arange(matrix.shape[0])
    )


def random_counts(documents=8, words=6) -> np.ndarray:
    rng = np.random.default_rng(0)
    counts = rng.poisson(1.0, [documents, words])
    counts[:, 0] += 1
    # An empty row in the middle of a batch.
    counts[documents // 2] = 0
    return counts.astype(np.float32)


def test_sparse_matmul_is_the_dense_one_with_its_gradient():
    counts = random_counts(7, 40)
    kernel = tf.random.stateless_normal([40, 5], [1, 2])
    upstream = tf.random.stateless_normal([7, 5], [3, 4])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(kernel)
        ours = sparse_products.matmul(sparse(counts), kernel)
        plain = tf.matmul(counts, kernel)
        ours_loss = tf.reduce_sum(ours * upstream)
        plain_loss = tf.reduce_sum(plain * upstream)
    # Sums of at most 40 products of order 1 in another order.
    np.testing.assert_allclose(ours, plain, atol=1e-5)
    np.testing.assert_allclose(
        tape.gradient(ours_loss, kernel),
        tape.gradient(plain_loss, kernel),
        atol=1e-5,
    )


def test_product_at_cells_is_the_dense_product_there_with_its_gradients():
    cells = sparse(random_counts(7, 40)).indices
    a = tf.random.stateless_normal([7, 5], [1, 2])
    b = tf.random.stateless_normal([5, 40], [3, 4])
    upstream = tf.random.stateless_normal(tf.shape(cells)[:1], [5, 6])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([a, b])
        ours = sparse_products.product_at(a, b, cells)
        plain = tf.gather_nd(tf.matmul(a, b), cells)
        ours_loss = tf.reduce_sum(ours * upstream)
        plain_loss = tf.reduce_sum(plain * upstream)
    np.testing.assert_allclose(ours, plain, atol=1e-5)
    for x in (a, b):
        np.testing.assert_allclose(
            tape.gradient(ours_loss, x),
            tape.gradient(plain_loss, x),
            atol=1e-5,
        )


def dense_lda_loss(model, counts, seed):
    """The bound by the formulas of the paper, all dense."""
    units = tf.math.log1p(counts)
    for i, (kernel, bias) in enumerate(
        zip(model.kernels, model.biases, strict=True)
    ):
        if i:
            units = tf.nn.relu(units)
        units = tf.matmul(units, kernel) + bias
    posterior = tfd.Dirichlet(
        tf.clip_by_value(tf.nn.softplus(units), 1e-3, 1e3)
    )
    prior = tfd.Dirichlet(tf.nn.softplus(model.prior_logits))
    sample = tfi.random.stateless_dirichlet(
        [8, 3], seed, posterior.concentration
    )
    words = tf.matmul(sample, tf.nn.softmax(model.topic_logits))
    bound = tf.reduce_sum(tf.math.xlogy(counts, words), axis=-1)
    return -tf.reduce_mean(bound - tfd.kl_divergence(posterior, prior))


def test_training_bound_and_gradients_match_the_dense_formulas():
    model = make_lda()
    counts = random_counts()
    seed = tf.constant([5, 6])
    with tf.GradientTape(persistent=True) as tape:
        ours = -tf.reduce_mean(training_elbo(model, sparse(counts), seed).value)
        plain = dense_lda_loss(model, counts, seed)
    np.testing.assert_allclose(ours, plain, rtol=1e-5)
    for variable in model.trainable_variables:
        np.testing.assert_allclose(
            tape.gradient(ours, variable),
            tape.gradient(plain, variable),
            rtol=1e-4,
            atol=1e-5,
            err_msg=variable.name,
        )


@pytest.mark.parametrize(
    "make",
    [
        make_lda,
        lambda: make_lda(estimator=tfi.estimators.rsvi(1)),
        lambda: make_lda(estimator=tfi.estimators.generalized()),
        lambda: make_lda(estimator=tfi.estimators.score_function()),
        lambda: make_lda(sampled_kl=True),
        make_ln_lda,
        lambda: make_ln_lda(sampled_kl=True),
    ],
    ids=[
        "implicit",
        "rsvi",
        "generalized",
        "score_function",
        "sampled_kl",
        "ln_lda",
        "ln_lda_sampled_kl",
    ],
)
def test_all_ways_of_training_estimate_one_bound(make):
    # 4000 copies of one document: the mean over them is the expectation.
    model, copies = make(), 4000
    counts = sparse(np.tile([[2.0, 0, 1, 0, 3, 0]], (copies, 1)))
    bound = model.elbo(counts, tf.constant([1, 2])).value.numpy()
    training = training_elbo(model, counts, tf.constant([3, 4])).value.numpy()
    error = math.sqrt((bound.var() + training.var()) / copies)
    # Five standard deviations: fails once in two million.
    assert abs(bound.mean() - training.mean()) < 5 * error


@pytest.mark.parametrize(
    "estimator",
    [
        tfi.estimators.implicit(method="cdf"),
        tfi.estimators.rsvi(1),
        tfi.estimators.rsvi(20),
        tfi.estimators.generalized(),
        tfi.estimators.score_function(),
    ],
    ids=lambda estimator: estimator.name,
)
def test_estimators_agree_on_the_gradient(estimator):
    copies = 20000
    counts = np.tile([[2.0, 0, 1, 0, 3, 0]], (copies, 1))

    def gradients(estimator, seed):
        # One gradient for each tenth of the copies.
        model = make_lda(estimator=estimator)
        # Topics that differ, so that there is something to learn.
        model.topic_logits.assign(
            tf.random.stateless_normal([3, 6], [7, 8], stddev=2.0)
        )
        values = []
        for i in range(10):
            part = sparse(counts[: copies // 10])
            with tf.GradientTape() as tape:
                elbo = training_elbo(model, part, tf.constant([seed, i]))
                loss = tf.reduce_mean(elbo.value)
            values.append(tape.gradient(loss, model.biases[-1]).numpy())
        return np.mean(values, 0), np.std(values, 0, ddof=1) / math.sqrt(10)

    truth, truth_error = gradients(tfi.estimators.implicit(), 1)
    ours, our_error = gradients(estimator, 2)
    # Student's t with 9 degrees of freedom and three components: seven
    # standard errors fail once in 5,000; the seed is fixed.
    assert np.all(np.abs(ours - truth) < 7 * np.hypot(truth_error, our_error))
    # Strong enough to see a missing correction term.
    assert np.linalg.norm(truth) > 10 * np.linalg.norm(our_error)


@pytest.mark.parametrize(
    "make",
    [
        make_lda,
        lambda: make_lda(estimator=tfi.estimators.rsvi(5)),
        lambda: make_lda(sampled_kl=True),
        make_ln_lda,
    ],
    ids=["implicit", "rsvi", "sampled_kl", "ln_lda"],
)
def test_shards_of_a_minibatch_add_up_to_it(make):
    model, counts, seed = make(), random_counts(), tf.constant([5, 6])

    def bound_and_gradients(shard):
        rows = counts[shard.start : shard.start + shard.size]
        with tf.GradientTape() as tape:
            elbo = model.training_elbo(sparse(rows), seed, shard).value
            total = tf.reduce_sum(elbo)
        return [elbo, *tape.gradient(total, model.trainable_variables)]

    bound, *gradients = bound_and_gradients(topic_model.Shard(0, 8, 8))
    parts = [
        bound_and_gradients(topic_model.Shard(start, 2, 8))
        for start in range(0, 8, 2)
    ]
    # Each document has the sample that it has in the whole minibatch.
    np.testing.assert_allclose(
        np.concatenate([part[0] for part in parts]), bound, rtol=1e-5, atol=1e-5
    )
    for i, gradient in enumerate(gradients, start=1):
        np.testing.assert_allclose(
            sum(part[i] for part in parts), gradient, rtol=1e-4, atol=1e-4
        )


def test_kl_is_never_negative():
    # Appendix D's sanity check, over the whole range of concentrations that
    # the model lets through.
    model = make_lda()
    rng = np.random.default_rng(0)
    counts = sparse(rng.integers(0, 50, [500, 6]))
    for scale in (0.1, 1.0, 10.0, 100.0):
        model.kernels[-1].assign(scale * rng.standard_normal([4, 3]))
        concentration = model.posterior(model.encode(counts))
        assert np.all(concentration >= np.float32(1e-3))
        assert np.all(concentration <= 1e3)
        elbo = model.elbo(counts, tf.constant([1, 2]))
        assert elbo.kl.numpy().min() >= 0
        assert np.isfinite(elbo.value).all()


@pytest.mark.parametrize("sampled_kl", [False, True])
def test_gradients_are_finite_at_the_smallest_concentrations(sampled_kl):
    model = make_lda(initial_prior=1e-3, sampled_kl=sampled_kl)
    # Far below the clip: all concentrations of the posterior are 1e-3.
    model.biases[-1].assign(tf.fill([3], -20.0))
    counts = sparse([[1.0, 0, 3, 0, 0, 2]] * 64)
    with tf.GradientTape() as tape:
        elbo = training_elbo(model, counts, tf.constant([1, 2]))
        loss = -tf.reduce_mean(elbo.value)
    assert np.isfinite(loss)
    for gradient in tape.gradient(loss, model.trainable_variables):
        assert np.isfinite(gradient).all()


@pytest.mark.parametrize("bias", [-20.0, 1e8])
def test_gradients_are_finite_far_beyond_the_clip(bias):
    bounds = networks.Bounds(1e-6, 1e8)
    model = make_lda(initial_prior=1e-6, bounds=bounds)
    model.biases[-1].assign(tf.fill([3], bias))
    counts = sparse([[1.0, 0, 3, 0, 0, 2]] * 64)
    concentration = model.posterior(model.encode(counts))
    assert np.all(concentration == np.float32(1e-6 if bias < 0 else 1e8))
    with tf.GradientTape() as tape:
        elbo = training_elbo(model, counts, tf.constant([1, 2]))
        loss = -tf.reduce_mean(elbo.value)
    assert np.isfinite(loss)
    assert np.all(elbo.kl > 0 if bias > 0 else elbo.kl >= 0)
    for gradient in tape.gradient(loss, model.trainable_variables):
        assert np.isfinite(gradient).all()


def test_laplace_approximation_matches_a_hand_computation():
    loc, scale = ln_lda.laplace_approximation(tf.constant([0.5, 1, 2, 4]))
    # log2 of the concentrations: -1, 0, 1, 2, of mean 0.5.
    np.testing.assert_allclose(
        loc, np.array([-1.5, -0.5, 0.5, 1.5]) * math.log(2), rtol=1e-6
    )
    # 1 - 2/4 = 1/2; the inverses 2, 1, 1/2, 1/4 sum to 15/4, over 16.
    np.testing.assert_allclose(
        np.square(scale),
        np.array([1, 1 / 2, 1 / 4, 1 / 8]) + 15 / 64,
        rtol=1e-6,
    )


def test_symmetric_prior_of_ln_lda_is_that_of_the_authors():
    # Srivastava and Sutton: mean 0, variance (1 - 2/K)/a + 1/(K a).
    _, scale = ln_lda.laplace_approximation(tf.fill([50], 0.02))
    np.testing.assert_allclose(
        np.square(scale), (1 - 2 / 50) / 0.02 + 1 / (50 * 0.02), rtol=1e-5
    )


def test_kl_of_ln_lda_is_that_of_normals():
    model = make_ln_lda()
    counts = sparse(random_counts())
    posterior, prior = model.posterior(model.encode(counts)), model.prior()
    ratio = np.square(posterior.scale / prior.scale)
    distance = np.square((posterior.loc - prior.loc) / prior.scale)
    np.testing.assert_allclose(
        model.elbo(counts, tf.constant([1, 2])).kl,
        0.5 * np.sum(ratio + distance - 1 - np.log(ratio), axis=1),
        rtol=1e-4,
        atol=1e-5,
    )


def test_log_likelihood_matches_a_hand_computation():
    topics = tf.constant([[0.5, 0.25, 0.25], [0.0, 0.0, 1.0]])
    result = topic_model.log_likelihood(
        tf.constant([[1.0, 0.0], [0.5, 0.5], [0.5, 0.5]]),
        topics,
        # The second document is empty.
        sparse([[2.0, 0, 1], [0, 0, 0], [1, 0, 0]]),
    )
    np.testing.assert_allclose(
        result, np.log([1 / 16, 1, 1 / 4]), rtol=1e-6, atol=1e-7
    )


def test_initial_weights_have_the_variance_of_xavier():
    model = make_lda(num_words=400, hidden_units=(200, 100))
    for kernel in (*model.kernels[:2], model.topic_logits):
        variance = 2 / sum(kernel.shape)
        n = kernel.shape.num_elements()
        # The variance estimate of n values has a relative standard deviation
        # below sqrt(2 / n); six of them fail once in 1e9.
        assert np.var(kernel.numpy()) == pytest.approx(
            variance, rel=6 * math.sqrt(2 / n)
        )
        # Truncated at two standard deviations of the Normal.
        assert np.abs(kernel).max() <= 2 * math.sqrt(variance) / 0.8796


def test_initial_prior_outside_the_clip_is_refused():
    with pytest.raises(ValueError, match="initial_prior is 0"):
        make_lda(initial_prior=0.0)
