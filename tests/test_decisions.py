"""Choices of a ranker put into a reading, with a ranker that chooses whom the test wants."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import CONFIGS
from pipeline.records import Article, Sentence
from pipeline.text.candidates import VALUES, candidates
from pipeline.text.decisions import decide
from pipeline.text.document import TextPath
from pipeline.text.speakers import Draft, Reading

RULES = TextPath.load(CONFIGS).baseline()
RULE = VALUES.index("is_rule")
# 0 Tully, 1 narration, 2 Tully, 3 Tully (carried on), 4 Pascoe, 5 Pascoe (carried on)
TEXT = (
    "Ann Tully said that it was late.\nIt rained all day.\n“Never,” she added.\n“Not here.”\n"
    "“We agree,” said Dean Pascoe. “We do.”"
)


@dataclass(frozen=True)
class Rulebound:
    """A ranker that chooses as the rules did."""

    words: ClassVar[dict[str, int]] = {}

    def scores(self, values: np.ndarray) -> np.ndarray:
        return values[:, RULE]


@dataclass(frozen=True)
class Told:
    """A ranker whose scores are given."""

    given: np.ndarray

    words: ClassVar[dict[str, int]] = {}

    def scores(self, values: np.ndarray) -> np.ndarray:
        assert values.shape == (len(self.given), len(VALUES))
        return self.given


class Case:
    """An article, what the rules read in it, and what becomes of it by choice."""

    def __init__(self, text: str, genre: str = "news", boilerplate: tuple[int, ...] = ()) -> None:
        self.article = Article("t", text, genre=genre)
        found = RULES.sentences(self.article)
        self.reading = RULES.reading(self.article, found)
        self.sentences: list[Sentence] = [
            replace(one, boilerplate=one.boilerplate or index in boilerplate) for index, one in enumerate(found)
        ]
        self.listed = candidates(self.article, self.sentences, self.reading, RULES.lexicon)

    def decided(self, ranker: object) -> Reading:
        return decide(self.article, self.sentences, self.reading, RULES.lexicon, ranker)

    def with_choice(self, plan: Mapping[int, str | None]) -> Reading:
        """The reading in which these sentences go to whom the plan names (None: to nobody)."""
        scores = []
        for index, found in enumerate(self.listed):
            names = [one.entity and one.entity.name for one in found]
            assert index not in plan or plan[index] in names, f"{plan.get(index)} is no candidate of {index}"
            for name, one in zip(names, found, strict=True):
                scores.append(float(name == plan[index]) if index in plan else one.values[RULE])
        return self.decided(Told(np.array(scores)))

    def said(self, draft: Draft) -> list[str]:
        """The words of a draft's content."""
        return [span.of(self.article.text) for span in draft.content]


def speakers(reading: Reading) -> list[str | None]:
    """Who speaks in each sentence."""
    drafts = [None if number is None else reading.drafts[number] for number in reading.assigned]
    return [draft and draft.entity and draft.entity.name for draft in drafts]


def is_held(made: Case, index: int) -> bool:
    """Whether a sentence goes on in the paragraph and the draft of the one before it."""
    before = index and made.reading.assigned[index] == made.reading.assigned[index - 1]
    return bool(before) and made.sentences[index].paragraph == made.sentences[index - 1].paragraph


@pytest.fixture
def case() -> Case:
    made = Case(TEXT)
    assert speakers(made.reading) == ["Ann Tully", None, *["Ann Tully"] * 2, *["Dean Pascoe"] * 2]
    return made


def test_the_rules_choice_changes_nothing(case: Case) -> None:
    done = case.decided(Rulebound())
    assert done.assigned == case.reading.assigned
    assert done.drafts == case.reading.drafts
    assert done.roster is case.reading.roster


