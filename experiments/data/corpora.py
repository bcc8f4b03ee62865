# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Text corpora as word counts, sparse in memory and in minibatches.

`load(name, data_dir)` returns a `Corpus`. Every loader gives the same promises:

*   Documents without a single known word are left out: they have no words
    over which the perplexity could average. `Corpus.notes` counts them.
*   Words of the test documents that the vocabulary lacks are left out, and
    counted; words that the vocabulary has but no training document uses stay.
*   Duplicates stay where they are, and are counted.

Corpora:

*   `wikipedia`: passages from 250 English Wikipedia articles, as stems without
    stop words, one passage in ten for testing. The gensim package ships them
    among its test data, so nothing is downloaded.
*   `20newsgroups`: 20 Newsgroups as preprocessed by Srivastava and Sutton
    (2017), "Autoencoding variational inference for topic models": the corpus
    of the paper's Table 3. Read from `20news_avitm.npz` (word counts in
    compressed sparse rows) or from its authors' own `train.txt.npy`,
    `test.txt.npy` and `vocab.pkl`.
*   `imdb100k`: the 100,000 reviews of the Large Movie Review Dataset (Maas et
    al. 2011) as counts of 10,000 words, in the form that `archive_corpus`
    describes, `imdb100k.npz`.
*   `rcv1`: Reuters Corpus Volume 1, from the token files of its authors: see
    `rcv1_corpus`.
*   `text`: any folder of text files, and `matrix`: any sparse matrix of word
    counts with its vocabulary: see `folder_corpus`.
"""

from experiments.data import (
    archive_corpus,
    corpus,
    files,
    folder_corpus,
    news_corpus,
    rcv1_corpus,
    wikipedia_corpus,
)

__all__ = ["DATASETS", "load"]

_LOADERS = {
    "wikipedia": wikipedia_corpus.load,
    "20newsgroups": news_corpus.load,
    "imdb100k": archive_corpus.load_imdb,
    "rcv1": rcv1_corpus.load,
    "text": folder_corpus.load_text,
    "matrix": folder_corpus.load_matrix,
}
DATASETS = tuple(_LOADERS)


def load(name: str, data_dir: str | None = None) -> corpus.Corpus:
    """Loads a corpus.

    Args:
        name: One of `DATASETS`.
        data_dir: Folder with the data files, for corpora that need one.

    Returns:
        The corpus, checked and cleaned as the module's docstring says.

    Raises:
        files.DataError: `name` is not a corpus, or a file does not hold
            what it should.
        errors.MissingFileError: A data file is missing.
    """
    if name not in _LOADERS:
        raise files.DataError(
            f"unknown dataset {name!r}; --dataset must be one of: "
            f"{', '.join(DATASETS)}"
        )
    return _LOADERS[name](data_dir)
