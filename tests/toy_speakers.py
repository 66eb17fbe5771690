"""A ranker and a model of party and kind that anyone can follow by eye, for what they are part of."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from pipeline import CONFIGS
from pipeline.config import SpeakersParams
from pipeline.labels import codebook
from pipeline.learners.speaker_ranker import RankedSentence, train_ranker
from pipeline.text.affiliation_model import SIDES, AffiliationModel, AffiliationWeights
from pipeline.text.candidates import VALUES
from pipeline.text.document import Learned
from pipeline.text.lexicon import load_lexicon
from pipeline.text.ranker import SpeakerRanker

FEW = SpeakersParams(folds=2, words=0, trees=10, leaves=4, learning_rate=0.2)


def column(name: str) -> int:
    """Where a value stands in a candidate's row."""
    return VALUES.index(name)


def ranked(flag: str, count: int = 60, seed: int = 1) -> list[RankedSentence]:
    """Sentences of two to six candidates whose values are noise, but that ``flag`` marks the right one."""
    draw = np.random.default_rng(seed)
    made = []
    for _ in range(count):
        values = draw.normal(size=(draw.integers(2, 7), len(VALUES)))
        right = np.arange(len(values)) == draw.integers(len(values))
        values[:, column(flag)] = right
        made.append(RankedSentence(values, right))
    return made


def ranker(flag: str) -> SpeakerRanker:
    """A ranker that has learnt to choose the candidate with this flag."""
    return train_ranker(ranked(flag), FEW, seed=1)


def affiliations(kind: str) -> AffiliationModel:
    """A model that gives everybody whose kind is not known this one."""
    kinds = codebook().kinds
    bias = tuple(9.0 * (one == kind) for one in kinds)
    even = tuple((1.0,) * len(kinds) for _ in SIDES)
    weights = AffiliationWeights(kinds, bias, {}, {}, even, threshold=0.5)
    return AffiliationModel(weights, load_lexicon(CONFIGS / "reporting.yaml"))


def learned(folder: Path, flag: str = "is_rule", kind: str = "expert", without: Sequence[str] = ()) -> Path:
    """A folder that holds both as ``dvc repro`` leaves them, but for the files ``without``."""
    folder.mkdir(parents=True)
    Learned(ranker(flag), affiliations(kind)).save(folder)
    for name in without:
        (folder / name).unlink()
    return folder
