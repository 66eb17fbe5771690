"""Both learners fitted on the little world, their pool, and its articles as the training stage has them."""

from dataclasses import replace
from pathlib import Path

from toy_documents import labelled

from pipeline import CONFIGS
from pipeline.config import TfidfParams, load_params
from pipeline.labels import heads
from pipeline.learners.contract import LabelledDocument, Predictor
from pipeline.learners.ensemble import EnsembleLearner, Member
from pipeline.learners.examples import Example
from pipeline.learners.tfidf import TfidfLearner
from pipeline.records import NO_SPEAKER, Actor, LabelledArticle, LabelledSentence
from pipeline.scoring.bundle import Bundle, seal
from pipeline.scoring.neighbours import write_neighbours

TEMPERATURES = {"stance": 2.0, "pressure": 0.5, "role": 1.0, "frame": 1.5}


def tfidf() -> TfidfLearner:
    learner = TfidfLearner(TfidfParams((1, 2), (3, 4), minimum_documents=1, c_grid=(1.0,)), seed=3)
    learner.fit(labelled(6), labelled(2, turn=1), lambda metrics, step: None)
    return learner


def transformer(encoder: tuple[Path, str]) -> Predictor:
    """Two epochs: enough for weights that are not what chance drew."""
    from pipeline.learners.transformer.learner import TransformerLearner

    params = replace(
        load_params(CONFIGS / "smoke.yaml").transformer,
        backbone=str(encoder[0]),
        sha256=encoder[1],
        epochs=2,
        batch_tokens=500,
        learning_rate=3e-3,
        head_learning_rate=3e-2,
        max_tokens=128,
        precision="fp32",
        threads=1,
    )
    learner = TransformerLearner(params, seed=4)
    learner.fit(labelled(4), labelled(2, turn=1), lambda metrics, step: None)
    return learner


def ensemble(*members: Predictor) -> EnsembleLearner:
    return EnsembleLearner([Member(member, TEMPERATURES) for member in members])


def example(one: LabelledDocument, name: str) -> Example:
    """The document as a labelled article that the text path read without a fault."""
    document = replace(one.document, article=replace(one.document.article, id=name))
    voices = {voice.speaker: voice for voice in document.voices() if voice.speaker != NO_SPEAKER}
    sentences = tuple(
        LabelledSentence(sentence, voice.speaker, labels)
        for sentence, voice, labels in zip(document.sentences, document.voices(), one.labels, strict=True)
    )
    gold = LabelledArticle(document.article, tuple(map(Actor, voices.values())), sentences)
    return Example(gold, document, document, document, tuple(range(len(sentences))))


def bundle(folder: Path, learner: Predictor, neighbours: bool = True, threshold: float = 0.5) -> Bundle:
    """The learner's bundle, with the sentences of four training articles."""
    folder.mkdir(parents=True)
    learner.save(folder)
    if neighbours:
        write_neighbours(folder, learner, [example(one, f"train-{n}") for n, one in enumerate(labelled(4))])
    return seal(
        folder,
        learner=learner.name,
        heads=heads(),
        corpus="toy",
        params={},
        temperatures=TEMPERATURES,
        threshold=threshold,
        commit="",
    )
