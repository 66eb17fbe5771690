"""The corpus as a folder: order, errors of all files, and its hash."""

from pathlib import Path

import pytest

from pipeline import ROOT
from pipeline.corpus.problems import StanceError
from pipeline.corpus.reading import read_corpus, read_folder

TEXT = """\
id: {id}
date: 2026-03-09
outlet: local
leaning: centre
genre: news
government: Labour
headline: Ferry town votes
---
The ferry was late again. || - | none | none | none | none
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, article_id in (("b/one", "z-9"), ("a/two", "b-2"), ("three", "a-1")):
        path = tmp_path / "corpus" / f"{name}.stance"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(TEXT.format(id=article_id), encoding="utf-8")
    (tmp_path / "corpus" / "notes.txt").write_text("no article", encoding="utf-8")
    return tmp_path / "corpus"


def test_articles_come_sorted_by_id(folder: Path):
    assert [labelled.article.id for labelled in read_corpus(folder)] == ["a-1", "b-2", "z-9"]


def test_sources_are_relative_to_where_the_program_runs(folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(folder.parent)
    assert read_corpus(folder)[0].article.source == "corpus/three.stance"


def test_a_duplicate_id_is_refused_with_both_places(folder: Path):
    (folder / "four.stance").write_text(TEXT.format(id="b-2"), encoding="utf-8")
    with pytest.raises(
        StanceError, match=r"four\.stance:1: the id 'b-2' is also that of .*two\.stance:1"
    ) as caught:
        read_corpus(folder)
    assert len(caught.value.problems) == 1


def test_errors_of_all_files_are_told_and_the_good_ones_kept(folder: Path):
    (folder / "a/two.stance").write_text(TEXT.format(id="b-2").replace("none\n", "nobody\n"), encoding="utf-8")
    (folder / "b/one.stance").write_bytes(b"\xff\xfe")
    located, problems = read_folder(folder)
    assert [one.article.article.id for one in located] == ["a-1"]
    assert [problem.rule for problem in problems] == ["unknown-label", "not-utf8"]
    with pytest.raises(StanceError):
        read_corpus(folder)


@pytest.mark.parametrize(("name", "what"), [("missing", "no such folder"), ("", "no .stance file in the folder")])
def test_a_folder_without_articles_is_an_error(tmp_path: Path, name: str, what: str):
    with pytest.raises(StanceError, match=what):
        read_corpus(tmp_path / name)


def test_a_folder_named_like_an_article_is_told(folder: Path):
    (folder / "odd.stance").mkdir()
    _, problems = read_folder(folder)
    assert [problem.rule for problem in problems] == ["unreadable"]


def test_the_project_corpus_is_whole():
    labelled = read_corpus(ROOT / "seeds" / "articles")
    assert len(labelled) >= 552
    assert sum(len(one.sentences) for one in labelled) >= 13_266
