"""Which declared speakers are named persons, so that a split can keep each of them on one side.

Institutions and groups (Home Office, Labour MPs, voters) speak in any article and are meant to be known to a
model; a person who is met in training and again in the test would hand it their stance.
"""

import re
from dataclasses import dataclass
from functools import cache
from itertools import takewhile

import yaml

from pipeline import CONFIGS
from pipeline.labels import codebook
from pipeline.records import Actor

WORD = re.compile(r"[^\W\d_]+(?:[’'‑-][^\W\d_]+)*")


@dataclass(frozen=True)
class NameWords:
    """The word lists of ``configs/person_names.yaml``, where each is explained."""

    titles: frozenset[str]
    ranks: frozenset[str]
    after_name: frozenset[str]
    particles: frozenset[str]
    group_openers: frozenset[str]
    institution_words: frozenset[str]


@cache
def name_words() -> NameWords:
    """The project's word lists."""
    raw = yaml.safe_load((CONFIGS / "person_names.yaml").read_text(encoding="utf-8"))
    return NameWords(**{name: frozenset(words.split()) for name, words in raw.items()})


def named_persons(actor: Actor) -> frozenset[str]:
    """Keys of the persons whom an actor's name, or one of its forms, names in full; equal keys, equal person.

    A full name is two or more capitalised words (particles aside), or a rank and one word, none of them an
    institution's word and the first neither a party nor an article. A given name or surname alone is no key:
    the next article's Denise is another.
    """
    keys = (person_key(name) for name in (actor.voice.speaker, *actor.forms))
    return frozenset(key for key in keys if key)


def person_key(name: str) -> str:
    """The name in lower case without titles and letters after it, or ``""`` where it names no person in full."""
    lists = name_words()
    words = WORD.findall(name)
    titles = list(takewhile(lambda word: word.casefold() in lists.titles | lists.ranks, words))
    words = words[len(titles) :]
    rank = next((title.casefold() for title in titles if title.casefold() in lists.ranks), "")
    if rank and words[1:2] == ["of"]:
        words = words[:1]
    while words and words[-1].casefold() in lists.after_name:
        del words[-1]
    if not _is_name(words, lists) or (len(words) == 1 and not rank):
        return ""
    return " ".join(words if len(words) > 1 else [rank, *words]).casefold()


def _is_name(words: list[str], lists: NameWords) -> bool:
    folded = [word.casefold() for word in words]
    parties = {party.split()[0].casefold() for party in codebook().parties}
    if not words or folded[0] in lists.group_openers | parties or lists.institution_words.intersection(folded):
        return False
    return all(word[0].isupper() or word.split("-")[0] in lists.particles for word in words)
