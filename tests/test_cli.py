"""The command line: help that tells what one needs, honest exit codes, sentences instead of tracebacks."""

import os
import shutil
import subprocess
import sys

import pyarrow.csv
import pyarrow.parquet as pq
import pytest
import yaml
from typer.testing import CliRunner

from pipeline import CONFIGS, ROOT, __version__
from pipeline.cli import app
from pipeline.config import TfidfParams
from pipeline.corpus.reading import read_corpus
from pipeline.labels import heads
from pipeline.learners.contract import LabelledDocument
from pipeline.learners.tfidf import TfidfLearner
from pipeline.scoring.bundle import seal

ARTICLE = "The plan goes to a vote on Monday.\n\n“It is a cruel rule,” said Ilse Marwood of Harbour Lights.\n"
STANCE = """id: toy-1
date: 2025-11-24
outlet: broadsheet
leaning: left
genre: news
government: Labour
headline: Charity warns over plan
speaker: Ilse Marwood | none | civil_society | Marwood
---
“It is a cruel rule,” said Ilse Marwood. || Ilse Marwood | opposes | left | claim | humanitarian
The vote is on Monday. || - | none | none | none | policy
"""


def run(*arguments):
    """Exit code, standard output and standard error of one command."""
    done = CliRunner().invoke(app, [str(argument) for argument in arguments], env={"COLUMNS": "120"})
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.stdout, done.stderr


def process(*arguments, stdin=b"", start=("-c", "from pipeline.cli import app; app()")):
    """The same in a process of its own, as the installed command runs."""
    done = subprocess.run(
        [sys.executable, *start, *map(str, arguments)],
        input=stdin,
        capture_output=True,
        check=False,
        env=os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "120"},
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


@pytest.fixture(scope="module")
def bundle(tmp_path_factory, text_path):
    """A sealed TF-IDF bundle, learnt on a few labelled articles through the real text path."""
    folder = tmp_path_factory.mktemp("bundle")
    learner = TfidfLearner(TfidfParams((1, 1), (3, 3), 2, (1.0,)), seed=1)
    read = read_corpus(ROOT / "seeds" / "articles" / "a")[:8]
    learnt = [
        LabelledDocument(text_path.attributed(one.article, [given.sentence for given in one.sentences]), labels)
        for one in read
        for labels in [tuple(given.labels for given in one.sentences)]
    ]
    learner.fit(learnt[:6], learnt[6:], lambda metrics, step: None)
    learner.save(folder)
    seal(
        folder,
        learner="tfidf",
        heads=heads(),
        corpus="toy",
        params={},
        temperatures={},
        threshold=0.5,
        commit="",
    )
    return folder


@pytest.fixture
def articles(tmp_path):
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "one.txt").write_text(ARTICLE, encoding="utf-8")
    return folder


@pytest.fixture
def corpus(tmp_path):
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "toy-1.stance").write_text(STANCE, encoding="utf-8")
    return folder


def test_help_reads_like_a_page_of_the_manual():
    code, page, _ = run("--help")
    assert code == 0
    for word in ("score", "compare", "corpus", "Exit codes", "0 done", "2 not done"):
        assert word in page, word
    _, page, _ = run("score", "--help")
    for word in (".txt", ".html", ".jsonl", ".parquet", "csv", "statements", "rejects", "Example"):
        assert word in page, word


@pytest.mark.parametrize("command", [["score"], ["compare"], ["corpus", "check"], ["corpus", "stats"]])
def test_no_help_page_names_a_folder_of_this_machine(command):
    code, page, _ = run(*command, "--help")
    assert code == 0
    assert str(ROOT) not in page.replace("\n", "")


def test_version():
    assert run("--version") == (0, f"asylum-stance {__version__}\n", "")


