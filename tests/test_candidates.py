"""Who may speak in a sentence, and whether the numbers for each say what is there."""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import cycle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import CONFIGS
from pipeline.records import Article, Sentence
from pipeline.text.candidates import (
    CANDIDATE_VALUES,
    FAR,
    GENRES,
    SENTENCE_VALUES,
    UNKNOWN,
    VALUES,
    _Seen,
    candidates,
)
from pipeline.text.document import TextPath
from pipeline.text.speakers import Reading

PATH = TextPath.load(CONFIGS)
RULES = PATH.baseline()
NEWS = (
    "Ann Tully, a councillor, said that she was tired.\nIt rained all day.\n“Never,” she added. “Not here.”\n"
    "Dean Pascoe disagreed with his rivals and said it was late."
)
OPINION = "The plan is cruel.\n“It is late,” said Dean Pascoe.\nMinisters want it."
LETTERS = "I live here.\nIt is loud.\nAnn Tully, Marlow\nI do not mind.\nIt is a town.\nDean Pascoe, Ashfield"
MANY_LETTERS = "\n".join(
    f"Dear Sir\nIt is loud.\n{name}, Marlow"
    for name in ("Ann Tully", "Dean Pascoe", "Ona Field", "Joan Fettle", "Kit Marlow", "Ravi Stubbs", "Sam Brill")
)
ARTICLES = [
    Article("news", NEWS, genre="news"),
    Article("opinion", OPINION, genre="opinion", author="Ona Field"),
    Article("letters", LETTERS, genre="letter"),
    Article("many letters", MANY_LETTERS, genre="letter"),
    Article("debate", "Ann Tully: I beg to move.\nDean Pascoe: I am grateful.\nQuestion put.", genre="debate"),
    Article("boilerplate", f"{NEWS}\nRead more: Minister says hotels will close"),
    Article("one", "“No.”"),
    Article("marks", "‘’“”\"'\n:\n…"),
]


class Listed:
    """The candidates of an article, to be asked by the name of a speaker."""

    def __init__(self, article: Article, path: TextPath = PATH) -> None:
        self.sentences = path.sentences(article)
        self.reading = path.reading(article, self.sentences)
        self.found = candidates(article, self.sentences, self.reading, path.lexicon)

    def names(self, index: int) -> list[str | None]:
        """Whom the list of a sentence names, in order; None for nobody."""
        return [one.entity and one.entity.name for one in self.found[index]]

    def value(self, index: int, name: str | None, value: str) -> float:
        """One number for one candidate of a sentence."""
        (values,) = [one.values for one in self.found[index] if (one.entity and one.entity.name) == name]
        return values[VALUES.index(value)]

    def flagged(self, index: int, flag: str) -> list[str | None]:
        """Who of the candidates of a sentence has a flag."""
        return [name for name in self.names(index) if self.value(index, name, flag) == 1.0]


@pytest.fixture(scope="module")
def news() -> Listed:
    return Listed(Article("n", NEWS, headline="Tully warns of delay", genre="news"))


def check(sentences: Sequence[Sentence], reading: Reading, found: list) -> None:
    """What holds for the candidates of every article."""
    assert len(found) == len(sentences)
    for index, listed in enumerate(found):
        assert [one.entity is None for one in listed] == [False] * (len(listed) - 1) + [True]
        assert len({id(one.entity) for one in listed}) == len(listed)
        for one in listed:
            assert len(one.values) == len(VALUES)
            assert all(map(math.isfinite, one.values))
        number = reading.assigned[index]
        speaker = None if number is None else reading.drafts[number].entity
        flags = [one.values[VALUES.index("is_rule")] for one in listed]
        assert [one.entity for one in listed if one.values[VALUES.index("is_rule")]] == [speaker]
        assert sum(flags) == 1.0
        common = {one.values[: len(SENTENCE_VALUES)] for one in listed}
        assert len(common) == 1, "what is said of the sentence is the same for all its candidates"


