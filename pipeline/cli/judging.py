"""Commands on quality: evaluate, evaluate-attribution, compare."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from pipeline import CONFIGS, ROOT
from pipeline.cli.app import ParamsOption, app, errors
from pipeline.config import load_params


@app.command()
def compare(
    last: Annotated[int, typer.Option(min=1, help="How many runs, counted from the latest.")] = 3,
    params: ParamsOption = CONFIGS / "params.yaml",
) -> None:
    """Show the last recorded runs side by side: figures with intervals, and what was different about the runs."""
    from pipeline.evaluation.runs import NoRuns, recent_runs, show_runs
    from pipeline.tracking import database

    with errors(NoRuns):
        tracking = load_params(params).tracking
        runs = recent_runs(tracking, ROOT, last)
    show_runs(runs, database(tracking, ROOT), Console())


@app.command("evaluate-attribution")
def evaluate_attribution(
    gold: Annotated[Path, typer.Argument(metavar="GOLD", help="Attributions as they should be (.jsonl).")],
    predicted: Annotated[Path, typer.Argument(metavar="PRED", help="Attributions to score (.jsonl).")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON instead of tables.")] = False,
    # fewer draws give bounds that change with the seed
    resamples: Annotated[int, typer.Option(min=100, help="Draws of articles behind an interval.")] = 2000,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the draws.")] = 20,
) -> None:
    """Score who says what against gold: units found, sources and speakers right, by kind and quotation marks.

    Both files hold one article a line: **doc_id**, **text** and **attributions**, each with **source** and **cue**
    ([start, end] or null), **content** ([[start, end], …]), **kind** (direct, indirect, mixed), **speaker** (a
    canonical name, - for nobody), **party** and **actor_kind**. Offsets count characters of text, which must be
    the same in both files. What gold does not tell (speaker, party and actor_kind null or missing) is not judged.

    A gold unit is found when one predicted unit covers half of its characters. End to end counts the right source
    over all gold units. An article without prediction counts as missed.

    Example: `asylum-stance evaluate-attribution gold.jsonl predicted.jsonl --json`
    """
    from pipeline.corpus.attribution_files import AttributionFileError, read_attributions
    from pipeline.evaluation.attribution import score_attributions
    from pipeline.evaluation.attribution_counts import AttributionMismatch
    from pipeline.evaluation.attribution_tables import (
        attribution_figures,
        attribution_warnings,
        print_attribution_scores,
    )

    with errors(AttributionFileError, AttributionMismatch):
        scores = score_attributions(read_attributions(gold), read_attributions(predicted), resamples, seed)
    for warning in attribution_warnings(scores):
        print(f"asylum-stance: {warning}", file=sys.stderr)
    if as_json:
        print(json.dumps(attribution_figures(scores), indent=2, ensure_ascii=False))
    else:
        print_attribution_scores(scores, Console())


@app.command()
def evaluate(
    gold: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Gold: .stance, .jsonl, folders of them.")],
    bundle: Annotated[Path, typer.Option(help="Model to judge.", show_default="models/scorer")] = ROOT
    / "models"
    / "scorer",
    out: Annotated[Path | None, typer.Option(help="Folder for all figures, predictions and plots.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON instead of tables.")] = False,
    whole: Annotated[
        bool, typer.Option("--whole", help="Gold labels whole texts: sentences outside of it are spurious.")
    ] = False,
    params: ParamsOption = CONFIGS / "params.yaml",
) -> None:
    """Judge a model by your own labelled texts, as `dvc repro` judges it by the corpus.

    JSON lines hold one labelled sentence each: **doc_id**, **text** (of the whole article, once a doc_id is
    enough), **start** and **end** (characters of the sentence in it, end not included; without them the text is
    one sentence), any of **stance, pressure, role, frame**, and if known **speaker** (- for nobody), **party**,
    **kind**. What is missing or null is not judged. Metadata of the document (title, date, outlet, url, genre,
    author, government, and voice for who speaks for the whole text) may stand in any of its lines. In full:
    docs/gold-files.md

    Printed are macro-F1 with intervals over documents, classes, confusion, calibration, coverage, statements and
    slices: with gold speakers where gold tells them, with predicted ones, and from the raw text.

    Example: `asylum-stance evaluate gold.jsonl seeds/articles/a --out evaluated`
    """
    from pipeline.corpus.problems import StanceError
    from pipeline.evaluation.result_tables import print_result
    from pipeline.scoring.bundle import BundleError
    from pipeline.scoring.evaluate_gold import run

    with errors(StanceError, BundleError):
        result = run(gold, bundle, load_params(params), whole, out, Console(stderr=True))
    if as_json:
        print(json.dumps(result.to_json(), indent=2, ensure_ascii=False))
    else:
        print_result(result, Console())
