"""The transformer as PyTorch and transformers compute it when nobody thinks of speed: the peer of our own reader,
and the truth that it must agree with."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file
from torch import Tensor
from transformers import AutoConfig, AutoModel

from pipeline.labels import heads
from pipeline.learners.contract import Probabilities
from pipeline.learners.transformer.batches import batches
from pipeline.learners.transformer.learner import WEIGHTS_FILE, TransformerLearner
from pipeline.learners.transformer.network import HeadedEncoder
from pipeline.learners.transformer.reading import run_places, runs
from pipeline.records import Document
from tests.bench.encoding import BATCH

_NO_BUDGET = 1 << 40  # tokens: whatever is given becomes one batch


class PaddedReader:
    """A saved transformer in fp32: the windows in input order, ``BATCH`` of them padded to the longest, PyTorch's
    own attention (sdpa), then the same article layer and heads. Nothing is sorted or packed."""

    name = "transformer"

    def __init__(self, folder: Path) -> None:
        self.windower = TransformerLearner.load(folder).windower
        self.network = network(folder)

    def predict_proba(self, documents: Sequence[Document]) -> list[Probabilities]:
        """See ``Predictor``."""
        with torch.inference_mode():
            return [
                self._labelled(document, vectors)
                for document, vectors in zip(documents, self._vectors(documents), strict=True)
            ]

    def _vectors(self, documents: Sequence[Document]) -> list[Tensor]:
        """(sentences, width) for each document."""
        width = self.network.encoder.config.hidden_size
        found = [torch.zeros(len(document.sentences), width) for document in documents]
        windows = self.windower.windows(documents)
        for first in range(0, len(windows), BATCH):
            (batch,) = batches(windows[first : first + BATCH], _NO_BUDGET, self.windower.special.pad)
            for (document, sentence), vector in zip(batch.units, self.network.read(batch), strict=True):
                found[document][sentence] = vector
        return found

    def _labelled(self, document: Document, vectors: Tensor) -> Probabilities:
        found: dict[str, list[np.ndarray]] = {head: [np.zeros((0, len(names)))] for head, names in heads().items()}
        for run in runs(document):
            logits = self.network.label(vectors[run.start : run.stop], run_places(document, run))
            for head, values in logits.items():
                found[head].append(values.softmax(dim=1).numpy())
        return {head: np.concatenate(parts).astype(np.float32) for head, parts in found.items()}


def network(folder: Path) -> HeadedEncoder:
    """The network of a saved transformer with PyTorch's fused attention, in fp32, ready to answer."""
    config = AutoConfig.from_pretrained(folder, local_files_only=True)
    encoder = AutoModel.from_config(config, attn_implementation="sdpa")
    encoder.pooler = None
    made = HeadedEncoder(encoder, {head: len(names) for head, names in heads().items()}, dropout=0.0)
    made.load_state_dict({name: value.float() for name, value in load_file(folder / WEIGHTS_FILE).items()})
    return made.eval()
