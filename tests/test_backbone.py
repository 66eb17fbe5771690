"""The encoder is found where it may lie, and only its named weights are taken."""

import io
import sys
from itertools import pairwise
from zipfile import ZipFile

import huggingface_hub
import pytest
from huggingface_hub.errors import LocalEntryNotFoundError

from pipeline.config import load_params
from pipeline.learners.transformer import backbone
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


NEEDED = ("config.json", "tokenizer.json", "model.safetensors")


def zipped(files):
    """Bytes of a zip of (name, content)."""
    archive = io.BytesIO()
    with ZipFile(archive, "w") as opened:
        for name, content in files:
            opened.writestr(name, content)
    return archive.getvalue()


def an_encoder(encoder):
    """(name, content) of an archive laid out as published ones are, with other configs and code beside it."""
    own = [(f"toy/{name}", (encoder[0] / name).read_bytes()) for name in NEEDED]
    return [*own, ("toy/1_Pooling/config.json", b"{}"), ("toy/modeling.py", b"raise SystemExit")]


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Installs an archive as so many distributions; those of ``without`` are left out."""

    def installed(archive, parts=3, without=(), name="toy_encoder"):
        site = tmp_path / "site"
        ends = [len(archive) * number // parts for number in range(parts + 1)]
        for number, (start, end) in enumerate(pairwise(ends), start=1):
            if number in without:
                continue
            package, inside = f"{name}_pypi_part_{number:03}", f"{name}-part_{number:03}/toy.zip.{number:03}"
            about = site / f"{package}-0.0.1.dist-info"
            for path, content in (
                (site / inside, archive[start:end]),
                (site / inside.replace("toy.zip", "__init__.py").removesuffix(f".{number:03}"), b"1 / 0"),
                (about / "METADATA", f"Metadata-Version: 2.1\nName: {package}\nVersion: 0.0.1\n".encode()),
                (about / "RECORD", f"{inside},,\n".encode()),
            ):
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
        monkeypatch.syspath_prepend(str(site))
        return site

    return installed


@pytest.fixture
def room(tmp_path):
    folder = tmp_path / "outer" / "room"
    folder.mkdir(parents=True)
    return folder


@pytest.mark.parametrize("name", ["toy-encoder", "Toy_Encoder"])
def test_the_parts_of_an_archive_are_joined_in_order(name, encoder, install, room, hub):
    install(zipped(an_encoder(encoder)), parts=12)
    assert find_backbone(name, encoder[1], room) == room
    assert {path.name: path.read_bytes() for path in room.iterdir()} == {
        name: (encoder[0] / name).read_bytes() for name in NEEDED
    }
    assert hub == []


def test_parts_of_another_encoder_are_left_alone(encoder, install, room, hub):
    install(zipped(an_encoder(encoder)), name="a_toy_encoder")
    with pytest.raises(BackboneError, match="no encoder 'toy-encoder'"):
        find_backbone("toy-encoder", encoder[1], room)


def test_joined_weights_are_checked_by_hash_too(encoder, install, room):
    install(zipped(an_encoder(encoder)))
    with pytest.raises(BackboneError, match="set its hash"):
        find_backbone("toy-encoder", "0" * 64, room)


def test_parts_need_a_room_to_be_joined_in(encoder, install):
    install(zipped(an_encoder(encoder)))
    with pytest.raises(BackboneError, match="installed in 3 parts: `dvc repro backbone` joins them"):
        find_backbone("toy-encoder", encoder[1])


@pytest.mark.parametrize(
    ("without", "told"),
    [
        ((1,), "part 1 of the encoder 'toy-encoder' is missing"),
        ((2, 3), "part 2, 3 of"),
        ((4,), "do not make one whole zip"),
    ],
)
def test_a_missing_part_is_a_sentence_with_the_mend(without, told, encoder, install, room):
    install(zipped(an_encoder(encoder)), parts=4, without=without)
    with pytest.raises(BackboneError, match=rf"{told}.*pip install '\.\[large\]'"):
        find_backbone("toy-encoder", encoder[1], room)


def test_a_package_without_its_part_is_a_sentence_with_the_mend(encoder, install, room):
    site = install(zipped(an_encoder(encoder)))
    (site / "toy_encoder-part_002" / "toy.zip.002").unlink()
    with pytest.raises(
        BackboneError, match=r"holds 0 files that end in \.002.*--force-reinstall toy_encoder_pypi_part_002"
    ):
        find_backbone("toy-encoder", encoder[1], room)


def test_a_torn_archive_is_a_sentence(encoder, install, room):
    whole = bytearray(zipped(an_encoder(encoder)))
    whole[2000:2100] = bytes(100)  # inside a file: its checksum breaks
    install(bytes(whole))
    with pytest.raises(BackboneError, match="do not make one whole zip"):
        find_backbone("toy-encoder", "", room)


@pytest.mark.parametrize("stray", ["../config.json", "/config.json", "toy/../../vocab.txt"])
def test_an_archive_that_leads_outside_is_refused(stray, encoder, install, room):
    install(zipped([*an_encoder(encoder), (stray, b"{}")]))
    with pytest.raises(BackboneError, match="outside itself; do not use it"):
        find_backbone("toy-encoder", encoder[1], room)
    assert [path.name for path in room.parent.iterdir()] == ["room"]
    assert list(room.iterdir()) == []


def test_an_archive_too_large_is_not_unpacked(encoder, install, room, monkeypatch):
    monkeypatch.setattr(backbone, "MOST_BYTES", 1000)
    install(zipped(an_encoder(encoder)))
    with pytest.raises(BackboneError, match="would take over 1,000 bytes"):
        find_backbone("toy-encoder", encoder[1], room)
    assert list(room.iterdir()) == []


def test_an_archive_without_the_safe_weights_is_told(install, room):
    install(zipped([("toy/config.json", b"{}"), ("toy/pytorch_model.bin", b"\x80\x04.")]))
    with pytest.raises(BackboneError, match=r"no model\.safetensors; other weight formats may run code"):
        find_backbone("toy-encoder", "", room)
