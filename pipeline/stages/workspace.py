"""Where the stages of ``dvc.yaml`` read and write, and how records lie in files."""

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter

from pipeline.config import Params, load_params
from pipeline.tracking import Tracker, tracker

Record = TypeVar("Record")


@dataclass(frozen=True)
class Workspace:
    """A checkout of the project. Stages run in its root, as DVC starts them."""

    root: Path

    @cached_property
    def params(self) -> Params:
        """The parameters of this checkout. Raises ``ConfigError``."""
        return load_params(self.configs / "params.yaml")

    @property
    def configs(self) -> Path:
        """Folder of parameters, codebook and word lists."""
        return self.root / "configs"

    @property
    def articles(self) -> Path:
        """Folder of the labelled corpus."""
        return self.root / self.params.corpus.articles

    @property
    def attributions(self) -> Path:
        """Articles annotated with who says what."""
        return self.root / "seeds" / "attributions"

    @property
    def behaviour(self) -> Path:
        """Hand-written passages that try what a learner reacts to."""
        return self.root / "seeds" / "behaviour"

    @property
    def behaviour_results(self) -> Path:
        """Every learner's failures on them."""
        return self.root / "data" / "behaviour.json"

    @property
    def corpus(self) -> Path:
        """Labelled articles, one a line."""
        return self.root / "data" / "corpus.jsonl"

    @property
    def split(self) -> Path:
        """Ids of the articles in each part."""
        return self.root / "data" / "split.json"

    def parts(self) -> dict[str, frozenset[str]]:
        """Name of each part of the split (train, validation, test) → ids of its articles."""
        return {part: frozenset(ids) for part, ids in json.loads(self.split.read_text("utf-8")).items()}

    @property
    def examples(self) -> Path:
        """What each labelled article looks like to a learner, one a line."""
        return self.root / "data" / "examples.jsonl"

    @property
    def speakers(self) -> Path:
        """What the text path learned of speakers."""
        return self.root / "data" / "speakers"

    @property
    def backbone(self) -> Path:
        """The pretrained encoder, checked."""
        return self.root / "data" / "backbone"

    @property
    def scorer(self) -> Path:
        """The bundle that scores by default."""
        return self.root / "models" / "scorer"

    def bundle(self, learner: str) -> Path:
        """The bundle of a learner."""
        return self.root / "models" / learner

    def predictions(self, learner: str) -> Path:
        """Predictions of a learner on the test articles."""
        return self.root / "data" / "predictions" / f"{learner}.parquet"

    def metrics(self, name: str) -> Path:
        """A metrics file that DVC shows."""
        return self.root / "metrics" / f"{name}.json"

    def results(self, learner: str) -> Path:
        """Every figure of a learner's evaluation."""
        return self.root / "data" / "results" / f"{learner}.json"

    def training(self, learner: str) -> Path:
        """Metrics of a learner by training step, as DVC draws them."""
        return self.root / "plots" / "training" / f"{learner}.csv"

    def plots(self, learner: str) -> Path:
        """Folder of a learner's other plot data."""
        return self.root / "plots" / "evaluation" / learner

    def figures(self, learner: str) -> Path:
        """Folder of a learner's drawn figures."""
        return self.root / "reports" / "figures" / learner

    @property
    def report(self) -> Path:
        """The evaluation as a page."""
        return self.root / "reports" / "evaluation.html"

    def tracker(self) -> Tracker:
        """The tracker that the parameters ask for."""
        return tracker(self.params.tracking, self.root)

    @property
    def run_name(self) -> str:
        """What the stages' common run is called: the experiment's name under ``dvc exp run``."""
        return os.environ.get("DVC_EXP_NAME", "dvc repro")

    def learner_params(self, learner: str) -> dict[str, object]:
        """What a learner was trained with, as plain values for a tracker or a bundle's card."""
        section = asdict(getattr(self.params, learner)) if hasattr(self.params, learner) else {}
        plain = {key: list(value) if isinstance(value, tuple) else value for key, value in section.items()}
        return {"seed": self.params.seed, **plain}


def here() -> Workspace:
    """The checkout that DVC started the stage in."""
    return Workspace(Path.cwd())


def write_records(path: Path, records: Iterable[Record], kind: type[Record]) -> None:
    """Write records as JSON lines; the file appears whole or not at all."""
    adapter = TypeAdapter(kind)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".part")
    with draft.open("wb") as file:
        for record in records:
            file.write(adapter.dump_json(record) + b"\n")
    draft.replace(path)


def read_records(path: Path, kind: type[Record]) -> list[Record]:
    """Read what ``write_records`` wrote. Raises ``FileNotFoundError``, pydantic's ``ValidationError``."""
    adapter = TypeAdapter(kind)
    with path.open("rb") as file:
        return [adapter.validate_json(line) for line in file]
