"""Who reports, by the parse: the subject of a cue, however far up it stands, and the extent of its noun phrase."""

from typing import Literal

from pipeline.text.parses import Parse

ClauseForm = Literal["verb", "participle", "relative", "passive", "noun", "state", "according"]
Range = tuple[int, int]

WHO = frozenset({"who", "which", "that", "whom", "whose"})
_SUBJECTS = ("nsubj", "csubj", "expl")
_EMPTY = frozenset({"there", "what"})
# Arcs over which a verb may share the subject of another: "went on to say", "said X and added Y".
_SHARING = frozenset({"conj", "xcomp", "ccomp", "pcomp", "prep", "parataxis", "dep", "advcl"})
# Below these a finite verb has a clause, and a subject, of its own.
_OWN_CLAUSE = frozenset({"ccomp", "parataxis"})
_UPWARDS = 6
_CLAUSAL = frozenset({"relcl", "acl", "ccomp", "advcl", "advmod"})


def source_of(parse: Parse, verb: int, passive: bool) -> tuple[Range | None, ClauseForm]:
    """Token range of who makes the report of ``verb`` (None if nobody is named), and how the verb hangs on it."""
    if passive:
        agent = parse.child(verb, "agent")
        noun = parse.child(agent, "pobj") if agent is not None else None
        return (phrase(parse, noun) if noun is not None else None), "passive"
    form: ClauseForm = "verb"
    at = verb
    for _ in range(_UPWARDS):
        subject = parse.child(at, *_SUBJECTS)
        if subject is not None:
            return _by_subject(parse, at, subject, form)
        if at != verb and (passed := parse.child(at, "nsubjpass")) is not None:
            return phrase(parse, passed), form
        dep, tag = parse.deps[at], parse.tags[at]
        if dep == "acl":
            return phrase(parse, parse.heads[at]), "participle"
        if dep == "advcl":
            form = "participle"
        finite = tag in ("VBD", "VBZ", "VBP")
        own = at == verb and ((dep in _OWN_CLAUSE and tag not in ("VBG", "VB")) or (dep == "advcl" and finite))
        if dep not in _SHARING or own:
            return None, form
        at = parse.heads[at]
    return None, form


def _by_subject(parse: Parse, verb: int, subject: int, form: ClauseForm) -> tuple[Range | None, ClauseForm]:
    """The phrase of a subject; for "who" that of the noun which the relative clause describes."""
    word = parse.words[subject]
    if parse.deps[subject] != "nsubj" or word in _EMPTY:
        return None, form
    if word in WHO:
        return (phrase(parse, parse.heads[verb]) if parse.deps[verb] == "relcl" else None), "relative"
    return phrase(parse, subject), form


def phrase(parse: Parse, noun: int) -> Range:
    """Token range of a noun phrase with its apposition, without relative clauses and clauses of content."""
    first, last = parse.edges[noun][0], noun
    for child in parse.children[noun]:
        if child < noun or parse.deps[child] in ("punct", "cc"):
            continue
        joins_verb = parse.deps[child] == "conj" and parse.tags[child].startswith("VB")
        if parse.words[child] == "as" or parse.deps[child] in _CLAUSAL or joins_verb:
            break
        last = max(last, _before_clause(parse, child))
    while first < noun and parse.deps[first] in ("cc", "punct", "preconj", "mark", "advmod"):
        first += 1
    return first, last


def possessor(parse: Parse, noun: int) -> int | None:
    """Who has a noun: "her claim", "the campaign's finding"."""
    owner = parse.child(noun, "poss")
    if owner is None and noun > 1 and parse.words[noun - 1] in ("'s", "'"):
        owner = noun - 2
    return owner


def _before_clause(parse: Parse, token: int) -> int:
    """Last token of a subtree before its first relative clause, commas and dashes left out."""
    right = parse.edges[token][1]
    clauses = [
        parse.edges[inner][0]
        for inner in range(token + 1, right + 1)
        if parse.deps[inner] == "relcl" and parse.edges[inner][0] > token
    ]
    last = min(clauses, default=right + 1) - 1
    while last > token and parse.deps[last] == "punct" and parse.words[last] in (",", "–", "—"):
        last -= 1
    return last
