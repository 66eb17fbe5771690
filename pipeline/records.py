"""The records that flow through the pipeline. All are frozen; all spans are half-open character offsets
into the text of one article, and ``article.text[span.start:span.end]`` is what the span says."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args, get_type_hints

import pyarrow as pa

NO_SPEAKER = "-"
# What a gold file does not tell; "-" would say that nobody speaks, "none" that there is nothing.
UNTOLD = ""
# The voice of a text that speaks for itself and does not name its writer.
AUTHOR, NEWSPAPER = "author", "this newspaper"

AttributionKind = Literal["direct", "indirect", "mixed", "none"]


@dataclass(frozen=True, order=True)
class Span:
    """Characters ``start`` (included) to ``end`` (excluded)."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """The characters of the span."""
        return text[self.start : self.end]

    def overlap(self, other: "Span") -> int:
        """Number of characters that both spans hold."""
        return max(0, min(self.end, other.end) - max(self.start, other.start))


@dataclass(frozen=True)
class Voice:
    """Who speaks: the canonical name in the article, with party and kind of the codebook (section 7).

    ``party`` and ``kind`` are empty where they are unknown; ``party`` is ``none`` for a known non-partisan.
    """

    speaker: str = NO_SPEAKER
    party: str = ""
    kind: str = ""


NOBODY = Voice()


@dataclass(frozen=True)
class Article:
    """One text to be read, as extracted: ``text`` is never changed after reading."""

    id: str
    text: str
    source: str = ""
    headline: str = ""
    date: dt.date | None = None
    outlet: str = ""
    url: str = ""
    genre: str = ""
    author: str = ""
    speaker: str = ""
    party: str = ""
    kind: str = ""
    government: str = ""
    leaning: str = ""


@dataclass(frozen=True)
class Sentence:
    """A sentence of an article. ``boilerplate`` marks what scraping left and the journalist did not write."""

    start: int
    end: int
    text: str
    paragraph: int = 0
    boilerplate: bool = False

    @property
    def span(self) -> Span:
        """Where the sentence lies in the article."""
        return Span(self.start, self.end)


@dataclass(frozen=True)
class Attribution:
    """Source, cue and content of one report of somebody's words or view (terms of PARC and PolNeAR).

    ``source`` is the mention as printed, ``cue`` the reporting verb, noun or phrase; both may be missing.
    """

    voice: Voice
    kind: AttributionKind
    content: tuple[Span, ...]
    source: Span | None = None
    cue: Span | None = None


@dataclass(frozen=True)
class Document:
    """An article with its sentences and attributions.

    ``assigned[i]`` is the index in ``attributions`` of the one that sentence ``i`` carries, or None.
    """

    article: Article
    sentences: tuple[Sentence, ...]
    attributions: tuple[Attribution, ...]
    assigned: tuple[int | None, ...]

    def attribution(self, index: int) -> Attribution | None:
        """The attribution that sentence ``index`` carries."""
        number = self.assigned[index]
        return None if number is None else self.attributions[number]

    def voices(self) -> Iterator[Voice]:
        """The voice of each sentence in order, ``NOBODY`` for narration."""
        for index in range(len(self.sentences)):
            attribution = self.attribution(index)
            yield attribution.voice if attribution else NOBODY


@dataclass(frozen=True)
class Labels:
    """The four labels of one sentence."""

    stance: str
    pressure: str
    role: str
    frame: str


@dataclass(frozen=True)
class LabelledSentence:
    """A gold sentence: where it lies, who speaks (``-`` for nobody) and what it does."""

    sentence: Sentence
    speaker: str
    labels: Labels


@dataclass(frozen=True)
class Actor:
    """A speaker declared in the head of a labelled article. ``forms`` are the other words used for them.

    ``empty_forms`` remembers a line whose field for forms is there but empty, to be written back as it was.
    """

    voice: Voice
    forms: tuple[str, ...] = ()
    empty_forms: bool = False


@dataclass(frozen=True)
class LabelledArticle:
    """A labelled article of the corpus: the rebuilt text, its actors and its gold sentences in order."""

    article: Article
    actors: tuple[Actor, ...]
    sentences: tuple[LabelledSentence, ...]

    def voice(self, speaker: str) -> Voice:
        """The declared voice of a canonical name; ``NOBODY`` for ``-``. Raises ``KeyError`` if undeclared."""
        if speaker == NO_SPEAKER:
            return NOBODY
        for actor in self.actors:
            if actor.voice.speaker == speaker:
                return actor.voice
        raise KeyError(speaker)


@dataclass(frozen=True)
class Statement:
    """The row that users get: one sentence of a scored article.

    What is unknown is None, also ``speaker`` where nobody speaks. ``sentence_id`` is the article's id, ``#`` and
    the sentence's number from 1. ``start``/``end`` are offsets into the article's text, ``speaker_start``/
    ``speaker_end`` those of the mention, ``cue`` its reporting words. ``confidence`` is the calibrated probability
    of ``stance``; ``abstained`` says that it lies below the bundle's threshold. ``model`` is the bundle's hash.
    Tables carry the probability of every class besides, as columns ``p_<head>_<class>`` after ``frame``.
    """

    article_id: str
    source: str | None
    date: dt.date | None
    outlet: str | None
    headline: str | None
    sentence_id: str
    start: int
    end: int
    text: str
    speaker: str | None
    speaker_start: int | None
    speaker_end: int | None
    cue: str | None
    attribution: str
    party: str | None
    kind: str | None
    boilerplate: bool
    stance: str
    pressure: str
    role: str
    frame: str
    confidence: float
    abstained: bool
    model: str


@dataclass(frozen=True)
class ArticleRow:
    """What the articles table keeps of a scored article; ``text`` is what the offsets of statements point into."""

    article_id: str
    source: str | None
    headline: str | None
    date: dt.date | None
    outlet: str | None
    url: str | None
    genre: str | None
    author: str | None
    government: str | None
    text: str
    n_sentences: int
    n_boilerplate: int


_ARROW_TYPES = {str: pa.string(), int: pa.int32(), float: pa.float32(), bool: pa.bool_(), dt.date: pa.date32()}


def arrow_schema(record: type) -> pa.Schema:
    """The Arrow schema of a flat record class: one column a field, nullable where the field may be None."""
    fields = []
    for name, hint in get_type_hints(record).items():
        options = get_args(hint) or (hint,)
        kind = options[0] if isinstance(options[0], type) else type(options[0])  # a Literal has values for options
        fields.append(pa.field(name, _ARROW_TYPES[kind], nullable=type(None) in options))
    return pa.schema(fields)


def probability_column(head: str, label: str) -> str:
    """Name of the column that holds the probability of a class."""
    return f"p_{head}_{label}"


def statement_schema(heads: Mapping[str, Sequence[str]]) -> pa.Schema:
    """The schema of a statements table for these heads and classes: ``Statement`` and its probabilities."""
    fields = list(arrow_schema(Statement))
    columns = [probability_column(head, label) for head, classes in heads.items() for label in classes]
    cut = next(number for number, field in enumerate(fields) if field.name == "confidence")
    return pa.schema([*fields[:cut], *(pa.field(c, pa.float32(), nullable=False) for c in columns), *fields[cut:]])
