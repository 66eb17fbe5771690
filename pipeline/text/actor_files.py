"""Reading of ``configs/actors.yaml`` and ``configs/governments.yaml`` into records; errors name the entry."""

import datetime as dt
import unicodedata
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import yaml

from pipeline.labels import NONE, codebook

ActorType = Literal["politician", "figure", "party", "organisation"]
Line = tuple[str, tuple[str, ...]]

BY_PARTY = "by party"  # heading of the offices that give their holder no kind
ACTOR_SECTIONS = frozenset(
    {"known_until", "politicians", "party_changes", "figures", "parties", "collectives", "organisations"}
    | {"voices", "offices"}
)
ARTICLES = frozenset({"the", "a", "an"})
PLAIN_SIGNS = str.maketrans({"’": "'", "‘": "'", "‐": "-", "‑": "-", ",": " "})


class ActorError(ValueError):
    """A table of actors or governments that cannot be used; the message names file, entry and mend."""


@dataclass(frozen=True)
class Timeline:
    """What held from each first day until the next one; an empty value is a gap."""

    starts: tuple[dt.date, ...]
    values: tuple[str, ...]


@dataclass(frozen=True)
class Government:
    """A government of the UK: its class in the codebook, first day and parties, the leading one first."""

    name: str
    start: dt.date
    parties: tuple[str, ...]


@dataclass(frozen=True)
class Post:
    """A stretch of office, ``end`` excluded and None while open, and the kind that it gives."""

    start: dt.date
    end: dt.date | None
    kind: str


@dataclass(frozen=True)
class PublicActor:
    """One entry of the table. ``kind`` is empty where it follows from post and party on the day."""

    name: str
    type: ActorType
    kind: str
    party: Timeline
    posts: tuple[Post, ...] = ()


@dataclass(frozen=True)
class Form:
    """A way to write an actor: the canonical ``name`` for it, and whether it is ``common``, no proper name."""

    name: str
    actor: PublicActor
    common: bool


@dataclass(frozen=True)
class ActorFile:
    """What ``actors.yaml`` holds; ``forms`` by their plain spelling, ``offices`` by theirs."""

    actors: tuple[PublicActor, ...]
    forms: Mapping[str, Form]
    offices: Mapping[str, Timeline]
    known_until: dt.date


