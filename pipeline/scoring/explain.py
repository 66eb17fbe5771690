"""Why a sentence got its labels: the words that moved each head, and the training sentences most like it.

What such an explanation can not tell: it splits the *score* over what the model read; it does not say that the
model would answer otherwise without a word (another word would stand there), nor why the sentence is so in the
world. A word's share depends on what it is measured against: the runner-up class, and for gradients the window of
unknown words, which the encoder does not find neutral (``base`` tells what it says of it). Words that act together
share by convention. A near training sentence is one that the model places nearby, not one that caused the answer.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from pipeline.learners.contract import Predictor, Probabilities
from pipeline.learners.ensemble import EnsembleLearner, Member
from pipeline.learners.explanation import Contrast, Explanation
from pipeline.learners.temperature import apply_temperature, log_probabilities
from pipeline.learners.told import Told, told
from pipeline.records import NO_SPEAKER, Article, Document, Sentence
from pipeline.scoring.bundle import HEADS, BundleError, calibrated
from pipeline.scoring.engine import Scorer
from pipeline.scoring.neighbours import Neighbour, read_neighbours
from pipeline.text.readers import read
from pipeline.text.rejects import Reject, failure

NEAREST = 5
NO_NEIGHBOURS = "This bundle holds no training sentences: train it again with `dvc repro` to see the nearest."
LIMITS = (
    "No model sees what a person is called: the speaker is Alex Smith to it, other speakers are Alex Jones.",
    "Shares split the model's score, not the cause: without a word the sentence would be another one.",
    "They answer why this label and not the runner-up, and depend on what they are measured against (base).",
    "Near training sentences are near in the model's eyes; they need not have caused the answer.",
)


class ExplainError(ValueError):
    """Nothing to explain; the message says what was looked for and what there is."""


@dataclass(frozen=True)
class Choice:
    """Which sentence is meant. ``article`` is an id, empty for the first article; ``sentence`` the number from 1
    or the sentence_id of the statements table; ``find`` words of the sentence. Without both, the first sentence
    that has a speaker is meant, or the first."""

    article: str = ""
    sentence: str = ""
    find: str = ""


@dataclass(frozen=True)
class MemberView:
    """One learner's part in a label. ``probability`` and ``rival`` are its own for both classes, at the
    temperature at which it counts; ``share`` is what it adds to the log-odds of all. ``explanation`` is None where
    training never showed it one of the classes."""

    learner: str
    probability: float
    rival: float
    share: float
    explanation: Explanation | None


@dataclass(frozen=True)
class HeadView:
    """A head's label, the runner-up, their probabilities as in the statements table, and what moved it."""

    head: str
    label: str
    rival: str
    probability: float
    rival_probability: float
    members: tuple[MemberView, ...]


@dataclass(frozen=True)
class Explained:
    """One sentence explained. ``number`` counts from 1 of ``of`` sentences; ``told`` is what the learner was told
    of its ``speaker``, with a stand-in for a person's name, and setting; ``neighbours`` is None where the bundle
    holds no training sentences."""

    article: Article
    sentence: Sentence
    number: int
    of: int
    speaker: str
    told: Told
    model: str
    learner: str
    abstained: bool
    heads: tuple[HeadView, ...]
    neighbours: tuple[Neighbour, ...] | None

    @property
    def sentence_id(self) -> str:
        """As in the statements table."""
        return f"{self.article.id}#{self.number}"


def explain(
    path: str,
    choice: Choice,
    bundle: Path,
    max_characters: int,
    heads: Sequence[str] = (),
    stdin: BinaryIO | None = None,
) -> Explained:
    """Explain one sentence of an article, all heads or those named.

    Raises ``ExplainError`` where there is no such sentence, article or head, ``BundleError``, ``NoSuchInput`` and
    ``NoArticles``.
    """
    if unknown := [head for head in heads if head not in HEADS]:
        raise ExplainError(f"no head {unknown[0]!r}; it can be {', '.join(HEADS)}")
    items = read([path], max_characters, stdin)  # looks at the path at once, before the slow loading below
    article = _article(items, choice, path)
    scorer = Scorer.load(bundle)
    try:
        document = scorer.text_path(article)
        return explain_sentence(scorer, document, chosen_sentence(document, choice), heads or HEADS)
    except (ExplainError, BundleError):
        raise
    except Exception as error:  # any fault of ours on a hostile text: a sentence, never a traceback
        raise ExplainError(f"{article.id}: not explained: {failure(path, error).detail}") from error


def explain_sentence(scorer: Scorer, document: Document, sentence: int, heads: Sequence[str]) -> Explained:
    """Explain sentence ``sentence`` (from 0) of a document. Raises ``BundleError``."""
    card = scorer.bundle.card
    whole = _row(calibrated(scorer.learner.predict_proba([document])[0], card), sentence)
    neighbours = read_neighbours(scorer.bundle.folder)
    return Explained(
        document.article,
        document.sentences[sentence],
        sentence + 1,
        len(document.sentences),
        list(document.voices())[sentence].speaker,
        told(document)[sentence],
        scorer.bundle.hash,
        card.learner,
        bool(whole["stance"].max() < card.threshold),
        tuple(_head_views(scorer, document, sentence, {head: whole[head] for head in heads})),
        neighbours and neighbours.nearest(scorer.learner, document, sentence, NEAREST),
    )


