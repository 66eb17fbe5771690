"""An MLflow database made once for all tests: its hundred tables take MLflow seconds."""

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

CODE = """
from pathlib import Path
from pipeline.config import TrackingParams as Params
from pipeline.tracking import tracker
made = tracker(Params(enabled=True, database="mlflow.db", experiment="first", model="first"), Path({root!r}))
with made.parent("repro"), made.child("tfidf"):
    made.log_metrics({{"loss": 1.0}})
"""


@cache
def recorded() -> tuple[Path, str]:
    """A database that a process of its own made, as a stage does, and everything which that process said."""
    root = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    done = subprocess.run(
        [sys.executable, "-c", CODE.format(root=str(root))],
        cwd=Path(__file__).parents[1],
        env={name: value for name, value in os.environ.items() if name != "MLFLOW_TRACKING_URI"},
        capture_output=True,
        text=True,
        check=True,
    )
    return root / "mlflow.db", done.stdout + done.stderr


def place_database(root: Path) -> None:
    """Put a copy into a folder; it holds one run, of an experiment called "first"."""
    shutil.copyfile(recorded()[0], root / "mlflow.db")
