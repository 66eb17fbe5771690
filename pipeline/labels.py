"""The heads (label fields of a sentence) and their ordered classes, read once from ``configs/codebook.yaml``."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from pipeline import CONFIGS

NONE = "none"


@dataclass(frozen=True)
class Codebook:
    """Closed vocabularies of the corpus. ``heads`` maps a head to its classes in column order."""

    heads: dict[str, tuple[str, ...]]
    parties: tuple[str, ...]
    kinds: tuple[str, ...]
    governments: tuple[str, ...]
    leanings: tuple[str, ...]


def load_codebook(path: Path) -> Codebook:
    """Read a codebook file. Raises ``KeyError`` when a section is missing."""
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    return Codebook(
        heads={head: tuple(classes) for head, classes in raw["heads"].items()},
        **{name: tuple(raw[name]) for name in ("parties", "kinds", "governments", "leanings")},
    )


@cache
def codebook() -> Codebook:
    """The project's codebook."""
    return load_codebook(CONFIGS / "codebook.yaml")


def heads() -> dict[str, tuple[str, ...]]:
    """Head → ordered classes; the last class of every head is ``none``."""
    return codebook().heads