def test_to_another_speaker_by_a_draft_of_its_own(case: Case) -> None:
    """A sentence carried on leaves the content of its draft, the rest of which stays."""
    done = case.with_choice({3: "Dean Pascoe"})
    assert speakers(done)[3] == "Dean Pascoe"
    assert len(done.drafts) == len(case.reading.drafts) + 1
    left, new = done.drafts[done.assigned[2]], done.drafts[done.assigned[3]]
    assert case.said(left) == ["“Never,”"]
    assert (new.kind, new.source, new.cue, case.said(new)) == ("direct", None, None, ["“Not here.”"])
    assert [who for index, who in enumerate(speakers(done)) if index != 3] == [
        who for index, who in enumerate(speakers(case.reading)) if index != 3
    ]


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("“It was late by then.”", "direct"),
        ("It was “late” by then, and it rained.", "mixed"),
        ("It was late.", "indirect"),
    ],
)
def test_the_kind_of_a_new_draft_follows_its_marks(sentence: str, kind: str) -> None:
    made = Case(f"{sentence}\nIt was dark.\nAnn Tully said no.")
    done = made.with_choice({0: "Ann Tully"})
    assert done.assigned == (1, None, 0)
    assert done.drafts[1].kind == kind


def test_to_nobody(case: Case) -> None:
    """What was carried on is taken out; a report found by its cue stays one, though it carries no sentence."""
    done = case.with_choice({0: None, 3: None})
    assert speakers(done) == [None, None, "Ann Tully", None, "Dean Pascoe", "Dean Pascoe"]
    assert case.said(done.drafts[0]) == case.said(case.reading.drafts[0]) != []
    assert case.said(done.drafts[done.assigned[2]]) == ["“Never,”"]
    assert len(done.drafts) == len(case.reading.drafts)


def test_a_turn_of_a_debate_stays_a_report() -> None:
    """Its speaker stands at its head, so that the words are theirs whoever gets the sentence."""
    made = Case("Ann Tully: I beg to move.\nDean Pascoe: I am grateful.\nQuestion put.", "debate")
    done = made.with_choice({1: None})
    assert speakers(done)[:2] == ["Ann Tully", None]
    assert [made.said(draft) for draft in done.drafts] == [made.said(draft) for draft in made.reading.drafts]


def test_to_the_draft_of_the_sentence_before(case: Case) -> None:
    """Narration that goes to the speaker before it carries that attribution on."""
    done = case.with_choice({1: "Ann Tully"})
    assert done.assigned[1] == done.assigned[0]
    assert case.said(done.drafts[done.assigned[1]])[-1] == "It rained all day."
    assert len(done.drafts) == len(case.reading.drafts)


def test_on_and_on_to_one_new_draft() -> None:
    """Sentences in a row that one speaker gets make one attribution."""
    rest = "It rained.\nOn Monday Ann Tully resigned.\nDean Pascoe said no."
    made = Case(f"“It is late.”\n“It is dark.”\n“It is cold.”\n{rest}")
    assert speakers(made.reading)[:3] == [None] * 3
    done = made.with_choice(dict.fromkeys((0, 1, 2), "Dean Pascoe"))
    assert len(set(done.assigned[:3])) == 1
    assert made.said(done.drafts[done.assigned[0]]) == ["“It is late.”", "“It is dark.”", "“It is cold.”"]


def test_back_to_the_report_of_the_sentence_itself() -> None:
    """Where the sentence has a cue of the chosen speaker, that report is taken and none is made."""
    text = "Ann Tully said that it was late and Dean Pascoe said that it was dark."
    article = Article("t", text)
    parsed = TextPath.load(CONFIGS)
    sentences = parsed.sentences(article)
    reading = parsed.reading(article, sentences)
    assert [draft.entity and draft.entity.name for draft in reading.drafts] == ["Ann Tully", "Dean Pascoe"]
    (found,) = candidates(article, sentences, reading, parsed.lexicon)
    wanted = [float(one.entity is reading.drafts[1].entity) for one in found]
    done = decide(article, sentences, reading, parsed.lexicon, Told(np.array(wanted)))
    assert done.assigned == (1,)
    assert done.drafts == reading.drafts


def test_boilerplate_keeps_no_speaker() -> None:
    made = Case(TEXT, boilerplate=(3, 4))
    done = made.with_choice({3: "Dean Pascoe"})
    assert speakers(done) == ["Ann Tully", None, "Ann Tully", None, None, "Dean Pascoe"]


