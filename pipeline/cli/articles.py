"""Commands on articles: score, attribute, explain."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console

from pipeline import CONFIGS, ROOT
from pipeline.cli.app import FAILED, ParamsOption, app, errors, stoppable
from pipeline.config import load_params


@app.command()
def score(
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH…",
            help="Articles: .txt .md .html .json .jsonl .csv .parquet .warc (and .gz, .zst), folders, quoted "
            "globs, or - for standard input.",
        ),
    ],
    out: Annotated[str, typer.Option("--out", "-o", help="Folder for the tables; made, or an earlier result.")],
    bundle: Annotated[Path, typer.Option(help="Model to score with.", show_default="models/scorer")] = ROOT
    / "models"
    / "scorer",
    format: Annotated[str, typer.Option(help="parquet, csv (opens in Excel) or jsonl.")] = "parquet",
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes that score.", show_default="the cores it may use")
    ] = None,
    resume: Annotated[
        bool | None,
        typer.Option(
            "--resume/--anew",
            help="Go on with a run that was ended, or add new articles to the Parquet result in OUT; or drop what "
            "such a run has done.",
            show_default="neither",
        ),
    ] = None,
    engine: Annotated[
        Literal["local", "spark"],
        typer.Option(help="spark: JSON lines and Parquet on any file system that Spark reads (docs/spark.md)."),
    ] = "local",
    master: Annotated[
        str | None,
        typer.Option(help="For Spark: local[2], spark://HOST:7077, yarn …", show_default="that of spark-submit"),
    ] = None,
    params: ParamsOption = CONFIGS / "params.yaml",
) -> None:
    """Turn articles into a table of statements.

    OUT receives **statements** (a row a sentence: speaker, party, stance, pressure, role, frame, probabilities,
    character offsets), **articles** (the text as extracted), **rejects** (what could not be read, and why),
    **inputs** (fingerprint and sentences of each) and score.json (how it was made). For plain text the offsets
    count characters of the decoded file.

    Metadata help: JSON, CSV and Parquet columns (or a file NAME.meta.json beside NAME.txt) may give title, date,
    outlet, url, genre, author, government, and speaker, party, kind for a text that speaks for itself.

    Example: `asylum-stance score seeds/samples -o scored --format csv`
    """
    from pipeline.scoring.batch import OutputError, Stopped, WorkerError
    from pipeline.scoring.batch import score as run
    from pipeline.scoring.bundle import BundleError
    from pipeline.scoring.spark.run import score_on
    from pipeline.scoring.spark.session import SparkError
    from pipeline.scoring.summary import show
    from pipeline.text.readers import NoArticles, NoSuchInput

    if engine == "spark" and (workers is not None or resume is not None):
        raise typer.BadParameter(
            "--workers, --resume and --anew are for --engine local; Spark's master shares out"
        )
    if engine == "local" and master is not None:
        raise typer.BadParameter("--master is for --engine spark; --workers N is its local counterpart")
    console = Console(stderr=True)
    with errors(OutputError, BundleError, NoArticles, NoSuchInput, WorkerError, SparkError), stoppable(Stopped):
        limits = load_params(params).score
        if engine == "spark":
            result = score_on(master, paths, out, bundle, format, limits)
        else:
            stdin = sys.stdin.buffer
            result = run(paths, Path(out), bundle, format, limits, workers=workers, resume=resume, stdin=stdin)
    show(result.tally, result.heads, console)
    console.print(result.effort.told(), highlight=False)
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
    with errors(BundleError, NoArticles, NoSuchInput):
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

    with errors(ExplainError, BundleError, NoArticles, NoSuchInput):
        limit, choice = load_params(params).score.max_characters, Choice(article, sentence, find)
        present(run(path, choice, bundle, limit, head or (), sys.stdin.buffer), format, out)
