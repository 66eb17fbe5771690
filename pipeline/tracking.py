"""MLflow as an observer: files are the truth, MLflow records them. The only module that logs to MLflow.

The stages of one ``dvc repro`` are processes of their own. They meet in one parent run by a key made of what
decides the result (commit, parameters, pipeline, corpus, experiment), and in one child run a learner.
``MLFLOW_TRACKING_URI``, where set, takes the place of the local database: a team's server.
"""

import hashlib
import io
import logging
import os
import re
import subprocess
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, redirect_stderr
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pandas as pd
import pyarrow as pa

from pipeline import ROOT
from pipeline.config import TrackingParams

KEY, LEARNER, PARENT = "asylum.key", "asylum.learner", "mlflow.parentRunId"
# What besides the code decides a result; each is hashed into a tag of its name and into the key.
INPUTS = {"params": "configs/params.yaml", "pipeline": "dvc.yaml", "corpus": "seeds/articles"}
CODE = ("pipeline", "configs", "dvc.yaml", "pyproject.toml", "seeds")
CHAMPION = "champion"
SERVER = "MLFLOW_TRACKING_URI"
QUIET = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DO_NOT_TRACK": "true",
    "MLFLOW_LOGGING_LEVEL": "ERROR",  # below it: table migrations, hints on type hints and schemas
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "GIT_PYTHON_REFRESH": "quiet",
}
# The Arrow types of a statement in MLflow's words.
MLFLOW_TYPES = {"string": "string", "date32[day]": "string", "int32": "long", "float": "float", "bool": "boolean"}

Value = str | int | float | bool | None
Nested = Mapping[str, "Value | Sequence[Value] | Nested"]
log = logging.getLogger(__name__)


class Tracker:
    """What stages may tell. This one takes everything and keeps nothing; ``MlflowTracker`` keeps it.

    Logging goes to the innermost run that is open.
    """

    def parent(self, name: str) -> AbstractContextManager[None]:
        """Open the run of this ``dvc repro`` or experiment: found by its key, or created under this name."""
        return nullcontext()

    def child(self, name: str, fresh: bool = False) -> AbstractContextManager[None]:
        """Open the run of a learner below the open parent; ``fresh`` starts it anew (a stage that trains)."""
        return nullcontext()

    def log_params(self, params: Nested) -> None:
        """Record parameters, nested names joined with full stops. The first value of a run stays for good."""

    def log_metrics(self, metrics: Nested, step: int | None = None) -> None:
        """Record numbers, named as ``flatten`` says. What is no number (an interval that could not be had) is
        left out."""

    def log_artifact(self, path: Path, folder: str | None = None) -> None:
        """Record a file or a folder, such as a figure, in ``folder`` of the run's artifacts."""

    def log_bundle(self, bundle: Path, model: "ServedModel", register: bool = False) -> str | None:
        """Record a bundle as a model that MLflow loads and serves, and return its URI.

        ``register`` enters it into the registry, under the alias ``champion``.
        """


class NullTracker(Tracker):
    """Tracking switched off."""


@dataclass(frozen=True)
class ServedModel:
    """How MLflow is to serve a bundle.

    ``script`` is the model's code (models-from-code), ``example`` an input of text columns of which only ``text``
    is required, ``answer`` the columns that come back, ``params`` what a request may set, each with its default,
    ``config`` the settings that the code reads.
    """

    script: Path
    example: pd.DataFrame
    answer: pa.Schema
    params: Mapping[str, str | float]
    config: Mapping[str, Value]


def tracker(params: TrackingParams, root: Path, inputs: Mapping[str, str] = INPUTS) -> Tracker:
    """The tracker that the parameters ask for. ``inputs`` maps a tag to a file or folder below ``root``."""
    return MlflowTracker(params, root, inputs) if params.enabled else NullTracker()


