"""The whole of dvc.yaml in one process: part of the corpus, the smoke parameters, a tiny encoder for the real one.

What each figure is worth does not matter here. It matters that every stage finds what the one before it left, and
that what comes out at the end can be trusted and used.
"""

import importlib
import json
import math
import shlex
import shutil
from collections.abc import Iterator
from itertools import islice

import pandas as pd
import pyarrow.parquet as pq
import pytest
import yaml
from mlflow_database import place_database
from typer.testing import CliRunner

from pipeline import CONFIGS, ROOT
from pipeline.cli import app
from pipeline.corpus.split import Split, crossings
from pipeline.evaluation.baseline import MAJORITY
from pipeline.labels import heads
from pipeline.learners import LEARNERS
from pipeline.learners.examples import Example
from pipeline.records import LabelledArticle, statement_schema
from pipeline.scoring.bundle import open_bundle
from pipeline.stages import train
from pipeline.stages.attribution import PARTS
from pipeline.stages.workspace import Workspace, read_records
from pipeline.tracking import CHAMPION, NullTracker, connect


def commands() -> Iterator[tuple[str, list[str]]]:
    """Module and arguments of every stage, in the order of dvc.yaml; a matrix gives one a cell."""
    stages = yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
    for stage in stages.values():
        for learner in stage.get("matrix", {}).get("learner", [""]):
            python, dash, module, *arguments = shlex.split(stage["cmd"].replace("${item.learner}", learner))
            assert (python, dash) == ("python", "-m")
            yield module, arguments


@pytest.fixture(scope="module")
def workspace(tmp_path_factory, encoder):
    """A checkout in which every stage has run, tracked in a database of its own."""
    root = tmp_path_factory.mktemp("checkout")
    shutil.copytree(CONFIGS, root / "configs")
    shutil.copytree(ROOT / "seeds" / "articles" / "a", root / "seeds" / "articles" / "a")
    shutil.copytree(ROOT / "seeds" / "behaviour", root / "seeds" / "behaviour")
    (root / "seeds" / "attributions").mkdir()
    for part in PARTS:
        with (ROOT / "seeds" / "attributions" / f"{part}.jsonl").open(encoding="utf-8") as file:
            first = "".join(islice(file, 3))
        (root / "seeds" / "attributions" / f"{part}.jsonl").write_text(first, encoding="utf-8")
    shutil.copy(ROOT / "dvc.yaml", root)
    params = yaml.safe_load((CONFIGS / "smoke.yaml").read_text(encoding="utf-8"))
    params["transformer"] |= {"backbone": str(encoder[0]), "sha256": encoder[1], "threads": 1}
    params["tracking"]["enabled"] = True
    (root / "configs" / "params.yaml").write_text(yaml.safe_dump(params), encoding="utf-8")
    place_database(root)
    made = Workspace(root)
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        patch.chdir(root)  # as DVC starts stages
        for module, arguments in commands():
            importlib.import_module(module).run(made, *arguments)
    return made


@pytest.fixture(scope="module")
def scored(workspace, tmp_path_factory):
    """Two results of scoring the samples with the exported bundle."""
    folders = [tmp_path_factory.mktemp("scored") / "result" for _ in range(2)]
    for folder in folders:
        paths = [str(ROOT / "seeds" / "samples"), "-o", str(folder), "--bundle", str(workspace.scorer)]
        done = CliRunner().invoke(app, ["score", *paths])
        assert done.exit_code == 0, done.output
    return folders


def test_every_stage_wrote_what_dvc_expects(workspace):
    stages = yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
    for name, stage in stages.items():
        outs = [*stage.get("outs", []), *stage.get("metrics", []), *stage.get("plots", [])]
        for out in (next(iter(one)) if isinstance(one, dict) else one for one in outs):
            for learner in stage.get("matrix", {}).get("learner", [""]):
                path = workspace.root / out.replace("${item.learner}", learner)
                assert path.exists(), f"{name} did not write {out}"
                assert not path.is_dir() or any(path.iterdir()), f"{name} left {out} empty"


def test_plots_of_dvc_name_columns_that_exist(workspace):
    for plot in yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))["plots"]:
        (definition,) = plot.values()
        for path, columns in definition["y"].items():
            held = set(pd.read_csv(workspace.root / path, nrows=1).columns)
            named = [columns] if isinstance(columns, str) else columns
            assert {definition["x"], *named} <= held, path


