"""Real public actors: party and kind of a person, party or body on the day of an article.

The facts lie in ``configs/actors.yaml`` and ``configs/governments.yaml``; their layout is described there.
Only party and kind come from here: no actor's stance or pressure does.
"""

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from pathlib import Path

from pipeline.records import Voice
from pipeline.text.actor_files import Form, Government, PublicActor, Timeline, plain, read_actors, read_governments

MINISTER, GOVERNING, OPPOSITION = "minister", "governing", "opposition"

PEERAGES = frozenset({"lord", "lady", "baroness", "baron", "viscount", "earl"})
TITLES = PEERAGES | frozenset(
    {"sir", "dame", "mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "rt", "right", "hon", "honourable"}
    | {"rev", "revd", "reverend", "most", "very"}
)
HONOURS = frozenset({"mp", "msp", "ms", "mep", "mla", "qc", "kc", "cbe", "obe", "mbe"})


@dataclass(frozen=True)
class ActorTable:
    """All actors, found by any of their forms, with the succession in each office and in government.

    ``known_until`` is the last day on which open-ended facts were checked.
    """

    actors: tuple[PublicActor, ...]
    forms: Mapping[str, Form] = field(repr=False)
    offices: Mapping[str, Timeline] = field(repr=False)
    governments: tuple[Government, ...]
    known_until: dt.date

    @classmethod
    def load(cls, folder: Path) -> "ActorTable":
        """Read ``actors.yaml`` and ``governments.yaml`` of a folder. Raises ``ActorError``."""
        governments = read_governments(folder / "governments.yaml")
        file = read_actors(folder / "actors.yaml")
        return cls(file.actors, file.forms, file.offices, governments, file.known_until)

    def lookup(self, name: str, date: dt.date | None, government: str = "") -> Voice | None:
        """Canonical name, party and kind of a full name or listed form; None for a name that is not here.

        Titles, articles, accents and capitals do not matter, but a name without any capital matches no proper name
        ("the crisis" is not the charity Crisis). Without a date the day is ``known_until``, or the
        last day of ``government`` where that one has fallen. ``government``, where given, decides who governs.
        A described source ("Tory peers", "Home Office spokesman") keeps its description as canonical name.
        """
        form = next((self.forms[key] for key in _keys(name) if key in self.forms), None)
        if form is None or (name.islower() and not form.common):
            return None
        actor = form.actor
        day = date or self._last_day(government)
        governing = self.governing_parties(government or self.government(day))
        if actor.type == "organisation" and actor.kind == MINISTER:
            return Voice(form.name, governing[0] if governing else "", MINISTER)
        party = _at(actor.party, day)
        return Voice(form.name, party, _kind(actor, day, party, governing))

    def surnames(self, given: str) -> frozenset[str]:
        """Surnames, in plain lower case, of the people of the table who bear a given name."""
        return self._surnames.get(plain(given), frozenset())

    @cached_property
    def _surnames(self) -> Mapping[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for actor in self.actors:
            words = plain(actor.name).split()
            if actor.type != "organisation" and len(words) > 1:
                found.setdefault(words[0], set()).add(words[-1])
        return {given: frozenset(names) for given, names in found.items()}

    def office_holder(self, office: str, date: dt.date | None) -> str | None:
        """Canonical name of who holds an office ("home secretary") on a day; None when vacant or unknown."""
        succession = self.offices.get(plain(office))
        return (_at(succession, date or self.known_until) or None) if succession else None

    def government(self, date: dt.date | None) -> str:
        """The government of the day as a class of the codebook; empty when the date is missing or too early."""
        if date is None:
            return ""
        index = bisect_right(self.governments, date, key=lambda government: government.start)
        return self.governments[index - 1].name if index else ""

    def governing_parties(self, government: str) -> tuple[str, ...]:
        """Parties of a government, the leading one first; empty for an unknown government."""
        return next((entry.parties for entry in self.governments if entry.name == government), ())

    def _last_day(self, government: str) -> dt.date:
        """``known_until``, or the day before the fall of the last government of that name if it has fallen."""
        if not self.governments or government == self.governments[-1].name:
            return self.known_until
        ends = {old.name: new.start - dt.timedelta(days=1) for old, new in pairwise(self.governments)}
        return ends.get(government, self.known_until)


def _at(timeline: Timeline, day: dt.date) -> str:
    """The value on a day, empty before the first."""
    index = bisect_right(timeline.starts, day)
    return timeline.values[index - 1] if index else ""


def _kind(actor: PublicActor, day: dt.date, party: str, governing: tuple[str, ...]) -> str:
    """The kind of the office held on the day, else the fixed one, else by party; empty if nobody governs.

    A minister whose party does not govern is none: offices change hands some days after a government falls.
    """
    for post in actor.posts:
        held = post.start <= day and (post.end is None or day < post.end)
        if held and (post.kind != MINISTER or not governing or party in governing):
            return post.kind
    if actor.kind or not governing:
        return actor.kind
    return GOVERNING if party in governing else OPPOSITION


def _keys(name: str) -> Iterator[str]:
    """Keys under which a name may be listed: the exact one first, then without titles and honours.

    A peerage with one name keeps its title: the peer "Lord Marlow" need not be the commoner Marlow.
    """
    exact = plain(name)
    yield exact
    words = exact.split()
    first, last = 0, len(words)
    while last - first > 1 and words[last - 1] in HONOURS:
        last -= 1
    while last - first > 1 and words[first] in TITLES:
        if words[first] in PEERAGES and last - first == 2:
            break
        first += 1
    yield " ".join(words[first:last])
