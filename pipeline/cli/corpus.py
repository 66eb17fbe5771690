"""Commands on the labelled articles: check, stats, export."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from pipeline import CONFIGS, ROOT
from pipeline.cli.app import FAILED, OK, ParamsOption, app, errors
from pipeline.config import load_params

corpus_app = typer.Typer(no_args_is_help=True, help="Look after the labelled articles in `seeds/articles`.")
app.add_typer(corpus_app, name="corpus")

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

    with errors():
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

    with errors(StanceError):
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

    with errors(StanceError, ValueError):
        rows = export(read_corpus(folder), out)
    print(f"{rows:,} sentences in {out}", file=sys.stderr)