@dataclass(frozen=True)
class Provenance:
    """What ties a run to its causes: ``tags`` for people, ``key`` for the other stages of the same run."""

    tags: dict[str, str]
    key: str


def provenance(root: Path, inputs: Mapping[str, str]) -> Provenance:
    """Commit, hashes of the inputs, and the DVC experiment, as tags; unknown ones are left out."""
    commit = _git(root, "rev-parse", "HEAD")
    hashes = {f"{name}_sha256": hash_of(root / path) for name, path in inputs.items()}
    experiment = {
        name: os.environ[name] for name in ("DVC_EXP_NAME", "DVC_EXP_BASELINE_REV") if name in os.environ
    }
    deciding = {"git_commit": commit, **hashes, **experiment}
    deciding = {name: value for name, value in deciding.items() if value}
    tags = {**deciding, "git_dirty": str(bool(_git(root, "status", "--porcelain", "--", *CODE))).lower()}
    if commit:
        tags["mlflow.source.git.commit"] = commit
    key = hashlib.sha256(repr(sorted(deciding.items())).encode()).hexdigest()[:16]
    return Provenance(tags, key)


def hash_of(path: Path) -> str:
    """Short sha256 of a file, or of the names and contents of all files in a folder; empty if there is none."""
    files = [path] if path.is_file() else sorted(item for item in path.rglob("*") if item.is_file())
    if not files:
        return ""
    digest = hashlib.sha256()
    for file in files:
        name = file.relative_to(path).as_posix()
        digest.update(f"{name} {hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()[:12]


def flatten(nested: Nested, prefix: str = "") -> dict[str, Value]:
    """One level of names joined with full stops. The key ``value`` adds nothing to a name, so that an interval
    ``{"value": .8, "low": .7, "high": .9}`` keeps its plain name; lists become text."""
    flat: dict[str, Value] = {}
    for name, value in nested.items():
        path = prefix if name == "value" and prefix else f"{prefix}.{name}".removeprefix(".")
        if isinstance(value, Mapping):
            flat |= flatten(value, path)
        else:
            flat[_name(path)] = value if isinstance(value, Value) else ", ".join(map(str, value))
    return flat


def _name(text: str) -> str:
    """A name as MLflow allows it; what it does not (``train@tfidf``, ``speaker + stance``) becomes ``_``."""
    return re.sub(r"[^\w\-. :/]+", "_", text)


def database(params: TrackingParams, root: Path) -> str:
    """Where runs are recorded, as MLflow's tools want it: an absolute SQLite address, or the team's server."""
    return os.environ.get(SERVER) or f"sqlite:///{(root / params.database).resolve()}"


def connect(params: TrackingParams, root: Path) -> ModuleType:
    """MLflow, imported quietly (it costs seconds) and pointed at the database of the parameters."""
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    import mlflow

    logging.getLogger("mlflow").setLevel(os.environ["MLFLOW_LOGGING_LEVEL"])
    server = os.environ.get(SERVER)
    mlflow.set_tracking_uri(database(params, root))
    if not server:
        os.environ.pop(SERVER, None)  # set by the line above, it would pass for a team's server from then on
    return mlflow


class MlflowTracker(Tracker):
    """Keeps in MLflow what ``Tracker`` is told."""

    def __init__(self, params: TrackingParams, root: Path, inputs: Mapping[str, str] = INPUTS) -> None:
        self._params = params
        self._root = root
        self._mlflow = connect(params, root)
        self._provenance = provenance(root, inputs)
        self._experiment = self._open_experiment()

    def _open_experiment(self) -> str:
        found = self._mlflow.get_experiment_by_name(self._params.experiment)
        if found:
            return found.experiment_id
        local = database(self._params, self._root).startswith("sqlite:")
        artifacts = (self._root / "mlruns").resolve().as_uri() if local else None
        return self._mlflow.create_experiment(self._params.experiment, artifact_location=artifacts)

    def _find(self, tags: Mapping[str, str]) -> str | None:
        """Id of the latest run that carries all the tags."""
        wanted = " and ".join(f"tags.`{name}` = '{value}'" for name, value in tags.items())
        found = self._mlflow.search_runs(
            [self._experiment], wanted, max_results=1, order_by=["start_time DESC"], output_format="list"
        )
        return found[0].info.run_id if found else None

    @contextmanager
    def parent(self, name: str) -> Iterator[None]:
        own = {KEY: self._provenance.key}
        stage = {_name(f"dvc_stage.{os.environ['DVC_STAGE']}"): "ran"} if "DVC_STAGE" in os.environ else {}
        with self._mlflow.start_run(self._find(own), self._experiment, run_name=name):
            self._mlflow.set_tags({**self._provenance.tags, **own, **stage})
            yield

    @contextmanager
    def child(self, name: str, fresh: bool = False) -> Iterator[None]:
        """As ``Tracker`` says. Raises ``RuntimeError`` outside a parent."""
        above = self._mlflow.active_run()
        if above is None:
            raise RuntimeError(f"child run {name} needs its parent open: `with tracker.parent(…)` around it")
        found = None if fresh else self._find({PARENT: above.info.run_id, LEARNER: name})
        with self._mlflow.start_run(found, self._experiment, run_name=name, nested=True):
            self._mlflow.set_tags({**self._provenance.tags, LEARNER: name})
            yield

    def log_params(self, params: Nested) -> None:
        known = self._mlflow.get_run(self._mlflow.active_run().info.run_id).data.params
        given = {name: str(value) for name, value in flatten(params).items()}
        for name, value in given.items():
            if known.get(name, value) != value:
                log.warning("MLflow keeps %s = %s, recorded before, not %s", name, known[name], value)
        self._mlflow.log_params({name: value for name, value in given.items() if name not in known})

    def log_metrics(self, metrics: Nested, step: int | None = None) -> None:
        numbers = {
            name: float(value) for name, value in flatten(metrics).items() if isinstance(value, int | float)
        }
        self._mlflow.log_metrics(numbers, step=step)

    def log_artifact(self, path: Path, folder: str | None = None) -> None:
        send = self._mlflow.log_artifacts if path.is_dir() else self._mlflow.log_artifact
        send(str(path), folder)

    def log_bundle(self, bundle: Path, model: ServedModel, register: bool = False) -> str:
        logged = self._mlflow.pyfunc.log_model(
            name="bundle",
            python_model=str(model.script),
            artifacts={"bundle": str(bundle)},
            code_paths=[str(ROOT / name) for name in ("pipeline", "configs")],  # laid out as here
            pip_requirements=tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"],
            signature=_signature(self._mlflow, model),
            input_example=model.example,
            model_config=dict(model.config),
        )
        if register:
            with redirect_stderr(io.StringIO()):  # it prints what it did, whatever the log level
                version = self._mlflow.register_model(logged.model_uri, self._params.model).version
            self._mlflow.MlflowClient().set_registered_model_alias(self._params.model, CHAMPION, version)
        return logged.model_uri


def _signature(mlflow: ModuleType, model: ServedModel) -> object:
    """Inputs are text, ``text`` alone required; a date travels as text too, because JSON has no dates."""
    column, schema = mlflow.types.ColSpec, mlflow.types.Schema
    inputs = [column("string", name, required=name == "text") for name in model.example.columns]
    outputs = [
        column(MLFLOW_TYPES[str(field.type)], field.name, required=not field.nullable) for field in model.answer
    ]
    params = [
        mlflow.types.ParamSpec(name, "string" if isinstance(value, str) else "double", value)
        for name, value in model.params.items()
    ]
    return mlflow.models.ModelSignature(schema(inputs), schema(outputs), mlflow.types.ParamSchema(params))


def _git(root: Path, *arguments: str) -> str:
    """What git says; empty where there is no git or no repository."""
    try:
        answer = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return answer.stdout.strip()
