# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
r"""Tables 2, 3, 4 and 7 and Figure 1: what was measured, beside the paper.

    python -m experiments.paper_tables

prints the tables of docs/topic_model.md, vae.md, accuracy.md and
cross_entropy.md, from the files in experiments/results: of training runs
STUDY_runs.csv and STUDY_paper.csv, of the two studies of gradients a folder
with their tables.

    python -m experiments.paper_tables --add=output/table4 --write_pages

first adds to them the finished runs in output/table4, the --output_dir of
experiments.table3, table4, lda or vae, and writes the tables into the
documents, and the pictures whose tables have changed into docs/images. Runs
that have not ended are named and left out; adding a folder again adds what has
ended since. No run is taken out: of a cell of the table, the longest runs
count, and of these those with the better learning rate.

    python -m experiments.paper_tables --add=output/accuracy --write_pages

takes the tables in output/accuracy, the --output_dir of experiments.accuracy
or cross_entropy, in place of the older ones of the same names.
"""

import pathlib
import re
import statistics
from collections.abc import Sequence

from absl import app, flags

from experiments.autoencoders import results as autoencoders
from experiments.common import (
    errors,
    paths,
    program,
    result_tables,
    results,
    study_tables,
    tables,
)
from experiments.studies import pages as studies
from experiments.topic_models import results as topic_models

__all__ = ["PAGES", "STUDIES", "filled", "page_tables"]

_ADD = flags.DEFINE_multi_string(
    "add",
    [],
    "Folder with runs to add: the --output_dir of one of them or of a table; "
    "or that of experiments.accuracy or cross_entropy.",
)
_RESULTS_DIR = flags.DEFINE_string(
    "results_dir",
    None,
    "Folder of the results; by default experiments/results of this source "
    "tree.",
)
_WRITE_PAGES = flags.DEFINE_bool(
    "write_pages",
    False,
    "Write tables and pictures into docs/ of this source tree.",
)

STUDIES = (topic_models.STUDY, autoencoders.STUDY)
# The documents and their tables.
PAGES = {
    "topic_model.md": (
        "table3",
        "table3 large corpus",
        "table3 other settings",
        "table3 refined",
    ),
    "vae.md": (
        "table4",
        "table4 longer runs",
        "table7",
        "table4 other settings",
    ),
    **studies.PAGES,
}
_ROOT = pathlib.Path(__file__).absolute().parents[1]


def page_tables(folder: pathlib.Path) -> dict[str, str]:
    """Returns the tables of `PAGES` as Markdown.

    Args:
        folder: Folder of the results.
    """
    return (
        _topic_model_tables(folder)
        | _autoencoder_tables(folder)
        | studies.page_tables(folder)
    )


def filled(page: str, named_tables: dict[str, str]) -> str:
    """Returns a document with the tables between their markers.

    Args:
        page: The document. The table NAME stands between the lines
            `<!-- NAME: ... -->` and `<!-- end of NAME -->`.
        named_tables: The tables by name.

    Raises:
        ValueError: A table has no markers there.
    """
    for name, table in named_tables.items():
        place = re.compile(
            rf"(<!-- {re.escape(name)}: [^>]*-->\n).*?"
            rf"(<!-- end of {re.escape(name)} -->)",
            re.DOTALL,
        )
        page, count = place.subn(
            lambda found, table=table: f"{found[1]}\n{table}\n{found[2]}", page
        )
        if count != 1:
            raise ValueError(f"{count} places of the table {name!r}")
    return page


