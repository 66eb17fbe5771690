"""Batch scoring: what lands in the folder, what never does, and what hostile input does to it."""

import csv
import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from fake_learner import CALM, CAPTION, CRUEL, POISON, TORN, UNSURE, scorer
from rich.console import Console

from pipeline.config import ScoreParams
from pipeline.scoring import batch
from pipeline.scoring.batch import OutputError, score
from pipeline.scoring.bundle import BundleError
from pipeline.scoring.engine import Scorer
from pipeline.scoring.summary import show
from pipeline.text.readers import NoArticles

PARAMS = ScoreParams(batch_articles=2, max_reject_share=0.5, max_characters=2_000_000)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A place to work in, where every bundle is the fake learner's."""
    made = scorer(tmp_path / "bundle")
    monkeypatch.setattr(Scorer, "load", lambda bundle: made)
    return tmp_path


def put(folder: Path, **texts: str | bytes) -> Path:
    """A folder of articles, one text file a keyword."""
    (folder / "in").mkdir(exist_ok=True)
    for name, text in texts.items():
        path = folder / "in" / f"{name}.txt"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder / "in"


def run(folder, out="out", format="parquet", params=PARAMS):
    return score([str(folder / "in")], folder / out, folder / "bundle", format, params, progress=False)


def rejects(result):
    return {Path(row["source"]).name: row["reason"] for row in pq.read_table(result.paths["rejects"]).to_pylist()}


def test_three_tables_and_a_record(folder):
    put(folder, a=f"{CALM}\n{CRUEL}", b=f"{CAPTION}\n{UNSURE}", c=CRUEL)
    result = run(folder)
    assert sorted(path.name for path in (folder / "out").iterdir()) == [
        "articles.parquet",
        "rejects.parquet",
        "score.json",
        "statements.parquet",
    ]
    assert (result.articles, result.sentences, result.statements, result.rejects) == (3, 5, 2, 0)
    assert pq.read_table(result.paths["statements"])["article_id"].to_pylist() == ["a", "a", "b", "b", "c"]
    articles = pq.read_table(result.paths["articles"]).to_pylist()
    assert [(row["n_sentences"], row["n_boilerplate"]) for row in articles] == [(2, 0), (2, 1), (1, 0)]
    assert json.loads((folder / "out" / "score.json").read_text())["sentences"] == 5


def test_offsets_hold_between_the_tables(folder):
    put(folder, a=f"{CALM}\n\n{CRUEL}")
    result = run(folder)
    texts = {row["article_id"]: row["text"] for row in pq.read_table(result.paths["articles"]).to_pylist()}
    for row in pq.read_table(result.paths["statements"]).to_pylist():
        assert texts[row["article_id"]][row["start"] : row["end"]] == row["text"]


def test_batches_are_bounded_by_articles_and_by_characters(folder):
    put(folder, **{f"a{number}": CALM for number in range(5)})
    learner = batch.Scorer.load(folder).learner
    run(folder)
    assert learner.calls == [2, 2, 1]
    learner.calls.clear()
    run(folder, params=ScoreParams(batch_articles=64, max_reject_share=0.5, max_characters=len(CALM)))
    assert learner.calls == [1] * 5


def test_csv_is_quoted_and_formulas_are_disarmed(folder):
    dangerous = '=HYPERLINK("http://x.test","click") said the plan is cruel.'
    put(folder, a=f'{dangerous}\n- a dash\n@handle\nfine, "quoted" and safe')
    result = run(folder, format="csv")
    raw = result.paths["statements"].read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf"), "spreadsheets read UTF-8 only with its mark"
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))
    texts = [row["text"] for row in rows]
    assert texts == [f"'{dangerous}", "'- a dash", "'@handle", 'fine, "quoted" and safe']
    assert rows[0]["speaker"].startswith("'=")
    assert rows[3]["speaker"] == ""


def test_jsonl_is_exact(folder):
    put(folder, a="=1+1 stays as it is\n“Ça suffit”")
    result = run(folder, format="jsonl")
    rows = [json.loads(line) for line in result.paths["statements"].read_text("utf-8").splitlines()]
    assert [row["text"] for row in rows] == ["=1+1 stays as it is", "“Ça suffit”"]
    assert rows[0]["speaker"] is None
    assert rows[0]["p_stance_none"] == 0.8


def test_hostile_files_are_named_in_the_rejects_and_the_run_goes_on(folder):
    put(
        folder,
        good=CRUEL,
        empty=b"",
        blank=b" \n\t ",
        binary=b"\x7fELF\x00\x00\x01" * 500,
        learner=POISON,
        textpath=TORN,
        line="a " * 5_000_000,
    )
    (folder / "in" / "broken.html").write_text("<html><body><div><p>" + "<table" * 50)
    result = run(folder)
    assert rejects(result) == {
        "empty.txt": "empty",
        "blank.txt": "empty",
        "binary.txt": "binary",
        "learner.txt": "error",
        "textpath.txt": "error",
        "line.txt": "too_long",
        "broken.html": "html",
    }
    assert result.reject_share == pytest.approx(7 / 8)
    assert pq.read_table(result.paths["statements"])["article_id"].to_pylist() == ["good"]


def test_a_line_of_ten_megabytes_is_scored_where_it_is_allowed(folder):
    put(folder, line=CRUEL + " and so on" * 1_000_000)
    result = run(folder, params=ScoreParams(batch_articles=2, max_reject_share=0.5, max_characters=20_000_000))
    assert (result.sentences, result.rejects) == (1, 0)


