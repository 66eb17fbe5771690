"""The predictions table: one row for every unit that a learner met or ought to have met, with gold beside it.

A unit is a sentence. Three kinds of row exist:

- *aligned*: gold labels and probabilities are both there;
- *missed*: a gold sentence that got no prediction (``predicted`` is false, every ``p_…`` column is null);
- *spurious*: a predicted sentence without a gold partner (every ``gold_…`` column is null).

Only the condition ``end-to-end`` may hold missed and spurious rows. A gold standard need not tell everything:
where it does not tell a label or a speaker, that column holds ``UNTOLD``, and the sentence is not judged on it.

One table holds one learner; it may hold several conditions. Everything in ``pipeline.evaluation`` starts from
this table.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.labels import heads
from pipeline.records import UNTOLD

GOLD = "gold"
PREDICTED_SPEAKERS = "predicted-speakers"
END_TO_END = "end-to-end"
# Which sentences and speakers the learner was given: gold and gold; gold and predicted; predicted and predicted.
CONDITIONS = (GOLD, PREDICTED_SPEAKERS, END_TO_END)
# The learner is trained with predicted speakers and will meet them in use: this condition carries the figures.
MAIN_CONDITION = PREDICTED_SPEAKERS

ATTRIBUTIONS = ("direct", "indirect", "mixed", "none")

# `outlet` … `government` are those of the article; `kind` is the gold speaker's ("" for narration, null if
# spurious or untold); `speaker_right` says whether `predicted_speaker` is the gold one, decided by the speaker
# evaluation (null where gold does not tell it).
UNIT_COLUMNS = (
    "condition",
    "article_id",
    "start",
    "end",
    "text",
    "outlet",
    "genre",
    "leaning",
    "government",
    "kind",
    "attribution",
    "gold_speaker",
    "predicted_speaker",
    "speaker_right",
    "predicted",
)


class PredictionsError(ValueError):
    """A table that breaks the contract above; the message names the column, the row and the mend."""


def gold_column(head: str) -> str:
    """The column of a head's gold label."""
    return f"gold_{head}"


def probability_column(head: str, label: str) -> str:
    """The column of one class's probability."""
    return f"p_{head}_{label}"


def columns() -> tuple[str, ...]:
    """Every column that a table must have, in writing order."""
    gold = tuple(gold_column(head) for head in heads())
    proba = tuple(probability_column(head, label) for head, labels in heads().items() for label in labels)
    return UNIT_COLUMNS + gold + proba


def with_probabilities(units: pd.DataFrame, probabilities: Mapping[str, NDArray[np.floating]]) -> pd.DataFrame:
    """A checked table from units (all but the ``p_…`` columns) and a learner's output.

    ``probabilities[head]`` has the shape (rows where ``predicted``, classes), in the order of those rows.
    Raises ``PredictionsError`` when shapes or contents do not fit.
    """
    rows = np.flatnonzero(units["predicted"].to_numpy(dtype=bool))
    filled: dict[str, NDArray[np.float64]] = {}
    for head, labels in heads().items():
        given = np.asarray(probabilities[head], dtype=np.float64)
        if given.shape != (len(rows), len(labels)):
            raise PredictionsError(
                f"{head}: the probabilities have shape {given.shape}, expected {(len(rows), len(labels))}: "
                f"one row for each of the {len(rows)} units marked `predicted`, one column for each class"
            )
        full = np.full((len(units), len(labels)), np.nan)
        full[rows] = given
        filled |= {probability_column(head, label): full[:, i] for i, label in enumerate(labels)}
    table = pd.concat([units.reset_index(drop=True), pd.DataFrame(filled)], axis=1)
    check(table)
    return table[list(columns())]


def gold_codes(table: pd.DataFrame, head: str) -> NDArray[np.int64]:
    """Index of the gold class of every row; -1 for spurious rows and where gold does not tell it."""
    return pd.Index(heads()[head]).get_indexer(table[gold_column(head)]).astype(np.int64)


def probabilities(table: pd.DataFrame, head: str) -> NDArray[np.float64]:
    """Class probabilities, shape (rows, classes); NaN in missed rows."""
    return table[[probability_column(head, label) for label in heads()[head]]].to_numpy(dtype=np.float64)


