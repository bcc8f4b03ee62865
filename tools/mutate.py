# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Wrong programs that the tests should notice: mutants of some modules.

    .venv/bin/python tools/mutate.py tf_implicit/implicit.py
    .venv/bin/python tools/mutate.py experiments/common --count=5

cosmic-ray (pip install cosmic-ray==8.7.0) makes the mutants: one of each place
where it has any, drawn at random, in a copy of the package and its tests. The
tests of the modules are run once, to see which of them run which line; then
each mutant gets those that run its statement, the quickest first, in a process
forked from this one, which has imported TensorFlow already. What survives is
printed as a difference. Annotations have no mutants. A statement that runs only
where AutoGraph has rewritten it, or in another process, is not seen: its
mutants get all tests, as do those of what runs at import.
"""

import argparse
import ast
import contextlib
import difflib
import importlib
import os
import pathlib
import pickle
import random
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[1]

# The tests of a folder or file; the first that fits.
_TESTS = {
    "tf_implicit/implicit.py": ["tests/implicit_test.py"],
    "tf_implicit/_attach.py": [
        "tests/implicit_test.py",
        "tests/modes/transforms_test.py",
    ],
    "tf_implicit/_tensors.py": ["tests/math", "tests/random"],
    "tf_implicit/estimators": ["tests/estimators"],
    "tf_implicit/distributions": ["tests/distributions"],
    "tf_implicit/math": ["tests/math"],
    "tf_implicit/random": ["tests/random"],
    "experiments/common": [
        f"tests/experiments/{name}_test.py"
        for name in (
            "adam",
            "board",
            "config_flags",
            "elbo",
            "grid",
            "loop",
            "named_estimators",
            "networks",
            "paths",
            "program",
            "provenance",
            "results",
            "run_folder",
            "schedule",
            "step_limits",
            "step_profile",
            "stopwatch",
            "table3",
            "table_runs",
            "tables",
            "training_config",
        )
    ],
}
# Their imports take longer than most tests.
_IMPORTED_ONCE = (
    "tensorflow",
    "tensorflow_probability",
    "tf_keras",
    "scipy.special",
    "scipy.stats",
    "hypothesis",
    "matplotlib.figure",
)
_FAILED, _CRASHED, _LATE = 1, 70, 71


class Place(NamedTuple):
    """Where a module can be changed, and one way to do it."""

    operator: str
    occurrence: int
    line: int


def _tests_of(modules: list[str]) -> list[str]:
    found = []
    for module in modules:
        for prefix, tests in _TESTS.items():
            if module.startswith(prefix):
                found += tests
                break
        else:
            raise SystemExit(f"mutate: no tests are known for {module}")
    return list(dict.fromkeys(found))


def _annotations(tree: ast.AST) -> list[tuple[tuple[int, int], ...]]:
    """Begin and end of each annotation."""
    nodes = []
    for node in ast.walk(tree):
        nodes += [
            getattr(node, name, None)
            for name in ("annotation", "returns")
            if isinstance(getattr(node, name, None), ast.expr)
        ]
    return [
        ((n.lineno, n.col_offset), (n.end_lineno, n.end_col_offset))
        for n in nodes
    ]


def _places(source: str, seed: int) -> list[Place]:
    """Returns one mutant, drawn at random, of each place of a module."""
    from cosmic_ray import plugins
    from cosmic_ray.ast import ast_nodes, get_ast

    nodes = list(ast_nodes(get_ast(source)))
    spans = _annotations(ast.parse(source))
    found = defaultdict(list)
    for name in plugins.operator_names():
        if plugins.get_operator(name).arguments():
            continue
        operator = plugins.get_operator(name)()
        positions = [
            place for n in nodes for place in operator.mutation_positions(n)
        ]
        for occurrence, (start, end) in enumerate(positions):
            # cosmic-ray's NoOp changes nothing.
            if "NoOp" in name or any(a <= start < b for a, b in spans):
                continue
            found[start, end].append(Place(name, occurrence, start[0]))
    draw = random.Random(seed)
    return [draw.choice(ways) for _, ways in sorted(found.items())]


def _statement(tree: ast.Module, line: int) -> set[int]:
    """The lines of the innermost statement there, without its body."""
    best = range(line, line + 1)
    for node in ast.walk(tree):
        if not isinstance(node, ast.stmt):
            continue
        decorators = getattr(node, "decorator_list", [])
        start = min([node.lineno, *(d.lineno for d in decorators)])
        body = getattr(node, "body", None)
        end = body[0].lineno - 1 if body else node.end_lineno
        # ast.walk goes from the outside to the inside.
        if start <= line <= max(start, end):
            best = range(start, max(start, end) + 1)
    return set(best)


class _Trace:
    """A pytest plugin: which lines of some files does each test run?"""

    def __init__(self, files: set[str]) -> None:
        self._files = files
        self._current = self._imported = set()
        self.lines = {}
        self.seconds = {}

    def _called(self, frame, event, argument):
        if frame.f_code.co_filename not in self._files:
            return None
        return self._ran(frame, event, argument)

    def _ran(self, frame, event, argument):
        del event, argument
        self._current.add((frame.f_code.co_filename, frame.f_lineno))
        return self._ran

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item):
        self._current = self.lines[item.nodeid] = set()
        threading.settrace(self._called)
        sys.settrace(self._called)
        start = time.perf_counter()
        try:
            return (yield)
        finally:
            sys.settrace(None)
            threading.settrace(None)
            self.seconds[item.nodeid] = time.perf_counter() - start


class _Only:
    """A pytest plugin: some tests, in an order; notes the one that fails."""

    def __init__(self, tests: list[str], note: pathlib.Path) -> None:
        self._order = {test: i for i, test in enumerate(tests)}
        self._note = note

    def pytest_collection_modifyitems(self, items):
        items[:] = [item for item in items if item.nodeid in self._order]
        items.sort(key=lambda item: self._order[item.nodeid])

    def pytest_runtest_logreport(self, report):
        if report.failed:
            self._note.write_text(report.nodeid)


def _in_a_fork(work: Callable[[], int], log: pathlib.Path, limit: float) -> int:
    """Returns what the work returned in a process of its own."""
    child = os.fork()
    if child == 0:
        os.setsid()  # So that what the tests start ends with them.
        status = _CRASHED
        try:
            with log.open("w") as stream:
                os.dup2(stream.fileno(), 1)
                os.dup2(stream.fileno(), 2)
                status = int(work())
        finally:
            os._exit(status)
    end = time.monotonic() + limit
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.02)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return _LATE


class _Copy:
    """A copy of the sources, in which modules are changed and tests run."""

    def __init__(self, folder: pathlib.Path, tests: list[str]) -> None:
        self._folder = folder
        self._tests = tests
        self._log = folder / "log.txt"
        for name in ("tf_implicit", "tests", "experiments", "docs"):
            shutil.copytree(
                ROOT / name,
                folder / name,
                ignore=shutil.ignore_patterns("__pycache__"),
            )
        shutil.copy(ROOT / "pyproject.toml", folder)

    def _pytest(self, plugin, *arguments: str) -> int:
        os.chdir(self._folder)
        sys.path.insert(0, str(self._folder))
        # `python tools/mutate.py` has put its own folder there.
        sys.path = [p for p in sys.path if p != str(ROOT / "tools")]
        return pytest.main(
            ["-q", "-p", "no:cacheprovider", *arguments, *self._tests],
            plugins=[plugin],
        )

    def trace(self, modules: list[str]) -> _Trace:
        """Runs all tests, which must pass."""
        kept = self._folder / "trace"

        def work() -> int:
            trace = _Trace({str(self._folder / m) for m in modules})
            status = self._pytest(trace)
            kept.write_bytes(pickle.dumps((trace.lines, trace.seconds)))
            return status

        status = _in_a_fork(work, self._log, 7200)
        if status:
            raise SystemExit(
                f"mutate: the tests fail before anything is changed:\n"
                f"{self._log.read_text()[-3000:]}"
            )
        trace = _Trace(set())
        trace.lines, trace.seconds = pickle.loads(kept.read_bytes())
        return trace

    def killer(self, module: str, text: str, tests: list[str], limit: float):
        """Returns the test that fails with this text; None where none does."""
        note = self._folder / "failed"
        note.unlink(missing_ok=True)
        path = self._folder / module
        original = path.read_text(encoding="utf-8")

        def work() -> int:
            # Two mutants of one size and second would share their bytecode.
            sys.dont_write_bytecode = True
            return self._pytest(_Only(tests, note), "-x")

        for cache in path.parent.glob(f"__pycache__/{path.stem}.*"):
            cache.unlink()
        path.write_text(text, encoding="utf-8")
        try:
            status = _in_a_fork(work, self._log, limit)
        finally:
            path.write_text(original, encoding="utf-8")
        if status == 0:
            return None
        if status == _LATE:
            return "the time limit"
        if status == _FAILED and note.exists():
            return note.read_text()
        return f"pytest's exit status {status}"


def _of_module(
    copy: _Copy, trace: _Trace, module: str, count: int, seed: int
) -> Iterator[str]:
    """Tries mutants of a module; yields what became of each."""
    from cosmic_ray import mutating, plugins

    path = copy._folder / module
    source = path.read_text(encoding="utf-8")
    tree = ast.parse(source)
    places = _places(source, seed)
    chosen = sorted(
        random.Random(seed).sample(places, min(count, len(places))),
        key=lambda place: place.line,
    )
    print(f"{module}: {len(chosen)} of {len(places)} places", flush=True)
    for place in chosen:
        lines = {(str(path), n) for n in _statement(tree, place.line)}
        tests = [t for t, ran in trace.lines.items() if ran & lines]
        tests = sorted(tests or trace.lines, key=trace.seconds.__getitem__)
        operator = plugins.get_operator(place.operator)()
        try:
            text = mutating.mutate_code(source, operator, place.occurrence)
        except AttributeError as error:
            # cosmic-ray 8.7.0 cannot replace the b.c of `except (a, b.c)`.
            print(f"not made: line {place.line}, {place.operator}: {error}")
            yield "not made"
            continue
        expected = sum(trace.seconds[test] for test in tests)
        killer = copy.killer(module, text, tests, 120 + 10 * expected)
        change = "".join(
            line
            for line in difflib.unified_diff(
                source.splitlines(keepends=True), text.splitlines(keepends=True)
            )
            if line[:1] in "+-" and line[:3] not in ("+++", "---")
        )
        if killer is None:
            print(f"SURVIVED {len(tests)} tests: line {place.line}\n{change}")
        else:
            print(f"killed: line {place.line} by {killer}")
        sys.stdout.flush()
        yield "killed" if killer else "survived"


def main() -> None:
    """Runs the sample and prints what survived."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("modules", nargs="+", help="files or folders")
    parser.add_argument("--count", type=int, default=10, help="of each file")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--tests", nargs="*", help="instead of the modules'")
    options = parser.parse_args()
    try:
        importlib.import_module("cosmic_ray")
    except ImportError:
        raise SystemExit("mutate: pip install cosmic-ray==8.7.0") from None
    modules = []
    for name in options.modules:
        files = sorted((ROOT / name).glob("*.py")) or [ROOT / name]
        modules += [
            path.relative_to(ROOT).as_posix()
            for path in files
            if path.name != "__init__.py"
        ]
    tests = options.tests or _tests_of(modules)
    for name in _IMPORTED_ONCE:
        importlib.import_module(name)
    total = Counter()
    with tempfile.TemporaryDirectory() as folder:
        copy = _Copy(pathlib.Path(folder).resolve(), tests)
        print(f"mutate: running {' '.join(tests)}", flush=True)
        trace = copy.trace(modules)
        print(
            f"mutate: {len(trace.seconds)} tests in "
            f"{sum(trace.seconds.values()):.0f} s",
            flush=True,
        )
        for module in modules:
            one = Counter(
                _of_module(copy, trace, module, options.count, options.seed)
            )
            print(f"{module}: {dict(one)}", flush=True)
            total += one
    print(f"mutate: {dict(total)} of {total.total()} mutants")


if __name__ == "__main__":
    main()
