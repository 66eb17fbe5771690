"""The choice of engine never changes a number: command line, Python, MLflow and its server answer alike.

Only ``source`` differs: it tells where an article was read.
"""

import json
import subprocess
import sys

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.scoring.engine import Scorer
from pipeline.text.readers import read
from tests.bench.serving import ask

RECORDS = [
    {
        "id": "hostel",
        "title": "Row over the hostel",
        "date": "2025-11-24",
        "outlet": "The Marlow Post",
        "genre": "news",
        "text": "The plan is firm and it will work, Nell Garside told MPs.\n\n“They are cruel rules,” said Ivo "
        "Tarn of the Greens. “The gangs will not be at the border.”\n\nIt was on a train.\n\nPicture: PA",
    },
    {"id": "speech", "genre": "speech", "speaker": "Ivo Tarn", "party": "Green", "text": "They are cruel rules."},
    {
        "id": "bare",
        "text": "Ministers said naïve “rules” – costing £5m – would work… Others, in Ynys Môn, doubted it.",
    },
]
# Runs where nothing of this repository can be found: no path to it, no git, no home.
ALONE = """
import sys, mlflow, json
import pandas as pd
model = mlflow.pyfunc.load_model(sys.argv[1])
import pipeline
assert pipeline.__file__.startswith(sys.argv[1]), pipeline.__file__
again = mlflow.pyfunc.load_model(sys.argv[1])
records = json.loads(sys.stdin.read())
first, second = model.predict(pd.DataFrame(records)), again.predict(records)
pd.testing.assert_frame_equal(first, second)
print(json.dumps(first.to_dict("records")))
"""


def comparable(rows):
    """Rows of any engine as plain values, ``source`` left out."""
    return [{name: _plain(value) for name, value in row.items() if name != "source"} for row in rows]


def _plain(value):
    if value is None or (isinstance(value, float) and value != value):
        return None
    return value.isoformat() if hasattr(value, "isoformat") else value


@pytest.fixture(scope="module")
def articles(tmp_path_factory):
    path = tmp_path_factory.mktemp("articles") / "articles.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in RECORDS), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def expected(served, articles):
    """What Python answers."""
    scored = Scorer.load(served.bundle).score(list(read([str(articles)], 10_000)))
    assert not scored.rejects
    return comparable(scored.statements.to_pylist())


def test_the_articles_show_what_can_differ(expected):
    """Speakers and none, dates and none, two parties, boilerplate, characters of several bytes."""
    assert {row["article_id"] for row in expected} == {"hostel", "speech", "bare"}
    for column in ("speaker", "date", "stance", "boilerplate"):
        assert len({row[column] for row in expected}) > 1, column


def test_the_command_line_agrees(served, articles, expected, tmp_path):
    done = CliRunner().invoke(
        app, ["score", str(articles), "-o", str(tmp_path / "out"), "--bundle", str(served.bundle)]
    )
    assert done.exit_code == 0, done.output
    assert comparable(pq.read_table(tmp_path / "out" / "statements.parquet").to_pylist()) == expected


def test_the_mlflow_model_agrees(served, expected):
    import mlflow

    answered = mlflow.pyfunc.load_model(str(served.model)).predict(pd.DataFrame(RECORDS))
    table = pa.Table.from_pandas(answered, preserve_index=False)
    assert comparable(table.to_pylist()) == expected


def test_the_server_agrees(server, expected):
    """JSON keeps every bit of a number: they are equal, not nearly so."""
    status, answered = ask(server.port, json.dumps({"dataframe_records": RECORDS}).encode())
    assert status == 200
    assert comparable(json.loads(answered)["predictions"]) == expected


def test_the_model_folder_is_enough(served, expected, tmp_path):
    """A new process in another folder, with the installed libraries alone, loads it twice and answers alike."""
    done = subprocess.run(
        [sys.executable, "-I", "-W", "ignore", "-c", ALONE, str(served.model)],
        cwd=tmp_path,
        env={"HOME": str(tmp_path), "PATH": str(tmp_path)},
        input=json.dumps(RECORDS),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert comparable(json.loads(done.stdout.splitlines()[-1])) == expected
