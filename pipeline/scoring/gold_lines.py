"""Gold lines: one labelled sentence a line, as anybody's gold standard may come. ``docs/gold-files.md`` is the
format. A line is ``{"doc_id", "text", "start", "end", "stance", "pressure", "role", "frame", "speaker", "party",
"kind"}``; what a line does not tell, or tells as null, is not judged.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.corpus.json_line import LineFault, json_value
from pipeline.corpus.problems import Faults, choose_from, shown
from pipeline.labels import codebook, heads
from pipeline.records import UNTOLD, Labels, Span
from pipeline.text.decoding import SURROGATE
from pipeline.text.metadata import ALIASES, FIELDS, known_fields

# What a line tells of its sentence and not of the document, though `score` reads three of them as metadata.
SENTENCE_FACTS = ("speaker", "party", "kind", "forms")
VOICE = "voice"
VOICE_FACTS = ("speaker", "party", "kind")


@dataclass(frozen=True)
class GoldLine:
    """One line: its sentence, and what it tells of the whole document.

    ``span`` is None where the whole text is the sentence. ``facts`` are the document's, under the names of
    ``pipeline.text.metadata`` and ``voice``. ``unread`` are the keys that nobody reads.
    """

    number: int
    doc_id: str
    span: Span | None
    speaker: str
    party: str
    kind: str
    forms: tuple[str, ...]
    labels: Labels
    facts: Mapping[str, object]
    unread: tuple[str, ...]


def read_gold_line(line: bytes, number: int, faults: Faults) -> GoldLine | None:
    """Read line ``number`` of a file; what is wrong with it goes to ``faults``. None where it is no record."""
    try:
        record = json_value(line)
    except LineFault as fault:
        faults.add(number, fault.problem, fault.mend, "no-json")
        return None
    if not isinstance(record, dict):
        mend = "write one object a line, {doc_id, text, start, end, stance, …}"
        faults.add(number, f"{_shown(record)} where an object was expected", mend, "no-object")
        return None
    record = {key: value for key, value in record.items() if value == value}  # NaN is how tables write null
    doc_id = _doc_id(record, number, faults)
    if doc_id is None:
        return None
    names = (*heads(), *SENTENCE_FACTS[:3])
    told = {name: _told(record, name, number, faults) for name in names}
    return GoldLine(
        number,
        doc_id,
        _span(record, number, faults),
        **{name: told[name] for name in SENTENCE_FACTS[:3]},
        forms=_forms(record, number, faults),
        labels=Labels(**{head: told[head] for head in heads()}),
        facts=_facts(record),
        unread=tuple(key for key in record if not _is_read(key)),
    )


def _doc_id(record: Mapping[str, object], number: int, faults: Faults) -> str | None:
    value = record.get("doc_id", record.get("id"))
    # crowd platforms number their units: true, though an int in Python, is no number
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, str) and value.strip():
        return value.strip()
    problem = "no doc_id" if value is None else f"doc_id is {_shown(value)}"
    faults.add(number, problem, "name the document, the same on each of its lines", "doc-id")
    return None


def _told(record: Mapping[str, object], name: str, number: int, faults: Faults) -> str:
    """A label, or what is told of the speaker; ``UNTOLD`` for null and for what is faulty."""
    value = record.get(name)
    if value is None or value == "":
        return UNTOLD
    if not isinstance(value, str):
        mend = "write a string, or null where it was not labelled"
        faults.add(number, f"{name} is {_shown(value)}", mend, "label-type")
        return UNTOLD
    value = " ".join(value.split())
    if SURROGATE.search(value):
        faults.add(number, f"{name} {shown(value)} has half a character", "write it in UTF-8", "surrogate")
        return UNTOLD
    closed = {**heads(), "party": codebook().parties, "kind": codebook().kinds}
    if name in closed and value not in closed[name]:
        faults.add(number, f"unknown {name} {shown(value)}", choose_from(value, closed[name]), "unknown-label")
        return UNTOLD
    return value


def _span(record: Mapping[str, object], number: int, faults: Faults) -> Span | None:
    given = [record.get(key) for key in ("start", "end")]
    if given == [None, None]:
        return None
    # a table with empty cells writes 12 as 12.0
    start, end = (int(n) if isinstance(n, float) and n.is_integer() else n for n in given)
    if type(start) is not int or type(end) is not int:
        mend = "write both as whole numbers, or neither where the whole text is one sentence"
        faults.add(number, f"start is {_shown(start)} and end {_shown(end)}", mend, "span-type")
        return None
    if not 0 <= start < end:
        mend = "count from 0, and let the end, which is not included, be greater than the start"
        faults.add(number, f"the span {start}–{end} holds no character", mend, "empty-span")
        return None
    return Span(start, end)


def _forms(record: Mapping[str, object], number: int, faults: Faults) -> tuple[str, ...]:
    value = record.get("forms") or []
    if isinstance(value, list) and all(isinstance(form, str) for form in value):
        return tuple(value)
    faults.add(number, f"forms is {_shown(value)}", "write a list of other names of the speaker", "forms-type")
    return ()


def _facts(record: Mapping[str, object]) -> dict[str, object]:
    """What the line tells of its document. An explicit ``"voice": null`` is told: nobody speaks for the text."""
    facts = {key: value for key, value in known_fields(record).items() if key not in ("id", *VOICE_FACTS)}
    return facts | {VOICE: record[VOICE]} if VOICE in record else facts


def _is_read(key: str) -> bool:
    metadata = key.strip().lower() in (*FIELDS, *ALIASES)
    return metadata or key in (*heads(), *SENTENCE_FACTS, VOICE, "doc_id", "start", "end")


def _shown(value: object) -> str:
    """A JSON value, cut to what a line of a terminal holds."""
    return shown(value) if isinstance(value, str) else shown(repr(value))[1:-1]
