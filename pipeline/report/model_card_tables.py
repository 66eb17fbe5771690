"""The tables of the model card. Figures are printed as on the evaluation page: three decimals, no leading zero."""

import math
from collections.abc import Iterator, Mapping, Sequence

from pipeline.corpus.stats import CorpusStats
from pipeline.evaluation.behaviour.scoring import BehaviourResult, CheckResult
from pipeline.evaluation.bootstrap import Interval
from pipeline.evaluation.comparison import STATEMENT_MEASURE
from pipeline.evaluation.comparison_tables import CONDITION_TITLES
from pipeline.evaluation.predictions import MAIN_CONDITION
from pipeline.evaluation.result_tables import Sheet, format_interval
from pipeline.evaluation.results import EvaluationResult
from pipeline.labels import heads
from pipeline.report.evaluation import SliceRow, SpeakerTables, format_figure, format_fraction, slice_rows

# An interval over fewer articles hangs on one or two of them; slices of fewer sentences are small by themselves
# (``slices.SMALL``).
FEWEST_ARTICLES = 10
# Slices named as the best and as the worst of a head.
EXTREMES = 3

DIMENSION_TITLES = {"leaning": "outlet's leaning", "kind": "kind of speaker", "length": "sentence length"}
PARTS = ("train", "validation", "test")


def validation_sheet(means: Mapping[str, float], by_head: Mapping[str, Mapping[str, float]], chosen: str) -> Sheet:
    """Macro-F1 on validation, by which the bundle was chosen."""
    rows = tuple(
        (
            f"{name} (chosen)" if name == chosen else name,
            *(format_fraction(by_head[name][head]) for head in heads()),
            format_fraction(mean),
        )
        for name, mean in means.items()
    )
    return Sheet("Macro-F1 on the validation articles, predicted speakers", ("learner", *heads(), "mean"), rows)


def score_sheets(results: Mapping[str, EvaluationResult]) -> Iterator[Sheet]:
    """Macro-F1 of every head and F1 of statements: a sheet a condition, a column a learner."""
    for condition, title in CONDITION_TITLES.items():
        figures = {name: one.conditions[condition] for name, one in results.items() if condition in one.conditions}
        if not figures:
            continue
        rows = [
            (head, *(format_interval(one.heads[head].macro_f1) for one in figures.values())) for head in heads()
        ]
        rows.append((STATEMENT_MEASURE, *(format_interval(one.statement_f1) for one in figures.values())))
        yield Sheet(title, ("", *figures), tuple(rows))


def difference_sheet(differences: Mapping[str, Mapping[str, Interval]], first: str) -> Sheet:
    """Each learner minus the one before it, ``first`` before all, on the same articles with predicted speakers."""
    pairs = zip((first, *differences), differences.items(), strict=False)
    columns = {f"{later} − {earlier}": found for earlier, (later, found) in pairs}
    rows = tuple(
        (measure, *(_difference(found.get(measure)) for found in columns.values()))
        for measure in (*heads(), STATEMENT_MEASURE)
    )
    return Sheet(
        f"Differences on the same articles, {_lower(CONDITION_TITLES[MAIN_CONDITION])}", ("", *columns), rows
    )


def calibration_sheet(results: Mapping[str, EvaluationResult]) -> Sheet:
    """Calibration of each head under the main condition: what there is, and what chance alone would show."""
    rows = tuple(
        (name, head, *map(_fraction, (found.ece, found.chance, found.debiased)))
        for name, one in results.items()
        for head, found in (
            (head, found.calibration) for head, found in one.conditions[MAIN_CONDITION].heads.items()
        )
    )
    columns = ("learner", "head", "calibration error", "by chance", "debiased")
    return Sheet("Calibration, predicted speakers", columns, rows)


def abstention_sheet(result: EvaluationResult, asked: float) -> Sheet:
    """What the bundle's threshold gives under each condition, beside the precision that it was chosen for."""
    rows = tuple(
        (
            CONDITION_TITLES[condition],
            format_fraction(asked),
            *map(_interval, (found.precision, found.unfiltered)),
            f"{found.answered:,}",
            f"{found.sentences:,}",
            format_fraction(found.answered / found.sentences) if found.sentences else "–",
        )
        for condition, one in result.conditions.items()
        if (found := one.abstention)
    )
    columns = ("", "precision asked", "precision reached", "without abstaining", "answered", "of", "coverage")
    return Sheet("Sentences said to support or oppose", columns, rows)


