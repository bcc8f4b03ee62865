# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Sentences with numbers from experiments/results have those of today.

A measurement that is added there may change a sentence: the test says how it is
to read, and whether it still is true is for a reader to judge.
"""

import math
import pathlib
import statistics

import pytest

from experiments import paper_tables
from experiments.common import results

_ROOT = pathlib.Path(__file__).absolute().parents[2]


def _one(name: str, **wanted: str) -> results.Row:
    """Returns the row of a file that has these cells."""
    (row,) = [
        row
        for row in results.read(results.FOLDER / f"{name}.csv")
        if wanted.items() <= row.items()
    ]
    return row


def _times(name: str, quantity: str, peer: str) -> tuple[float, float, float]:
    """Returns our time, the peer's, and how many times it is ours."""
    row = _one(f"accuracy/{name}", quantity=quantity, peer=peer)
    return tuple(float(row[c]) for c in ("tf_implicit", "its time", "ratio"))


def _short(value: float) -> str:
    """Two digits, or all of a larger whole number."""
    return f"{value:.0f}" if value >= 9.95 else f"{value:.1f}"


def _power(value: float) -> str:
    """Two digits and an exponent without zeros in front."""
    digits, exponent = f"{value:.1e}".split("e")
    return f"{digits}e{int(exponent)}"


def _readme() -> list[str]:
    def line(first, second, quantity, peer, name="speed"):
        ours, theirs, ratio = _times(name, quantity, peer)
        return (
            f"| {first} | {_short(ours)} ns | {second} {theirs:.0f} ns | "
            f"{_short(ratio)} |"
        )

    torch = "Jankowiak and Obermeyer (PyTorch)"
    gamma = "gamma gradient, float32"
    _, theirs, ratio = _times("speed", gamma, torch)
    dirichlet = (
        "distributions.Dirichlet, sample and gradient, float32, batch 32 of "
        "50 topics, 50 steps in a graph"
    )
    step = [1.6 * x for x in _times("samplers", dirichlet, "TFP")[:2]]
    return [
        line("Gamma `dz/dalpha`, float32", "TensorFlow", gamma, "TensorFlow"),
        f"| | | PyTorch {theirs:.0f} ns | {_short(ratio)} |",
        line(
            "von Mises `dz/dkappa`, float32",
            "TFP",
            "von_mises gradient, float32",
            "TFP",
        ),
        line(
            "Beta, both derivatives, float64",
            "PyTorch, one of them,",
            "beta gradient, float64",
            "PyTorch, one derivative",
        ),
        line(
            "`Gamma`, sample and gradient, float32",
            "TFP",
            "distributions.Gamma, sample and gradient, float32",
            "TFP",
            "samplers",
        ),
        "| `Dirichlet` over 50 topics, batch 32, sample and gradient | "
        f"{step[0]:.0f} us | TFP {step[1]:.0f} us | "
        f"{_short(step[1] / step[0])} |",
    ]


def _comparison() -> list[str]:
    sentences = []
    for label, method in (
        ("tf_implicit | implicit, own kernel", "ours"),
        ("TensorFlow and TFP | implicit", "TensorFlow"),
        ("JAX | implicit", "JAX"),
        (
            "PyTorch | approximation of Jankowiak and Obermeyer",
            "Jankowiak and Obermeyer (PyTorch)",
        ),
    ):
        cells = []
        for precision in ("float32", "float64"):
            row = _one("accuracy/table2", method=method, precision=precision)
            cells += [
                _power(float(row["gamma error"])),
                _short(1e9 * float(row["gamma s/element"])),
            ]
        sentences.append(f"| {label} | {' | '.join(cells)} |")
    worst = [
        float(_one("accuracy/map", method=name, dtype="float32")["worst"])
        for name in ("ours", "TensorFlow")
    ]
    assert worst[1] > 1
    sentences.append(
        f"the largest relative error is {_power(worst[0])} here and above 1 in "
        "TensorFlow"
    )
    ours, torch = (
        {
            _short(float(value))
            for decade, value in _one(
                "accuracy/cost", family="gamma", dtype="float64", method=name
            ).items()
            if decade in ("1e3", "1e5", "1e7", "1e9")
        }
        for name in ("ours", "Jankowiak and Obermeyer (PyTorch)")
    )
    sentences.append(
        f"its approximation takes {'/'.join(sorted(torch))} ns an element, "
        f"ours {'/'.join(sorted(ours))}."
    )
    small = _times(
        "speed",
        "Gamma gradient, float32, 16 elements, eager call",
        "tf.raw_ops.RandomGammaGrad",
    )
    sentences.append(
        f"a call with 16 elements takes {small[1]:.1f} us for its op and "
        f"{small[0]:.1f} us for our function"
    )
    interval = _one(
        "comparison_speed", **{"distribution: f": "Normal(m, 1) in (4, 6): z"}
    )
    ratio = float(interval["tf_implicit"]) / float(interval["JAX, NumPyro"])
    return [
        *sentences,
        f"draws a Normal in an interval {ratio:.1f} times as fast as this",
    ]


