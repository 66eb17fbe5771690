"""A text path and a learner that anyone can follow by eye, and a bundle sealed around them."""

import os
import re
import signal
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from pipeline.labels import heads
from pipeline.records import Article, Attribution, Document, Sentence, Span, Voice
from pipeline.scoring.bundle import TEXT_FILES, Bundle, open_bundle, seal
from pipeline.scoring.engine import Scorer

CALM = "The bill returns on Monday."
CRUEL = "Mara Quill said the plan is cruel."
POISON = "This sentence breaks the learner: BOOM."
TORN = "This sentence breaks the text path: CRASH."
UNSURE = "Nobody can tell what this hazy sentence means."
CAPTION = "Picture: Mara Quill said cheese."
# What no process survives, and what never ends.
EXIT = "This sentence ends the process: EXIT."
OUT_OF_MEMORY = "This sentence gets the process killed: KILL."
ENDLESS = "This sentence is read without end: LOOP."


class FakeText:
    """A sentence a line. "NAME said …" is attributed to NAME; a line with "Picture:" is boilerplate."""

    def __call__(self, article: Article) -> Document:
        if "CRASH" in article.text:
            raise RuntimeError("the text path fell over")
        _perish(article.text)
        sentences, attributions, assigned = [], [], []
        for line in re.finditer(r"[^\n]+", article.text):
            start, text = line.start(), line.group()
            sentences.append(Sentence(start, line.end(), text, boilerplate="Picture:" in text))
            name, said, _ = text.partition(" said ")
            assigned.append(len(attributions) if said else None)
            if said:
                source = Span(start, start + len(name))
                cue = Span(source.end + 1, source.end + 5)
                voice = Voice(name, "Green", "opposition")
                attributions.append(Attribution(voice, "indirect", (Span(cue.end, line.end()),), source, cue))
        return Document(article, tuple(sentences), tuple(attributions), tuple(assigned))


def _perish(text: str) -> None:
    if "EXIT" in text:
        os._exit(3)
    if "KILL" in text:
        os.kill(os.getpid(), signal.SIGKILL)
    if "LOOP" in text:
        time.sleep(600)


class FakeLearner:
    """A "cruel" line opposes with probability .8, a "hazy" one is a near tie, the rest is none with .8."""

    name = "fake"
    engine = "by eye"

    def __init__(self) -> None:
        self.calls: list[int] = []

    def predict_proba(self, documents: Sequence[Document]) -> list[dict[str, np.ndarray]]:
        self.calls.append(len(documents))
        return [self._one(document) for document in documents]

    def _one(self, document: Document) -> dict[str, np.ndarray]:
        if "BOOM" in document.article.text:
            raise FloatingPointError("the learner fell over")
        answer = {}
        for head, classes in heads().items():
            rows = np.full((len(document.sentences), len(classes)), 0.2 / (len(classes) - 1), dtype=np.float32)
            for row, sentence in zip(rows, document.sentences, strict=True):
                row[1 if "cruel" in sentence.text else -1] = 0.8
                if "hazy" in sentence.text:
                    row[:] = 1 / len(classes)
            answer[head] = rows
        return answer


def sealed(folder: Path, temperatures: dict[str, float] | None = None, threshold: float = 0.5) -> Bundle:
    """A bundle of the fake learner, with word lists that hold one line each."""
    configs = folder.with_name(f"{folder.name}-configs")
    for made in (folder, configs):
        made.mkdir(parents=True, exist_ok=True)
    for name in TEXT_FILES:
        (configs / name).write_text(f"# {name}\n", encoding="utf-8")
    (folder / "weights.safetensors").write_bytes(b"weights")
    return seal(
        folder,
        learner="fake",
        heads=heads(),
        corpus="c0ffee",
        params={"c_grid": [0.3, 1.0], "seed": 20},
        temperatures=temperatures or {},
        threshold=threshold,
        commit="0123abc",
        configs=configs,
    )


def scorer(folder: Path, temperatures: dict[str, float] | None = None, threshold: float = 0.5) -> Scorer:
    """A scorer of the fake learner."""
    return Scorer(sealed(folder, temperatures, threshold), FakeText(), FakeLearner())


def load(folder: Path) -> Scorer:
    """The scorer of a folder that ``sealed`` made; worker processes find it by its name."""
    return Scorer(open_bundle(folder), FakeText(), FakeLearner())