def test_no_half_written_file_is_left(workspace):
    assert [path for path in workspace.root.rglob("*") if path.suffix in (".part", ".tmp")] == []


def test_nothing_crosses_the_split(workspace):
    articles = read_records(workspace.corpus, LabelledArticle)
    split = Split(**{part: tuple(sorted(ids)) for part, ids in workspace.parts().items()})
    assert crossings(split, articles, workspace.params.split) == []
    assert sorted(split.part_of()) == sorted(one.article.id for one in articles)
    assert all(split.parts().values())


def test_examples_keep_the_offsets(workspace):
    examples = read_records(workspace.examples, Example)
    assert len(examples) == len(read_records(workspace.corpus, LabelledArticle))
    for one in examples:
        for document in (one.gold, one.attributed, one.raw):
            text = document.article.text
            assert all(sentence.span.of(text) == sentence.text for sentence in document.sentences)
        assert len(one.partner) == len(one.raw.sentences)
        met = [partner for partner in one.partner if partner is not None]
        assert len(set(met)) == len(met)


@pytest.mark.parametrize("name", [*LEARNERS, "scorer"])
def test_bundles_open(workspace, name):
    card = open_bundle(workspace.bundle(name)).card
    assert card.heads == heads()
    assert card.params["seed"] == workspace.params.seed
    if name != "scorer":
        assert card.learner == name


def test_no_file_of_ours_names_a_folder_of_this_machine(workspace):
    """Bundles and reports travel, and two checkouts must give the same bytes."""
    for folder in ("models", "metrics", "reports", "data/results", "plots"):
        for path in (workspace.root / folder).rglob("*"):
            if path.is_file():
                assert str(workspace.root).encode() not in path.read_bytes(), path


def test_the_scorer_is_the_bundle_that_validated_best(workspace):
    means = {name: json.loads(workspace.metrics(f"validation-{name}").read_text())["mean"] for name in LEARNERS}
    best = max(means, key=means.__getitem__)
    assert open_bundle(workspace.scorer).hash == open_bundle(workspace.bundle(best)).hash


def test_the_model_card_tells_of_the_scorer(workspace):
    card = (workspace.root / "models" / "MODEL_CARD.md").read_text(encoding="utf-8")
    scorer = open_bundle(workspace.scorer)
    assert f"| bundle | `{scorer.hash}`" in card
    assert f"| {scorer.card.learner} (chosen) |" in card
    assert "must not be inferred from this model beyond the text at hand" in card


def figures(content: object) -> Iterator[float]:
    """The fractions of a metrics file; whole numbers in it are counts."""
    if isinstance(content, dict):
        for value in content.values():
            yield from figures(value)
    elif isinstance(content, float):
        yield content


@pytest.mark.parametrize("name", [*(f"validation-{name}" for name in LEARNERS), *LEARNERS])
def test_metrics_are_shares(workspace, name):
    found = list(figures(json.loads(workspace.metrics(name).read_text(encoding="utf-8"))))
    assert found
    assert all(math.isfinite(figure) and 0 <= figure <= 1 for figure in found)


def test_speakers_are_scored_beside_the_baseline(workspace):
    for part in json.loads(workspace.metrics("speakers").read_text(encoding="utf-8")).values():
        for system in ("chosen", "baseline", "raw", "bare"):
            low, high = part[system]["accuracy_interval"]
            assert 0 <= low <= part[system]["accuracy"] <= high <= 1
        gain = part["chosen"]["accuracy"] - part["baseline"]["accuracy"]
        assert part["gain"]["accuracy"] == pytest.approx(gain, abs=2e-4)
        assert sum(one["sentences"] for one in part["by_genre"].values()) == part["sentences"]


def test_attributions_are_scored_beside_the_baseline(workspace):
    scored = json.loads(workspace.metrics("attribution").read_text(encoding="utf-8"))
    assert set(scored) == set(PARTS)
    for systems in scored.values():
        value, low, high = systems["chosen"]["all"]["end_to_end"]
        assert 0 <= low <= value <= high <= 1
        assert value > systems["baseline"]["all"]["end_to_end"][0], "the parse finds more than the order of words"


