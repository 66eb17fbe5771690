"""How the time of the text path grows with the article, on one core: no form of input may take quadratic time.

    python -m tests.bench.attribution_time --plot curve.png        (from the root of the repository)

Timed are the plain baseline (the order of words alone), the path with the parse, and, where a trained scorer is
there, the path with what it learned. An article is grown from the sample articles; the other forms are built to
hurt. The exponent is the slope of log seconds over log characters: 1 is linear, 2 quadratic. Each form grows until
one reading takes longer than ``--seconds``.
"""

import argparse
import gc
import json
import random
import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import count
from pathlib import Path

import altair
import numpy as np
import vl_convert
from rich.console import Console
from rich.table import Table

from pipeline import CONFIGS, ROOT
from pipeline.records import Article
from pipeline.scoring.attribute import units
from pipeline.scoring.bundle import open_bundle
from pipeline.text.document import TextPath
from pipeline.text.readers import read
from pipeline.text.rejects import Reject
from tests.bench.segmentation import one_core

SIZES = (10_000, 30_000, 100_000, 300_000, 1_000_000)
# Start-up weighs on shorter texts and would flatten the slope.
_FIRST_OF_SLOPE = 30_000
# Seconds of a reading that is not done twice.
_LONG = 1.0
# Above this the time does not grow as the article does.
LIMIT = 1.15
_SEED = 20
_PLAIN_WORD = re.compile(r"\b[a-z]{5,}\b")
_SYLLABLES = ("ba", "do", "fen", "gar", "hol", "ka", "lin", "mor", "nes", "pas", "rud", "tar", "wen", "zel")

Pieces = Iterator[str]


@dataclass(frozen=True)
class Timing:
    """Seconds of processor time that one reading of one text took: on a busy machine the clock tells less."""

    path: str
    form: str
    characters: int
    sentences: int
    seconds: float


@dataclass(frozen=True)
class Growth:
    """What the timings of one form by one path come to; ``seconds`` and ``sentences_per_second`` of the longest
    text, ``exponent`` None where fewer than two texts are long enough."""

    path: str
    form: str
    characters: int
    seconds: float
    sentences_per_second: float
    exponent: float | None


def names(draw: random.Random) -> Iterator[str]:
    """Surnames without end that are no words."""
    while True:
        yield "".join(draw.choice(_SYLLABLES) for _ in range(3)).title()


def phrases(draw: random.Random) -> Iterator[str]:
    """Clauses without end, no two alike: lines that repeat would be taken for boilerplate."""
    for number, name in zip(count(1), names(draw), strict=False):
        yield f"the gate at {name} was shut for {number} days"


def news(draw: random.Random) -> Pieces:
    """The sample articles over and over, every time with other words, some of them new, for two thirds of
    theirs."""
    items = read([str(ROOT / "seeds" / "samples")], max_characters=SIZES[-1])
    texts = [one.text for one in items if not isinstance(one, Reject)]
    plain = sorted({word for text in texts for word in _PLAIN_WORD.findall(text)})
    new = names(draw)

    def other(word: re.Match[str]) -> str:
        return draw.choice((word.group(), draw.choice(plain), next(new).lower()))

    while True:
        for text in texts:
            yield _PLAIN_WORD.sub(other, text) + "\n\n"


def one_sentence(draw: random.Random) -> Pieces:
    """No stop anywhere."""
    return (f"the minister said that {phrase} and " for phrase in phrases(draw))


def opening_marks(draw: random.Random) -> Pieces:
    """Marks that nothing closes, in one line."""
    return (f"“{phrase} ‘{phrase} " for phrase in phrases(draw))


def opening_lines(draw: random.Random) -> Pieces:
    """A mark that nothing closes in every line."""
    return (f"“{phrase}, the minister said.\n" for phrase in phrases(draw))


def one_quotation(draw: random.Random) -> Pieces:
    """One speaker over all paragraphs, each with an opening mark."""
    yield "Ann Marsh said: "
    yield from (f"“So {phrase}. It is late and {phrase}.\n" for phrase in phrases(draw))


