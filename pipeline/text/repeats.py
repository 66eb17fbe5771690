"""Lines that repeat the article: captions made of its sentences, paragraphs scraped twice."""

from collections.abc import Collection, Sequence

from pipeline.records import Span
from pipeline.text.lines import final, words
from pipeline.text.rules import RepeatRules

HEADLINE = -1  # its place: before the first line


def repeated(
    text: str, bodies: Sequence[Span], captioned: Collection[int], headline: str, rules: RepeatRules
) -> list[int]:
    """Indices of the lines that say again what another line says.

    ``bodies`` are the lines without slug and credit; a credit or caption follows those in ``captioned``. A line
    of prose repeats what stands before it; one with a credit, or without a final stop, repeats prose anywhere, so
    that the caption is found and not the paragraph under it.
    """
    spoken = [words(text, body) for body in bodies]
    prose = [number not in captioned and final(text, body) for number, body in enumerate(bodies)]
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    for number, line in enumerate(spoken):
        for run in _runs(line, rules.run):
            first.setdefault(run, number)
            if prose[number]:
                last[run] = number
    title = words(headline, Span(0, len(headline)))
    titled = set(_runs(title, rules.run))
    hits = []
    for number, line in enumerate(spoken):
        if not prose[number] and line == title and line:
            hits.append(number)
            continue
        if len(line) < rules.minimum_words:
            continue
        known = [
            first[run] < number or (not prose[number] and (run in last or run in titled))
            for run in _runs(line, rules.run)
        ]
        share = _covered(known, rules.run, len(line)) / len(line)
        if share >= (rules.caption_share if number in captioned else rules.share):
            hits.append(number)
    return hits


def _runs(line: Sequence[str], length: int) -> list[int]:
    """A hash for every run of ``length`` words."""
    return [hash(tuple(line[at : at + length])) for at in range(len(line) - length + 1)]


def _covered(known: Sequence[bool], length: int, total: int) -> int:
    """How many of ``total`` words lie in at least one known run."""
    covered, reach = 0, 0
    for at, is_known in enumerate(known):
        if is_known:
            covered += at + length - max(reach, at)
            reach = at + length
    return min(covered, total)
