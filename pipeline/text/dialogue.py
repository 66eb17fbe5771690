"""Turns: texts in which each paragraph names its speaker first (Hansard, evidence sessions, transcripts)."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.records import Sentence, Span
from pipeline.text.grammar import word_set

_TURN = re.compile(
    r"(?:Q\s?\d{1,3}[.:]?\s+|\d{1,3}[.:]\s+|•\s+)?"
    r"(?P<name>(?:The |Mr |Mrs |Ms |Dr )?[A-Z][\w’'.-]{0,30}"
    r"(?:,? (?:[A-Z][\w’'.-]{0,30}|of|for|the|and|de|van|al|&)){0,9})"
    r"(?P<parens>(?: ?\([^()\n]{1,60}\)){0,3}):(?=\s)"
)
_PARENTHESIS = re.compile(r"\(([^()\n]{1,60})\)")
_ALIAS = re.compile(r"([A-Z][\w’'-]+(?: [A-Z][\w’'-]+){1,4}) \((Chair|Chairman|Convener)\)")
_STAGE = re.compile(
    r"(?:Question[ ,]|The House (?:divided|proceeded)|Ordered,|\[|Committee to|House resumed|Resolved|"
    r"Contents \d|Ayes \d|Several hon|Sitting (?:suspended|adjourned)|"
    r"Motion |Amendment \d|Debate |Moved by|Asked by|Bill read|Clause \d|\d{1,2}[.:]\d\d ?(?:am|pm)|"
    r"Noble Lords|Hon\.? Members|"
    r"Examination of|Members present|Witness|Questions? \d|Q\d+ *$|House adjourned|Lords? Chamber|Commons Chamber)"
)
_NO_NAMES = word_set(
    "note notes update correction date time picture pictured photo image caption source sources editor contact "
    "headline key video watch listen read question answer analysis comment claim verdict example summary "
    "conclusion recommendation from to subject location"
)
_ENOUGH = 3


@dataclass(frozen=True)
class Turn:
    """The label printed before a sentence of a transcript, with its bracketed notes; an empty label is nobody."""

    label: str
    notes: tuple[str, ...]
    span: Span | None


def turns(text: str, sentences: Sequence[Sentence], genre: str) -> list[Turn | None]:
    """The turn of each sentence; all None unless the text is a transcript.

    A transcript is a text of genre ``debate``, or one in which three paragraphs or more begin with a name and a
    colon and at least two of the names recur or bear a bracket ("(Lab)").
    """
    heads = _heads(text, sentences)
    labels = [found.group("name") for found in heads.values()]
    recurring = len(labels) - len(set(labels))
    benches = sum(1 for found in heads.values() if found.group("parens"))
    if len(labels) < (2 if genre == "debate" else _ENOUGH) or (genre != "debate" and recurring + benches < 2):
        return [None] * len(sentences)
    return _carry(text, sentences, heads, asked=genre == "interview")


def _heads(text: str, sentences: Sequence[Sentence]) -> dict[int, re.Match[str]]:
    """Sentences that begin with a speaker's label; inside a paragraph it must be a label that recurs."""
    found: dict[int, re.Match[str]] = {}
    for index, sentence in enumerate(sentences):
        match = _TURN.match(text, sentence.start, sentence.end)
        if (
            match
            and match.group("name").split()[0].lower() not in _NO_NAMES
            and text[match.end() : match.end() + 2].strip()[:1] not in '“"'
        ):
            found[index] = match
    counts = Counter(match.group("name") for match in found.values())
    return {
        index: match
        for index, match in found.items()
        if index == 0
        or sentences[index].paragraph != sentences[index - 1].paragraph
        or counts[match.group("name")] > 1
    }


def _carry(
    text: str, sentences: Sequence[Sentence], heads: dict[int, re.Match[str]], asked: bool
) -> list[Turn | None]:
    """Each sentence's turn: the last label, until a stage direction.

    Where an unnamed interviewer has ``asked`` the questions, a new paragraph without label is the interviewer's.
    """
    aliases = {found.group(2): found.group(1) for found in _ALIAS.finditer(text)}
    nobody = Turn("", (), None)
    current, result = nobody, []
    for index, sentence in enumerate(sentences):
        if index in heads:
            match = heads[index]
            current = _turn(match, aliases)
        elif asked and index and sentence.paragraph != sentences[index - 1].paragraph:
            current = nobody
        elif _STAGE.match(sentence.text):
            result.append(nobody)
            continue
        result.append(current)
    return result


def _turn(match: re.Match[str], aliases: dict[str, str]) -> Turn:
    label = match.group("name")
    notes = tuple(_PARENTHESIS.findall(match.group("parens") or ""))
    if label.startswith(("Noble Lords", "Hon. Members", "Several")):
        return Turn("", (), None)
    if label in aliases:
        label = aliases[label]
    elif label.startswith("The ") and notes and len(notes[0].split()) > 1:
        notes = (label[4:], *notes[1:])
        label = _PARENTHESIS.findall(match.group("parens"))[0]
    return Turn(label, notes, Span(match.start("name"), match.end("name")))
