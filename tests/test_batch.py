"""Batch scoring: what lands in the folder, what never does, and what hostile input does to it."""

import csv
import io
import json
import os
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from fake_learner import CALM, CAPTION, CRUEL, POISON, TORN, UNSURE, load, sealed
from rich.console import Console

from pipeline.config import ScoreParams
from pipeline.scoring.batch import OutputError, score
from pipeline.scoring.bundle import BundleError
from pipeline.scoring.summary import show
from pipeline.text.readers import NoArticles

PARAMS = ScoreParams(batch_articles=16, shard_articles=100, max_reject_share=0.5, max_characters=2_000_000)


@pytest.fixture
def folder(tmp_path):
    """A place to work in, with a bundle of the fake learner."""
    sealed(tmp_path / "bundle")
    return tmp_path


def put(folder: Path, **texts: str | bytes) -> Path:
    """A folder of articles, one text file a keyword."""
    (folder / "in").mkdir(exist_ok=True)
    for name, text in texts.items():
        path = folder / "in" / f"{name}.txt"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder / "in"


def run(folder, out="out", format="parquet", params=PARAMS):
    paths = [str(folder / "in")]
    return score(paths, folder / out, folder / "bundle", format, params, progress=False, load=load)


def rejects(result):
    return {Path(row["source"]).name: row["reason"] for row in pq.read_table(result.paths["rejects"]).to_pylist()}


def test_three_tables_and_a_record(folder):
    put(folder, a=f"{CALM}\n{CRUEL}", b=f"{CAPTION}\n{UNSURE}", c=CRUEL)
    result = run(folder)
    assert sorted(path.name for path in (folder / "out").iterdir()) == [
        "articles.parquet",
        "inputs.parquet",
        "manifest.jsonl",
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
    result = run(folder, params=replace(PARAMS, max_characters=20_000_000))
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
    score([str(folder / "in")], folder / "out", folder / "bundle", "parquet", PARAMS, load=load)
    assert capfd.readouterr() == ("", "")
