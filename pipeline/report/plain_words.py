"""Figures in plain words: sentences for the report that say what a result means and what it does not."""

from collections.abc import Iterator, Mapping

from pipeline.evaluation.comparison import STATEMENT_MEASURE, Comparison
from pipeline.evaluation.end_to_end import STATEMENT
from pipeline.evaluation.predictions import END_TO_END, GOLD, MAIN_CONDITION
from pipeline.evaluation.results import ConditionResult, EvaluationResult


def plain_words(
    comparison: Comparison, result: EvaluationResult, agreement: Mapping[str, float]
) -> tuple[str, ...]:
    """Sentences on the most capable learner, from what an analyst needs first to the finer points.

    ``agreement`` maps a head to the macro-F1 of one annotator against another, as far as it is known.
    """
    main = result.conditions.get(MAIN_CONDITION)
    return (
        *(_quality(result.learner, main, agreement) if main else ()),
        *_differences(comparison, result.learner),
        *_price_of_speakers(comparison, result.learner),
        *(_statements(result.conditions[END_TO_END]) if END_TO_END in result.conditions else ()),
        *(_confidence(main) if main else ()),
    )


def _quality(learner: str, main: ConditionResult, agreement: Mapping[str, float]) -> Iterator[str]:
    for name, head in main.heads.items():
        told = f"Of 100 sentences, {learner} labels {100 * head.accuracy.value:.0f} rightly in {name}"
        told += f"; counting every class alike, its macro-F1 is {head.macro_f1}"
        if name in agreement:
            told += f". Two annotators reach {agreement[name]:.2f} against each other"
        weakest = min(
            (item for item in head.per_class if item.support), key=lambda item: item.f1.value, default=None
        )
        if weakest:
            told += f". Weakest class: {weakest.label} (F1 {weakest.f1.value:.2f}, {weakest.support} sentences)"
        yield f"{told}."


def _differences(comparison: Comparison, learner: str) -> Iterator[str]:
    found = [comparison.difference(learner, MAIN_CONDITION, measure) for measure in comparison.measures]
    known = [item for item in found if item is not None and item.difference.opposite is not None]
    for clear in (True, False):
        items = [item for item in known if item.difference.clear == clear]
        if not items:
            continue
        told = ", ".join(f"{100 * item.difference.value:+.1f} in {item.measure}" for item in items)
        others = ", ".join(f"{item.difference.opposite:.0%}" for item in items)
        verdict = (
            "The intervals leave out zero: other test articles would hardly turn the order"
            if clear
            else f"The intervals include zero: the order is not so in {others} of the resamples"
        )
        yield f"{learner} minus {items[0].earlier}, in points: {told}. {verdict}."


def _price_of_speakers(comparison: Comparison, learner: str) -> Iterator[str]:
    if not {GOLD, MAIN_CONDITION} <= set(comparison.conditions):
        return
    costs = {
        head: comparison.score(learner, GOLD, head).value - comparison.score(learner, MAIN_CONDITION, head).value
        for head in comparison.measures
        if head != STATEMENT_MEASURE
    }
    told = ", ".join(f"{100 * cost:+.1f} in {head}" for head, cost in costs.items())
    yield f"Knowing the right speaker instead of the predicted one would change macro-F1 by {told} (points)."


def _statements(condition: ConditionResult) -> Iterator[str]:
    score = next(item for item in condition.statements if item.level == STATEMENT)
    yield (
        f"From raw text: of 100 statements that come out, {100 * score.precision.value:.0f} have the right "
        f"sentence, speaker and stance; of 100 that the articles hold, {100 * score.recall.value:.0f} come out so."
    )
    yield (
        f"Of {condition.gold_sentences} gold sentences {condition.missed} were missed; {condition.spurious} "
        f"predicted ones have no partner; {condition.wrong_speakers} aligned ones carry a wrong speaker. "
        "All of these count in the figures."
    )


def _confidence(main: ConditionResult) -> Iterator[str]:
    gaps = ", ".join(f"{100 * head.calibration.ece:.1f} in {name}" for name, head in main.heads.items())
    yield f"Stated confidence and share of right answers lie apart, on average and in points: {gaps}."
