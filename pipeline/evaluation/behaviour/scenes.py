"""A passage in one version as a document with gold sentences and speakers, so that a learner alone is tried."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.evaluation.behaviour.passages import BehaviourError, Changes, Passage, Version
from pipeline.records import NO_SPEAKER, NOBODY, Article, Attribution, Document, Sentence, Voice

FULL_NAME = "{N}"


@dataclass(frozen=True)
class Name:
    """A speaker's name: in full, as later mentioned, and whether the pronoun is "she"."""

    full: str
    short: str
    she: bool

    def put(self, passage: str) -> str:
        """The passage with this name and its pronouns. Raises ``KeyError`` for a place it does not know."""
        he, him, his = ("she", "her", "her") if self.she else ("he", "him", "his")
        values = {"N": self.full, "T": self.short, "he": he, "him": him, "his": his}
        return passage.format(**values, He=he.title(), His=his.title())


@dataclass(frozen=True)
class Marks:
    """A pair of quotation marks, the pair inside it, and the apostrophe printed with them."""

    outer: str
    inner: str
    apostrophe: str

    def put(self, passage: str) -> str:
        """The passage with these marks."""
        passage = passage.replace("’", self.apostrophe)
        for sign, mark in zip("<>[]", self.outer + self.inner, strict=True):
            passage = passage.replace(sign, mark)
        return passage


MARKS = {
    "double curly": Marks("“”", "‘’", "’"),
    "double straight": Marks('""', "''", "'"),
    "single curly": Marks("‘’", "“”", "’"),
    "single straight": Marks("''", '""', "'"),
}


@dataclass(frozen=True)
class Scene:
    """A passage in one version, names and marks chosen but not yet put in; ``after`` is narration behind it."""

    headline: str
    voice: Voice
    before: tuple[str, ...]
    earlier: tuple[str, ...]
    say: str
    government: str
    genre: str
    date: dt.date
    outlet: tuple[str, str]
    name: Name
    after: tuple[str, ...] = ()
    marks: Marks = MARKS["double curly"]

    @property
    def target(self) -> int:
        """Number of the labelled sentence in the document."""
        return len(self.before) + len(self.earlier)

    @property
    def templates(self) -> str:
        """All of its words before names and marks are put in."""
        return "\n".join((self.headline, *self.before, *self.earlier, self.say, *self.after))

    def document(self) -> Document:
        """One paragraph, sentences parted by blanks; quotations are attributed as direct, the rest as indirect."""
        sentences: list[Sentence] = []
        attributions: list[Attribution] = []
        assigned: list[int | None] = []
        start = 0
        for template, voice in self._lines():
            sentence = Sentence(start, start + len(text := self._put(template)), text)
            sentences.append(sentence)
            assigned.append(None if voice is NOBODY else len(attributions))
            if voice is not NOBODY:
                kind = "direct" if "<" in template else "indirect"
                attributions.append(Attribution(voice, kind, (sentence.span,)))
            start = sentence.end + 1
        return Document(self._article(sentences), tuple(sentences), tuple(attributions), tuple(assigned))

    def _lines(self) -> Iterator[tuple[str, Voice]]:
        """Sentences to be filled in, each with its voice."""
        speaker = self._put(self.voice.speaker)
        voice = NOBODY if speaker == NO_SPEAKER else Voice(speaker, self.voice.party, self.voice.kind)
        for lines, who in ((self.before, NOBODY), ((*self.earlier, self.say), voice), (self.after, NOBODY)):
            yield from ((line, who) for line in lines)

    def _article(self, sentences: list[Sentence]) -> Article:
        outlet, leaning = self.outlet
        return Article(
            id="behaviour",
            text=" ".join(sentence.text for sentence in sentences),
            headline=self._put(self.headline),
            date=self.date,
            outlet=outlet,
            leaning=leaning,
            genre=self.genre,
            government=self.government,
        )

    def _put(self, template: str) -> str:
        return self.marks.put(self.name.put(template))


def draw_name(changes: Changes, origin: str, number: int, she: bool) -> Name:
    """The name at place ``number``, counted round, of the women or men of an origin."""
    names = changes.names[origin].women if she else changes.names[origin].men
    full = names[number % len(names)]
    return Name(full, f"{'Ms' if she else 'Mr'} {full.split(maxsplit=1)[1]}", she)


def scene(passage: Passage, version: Version, changes: Changes, number: int) -> Scene:
    """The version of the passage that has this number among all; every other speaker is a woman.

    Raises ``BehaviourError`` for a place like ``{X}`` that nothing can be put into.
    """
    government = version.government or passage.government
    made = Scene(
        headline=passage.headline,
        voice=_voice(version.speaker or passage.speaker),
        before=passage.before,
        earlier=passage.earlier,
        say=version.say,
        government=government,
        genre=passage.genre,
        date=changes.dates[government],
        outlet=changes.outlets[0],
        name=draw_name(changes, changes.plain, number // 2, she=number % 2 == 0),
    )
    try:
        made.document()
    except (KeyError, IndexError, ValueError) as error:
        raise BehaviourError(
            f"seeds/behaviour: passage {passage.name!r}: {error} cannot be filled in; the places are {{N}}, "
            "{T}, {he}, {him}, {his}, {He} and {His}"
        ) from error
    return made


def _voice(speaker: str) -> Voice:
    return NOBODY if speaker == NO_SPEAKER else Voice(*(part.strip() for part in speaker.split("|")))