def _performance() -> list[str]:
    one = _times(
        "speed",
        "Gamma sampler, float32, elements in the call: 1",
        "tf.random.stateless_gamma",
    )[0]
    sampler, sampler64 = (
        _times(
            "samplers", f"Gamma sampler, {dtype}", "tf.random.stateless_gamma"
        )[0]
        for dtype in ("float32", "float64")
    )
    gradient, gradient64 = (
        _times("speed", f"gamma gradient, {dtype}", "TensorFlow")[0]
        for dtype in ("float32", "float64")
    )
    threads = [
        float(row["ratio"])
        for row in results.read(results.FOLDER / "accuracy/threads.csv")
    ]
    shares: dict[str, list[float]] = {"gradient": [], "sampler": []}
    for row in results.read(results.FOLDER / "accuracy/instruction_sets.csv"):
        name, dtype = row["quantity"].split(", ")
        kind = name.removesuffix("s").rpartition(" ")[2]
        if kind == "gradient" or dtype == "float32":
            ratio = float(row["baseline"]) / float(row["avx512"])
            shares[kind].append(ratio)
    return [
        f"costs {one:.0f} us for one element, and {sampler:.1f} ns for each",
        f"Two threads give {min(threads):.1f} to {max(threads):.1f} times the",
        f"float64 costs {sampler64 / sampler:.1f} times as much as float32 for "
        f"Gamma samples and {gradient64 / gradient:.1f} times for their "
        "gradients",
        f"AVX-512 is {min(shares['gradient']):.1f} to "
        f"{max(shares['gradient']):.1f} times as fast as the baseline for "
        f"gradients, {min(shares['sampler']):.0f} to "
        f"{max(shares['sampler']):.0f} times for float32 samples",
    ]


