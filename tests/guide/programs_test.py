# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Programs for TFP with one import changed: tfp.vi, tfp.sts, joint densities.

They are pages of the gallery, with fewer steps here; `make gallery` runs them
whole, and compares what they print.
"""

import re

import matplotlib
import pytest

from tests.guide import run_pages

matplotlib.use("Agg")
_STEPS = 40
# The page, and the ELBO of each of its steps.
_PROGRAMS = {
    "pump_failures": "-losses",
    "robust_regression": "elbos",
    "covariance": "elbos",
    "time_series": "-losses",
}


@pytest.mark.parametrize("name", _PROGRAMS)
def test_few_steps_of_the_program_raise_the_elbo(name, tmp_path):
    text = (run_pages.ROOT / f"docs/gallery/{name}.md").read_text()
    ours, heading, _ = text.partition("## The same with `tfp.distributions`")
    assert heading
    ours, count = re.subn(r"\bsteps=\d+", f"steps={_STEPS}", ours)
    assert count
    page = tmp_path / f"{name}.md"
    page.write_text(
        f"{ours}\n```python\nelbo = {_PROGRAMS[name]}\n"
        f"assert elbo.shape == ({_STEPS},)\n"
        "assert np.all(np.isfinite(elbo))\n"
        "print('gain', elbo[-5:].mean() - elbo[:5].mean())\n```\n"
    )
    printed = run_pages.run(page, tmp_path, check=False)
    gain = float(re.search(r"^gain (\S+)$", printed, re.MULTILINE)[1])
    assert gain > 1.0
    assert (tmp_path / f"{name}.png").exists()
