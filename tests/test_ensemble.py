"""The ensemble: what its members say, pooled at their temperatures, and the same after saving and loading."""

import numpy as np
import pytest
from toy_documents import CRITIC, MINISTER, document

from pipeline import CONFIGS
from pipeline.config import load_params
from pipeline.labels import heads
from pipeline.learners import learner_class
from pipeline.learners.contract import LabelledDocument
from pipeline.learners.ensemble import EnsembleLearner, Member
from pipeline.learners.temperature import apply_temperature
from pipeline.learners.tfidf import TfidfLearner
from pipeline.records import Labels

PLAIN = dict.fromkeys(heads(), 1.0)
DOCUMENTS = [document(["It is firm.", "It is cruel."], [MINISTER, CRITIC]), document([])]


class Sure:
    """Gives one class of every head the same probability, and the others the rest."""

    name = "sure"

    def __init__(self, chosen: int, probability: float) -> None:
        self.chosen = chosen
        self.probability = probability

    def predict_proba(self, documents):
        return [
            {head: self._rows(len(one.sentences), len(classes)) for head, classes in heads().items()}
            for one in documents
        ]

    def _rows(self, sentences, classes):
        rows = np.full((sentences, classes), (1 - self.probability) / (classes - 1), np.float32)
        rows[:, self.chosen] = self.probability
        return rows


def test_probabilities_are_multiplied_class_by_class():
    both = EnsembleLearner([Member(Sure(0, 0.8), PLAIN), Member(Sure(1, 0.6), PLAIN)])
    stance = both.predict_proba(DOCUMENTS)[0]["stance"]
    product = np.array([0.8 * 0.2, 0.1 * 0.6, 0.1 * 0.2])
    assert np.allclose(stance, [product / product.sum()] * 2)


def test_a_member_that_is_too_sure_of_itself_counts_for_less():
    """At the same temperature the first would win; at a higher one it does not."""
    loud, calm = Sure(0, 0.9), Sure(1, 0.7)
    member = Member(loud, dict.fromkeys(heads(), 4.0))
    raw = EnsembleLearner([Member(loud, PLAIN), Member(calm, PLAIN)]).predict_proba(DOCUMENTS)[0]["stance"]
    calibrated = EnsembleLearner([member, Member(calm, PLAIN)]).predict_proba(DOCUMENTS)[0]["stance"]
    assert (raw.argmax(axis=1) == 0).all()
    assert (calibrated.argmax(axis=1) == 1).all()
    expected = apply_temperature(loud._rows(2, 3), 4.0) * calm._rows(2, 3)
    assert np.allclose(calibrated, expected / expected.sum(axis=1, keepdims=True), atol=1e-6)


def test_answers_are_distributions_also_of_an_empty_document():
    both = EnsembleLearner([Member(Sure(0, 0.8), PLAIN), Member(Sure(2, 0.4), PLAIN)])
    for one, answer in zip(DOCUMENTS, both.predict_proba(DOCUMENTS), strict=True):
        for head, classes in heads().items():
            assert answer[head].shape == (len(one.sentences), len(classes))
            assert answer[head].dtype == np.float32
            assert np.allclose(answer[head].sum(axis=1), 1, atol=1e-5)


@pytest.fixture
def tfidf():
    params = load_params(CONFIGS / "smoke.yaml")
    learner = TfidfLearner(params.tfidf, seed=1)
    support = Labels("supports", "none", "claim", "control")
    attack = Labels("opposes", "left", "premise", "humanitarian")
    nothing = Labels("none", "right", "none", "none")
    texts = ["It is firm.", "It is cruel.", "It rained."]
    one = LabelledDocument(document(texts, [MINISTER, CRITIC, CRITIC]), (support, attack, nothing))
    learner.fit([one] * 4, [one], lambda metrics, step: None)
    return learner


def test_it_comes_back_as_it_was_saved(tfidf, tmp_path):
    saved = EnsembleLearner([Member(tfidf, dict.fromkeys(heads(), 1.5))])
    saved.save(tmp_path)
    loaded = learner_class("ensemble").load(tmp_path)
    for before, after in zip(saved.predict_proba(DOCUMENTS), loaded.predict_proba(DOCUMENTS), strict=True):
        assert all(np.array_equal(before[head], after[head]) for head in heads())
