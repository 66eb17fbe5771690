"""data/corpus.jsonl → data/speakers/: what the text path learns of speakers from the training articles;
data/examples.jsonl: every labelled article through the text path, as in use; and metrics/speakers.json: how well
sentences and speakers are found in the articles held out."""

import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from rich.console import Console
from rich.progress import track

from pipeline.evaluation.speaker_figures import ReadArticle, speaker_figures
from pipeline.learners.examples import Example, example
from pipeline.learners.speaker_lessons import Lesson, learn, lesson
from pipeline.records import Article, Document, LabelledArticle, Sentence
from pipeline.stages.workspace import Workspace, here, read_records, write_records
from pipeline.text.document import Learned, TextPath
from pipeline.text.speakers import Reading

HELD_OUT = ("validation", "test")


@dataclass(frozen=True)
class _Read:
    """An article as the rules read it, by its gold sentences and by its own; whoever decides comes later."""

    labelled: LabelledArticle
    gold: Reading
    sentences: tuple[Sentence, ...]
    raw: Reading
    lesson: Lesson

    @property
    def id(self) -> str:
        """The article's id."""
        return self.labelled.article.id

    @property
    def given(self) -> list[Sentence]:
        """The gold sentences."""
        return [one.sentence for one in self.labelled.sentences]

    def example(self, text_path: TextPath) -> Example:
        """What the article looks like to a learner when ``text_path`` decides who speaks."""
        article = self.labelled.article
        attributed = text_path.document(article, self.given, self.gold)
        return example(self.labelled, attributed, text_path.document(article, self.sentences, self.raw))


def run(workspace: Workspace) -> None:
    """Read all articles, learn from those of training, and score those held out."""
    params = workspace.params
    rules = TextPath.load(workspace.configs)
    labelled = read_records(workspace.corpus, LabelledArticle)
    progress = track(labelled, "reading articles", console=Console(stderr=True), transient=True)
    read = [_read(one, rules) for one in progress]
    parts = workspace.parts()
    of = {part: [one for one in read if one.id in parts[part]] for part in parts}
    learned = _learn(of["train"], rules, workspace)
    _save(learned, workspace)
    chosen = replace(rules, learned=learned)
    examples = {one.id: one.example(chosen) for part in HELD_OUT for one in of[part]}
    examples |= dict(_out_of_fold(of["train"], rules, workspace))
    write_records(workspace.examples, [examples[one.id] for one in read], Example)
    figures = {
        part: speaker_figures(
            [_seen(one, examples[one.id], chosen) for one in of[part]], params.evaluate, params.seed
        )
        for part in HELD_OUT
    }
    path = workspace.metrics("speakers")
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    tracker = workspace.tracker()
    with tracker.parent(workspace.run_name):
        tracker.log_metrics({"speakers": {part: figures[part]["chosen"] for part in HELD_OUT}})


def _read(labelled: LabelledArticle, rules: TextPath) -> _Read:
    article = labelled.article
    gold = rules.reading(article, [one.sentence for one in labelled.sentences])
    sentences = rules.sentences(article)
    raw = rules.reading(article, sentences)
    return _Read(labelled, gold, sentences, raw, lesson(labelled, gold, rules))


def _learn(read: Sequence[_Read], rules: TextPath, workspace: Workspace) -> Learned:
    return learn([one.lesson for one in read], rules, workspace.params.speakers, workspace.params.seed)


def _out_of_fold(read: Sequence[_Read], rules: TextPath, workspace: Workspace) -> Iterator[tuple[str, Example]]:
    """Training articles as models see them that did not learn from them: the speakers that a stance learner trains
    with are then as often wrong as those that it will meet."""
    folds = workspace.params.speakers.folds
    fold = np.random.default_rng(workspace.params.seed).permutation(len(read)) % folds
    for number in range(folds):
        others = [one for one, own in zip(read, fold, strict=True) if own != number]
        text_path = replace(rules, learned=_learn(others, rules, workspace))
        for one, own in zip(read, fold, strict=True):
            if own == number:
                yield one.id, one.example(text_path)


def _save(learned: Learned, workspace: Workspace) -> None:
    shutil.rmtree(workspace.speakers, ignore_errors=True)
    workspace.speakers.mkdir(parents=True)
    learned.save(workspace.speakers)


def _seen(read: _Read, seen: Example, chosen: TextPath) -> ReadArticle:
    """A held-out article under all the conditions that are compared."""
    article = read.labelled.article
    bare = Article(article.id, article.text, date=article.date)
    return ReadArticle(
        labelled=read.labelled,
        attributed=seen.attributed,
        raw=seen.raw,
        bare=chosen(bare),
        baseline=_baseline(article, read.given, chosen),
    )


def _baseline(article: Article, given: Sequence[Sentence], text_path: TextPath) -> Document:
    return text_path.baseline().attributed(article, given)


if __name__ == "__main__":
    run(here())
