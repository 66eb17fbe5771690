"""Runs that are killed, stopped or out of room, and go on: the result is to the byte that of one that was not."""

import errno
import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.dataset
import pyarrow.parquet as pq
import pytest
import typer
from fake_learner import CALM, CRUEL, POISON, load, sealed

from pipeline.cli.app import stoppable
from pipeline.config import ScoreParams
from pipeline.labels import heads
from pipeline.scoring import batch, durable
from pipeline.scoring.batch import OutputError, Stopped, score
from pipeline.scoring.shards import Origin, Shards, manifest_lines, schemas

PARAMS = ScoreParams(batch_articles=2, shard_articles=4, max_reject_share=0.9, max_characters=1000)
TESTS = Path(__file__).parent


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Eleven inputs (three shards), two of them rejects, scored in this process."""
    monkeypatch.setattr(batch, "SMALL", 1000)
    sealed(tmp_path / "bundle")
    (tmp_path / "in").mkdir()
    for number in range(9):
        put(tmp_path, f"a{number}", f"{CALM}\n{CRUEL}\nThis is number {number}.")
    put(tmp_path, "a3-empty", "")
    put(tmp_path, "a5-poison", POISON)
    return tmp_path


def put(folder, name, text):
    (folder / "in" / f"{name}.txt").write_text(text, encoding="utf-8")


def run(folder, out="out", format="parquet", params=PARAMS, inputs="in", **options):
    options = {"progress": False, "load": load, **options}
    return score([str(folder / inputs)], folder / out, folder / "bundle", format, params, **options)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def column(result, table, name):
    return pyarrow.dataset.dataset(result.paths[table]).to_table()[name].to_pylist()


# Where a process is killed: code that arranges it. ``nth`` kills at the n-th call of a function.
NTH = """
def nth(owner, name, number, before=True):
    whole, calls = getattr(owner, name), []
    def wrapped(*given, **named):
        calls.append(1)
        if before and len(calls) == number: os.kill(os.getpid(), signal.SIGKILL)
        result = whole(*given, **named)
        if len(calls) == number: os.kill(os.getpid(), signal.SIGKILL)
        return result
    setattr(owner, name, wrapped)
"""
MOMENTS = {
    "before the first shard": "nth(shards.Shards, 'add', 1)",
    "after the first shard": "nth(shards.Shards, 'add', 2)",
    "while a file grows": "nth(durable.os, 'fsync', 11)",
    "between a file's rename and its line": "nth(shards, '_written', 2)",
    "while the result is put together": "nth(assembly, 'put' if format == 'parquet' else '_joined', 1)",
    "before the earlier result makes room": "nth(batch, 'take_the_place_of', 1)",
    "between the two renames": "nth(Path, 'rename', renames, before=False)",
    "before the clearing up": "nth(result_folder, 'sync', 1)",
}
KILLED = """
import os, signal, sys
sys.path[:0] = [{tests!r}, {root!r}]
from pathlib import Path
from fake_learner import load
from pipeline.config import ScoreParams
from pipeline.scoring import assembly, batch, durable, result_folder, shards
folder, format = Path({folder!r}), {format!r}
batch.SMALL = 1000
# a file is renamed 4 times a shard, the manifest once at the start, and the result's own are renamed last
renames = 1 + 3 * 4 + (2 if format == "parquet" else 1) + 1
{nth}
{moment}
batch.score([str(folder / "in")], folder / "out", folder / "bundle", format, ScoreParams({params}), progress=False,
            load=load, resume=False)
