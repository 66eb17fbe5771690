"""models/scorer/: the bundle that scores by default, that of the learner which validated best."""

import json
import shutil

from pipeline.learners import LEARNERS
from pipeline.scoring.bundle import open_bundle
from pipeline.stages.workspace import Workspace, here


def best_learner(workspace: Workspace) -> str:
    """The learner with the highest mean macro-F1 on validation; the test articles have no say."""
    means = {
        name: json.loads(workspace.metrics(f"validation-{name}").read_text(encoding="utf-8"))["mean"]
        for name in LEARNERS
    }
    return max(means, key=means.__getitem__)


def run(workspace: Workspace) -> None:
    """Copy the best learner's bundle as it was sealed. Raises ``BundleError`` if it is not."""
    source = workspace.bundle(best_learner(workspace))
    shutil.rmtree(workspace.scorer, ignore_errors=True)
    shutil.copytree(source, workspace.scorer)
    open_bundle(workspace.scorer)


if __name__ == "__main__":
    run(here())
