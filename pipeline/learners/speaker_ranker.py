"""Training of the speaker ranker on the corpus' speakers."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import lightgbm
import numpy as np

from pipeline.config import SpeakersParams
from pipeline.text.candidates import VALUES, matrix, words_of
from pipeline.text.ranker import WORD, SpeakerRanker
from pipeline.text.trees import Trees

# The rest is in configs/params.yaml. Chosen by five-fold cross-validation over articles of train and validation
# (share of sentences with the right speaker): LambdaRank .854, pointwise log-loss .851; 400 trees .852; 15
# leaves .850; 63 leaves .854. Words of the sentence: 400 .856, none .850 (later code); a softmax over mentions
# of a fine-tuned MiniLM alone .832 where trees had .835 (one fold).
_PARAMS = {
    "objective": "lambdarank",
    "lambdarank_truncation_level": 5,
    "min_data_in_leaf": 20,
    "lambda_l2": 1.0,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "verbose": -1,
}


@dataclass(frozen=True)
class RankedSentence:
    """The candidates of one sentence: ``values`` (candidates, len(VALUES)), which of them are ``right``, its
    text."""

    values: np.ndarray
    right: np.ndarray
    text: str = ""


def train_ranker(sentences: Sequence[RankedSentence], params: SpeakersParams, seed: int) -> SpeakerRanker:
    """A ranker fitted to sentences; one without a right candidate teaches nothing and is left out.

    Raises ``ValueError`` where no sentence teaches anything.
    """
    usable = [one for one in sentences if one.right.any() and not one.right.all()]
    if not usable:
        raise ValueError("no sentence has both a right and a wrong candidate; train on labelled articles")
    words = _words(usable, params.words)
    data = lightgbm.Dataset(
        matrix([one.values for one in usable], [one.text for one in usable], words),
        np.concatenate([one.right for one in usable]).astype(np.int32),
        group=[len(one.right) for one in usable],
        feature_name=[*VALUES, *(WORD + word for word in words)],
    )
    chosen = {"learning_rate": params.learning_rate, "num_leaves": params.leaves, "seed": seed}
    booster = lightgbm.train(_PARAMS | chosen, data, params.trees)
    return SpeakerRanker(Trees(booster.model_to_string()))


def _words(sentences: Sequence[RankedSentence], count: int) -> dict[str, int]:
    """The words that stand in the most sentences, each with its column; of equals the first in the alphabet."""
    found = Counter(word for text in {one.text for one in sentences} for word in words_of(text))
    most = sorted(found, key=lambda word: (-found[word], word))[:count]
    return {word: column for column, word in enumerate(most)}