def test_values_have_names_of_their_own() -> None:
    assert len(set(VALUES)) == len(VALUES) == len(SENTENCE_VALUES) + len(CANDIDATE_VALUES)


@pytest.mark.parametrize("article", ARTICLES, ids=lambda article: article.id)
def test_nobody_is_last_and_the_rules_speaker_is_there(article: Article) -> None:
    listed = Listed(article)
    assert listed.found
    check(listed.sentences, listed.reading, listed.found)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "said",
                "Ms Lowe",
                "he",
                "she",
                "the minister",
                ",",
                ".",
                "“",
                "”",
                "\n",
                ":",
                "I",
                "Labour",
                "?",
                "’s",
            ]
        ),
        max_size=40,
    ),
    st.sampled_from(["", "opinion", "letter", "debate", "interview", "obituary"]),
)
def test_any_order_of_words_has_candidates(words: list[str], genre: str) -> None:
    listed = Listed(Article("t", " ".join(words), genre=genre, headline=" ".join(words[:3])), RULES)
    check(listed.sentences, listed.reading, listed.found)


def test_an_empty_article() -> None:
    article = Article("e", "")
    reading = RULES.reading(article, ())
    assert candidates(article, (), reading, RULES.lexicon) == []


def test_who_was_given_a_sentence_by_the_rules(news: Listed) -> None:
    assert [news.flagged(index, "is_rule") for index in range(5)] == [
        ["Ann Tully"],
        [None],
        ["Ann Tully"],
        ["Ann Tully"],
        ["Dean Pascoe"],
    ]


def test_neighbours(news: Listed) -> None:
    """Before and after mean the next sentence, last means the last speaker over narration too."""
    assert [news.flagged(index, "is_before") for index in range(5)] == [
        [],
        ["Ann Tully"],
        [],
        ["Ann Tully"],
        ["Ann Tully"],
    ]
    assert [news.flagged(index, "is_after") for index in range(5)] == [
        [],
        ["Ann Tully"],
        ["Ann Tully"],
        ["Dean Pascoe"],
        [],
    ]
    assert news.flagged(2, "is_last") == ["Ann Tully"]
    assert [news.value(2, None, name) for name in ("has_before", "has_rule", "has_after", "since_voice")] == [
        0,
        1,
        1,
        2,
    ]
    assert news.value(3, "Ann Tully", "paragraph") == 1
    assert news.value(4, "Ann Tully", "paragraph") == 0


def test_reports_of_the_sentence(news: Listed) -> None:
    assert [news.flagged(index, "reports_here") for index in range(5)] == [
        ["Ann Tully"],
        [],
        ["Ann Tully"],
        [],
        ["Dean Pascoe"],
    ]
    assert news.flagged(3, "next_source") == ["Dean Pascoe"]
    assert news.flagged(3, "previous_source") == ["Ann Tully"]
    assert news.flagged(0, "named_by_parse") == ["Ann Tully"]
    assert news.value(1, "Ann Tully", "form") == UNKNOWN


def test_the_parse_adds_whom_the_order_of_words_misses() -> None:
    article = Article("p", "Dean Pascoe left after Ann Tully told the committee that the hostel was full.")
    assert Listed(article).flagged(0, "named_by_parse") == ["Ann Tully"]
    assert Listed(article, RULES).flagged(0, "named_by_parse") == []
    said = Listed(Article("s", "Ann Tully said that it was late."), RULES)
    assert (said.flagged(0, "reports_here"), said.flagged(0, "named_by_parse")) == (["Ann Tully"], [])


def test_pronouns_of_the_sentence(news: Listed) -> None:
    assert [news.value(index, None, "she") for index in range(5)] == [1, 0, 1, 0, 0]
    assert [news.value(index, None, "he") for index in range(5)] == [0, 0, 0, 0, 1]


