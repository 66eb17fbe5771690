"""The stage that brings the encoder: its folder is whole, or stays what it was."""

from types import SimpleNamespace

import pytest

from pipeline.learners.transformer.backbone import BackboneError
from pipeline.stages import backbone


@pytest.fixture
def workspace(tmp_path, encoder):
    """A stand-in with the two things that the stage asks a workspace for."""
    folder, sha256 = encoder
    named = SimpleNamespace(transformer=SimpleNamespace(backbone=str(folder), sha256=sha256))
    return SimpleNamespace(params=named, backbone=tmp_path / "data" / "backbone")


def files(folder):
    return {path.name for path in folder.iterdir()}


def test_the_encoder_is_copied_without_what_training_does_not_read(workspace, encoder):
    (encoder[0] / "notes.txt").write_text("not wanted")
    backbone.run(workspace)
    assert files(workspace.backbone) == {
        "config.json",
        "tokenizer.json",
        "tokenizer_config.json",
        "model.safetensors",
    }
    assert files(workspace.backbone.parent) == {"backbone"}


def test_what_an_earlier_encoder_left_goes(workspace):
    workspace.backbone.mkdir(parents=True)
    (workspace.backbone / "vocab.txt").write_text("another encoder's words")
    backbone.run(workspace)
    assert "vocab.txt" not in files(workspace.backbone)


def test_the_folder_itself_may_be_named_as_the_source(workspace):
    backbone.run(workspace)
    before = files(workspace.backbone)
    workspace.params.transformer.backbone = str(workspace.backbone)
    backbone.run(workspace)
    assert files(workspace.backbone) == before


def test_parts_joined_in_the_room_are_moved_there_whole(workspace, encoder, monkeypatch):
    def joined(name, sha256, room):
        (room / "config.json").write_text(name)
        return room

    monkeypatch.setattr(backbone, "find_backbone", joined)
    workspace.params.transformer.backbone = "in-parts"
    backbone.run(workspace)
    assert (workspace.backbone / "config.json").read_text() == "in-parts"
    assert files(workspace.backbone.parent) == {"backbone"}


def test_a_wrong_encoder_leaves_the_earlier_one(workspace):
    backbone.run(workspace)
    workspace.params.transformer.sha256 = "0" * 64
    with pytest.raises(BackboneError):
        backbone.run(workspace)
    assert "model.safetensors" in files(workspace.backbone)
