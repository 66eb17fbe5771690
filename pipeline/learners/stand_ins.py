"""Names of persons as a learner reads them: a stand-in each, so that no label can hang on what somebody is called.

The speaker of a sentence is Alex Smith in it, whoever else speaks in the article Alex Jones. That hides the name
and tells in the same breath who of those named is speaking. Measured on validation (TF-IDF, predicted speakers):
mean macro-F1 .613 with stand-ins, .604 with names.
"""

import re
from collections import defaultdict
from collections.abc import Iterable

from pipeline.corpus.persons import WORD, name_words, person_key

GIVEN, OWN, OTHER = "Alex", "Smith", "Jones"
POSSESSIVE = re.compile(r"[’']s?$")


class StandIns:
    """Stand-ins for the persons among the speakers of one article."""

    def __init__(self, speakers: Iterable[str]) -> None:
        self._given: dict[str, dict[str, frozenset[str]]] = defaultdict(dict)
        ranks = name_words().ranks
        self._keys = {speaker: person_key(speaker) for speaker in set(speakers)}
        for speaker, key in self._keys.items():
            *given, surname = key.split() or [""]
            if surname:
                self._given[surname][speaker] = frozenset(given) - ranks

    def speaker(self, name: str) -> str:
        """The stand-in for a speaker who is a named person; the name of any other (office, body, group)."""
        key = self._keys[name] if name in self._keys else person_key(name)
        return f"{GIVEN} {OWN}" if key else name

    def read(self, text: str, own: str) -> str:
        """``text``, said by ``own``, with stand-ins; blanks stay where they are, so that word i remains word i.

        A surname counts with a capital; given names count right before it. Linear in the text.
        """
        folded = text.casefold()
        if not any(surname in folded for surname in self._given):  # most sentences name no speaker
            return text
        found = list(WORD.finditer(text))
        words = [POSSESSIVE.sub("", match.group()) for match in found]
        changed: dict[int, str] = {}
        for place, word in enumerate(words):
            persons = self._given.get(word.casefold()) if word[0].isupper() else None
            if not persons:
                continue
            first = place
            named = frozenset.union(*persons.values())
            while first and words[first - 1].casefold() in named and _adjoin(text, found, first):
                first -= 1
                changed[first] = GIVEN
            changed[place] = OWN if own in persons and _means(words[first:place], persons, own) else OTHER
        return _replaced(text, found, words, changed)


def _adjoin(text: str, found: list[re.Match[str]], place: int) -> bool:
    """Whether only blanks part a word from the one before it."""
    return text[found[place - 1].end() : found[place].start()].isspace()


def _means(given: list[str], persons: dict[str, frozenset[str]], own: str) -> bool:
    """Whether a surname behind these given names can mean ``own``: two speakers may share it."""
    said = {word.casefold() for word in given}
    return said <= persons[own]


def _replaced(text: str, found: list[re.Match[str]], words: list[str], changed: dict[int, str]) -> str:
    pieces, end = [], 0
    for place in sorted(changed):
        start = found[place].start()
        pieces += [text[end:start], changed[place]]
        end = start + len(words[place])
    return "".join([*pieces, text[end:]])