class _UniqueKeys(yaml.CSafeLoader):
    """YAML in which a key given twice is an error; plain YAML would drop the first holder in silence."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        names = [self.construct_object(key, deep=deep) for key, _ in node.value]
        twice = [name for name in names if names.count(name) > 1]
        if twice:
            raise ActorError(f"line {node.start_mark.line + 1}: {twice[0]!s} is given twice; keep one of them")
        return super().construct_mapping(node, deep=deep)


def plain(name: str) -> str:
    """A name without capitals, accents, typographic signs, final full stops and leading article."""
    folded = unicodedata.normalize("NFKD", name.translate(PLAIN_SIGNS).casefold())
    if not folded.isascii():
        folded = "".join(sign for sign in folded if not unicodedata.combining(sign))
    words = folded.split()
    words = [word.rstrip(".") or word for word in words]
    return " ".join(words[1:] if len(words) > 1 and words[0] in ARTICLES else words)


def read_governments(path: Path) -> tuple[Government, ...]:
    """Governments in order of their first day. Raises ``ActorError``."""
    governments = []
    for number, entry in enumerate(_read_yaml(path), start=1):
        where = f"{path.name}, entry {number}"
        if not isinstance(entry, dict) or set(entry) != {"government", "from", "parties"}:
            raise ActorError(f"{where}: expected {{government: …, from: YYYY-MM-DD, parties: […]}}, found {entry}")
        _known(entry["government"], codebook().governments, "government", where)
        for party in entry["parties"]:
            _known(party, codebook().parties, "party", where)
        governments.append(
            Government(entry["government"], _first_day(entry["from"], where), tuple(entry["parties"]))
        )
    _ascending([government.start for government in governments], path.name)
    return tuple(governments)


def read_actors(path: Path) -> ActorFile:
    """All actors with their forms and offices. Raises ``ActorError``."""
    raw = _read_yaml(path)
    if not isinstance(raw, dict) or set(raw) != ACTOR_SECTIONS:
        raise ActorError(f"{path.name}: expected exactly the sections {', '.join(sorted(ACTOR_SECTIONS))}")
    try:
        offices, posts = _offices(raw["offices"])
        entries = list(_entries(raw))
        actors = _with_careers(entries, raw["party_changes"], posts)
        lines = [line for _, line in entries]
        forms = _index(zip(actors, lines, strict=True), raw["collectives"], raw["voices"])
        return ActorFile(actors, forms, offices, _first_day(raw["known_until"], "known_until"))
    except ActorError as error:
        raise ActorError(f"{path.name}: {error}") from error


def _entries(raw: Mapping[str, Any]) -> Iterator[tuple[PublicActor, Line]]:
    """Every entry as an actor without career, with its name and other forms."""
    sections: tuple[tuple[str, ActorType], ...] = (("politicians", "politician"), ("parties", "party"))
    for section, kind_of_actor in sections:
        for party, lines in raw[section].items():
            _known(party, codebook().parties, "party", section)
            for line in map(_line, lines):
                yield PublicActor(line[0], kind_of_actor, "", _always(party)), line
    sections = (("figures", "figure"), ("organisations", "organisation"))
    for section, kind_of_actor in sections:
        for kind, lines in raw[section].items():
            _known(kind, codebook().kinds, "kind", section)
            for line in map(_line, lines):
                yield PublicActor(line[0], kind_of_actor, kind, _always(NONE)), line


def _with_careers(
    entries: list[tuple[PublicActor, Line]], changes: Mapping[str, Any], posts: Mapping[str, tuple[Post, ...]]
) -> tuple[PublicActor, ...]:
    """The actors with their changes of party and their posts."""
    people = {actor.name for actor, _ in entries if actor.type in ("politician", "figure")}
    for section, names in (("party_changes", changes), ("offices", posts)):
        for name in names:
            if name not in people:
                raise ActorError(f"{section}: {name} is not listed; add a line under politicians or figures")
    return tuple(
        replace(actor, party=_party(actor, changes.get(actor.name, {})), posts=posts.get(actor.name, ()))
        for actor, _ in entries
    )


def _party(actor: PublicActor, changes: Mapping[Any, str]) -> Timeline:
    """First party and later ones."""
    later = _timeline(changes, f"party_changes, {actor.name}")
    for party in later.values:
        _known(party, codebook().parties, "party", f"party_changes, {actor.name}")
    return Timeline(actor.party.starts + later.starts, actor.party.values + later.values)


def _offices(raw: Mapping[str, Mapping[str, Any]]) -> tuple[dict[str, Timeline], dict[str, tuple[Post, ...]]]:
    """Office form → succession, and holder → posts."""
    offices: dict[str, Timeline] = {}
    posts: dict[str, tuple[Post, ...]] = {}
    for kind, group in raw.items():
        if kind != BY_PARTY:
            _known(kind, codebook().kinds, "kind", "offices")
        for name, holders in group.items():
            title, others = _line(name)
            succession = _timeline(holders, f"offices, {title}")
            for form in map(plain, (title, *others)):
                if form in offices:
                    raise ActorError(f"offices, {title}: {form!r} already names an office; drop one of them")
                offices[form] = succession
            for holder, post in _posts(succession, kind):
                posts[holder] = (*posts.get(holder, ()), *([] if kind == BY_PARTY else [post]))
    return offices, posts


def _posts(succession: Timeline, kind: str) -> Iterator[tuple[str, Post]]:
    """Each holder with the stretch of office."""
    ends = (*succession.starts[1:], None)
    for holder, start, end in zip(succession.values, succession.starts, ends, strict=True):
        if holder:
            yield holder, Post(start, end, kind)


def _index(
    actors: Iterable[tuple[PublicActor, Line]], collectives: list[str], voices: list[str]
) -> dict[str, Form]:
    """Plain form → what it means. A described source is its own canonical name and yields to a listed form."""
    listed: dict[str, Form] = {}
    described: dict[str, Form] = {}
    for actor, (name, others) in actors:
        for form in (name, *others):
            taken = listed.get(plain(form))
            if taken and taken.actor is not actor:
                raise ActorError(f"{name}: the form {form!r} already means {taken.name}; drop one of them")
            listed[plain(form)] = Form(name, actor, form.islower())
            for phrase in _phrases(form, actor.type, collectives, voices):
                described[plain(phrase)] = Form(phrase, actor, form.islower())
    return described | listed


def _phrases(form: str, actor: ActorType, collectives: list[str], voices: list[str]) -> Iterator[str]:
    """Described sources: "Tory peers", "Home Office spokesman", "spokesman for the Home Office"."""
    if actor == "party":
        yield from (f"{form} {word}" for word in collectives)
    if actor in ("party", "organisation"):
        for word in voices:
            yield from (f"{form} {word}", f"{word} for {form}", f"{word} for the {form}")


def _read_yaml(path: Path) -> Any:
    """The file's content as YAML reads it. Raises ``ActorError``."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_UniqueKeys)
    except FileNotFoundError as error:
        raise ActorError(f"{path}: no such file; the project's own lies in configs/") from error
    except ActorError as error:
        raise ActorError(f"{path.name}, {error}") from error
    except yaml.YAMLError as error:
        raise ActorError(f"{path.name}: not YAML: {error}") from error


def _line(line: str) -> Line:
    """``name | form; form`` as name and forms."""
    name, _, forms = str(line).partition("|")
    if not name.strip():
        raise ActorError(f"{line!r}: expected `canonical name | other form; other form`")
    return name.strip(), tuple(form.strip() for form in forms.split(";") if form.strip())


def _always(value: str) -> Timeline:
    return Timeline((dt.date.min,), (value,))


def _timeline(raw: Mapping[Any, Any] | None, where: str) -> Timeline:
    """``{first day: value}`` in order."""
    starts = tuple(_first_day(day, where) for day in raw or {})
    _ascending(starts, where)
    return Timeline(starts, tuple(value or "" for value in (raw or {}).values()))


def _first_day(value: Any, where: str) -> dt.date:
    """The first day of YYYY, YYYY-MM or YYYY-MM-DD, which YAML reads as number, text or date."""
    if isinstance(value, dt.date):
        return value
    padded = f"{value}-01-01"[: len("YYYY-MM-DD")]
    try:
        return dt.date.fromisoformat(padded)
    except ValueError as error:
        raise ActorError(f"{where}: {value!r} is no day; write YYYY, YYYY-MM or YYYY-MM-DD") from error


def _ascending(days: Iterable[dt.date], where: str) -> None:
    for before, after in pairwise(days):
        if after <= before:
            raise ActorError(f"{where}: {after} stands after {before}; put the days in order")


def _known(value: str, classes: tuple[str, ...], what: str, where: str) -> None:
    if value not in classes:
        raise ActorError(f"{where}: unknown {what} {value!r}; configs/codebook.yaml has {', '.join(classes)}")
