"""Answers on documents: first every sentence's vector, window by window, then the labels, article by article.

No two windows and no two articles are computed together, so that the numbers of one never hang on another.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from pipeline.learners.contract import Probabilities
from pipeline.learners.transformer.sentence_heads import SentenceHeads
from pipeline.learners.transformer.windows import Window, Windower, places
from pipeline.records import Document

# Sentences that look at each other at most: ten times an article, and no book's square.
MOST_SENTENCES = 256


class Reader(Protocol):
    """An encoder that reads one window at a time; ``engine`` tells people what it computes with."""

    width: int
    engine: str

    def hidden(self, ids: NDArray[np.integer]) -> Tensor:
        """Last hidden states of a window's tokens: (tokens, width), float32."""
        ...


def sentence_vectors(
    reader: Reader, windower: Windower, documents: Sequence[Document]
) -> list[NDArray[np.float32]]:
    """For each document an array (sentences, width): the mean of each sentence's tokens in its window; zeros for a
    sentence without any."""
    found = [np.zeros((len(document.sentences), reader.width), np.float32) for document in documents]
    with torch.inference_mode(), one_thread():
        for window in windower.windows(documents):
            _spread(reader.hidden(window.ids).numpy(), window, found[window.document])
    return found


def _spread(hidden: NDArray[np.float32], window: Window, rows: NDArray[np.float32]) -> None:
    """Write the means of a window's sentences into their rows; a sentence's tokens stand together."""
    starts = np.flatnonzero(np.diff(window.slots, prepend=-2, append=-2))
    for start, end in pairwise(starts):
        if window.slots[start] >= 0:
            rows[window.slots[start]] = hidden[start:end].mean(axis=0)


def answers(
    reader: Reader, heads: SentenceHeads, windower: Windower, documents: Sequence[Document]
) -> list[Probabilities]:
    """Class probabilities of every sentence, one dict a document, in order."""
    heads.eval()
    vectors = sentence_vectors(reader, windower, documents)
    with one_thread():
        return [_labelled(heads, document, one) for document, one in zip(documents, vectors, strict=True)]


@contextmanager
def one_thread() -> Iterator[None]:
    """Torch computes with one thread inside: two on products of this size gain little and may round otherwise."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def runs(document: Document) -> list[range]:
    """Sentences that are labelled together: all, or in a longer text every ``MOST_SENTENCES`` in turn."""
    count = len(document.sentences)
    return [range(start, min(start + MOST_SENTENCES, count)) for start in range(0, count, MOST_SENTENCES)]


def run_places(document: Document, run: range) -> torch.Tensor:
    """Places of a run's sentences, as ``ArticleLayer.forward`` wants them."""
    return torch.from_numpy(places(np.array([(0, sentence) for sentence in run]), [document]))


def _labelled(network: SentenceHeads, document: Document, vectors: NDArray[np.float32]) -> Probabilities:
    found: dict[str, list[NDArray[np.float32]]] = {head: [] for head in network.heads}
    with torch.inference_mode():
        for run in runs(document):
            logits = network.label(torch.from_numpy(vectors[run.start : run.stop]), run_places(document, run))
            for head, values in logits.items():
                found[head].append(values.softmax(dim=1).numpy())
    return {
        head: np.concatenate(rows) if rows else np.zeros((0, network.heads[head].out_features), np.float32)
        for head, rows in found.items()
    }
