"""Worker processes: the same bytes for any number of them, and an article that ends one is the only one lost."""

import json
import multiprocessing
import os
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from fake_learner import CALM, CRUEL, ENDLESS, EXIT, OUT_OF_MEMORY, POISON, load, sealed

from pipeline.config import ScoreParams
from pipeline.scoring import batch, workers
from pipeline.scoring.batch import WorkerError, score

PARAMS = ScoreParams(batch_articles=2, shard_articles=6, max_reject_share=0.9, max_characters=1000)
TESTS = Path(__file__).parent


@pytest.fixture
def folder(tmp_path):
    sealed(tmp_path / "bundle")
    return tmp_path


def write(folder: Path, *texts: str) -> None:
    lines = (json.dumps({"id": f"a{number}", "text": text}) for number, text in enumerate(texts))
    (folder / "in.jsonl").write_text("\n".join(lines), encoding="utf-8")


def run(folder, out="out", number=2, loader=load):
    paths = [str(folder / "in.jsonl")]
    return score(
        paths, folder / out, folder / "bundle", "parquet", PARAMS, workers=number, progress=False, load=loader
    )


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_result_is_the_same_for_any_number_of_workers(folder, monkeypatch):
    write(folder, *(f"{CRUEL}\nNumber {n}." for n in range(6)), POISON, "", *(f"{CALM} {n}" for n in range(6)))
    effort = run(folder, "two", 2).effort
    assert (effort.workers, effort.engine) == (2, "by eye")
    run(folder, "one", 1)
    monkeypatch.setattr(batch, "SMALL", 100)
    assert run(folder, "none").effort.workers == 1
    assert contents(folder / "one") == contents(folder / "two") == contents(folder / "none")
    assert multiprocessing.active_children() == []


def test_what_ends_a_worker_is_rejected_and_the_rest_is_scored(folder, monkeypatch):
    monkeypatch.setattr(workers, "PATIENCE", 4.0)
    write(folder, CALM, EXIT, CRUEL, OUT_OF_MEMORY, CALM, CALM, ENDLESS, CRUEL)
    result = run(folder)
    details = [row["detail"] for row in pq.read_table(result.paths["rejects"]).to_pylist()]
    assert ["ended with code 3" in details[0], "SIGKILL" in details[1], "without end" in details[2]] == [True] * 3
    assert [row.as_py() for row in pq.read_table(result.paths["articles"])["article_id"]] == [
        "a0",
        "a2",
        "a4",
        "a5",
        "a7",
    ]
    assert dict(result.tally.rejects) == {"error": 3}


def broken(bundle: Path, how: str):
    if how == "raises":
        raise MemoryError("no room for the weights")
    sys.exit(7)


@pytest.mark.parametrize(("how", "message"), [("raises", "no room for the weights"), ("exits", "code 7")])
def test_workers_that_cannot_start(folder, how, message):
    write(folder, *[CALM] * 8)
    with pytest.raises(WorkerError, match=f"{message}.*fewer --workers"):
        run(folder, loader=partial(broken, how=how))
    assert sorted(path.name for path in folder.iterdir()) == ["bundle", "bundle-configs", "in.jsonl"]


STOPPED = """
import multiprocessing, sys
sys.path[:0] = [{tests!r}, {root!r}]
from pathlib import Path
from fake_learner import load
from pipeline.config import ScoreParams
from pipeline.scoring import batch
folder, whole = Path({folder!r}), batch.Shards.add
def add(self, tables):
    whole(self, tables)
    print("shard", flush=True)
batch.Shards.add = add
try:
    batch.score([str(folder / "in.jsonl")], folder / "out", folder / "bundle", "parquet",
                ScoreParams(2, 6, 0.9, 1000), workers=2, progress=False, load=load)
except batch.Stopped as stopped:
    print(stopped, len(multiprocessing.active_children()))
"""


def test_ctrl_c_ends_all_processes_at_once(folder):
    write(folder, *[f"{CALM} {n}" for n in range(6)], ENDLESS, *[CRUEL] * 6)
    code = STOPPED.format(tests=str(TESTS), root=str(TESTS.parent), folder=str(folder))
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout.readline() == "shard\n"
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: the workers get it too
    assert process.communicate() == ("stopped. 6 articles are scored; add --resume to go on 0\n", "")
    assert (folder / ".out.partial" / "manifest.jsonl").exists()