def _autoencoders() -> list[str]:
    def run(prior, training, size, steps, settings="", rate="0.001"):
        study = paper_tables.STUDIES[1]
        rows = [
            row
            for row in results.read(study.runs_file())
            if (row["prior"], row["training"], row["D"], row["steps"])
            == (prior, training, size, steps)
            and (row["seed"], row["learning_rate"]) == ("0", rate)
            and row["settings"] == settings
        ]
        return round(float(rows[-1]["test_nll"]), 1)

    def paper(prior, training, size):
        row = _one("table4_paper", prior=prior, training=training, D=size)
        return float(row["mean"]), f"{row['mean']} +- {row['stddev']}"

    normal, beta, angle = "Normal(0, 1)", "Uniform(0, 1)", "Uniform(-pi, pi)"
    bell = "vonMises(0, 10)"
    priors = ((normal, "explicit"), (beta, "implicit"), (angle, "implicit"))
    long, short, published = (
        {prior: value(prior, how) for prior, how in priors}
        for value in (
            lambda prior, how: run(prior, how, "2", "2000000"),
            lambda prior, how: run(prior, how, "2", "200000"),
            lambda prior, how: paper(prior, how, "2")[0],
        )
    )
    study = [
        run(beta, "implicit", "10", "200000", settings)
        for settings in (
            "",
            "kl_annealing_steps=20000",
            "learning_rate_half_life=40000",
            "max_parameter=100000000.0 min_parameter=1e-06",
        )
    ]
    inward, with_decay = (
        run(beta, "implicit", "10", "200000", settings)
        for settings in (
            "inward_gradient=True",
            "kl_annealing_steps=20000 learning_rate_half_life=50000",
        )
    )
    back = [
        run(prior, "RSVI", size, "200000", "inward_gradient=True")
        for prior, size in (
            *((bell, "10"), (angle, "2"), (bell, "2")),
            (angle, "10"),
        )
    ]
    lost = run(angle, "RSVI", "10", "200000")
    sphere = {
        (size, steps): run("Uniform(S^D)", "implicit", size, steps)
        for size in ("2", "5")
        for steps in ("100000", "200000")
    }
    stopped, gained, theirs = (
        " and ".join(f"{value(size):.1f}" for size in ("2", "5"))
        for value in (
            lambda size: sphere[size, "100000"],
            lambda size: sphere[size, "100000"] - sphere[size, "200000"],
            lambda size: paper("Uniform(S^D)", "implicit", size)[0],
        )
    )
    aim = paper(beta, "implicit", "10")[0]
    angles = [
        run(angle, "implicit", "10", "200000", settings)
        for settings in ("kl_annealing_steps=20000", "")
    ]
    ours, rsvi = (
        run(angle, training, "40", "100000")
        for training in ("implicit", "RSVI")
    )
    error = _one(
        "table4_runs",
        prior=angle,
        training="implicit",
        D="40",
        steps="100000",
    )["test_nll_standard_error"]

    def gain(prior, training, size, steps, more, **rate):
        before = run(prior, training, size, steps, **rate)
        after = run(prior, training, size, more, **rate)
        above = before - paper(prior, training, size)[0]
        return f"took {before - after:.1f} of the {above:.1f} off"

    gains = [
        gain(normal, "explicit", "10", "200000", "400000"),
        gain(angle, "implicit", "40", "100000", "200000"),
        gain(angle, "RSVI", "40", "100000", "200000"),
        *(
            gain(bell, "RSVI", size, "200000", more, rate="0.0001")
            for size, more in (("2", "700000"), ("10", "400000"))
        ),
        *(
            gain(prior, "implicit", size, "200000", more)
            for prior, size, more in (
                ("Gamma(10, 10)", "5", "400000"),
                ("Gamma(10, 10)", "10", "400000"),
                ("Beta(10, 10)", "2", "700000"),
                ("Beta(10, 10)", "5", "400000"),
                ("Beta(10, 10)", "10", "400000"),
                (bell, "10", "400000"),
            )
        ),
    ]
    return [
        *gains,
        f"uniform von Mises is {long[normal] - long[angle]:.1f} ahead of "
        f"Normal and uniform Beta {long[normal] - long[beta]:.1f}; in the "
        f"paper they are {published[normal] - published[angle]:.1f} and "
        f"{published[normal] - published[beta]:.1f}",
        f"{published[angle] - long[angle]:.1f} below, at the paper's length",
        f"At 200,000 steps it was {short[angle] - published[angle]:.1f} above",
        f"{long[beta] - published[beta]:.1f} above, at the paper's length: the "
        f"steps from 200,000 on took {short[beta] - long[beta]:.1f} of the "
        f"{short[beta] - published[beta]:.1f} off, where those of Normal took "
        f"{short[normal] - long[normal]:.1f}",
        f"against {study[0]} with the paper's settings ({aim} there",
        f"ends at {study[1]}: {study[0] - study[1]:.1f} of the "
        f"{study[0] - aim:.1f} are gone",
        f"von Mises ends at {angles[0]} with it, and at {angles[1]} without "
        f"({paper(angle, 'implicit', '10')[1]} in the paper",
        f"every 40,000 steps changes nothing ({study[2]})",
        f"stays finite and ends at {study[3]}",
        f"`--inward_gradient` the run ends at {inward}.",
        f"the run ends at {with_decay}, not {study[1]}",
        f"Training ends at {back[0]}; the lower bound",
        f"Training ends at {back[1]}, a quarter",
        f"the flag ends at {back[2]}",
        f"with the flag ({back[3]}) and without it ({lost};",
        f"ours are at {stopped} ({theirs} there), and 100,000 more take "
        f"{gained} off",
        f"and 400,000 steps end at {run(bell, 'RSVI', '10', '400000')}",
        f"is {ours} with implicit gradients and {rsvi} with RSVI (standard "
        f"error {error};",
        f"{paper(angle, 'implicit', '40')[1]} and "
        f"{paper(angle, 'RSVI', '40')[1]})",
    ]


_SHORT = "preset=20newsgroups_short"


