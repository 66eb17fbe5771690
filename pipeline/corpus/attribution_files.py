"""Attribution files: who says what in each article, as JSON lines of character offsets, read strictly.

A line is ``{"doc_id", "text", "attributions": [{"source": [s, e] or null, "cue": [s, e] or null, "content":
[[s, e], …], "kind", "speaker", "party", "actor_kind"}]}``. Offsets count code points of ``text``. The last three
may be missing or null in files of others: what gold does not tell is not judged. Further keys are passed over.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from pipeline.corpus.json_line import LineFault, json_value
from pipeline.corpus.problems import choose_from, shown
from pipeline.records import UNTOLD, Attribution, AttributionKind, Span, Voice

KINDS: tuple[AttributionKind, ...] = ("direct", "indirect", "mixed")


class AttributionFileError(ValueError):
    """A file that is no attribution file; the message names the file, the line and the mend."""


@dataclass(frozen=True)
class AttributedText:
    """A text and its attributions. A speaker, party or kind that the file does not tell is empty."""

    doc_id: str
    text: str
    attributions: tuple[Attribution, ...]


@dataclass(frozen=True)
class _Place:
    """Where a value stands: the file, its line, and the attribution on that line, both counted from 1."""

    file: Path
    line: int
    attribution: int = 0

    def fault(self, problem: str, mend: str) -> AttributionFileError:
        """The error to raise for a value at this place."""
        unit = f"attribution {self.attribution}: " if self.attribution else ""
        return AttributionFileError(f"{self.file}:{self.line}: {unit}{problem}; {mend}")


def read_attributions(path: Path) -> list[AttributedText]:
    """The articles of a file in its order; blank lines are passed over.

    Raises ``AttributionFileError`` at the first fault: no JSON in UTF-8, a missing key, a value of another type,
    a kind outside ``KINDS``, a span that is empty or lies outside the text, content without any visible character
    or with spans that overlap, a ``doc_id`` that came before. Raises ``OSError`` where the file cannot be read.
    """
    found: list[AttributedText] = []
    lines: dict[str, int] = {}
    with path.open("rb") as stream:
        for number, line in enumerate(stream, start=1):
            if not line.strip():
                continue
            place = _Place(path, number)
            one = _attributed(_json(line, place), place)
            first = lines.setdefault(one.doc_id, number)
            if first != number:
                problem = f"the doc_id {shown(one.doc_id)} is also that of line {first}"
                raise place.fault(problem, "give one of them another, or join their attributions")
            found.append(one)
    return found


def attribution_json(doc_id: str, text: str, attributions: Sequence[Attribution]) -> dict[str, object]:
    """The object that one line of an attribution file holds."""
    units = [
        {
            "source": _pair(one.source),
            "cue": _pair(one.cue),
            "content": [_pair(span) for span in one.content],
            "kind": one.kind,
            "speaker": one.voice.speaker,
            "party": one.voice.party,
            "actor_kind": one.voice.kind,
        }
        for one in attributions
    ]
    return {"doc_id": doc_id, "text": text, "attributions": units}


def attribution_line(one: AttributedText) -> str:
    """The line of a file for one article, without its line end; it can be written as UTF-8 whatever the text."""
    content = attribution_json(one.doc_id, one.text, one.attributions)
    line = json.dumps(content, ensure_ascii=False)
    # half a surrogate pair, as broken JSON may hold, cannot be written but as an escape
    return json.dumps(content) if any("\ud800" <= mark <= "\udfff" for mark in line) else line


def _pair(span: Span | None) -> list[int] | None:
    return None if span is None else [span.start, span.end]


def _json(line: bytes, place: _Place) -> object:
    try:
        return json_value(line)
    except LineFault as fault:
        raise place.fault(fault.problem, fault.mend) from fault


def _attributed(value: object, place: _Place) -> AttributedText:
    record = _record(value, ("doc_id", "text", "attributions"), place)
    doc_id, text, units = record["doc_id"], record["text"], record["attributions"]
    if not isinstance(doc_id, str) or not doc_id:
        raise place.fault(f"doc_id is {_shown(doc_id)}", "write a string that names the article")
    if not isinstance(text, str):
        raise place.fault(f"text is {_shown(text)}", "write the text of the article as a string")
    if not isinstance(units, list):
        raise place.fault(f"attributions is {_shown(units)}", "write a list, [] where nobody is reported")
    read = (_unit(unit, text, replace(place, attribution=n)) for n, unit in enumerate(units, start=1))
    return AttributedText(doc_id, text, tuple(read))


def _unit(value: object, text: str, place: _Place) -> Attribution:
    record = _record(value, ("source", "cue", "content", "kind"), place)
    kind = record["kind"]
    if kind not in KINDS:
        mend = choose_from(kind if isinstance(kind, str) else "", KINDS)
        raise place.fault(f"unknown kind {_shown(kind)}", mend)
    return Attribution(
        Voice(_told(record, "speaker", place), _told(record, "party", place), _told(record, "actor_kind", place)),
        kind,
        _content(record["content"], text, place),
        None if record["source"] is None else _span(record["source"], "source", text, place),
        None if record["cue"] is None else _span(record["cue"], "cue", text, place),
    )


def _record(value: object, keys: Sequence[str], place: _Place) -> Mapping[str, object]:
    """An object that has these keys."""
    if not isinstance(value, dict):
        raise place.fault(f"{_shown(value)} where an object was expected", "write {" + ", ".join(keys) + "}")
    for key in keys:
        if key not in value:
            mend = f'add it, "{key}": null where there is none' if key in ("source", "cue") else "add it"
            raise place.fault(f"the key {key!r} is missing", mend)
    return value


def _told(record: Mapping[str, object], key: str, place: _Place) -> str:
    value = record.get(key)
    if value is not None and not isinstance(value, str):
        raise place.fault(f"{key} is {_shown(value)}", "write a string, or null where it is not known")
    return value.strip() if value else UNTOLD


def _content(value: object, text: str, place: _Place) -> tuple[Span, ...]:
    if not isinstance(value, list) or not value:
        raise place.fault(f"content is {_shown(value)}", "write a list of at least one span, [[start, end], …]")
    spans = tuple(_span(span, "content", text, place) for span in value)
    for before, after in pairwise(sorted(spans)):
        if after.start < before.end:
            problem = f"the content spans {_pair(before)} and {_pair(after)} overlap"
            raise place.fault(problem, "join them, or write two attributions")
    if not any(span.of(text).strip() for span in spans):
        raise place.fault(f"the content {_shown(value)} is white space", "mark the words that are reported")
    return spans


def _span(value: object, name: str, text: str, place: _Place) -> Span:
    # type, not isinstance: true is an int in Python
    if not isinstance(value, list) or [type(offset) for offset in value] != [int, int]:
        raise place.fault(f"{name} has {_shown(value)} for a span", "write two whole numbers, [start, end]")
    start, end = value
    if start >= end:
        mend = "let the end, which is not included, be greater than the start"
        raise place.fault(f"the {name} span {_shown(value)} holds no character", mend)
    if start < 0 or end > len(text):
        problem = f"the {name} span {_shown(value)} lies outside the text of {len(text):,} characters"
        raise place.fault(problem, "count code points from 0, neither bytes nor UTF-16 units")
    return Span(start, end)


def _shown(value: object) -> str:
    """A JSON value, cut to what a line of a terminal holds."""
    return shown(value) if isinstance(value, str) else shown(repr(value))[1:-1]
