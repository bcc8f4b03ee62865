# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""The documentation site builds without warnings and has every public name."""

import ast
import os
import pathlib
import re
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
MODULES = ("", "distributions", "estimators", "math", "random")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The folder of the site, built as `make docs` builds it."""
    # Installed by the first `make docs`.
    pytest.importorskip("mkdocstrings_handlers.python")
    folder = tmp_path_factory.mktemp("site")
    result = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "-d", folder],
        cwd=ROOT,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return folder


def _public_names(module):
    path = ROOT / "tf_implicit" / module / "__init__.py"
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.Assign) and node.targets[0].id == "__all__":
            return ast.literal_eval(node.value)
    raise AssertionError(f"{path} has no __all__")


@pytest.mark.parametrize("module", MODULES)
def test_reference_has_every_public_name(site, module):
    page = (site / f"reference/{module or 'index'}.html").read_text()
    prefix = f"tf_implicit.{module}." if module else "tf_implicit."
    names = [
        name
        for name in _public_names(module)
        if name not in ("__version__", *MODULES)
    ]
    assert names
    missing = [name for name in names if f'id="{prefix}{name}"' not in page]
    assert not missing


def test_names_and_files_of_the_top_folder_are_links(site):
    page = (site / "reference/distributions.html").read_text()
    assert 'href="math.html#tf_implicit.math.gamma_log_prob"' in page
    page = (site / "index.html").read_text()
    for target in ("contributing.html", "license.txt", "accuracy.html"):
        assert f'href="{target}"' in page


def test_what_a_function_returns_is_one_paragraph(site):
    page = (site / "reference/math.html").read_text()
    text = re.sub(r"<[^>]*>", "", page)
    assert re.search(r"at most 16 eps\s\(measured: 4\) wherever", text)


def test_pages_ask_no_other_server_for_anything(site):
    for page in site.rglob("*.html"):
        loaded = re.findall(
            r'<(?:script|link|img|iframe)\b[^>]*?(?:src|href)="(https?:[^"]*)',
            page.read_text(),
        )
        assert not loaded, page