def _topic_models() -> list[str]:
    news = {"corpus": "20 Newsgroups"}
    end, early = (
        _one("table3_runs", training="SVI", epochs=epochs, **news)
        for epochs in ("500", "60")
    )
    bound = float(end["test_mean_field_perplexity"])
    seeds = [
        row
        for row in results.read(results.FOLDER / "table3_runs.csv")
        if row["training"] == "implicit reparameterization"
        and news.items() <= row.items()
        and row["epochs"] == "500"
        and row["seed"]
    ]
    own, better = (
        [float(row[name]) for row in seeds]
        for name in ("test_perplexity", "test_refined_perplexity")
    )
    gaps = [a - b for a, b in zip(own, better, strict=True)]
    implicit = statistics.fmean(own)
    below = 100 * (1 - implicit / bound)
    refined, second, normal, plain, rsvi, alike = (
        _one("table3_runs", settings=_SHORT + changed, **news, **row)
        for changed, row in (
            ("", {"training": "implicit reparameterization", "seed": "0"}),
            ("", {"seed": "1"}),
            ("", {"model": "LN-LDA"}),
            (" kl_annealing_steps=0", {}),
            ("", {"training": "RSVI B = 20"}),
            (" initial_topic_documents=0", {}),
        )
    )

    def scores(row, digits=1):
        return [
            f"{float(row[name]):.{digits}f}"
            for name in ("test_refined_perplexity", "test_perplexity")
        ]

    def gain(row):
        better, own = (float(x) for x in scores(row))
        return f"{own - better:.0f}"

    ours, fixed, sampled = (
        float(_one("table3_paper", training=training, **news)["mean"])
        for training in (
            "implicit reparameterization",
            "implicit, fixed prior",
            "implicit, KL from samples",
        )
    )
    controls = [
        float(_one("table3_runs", training=training, **news)["test_perplexity"])
        for training in ("implicit, fixed prior", "implicit, KL from samples")
    ]
    error = _one("table3_paper", training="implicit reparameterization", **news)
    noisy = {
        (row["seed"], row["settings"]): f"{float(row['test_perplexity']):.1f}"
        for row in results.read(results.FOLDER / "table3_runs.csv")
        if row["training"] == "RSVI B = 1" and news.items() <= row.items()
    }
    unit = math.hypot(float(error["stddev"]), statistics.stdev(own))
    return [
        f"is {ours - implicit:.1f} below the paper's mean. That is "
        f"{(ours - implicit) / unit:.1f} standard deviations, but "
        f"{(ours - implicit) / unit * math.sqrt(5):.1f} standard errors of the",
        f"which has {noisy['1', '']}: 1e-3 ends at "
        f"{noisy['1', 'learning_rate=0.001']}, below the paper's, and 1e-4 at "
        f"{noisy['1', 'learning_rate=0.0001']}. Not the seed, as two have "
        f"{noisy['0', '']} and {noisy['1', '']}",
        f"(`--inward_gradient`) ends at {noisy['1', 'inward_gradient=True']}.",
        f"a fixed prior costs {controls[0] - implicit:.0f} points here, where "
        f"the paper has {fixed - ours:.0f}, and a KL divergence from samples "
        f"{controls[1] - implicit:.0f}, where it has {sampled - ours:.0f}",
        f"has {bound} (after 60 of the 500 epochs: "
        f"{early['test_mean_field_perplexity']})",
        f"has {bound}, and implicit reparameterization is {below:.1f}% below",
        f"have a perplexity of {scores(refined)[0]}, where the paper has "
        f"{ours:.0f} with the encoder's, this page "
        f"{implicit:.1f} after all steps, and SVI "
        f"{end['test_perplexity']}.",
        f"have a perplexity of {statistics.fmean(better):.1f} +- "
        f"{statistics.stdev(better):.1f} (five seeds, from {min(better):.1f} "
        f"to {max(better):.1f}; {implicit:.1f} +- {statistics.stdev(own):.1f} "
        "with the encoder's): the gap of amortization is "
        f"{min(gaps):.0f} to {max(gaps):.0f} there",
        f"A second seed has {scores(second)[0]}.",
        f"Refinement takes {gain(refined)} off, {gain(normal)} of LN-LDA's.",
        f"({scores(rsvi)[0]}, one seed)",
        "({1}, refined {0})".format(*scores(alike, 0)),
        f"({scores(refined)[0]}, not {scores(plain)[0]})",
        f"({scores(refined, 0)[1]}, not {scores(plain, 0)[1]})",
        f"are {fixed - ours:.0f} and {sampled - ours:.0f} points above its "
        f"{ours:.0f}",
    ]


@pytest.mark.parametrize(
    ("page", "sentences"),
    [
        ("README.md", _readme),
        ("docs/comparison.md", _comparison),
        ("docs/guide/performance.md", _performance),
        ("docs/topic_model.md", _topic_models),
        ("docs/vae.md", _autoencoders),
    ],
)
def test_page_quotes_what_was_measured(page, sentences):
    text = " ".join((_ROOT / page).read_text("utf-8").split())
    missing = [s for s in sentences() if s.lower() not in text.lower()]
    assert not missing


def test_what_the_accuracy_page_says_without_numbers_holds():
    laws = results.read(results.FOLDER / "accuracy/laws.csv")
    missed = {row["quantity"] for row in laws if row["verdict"] == "MISSED"}
    assert not missed
    for row in results.read(results.FOLDER / "accuracy/flatness.csv"):
        fastest = float(row["its time"]) / 2
        assert fastest / float(row["tf_implicit"]) == pytest.approx(
            0.5, abs=0.15
        )
    for row in results.read(results.FOLDER / "accuracy/threads.csv"):
        assert row["verdict"] == "met" or "sampler" in row["quantity"]
