"""What a served model takes and gives: records with a ``text`` in, a data frame of statements out.

Records are read as the file readers read them (``pipeline.text.metadata``): same names, same checks.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa

from pipeline.records import Article, probability_column, statement_schema
from pipeline.scoring.bundle import Card
from pipeline.scoring.engine import Scorer
from pipeline.text.metadata import build
from pipeline.text.rejects import Refusal, Reject
from pipeline.tracking import ServedModel

SCRIPT = Path(__file__).with_name("pyfunc.py")
EXAMPLE = {
    "text": "The new rules begin on Monday. “They strand families who followed every rule,” said Ilse Marwood "
    "of the Harbour Lights charity.",
    "id": "example-1",
    "title": "Charity warns over new asylum rules",
    "date": "2025-11-24",
    "outlet": "The Marlow Post",
    "url": "https://example.org/1",
    "genre": "news",
    "author": "",
    "speaker": "",
    "party": "",
    "kind": "",
    "government": "Labour",
    "leaning": "",
}
RAISE, SKIP = "raise", "skip"
# Columns that tell of the stance beside its label and probabilities.
OF_STANCE = ("confidence", "abstained")


class ServedError(ValueError):
    """A request that cannot be answered; the message names what is wrong with it and the mend."""


@dataclass(frozen=True)
class Wish:
    """What a request asks for: the ``heads`` whose columns come back, the ``threshold`` of confidence below which
    a statement counts as abstained, and whether to ``skip`` records that cannot be scored."""

    heads: tuple[str, ...]
    threshold: float
    skip: bool = False

    @classmethod
    def of(cls, params: Mapping[str, object], card: Card) -> "Wish":
        """The wish of MLflow's params over the bundle's defaults. Raises ``ServedError`` for a value that none of
        them can have."""
        asked = {**defaults(card), **params}
        return cls(
            heads=_heads(str(asked["heads"]), tuple(card.heads)),
            threshold=_threshold(asked["threshold"]),
            skip=_skips(asked["on_error"]),
        )


def defaults(card: Card) -> dict[str, str | float]:
    """The params of a served model, each with the value that it has where a request does not name it."""
    return {"heads": ",".join(card.heads), "threshold": card.threshold, "on_error": RAISE}


def served_model(card: Card, max_characters: int) -> ServedModel:
    """All that the tracker needs to log a bundle with this card as an MLflow model that reads texts of up to
    ``max_characters``."""
    schema = statement_schema(card.heads)
    optional = columns_of(card.heads, card.heads)
    answered = pa.schema([field.with_nullable(field.nullable or field.name in optional) for field in schema])
    config = {"max_characters": max_characters}
    return ServedModel(SCRIPT, pd.DataFrame([EXAMPLE]), answered, defaults(card), config)


def columns_of(chosen: Iterable[str], heads: Mapping[str, Sequence[str]]) -> list[str]:
    """The columns of a statement that tell of the chosen ones of these heads."""
    return [
        column
        for head in chosen
        for column in (
            head,
            *(probability_column(head, label) for label in heads[head]),
            *(OF_STANCE if head == "stance" else ()),
        )
    ]


def answer(
    scorer: Scorer, records: Iterable[Mapping[str, object]], max_characters: int, wish: Wish | None = None
) -> pd.DataFrame:
    """The statements of a request; without a ``wish``, all that the bundle tells.

    Raises ``ServedError`` where a record cannot be scored and the wish is not to skip it: an answer has no room
    for rejects, and none must be lost unseen.
    """
    card = scorer.bundle.card
    wish = wish or Wish.of({}, card)
    articles, rejects = _read(records, max_characters)
    scored = scorer.score(articles)
    if (refused := [*rejects, *scored.rejects]) and not wish.skip:
        reasons = "; ".join(f"{reject.source}: {reject.reason}: {reject.detail}" for reject in refused[:5])
        raise ServedError(
            f"{len(refused)} records cannot be scored: {reasons}. Mend them, or set on_error to {SKIP}"
        )
    whole = frame(scored.statements)
    whole["abstained"] = whole["confidence"].astype("float64") < wish.threshold  # as the engine compares
    return whole.drop(columns=columns_of(set(card.heads) - set(wish.heads), card.heads))


def frame(statements: pa.Table) -> pd.DataFrame:
    """A statements table as pandas has it: dates as ISO text, what is unknown None (NaN would be no JSON)."""
    whole = statements.to_pandas()
    for field in statements.schema:
        if field.nullable:
            whole[field.name] = pd.Series(statements[field.name].to_pylist(), index=whole.index, dtype=object)
    whole["date"] = pd.Series([day and day.isoformat() for day in whole["date"]], index=whole.index, dtype=object)
    return whole


def _read(records: Iterable[Mapping[str, object]], max_characters: int) -> tuple[list[Article], list[Reject]]:
    articles, rejects = [], []
    for number, record in enumerate(records, start=1):
        try:
            articles.append(build(record, f"#{number}", str(number), max_characters))
        except Refusal as refusal:
            rejects.append(refusal.at(f"#{number}"))
    return articles, rejects


def _heads(listed: str, known: tuple[str, ...]) -> tuple[str, ...]:
    """The heads of a list with commas, in the bundle's order."""
    named = {name.strip() for name in listed.split(",")}
    if named <= set(known):
        return tuple(head for head in known if head in named)
    raise ServedError(f"heads is {listed[:80]!r}; list one or more of {', '.join(known)} with commas between")


def _threshold(value: object) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1:
        return float(value)
    raise ServedError(f"threshold is {str(value)[:40]}; it is a probability: give a number from 0 to 1")


def _skips(value: object) -> bool:
    if value in (RAISE, SKIP):
        return value == SKIP
    raise ServedError(f"on_error is {str(value)[:40]!r}; it can be {RAISE} or {SKIP}")
