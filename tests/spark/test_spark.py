"""Real Spark on two task slots: the rows of the local engine, whatever Spark does on the way."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from fake_learner import CALM, CRUEL, POISON, TORN, sealed
from toy_learners import bundle as toy_bundle
from toy_learners import tfidf

from pipeline import ROOT
from pipeline.config import ScoreParams
from pipeline.scoring.bundle import BundleError
from pipeline.scoring.engine import Scorer
from pipeline.scoring.result_folder import OutputError
from pipeline.text.readers import NoArticles, NoSuchInput, read
from pipeline.text.rejects import Reject

pytest.importorskip("pyspark", reason="pyspark is an optional extra: make test-spark")
pytestmark = pytest.mark.skipif(
    not (os.environ.get("JAVA_HOME") or shutil.which("java")), reason="Spark needs Java 17: make test-spark"
)

from fake_scoring import FakeScoring  # noqa: E402
from spark_articles import put_articles, put_packed  # noqa: E402

from pipeline.scoring.spark import run  # noqa: E402
from pipeline.scoring.spark.session import SparkError, spark_session  # noqa: E402

PARAMS = ScoreParams(batch_articles=3, shard_articles=4, max_reject_share=0.5, max_characters=10_000)
TABLES = ["articles.parquet", "rejects.parquet", "statements.parquet"]


@pytest.fixture(scope="module")
def spark():
    """Workers find what tests bring; files are cut into pieces of two articles or so."""
    os.environ["PYTHONPATH"] = os.pathsep.join(map(str, (ROOT / "tests", ROOT / "tests" / "spark")))
    with spark_session("local[2]") as session:
        session.conf.set("spark.sql.files.maxPartitionBytes", "1000")
        yield session
    del os.environ["PYTHONPATH"]


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bundle") / "tfidf"
    toy_bundle(folder, tfidf(), neighbours=False)
    return folder


@pytest.fixture(scope="module")
def articles(tmp_path_factory):
    return put_articles(tmp_path_factory.mktemp("articles") / "in")


@pytest.fixture(scope="module")
def local(bundle, articles):
    """What the local readers and the engine make of the same folder, and their rejects."""
    shown = [p for p in read([str(articles)], PARAMS.max_characters) if "_temporary" not in p.source]
    scored = Scorer.load(bundle).score([item for item in shown if not isinstance(item, Reject)])
    rejects = [item for item in shown if isinstance(item, Reject)]
    return (
        scored.statements.to_pylist(),
        scored.articles.to_pylist(),
        [vars(r) for r in (*rejects, *scored.rejects)],
    )


@pytest.fixture(scope="module")
def result(spark, bundle, articles, tmp_path_factory):
    out = tmp_path_factory.mktemp("out") / "scored"
    return run.score(spark, [str(articles)], str(out), bundle, "parquet", PARAMS), out


def rows(out, name, key):
    return sorted(pq.read_table(out / f"{name}.parquet").to_pylist(), key=lambda row: row[key])


def test_every_value_is_that_of_the_local_engine(result, local):
    _, out = result
    for name, key, expected in zip(
        ("statements", "articles", "rejects"), ("sentence_id", "article_id", "source"), local, strict=True
    ):
        assert rows(out, name, key) == sorted(expected, key=lambda row: row[key]), name


def test_the_articles_show_what_can_differ(local):
    statements, articles, rejects = local
    names = {Path(row["article_id"]).name for row in articles}
    assert {"a2", "news#6", "older & dim#1", "rows#2", "rows.parquet#4"} <= names
    assert sum(name.startswith("news.jsonl#") for name in names) == 2, "two texts came late for a2"
    assert {row["reason"] for row in rejects} == {
        "binary",
        "duplicate",
        "empty",
        "encoding",
        "json",
        "metadata",
        "missing_text",
        "too_long",
    }
    assert len({row["stance"] for row in statements}) > 1


def test_the_order_in_a_part_is_that_of_the_input(result):
    for part in (result[1] / "articles.parquet").glob("*.parquet"):
        numbers = [
            int(n)
            for name, _, n in (s.partition("news.jsonl#") for s in pq.read_table(part)["source"].to_pylist())
            if n
        ]
        assert numbers == sorted(numbers) or len(numbers) < 2


def test_each_worker_loads_once_and_each_article_is_scored_once(result):
    effort = result[0].effort
    assert effort.tasks > effort.workers
    assert effort.loads == effort.workers <= 2
    assert effort.sentences == pq.read_table(result[1] / "statements.parquet").num_rows


def test_only_the_result_is_left(result, local):
    found, out = result
    assert sorted(path.name for path in out.iterdir()) == [
        "articles.parquet",
        "rejects.parquet",
        "score.json",
        "statements.parquet",
    ]
    record = json.loads((out / "score.json").read_text())
    assert record["model"] == local[0][0]["model"]
    assert (
        (record["articles"], record["rejects"])
        == (found.articles, found.rejects)
        == (len(local[1]), len(local[2]))
    )
    assert record["rejects_by_reason"] == dict(found.tally.rejects)


def test_a_run_that_fails_leaves_an_earlier_result_alone(spark, result, articles, bundle, monkeypatch):
    def fall_over(*_):
        raise SparkError("no more disk")

    before = sorted(path for path in result[1].rglob("*"))
    monkeypatch.setattr(run, "numbered", fall_over)
    with pytest.raises(SparkError, match="no more disk"):
        run.score(spark, [str(articles)], str(result[1]), bundle, "parquet", PARAMS)
    assert sorted(path for path in result[1].rglob("*")) == before


def test_a_result_with_a_hole_is_not_kept(spark, bundle, tmp_path, monkeypatch):
    """As where the input grew between counting and scoring."""
    really = run.numbered
    monkeypatch.setattr(run, "numbered", lambda *told: (really(*told)[0], 3))
    with pytest.raises(SparkError, match="changed while it was read"):
        run.score(spark, [str(put_packed(tmp_path / "in"))], str(tmp_path / "out"), bundle, "parquet", PARAMS)
    assert list((tmp_path / "out").iterdir()) == []


def test_counts_are_those_of_the_rows(result, local):
    tally, statements = result[0].tally, local[0]
    spoken = [row for row in statements if row["speaker"]]
    assert (tally.sentences, tally.attributed) == (len(statements), len(spoken))
    assert tally.speakers == {row["speaker"] for row in spoken}
    assert sum(tally.by_party["stance"].values()) == len(spoken)


@pytest.mark.parametrize("text", [POISON, TORN])
def test_one_poisoned_article_never_stops_the_rest(spark, tmp_path, monkeypatch, text):
    """Its parts again go to a folder that held a result: that is replaced."""
    monkeypatch.setattr(run, "Scoring", FakeScoring)
    sealed(tmp_path / "fake")
    source = tmp_path / "in.jsonl"
    texts = [CALM, text, CRUEL]
    source.write_text("".join(json.dumps({"id": str(n), "text": t}) + "\n" for n, t in enumerate(texts)))
    (tmp_path / "out" / "plan.docx").mkdir(parents=True)
    with pytest.raises(OutputError, match=r"plan\.docx"):
        run.score(spark, [str(source)], str(tmp_path / "out"), tmp_path / "fake", "parquet", PARAMS)
    (tmp_path / "out" / "plan.docx").rmdir()
    run.score(spark, [str(source)], str(tmp_path / "out"), tmp_path / "fake", "parquet", PARAMS)
    assert [row["article_id"] for row in rows(tmp_path / "out", "articles", "article_id")] == ["0", "2"]
    (reject,) = rows(tmp_path / "out", "rejects", "source")
    assert (Path(reject["source"]).name, reject["reason"]) == ("in.jsonl#2", "error")


def test_what_cannot_be_scored_is_refused_in_a_sentence(spark, bundle, tmp_path):
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "a.txt").write_text(CALM)
    (tmp_path / "none").mkdir()
    for path, error, word in (
        (tmp_path / "nowhere.jsonl", NoSuchInput, "no such"),
        (tmp_path / "*.jsonl", NoArticles, "nothing matches"),
        (tmp_path / "none", NoArticles, "no article"),
        (tmp_path / "texts", SparkError, "--engine local"),
        ("-", SparkError, "standard input"),
        ("s4://bucket/in.jsonl", SparkError, "s4"),
    ):
        with pytest.raises(error, match=word):
            run.score(spark, [str(path)], str(tmp_path / "out"), bundle, "parquet", PARAMS)
    assert not (tmp_path / "out").exists()


def test_what_is_read_is_never_overwritten(spark, bundle, tmp_path):
    source = put_packed(tmp_path / "in") / "packed.jsonl.gz"
    for path, out in (
        (source, tmp_path / "in"),
        (tmp_path / "in", tmp_path / "in" / "scored"),
        (tmp_path, tmp_path),
    ):
        with pytest.raises(OutputError, match="being read"):
            run.score(spark, [str(path)], str(out), bundle, "parquet", PARAMS)
    assert source.exists()


def test_a_bundle_that_was_changed_is_refused(spark, tmp_path):
    sealed(tmp_path / "fake")
    (tmp_path / "fake" / "more.txt").write_text("more")
    with pytest.raises(BundleError, match=r"more\.txt"):
        run.score(spark, ["x.jsonl"], str(tmp_path / "out"), tmp_path / "fake", "parquet", PARAMS)


def command(*arguments, **environment):
    """Exit code and what is said on both streams, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "pipeline.cli", "score", *map(str, arguments), "--engine", "spark"],
        cwd=ROOT,
        env=os.environ | {"COLUMNS": "120"} | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def test_the_command_writes_json_lines_as_the_local_engine_does(bundle, tmp_path):
    """The same bytes but for the order of lines; and packed lines are read."""
    source = put_packed(tmp_path / "in") / "packed.jsonl.gz"
    code, said, talk = command(
        source, "-o", tmp_path / "out", "--bundle", bundle, "--format", "jsonl", "--master", "local[2]"
    )
    assert code == 0, talk
    assert "sentences a CPU second" in talk
    assert said.split() == [
        str(tmp_path / "out" / f"{name}.jsonl") for name in ("statements", "articles", "rejects")
    ]
    found = [
        json.loads(line)
        for part in (tmp_path / "out" / "statements.jsonl").glob("*.json")
        for line in part.read_text().splitlines()
    ]
    assert {row["article_id"] for row in found} == {"x", "y"}
    assert found[0]["date"] is None
    assert all(row["confidence"] == round(row["confidence"], 6) for row in found)


@pytest.mark.parametrize(
    ("arguments", "environment", "word"),
    [
        (["--master", "nonsense"], {}, "nonsense"),
        ([], {}, "--master local[2]"),
        (["--master", "local[2]"], {"JAVA_HOME": "/nowhere"}, "Java 17"),
        (["--master", "local[2]", "--format", "csv"], {}, "parquet or jsonl"),
        (["--master", "local[2]", "--workers", "2"], {}, "--engine local"),
    ],
)
def test_what_is_missing_is_said_with_exit_code_2(bundle, tmp_path, arguments, environment, word):
    code, _, talk = command("in.jsonl", "-o", tmp_path / "out", "--bundle", bundle, *arguments, **environment)
    assert code == 2, talk
    assert word in talk
    assert "Traceback" not in talk
