"""The subject of a verb, by the order of words before it: no parse, one look to the left per verb.

Handles auxiliaries and adverbs, "went on to say", appositions and relative clauses between commas, brackets after
a name, leading adverbials, and a subject shared by two verbs. A passive has no subject here: it reports nobody.
"""

from dataclasses import dataclass, replace

from pipeline.text.grammar import (
    ADVERBS,
    ARTICLES,
    AUXILIARIES,
    BE,
    CONJUNCTIONS,
    DAYS,
    FINITE,
    GOVERNORS,
    INNER_SUBORDINATE,
    POSSESSIVES,
    QUANTIFIERS,
    RELATIVE,
    SUBORDINATE,
    pronoun,
)
from pipeline.text.lexicon import Lexicon
from pipeline.text.words import BLANK, Words

_PARTICIPLES = ("told", "said", "put", "read", "made", "understood", "thought", "found", "held", "sought", "felt")
_LINK = frozenset({BLANK, ":", ";", "–", "—", "?", "!", "•", "…"})


@dataclass(frozen=True)
class Subject:
    """Word range of a subject and of an apposition beside it; ``minor`` in a relative or subordinate clause."""

    start: int
    end: int
    aside: tuple[int, int] | None = None
    minor: bool = False


def subject_of(words: Words, verb: int, lexicon: Lexicon) -> Subject | None:
    """The subject of the verb at ``verb``, or None where there is none that could speak."""
    end = _behind_subject(words, verb, lexicon)
    if end is None or end == 0:
        return None
    last = words.lower[end - 1]
    if pronoun(last):
        return Subject(end - 1, end, minor=end > 1 and words.lower[end - 2] in INNER_SUBORDINATE)
    if last in ("who", "which") and end > 2 and words.text[end - 2] == ",":
        antecedent = _subject_in(words, _clause_start(words, end - 2), end - 2, lexicon)
        return replace(antecedent, minor=True) if antecedent else None
    if last in RELATIVE or last == "not" or words.text[end - 1] in _LINK:
        return None
    if words.lower[verb].endswith("ing") and end == verb:
        return (
            first_phrase(words, verb, lexicon)
            if last == "," or words.lower[verb] in lexicon.senses.participles
            else None
        )
    if last in ("and", "but") or (last == "to" and end > 2 and _is_act(words.lower[end - 2])):
        return first_phrase(words, end - 1, lexicon)
    if last in CONJUNCTIONS or last == "to":
        return None
    return _subject_in(words, _clause_start(words, end), end, lexicon)


def _is_act(word: str) -> bool:
    """Whether a past tense before "to say" tells of somebody who then spoke: "rushed to say"."""
    return word.endswith("ed") and word not in ("declined", "refused", "failed", "expected")


def first_phrase(words: Words, before: int, lexicon: Lexicon) -> Subject | None:
    """The subject of the sentence's first verb: for a participle, an infinitive or a second verb behind "and"."""
    begin = _clause_start(words, before)
    for index in range(before - 1, begin - 1, -1):
        if pronoun(words.lower[index]) in ("he", "she", "they", "it") and (
            index == begin or words.text[index - 1] == ","
        ):
            return Subject(index, index + 1)
    for index in range(begin + 1, before):
        if words.lower[index] in FINITE or (
            words.lower[index] in lexicon.cues
            and not words.is_capital(index)
            and words.lower[index] not in lexicon.role_nouns
        ):
            return (
                subject_of(words, index, lexicon)
                if words.lower[index - 1] not in ("and", "but", "to", ",")
                else None
            )
        if (
            words.lower[index].endswith("ed")
            and not words.is_capital(index)
            and words.lower[index - 1] not in ARTICLES
        ):
            found = _subject_in(words, begin, index, lexicon) if words.text[index - 1] != "," else None
            return found
    return None


def _behind_subject(words: Words, verb: int, lexicon: Lexicon) -> int | None:
    """Index behind the subject: the verb's auxiliaries and adverbs skipped; None for a passive."""
    at, passive = verb, False
    participle = words.lower[verb].endswith(("ed", "n", *_PARTICIPLES))
    while at > 0:
        before = words.lower[at - 1]
        passive = passive or (participle and before in BE)
        if (before in AUXILIARIES and not words.is_capital(at - 1)) or (
            before.endswith("ly") and len(before) > 4 and not words.is_capital(at - 1)
        ):
            at -= 1
        elif before == "to" and at >= 2 and words.lower[at - 2] in lexicon.senses.catenatives:
            at, participle = at - 2, False
        elif (
            before in ("on", "went", "goes", "gone") and at < verb and words.lower[at] in ("on", "to")
        ) or before in ("went", "goes"):
            at -= 1
        elif (
            before == "," and at >= 2 and words.lower[at - 2] in ("however", "meanwhile", "though", "too", "then")
        ) or (before == "and" and at >= 3 and words.lower[at - 2] in AUXILIARIES):
            at -= 2
        else:
            break
    return None if passive else at


def _clause_start(words: Words, end: int) -> int:
    """Where the clause that ends at ``end`` begins: behind a quotation, colon, dash or semicolon."""
    for index in range(end - 1, -1, -1):
        if words.text[index] in _LINK:
            return index + 1
    return 0


