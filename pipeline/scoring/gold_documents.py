"""The lines of one document of a gold standard → a labelled article, as if it had been written as ``.stance``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from pipeline.corpus.conventions import SINGLE_VOICE
from pipeline.corpus.problems import Faults, shown
from pipeline.records import (
    NO_SPEAKER,
    UNTOLD,
    Actor,
    Article,
    LabelledArticle,
    LabelledSentence,
    Sentence,
    Span,
    Voice,
)
from pipeline.scoring.gold_lines import VOICE, VOICE_FACTS, GoldLine
from pipeline.text.metadata import build
from pipeline.text.rejects import Refusal
from pipeline.text.sentences import paragraphs


@dataclass
class Draft:
    """What the lines of one document have told so far, and on which line each fact was told."""

    lines: list[GoldLine] = field(default_factory=list)
    facts: dict[str, object] = field(default_factory=dict)
    told_on: dict[str, int] = field(default_factory=dict)

    def add(self, line: GoldLine, faults: Faults) -> None:
        """Take a line in; a fact that differs from the one told before is a fault."""
        self.lines.append(line)
        for name, value in line.facts.items():
            first = self.told_on.setdefault(name, line.number)
            if self.facts.setdefault(name, value) != value:
                problem = f"the {name} of document {shown(line.doc_id)} differs from that of line {first}"
                faults.add(line.number, problem, "tell it once, or the same each time", "facts-differ")


def labelled_article(doc_id: str, draft: Draft, max_characters: int, faults: Faults) -> LabelledArticle | None:
    """The document of a draft; None, with a fault noted, where it cannot be put together."""
    first = draft.lines[0].number
    if "text" not in draft.facts:
        mend = "give the whole text of the document on the first of its lines"
        faults.add(first, f"no line gives the text of document {shown(doc_id)}", mend, "no-text")
        return None
    try:
        voice = _voice(draft, faults)
        facts = {name: value for name, value in draft.facts.items() if name != VOICE}
        article = build({**facts, **voice, "id": doc_id}, f"{faults.file}:{first}", doc_id, max_characters)
    except Refusal as refusal:
        at = next((line for name, line in draft.told_on.items() if f"`{name}`" in refusal.detail), first)
        faults.add(at, f"document {shown(doc_id)}: {refusal.detail}", "see docs/gold-files.md", refusal.reason)
        return None
    placed = _placed(article.text, draft.lines, faults)
    return LabelledArticle(article, _actors(article, draft.lines, faults), _sentences(article.text, placed))


def _voice(draft: Draft, faults: Faults) -> Mapping[str, object]:
    """Who speaks for the whole text: what ``voice`` tells, else, where the text has a single voice by its genre or
    is one sentence without offsets, the only speaker that its lines name."""
    if VOICE in draft.facts:
        given = draft.facts[VOICE] or {}
        voice = given if isinstance(given, dict) else {"speaker": given}
        if strange := sorted(set(voice) - set(VOICE_FACTS)):
            mend = f"give {', '.join(VOICE_FACTS)}, or null where nobody speaks for the whole text"
            faults.add(draft.told_on[VOICE], f"{VOICE} has the key {shown(strange[0])}", mend, "voice-key")
        return {name: value for name, value in voice.items() if name in VOICE_FACTS}
    if str(draft.facts.get("genre")) not in SINGLE_VOICE and draft.lines[0].span is not None:
        return {}
    speaking = [one for one in draft.lines if one.speaker != NO_SPEAKER]
    told = {name: {getattr(one, name) for one in speaking} - {UNTOLD} for name in VOICE_FACTS}
    return {} if max(map(len, told.values())) > 1 else {name: one.pop() for name, one in told.items() if one}


def _placed(text: str, lines: Sequence[GoldLine], faults: Faults) -> list[tuple[Span, GoldLine]]:
    """Lines with their spans, blanks at the edges left out, in the order of the text."""
    placed = []
    for line in lines:
        span = line.span or Span(0, len(text))
        content = span.of(text)
        if span.end > len(text):
            problem = f"the span {span.start}–{span.end} lies outside the text of {len(text):,} characters"
            mend = "count characters (code points) from 0, neither bytes nor UTF-16 units"
            faults.add(line.number, problem, mend, "span-outside")
        elif not content.strip():
            mend = "mark the words of the sentence"
            faults.add(line.number, f"the span {span.start}–{span.end} is white space", mend, "blank-span")
        else:
            start = span.start + len(content) - len(content.lstrip())
            placed.append((Span(start, start + len(content.strip())), line))
    placed.sort(key=lambda one: (one[0], one[1].number))
    for (before, one), (after, other) in pairwise(placed):
        if after.start < before.end:
            what = "is that" if after == before else "overlaps the span"
            mend = "label every sentence once" if other.span else "give each line its own start and end, or doc_id"
            problem = f"the span {after.start}–{after.end} {what} of line {one.number}"
            faults.add(other.number, problem, mend, "spans-overlap")
    return placed


def _sentences(text: str, placed: Sequence[tuple[Span, GoldLine]]) -> tuple[LabelledSentence, ...]:
    spans = [span for span, _ in placed]
    return tuple(
        LabelledSentence(Sentence(span.start, span.end, span.of(text), number), line.speaker, line.labels)
        for (span, line), number in zip(placed, paragraphs(text, spans), strict=True)
    )


def _actors(article: Article, lines: Sequence[GoldLine], faults: Faults) -> tuple[Actor, ...]:
    """The speakers of a document with what all its lines tell of them; two parties or kinds are a fault."""
    told: dict[str, Actor] = {}
    if article.speaker:
        told[article.speaker] = Actor(Voice(article.speaker, article.party, article.kind))
    for line in lines:
        if line.speaker == UNTOLD and (line.party or line.kind) and not (article.party or article.kind):
            mend = f"name the speaker, or give the party and kind of the whole text as {VOICE}"
            faults.add(line.number, "a party or kind of nobody", mend, "nobodys-party")
        if line.speaker in (UNTOLD, NO_SPEAKER):
            continue
        known = told.get(line.speaker, Actor(Voice(line.speaker, line.party, line.kind))).voice
        for name, one, other in (("party", known.party, line.party), ("kind", known.kind, line.kind)):
            if one and other and one != other:
                problem = f"the {name} of {shown(line.speaker)} is {other} here and {one} on another line"
                faults.add(line.number, problem, "give each speaker of a document one of them", "actor-differs")
        forms = told[line.speaker].forms if line.speaker in told else ()
        voice = Voice(line.speaker, known.party or line.party, known.kind or line.kind)
        told[line.speaker] = Actor(voice, tuple(dict.fromkeys((*forms, *line.forms))))
    return tuple(told.values())
