"""Fine-tuning: AdamW with linear warm-up and decay, weighted cross-entropy summed over heads, early stopping."""

import copy
import math
from collections.abc import Iterator, Sequence

import numpy as np
import torch
from rich.console import Console
from rich.progress import Progress
from sklearn.metrics import f1_score
from torch import Tensor, nn

from pipeline.config import TransformerParams
from pipeline.labels import heads
from pipeline.learners.contract import LabelledDocument, Observe, gold
from pipeline.learners.transformer.batches import Batch, batches
from pipeline.learners.transformer.network import HeadedEncoder
from pipeline.learners.transformer.precision import autocast
from pipeline.learners.transformer.windows import Windower

IGNORED = -100  # cross_entropy's own mark for a target that does not count
CLIP = 1.0  # largest gradient norm


def train(
    network: HeadedEncoder,
    windower: Windower,
    examples: Sequence[LabelledDocument],
    validation: Sequence[LabelledDocument],
    params: TransformerParams,
    seed: int,
    observe: Observe,
) -> None:
    """Fine-tune ``network`` in place and leave in it the weights of the epoch that validated best
    (mean over heads of macro-F1). Stops after ``params.patience`` epochs without a better one."""
    random = np.random.default_rng(seed)
    target = _Targets(examples)
    weights = target.class_weights(params.class_weight_power)
    documents = [example.document for example in examples]
    steps = params.epochs * len(batches(windower.windows(documents), params.batch_tokens, windower.special.pad))
    optimiser = _optimiser(network, params)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: _rate(step, steps, params.warmup))
    best, best_state, waited = -1.0, network.state_dict(), 0
    for epoch in range(params.epochs):
        windows = windower.windows(documents, params.actor_dropout, random)
        epoch_batches = batches(windows, params.batch_tokens, windower.special.pad, random)
        loss = _epoch(network, epoch_batches, target, weights, optimiser, schedule, params, epoch)
        scores = validate(network, windower, validation, params)
        mean = float(np.mean(list(scores.values())))
        named = {f"validation.{head}.macro_f1": score for head, score in scores.items()}
        observe({"train.loss": loss, "validation.macro_f1": mean, **named}, epoch)
        waited += 1
        if mean > best:
            best, best_state, waited = mean, copy.deepcopy(network.state_dict()), 0
        if waited >= params.patience:
            break
    network.load_state_dict(best_state)


def logits(
    network: HeadedEncoder, epoch_batches: Sequence[Batch], precision: str
) -> Iterator[tuple[Batch, dict[str, Tensor]]]:
    """Each batch with its logits: head → (rows of ``batch.units``, classes)."""
    network.eval()
    with torch.inference_mode(), autocast(precision):
        for batch in epoch_batches:
            yield batch, network(batch.ids, batch.mask, batch.slots, len(batch.units))


def validate(
    network: HeadedEncoder,
    windower: Windower,
    examples: Sequence[LabelledDocument],
    params: TransformerParams,
) -> dict[str, float]:
    """Macro-F1 of each head over all sentences with a gold label."""
    target = _Targets(examples)
    found = batches(windower.windows([e.document for e in examples]), params.batch_tokens, windower.special.pad)
    expected: dict[str, list[Tensor]] = {head: [] for head in heads()}
    predicted: dict[str, list[Tensor]] = {head: [] for head in heads()}
    for batch, scores in logits(network, found, params.precision):
        for head, targets in target.of(batch).items():
            known = targets != IGNORED
            expected[head].append(targets[known])
            predicted[head].append(scores[head].argmax(dim=1)[known])
    return {
        head: float(
            f1_score(torch.cat(expected[head]), torch.cat(predicted[head]), average="macro", zero_division=0)
        )
        for head in heads()
    }


class _Targets:
    """Gold classes, found by (document, sentence)."""

    def __init__(self, examples: Sequence[LabelledDocument]) -> None:
        self.offsets = np.cumsum([0, *(len(example.labels) for example in examples)])
        self.classes = {head: np.where(known < 0, IGNORED, known) for head, known in gold(examples).items()}

    def of(self, batch: Batch) -> dict[str, Tensor]:
        rows = self.offsets[batch.units[:, 0]] + batch.units[:, 1]
        return {head: torch.from_numpy(known[rows]) for head, known in self.classes.items()}

    def class_weights(self, power: float) -> dict[str, Tensor]:
        """(frequency of the class) ** -power, scaled so that the mean over sentences is 1."""
        weights = {}
        for head, classes in heads().items():
            known = self.classes[head][self.classes[head] != IGNORED]
            counts = np.maximum(np.bincount(known, minlength=len(classes)), 1)
            raw = (counts / counts.sum()) ** -power
            weights[head] = torch.tensor(raw / (raw * counts / counts.sum()).sum(), dtype=torch.float32)
        return weights


def _epoch(
    network: HeadedEncoder,
    epoch_batches: Sequence[Batch],
    target: _Targets,
    weights: dict[str, Tensor],
    optimiser: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LRScheduler,
    params: TransformerParams,
    epoch: int,
) -> float:
    """One pass over the batches; returns the mean loss a batch."""
    network.train()
    total = 0.0
    trained = [parameter for parameter in network.parameters() if parameter.requires_grad]
    with Progress(console=Console(stderr=True), transient=True) as progress:
        for batch in progress.track(epoch_batches, description=f"epoch {epoch + 1} of {params.epochs}"):
            with autocast(params.precision):
                scores = network(batch.ids, batch.mask, batch.slots, len(batch.units))
            loss = sum(
                nn.functional.cross_entropy(
                    scores[head],
                    classes,
                    weight=weights[head],
                    ignore_index=IGNORED,
                    label_smoothing=params.label_smoothing,
                )
                for head, classes in target.of(batch).items()
                if (classes != IGNORED).any()
            )
            if not isinstance(loss, Tensor):
                continue
            loss.backward()
            nn.utils.clip_grad_norm_(trained, CLIP)
            optimiser.step()
            schedule.step()
            optimiser.zero_grad()
            total += loss.item()
    return total / max(1, len(epoch_batches))


def _optimiser(network: HeadedEncoder, params: TransformerParams) -> torch.optim.Optimizer:
    """Heads learn faster than the encoder; vectors (biases, norms) do not decay."""
    groups = [
        {
            "params": [parameter],
            "lr": params.head_learning_rate if name.startswith("heads.") else params.learning_rate,
            "weight_decay": params.weight_decay if parameter.ndim > 1 else 0.0,
        }
        for name, parameter in network.named_parameters()
        if parameter.requires_grad
    ]
    return torch.optim.AdamW(groups)


def _rate(step: int, steps: int, warmup: float) -> float:
    """Share of the full learning rate: linear up over ``warmup`` of the run, linear down after it."""
    rise = max(1, math.ceil(warmup * steps))
    return min((step + 1) / rise, max(0.0, (steps - step) / max(1, steps - rise)))
