"""All figures of the run → models/MODEL_CARD.md: what the chosen bundle is for, what not, and how well it does."""

from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from pipeline.corpus.stats import CorpusStats, stats
from pipeline.evaluation.behaviour.scoring import read_behaviour
from pipeline.evaluation.bootstrap import Interval
from pipeline.evaluation.results import EvaluationResult, read_results
from pipeline.learners import LEARNERS
from pipeline.records import LabelledArticle
from pipeline.report.evaluation import SpeakerTables
from pipeline.report.model_card import ModelCard, Validation, write_model_card
from pipeline.report.speaker_tables import speaker_tables
from pipeline.scoring.bundle import Bundle, open_bundle
from pipeline.stages.compare import AGREEMENT
from pipeline.stages.export import best_learner
from pipeline.stages.workspace import Workspace, here, read_records

Content = TypeVar("Content")


class ModelCardError(ValueError):
    """A card that cannot be written; the message names the file and the command that makes it."""


def run(workspace: Workspace) -> None:
    """Write the card. Raises ``ModelCardError``, ``ResultsError``, ``BehaviourError`` or ``BundleError`` for what
    is missing or of another version."""
    validation = {
        name: _read(workspace.metrics(f"validation-{name}"), Validation, f"train-{name}") for name in LEARNERS
    }
    bundle = _exported(workspace, validation)
    card = ModelCard(
        bundle=bundle,
        params=workspace.params,
        validation=validation,
        results={name: _results(workspace.results(name)) for name in LEARNERS},
        differences=_read(workspace.metrics("comparison"), dict[str, dict[str, Interval]], "compare"),
        behaviour=read_behaviour(workspace.behaviour_results),
        speakers=_speakers(workspace),
        corpus=_corpus(workspace),
        agreement=AGREEMENT,
    )
    path = workspace.root / "models" / "MODEL_CARD.md"
    write_model_card(path, card)
    tracker = workspace.tracker()
    with tracker.parent(workspace.run_name):
        tracker.log_artifact(path, "report")


def _exported(workspace: Workspace, validation: dict[str, Validation]) -> Bundle:
    """The scorer, if it is the bundle of which validation and evaluation tell."""
    bundle, best = open_bundle(workspace.scorer), best_learner(workspace)
    if (bundle.card.learner, bundle.card.threshold) != (best, validation[best].threshold):
        raise ModelCardError(
            f"{workspace.scorer}: holds {bundle.card.learner} with the threshold {bundle.card.threshold}, but "
            f"metrics/ prefers {best} with {validation[best].threshold}: `dvc repro export` brings them together"
        )
    return bundle


def _results(path: Path) -> EvaluationResult:
    """The results of a learner that say what its threshold does."""
    result = read_results(path)
    if not all(one.abstention for one in result.conditions.values()):
        raise ModelCardError(f"{path}: does not tell of abstention; run `dvc repro --force evaluate`")
    return result


def _speakers(workspace: Workspace) -> SpeakerTables:
    """Who says what: sentences of the corpus and annotated attributions."""
    figures = [_read(workspace.metrics(name), dict[str, Any], name) for name in ("speakers", "attribution")]
    try:
        return speaker_tables(*figures)
    except KeyError as error:
        raise ModelCardError(
            f"metrics/speakers.json, metrics/attribution.json: {error} is missing, so one of them is of another "
            "version; run `dvc repro --force speakers attribution`"
        ) from error


def _corpus(workspace: Workspace) -> dict[str, CorpusStats]:
    """Part of the split → its counts."""
    articles = read_records(workspace.corpus, LabelledArticle)
    return {
        part: stats([one for one in articles if one.article.id in ids]) for part, ids in workspace.parts().items()
    }


def _read(path: Path, kind: type[Content], stage: str) -> Content:
    """Figures of a file that ``stage`` wrote."""
    try:
        return TypeAdapter(kind).validate_json(path.read_bytes())
    except OSError as error:
        raise ModelCardError(f"{path}: no such figures; `dvc repro {stage}` writes them") from error
    except ValidationError as error:
        first = error.errors()[0]
        raise ModelCardError(
            f"{path}: {'.'.join(map(str, first['loc'])) or 'the whole'}: {first['msg']}. These are not figures of "
            f"this version; run `dvc repro --force {stage}`"
        ) from error


if __name__ == "__main__":
    run(here())
