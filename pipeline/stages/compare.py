"""Predictions of all learners → metrics/comparison.json and reports/evaluation.html: who is better, how surely."""

import json

from rich.console import Console

from pipeline.evaluation.baseline import MAJORITY, class_shares, majority_predictions
from pipeline.evaluation.behaviour.scoring import read_behaviour
from pipeline.evaluation.comparison import Comparison, compare
from pipeline.evaluation.comparison_tables import print_comparison, to_markdown
from pipeline.evaluation.errors import confident_errors
from pipeline.evaluation.predictions import MAIN_CONDITION, read_predictions
from pipeline.evaluation.results import read_results
from pipeline.learners import LEARNERS
from pipeline.learners.examples import Example
from pipeline.report.evaluation import EvaluationPage, write_report
from pipeline.report.speaker_tables import speaker_tables
from pipeline.stages.workspace import Workspace, here, read_records
from pipeline.tracking import hash_of

# Macro-F1 of one annotator against the other on 381 sentences (seeds/DATASHEET.md).
AGREEMENT = {"stance": 0.88, "pressure": 0.90, "role": 0.87, "frame": 0.82}


def run(workspace: Workspace) -> None:
    """Compare the learners, and the majority before them, on the same test articles."""
    params = workspace.params
    tables = {name: read_predictions(workspace.predictions(name)) for name in LEARNERS}
    train = workspace.parts()["train"]
    labels = [
        label
        for one in read_records(workspace.examples, Example)
        if one.labelled.article.id in train
        for label in one.labels
    ]
    majority = majority_predictions(tables[LEARNERS[0]], class_shares(labels))
    comparison = compare({MAJORITY: majority, **tables}, params.evaluate, params.seed)
    page = EvaluationPage(
        comparison,
        {name: read_results(workspace.results(name)) for name in LEARNERS},
        confident_errors(tables[LEARNERS[-1]]),
        read_behaviour(workspace.behaviour_results),
        speakers=speaker_tables(*(_figures(workspace, name) for name in ("speakers", "attribution"))),
        agreement=AGREEMENT,
        provenance={"corpus": hash_of(workspace.articles), "seed": str(params.seed)},
    )
    write_report(workspace.report, page)
    workspace.report.with_suffix(".md").write_text(to_markdown(comparison), encoding="utf-8")
    figures = _differences(comparison)
    workspace.metrics("comparison").write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    tracker = workspace.tracker()
    with tracker.parent(workspace.run_name):
        for name, result in page.results.items():  # also of a learner that DVC did not have to train again
            with tracker.child(name):
                tracker.log_params(workspace.learner_params(name))
                tracker.log_metrics(result.headline())
        tracker.log_metrics({"difference": figures})
        tracker.log_artifact(workspace.report, "report")
        tracker.log_artifact(workspace.report.with_suffix(".md"), "report")
    print_comparison(comparison, Console())


def _figures(workspace: Workspace, name: str) -> dict[str, object]:
    return json.loads(workspace.metrics(name).read_text(encoding="utf-8"))


def _differences(comparison: Comparison) -> dict[str, dict[str, dict[str, float | None]]]:
    """Learner → measure → its difference to the learner before it, under predicted speakers, with its interval."""
    return {
        later: {
            measure: {name: _rounded(getattr(item.difference, name)) for name in ("value", "low", "high")}
            for measure in comparison.measures
            if (item := comparison.difference(later, MAIN_CONDITION, measure))
        }
        for later in comparison.learners[1:]
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


if __name__ == "__main__":
    run(here())
