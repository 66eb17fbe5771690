"""Sentences whose label may be wrong: those that a model which never saw their article does not believe.

    python -m tests.bench.label_errors --out build/suspects.tsv     (root of the repository; some minutes)

Read are the train articles that ``data/split.json`` names, as their .stance files stand now, with gold speakers.
After confident learning (Northcutt, Jiang and Chuang 2021, "Confident Learning: Estimating Uncertainty in Dataset
Labels", JAIR 70): each sentence is answered out of fold; a class is believed where its probability reaches the
mean that sentences labelled with it give it; a sentence is a suspect of a head where the likeliest of the believed
classes is not its gold label. Articles that share a sentence or a person stay in one fold, else a model would
repeat what it learnt by heart.

A suspect is a question to a reader with the codebook, never an answer: most are the model's errors.
"""

import argparse
import csv
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

import numpy as np
from sklearn.model_selection import GroupKFold

from pipeline.config import Params
from pipeline.corpus.links import linked_groups, links
from pipeline.corpus.problems import StanceError
from pipeline.corpus.reading import read_folder
from pipeline.corpus.stance_format import LocatedArticle
from pipeline.labels import heads
from pipeline.learners.contract import LabelledDocument, Probabilities, gold
from pipeline.learners.examples import gold_document
from pipeline.learners.tfidf import TfidfLearner
from pipeline.records import Document
from pipeline.stages.workspace import Workspace, here
from tests.bench.segmentation import one_core

FOLDS = 5
STRENGTH = 0.5  # C of all models: the smaller of the grid is also the quicker and the less sure of itself


@dataclass(frozen=True)
class Suspect:
    """A sentence and head to read again. ``line`` counts from 1 in the .stance file.

    ``confidence`` is the gold label's probability out of fold, ``margin`` that less the likeliest other class's
    (-1 to 1): the lower, the more suspect.
    """

    head: str
    file: str
    line: int
    margin: float
    confidence: float
    gold: str
    proposed: str
    speaker: str
    sentence: str


def material(located: LocatedArticle) -> LabelledDocument:
    """An article as its annotator read it."""
    labelled = located.article
    sentences = tuple(one.sentence for one in labelled.sentences)
    unread = Document(labelled.article, sentences, (), (None,) * len(sentences))
    return LabelledDocument(
        gold_document(labelled, unread), tuple(sentence.labels for sentence in labelled.sentences)
    )


def out_of_fold(articles: Sequence[LocatedArticle], params: Params, folds: int = FOLDS) -> list[Probabilities]:
    """Probabilities of every article, in order, by a TF-IDF learner of the other folds.

    Raises ``ValueError`` where there are fewer groups of linked articles than folds.
    """
    told = [material(one) for one in articles]
    corpus = [one.article for one in articles]
    ids = [one.article.id for one in corpus]
    groups = linked_groups(ids, links(corpus, params.split))
    group_of = {article_id: number for number, group in enumerate(groups) for article_id in group}
    parted = GroupKFold(folds, shuffle=True, random_state=params.seed)
    found: dict[int, Probabilities] = {}
    for learnt, asked in parted.split(ids, groups=[group_of[article_id] for article_id in ids]):
        learner = TfidfLearner(replace(params.tfidf, c_grid=(STRENGTH,)), params.seed)
        # with one C to choose from, what is held out is measured and chooses nothing
        learner.fit([told[i] for i in learnt], [told[i] for i in asked], lambda figures, step: None)
        found |= dict(zip(asked, learner.predict_proba([told[i].document for i in asked]), strict=True))
    return [found[index] for index in range(len(ids))]


def proposals(probabilities: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """The class that confident learning puts each sentence in: (sentences,), the gold one where none is believed.

    ``probabilities``: (sentences, classes), out of fold. ``labels``: (sentences,) gold classes.
    """
    threshold = np.full(probabilities.shape[1], np.inf)  # a class that no sentence has is never believed
    for label in np.unique(labels):
        threshold[label] = probabilities[labels == label, label].mean()
    believed = np.where(probabilities >= threshold, probabilities, -1.0)
    return np.where(believed.max(axis=1) >= 0, believed.argmax(axis=1), labels)


def suspects(articles: Sequence[LocatedArticle], answers: Sequence[Probabilities]) -> Iterator[Suspect]:
    """The suspects of all heads, by head, the lowest margin first."""
    places = [
        (one.article.article.source, line, sentence)
        for one in articles
        for line, sentence in zip(one.sentence_lines, one.article.sentences, strict=True)
    ]
    target = gold([material(one) for one in articles])
    for head, classes in heads().items():
        probabilities = np.concatenate([answer[head] for answer in answers])
        labels = target[head]
        rows = np.arange(len(labels))
        confidence = probabilities[rows, labels]
        others = probabilities.copy()
        others[rows, labels] = -1.0
        margin = confidence - others.max(axis=1)
        proposed = proposals(probabilities, labels)
        for row in sorted(np.flatnonzero(proposed != labels), key=lambda row: margin[row]):
            file, line, sentence = places[row]
            names = classes[labels[row]], classes[proposed[row]]
            doubt = round(float(margin[row]), 4), round(float(confidence[row]), 4)
            yield Suspect(head, file, line, *doubt, *names, sentence.speaker, sentence.sentence.text)


def train_articles(workspace: Workspace) -> list[LocatedArticle]:
    """The articles to learn from. Raises ``StanceError``, or ``FileNotFoundError`` where there is no split yet."""
    located, problems = read_folder(workspace.articles)
    if problems:
        raise StanceError(problems)
    train = workspace.parts()["train"]
    return [one for one in located if one.article.article.id in train]


def main() -> None:
    """Write the suspects as tab-separated values."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("build/suspects.tsv"), help="the table to write")
    out = parser.parse_args().out
    one_core()
    workspace = here()
    articles = train_articles(workspace)
    found = list(suspects(articles, out_of_fold(articles, workspace.params)))
    out.parent.mkdir(parents=True, exist_ok=True)
    with out.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, [field.name for field in fields(Suspect)], dialect="excel-tab")
        table.writeheader()
        table.writerows(asdict(one) for one in found)
    print(f"{len(found)} suspects in {len(articles)} articles: {out}")


if __name__ == "__main__":
    main()