def _topic_model_tables(folder):
    study = topic_models.STUDY
    runs, paper = _read(study, folder)

    def table(corpus):
        return result_tables.compare(
            study,
            runs,
            paper,
            columns=("model", "training"),
            keep=lambda cell: cell["corpus"] == corpus,
        ).body()

    large = topic_models.CORPORA["imdb100k"]
    order = list(
        dict.fromkeys((row["model"], row["training"]) for row in paper)
    )
    return {
        "table3": table(topic_models.CORPORA["20newsgroups"]),
        "table3 large corpus": _listing(
            # The corpus' own preset first, in the paper's order.
            sorted(
                _means(
                    [row for row in runs if row["corpus"] == large],
                    ("model", "training", "epochs", "settings"),
                    (
                        *("test_perplexity", "test_mean_field_perplexity"),
                        "test_kl",
                    ),
                ),
                key=lambda row: (
                    row["settings"] != "",
                    order.index((row["model"], row["training"])),
                ),
            ),
            (
                *("model", "training", "epochs", "seeds", "test_perplexity"),
                *("test_mean_field_perplexity", "test_kl", "settings"),
            ),
        ),
        "table3 refined": _listing(
            _means(
                [row for row in runs if row["test_refined_perplexity"]],
                (
                    *("model", "training", "corpus", "epochs", "steps"),
                    "settings",
                ),
                ("test_perplexity", "test_refined_perplexity", "test_kl"),
            ),
            (
                *("model", "training", "corpus", "epochs", "steps", "seeds"),
                *("test_perplexity", "test_refined_perplexity", "test_kl"),
                "settings",
            ),
        ),
        "table3 other settings": _listing(
            [
                row
                for row in runs
                if row["settings"]
                and row["corpus"] != large
                and not row["test_refined_perplexity"]
            ],
            (
                *("training", "epochs", "learning_rate", "min_parameter"),
                *("max_parameter", "test_perplexity", "test_kl"),
                *("test_smallest_kl", "settings"),
            ),
        ),
    }


def _autoencoder_tables(folder):
    study = autoencoders.STUDY
    runs, paper = _read(study, folder)

    def table(columns, keep):
        return result_tables.compare(
            study,
            runs,
            paper,
            columns=columns,
            keep=lambda cell: cell["dataset"] == "mnist" and keep(cell),
        ).body()

    rivals = {
        (row["prior"], row["D"])
        for row in runs
        if row["training"].startswith("RSVI") and not row["settings"]
    }
    without: dict[str, list[str]] = {}
    for prior, _, training, _, size in result_tables.missing(
        study, runs, paper
    ):
        without.setdefault(f"{prior}, {training}", []).append(size)
    lengths: dict[tuple[str, ...], set[str]] = {}
    for row in runs:
        if not row["settings"]:
            lengths.setdefault(_cell(study, row), set()).add(row["steps"])
    continued = [
        row
        for row in runs
        if not row["settings"] and len(lengths[_cell(study, row)]) > 1
    ]
    return {
        "table4": table(
            ("prior", "posterior", "D"),
            lambda cell: not cell["training"].startswith("RSVI"),
        )
        + "\nWithout a run: "
        + (
            "; ".join(
                f"{row}, D = {', '.join(sizes)}"
                for row, sizes in without.items()
            )
            or "none"
        )
        + ".\n",
        "table4 longer runs": _listing(
            sorted(
                continued,
                key=lambda row: (
                    *(_cell(study, row), row["seed"]),
                    *(-float(row["learning_rate"]), int(row["steps"])),
                ),
            ),
            (
                *("prior", "training", "D", "seed", "learning_rate", "steps"),
                "test_nll",
            ),
        ),
        "table7": table(
            ("prior", "training", "D"),
            lambda cell: (cell["prior"], cell["D"]) in rivals,
        ),
        "table4 other settings": _listing(
            [
                row | _beside(study, row, runs, paper)
                for row in runs
                if row["settings"] and row["dataset"] == "mnist"
            ],
            (
                *("prior", "training", "D", "seed", "steps", "test_nll"),
                *("paper's settings", "paper", "test_kl", "settings"),
            ),
        ),
    }


def _cell(study, row) -> tuple[str, ...]:
    return tuple(row[name] for name in study.cell)


def _beside(study, row, runs, paper) -> dict[str, str]:
    """What a run with other settings is compared with.

    The newest run of the same seed and learning rate after as many steps with
    the paper's settings, and the paper's own number, of which the steps are
    more.
    """

    def same(other):
        names = (*study.cell, "seed", "steps", "learning_rate")
        return all(other[name] == row[name] for name in names)

    ours = [r["test_nll"] for r in runs if same(r) and not r["settings"]]
    theirs = [r["mean"] for r in paper if _cell(study, r) == _cell(study, row)]
    return {
        "paper's settings": ours[-1] if ours else "",
        "paper": theirs[0] if theirs else "",
    }


