"""A label that contradicts all others of its kind is found again, on its line, and nothing learns from itself."""

from dataclasses import replace

import numpy as np
import pytest

from pipeline import CONFIGS
from pipeline.config import load_params
from pipeline.corpus.stance_format import parse_located
from pipeline.labels import heads
from tests.bench import label_errors
from tests.bench.label_errors import out_of_fold, proposals, suspects

HEAD = """id: {name}
date: 2026-03-09
outlet: local
leaning: centre
genre: news
government: Labour
headline: Row over the plan
speaker: {minister} | Labour | minister
speaker: critics | Green | opposition
---
"""
SUPPORTS = "The plan is firm and it will work. || {minister} | supports | none | claim | control"
OPPOSES = "These are cruel rules. || critics | opposes | left | premise | humanitarian"
RAIN = "It was on a train. || - | none | none | none | none"
NAMES = ["Ada Quill", "Ivo Tarn", "Nell Hesketh", "Moira Slade", "Owen Birt", "Rhys Calder"]
PLANTED = 4


@pytest.fixture(scope="module")
def params():
    loaded = load_params(CONFIGS / "params.yaml")
    # the little world repeats itself word for word, which would tie every article to every other
    return replace(loaded, split=replace(loaded.split, minimum_words=100))


def world(planted: int | None = PLANTED):
    """Six articles of twelve sentences; the minister of the planted one ``opposes`` once."""
    made = []
    for number, minister in enumerate(NAMES):
        lines = [SUPPORTS.format(minister=minister), OPPOSES, RAIN] * 4
        if number == planted:
            lines[3] = lines[3].replace("supports", "opposes")
        head = HEAD.format(name=f"w-{number}", minister=minister)
        made.append(parse_located(head + "\n".join(lines) + "\n", f"w/w-{number}.stance"))
    return made


def test_a_planted_error_is_the_only_suspect_and_names_its_line(params):
    articles = world()
    found = list(suspects(articles, out_of_fold(articles, params, folds=3)))
    assert [(one.head, one.file, one.gold, one.proposed) for one in found] == [
        ("stance", f"w/w-{PLANTED}.stance", "opposes", "supports")
    ]
    assert found[0].line == 1 + articles[PLANTED].sentence_lines[2]
    assert (found[0].speaker, found[0].sentence) == (NAMES[PLANTED], "The plan is firm and it will work.")
    assert found[0].margin < 0 < found[0].confidence < 0.5


def test_a_clean_world_has_no_suspect(params):
    articles = world(planted=None)
    assert not list(suspects(articles, out_of_fold(articles, params, folds=3)))


def test_linked_articles_are_never_learnt_from_for_one_another(params, monkeypatch):
    """Articles 0 and 1 share a minister; whoever answers for one has seen neither."""
    articles = world()
    shared = HEAD.format(name="w-1", minister=NAMES[0]) + SUPPORTS.format(minister=NAMES[0]) + "\n"
    articles[1] = parse_located(shared, "w/w-1.stance")
    seen = []

    class Watched(label_errors.TfidfLearner):
        def fit(self, train, validation, observe):
            seen.append({one.document.article.id for one in train})
            super().fit(train, validation, observe)

        def predict_proba(self, documents):
            asked = {one.article.id for one in documents}
            assert not asked & seen[-1]
            if asked & {"w-0", "w-1"}:
                assert not {"w-0", "w-1"} & seen[-1]
            return super().predict_proba(documents)

    monkeypatch.setattr(label_errors, "TfidfLearner", Watched)
    answers = out_of_fold(articles, params, folds=3)
    assert [len(answer["stance"]) for answer in answers] == [len(one.article.sentences) for one in articles]


@pytest.mark.parametrize(
    ("probabilities", "labels", "proposed"),
    [
        # class 0 is believed from .9, class 1 from .45: the likeliest class of the second is not
        ([[0.9, 0.1], [0.55, 0.45]], [0, 1], [0, 1]),
        # both of the last reach what their classes are given: the likelier one is proposed
        ([[0.7, 0.3], [0.3, 0.7], [0.9, 0.1]], [0, 1, 1], [0, 1, 0]),
        # nothing is believed of the last: the gold label stands
        ([[0.8, 0.2], [0.4, 0.6], [0.45, 0.55]], [0, 1, 0], [0, 1, 0]),
        # no sentence has class 2, so none is put in it
        ([[0.9, 0.1, 0.0], [0.1, 0.4, 0.5]], [0, 1], [0, 1]),
    ],
)
def test_a_class_is_believed_from_the_mean_that_its_own_sentences_give_it(probabilities, labels, proposed):
    assert proposals(np.array(probabilities), np.array(labels)).tolist() == proposed


def test_suspects_come_by_head_and_the_least_believed_first():
    articles = world(planted=None)[:1]
    size = len(articles[0].article.sentences)
    answers = {head: np.full((size, len(classes)), 1 / len(classes)) for head, classes in heads().items()}
    stance = heads()["stance"]
    doubted, trusted = np.eye(3)[stance.index("opposes")], np.eye(3)[stance.index("supports")]
    answers["stance"] = np.array([trusted, *[doubted] * 2, 0.9 * doubted + 0.1 * trusted, *[doubted] * 8])
    found = [one for one in suspects(articles, [answers]) if one.head == "stance"]
    margins = [one.margin for one in found]
    assert margins == sorted(margins)
    assert margins[0] == -1
    assert margins[-1] > -1
