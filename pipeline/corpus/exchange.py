"""The labelled corpus as a table for other tools: one row a sentence, through Hugging Face ``datasets``."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.labels import heads
from pipeline.records import LabelledArticle

if TYPE_CHECKING:
    from datasets import Dataset

WRITERS = {".parquet": "to_parquet", ".jsonl": "to_json", ".csv": "to_csv"}


def to_dataset(articles: Sequence[LabelledArticle]) -> "Dataset":
    """A data set with a row a sentence, in order; each head is a ``ClassLabel`` in the codebook's order."""
    from datasets import ClassLabel, Dataset, Features, Value

    text, whole = Value("string"), Value("int32")
    columns = {
        "article_id": text, "date": text, "outlet": text, "leaning": text, "genre": text, "government": text,
        "headline": text, "start": whole, "end": whole, "paragraph": whole, "text": text,
        "speaker": text, "party": text, "kind": text,
    }  # fmt: skip
    labels = {head: ClassLabel(names=list(classes)) for head, classes in heads().items()}
    rows = [row for article in articles for row in _rows(article)]
    return Dataset.from_list(rows, features=Features({**columns, **labels}))


def export(articles: Sequence[LabelledArticle], path: Path) -> int:
    """Write the data set as Parquet, JSON lines or CSV, by the suffix, and return its number of rows.

    Parquet keeps labels as numbers with their names in the schema, the others write the names. Raises
    ``ValueError`` for another suffix.
    """
    if path.suffix not in WRITERS:
        raise ValueError(f"{path}: no format for the suffix {path.suffix!r}; end it with {', '.join(WRITERS)}")
    table = to_dataset(articles)
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix != ".parquet":
        named = {head: table.features[head].int2str(table[head]) for head in heads()}
        for head, names in named.items():
            table = table.remove_columns(head).add_column(head, names)
    getattr(table, WRITERS[path.suffix])(path)
    return len(table)


def _rows(labelled: LabelledArticle) -> Iterator[dict[str, object]]:
    article = labelled.article
    for one in labelled.sentences:
        voice = labelled.voice(one.speaker)
        yield {
            "article_id": article.id,
            "date": article.date.isoformat() if article.date else None,
            "outlet": article.outlet,
            "leaning": article.leaning,
            "genre": article.genre,
            "government": article.government,
            "headline": article.headline,
            "start": one.sentence.start,
            "end": one.sentence.end,
            "paragraph": one.sentence.paragraph,
            "text": one.sentence.text,
            "speaker": one.speaker,
            "party": voice.party,
            "kind": voice.kind,
            **{head: getattr(one.labels, head) for head in heads()},
        }
