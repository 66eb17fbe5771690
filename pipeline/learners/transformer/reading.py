"""A network's answers on documents: first every sentence's vector, window by window, then the labels, article by
article."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from pipeline.learners.contract import Probabilities
from pipeline.learners.transformer.batches import batches
from pipeline.learners.transformer.network import HeadedEncoder
from pipeline.learners.transformer.precision import autocast
from pipeline.learners.transformer.windows import Windower, places
from pipeline.records import Document

# Sentences that look at each other at most: ten times an article, and no book's square.
MOST_SENTENCES = 256


def sentence_vectors(
    network: HeadedEncoder, windower: Windower, documents: Sequence[Document], budget: int, precision: str
) -> list[NDArray[np.float32]]:
    """For each document an array (sentences, width): what the encoder makes of each sentence in its window.

    ``budget``: tokens that are computed at a time.
    """
    network.eval()
    width = network.encoder.config.hidden_size
    found = [np.zeros((len(document.sentences), width), np.float32) for document in documents]
    with torch.inference_mode(), autocast(precision):
        for batch in batches(windower.windows(documents), budget, windower.special.pad):
            for (document, sentence), vector in zip(batch.units, network.read(batch).numpy(), strict=True):
                found[document][sentence] = vector
    return found


def answers(
    network: HeadedEncoder, windower: Windower, documents: Sequence[Document], budget: int, precision: str
) -> list[Probabilities]:
    """Class probabilities of every sentence, one dict a document, in order."""
    vectors = sentence_vectors(network, windower, documents, budget, precision)
    return [_labelled(network, document, one) for document, one in zip(documents, vectors, strict=True)]


def runs(document: Document) -> list[range]:
    """Sentences that are labelled together: all, or in a longer text every ``MOST_SENTENCES`` in turn."""
    count = len(document.sentences)
    return [range(start, min(start + MOST_SENTENCES, count)) for start in range(0, count, MOST_SENTENCES)]


def run_places(document: Document, run: range) -> torch.Tensor:
    """Places of a run's sentences, as ``ArticleLayer.forward`` wants them."""
    return torch.from_numpy(places(np.array([(0, sentence) for sentence in run]), [document]))


def _labelled(network: HeadedEncoder, document: Document, vectors: NDArray[np.float32]) -> Probabilities:
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
