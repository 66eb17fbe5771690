"""Training sentences kept in a bundle, and those nearest to a sentence: what the model may have had in mind.

``neighbours/`` holds the gold sentences of the training articles, and none that a figure is measured on. Where the
learner has an encoder its vectors of them lie beside; TF-IDF makes its own anew from the sentences' words. Scoring
never reads the folder.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray
from pydantic import TypeAdapter, ValidationError
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from pipeline.learners.contract import Predictor
from pipeline.learners.ensemble import EnsembleLearner
from pipeline.learners.examples import Example
from pipeline.records import Document, LabelledArticle, LabelledSentence, arrow_schema
from pipeline.scoring.bundle import RETRAIN, BundleError

FOLDER, SENTENCES, VECTORS = "neighbours", "sentences.parquet", "vectors.safetensors"
LARGEST = 127  # of int8: cosine does not see a vector's length, so each is stretched to use all of it


@dataclass(frozen=True)
class TrainingSentence:
    """A gold sentence of a training article: what it says, who says it, how it is labelled."""

    article_id: str
    text: str
    speaker: str
    party: str
    kind: str
    stance: str
    pressure: str
    role: str
    frame: str


@dataclass(frozen=True)
class Neighbour:
    """A training sentence and its cosine similarity to the sentence in question."""

    sentence: TrainingSentence
    similarity: float


@dataclass(frozen=True)
class Neighbours:
    """The training sentences of a bundle, with their vectors where its learner has an encoder: (sentences, width),
    int8."""

    sentences: tuple[TrainingSentence, ...]
    vectors: NDArray[np.int8] | None

    def nearest(self, learner: Predictor, document: Document, sentence: int, count: int) -> tuple[Neighbour, ...]:
        """The ``count`` training sentences most like a sentence of a document, the nearest first; exact search.

        Raises ``ValueError`` where the bundle's vectors are not of the learner's encoder."""
        if self.vectors is None:
            texts = [one.text for one in self.sentences]
            found = _word_similarities(learner, document.sentences[sentence].text, texts)
        else:
            found = _cosine(self.vectors, _vectors(learner, [document])[0][sentence])
        best = np.argsort(-found, kind="stable")[:count]
        return tuple(Neighbour(self.sentences[number], float(found[number])) for number in best)


def write_neighbours(bundle: Path, learner: Predictor, train: Sequence[Example]) -> None:
    """Keep the gold sentences of training articles in the folder of a saved learner, before it is sealed."""
    folder = bundle / FOLDER
    folder.mkdir()
    rows = [asdict(_kept(one.labelled, sentence)) for one in train for sentence in one.labelled.sentences]
    pq.write_table(
        pa.Table.from_pylist(rows, schema=arrow_schema(TrainingSentence)), folder / SENTENCES, compression="zstd"
    )
    if _encoder(learner) is not None:
        vectors = np.concatenate(_vectors(learner, [one.gold for one in train]))
        save_file({"vectors": _rounded(vectors)}, folder / VECTORS)


def read_neighbours(bundle: Path) -> Neighbours | None:
    """The training sentences of an opened bundle; None where it holds none. Raises ``BundleError``."""
    folder = bundle / FOLDER
    if not (folder / SENTENCES).is_file():
        return None
    try:
        rows = pq.read_table(folder / SENTENCES).to_pylist()
        sentences = TypeAdapter(tuple[TrainingSentence, ...]).validate_python(rows)
        vectors = load_file(folder / VECTORS)["vectors"] if (folder / VECTORS).is_file() else None
    except (OSError, KeyError, pa.ArrowException, ValidationError, SafetensorError) as error:
        raise BundleError(f"{folder}: cannot be read ({type(error).__name__}). {RETRAIN}") from error
    if vectors is not None and (vectors.ndim != 2 or len(vectors) != len(sentences)):
        raise BundleError(f"{folder}: {vectors.shape} vectors of {len(sentences)} sentences. {RETRAIN}")
    return Neighbours(sentences, vectors)


def _kept(article: LabelledArticle, one: LabelledSentence) -> TrainingSentence:
    voice = article.voice(one.speaker)
    return TrainingSentence(
        article.article.id, one.sentence.text, voice.speaker, voice.party, voice.kind, **asdict(one.labels)
    )


def _encoder(learner: Predictor) -> Predictor | None:
    """The learner, or the member of it, whose sentences have vectors."""
    members = [m.learner for m in learner.members] if isinstance(learner, EnsembleLearner) else [learner]
    return next((one for one in members if one.name == "transformer"), None)


def _vectors(learner: Predictor, documents: Sequence[Document]) -> list[NDArray[np.float32]]:
    from pipeline.learners.transformer.learner import TransformerLearner  # it brings torch

    encoder = _encoder(learner)
    if not isinstance(encoder, TransformerLearner):
        raise ValueError(f"{learner.name} has no vectors of sentences")
    return encoder.sentence_vectors(documents)


def _word_similarities(learner: Predictor, text: str, others: Sequence[str]) -> NDArray[np.floating]:
    """Cosines of TF-IDF vectors of words, whose rows have length 1."""
    from pipeline.learners.tfidf import TfidfLearner

    if not isinstance(learner, TfidfLearner) or learner.model is None:
        raise ValueError(f"{learner.name} has neither vectors of sentences nor weights of words")
    return learner.model.word_similarities(text, others)


def _rounded(vectors: NDArray[np.floating]) -> NDArray[np.int8]:
    largest = np.abs(vectors).max(axis=1, keepdims=True)
    return np.rint(vectors * (LARGEST / np.maximum(largest, np.finfo(np.float32).tiny))).astype(np.int8)


def _cosine(kept: NDArray[np.int8], vector: NDArray[np.floating]) -> NDArray[np.floating]:
    """Cosine of each row to the vector; 0 where either is all zeros."""
    if kept.shape[1] != len(vector):
        raise ValueError(f"vectors of {kept.shape[1]} numbers are kept, the encoder gives {len(vector)}")
    rows = kept.astype(np.float32)
    lengths = np.linalg.norm(rows, axis=1) * np.linalg.norm(vector)
    return np.divide(rows @ vector, lengths, out=np.zeros(len(rows), np.float32), where=lengths > 0)
