# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""docs/commands.md has what the programs print."""

from tests.guide import help_page


def test_page_has_the_help_of_every_program():
    assert help_page.PAGE.read_text(encoding="utf-8") == help_page.page(), (
        "`python -m tests.guide.help_page` writes it anew"
    )
