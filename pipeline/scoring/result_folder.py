"""The folder of a result, and the hidden one beside it in which a run works.

``.OUT.partial`` holds the finished shards of a run. At the end the result is built from them in its folder
``result``, which takes OUT's place by a rename; an earlier result is there until that moment.
"""

import errno
import fcntl
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa

from pipeline.scoring.durable import share, sync
from pipeline.scoring.shards import (
    MANIFEST,
    TABLES,
    Line,
    Origin,
    Shards,
    manifest_lines,
    part_name,
    whole_lines,
    write_manifest,
)
from pipeline.scoring.tables import FORMATS

RECORD = "score.json"  # how the result was made; also the sign by which a later run knows it as a result
RESULT = "result"
PART = re.compile(r"part-\d{5,}\.parquet")
NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


class OutputError(ValueError):
    """An output folder that must not or cannot be written to; the message says why and what to do."""


def check_output(out: Path, paths: Sequence[str]) -> None:
    """Raise ``OutputError`` where writing to ``out`` would destroy something or be read as input next time."""
    for path in paths:
        if path != "-" and Path(path).is_dir() and out.resolve().is_relative_to(Path(path).resolve()):
            raise OutputError(f"{out}: lies inside {path}, which is being read. Name a folder outside it")
    if out.is_symlink() or (out.exists() and not out.is_dir()):
        raise OutputError(f"{out}: not a folder. Name a new folder, or remove this")
    found = set(_names(out)) if out.exists() else set()
    ours = {RECORD, MANIFEST, *(f"{name}.{format}" for name in TABLES for format in FORMATS)}
    if foreign := sorted(found - ours):
        raise OutputError(f"{out}: holds other files ({', '.join(foreign[:3])}). Name a new or empty folder")
    if found and RECORD not in found:
        raise OutputError(f"{out}: holds tables without {RECORD}, so not a result of ours. Name another folder")


def _names(out: Path) -> Iterator[str]:
    """What lies in a folder; of a table in parts also every file that is no part."""
    for path in out.iterdir():
        yield path.name
        if path.is_dir():
            yield from (f"{path.name}/{inner.name}" for inner in path.iterdir() if not PART.fullmatch(inner.name))


@contextmanager
def workplace(out: Path) -> Iterator[Path]:
    """The hidden folder beside ``out``, held by this process alone. It stays if finished shards are in it when the
    block ends. Raises ``OutputError`` where another run works there, and where the disk is full."""
    partial = out.with_name(f".{out.name}.partial")
    partial.mkdir(parents=True, exist_ok=True)
    handle = os.open(partial, os.O_RDONLY)
    _hold(handle, partial, out)
    try:
        _undo_half_a_swap(out)
        yield partial
    except OSError as error:
        if error.errno in NO_ROOM:
            raise OutputError(f"{partial}: the disk is full. Make room on it{_how_to_go_on(partial)}") from error
        raise
    finally:
        if not manifest_lines(partial / MANIFEST):
            shutil.rmtree(partial, ignore_errors=True)
        os.close(handle)


def _how_to_go_on(partial: Path) -> str:
    done = finished(partial)
    return f" and add --resume to go on: {done:,} articles are scored" if done else " and start again"


def finished(partial: Path) -> int:
    """Articles that are scored in a run's folder."""
    return sum(line.rows["articles"] for line in manifest_lines(partial / MANIFEST))


def _hold(handle: int, partial: Path, out: Path) -> None:
    busy = f"{out}: another run is writing to it. Wait for it, or name another folder"
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)  # the system lets go of it when a process dies
        ours = os.fstat(handle).st_ino == partial.stat().st_ino
    except (BlockingIOError, FileNotFoundError):
        ours = False
    if not ours:  # or that run has just ended and removed the folder
        os.close(handle)
        raise OutputError(busy)


def opened(partial: Path, out: Path, origin: Origin, schemas: dict[str, pa.Schema], resume: bool | None) -> Shards:
    """The shards to add to: those of a run that was ended, those of the result in ``out``, or none.

    With ``resume`` None finished work of a run that was ended is neither used nor lost: ``OutputError`` says what
    to do. False drops it. True also raises where it was made by another bundle, version or limit.
    """
    if resume:
        # A manifest, also an empty one, says that a run has begun here, and whether it began from nothing.
        if not (partial / MANIFEST).exists() and out.exists() and any(out.iterdir()):
            _adopt(out, partial, origin)
        _same_origin(partial, manifest_lines(partial / MANIFEST), origin)
        return Shards(partial, origin, schemas)
    if resume is None and (done := manifest_lines(partial / MANIFEST)):
        articles = sum(line.rows["articles"] for line in done)
        raise OutputError(
            f"{out}: {articles:,} articles are scored in {partial} by a run that was ended. Add --resume to go on "
            "with it, or --anew to drop them"
        )
    for leftover in partial.iterdir():
        shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()
    return Shards(partial, origin, schemas)


def _same_origin(folder: Path, lines: list[Line], origin: Origin) -> None:
    for line in lines:
        if line.origin == origin:
            continue
        differs = [
            f"{name.replace('_', ' ')} {value} instead of {getattr(origin, name)}"
            for name, value in vars(line.origin).items()
            if value != getattr(origin, name)
        ]
        raise OutputError(
            f"{folder}: made with {', '.join(differs)}, so nothing can be added to it. Use the same, name another "
            "folder with --out, or add --anew to score everything anew"
        )


def _adopt(out: Path, partial: Path, origin: Origin) -> None:
    """Take over the shards of a finished result, as second names of its files; the manifest comes last."""
    if not (out / MANIFEST).exists():
        raise OutputError(
            f"{out}: a result without {MANIFEST}, to which nothing can be added (only Parquet results have it). "
            "Leave --resume away to replace it, or name another folder"
        )
    lines = manifest_lines(out / MANIFEST)
    if not lines or list(whole_lines(out / MANIFEST, lambda name, number: _placed(out, name, number))) != lines:
        raise OutputError(
            f"{out}: its files are not those that {MANIFEST} names, so nothing can be added. Put them back, or "
            "leave --resume away to score everything anew"
        )
    _same_origin(out, lines, origin)
    for name in TABLES:
        shutil.rmtree(partial / name, ignore_errors=True)
        for line in lines:
            share(_placed(out, name, line.shard), partial / name / part_name(line.shard))
        sync(partial / name)
    write_manifest(partial / MANIFEST, lines)


def _placed(out: Path, name: str, number: int) -> Path:
    """Where a finished result has the file of a shard: a table of one shard is a single file."""
    place = out / f"{name}.parquet"
    return place / part_name(number) if place.is_dir() else place


def take_the_place_of(out: Path, partial: Path) -> None:
    """Put the result that was built in ``partial`` where ``out`` is, and clear up."""
    earlier = _earlier(out)
    shutil.rmtree(earlier, ignore_errors=True)
    if out.exists():
        out.rename(earlier)
    (partial / RESULT).rename(out)
    sync(out.parent)
    (partial / MANIFEST).unlink()  # first, so that no later run takes half a folder for work to go on with
    shutil.rmtree(partial, ignore_errors=True)
    shutil.rmtree(earlier, ignore_errors=True)


def _undo_half_a_swap(out: Path) -> None:
    """Put an earlier result back where a run was killed between the two renames."""
    if _earlier(out).exists() and not out.exists():
        _earlier(out).rename(out)


def _earlier(out: Path) -> Path:
    return out.with_name(f".{out.name}.earlier")
