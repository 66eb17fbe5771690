"""The curve learns from the articles that it says, leaves out what it is told to, and counts as scikit-learn."""

import argparse
import csv
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from prediction_tables import PARAMS, made_up_table
from sklearn.metrics import f1_score
from toy_documents import labelled
from toy_learners import example

from pipeline import CONFIGS
from pipeline.config import TfidfParams, load_params
from pipeline.evaluation.predictions import GOLD, PREDICTED_SPEAKERS, gold_codes, predicted_codes
from pipeline.labels import heads
from pipeline.learners.contract import gold
from pipeline.learners.examples import Example
from pipeline.records import Document
from pipeline.tracking import NullTracker
from tests.bench import learning_curve
from tests.bench.learning_curve import (
    CurveError,
    Lesson,
    curve,
    drawn,
    judge,
    left,
    lessons,
    read_count,
    read_share,
)
from tests.bench.learning_curve_figures import (
    ALL,
    MEAN,
    Judged,
    counted,
    figure,
    markdown,
    measures,
    points,
    scores,
)
from tests.bench.trained import Material


def articles(count: int, batch: str, turn: int = 0) -> list[Example]:
    """Articles of the little world in one batch."""
    made = []
    for number, one in enumerate(labelled(count, turn)):
        article = replace(one.document.article, source=f"seeds/articles/{batch}/{batch}-{number}.stance")
        whole = replace(one, document=replace(one.document, article=article))
        made.append(example(whole, f"{batch}-{number}"))
    return made


def ids(examples) -> list[str]:
    return [one.labelled.article.id for one in examples]


def judged(skill: float, articles: int, draw: int = 0, seed: int = 3, corpus: str = ALL) -> Judged:
    table = made_up_table(skill, articles=8, seed=seed)
    counts = {name: counted(table[table["condition"] == name]) for name in (GOLD, PREDICTED_SPEAKERS)}
    return Judged(corpus, min(1.0, articles / 100), draw, articles, 10 * articles, counts)


class Recorder:
    """Answers gold where it is given speakers, else ``none`` throughout; remembers what it was taught."""

    def __init__(self, known):
        target = [gold([one.as_labelled()]) for one in known]
        self.answers = {one.labelled.article.id: codes for one, codes in zip(known, target, strict=True)}

    def fit(self, train, validation, observe):
        self.train, self.validation = train, validation

    def predict_proba(self, documents):
        return [{head: self._rows(one, head) for head in heads()} for one in documents]

    def _rows(self, document, head):
        none = np.full(len(document.sentences), heads()[head].index("none"))
        codes = self.answers[document.article.id][head] if document.attributions else none
        return np.eye(len(heads()[head]), dtype=np.float32)[codes]


def test_a_larger_share_holds_the_smaller_one_in_the_order_of_the_corpus():
    corpus = articles(20, "a")
    small, large, whole = (ids(drawn(corpus, share, seed=5)) for share in (0.1, 0.5, 1.0))
    assert (len(small), len(large)) == (2, 10)
    assert set(small) < set(large)
    assert large == [name for name in ids(corpus) if name in large]
    assert whole == ids(corpus)
    assert ids(drawn(corpus, 0.5, seed=6)) != large
    assert len(drawn(corpus, 0.001, seed=5)) == 1


def test_batches_are_left_out_whole():
    corpus = articles(2, "a") + articles(3, "t") + articles(1, "u")
    assert ids(left(corpus, ("t", "u"))) == ["a-0", "a-1"]
    with pytest.raises(CurveError, match=r"no train article of batch z: --without can leave out a, t, u"):
        left(corpus, ("t", "z"))


@pytest.mark.parametrize(("indifferent", "wholes"), [(False, [0, 1]), (True, [0])])
def test_every_draw_has_its_seed_and_what_a_seed_cannot_change_is_trained_once(indifferent, wholes):
    corpus = articles(4, "a") + articles(4, "t")
    planned = list(lessons(corpus, (0.25, 1.0), 2, [("t",)], seed=7, indifferent=indifferent))
    assert [(one.draw, one.seed) for one in planned if one.share < 1] == [(0, 7), (1, 8)]
    assert [one.draw for one in planned if one.corpus == ALL and one.share == 1] == wholes
    rest = [one for one in planned if one.corpus == "without t"]
    assert [(one.draw, ids(one.examples)) for one in rest] == [(draw, ids(corpus[:4])) for draw in wholes]


def test_a_learner_gets_both_views_and_is_judged_with_both_kinds_of_speakers():
    taught, held_out = articles(3, "a"), articles(2, "b", turn=1)
    unheard = [
        replace(one, attributed=Document(one.gold.article, one.gold.sentences, (), (None,) * len(one.labels)))
        for one in held_out
    ]
    learner = Recorder(held_out)
    run = judge(learner, Lesson(ALL, 1.0, 0, 1, taught), unheard)
    assert [one.document.article.id for one in learner.train] == ["a-0", "a-0", "a-1", "a-1", "a-2", "a-2"]
    assert [one.document.article.id for one in learner.validation] == ["b-0", "b-1"]
    assert (run.articles, run.sentences) == (3, 24)
    right, wrong = (scores(run.counts[name].sum(axis=0)[None])[-1] for name in (GOLD, PREDICTED_SPEAKERS))
    assert right == 1
    assert wrong < 0.5


def test_too_few_articles_are_a_sentence_with_the_mend():
    one = articles(1, "a")[0]
    mute = replace(one, labelled=replace(one.labelled, sentences=()), partner=(None,) * len(one.labels))
    with pytest.raises(CurveError, match=r"1 articles teach too little .*: ask for larger --shares"):
        judge(Recorder([]), Lesson(ALL, 0.1, 0, 1, [mute]), articles(1, "b"))


