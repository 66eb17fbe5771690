"""Parameters mirror their file; what the file gets wrong is said with file, key and mend."""

from dataclasses import FrozenInstanceError, fields, is_dataclass

import pytest
import yaml

from pipeline import CONFIGS
from pipeline.config import ConfigError, Params, load_params


def changed(tmp_path, change):
    """A copy of params.yaml after ``change`` has worked on its content."""
    content = yaml.safe_load((CONFIGS / "params.yaml").read_text(encoding="utf-8"))
    change(content)
    path = tmp_path / "params.yaml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    return path


@pytest.mark.parametrize("name", ["params.yaml", "smoke.yaml"])
def test_both_files_hold_exactly_what_the_dataclasses_name(name):
    params = load_params(CONFIGS / name)
    written = yaml.safe_load((CONFIGS / name).read_text(encoding="utf-8"))
    assert list(written) == [field.name for field in fields(Params)]
    for section, content in written.items():
        value = getattr(params, section)
        if is_dataclass(value):
            assert set(content) == {field.name for field in fields(value)}, section


def test_values_come_through_with_their_types():
    params = load_params()
    assert params.tfidf.c_grid == tuple(yaml.safe_load((CONFIGS / "params.yaml").read_text())["tfidf"]["c_grid"])
    assert isinstance(params.transformer.learning_rate, float)  # YAML 1.1 reads 1e-4 as text, 1.0e-4 as a number
    assert isinstance(params.seed, int)


def test_parameters_are_frozen():
    with pytest.raises(FrozenInstanceError):
        load_params().seed = 1


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (lambda content: content.update(sed=3), "sed"),
        (lambda content: content["split"].update(tests=0.1), "split.tests"),
        (lambda content: content["split"].pop("test"), "split.test"),
        (lambda content: content.pop("score"), "score"),
        (lambda content: content["transformer"].update(epochs="many"), "transformer.epochs"),
        (lambda content: content["tfidf"].update(word_ngrams=[1]), "tfidf.word_ngrams"),
        (lambda content: content.update(tracking=None), "tracking"),
    ],
)
def test_an_error_names_file_key_and_mend(tmp_path, change, key):
    path = changed(tmp_path, change)
    with pytest.raises(ConfigError) as caught:
        load_params(path)
    assert str(path) in str(caught.value)
    assert f"{key}: " in str(caught.value) or f"{key}." in str(caught.value)
    assert "configs/params.yaml" in str(caught.value)


def test_all_errors_are_told_at_once(tmp_path):
    path = changed(tmp_path, lambda content: (content.update(sed=3), content["split"].pop("test")))
    with pytest.raises(ConfigError, match=r"(?s)split\.test.*sed"):
        load_params(path)


def test_a_missing_file_is_a_sentence(tmp_path):
    with pytest.raises(ConfigError, match="no such parameter file; the project's own is"):
        load_params(tmp_path / "nowhere.yaml")


@pytest.mark.parametrize("content", ["seed: [1", "seed: 1\n\tcorpus: 2", "- 1\n- 2", ""])
def test_what_is_no_parameter_file_is_said_to_be_none(tmp_path, content):
    path = tmp_path / "params.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"params\.yaml"):
        load_params(path)


def test_yaml_tags_that_run_code_are_refused(tmp_path):
    path = tmp_path / "params.yaml"
    path.write_text("seed: !!python/object/apply:os.getpid []", encoding="utf-8")
    with pytest.raises(ConfigError, match="not YAML"):
        load_params(path)
