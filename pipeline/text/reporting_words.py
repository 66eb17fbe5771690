"""Which sentences hold a word of reporting: only these are worth a parse."""

import re

from pipeline.text.lexicon import Lexicon

_LETTERS = re.compile(r"[a-z]+")


def may_report(sentence: str, lexicon: Lexicon) -> bool:
    """Whether a sentence, without its quotations, holds a word that may be a cue."""
    senses = lexicon.senses
    return any(
        word in lexicon.cues or word in lexicon.states or word in senses.content_nouns or word in senses.clausal
        for word in _LETTERS.findall(sentence.lower().replace("according", "say"))
    )