@pytest.mark.parametrize("text", ["“I’m late,” {}.", '"I\'m late," {}.', "‘I’m late,’ {}.", "'I'm late,' {}."])
@pytest.mark.parametrize(("tail", "pronoun"), [("said she", "she"), ("said he", "he"), ("they said", "they")])
def test_marks_beside_a_word_do_not_hide_it(text: str, tail: str, pronoun: str) -> None:
    listed = Listed(Article("m", text.format(tail)), RULES)
    seen = {name: listed.value(0, None, name) for name in ("he", "she", "they", "first_person")}
    assert seen == dict.fromkeys(("he", "she", "they"), 0.0) | {pronoun: 1.0, "first_person": 1.0}


def test_how_long_ago_and_how_often(news: Listed) -> None:
    assert news.value(1, "Ann Tully", "since_mention") == 1
    assert news.value(4, "Ann Tully", "since_speech") == 1
    assert news.value(1, "Ann Tully", "until_speech") == 1
    assert news.value(0, "Ann Tully", "since_speech") == FAR
    assert news.value(0, "Dean Pascoe", "share") == 1 / 5
    assert news.value(0, "Ann Tully", "share") == 3 / 5
    assert news.value(0, "Ann Tully", "drafts") == 2
    assert (news.value(0, "Ann Tully", "in_headline"), news.value(0, "Dean Pascoe", "in_headline")) == (1, 0)


def test_the_voice_of_the_text() -> None:
    listed = Listed(Article("o", OPINION, genre="opinion", author="Ona Field"))
    for index in range(3):
        assert listed.flagged(index, "is_own") == ["Ona Field"]
        assert listed.value(index, None, "own_voice") == 1
        assert listed.value(index, None, "genre") == GENRES.index("opinion")
    assert Listed(Article("n", NEWS)).value(0, None, "own_voice") == 0


def test_marks_and_place_of_the_sentence(news: Listed) -> None:
    assert [news.value(index, None, "opens_quoted") for index in range(5)] == [0, 0, 1, 1, 0]
    assert [news.value(index, None, "ends_quoted") for index in range(5)] == [0, 0, 0, 1, 0]
    assert news.value(3, None, "quoted") == 1
    assert news.value(0, None, "quoted") == 0
    assert [news.value(index, None, "place") for index in range(5)] == [0, 0.2, 0.4, 0.6, 0.8]
    assert [news.value(index, None, "same_paragraph_before") for index in range(5)] == [0, 0, 0, 1, 0]


SURNAMES = [
    f"{first}{middle}{last}"
    for first in ("Tar", "Mar", "Pen", "Fet", "Oak", "Bri", "Sto", "Wal")
    for middle in ("a", "e", "i", "o", "u")
    for last in ("low", "by", "ton", "ley", "ford", "well", "sey", "den")
]
NAMES = [f"{given} {surname}" for given, surname in zip(cycle(("Ann", "Dean", "Orla")), SURNAMES, strict=False)]
LONG = {
    "news": "“It is late,” said {}.\nIt rained.\n“We “know” it.”",
    "letter": "I live here.\nIt is loud.\n{}, Marlow",
    "debate": "{}: I beg to move.\nIt is late.",
    "interview": "{} runs a hostel.\nIs it full?\nI am tired, and we are full. I said so.\nI wait. We wait.",
}


@pytest.mark.parametrize("genre", LONG)
def test_work_grows_with_the_length_and_no_faster(genre: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twice the article, each paragraph with a speaker of its own, is twice the candidates and look-ups."""
    calls: Counter[str] = Counter()

    def counted(name: str, method: Callable) -> Callable:
        def call(*arguments):
            calls[name] += 1
            return method(*arguments)

        return call

    for name in ("_evidence", "_given", "_values"):
        monkeypatch.setattr(_Seen, name, counted(name, getattr(_Seen, name)))

    def work(speakers: int) -> Counter[str]:
        calls.clear()
        text = "\n".join(LONG[genre].format(name) for name in NAMES[:speakers])
        Listed(Article("l", text, genre=genre), RULES)
        return Counter(calls)

    small, large = work(100), work(200)
    assert small["_values"] > 100
    for name in small:
        assert large[name] < 2.2 * small[name], name