def test_a_western_code_page_is_read(folder):
    put(folder, old="“Enough” is a word – said Zoë".encode("cp1252"))
    result = run(folder)
    assert pq.read_table(result.paths["statements"])["text"].to_pylist() == ["“Enough” is a word – said Zoë"]


def test_a_file_name_that_is_no_text(folder):
    put(folder)
    Path(os.fsdecode(os.fsencode(folder / "in") + b"/b\xffd.txt")).write_text(CALM)
    Path(os.fsdecode(os.fsencode(folder / "in") + b"/w\xffrse.txt")).write_text(POISON)
    result = run(folder)
    assert (result.articles, result.rejects) == (1, 1)


def test_everything_rejected_still_tells_why(folder):
    put(folder, a=b"")
    result = run(folder)
    assert result.reject_share == 1
    assert rejects(result) == {"a.txt": "empty"}
    assert pq.read_table(result.paths["statements"]).num_rows == 0


def test_a_folder_without_articles_leaves_nothing(folder):
    put(folder)
    with pytest.raises(NoArticles):
        run(folder)
    assert sorted(path.name for path in folder.iterdir()) == ["bundle", "bundle-configs", "in"]


def test_a_missing_bundle_leaves_nothing(tmp_path):
    put(tmp_path, a=CALM)
    with pytest.raises(BundleError, match="no such bundle"):
        run(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


def test_an_earlier_result_is_replaced_as_a_whole(folder):
    put(folder, a=CALM)
    run(folder, format="csv")
    put(folder, a=CRUEL)
    result = run(folder)
    assert not (folder / "out" / "statements.csv").exists()
    assert pq.read_table(result.paths["statements"])["stance"].to_pylist() == ["opposes"]


@pytest.mark.parametrize("name", ["notes.txt", "statements.csv"])
def test_a_folder_with_something_else_in_it_is_left_alone(folder, name):
    put(folder, a=CALM)
    (folder / "out").mkdir()
    (folder / "out" / name).write_text("mine")
    with pytest.raises(OutputError, match="Name"):
        run(folder)
    assert (folder / "out" / name).read_text() == "mine"


def test_output_inside_the_input_is_refused(folder):
    put(folder, a=CALM)
    with pytest.raises(OutputError, match="lies inside"):
        run(folder, out="in/out")


def test_output_that_is_a_file_is_refused(folder):
    put(folder, a=CALM)
    (folder / "out").write_text("mine")
    with pytest.raises(OutputError, match="not a folder"):
        run(folder)


def test_a_run_that_fails_half_way_leaves_the_earlier_result(folder, monkeypatch):
    put(folder, **{f"a{number}": CALM for number in range(6)})
    before = run(folder).paths["statements"].read_bytes()

    whole, calls = Scorer.score, []

    def interrupted(self, articles):
        calls.append(len(articles))
        if len(calls) == 2:
            raise KeyboardInterrupt
        return whole(self, articles)

    monkeypatch.setattr(Scorer, "score", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run(folder)
    assert (folder / "out" / "statements.parquet").read_bytes() == before
    assert not list(folder.glob(".out*"))


KILLED = """
import sys, time
sys.path[:0] = [{tests!r}, {root!r}]
from pathlib import Path
from fake_learner import scorer
from pipeline.scoring.engine import Scorer
from pipeline.scoring.batch import score
from pipeline.config import ScoreParams
made, whole = scorer(Path({folder!r}) / "bundle"), Scorer.score
def slow(self, articles):
    scored = whole(self, articles)
    print("batch", flush=True)
    time.sleep(60)
    return scored
Scorer.load, Scorer.score = staticmethod(lambda bundle: made), slow
score([{folder!r} + "/in"], Path({folder!r}) / "out", Path("b"), "csv", ScoreParams(1, 0.5, 1000), False)
"""


def test_a_killed_run_leaves_no_result_and_the_next_one_clears_up(folder):
    put(folder, a=CALM, b=CRUEL)
    tests = Path(__file__).parent
    code = KILLED.format(tests=str(tests), root=str(tests.parent), folder=str(folder))
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"batch\n"
    with pytest.raises(OutputError, match="another run"):
        run(folder)
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert not (folder / "out").exists()
    assert (folder / ".out.partial").exists()
    assert run(folder).articles == 2
    assert not list(folder.glob(".out*"))


def test_unknown_format(folder):
    put(folder, a=CALM)
    with pytest.raises(OutputError, match="parquet, csv, jsonl"):
        run(folder, format="xlsx")


def test_summary_counts_parties_and_reasons(folder):
    put(folder, a=f"{CRUEL}\n{CRUEL}\n{CALM}", b=b"")
    result = run(folder)
    screen = Console(file=io.StringIO(), width=100)
    show(result.tally, result.heads, screen)
    text = screen.file.getvalue()
    assert "1 articles, 3 sentences" in text
    assert "1 speakers found, in 2 sentences" in text
    green = next(line for line in text.splitlines() if "Green" in line)
    assert [int(cell) for cell in green.replace("│", " ").split()[1:]] == [0, 2, 0, 2]
    assert "1 empty (50% of the input)" in text


def test_nothing_is_said_in_a_pipe(folder, capfd):
    put(folder, a=CALM)
    score([str(folder / "in")], folder / "out", folder / "bundle", "parquet", PARAMS, progress=True)
    assert capfd.readouterr() == ("", "")
