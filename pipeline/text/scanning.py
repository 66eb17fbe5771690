"""The mentions of a sentence outside quotation marks, by runs of capitals and by role nouns."""

from collections.abc import Iterator

from pipeline.text.grammar import (
    ARTICLES,
    CONNECTORS,
    OPENERS,
    PHRASE_ENDS,
    POSSESSIVES,
    PREPOSITIONS,
    PRONOUNS,
    QUANTIFIERS,
    pronoun,
)
from pipeline.text.lexicon import Lexicon
from pipeline.text.mentions import Mention
from pipeline.text.noun_phrases import capital_follows, interpret
from pipeline.text.words import Words


def scan(words: Words, lexicon: Lexicon) -> Iterator[Mention]:
    """Mentions printed outside quotations, in order: names, and descriptions headed by a role noun."""
    index, size = 0, len(words)
    while index < size:
        text = words.text[index]
        if text[0].isupper() and words.lower[index] not in OPENERS and not pronoun(words.lower[index]):
            stop = _run_end(words, index, size, lexicon)
            begin = _phrase_start(words, index, lexicon)
            mention = interpret(words, begin, stop, lexicon)
            if mention is not None:
                yield mention
            index = stop
        elif words.lower[index] in lexicon.people or words.lower[index] in lexicon.bodies:
            begin = _phrase_start(words, index, lexicon)
            stop = _role_run(words, index, size, lexicon)
            mention = interpret(words, begin, stop, lexicon)
            if mention is not None and mention.kind == "description":
                yield mention
            index = stop
        else:
            index += 1


def _run_end(words: Words, index: int, size: int, lexicon: Lexicon) -> int:
    """End of the run of capitals, connectors and role nouns from ``index``."""
    stop = index + 1
    while stop < size:
        if words.is_capital(stop) and words.lower[stop] not in PRONOUNS:
            stop += 1
        elif words.lower[stop] == "and" and not _joins(words, stop, size, lexicon):
            break
        elif words.lower[stop] in CONNECTORS and capital_follows(words, stop + 1, min(size, stop + 3)):
            stop += 1
        else:
            break
    while stop < size and words.text[stop][0].islower() and words.lower[stop] in lexicon.senses.role_tails:
        stop += 1
    return stop


def _joins(words: Words, at: int, size: int, lexicon: Lexicon) -> bool:
    """Whether the "and" at ``at`` stands inside one name: a body's word follows, and no given name or country."""
    if at + 1 >= size or words.lower[at + 1] in lexicon.genders or words.lower[at + 1] in lexicon.countries:
        return False
    end = at + 1
    while end < size and words.is_capital(end):
        end += 1
    return any(word in lexicon.body_words for word in words.lower[at + 1 : end])


def _role_run(words: Words, index: int, size: int, lexicon: Lexicon) -> int:
    stop = index + 1
    while stop < size and (words.lower[stop] in lexicon.people or words.lower[stop] in lexicon.bodies):
        stop += 1
    return stop


def _phrase_start(words: Words, index: int, lexicon: Lexicon) -> int:
    """Where the noun phrase that holds the word begins: at its article or possessive, at most six words back.

    Only modifiers, capitals and role nouns may stand between; before a role noun any word ("prisons inspector").
    """
    begin, role = index, words.lower[index] in lexicon.role_nouns and not words.is_capital(index)
    for at in range(index - 1, max(-1, index - 7), -1):
        word = words.lower[at]
        if (
            not words.text[at][0].isalnum()
            or word in PHRASE_ENDS
            or word in PREPOSITIONS
            or word in ("and", "but", "or")
        ):
            break
        if word in ARTICLES or word in POSSESSIVES or word in QUANTIFIERS:
            return at
        if word in lexicon.role_nouns:
            role, begin = True, at
        elif word in lexicon.senses.modifiers or words.is_capital(at):
            begin = at
        elif not role or word.endswith("ed") or word in lexicon.cues:
            break
    return begin
