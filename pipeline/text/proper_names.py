"""Proper names: which capitals before the end of a phrase are the name, and whether a body bears it."""

from pipeline.text.grammar import ARTICLES, CALENDAR, CONNECTORS, OPENERS, pronoun
from pipeline.text.lexicon import Lexicon
from pipeline.text.mentions import Mention, MentionKind
from pipeline.text.words import Words


def read_name(words: Words, start: int, core: int, end: int, lexicon: Lexicon) -> Mention | None:
    """The proper name that ends the core, with what stands before it as a role."""
    first = core
    while first > start and _in_name(words, first - 1, start, core):
        first -= 1
    while first < core and (not words.is_capital(first) or words.lower[first] in OPENERS):
        first += 1
    split = _at_given_name(words, _after_prefix(words, first, core, lexicon), core, lexicon)
    if split >= core:
        return None
    prefix = " ".join(words.text[index] for index in range(start, split) if words.lower[index] not in ARTICLES)
    title, gender, named = _titles(words, split, core, lexicon)
    tokens = words.lower[named:core]
    if (
        not tokens
        or tokens[-1] in lexicon.senses.things
        or (len(tokens) == 1 and tokens[0] in lexicon.senses.places)
        or ("'" in tokens[0] and pronoun(tokens[0]))
    ):
        return None
    behind = (
        " ".join(words.text[core:end]) if core < end and words.lower[core] in ("of", "from", "for", "at") else ""
    )
    the = start < split and words.lower[split - 1] in ARTICLES
    person = not _is_body(words, named, core, lexicon, the) or bool(title)
    name_start = split if title and not all(t in lexicon.plain_titles for t in words.lower[split:named]) else named
    name = words.phrase(name_start, core)
    if name.endswith(("'s", "’s")):
        name = name[:-2]
    if not gender and person and not (title and len(tokens) == 1):  # "Dr Yusuf": a surname
        gender = lexicon.genders.get(tokens[0], "")
    kind: MentionKind = "person" if person else "body"
    plural = not person and tokens[-1].endswith("s")
    return Mention(
        words.span(split, core),
        kind,
        name,
        tokens[-1],
        tokens,
        tuple(role for role in (prefix, behind) if role),
        plural,
        the,
        title,
        gender,
    )


def _at_given_name(words: Words, first: int, core: int, lexicon: Lexicon) -> int:
    """Where a given name begins behind a capital that is none ("Landlady Janice Marsh", "Charity Haven UK")."""
    lower = words.lower
    if (
        core - first >= 3
        and lower[first] not in lexicon.genders
        and lower[first].rstrip(".") not in lexicon.titles
    ):
        if (
            lower[first + 1] in lexicon.genders
            and len(words.text[first]) > 2
            and lower[core - 1] not in lexicon.body_words
        ):
            return first + 1
        if (
            first == 0
            and (lower[0] in lexicon.bodies or lower[0] in lexicon.plurals)
            and lower[1] not in CONNECTORS
        ):
            return first + 1
    if core - first == 3 and first == 0 and lower[0] in lexicon.plurals and words.is_capital(1):
        return first + 1
    return first


def _in_name(words: Words, index: int, start: int, core: int) -> bool:
    """Whether the word belongs to the run of capitals: a capital, or a connector between capitals."""
    if words.is_capital(index):
        return words.lower[index] not in CALENDAR or words.lower[core - 1] == words.lower[index]
    if words.lower[index] not in CONNECTORS or index == start:
        return False
    before = index - 1
    while before > start and words.lower[before] in CONNECTORS:
        before -= 1
    return words.is_capital(before) and words.lower[before] not in OPENERS


def _after_prefix(words: Words, first: int, core: int, lexicon: Lexicon) -> int:
    """Index behind party names, roles and possessors that stand before a name ("Labour's", "Tory MP", "SNP")."""
    split = first
    bodily = words.lower[core - 1] in lexicon.body_words
    for index in range(first, core):
        word = words.lower[index]
        bare = word[:-2] if word.endswith("'s") else word.rstrip("'")
        following = index + 1 < core
        if (word.endswith(("'s", "s'")) and following and (bare in lexicon.parties or core - index >= 3)) or (
            word in lexicon.people and word not in lexicon.titles and (following or index > first) and not bodily
        ):
            split = index + 1
    while (
        split < core - 1
        and words.lower[split] in lexicon.parties
        and words.lower[split + 1] not in lexicon.body_words
    ):
        split += 1
    if split == first and core - first >= 3 and words.lower[first] == "reform" and words.lower[first + 1] == "uk":
        split += 2
    return split


def _titles(words: Words, start: int, core: int, lexicon: Lexicon) -> tuple[str, str, int]:
    """The last title before the name, its gender, and where the name itself begins."""
    title, gender, index = "", "", start
    while index < core - 1 and (word := words.lower[index].rstrip(".")) in lexicon.titles:
        title, gender = word, lexicon.titles[word] or gender
        index += 1
    if index < core and words.text[index] == "." and index < core - 1:
        index += 1
    return ("" if title in ("the", "his", "her") else title), gender, index


def _is_body(words: Words, start: int, core: int, lexicon: Lexicon, the: bool) -> bool:
    """Whether a proper name without title names a body: by its words, an article, capitals or "of"."""
    tokens = words.lower[start:core]
    if (
        (tokens[0] in lexicon.countries and len(tokens) == 1)
        or " ".join(tokens) in lexicon.parties
        or " ".join(tokens) in lexicon.bodies
        or tokens[0] == "no"
    ):
        return True
    if the or any(token in lexicon.body_words or token in lexicon.bodies for token in tokens):
        return True
    if any(token in ("of", "for", "and", "&", "in", "the") for token in tokens):
        return True
    return any(len(text) > 1 and text.isupper() and text.isalpha() for text in words.text[start:core])


def is_full_name(words: Words, start: int, stop: int, lexicon: Lexicon) -> bool:
    """Whether a given and a family name stand before "of": what follows is no part of the name."""
    if not words.is_capital(start):
        return False
    first = words.lower[start]
    ranked = first in lexicon.titles and first not in lexicon.senses.peerage and stop - start > 2
    return ranked or (first in lexicon.genders and stop - start > 1)


def is_date(words: Words, index: int, start: int, lexicon: Lexicon) -> bool:
    """Whether a capital is a day or month and not the surname May."""
    named = index > start and (
        words.lower[index - 1] in lexicon.genders or words.lower[index - 1] in lexicon.titles
    )
    return words.lower[index] in CALENDAR and not named


def bears_honour(words: Words, start: int, stop: int, lexicon: Lexicon) -> bool:
    """Whether "MP" or "KC" stands behind a name ("Hettie Marsh MP"), not behind a place ("Ashfield MP")."""
    run = stop
    while run > start and words.is_capital(run - 1):
        run -= 1
    named = [word for word in words.lower[run:stop] if word not in lexicon.parties and word not in lexicon.titles]
    return len(named) >= 2 and (run == 0 or named[0] in lexicon.genders)
