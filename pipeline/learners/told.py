"""What a learner reads of a sentence: its words, who speaks, for whom, under which government."""

from dataclasses import dataclass

from pipeline.learners.stand_ins import StandIns
from pipeline.records import NO_SPEAKER, Document

UNKNOWN = "unknown"
SENTENCE_CHARACTERS = 2_000  # a longer "sentence" is not prose; its head is enough to label it


@dataclass(frozen=True)
class Told:
    """Knowledge about one sentence, in plain words; ``speaker`` is ``narrator`` where nobody speaks.

    Persons have stand-ins for names in ``sentence``, which is cut at ``SENTENCE_CHARACTERS``, and ``speaker``.
    """

    sentence: str
    speaker: str
    party: str
    kind: str
    government: str
    genre: str
    headline: str

    def facts(self) -> tuple[str, ...]:
        """The entry's values and their conjunctions as words without blanks: what a linear model weighs. Whether
        a Conservative minister or a Conservative critic speaks depends on who governs."""
        party, kind, government, genre = (
            value.replace(" ", "_") for value in (self.party, self.kind, self.government, self.genre)
        )
        return (
            f"party={party}",
            f"kind={kind}",
            f"genre={genre}",
            f"party={party}|kind={kind}",
            f"kind={kind}|government={government}",
            f"party={party}|government={government}",
        )


def told(document: Document) -> list[Told]:
    """One entry a sentence, in order."""
    article = document.article
    setting = (
        article.government or UNKNOWN,
        (article.genre or "news").replace("_", " "),
        article.headline[:SENTENCE_CHARACTERS],
    )
    voices = list(document.voices())
    stand_ins = StandIns(voice.speaker for voice in voices if voice.speaker != NO_SPEAKER)
    entries = []
    for sentence, voice in zip(document.sentences, voices, strict=True):
        words = stand_ins.read(sentence.text[:SENTENCE_CHARACTERS], voice.speaker)
        if voice.speaker == NO_SPEAKER:
            entries.append(Told(words, "narrator", "none", "none", *setting))
        else:
            kind = voice.kind.replace("_", " ") or UNKNOWN
            entries.append(Told(words, stand_ins.speaker(voice.speaker), voice.party or UNKNOWN, kind, *setting))
    return entries
