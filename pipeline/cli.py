"""The command line: parse, call a room below, turn its errors into a sentence and an exit code."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console

from pipeline import CONFIGS, ROOT, __version__
from pipeline.config import ConfigError, load_params

OK, FAILED, USAGE = 0, 1, 2

app = typer.Typer(
    name="asylum-stance",
    help="News articles on UK asylum policy → statements: who says what, for or against the government's policy, "
    "pushing which way, by which argument. Start with `asylum-stance score FOLDER -o OUT`.",
    epilog="Exit codes: 0 done · 1 done, but too much was rejected or wrong · 2 not done (usage, input, bundle).",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    add_completion=False,
)
corpus_app = typer.Typer(no_args_is_help=True, help="Look after the labelled articles in `seeds/articles`.")
app.add_typer(corpus_app, name="corpus")

ParamsOption = Annotated[
    Path, typer.Option("--params", help="Parameter file.", show_default="configs/params.yaml")
]


@contextmanager
def _errors(*expected: type[Exception]) -> Iterator[None]:
    """Expected errors, and files that cannot be opened, become a sentence on stderr and exit code 2."""
    try:
        yield
    except (ConfigError, OSError, *expected) as error:
        Console(stderr=True, soft_wrap=True, highlight=False, markup=False).print(f"asylum-stance: {error}")
        raise typer.Exit(USAGE) from error


def _version(wanted: bool) -> None:
    if wanted:
        print(f"asylum-stance {__version__}")
        raise typer.Exit(OK)


@app.callback()
def main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and stop.")
    ] = False,
) -> None:
    """Options that stand before a command."""


@app.command()
def score(
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH…",
            help="Articles: .txt .md .html .json .jsonl .csv .parquet, folders and quoted globs of them, "
            "or - for standard input.",
        ),
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for the tables; made, or an earlier result.")],
    bundle: Annotated[Path, typer.Option(help="Model to score with.", show_default="models/scorer")] = ROOT
    / "models"
    / "scorer",
    format: Annotated[str, typer.Option(help="parquet, csv (opens in Excel) or jsonl.")] = "parquet",
    params: ParamsOption = CONFIGS / "params.yaml",
) -> None:
    """Turn articles into a table of statements.

    OUT receives **statements** (a row a sentence: speaker, party, stance, pressure, role, frame, probabilities,
    character offsets), **articles** (the text as extracted), **rejects** (what could not be read, and why) and
    score.json (how it was made). For plain text the offsets count characters of the decoded file.

    Metadata help: JSON, CSV and Parquet columns (or a file NAME.meta.json beside NAME.txt) may give title, date,
    outlet, url, genre, author, government, and speaker, party, kind for a text that speaks for itself.

    Example: `asylum-stance score seeds/samples -o scored --format csv`
    """
    from pipeline.scoring.batch import OutputError
    from pipeline.scoring.batch import score as run
    from pipeline.scoring.bundle import BundleError
    from pipeline.scoring.summary import show
    from pipeline.text.readers import NoArticles, NoSuchInput

    console = Console(stderr=True)
    with _errors(OutputError, BundleError, NoArticles, NoSuchInput):
        limits = load_params(params).score
        result = run(paths, out, bundle, format, limits, stdin=sys.stdin.buffer)
    show(result.tally, result.heads, console)
    rate = result.sentences / result.seconds
    console.print(f"{result.seconds:.1f} s, {rate:,.0f} sentences a second, loading included")
    for path in result.paths.values():
        print(path)
    if result.reject_share > limits.max_reject_share:
        console.print(
            f"asylum-stance: {result.rejects} of {result.articles + result.rejects} articles were rejected, more "
            f"than score.max_reject_share allows ({limits.max_reject_share:.0%}); see {result.paths['rejects']}",
            highlight=False,
            markup=False,
        )
        raise typer.Exit(FAILED)


class AttributionFormat(StrEnum):
    """What ``attribute`` prints."""

    JSONL = "jsonl"
    TEXT = "text"


@app.command()
def attribute(
    paths: Annotated[
        list[str], typer.Argument(metavar="PATH…", help="Articles, as for `score`; - for standard input.")
    ],
    format: Annotated[
        AttributionFormat, typer.Option(help="jsonl for machines, text to read.")
    ] = AttributionFormat.JSONL,
    bundle: Annotated[
        Path | None, typer.Option(help="Model whose text path is used.", show_default="models/scorer")
    ] = None,
    rules: Annotated[bool, typer.Option("--rules", help="The plain baseline: no parse, nothing learned.")] = False,
    params: ParamsOption = CONFIGS / "params.yaml",
) -> None:
    """Print who says what: source, cue and content of every attribution, with speaker, party and kind.

    One JSON object an article: **doc_id**, **text** and **attributions**, each with **source** and **cue**
    ([start, end] or null), **content** ([[start, end], …]), **kind** (direct, indirect, mixed), **speaker** (-
    where nobody is named), **party** and **actor_kind**. Offsets count characters of text, which for plain text
    and JSON lines is the input unchanged. No trained model is needed; where `models/scorer` is there, what it
    learned is used.

    Example: `asylum-stance attribute seeds/samples --format text`
    """
    from pipeline.corpus.attribution_files import attribution_line
    from pipeline.scoring.attribute import attribute as run
    from pipeline.scoring.attribute import readable, text_path
    from pipeline.scoring.bundle import BundleError
    from pipeline.text.readers import NoArticles, NoSuchInput
    from pipeline.text.rejects import Reject

    console = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)
    with _errors(BundleError, NoArticles, NoSuchInput):
        limits = load_params(params).score
        items = run(paths, text_path(bundle, rules), limits.max_characters, sys.stdin.buffer)
    read = rejected = 0
    for item in items:
        if isinstance(item, Reject):
            rejected += 1
            console.print(f"asylum-stance: {item.source}: {item.reason}: {item.detail}")
            continue
        read += 1
        print(
            attribution_line(item) if format is AttributionFormat.JSONL else "\n".join(readable(item)), flush=True
        )
    if rejected > limits.max_reject_share * (read + rejected):
        raise typer.Exit(FAILED)


@app.command()
def compare(
    last: Annotated[int, typer.Option(min=1, help="How many runs, counted from the latest.")] = 3,
    params: ParamsOption = CONFIGS / "params.yaml",
) -> None:
    """Show the last recorded runs side by side: figures with intervals, and what was different about the runs."""
    from pipeline.evaluation.runs import NoRuns, recent_runs, show_runs
    from pipeline.tracking import database

    with _errors(NoRuns):
        tracking = load_params(params).tracking
        runs = recent_runs(tracking, ROOT, last)
    show_runs(runs, database(tracking, ROOT), Console())


@app.command("evaluate-attribution")
def evaluate_attribution(
    gold: Annotated[Path, typer.Argument(metavar="GOLD", help="Attributions as they should be (.jsonl).")],
    predicted: Annotated[Path, typer.Argument(metavar="PRED", help="Attributions to score (.jsonl).")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON instead of tables.")] = False,
    # fewer draws give bounds that change with the seed
    resamples: Annotated[int, typer.Option(min=100, help="Draws of articles behind an interval.")] = 2000,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the draws.")] = 20,
) -> None:
    """Score who says what against gold: units found, sources and speakers right, by kind and quotation marks.

    Both files hold one article a line: **doc_id**, **text** and **attributions**, each with **source** and **cue**
    ([start, end] or null), **content** ([[start, end], …]), **kind** (direct, indirect, mixed), **speaker** (a
    canonical name, - for nobody), **party** and **actor_kind**. Offsets count characters of text, which must be
    the same in both files. What gold does not tell (speaker, party and actor_kind null or missing) is not judged.

    A gold unit is found when one predicted unit covers half of its characters. End to end counts the right source
    over all gold units. An article without prediction counts as missed.

    Example: `asylum-stance evaluate-attribution gold.jsonl predicted.jsonl --json`
    """
    from pipeline.corpus.attribution_files import AttributionFileError, read_attributions
    from pipeline.evaluation.attribution import score_attributions
    from pipeline.evaluation.attribution_counts import AttributionMismatch
    from pipeline.evaluation.attribution_tables import (
        attribution_figures,
        attribution_warnings,
        print_attribution_scores,
    )

    with _errors(AttributionFileError, AttributionMismatch):
        scores = score_attributions(read_attributions(gold), read_attributions(predicted), resamples, seed)
    for warning in attribution_warnings(scores):
        print(f"asylum-stance: {warning}", file=sys.stderr)
    if as_json:
        print(json.dumps(attribution_figures(scores), indent=2, ensure_ascii=False))
    else:
        print_attribution_scores(scores, Console())


@app.command()
def evaluate(
    gold: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Gold: .stance, .jsonl, folders of them.")],
    bundle: Annotated[Path, typer.Option(help="Model to judge.", show_default="models/scorer")] = ROOT
    / "models"
    / "scorer",
    out: Annotated[Path | None, typer.Option(help="Folder for all figures, predictions and plots.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON instead of tables.")] = False,
    whole: Annotated[
        bool, typer.Option("--whole", help="Gold labels whole texts: sentences outside of it are spurious.")
    ] = False,
    params: ParamsOption = CONFIGS / "params.yaml",
) -> None:
    """Judge a model by your own labelled texts, as `dvc repro` judges it by the corpus.

    JSON lines hold one labelled sentence each: **doc_id**, **text** (of the whole article, once a doc_id is
    enough), **start** and **end** (characters of the sentence in it, end not included; without them the text is
    one sentence), any of **stance, pressure, role, frame**, and if known **speaker** (- for nobody), **party**,
    **kind**. What is missing or null is not judged. Metadata of the document (title, date, outlet, url, genre,
    author, government, and voice for who speaks for the whole text) may stand in any of its lines. In full:
    docs/gold-files.md

    Printed are macro-F1 with intervals over documents, classes, confusion, calibration, coverage, statements and
    slices: with gold speakers where gold tells them, with predicted ones, and from the raw text.

    Example: `asylum-stance evaluate gold.jsonl seeds/articles/a --out evaluated`
    """
    from pipeline.corpus.problems import StanceError
    from pipeline.evaluation.result_tables import print_result
    from pipeline.scoring.bundle import BundleError
    from pipeline.scoring.evaluate_gold import run

    with _errors(StanceError, BundleError):
        result = run(gold, bundle, load_params(params), whole, out, Console(stderr=True))
    if as_json:
        print(json.dumps(result.to_json(), indent=2, ensure_ascii=False))
    else:
        print_result(result, Console())


@app.command()
def explain(
    path: Annotated[str, typer.Argument(metavar="ARTICLE", help="As for `score`; of several articles the first.")],
    sentence: Annotated[str, typer.Option(help="Number, or sentence_id of the statements table.")] = "",
    find: Annotated[str, typer.Option(help="Words that the sentence holds.")] = "",
    article: Annotated[str, typer.Option(help="Id of the article.")] = "",
    head: Annotated[list[str] | None, typer.Option(help="stance, pressure, role or frame.")] = None,
    bundle: Annotated[Path, typer.Option(help="Model.", show_default="models/scorer")] = ROOT / "models/scorer",
    format: Annotated[Literal["text", "json", "html"], typer.Option(help="html: a page without script.")] = "text",
    out: Annotated[Path | None, typer.Option("--out", "-o", help="File to write.")] = None,
    params: ParamsOption = CONFIGS / "params.yaml",
) -> None:
    """Show why a sentence (unless chosen: the first with a speaker) got its labels: the words and facts that moved
    each head, as log-odds of the label against the runner-up, and the nearest training sentences.

    Example: `asylum-stance explain seeds/samples/newswire.jsonl --head stance`
    """
    from pipeline.report.explanation import present
    from pipeline.scoring.bundle import BundleError
    from pipeline.scoring.explain import Choice, ExplainError
    from pipeline.scoring.explain import explain as run
    from pipeline.text.readers import NoArticles, NoSuchInput

    with _errors(ExplainError, BundleError, NoArticles, NoSuchInput):
        limit, choice = load_params(params).score.max_characters, Choice(article, sentence, find)
        present(run(path, choice, bundle, limit, head or (), sys.stdin.buffer), format, out)


Folder = Annotated[Path, typer.Argument(help="Folder of .stance files.", show_default="seeds/articles")]


@corpus_app.command("check")
def corpus_check(
    folder: Folder = ROOT / "seeds" / "articles", params: ParamsOption = CONFIGS / "params.yaml"
) -> None:
    """Say what is wrong with labelled articles, file and line and mend. Exit code 1 where there are errors.

    Notes (harmless and many) are only counted.
    """
    from pipeline.corpus.check import check
    from pipeline.corpus.problems import Severity

    with _errors():
        problems = check(folder, load_params(params).split)
    for problem in problems:
        if problem.severity is not Severity.NOTE:
            print(f"{problem.severity}: {problem}")
    counts = {severity: sum(problem.severity is severity for problem in problems) for severity in Severity}
    talk = ", ".join(f"{number} {severity}s" for severity, number in counts.items())
    print(talk, file=sys.stderr)
    raise typer.Exit(FAILED if counts[Severity.ERROR] else OK)


@corpus_app.command("stats")
def corpus_stats(folder: Folder = ROOT / "seeds" / "articles") -> None:
    """Count labels by head, outlet, genre, leaning, government and year."""
    from pipeline.corpus.problems import StanceError
    from pipeline.corpus.reading import read_corpus
    from pipeline.corpus.stats import print_stats, stats

    with _errors(StanceError):
        articles = read_corpus(folder)
    print_stats(stats(articles), Console())


@corpus_app.command("export")
def corpus_export(
    out: Annotated[Path, typer.Argument(help="File to write: .parquet, .jsonl or .csv.")],
    folder: Folder = ROOT / "seeds" / "articles",
) -> None:
    """Write the labelled sentences as one table for other tools (Parquet opens in Hugging Face `datasets`)."""
    from pipeline.corpus.exchange import export
    from pipeline.corpus.problems import StanceError
    from pipeline.corpus.reading import read_corpus

    with _errors(StanceError, ValueError):
        rows = export(read_corpus(folder), out)
    print(f"{rows:,} sentences in {out}", file=sys.stderr)


if __name__ == "__main__":
    app()