def floating(draw: random.Random) -> Pieces:
    """Quotations for which no speaker comes."""
    return (f"“So {phrase}.”\n" for phrase in phrases(draw))


def nested_ends(draw: random.Random) -> Pieces:
    """Lines whose last quotation lies in another."""
    return (f"“He said ‘{phrase}’ to me.”\n" for phrase in phrases(draw))


def fragments(draw: random.Random) -> Pieces:
    """A quoted word in every clause of one line."""
    return (f"“{name}” was shut and " for name in names(draw))


def many_names(draw: random.Random) -> Pieces:
    """Another person in every sentence: 5,000 names in 400 kB."""
    first, last = names(draw), names(draw)
    return (f"{next(first)} {next(last)} said that {phrase}.\n" for phrase in phrases(draw))


def one_surname(draw: random.Random) -> Pieces:
    """A clan: given names differ, the surname does not."""
    first = names(draw)
    return (f"{next(first)} Marsh said that {phrase}.\n" for phrase in phrases(draw))


def many_roles(draw: random.Random) -> Pieces:
    """One person, called something else every time."""
    place = names(draw)
    return (f"Ann Marsh, the mayor of {next(place)}, said that {phrase}.\n" for phrase in phrases(draw))


def descriptions(draw: random.Random) -> Pieces:
    """Nobody has a name."""
    place = names(draw)
    return (f"The {next(place)} mayor said that {phrase}.\n" for phrase in phrases(draw))


def nested_reports(draw: random.Random) -> Pieces:
    """Everybody says that somebody says."""
    return (f"{name} said that " for name in names(draw))


@dataclass(frozen=True)
class Form:
    """A way to grow a text, and the genre under which it is read."""

    pieces: Callable[[random.Random], Pieces]
    genre: str = "news"

    def text(self, characters: int) -> str:
        """A text of that length, the same every time."""
        found, length = [], 0
        for piece in self.pieces(random.Random(_SEED)):
            found.append(piece)
            length += len(piece)
            if length >= characters:
                break
        return "".join(found)[:characters]


FORMS = {
    "news": Form(news),
    "opinion": Form(news, "opinion"),
    "debate": Form(news, "debate"),
    "one sentence": Form(one_sentence),
    "opening marks": Form(opening_marks),
    "opening mark a line": Form(opening_lines),
    "one quotation": Form(one_quotation),
    "floating quotations": Form(floating),
    "floating, opinion": Form(floating, "opinion"),
    "nested line ends": Form(nested_ends),
    "quoted words, one line": Form(fragments),
    "names": Form(many_names),
    "one surname": Form(one_surname),
    "roles of one": Form(many_roles),
    "descriptions": Form(descriptions),
    "nested reports": Form(nested_reports),
}


def paths(scorer: Path, talk: Console) -> dict[str, TextPath]:
    """The text paths that can be timed here."""
    chosen = TextPath.load(CONFIGS)
    found = {"words": chosen.baseline(), "parse": chosen}
    if scorer.is_dir():
        learned = TextPath.load(open_bundle(scorer).text)
        return found | ({"learned": learned} if learned.learned else {})
    talk.print(f"the learned path is left out: no {scorer}; run `dvc repro` to train it")
    return found


def timing(name: str, path: TextPath, form: str, text: str) -> Timing:
    """The faster of two readings, to its units; the only one where that takes long."""
    article = Article("bench", text, genre=FORMS[form].genre)
    found: list[float] = []
    gc.collect()
    while len(found) < 2 and sum(found) < _LONG:
        started = time.process_time()
        document = path(article)
        units(document)
        found.append(time.process_time() - started)
    return Timing(name, form, len(text), len(document.sentences), min(found))


def timings(
    chosen: dict[str, TextPath], forms: Sequence[str], sizes: Sequence[int], seconds: float, talk: Console
) -> Iterator[Timing]:
    """Each form by each path, longer and longer until one reading takes more than ``seconds``."""
    for name, path in chosen.items():
        path(Article("warm", "Ann Marsh said that it was late."))
        for form in forms:
            for size in sizes:
                one = timing(name, path, form, FORMS[form].text(size))
                talk.print(f"{name}: {form}: {one.characters:,} characters in {one.seconds:.2f} s")
                yield one
                if one.seconds > seconds:
                    break


