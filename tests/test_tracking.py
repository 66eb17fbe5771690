"""Tracking: stages that are separate processes meet in one parent, and nothing is logged where it is off."""

import logging
import subprocess

import pytest
from mlflow_database import place_database, recorded

from pipeline.config import TrackingParams
from pipeline.tracking import LEARNER, NullTracker, connect, database, flatten, hash_of, provenance, tracker

INPUTS = {"params": "params.yaml", "corpus": "corpus"}


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A small project with a commit, outside any DVC run."""
    place_database(tmp_path)
    for name in ("DVC_STAGE", "DVC_EXP_NAME", "DVC_EXP_BASELINE_REV", "MLFLOW_TRACKING_URI"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / ".gitignore").write_text("mlflow.db*\n")
    (tmp_path / "params.yaml").write_text("seed: 20\n")
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "a.stance").write_text("one\n")
    git = ["git", "-C", str(tmp_path), "-c", "user.name=t", "-c", "user.email=t@example.org"]
    for command in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "first"]):
        subprocess.run([*git, *command], check=True, capture_output=True)
    return tmp_path


def params(enabled=True):
    return TrackingParams(enabled=enabled, database="mlflow.db", experiment="trial", model="trial")


def runs(root):
    found = connect(params(), root).search_runs(experiment_names=["trial"], output_format="list")
    return {run.info.run_name: run for run in found}


def test_off_means_nothing_is_written(root):
    (root / "mlflow.db").unlink()
    silent = tracker(params(enabled=False), root)
    assert isinstance(silent, NullTracker)
    with silent.parent("repro"), silent.child("tfidf"):
        silent.log_params({"a": 1})
        silent.log_metrics({"b": 2.0}, step=1)
        silent.log_artifact(root / "absent.png")
        assert silent.log_bundle(root, None) is None
    assert not (root / "mlflow.db").exists()


def test_flatten_joins_names_and_keeps_intervals_plain():
    nested = {
        "stance": {"macro_f1": {"value": 0.7, "low": 0.6, "high": None}},
        "grid": [0.3, 1.0],
        "value": 3,
        "a+b@c": 1,
    }
    assert flatten(nested) == {
        "stance.macro_f1": 0.7,
        "stance.macro_f1.low": 0.6,
        "stance.macro_f1.high": None,
        "grid": "0.3, 1.0",
        "value": 3,
        "a_b_c": 1,
    }


def test_stages_meet_in_one_parent_and_one_child_a_learner(root):
    """Two trackers stand for the two processes that train and evaluate."""
    first = tracker(params(), root, INPUTS)
    with first.parent("repro"), first.child("tfidf", fresh=True):
        first.log_params({"tfidf": {"c": 1.0}})
        for epoch in (1, 2):
            first.log_metrics({"loss": 1.0 / epoch}, step=epoch)
    second = tracker(params(), root, INPUTS)
    with second.parent("repro"), second.child("tfidf"):
        second.log_metrics({"stance": {"macro_f1": {"value": 0.7, "low": 0.6, "high": None}}})
    with second.parent("repro"), second.child("transformer"):
        second.log_metrics({"loss": 0.1})
    found = runs(root)
    assert sorted(found) == ["repro", "tfidf", "transformer"]
    tfidf = found["tfidf"]
    assert tfidf.data.tags["mlflow.parentRunId"] == found["repro"].info.run_id
    assert tfidf.data.tags[LEARNER] == "tfidf"
    assert tfidf.data.params == {"tfidf.c": "1.0"}
    assert tfidf.data.metrics == {"loss": 0.5, "stance.macro_f1": 0.7, "stance.macro_f1.low": 0.6}
    history = connect(params(), root).MlflowClient().get_metric_history(tfidf.info.run_id, "loss")
    assert [(point.step, point.value) for point in history] == [(1, 1.0), (2, 0.5)]


def test_training_again_starts_a_fresh_child(root):
    made = tracker(params(), root, INPUTS)
    for loss in (1.0, 2.0):
        with made.parent("repro"), made.child("tfidf", fresh=True):
            made.log_metrics({"loss": loss}, step=1)
    with made.parent("repro"), made.child("tfidf"):
        made.log_metrics({"f1": 0.5})
    children = connect(params(), root).search_runs(
        experiment_names=["trial"], filter_string="run_name = 'tfidf'", output_format="list"
    )
    assert [run.data.metrics for run in children] == [{"loss": 2.0, "f1": 0.5}, {"loss": 1.0}]


@pytest.mark.parametrize("change", ["params", "corpus", "experiment"])
def test_what_decides_the_result_starts_another_parent(root, monkeypatch, change):
    before = provenance(root, INPUTS)
    if change == "params":
        (root / "params.yaml").write_text("seed: 21\n")
    if change == "corpus":
        (root / "corpus" / "b.stance").write_text("two\n")
    if change == "experiment":
        monkeypatch.setenv("DVC_EXP_NAME", "brisk-otter")
    after = provenance(root, INPUTS)
    assert after.key != before.key
    assert after.tags != before.tags


def test_a_later_stage_of_the_same_run_has_the_same_key(root, monkeypatch):
    before = provenance(root, INPUTS).key
    monkeypatch.setenv("DVC_STAGE", "evaluate@tfidf")
    (root / "metrics.json").write_text("{}")
    assert provenance(root, INPUTS).key == before


def test_tags_tie_a_run_to_git_dvc_and_the_corpus(root, monkeypatch):
    monkeypatch.setenv("DVC_STAGE", "train@tfidf")
    monkeypatch.setenv("DVC_EXP_NAME", "brisk-otter")
    monkeypatch.setenv("DVC_EXP_BASELINE_REV", "0123abc")
    made = tracker(params(), root, INPUTS)
    with made.parent("repro"):
        pass
    tags = runs(root)["repro"].data.tags
    commit = subprocess.run(["git", "-C", root, "rev-parse", "HEAD"], capture_output=True, text=True, check=True)
    assert tags["git_commit"] == commit.stdout.strip()
    assert tags["git_dirty"] == "false"
    assert tags["corpus_sha256"] == hash_of(root / "corpus")
    assert tags["dvc_stage.train_tfidf"] == "ran"
    assert (tags["DVC_EXP_NAME"], tags["DVC_EXP_BASELINE_REV"]) == ("brisk-otter", "0123abc")


def test_changed_code_is_called_dirty(root):
    (root / "dvc.yaml").write_text("stages: {}\n")
    assert provenance(root, INPUTS).tags["git_dirty"] == "true"


def test_without_git_the_commit_is_left_out(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert "git_commit" not in provenance(tmp_path, INPUTS).tags


def test_a_failing_stage_leaves_a_failed_run_and_its_error(root):
    made = tracker(params(), root, INPUTS)
    with pytest.raises(ZeroDivisionError), made.parent("repro"), made.child("tfidf"):
        _ = 1 / 0
    assert {run.info.status for run in runs(root).values()} == {"FAILED"}


def test_artifacts_lie_below_mlruns(root):
    (root / "figures").mkdir()
    (root / "figures" / "curve.svg").write_text("<svg/>")
    made = tracker(params(), root, INPUTS)
    with made.parent("repro"):
        made.log_artifact(root / "params.yaml")
        made.log_artifact(root / "figures", "figures")
    stored = {path.name for path in (root / "mlruns").rglob("*") if path.is_file()}
    assert stored == {"params.yaml", "curve.svg"}


def test_a_parameter_that_changed_is_a_warning_not_a_crash(root, caplog):
    made = tracker(params(), root, INPUTS)
    with made.parent("repro"), caplog.at_level(logging.WARNING):
        made.log_params({"c": 1})
        made.log_params({"c": 2, "d": 3})
    assert "MLflow keeps c = 1" in caplog.text
    assert runs(root)["repro"].data.params == {"c": "1", "d": "3"}


def test_a_child_needs_its_parent(root):
    with pytest.raises(RuntimeError, match="needs its parent"), tracker(params(), root, INPUTS).child("tfidf"):
        pass


def test_one_database_does_not_become_the_next_ones(root, tmp_path):
    """MLflow puts its address into the environment, where it would look like a team's server."""
    tracker(params(), root, INPUTS)
    assert database(params(), tmp_path / "other") == f"sqlite:///{tmp_path}/other/mlflow.db"


def test_a_teams_server_takes_the_place_of_the_file(root, monkeypatch):
    assert database(params(), root) == f"sqlite:///{root}/mlflow.db"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://mlflow.example.org")
    assert database(params(), root) == "http://mlflow.example.org"


def test_mlflow_does_not_talk():
    """No tables created, no migrations, no telemetry on the screen."""
    assert recorded()[1] == ""
