"""A gold standard of invented sentences as JSON lines, and a scorer that anyone can follow by eye."""

import json
from pathlib import Path

from fake_learner import FakeLearner, FakeText, sealed

from pipeline.records import Attribution, Document, Span, Voice
from pipeline.scoring.engine import Scorer

TEXT = "The bill returns.\nMara Quill said the plan is cruel.\nIt rained.\nDean Orme said yes."
ROWS = [
    {"text": TEXT, "start": 0, "end": 17, "stance": "none", "speaker": "-"},
    {"start": 18, "end": 52, "stance": "opposes", "speaker": "Mara Quill", "party": "Green", "kind": "opposition"},
    {"start": 53, "end": 63, "stance": "none", "speaker": "-"},
    {"start": 64, "end": 83, "stance": "supports", "speaker": "Dean Orme", "party": "Labour", "kind": "minister"},
]


class FakePath(FakeText):
    """The fake text path with its two halves: sentences are lines, "NAME said …" is attributed to NAME."""

    def sentences(self, article):
        return self(article).sentences

    def attributed(self, article, sentences):
        names = [one.text.partition(" said ") for one in sentences]
        heard = [
            Attribution(Voice(name, "Green", "opposition"), "indirect", (Span(one.start, one.end),))
            for (name, said, _), one in zip(names, sentences, strict=True)
            if said
        ]
        numbers = iter(range(len(heard)))
        assigned = tuple(next(numbers) if said else None for _, said, _ in names)
        return Document(article, tuple(sentences), tuple(heard), assigned)


def fake_scorer(folder: Path) -> Scorer:
    return Scorer(sealed(folder), FakePath(), FakeLearner())


def gold_file(path: Path, *rows: dict, doc_id: str | None = "d-1") -> Path:
    """Write rows as JSON lines; each gets the ``doc_id`` unless it has its own."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps({"doc_id": doc_id, **row}) + "\n" for row in rows), encoding="utf-8")
    return path