def test_differences_are_differences_of_shares(workspace):
    found = list(figures(json.loads(workspace.metrics("comparison").read_text(encoding="utf-8"))))
    assert found
    assert all(-1 <= figure <= 1 for figure in found)


def test_the_report_shows_both_learners(workspace):
    page = workspace.report.read_text(encoding="utf-8")
    assert page.lstrip().lower().startswith("<!doctype html")
    assert all(name in page for name in (*LEARNERS, MAJORITY))
    summary = workspace.report.with_suffix(".md").read_text(encoding="utf-8")
    assert all(name in summary for name in LEARNERS)


def test_the_champion_answers_as_the_scorer(workspace):
    """Found by its alias alone, with offsets that hold in the text that was sent."""
    mlflow = connect(workspace.params.tracking, workspace.root)
    model = mlflow.pyfunc.load_model(f"models:/{workspace.params.tracking.model}@{CHAMPION}")
    text = "The plan goes to a vote on Monday. “It is a cruel rule,” said Ilse Marwood of Harbour Lights."
    answered = model.predict([{"text": text, "id": "a", "date": "2025-11-24"}])
    assert list(answered.columns) == statement_schema(heads()).names
    assert [text[row.start : row.end] for row in answered.itertuples()] == list(answered["text"])
    assert set(answered["model"]) == {open_bundle(workspace.scorer).hash}
    said = json.loads((workspace.root / "data" / "registered.json").read_text(encoding="utf-8"))
    assert said["champion"] == open_bundle(workspace.scorer).hash
    assert all(mlflow.pyfunc.load_model(address) for address in said["models"].values())
    assert sorted(said["models"]) == sorted(LEARNERS)


def test_one_run_with_a_child_for_each_learner_was_recorded(workspace):
    mlflow = connect(workspace.params.tracking, workspace.root)
    runs = mlflow.search_runs(experiment_names=[workspace.params.tracking.experiment])
    parents = runs[runs["tags.mlflow.parentRunId"].isna()]
    assert len(parents) == 1, "stages of one run did not meet in one parent"
    children = runs[runs["tags.mlflow.parentRunId"] == parents.iloc[0]["run_id"]]
    assert sorted(children["tags.asylum.learner"]) == sorted(LEARNERS)
    assert set(runs["status"]) == {"FINISHED"}


def test_asylum_stance_compare_shows_the_run(workspace, monkeypatch):
    monkeypatch.setattr("pipeline.cli.judging.ROOT", workspace.root)
    monkeypatch.setenv("COLUMNS", "200")
    done = CliRunner().invoke(app, ["compare", "--params", str(workspace.configs / "params.yaml")])
    assert done.exit_code == 0, done.output
    assert all(name in done.output for name in LEARNERS)


def test_every_sentence_of_the_samples_has_a_row_with_true_offsets(scored):
    statements = pq.read_table(scored[0] / "statements.parquet").to_pandas()
    articles = pq.read_table(scored[0] / "articles.parquet").to_pandas().set_index("article_id")
    assert len(articles) >= 5
    assert dict(statements.groupby("article_id").size()) == dict(articles["n_sentences"])
    for row in statements.itertuples():
        assert articles.loc[row.article_id, "text"][row.start : row.end] == row.text
    for head, classes in heads().items():
        assert set(statements[head]) <= set(classes)
        assert (statements[[f"p_{head}_{label}" for label in classes]].sum(axis=1) - 1).abs().max() < 1e-4


def test_scoring_twice_gives_the_same_bytes(scored):
    first, second = scored
    for name in ("statements", "articles", "rejects"):
        assert (first / f"{name}.parquet").read_bytes() == (second / f"{name}.parquet").read_bytes(), name


@pytest.mark.parametrize("learner", LEARNERS)
def test_training_anew_gives_the_same_bundle(workspace, learner, monkeypatch):
    """One seed, one machine, one result: to the last bit of every weight."""
    before = open_bundle(workspace.bundle(learner)).card.files
    monkeypatch.setattr(Workspace, "tracker", lambda self: NullTracker())
    monkeypatch.chdir(workspace.root)
    train.run(workspace, learner)
    assert open_bundle(workspace.bundle(learner)).card.files == before
