"""What a scraper left in an article, marked: spans that are not the article's prose, and places where a sentence
must end though the text does not show it. The text is never changed, so every offset stays true.

Prose must not be marked: in doubt, nothing is. Rules and thresholds are in ``configs/cleaning.yaml``.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.records import Article, Span
from pipeline.text.lines import final, glued, lines, pieces, words
from pipeline.text.links import glued_links, sentence_start
from pipeline.text.repeats import repeated
from pipeline.text.rules import CleaningRules, EndingRules

__all__ = ["Boilerplate", "CleaningRules", "Marked", "mark"]

LONGEST = 600  # characters of a line or piece that a rule for whole ones looks at; furniture is shorter
PREFIXES = 3  # slugs in a row at the head of a line: field, time stamp, place


@dataclass(frozen=True, order=True)
class Boilerplate(Span):
    """A span that is not the article's own prose. ``reason`` is the rule's: byline, caption, dateline, link,
    newsletter, advertisement, share, legal, repeat, ending."""

    reason: str = ""


@dataclass(frozen=True)
class Marked:
    """Marks of one article. ``boilerplate`` is sorted and does not overlap. No sentence may hold the characters on
    both sides of an offset in ``breaks`` (sorted)."""

    boilerplate: tuple[Boilerplate, ...]
    breaks: tuple[int, ...]


def mark(article: Article, rules: CleaningRules) -> Marked:
    """Mark boilerplate and hidden sentence ends. Time is linear in the text's length."""
    text = article.text
    found = lines(text)
    cuts = [list(glued(text, line)) for line in found]
    marks = [_marks_of_line(text, line, cut, rules) for line, cut in zip(found, cuts, strict=True)]
    bodies = [_body(line, own) for line, own in zip(found, marks, strict=True)]
    captioned = {number for number, body in enumerate(bodies) if body.end < found[number].end}
    for number in repeated(text, bodies, captioned, article.headline, rules.repeats):
        marks[number].append(Boilerplate(found[number].start, found[number].end, "repeat"))
    whole = [_covers(line, own) for line, own in zip(found, marks, strict=True)]
    for number in _endings(text, found, whole, _menus(found, marks), rules.endings):
        marks[number].append(Boilerplate(found[number].start, found[number].end, "ending"))
    merged = [_merge(own) for own in marks]
    breaks: set[int] = set()
    for line, cut, own in zip(found, cuts, merged, strict=True):
        breaks.update(cut)
        breaks.update(edge for span in own for edge in (span.start, span.end) if line.start < edge < line.end)
    breaks -= {span.end for own in marks for span in own if span.reason == "dateline" and _runs_on(text, span)}
    return Marked(tuple(span for own in merged for span in own), tuple(sorted(breaks)))


def _runs_on(text: str, dateline: Span) -> bool:
    """Whether a dateline stands in its sentence with a blank between ("13:07 Ministers …"), not glued to it."""
    return text[dateline.end - 1 : dateline.end + 1].strip() != text[dateline.end - 1 : dateline.end + 1]


def _marks_of_line(text: str, line: Span, cuts: Sequence[int], rules: CleaningRules) -> list[Boilerplate]:
    """Marks by patterns, sorted."""
    for rule in rules.places["line"]:
        if _matches(text, line, rule.regex, rule.max_words):
            return [Boilerplate(line.start, line.end, rule.reason)]
    marks = _prefixes(text, line, rules)
    body = Span(marks[-1].end, line.end) if marks else line
    for rule in rules.places["inline"]:
        marks += [Boilerplate(*hit.span(), rule.reason) for hit in rule.regex.finditer(text, body.start, body.end)]
    marks += [
        Boilerplate(link.start, link.end, rules.links.reason) for link in glued_links(text, body, rules.links)
    ]
    edges = [edge for span in marks for edge in (span.start, span.end) if body.start < edge < body.end]
    for piece in pieces(text, body, [*cuts, *edges]):
        marks += _marks_of_piece(text, piece, rules)
    return sorted(marks)


