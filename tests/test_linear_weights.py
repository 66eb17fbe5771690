"""The exact terms of TF-IDF: they add up to the model's answer, and each stands with the word that earned it."""

import math

import numpy as np
import pytest
from toy_documents import CRITIC, MINISTER, document
from toy_learners import tfidf

from pipeline.labels import heads
from pipeline.learners.contract import LabelledDocument
from pipeline.learners.explanation import BEFORE, FACT, SPEAKER, Contrast
from pipeline.learners.linear_weights import weigh
from pipeline.learners.ngrams import rows_of
from pipeline.learners.tfidf import TfidfLearner
from pipeline.learners.told import SENTENCE_CHARACTERS
from pipeline.records import Labels

SUPPORTS, OPPOSES, NONE = range(3)
DOCUMENT = document(
    ["It was on a train.", "They are cruel,  cruel rules — so it’s said.", "The plan is firm."],
    [MINISTER, CRITIC, MINISTER],
)


@pytest.fixture(scope="module")
def learner():
    return tfidf()


ASKED = Contrast(OPPOSES, SUPPORTS)


def stance(learner, sentence=1, contrast=ASKED, asked=DOCUMENT):
    return weigh(learner, asked, sentence, {"stance": contrast})["stance"]


@pytest.mark.parametrize("sentence", [0, 1, 2])
def test_all_shares_and_the_base_add_up_to_the_log_odds_of_the_answer(learner, sentence):
    answer = learner.predict_proba([DOCUMENT])[0]
    for head, seen in learner.model.classes.items():
        for rival in seen[1:]:
            one = weigh(learner, DOCUMENT, sentence, {head: Contrast(seen[0], rival)})[head]
            expected = math.log(answer[head][sentence, seen[0]] / answer[head][sentence, rival])
            assert one.score == pytest.approx(expected, abs=1e-4)
            assert one.error == pytest.approx(0, abs=1e-5)


def test_the_terms_of_the_words_are_those_of_both_kinds_of_ngrams(learner):
    one = stance(learner)
    model = learner.model
    found = model.reader.features(rows_of(DOCUMENT)[1:2])
    weights = model.weights[:, model.outputs["stance"]]
    for names, total in (
        (("word", "char"), one.sentence),
        (("previous",), sum(part.value for part in one.parts if part.name == BEFORE)),
        (("speaker",), sum(part.value for part in one.parts if part.name == SPEAKER)),
        (("told",), sum(part.value for part in one.parts if part.name == FACT)),
    ):
        ours = np.isin(found.column, [column for name in names for column in model.reader.columns[name].values()])
        places = found.column[ours]
        expected = found.value[ours] @ (weights[places, OPPOSES] - weights[places, SUPPORTS])
        assert total == pytest.approx(expected, abs=1e-5), names


def test_words_keep_their_places_and_the_telling_one_stands_out(learner):
    one = stance(learner)
    text = DOCUMENT.sentences[1].text
    assert [word.span.of(text) for word in one.words] == text.split()
    best = max(one.words, key=lambda word: word.value)
    assert best.span.of(text).startswith(("cruel", "rules", "They"))
    shares = dict(zip([word.span.of(text) for word in one.words], [word.value for word in one.words], strict=True))
    assert shares["cruel,"] > 0
    assert shares["—"] == 0


def test_an_ngram_is_shared_by_its_occurrences_and_its_words(learner):
    """ "cruel rules" is known, "rules cruel" is not: the first of three words only gets shares of single words."""
    text = "cruel cruel rules"
    one = stance(learner, 0, asked=document([text]))
    terms = {(part.name, part.text): part.value for part in one.ngrams}
    pair, single = terms["word", "cruel rules"], terms["word", "cruel"]
    assert pair != 0
    assert one.words[1].value - one.words[0].value == pytest.approx(pair / 2, abs=1e-6)
    assert one.words[0].value > single / 2 - 1e-6, "characters of the word count too"


def test_a_temperature_divides_everything(learner):
    plain, flat = stance(learner), stance(learner, contrast=Contrast(OPPOSES, SUPPORTS, 2.0))
    assert flat.score == pytest.approx(plain.score / 2)
    assert flat.base == pytest.approx(plain.base / 2)
    assert [word.value * 2 for word in flat.words] == pytest.approx([word.value for word in plain.words])
    assert flat.error == pytest.approx(0, abs=1e-5)


def test_the_opposite_question_has_the_opposite_answer(learner):
    one, other = stance(learner), stance(learner, contrast=Contrast(SUPPORTS, OPPOSES))
    assert [-word.value for word in other.words] == pytest.approx([word.value for word in one.words])


def test_facts_are_named_one_by_one(learner):
    facts = {part.text: part.value for part in stance(learner).parts if part.name == FACT}
    assert facts["party=Green"] > 0
    assert "party=Green|kind=opposition" in facts
    assert not any("unknown" in fact for fact in facts)


def test_a_class_that_training_never_showed_has_no_explanation(learner):
    unseen = heads()["frame"].index("foreign")
    assert unseen not in learner.model.classes["frame"]
    asked = {"frame": Contrast(0, unseen), "stance": Contrast(OPPOSES, NONE)}
    assert list(weigh(learner, DOCUMENT, 0, asked)) == ["stance"]


def test_two_classes_are_explained_as_well_as_three():
    rows = [("They are cruel rules.", "opposes"), ("It was on a train.", "none")]
    texts, labels = zip(*rows, strict=True)
    fixed = [LabelledDocument(document(texts), tuple(Labels(s, "none", "none", "none") for s in labels))]
    for number, head in enumerate(("pressure", "role", "frame")):
        first = {"pressure": "left", "role": "claim", "frame": "control"}[head]
        made = [Labels(**{**vars(fixed[0].labels[1]), "stance": "opposes", head: first})]
        fixed.append(LabelledDocument(document([f"Word{number} here."]), tuple(made)))
    learner = TfidfLearner(tfidf().params, seed=1)
    learner.fit(fixed * 3, fixed, lambda metrics, step: None)
    assert len(learner.model.classes["stance"]) == 2
    answer = learner.predict_proba([fixed[0].document])[0]["stance"]
    for sentence in (0, 1):
        one = stance(learner, sentence, Contrast(OPPOSES, NONE), fixed[0].document)
        assert one.score == pytest.approx(math.log(answer[sentence, OPPOSES] / answer[sentence, NONE]), abs=1e-4)
        assert one.error == pytest.approx(0, abs=1e-5)


@pytest.mark.parametrize("text", ["", " \n ", "…", "\u200b\x00字 İx ΑΣ", "the " * SENTENCE_CHARACTERS])
def test_odd_sentences_are_explained_to_the_last_term(learner, text):
    one = stance(learner, 0, asked=document([text], [CRITIC]))
    assert one.error == pytest.approx(0, abs=1e-4)
    assert len(one.words) == len(text[:SENTENCE_CHARACTERS].split())


def test_the_weightiest_ngrams_come_first(learner):
    values = [abs(part.value) for part in stance(learner).ngrams]
    assert values == sorted(values, reverse=True)
