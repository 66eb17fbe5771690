"""models/<learner>/ on the test articles → metrics/<learner>.json, plots, figures; everything in data/results/."""

import shutil
import sys
from collections.abc import Sequence

from pipeline.evaluation.evaluate import evaluate
from pipeline.evaluation.figures import figures, save_figures
from pipeline.evaluation.plots import write_plots
from pipeline.evaluation.predictions import write_predictions
from pipeline.evaluation.results import write_results
from pipeline.evaluation.tables import predictions_table
from pipeline.learners import load_learner
from pipeline.learners.contract import Probabilities
from pipeline.learners.examples import Example
from pipeline.records import Document
from pipeline.scoring.bundle import calibrated, open_bundle
from pipeline.stages.workspace import Workspace, here, read_records


def run(workspace: Workspace, name: str) -> None:
    """Evaluate the bundle of the learner ``name``. Raises ``BundleError`` if it is not as it was sealed."""
    bundle = open_bundle(workspace.bundle(name))
    learner = load_learner(bundle.folder)
    test = workspace.parts()["test"]
    examples = [one for one in read_records(workspace.examples, Example) if one.labelled.article.id in test]

    def predict(documents: Sequence[Document]) -> list[Probabilities]:
        return [calibrated(raw, bundle.card) for raw in learner.predict_proba(documents)]

    table = predictions_table(examples, predict)
    params = workspace.params
    result = evaluate(table, name, params.evaluate, params.seed, bundle.card.threshold)
    write_predictions(table, workspace.predictions(name))
    write_results(result, workspace.metrics(name), workspace.results(name))
    for folder in (workspace.plots(name), workspace.figures(name)):
        shutil.rmtree(folder, ignore_errors=True)
    write_plots(result, workspace.plots(name))
    drawn = save_figures(figures(result), workspace.figures(name))
    tracker = workspace.tracker()
    with tracker.parent(workspace.run_name), tracker.child(name):
        tracker.log_metrics(result.by_class())
        tracker.log_artifact(workspace.results(name), "results")
        for path in drawn:
            tracker.log_artifact(path, "figures")


if __name__ == "__main__":
    run(here(), sys.argv[1])
