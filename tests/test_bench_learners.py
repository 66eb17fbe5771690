"""The comparators learn what the little world shows, and the table says of each run what its predictions say."""

import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from mlflow_database import place_database
from prediction_tables import PARAMS, made_up_table
from test_tables_of_examples import made
from toy_documents import CRITIC, MINISTER, document, labelled

from pipeline.config import TrackingParams
from pipeline.evaluation.predictions import CONDITIONS, read_predictions, write_predictions
from pipeline.labels import heads
from pipeline.learners.contract import LabelledDocument, gold, predict
from pipeline.records import Labels
from pipeline.stages.workspace import Workspace
from pipeline.tracking import NullTracker
from tests.bench import learners, trained
from tests.bench.encoding import PooledEncoder, batches, tokenizer_of, tokens, vectors
from tests.bench.frozen import FrozenLearner, LogisticHeads
from tests.bench.learners_table import NothingToCompare, markdown
from tests.bench.plain import PlainLearner
from tests.bench.reading import MOST_TOKENS, readings
from tests.bench.reading import labelled as known
from tests.bench.setfit_learner import SetFitLearner
from tests.bench.trained import Material, MissingLibrary, Run, read_run, train

LABELS = [Labels("none", "none", "none", "none"), Labels("opposes", "left", "claim", "crime")]


def right(learner, documents):
    """Share of right answers, all heads together."""
    chosen = predict(learner.predict_proba([one.document for one in documents]))
    target = gold(documents)
    return np.mean([(chosen[head] == target[head]).mean() for head in heads()])


def test_a_reading_holds_speaker_sentence_and_the_one_before():
    one = document(["It is cruel.", "It is firm."], [CRITIC, MINISTER], headline="A row over rules")
    first, second = readings([one])
    assert (first.previous, second.previous) == ("A row over rules", "It is cruel.")
    assert second.facts == "Alex Smith, Labour, minister, Labour government, news"
    assert second.joined == f"{second.facts} : It is firm. | before: It is cruel."


def test_sentences_without_gold_are_not_learnt_from():
    one = labelled(1)[0]
    read, target = known([LabelledDocument(one.document, (None, *one.labels[1:]))])
    assert [one.sentence for one in read] == [text.text for text in one.document.sentences[1:]]
    assert {len(codes) for codes in target.values()} == {len(read)}
    assert min(codes.min() for codes in target.values()) >= 0


def test_a_vector_hangs_on_its_text_alone(encoder):
    """Neither on the padding of its batch nor on the order."""
    network, tokenizer = PooledEncoder(encoder[0]), tokenizer_of(encoder[0])
    texts = ["the plan is cruel", "a", "the border and the rules and the costs of it", "a"]
    together = vectors(network, tokenizer, texts)
    alone = np.vstack([vectors(network, tokenizer, [text]) for text in texts])
    assert together.shape == (4, network.width)
    assert np.array_equal(together[1], together[3])
    assert np.allclose(together, alone, atol=0.02)  # bf16 where the processor has it
    assert not np.allclose(together[0], together[2], atol=0.02)


def test_a_pair_too_long_keeps_its_first_text(encoder):
    tokenizer = tokenizer_of(encoder[0])
    (ids,) = tokens(tokenizer, [("the plan", "rules " * 300)])["input_ids"].tolist()
    assert len(ids) == MOST_TOKENS
    assert ids[:2] == tokenizer("the plan", add_special_tokens=False)["input_ids"]


def test_batches_hold_every_text_once():
    texts = [("word " * (number % 7), "") for number in range(100)]
    for random in (None, np.random.default_rng(1)):
        assert sorted(place for batch in batches(texts, random) for place in batch) == list(range(100))
    ordered = [len(texts[place][0]) for batch in batches(texts) for place in batch]
    assert ordered == sorted(ordered)


