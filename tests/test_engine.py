"""The engine: what a row of the statements table says, and that one bad article stays alone with it."""

import datetime as dt

import numpy as np
import pytest
from fake_learner import CALM, CAPTION, CRUEL, POISON, TORN, UNSURE, FakeLearner, FakeText, scorer, sealed

from pipeline import CONFIGS
from pipeline.config import load_params
from pipeline.labels import heads
from pipeline.learners.contract import LabelledDocument
from pipeline.learners.tfidf import TfidfLearner
from pipeline.records import Article, Labels
from pipeline.scoring.bundle import seal
from pipeline.scoring.engine import Scorer
from pipeline.text.document import TextPath


def article(*lines, id="a", **values):
    return Article(id=id, text="\n".join(lines), source=f"{id}.txt", **values)


def test_every_sentence_is_a_row_with_the_columns_of_the_design(tmp_path):
    made = scorer(tmp_path / "bundle")
    table = made.statements([article(CALM, CRUEL, date=dt.date(2026, 3, 1), outlet="The Marlow Post")])
    rows = table.to_pylist()
    assert [row["sentence_id"] for row in rows] == ["a#1", "a#2"]
    assert rows[1] | {"speaker": "Mara Quill", "party": "Green", "kind": "opposition", "cue": "said"} == rows[1]
    assert rows[1]["stance"] == "opposes"
    assert rows[1]["attribution"] == "indirect"
    assert rows[1]["date"] == dt.date(2026, 3, 1)
    assert rows[1]["model"] == made.bundle.hash
    assert table.column_names[:6] == ["article_id", "source", "date", "outlet", "headline", "sentence_id"]
    assert table.column_names[-3:] == ["confidence", "abstained", "model"]


def test_offsets_point_into_the_article(tmp_path):
    text = article(CALM, CRUEL).text
    for row in scorer(tmp_path / "bundle").statements([article(CALM, CRUEL)]).to_pylist():
        assert text[row["start"] : row["end"]] == row["text"]
        if row["speaker"]:
            assert text[row["speaker_start"] : row["speaker_end"]] == row["speaker"]


def test_nobody_is_null_and_so_is_all_that_is_unknown(tmp_path):
    row = scorer(tmp_path / "bundle").statements([article(CALM)]).to_pylist()[0]
    for name in ("speaker", "speaker_start", "speaker_end", "cue", "party", "kind", "outlet", "headline", "date"):
        assert row[name] is None, name
    assert row["attribution"] == "none"


def test_boilerplate_has_no_speaker(tmp_path):
    row = scorer(tmp_path / "bundle").statements([article(CAPTION)]).to_pylist()[0]
    assert row["boilerplate"]
    assert (row["speaker"], row["speaker_start"], row["cue"], row["attribution"]) == (None, None, None, "none")


def test_probabilities_stand_in_the_order_of_their_classes(tmp_path):
    table = scorer(tmp_path / "bundle").statements([article(CRUEL)])
    row = table.to_pylist()[0]
    assert row["p_stance_opposes"] == pytest.approx(0.8)
    assert row["p_stance_supports"] == pytest.approx(0.1)
    for head, classes in heads().items():
        columns = [f"p_{head}_{label}" for label in classes]
        assert sum(row[name] for name in columns) == pytest.approx(1, abs=1e-5)
        assert max(columns, key=row.get) == f"p_{head}_{row[head]}"


def test_the_bundles_temperature_is_applied(tmp_path):
    """At temperature 2 probabilities .8/.1/.1 become √.8/√.1/√.1, scaled to sum to one."""
    row = scorer(tmp_path / "bundle", {"stance": 2.0}).statements([article(CRUEL)]).to_pylist()[0]
    roots = np.sqrt([0.8, 0.1, 0.1])
    assert row["confidence"] == pytest.approx(roots[0] / roots.sum(), abs=1e-6)
    assert row["p_role_premise"] == pytest.approx(0.8, abs=1e-6), "another head has its own temperature"


def test_abstained_follows_the_bundles_threshold(tmp_path):
    lines = article(CRUEL, UNSURE)
    assert scorer(tmp_path / "a", threshold=0.5).statements([lines])["abstained"].to_pylist() == [False, True]
    assert scorer(tmp_path / "b", threshold=0.9).statements([lines])["abstained"].to_pylist() == [True, True]


