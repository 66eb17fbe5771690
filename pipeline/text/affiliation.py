"""Party and kind of a speaker from the article's own words and the government of the day.

The rules are the codebook's (section 7): who governs is a minister or governing, other parties are the opposition,
``none`` is the party of all who speak for no party. What the words do not settle stays empty.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.labels import NONE
from pipeline.text.lexicon import Lexicon

_COALITION = ("Conservative", "Liberal Democrat")
# Secretaries who hold no office of state.
_CLERKS = (
    "general secretary",
    "permanent secretary",
    "regional secretary",
    "branch secretary",
    "press secretary",
    "private secretary",
    "constituency secretary",
    "membership secretary",
    "honorary secretary",
)
_STATE = frozenset(
    {
        "home office",
        "downing street",
        "no 10",
        "number 10",
        "treasury",
        "government",
        "ministry",
        "department",
        "cabinet",
        "coalition",
        "foreign office",
    }
)
_DEVOLVED = frozenset(
    {"welsh government": "Labour", "scottish government": "SNP", "northern ireland executive": "other"}.items()
)
_RANKS = {
    "dr": "expert",
    "prof": "expert",
    "professor": "expert",
    "rev": "civil_society",
    "revd": "civil_society",
    "reverend": "civil_society",
    "bishop": "civil_society",
    "archbishop": "civil_society",
    "rabbi": "civil_society",
    "imam": "civil_society",
    "canon": "civil_society",
    "pastor": "civil_society",
    "justice": "official",
    "judge": "official",
    "constable": "official",
    "supt": "official",
    "insp": "official",
    "inspector": "official",
    "superintendent": "official",
}
_ELECTED = (
    "represents",
    "mp for",
    "sits for",
    "was elected",
    "is standing",
    "member of parliament",
    "constituency",
    "seat",
    "majority",
)


@dataclass(frozen=True)
class Affiliation:
    """Party ("" unknown, ``none`` non-partisan) and kind ("" unknown) of a speaker."""

    party: str = ""
    kind: str = ""


UNKNOWN = Affiliation()


def governing_parties(government: str) -> tuple[str, ...]:
    """The parties in a government of the codebook, the leading one first."""
    return _COALITION if government == "Coalition" else (government,) if government else ()


def affiliate(name: str, roles: Sequence[str], nature: str, government: str, lexicon: Lexicon) -> Affiliation:
    """Party and kind of a speaker called ``name`` whom the text describes by ``roles``.

    ``nature`` is the speaker's mention kind: ``person``, ``body`` (both named) or ``description``.
    """
    person = nature == "person"
    phrases = _phrases(name, roles, nature)
    words = [word for phrase in phrases for word in phrase.split()]
    party = _party(phrases, lexicon)
    found = (
        _abroad(words, lexicon)
        or _office(phrases, words, party, government, lexicon)
        or _partisan(party, words, government)
        or _benches(phrases, words, government, lexicon)
    )
    if found:
        return found
    if lexicon.senses.crossbench & set(words):
        return Affiliation(NONE, "opposition")
    return _person(name, phrases, lexicon) if person else _source(phrases[0], words, nature, lexicon)


def printed_party(name: str, roles: Sequence[str], nature: str, lexicon: Lexicon) -> str:
    """The party that a speaker's roles name, or the description or body that is its name; empty if none."""
    return _party(_phrases(name, roles, nature), lexicon)


def _phrases(name: str, roles: Sequence[str], nature: str) -> list[str]:
    """What the text calls a speaker, the name of a person left out: it tells nothing."""
    return [_plain(role) for role in (roles if nature == "person" else [name, *roles])]


def _plain(phrase: str) -> str:
    """Words in lower case without punctuation and possessive endings."""
    words = [word.strip("(),.;:“”\"‘'") for word in phrase.lower().replace("’", "'").split()]
    return " ".join(word[:-2] if word.endswith("'s") else word for word in words)


def _party(phrases: Sequence[str], lexicon: Lexicon) -> str:
    """The first party named in the phrases, the longest name first."""
    for phrase in phrases:
        words = phrase.split()
        for size in (3, 2, 1):
            for start in range(len(words) - size + 1):
                form = " ".join(words[start : start + size])
                following = words[start + size] if start + size < len(words) else ""
                if form in lexicon.parties and following not in ("economics", "market", "shortages", "force"):
                    return lexicon.parties[form]
    return ""


def _abroad(words: Sequence[str], lexicon: Lexicon) -> Affiliation | None:
    if not lexicon.senses.foreign & set(words) or "foreign secretary" in " ".join(words):
        return None
    return (
        Affiliation("other" if {"minister", "mp", "government"} & set(words) else NONE, "foreign")
        if lexicon.senses.statesmen & set(words)
        else None
    )


