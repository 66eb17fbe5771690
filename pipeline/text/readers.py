"""Files, folders, globs and standard input → articles, one at a time, and a reject for each that cannot be read.

A text file is the article: ``text`` is the decoded file unchanged. A side file ``NAME.meta.json`` beside
``NAME.txt`` (or .md, .html) holds its fields, as does front matter in Markdown. Tables name them as columns.
"""

import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from hashlib import blake2b
from itertools import chain, count
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from pipeline.records import Article
from pipeline.text import markdown
from pipeline.text.compressed import CODECS, opened, packed, plain_name
from pipeline.text.decoding import decode
from pipeline.text.inputs import (
    PARQUET,
    READ,
    SIDE,
    TEXTS,
    WARC,
    Input,
    NoArticles,
    NoSuchInput,
    resolve,
    suffix_of,
    supported,
)
from pipeline.text.metadata import build
from pipeline.text.rejects import Refusal, Reject, too_long
from pipeline.text.tables import METADATA, Fields, Numbered, csv_rows, json_lines, json_objects, parquet_rows

__all__ = ["NoArticles", "NoSuchInput", "Reject", "read"]

WIDEST = 4  # bytes of a character in UTF-8, UTF-16 and UTF-32 at most
PAGE_ROOM = 1 << 20  # bytes of scripts and menus that a page may hold beside its article


def read(paths: Sequence[str], max_characters: int, stdin: BinaryIO | None = None) -> Iterator[Article | Reject]:
    """Articles and rejects of files, folders (all below, hidden ones left out), globs and ``-``, in sorted order.

    Paths are looked at before this returns, contents as the iterator is drawn: one article or one batch of table
    rows is held at a time. Ids are those given, else the path below the folder without suffix, ``#n`` for record
    ``n`` of a table; a second article of the same id gets its suffix or ``~2``. A file met twice is read once.

    Raises ``NoSuchInput`` and ``NoArticles``.
    """
    return _read_all([resolve(path) for path in paths], max_characters, stdin)


def _read_all(inputs: Sequence[Input], max_characters: int, stdin: BinaryIO | None) -> Iterator[Article | Reject]:
    identities = Identities()
    met: set[str] = set()
    for given in inputs:
        if not given.places:
            numbered = _stdin(stdin or sys.stdin.buffer, max_characters)
            yield from _articles(numbered, "stdin", "stdin", max_characters, identities)
        for path, name in given.files():
            real = os.path.realpath(path)
            if real not in met:
                met.add(real)
                numbered = _records(path, max_characters)
                yield from _articles(numbered, _printable(str(path)), name, max_characters, identities)


def _articles(
    numbered: Iterator[Numbered], source: str, name: str, max_characters: int, identities: "Identities"
) -> Iterator[Article | Reject]:
    """Build what the records of one file hold."""
    for number, record in numbered:
        try:
            yield identities.settle(*placed(record, number, source, name, max_characters))
        except Refusal as refusal:
            yield refusal.at(marked(source, number))


def placed(
    record: Fields | Refusal, number: int, source: str, name: str, max_characters: int
) -> tuple[Article, str]:
    """The article of record ``number`` of a file, and the longer id that it gets where another has its own.

    Raises the ``Refusal`` that the record is, or that ``pipeline.text.metadata.build`` raises.
    """
    if isinstance(record, Refusal):
        raise record
    file = PurePosixPath(_printable(name))
    short = marked(file.with_name(plain_name(file.name)).with_suffix("").as_posix(), number)
    return build(record, marked(source, number), short, max_characters), marked(file.as_posix(), number)


def marked(name: str, number: int) -> str:
    """How a record is named after its file; record 0 is the file itself."""
    return f"{name}#{number}" if number else name


def _printable(name: str) -> str:
    """A file name that can be written as UTF-8, whatever bytes it is made of."""
    return os.fsencode(name).decode("utf-8", errors="replace")


