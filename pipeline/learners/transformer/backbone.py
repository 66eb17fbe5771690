"""Where a pretrained encoder lies: in an installed package, a local folder, or (with a network) a model hub."""

import hashlib
import importlib.util
from pathlib import Path

WEIGHTS = "model.safetensors"
SHAPE, TOKENIZER = "config.json", "tokenizer.json"


class BackboneError(RuntimeError):
    """The encoder is missing or is not the one that the parameters name; the message tells the mend."""


def find_backbone(name: str, sha256: str) -> Path:
    """Folder with ``config.json``, ``tokenizer.json`` and ``model.safetensors`` of the encoder ``name``.

    ``name`` is tried as a local folder, as an installed distribution (its code is not imported), and as a
    hub repository. Raises ``BackboneError`` when nothing is found or the weights' hash differs; an empty
    ``sha256`` accepts any weights (for trying another encoder before its hash is written down).
    """
    folder = _local(name) or _package(name) or _hub(name)
    weights = folder / WEIGHTS
    if not weights.is_file():
        raise BackboneError(f"{folder} holds no {WEIGHTS}; other weight formats may run code and are not read")
    if missing := [name for name in (SHAPE, TOKENIZER) if not (folder / name).is_file()]:
        raise BackboneError(
            f"{folder} holds no {' and no '.join(missing)}; name an encoder that has a fast tokenizer"
        )
    found = hashlib.sha256(weights.read_bytes()).hexdigest()
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
