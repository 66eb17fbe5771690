"""`asylum-stance attribute` with a bundle: what was learned is used, and only as it was sealed."""

import shutil
from pathlib import Path

import pytest
from attribute_door import TEXT, file, printed, refused, sealed, spans
from toy_speakers import learned

from pipeline import CONFIGS
from pipeline.scoring.attribute import text_path
from pipeline.scoring.bundle import BundleError, open_bundle
from pipeline.text.document import AFFILIATIONS, RANKER


@pytest.fixture(autouse=True)
def no_trained_model(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether somebody has trained a model in this checkout must not matter here."""
    monkeypatch.setattr("pipeline.scoring.attribute.ROOT", tmp_path_factory.mktemp("root"))


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle whose text path learned to give every sentence to nobody, and nobody's kind but "expert"."""
    folder = tmp_path_factory.mktemp("bundles")
    return sealed(folder / "nobody", learned(folder / "learned", flag="nobody", kind="expert"))


def test_what_was_learned_is_sealed_and_used(bundle: Path, tmp_path: Path) -> None:
    assert {f"text/{RANKER}", f"text/{AFFILIATIONS}"} <= set(open_bundle(bundle).card.files)
    path = file(tmp_path / "one.txt", "Kit Marlow said that it was late.\n“No,” he added. “Not here.”\n")
    (rules,), (one,) = printed(tmp_path, path), printed(tmp_path, path, "--bundle", bundle)
    assert [unit.voice.kind for unit in rules.attributions] == ["", ""]
    assert [unit.voice.kind for unit in one.attributions] == ["expert", "expert"]
    assert [spans(found)[1][2] for found in (rules, one)] == [["“No,”", "“Not here.”"], ["“No,”"]]


def test_the_baseline_of_a_bundle_has_learned_nothing(bundle: Path) -> None:
    chosen, rules = text_path(bundle, rules=False), text_path(bundle, rules=True)
    assert chosen.learned is not None
    assert chosen.parsing
    assert rules.learned is None
    assert not rules.parsing
    assert text_path(sealed(bundle.parent / "plain"), rules=False).learned is None


def test_the_scorer_is_used_where_there_is_one(bundle: Path, tmp_path: Path, monkeypatch) -> None:
    """Without --bundle: models/scorer, or the configuration where nobody has trained yet."""
    monkeypatch.setattr("pipeline.scoring.attribute.ROOT", tmp_path)
    assert text_path(None, rules=False).learned is None
    shutil.copytree(bundle, tmp_path / "models" / "scorer")
    assert text_path(None, rules=False).learned is not None
    (tmp_path / "models" / "scorer" / "bundle.json").unlink()
    with pytest.raises(BundleError, match="not a bundle"):
        text_path(None, rules=False)


def test_a_bundle_that_is_not_there(tmp_path: Path) -> None:
    one = file(tmp_path / "one.txt", TEXT)
    assert "no such bundle" in refused(one, "--bundle", tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    assert "not a bundle" in refused(one, "--bundle", tmp_path / "empty")


@pytest.mark.parametrize("name", [RANKER, AFFILIATIONS])
def test_learned_parts_that_were_tampered_with(bundle: Path, tmp_path: Path, name: str) -> None:
    one = file(tmp_path / "one.txt", TEXT)
    copy = tmp_path / "bundle"
    shutil.copytree(bundle, copy)
    with (copy / "text" / name).open("ab") as stream:
        stream.write(b" ")
    assert "not the file that was sealed" in refused(one, "--bundle", copy)
    (copy / "text" / name).unlink()
    assert f"text/{name} missing" in refused(one, "--bundle", copy)


def test_learned_parts_that_were_put_in_later(bundle: Path, tmp_path: Path) -> None:
    copy = sealed(tmp_path / "plain")
    shutil.copy(bundle / "text" / RANKER, copy / "text")
    talk = refused(file(tmp_path / "one.txt", TEXT), "--bundle", copy)
    assert f"text/{RANKER} was not sealed with it" in talk


@pytest.mark.parametrize("name", [RANKER, AFFILIATIONS])
def test_half_of_what_was_learned_is_refused(tmp_path: Path, name: str) -> None:
    copy = sealed(tmp_path / "half", learned(tmp_path / "learned", without=[name]))
    talk = refused(file(tmp_path / "one.txt", TEXT), "--bundle", copy)
    assert name in talk
    assert "dvc repro" in talk


@pytest.mark.parametrize(
    ("name", "content"),
    [("reporting.yaml", "verbs: {}\n"), ("actors.yaml", "[]\n"), ("cleaning.yaml", "x: 1\n")],
)
def test_word_lists_of_another_version(tmp_path: Path, name: str, content: str) -> None:
    """Sealed as it should be, but not what this program reads: a sentence, no traceback."""
    configs = tmp_path / "configs"
    shutil.copytree(CONFIGS, configs)
    (configs / name).write_text(content)
    copy = sealed(tmp_path / "old", configs=configs)
    assert "dvc repro" in refused(file(tmp_path / "one.txt", TEXT), "--bundle", copy)


@pytest.mark.parametrize("name", [RANKER, AFFILIATIONS])
def test_learned_parts_of_another_version(tmp_path: Path, name: str) -> None:
    parts = learned(tmp_path / "learned")
    written = (parts / name).read_text().replace(" is_rule ", " was_rule ").replace('"kinds":', '"sorts":')
    (parts / name).write_text(written)
    copy = sealed(tmp_path / "old", parts)
    talk = refused(file(tmp_path / "one.txt", TEXT), "--bundle", copy)
    assert name in talk
    assert "Train it again" in talk
