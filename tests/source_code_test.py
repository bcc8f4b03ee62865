# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""House rules that a program can check, each a function that finds breaches."""

import ast
import fnmatch
import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[1]
FOLDERS = (
    ".ci",
    "experiments",
    "kernels",
    "ops",
    "tests",
    "tf_implicit",
    "third_party",
    "tools",
)
SUFFIXES = {".bzl", ".cc", ".h", ".py", ".toml"}
# Sources without a suffix.
NAMES = {"BUILD", "Makefile", "WORKSPACE", "configure", "run"}
GENERATED = {"_build_info.py"}

# What each floor of the package may not import: the floors above it.
LOW = ("tf_implicit.implicit", "tf_implicit.estimators")
HIGH = ("tf_implicit.distributions", "experiments")
FORBIDDEN_IMPORTS = {
    "tf_implicit/math/": LOW + HIGH,
    "tf_implicit/random/": LOW + HIGH,
    "tf_implicit/implicit.py": HIGH,
    "tf_implicit/estimators/": HIGH,
    "tf_implicit/": ("experiments",),
}
# Which folders below experiments/ each of them may import. Programs stand on
# top, and nothing below imports them.
EXPERIMENTS = {
    "common": (),
    "data": ("common",),
    "topic_models": ("common", "data"),
    "autoencoders": ("common", "data"),
    "studies": ("common",),
}
PRIVATE = ("tensorflow.python", "tensorflow_probability.python")


def sources() -> list[pathlib.Path]:
    """Returns every source file of the project."""
    found = [path for path in ROOT.iterdir() if path.is_file()]
    for folder in FOLDERS:
        found += (ROOT / folder).rglob("*")
    return sorted(
        path
        for path in found
        if (
            path.suffix in SUFFIXES
            or path.name in NAMES
            or path.parent == ROOT / "tools"
        )
        and path.is_file()
        and path.name not in GENERATED
    )


def name_of(path: pathlib.Path) -> str:
    """Returns the path below the root, with slashes."""
    return path.relative_to(ROOT).as_posix()


def missing_licence(name: str, text: str) -> list[str]:
    """The licence stands in the first lines, below a `#!` at most."""
    mark = "//" if name.endswith((".cc", ".h")) else "#"
    header = (
        f"{mark} Copyright 2026 The tf_implicit Authors.\n"
        f"{mark} SPDX-License-Identifier: Apache-2.0\n"
    )
    if text.startswith("#!"):
        text = text.partition("\n")[2]
    return [] if text.startswith(header) else ["no licence header"]


def machine_paths(name: str, text: str) -> list[str]:
    """Nothing names a folder or a package server of one machine."""
    del name
    folders = "home|mnt|opt|root|tmp|work|Users"
    return re.findall(rf"(?<![\w.$}}~-])/(?:{folders})/\w*", text) + re.findall(
        r"(?:index-url|registry)[= ]+https?:\S*", text
    )


def todos(name: str, text: str) -> list[str]:
    """Each note of work to do says on which condition it can go."""
    del name
    return [
        line.strip()
        for line in text.splitlines()
        if re.search(r"\bTODO\b", line)
        and not re.search(r"\bTODO: .*\b(when|once|until|after)\b", line)
    ]


def forbidden_imports(name: str, text: str) -> list[str]:
    """No private TensorFlow or TFP module; no import from a higher floor."""
    if not name.endswith(".py"):
        return []
    forbidden = PRIVATE + next(
        (
            modules
            for prefix, modules in FORBIDDEN_IMPORTS.items()
            if name.startswith(prefix)
        ),
        (),
    )
    imported = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            imported += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            imported += [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Attribute):
            # `tf.python` would be the private package by another name.
            written = ast.unparse(node)
            imported += [re.sub(r"^(tf|tensorflow)\.", "tensorflow.", written)]
            imported += [re.sub(r"^tfp\.", "tensorflow_probability.", written)]
    return sorted(
        {
            module
            for module in imported
            if f"{module}.".startswith(tuple(f"{f}." for f in forbidden))
        }
    )