def predicted_codes(table: pd.DataFrame, head: str) -> NDArray[np.int64]:
    """Index of the most probable class of every row; -1 for missed rows."""
    predicted = table["predicted"].to_numpy(dtype=bool)
    return np.where(predicted, np.nan_to_num(probabilities(table, head), nan=-1.0).argmax(axis=1), -1)


def aligned(table: pd.DataFrame) -> pd.DataFrame:
    """The rows with both gold and prediction."""
    return table[table["predicted"].to_numpy(dtype=bool) & is_gold(table)]


def is_gold(table: pd.DataFrame) -> NDArray[np.bool_]:
    """Which rows are gold sentences, that is, not spurious."""
    return table[gold_column(next(iter(heads())))].notna().to_numpy()


def judged(table: pd.DataFrame, column: str) -> pd.DataFrame:
    """The rows that count where a gold column is asked for: gold ones that tell it, and the spurious ones of the
    articles that tell it at all."""
    told = is_gold(table) & (table[column] != UNTOLD).to_numpy(dtype=bool)
    articles = table["article_id"].isin(table["article_id"][told].unique()).to_numpy(dtype=bool)
    return table[told | (~is_gold(table) & articles)]


def conditions_of(table: pd.DataFrame) -> tuple[str, ...]:
    """The conditions that a table holds, in the order of ``CONDITIONS``."""
    held = set(table["condition"])
    return tuple(condition for condition in CONDITIONS if condition in held)


def check(table: pd.DataFrame) -> None:
    """Raises ``PredictionsError`` for the first breach of the contract."""
    missing = [name for name in columns() if name not in table.columns]
    if missing:
        raise PredictionsError(f"the predictions table lacks the columns {', '.join(missing)}")
    if table.empty:
        raise PredictionsError("the predictions table has no rows: was the test split empty?")
    _refuse(table, ~table["condition"].isin(CONDITIONS), f"`condition` must be one of {', '.join(CONDITIONS)}")
    gold, predicted = pd.Series(is_gold(table), table.index), table["predicted"].astype(bool)
    whole = table["condition"] != END_TO_END
    _refuse(table, ~gold & ~predicted, "the row is neither gold nor predicted; leave it out")
    _refuse(table, whole & ~(gold & predicted), f"only the condition {END_TO_END} may miss or add sentences")
    for head, labels in heads().items():
        column = table[gold_column(head)]
        _refuse(table, gold & ~column.isin((*labels, UNTOLD)), f"`gold_{head}` must be one of {', '.join(labels)}")
        _refuse(table, ~gold & column.notna(), f"`gold_{head}` is set on a spurious row")
        proba = probabilities(table, head)
        distribution = (proba >= 0).all(axis=1) & (np.abs(proba.sum(axis=1) - 1) < 1e-3)
        _refuse(table, predicted & ~distribution, f"`p_{head}_…` must be ≥ 0 and add up to 1")
        _refuse(table, ~predicted & ~np.isnan(proba).all(axis=1), f"`p_{head}_…` must be null in a missed row")


def _refuse(table: pd.DataFrame, bad: pd.Series, rule: str) -> None:
    if bad.any():
        row = table[bad].iloc[0]
        where = f"{row['condition']}, article {row['article_id']}, characters {row['start']}–{row['end']}"
        raise PredictionsError(f"{where}: {rule} ({int(bad.sum())} such rows)")


def write_predictions(table: pd.DataFrame, path: Path) -> None:
    """Check a table and write it as Parquet; the file appears whole or not at all."""
    check(table)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".part")
    table[list(columns())].to_parquet(draft, index=False)
    draft.replace(path)


def read_predictions(path: Path) -> pd.DataFrame:
    """Read and check a table. Raises ``PredictionsError`` with the file's name."""
    if not path.is_file():
        raise PredictionsError(f"{path}: no such predictions table; `dvc repro evaluate` writes it")
    table = pd.read_parquet(path)
    try:
        check(table)
    except PredictionsError as error:
        raise PredictionsError(f"{path}: {error}") from error
    return table
