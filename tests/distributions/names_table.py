# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Prints the table of all names of tfp.distributions for docs/distributions.md.

python -m tests.distributions.names_table
"""

import tensorflow_probability as tfp

from tests.distributions import explicit_test
from tf_implicit.distributions import _names

_GROUPS = {
    "TFP's, no gradient to have: samples are discrete": _names.DISCRETE,
    "TFP's, the gradient is that of the distributions it is made of": (
        _names.COMPOSED
    ),
    "TFP's, right: an explicit function of noise, as its code was read": (
        _names.EXPLICIT
    ),
    "TFP's, no distribution": _names.MODULE,
}
_BY_CDF = "TFP's, right: the gradient is held against its CDF"
_BY_CLOSED_FORMS = "TFP's, right: the gradient is held against closed forms"


def table() -> str:
    """The table in Markdown, one line for each name."""
    what = dict.fromkeys(tfp.distributions.__all__, "own class")
    for text, names in _GROUPS.items():
        what |= dict.fromkeys(names, text)
    what |= dict.fromkeys(explicit_test.CASES, _BY_CDF)
    what |= dict.fromkeys(explicit_test.OTHERS, _BY_CLOSED_FORMS)
    rows = [f"| `{name}` | {what[name]} |" for name in sorted(what)]
    return "\n".join(["| name | what it is |", "| --- | --- |", *rows])


if __name__ == "__main__":
    print(table())
