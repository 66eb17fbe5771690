"""How many articles, sentences and labels the corpus holds, overall and by what is known of an article."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.corpus.persons import named_persons
from pipeline.labels import heads
from pipeline.records import NO_SPEAKER, Article, LabelledArticle

FACTS: dict[str, Callable[[Article], str]] = {
    "outlet": lambda article: article.outlet,
    "genre": lambda article: article.genre,
    "leaning": lambda article: article.leaning,
    "government": lambda article: article.government,
    "year": lambda article: str(article.date.year) if article.date else "undated",
}

# In characters: what precedes the columns of numbers, what the longest number takes, what parts two columns.
ROW_NAME_WIDTH = 22
CELL_WIDTH = 6
CELL_PADDING = 3


@dataclass(frozen=True)
class Counts:
    """Counts over some articles.

    ``attributed`` are the sentences with a speaker; ``labels`` is head → class → sentences and has every class of
    the codebook in its order.
    """

    articles: int
    sentences: int
    attributed: int
    labels: dict[str, dict[str, int]]


@dataclass(frozen=True)
class CorpusStats:
    """``by`` maps outlet, genre, leaning, government and year to their values, commonest first, years in order.

    ``speakers`` are speaker lines; ``persons`` distinct named persons among them (see ``persons.py``).
    """

    whole: Counts
    speakers: int
    persons: int
    by: dict[str, dict[str, Counts]]


def stats(articles: Sequence[LabelledArticle]) -> CorpusStats:
    """Count the corpus."""
    actors = [actor for labelled in articles for actor in labelled.actors]
    return CorpusStats(
        whole=_count(articles),
        speakers=len(actors),
        persons=len(frozenset[str]().union(*map(named_persons, actors))),
        by={name: _count_by(articles, value_of, name) for name, value_of in FACTS.items()},
    )


def _count_by(
    articles: Sequence[LabelledArticle], value_of: Callable[[Article], str], name: str
) -> dict[str, Counts]:
    groups: defaultdict[str, list[LabelledArticle]] = defaultdict(list)
    for labelled in articles:
        groups[value_of(labelled.article)].append(labelled)
    in_order = sorted(groups, key=lambda value: (0 if name == "year" else -len(groups[value]), value))
    return {value: _count(groups[value]) for value in in_order}


def _count(articles: Sequence[LabelledArticle]) -> Counts:
    golds = [gold for labelled in articles for gold in labelled.sentences]
    found = Counter((head, getattr(gold.labels, head)) for gold in golds for head in heads())
    return Counts(
        articles=len(articles),
        sentences=len(golds),
        attributed=sum(gold.speaker != NO_SPEAKER for gold in golds),
        labels={head: {name: found[head, name] for name in classes} for head, classes in heads().items()},
    )


def print_stats(counted: CorpusStats, console: Console) -> None:
    """Print the sizes and, for each head, the label counts, in tables no wider than the console."""
    whole = counted.whole
    console.print(
        f"{whole.articles:,} articles, {whole.sentences:,} sentences ({whole.attributed:,} with a speaker); "
        f"{counted.speakers:,} declared speakers, {counted.persons:,} different named persons"
    )
    sizes = ("articles", "sentences", "with a speaker")
    console.print(_table(counted, "size", sizes, lambda c: (c.articles, c.sentences, c.attributed)))
    for head, classes in heads().items():
        for columns in _fitting(classes, console.width):
            console.print(_table(counted, head, columns, _numbers(head, columns), shares=True))


def _numbers(head: str, columns: Sequence[str]) -> Callable[[Counts], tuple[int, ...]]:
    return lambda counts: tuple(counts.labels[head][name] for name in columns)


def _fitting(columns: Sequence[str], width: int) -> Iterator[tuple[str, ...]]:
    """The columns in portions, each as many as fit beside the names of rows."""
    portion: list[str] = []
    used = ROW_NAME_WIDTH
    for column in columns:
        cost = max(len(column), CELL_WIDTH) + CELL_PADDING
        if portion and used + cost > width:
            yield tuple(portion)
            portion, used = [], ROW_NAME_WIDTH
        portion.append(column)
        used += cost
    yield tuple(portion)


def _table(
    counted: CorpusStats,
    title: str,
    columns: Sequence[str],
    numbers: Callable[[Counts], tuple[int, ...]],
    shares: bool = False,
) -> Table:
    table = Table("", title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    for column in columns:
        table.add_column(column, justify="right", no_wrap=True)
    whole = numbers(counted.whole)
    table.add_row("all", *(f"{number:,}" for number in whole))
    if shares:
        table.add_row("share", *(f"{number / max(1, counted.whole.sentences):.1%}" for number in whole))
    for name, groups in counted.by.items():
        table.add_section()
        table.add_row(Text(name, "italic"))
        for value, counts in groups.items():
            table.add_row(Text(f"  {value}"), *(f"{number:,}" for number in numbers(counts)))
    return table
