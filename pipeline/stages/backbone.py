"""The pretrained encoder → data/backbone/: found, checked by hash, copied, so that training reads files alone."""

import shutil

from pipeline.learners.transformer.backbone import FILES, find_backbone
from pipeline.stages.workspace import Workspace, here


def run(workspace: Workspace) -> None:
    """Copy the encoder, or join its parts; the folder appears whole or not at all.

    Raises ``BackboneError`` when it is missing or not the one that was named."""
    params = workspace.params.transformer
    draft = workspace.backbone.with_name(workspace.backbone.name + ".part")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    folder = find_backbone(params.backbone, params.sha256, room=draft)
    for name in FILES:
        if folder != draft and (folder / name).is_file():
            shutil.copyfile(folder / name, draft / name)
    shutil.rmtree(workspace.backbone, ignore_errors=True)
    draft.rename(workspace.backbone)


if __name__ == "__main__":
    run(here())
