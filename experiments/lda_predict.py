# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
r"""Topic proportions of new texts, by a model that experiments.lda exported.

    python -m experiments.lda --dataset=text --data_dir=FOLDER --export=MODEL
    python -m experiments.lda_predict --model=MODEL letter.txt another.txt

or, without files, one document from the standard input. Words are found as
`folder_corpus` does; a vocabulary of stems, as that of Wikipedia or RCV1, needs
texts whose words are stems, too.
"""

import pathlib
import sys

import numpy as np
from absl import app, flags

from experiments.common import paths, program
from experiments.data import folder_corpus
from experiments.topic_models import export

_WORDS_PER_TOPIC = 6


def define_flags(values: flags.FlagValues = flags.FLAGS) -> None:
    """Defines the flags."""
    flags.DEFINE_string(
        "model",
        None,
        "Folder that experiments.lda --export wrote.",
        required=True,
        flag_values=values,
    )
    flags.DEFINE_integer(
        "top", 5, "Topics to print.", lower_bound=1, flag_values=values
    )


def predict(folder: pathlib.Path, texts: dict[str, str], top: int) -> str:
    """Returns the report on the texts, by name."""
    predictor = export.load(folder)
    documents = [folder_corpus.words(text) for text in texts.values()]
    known = set(predictor.vocabulary)
    topics = predictor.saved.topics().numpy()
    lines = []
    for name, document, proportions in zip(
        texts, documents, predictor(documents), strict=True
    ):
        in_vocabulary = sum(word in known for word in document)
        lines.append(
            f"{name}: {len(document)} words, {in_vocabulary} of them in the "
            "vocabulary"
        )
        if not in_vocabulary:
            lines.append("    nothing is known about this text")
            continue
        for topic in np.argsort(-proportions, kind="stable")[:top]:
            words = np.argsort(-topics[topic], kind="stable")
            lines.append(
                f"    {proportions[topic]:6.1%}  topic {topic:3}  "
                + " ".join(
                    predictor.vocabulary[i] for i in words[:_WORDS_PER_TOPIC]
                )
            )
    return "\n".join(lines)


def main(argv: list[str]) -> None:
    """Reads the files that the command line names."""
    with program.exits_with_message():
        texts = {
            name: folder_corpus.read_text(paths.user_path(name))
            for name in argv[1:]
        } or {"standard input": sys.stdin.read()}
        model = paths.user_path(flags.FLAGS.model)
        print(predict(model, texts, flags.FLAGS.top))


if __name__ == "__main__":
    define_flags()
    app.run(main)
