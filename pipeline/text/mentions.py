"""A mention: a noun phrase read as a named person or body, a described source, or a pronoun."""

from dataclasses import dataclass
from typing import Literal

from pipeline.records import Span

MentionKind = Literal["person", "body", "description", "pronoun"]


@dataclass(frozen=True)
class Mention:
    """A noun phrase that may name a speaker.

    ``name`` is the canonical candidate: a proper name without plain title, or a description without article.
    ``head`` is the noun that says what a description is ("minister"), ``modifiers`` the words around it in lower
    case. ``roles`` are descriptions printed with a name ("immigration minister"). ``definite`` means that the
    phrase points back ("the", "his"). ``title`` is the name's title in lower case.
    """

    span: Span
    kind: MentionKind
    name: str
    head: str = ""
    modifiers: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    plural: bool = False
    definite: bool = False
    title: str = ""
    gender: str = ""
    owner: str = ""
