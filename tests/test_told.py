"""What a learner is told: the same words for the unknown everywhere, and nothing of megabytes."""

from toy_documents import CRITIC, MINISTER, document

from pipeline.learners.told import SENTENCE_CHARACTERS, UNKNOWN, Told, told
from pipeline.records import NOBODY, Article, Document, Voice


def test_speakers_and_narration():
    one = document(["A.", "B."], [MINISTER, NOBODY], headline="Head", government="Conservative", genre="news")
    setting = {"government": "Conservative", "genre": "news", "headline": "Head"}
    assert told(one) == [
        Told("A.", speaker="Alex Smith", party="Labour", kind="minister", **setting),
        Told("B.", speaker="narrator", party="none", kind="none", **setting),
    ]


def test_what_is_unknown_has_its_own_word_and_is_not_none():
    """``none`` is a known non-partisan; a speaker nobody knows is something else."""
    stranger, pollster = Voice("one resident"), Voice("Ona Field", "none", "expert")
    first, second = told(document(["A.", "B."], [stranger, pollster], government=""))
    assert (first.party, first.kind, first.government) == (UNKNOWN, UNKNOWN, UNKNOWN)
    assert (second.party, second.kind) == ("none", "expert")


def test_names_of_the_codebook_become_words():
    one = told(document(["A."], [Voice("Safe Quay", "none", "civil_society")], genre="op_ed"))[0]
    assert (one.kind, one.genre) == ("civil society", "op ed")


def test_an_article_without_a_genre_is_news():
    assert told(document(["A."], genre=""))[0].genre == "news"


def test_a_document_without_sentences_tells_nothing():
    assert told(Document(Article("x", ""), (), (), ())) == []


def test_one_entry_a_sentence_in_order():
    voices = [Voice("Labour MPs"), NOBODY, MINISTER, Voice("Labour MPs")]
    assert [(one.sentence, one.speaker) for one in told(document(list("ABCD"), voices))] == [
        ("A", "Labour MPs"),
        ("B", "narrator"),
        ("C", "Alex Smith"),
        ("D", "Labour MPs"),
    ]


def test_speakers_have_stand_ins_in_the_sentences_of_others_too():
    one, other = told(document(["Ivo Tarn laughed.", "Garside, said Tarn, is wrong."], [MINISTER, CRITIC]))
    assert (one.sentence, other.sentence) == ("Alex Jones laughed.", "Jones, said Smith, is wrong.")


def test_a_sentence_of_a_megabyte_is_cut():
    assert len(told(document(["x" * 1_000_000]))[0].sentence) == SENTENCE_CHARACTERS


def test_a_headline_of_a_megabyte_is_cut():
    assert len(told(document(["A."], headline="x" * 1_000_000))[0].headline) == SENTENCE_CHARACTERS


def test_facts_join_who_speaks_with_who_governs():
    labour, conservative = (
        told(document(["A."], [MINISTER], government=government))[0].facts()
        for government in ("Labour", "Conservative")
    )
    assert "party=Labour|government=Labour" in labour
    assert "party=Labour|government=Conservative" in conservative
    assert "kind=minister|government=Labour" in labour
    assert "kind=minister|government=Conservative" in conservative
    assert all(" " not in fact for fact in labour)
