"""The engine: articles through the text path and a bundle's learner to tables of statements.

One article that the text path or the learner cannot take becomes a reject; it never stops the others.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from pipeline.learners import load_learner
from pipeline.learners.contract import Predictor, Probabilities
from pipeline.records import (
    NO_SPEAKER,
    Article,
    ArticleRow,
    Document,
    Statement,
    arrow_schema,
    probability_column,
    statement_schema,
)
from pipeline.scoring.bundle import RETRAIN, Bundle, BundleError, calibrated, open_bundle
from pipeline.text.document import TextPath
from pipeline.text.rejects import Reject, failure


@dataclass(frozen=True)
class Scored:
    """What became of a batch: the statements and the articles that were scored, and the rejects."""

    statements: pa.Table
    articles: pa.Table
    rejects: tuple[Reject, ...]


class Scorer:
    """A bundle made ready to score. Load it once and keep it: the learner's weights stay in memory."""

    def __init__(self, bundle: Bundle, text_path: TextPath, learner: Predictor) -> None:
        self.bundle = bundle
        self.text_path = text_path
        self.learner = learner
        self.schema = statement_schema(bundle.card.heads)

    @classmethod
    def load(cls, bundle: Path) -> "Scorer":
        """Open a bundle folder. Raises ``BundleError`` where it is not exactly as it was sealed."""
        opened = open_bundle(bundle)
        try:
            return cls(opened, TextPath.load(opened.text), load_learner(bundle))
        except (KeyError, TypeError, ValueError, OSError) as error:
            raise BundleError(
                f"{bundle}: made by another version of this program ({type(error).__name__}: {error}). {RETRAIN}"
            ) from error

    @property
    def engine(self) -> str:
        """The number format in which the learner computes on this processor, for people."""
        return self.learner.engine

    def statements(self, articles: Sequence[Article]) -> pa.Table:
        """The statements of the articles that can be scored; ``score`` also tells which could not and why."""
        return self.score(articles).statements

    def score(self, articles: Sequence[Article]) -> Scored:
        """Score a batch: every sentence of every article a row, in the articles' order."""
        rejects: list[Reject] = []
        documents = list(self._documents(articles, rejects))
        statements, rows = [self.schema.empty_table()], [arrow_schema(ArticleRow).empty_table()]
        for document, predicted in zip(documents, self._predictions(documents), strict=True):
            try:
                if isinstance(predicted, Exception):
                    raise predicted
                tables = self._table(document, predicted), _article_table(document)
            except Exception as error:
                rejects.append(failure(document.article.source or document.article.id, error))
            else:
                statements.append(tables[0])
                rows.append(tables[1])
        return Scored(pa.concat_tables(statements), pa.concat_tables(rows), tuple(rejects))

    def _documents(self, articles: Sequence[Article], rejects: list[Reject]) -> Iterator[Document]:
        for article in articles:
            try:
                yield self.text_path(article)
            except Exception as error:  # any fault of ours on a hostile text: named in the rejects, never silent
                rejects.append(failure(article.source or article.id, error))

    def _predictions(self, documents: Sequence[Document]) -> list[Probabilities | Exception]:
        """Calibrated probabilities a document; where the batch fails, each by itself, to find who is to blame."""
        if not documents:
            return []
        try:
            predicted = self.learner.predict_proba(documents)
            if len(predicted) != len(documents):
                raise ValueError(f"{self.learner.name} answered {len(predicted)} of {len(documents)} documents")
            return [
                checked(document, calibrated(raw, self.bundle.card))
                for document, raw in zip(documents, predicted, strict=True)
            ]
        except Exception as error:
            if len(documents) == 1:
                return [error]
            return [self._predictions([document])[0] for document in documents]

    def _table(self, document: Document, probabilities: Probabilities) -> pa.Table:
        rows = list(self._rows(document, probabilities))
        columns = {name: [getattr(row, name) for row in rows] for name in Statement.__dataclass_fields__}
        for head, classes in self.bundle.card.heads.items():
            for number, label in enumerate(classes):
                columns[probability_column(head, label)] = probabilities[head][:, number]
        arrays = [pa.array(columns[field.name], type=field.type) for field in self.schema]
        return pa.Table.from_arrays(arrays, schema=self.schema)

    def _rows(self, document: Document, probabilities: Probabilities) -> Iterator[Statement]:
        card, article = self.bundle.card, document.article
        chosen = {head: probabilities[head].argmax(axis=1) for head in card.heads}
        for index, sentence in enumerate(document.sentences):
            labels = {head: classes[chosen[head][index]] for head, classes in card.heads.items()}
            confidence = float(probabilities["stance"][index].max())
            yield Statement(
                article_id=article.id,
                source=article.source or None,
                date=article.date,
                outlet=article.outlet or None,
                headline=article.headline or None,
                sentence_id=f"{article.id}#{index + 1}",
                start=sentence.start,
                end=sentence.end,
                text=sentence.text,
                **_attributed(document, index),
                boilerplate=sentence.boilerplate,
                **labels,
                confidence=confidence,
                abstained=confidence < card.threshold,
                model=self.bundle.hash,
            )


def checked(document: Document, answer: Probabilities) -> Probabilities:
    """The answer as it came. Raises ``ValueError`` where it does not fit the document or is no number."""
    for head, values in answer.items():
        if values.shape[0] != len(document.sentences):
            raise ValueError(f"{head}: {values.shape[0]} answers to {len(document.sentences)} sentences")
        if not np.isfinite(values).all():
            raise ValueError(f"{head}: a probability that is no number")
    return answer


def _attributed(document: Document, index: int) -> dict[str, str | int | None]:
    """The columns that tell who speaks, how and where. Boilerplate has no speaker, whatever surrounds it."""
    attribution = None if document.sentences[index].boilerplate else document.attribution(index)
    columns = dict.fromkeys(("speaker", "speaker_start", "speaker_end", "cue", "party", "kind"))
    if attribution is None:
        return {**columns, "attribution": "none"}
    voice, source, cue = attribution.voice, attribution.source, attribution.cue
    if voice.speaker not in (NO_SPEAKER, ""):
        columns |= {"speaker": voice.speaker, "party": voice.party or None, "kind": voice.kind or None}
    if source:
        columns |= {"speaker_start": source.start, "speaker_end": source.end}
    return {**columns, "cue": cue.of(document.article.text) if cue else None, "attribution": attribution.kind}


def _article_table(document: Document) -> pa.Table:
    article = document.article
    row = ArticleRow(
        article_id=article.id,
        source=article.source or None,
        headline=article.headline or None,
        date=article.date,
        outlet=article.outlet or None,
        url=article.url or None,
        genre=article.genre or None,
        author=article.author or None,
        government=article.government or None,
        text=article.text,
        n_sentences=len(document.sentences),
        n_boilerplate=sum(sentence.boilerplate for sentence in document.sentences),
    )
    return pa.Table.from_pylist([vars(row)], schema=arrow_schema(ArticleRow))
