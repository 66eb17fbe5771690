"""Where a story link that was glued into a paragraph ends and the article goes on."""

import re

from pipeline.records import Span
from pipeline.text.lines import STOP
from pipeline.text.rules import LinkRules

TOKEN = re.compile(r"\S+")
EDGES = "“”‘’\"'()[],;:.!?…"
NAME = 4  # words of a name with its title at most
TITLE_CASE = 0.6  # share of capitals from which a headline is in title case, where capitals tell nothing


def glued_links(text: str, line: Span, rules: LinkRules) -> list[Span]:
    """Links in a line, each with its headline, or the cue alone where the headline's end cannot be told."""
    cues = list(rules.regex.finditer(text, line.start, line.end))
    ends = [cue.start() for cue in cues[1:]] + [line.end]
    found = []
    for cue, after in zip(cues, ends, strict=False):
        found.append(Span(cue.start(), _end(text, Span(cue.end(), after), rules)))
    return found


def _end(text: str, rest: Span, rules: LinkRules) -> int:
    """The end of the link whose headline begins ``rest``."""
    stop = STOP.search(text, rest.start, rest.end)
    headline = Span(rest.start, stop.end() if stop else rest.end)
    boundary = sentence_start(text, headline, rules)
    if boundary is not None:
        return rest.start + len(text[rest.start : boundary].rstrip())
    length = len(TOKEN.findall(text, headline.start, min(headline.end, headline.start + 1000)))
    ends_plainly = not text[headline.start : headline.end].rstrip().endswith(".")
    if length <= rules.maximum_words and ends_plainly:
        return headline.start + len(text[headline.start : headline.end].rstrip())
    return rest.start


def sentence_start(text: str, span: Span, rules: LinkRules) -> int | None:
    """Offset of the first word in ``span`` that must begin a sentence though no stop precedes it."""
    window = min(span.end, span.start + 1000)
    tokens = [(match.start(), match.group()) for match in TOKEN.finditer(text, span.start, window)]
    head = [word.strip(EDGES) for _, word in tokens[: rules.minimum_words * 2]]
    if sum(word[:1].isupper() for word in head) > TITLE_CASE * len(head):
        return None
    for at in range(rules.minimum_words, min(len(tokens), rules.maximum_words + 1)):
        before = tokens[at - 1][1]
        if before.strip(EDGES) in rules.joint_words or before.endswith((",", ":", "–", "-")):
            continue
        if before.strip(EDGES)[:1].isupper() and tokens[at][1].strip(EDGES) not in rules.opener_words:
            continue
        if _opens([word for _, word in tokens[at : at + NAME + 1]], rules):
            return tokens[at][0]
    return None


def _opens(following: list[str], rules: LinkRules) -> bool:
    """Whether these words begin a sentence: an opener, or a name before a verb of reporting."""
    if following[0].strip(EDGES) in rules.opener_words:
        return True
    for word in following:
        if not word.strip(EDGES)[:1].isupper():
            return word != following[0] and word.strip(EDGES) in rules.verb_words
    return False
