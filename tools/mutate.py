# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Wrong programs that the tests should notice: a sample of mutants of a module.

    .venv/bin/python tools/mutate.py tf_implicit/implicit.py --count=10

cosmic-ray (pip install cosmic-ray==8.7.0) makes them one at a time, in a copy
of the package and its tests, and runs the tests of the module; what survives is
printed as a difference.
"""

import argparse
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]

# The tests that know a module best; those of its folder are the default.
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
}


def _tests_of(module: str) -> list[str]:
    """The tests for a module: its own file, where there is one."""
    stem = pathlib.PurePosixPath(module).stem.removeprefix("_")
    for prefix, tests in _TESTS.items():
        if module.startswith(prefix):
            own = [f"{folder}/{stem}_test.py" for folder in tests]
            own = [test for test in own if (ROOT / test).exists()]
            shared = ROOT / tests[0] / "signature_test.py"
            if own and shared.exists():
                own.append(str(shared.relative_to(ROOT)))
            return own or tests
    raise SystemExit(f"mutate: no tests are known for {module}")


def _sample(session: pathlib.Path, count: int, seed: int) -> int:
    """Leaves `count` mutants to do; returns how many there were."""
    from cosmic_ray.work_db import use_db
    from cosmic_ray.work_item import WorkerOutcome, WorkResult

    with use_db(str(session)) as database:
        items = sorted(
            database.work_items, key=lambda item: str(item.mutations)
        )
        left_out = random.Random(seed).sample(items, max(0, len(items) - count))
        for item in left_out:
            database.set_result(
                item.job_id, WorkResult(worker_outcome=WorkerOutcome.SKIPPED)
            )
    return len(items)


def main() -> None:
    """Runs the sample and prints what survived."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("module", help="a file below tf_implicit")
    parser.add_argument("--count", type=int, default=10)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--tests", nargs="*", help="instead of the module's")
    options = parser.parse_args()
    scripts = pathlib.Path(sys.executable).parent
    if not (scripts / "cosmic-ray").exists():
        raise SystemExit("mutate: pip install cosmic-ray==8.7.0")
    tests = options.tests or _tests_of(options.module)
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder)
        for name in ("tf_implicit", "tests", "experiments"):
            shutil.copytree(ROOT / name, copy / name)
        shutil.copy(ROOT / "pyproject.toml", copy)
        command = f"{sys.executable} -m pytest -q -x {' '.join(tests)}"
        (copy / "config.toml").write_text(
            f'[cosmic-ray]\nmodule-path = "{options.module}"\n'
            f"timeout = 1800.0\nexcluded-modules = []\n"
            f'test-command = "{command}"\n'
            '[cosmic-ray.distributor]\nname = "local"\n'
        )

        def run(*arguments: str) -> None:
            subprocess.run(
                [sys.executable, scripts / arguments[0], *arguments[1:]],
                cwd=copy,
                check=True,
            )

        run("cosmic-ray", "init", "config.toml", "session.sqlite")
        total = _sample(copy / "session.sqlite", options.count, options.seed)
        print(f"mutate: {options.count} of {total} mutants: {command}")
        run("cosmic-ray", "exec", "config.toml", "session.sqlite")
        run("cr-report", "--show-diff", "--surviving-only", "session.sqlite")


if __name__ == "__main__":
    main()
