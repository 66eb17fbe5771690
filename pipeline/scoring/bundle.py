"""A bundle: one folder that holds all that scoring needs, sealed by ``bundle.json``.

The folder holds the learner's own files, ``text/`` (word lists, tables and what the text path learned) and the
card ``bundle.json`` with a sha256 and size of every other file. It opens only if it is exactly what was sealed: a
model that was half copied, mixed from two runs or tampered with must not score."""

import hashlib
import shutil
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from pydantic import TypeAdapter, ValidationError

from pipeline import CONFIGS
from pipeline.config import strict
from pipeline.learners.contract import Probabilities
from pipeline.learners.temperature import tempered

FORMAT = 4  # raise it when a reader of the old card or of the old files would go wrong
CARD = "bundle.json"
TEXT = "text"
TEXT_FILES = ("codebook.yaml", "actors.yaml", "governments.yaml", "reporting.yaml", "cleaning.yaml")
HEADS = ("stance", "pressure", "role", "frame")  # the columns of a statement
RETRAIN = "Train it again with `dvc repro`, or copy the whole folder anew"

ParamValue = str | int | float | bool | None | list[int] | list[float] | list[str]


class BundleError(ValueError):
    """A bundle that must not be used; the message says what is wrong with it and what to do."""


@strict
class SealedFile:
    """What a file of the bundle was when it was sealed: ``bytes`` long."""

    sha256: str
    bytes: int


@strict
class Card:
    """What a bundle says of itself.

    ``heads`` maps each head to its classes in column order; ``temperatures`` divides a head's log-probabilities
    (Guo et al. 2017), 1 where a head is not named; a stance whose calibrated probability lies below ``threshold``
    counts as abstained. ``corpus`` is the corpus's hash, ``params`` those of training, ``commit`` the code's.
    """

    learner: str
    heads: dict[str, tuple[str, ...]]
    corpus: str
    params: dict[str, ParamValue]
    temperatures: dict[str, float]
    threshold: float
    commit: str
    files: dict[str, SealedFile]
    format: int = FORMAT


@dataclass(frozen=True)
class Bundle:
    """An opened bundle whose files were found to be the sealed ones. ``hash`` names it in statements."""

    folder: Path
    card: Card
    hash: str

    @property
    def text(self) -> Path:
        """Folder with the files of the text path."""
        return self.folder / TEXT


def seal(
    folder: Path,
    *,
    learner: str,
    heads: dict[str, tuple[str, ...]],
    corpus: str,
    params: dict[str, ParamValue],
    temperatures: dict[str, float],
    threshold: float,
    commit: str,
    configs: Path = CONFIGS,
    learned: Path | None = None,
) -> Bundle:
    """Copy the text path's files into a folder that holds a saved learner, and write its card last.

    ``learned`` is the folder of what the text path learned of speakers; without it the bundle's path is rules
    alone.

    An earlier card is removed first, so that a folder which is being changed never passes for a bundle.
    Raises ``BundleError`` for heads that statements have no column for, or temperatures that cannot divide.
    """
    (folder / CARD).unlink(missing_ok=True)
    shutil.rmtree(folder / TEXT, ignore_errors=True)
    (folder / TEXT).mkdir()
    for name in TEXT_FILES:
        shutil.copyfile(configs / name, folder / TEXT / name)
    for path in sorted(learned.iterdir()) if learned else ():
        shutil.copyfile(path, folder / TEXT / path.name)
    card = Card(learner, heads, corpus, params, temperatures, threshold, commit, files={})
    _check_values(card, folder)
    files = {name: _sealed(folder / name) for name in sorted(_listed(folder))}
    written = TypeAdapter(Card).dump_json(replace(card, files=files), indent=2) + b"\n"
    (folder / CARD).write_bytes(written)
    return open_bundle(folder)


def open_bundle(folder: Path) -> Bundle:
    """Check a bundle file by file. Raises ``BundleError`` for anything that is not as it was sealed."""
    written = _read_card(folder)
    try:
        card = TypeAdapter(Card).validate_json(written)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the whole"
        raise BundleError(f"{folder / CARD}: {place}: {first['msg']}. {RETRAIN}") from error
    if card.format != FORMAT:
        raise BundleError(
            f"{folder / CARD}: format {card.format}, but this program reads format {FORMAT}. Use the program "
            "that wrote the bundle, or train it again with `dvc repro`"
        )
    _check_values(card, folder)
    _check_files(card, folder)
    return Bundle(folder, card, hashlib.sha256(written).hexdigest()[:12])


def calibrated(raw: Probabilities, card: Card) -> Probabilities:
    """A learner's answer on one document at the bundle's temperatures: the one door from what a learner says to
    the probabilities that are scored, evaluated and explained."""
    return tempered({head: raw[head] for head in card.heads}, card.temperatures)


def _read_card(folder: Path) -> bytes:
    if not folder.is_dir():
        raise BundleError(f"{folder}: no such bundle. Train one with `dvc repro`, or name another with --bundle")
    try:
        return (folder / CARD).read_bytes()
    except FileNotFoundError as error:
        raise BundleError(
            f"{folder}: not a bundle, it has no {CARD}. Name a folder that `dvc repro` wrote, such as models/tfidf"
        ) from error


def _check_values(card: Card, folder: Path) -> None:
    """What no type says: the statement's heads, usable temperatures and threshold, names inside the folder."""
    if tuple(card.heads) != HEADS:
        raise BundleError(f"{folder}: heads are {', '.join(card.heads)}; expected {', '.join(HEADS)}. {RETRAIN}")
    for head, temperature in card.temperatures.items():
        if head not in card.heads or not 0 < temperature < float("inf"):
            raise BundleError(f"{folder}: temperature {temperature} of head {head} cannot be used. {RETRAIN}")
    if not 0 <= card.threshold <= 1:
        raise BundleError(f"{folder}: threshold {card.threshold} is no probability. {RETRAIN}")
    for name in card.files:
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts:
            raise BundleError(
                f"{folder / CARD}: names {name}, which lies outside the bundle. Do not use this bundle"
            )


def _check_files(card: Card, folder: Path) -> None:
    found = _listed(folder)
    if missing := sorted(set(card.files) - found):
        raise BundleError(f"{folder}: {', '.join(missing)} missing. {RETRAIN}")
    if extra := sorted(found - set(card.files)):
        raise BundleError(f"{folder}: {', '.join(extra)} was not sealed with it. Remove it from the folder")
    for name, sealed in card.files.items():
        if _sealed(folder / name) != sealed:
            raise BundleError(f"{folder / name}: not the file that was sealed (its hash differs). {RETRAIN}")


def _listed(folder: Path) -> set[str]:
    """Every file below ``folder`` except the card. A link may lead anywhere, so none is allowed."""
    names = set()
    for path in folder.rglob("*"):
        if path.is_symlink():
            raise BundleError(f"{path}: a link; a bundle holds its own files. Copy the file in its place")
        if path.is_file() and path != folder / CARD:
            names.add(path.relative_to(folder).as_posix())
    return names


def _sealed(path: Path) -> SealedFile:
    with path.open("rb") as stream:
        return SealedFile(sha256=hashlib.file_digest(stream, "sha256").hexdigest(), bytes=path.stat().st_size)