def test_the_reading_given_is_not_changed(case: Case) -> None:
    """The same reading is decided on again and again: by folds, and with and without what was learned."""
    before = [(deepcopy(draft.content), draft.kind, id(draft.entity)) for draft in case.reading.drafts]
    assigned = case.reading.assigned
    done = case.with_choice({1: "Ann Tully", 3: "Dean Pascoe", 5: None})
    assert done.drafts != case.reading.drafts
    assert [(draft.content, draft.kind, id(draft.entity)) for draft in case.reading.drafts] == before
    assert case.reading.assigned == assigned


def test_no_sentences_nothing_to_decide() -> None:
    made = Case("")
    assert made.decided(Told(np.empty(0))) is made.reading


def test_the_first_of_equals_is_chosen(case: Case) -> None:
    """A ranker that cannot tell takes whom the rules propose first, not nobody."""
    even = Told(np.zeros(sum(map(len, case.listed))))
    assert speakers(case.decided(even)) == [
        found[0].entity.name if found[0].entity else None for found in case.listed
    ]


SAID = [
    "“Never,” said Ann Tully. “Not here.”",
    "Ann Tully told Dean Pascoe that it was late.",
    "Dean Pascoe said:",
    "“We agree. We do.”",
    "“Is it?",
    "It rained.",
    "She said so.",
    "According to the union, it was “cold”.",
    "Ministers want it, he added.",
]


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.sampled_from(SAID), min_size=1, max_size=8),
    st.sampled_from(["news", "opinion"]),
    st.sampled_from([" ", "\n"]),
    st.integers(0, 2**32 - 1),
)
def test_any_choice_keeps_the_contents_in_order(said: list[str], genre: str, between: str, seed: int) -> None:
    """Spans of a draft are sorted, none comes twice or overlaps, and all lie in the text."""
    made = Case(between.join(said), genre)
    scores = np.random.default_rng(seed).random(sum(map(len, made.listed)))
    done = made.decided(Told(scores))
    start = 0
    for index, found in enumerate(made.listed):
        wanted = found[int(scores[start : start + len(found)].argmax())].entity
        start += len(found)
        if not is_held(made, index):
            number = done.assigned[index]
            given = None if number is None else done.drafts[number].entity
            assert given is (None if made.sentences[index].boilerplate else wanted)
    for draft in done.drafts:
        ends = [0]
        for span in draft.content:
            assert ends[-1] <= span.start < span.end <= len(made.article.text)
            ends.append(span.end)
    assert len(done.assigned) == len(made.sentences)


def test_a_quotation_that_goes_on_is_held_together(case: Case) -> None:
    """In its paragraph a quotation moves as a whole: “We do.” follows “We agree,” wherever that goes."""
    assert speakers(case.with_choice({5: "Ann Tully"}))[4:] == ["Dean Pascoe", "Dean Pascoe"]
    assert speakers(case.with_choice({4: "Ann Tully"}))[4:] == ["Ann Tully", "Ann Tully"]
    assert speakers(case.with_choice({3: "Dean Pascoe"}))[2:4] == ["Ann Tully", "Dean Pascoe"], "another paragraph"


@pytest.mark.parametrize(("speaker", "spoken"), [("Green Party", ["Green Party"] * 2), ("", [None] * 2)])
def test_a_voice_that_was_told_is_not_silenced(speaker: str, spoken: list[str | None]):
    """A sentence of a manifesto by itself: the ranker may know others that nobody spoke."""
    text = "We will end detention.\nNo child belongs behind a fence."
    article = Article("t", text, genre="opinion", speaker=speaker)
    found = RULES.sentences(article)
    reading = RULES.reading(article, found)
    listed = candidates(article, found, reading, RULES.lexicon)
    nobody = np.array([float(one.entity is None) for each in listed for one in each])
    decided = decide(article, found, reading, RULES.lexicon, Told(nobody))
    drafts = [None if number is None else decided.drafts[number] for number in decided.assigned]
    assert [draft and draft.entity.name for draft in drafts] == spoken


def test_boilerplate_stays_silent_in_a_told_voice():
    article = Article("t", "We will end detention.\nRead more", speaker="Green Party")
    found = [replace(one, boilerplate=True) for one in RULES.sentences(article)]
    reading = RULES.reading(article, found)
    listed = candidates(article, found, reading, RULES.lexicon)
    nobody = np.array([float(one.entity is None) for each in listed for one in each])
    assert set(decide(article, found, reading, RULES.lexicon, Told(nobody)).assigned) == {None}