def test_scoring_writes_tables_and_prints_only_their_paths(bundle, articles, tmp_path):
    out = tmp_path / "out"
    code, said, talk = run("score", articles, "-o", out, "--bundle", bundle)
    assert code == 0
    names = ("statements", "articles", "rejects", "inputs")
    assert said.splitlines() == [str(out / f"{name}.parquet") for name in names]
    assert "1 articles" in talk
    assert "sentences a second" in talk
    rows = pq.read_table(out / "statements.parquet").to_pylist()
    assert [ARTICLE[row["start"] : row["end"]] for row in rows] == [row["text"] for row in rows]
    assert len(rows) == 2


def test_csv_is_what_a_spreadsheet_opens(bundle, articles, tmp_path):
    assert run("score", articles, "-o", tmp_path / "out", "--bundle", bundle, "--format", "csv")[0] == 0
    assert pyarrow.csv.read_csv(tmp_path / "out" / "statements.csv").num_rows == 2
    assert (tmp_path / "out" / "statements.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_an_article_from_standard_input(bundle, tmp_path):
    code, _, talk = process("score", "-", "-o", tmp_path / "out", "--bundle", bundle, stdin=ARTICLE.encode())
    assert code == 0, talk
    assert pq.read_table(tmp_path / "out" / "articles.parquet")["text"].to_pylist() == [ARTICLE]


def test_too_many_rejects_are_exit_code_1_and_the_tables_are_there(bundle, articles, tmp_path):
    for name in ("two.txt", "three.txt"):
        (articles / name).write_text(" \n", encoding="utf-8")
    code, _, talk = run("score", articles, "-o", tmp_path / "out", "--bundle", bundle)
    assert code == 1
    assert "2 of 3 articles were rejected" in talk
    assert "score.max_reject_share" in talk
    assert pq.read_table(tmp_path / "out" / "rejects.parquet").num_rows == 2


def test_a_few_rejects_are_no_failure(bundle, articles, tmp_path):
    (articles / "two.txt").write_text(" \n", encoding="utf-8")
    assert run("score", articles, "-o", tmp_path / "out", "--bundle", bundle)[0] == 0


def refused(tmp_path, *arguments):
    """What is said on standard error where nothing was done: one sentence, exit code 2, no output, no folder."""
    code, said, talk = process(*arguments)
    assert code == 2, f"{code}: {talk}"
    assert said == ""
    assert "Traceback" not in talk
    assert not (tmp_path / "out").exists()
    return talk


def test_no_bundle(articles, tmp_path):
    talk = refused(tmp_path, "score", articles, "-o", tmp_path / "out", "--bundle", tmp_path / "nowhere")
    assert "no such bundle" in talk
    assert "dvc repro" in talk


def test_a_bundle_that_was_tampered_with(bundle, articles, tmp_path):
    shutil.copytree(bundle, tmp_path / "bundle")
    with (tmp_path / "bundle" / "text" / "actors.yaml").open("a", encoding="utf-8") as file:
        file.write("# one line more\n")
    talk = refused(tmp_path, "score", articles, "-o", tmp_path / "out", "--bundle", tmp_path / "bundle")
    assert "not the file that was sealed" in talk


def test_a_bundle_of_another_version_of_the_word_lists(bundle, articles, tmp_path):
    """Sealed as it should be, but its word lists lack what this program reads."""
    configs = tmp_path / "configs"
    shutil.copytree(CONFIGS, configs)
    (configs / "reporting.yaml").write_text("verbs: {}\n", encoding="utf-8")
    shutil.copytree(bundle, tmp_path / "bundle")
    seal(
        tmp_path / "bundle",
        learner="tfidf",
        heads=heads(),
        corpus="",
        params={},
        temperatures={},
        threshold=0.5,
        commit="",
        configs=configs,
    )
    refused(tmp_path, "score", articles, "-o", tmp_path / "out", "--bundle", tmp_path / "bundle")


def test_a_folder_without_articles(bundle, tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "picture.jpg").write_bytes(b"\xff\xd8")
    talk = refused(tmp_path, "score", tmp_path / "empty", "-o", tmp_path / "out", "--bundle", bundle)
    assert "no article in it" in talk
    assert ".txt" in talk


def test_an_input_that_is_not_there(bundle, tmp_path):
    talk = refused(tmp_path, "score", tmp_path / "nowhere.txt", "-o", tmp_path / "out", "--bundle", bundle)
    assert "no such file or folder" in talk


def test_an_unknown_format(bundle, articles, tmp_path):
    talk = refused(tmp_path, "score", articles, "-o", tmp_path / "out", "--bundle", bundle, "--format", "xlsx")
    assert "expected one of parquet, csv, jsonl" in talk


def test_a_folder_that_holds_something_else_is_not_written_to(bundle, articles, tmp_path):
    keep = tmp_path / "keep"
    keep.mkdir()
    (keep / "thesis.docx").write_text("years of work")
    assert "thesis.docx" in refused(tmp_path, "score", articles, "-o", keep, "--bundle", bundle)
    assert (keep / "thesis.docx").read_text() == "years of work"


def test_a_place_that_cannot_be_written_to(bundle, articles, tmp_path):
    (tmp_path / "file").write_text("no folder")
    refused(tmp_path, "score", articles, "-o", tmp_path / "file" / "deeper", "--bundle", bundle)


def test_no_arguments(tmp_path):
    assert "PATH" in refused(tmp_path, "score")


def test_an_unknown_option_of_the_parameter_file(bundle, articles, tmp_path):
    content = yaml.safe_load((CONFIGS / "params.yaml").read_text(encoding="utf-8"))
    content["score"]["batch"] = 3
    path = tmp_path / "params.yaml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    arguments = ("score", articles, "-o", tmp_path / "out", "--bundle", bundle, "--params", path)
    assert "score.batch" in refused(tmp_path, *arguments)


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00", b""])
def test_a_parameter_file_that_is_none(bundle, articles, tmp_path, content):
    """A folder, something binary, and nothing."""
    path = tmp_path / "params.yaml"
    path.mkdir() if content is None else path.write_bytes(content)
    arguments = ("score", articles, "-o", tmp_path / "out", "--bundle", bundle, "--params", path)
    assert "params.yaml" in refused(tmp_path, *arguments)


def test_compare_without_runs(tmp_path, monkeypatch):
    monkeypatch.setattr("pipeline.cli.judging.ROOT", tmp_path)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    code, said, talk = run("compare")
    assert (code, said) == (2, "")
    assert "tracking.enabled: true" in talk
    assert list(tmp_path.iterdir()) == [], "an empty database was left"


def test_corpus_check_of_a_good_folder(corpus):
    code, said, talk = run("corpus", "check", corpus)
    assert (code, said) == (0, "")
    assert "0 errors" in talk


def test_corpus_check_names_file_and_line(corpus):
    path = corpus / "toy-1.stance"
    path.write_text(STANCE.replace("| opposes |", "| opposed |"), encoding="utf-8")
    code, said, talk = run("corpus", "check", corpus)
    assert code == 1
    assert f"error: {path}:10: " in said
    assert "did you mean 'opposes'" in said
    assert "1 errors" in talk


def test_corpus_check_of_warnings_alone_is_no_failure(corpus):
    (corpus / "toy-1.stance").rename(corpus / "toy-2.stance")
    code, said, _ = run("corpus", "check", corpus)
    assert code == 0
    assert said.startswith("warning: ")


def test_corpus_stats_counts(corpus):
    code, said, _ = run("corpus", "stats", corpus)
    assert code == 0
    for word in ("opposes", "humanitarian", "broadsheet", "Labour", "2025"):
        assert word in said, word


def test_corpus_stats_of_a_broken_folder(corpus, tmp_path):
    (corpus / "toy-1.stance").write_text(STANCE.replace("| opposes |", "| opposed |"), encoding="utf-8")
    assert "toy-1.stance:10: " in refused(tmp_path, "corpus", "stats", corpus)


def test_it_runs_as_a_module_too():
    """`make smoke` starts it so, in a checkout that is not installed."""
    code, said, _ = process("--version", start=("-m", "pipeline.cli"))
    assert (code, said) == (0, f"asylum-stance {__version__}\n")
