"""The head of a ``.stance`` file: what is known of the article, and the speakers it declares."""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pipeline.corpus.problems import Faults, choose_from, shown
from pipeline.labels import codebook
from pipeline.records import NO_SPEAKER, Actor, Article, LabelledArticle, Voice

REQUIRED_KEYS = ("id", "date", "outlet", "leaning", "genre", "government", "headline")
# ``voice`` names the declared speaker for whom a whole text speaks: a speech, an op-ed, a press release.
OPTIONAL_KEYS = ("url", "author", "voice")
SPEAKER_KEY = "speaker"
SPEAKER_LINE = "speaker: name | party | kind | forms; of; the; name"

# Ids become file names and keys of tables.
ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


@dataclass
class Head:
    """What the head says and on which lines it says it. Values that were faulty are missing."""

    values: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)
    actor_lines: dict[str, int] = field(default_factory=dict)

    def article(self, text: str, source: str) -> Article:
        """The article with this head. To be called only on a head without faults."""
        plain = {key: value for key, value in self.values.items() if key not in ("date", "voice")}
        voice = self.actors[self.values["voice"]].voice if "voice" in self.values else Voice("")
        return Article(
            **plain,
            text=text,
            source=source,
            date=dt.date.fromisoformat(self.values["date"]),
            speaker=voice.speaker,
            party=voice.party,
            kind=voice.kind,
        )


def read_head(lines: Sequence[str], faults: Faults) -> Head:
    """Read the lines before ``---``; whatever is wrong with them goes to ``faults``."""
    head = Head()
    for number, line in enumerate(lines, start=1):
        key, colon, value = line.partition(":")
        key, value = key.strip(), value.strip()
        if not line:
            continue
        if not colon:
            mend = f"write `key: value`, or end the head with a line `---` before the text (read: {shown(line)})"
            faults.add(number, "a line of the head without a colon", mend, "head-line")
        elif key == SPEAKER_KEY:
            _read_speaker(head, number, value, faults)
        else:
            _read_value(head, number, key, value, faults)
    _check_presence(head, len(lines) + 1, faults)
    return head


def _read_value(head: Head, number: int, key: str, value: str, faults: Faults) -> None:
    if key not in REQUIRED_KEYS + OPTIONAL_KEYS:
        mend = choose_from(key, (*REQUIRED_KEYS, *OPTIONAL_KEYS, SPEAKER_KEY))
        faults.add(number, f"unknown key {shown(key)} in the head", mend, "unknown-key")
        return
    if key in head.lines:
        mend = f"keep one of the two lines (the other is line {head.lines[key]})"
        faults.add(number, f"the key {key!r} stands twice in the head", mend, "duplicate-key")
        return
    head.lines[key] = number
    if not value:
        faults.add(number, f"the key {key!r} has no value", f"write it after `{key}:`", "empty-value")
        return
    head.values[key] = value
    _check_value(number, key, value, faults)


def _check_value(number: int, key: str, value: str, faults: Faults) -> None:
    closed = {"leaning": codebook().leanings, "government": codebook().governments}
    if key in closed and value not in closed[key]:
        faults.add(number, f"unknown {key} {shown(value)}", choose_from(value, closed[key]), f"unknown-{key}")
    elif key == "date" and not _is_date(value):
        mend = "write a day of the calendar as YYYY-MM-DD, like 2026-03-09"
        faults.add(number, f"{shown(value)} is no date", mend, "bad-date")
    elif key == "id" and not ID.fullmatch(value):
        mend = "use up to 100 letters, digits, dots, hyphens and underscores, a letter or digit first"
        faults.add(number, f"{shown(value)} cannot be an id", mend, "bad-id")
    elif key == "url" and not value.startswith(("https://", "http://")):
        faults.add(number, f"{shown(value)} is no web address", "begin it with https://", "bad-url")


def _is_date(value: str) -> bool:
    try:
        # fromisoformat also takes 20260309 and 2026-W11-1, which would not be written back as they were
        return dt.date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _read_speaker(head: Head, number: int, value: str, faults: Faults) -> None:
    fields = [part.strip() for part in value.split("|")]
    if len(fields) not in (3, 4):
        mend = f"write `{SPEAKER_LINE}`, the last field only where there are other forms"
        faults.add(number, f"a speaker line with {len(fields)} fields, not 3 or 4", mend, "speaker-fields")
        return
    name, party, kind = fields[:3]
    forms = tuple(form.strip() for form in "".join(fields[3:]).split(";") if form.strip())
    if name in ("", NO_SPEAKER):
        mend = f"give the fullest form that the article prints; {NO_SPEAKER!r} (nobody) is never declared"
        faults.add(number, "a speaker line without a name", mend, "speaker-name")
        return
    if name in head.actors:
        mend = f"merge the line with line {head.actor_lines[name]}"
        faults.add(number, f"the speaker {shown(name)} is declared twice", mend, "duplicate-speaker")
        return
    for label, entry, allowed in (("party", party, codebook().parties), ("kind", kind, codebook().kinds)):
        if entry not in allowed:
            problem = f"unknown {label} {shown(entry)} of {shown(name)}"
            faults.add(number, problem, choose_from(entry, allowed), f"unknown-{label}")
    head.actors[name] = Actor(Voice(name, party, kind), forms, empty_forms=len(fields) == 4 and not forms)
    head.actor_lines[name] = number


def _check_presence(head: Head, end: int, faults: Faults) -> None:
    for key in REQUIRED_KEYS:
        if key not in head.lines:
            faults.add(end, f"the head has no {key!r}", f"add a line `{key}: …` above `---`", "missing-key")
    voice = head.values.get("voice")
    if voice is not None and voice not in head.actors:
        mend = choose_from(voice, head.actors, otherwise=f"declare it: `{SPEAKER_LINE}`")
        faults.add(
            head.lines["voice"], f"the voice {shown(voice)} is no declared speaker", mend, "undeclared-voice"
        )


def render_head(article: LabelledArticle) -> Iterator[str]:
    """The lines of the head in the order of the grammar, without ``---``."""
    facts = article.article
    for key in REQUIRED_KEYS:
        yield f"{key}: {facts.date.isoformat() if key == 'date' and facts.date else getattr(facts, key) or ''}"
    for key, value in (("url", facts.url), ("author", facts.author), ("voice", facts.speaker)):
        if value:
            yield f"{key}: {value}"
    for actor in article.actors:
        fields = [actor.voice.speaker, actor.voice.party, actor.voice.kind]
        if actor.forms or actor.empty_forms:
            fields.append("; ".join(actor.forms))
        yield f"{SPEAKER_KEY}: {' | '.join(fields)}".rstrip()
