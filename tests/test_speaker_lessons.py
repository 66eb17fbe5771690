"""What labelled articles teach: which candidates are right, whose party is declared, and what is learnt of it."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from toy_speakers import FEW, column

from pipeline import CONFIGS
from pipeline.learners.speaker_lessons import Lesson, learn, lesson
from pipeline.records import Actor, Article, LabelledArticle, LabelledSentence, Labels, Sentence, Voice
from pipeline.text.candidates import GENRES, UNKNOWN
from pipeline.text.document import AFFILIATIONS, RANKER, TextPath

RULES = TextPath.load(CONFIGS).baseline()
CLAIM = Labels("opposes", "left", "claim", "policy")
NOTHING = Labels("none", "none", "none", "none")
TULLY = Actor(Voice("Ann Tully", "Labour", "governing"), ("Tully", "she"))
PASCOE = Actor(Voice("Dean Pascoe", "none", "civil_society"))
NEWS = (
    ("Ann Tully said that it was late.", "Ann Tully"),
    ("It rained all day.", "-"),
    ("“Never,” said Dean Pascoe.", "Dean Pascoe"),
)


def labelled(
    rows: Sequence[tuple[str, str]] = NEWS,
    labels: Labels = CLAIM,
    actors: Sequence[Actor] = (TULLY, PASCOE),
    **facts: str,
) -> LabelledArticle:
    """An article of these sentences, each a paragraph with its speaker."""
    text = "\n".join(row[0] for row in rows)
    starts = np.cumsum([0, *(len(row[0]) + 1 for row in rows)]).tolist()
    sentences = tuple(
        LabelledSentence(Sentence(start, start + len(said), said, number), who, labels)
        for number, (start, (said, who)) in enumerate(zip(starts, rows, strict=False))
    )
    return LabelledArticle(Article("t", text, government="Labour", **facts), tuple(actors), sentences)


def taught(gold: LabelledArticle) -> Lesson:
    """The lesson of an article as the rules read it."""
    return lesson(gold, RULES.reading(gold.article, [one.sentence for one in gold.sentences]), RULES)


def test_the_candidate_of_the_gold_speaker_is_right() -> None:
    """One candidate in each sentence; nobody, the last, where nobody speaks; the rules are right in all three."""
    found = taught(labelled()).sentences
    assert [one.right.sum() for one in found] == [1, 1, 1]
    assert [bool(one.right[-1]) for one in found] == [False, True, False]
    for one in found:
        assert one.values.shape == (len(one.right), one.values.shape[1])
        assert np.array_equal(one.right, one.values[:, column("is_rule")] == 1)


def test_a_form_of_the_name_is_right_too() -> None:
    """The text prints less than the head of the file declares."""
    rows = (("Ms Tully said that it was late.", "Ann Tully"),)
    (found,) = taught(labelled(rows)).sentences
    assert found.right.any()
    assert not found.right[-1]


def test_a_speaker_whom_no_candidate_is_leaves_all_wrong() -> None:
    """Such a sentence teaches nothing; it must not teach that nobody speaks."""
    (found, *_) = taught(labelled((("It rained all day.", "Dean Pascoe"),))).sentences
    assert not found.right.any()


def test_the_bare_text_is_a_second_lesson() -> None:
    """Users give no genre and no author, so the ranker learns without them too."""
    assert len(taught(labelled()).sentences) == 3
    both = taught(labelled(genre="news")).sentences
    assert len(both) == 6
    assert {one.values[0, column("genre")] for one in both[:3]} == {GENRES.index("news")}
    assert {one.values[0, column("genre")] for one in both[3:]} == {UNKNOWN}
    assert len(taught(labelled(author="Ona Field")).sentences) == 6
    opinion = labelled((("The plan is cruel.", "Ann Tully"),), genre="opinion", author="Ann Tully")
    given, bare = taught(opinion).sentences
    assert given.values[0, column("own_voice")] == 1
    assert bare.values[0, column("own_voice")] == 0


def test_conventions_teach_nothing() -> None:
    """Who speaks in an unlabelled aside of an opinion piece was never decided."""
    rows = (("“Never,” said Dean Pascoe.", "Dean Pascoe"), ("It rained all day.", "-"))
    assert len(taught(labelled(rows, labels=NOTHING, genre="opinion")).sentences) == 2
    assert len(taught(labelled(rows, labels=NOTHING, genre="news")).sentences) == 4
    assert len(taught(labelled(rows, labels=CLAIM, genre="opinion")).sentences) == 4


def test_declared_speakers_get_party_and_kind() -> None:
    """Also those whom the text only mentions; whoever is not declared teaches nothing."""
    rows = (*NEWS, ("Ann Tully met Ona Field and Joan Fettle.", "-"))
    field = Actor(Voice("Ona Field", "SNP", "opposition"))
    found = {
        one.facts.name: (one.party, one.kind)
        for one in taught(labelled(rows, actors=(TULLY, PASCOE, field))).entities
    }
    assert found == {
        "Ann Tully": ("Labour", "governing"),
        "Dean Pascoe": ("none", "civil_society"),
        "Ona Field": ("SNP", "opposition"),
    }


def test_a_speaker_counts_for_the_first_actor_that_fits() -> None:
    twin = Actor(Voice("Tully", "SNP", "opposition"), ("Ann Tully",))
    for actors, party in (((TULLY, twin, PASCOE), "Labour"), ((twin, TULLY, PASCOE), "SNP")):
        rows = (("Ann Tully said that it was late.", actors[0].voice.speaker),)
        (one,) = taught(labelled(rows, actors=actors)).entities
        assert one.party == party


NAMES = ["Orla Penfold", "Dean Tarrant", "Mina Oakes", "Ravi Stubbs", "Joan Fettle", "Sam Brill", "Ada Newcombe"]


def lessons() -> list[Lesson]:
    """Articles in which the weather belongs to whoever spoke before it: what the rules never say."""
    made = []
    for number, name in enumerate(NAMES * 3):
        kind = ("governing", "civil_society")[number % 2]
        actor = Actor(Voice(name, "Labour" if number % 2 == 0 else "none", kind))
        office = "Labour MP " if number % 2 == 0 else "Charity worker "
        rows = [
            ("The hall was full.", "-"),
            (f"{office}{name} said that it was late.", name),
            ("It rained all day.", name),
        ]
        made.append(taught(labelled(rows, actors=[actor])))
    return made


def test_what_is_learnt_decides_in_a_new_article() -> None:
    learned = learn(lessons(), RULES, FEW, seed=1)
    article = Article(
        "n", "It was cold.\nKit Marlow said that it was wrong.\nIt snowed all night.", government="Labour"
    )
    before = [voice.speaker for voice in RULES(article).voices()]
    after = [voice.speaker for voice in replace(RULES, learned=learned)(article).voices()]
    assert before == ["-", "Kit Marlow", "-"]
    assert after == ["-", "Kit Marlow", "Kit Marlow"]


def test_one_seed_one_result(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        learn(lessons(), RULES, FEW, seed=1).save(tmp_path / name)
    for file in (RANKER, AFFILIATIONS):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes(), file


def test_lessons_that_teach_nothing() -> None:
    with pytest.raises(ValueError, match="train on labelled articles"):
        learn([], RULES, FEW, seed=1)
    no_kinds = [replace(one, entities=()) for one in lessons()]
    with pytest.raises(ValueError, match="two kinds"):
        learn(no_kinds, RULES, FEW, seed=1)
