"""The comparison of runs: recorded by the tracker, read back, and shown with the differences that matter."""

import io
import re

import pytest
from mlflow_database import place_database
from rich.console import Console

from pipeline.config import TrackingParams
from pipeline.evaluation.runs import NoRuns, recent_runs, show_runs
from pipeline.tracking import database, tracker

PARAMS = TrackingParams(enabled=True, database="mlflow.db", experiment="trial", model="trial")
INPUTS = {"params": "params.yaml", "corpus": "corpus.txt"}


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """Three runs: two of one corpus with another parameter, the last of another corpus and without tfidf."""
    root = tmp_path_factory.mktemp("root")
    place_database(root)
    with pytest.MonkeyPatch.context() as patch:
        for name in ("MLFLOW_TRACKING_URI", "DVC_EXP_NAME", "DVC_STAGE"):
            patch.delenv(name, raising=False)
        (root / "corpus.txt").write_text("one")
        record(root, epochs=1, tfidf=0.70, transformer=0.60)
        record(root, epochs=3, tfidf=0.70, transformer=0.80)
        (root / "corpus.txt").write_text("two")
        record(root, epochs=3, tfidf=None, transformer=0.75)
        yield root


def record(root, epochs, **stance):
    (root / "params.yaml").write_text(f"epochs: {epochs}")
    made = tracker(PARAMS, root, INPUTS)
    with made.parent(f"epochs-{epochs}"):
        made.log_params({"transformer": {"epochs": epochs}, "seed": 20})
        for learner, value in stance.items():
            if value is not None:
                with made.child(learner):
                    made.log_params({"grid": [1, 2]})
                    interval = {"value": value, "low": value - 0.05, "high": value + 0.05}
                    made.log_metrics({"predicted-speakers": {"stance": interval}, "gold": {"stance": 0.99}})


def screen(root, limit=3, width=140):
    console = Console(file=io.StringIO(), width=width)
    show_runs(recent_runs(PARAMS, root, limit), database(PARAMS, root), console)
    return console.file.getvalue()


def line(text, *words):
    return next(found for found in text.splitlines() if all(word in found for word in words))


def test_runs_come_oldest_first_with_their_childrens_figures(root):
    runs = recent_runs(PARAMS, root, 10)
    assert [run.params["transformer.epochs"] for run in runs] == ["1", "3", "3"]
    assert [sorted(run.figures) for run in runs] == [["tfidf", "transformer"]] * 2 + [["transformer"]]
    stance = runs[1].figures["transformer"]["stance"]
    assert (stance.value, stance.low, stance.high) == pytest.approx((0.80, 0.75, 0.85))
    assert list(runs[1].figures["transformer"]) == ["stance"], "figures with gold speakers are not the headline"


def test_the_limit_keeps_the_latest(root):
    assert [run.figures["transformer"]["stance"].value for run in recent_runs(PARAMS, root, 2)] == [0.80, 0.75]


def test_figures_stand_side_by_side_with_intervals(root):
    row = line(screen(root), "transformer", "stance")
    assert re.findall(r"[▲▼]? ?0\.\d+ \(0\.\d+–0\.\d+\)", row) == [
        " 0.600 (0.550–0.650)",
        "▲ 0.800 (0.750–0.850)",
        " 0.750 (0.700–0.800)",
    ]


def test_a_learner_that_did_not_run_is_a_dash(root):
    assert line(screen(root), "tfidf", "stance").rstrip(" │").endswith("–")


def test_only_the_best_is_bold(root):
    console = Console(file=io.StringIO(), width=140, force_terminal=True, color_system="standard")
    show_runs(recent_runs(PARAMS, root, 3), "sqlite:///x.db", console)
    bold = re.findall(r"\x1b\[1m[▲▼ ]*(0\.\d+)", console.file.getvalue())
    assert bold == ["0.800"]


def test_only_what_differs_is_listed(root):
    text = screen(root, limit=2)
    differing = text[text.index("differs") :]
    assert "corpus" in differing
    assert "seed" not in differing
    assert "epochs" not in differing, "both of the last two ran three epochs"
    assert re.search(r"transformer\.epochs\W+1\W+3\W+3", screen(root))


def test_another_corpus_is_said_aloud(root):
    assert "The corpus differs" in screen(root)
    assert "The corpus differs" not in screen(root, limit=1)


def test_the_command_that_opens_them_stays_on_one_line(root):
    assert f"mlflow ui --backend-store-uri sqlite:///{root}/mlflow.db" in screen(root, width=60)


def test_no_database_is_told_and_none_is_made(tmp_path, monkeypatch):
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    with pytest.raises(NoRuns, match="dvc repro"):
        recent_runs(PARAMS, tmp_path, 3)
    assert list(tmp_path.iterdir()) == []


def test_an_experiment_without_runs_is_told(root):
    other = TrackingParams(enabled=True, database="mlflow.db", experiment="empty", model="trial")
    with pytest.raises(NoRuns, match="no runs in"):
        recent_runs(other, root, 3)