def imports_between_rooms(name: str, text: str) -> list[str]:
    """A folder of experiments imports those that its row in the table names."""
    place = name.split("/")
    if place[0] != "experiments" or len(place) < 3 or place[-1][-3:] != ".py":
        return []
    room = place[1]
    allowed = {room, *EXPERIMENTS[room]}
    imported = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            imported += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                imported.append("." * node.level + (node.module or ""))
            elif node.module == "experiments":
                imported += [f"experiments.{a.name}" for a in node.names]
            else:
                imported.append(node.module)
    return [
        module
        for module in imported
        if module.startswith(".")
        or (
            module.split(".")[0] == "experiments"
            and (module.split(".") + [""])[1] not in allowed
        )
    ]


def forbidden_includes(name: str, text: str) -> list[str]:
    """Formulas include formulas only; array loops and CUDA no TensorFlow.

    Of the folders of kernels/ each includes those below it.
    """
    included = re.findall(r'^#include "([^"]+)"', text, re.MULTILINE)
    if name.startswith("kernels/special/"):
        allowed = "kernels/special/"
        return [path for path in included if not path.startswith(allowed)]
    for folder, allowed in (
        ("kernels/cpu/", ("cpu/",)),
        ("kernels/cuda/", ("cuda/", "cpu/")),
        ("kernels/families/", ("families/", "cuda/", "cpu/")),
    ):
        if name.startswith(folder):
            allowed += ("op_list.h", "special/")
            return [
                path
                for path in included
                if not path.removeprefix("kernels/").startswith(allowed)
            ]
    return []


def bare_custom_gradients(name: str, text: str) -> list[str]:
    """The package attaches gradients by _attach.py alone, which guards them."""
    own = "tf_implicit/_attach.py"
    if not name.startswith("tf_implicit/") or not name.endswith(".py"):
        return []
    if name == own:
        return []
    return [
        ast.unparse(node)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Attribute)
        and node.attr in ("custom_gradient", "grad_pass_through")
        and ast.unparse(node.value) != "_attach"
    ] + [
        alias.name
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.ImportFrom)
        and f"{node.module}".startswith("tensorflow")
        for alias in node.names
        if alias.name == "custom_gradient"
    ]


def without_annotations(name: str, text: str) -> list[str]:
    """The signatures of what the package exports are annotated in full."""
    parts = name.removesuffix(".py").split("/")
    if parts[0] != "tf_implicit" or any(
        part.startswith("_") and part != "__init__" for part in parts
    ):
        return []
    if not name.endswith(".py"):
        return []
    found = []
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, (ast.Module, ast.ClassDef)) or (
            isinstance(node, ast.ClassDef) and node.name.startswith("_")
        ):
            continue
        for function in node.body:
            if not isinstance(function, ast.FunctionDef) or (
                function.name.startswith("_") and function.name != "__init__"
            ):
                continue
            arguments = function.args
            missing = [
                argument.arg
                for argument in (
                    *arguments.posonlyargs,
                    *arguments.args,
                    *arguments.kwonlyargs,
                )
                if argument.annotation is None
                and argument.arg not in ("self", "cls")
            ]
            if function.returns is None:
                missing.append("returns")
            if missing:
                found.append(f"{function.name}: {', '.join(missing)}")
    return found


def functions_without_name(name: str, text: str) -> list[str]:
    """Public functions of tensors take `name`, as those of TensorFlow do."""
    if not re.fullmatch(r"tf_implicit/((math|random)/)?[a-z]\w*\.py", name):
        return []
    return [
        node.name
        for node in ast.parse(text).body
        if isinstance(node, ast.FunctionDef)
        and not node.name.startswith("_")
        and "name" not in {a.arg for a in node.args.args + node.args.kwonlyargs}
    ]