def chosen_sentence(document: Document, choice: Choice) -> int:
    """The number, from 0, of the sentence that is meant. Raises ``ExplainError``."""
    article, count = document.article, len(document.sentences)
    if not count:
        raise ExplainError(f"{article.id}: holds no sentence to explain; name another article with --article")
    if choice.sentence:
        number = choice.sentence.rpartition("#")[2]
        if not number.isdecimal() or not 1 <= int(number) <= count:
            raise ExplainError(f"{article.id}: no sentence {choice.sentence!r}; it has sentences 1 to {count}")
        return int(number) - 1
    if choice.find:
        for number, sentence in enumerate(document.sentences):
            if _plain(choice.find) in _plain(sentence.text):
                return number
        raise ExplainError(
            f"{article.id}: none of its {count} sentences holds {choice.find!r}; give words as they stand in one "
            "sentence, or its number with --sentence"
        )
    spoken = (number for number, voice in enumerate(document.voices()) if voice.speaker != NO_SPEAKER)
    return next(spoken, 0)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _article(items: Iterator[Article | Reject], choice: Choice, path: str) -> Article:
    """The article with the id that is asked for, or the first one that can be read."""
    wanted = choice.article or choice.sentence.rpartition("#")[0]
    rejects: list[Reject] = []
    seen: list[str] = []
    for item in items:
        if isinstance(item, Reject):
            rejects.append(item)
        elif wanted in ("", item.id):
            return item
        else:
            seen.append(item.id)
    if seen:
        raise ExplainError(f"{path}: no article {wanted!r}; there are {', '.join(seen[:10])}")
    told_why = "; ".join(f"{reject.source}: {reject.reason}: {reject.detail}" for reject in rejects[:3])
    raise ExplainError(f"{path}: no article could be read. {told_why}")


def _head_views(
    scorer: Scorer, document: Document, sentence: int, whole: Mapping[str, np.ndarray]
) -> Iterator[HeadView]:
    classes = scorer.bundle.card.heads
    pairs = {head: _best_two(values) for head, values in whole.items()}
    members = _members(scorer)
    answers = [_member_views(member, document, sentence, pairs) for member in members]
    for head, (label, rival) in pairs.items():
        yield HeadView(
            head,
            classes[head][label],
            classes[head][rival],
            float(whole[head][label]),
            float(whole[head][rival]),
            tuple(answer[head] for answer in answers),
        )


def _best_two(values: np.ndarray) -> tuple[int, int]:
    """The most probable class, as the statements table has it, and the runner-up."""
    best = int(values.argmax())
    return best, int(np.where(np.arange(len(values)) == best, -1, values).argmax())


def _members(scorer: Scorer) -> Sequence[Member]:
    """The learners whose log-odds add up to those of the statements table, at the temperatures for it."""
    learner, whole = scorer.learner, scorer.bundle.card.temperatures
    if not isinstance(learner, EnsembleLearner):
        return [Member(learner, whole)]
    return [
        Member(member.learner, {head: at * whole.get(head, 1.0) for head, at in member.temperatures.items()})
        for member in learner.members
    ]


def _member_views(
    member: Member, document: Document, sentence: int, pairs: Mapping[str, tuple[int, int]]
) -> dict[str, MemberView]:
    temperatures = {head: member.temperatures.get(head, 1.0) for head in pairs}
    contrasts = {head: Contrast(label, rival, temperatures[head]) for head, (label, rival) in pairs.items()}
    explained = _explanations(member.learner, document, sentence, contrasts)
    answer = _row(member.learner.predict_proba([document])[0], sentence)
    views = {}
    for head, (label, rival) in pairs.items():
        values = apply_temperature(answer[head][None], temperatures[head])[0]
        share = float(np.subtract(*log_probabilities(answer[head][[label, rival]]))) / temperatures[head]
        views[head] = MemberView(
            member.learner.name, float(values[label]), float(values[rival]), share, explained.get(head)
        )
    return views


def _explanations(
    learner: Predictor, document: Document, sentence: int, contrasts: Mapping[str, Contrast]
) -> dict[str, Explanation]:
    """Imported late, since each learner brings its own large library."""
    if learner.name == "tfidf":
        from pipeline.learners.linear_weights import weigh

        return weigh(learner, document, sentence, contrasts)
    if learner.name == "transformer":
        from pipeline.learners.transformer.gradients import integrate

        return integrate(learner, document, sentence, contrasts)
    raise ExplainError(f"no explanation is known for the learner {learner.name!r}")


def _row(answer: Probabilities, sentence: int) -> dict[str, np.ndarray]:
    return {head: values[sentence] for head, values in answer.items()}
