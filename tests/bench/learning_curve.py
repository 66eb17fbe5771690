"""What more articles would bring: a learner trained on random shares of the train articles.

    python -m tests.bench.learning_curve --learner tfidf --shares 0.1 0.25 0.5 1 --draws 2 --without
                                             (root of the repository, after `dvc repro`; minutes for TF-IDF)

Each training gets both views of its articles, as the stage ``train`` gives them, and is judged on the validation
articles with gold and with predicted speakers. The shares of one draw hold each other, so that a step of the curve
is not the chance of two draws. A draw also has its own seed; draw 1 of all articles is the project's own training.

``--without t,u`` trains once more, on all articles but those of batches t and u (``--without`` alone: those of
``split.taught_batches``): what these brought is its difference to the whole. Predicted speakers stay those of the
whole corpus, so that only the learner has fewer articles. Regularisation or epoch is chosen on the same validation
articles, which makes all figures a little too good, and alike.
"""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from rich.console import Console

from pipeline.evaluation.predictions import GOLD, PREDICTED_SPEAKERS
from pipeline.evaluation.tables import condition_table
from pipeline.learners import MEMBERS, new_learner
from pipeline.learners.contract import check_material
from pipeline.learners.examples import Example
from pipeline.stages.workspace import Workspace, here
from tests.bench.learning_curve_figures import ALL, MEAN, Judged, counted, markdown, points, write
from tests.bench.trained import Comparator, Material, comparison_tracker

SHARES = (0.1, 0.25, 0.5, 0.75, 1.0)
TAUGHT = "taught"  # --without alone
INDIFFERENT = ("tfidf",)  # learners whom a seed tells nothing: all draws of the same articles are one


class CurveError(ValueError):
    """A curve that cannot be drawn as asked; the message tells the mend."""


@dataclass(frozen=True)
class Lesson:
    """The train articles of one training; ``seed`` of the learner."""

    corpus: str
    share: float
    draw: int
    seed: int
    examples: list[Example]


def batch_of(example: Example) -> str:
    """The folder that an article lies in."""
    return Path(example.labelled.article.source).parent.name


def drawn(examples: Sequence[Example], share: float, seed: int) -> list[Example]:
    """A random share of the articles, in their order; a larger share by the same seed holds the smaller one."""
    order = np.random.default_rng(seed).permutation(len(examples))
    return [examples[place] for place in sorted(order[: max(1, round(share * len(examples)))])]


def left(examples: Sequence[Example], batches: Sequence[str]) -> list[Example]:
    """The articles that are not of these batches. Raises ``CurveError`` for a batch that has none."""
    known = {batch_of(one) for one in examples}
    if unknown := sorted(set(batches) - known):
        raise CurveError(
            f"no train article of batch {', '.join(unknown)}: --without can leave out {', '.join(sorted(known))}"
        )
    return [one for one in examples if batch_of(one) not in batches]


def lessons(
    examples: Sequence[Example],
    shares: Sequence[float],
    draws: int,
    without: Sequence[tuple[str, ...]],
    seed: int,
    indifferent: bool,
) -> Iterator[Lesson]:
    """Every training of the curve, and one a draw without each of these sets of batches.

    An ``indifferent`` learner is trained once where draws differ by the seed alone. Raises ``CurveError``.
    """
    rest = [(f"without {', '.join(batches)}", left(examples, batches)) for batches in without]
    for number in range(draws):
        own = seed + number
        for share in shares:
            if share < 1 or number == 0 or not indifferent:
                yield Lesson(ALL, share, number, own, drawn(examples, share, own))
        for corpus, kept in rest:
            if number == 0 or not indifferent:
                yield Lesson(corpus, 1.0, number, own, kept)


