"""Documents made of given sentences, and a little world whose labels can be learnt from one word each."""

from collections.abc import Sequence

from pipeline.learners.contract import LabelledDocument
from pipeline.records import NOBODY, Article, Attribution, Document, Labels, Sentence, Voice

MINISTER = Voice("Nell Garside", "Labour", "minister")
CRITIC = Voice("Ivo Tarn", "Green", "opposition")

# One sentence a row: text, who speaks, and its gold labels.
WORLD = (
    ("The plan is firm and it will work, she said.", MINISTER, Labels("supports", "none", "claim", "control")),
    ("They are cruel rules, he said.", CRITIC, Labels("opposes", "left", "claim", "humanitarian")),
    ("The gangs will not be at the border.", MINISTER, Labels("supports", "right", "premise", "crime")),
    ("It was on a train.", NOBODY, Labels("none", "none", "none", "none")),
)


def document(
    sentences: Sequence[str],
    voices: Sequence[Voice] | None = None,
    headline: str = "Plan for the border",
    government: str = "Labour",
    genre: str = "news",
    name: str = "toy",
) -> Document:
    """A document of these sentences, one blank between them; each with its voice (``NOBODY``: narration)."""
    found, position = [], 0
    for number, text in enumerate(sentences):
        found.append(Sentence(position, position + len(text), text, number))
        position += len(text) + 1
    article = Article(name, " ".join(sentences), headline=headline, government=government, genre=genre)
    attributions, assigned = [], []
    for sentence, voice in zip(found, voices or [NOBODY] * len(found), strict=True):
        assigned.append(None if voice is NOBODY else len(attributions))
        if voice is not NOBODY:
            attributions.append(Attribution(voice, "direct", (sentence.span,)))
    return Document(article, tuple(found), tuple(attributions), tuple(assigned))


def labelled(count: int, turn: int = 0) -> list[LabelledDocument]:
    """``count`` documents of eight sentences from the little world, each beginning at another one."""
    made = []
    for number in range(count):
        rows = [WORLD[(number + turn + step * (1 + number % 3)) % len(WORLD)] for step in range(8)]
        texts, voices, labels = zip(*rows, strict=True)
        made.append(LabelledDocument(document(texts, voices, name=f"toy-{turn}-{number}"), labels))
    return made
