# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Writes docs/reference/errors.md: the error bounds of functions and methods.

python -m tests.guide.error_page

The bounds of the functions are sentences of their docstrings, beside those of
tests/math/bounds.py and, for all kernels, the "Max error" of their headers,
which the tests of tests/special hold. Which functions a method of a
distribution consists of is read in the graphs of both.
"""

import inspect
import os
import pathlib
import re
from collections.abc import Callable

import numpy as np
import tensorflow as tf

import tf_implicit as tfi
from tests.distributions import cases
from tests.math import bounds, functions

__all__ = ["PAGE", "error_sentences", "kernel_table", "page"]

ROOT = pathlib.Path(__file__).absolute().parents[2]
PAGE = ROOT / "docs/reference/errors.md"
_TITLE = """\
# Error bounds

This page is the output of `python -m tests.guide.error_page`, which a test
compares. *eps* is 2^-23 in float32 and 2^-52 in float64.
"""
_FUNCTIONS = """\
## Functions

The bound in words is that of the docstring; [the function](math.md) says what
its arguments mean. On the right is what `tests/math/accuracy_test.py` allows
the op, in eps, against tables made with mpmath, with an eighth of it for the
mean; "kernel" where other tests, those of the [kernels](#kernels) before all,
hold the bound.

| `tf_implicit.math` | error | float32 | float64 |
|---|---|---|---|
"""
_METHODS = """\
## Methods of distributions

Which functions each method calls, by the graph of it; their bounds are above.
Capitalized names are ops of a distribution alone, bounded by their
[kernel](#kernels). "gradient" is that of samples. A dash: it has none of them,
and is a formula of TensorFlow's own operations, ours or TFP's, or TFP has no
such method. What an extreme does to the formulas around the functions stands in
[Numerical ranges](../guide/ranges.md).

"""
_CLASSES = """\
What the classes themselves say:

| `tf_implicit.distributions` | error |
|---|---|
"""
_KERNELS = """\
## Kernels

What `tests/special` holds on every instruction set. Functions without a line
have theirs in the heading of the same header.

| header | function | error |
|---|---|---|
"""
_METHOD_NAMES = (
    "log_prob",
    "cdf",
    "survival_function",
    "quantile",
    "entropy",
    "gradient",
)
_OWN = "TFImplicit>"
_ERROR = r"\b(?:errors? of|relative errors?|error is|eps)\b"
_SAMPLERS = _OWN + "Stateless"
# Of functions that tests.math.functions leaves out.
_MORE = {
    tfi.math.dirichlet_log_prob: ([[0.3, 0.7]], [[0.2, 0.8]]),
    tfi.math.dirichlet_entropy: ([[0.3, 0.7]],),
    tfi.math.dirichlet_divergence: ([[0.3, 0.7]], [[0.2, 0.8]]),
    tfi.math.von_mises_entropy: ([0.3],),
    tfi.math.von_mises_uniform_divergence: ([0.3],),
    tfi.math.student_t_entropy: ([0.3],),
    tfi.math.von_mises_fisher_log_partition: (3, [0.3]),
    tfi.math.random_von_mises_fisher_grad: (3, [0.3], [0.4]),
}

# Those that tests.distributions.cases has none of.
_OTHERS = {
    tfi.distributions.GeneralizedGamma: {
        "concentration": [0.3, 2.0, 50.0],
        "scale": [1.0, 2.0, 3.0],
        "power": [0.5, 1.0, 2.0],
    },
    tfi.distributions.GeneralizedInverseGaussian: {
        "order": [0.3, -2.0, 9.0],
        "chi": [2.0, 0.5, 7.0],
        "psi": [0.5, 1.0, 3.0],
    },
    tfi.distributions.NoncentralChi2: {
        "df": [0.6, 4.0, 9.0],
        "noncentrality": [0.5, 1.0, 2.0],
    },
    tfi.distributions.NoncentralStudentT: {
        "df": [0.6, 4.0, 9.0],
        "noncentrality": [0.5, 1.0, 2.0],
        "loc": [0.5, -1.0, 0.0],
        "scale": [1.0, 2.0, 3.0],
    },
    tfi.distributions.Rice: {
        "noncentrality": [0.3, 2.0, 9.0],
        "scale": [1.0, 2.0, 3.0],
    },
    tfi.distributions.VonMises: {
        "loc": [0.5, -1.0, 0.0],
        "concentration": [0.7, 4.0, 80.0],
    },
    tfi.distributions.VonMisesFisher: {
        "mean_direction": [[0.6, 0.8, 0.0]],
        "concentration": [3.0],
    },
    tfi.distributions.PowerSpherical: {
        "mean_direction": [[0.6, 0.8, 0.0]],
        "concentration": [3.0],
    },
    tfi.distributions.WishartTriL: {
        "df": [5.0],
        "scale_tril": [[2.0, 0.0], [1.0, 1.0]],
    },
}


def page() -> str:
    """Returns the page."""
    return "\n".join(
        [
            _TITLE,
            _FUNCTIONS + "\n".join(_function_rows()) + "\n",
            _METHODS + "\n".join(_method_rows()) + "\n",
            _CLASSES + "\n".join(_class_rows()) + "\n",
            _KERNELS + "\n".join(kernel_table()) + "\n",
        ]
    )


def _function_rows():
    limits = {case[0].__name__: case[-1] for case in bounds.CASES}
    for name in sorted(tfi.math.__all__):
        sentences = error_sentences(getattr(tfi.math, name))
        low, high = limits.get(name, ("kernel", "kernel"))
        yield f"| `{name}` | {sentences} | {low} | {high} |"


def error_sentences(function: Callable) -> str:
    """Returns the sentences of a docstring that bound the result's error.

    Args:
      function: A function; one without such sentences has the name of one that
        it is a variant of in its docstring.
    """
    doc = inspect.getdoc(function)
    found = re.search(r"Returns:\n(.*?)(?=\n\w|\Z)", doc, re.DOTALL)
    text = " ".join(found[1].split())
    sentences = _sentences(text)
    if not sentences:
        # The one that it is a variant of.
        others = re.findall(r"`(\w+)`", doc)
        return f"as `{next(n for n in others if n in tfi.math.__all__)}`"
    return sentences


def _sentences(text):
    """Those sentences that bound an error."""
    sentences = re.split(r"(?<=\.)(?<!al\.)\s+(?=[-A-Z0-9`])", text)
    chosen = [s for s in sentences if re.search(_ERROR, s)]
    return " ".join(chosen).replace("|", "\\|")


def _method_rows():
    names = _function_of_op()
    yield "| distribution | " + " | ".join(_METHOD_NAMES) + " |"
    yield "|---" * (len(_METHOD_NAMES) + 1) + "|"
    for cls, parameters in _instances().items():
        cells = []
        # Outside of the graphs: the sampler is no part of the methods.
        point = _make(cls, parameters).sample(seed=[1, 2]).numpy()
        for method in _METHOD_NAMES:
            ops = _ops(_trace, cls, parameters, point, method)
            used = sorted({names.get(op, op.removeprefix(_OWN)) for op in ops})
            cells.append(", ".join(f"`{name}`" for name in used) or "-")
        yield f"| `{cls.__name__}` | " + " | ".join(cells) + " |"


def _instances():
    """Parameters of each class."""
    found = {}
    for case in cases.CASES:
        found.setdefault(case.ours, case.parameters)
    return found | _OTHERS


def _make(cls, parameters):
    return cls(**{k: tf.constant(v) for k, v in parameters.items()})


def _class_rows():
    """What the docstrings of classes say of errors."""
    for name in sorted(tfi.distributions.__all__):
        doc = inspect.getdoc(getattr(tfi.distributions, name))
        text = " ".join(doc.split("#### ")[0].split())
        sentences = _sentences(text)
        if sentences:
            yield f"| `{name}` | {sentences} |"


def _trace(cls, parameters, point, method):
    if method == "gradient":
        parameters = {k: tf.constant(v) for k, v in parameters.items()}
        with tf.GradientTape() as tape:
            tape.watch(parameters)
            z = cls(**parameters).sample(seed=[1, 2])
        tape.gradient(z, parameters)
        return
    distribution = _make(cls, parameters)
    if method == "entropy":
        distribution.entropy()
        return
    if method == "quantile":
        point = tf.fill([3], 0.4)
    getattr(distribution, method)(point)


def _ops(build, *arguments):
    """The types of our operations in a graph; none where it is refused."""
    with tf.Graph().as_default() as graph:
        try:
            build(*arguments)
        except NotImplementedError:
            return set()
        definition = graph.as_graph_def()
        types = {node.op for node in definition.node}
        for function in definition.library.function:
            types |= {node.op for node in function.node_def}
    return {
        name
        for name in types
        if name.startswith(_OWN) and not name.startswith(_SAMPLERS)
    }


def _function_of_op():
    """The public function of each op: the first of those that call it."""
    calls = {
        f.call.__name__.lstrip("_"): (f.call, f.points)
        for f in functions.FUNCTIONS
    }
    calls |= {f.__name__: (f, points) for f, points in _MORE.items()}
    names = {}
    for name, (function, points) in calls.items():
        tensors = [p if isinstance(p, int) else np.array(p) for p in points]
        for op in _ops(function, *tensors):
            names.setdefault(op, name)
    return names


def kernel_table() -> list[str]:
    """The rows of the kernels' own bounds."""
    rows = []
    # Bazel's copy of the tree lacks the kernels: those where this file lies.
    root = pathlib.Path(__file__).resolve().parents[2]
    for path in sorted((root / "kernels/special").glob("*.h")):
        text = path.read_text(encoding="utf-8")
        for found in re.finditer(
            r"^// Max error(?: measured)?[^:\n]*: (?P<first>.*\n)"
            r"(?P<rest>(?:// .*\n|//\n)*)(?P<code>(?:.*\n){1,6})",
            text,
            re.MULTILINE,
        ):
            error = found["first"] + found["rest"].replace("// ", " ")
            error = re.split(r"\n\s*(?:Valid range|Types|//)", error)[0]
            error = " ".join(error.split())
            if error.startswith("see above"):
                continue
            name = re.search(
                r"^(?:struct|class|using) (\w+)|^(?!template).*?(\w+)\(",
                found["code"],
                re.MULTILINE,
            )
            name = name[1] or name[2]
            rows.append(
                f"| `{path.name}` | `{name}` | "
                + error.replace("|", "\\|")
                + " |"
            )
    return rows


if __name__ == "__main__":
    os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
    PAGE.write_text(page(), encoding="utf-8")
    print(f"{PAGE.relative_to(ROOT)}: written")
