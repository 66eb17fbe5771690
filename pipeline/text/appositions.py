"""What the words beside a name say of its bearer: "X, the shadow home secretary,", "X (Lab)", "X is a bishop"."""

from collections.abc import Iterator

from pipeline.text.grammar import ARTICLES, POSSESSIVES
from pipeline.text.lexicon import Lexicon
from pipeline.text.mentions import Mention
from pipeline.text.words import BLANK, Words

_LIMIT = 16


def roles_beside(words: Words, mention: Mention, lexicon: Lexicon) -> Iterator[str]:
    """Descriptions printed behind or before the mention of a person or body."""
    if mention.span.end not in words.ends:
        return
    behind = words.ends.index(mention.span.end) + 1
    if behind + 1 < len(words):
        if words.text[behind] == "(":
            yield from _bracket(words, behind + 1)
        elif (
            words.lower[behind] in ("is", "was", "has") and words.lower[behind + 1] in (*ARTICLES, "one", "been")
        ) or words.text[behind] == ",":
            yield from _behind(words, behind + 1, lexicon)
    before = words.starts.index(mention.span.start) if mention.span.start in words.starts else 0
    if before >= 2 and words.text[before - 1] == ",":
        yield from _before(words, before - 1, lexicon)


def _bracket(words: Words, start: int) -> Iterator[str]:
    stop = start
    while stop < len(words) and stop - start < 8 and words.text[stop] != ")":
        stop += 1
    yield " ".join(words.text[start:stop])


def _behind(words: Words, start: int, lexicon: Lexicon) -> Iterator[str]:
    stop = start
    while (
        stop < len(words)
        and stop - start < _LIMIT
        and words.text[stop] not in (",", ".", ";", ":", BLANK, "–", "—")
    ):
        stop += 1
    first = words.lower[start]
    if first in ("who", "which", "whose"):
        if start + 1 < stop and (
            words.lower[start + 1] in lexicon.senses.role_verbs
            or lexicon.senses.seats & set(words.lower[start + 1 : stop])
        ):
            yield " ".join(words.text[start + 1 : stop])
    elif (
        first in ARTICLES
        or first in POSSESSIVES
        or first in lexicon.senses.post_openers
        or first in lexicon.role_nouns
        or first in lexicon.parties
    ) or (words.is_capital(start) and any(word in lexicon.role_nouns for word in words.lower[start:stop])):
        yield " ".join(words.text[start:stop])
    elif first.isdigit() and stop < len(words) and words.text[stop] == "," and stop + 1 < len(words):
        yield from _behind(words, stop + 1, lexicon)


def _before(words: Words, comma: int, lexicon: Lexicon) -> Iterator[str]:
    """The description that the name explains; it begins with an article or possessive."""
    start = comma - 1
    while start >= 0 and comma - start < 12 and words.text[start] not in (",", ".", ";", ":", BLANK):
        start -= 1
    start += 1
    if start < comma and (words.lower[start] in ARTICLES or words.lower[start] in POSSESSIVES):
        phrase = words.lower[start:comma]
        if any(word in lexicon.people for word in phrase) and not any(
            word in ("is", "was", "said", "are", "has") for word in phrase
        ):
            yield " ".join(words.text[start:comma])
