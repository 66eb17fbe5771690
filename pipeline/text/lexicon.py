"""The words of reporting: verbs, nouns, titles, roles and given names, read once from ``reporting.yaml``."""

from dataclasses import dataclass
from pathlib import Path

import yaml

_VOWELS = "aeiou"


@dataclass(frozen=True)
class Senses:
    """Word lists of the file's section ``senses``, each explained there; fields and keys are the same."""

    abstract: frozenset[str]
    things: frozenset[str]
    places: frozenset[str]
    honours: frozenset[str]
    role_tails: frozenset[str]
    modifiers: frozenset[str]
    opinions: frozenset[str]
    homographs: frozenset[str]
    catenatives: frozenset[str]
    participles: frozenset[str]
    bare_plurals: frozenset[str]
    post_openers: frozenset[str]
    seats: frozenset[str]
    role_verbs: frozenset[str]
    hands_over: frozenset[str]
    no_cues: frozenset[str]
    hearsay: frozenset[str]
    clausal: frozenset[str]
    object_speech: frozenset[str]
    acts: frozenset[str]
    content_nouns: frozenset[str]
    holding: frozenset[str]
    mouthpieces: frozenset[str]
    offices: frozenset[str]
    insiders: frozenset[str]
    foreign: frozenset[str]
    statesmen: frozenset[str]
    benches: frozenset[str]
    learned: frozenset[str]
    authorities: frozenset[str]
    media: frozenset[str]
    peerage: frozenset[str]
    crossbench: frozenset[str]


@dataclass(frozen=True)
class Lexicon:
    """Look-up tables in lower case.

    ``cues`` maps an inflected verb to (base form, class): class is ``speech``, ``report`` or ``position``.
    ``needs`` maps a base form to the words one of which must follow it; ``*`` stands for any.
    ``people`` and ``bodies`` map a noun (singular or plural) to its class in the file; ``plurals`` holds the
    plural nouns. ``genders`` maps a given name and ``titles`` a title to ``male``, ``female`` or ````.
    """

    cues: dict[str, tuple[str, str]]
    needs: dict[str, frozenset[str]]
    states: frozenset[str]
    nouns: frozenset[str]
    anger_nouns: frozenset[str]
    phrases: tuple[tuple[str, ...], ...]
    documents: frozenset[str]
    people: dict[str, str]
    bodies: dict[str, str]
    role_nouns: frozenset[str]
    plurals: frozenset[str]
    singular: dict[str, str]
    body_words: frozenset[str]
    titles: dict[str, str]
    plain_titles: frozenset[str]
    genders: dict[str, str]
    parties: dict[str, str]
    countries: frozenset[str]
    senses: Senses


def load_lexicon(path: Path) -> Lexicon:
    """Read a reporting file. Raises ``KeyError`` when a section is missing."""
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    people, bodies = _classes(raw["people"]), _classes(raw["bodies"])
    plural_of = {noun: _plural(noun) for noun in [*people, *bodies] if noun not in ("people", "police", "public")}
    people |= {plural_of[noun]: kind for noun, kind in list(people.items()) if noun in plural_of}
    bodies |= {plural_of[noun]: kind for noun, kind in list(bodies.items()) if noun in plural_of}
    return Lexicon(
        cues=_cues(raw),
        needs={base: frozenset(words) for base, words in raw["needs"].items()},
        states=frozenset(raw["states"].split()),
        nouns=frozenset(raw["nouns"].split()),
        anger_nouns=frozenset(raw["anger_nouns"].split()),
        phrases=tuple(tuple(phrase.split()) for phrase in raw["phrases"]),
        documents=frozenset(raw["documents"].split()),
        people=people,
        bodies=bodies,
        role_nouns=frozenset(people) | frozenset(bodies),
        plurals=frozenset(plural_of.values()) | {"people", "police"},
        singular={plural: noun for noun, plural in plural_of.items()},
        body_words=frozenset(raw["body_words"].split()),
        titles={
            title: "" if sex == "any" else sex for sex in ("any", "female", "male") for title in raw["titles"][sex]
        },
        plain_titles=frozenset(raw["plain_titles"]),
        genders=_genders(raw["given_names"]),
        senses=Senses(**{name: frozenset(words.split()) for name, words in raw["senses"].items()}),
        countries=frozenset(raw["countries"].split()),
        parties={form: party for party, forms in raw["parties"].items() for form in forms},
    )


def _classes(section: dict[str, list[str]]) -> dict[str, str]:
    """Noun → class; the first class that names a noun keeps it."""
    classes: dict[str, str] = {}
    for kind, nouns in section.items():
        for noun in nouns:
            classes.setdefault(noun, kind)
    return classes


def _genders(section: dict[str, str]) -> dict[str, str]:
    """Given name in lower case → gender; a name on both lists tells nothing."""
    female, male = ({name.lower() for name in section[sex].split()} for sex in ("female", "male"))
    return dict.fromkeys(female - male, "female") | dict.fromkeys(male - female, "male")


def _cues(raw: dict) -> dict[str, tuple[str, str]]:
    cues: dict[str, tuple[str, str]] = {}
    for kind in ("speech", "report", "position"):
        for base in raw[kind].split():
            for form in [base, *(raw["irregular"].get(base) or inflections(base))]:
                cues.setdefault(form, (base, kind))
    return cues


def inflections(base: str) -> list[str]:
    """Third person, past and -ing form of a regular English verb."""
    if base.endswith("y") and base[-2] not in _VOWELS:
        return [base[:-1] + "ies", base[:-1] + "ied", base + "ing"]
    if base.endswith("e"):
        return [base + "s", base + "d", base[:-1] + "ing" if not base.endswith("ee") else base + "ing"]
    if base.endswith(("s", "sh", "ch", "x", "z")):
        return [base + "es", base + "ed", base + "ing"]
    return [base + "s", base + "ed", base + "ing"]


def _plural(noun: str) -> str:
    """Regular plural of an English noun, of the first word where it heads a phrase ("head of …")."""
    for singular, plural in (("woman", "women"), ("man", "men"), ("wife", "wives"), ("person", "people")):
        if noun.endswith(singular):
            return noun[: -len(singular)] + plural
    if noun.endswith("y") and noun[-2] not in _VOWELS:
        return noun[:-1] + "ies"
    return noun + ("es" if noun.endswith(("s", "sh", "ch", "x")) else "s")
