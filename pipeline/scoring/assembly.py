"""From finished shards to the tables of a result, in bounded memory.

In Parquet a table of one shard is a file, and a larger one a folder of files, as Spark writes it and as pandas,
pyarrow, DuckDB and R read it. CSV and JSON Lines are one file each.
"""

import os
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.scoring.durable import put, share, sync
from pipeline.scoring.shards import MANIFEST, TABLES, Shards
from pipeline.scoring.tables import WRITERS

ROWS = 20_000  # read from a shard at a time: 20 MB of statements


def assemble(shards: Shards, folder: Path, format: str) -> None:
    """Build the result in ``folder`` from the start; what a killed run has left there is removed."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    if not shards.lines:
        shards.add({name: schema.empty_table() for name, schema in shards.schemas.items()})
    for name in TABLES:
        place = folder / f"{name}.{format}"
        if format == "parquet":
            _shared(shards.parts(name), place)
        else:
            _joined(shards.parts(name), place, format, shards.schemas[name])
    if format == "parquet":
        put(folder / MANIFEST, (shards.folder / MANIFEST).read_bytes())


def _shared(parts: list[Path], place: Path) -> None:
    if len(parts) == 1:
        share(parts[0], place)
        return
    for part in parts:
        share(part, place / part.name)
    sync(place)


def _joined(parts: list[Path], place: Path, format: str, schema: pa.Schema) -> None:
    with place.open("wb") as stream:
        writer = WRITERS[format](stream, schema)
        for part in parts:
            with pq.ParquetFile(part) as file:
                for batch in file.iter_batches(ROWS):
                    writer.write(pa.Table.from_batches([batch], schema=schema))
        writer.close()
        stream.flush()
        os.fsync(stream.fileno())
