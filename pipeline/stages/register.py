"""models/ → MLflow: every learner's bundle as a model that loads and serves, the scorer's as ``champion``."""

import json

from pipeline.learners import LEARNERS
from pipeline.scoring.bundle import open_bundle
from pipeline.scoring.served import served_model
from pipeline.stages.workspace import Workspace, here


def run(workspace: Workspace) -> None:
    """Log the bundles, enter the scorer's into the registry, and say so in data/registered.json.

    With tracking off only the file is written.
    """
    params = workspace.params
    champion = open_bundle(workspace.scorer)
    addresses = {}
    tracker = workspace.tracker()
    with tracker.parent(workspace.run_name):
        for name in LEARNERS:
            bundle = open_bundle(workspace.bundle(name))
            model = served_model(bundle.card, params.score.max_characters)
            with tracker.child(name):
                addresses[name] = tracker.log_bundle(bundle.folder, model, register=bundle.hash == champion.hash)
    said = {"champion": champion.hash, "learner": champion.card.learner, "models": addresses}
    path = workspace.root / "data" / "registered.json"
    path.write_text(json.dumps(said, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    run(here())