def test_figures_are_scikit_learns_for_every_head():
    table = made_up_table(skill=1.0)
    table = table[table["condition"] == PREDICTED_SPEAKERS]
    expected = [
        f1_score(gold_codes(table, head), predicted_codes(table, head), average="macro") for head in heads()
    ]
    found = scores(counted(table).sum(axis=0)[None])
    assert found == pytest.approx([*expected, np.mean(expected)])


def test_draws_are_averaged_and_differences_are_to_the_whole():
    runs = [judged(0.5, 10, draw=0), judged(1.5, 10, draw=1, seed=4), judged(8.0, 100)]
    alone = [points([run], PARAMS, seed=1)[-1].score.value for run in runs]
    found = [one for one in points(runs, PARAMS, seed=1) if (one.speakers, one.measure) == ("predicted", MEAN)]
    part, whole = found
    assert (part.draws, part.articles, whole.draws, whole.articles) == (2, 10, 1, 100)
    assert part.score.value == pytest.approx(np.mean(alone[:2]))
    assert part.spread == pytest.approx(np.std(alone[:2], ddof=1))
    assert part.score.low < part.score.value < part.score.high
    assert part.to_whole.value == pytest.approx(part.score.value - alone[2])
    assert part.to_whole.clear
    assert (whole.spread, whole.to_whole) == (None, None)


def test_the_table_has_a_row_for_each_training_and_marks_clear_differences():
    runs = [judged(0.5, 10), judged(8.0, 100), replace(judged(8.0, 99), corpus="without t", share=1.0)]
    rows = [line.strip("| ").split(" | ") for line in markdown(points(runs, PARAMS, seed=1)).splitlines()]
    heading, below = rows[0], rows[2:]
    assert heading[6:11] == list(measures())
    assert [(row[0], row[1], row[5]) for row in below] == [
        (number, corpus, speakers)
        for number, corpus in (("10", ALL), ("100", ALL), ("99", "without t"))
        for speakers in ("gold", "predicted")
    ]
    assert [row[-1].startswith("**-0.") for row in below] == [True, True, False, False, False, False]
    assert below[2][-1] == "–"
    assert below[4][-1].startswith("+0.000")


def test_the_line_of_the_picture_joins_the_whole_corpus_alone():
    runs = [judged(0.5, 10), judged(8.0, 100), judged(8.0, 90, corpus="without t")]
    drawing = figure(points(runs, PARAMS, seed=1), "tfidf").to_dict()
    lines = [layer for layer in drawing["spec"]["layer"] if layer["mark"]["type"] == "line"]
    assert [layer["transform"] for layer in lines] == [[{"filter": "(datum.corpus === 'all')"}]]
    assert len(drawing["data"]["values"]) == len(runs) * 2 * len(measures())


def test_a_curve_is_trained_told_and_written(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(learning_curve, "comparison_tracker", lambda workspace: NullTracker())
    params = load_params(CONFIGS / "smoke.yaml")
    plain = TfidfParams((1, 1), (3, 3), minimum_documents=1, c_grid=(1.0,))
    workspace = SimpleNamespace(params=replace(params, tfidf=plain, evaluate=PARAMS), backbone=Path("nowhere"))
    material = Material({"train": articles(5, "a") + articles(3, "t"), "validation": articles(2, "b", turn=1)})
    planned = list(lessons(material.examples["train"], (0.25, 1.0), 1, [("t",)], 3, indifferent=True))
    table = curve("tfidf", planned, material, workspace, tmp_path / "new" / "curve")
    out = tmp_path / "new" / "curve"
    assert (out / "learning_curve.md").read_text("utf-8") == table
    assert (out / "learning_curve.png").read_bytes().startswith(b"\x89PNG")
    with (out / "learning_curve.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 3 * 2 * len(measures())
    assert {(row["corpus"], row["articles"]) for row in rows} == {(ALL, "2"), (ALL, "8"), ("without t", "5")}
    assert {float(row["macro_f1"]) for row in rows if row["share"] == "1.0"} == {1.0}
    told = capsys.readouterr().err
    assert "3/3 tfidf, without t, 100%, draw 1: 5 articles" in told.replace("\n", " ")


def test_learners_get_the_checked_encoder_and_the_seed_of_their_draw(tmp_path, monkeypatch):
    corpus = articles(4, "a")
    given = []

    def made(name, params):
        given.append((name, params.transformer.backbone, params.seed))
        return Recorder(corpus)

    monkeypatch.setattr(learning_curve, "comparison_tracker", lambda workspace: NullTracker())
    monkeypatch.setattr(learning_curve, "new_learner", made)
    params = replace(load_params(CONFIGS / "smoke.yaml"), evaluate=PARAMS)
    workspace = SimpleNamespace(params=params, backbone=Path("data/backbone"))
    planned = list(lessons(corpus, (1.0,), 2, [], 7, indifferent=False))
    curve("transformer", planned, Material({"train": corpus, "validation": corpus}), workspace, tmp_path)
    assert given == [("transformer", "data/backbone", 7), ("transformer", "data/backbone", 8)]


@pytest.mark.parametrize("text", ["0", "1.5", "half", "nan", "-1"])
def test_a_share_that_is_none_is_refused(text):
    with pytest.raises(argparse.ArgumentTypeError, match="is no share"):
        read_share(text)


@pytest.mark.parametrize("text", ["0", "-1", "two", "1.5"])
def test_a_number_of_draws_that_is_none_is_refused(text):
    with pytest.raises(argparse.ArgumentTypeError, match="is no number of draws"):
        read_count(text)
