"""A served model of the little world: its bundle with the project's own text path, logged as the stage logs it."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
import toy_learners
from mlflow_database import place_database

from pipeline.config import TrackingParams
from pipeline.scoring.served import served_model
from pipeline.tracking import connect, tracker

PARAMS = TrackingParams(enabled=True, database="mlflow.db", experiment="trial", model="trial")
MAX_CHARACTERS = 20_000


@dataclass(frozen=True)
class Served:
    """A bundle, and the folder of the model that MLflow made of it, copied out of the store."""

    bundle: Path
    model: Path


def logged(root: Path) -> Served:
    """Fit, seal and log a TF-IDF bundle below an empty folder."""
    place_database(root)
    bundle = toy_learners.bundle(root / "bundle", toy_learners.tfidf(), neighbours=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        record = tracker(PARAMS, root)
        with record.parent("repro"):
            uri = record.log_bundle(bundle.folder, served_model(bundle.card, MAX_CHARACTERS))
        stored = connect(PARAMS, root).artifacts.download_artifacts(uri)
    return Served(bundle.folder, Path(shutil.copytree(stored, root / "elsewhere" / "model")))
