"""Predicted speakers against the gold ones, sentence by sentence, as counts that add up over articles.

A predicted name is right when it is the gold actor's canonical name without title and case, one of the forms
declared for that actor, or, for a named person, a name with the same surname. Sentences without any label in
a text of a single voice are not scored (codebook, section 8): who speaks there is a convention.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields

from pipeline.labels import NONE
from pipeline.records import (
    AUTHOR,
    NEWSPAPER,
    NO_SPEAKER,
    NOBODY,
    Actor,
    Document,
    LabelledArticle,
    LabelledSentence,
    Sentence,
    Voice,
)
from pipeline.text.grammar import word_set

SINGLE_VOICE = frozenset({"opinion", "letter", "speech", "manifesto"})
_TITLES = word_set(
    "mr mrs ms miss mx dr prof professor sir dame lord lady baroness rev revd reverend canon bishop archbishop "
    "cllr coun councillor chief constable rt hon right honourable the a an one another some several"
)
_HONOURS = word_set("mp msp mep kc qc obe cbe mbe")
# Forms by which the head of an article declares its own voice; a text that does not name it speaks as "author".
_OWN_VOICE = frozenset({"i", "we", "me", "the author", "the writer", "the columnist", "this newspaper"})
# A last word that groups share says nothing about who they are.
_SHARED_ENDINGS = word_set("mps party uk council trust group office network union alliance court committee")


@dataclass(frozen=True)
class SpeakerScores:
    """Counts over scored sentences. ``voiced``: gold names a speaker; ``silent``: gold names nobody.

    ``right`` of the voiced carry the right speaker, ``wrong`` another one, ``missed`` none; ``false`` of the
    silent carry one. ``party`` and ``kind`` are counted among ``right``.
    """

    voiced: int = 0
    right: int = 0
    wrong: int = 0
    missed: int = 0
    silent: int = 0
    false: int = 0
    party: int = 0
    kind: int = 0

    def __add__(self, other: "SpeakerScores") -> "SpeakerScores":
        """Counts of both."""
        return SpeakerScores(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))

    @property
    def sentences(self) -> int:
        """Sentences scored."""
        return self.voiced + self.silent

    @property
    def accuracy(self) -> float:
        """Share of all sentences with the right speaker or rightly without one."""
        return _share(self.right + self.silent - self.false, self.sentences)

    @property
    def recall(self) -> float:
        """Share of the sentences with a gold speaker that carry the right one."""
        return _share(self.right, self.voiced)

    @property
    def precision(self) -> float:
        """Share of the predicted speakers that are right."""
        return _share(self.right, self.right + self.wrong + self.false)

    @property
    def silence(self) -> float:
        """Share of the sentences without gold speaker that are left without one."""
        return _share(self.silent - self.false, self.silent)

    @property
    def party_accuracy(self) -> float:
        """Share of rightly named speakers with the gold party."""
        return _share(self.party, self.right)

    @property
    def kind_accuracy(self) -> float:
        """Share of rightly named speakers with the gold kind."""
        return _share(self.kind, self.right)


def speaker_scores(gold: LabelledArticle, document: Document) -> SpeakerScores:
    """Scores of one article; a gold sentence is compared with the predicted one that covers most of it."""
    total = SpeakerScores()
    voices = list(document.voices())
    at = 0
    for labelled in gold.sentences:
        at = _first_touching(document.sentences, labelled.sentence, at)
        voice = _covering(document.sentences, voices, labelled.sentence, at)
        if not _is_convention(gold, labelled):
            total += _score(gold, labelled, voice)
    return total


def same_speaker(predicted: str, actor: Actor, text: str = "") -> bool:
    """Whether a predicted name means the gold actor.

    A text's own voice is called "author" where the text names nobody; that is right for an actor declared with "I"
    or "we", and for one whose name the article's ``text`` never prints.
    """
    name, gold = plain_name(predicted), plain_name(actor.voice.speaker)
    if name == gold or any(name == plain_name(form) for form in actor.forms):
        return True
    if name in (AUTHOR, NEWSPAPER):
        unnamed = bool(text) and actor.voice.speaker.split()[-1] not in text
        return unnamed or any(form.lower() in _OWN_VOICE for form in actor.forms)
    if not name:
        return False
    names, golds = name.split(), gold.split()
    person = len(golds) > 1 and actor.voice.speaker.split()[-1][:1].isupper() and golds[-1] not in _SHARED_ENDINGS
    return person and predicted.split()[-1][:1].isupper() and names[-1] == golds[-1] and len(names) <= len(golds)


def plain_name(name: str) -> str:
    """A name in lower case without titles and articles at its head."""
    words = name.lower().replace("’", "'").split()
    while len(words) > 1 and words[0].rstrip(".") in _TITLES:
        words = words[1:]
    while len(words) > 1 and words[-1].strip(",") in _HONOURS:
        words = words[:-1]
    return " ".join(words).rstrip(",.")


def _score(gold: LabelledArticle, labelled: LabelledSentence, voice: Voice) -> SpeakerScores:
    speaks = voice.speaker != NO_SPEAKER
    if labelled.speaker == NO_SPEAKER:
        return SpeakerScores(silent=1, false=int(speaks))
    if not speaks:
        return SpeakerScores(voiced=1, missed=1)
    actor = next(actor for actor in gold.actors if actor.voice.speaker == labelled.speaker)
    if not same_speaker(voice.speaker, actor, gold.article.text):
        return SpeakerScores(voiced=1, wrong=1)
    party, kind = voice.party == actor.voice.party, voice.kind == actor.voice.kind
    return SpeakerScores(voiced=1, right=1, party=int(party), kind=int(kind))


def _is_convention(gold: LabelledArticle, labelled: LabelledSentence) -> bool:
    labels = labelled.labels
    silent = {labels.stance, labels.pressure, labels.role, labels.frame} == {NONE}
    return silent and labelled.speaker == NO_SPEAKER and gold.article.genre in SINGLE_VOICE


def _first_touching(sentences: Sequence[Sentence], wanted: Sentence, start: int) -> int:
    while start < len(sentences) and sentences[start].end <= wanted.start:
        start += 1
    return start


def _covering(sentences: Sequence[Sentence], voices: Sequence[Voice], wanted: Sentence, start: int) -> Voice:
    """The voice of the predicted sentence that shares most characters with the gold one."""
    best, voice = 0, NOBODY
    while start < len(sentences) and sentences[start].start < wanted.end:
        shared = wanted.span.overlap(sentences[start].span)
        if shared > best:
            best, voice = shared, voices[start]
        start += 1
    return voice


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