def test_the_strength_of_the_heads_is_chosen_on_validation():
    random = np.random.default_rng(0)
    target = {head: random.integers(0, 2, 60) for head in heads()}
    given = np.stack([target["stance"] + random.normal(0, 0.3, 60), *random.normal(0, 1, (30, 60))], axis=1)
    seen = []
    fitted = LogisticHeads(seed=1)
    fitted.fit(given, target, given, target, lambda metrics, step: seen.append(metrics))
    for head in heads():
        tried = [(one[f"validation.{head}.macro_f1"], one[f"{head}.C"]) for one in seen if f"{head}.C" in one]
        best = max(score for score, _ in tried)
        first = next(strength for score, strength in tried if score == best)
        assert first == fitted.models[head][-1].C
    proba = fitted.predict_proba(given)["frame"]
    assert proba.shape == (60, len(heads()["frame"]))
    assert np.allclose(proba.sum(axis=1), 1)
    assert not proba[:, 2:].any()  # classes that training never showed


def test_frozen_embeddings_learn_the_little_world(encoder):
    learner = FrozenLearner(encoder[0], seed=3)
    learner.fit(labelled(8), labelled(2, turn=1), lambda metrics, step: None)
    assert right(learner, labelled(3, turn=2)) > 0.9
    assert [one["stance"].shape for one in learner.predict_proba([document([]), document(["It was."])])] == [
        (0, 3),
        (1, 3),
    ]


def test_plain_fine_tuning_learns_the_little_world_and_keeps_the_best_epoch(encoder):
    told = []
    learner = PlainLearner(encoder[0], seed=3, epochs=20, learning_rate=3e-3)
    learner.fit(labelled(8), labelled(2, turn=1), lambda metrics, step: told.append((step, metrics)))
    assert [step for step, _ in told] == list(range(20))
    assert told[-1][1]["train.loss"] < told[0][1]["train.loss"]
    assert right(learner, labelled(3, turn=2)) > 0.9


def test_setfit_that_is_not_installed_is_a_sentence_with_the_mend(encoder, monkeypatch):
    monkeypatch.setitem(sys.modules, "setfit", None)
    with pytest.raises(MissingLibrary, match=r"pip install '\.\[bench\]'"):
        SetFitLearner(encoder[0], seed=3).fit(labelled(4), labelled(2), lambda metrics, step: None)


class Steady:
    """A comparator that answers with the class shares it saw."""

    name = "steady"

    def fit(self, train, validation, observe):
        observe({"seen": len(train)}, 0)
        self.shares = {
            head: np.bincount(codes, minlength=len(heads()[head])) / len(codes)
            for head, codes in gold(train).items()
        }

    def predict_proba(self, documents):
        return [
            {head: np.tile(share, (len(one.sentences), 1)) for head, share in self.shares.items()}
            for one in documents
        ]


class Noted(NullTracker):
    """A tracker that remembers the figures that it was told."""

    def __init__(self):
        self.figures = {}

    def log_metrics(self, metrics, step=None):
        self.figures |= metrics


@pytest.fixture
def params():
    return SimpleNamespace(evaluate=replace(PARAMS, resamples=20), seed=5)


@pytest.fixture
def out(tmp_path):
    """Three finished runs, the first the best, and one that was torn."""
    for number, (name, skill) in enumerate((("ensemble", 5.0), ("frozen", 0.5), ("odd", 5.0))):
        folder = tmp_path / name
        for part in trained.PARTS:
            write_predictions(made_up_table(skill, seed=number), folder / f"{part}.parquet")
        run = Run(name, 5, None if name == "ensemble" else 7.25, 1234.6, 9.5)
        (folder / trained.RUN_FILE).write_bytes(trained.TypeAdapter(Run).dump_json(run))
    (tmp_path / "plain").mkdir()
    write_predictions(made_up_table(), tmp_path / "plain" / "test.parquet")
    return tmp_path


