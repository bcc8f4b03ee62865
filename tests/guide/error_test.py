# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""docs/reference/errors.md has the bounds of today."""

import tf_implicit as tfi
from tests.guide import error_page


def test_page_is_that_of_the_docstrings_and_tests():
    text = error_page.PAGE.read_text(encoding="utf-8")
    assert text == error_page.page(), (
        "`python -m tests.guide.error_page` writes it anew"
    )
    # All functions are there, and the headers were found.
    for name in tfi.math.__all__:
        assert f"| `{name}` |" in text
    assert len(error_page.kernel_table()) > 30


def test_sentences_that_bound_errors_are_found():
    def function():
        """Something by Figurnov et al. 2018. Its error is large.

        Returns:
          Tensor, with a relative error of at most 4 eps
          for x > 1. Infinity at 0. -infinity at 1. Its eps | x.

        Raises:
          TypeError: An error of eps.
        """

    assert error_page.error_sentences(function) == (
        "Tensor, with a relative error of at most 4 eps for x > 1. "
        "Its eps \\| x."
    )
