"""The pretrained encoder → data/backbone/: found, checked by hash, copied, so that training reads files alone."""

import shutil

from pipeline.learners.transformer.backbone import WEIGHTS, find_backbone
from pipeline.stages.workspace import Workspace, here

# What a tokenizer and an encoder are made of; no code, no pickled weights.
WANTED = (
    "config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "vocab.txt",
    WEIGHTS,
)


def run(workspace: Workspace) -> None:
    """Copy the encoder. Raises ``BackboneError`` when it is missing or not the one that was named."""
    params = workspace.params.transformer
    folder = find_backbone(params.backbone, params.sha256)
    shutil.rmtree(workspace.backbone, ignore_errors=True)
    workspace.backbone.mkdir(parents=True)
    for name in WANTED:
        if (folder / name).is_file():
            shutil.copyfile(folder / name, workspace.backbone / name)


if __name__ == "__main__":
    run(here())