def _prefixes(text: str, line: Span, rules: CleaningRules) -> list[Boilerplate]:
    """Slugs at the head of a line, one after the other."""
    marks: list[Boilerplate] = []
    start = line.start
    for _ in range(PREFIXES):
        hits = ((rule, rule.regex.match(text, start, line.end)) for rule in rules.places["start"])
        hit = next(((rule, match) for rule, match in hits if match and match.group().strip()), None)
        if hit is None:
            break
        rule, match = hit
        marks.append(Boilerplate(start, match.end(), rule.reason))
        start = match.end()
        while start < line.end and text[start].isspace():
            start += 1
    return marks


def _marks_of_piece(text: str, piece: Span, rules: CleaningRules) -> list[Boilerplate]:
    """The mark of a rough sentence that is furniture, up to where the article goes on without a stop."""
    for rule in rules.places["piece"]:
        if _matches(text, piece, rule.regex, rule.max_words):
            end = piece.end
            if text[piece.end - 1] == ".":
                end = sentence_start(text, piece, rules.links) or piece.end
            return [Boilerplate(piece.start, end, rule.reason)]
    return []


def _body(line: Span, marks: Sequence[Boilerplate]) -> Span:
    """A line without the slugs before it and the caption or credit behind it."""
    start, end = line.start, line.end
    if marks and marks[0].start == start and marks[0].reason == "dateline":
        start = marks[0].end
    if marks and marks[-1].reason == "caption" and marks[-1].end == end:
        end = max(start, marks[-1].start)
    return Span(start, end)


def _matches(text: str, span: Span, regex: re.Pattern[str], max_words: int) -> bool:
    if span.end - span.start > LONGEST or not regex.fullmatch(text, span.start, span.end):
        return False
    return len(words(text, span)) <= max_words


def _covers(line: Span, marks: Sequence[Span]) -> bool:
    """Whether the marks hold (nearly) all of a line."""
    return sum(span.end - span.start for span in _merge(marks)) >= 0.9 * (line.end - line.start)


def _merge(marks: Iterable[Boilerplate]) -> list[Boilerplate]:
    """Sorted marks without overlaps: of two that begin alike the longer wins, else the later gives way."""
    merged: list[Boilerplate] = []
    for span in sorted(marks, key=lambda span: (span.start, -span.end)):
        start = max(span.start, merged[-1].end) if merged else span.start
        if start < span.end:
            merged.append(Boilerplate(start, span.end, span.reason))
    return merged


def _menus(found: Sequence[Span], marks: Sequence[Sequence[Boilerplate]]) -> set[int]:
    """Lines that announce a list of links ("More on this story") and are all link."""
    return {
        number
        for number, (line, own) in enumerate(zip(found, marks, strict=True))
        if own and own[0].reason == "link" and own[0].end == line.end and own[0].start == line.start
    }


def _endings(
    text: str, found: Sequence[Span], whole: Sequence[bool], menus: set[int], rules: EndingRules
) -> list[int]:
    """Indices of lines that are other stories' headlines: below a menu line, or in a row after the last prose."""
    like = [not whole[number] and _like_headline(text, line, rules) for number, line in enumerate(found)]
    hits = []
    for menu in menus:
        following = menu + 1
        while following < len(found) and like[following]:
            hits.append(following)
            following += 1
    row: list[int] = []
    for number in range(len(found) - 1, -1, -1):
        if like[number]:
            row.append(number)
        elif not whole[number]:
            introduced = text[found[number].end - 1] in ":;" or not final(text, found[number])
            return hits if introduced or len(row) < rules.minimum_lines else hits + row
    return hits


def _like_headline(text: str, line: Span, rules: EndingRules) -> bool:
    """A line of a headline's length that begins like one and does not end like a sentence or a list's item."""
    begins = text[line.start].isupper() or text[line.start].isdigit() or text[line.start] in "‘'“\""
    if not begins or line.end - line.start > LONGEST or final(text, line) or text[line.end - 1] == ",":
        return False
    return rules.minimum_words <= len(words(text, line)) <= rules.maximum_words
