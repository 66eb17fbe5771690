"""Where an article names a party, and which party stands out in it as a whole."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.text.lexicon import Lexicon

# Forms that are words or initials of something else unless they stand in brackets behind a name: "(Con)".
_BRACKETED = ("con", "lab", "ld", "pc", "ind")
# "Respect" opens sentences; the party of that name hardly speaks on asylum any more.
_HOMONYMS = ("respect",)
# A party named among the first characters of a text tells what the text is about.
_EARLY = 200


@dataclass(frozen=True)
class PartyMention:
    """A party's name as printed, from ``start`` to ``end`` (excluded)."""

    start: int
    end: int
    party: str


class PartyFinder:
    """Finds the capitalised names of parties; time is linear in the text, for names hold no repetition."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._parties = lexicon.parties
        forms = sorted(set(lexicon.parties) - {*_BRACKETED, *_HOMONYMS}, key=len, reverse=True)
        printed = "|".join(re.escape(spelling) for form in forms for spelling in _spellings(form))
        short = "|".join(re.escape(spelling) for form in _BRACKETED for spelling in _spellings(form))
        # The look at the first letter spares the alternatives at most places: a quarter of the time.
        self._pattern = re.compile(rf"(?=[A-Z])(?<!\w)(?:{printed}|(?<=[(\[])(?:{short})(?=[)\]]))(?!\w)")

    def __call__(self, text: str) -> tuple[PartyMention, ...]:
        """Mentions in order of the text."""
        return tuple(
            PartyMention(found.start(), found.end(), self._parties[found.group().lower()])
            for found in self._pattern.finditer(text)
        )


def _spellings(form: str) -> list[str]:
    """How a form in lower case is printed: as a name, as the start of a sentence, in capitals."""
    name = " ".join(word[0].upper() + word[1:] for word in form.split())
    return list(dict.fromkeys((name, form[0].upper() + form[1:], form.upper())))


def standing(mentions: Sequence[PartyMention], headline: Iterable[PartyMention]) -> dict[str, frozenset[str]]:
    """How each party stands in the whole text, as words for a model: ``top`` it is named most, ``half`` in more
    than half of the mentions, ``only`` alone, ``first`` before the others, ``early`` near the head."""
    counts = Counter(mention.party for mention in mentions)
    found = {party: {"named"} for party in counts}
    for party, count in counts.items():
        if count == max(counts.values()):
            found[party].add("top")
        if 2 * count > counts.total():
            found[party].add("half")
        if count == counts.total():
            found[party].add("only")
    if mentions:
        found[mentions[0].party].add("first")
        if mentions[0].start < _EARLY:
            found[mentions[0].party].add("early")
    for mention in headline:
        found.setdefault(mention.party, set()).add("headline")
    return {party: frozenset(words) for party, words in found.items()}
