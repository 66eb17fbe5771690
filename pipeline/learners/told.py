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
    entries = []
    for voice in document.voices():
        if voice.speaker == NO_SPEAKER:
            entries.append(Told("narrator", "none", "none", *setting))
        else:
            kind = voice.kind.replace("_", " ") or UNKNOWN
            entries.append(Told(voice.speaker, voice.party or UNKNOWN, kind, *setting))
    return entries
