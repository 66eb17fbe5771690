"""Every case: a version of a passage with the labels it must get, or a rewriting that must keep the labels."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property

from pipeline.evaluation.behaviour.passages import Kind, Suite
from pipeline.evaluation.behaviour.rewriting import REWRITINGS
from pipeline.evaluation.behaviour.scenes import Scene, scene
from pipeline.labels import heads
from pipeline.records import Document

INVARIANCE = "invariance"


@dataclass(frozen=True)
class Case:
    """One question to a learner. ``expected`` maps heads to labels; where it is empty, the labels must be those of
    ``origin``, the scene before it was rewritten."""

    passage: str
    scene: Scene
    expected: Mapping[str, str]
    origin: Scene | None = None

    @cached_property
    def document(self) -> Document:
        """The scene in words."""
        return self.scene.document()

    @cached_property
    def origin_document(self) -> Document | None:
        """The scene before it was rewritten, in words."""
        return self.origin.document() if self.origin else None

    @property
    def heads(self) -> tuple[str, ...]:
        """The heads that are judged; all where labels must be kept."""
        return tuple(heads()) if self.origin else tuple(self.expected)


@dataclass(frozen=True)
class Check:
    """A test with its cases."""

    name: str
    kind: Kind
    capability: str
    cases: tuple[Case, ...]


def build_checks(suite: Suite) -> tuple[Check, ...]:
    """The tests of the files in their order, then those of invariance on the first version of every passage.

    An invariance test for which no passage has anything to change is left out.
    """
    numbered = enumerate(passage for test in suite.tests for passage in test.passages)
    numbers = {passage.name: number for number, passage in numbered}
    stated = (
        Check(
            test.test,
            test.kind,
            test.capability,
            tuple(
                Case(passage.name, scene(passage, version, suite.changes, numbers[passage.name]), version.expect)
                for passage in test.passages
                for version in passage.versions
            ),
        )
        for test in suite.tests
    )
    return (*stated, *_invariance(suite))


def _invariance(suite: Suite) -> Iterator[Check]:
    passages = [passage for test in suite.tests for passage in test.passages]
    origins = [
        (passage.name, scene(passage, passage.versions[0], suite.changes, number))
        for number, passage in enumerate(passages)
    ]
    for name, rewrite in REWRITINGS.items():
        cases = tuple(
            Case(passage, made, {}, origin)
            for number, (passage, origin) in enumerate(origins)
            for made in rewrite(origin, suite.changes, number)
        )
        if cases:
            yield Check(name, "INV", INVARIANCE, cases)


def hash_of_cases(tests: Sequence[Check]) -> str:
    """sha256 of all that a learner is asked and expected to say; it changes with a passage as with a rewriting."""
    digest = hashlib.sha256()
    for test in tests:
        for case in test.cases:
            origin = asdict(case.origin) if case.origin else None
            asked = [test.name, test.kind, test.capability, asdict(case.scene), dict(case.expected), origin]
            digest.update(json.dumps(asked, sort_keys=True, default=str).encode() + b"\n")
    return digest.hexdigest()
