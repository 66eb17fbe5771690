"""Examples and probabilities → the predictions table of one learner under all three conditions."""

from collections.abc import Callable, Sequence
from itertools import chain

import numpy as np
import pandas as pd

from pipeline.evaluation.predictions import (
    END_TO_END,
    GOLD,
    PREDICTED_SPEAKERS,
    PredictionsError,
    with_probabilities,
)
from pipeline.labels import heads
from pipeline.learners.contract import Probabilities
from pipeline.learners.examples import Example
from pipeline.records import NO_SPEAKER, UNTOLD, Document, LabelledArticle, LabelledSentence, Sentence
from pipeline.text.speaker_names import same_speaker

Predict = Callable[[Sequence[Document]], list[Probabilities]]


def predictions_table(examples: Sequence[Example], predict: Predict) -> pd.DataFrame:
    """One table with the conditions ``gold``, ``predicted-speakers`` and ``end-to-end``.

    Raises ``PredictionsError`` without examples.
    """
    if not examples:
        raise PredictionsError("there is no article to test on: is the test part of the split empty?")
    whole = [tuple(range(len(one.labelled.sentences))) for one in examples]
    conditions = (
        (GOLD, [one.gold for one in examples], whole),
        (PREDICTED_SPEAKERS, [one.attributed for one in examples], whole),
        (END_TO_END, [one.raw for one in examples], [one.partner for one in examples]),
    )
    labelled = [one.labelled for one in examples]
    return pd.concat(
        [
            condition_table(name, labelled, documents, partners, predict)
            for name, documents, partners in conditions
        ],
        ignore_index=True,
    )


def condition_table(
    name: str,
    labelled: Sequence[LabelledArticle],
    documents: Sequence[Document],
    partners: Sequence[Sequence[int | None]],
    predict: Predict,
    counted: Sequence[Sequence[bool]] | None = None,
) -> pd.DataFrame:
    """Predicted sentences first, in order, then the gold ones that were missed, article by article.

    ``partners[d][i]`` is the gold sentence that sentence ``i`` of document ``d`` stands for, or None. A sentence
    that is not ``counted`` was there to be read by the learner and has no row; all are counted by default.
    """
    counted = counted or [[True] * len(document.sentences) for document in documents]
    rows = []
    for article, document, partner, wanted in zip(labelled, documents, partners, counted, strict=True):
        for index, sentence in enumerate(document.sentences):
            if wanted[index]:
                gold = None if partner[index] is None else article.sentences[partner[index]]
                rows.append(_row(name, article, sentence, gold, document, index))
        for number in sorted(set(range(len(article.sentences))) - set(partner)):
            rows.append(_row(name, article, article.sentences[number].sentence, article.sentences[number]))
    found = predict(documents)
    left_out = [number for number, one in enumerate(chain.from_iterable(counted)) if not one]
    proba = {head: np.delete(np.concatenate([one[head] for one in found]), left_out, axis=0) for head in heads()}
    return with_probabilities(pd.DataFrame(rows), proba)


def _row(
    condition: str,
    labelled: LabelledArticle,
    sentence: Sentence,
    gold: LabelledSentence | None,
    document: Document | None = None,
    index: int = 0,
) -> dict[str, object]:
    article = labelled.article
    attribution = document.attribution(index) if document else None
    predicted = attribution.voice.speaker if attribution else NO_SPEAKER
    return {
        "condition": condition,
        "article_id": article.id,
        "start": sentence.start,
        "end": sentence.end,
        "text": sentence.text,
        "outlet": article.outlet,
        "genre": article.genre,
        "leaning": article.leaning,
        "government": article.government,
        "kind": _kind(labelled, gold) if gold else None,
        "attribution": attribution.kind if attribution else "none",
        "gold_speaker": gold.speaker if gold else None,
        "predicted_speaker": predicted if document else None,
        "speaker_right": _right(labelled, gold, predicted) if gold and document else None,
        "predicted": document is not None,
        **{f"gold_{head}": getattr(gold.labels, head) if gold else None for head in heads()},
    }


def _kind(labelled: LabelledArticle, gold: LabelledSentence) -> str | None:
    """The gold speaker's kind, empty for narration, None where gold does not tell it."""
    if gold.speaker == NO_SPEAKER:
        return ""
    return None if gold.speaker == UNTOLD else labelled.voice(gold.speaker).kind or None


def _right(labelled: LabelledArticle, gold: LabelledSentence, predicted: str) -> bool | None:
    if gold.speaker == UNTOLD:
        return None
    if NO_SPEAKER in (gold.speaker, predicted):
        return gold.speaker == predicted
    return same_speaker(predicted, next(a for a in labelled.actors if a.voice.speaker == gold.speaker))
