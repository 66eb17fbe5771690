"""A labelled article under the three conditions: which sentence stands for which, and who is told to speak."""

import pytest

from pipeline.learners.examples import Example, example, gold_document, partners
from pipeline.records import (
    NO_SPEAKER,
    NOBODY,
    Actor,
    Article,
    Attribution,
    Document,
    LabelledArticle,
    LabelledSentence,
    Labels,
    Sentence,
    Span,
    Voice,
)

NELL = Voice("Nell Garside", "Labour", "minister")
LABELS = Labels("supports", "none", "claim", "control")
TEXT = "One line here. Two lines there. Three at last."
GOLD = (Span(0, 14), Span(15, 31), Span(32, 46))


def labelled(spans=GOLD, speakers=("Nell Garside", NO_SPEAKER, "Nell Garside"), text=TEXT):
    sentences = tuple(
        LabelledSentence(Sentence(span.start, span.end, span.of(text)), speaker, LABELS)
        for span, speaker in zip(spans, speakers, strict=True)
    )
    return LabelledArticle(Article("x", text), (Actor(NELL),), sentences)


def cut(*spans, text=TEXT):
    return [Sentence(start, end, text[start:end]) for start, end in spans]


class Lines:
    """A text path that cuts at line ends and hears one voice in everything."""

    voice = Voice("somebody", "", "public")

    def __call__(self, article):
        found, start = [], 0
        for line in article.text.splitlines(keepends=True):
            if line.strip():
                found.append(Sentence(start, start + len(line.rstrip()), line.rstrip()))
            start += len(line)
        return self.attributed(article, found)

    def attributed(self, article, sentences):
        heard = tuple(Attribution(self.voice, "indirect", (one.span,)) for one in sentences)
        return Document(article, tuple(sentences), heard, tuple(range(len(heard))))


def seen(article, path):
    """The example of an article that a text path reads twice."""
    given = [one.sentence for one in article.sentences]
    return example(article, path.attributed(article.article, given), path(article.article))


def test_the_same_sentences_are_each_others_partners():
    assert partners(labelled(), cut(*((s.start, s.end) for s in GOLD))) == (0, 1, 2)


def test_a_gold_sentence_cut_in_two_goes_to_the_larger_part():
    assert partners(labelled(), cut((0, 14), (15, 19), (20, 31), (32, 46))) == (0, None, 1, 2)


def test_of_equal_parts_the_first_has_it():
    text = "abcd efgh"
    article = labelled([Span(0, 9)], [NO_SPEAKER], text)
    assert partners(article, cut((0, 4), (5, 9), text=text)) == (0, None)


def test_two_gold_sentences_in_one_leave_the_shorter_without_a_partner():
    assert partners(labelled(), cut((0, 31), (32, 46))) == (1, 2)


def test_sentences_where_gold_has_none_stand_for_nothing():
    assert partners(labelled(GOLD[1:2], [NO_SPEAKER]), cut((0, 14), (15, 31), (32, 46))) == (None, 0, None)


def test_no_sentence_no_partner():
    assert partners(labelled(), []) == ()
    assert partners(labelled([], []), cut((0, 14))) == (None,)


def test_gold_documents_carry_the_declared_voices_and_narration():
    document = gold_document(labelled(), Lines().attributed(Article("x", TEXT), cut((0, 14), (15, 31), (32, 46))))
    assert list(document.voices()) == [NELL, NOBODY, NELL]
    assert document.assigned == (0, None, 1)


def test_how_a_speaker_is_reported_is_taken_from_what_was_seen():
    """The corpus does not tell direct from indirect speech; a gold speaker whom nobody saw is of kind none."""
    article = labelled()
    seen = Lines().attributed(article.article, cut((0, 14), (15, 31), (32, 46)))
    blind = Document(article.article, seen.sentences, (), (None,) * 3)
    assert [a.kind for a in gold_document(article, seen).attributions] == ["indirect", "indirect"]
    assert [a.kind for a in gold_document(article, blind).attributions] == ["none", "none"]


def test_an_undeclared_speaker_is_no_silent_narrator():
    with pytest.raises(KeyError, match="Ghost"):
        gold_document(labelled(speakers=("Ghost", NO_SPEAKER, NO_SPEAKER)), Lines()(Article("x", TEXT)))


def test_the_three_conditions_differ_in_what_they_are_given():
    text = "First words.\nSecond words.\n"
    article = labelled([Span(0, 12), Span(13, 26)], ["Nell Garside", NO_SPEAKER], text)
    one = seen(article, Lines())
    assert [voice.speaker for voice in one.gold.voices()] == ["Nell Garside", NO_SPEAKER]
    assert [voice.speaker for voice in one.attributed.voices()] == ["somebody"] * 2
    assert one.gold.sentences == one.attributed.sentences
    assert one.partner == (0, 1)


def test_both_views_of_an_article_carry_its_labels():
    """Learnt on gold speakers alone, a learner would meet in use what it never saw."""
    text = "First words.\nSecond words.\nNot labelled.\n"
    one = seen(labelled([Span(0, 12), Span(13, 26)], [NO_SPEAKER] * 2, text), Lines())
    given = one.as_read()
    assert given.document is one.raw
    assert given.labels == (LABELS, LABELS, None)
    assert one.as_labelled().document is one.gold
    assert one.as_labelled().labels == (LABELS, LABELS)


def test_an_article_in_which_nothing_is_found_trains_nothing():
    article = labelled([Span(0, 3)], [NO_SPEAKER], "…?!")
    one = Example(article, *[Document(article.article, (), (), ())] * 3, ())
    assert one.as_read().labels == ()


def test_the_real_text_path_finds_the_sentences_of_a_plain_article(text_path):
    text = "The plan goes to a vote on Monday.\n\n“It is a cruel rule,” said Ilse Marwood of Harbour Lights."
    spans = [Span(0, 34), Span(36, len(text))]
    one = seen(labelled(spans, ["Nell Garside"] * 2, text), text_path)
    assert one.partner == (0, 1)
    assert all(sentence.span.of(text) == sentence.text for sentence in one.raw.sentences)
