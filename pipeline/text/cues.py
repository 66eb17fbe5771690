"""The cue of a sentence and the noun phrase that is its source, by the order of words around reporting verbs.

A tag (“…,” she said) outranks the verb of the main clause, that outranks a participle, "according to" and a
reported state of mind; the words inside quotation marks are never searched.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from pipeline.text.grammar import (
    AFTER_TAG,
    ARTICLES,
    AUXILIARIES,
    BEFORE_BASE_FORM,
    COMPLEMENT,
    DEGREES,
    FINITE,
    HEARERS,
    INVERTED,
    LINKING,
    POSSESSIVES,
    QUANTIFIERS,
    RELATIVE,
    SUBORDINATE,
    pronoun,
)
from pipeline.text.lexicon import Lexicon
from pipeline.text.subjects import Subject, subject_of
from pipeline.text.words import BLANK, Words

Form = Literal["tag", "inverted", "clause", "participle", "according", "state", "colon", "plan", "minor"]

_RANKS = {
    "tag": 6,
    "inverted": 6,
    "colon": 5,
    "clause": 4,
    "participle": 3,
    "according": 2,
    "state": 1,
    "plan": 0,
    "minor": 0,
}
_TAG_LIMIT, _ASIDE_LIMIT = 12, 24


@dataclass(frozen=True)
class Report:
    """Word ranges of a source and its cue in a sentence; ``base`` is the verb's base form, ``kind`` its class."""

    source: tuple[int, int]
    cue: tuple[int, int]
    form: Form
    base: str
    kind: str
    aside: tuple[int, int] | None = None

    @property
    def rank(self) -> int:
        """Which of several reports in a sentence its speaker comes from: the highest."""
        opens = self.form == "according" and self.cue[0] == 0
        return _RANKS["clause"] + 1 if opens else _RANKS[self.form]


def reports(words: Words, lexicon: Lexicon) -> list[Report]:
    """Reports in the unquoted words of a sentence, best first."""
    if words.lower[0] in INVERTED and words.text[-1] == "?":
        return []
    found = list(_verbs(words, lexicon))
    found.extend(_phrases(words, lexicon))
    found.extend(_states(words, lexicon))
    found.extend(_reservations(words, lexicon))
    found.extend(_plans(words, lexicon))
    found.extend(_colon(words, lexicon))
    return sorted(found, key=lambda report: (-report.rank, report.cue[0]))


def _verbs(words: Words, lexicon: Lexicon) -> Iterator[Report]:
    for index, word in enumerate(words.lower):
        entry = lexicon.cues.get(word)
        if entry is None or (words.is_capital(index) and index > 0):
            continue
        base, kind = entry
        if not _complete(words, index, base, lexicon) or _is_noun(words, index, base, lexicon):
            continue
        report = _report_at(words, index, base, kind, lexicon)
        if report is not None:
            yield report


def _following(words: Words, index: int) -> str:
    """The word behind a verb, adverbs and commas skipped; a full stop at the end."""
    at = index + 1
    while at < len(words) and words.lower[at] in (",", "also", "later", "yesterday", "again", "instead", "only"):
        at += 1
    return words.lower[at] if at < len(words) else "."


def _complete(words: Words, index: int, base: str, lexicon: Lexicon) -> bool:
    """Whether a verb that reports only together with another word has it."""
    following = _following(words, index)
    if base == "like":
        return (index > 0 and words.lower[index - 1] in ("would", "also")) or words.lower[index] == "likes"
    if following == "by" and words.lower[index].endswith("ed"):
        return False
    if (
        base in ("decline", "refuse")
        and index + 2 < len(words)
        and words.lower[index + 2] in ("comment", "say", "be")
    ):
        return False
    wanted = lexicon.needs.get(base)
    if wanted is None or "*" in wanted:
        return True
    return following in wanted or following == BLANK or (following == "." and index > 3)


