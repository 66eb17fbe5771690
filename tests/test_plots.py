"""Plot files for DVC and figures for MLflow and the report."""

import json

import pandas as pd
import pytest
from prediction_tables import PARAMS, made_up_table

from pipeline.evaluation.comparison import compare
from pipeline.evaluation.evaluate import evaluate
from pipeline.evaluation.figures import (
    PALETTE,
    confusion_figure,
    figures,
    learners_figure,
    reliability_figure,
    save_figures,
    themed,
)
from pipeline.evaluation.plots import write_plots
from pipeline.evaluation.predictions import END_TO_END, GOLD, MAIN_CONDITION
from pipeline.labels import heads


@pytest.fixture(scope="module")
def table():
    return made_up_table()


@pytest.fixture(scope="module")
def result(table):
    return evaluate(table, "transformer", PARAMS, seed=1)


def test_a_confusion_file_has_one_line_a_sentence(table, result, tmp_path):
    paths = write_plots(result, tmp_path)
    assert {path.name for path in paths} == {path.name for path in tmp_path.iterdir()}
    rows = table[table["condition"] == MAIN_CONDITION]
    for head in heads():
        lines = pd.read_csv(tmp_path / f"confusion_{head}.csv", keep_default_na=False)
        assert len(lines) == len(rows)
        assert lines["actual"].value_counts().to_dict() == rows[f"gold_{head}"].value_counts().to_dict()


def test_the_other_files_hold_the_results(result, tmp_path):
    write_plots(result, tmp_path)
    main = result.conditions[MAIN_CONDITION]
    classes = pd.read_csv(tmp_path / "per_class.csv", index_col="label")
    assert len(classes) == sum(len(labels) for labels in heads().values())
    assert classes.loc["frame: crime", "f1"] == round(main.heads["frame"].per_class[1].f1.value, 4)
    assert pd.read_csv(tmp_path / "reliability_role.csv")["sentences"].sum() == main.gold_sentences
    curve = pd.read_csv(tmp_path / "coverage_stance.csv")
    assert curve["coverage"].iloc[0] == 1.0
    assert curve["macro_f1"].iloc[0] == round(main.heads["stance"].macro_f1.value, 4)


def test_every_figure_has_a_title_axes_and_n(result):
    drawn = figures(result)
    assert len(drawn) == 1 + 3 * len(heads())
    for chart in drawn.values():
        spec = chart.to_dict()
        assert spec["title"]["text"]
        assert "n = 120" in spec["title"]["subtitle"]
        encoding = spec.get("encoding") or spec["layer"][-1]["encoding"]
        assert encoding["x"]["title"]


def cells(chart) -> list[dict]:
    (values,) = chart.to_dict()["datasets"].values()
    return values


def test_the_heat_map_holds_the_confusion_and_the_sentences_lost(result):
    head = result.conditions[END_TO_END].heads["stance"]
    drawn = cells(confusion_figure(head, "transformer", END_TO_END))
    assert len(drawn) == 16
    assert sum(cell["sentences"] for cell in drawn) == sum(map(sum, head.confusion))
    assert sum(cell["share"] for cell in drawn if cell["gold"] == "opposes") == pytest.approx(1)
    assert len(cells(confusion_figure(result.conditions[GOLD].heads["stance"], "transformer", GOLD))) == 9


def test_the_comparison_keeps_the_order_of_learners(table):
    comparison = compare({"tfidf": table, "transformer": table}, PARAMS, seed=1)
    chart = learners_figure(comparison, MAIN_CONDITION).to_dict()
    scale = chart["encoding"]["color"]["scale"]
    assert scale == {"domain": ["tfidf", "transformer"], "range": list(PALETTE[:2])}


def test_a_theme_colours_text_and_leaves_the_paper_free(result):
    head = result.conditions[MAIN_CONDITION].heads["role"]
    config = themed(reliability_figure(head, "x", MAIN_CONDITION), ink="#123456")["config"]
    assert config["background"] is None
    assert config["axis"]["labelColor"] == config["title"]["color"] == "#123456"


def test_figures_are_saved_as_png_and_svg(result, tmp_path):
    head = result.conditions[MAIN_CONDITION].heads["stance"]
    paths = save_figures({"stance": confusion_figure(head, "transformer", MAIN_CONDITION)}, tmp_path / "figures")
    png, svg = (path.read_bytes() for path in paths)
    assert png.startswith(b"\x89PNG")
    assert b"stance: gold against predicted" in svg
    assert b"http" not in svg.replace(b"http://www.w3.org/", b"")


def test_specifications_are_plain_json(result):
    for chart in figures(result).values():
        assert "NaN" not in json.dumps(themed(chart))