def exponent(found: Sequence[Timing]) -> float | None:
    """Slope of log seconds over log characters."""
    long = [one for one in found if one.characters >= _FIRST_OF_SLOPE]
    if len(long) < 2:
        return None
    logs = np.log([[one.characters, one.seconds] for one in long])
    return float(np.polyfit(logs[:, 0], logs[:, 1], 1)[0])


def growths(found: Sequence[Timing]) -> list[Growth]:
    """One row for each path and form."""
    groups: dict[tuple[str, str], list[Timing]] = {}
    for one in found:
        groups.setdefault((one.path, one.form), []).append(one)
    return [
        Growth(
            path,
            form,
            own[-1].characters,
            own[-1].seconds,
            own[-1].sentences / own[-1].seconds,
            exponent(own),
        )
        for (path, form), own in groups.items()
    ]


def table(rows: Sequence[Growth]) -> Table:
    """The growths as people read them; what grows faster than the article is marked."""
    drawn = Table(title="processor time of the text path")
    drawn.add_column("path")
    drawn.add_column("form")
    for heading in ("characters", "seconds", "sentences/s", "exponent"):
        drawn.add_column(heading, justify="right")
    for row in rows:
        slope = "–" if row.exponent is None else f"{row.exponent:.2f}"
        style = "bold red" if row.exponent and row.exponent > LIMIT else ""
        figures = (f"{row.characters:,}", f"{row.seconds:.2f}", f"{row.sentences_per_second:,.0f}", slope)
        drawn.add_row(row.path, row.form, *figures, style=style)
    return drawn


def plot(found: Sequence[Timing], file: Path) -> None:
    """Draw seconds over characters, both logarithmic, one panel a path."""
    chart = (
        altair.Chart(altair.Data(values=[asdict(one) for one in found]))
        .mark_line(point=True)
        .encode(
            altair.X("characters:Q", scale=altair.Scale(type="log"), title="characters"),
            altair.Y("seconds:Q", scale=altair.Scale(type="log"), title="seconds"),
            altair.Color("form:N", sort=list(FORMS), scale=altair.Scale(scheme="tableau20"), title=None),
        )
        .properties(width=360, height=300)
        .facet(altair.Column("path:N", title=None, sort=["words", "parse", "learned"]))
    )
    file.write_bytes(vl_convert.vegalite_to_png(chart.to_json(), scale=2))


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--form", action="append", choices=FORMS, help="only this form; may be repeated")
    parser.add_argument("--path", action="append", choices=("words", "parse", "learned"), help="only this path")
    parser.add_argument("--longest", type=int, default=SIZES[-1], help="characters of the longest text")
    parser.add_argument("--seconds", type=float, default=30.0, help="a form that takes longer grows no further")
    parser.add_argument(
        "--scorer", type=Path, default=ROOT / "models" / "scorer", help="bundle of the learned path"
    )
    parser.add_argument("--json", action="store_true", help="print all timings as JSON instead of a table")
    parser.add_argument("--plot", type=Path, metavar="FILE.png", help="draw the curves")
    return parser.parse_args()


def main() -> None:
    """Time, and print."""
    wanted = arguments()
    one_core()
    talk = Console(stderr=True)
    chosen = {name: path for name, path in paths(wanted.scorer, talk).items() if name in (wanted.path or [name])}
    sizes = [size for size in SIZES if size <= wanted.longest]
    found = list(timings(chosen, wanted.form or list(FORMS), sizes, wanted.seconds, talk))
    if wanted.plot:
        plot(found, wanted.plot)
    if wanted.json:
        json.dump([asdict(one) for one in found], sys.stdout, indent=1)
        print()
    else:
        Console(width=100).print(table(growths(found)))


if __name__ == "__main__":
    main()
