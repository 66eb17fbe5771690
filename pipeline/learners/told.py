"""What a learner is told of a sentence besides its words: who speaks, for whom, under which government."""

from dataclasses import dataclass

from pipeline.records import NO_SPEAKER, Document

UNKNOWN = "unknown"
SENTENCE_CHARACTERS = 2_000  # a longer "sentence" is not prose; its head is enough to label it


@dataclass(frozen=True)
class Told:
    """Knowledge about one sentence, in plain words; ``speaker`` is ``narrator`` where nobody speaks."""

    speaker: str
    party: str
    kind: str
    government: str
    genre: str
    headline: str


def told(document: Document) -> list[Told]:
    """One entry a sentence, in order."""
    article = document.article
    setting = (
        article.government or UNKNOWN,
        (article.genre or "news").replace("_", " "),
        article.headline[:SENTENCE_CHARACTERS],
    )
    entries = []
    for voice in document.voices():
        if voice.speaker == NO_SPEAKER:
            entries.append(Told("narrator", "none", "none", *setting))
        else:
            kind = voice.kind.replace("_", " ") or UNKNOWN
            entries.append(Told(voice.speaker, voice.party or UNKNOWN, kind, *setting))
    return entries
