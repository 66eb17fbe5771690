"""Why the transformer gave a label: integrated gradients (Sundararajan, Taly & Yan 2017).

A token's share is the log-odds' gradient by its input vector, averaged over the straight path from a window
without words to the window as it is, times how far the vector moved. The shares add up to what the words changed
(completeness), up to the error of the average, which is told. The empty window has the unknown word in the place
of every token but the separators: the same length, nothing said. The rest of the article stays as it is, and what
it contributes is in the score of the empty window.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from pipeline.learners.explanation import Contrast, Explanation, Part, word_shares
from pipeline.learners.transformer.batches import Batch, batches
from pipeline.learners.transformer.learner import TransformerLearner
from pipeline.learners.transformer.network import HeadedEncoder
from pipeline.learners.transformer.precision import autocast
from pipeline.learners.transformer.reading import run_places, runs
from pipeline.learners.transformer.window_parts import Partition, partition
from pipeline.learners.transformer.windows import Window, Windower
from pipeline.records import Document

METHOD = "integrated gradients"
STEPS = 32
# Vocabularies' names of the word that they do not know. A fine-tuned encoder finds no empty window neutral: over
# 35 validation sentences its log-odds of label to runner-up lay on average, over the heads, 2.4 from 0 for unknown
# words, 3.7 for the mask token, 4.5 for padding and for the mean of all vectors.
UNKNOWN_WORDS = ("[UNK]", "<unk>")


def integrate(
    learner: TransformerLearner,
    document: Document,
    sentence: int,
    contrasts: Mapping[str, Contrast],
    steps: int = STEPS,
) -> dict[str, Explanation]:
    """An explanation for each head of ``contrasts``, over the window that labels the sentence."""
    network, windower = learner.network, learner.windower
    assert network is not None
    assert windower is not None
    window = next(one for one in windower.windows([document]) if sentence in one.slots)
    split = partition(window, windower, document, sentence)
    (batch,) = batches([window], len(window.ids), windower.special.pad)
    around = _Around.of(learner, document, sentence)
    network.eval()
    path = _Path(network, batch, around, contrasts, _ends(network, window, windower))
    # as it scores: in bf16 three times faster, and .06 to .14 of 4 to 8 log-odds lost for .003 in fp32
    with autocast(learner.precision):
        shares, full, empty = path.integrals(steps), path.score(1.0), path.score(0.0)
    return {head: _explanation(split, shares[head], full[head], empty[head]) for head in contrasts}


@dataclass(frozen=True)
class _Around:
    """The sentences that are labelled together with the one that is asked for: what the encoder made of each,
    (sentences, width), their places, the number of the first, and the row of the one."""

    vectors: Tensor
    places: Tensor
    first: int
    row: int

    @classmethod
    def of(cls, learner: TransformerLearner, document: Document, sentence: int) -> Self:
        """The run of sentences that holds ``sentence``."""
        run = next(one for one in runs(document) if sentence in one)
        vectors = torch.from_numpy(learner.sentence_vectors([document])[0][run.start : run.stop])
        return cls(vectors, run_places(document, run), run.start, sentence - run.start)

    def with_window(self, batch: Batch, read: Tensor) -> Tensor:
        """The vectors, with those of a window's sentences as they were ``read`` now."""
        rows = torch.from_numpy(batch.units[:, 1]) - self.first
        inside = (rows >= 0) & (rows < len(self.vectors))
        return self.vectors.index_put((rows[inside],), read[inside])


class _Path:
    """The straight path from the empty window (0) to the window as it is (1).

    Each point is a forward pass of its own: a network that looks across the windows of a batch must not see two
    points of the path at once."""

    def __init__(
        self,
        network: HeadedEncoder,
        batch: Batch,
        around: _Around,
        contrasts: Mapping[str, Contrast],
        ends: tuple[Tensor, Tensor],
    ) -> None:
        self.network = network
        self.batch = batch
        self.around = around
        self.contrasts = contrasts
        self.start, self.way = ends[0], ends[1] - ends[0]

    def log_odds(self, vectors: Tensor) -> dict[str, Tensor]:
        """Head → log-odds of its contrast where the input vectors are ``vectors``: (tokens, width)."""
        around, row = self.around, self.around.row
        with _reading(self.network, vectors[None]):
            read = self.network.read(self.batch)
        logits = self.network.label(around.with_window(self.batch, read), around.places)
        return {
            head: (logits[head][row, asked.label] - logits[head][row, asked.rival]) / asked.temperature
            for head, asked in self.contrasts.items()
        }

    def score(self, share: float) -> dict[str, float]:
        """The log-odds at a point of the path."""
        with torch.inference_mode():
            return {head: value.item() for head, value in self.log_odds(self.start + share * self.way).items()}

    def integrals(self, steps: int) -> dict[str, NDArray[np.floating]]:
        """Head → share of every token, by the Gauss–Legendre rule: (tokens,)."""
        total = {head: torch.zeros(len(self.way), dtype=torch.float64) for head in self.contrasts}
        points, weights = np.polynomial.legendre.leggauss(steps)  # on -1 … 1
        for share, weight in zip((points + 1) / 2, weights / 2, strict=True):
            vectors = (self.start + float(share) * self.way).requires_grad_()
            for head, value in self.log_odds(vectors).items():
                (slope,) = torch.autograd.grad(value, vectors, retain_graph=True)
                total[head] += float(weight) * (slope * self.way).sum(dim=1).double()
        return {head: values.numpy() for head, values in total.items()}


@contextmanager
def _reading(network: HeadedEncoder, vectors: Tensor) -> Iterator[None]:
    """Meanwhile the encoder reads these vectors, (windows, tokens, width), instead of the tokens' own; places and
    segments are added to them as ever."""
    hook = network.encoder.get_input_embeddings().register_forward_hook(lambda *_: vectors)
    try:
        yield
    finally:
        hook.remove()


def _ends(network: HeadedEncoder, window: Window, windower: Windower) -> tuple[Tensor, Tensor]:
    """Input vectors of the empty window and of the window: (tokens, width) each."""
    special = windower.special
    known = (windower.tokenizer.token_to_id(name) for name in UNKNOWN_WORDS)
    unknown = next((number for number in known if number is not None), special.pad)
    empty = np.where(np.isin(window.ids, (special.cls, special.sep)), window.ids, unknown)
    embed = network.encoder.get_input_embeddings()
    with torch.no_grad():
        return embed(torch.from_numpy(empty)), embed(torch.from_numpy(window.ids))


def _explanation(split: Partition, shares: NDArray[np.floating], score: float, base: float) -> Explanation:
    values = np.zeros(len(split.words))
    for token, word in split.word_of.items():
        values[word] += shares[token]
    parts = [Part(part.name, part.text, float(shares[list(part.tokens)].sum())) for part in split.parts]
    return Explanation(METHOD, score, base, word_shares(split.words, values), tuple(parts))
