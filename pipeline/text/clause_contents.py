"""What is reported, by the parse: the clause, infinitive, object or quotation that a cue governs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.text.clause_sources import WHO, Range, phrase
from pipeline.text.lexicon import Lexicon
from pipeline.text.parses import Parse
from pipeline.text.quotes import Quotation

_ASKING = frozenset({"ask", "appeal", "plead", "beg"})
# Their object is who hears it.
_HEARD = frozenset({"tell", "inform", "assure", "remind", "thank", "reassure"}) | _ASKING
# Their infinitive is no content: "began to rise".
_NO_INFINITIVE = frozenset(
    {
        "begin",
        "call",
        "continue",
        "draw",
        "go",
        "hold",
        "put",
        "read",
        "see",
        "speak",
        "stand",
        "take",
        "talk",
        "vote",
    }
)
# "declined to comment" reports nothing.
_SILENCE = frozenset({"comment", "respond"})
_TAKING_SIDES = frozenset({"vote", "sign", "rebel", "campaign"})
_MATTER = frozenset({"of", "about", "against"})
_MATTER_OF_VIEW = frozenset({"for", "as", "on", "with"})


@dataclass(frozen=True)
class MarkedParse:
    """A parse with the quotations that touch it: ``quotes`` as token ranges, ``quoted`` for each token."""

    parse: Parse
    quotes: tuple[Range, ...]
    quoted: tuple[bool, ...]

    @classmethod
    def of(cls, parse: Parse, quotations: Sequence[Quotation]) -> "MarkedParse":
        """Mark a parse by the outermost quotations of the article that touch it."""
        ranges = [parse.tokens(quotation.span) for quotation in quotations]
        quotes = tuple(found for found in ranges if found is not None)
        quoted = [False] * len(parse)
        for first, last in quotes:
            quoted[first : last + 1] = [True] * (last + 1 - first)
        return cls(parse, quotes, tuple(quoted))


@dataclass(frozen=True)
class Cue:
    """A reporting verb: its token, base form and class, the range that it covers, and who reports."""

    verb: int
    base: str
    cue_class: str
    covers: Range
    source: Range | None
    passive: bool = False


def complement(parse: Parse, verb: int) -> int | None:
    """Head of the clause that a verb governs."""
    clauses = [child for child in parse.children[verb] if parse.deps[child] == "ccomp"]
    if clauses and parse.words[clauses[0]] == "clear":  # "made clear that …": the clause stands beside or below it
        return clauses[1] if len(clauses) > 1 else parse.child(clauses[0], "ccomp", "csubj", "advcl")
    return clauses[0] if clauses else None


def contents(marked: MarkedParse, cue: Cue, lexicon: Lexicon) -> list[Range]:
    """Token ranges of what ``cue`` reports, in order; empty where it reports nothing that is printed."""
    parse = marked.parse
    parts: list[Range] = []
    clause = complement(parse, cue.verb)
    if clause is not None:
        parts.append(parse.edges[clause])
    elif cue.cue_class == "figures":
        parts.append((cue.verb + 1, parse.edges[cue.verb][1]))
    elif cue.passive:
        parts.extend(_said_of_subject(parse, cue))
    else:
        parts.extend(_objects(parse, cue, lexicon))
    if parts or cue.cue_class in ("speech", "report", "other"):
        parts.extend(_quotations(marked, cue, parts, lexicon))
    return tidied(marked, parts, [cue.covers, *([cue.source] if cue.source else [])])


def _objects(parse: Parse, cue: Cue, lexicon: Lexicon) -> Iterator[Range]:
    """What stands for a clause: an infinitive, an object with what is said of it, "about" something."""
    complete = _complete(parse, cue, lexicon)
    for child in parse.children[cue.verb]:
        dep = parse.deps[child]
        if child < cue.verb:
            continue
        infinitive = dep == "xcomp" and cue.base not in _NO_INFINITIVE and parse.words[child] not in _SILENCE
        named = dep in ("dobj", "oprd", "dative", "attr") and complete and cue.base not in _HEARD
        if infinitive or named or (dep == "prep" and _carries(parse, child, cue, lexicon)):
            yield parse.edges[child]


def _carries(parse: Parse, preposition: int, cue: Cue, lexicon: Lexicon) -> bool:
    """Whether what stands behind a preposition is reported: "complained about …", "asked for …"."""
    word = parse.words[preposition]
    if cue.base in _ASKING:
        return word == "for"
    if preposition == cue.verb + 1 and word in lexicon.needs.get(cue.base, ()) and cue.base not in _TAKING_SIDES:
        return True
    if cue.base in lexicon.senses.acts:
        return False
    return word in _MATTER or (word in _MATTER_OF_VIEW and cue.cue_class != "speech")


def _complete(parse: Parse, cue: Cue, lexicon: Lexicon) -> bool:
    """Whether an object of the verb, without a clause, may be what is reported."""
    if cue.base in lexicon.senses.object_speech or parse.child(cue.verb, "oprd") is not None:
        return True
    wanted = lexicon.needs.get(cue.base)
    if wanted is not None and "*" not in wanted:
        return cue.verb + 1 < len(parse) and parse.words[cue.verb + 1] in wanted
    return cue.base not in lexicon.senses.acts and cue.cue_class != "speech"


def _said_of_subject(parse: Parse, cue: Cue) -> Iterator[Range]:
    """Content of a passive: its subject and what is said of it ("The plan was described by X as cruel")."""
    rest = parse.child(cue.verb, "xcomp", "oprd", "prep", "advcl")
    last = parse.edges[cue.verb][1]
    if rest is not None:
        said = parse.edges[rest]
    elif cue.source is not None and cue.source[1] < last:
        said = (cue.source[1] + 1, last)
    else:
        return
    subject = parse.child(cue.verb, "nsubjpass")
    if subject is not None and parse.words[subject] not in ("it", *WHO):
        yield phrase(parse, subject)
    yield said


def _quotations(marked: MarkedParse, cue: Cue, parts: Sequence[Range], lexicon: Lexicon) -> Iterator[Range]:
    """Quotations of a cue: those that its content touches, and those that no other cue is nearer to."""
    for first, last in marked.quotes:
        touches = any(low <= last and first <= high for low, high in parts)
        if touches or (
            cue.cue_class in ("speech", "report") and _nearest(marked, first, last, lexicon) == cue.verb
        ):
            yield first, last


def _nearest(marked: MarkedParse, first: int, last: int, lexicon: Lexicon) -> int | None:
    """The unquoted reporting verb with the fewest words between it and a quotation, the first of equals."""
    best: tuple[int, int] | None = None
    for token, word in enumerate(marked.parse.words):
        if marked.quoted[token] or not marked.parse.tags[token].startswith("VB"):
            continue
        if lexicon.cues.get(word, ("", ""))[1] not in ("speech", "report"):
            continue
        far = first - token if token < first else token - last
        if best is None or far < best[0]:
            best = (far, token)
    return best[1] if best else None


def tidied(marked: MarkedParse, parts: Sequence[Range], barred: Sequence[Range]) -> list[Range]:
    """Ranges merged, without the ``barred`` ones and without unquoted punctuation at their ends."""
    wanted = [False] * (len(marked.parse) + 1)
    for first, last in parts:
        wanted[first : last + 1] = [True] * (last + 1 - first)
    for first, last in barred:
        wanted[first : last + 1] = [False] * (last + 1 - first)
    found: list[Range] = []
    start: int | None = None
    for token, inside in enumerate(wanted):
        if inside and start is None:
            start = token
        elif not inside and start is not None:
            found.append((start, token - 1))
            start = None
    return [part for part in (_trimmed(marked, *one) for one in found) if part is not None]


def _trimmed(marked: MarkedParse, first: int, last: int) -> Range | None:
    """A range without unquoted punctuation at its ends; None where no word is left."""
    words, quoted = marked.parse.words, marked.quoted
    while first <= last and not quoted[first] and not words[first][0].isalnum():
        first += 1
    while last >= first and not quoted[last] and not words[last][-1].isalnum():
        last -= 1
    return (first, last) if any(word[0].isalnum() for word in words[first : last + 1]) else None
