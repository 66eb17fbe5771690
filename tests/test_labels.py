"""Heads, classes and closed lists come from the codebook file, in its order."""

import pytest
import yaml

from pipeline import CONFIGS
from pipeline.labels import NONE, codebook, heads, load_codebook

FILE = CONFIGS / "codebook.yaml"


def test_heads_keep_the_order_of_the_file():
    written = yaml.safe_load(FILE.read_text(encoding="utf-8"))["heads"]
    assert list(heads()) == list(written) == ["stance", "pressure", "role", "frame"]
    assert all(list(heads()[head]) == classes for head, classes in written.items())


def test_none_is_the_last_class_of_every_head():
    """Plots, the threshold and the metrics count on it."""
    assert {classes[-1] for classes in heads().values()} == {NONE}


def test_no_vocabulary_names_a_thing_twice():
    book = codebook()
    for names in (*book.heads.values(), book.parties, book.kinds, book.governments, book.leanings):
        assert len(set(names)) == len(names)
        assert all(isinstance(name, str) and name for name in names), "YAML reads a bare no, on or null as no text"


def test_the_annotators_codebook_explains_every_value():
    """CODEBOOK.md is what annotators read: every class of the file must be explained there."""
    explained = (CONFIGS.parent / "seeds" / "CODEBOOK.md").read_text(encoding="utf-8")
    book = codebook()
    for name in (*(label for classes in book.heads.values() for label in classes), *book.parties, *book.kinds):
        assert name in explained, name


def test_a_codebook_without_a_section_is_refused(tmp_path):
    written = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    for section in written:
        path = tmp_path / "codebook.yaml"
        path.write_text(yaml.safe_dump({k: v for k, v in written.items() if k != section}), encoding="utf-8")
        with pytest.raises(KeyError, match=section):
            load_codebook(path)


def test_another_folder_has_its_own_codebook(tmp_path):
    written = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    written["heads"]["stance"] = ["yes", "no", "none"]
    (tmp_path / "codebook.yaml").write_text(yaml.safe_dump(written), encoding="utf-8")
    assert load_codebook(tmp_path / "codebook.yaml").heads["stance"] == ("yes", "no", "none")
    assert heads()["stance"] != ("yes", "no", "none")