def _segments(words: Words, begin: int, end: int) -> list[tuple[int, int]]:
    """The parts of a clause between commas; what stands in brackets is no part."""
    parts, start, bracketed = [], begin, False
    for index in range(begin, end):
        mark = words.text[index]
        if mark in (",", "(", ")"):
            if index > start and not bracketed:
                parts.append((start, index))
            start = index + 1
            bracketed = mark == "(" or (bracketed and mark == ",")
    if end > start and not bracketed:
        parts.append((start, end))
    return parts


def _subject_in(words: Words, begin: int, end: int, lexicon: Lexicon) -> Subject | None:
    """The subject among the words ``begin``–``end`` that stand before a verb."""
    if words.text[end - 1] == ")":
        end = next((index for index in range(end - 2, begin, -1) if words.text[index] == "("), end)
    parts = _segments(words, begin, end)
    if not parts:
        return None
    if words.text[end - 1] == ",":
        return _with_apposition(words, parts, lexicon)
    last = parts[-1]
    if words.lower[last[0]] in RELATIVE and len(parts) > 1:
        return None
    start, stop = _strip(words, *last, lexicon)
    if start >= stop:
        return None
    explains = (
        len(parts) > 1 and start == last[0] and _is_name(words, start, stop) and _describes(words, *parts[-2])
    )
    return Subject(start, stop, parts[-2] if explains else None)


def _with_apposition(words: Words, parts: list[tuple[int, int]], lexicon: Lexicon) -> Subject | None:
    """The phrase that "…, who chairs Y," or "…, the home secretary," belongs to."""
    if len(parts) == 1:
        start, stop = _strip(words, *parts[0], lexicon)
        return Subject(start, stop) if start < stop and words.lower[parts[0][0]] not in SUBORDINATE else None
    chosen = None
    for number in range(len(parts) - 2, -1, -1):
        start, stop = parts[number]
        first = words.lower[start]
        if (first in SUBORDINATE and not words.is_capital(stop - 1)) or (first in ADVERBS and stop - start == 1):
            break
        chosen = number
        if (
            words.is_capital(start)
            and first not in ARTICLES
            and first not in RELATIVE
            and first not in SUBORDINATE
        ):
            break
    if chosen is None:
        return None
    start, stop = _strip(words, *parts[chosen], lexicon)
    return Subject(start, stop, (parts[chosen + 1][0], parts[-1][1])) if start < stop else None


def _is_name(words: Words, start: int, stop: int) -> bool:
    return all(words.is_capital(index) for index in range(start, stop))


def _describes(words: Words, start: int, stop: int) -> bool:
    first = words.lower[start]
    return (
        first in ARTICLES
        or first in POSSESSIVES
        or (stop - start <= 5 and words.is_capital(start) and first not in SUBORDINATE)
    )


def _strip(words: Words, start: int, stop: int, lexicon: Lexicon) -> tuple[int, int]:
    """The noun phrase in a comma-free stretch before a verb: empty if it is another clause."""
    while start < stop and (
        words.lower[start] in CONJUNCTIONS or words.lower[start] in ("then", "now", "even", "meanwhile", "•")
    ):
        start += 1
    if start < stop - 1 and words.lower[start] == "that":
        start += 1
    if (
        start < stop - 2
        and words.lower[start] in ("this", "last", "next", "that")
        and words.lower[start + 1] in DAYS
    ):
        start += 2
    if start < stop and words.lower[start] in SUBORDINATE:
        return _behind_adverbial(words, start, stop, lexicon)
    for index in range(start + 1, stop):
        word = words.lower[index]
        if word in RELATIVE:
            return (start, index)
        if (
            word.endswith(("n't", "cannot"))
            or word in INNER_SUBORDINATE
            or (word in FINITE and not words.is_capital(index))
            or _is_verb(words, index, stop, lexicon)
        ):
            return (index, index)
    return (start, stop)


def _is_verb(words: Words, index: int, stop: int, lexicon: Lexicon) -> bool:
    """Whether a reporting verb stands inside what should be a noun phrase."""
    word = words.lower[index]
    if word not in lexicon.cues or word in lexicon.role_nouns or words.is_capital(index) or index >= stop - 1:
        return False
    return words.lower[index - 1] not in ARTICLES and not word.endswith(("ed", "ing"))


def _behind_adverbial(words: Words, start: int, stop: int, lexicon: Lexicon) -> tuple[int, int]:
    """Subject behind an adverbial that no comma closes: "On Tuesday Ms Lowe said"."""
    for index in range(start + 1, stop):
        word, before = words.lower[index], words.lower[index - 1]
        if (
            (word in ARTICLES or word in QUANTIFIERS or word in POSSESSIVES)
            and index > start + 1
            and before not in GOVERNORS
        ):
            return (index, stop)
        if before in DAYS and (words.is_capital(index) or word in lexicon.senses.bare_plurals):
            return (index, stop)
    for index in range(stop - 1, start, -1):
        if not words.is_capital(index):
            joined = (
                words.lower[index] in ARTICLES
                or words.lower[index] in GOVERNORS
                or words.lower[index] in ("and", "&")
            )
            return (index + 1, stop) if index + 1 < stop and not joined else (stop, stop)
    return (stop, stop)
