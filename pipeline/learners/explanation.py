"""What moved a learner to a label: the records that the explanations of both learners are made of.

An explanation answers a contrastive question (Miller 2019): why this class rather than the runner-up? Its unit
is the log-odds of the two, ``log(p(label) / p(rival))``, in which a linear model is a plain sum and what does not
tell the two classes apart counts nothing. Positive values speak for the label, negative ones for the rival.
"""

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.records import Span

WORD = re.compile(r"\S+")

# Names of what a learner reads besides the words of the sentence.
SETTING, SPEAKER, FACT, BEFORE, OTHERS = (
    "government, genre, headline",
    "speaker",
    "told",
    "sentence before",
    "other sentences",
)


@dataclass(frozen=True)
class Contrast:
    """Why class ``label`` of a head and not ``rival`` (indices of its classes)? ``temperature`` divides the
    log-odds, as it does in the calibrated probabilities that users see."""

    label: int
    rival: int
    temperature: float = 1.0


@dataclass(frozen=True)
class WordShare:
    """A word of the sentence and its log-odds. ``span`` counts characters of the sentence."""

    span: Span
    value: float


@dataclass(frozen=True)
class Part:
    """Log-odds of something named: a part of what was read beside the sentence, or one n-gram of it."""

    name: str
    text: str
    value: float


@dataclass(frozen=True)
class Explanation:
    """``score`` (log-odds of the label against the rival) split over all that the learner read.

    ``base`` is what the learner says without reading anything: a linear model's intercept, the score of the
    gradients' baseline. ``ngrams`` are a linear model's weightiest features, already counted in ``words``.
    """

    method: str
    score: float
    base: float
    words: tuple[WordShare, ...]
    parts: tuple[Part, ...]
    ngrams: tuple[Part, ...] = ()

    @property
    def sentence(self) -> float:
        """Log-odds of all words of the sentence together."""
        return sum(word.value for word in self.words)

    @property
    def error(self) -> float:
        """What the shares do not account for: 0 for exact methods, the completeness error of gradients."""
        return self.score - self.base - self.sentence - sum(part.value for part in self.parts)


def word_spans(text: str) -> tuple[Span, ...]:
    """The words of a sentence as a reader sees them: runs of characters without white space."""
    return tuple(Span(*found.span()) for found in WORD.finditer(text))


def word_shares(spans: tuple[Span, ...], values: NDArray[np.floating]) -> tuple[WordShare, ...]:
    """The words with their values, of shape (words,)."""
    return tuple(WordShare(span, float(value)) for span, value in zip(spans, values, strict=True))
