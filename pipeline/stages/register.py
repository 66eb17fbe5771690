"""models/scorer/ → the MLflow registry, alias ``champion``; data/registered.json says what was entered."""

import json

from pipeline.scoring.bundle import open_bundle
from pipeline.scoring.served import served_model
from pipeline.stages.workspace import Workspace, here


def run(workspace: Workspace) -> None:
    """Log the scorer as a model that MLflow loads and serves. With tracking off only the file is written."""
    bundle = open_bundle(workspace.scorer)
    params = workspace.params
    tracker = workspace.tracker()
    with tracker.parent(workspace.run_name), tracker.child(bundle.card.learner):
        model = served_model(bundle.card.heads, params.score)
        address = tracker.log_bundle(bundle.folder, model, register=True)
    said = {"bundle": bundle.hash, "learner": bundle.card.learner, "model": params.tracking.model, "uri": address}
    path = workspace.root / "data" / "registered.json"
    path.write_text(json.dumps(said, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    run(here())
