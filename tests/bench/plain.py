"""Plain fine-tuning: the textbook's recipe for labelling texts (Devlin et al. 2019), with four heads."""

import copy
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from transformers import get_linear_schedule_with_warmup

from pipeline.labels import heads
from pipeline.learners.contract import LabelledDocument, Observe, Probabilities, check_material
from pipeline.learners.transformer.precision import autocast
from pipeline.records import Document
from tests.bench.encoding import PooledEncoder, Text, batches, outputs, tokenizer_of, tokens
from tests.bench.reading import Reading, by_document, class_counts, labelled, macro_f1, readings

DROPOUT = 0.1
CLIP = 1.0  # largest gradient norm


class Classifier(nn.Module):
    """Encoder, dropout and one linear layer whose outputs are the classes of all heads in a row."""

    def __init__(self, encoder: PooledEncoder, classes: int) -> None:
        super().__init__()
        self.encoder = encoder
        self.dropout = nn.Dropout(DROPOUT)
        self.layer = nn.Linear(encoder.width, classes)

    def forward(self, encoded: dict[str, Tensor]) -> Tensor:
        """Logits, (texts, classes of all heads)."""
        return self.layer(self.dropout(self.encoder(encoded)))


class PlainLearner:
    """Sentence and speaker as one text, the one before as its pair; the sum of four cross-entropies, unweighted.

    The learning rate lies between BERT's and that of the smallest encoders (Turc et al. 2019: 3e-4 to 3e-5). An
    epoch shows every sentence twice, as read and as labelled; the better epoch on validation is kept."""

    name = "plain"

    def __init__(self, backbone: Path, seed: int, epochs: int = 2, learning_rate: float = 1e-4) -> None:
        self.backbone = backbone
        self.seed = seed
        self.epochs = epochs
        self.learning_rate = learning_rate

    def fit(
        self, train: Sequence[LabelledDocument], validation: Sequence[LabelledDocument], observe: Observe
    ) -> None:
        """See ``Learner``. Step of ``observe``: epoch."""
        check_material(train, validation)
        torch.manual_seed(self.seed)
        random = np.random.default_rng(self.seed)
        self.tokenizer = tokenizer_of(self.backbone)
        self.network = Classifier(PooledEncoder(self.backbone), sum(class_counts().values()))
        read, target = labelled(train)
        held_out, expected = labelled(validation)
        texts = _texts(read)
        steps = self.epochs * len(batches(texts))
        optimiser = torch.optim.AdamW(self.network.parameters(), self.learning_rate, weight_decay=0.01)
        schedule = get_linear_schedule_with_warmup(optimiser, steps // 10, steps)
        best, kept = -1.0, self.network.state_dict()
        for epoch in range(self.epochs):
            loss = self._epoch(texts, target, random, optimiser, schedule)
            chosen = self._proba(held_out)
            scores = {head: macro_f1(expected[head], chosen[head].argmax(axis=1)) for head in heads()}
            mean = float(np.mean(list(scores.values())))
            named = {f"validation.{head}.macro_f1": score for head, score in scores.items()}
            observe({"train.loss": loss, "validation.macro_f1": mean, **named}, epoch)
            if mean > best:
                best, kept = mean, copy.deepcopy(self.network.state_dict())
        self.network.load_state_dict(kept)

    def _epoch(
        self,
        texts: Sequence[Text],
        target: dict[str, np.ndarray],
        random: np.random.Generator,
        optimiser: torch.optim.Optimizer,
        schedule: torch.optim.lr_scheduler.LRScheduler,
    ) -> float:
        """One pass over the texts; returns the mean loss a batch."""
        self.network.train()
        total, cut = 0.0, batches(texts, random)
        for places in cut:
            with autocast("auto"):
                logits = self.network(tokens(self.tokenizer, [texts[i] for i in places])).float()
            loss = torch.stack(
                [
                    nn.functional.cross_entropy(part, torch.from_numpy(target[head][places]))
                    for head, part in _by_head(logits).items()
                ]
            ).sum()
            loss.backward()
            nn.utils.clip_grad_norm_(self.network.parameters(), CLIP)
            optimiser.step()
            schedule.step()
            optimiser.zero_grad()
            total += loss.item()
        return total / len(cut)

    def predict_proba(self, documents: Sequence[Document]) -> list[Probabilities]:
        """See ``Predictor``."""
        return by_document(documents, self._proba(readings(documents)))

    def _proba(self, read: Sequence[Reading]) -> dict[str, np.ndarray]:
        found = {head: np.zeros((len(read), count), np.float32) for head, count in class_counts().items()}
        for places, logits in outputs(self.network, self.tokenizer, _texts(read)):
            for head, part in _by_head(logits).items():
                found[head][places] = part.softmax(dim=1).numpy()
        return found


def _texts(read: Sequence[Reading]) -> list[Text]:
    return [(one.led, one.previous) for one in read]


def _by_head(logits: Tensor) -> dict[str, Tensor]:
    """The columns of each head."""
    return dict(zip(heads(), logits.split(list(class_counts().values()), dim=1), strict=True))