def _read(study, folder):
    """Returns the runs and the paper's numbers."""
    return (
        results.read(study.runs_file(folder), study.columns),
        results.read(
            study.paper_file(folder),
            (*study.cell, "mean", "stddev", "source"),
        ),
    )


def _means(rows, names, measurements) -> list[results.Row]:
    """Returns a row for all runs that are alike but for the seed.

    With several seeds, measurements are their mean and standard deviation; a
    seed that was run again counts once.

    Args:
        rows: Runs.
        names: Columns that make a group.
        measurements: Columns to average.
    """
    groups: dict[tuple[str, ...], list[results.Row]] = {}
    for row in rows:
        groups.setdefault(tuple(row[name] for name in names), []).append(row)
    table = []
    for key, group in groups.items():
        seeds = result_tables.newest_of_seeds(group)
        table.append(
            dict(zip(names, key, strict=True))
            | {"seeds": str(len(seeds))}
            | {
                name: _mean([row[name] for row in seeds])
                for name in measurements
            }
        )
    return table


def _mean(texts) -> str:
    if len(texts) == 1:
        return texts[0]
    if "" in texts:
        return ""
    values = [float(text) for text in texts]
    return f"{statistics.fmean(values):.4g} +- {statistics.stdev(values):.2g}"


def _listing(rows, columns) -> str:
    """Returns a table of runs."""
    if not rows:
        return "No run yet.\n"
    return tables.Table(
        "",
        "",
        columns,
        [[_short(name, row[name]) for name in columns] for row in rows],
    ).body()


def _short(name, text) -> str:
    """A number to tenths of a nat or a perplexity, others to four digits."""
    try:
        digits = ".1f" if name.endswith(("_nll", "_perplexity")) else ".4g"
        return f"{float(text):{digits}}" if len(text) > 7 else text
    except ValueError:
        return text


def _add(path: str, folder: pathlib.Path) -> None:
    """Adds what a folder holds, of whatever program, and says what."""
    source = paths.user_path(path)
    if (source / study_tables.INDEX).exists():
        name, added = studies.add(source, folder)
        print(f"{folder / name}: {', '.join(added)} are those in {path} now")
        return
    found = False
    for study in STUDIES:
        try:
            rows, left_out = results.collect(study, source)
        except errors.MissingFileError:
            continue
        found = True
        count = results.merge(study, rows, folder)
        print(
            f"{study.runs_file(folder)}: {count} of {len(rows)} finished runs "
            f"in {path} are new"
        )
        for name, reason in left_out.items():
            print(f"{name} is left out: {reason}")
    if not found:
        raise errors.MissingFileError(
            f"--add={path} holds no tables of experiments.accuracy or "
            "experiments.cross_entropy and no run of "
            + " or ".join(f"experiments.{study.program}" for study in STUDIES)
        )


def main(argv: Sequence[str]) -> None:
    """Adds, prints and writes as the flags say."""
    if len(argv) > 1:
        raise app.UsageError(f"unexpected arguments: {argv[1:]}")
    folder = (
        paths.user_path(_RESULTS_DIR.value)
        if _RESULTS_DIR.value
        else results.FOLDER
    )
    with program.exits_with_message():
        for path in _ADD.value:
            _add(path, folder)
        found = page_tables(folder)
        for name, names in PAGES.items():
            for table in names:
                print(f"\n{name}, {table}\n\n{found[table]}")
            if _WRITE_PAGES.value:
                path = (_ROOT / "docs" / name).resolve()
                page = filled(
                    path.read_text("utf-8"), {t: found[t] for t in names}
                )
                with errors.writing(path):
                    path.write_text(page, "utf-8")
                print(f"{path} is written")
        if _WRITE_PAGES.value:
            for path in studies.draw(folder, _ROOT / "docs/images"):
                print(f"{path} is drawn")


if __name__ == "__main__":
    app.run(main)
