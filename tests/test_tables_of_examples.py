"""Examples and a learner's answers become one table in which nothing is lost and nothing is counted twice."""

import numpy as np
import pytest

from pipeline.evaluation.predictions import CONDITIONS, END_TO_END, GOLD, PREDICTED_SPEAKERS, PredictionsError
from pipeline.evaluation.tables import predictions_table
from pipeline.labels import heads
from pipeline.learners.examples import Example, gold_document, partners
from pipeline.records import (
    NO_SPEAKER,
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
TRUST = Voice("Safe Quay Trust", "none", "civil_society")
TEXT = "One line here. Two lines there. Three at last."
GOLD_SPANS = (Span(0, 14), Span(15, 31), Span(32, 46))
LABELS = (
    Labels("supports", "none", "claim", "control"),
    Labels("opposes", "left", "premise", "humanitarian"),
    Labels("none", "none", "none", "none"),
)


def sentence(span, text=TEXT):
    return Sentence(span.start, span.end, span.of(text))


def heard(article, spans, speakers):
    """A document in which these speakers (None: narration) are heard."""
    attributions, assigned = [], []
    for span, speaker in zip(spans, speakers, strict=True):
        assigned.append(len(attributions) if speaker else None)
        if speaker:
            attributions.append(Attribution(Voice(speaker), "direct", (span,)))
    return Document(article, tuple(map(sentence, spans)), tuple(attributions), tuple(assigned))


def made(raw_spans=GOLD_SPANS, heard_speakers=("Ms Garside", None, "Nell Garside"), article_id="x"):
    article = Article(article_id, TEXT, outlet="broadsheet", genre="news", leaning="left", government="Labour")
    speakers = ("Nell Garside", "Safe Quay Trust", NO_SPEAKER)
    labelled = LabelledArticle(
        article,
        (Actor(NELL, ("Ms Garside", "she")), Actor(TRUST, ("the charity",))),
        tuple(
            LabelledSentence(sentence(span), speaker, labels)
            for span, speaker, labels in zip(GOLD_SPANS, speakers, LABELS, strict=True)
        ),
    )
    attributed = heard(article, GOLD_SPANS, heard_speakers)
    raw = heard(article, raw_spans, [None] * len(raw_spans))
    return Example(
        labelled, gold_document(labelled, attributed), attributed, raw, partners(labelled, raw.sentences)
    )


def marked(documents):
    """Answers that tell whose they are: stance probabilities 1 − start/100, start/100, 0 of each sentence."""
    answers = []
    for document in documents:
        starts = np.array([one.start / 100 for one in document.sentences])
        answer = {}
        for head, classes in heads().items():
            answer[head] = np.zeros((len(starts), len(classes)), np.float32)
            answer[head][:, 0], answer[head][:, 1] = 1 - starts, starts
        answers.append(answer)
    return answers


def of(table, condition):
    return table[table["condition"] == condition].reset_index(drop=True)


def test_all_conditions_are_there_in_order():
    table = predictions_table([made()], marked)
    assert list(table["condition"].unique()) == list(CONDITIONS)
    assert dict(table["condition"].value_counts()) == dict.fromkeys(CONDITIONS, 3)


@pytest.mark.parametrize("raw", [GOLD_SPANS, (Span(0, 31), Span(40, 46)), ()])
def test_every_probability_stands_in_the_row_of_its_sentence(raw):
    table = predictions_table([made(raw, article_id="a"), made(article_id="b")], marked)
    predicted = table[table["predicted"]]
    assert np.allclose(predicted["p_stance_opposes"], predicted["start"] / 100)
    assert table.loc[~table["predicted"], "p_stance_opposes"].isna().all()


def test_missed_and_spurious_sentences_are_rows_of_their_own():
    """The first gold sentence was cut in two, the other two were run together."""
    rows = of(predictions_table([made((Span(0, 3), Span(4, 14), Span(15, 46)))], marked), END_TO_END)
    told = rows[["start", "end", "predicted", "gold_stance", "gold_speaker"]].fillna("").to_numpy().tolist()
    assert told == [
        [0, 3, True, "", ""],
        [4, 14, True, "supports", "Nell Garside"],
        [15, 46, True, "opposes", "Safe Quay Trust"],
        [32, 46, False, "none", NO_SPEAKER],
    ]


def test_an_article_in_which_nothing_is_found_is_all_missed():
    rows = of(predictions_table([made(())], marked), END_TO_END)
    assert list(rows["predicted"]) == [False] * 3
    assert list(rows["gold_frame"]) == ["control", "humanitarian", "none"]
    assert rows["predicted_speaker"].isna().all()


def test_a_speaker_is_right_under_any_declared_form_and_silence_must_be_right_too():
    rows = of(predictions_table([made()], marked), PREDICTED_SPEAKERS)
    assert list(rows["predicted_speaker"]) == ["Ms Garside", NO_SPEAKER, "Nell Garside"]
    assert list(rows["speaker_right"]) == [True, False, False]
    assert list(rows["attribution"]) == ["direct", "none", "direct"]


def test_gold_speakers_are_always_right():
    rows = of(predictions_table([made()], marked), GOLD)
    assert list(rows["speaker_right"]) == [True] * 3
    assert list(rows["gold_speaker"]) == list(rows["predicted_speaker"])


def test_kinds_are_those_of_gold_speakers_and_empty_for_narration():
    rows = of(predictions_table([made(heard_speakers=(None, None, None))], marked), PREDICTED_SPEAKERS)
    assert list(rows["kind"]) == ["minister", "civil_society", ""]
    assert set(rows["outlet"]) == {"broadsheet"}


def test_no_articles_are_a_sentence_and_not_a_table():
    with pytest.raises(PredictionsError, match="no article to test on"):
        predictions_table([], marked)


def test_a_learner_that_answers_too_little_is_found_out():
    with pytest.raises(PredictionsError, match="shape"):
        predictions_table(
            [made()], lambda documents: [{h: a[1:] for h, a in one.items()} for one in marked(documents)]
        )
