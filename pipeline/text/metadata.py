"""The fields of an input article, whatever file they come from, checked and put into an ``Article``."""

import datetime as dt
from collections.abc import Mapping

from pipeline.labels import codebook
from pipeline.records import Article
from pipeline.text.decoding import SURROGATE, check_characters
from pipeline.text.rejects import Refusal, too_long

FIELDS = (
    "id",
    "title",
    "date",
    "outlet",
    "url",
    "genre",
    "author",
    "speaker",
    "party",
    "kind",
    "government",
    "leaning",
    "text",
)
# Names that exports of newsrooms and scrapers use for ours; ours win where both are filled.
ALIASES = {
    "doc_id": "id",
    "headline": "title",
    "body": "text",
    "content": "text",
    "published": "date",
    "link": "url",
}
CLOSED = {"party": "parties", "kind": "kinds", "government": "governments", "leaning": "leanings"}


def known_fields(record: Mapping[str, object]) -> dict[str, object]:
    """The record under our names (see ``FIELDS`` and ``ALIASES``, case ignored), other fields left out."""
    named: dict[str, object] = {}
    for key, value in record.items():
        name = str(key).strip().lower()
        if name in FIELDS and _filled(value):
            named[name] = value
    for key, value in record.items():
        name = ALIASES.get(str(key).strip().lower())
        if name and _filled(value):
            named.setdefault(name, value)
    return named


def build(record: Mapping[str, object], source: str, name: str, max_characters: int) -> Article:
    """The article of a record. ``name`` is the id where the record gives none.

    Raises ``Refusal``: missing_text, empty, too_long, binary, encoding, metadata.
    """
    fields = known_fields(record)
    text = _text(fields, record, max_characters)
    values = {field: _line(field, fields.get(field, "")) for field in FIELDS if field not in ("text", "date")}
    for field, vocabulary in CLOSED.items():
        values[field] = _allowed(field, values[field], getattr(codebook(), vocabulary))
    return Article(
        id=values.pop("id") or name,
        text=text,
        source=source,
        headline=values.pop("title"),
        date=_date(fields.get("date")),
        **values,
    )


def _filled(value: object) -> bool:
    return value is not None and value != "" and value == value  # a missing number of a table is NaN


def _text(fields: Mapping[str, object], record: Mapping[str, object], max_characters: int) -> str:
    if "text" not in fields:
        given = any(str(key).strip().lower() in ("text", "body", "content") for key in record)
        if given:
            raise Refusal("empty", "the text is empty; leave the article out or fill it in")
        seen = ", ".join(sorted(str(key)[:40] for key in record)[:12]) or "none"
        raise Refusal("missing_text", f"no field `text` (or `body`, `content`); the fields are: {seen}")
    text = fields["text"]
    if not isinstance(text, str):
        raise Refusal("missing_text", f"`text` is of type {type(text).__name__}; it must be a string")
    if len(text) > max_characters:
        raise too_long(len(text), max_characters)
    if not text.strip():
        raise Refusal("empty", "there is nothing but white space; leave the article out or fill it in")
    check_characters(text)
    return text


def _line(field: str, value: object) -> str:
    """A field as one line of text; lists of names (two authors) are joined."""
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        value = "; ".join(value)
    if isinstance(value, bool) or not isinstance(value, str | int | float | dt.date):
        raise Refusal("metadata", f"`{field}` is of type {type(value).__name__}; write it as a string")
    line = " ".join(str(value).split())
    if len(line) > 2000 or SURROGATE.search(line) or "\0" in line:
        raise Refusal("metadata", f"`{field}` is no line of text of up to 2,000 characters; correct it")
    return line


def _allowed(field: str, value: str, allowed: tuple[str, ...]) -> str:
    """``value`` in the codebook's spelling; case is ignored."""
    if not value:
        return ""
    for entry in allowed:
        if entry.casefold() == value.casefold():
            return entry
    raise Refusal("metadata", f"`{field}` is {value[:60]!r}; it must be one of: {', '.join(allowed)}")


def _date(value: object) -> dt.date | None:
    """An ISO date, or the date of an ISO time stamp."""
    if value is None:
        return None
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    stamp = str(value).strip()
    try:
        return dt.date.fromisoformat(stamp[:10])
    except ValueError as error:
        raise Refusal("metadata", f"`date` is {stamp[:40]!r}; write it as YYYY-MM-DD, e.g. 2025-11-24") from error