def _is_noun(words: Words, index: int, base: str, lexicon: Lexicon) -> bool:
    """Whether the word is the noun that looks like the verb ("asylum claims fell", "the last estimate")."""
    word = words.lower[index]
    if base not in lexicon.senses.homographs or word.endswith(("ed", "ing")):
        return False
    before = words.lower[index - 1] if index else ""
    if word == base and before in BEFORE_BASE_FORM:
        return False
    if before in ARTICLES or before in POSSESSIVES or before.endswith("'s"):
        return True
    return _following(words, index) not in (COMPLEMENT | {BLANK, ":"}) and not pronoun(before)


def _report_at(words: Words, index: int, base: str, kind: str, lexicon: Lexicon) -> Report | None:
    if kind == "speech" and _is_inverted(words, index):
        stop = _phrase_end(words, index + 1)
        if stop > index + 1:
            aside = _aside_behind(words, stop)
            return Report((index + 1, stop), (index, index + 1), "inverted", base, kind, aside)
    subject = subject_of(words, index, lexicon)
    if subject is None:
        return None
    cue = (index, index + 1)
    if words.lower[index].endswith("ing") and subject.end < index - 1:
        if words.lower[index] not in lexicon.senses.participles:
            return None
        return Report((subject.start, subject.end), cue, "participle", base, kind, subject.aside)
    if subject.minor:
        return (
            Report((subject.start, subject.end), cue, "minor", base, kind)
            if base in ("say", "tell", "warn")
            else None
        )
    form: Form = "tag" if _is_tag(words, subject, index, kind) else "clause"
    return Report((subject.start, subject.end), cue, form, base, kind, subject.aside)


def _is_inverted(words: Words, index: int) -> bool:
    """“…,” said Ms Lowe: a speech verb right behind the quotation or a comma and before a noun phrase."""
    if index + 1 >= len(words) or words.lower[index].endswith("ing"):
        return False
    following = words.lower[index + 1]
    noun = (
        words.is_capital(index + 1)
        or following in ARTICLES
        or following in POSSESSIVES
        or following in QUANTIFIERS
    )
    if not noun:
        return False
    before = index - 1
    if before >= 0 and words.text[before] == "," and before > 0:
        if words.text[before - 1] != BLANK:
            stop = _phrase_end(words, index + 1)
            closed = stop == len(words) or words.text[stop] in (",", ".", BLANK, ";")
            return (
                closed and words.lower[index] in ("said", "says", "added", "wrote") and words.is_capital(index + 1)
            )
        before -= 1
    return (before >= 0 and words.text[before] == BLANK) or (index == 0 and words.lower[0] in ("said", "says"))


def _aside_behind(words: Words, stop: int) -> tuple[int, int] | None:
    """The apposition behind an inverted source: “…,” said the home secretary, Marian Holloway."""
    if stop + 1 < len(words) and words.text[stop] == "," and words.is_capital(stop + 1):
        end = _phrase_end(words, stop + 1)
        return (stop + 1, end) if end > stop + 1 else None
    return None


def _phrase_end(words: Words, start: int) -> int:
    """End of the noun phrase that begins at ``start``, read forward to a comma, stop, verb or quotation."""
    for index in range(start, len(words)):
        lower = words.lower[index]
        if words.text[index] == "." and start < index < len(words) - 1 and _is_title_stop(words, index):
            continue
        if words.text[index] in (BLANK, ",", ".", ";", ":", "(", "–", "—", "!", "?"):
            return index
        if (
            lower in RELATIVE
            or lower in FINITE
            or lower in ("yesterday", "today", "last", "during", "when", "as", "after", "before")
        ):
            return index
    return len(words)


def _is_title_stop(words: Words, index: int) -> bool:
    """Whether a stop inside a name belongs to a title or initial: "Dr. Marsh", "J. Marsh"."""
    return len(words.text[index - 1]) <= 4 and words.is_capital(index - 1) and words.is_capital(index + 1)


