"""Predicted speakers against the gold ones, sentence by sentence, as counts that add up over articles.

``text/speaker_names.py`` says when a predicted name is right. Sentences without any label in
a text of a single voice are not scored (codebook, section 8): who speaks there is a convention.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields

from pipeline.corpus.conventions import is_convention
from pipeline.records import (
    NO_SPEAKER,
    NOBODY,
    Document,
    LabelledArticle,
    LabelledSentence,
    Sentence,
    Voice,
)
from pipeline.text.speaker_names import same_speaker


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
    """Scores of one article."""
    return sum(sentence_scores(gold, document), SpeakerScores())


def sentence_scores(gold: LabelledArticle, document: Document) -> Iterator[SpeakerScores]:
    """Scores of each gold sentence, compared with the predicted one that covers most of it."""
    voices = list(document.voices())
    at = 0
    for labelled in gold.sentences:
        at = _first_touching(document.sentences, labelled.sentence, at)
        voice = _covering(document.sentences, voices, labelled.sentence, at)
        yield SpeakerScores() if is_convention(gold, labelled) else _score(gold, labelled, voice)


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
