"""The articles that are read, and the learners that a bundle holds."""

import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path

from pipeline.learners import load_learner
from pipeline.learners.contract import Predictor
from pipeline.learners.ensemble import EnsembleLearner
from pipeline.learners.transformer.learner import SETTINGS_FILE, TransformerLearner
from pipeline.records import Article, LabelledArticle
from pipeline.stages.workspace import Workspace, read_records
from pipeline.text.readers import read
from pipeline.text.rejects import Reject

MOST_CHARACTERS = 2_000_000


class NoMaterial(LookupError):
    """Nothing to measure with; the message tells the mend."""


def articles(workspace: Workspace, path: Path | None, number: int) -> list[Article]:
    """``number`` articles, or all where there are fewer, evenly from all of ``path``; without a path from the
    training articles of the last ``dvc repro``. Raises ``NoMaterial``."""
    if path is not None:
        found = [one for one in read([str(path)], MOST_CHARACTERS) if not isinstance(one, Reject)]
    elif workspace.corpus.is_file() and workspace.split.is_file():
        ids = workspace.parts()["train"]
        labelled = read_records(workspace.corpus, LabelledArticle)
        found = [one.article for one in labelled if one.article.id in ids]
    else:
        raise NoMaterial(f"{workspace.corpus} is not there: `dvc repro` makes it; or name articles by --articles")
    if not found:
        raise NoMaterial(f"{path}: no article in it can be read; name others by --articles")
    step = max(1.0, len(found) / number)
    return [found[int(place * step)] for place in range(min(number, len(found)))]


def repeated(chosen: Sequence[Article], number: int) -> Iterator[Article]:
    """``number`` articles, the chosen ones over and over, each under a new id."""
    for place in range(number):
        one = chosen[place % len(chosen)]
        yield replace(one, id=f"{one.id}-{place}")


def write_articles(articles: Iterable[Article], path: Path) -> None:
    """Write articles as JSON lines that ``asylum-stance score`` reads."""
    with path.open("w", encoding="utf-8") as file:
        for one in articles:
            fields = {name: value for name, value in asdict(one).items() if value and name != "source"}
            file.write(json.dumps(fields, default=str, ensure_ascii=False) + "\n")


def named_bundles(folder: Path, names: Sequence[str]) -> dict[str, Path]:
    """Name → folder of each bundle. Raises ``NoMaterial`` where one is missing."""
    found = {name: folder / name for name in names}
    for name, bundle in found.items():
        if not (bundle / "bundle.json").is_file():
            raise NoMaterial(f"{bundle}: no bundle {name!r} there; `dvc repro` trains it, or name --models DIR")
    return found


def transformer_folder(bundle: Path) -> Path:
    """Where a bundle keeps its transformer: in itself or, of an ensemble, one below. Raises ``NoMaterial``."""
    for folder in (bundle / "transformer", bundle):
        if (folder / SETTINGS_FILE).is_file():
            return folder
    raise NoMaterial(f"{bundle}: holds no transformer; name the bundle transformer or ensemble")


def at_precision(folder: Path, precision: str) -> TransformerLearner:
    """The saved transformer in ``folder``, loaded as if its settings named this number format."""
    settings = json.loads((folder / SETTINGS_FILE).read_text(encoding="utf-8")) | {"precision": precision}
    with tempfile.TemporaryDirectory() as made:
        copy = Path(made)
        for path in folder.iterdir():
            if path.name != SETTINGS_FILE:
                (copy / path.name).symlink_to(path.resolve())
        (copy / SETTINGS_FILE).write_text(json.dumps(settings), encoding="utf-8")
        return TransformerLearner.load(copy)


def with_transformer(bundle: Path, reader: Predictor) -> Predictor:
    """The bundle's learner with ``reader`` in the place of its transformer."""
    learner = load_learner(bundle)
    if not isinstance(learner, EnsembleLearner):
        return reader
    return EnsembleLearner(
        [
            replace(member, learner=reader) if member.learner.name == reader.name else member
            for member in learner.members
        ]
    )