def test_an_article_without_sentences_is_scored_to_nothing(tmp_path):
    scored = scorer(tmp_path / "bundle").score([article(""), article(CALM, id="b")])
    assert scored.statements["article_id"].to_pylist() == ["b"]
    assert scored.articles["n_sentences"].to_pylist() == [0, 1]
    assert scored.rejects == ()


def test_no_articles_give_empty_tables_of_the_same_schema(tmp_path):
    made = scorer(tmp_path / "bundle")
    assert made.statements([]).schema == made.statements([article(CALM)]).schema


@pytest.mark.parametrize(
    ("poison", "exception"), [(POISON, "FloatingPointError"), (TORN, "RuntimeError"), ("\ud800", "Unicode")]
)
def test_one_bad_article_becomes_a_reject_and_the_rest_is_scored(tmp_path, poison, exception):
    scored = scorer(tmp_path / "bundle").score(
        [article(CALM, id="a"), article(poison, id="b"), article(CRUEL, id="c")]
    )
    assert scored.statements["article_id"].to_pylist() == ["a", "c"]
    assert scored.articles["article_id"].to_pylist() == ["a", "c"]
    (reject,) = scored.rejects
    assert (reject.source, reject.reason) == ("b.txt", "error")
    assert exception in reject.detail


def test_a_good_batch_costs_one_call(tmp_path):
    made = scorer(tmp_path / "bundle")
    made.score([article(CALM, id=str(number)) for number in range(5)])
    assert made.learner.calls == [5]


@pytest.mark.parametrize("fault", ["shape", "nan", "head", "short"])
def test_a_learner_that_answers_wrongly_is_not_believed(tmp_path, fault):
    class Wrong(FakeLearner):
        def predict_proba(self, documents):
            answers = super().predict_proba(documents)
            for answer in answers:
                if fault == "shape":
                    answer["stance"] = answer["stance"][:, :2]
                if fault == "nan":
                    answer["stance"][:] = np.nan
                if fault == "head":
                    del answer["frame"]
            return answers[:-1] if fault == "short" else answers

    scored = Scorer(sealed(tmp_path / "bundle"), FakeText(), Wrong()).score([article(CALM)])
    assert scored.statements.num_rows == 0
    assert len(scored.rejects) == 1


def test_a_real_bundle_loads_from_its_folder_and_scores_as_its_learner_did(tmp_path):
    """No fakes: the real text path, a small TF-IDF learner, saved, sealed and opened again."""
    text_path, learner = TextPath.load(CONFIGS), TfidfLearner(load_params().tfidf, seed=1)
    labels = [
        Labels("opposes", "left", "claim", "humanitarian"),
        Labels("supports", "right", "premise", "control"),
        Labels("none", "none", "none", "policy"),
    ]
    lines = [
        "“The plan is cruel,” said Mara Quill.",
        "“The plan is firm,” said Tom Reave.",
        "The bill returns on Monday.",
    ]
    document = text_path(Article("t", "\n\n".join(lines * 4)))
    examples = [LabelledDocument(document, tuple(labels * 4))] * 2
    learner.fit(examples, examples, lambda metrics, step: None)
    bundle = tmp_path / "tfidf"
    bundle.mkdir()
    learner.save(bundle)
    told = {"corpus": "c", "params": {}, "temperatures": {}, "threshold": 0.4, "commit": "0123abc"}
    seal(bundle, learner="tfidf", heads=heads(), **told)
    rows = Scorer.load(bundle).statements([Article("a", "\n\n".join(lines))]).to_pylist()
    assert [row["stance"] for row in rows] == ["opposes", "supports", "none"]
    assert [row["speaker"] for row in rows] == ["Mara Quill", "Tom Reave", None]
    expected = learner.predict_proba([text_path(Article("a", "\n\n".join(lines)))])[0]["stance"]
    found = [[row[f"p_stance_{label}"] for label in heads()["stance"]] for row in rows]
    np.testing.assert_allclose(found, expected, atol=1e-6)
