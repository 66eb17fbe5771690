"""The reports of one sentence with the entities that make them: by the order of words and, where there is one, by
the parse. The order of words knows the forms of news English; the parse knows which clause is whose."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from pipeline.records import AttributionKind, Span
from pipeline.text.clauses import Clause, content_kind
from pipeline.text.cues import Report, reports
from pipeline.text.entities import Entity
from pipeline.text.grammar import MODALS, is_number
from pipeline.text.lexicon import Lexicon
from pipeline.text.mentions import Mention
from pipeline.text.noun_phrases import interpret
from pipeline.text.quotes import Quotation
from pipeline.text.roster import Roster
from pipeline.text.words import BLANK, Words

# A quotation with at most this many words of report beside it ("told MPs: “…”") is direct, with more it is mixed.
_STRAY_WORDS = 3
# Forms that the order of words tells without a parse.
SURE = frozenset({"tag", "inverted", "colon", "according"})


@dataclass(frozen=True)
class Source:
    """A report with the entity that makes it. ``rank`` is the order-of-words rank, -1 where only the parse found
    it; ``depth`` the parse's depth, -1 where only the order of words did. ``other`` is whom the parse names where
    both disagree. ``inside``: the cue lies in what another source says. ``voiced``: in a text of one voice,
    whether the word is handed over here."""

    entity: Entity | None
    source: Span | None
    cue: Span
    content: tuple[Span, ...]
    kind: AttributionKind
    form: str
    base: str
    cue_class: str
    rank: int = -1
    depth: int = -1
    other: Entity | None = None
    voiced: bool = True
    inside: bool = False


def sources(
    text: str,
    words: Words,
    quoted: Sequence[Quotation],
    parsed: Sequence[Clause] | None,
    roster: Roster,
    lexicon: Lexicon,
    monologue: bool,
) -> list[Source]:
    """Reports of a sentence, best first: those of the word order by rank, then those that only the parse finds."""
    ordered = list(_ordered(words, roster, lexicon, monologue))
    read = [_Read(clause, *_clause_entity(words, clause, roster, lexicon)) for clause in parsed or ()]
    found: list[Source] = []
    used: set[int] = set()
    for one in ordered:
        match = next((number for number, other in enumerate(read) if other.clause.cue.overlap(one.cue)), None)
        if match is not None:
            used.add(match)
            found.append(_merged(one, read[match], text, quoted))
        elif parsed is None:
            found.append(one)
        else:
            found.append(_unparsed(one, parsed, words))
    rest = [other for number, other in enumerate(read) if number not in used]
    rest.sort(key=lambda other: other.clause.depth)
    return found + [other.source(text, quoted, monologue) for other in rest]


@dataclass(frozen=True)
class _Read:
    """A clause of the parse with who makes its report."""

    clause: Clause
    entity: Entity | None
    mention: Mention | None

    def source(self, text: str, quoted: Sequence[Quotation], monologue: bool) -> Source:
        """The report that only the parse finds."""
        clause = self.clause
        return Source(
            self.entity,
            self.mention.span if self.mention else clause.source,
            clause.cue,
            clause.content,
            content_kind(text, clause.content, quoted),
            clause.form,
            clause.base,
            clause.cue_class,
            depth=max(clause.depth, 0),
            other=self.entity,
            voiced=not monologue,
        )


def _merged(one: Source, read: _Read, text: str, quoted: Sequence[Quotation]) -> Source:
    """A report that both find: who makes it by the order of words, unless only the parse has a name, and cue and
    content by the parse."""
    mention, clause = read.mention, read.clause
    named = read.entity is not None and mention is not None and mention.kind == "person"
    if named and one.entity is not None and one.entity.kind == "description":
        one = replace(one, entity=read.entity, source=mention.span if mention else one.source)
    return replace(
        one,
        content=clause.content,
        kind=content_kind(text, clause.content, quoted),
        cue=clause.cue,
        depth=max(clause.depth, 0),
        other=read.entity,
    )


def _unparsed(one: Source, parsed: Sequence[Clause], words: Words) -> Source:
    """A report that the parse of its sentence does not have: it tells who speaks, but not what, unless its form is
    sure or it quotes."""
    inside = any(span.overlap(one.cue) for clause in parsed for span in clause.content)
    sure = one.form in SURE or (words.quoted and one.cue_class == "speech")
    return replace(one, content=(), inside=inside) if inside or not sure else one


def _ordered(words: Words, roster: Roster, lexicon: Lexicon, monologue: bool) -> Iterator[Source]:
    for report in reports(words, lexicon):
        mention = interpret(words, *report.source, lexicon, anything=report.kind == "speech")
        if mention is None:
            continue
        voiced = not monologue or _hands_over(words, report, mention, lexicon)
        if not voiced:
            return
        if mention.name in ("i", "we", "you"):
            continue
        if mention.kind == "description" and report.aside:
            named = interpret(words, *report.aside, lexicon)
            if named is not None and named.kind == "person":
                mention = replace(named, roles=(*named.roles, mention.name))
        entity = _entity(report, mention, roster, lexicon)
        if entity is not None:
            yield Source(
                entity,
                mention.span,
                words.span(*report.cue),
                tuple(_far_side(words, report)),
                _kind(words, report),
                report.form,
                report.base,
                report.kind,
                rank=report.rank,
            )


def _entity(report: Report, mention: Mention, roster: Roster, lexicon: Lexicon) -> Entity | None:
    if mention.head in lexicon.documents and mention.kind == "description":
        return roster.behind_document(mention) if report.form != "according" else None
    entity = roster.resolve(mention)
    if report.form == "plan" and (entity is None or not _has_programme(entity, lexicon)):
        return None
    return entity


def _has_programme(entity: Entity, lexicon: Lexicon) -> bool:
    """Whether a party, or somebody whom the text places in politics, is meant by "would"."""
    words = set(entity.name.lower().split()) | entity.role_words()
    return any(word in lexicon.parties or lexicon.people.get(word) == "politician" for word in words)


def _clause_entity(
    words: Words, clause: Clause, roster: Roster, lexicon: Lexicon
) -> tuple[Entity | None, Mention | None]:
    """Who the parse says makes a report."""
    if clause.source is None:
        return None, None
    start, end = bisect_left(words.starts, clause.source.start), bisect_right(words.ends, clause.source.end)
    if start >= end:
        return None, None
    if words.lower[end - 1].endswith(("'s", "s'")) and end - start > 1:
        words = words.without_possessive(end - 1)
    mention = interpret(words, start, end, lexicon, anything=True)
    if mention is None:  # "people familiar with the talks": the phrase up to its noun
        noun = bisect_right(words.ends, clause.noun_end)
        mention = interpret(words, start, noun, lexicon, anything=True) or _group(words, start, noun, end, lexicon)
    if mention is None or mention.name in ("i", "we", "you"):
        return None, None
    if mention.kind == "description" and (named := _explained(words, start, end, lexicon)) is not None:
        mention = replace(named, roles=(*named.roles, mention.name))
    if mention.head in lexicon.documents and mention.kind == "description":
        behind = roster.behind_document(mention) if clause.form != "according" else None
        return behind or roster.resolve(mention), mention
    return roster.resolve(mention), mention


def _group(words: Words, start: int, noun: int, end: int, lexicon: Lexicon) -> Mention | None:
    """People told by what is said of them: "two people familiar with the talks"."""
    head = words.lower[noun - 1]
    if noun == end or head not in lexicon.people or head not in lexicon.plurals:
        return None
    first = next((index for index in range(start, noun) if not is_number(words.lower[index])), start)
    name, modifiers = words.phrase(first, end), words.lower[first:end]
    return Mention(words.span(start, end), "description", name[0].lower() + name[1:], head, modifiers, plural=True)


def _explained(words: Words, start: int, end: int, lexicon: Lexicon) -> Mention | None:
    """The person whose name stands behind a description and a comma: "the spokeswoman, Fiona Marsh"."""
    for comma in range(start + 1, end - 1):
        if words.text[comma] == "," and words.is_capital(comma + 1):
            named = interpret(words, comma + 1, end, lexicon)
            return named if named is not None and named.kind == "person" else None
    return None


def _far_side(words: Words, report: Report) -> Iterator[Span]:
    """What is reported: the quotations and the words on the cue's far side."""
    first, last = min(report.cue[0], report.source[0]), max(report.cue[1], report.source[1])
    if report.form in ("tag", "inverted", "according") and first > 0:
        yield words.span(0, first)
    if last < len(words) and any(text[0].isalnum() or text == BLANK for text in words.text[last:]):
        yield words.span(last, len(words))


def _hands_over(words: Words, report: Report, mention: Mention, lexicon: Lexicon) -> bool:
    """Whether a text of one voice hands the word to somebody: by quotation, or by saying what they said."""
    if mention.name in ("i", "we", "you"):
        return False
    if words.quoted:
        return report.kind != "position"
    between = words.lower[report.source[1] : report.cue[0]]
    return report.base in lexicon.senses.hands_over and not MODALS & set(between)


def _kind(words: Words, report: Report) -> AttributionKind:
    """Direct when next to nothing is reported in the journalist's own words, mixed when both mix."""
    if not words.quoted:
        return "indirect"
    first, last = min(report.cue[0], report.source[0]), max(report.cue[1], report.source[1])
    if report.form in ("tag", "inverted"):
        reported, introduced = words.text[:first], True
    else:
        reported = words.text[last:]
        marks = [before for before, text in pairwise(words.text[last - 1 :]) if text == BLANK]
        introduced = bool(marks) and (marks[0] in ":," or words.text[last] == BLANK)
    stray = sum(text[0].isalnum() for text in reported)
    return "direct" if introduced and stray <= _STRAY_WORDS else "mixed"