def _records(path: Path, max_characters: int) -> Iterator[Numbered]:
    """The records of one file by its suffix; failures of the disk are refusals too."""
    suffix = suffix_of(path)
    try:
        if path.is_symlink() and not path.exists():
            raise Refusal("unreadable", "the link leads nowhere; mend or remove it")
        if not path.is_file():
            raise Refusal("unreadable", "this is a device or a pipe; pipe text into `-` instead")
        if packed(path.name) and plain_name(path.name).lower().endswith(PARQUET):
            raise Refusal("unsupported", "Parquet compresses itself; unpack the file and give it as .parquet")
        if not supported(path):
            raise Refusal("unsupported", f"no reader for this file; convert it to one of: {READ}")
        if suffix in TEXTS:
            yield 0, _text_file(path, suffix, max_characters)
        elif suffix == ".json":
            yield from json_objects(path, max_characters)
        elif suffix == ".csv":
            yield from csv_rows(path, max_characters)
        elif suffix == PARQUET:
            yield from parquet_rows(path)
        else:
            with opened(path) as stream:
                if suffix == WARC:
                    from pipeline.text.warc import warc_pages

                    yield from warc_pages(stream, max_characters, _most_bytes(max_characters, page=True))
                else:
                    yield from json_lines(stream, max_characters)
    except Refusal as refusal:
        yield 0, refusal
    except OSError as error:
        yield 0, Refusal("unreadable", f"cannot be read ({error.strerror or error}); check its permissions")


def _text_file(path: Path, suffix: str, max_characters: int) -> Fields:
    page = suffix in (".html", ".htm")
    limit = _most_bytes(max_characters, page)
    with opened(path) as stream:
        raw = stream.read(limit + 1)
    if len(raw) > limit:
        raise too_long(max_characters + 1, max_characters)
    if not raw.strip():
        raise Refusal("empty", "the file is empty; leave it out or fill it in")
    if page:
        from pipeline.text import html  # trafilatura: a sixth of a second that other files need not wait for

        fields = html.fields_of(raw)
    elif suffix == ".md":
        fields = markdown.fields_of(decode(raw))
    else:
        fields = {"text": decode(raw)}
    return fields | _side_file(path)


def _most_bytes(max_characters: int, page: bool) -> int:
    """Bytes that the file of one article may have."""
    return WIDEST * (max_characters + 1) + (PAGE_ROOM if page else 0)


def _side_file(path: Path) -> Fields:
    """The fields in ``NAME.meta.json``, which win over those found in the text file; its `text` does not count."""
    beside = path.with_name(plain_name(path.name)).with_suffix(SIDE)
    names = (beside.name, *(beside.name + suffix for suffix in CODECS))
    side = next((found for name in names if (found := beside.with_name(name)).is_file()), None)
    if side is None:
        return {}
    with opened(side) as stream:
        raw = stream.read(METADATA + 1)
    if len(raw) > METADATA:
        raise Refusal(
            "metadata", f"{side.name} beside it has over {METADATA:,} bytes; keep to the fields it may give"
        )
    try:
        fields = json.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise Refusal("metadata", f"{side.name} beside it is no JSON ({str(error)[:120]}); correct it") from error
    if not isinstance(fields, dict):
        raise Refusal("metadata", f"{side.name} beside it must hold one JSON object")
    return {key: value for key, value in fields.items() if key not in ("text", "body", "content")}


def _stdin(stream: BinaryIO, max_characters: int) -> Iterator[Numbered]:
    """Text, or JSON lines when the first line that is not blank begins with a brace."""
    limit = WIDEST * (max_characters + 1)
    head = b""
    while not head.strip() and len(head) <= limit and (line := stream.readline(limit + 1 - len(head))):
        head += line
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        yield from json_lines(stream, max_characters, head)
        return
    raw = head + stream.read(max(0, limit + 1 - len(head)))
    try:
        if len(raw) > limit:
            raise too_long(max_characters + 1, max_characters)
        if not raw.strip():
            raise Refusal("empty", "nothing came on standard input; pipe an article into it")
        yield 0, {"text": decode(raw)}
    except Refusal as refusal:
        yield 0, refusal


class Identities:
    """Keeps ids unique in one run. Holds 8 bytes of digest an article, not its text."""

    def __init__(self) -> None:
        self.digests: dict[str, bytes] = {}

    def settle(self, article: Article, longer: str) -> Article:
        """The article under an id of its own: its id, else ``longer``, else a numbered one.

        Raises ``Refusal`` (duplicate) where an article of this id and this text was read before.
        """
        digest = blake2b(article.text.encode(), digest_size=8).digest()
        if self.digests.get(article.id) == digest:
            raise Refusal("duplicate", f"an article with the id {article.id!r} and this text was read before")
        numbered = (f"{article.id}~{number}" for number in count(2))
        name = next(name for name in chain((article.id, longer), numbered) if name not in self.digests)
        self.digests[name] = digest
        return replace(article, id=name)
