"""The model card, after Mitchell et al. 2019, *Model Cards for Model Reporting*: what the chosen bundle is for and
not for, and how well it does. Every figure comes from the run; the template holds the words."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from pipeline.config import Params
from pipeline.corpus.stats import CorpusStats
from pipeline.evaluation.abstention import CERTAINTY
from pipeline.evaluation.baseline import MAJORITY
from pipeline.evaluation.behaviour.passages import Kind
from pipeline.evaluation.behaviour.scoring import BehaviourResult, CheckResult
from pipeline.evaluation.bootstrap import Interval
from pipeline.evaluation.comparison_tables import CONDITION_TITLES, markdown_table
from pipeline.evaluation.end_to_end import STATEMENT
from pipeline.evaluation.predictions import END_TO_END, MAIN_CONDITION
from pipeline.evaluation.result_tables import Sheet, class_sheet, format_interval, statement_sheets
from pipeline.evaluation.results import ClassScore, EvaluationResult, HeadResult
from pipeline.evaluation.slices import SMALL
from pipeline.report import model_card_tables as tables
from pipeline.report.evaluation import SpeakerTables, format_fraction
from pipeline.report.template import environment
from pipeline.scoring.bundle import Bundle

TEMPLATE = "model_card.md.jinja"

# Tests that are named in a sentence; the table holds all.
NAMED_TESTS = 3

# What Markdown would take for more than a character. Bars are left to ``markdown_table``.
_MARKS = re.compile(r"([\\`*_\[\]<>#~])")


@dataclass(frozen=True)
class Validation:
    """What validation said of a learner: macro-F1 by head, their mean, and the threshold of its stance."""

    macro_f1: dict[str, float]
    mean: float
    threshold: float


@dataclass(frozen=True)
class ModelCard:
    """What the card tells.

    ``bundle`` is the exported one; ``validation``, ``results`` and ``behaviour`` hold every learner in one order.
    ``differences`` maps a learner to its differences to the one before it, by measure; ``corpus`` maps a part of
    the split to its counts; ``agreement`` maps a head to the macro-F1 between annotators.
    """

    bundle: Bundle
    params: Params
    validation: Mapping[str, Validation]
    results: Mapping[str, EvaluationResult]
    differences: Mapping[str, Mapping[str, Interval]]
    behaviour: BehaviourResult
    speakers: SpeakerTables
    corpus: Mapping[str, CorpusStats]
    agreement: Mapping[str, float]

    @property
    def chosen(self) -> str:
        """The learner in the bundle."""
        return self.bundle.card.learner


def write_model_card(path: Path, card: ModelCard) -> None:
    """Write the card; the file appears whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".part")
    draft.write_text(render_model_card(card), encoding="utf-8")
    draft.replace(path)


def render_model_card(card: ModelCard) -> str:
    """The card in Markdown."""
    best = card.results[card.chosen]
    raw = best.conditions[END_TO_END]
    tests = card.behaviour.learners[card.chosen]
    pages = environment()
    pages.filters |= {
        "fraction": format_fraction,
        "interval": format_interval,
        "count": "{:,}".format,
        "percent": "{:.0%}".format,
        "table": table,
    }
    written = pages.get_template(TEMPLATE).render(
        card=card,
        best=best,
        main=best.conditions[MAIN_CONDITION],
        raw=raw,
        statement=next(score for score in raw.statements if score.level == STATEMENT),
        answers=best.conditions[MAIN_CONDITION].abstention,
        certainty=CERTAINTY,
        weakest={name: weakest_class(head) for name, head in best.conditions[MAIN_CONDITION].heads.items()},
        hardest=most_failed(tests, "MFT", "DIR"),
        reactions=most_failed(tests, "INV"),
        bytes=sum(one.bytes for one in card.bundle.card.files.values()),
        titles=CONDITION_TITLES,
        small=SMALL,
        fewest_articles=tables.FEWEST_ARTICLES,
        extremes=tables.EXTREMES,
        **_sheets(card, best),
    )
    return written.rstrip() + "\n"


def weakest_class(head: HeadResult) -> ClassScore | None:
    """The class with the lowest F1 among those that occur in gold; None where none does."""
    return min((one for one in head.per_class if one.support), key=lambda one: one.f1.value, default=None)


def most_failed(tests: Sequence[CheckResult], *kinds: Kind) -> tuple[CheckResult, ...]:
    """The tests of these kinds that fail most often, the worst first; none that never fails."""
    failed = [one for one in tests if one.kind in kinds and one.failures]
    return tuple(sorted(failed, key=lambda one: -one.rate.value)[:NAMED_TESTS])


def table(sheet: Sheet) -> Markup:
    """A sheet in Markdown under its title. Words from files are shown as they are, never as markup."""
    written = markdown_table(tuple(map(_plain, sheet.columns)), (tuple(map(_plain, row)) for row in sheet.rows))
    return Markup(f"**{_plain(sheet.title)}**\n\n{written.rstrip()}")


def _plain(cell: str) -> str:
    """One line without marks; the underscore of ``press_release`` is a space to a reader."""
    return _MARKS.sub(r"\\\1", " ".join(cell.replace("_", " ").split()))


def _sheets(card: ModelCard, best: EvaluationResult) -> dict[str, Sheet | tuple[Sheet, ...]]:
    """Every table by the name that the template calls it."""
    means = {name: one.mean for name, one in card.validation.items()}
    by_head = {name: one.macro_f1 for name, one in card.validation.items()}
    return {
        "validation": tables.validation_sheet(means, by_head, card.chosen),
        "scores": tuple(tables.score_sheets(card.results)),
        "differences": tables.difference_sheet(card.differences, MAJORITY),
        "classes": tuple(class_sheet(head) for head in best.conditions[MAIN_CONDITION].heads.values()),
        "calibration": tables.calibration_sheet(card.results),
        "abstention": tables.abstention_sheet(best, card.params.calibrate.stance_precision),
        "statements": tuple(statement_sheets(best)),
        "slices": tuple(tables.slice_sheets(best)),
        "extreme_slices": tables.extreme_slices(best),
        "behaviour": tables.behaviour_sheet(card.behaviour),
        "failed_heads": tables.failed_heads(card.behaviour.learners[card.chosen]),
        "speakers": tuple(tables.speaker_sheets(card.speakers)),
        "corpus": tables.corpus_sheet(card.corpus),
        "labels": tables.label_sheet(card.corpus),
    }
