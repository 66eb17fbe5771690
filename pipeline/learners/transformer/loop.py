"""Fine-tuning: AdamW with linear warm-up and decay, weighted cross-entropy summed over heads, early stopping."""

import copy
import math
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
import torch
from rich.console import Console
from rich.progress import Progress
from sklearn.metrics import f1_score
from torch import Tensor, nn

from pipeline.config import TransformerParams
from pipeline.labels import heads
from pipeline.learners.contract import LabelledDocument, Observe, gold
from pipeline.learners.transformer.batches import PARTS, Batch, lessons
from pipeline.learners.transformer.network import HeadedEncoder, reader_of
from pipeline.learners.transformer.precision import autocast
from pipeline.learners.transformer.reading import answers
from pipeline.learners.transformer.windows import Windower, places

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
    (mean over heads of macro-F1). Stops after ``params.patience`` epochs without a better one.

    An article that comes in several views (as read, as labelled) is read in one of them an epoch, in turn: that
    takes half the time of both. The same seed gives the same weights for any number of threads.
    """
    random = np.random.default_rng(seed)
    turns = _turns(examples, params.epochs)
    trainer = _Trainer(network, windower, params, class_weights(examples, params.class_weight_power))
    trainer.schedule(sum(len(trainer.lessons(turn, np.random.default_rng(seed))) for turn in turns))
    best, best_state, waited = -1.0, network.state_dict(), 0
    for epoch, turn in enumerate(turns):
        loss = trainer.epoch(turn, random, f"epoch {epoch + 1} of {params.epochs}")
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


def validate(
    network: HeadedEncoder,
    windower: Windower,
    examples: Sequence[LabelledDocument],
    params: TransformerParams,
) -> dict[str, float]:
    """Macro-F1 of each head over all sentences with a gold label."""
    documents = [example.document for example in examples]
    found = answers(reader_of(network, params.precision), network, windower, documents)
    scores = {}
    for head, expected in gold(examples).items():
        predicted = np.concatenate([one[head].argmax(axis=1) for one in found])
        known = expected >= 0
        scores[head] = float(f1_score(expected[known], predicted[known], average="macro", zero_division=0))
    return scores


def class_weights(examples: Sequence[LabelledDocument], power: float) -> dict[str, Tensor]:
    """Head → (classes,): (frequency of the class) ** -power, scaled so that the mean over sentences is 1."""
    weights = {}
    for head, codes in gold(examples).items():
        counts = np.maximum(np.bincount(codes[codes >= 0], minlength=len(heads()[head])), 1)
        raw = (counts / counts.sum()) ** -power
        weights[head] = torch.tensor(raw / (raw * counts / counts.sum()).sum(), dtype=torch.float32)
    return weights


def _turns(examples: Sequence[LabelledDocument], epochs: int) -> list[list[LabelledDocument]]:
    """For each epoch one view of every article; half of the articles start with their second view."""
    views: dict[str, list[LabelledDocument]] = {}
    for example in examples:
        views.setdefault(example.document.article.id, []).append(example)
    return [
        [found[(place + epoch) % len(found)] for place, found in enumerate(views.values())]
        for epoch in range(epochs)
    ]


class _Trainer:
    """The network with its optimiser, and threads that read the parts of a lesson side by side."""

    def __init__(
        self,
        network: HeadedEncoder,
        windower: Windower,
        params: TransformerParams,
        weights: dict[str, Tensor],
    ) -> None:
        self.network, self.windower, self.params, self.weights = network, windower, params, weights
        self.encoder = [p for p in network.encoder.parameters() if p.requires_grad]
        self.trained = [p for p in network.parameters() if p.requires_grad]
        self.optimiser = _optimiser(network, params)

    def schedule(self, steps: int) -> None:
        """Plan the learning rate over all steps of the run."""
        rate = partial(_rate, steps=steps, warmup=self.params.warmup)
        self.rates = torch.optim.lr_scheduler.LambdaLR(self.optimiser, rate)

    def lessons(
        self, examples: Sequence[LabelledDocument], random: np.random.Generator
    ) -> list[tuple[Batch, ...]]:
        windows = self.windower.windows([e.document for e in examples], self.params.actor_dropout, random)
        return lessons(windows, self.params.batch_tokens, self.windower.special.pad, random)

    def epoch(self, examples: Sequence[LabelledDocument], random: np.random.Generator, title: str) -> float:
        """One pass over the articles; returns the mean loss a lesson."""
        self.network.train()
        planned = self.lessons(examples, random)
        target, documents = _Targets(examples), [example.document for example in examples]
        total, threads = 0.0, torch.get_num_threads()
        torch.set_num_threads(1)  # each worker computes alone: two on one product of this size are hardly faster
        try:
            with (
                ThreadPoolExecutor(
                    min(self.params.threads, PARTS), initializer=torch.set_num_threads, initargs=(1,)
                ) as pool,
                Progress(console=Console(stderr=True), transient=True) as progress,
            ):
                for parts in progress.track(planned, description=title):
                    units = np.concatenate([part.units for part in parts])
                    where = torch.from_numpy(places(units, documents))
                    total += self._step(pool, parts, where, target.of(units))
        finally:
            torch.set_num_threads(threads)
        return total / max(1, len(planned))

    def _step(
        self, pool: ThreadPoolExecutor, parts: Sequence[Batch], where: Tensor, target: dict[str, Tensor]
    ) -> float:
        """One update. The graph is cut at the sentence vectors: the encoder runs forward and back part by part in
        the threads, the layers above it once over all. Only these draw random numbers (dropout), so that nothing
        hangs on which thread comes first."""
        read = list(pool.map(self._read, parts))
        vectors = torch.cat(read).detach().requires_grad_()
        scores = self.network.label(vectors, where)
        losses = [self._loss(head, scores[head], classes) for head, classes in target.items()]
        loss = sum(one for one in losses if one is not None)
        if not isinstance(loss, Tensor):
            return 0.0
        loss.backward()
        slopes = vectors.grad.split([len(one) for one in read])
        for gradients in pool.map(self._back, read, slopes):  # added in the order of the parts, not of their end
            for parameter, gradient in zip(self.encoder, gradients, strict=True):
                if gradient is not None:
                    parameter.grad = gradient if parameter.grad is None else parameter.grad + gradient
        nn.utils.clip_grad_norm_(self.trained, CLIP)
        self.optimiser.step()
        self.rates.step()
        self.optimiser.zero_grad()
        return loss.item()

    def _read(self, part: Batch) -> Tensor:
        with autocast(self.params.precision):
            return self.network.read(part)

    def _back(self, read: Tensor, slope: Tensor) -> tuple[Tensor | None, ...]:
        return torch.autograd.grad(read, self.encoder, slope, allow_unused=True)

    def _loss(self, head: str, scores: Tensor, classes: Tensor) -> Tensor | None:
        if not (classes != IGNORED).any():
            return None
        return nn.functional.cross_entropy(
            scores,
            classes,
            weight=self.weights[head],
            ignore_index=IGNORED,
            label_smoothing=self.params.label_smoothing,
        )


class _Targets:
    """Gold classes, found by (document, sentence)."""

    def __init__(self, examples: Sequence[LabelledDocument]) -> None:
        self.offsets = np.cumsum([0, *(len(example.labels) for example in examples)])
        self.classes = {head: np.where(known < 0, IGNORED, known) for head, known in gold(examples).items()}

    def of(self, units: np.ndarray) -> dict[str, Tensor]:
        rows = self.offsets[units[:, 0]] + units[:, 1]
        return {head: torch.from_numpy(known[rows]) for head, known in self.classes.items()}


def _optimiser(network: HeadedEncoder, params: TransformerParams) -> torch.optim.Optimizer:
    """What is fresh learns faster than the encoder; vectors (biases, norms) do not decay."""
    rates = {"heads": params.head_learning_rate, "article": params.article_learning_rate}
    groups = [
        {
            "params": [parameter],
            "lr": rates.get(name.split(".")[0], params.learning_rate),
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