def private_tfp(name: str, text: str) -> list[str]:
    """TFP without a public name is used in distributions/_tfp.py alone."""
    own = "tf_implicit/distributions/_tfp.py"
    if not name.startswith("tf_implicit/") or not name.endswith(".py"):
        return []
    found = [
        ast.unparse(node)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Attribute)
        and (
            node.attr == "__bases__"
            or node.attr == "_parameters"
            or re.fullmatch(r"(tfp|tfd)(\.\w+)*\._\w+", ast.unparse(node))
        )
    ]
    if name == own:
        # One for each class and function there, and no more.
        return [] if len(found) == 4 else found
    return found


# Each rule and one file (name and text) that breaks it.
RULES = {
    missing_licence: ("a.py", "# Copyright 2020 Somebody\n"),
    machine_paths: ("a.py", "open('/ho" + "me/me/data')\n"),
    todos: ("a.cc", "// TO" + "DO: make it faster.\n"),
    forbidden_imports: ("a.py", "import tensorflow.python.ops.math_ops\n"),
    imports_between_rooms: (
        "experiments/data/a.py",
        "from experiments.studies import inputs\n",
    ),
    bare_custom_gradients: (
        "tf_implicit/math/a.py",
        "@tf.custom_gradient\ndef f(x):\n    return x, lambda u: u\n",
    ),
    without_annotations: (
        "tf_implicit/math/a.py",
        "def f(x: int, name=None) -> int:\n    return x\n",
    ),
    functions_without_name: (
        "tf_implicit/math/a.py",
        "def f(x: int) -> int:\n    return x\n",
    ),
    private_tfp: ("tf_implicit/distributions/a.py", "x._parameters = {}\n"),
    forbidden_includes: ("kernels/special/a.h", '#include "kernels/b.h"\n'),
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_sources_keep_rule(rule):
    breaches = {
        name_of(path): found
        for path in sources()
        if (found := rule(name_of(path), path.read_text(encoding="utf-8")))
    }
    assert not breaches, rule.__doc__


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_rule_finds_a_breach(rule):
    assert rule(*RULES[rule])


def test_floors_are_told_apart():
    text = "from tf_implicit import distributions\n"
    assert forbidden_imports("tf_implicit/math/gamma.py", text)
    assert not forbidden_imports("tf_implicit/__init__.py", text)


@pytest.mark.parametrize(
    "text",
    [
        "from experiments import lda\n",
        "import experiments.topic_models.lda\n",
        "from experiments.studies.inputs import make\n",
        "from ..topic_models import lda\n",
    ],
)
def test_rooms_are_told_apart(text):
    assert imports_between_rooms("experiments/autoencoders/a.py", text)
    assert not imports_between_rooms("experiments/lda.py", text)


def test_every_room_of_the_experiments_has_its_row():
    rooms = {p.parent.name for p in (ROOT / "experiments").glob("*/*.py")}
    assert rooms == set(EXPERIMENTS)


def _stands_in_build_file(path):
    build = path.parent / "BUILD"
    if not build.exists():
        return False
    # Named by itself, by its stem (in a list of tests) or by a glob.
    patterns = re.findall(r'"([^"]+)"', build.read_text())
    return any(
        fnmatch.fnmatch(name, pattern)
        for name in (path.name, path.stem)
        for pattern in patterns
    )


def test_every_test_file_stands_in_a_build_file():
    # A test that no rule names is never run by `bazel test //...`.
    forgotten = [
        name_of(path)
        for path in sorted((ROOT / "tests").rglob("*_test.*"))
        if path.suffix in {".cc", ".py"} and not _stands_in_build_file(path)
    ]
    assert not forgotten


def test_no_two_kernel_sources_have_one_name():
    # Objects, error messages and profiles name a file without its folder.
    names = [
        path.name
        for folder in ("kernels", "ops")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".cc", ".h"}
    ]
    assert len(names) > 50
    assert sorted(names) == sorted(set(names))


def test_sources_are_found():
    # The rules above would hold for an empty list too.
    names = {name_of(path) for path in sources()}
    assert {"setup.py", "kernels/cpu/cpu_target.cc", "tools/lint"} <= names
