"""Articles as files that Spark reads, with everything in them that two engines could read differently."""

import datetime as dt
import gzip
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

FIRM = "The plan is firm and it will work, Nell Garside told MPs.\n\nIt was on a train."
CRUEL = "“They are cruel rules,” said Ivo Tarn of the Greens. “The gangs will not be at the border.”"
NAIVE = "Ministers said naïve “rules” – costing £5m – would work… Others, in Ynys Môn, doubted it. 🙂"


def put_articles(folder: Path) -> Path:
    """A folder of lines (also packed, and cut by Spark), rows, records without an id, duplicates and rejects."""
    (folder / "of a [year]").mkdir(parents=True)
    (folder / "_temporary").mkdir()
    (folder / "_temporary" / "half.jsonl").write_text("{")
    (folder / "notes.log").write_text("no article")
    records = [
        {"id": f"a{n}", "text": f"{CRUEL} Day {n}.", "date": "2025-11-24", "title": "Row"} for n in range(12)
    ]
    lines = [json.dumps(record) for record in records]
    lines[3:3] = ["", "  \t\r"]  # blank lines do not count
    lines[6:6] = [json.dumps({"text": FIRM, "party": "green"}), "no json at all", "[1, 2]"]
    lines += [
        json.dumps({"id": "a1", "text": f"{CRUEL} Day 1."}),  # the same again
        json.dumps({"id": "a2", "text": NAIVE}),  # another text of the same id
        json.dumps({"id": "a2", "text": FIRM}),
        json.dumps({"id": "late", "date": "last week", "text": FIRM}),
        json.dumps({"id": "void", "text": " \n "}),
        json.dumps({"title": "no text"}),
        json.dumps({"id": "nul", "text": "a\0b"}),
        json.dumps({"id": "long", "text": "long " * 3000}),
    ]
    raw = [line.encode() for line in lines]
    raw.insert(5, b'{"id": "latin", "text": "caf\xe9"}')
    (folder / "news.jsonl").write_bytes(b"\n".join(raw))
    plain = "".join(json.dumps({"body": f"{NAIVE} {n}", "outlet": "The Marlow Post"}) + "\n" for n in range(3))
    (folder / "of a [year]" / "older & dim.ndjson").write_text(plain, encoding="utf-8")
    _put_rows(folder / "of a [year]" / "rows.parquet")
    return folder


def put_packed(folder: Path) -> Path:
    """One packed file of two articles."""
    folder.mkdir(parents=True)
    lines = "".join(json.dumps({"id": name, "text": f"{name}: {CRUEL}"}) + "\n" for name in ("x", "y"))
    (folder / "packed.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    return folder


def _put_rows(path: Path) -> None:
    columns = {
        "Text": [FIRM, CRUEL, None, f"{FIRM} Again."],
        "doc_id": ["r1", None, "r3", "a5"],  # a5 was given away by a line
        "published": [dt.datetime(2025, 11, 24, 23, 30, tzinfo=dt.UTC), None, None, None],
        "author": [["Ada Pym", "Bo Lund"], None, None, None],
        "clicks": [1, 2, 3, 4],
    }
    pq.write_table(pa.table(columns), path, row_group_size=2)
