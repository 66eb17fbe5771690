"""A learner's answers to the cases → failure rates with intervals, and failures to be read.

Wilson's interval (1927) takes cases as independent; rewritings of one passage are not quite, so intervals of
invariance tests are somewhat too narrow.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, permutations
from pathlib import Path

import numpy as np
from pydantic import TypeAdapter, ValidationError
from scipy.stats import binomtest

from pipeline.evaluation.behaviour.cases import Case, Check
from pipeline.evaluation.behaviour.passages import BehaviourError, Kind
from pipeline.evaluation.bootstrap import Interval
from pipeline.labels import heads
from pipeline.learners.contract import Probabilities
from pipeline.records import Document

FULL_RESULTS = "`dvc repro --force behaviour` writes it anew"
Predict = Callable[[Sequence[Document]], list[Probabilities]]

DIGITS = 4
SHOWN = 12  # failures kept of a test: enough to see a pattern


@dataclass(frozen=True)
class Failure:
    """A case that failed: what was asked, and head → expected and predicted label where they differ.

    ``speaker`` is name, party and kind; ``origin`` the sentence before it was rewritten, or empty.
    """

    passage: str
    headline: str
    sentence: str
    speaker: str
    government: str
    wrong: dict[str, tuple[str, str]]
    origin: str = ""


@dataclass(frozen=True)
class CheckResult:
    """One test of one learner. A case fails as a whole when one judged head is wrong; ``heads`` counts the
    failures of each.

    ``direction`` is the weaker measure of directional tests: of all pairs of versions of a passage that expect
    different labels, the share in which a label is no likelier where it is expected than where it is not.
    """

    name: str
    kind: Kind
    capability: str
    cases: int
    failures: int
    rate: Interval
    heads: dict[str, int]
    direction: Interval | None
    examples: tuple[Failure, ...]


@dataclass(frozen=True)
class BehaviourResult:
    """All learners on the same cases; ``cases`` is their hash, ``learners`` maps a name to its tests in order."""

    cases: str
    confidence: float
    learners: dict[str, tuple[CheckResult, ...]]


def score_behaviour(tests: Sequence[Check], predict: Predict, confidence: float) -> tuple[CheckResult, ...]:
    """Ask each document once and judge every test. ``predict`` gives the probabilities of whole documents."""
    asked = dict.fromkeys(
        document
        for test in tests
        for case in test.cases
        for document in (case.document, case.origin_document)
        if document is not None
    )
    answers = dict(zip(asked, predict(list(asked)), strict=True))
    return tuple(_judge(test, answers, confidence) for test in tests)


def read_behaviour(path: Path) -> BehaviourResult:
    """Read the full results that the stage wrote. Raises ``BehaviourError``."""
    try:
        return TypeAdapter(BehaviourResult).validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise BehaviourError(f"{path}: no results of behaviour of this version; {FULL_RESULTS}") from error


def failure_rate(failures: int, cases: int, confidence: float) -> Interval:
    """Share of failures with Wilson's score interval. Raises ``ValueError`` without cases."""
    bounds = binomtest(failures, cases).proportion_ci(confidence, method="wilson")
    return Interval(*(round(float(value), DIGITS) for value in (failures / cases, bounds.low, bounds.high)))


def _judge(test: Check, answers: Mapping[Document, Probabilities], confidence: float) -> CheckResult:
    failures = [failure for case in test.cases if (failure := _failure(case, answers))]
    judged = [head for head in heads() if any(head in case.heads for case in test.cases)]
    pairs = list(_pairs(test.cases, answers)) if test.kind == "DIR" else []
    return CheckResult(
        name=test.name,
        kind=test.kind,
        capability=test.capability,
        cases=len(test.cases),
        failures=len(failures),
        rate=failure_rate(len(failures), len(test.cases), confidence),
        heads={head: sum(head in failure.wrong for failure in failures) for head in judged},
        direction=failure_rate(pairs.count(False), len(pairs), confidence) if pairs else None,
        examples=tuple(failures[:: max(1, len(failures) // SHOWN)][:SHOWN]),
    )


def _failure(case: Case, answers: Mapping[Document, Probabilities]) -> Failure | None:
    predicted = _labels(answers[case.document], case.scene.target)
    expected, origin = case.expected, ""
    if case.origin and case.origin_document:
        expected = _labels(answers[case.origin_document], case.origin.target)
        origin = case.origin_document.sentences[case.origin.target].text
    wrong = {head: (expected[head], predicted[head]) for head in case.heads if expected[head] != predicted[head]}
    if not wrong:
        return None
    article, voices = case.document.article, list(case.document.voices())
    voice = voices[case.scene.target]
    return Failure(
        passage=case.passage,
        headline=article.headline,
        sentence=case.document.sentences[case.scene.target].text,
        speaker=", ".join(part for part in (voice.speaker, voice.party, voice.kind) if part),
        government=article.government,
        wrong=wrong,
        origin=origin,
    )


def _labels(answer: Probabilities, sentence: int) -> dict[str, str]:
    return {head: classes[int(np.argmax(answer[head][sentence]))] for head, classes in heads().items()}


def _pairs(cases: Sequence[Case], answers: Mapping[Document, Probabilities]) -> Iterator[bool]:
    """For each ordered pair of versions that expect different labels, whether the first's is likelier in it."""
    for _, versions in groupby(cases, key=lambda case: case.passage):
        for one, other in permutations(versions, 2):
            for head in set(one.expected) & set(other.expected):
                if one.expected[head] != other.expected[head]:
                    place = heads()[head].index(one.expected[head])
                    own, strange = (answers[c.document][head][c.scene.target, place] for c in (one, other))
                    yield bool(own > strange)