def test_the_table_sets_every_finished_run_against_ours(out, params):
    lines = markdown(out, "ensemble", LABELS, params).splitlines()
    rows = [line.strip("| ").split(" | ") for line in lines[2:18]]
    assert [row[:3] for row in rows[:4]] == [
        ["test", "gold", "majority"],
        ["test", "gold", "frozen"],
        ["test", "gold", "ensemble"],
        ["test", "gold", "odd"],
    ]
    assert {tuple(row[:2]) for row in rows[4:]} == {
        ("test", "predicted"),
        ("validation", "gold"),
        ("validation", "predicted"),
    }
    assert all("<br>**-0." in cell for cell in rows[1][3:7])  # clearly worse than ours
    assert not any("<br>" in cell for cell in rows[2][3:7])  # ours has nothing to be set against
    assert [row[7:] for row in rows[:3]] == [["–", "–"], ["7.2", "1,235"], ["(9.5)", "1,235"]]
    assert "12 articles, 120 sentences" in lines[-1]


def test_a_table_without_ours_is_a_sentence_with_the_mend(out, params):
    with pytest.raises(NothingToCompare, match=r"no finished run 'tfidf'.*tests\.bench\.learners tfidf"):
        markdown(out, "tfidf", LABELS, params)


def test_runs_on_other_sentences_are_refused(out, params):
    write_predictions(made_up_table(labels_seed=9), out / "odd" / "test.parquet")
    with pytest.raises(ValueError, match="not tested on the same gold sentences"):
        markdown(out, "ensemble", LABELS, params)


def test_a_comparator_is_trained_on_both_views_and_judged_on_all(tmp_path, params, monkeypatch):
    noted = Noted()
    monkeypatch.setattr(trained, "comparison_tracker", lambda workspace: noted)
    articles = {name: [made(article_id=name)] for name in ("train", "validation", "test")}
    folder = tmp_path / "steady"
    folder.mkdir()
    (folder / "stale.parquet").touch()
    train(Steady(), Material(articles), SimpleNamespace(params=params), 5, folder)
    assert noted.figures["seen"] == 2
    assert {"test", "validation", "minutes", "sentences_per_second"} <= set(noted.figures)
    run = read_run(folder)
    assert (run.name, run.seed, run.clock_minutes) == ("steady", 5, None)
    assert run.minutes is not None
    for part in trained.PARTS:
        table = read_predictions(folder / f"{part}.parquet")
        assert set(table["article_id"]) == {part}
        assert set(table["condition"]) == set(CONDITIONS)
        assert (folder / f"{part}-results.json").is_file()
    assert not (folder / "stale.parquet").exists()


def test_a_folder_without_examples_is_a_sentence_with_the_mend(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"examples\.jsonl: no such examples; `dvc repro`"):
        Material.of(Workspace(tmp_path))


def test_how_long_a_bundle_was_trained_is_read_from_the_recorded_runs(tmp_path, monkeypatch):
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    recorded = TrackingParams(enabled=True, database="mlflow.db", experiment="first", model="first")
    workspace = SimpleNamespace(params=SimpleNamespace(tracking=recorded), root=tmp_path)
    assert trained._trained_in("tfidf", workspace) is None
    assert list(tmp_path.iterdir()) == []
    place_database(tmp_path)
    assert trained._trained_in("transformer", workspace) is None
    monkeypatch.setattr(trained, "LAST_LOGGED", "loss")
    assert 0 <= trained._trained_in("tfidf", workspace) < 1


@pytest.mark.parametrize("name", learners.COMPARATORS)
def test_every_comparator_can_be_named(name):
    assert learners.comparator(name, Path("nowhere"), 1).name == name


def test_a_bundle_is_named_as_a_folder_can_be():
    assert learners.named_bundle("large=some/dir")[0] == "large"
    for text in ("large", "=dir", "../x=dir", "a b=dir"):
        with pytest.raises(learners.argparse.ArgumentTypeError, match="is not NAME=DIR"):
            learners.named_bundle(text)


def test_other_seeds_stand_beside_the_usual_one(tmp_path):
    assert learners.folder_of(tmp_path, "plain", 20, usual=20) == tmp_path / "plain"
    assert learners.folder_of(tmp_path, "plain", 21, usual=20) == tmp_path / "plain-21"
