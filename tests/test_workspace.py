"""Records in files come back as they were, and files appear whole or not at all."""

import datetime as dt
import json

import pytest
import yaml
from pydantic import ValidationError
from toy_documents import CRITIC, MINISTER, document

from pipeline import CONFIGS, ROOT
from pipeline.config import ConfigError
from pipeline.learners import LEARNERS
from pipeline.records import NOBODY, Article, Document
from pipeline.stages import export
from pipeline.stages.workspace import Workspace, here, read_records, write_records
from pipeline.tracking import Tracker

ODD = "Line one\nLine two\r\u2028 tab\t “quoted” ¶ \U0001f6f6 \\n"


def test_documents_come_back_as_they_were(tmp_path):
    whole = document([ODD, "Two.", ""], [MINISTER, NOBODY, CRITIC], headline=ODD)
    dated = Document(Article("b", "", date=dt.date(2025, 11, 24)), (), (), ())
    path = tmp_path / "new" / "documents.jsonl"
    write_records(path, [whole, dated], Document)
    assert read_records(path, Document) == [whole, dated]
    assert path.read_bytes().count(b"\n") == 2


def test_no_records_make_an_empty_file(tmp_path):
    write_records(tmp_path / "none.jsonl", [], Article)
    assert read_records(tmp_path / "none.jsonl", Article) == []


def test_a_run_that_fails_leaves_the_earlier_file(tmp_path):
    path = tmp_path / "articles.jsonl"
    write_records(path, [Article("a", "First.")], Article)

    def failing():
        yield Article("b", "Second.")
        raise RuntimeError("killed")

    with pytest.raises(RuntimeError):
        write_records(path, failing(), Article)
    assert read_records(path, Article) == [Article("a", "First.")]


@pytest.mark.parametrize("line", ["{", '{"id": "a"}', '{"id": "a", "text": 3}', '{"id": 1, "text": ""}'])
def test_what_was_not_written_by_us_is_refused(tmp_path, line):
    (tmp_path / "articles.jsonl").write_text(line + "\n", encoding="utf-8")
    with pytest.raises(ValidationError):
        read_records(tmp_path / "articles.jsonl", Article)


def test_a_missing_file_is_not_an_empty_one(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_records(tmp_path / "nowhere.jsonl", Article)


def test_every_place_lies_below_the_root(tmp_path):
    (tmp_path / "configs").mkdir()
    (tmp_path / "configs" / "params.yaml").write_bytes((CONFIGS / "params.yaml").read_bytes())
    workspace = Workspace(tmp_path)
    fixed = [workspace.articles, workspace.corpus, workspace.split, workspace.examples, workspace.backbone]
    fixed += [workspace.scorer, workspace.report, workspace.configs]
    fixed += [workspace.behaviour, workspace.behaviour_results]
    named = [workspace.bundle, workspace.predictions, workspace.metrics, workspace.results, workspace.training]
    named += [workspace.plots, workspace.figures]
    places = [*fixed, *(place(name) for place in named for name in ("tfidf", "transformer"))]
    assert len(set(places)) == len(places)
    assert all(place.is_relative_to(tmp_path) for place in places)
    assert not [place for place in places[:5] if place.exists()], "naming a place made it"


def test_tracking_is_off_where_the_parameters_say_so(tmp_path):
    content = yaml.safe_load((CONFIGS / "smoke.yaml").read_text(encoding="utf-8"))
    content["tracking"]["enabled"] = False
    (tmp_path / "configs").mkdir()
    (tmp_path / "configs" / "params.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")
    tracker = Workspace(tmp_path).tracker()
    assert isinstance(tracker, Tracker)
    with tracker.parent("repro"), tracker.child("tfidf"):
        tracker.log_metrics({"f1": 0.5})
    assert [path.name for path in tmp_path.iterdir()] == ["configs"]


def test_a_checkout_without_parameters_is_a_sentence(tmp_path):
    with pytest.raises(ConfigError, match="no such parameter file"):
        Workspace(tmp_path).articles  # noqa: B018


def test_here_is_where_dvc_started_the_stage(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert here().root == tmp_path
    assert here().root != ROOT


@pytest.mark.parametrize("best", LEARNERS)
def test_validation_alone_chooses_the_learner(tmp_path, best):
    workspace = Workspace(tmp_path)
    (tmp_path / "metrics").mkdir()
    for name in LEARNERS:
        mean = 0.7 if name == best else 0.6
        workspace.metrics(f"validation-{name}").write_text(json.dumps({"mean": mean}))
        workspace.metrics(name).write_text(json.dumps({"mean": 1 - mean}))  # what test says must not count
    assert export.best_learner(workspace) == best


def test_of_equals_the_plainer_learner_scores(tmp_path):
    workspace = Workspace(tmp_path)
    (tmp_path / "metrics").mkdir()
    for name in LEARNERS:
        workspace.metrics(f"validation-{name}").write_text('{"mean": 0.5}')
    assert export.best_learner(workspace) == "tfidf"
