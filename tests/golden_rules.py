"""The golden rules for English of ``tests/data/golden_rules_en.yaml``: what a segmenter must get right."""

from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import yaml

from pipeline.records import Span

PATH = Path(__file__).parent / "data" / "golden_rules_en.yaml"
END = "|"


@dataclass(frozen=True)
class GoldenRule:
    """A kind of case, and an input with ``END`` behind each sentence but the last."""

    name: str
    marked: str

    @property
    def text(self) -> str:
        """The input."""
        return self.marked.replace(END, "")

    @property
    def spans(self) -> list[Span]:
        """The sentences of the input, without the white space between them."""
        pieces = self.marked.split(END)
        ends = accumulate(map(len, pieces))
        return [
            Span(end - len(piece.lstrip()), end - len(piece) + len(piece.rstrip()))
            for piece, end in zip(pieces, ends, strict=True)
        ]


def golden_rules() -> tuple[GoldenRule, ...]:
    """All rules, in the order of the file."""
    raw = yaml.safe_load(PATH.read_text(encoding="utf-8"))
    return tuple(GoldenRule(entry["rule"], entry["text"]) for entry in raw["rules"])
