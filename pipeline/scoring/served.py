"""What a served model takes and gives: records with a ``text`` in, a data frame of statements out.

Records are read as the file readers read them (``pipeline.text.metadata``): same names, same checks.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd
import pyarrow as pa

from pipeline.config import ScoreParams
from pipeline.records import Article, statement_schema
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
}


class ServedError(ValueError):
    """Records that cannot be scored; the message names each and its mend."""


def served_model(heads: Mapping[str, tuple[str, ...]], params: ScoreParams) -> ServedModel:
    """All that the tracker needs to log a bundle with these heads as an MLflow model."""
    config = {"max_characters": params.max_characters}
    return ServedModel(SCRIPT, pd.DataFrame([EXAMPLE]), statement_schema(heads), config)


def answer(
    scorer: Scorer, records: Iterable[Mapping[str, object]], max_characters: int, skip: bool = False
) -> pd.DataFrame:
    """The statements of a request. With ``skip``, records that cannot be scored are left out in silence.

    Raises ``ServedError`` otherwise: an answer has no room for rejects, and none must be lost unseen.
    """
    articles, rejects = _read(records, max_characters)
    scored = scorer.score(articles)
    if (refused := [*rejects, *scored.rejects]) and not skip:
        reasons = "; ".join(f"{reject.source}: {reject.reason}: {reject.detail}" for reject in refused[:5])
        raise ServedError(
            f"{len(refused)} records cannot be scored: {reasons}. Mend them, or set on_error to skip"
        )
    return frame(scored.statements)


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