def judge(learner: Comparator, lesson: Lesson, validation: list[Example]) -> Judged:
    """Fit the learner on a lesson and ask it about the validation articles. Raises ``CurveError``."""
    material = Material({"train": lesson.examples, "validation": validation})
    try:
        check_material(material.train, material.validation)
    except ValueError as error:
        raise CurveError(
            f"{len(lesson.examples)} articles teach too little ({error}): ask for larger --shares"
        ) from error
    learner.fit(material.train, material.validation, lambda metrics, step: None)
    labelled = [one.labelled for one in validation]
    partners = [tuple(range(len(one.sentences))) for one in labelled]
    documents = {
        GOLD: [one.gold for one in validation],
        PREDICTED_SPEAKERS: [one.attributed for one in validation],
    }
    counts = {
        condition: counted(condition_table(condition, labelled, read, partners, learner.predict_proba))
        for condition, read in documents.items()
    }
    sentences = sum(len(one.labels) for one in lesson.examples)
    return Judged(lesson.corpus, lesson.share, lesson.draw, len(lesson.examples), sentences, counts)


def curve(name: str, planned: Sequence[Lesson], material: Material, workspace: Workspace, out: Path) -> str:
    """Train and judge every lesson; the answer is the Markdown table. What is written into ``out`` grows with
    each, so that nothing is lost where the whole is cut short. Raises ``CurveError``."""
    params = workspace.params
    copied = replace(params.transformer, backbone=str(workspace.backbone))  # the encoder that `dvc repro` checked
    talk, observer = Console(stderr=True), comparison_tracker(workspace)
    judged: list[Judged] = []
    with observer.parent("learning curve"):
        for number, lesson in enumerate(planned, 1):
            title = f"{name}, {lesson.corpus}, {lesson.share:.0%}, draw {lesson.draw + 1}"
            begun = time.monotonic()
            learner = new_learner(name, replace(params, transformer=copied, seed=lesson.seed))
            run = judge(learner, lesson, material.examples["validation"])
            (*_, mean) = points([run], params.evaluate, params.seed)
            with observer.child(title, fresh=True):
                observer.log_params({"learner": name, "seed": lesson.seed, "articles": run.articles})
                observer.log_metrics({f"validation.{mean.speakers}.{MEAN}": mean.score.value})
            talk.print(
                f"{number}/{len(planned)} {title}: {run.articles} articles, {mean.speakers} speakers: {MEAN} "
                f"macro-F1 {mean.score.value:.3f} ({time.monotonic() - begun:.0f} s)"
            )
            judged.append(run)
            found = points(judged, params.evaluate, params.seed)
            write(found, name, out)
    return markdown(found)


def read_share(text: str) -> float:
    """A share of the command line, in (0, 1]."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no share: give numbers above 0 and up to 1, such as 0.25")
    return value


def read_count(text: str) -> int:
    """A number of draws of the command line, from 1."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of draws: give 1 or more")
    return int(text)


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--learner", choices=MEMBERS, default="tfidf")
    parser.add_argument("--shares", type=read_share, nargs="+", default=SHARES, help="of the train articles")
    parser.add_argument("--draws", type=read_count, default=1, help="random draws of each share")
    parser.add_argument(
        "--without",
        action="append",
        nargs="?",
        const=TAUGHT,
        default=[],
        metavar="t,u",
        help="train on all but these batches too; may be repeated; by itself: the batches of split.taught_batches",
    )
    parser.add_argument("--out", type=Path, default=Path("build/learning_curve"), help="folder of CSV and picture")
    return parser.parse_args()


def main() -> None:
    """Draw the curve, and print its table."""
    asked = arguments()
    workspace = here()
    taught = workspace.params.split.taught_batches
    without = [taught if text == TAUGHT else tuple(text.split(",")) for text in asked.without]
    try:
        material = Material.of(workspace)
        planned = lessons(
            material.examples["train"],
            sorted(set(asked.shares)),
            asked.draws,
            without,
            workspace.params.seed,
            asked.learner in INDIFFERENT,
        )
        print(curve(asked.learner, list(planned), material, workspace, asked.out))
    except (CurveError, FileNotFoundError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
