"""A bundle opens only as it was sealed."""

import json

import pytest
from fake_learner import sealed

from pipeline.scoring.bundle import BundleError, open_bundle


@pytest.fixture
def folder(tmp_path):
    sealed(tmp_path / "bundle")
    return tmp_path / "bundle"


def change_card(folder, **values):
    card = json.loads((folder / "bundle.json").read_text())
    (folder / "bundle.json").write_text(json.dumps(card | values))


def test_a_sealed_bundle_opens_with_all_that_was_said(folder):
    bundle = open_bundle(folder)
    assert bundle.card.learner == "fake"
    assert bundle.card.heads["stance"] == ("supports", "opposes", "none")
    assert bundle.card.params == {"c_grid": [0.3, 1.0], "seed": 20}
    assert (bundle.text / "codebook.yaml").read_text() == "# codebook.yaml\n"
    assert set(bundle.card.files) >= {"weights.safetensors", "text/actors.yaml"}


def test_the_hash_names_the_content(folder, tmp_path):
    before = open_bundle(folder).hash
    assert sealed(tmp_path / "again").hash == before, "same content, another hash"
    (folder / "weights.safetensors").write_bytes(b"other")
    assert sealed(tmp_path / "again", threshold=0.6).hash != before


def test_sealing_twice_follows_the_files(folder):
    (folder / "weights.safetensors").unlink()
    (folder / "weights.safetensors").write_bytes(b"v")
    assert "weights.safetensors" in sealed(folder).card.files


def test_no_folder(tmp_path):
    with pytest.raises(BundleError, match=r"no such bundle.*dvc repro"):
        open_bundle(tmp_path / "nowhere")


def test_no_card(tmp_path):
    with pytest.raises(BundleError, match=r"it has no bundle\.json"):
        open_bundle(tmp_path)


def test_missing_file(folder):
    (folder / "weights.safetensors").unlink()
    with pytest.raises(BundleError, match=r"weights\.safetensors missing"):
        open_bundle(folder)


def test_extra_file(folder):
    (folder / "text" / "notes.txt").write_text("mine")
    with pytest.raises(BundleError, match=r"text/notes\.txt was not sealed"):
        open_bundle(folder)


def test_changed_file_of_the_same_length(folder):
    (folder / "weights.safetensors").write_bytes(b"weight5")
    with pytest.raises(BundleError, match="hash differs"):
        open_bundle(folder)


def test_link_instead_of_a_file(folder, tmp_path):
    weights = folder / "weights.safetensors"
    weights.rename(tmp_path / "elsewhere")
    weights.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(BundleError, match="a link"):
        open_bundle(folder)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"format": 99}, "format 99"),
        ({"surprise": 1}, "surprise"),
        ({"heads": {"stance": ["supports"]}}, "heads are stance; expected"),
        ({"temperatures": {"stance": 0}}, "temperature 0"),
        ({"temperatures": {"mood": 1}}, "head mood"),
        ({"threshold": 1.5}, "no probability"),
        ({"files": {"../outside": {"sha256": "0", "bytes": 1}}}, "outside the bundle"),
        ({"files": {"/etc/hosts": {"sha256": "0", "bytes": 1}}}, "outside the bundle"),
    ],
)
def test_a_card_that_cannot_be_used(folder, values, message):
    change_card(folder, **values)
    with pytest.raises(BundleError, match=message):
        open_bundle(folder)


@pytest.mark.parametrize("card", [b"", b"{", b"[]", b'{"learner": "fake"}', b"\xff\xfe"])
def test_a_card_that_is_none(folder, card):
    (folder / "bundle.json").write_bytes(card)
    with pytest.raises(BundleError, match=r"bundle\.json: "):
        open_bundle(folder)


def test_a_folder_being_changed_is_no_bundle(folder, monkeypatch):
    """Sealing removes the old card first: a crash before the end must not leave a card that lies."""
    monkeypatch.setattr("pipeline.scoring.bundle.TEXT_FILES", ("absent.yaml",))
    with pytest.raises(FileNotFoundError):
        sealed(folder)
    with pytest.raises(BundleError, match="not a bundle"):
        open_bundle(folder)