"""


def killed(folder: Path, moment: str, format: str) -> None:
    params = ", ".join(f"{name}={value}" for name, value in vars(PARAMS).items())
    code = KILLED.format(
        tests=str(TESTS),
        root=str(TESTS.parent),
        folder=str(folder),
        format=format,
        nth=NTH,
        moment=MOMENTS[moment],
        params=params,
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr


@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_and_resumed_it_gives_the_same_bytes(folder, moment):
    format = "csv" if moment == "while the result is put together" else "parquet"
    run(folder, "whole", format)
    put(folder, "a0", "An earlier text.")
    before = contents(run(folder, "out", format).paths["statements"].parent)
    put(folder, "a0", f"{CALM}\n{CRUEL}\nThis is number 0.")
    killed(folder, moment, format)
    placed = moment == "before the clearing up"
    assert placed or not (folder / "out").exists() or contents(folder / "out") == before
    result = run(folder, "out", format, resume=True)
    assert contents(folder / "out") == contents(folder / "whole")
    assert (result.articles, result.rejects) == (9, 2)
    assert not list(folder.glob(".out*"))


def failing_after(number, whole):
    calls = iter(range(number))

    def wrapped(*given):
        if next(calls, None) is None:
            raise RuntimeError("the light went out")
        return whole(*given)

    return wrapped


@pytest.fixture
def ended(folder, monkeypatch):
    """A folder in which a run was ended after its first shard."""
    with monkeypatch.context() as patched:
        patched.setattr(batch, "_tables", failing_after(1, batch._tables))
        with pytest.raises(RuntimeError, match="the light went out"):
            run(folder)
    return folder


def test_what_is_finished_is_not_scored_again(ended):
    assert run(ended, resume=True).effort.skipped == 4


def test_finished_work_is_neither_lost_nor_used_unasked(ended):
    with pytest.raises(OutputError, match=r"3 articles are scored .* --resume .* --anew"):
        run(ended)
    assert (ended / ".out.partial" / "manifest.jsonl").exists()
    assert run(ended, resume=False).effort.skipped == 0


def test_a_torn_line_and_files_without_a_line_do_not_count(ended):
    partial = ended / ".out.partial"
    with (partial / "manifest.jsonl").open("a") as stream:
        stream.write('{"shard": 1, "rows"')
    (partial / "statements" / "part-00001.parquet").write_bytes(b"half a fi")
    (partial / "statements" / ".part-00002.parquet.growing").write_bytes(b"half a fi")
    run(ended, "whole")
    run(ended, resume=True)
    assert contents(ended / "out") == contents(ended / "whole")


def test_a_line_counts_when_it_is_ended_and_in_its_place(ended):
    manifest = ended / ".out.partial" / "manifest.jsonl"
    line = manifest.read_bytes()
    assert len(manifest_lines(manifest)) == 1
    for torn in (line[:-1], line + line, b"\n" + line):
        manifest.write_bytes(torn)
        assert len(manifest_lines(manifest)) == torn.startswith(line)


def test_a_shard_that_was_changed_is_scored_again(ended):
    part = ended / ".out.partial" / "rejects" / "part-00000.parquet"
    part.write_bytes(part.read_bytes()[:-1] + b"?")
    run(ended, "whole")
    assert run(ended, resume=True).effort.skipped == 0
    assert contents(ended / "out") == contents(ended / "whole")


def test_another_format_can_be_had_from_what_is_finished(ended):
    run(ended, "whole", "csv")
    assert run(ended, format="csv", resume=True).effort.skipped == 4
    assert contents(ended / "out") == contents(ended / "whole")


@pytest.mark.parametrize("change", ["bundle", "limit"])
def test_nothing_is_added_to_work_of_another_kind(ended, change):
    if change == "bundle":
        sealed(ended / "bundle", threshold=0.7)
    params = replace(PARAMS, max_characters=999) if change == "limit" else PARAMS
    with pytest.raises(OutputError, match=f"{'bundle' if change == 'bundle' else 'max characters 1000'}.*--anew"):
        run(ended, params=params, resume=True)
    assert (ended / ".out.partial" / "manifest.jsonl").exists()


def test_two_runs_at_once(ended):
    """A run holds its folder; the other one leaves it as it is."""
    code = (
        "import fcntl, os, sys; handle = os.open(sys.argv[1], os.O_RDONLY); "
        "fcntl.flock(handle, fcntl.LOCK_EX); print('held', flush=True); sys.stdin.read()"
    )
    partial = ended / ".out.partial"
    with subprocess.Popen(
        [sys.executable, "-c", code, partial], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(OutputError, match="another run"):
            run(ended, resume=False)
        other.stdin.close()
    assert (partial / "manifest.jsonl").exists()
    assert run(ended, resume=True).effort.skipped == 4


def test_a_small_result_is_files_and_a_large_one_folders_of_parts(folder):
    small = run(folder, params=replace(PARAMS, shard_articles=100))
    assert all(path.is_file() for path in small.paths.values())
    large = run(folder)
    assert [path.name for path in sorted(large.paths["statements"].iterdir())] == [
        "part-00000.parquet",
        "part-00001.parquet",
        "part-00002.parquet",
    ]
    assert column(small, "statements", "text") == column(large, "statements", "text") != []
    assert pq.read_table(large.paths["articles"]).num_rows == 9


def test_the_manifest_and_the_inputs_tell_what_is_where(folder):
    result = run(folder)
    lines = [json.loads(line) for line in (folder / "out" / "manifest.jsonl").read_text().splitlines()]
    assert [line["rows"]["inputs"] for line in lines] == [4, 4, 3]
    assert lines[0]["sha256"]["statements"] == durable.sha256(result.paths["statements"] / "part-00000.parquet")
    rows = dict(zip(column(result, "inputs", "source"), column(result, "inputs", "sentences"), strict=True))
    assert [Path(name).stem for name, count in rows.items() if not count] == ["a3-empty", "a5-poison"]
    assert set(rows.values()) == {0, 3}
    assert list(rows) == sorted(rows)


def test_new_articles_are_added_to_a_finished_result(folder):
    run(folder)
    put(folder, "b0", "A new one.")
    result = run(folder, resume=True)
    assert (result.effort.skipped, result.effort.sentences, result.articles, result.rejects) == (11, 1, 10, 2)
    assert column(result, "statements", "article_id")[-1] == "b0"
    assert json.loads((folder / "out" / "score.json").read_text())["articles"] == 10
    once_more = contents(folder / "out")
    assert run(folder, resume=True).effort.skipped == 12
    assert contents(folder / "out") == once_more


def test_a_finished_result_survives_a_run_that_adds_to_it_and_is_ended(folder, monkeypatch):
    run(folder)
    before = contents(folder / "out")
    put(folder, "b0", "A new one.")
    monkeypatch.setattr(batch, "assemble", lambda *_: (_ for _ in ()).throw(KeyError("ended")))
    with pytest.raises(KeyError):
        run(folder, resume=True)
    assert contents(folder / "out") == before
    monkeypatch.undo()
    assert run(folder, resume=True).effort.skipped == 12


def test_an_id_that_an_earlier_run_gave_away_stays_unique(folder):
    run(folder)
    (folder / "more").mkdir()
    (folder / "more" / "a1.txt").write_text("Another folder, the same name.")
    result = run(folder, resume=True, inputs="more")
    ids = column(result, "articles", "article_id")
    assert len(ids) == len(set(ids)) == 10
    assert ids[-1].startswith("a1~")
    assert run(folder, resume=True, inputs="more").effort.skipped == 1


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda out: (out / "manifest.jsonl").unlink(), "without manifest"),
        (lambda out: next((out / "statements.parquet").iterdir()).unlink(), "not those that"),
        (lambda out: (out / "statements.parquet" / "notes.txt").write_text("mine"), "holds other files"),
    ],
)
def test_a_result_that_was_changed_is_not_added_to(folder, spoil, message):
    run(folder)
    spoil(folder / "out")
    before = contents(folder / "out")
    with pytest.raises(OutputError, match=message):
        run(folder, resume=True)
    assert contents(folder / "out") == before
    assert not list(folder.glob(".out*"))


def test_nothing_is_added_to_a_result_of_another_bundle(folder):
    run(folder)
    before = contents(folder / "out")
    sealed(folder / "bundle", threshold=0.7)
    with pytest.raises(OutputError, match=r"bundle .* instead of"):
        run(folder, resume=True)
    assert contents(folder / "out") == before
    assert not list(folder.glob(".out*"))
    assert run(folder).effort.skipped == 0


def test_the_bytes_of_a_shard_do_not_tell_how_its_rows_came(tmp_path):
    """A batch that was scored again article by article comes in many pieces."""
    rows = [{"source": f"in/{number}.txt", "reason": "error", "detail": "x" * number} for number in range(3000)]
    table = pa.Table.from_pylist(rows)
    pieces = pa.concat_tables([table.slice(start, 7) for start in range(0, 3000, 7)])
    digests = []
    for name, rejects in (("whole", table), ("pieces", pieces)):
        (tmp_path / name).mkdir()
        kept = Shards(tmp_path / name, Origin("bundle", "1", 1), schemas(heads()))
        kept.add({name: schema.empty_table() for name, schema in kept.schemas.items()} | {"rejects": rejects})
        digests.append(kept.lines[0].sha256["rejects"])
    assert digests[0] == digests[1]


def test_a_full_disk_is_said_and_the_run_goes_on_when_there_is_room(folder, monkeypatch):
    run(folder, "whole")
    whole, calls = os.fsync, []

    def full(handle):
        calls.append(handle)
        if len(calls) == 14:  # while the second file of the second shard is written
            raise OSError(errno.ENOSPC, "No space left on device")
        whole(handle)

    monkeypatch.setattr(durable.os, "fsync", full)
    with pytest.raises(OutputError, match=r"disk is full.*--resume to go on: 3 articles"):
        run(folder)
    assert not list(folder.rglob("*.growing"))
    monkeypatch.setattr(durable.os, "fsync", whole)
    run(folder, resume=True)
    assert contents(folder / "out") == contents(folder / "whole")


def test_stopped_by_the_user(folder, monkeypatch):
    monkeypatch.setattr(batch.Shards, "add", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(Stopped, match="nothing is kept"):
        run(folder)
    assert not list(folder.glob(".out*"))
    with pytest.raises(typer.Exit) as stopped, stoppable(Stopped):
        run(folder)
    assert stopped.value.exit_code == 130
