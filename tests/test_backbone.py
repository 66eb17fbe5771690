"""The encoder is found where it may lie, and only its named weights are taken."""

import sys

import huggingface_hub
import pytest
from huggingface_hub.errors import LocalEntryNotFoundError

from pipeline.config import load_params
from pipeline.learners.transformer.backbone import BackboneError, find_backbone


@pytest.fixture
def hub(monkeypatch):
    """Names that the hub was asked for; it is never reached."""
    asked = []

    def download(name, **_):
        asked.append(name)
        raise LocalEntryNotFoundError("no network in a test")

    monkeypatch.setattr(huggingface_hub, "snapshot_download", download)
    return asked


def test_a_local_folder(encoder, hub):
    folder, sha256 = encoder
    assert find_backbone(str(folder), sha256) == folder
    assert hub == []


def test_the_projects_own_encoder_is_installed_and_is_the_named_one(hub):
    params = load_params().transformer
    folder = find_backbone(params.backbone, params.sha256)
    assert all((folder / name).is_file() for name in ("config.json", "tokenizer.json", "model.safetensors"))
    assert hub == []


def test_an_installed_package_is_found_without_running_its_code(encoder, tmp_path, monkeypatch):
    package = tmp_path / "toy_encoder_weights"
    package.mkdir()
    (package / "__init__.py").write_text("raise AssertionError('the code of the package was run')")
    inner = package / "weights"
    inner.mkdir()
    for name in ("config.json", "tokenizer.json", "model.safetensors"):
        (inner / name).write_bytes((encoder[0] / name).read_bytes())
    monkeypatch.syspath_prepend(str(tmp_path))
    assert find_backbone("Toy-Encoder-Weights", encoder[1]) == inner
    assert "toy_encoder_weights" not in sys.modules


def test_another_hash_is_refused_with_both_hashes(encoder):
    folder, sha256 = encoder
    with pytest.raises(BackboneError, match=f"{sha256}.*{'0' * 64}.*set its hash"):
        find_backbone(str(folder), "0" * 64)


def test_an_empty_hash_takes_any_weights(encoder):
    assert find_backbone(str(encoder[0]), "") == encoder[0]


def test_weights_in_a_format_that_runs_code_are_not_read(tmp_path):
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "pytorch_model.bin").write_bytes(b"\x80\x04.")
    with pytest.raises(BackboneError, match=r"no model\.safetensors; other weight formats may run code"):
        find_backbone(str(tmp_path), "")


def test_an_encoder_without_a_fast_tokenizer_is_told_before_training(encoder, tmp_path):
    """Such as those that come with a sentencepiece model alone."""
    for name in ("config.json", "model.safetensors"):
        (tmp_path / name).write_bytes((encoder[0] / name).read_bytes())
    with pytest.raises(BackboneError, match=r"no tokenizer\.json; name an encoder that has a fast tokenizer"):
        find_backbone(str(tmp_path), encoder[1])


@pytest.mark.parametrize("name", ["somebody/no-such-encoder", "no-such-encoder", "", "..", "json"])
def test_what_is_nowhere_is_a_sentence_with_the_mend(name, hub, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BackboneError, match=r"neither a folder nor an installed package.*HF_HUB_OFFLINE"):
        find_backbone(name, "")
    assert hub == [name]


def test_the_hub_is_asked_for_no_code_and_no_pickles(encoder, monkeypatch):
    seen = {}

    def download(name, **options):
        seen.update(options)
        return str(encoder[0])

    monkeypatch.setattr(huggingface_hub, "snapshot_download", download)
    assert find_backbone("somebody/encoder", encoder[1]) == encoder[0]
    assert not [p for p in seen["allow_patterns"] if p.endswith((".py", ".bin", ".pt", "*"))]