def _office(
    phrases: Sequence[str], words: Sequence[str], party: str, government: str, lexicon: Lexicon
) -> Affiliation | None:
    """Holders of offices of state, their shadows and their departments."""
    parties = governing_parties(government)
    text = " | ".join(phrases)
    for name, devolved in _DEVOLVED:
        if name in text:
            return Affiliation(devolved, "governing" if devolved in parties else "opposition")
    if "shadow" in words or ("opposition" in words and party not in parties):
        return Affiliation(party if party and party not in parties else _rival(government), "opposition")
    held = any(word in lexicon.senses.offices for word in words) and not any(clerk in text for clerk in _CLERKS)
    if held and any(_is_past(phrase) for phrase in phrases):
        held = any(
            word in lexicon.senses.offices for phrase in phrases if not _is_past(phrase) for word in phrase.split()
        )
    insider = "official spokesm" not in text and ("official" in words or "officials" in words)
    spokes = any(state in text for state in _STATE) and not insider
    if not held and not spokes:
        return None
    if lexicon.senses.insiders & set(words) and "government" not in words and "official spokesm" not in text:
        return Affiliation(NONE, "official")
    if party and parties and party not in parties:
        return Affiliation(party, "opposition")
    return Affiliation(party or (parties[0] if parties else ""), "minister")


def _is_past(phrase: str) -> bool:
    return any(
        word in ("former", "ex-minister", "ex", "likely", "was", "once", "previous") for word in phrase.split()
    )


def _rival(government: str) -> str:
    """The official opposition where the words name no party."""
    return "Conservative" if government == "Labour" else "Labour" if government else ""


def _partisan(party: str, words: Sequence[str], government: str) -> Affiliation | None:
    if not party:
        return None
    if {"voters", "voter", "supporters"} & set(words):
        return Affiliation(NONE, "public")
    parties = governing_parties(government)
    return Affiliation(party, ("governing" if party in parties else "opposition") if parties else "")


def _benches(
    phrases: Sequence[str], words: Sequence[str], government: str, lexicon: Lexicon
) -> Affiliation | None:
    """Members of Parliament of no named party: in these texts those of the governing party, who need no label."""
    former = any(_is_past(phrase) and lexicon.senses.offices & set(phrase.split()) for phrase in phrases)
    if not (
        former
        or lexicon.senses.benches & set(words)
        or any(sign in phrase for phrase in phrases for sign in _ELECTED)
    ):
        return None
    parties = governing_parties(government)
    return Affiliation(parties[0] if parties else "", "governing" if parties else "")


def _person(name: str, phrases: Sequence[str], lexicon: Lexicon) -> Affiliation:
    """A named person of no party: by title, by the nouns of the roles, by the body that they speak for."""
    for word in name.lower().split()[:-1]:
        if (kind := _RANKS.get(word.strip("."))) and not phrases:
            return Affiliation(NONE, kind)
    for phrase in phrases:
        if kind := _noun_kind(phrase, lexicon):
            return Affiliation(NONE, kind) if kind != "politician" else Affiliation()
    for phrase in phrases:
        words = set(phrase.split())
        if words & lexicon.senses.learned:
            return Affiliation(NONE, "expert")
        if words & lexicon.senses.authorities:
            return Affiliation(NONE, "official")
        if words & lexicon.body_words:
            return Affiliation(NONE, "civil_society")
    for word in name.lower().split()[:-1]:
        if kind := _RANKS.get(word.strip(".")):
            return Affiliation(NONE, kind)
    if name.split()[0].lower() in lexicon.senses.peerage:
        return Affiliation()
    return (
        Affiliation(NONE, "public")
        if len(name.split()) == 1 and name.lower() in lexicon.genders
        else Affiliation()
    )


def _noun_kind(phrase: str, lexicon: Lexicon) -> str:
    """Class of the first role noun in a phrase, pairs of words first."""
    words = phrase.split()
    for first, second in pairwise(words):
        if kind := lexicon.people.get(f"{first} {second}"):
            return kind
    for word in words:
        if kind := lexicon.people.get(word):
            return kind
    return ""


def _source(name: str, words: Sequence[str], nature: str, lexicon: Lexicon) -> Affiliation:
    """A body or a described source of no party."""
    vocabulary = set(words)
    if name in lexicon.countries:
        return Affiliation(NONE, "foreign")
    if nature == "description" and (kind := _noun_kind(name, lexicon)):
        return Affiliation(NONE, kind) if kind != "politician" else Affiliation()
    if vocabulary & lexicon.senses.learned:
        return Affiliation(NONE, "expert")
    if vocabulary & lexicon.senses.authorities:
        return Affiliation(NONE, "official")
    if vocabulary & lexicon.senses.media:
        return Affiliation(NONE, "media")
    kinds = [lexicon.bodies[word] for word in words if word in lexicon.bodies]
    if "politician" in kinds and len(set(kinds)) == 1 and not vocabulary & {"group", "council"}:
        return Affiliation()
    return Affiliation(
        NONE, next((kind for kind in kinds if kind not in ("politician", "minister")), "civil_society")
    )
