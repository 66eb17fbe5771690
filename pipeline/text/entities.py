"""Entities: the speakers of one article, and their names brought to a form that can be compared."""

from dataclasses import dataclass, field

from pipeline.text.grammar import SMALL_WORDS
from pipeline.text.lexicon import Lexicon

# Offices that stand before a name as titles do.
_OFFICES = {
    "senator": "senator",
    "sen": "senator",
    "governor": "governor",
    "gov": "governor",
    "representative": "representative",
    "rep": "representative",
    "congressman": "congressman",
    "congresswoman": "congresswoman",
    "president": "president",
    "judge": "judge",
    "bishop": "bishop",
    "archbishop": "archbishop",
}


@dataclass
class Entity:
    """A speaker of the article. ``name`` grows to the fullest form; ``roles`` are the descriptions met so far."""

    kind: str
    name: str
    gender: str = ""
    plural: bool = False
    head: str = ""
    words: set[str] = field(default_factory=set)
    roles: list[str] = field(default_factory=list)
    title: str = ""
    last: int = -1
    spoken_of: bool = False
    owner: "Entity | None" = None

    def role_words(self) -> set[str]:
        """All words of the entity's roles, and of the description that names it."""
        office = {_OFFICES[self.title]} if self.title in _OFFICES else set()
        return self.words | office | {word for role in self.roles for word in role.lower().split()}


def plain_word(word: str) -> str:
    """A name's word without possessive ending."""
    return word[:-2] if word.endswith(("'s", "’s")) else word.rstrip("'’")


def bare_name(name: str, lexicon: Lexicon) -> list[str]:
    """Words of a name in lower case without titles."""
    words = name.lower().replace("’", "'").split()
    while len(words) > 1 and words[0].rstrip(".") in lexicon.titles:
        words = words[1:]
    return [word.rstrip(".") for word in words]


def party_key(key: str, lexicon: Lexicon) -> str:
    """The party that a name means, as a key; empty if none."""
    return "party:" + lexicon.parties[key] if key in lexicon.parties else ""


def initials(name: str) -> str:
    return "".join(word[0] for word in name.split() if word not in SMALL_WORDS)