def _is_tag(words: Words, subject: Subject, verb: int, kind: str) -> bool:
    """Whether "she said" stands behind what it reports: "…, she said.", "“…” Ms Lowe told MPs, “…”"."""
    start = subject.start
    last = verb + 1 >= len(words) - 1
    if start == 0 or verb - start > (_ASIDE_LIMIT if subject.aside else _TAG_LIMIT) or kind == "position":
        return False
    before = words.text[start - 1]
    if before == BLANK and kind == "speech":
        return True
    if before not in (",", "?", "!") or (kind != "speech" and not last):
        return False
    if words.lower[0] in SUBORDINATE and words.text[start - 2] != BLANK:
        return last and words.text[-1] in ".!?"
    following = words.lower[verb + 1] if verb + 1 < len(words) else "."
    return following in (BLANK, *AFTER_TAG) or (following in HEARERS and words.lower[verb] in ("told", "tells"))


def _phrases(words: Words, lexicon: Lexicon) -> Iterator[Report]:
    """ "according to X", "in the words of X", "in his view"."""
    for phrase in lexicon.phrases:
        size = len(phrase)
        for index in range(len(words) - size):
            if words.lower[index] == phrase[0] and words.lower[index : index + size] == phrase:
                stop = _phrase_end(words, index + size)
                if stop > index + size:
                    yield Report((index + size, stop), (index, index + size), "according", phrase[0], "phrase")
    for index in range(len(words) - 2):
        if (
            words.lower[index] == "in"
            and words.lower[index + 2]
            in (
                "view",
                "opinion",
                "words",
                "judgment",
                "eyes",
            )
            and words.lower[index + 1] in ("his", "her", "its", "their")
        ):
            yield Report((index + 1, index + 2), (index, index + 3), "according", "view", "phrase")


def _states(words: Words, lexicon: Lexicon) -> Iterator[Report]:
    """ "Backbenchers are furious": a linking verb with a state of mind."""
    for index, word in enumerate(words.lower):
        if word not in lexicon.states or index == 0:
            continue
        at = index
        while at > 1 and words.lower[at - 1] not in LINKING and (words.lower[at - 1] in AUXILIARIES | DEGREES):
            at -= 1
        if words.lower[at - 1] not in LINKING:
            continue
        subject = subject_of(words, at - 1, lexicon)
        if subject is not None and pronoun(words.lower[subject.start]) != "it":
            yield Report((subject.start, subject.end), (at - 1, index + 1), "state", word, "state", subject.aside)


def _plans(words: Words, lexicon: Lexicon) -> Iterator[Report]:
    """What a party or its people would do: "Reform UK would leave the convention"."""
    for index, word in enumerate(words.lower):
        if word == "would" and 0 < index < 12:
            subject = subject_of(words, index, lexicon)
            if subject is not None:
                yield Report(
                    (subject.start, subject.end), (index, index + 1), "plan", "would", "plan", subject.aside
                )
            return


def _reservations(words: Words, lexicon: Lexicon) -> Iterator[Report]:
    """ "X has her doubts": having with a noun of opinion."""
    for index, word in enumerate(words.lower):
        if word in lexicon.senses.opinions and index > 1:
            for at in range(index - 1, max(0, index - 4), -1):
                if words.lower[at] in ("has", "have", "had", "shares", "share"):
                    subject = subject_of(words, at, lexicon)
                    if subject is not None:
                        yield Report(
                            (subject.start, subject.end), (at, index + 1), "state", word, "state", subject.aside
                        )
                    return


def _colon(words: Words, lexicon: Lexicon) -> Iterator[Report]:
    """ "Ms Lowe: “…”" and "From Ms Lowe: “…”": a short phrase before a colon and a quotation."""
    for index in range(1, min(len(words) - 1, 14)):
        if words.text[index] == ":" and words.text[index + 1] == BLANK:
            start = 1 if words.lower[0] in ("from", "as", "and", "•") else 0
            verbs = any(
                word in lexicon.cues and not words.is_capital(at)
                for at, word in enumerate(words.lower[:index])
                if at
            )
            if start < index and not verbs:
                yield Report((start, index), (index, index + 1), "colon", ":", "speech")
            return
