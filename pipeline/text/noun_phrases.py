"""Noun phrases read as mentions: pronouns, descriptions headed by a role noun, proper names."""

from pipeline.text.grammar import (
    ARTICLES,
    CONNECTORS,
    GROUP_PRONOUNS,
    LEADING,
    NOBODY,
    OPENERS,
    PARTICLES,
    PHRASE_ENDS,
    POSSESSIVES,
    PREPOSITIONS,
    QUANTIFIERS,
    TIMES,
    VAGUE,
    is_number,
    pronoun,
)
from pipeline.text.lexicon import Lexicon
from pipeline.text.mentions import Mention
from pipeline.text.proper_names import bears_honour, is_date, is_full_name, read_name
from pipeline.text.words import BLANK, Words


def interpret(words: Words, start: int, end: int, lexicon: Lexicon, anything: bool = False) -> Mention | None:
    """Read the words ``start``–``end`` as a mention; None if they name nobody.

    ``anything`` accepts a description with an unknown head ("a roofer"), for a subject of "said".
    """
    lower = words.lower
    while start < end and (lower[start] in LEADING or not words.text[start][0].isalnum()):
        start += 1
    while end > start and not words.text[end - 1][0].isalnum():
        end -= 1
    end = _cut(words, start, end)
    if start >= end:
        return None
    if end - start == 1 and (short := pronoun(lower[start])):
        gender = {"he": "male", "she": "female"}.get(short, "")
        return Mention(words.span(start, end), "pronoun", short, plural=short in ("they", "we"), gender=gender)
    for index in range(start, end - 1):
        if lower[index + 1] in ("by", "from") and lower[index] in lexicon.documents and index + 2 < end:
            return interpret(words, index + 2, end, lexicon, anything)
    if lower[start] in GROUP_PRONOUNS and end - start == 1:
        return Mention(words.span(start, end), "pronoun", "some", plural=True)
    if lower[start] in NOBODY and end - start == 1:
        return None
    if lower[start] == "one" and end - start > 2 and lower[start + 1] == "of":
        return Mention(
            words.span(start, end),
            "description",
            " ".join(words.text[start:end]).lower(),
            "person",
            lower[start:end],
        )
    core = _core_end(words, start, end, lexicon)
    if core <= start:
        return None
    if (
        end - start > 2
        and lower[core - 1] in lexicon.senses.honours
        and words.is_capital(core - 2)
        and bears_honour(words, start, core - 1, lexicon)
    ):
        return read_name(words, start, core - 1, end, lexicon)
    head = noun_head(words, start, core, lexicon)
    if head is None and words.is_capital(core - 1) and not is_date(words, core - 1, start, lexicon):
        named = read_name(words, start, core, end, lexicon)
        return named or _described(
            words, start, core, end, noun_head(words, core - 1, core, lexicon), lexicon, False
        )
    return _described(words, start, core, end, head, lexicon, anything)


def _cut(words: Words, start: int, end: int) -> int:
    """End of the phrase before a relative clause, a verb or a comma."""
    lower = words.lower
    for index in range(start, end):
        if (
            lower[index] in PHRASE_ENDS
            and not (words.is_capital(index) and (index == start or words.is_capital(index - 1)))
        ) or lower[index] in (
            ",",
            ";",
            ":",
            "(",
            "–",
            "—",
            BLANK,
        ):
            return index
    return end


def _core_end(words: Words, start: int, end: int, lexicon: Lexicon) -> int:
    """End of the phrase's core: before the first preposition that does not join capitals of one name."""
    for index in range(start + 1, end):
        if words.lower[index] in PREPOSITIONS:
            capital_before = words.is_capital(index - 1) and words.lower[index - 1] not in OPENERS
            if words.lower[index] == "of" and is_full_name(words, start, index, lexicon):
                return index
            joins = capital_before and index + 1 < end and capital_follows(words, index + 1, end)
            titled = words.lower[index - 1] in lexicon.people
            if joins and not titled and words.lower[index] in CONNECTORS:
                continue
            return index
    return end


def capital_follows(words: Words, index: int, end: int) -> bool:
    while index < end and words.lower[index] in ("the", "and", "&", *PARTICLES):
        index += 1
    return index < end and words.is_capital(index)


def noun_head(words: Words, start: int, end: int, lexicon: Lexicon) -> str | None:
    """The role noun that ends the words ``start``–``end`` ("think tank", "minister"), or None."""
    lower = words.lower
    if end - start >= 2 and (pair := f"{lower[end - 2]} {lower[end - 1]}") in lexicon.role_nouns:
        return pair
    last = lower[end - 1]
    if last not in lexicon.people and last not in lexicon.bodies and last not in lexicon.documents:
        return None
    if not words.is_capital(end - 1):
        return last
    # "Border Watch Group", "Refugee Council": a capital body noun after capitals is part of a name.
    if last in lexicon.people or end - start == 1:
        return last
    opener = start + 1 if lower[start] in ARTICLES else start
    return last if end - opener == 1 else None


def _described(
    words: Words, start: int, core: int, end: int, head: str | None, lexicon: Lexicon, anything: bool
) -> Mention | None:
    """A described source: "the home secretary", "senior Labour MPs", "spokesman for the union"."""
    lower = words.lower
    if head is None:
        head = lower[core - 1]
        determined = lower[start] in ARTICLES or lower[start] in POSSESSIVES or lower[start] in QUANTIFIERS
        plural = head.endswith("s") and not head.endswith("ss") and len(head) > 3
        if head in lexicon.senses.abstract:
            return None
        if not anything or not (determined or plural) or head in OPENERS or not head[0].isalpha():
            return None
    definite = lower[start] in ("the", "this", "these", "those", "that") or lower[start] in POSSESSIVES
    name_start = start
    while name_start + 1 < core and (
        lower[name_start] in VAGUE or lower[name_start] in ARTICLES or is_number(lower[name_start])
    ):
        name_start += 1
    stop = _complement_end(words, core, end)
    name = words.phrase(name_start, stop)
    if (
        name_start == 0
        and words.text[0][0].isupper()
        and (lower[0] in QUANTIFIERS or not _keeps_capital(words, lexicon))
    ):
        name = name[0].lower() + name[1:]
    plural = head in lexicon.plurals or (head not in lexicon.role_nouns and head.endswith("s"))
    if head.removesuffix("s") in lexicon.documents:
        head, plural = head.removesuffix("s"), head.endswith("s")
    return Mention(
        words.span(start, stop),
        "description",
        name,
        lexicon.singular.get(head, head) if plural else head,
        tuple(word for word in lower[name_start:stop] if word not in ARTICLES),
        (),
        plural,
        definite,
        owner=pronoun(lower[start]) if lower[start] in POSSESSIVES else "",
    )


def _complement_end(words: Words, core: int, end: int) -> int:
    """End of the complement that belongs to the name of a description: of, for, in, from, at, on and to."""
    if core < end and words.lower[core] in ("of", "for", "in", "from", "at", "on", "to", "close", "with", "by"):
        return next((index for index in range(core + 1, end) if words.lower[index] in TIMES), end)
    return core


def _keeps_capital(words: Words, lexicon: Lexicon) -> bool:
    """Whether the first word of a sentence is capital in its own right: a party or part of a name."""
    first = words.lower[0]
    bare = first[:-2] if first.endswith("'s") else first
    return bare in lexicon.parties or (len(words) > 1 and words.is_capital(1)) or words.text[0].isupper()
