"""A bundle against a gold standard that is not the corpus: the figures of the stage ``evaluate`` for any labelled
articles, read by the text path with which the bundle scores."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pandas as pd
from rich.console import Console
from rich.progress import track

from pipeline.config import Params
from pipeline.corpus.problems import Problem, StanceError, shown
from pipeline.evaluation.evaluate import evaluate
from pipeline.evaluation.figures import figures, save_figures
from pipeline.evaluation.plots import write_plots
from pipeline.evaluation.predictions import END_TO_END, GOLD, PREDICTED_SPEAKERS, write_predictions
from pipeline.evaluation.result_tables import to_markdown
from pipeline.evaluation.results import EvaluationResult, write_results
from pipeline.evaluation.tables import condition_table
from pipeline.labels import heads
from pipeline.learners.contract import Probabilities
from pipeline.records import UNTOLD, Document, LabelledArticle
from pipeline.scoring.bundle import RETRAIN, BundleError, calibrated
from pipeline.scoring.engine import Scorer, checked
from pipeline.scoring.gold_files import GoldFiles, read_gold
from pipeline.scoring.gold_reading import GoldReading, read_labelled

Item = TypeVar("Item")
NAMED = 8  # of the keys that nobody reads


@dataclass(frozen=True)
class GoldEvaluation:
    """The results and the predictions table behind them."""

    result: EvaluationResult
    table: pd.DataFrame


def run(
    paths: Sequence[Path], bundle: Path, params: Params, whole: bool, out: Path | None, console: Console
) -> EvaluationResult:
    """Judge a bundle by gold files, and write everything to ``out`` if it is given.

    Raises ``StanceError`` for the files, ``BundleError`` for the bundle, ``OSError`` for ``out``.
    """
    gold = read_gold(paths, params.score.max_characters)
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
    for note in _notes(gold):
        console.print(f"asylum-stance: note: {note}", markup=False, highlight=False, soft_wrap=True)
    evaluation = evaluate_gold(gold.articles, Scorer.load(bundle), params, whole, console)
    if out is not None:
        write_evaluation(evaluation, out)
    return evaluation.result


def _notes(gold: GoldFiles) -> Iterator[str]:
    """What a user may not have meant, and why some figures will be missing."""
    if gold.unread:
        yield f"keys that nobody reads: {', '.join(map(shown, gold.unread[:NAMED]))}"
    told = sum(all(one.speaker != UNTOLD for one in article.sentences) for article in gold.articles)
    if not told:
        yield "no text of gold tells the speaker of each of its sentences: no figures with gold speakers"
    elif told < len(gold.articles):
        of = f"{told:,} of {len(gold.articles):,} texts"
        yield f"figures with gold speakers are those of the {of} in which gold tells the speaker of each sentence"


def evaluate_gold(
    labelled: Sequence[LabelledArticle], scorer: Scorer, params: Params, whole: bool, console: Console
) -> GoldEvaluation:
    """Score labelled articles from the raw text and from their gold sentences, with gold speakers too where an
    article tells them all. ``whole`` counts sentences outside of the labelled ones as spurious.

    Raises ``StanceError`` where nothing is labelled or the text path fails on an article, ``BundleError`` for a
    bundle of another codebook. Progress goes to ``console``.
    """
    if scorer.bundle.card.heads != heads():
        raise BundleError(
            f"{scorer.bundle.folder}: its heads and classes are not those of the codebook. {RETRAIN}"
        )
    _check_told(labelled)
    read = list(_read(labelled, scorer, whole, console))
    table = pd.concat(list(_conditions(read, scorer, params.score.batch_articles, console)), ignore_index=True)
    card = scorer.bundle.card
    return GoldEvaluation(evaluate(table, card.learner, params.evaluate, params.seed, card.threshold), table)


def _check_told(labelled: Sequence[LabelledArticle]) -> None:
    labels = (one.labels for article in labelled for one in article.sentences)
    if not any(getattr(one, head) for one in labels for head in heads()):
        mend = f"give at least one of {', '.join(heads())} in some line"
        raise StanceError([Problem("gold standard", 0, "no sentence has a label", mend, "no-label")])


def _read(
    labelled: Sequence[LabelledArticle], scorer: Scorer, whole: bool, console: Console
) -> Iterator[GoldReading]:
    for one in _track(labelled, "reading the texts", console):
        try:
            yield read_labelled(one, scorer.text_path, whole)
        except (
            Exception
        ) as error:  # a fault of ours on a hostile text: named, for a figure must hold every article
            problem = f"the text path failed on {one.article.id!r} ({type(error).__name__}: {error})"
            mend = "leave the article out, and report this fault of the program"
            raise StanceError([Problem(one.article.source, 0, problem, mend, "failed")]) from error


def _conditions(
    read: Sequence[GoldReading], scorer: Scorer, batch: int, console: Console
) -> Iterator[pd.DataFrame]:
    """The predictions of each condition that the gold standard allows."""

    def predict(documents: Sequence[Document]) -> list[Probabilities]:
        found: list[Probabilities] = []
        batches = range(0, len(documents), batch)
        for first in _track(batches, "labelling the sentences", console):
            some = documents[first : first + batch]
            answers = zip(some, scorer.learner.predict_proba(some), strict=True)
            found += [checked(one, calibrated(raw, scorer.bundle.card)) for one, raw in answers]
        return found

    told = [one for one in read if one.gold is not None]
    for name, held, documents in (
        (GOLD, told, [one.gold for one in told]),
        (PREDICTED_SPEAKERS, read, [one.attributed for one in read]),
    ):
        if held:
            places = [one.places for one in held]
            labelled = [[place is not None for place in one] for one in places]
            yield condition_table(name, [one.labelled for one in held], documents, places, predict, labelled)
    articles, raw, partners = ([getattr(one, name) for one in read] for name in ("labelled", "raw", "partner"))
    yield condition_table(END_TO_END, articles, raw, partners, predict, [one.counted for one in read])


def _track(items: Sequence[Item], doing: str, console: Console) -> Iterable[Item]:
    """The items with a bar that shows only on a terminal: output in a pipe stays quiet."""
    return track(items, doing, console=console, transient=True, disable=not console.is_terminal)


def write_evaluation(evaluation: GoldEvaluation, out: Path) -> None:
    """The files that the stage ``evaluate`` writes, in one folder: every figure (results.json), the headline
    (metrics.json), the predictions, the tables in Markdown, plot data and drawn figures."""
    result = evaluation.result
    write_predictions(evaluation.table, out / "predictions.parquet")
    write_results(result, out / "metrics.json", out / "results.json")
    (out / "evaluation.md").write_text(to_markdown(result), encoding="utf-8")
    write_plots(result, out / "plots")
    save_figures(figures(result), out / "figures")