def slice_sheets(result: EvaluationResult) -> Iterator[Sheet]:
    """Macro-F1 by every factor, a sheet a dimension; small slices are marked."""
    for dimension, found in slice_rows(result).items():
        rows = tuple(
            (
                f"{row.value} †" if row.small else row.value,
                f"{row.sentences:,}",
                f"{row.articles:,}",
                *(format_interval(row.scores.get(head)) for head in heads()),
            )
            for row in found
        )
        title = DIMENSION_TITLES.get(dimension, dimension)
        yield Sheet(f"By {title}", (title, "sentences", "articles", *heads()), rows)


def extreme_slices(result: EvaluationResult) -> Sheet:
    """The best and the worst slices of each head among those with enough sentences and articles."""
    by_dimension = slice_rows(result)
    rows = []
    for head in heads():
        ranked = sorted(
            (
                (f"{DIMENSION_TITLES.get(dimension, dimension)}: {row.value}", row)
                for dimension, found in by_dimension.items()
                for row in found
                if head in row.scores and not row.small and row.articles >= FEWEST_ARTICLES
            ),
            key=lambda item: item[1].scores[head].value,
        )
        number = min(EXTREMES, len(ranked) // 2)  # no slice is both
        for verdict, chosen in (("worst", ranked[:number]), ("best", ranked[len(ranked) - number :][::-1])):
            rows += [_extreme(head, verdict, name, row) for name, row in chosen]
    return Sheet("Worst and best slices", ("head", "", "slice", "sentences", "articles", "macro-F1"), tuple(rows))


def behaviour_sheet(behaviour: BehaviourResult) -> Sheet:
    """Failure rate of each test with its interval, a column a learner."""
    tests = zip(*behaviour.learners.values(), strict=True)
    rows = tuple(
        (
            same[0].capability,
            same[0].name,
            same[0].kind,
            f"{same[0].cases:,}",
            *(format_interval(one.rate) for one in same),
        )
        for same in tests
    )
    return Sheet("Failure rates by test", ("ability", "test", "kind", "cases", *behaviour.learners), rows)


def failed_heads(tests: Sequence[CheckResult]) -> Sheet:
    """In which heads one learner fails, by kind of test; a case may fail in several."""
    rows = []
    for kind in dict.fromkeys(one.kind for one in tests):
        same = [one for one in tests if one.kind == kind]
        failures, cases = sum(one.failures for one in same), sum(one.cases for one in same)
        wrong = (f"{sum(one.heads.get(head, 0) for one in same):,}" for head in heads())
        rows.append((kind, f"{cases:,}", format_fraction(failures / cases), f"{failures:,}", *wrong))
    return Sheet("Failures by head", ("kind", "cases", "failure rate", "failed", *heads()), tuple(rows))


def speaker_sheets(tables: SpeakerTables) -> Iterator[Sheet]:
    """The evaluation page's tables of who says what."""
    for title, found in tables.items():
        names = list(dict.fromkeys(name for row in found.values() for name in row))
        rows = tuple((label, *(_figure(row.get(name)) for name in names)) for label, row in found.items())
        yield Sheet(title, ("", *names), rows)


def corpus_sheet(corpus: Mapping[str, CorpusStats]) -> Sheet:
    """Sizes of the parts of the split."""
    rows = tuple(
        (
            part,
            *(f"{n:,}" for n in (one.whole.articles, one.whole.sentences, one.whole.attributed, one.speakers)),
        )
        for part, one in corpus.items()
    )
    return Sheet(
        "The corpus by part", ("part", "articles", "sentences", "with a speaker", "declared speakers"), rows
    )


def label_sheet(corpus: Mapping[str, CorpusStats]) -> Sheet:
    """Share of each class among the sentences of each part."""
    rows = tuple(
        (
            head,
            label,
            *(f"{one.whole.labels[head][label] / max(1, one.whole.sentences):.1%}" for one in corpus.values()),
        )
        for head, classes in heads().items()
        for label in classes
    )
    return Sheet("Labels by part", ("head", "class", *corpus), rows)


def _extreme(head: str, verdict: str, name: str, row: SliceRow) -> tuple[str, ...]:
    return head, verdict, name, f"{row.sentences:,}", f"{row.articles:,}", format_interval(row.scores[head])


def _difference(found: Interval | None) -> str:
    if found is None:
        return "–"
    value = format_fraction(found.value, signed=True)
    if found.low is None or found.high is None:
        return f"{value} (–)"
    return f"{value} ({format_fraction(found.low, signed=True)} to {format_fraction(found.high, signed=True)})"


def _interval(value: Interval | None) -> str:
    return format_interval(None if value is None or math.isnan(value.value) else value)


def _fraction(value: float) -> str:
    return "–" if math.isnan(value) else format_fraction(value)


def _figure(value: Interval | float | int | str | None) -> str:
    return _interval(value) if isinstance(value, Interval) else str(format_figure(value))


def _lower(title: str) -> str:
    return title[0].lower() + title[1:]
