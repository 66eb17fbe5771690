"""Floating-point operations: what an encoder needs for its tokens, and what this machine does at most."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

NUMBERS = {"bf16": torch.bfloat16, "fp32": torch.float32}
# Rows of a product: a window, a few windows, a large batch. The library is not fastest at the same for all shapes.
_TOKENS = (256, 1024, 4096)
_TRIES = 3
_LEAST = 0.02  # CPU seconds of a try: long against the clock's own steps

Shape = tuple[int, int]


@dataclass(frozen=True)
class Needs:
    """``weights``: of the encoder's linear layers, all layers together. ``width`` and ``layers`` of its attention.
    ``shapes``: inputs and outputs of a layer's four products, query, key and value in one."""

    weights: int
    width: int
    layers: int
    shapes: tuple[Shape, ...]

    @classmethod
    def of(cls, encoder: nn.Module) -> "Needs":
        """What a BERT-like encoder needs."""
        linear = [part for part in encoder.modules() if isinstance(part, nn.Linear)]
        width, inner = encoder.config.hidden_size, encoder.config.intermediate_size
        shapes = ((width, 3 * width), (width, width), (width, inner), (inner, width))
        return cls(sum(one.weight.numel() for one in linear), width, encoder.config.num_hidden_layers, shapes)

    def operations(self, lengths: Sequence[int]) -> int:
        """Useful operations for windows of these lengths in tokens, a multiplication with its addition counted as
        two: 2 · weights · tokens for the linear layers, and 4 · tokens² · width a layer for attention's scores and
        the sums that they weigh. Padding is no use, norms, softmax and activations are no products:
        not counted."""
        tokens = np.asarray(lengths, dtype=np.int64)
        linear = 2 * self.weights * int(tokens.sum())
        attention = 4 * self.width * self.layers * int((tokens**2).sum())
        return linear + attention


def matmul_rate(shapes: Sequence[Shape], precision: str) -> float:
    """Operations a CPU second that this machine does in products of these shapes, one after the other: of each the
    fastest of ``F.linear`` and the same with weights packed beforehand, over several numbers of rows."""
    seconds = sum(2 * before * after / _fastest(before, after, NUMBERS[precision]) for before, after in shapes)
    return sum(2 * before * after for before, after in shapes) / seconds


def _fastest(before: int, after: int, number: torch.dtype) -> float:
    """Operations a CPU second of the fastest way to multiply by a (before, after) matrix."""
    weight = torch.randn(after, before).to(number)
    bias = torch.zeros(after, dtype=number)
    best = 0.0
    with torch.inference_mode():
        for tokens in _TOKENS:
            rows = torch.randn(tokens, before).to(number)
            for product in _ways(weight, bias):
                best = max(best, 2 * tokens * before * after / _seconds(product, rows))
    return best


def _ways(weight: Tensor, bias: Tensor) -> list[Callable[[Tensor], Tensor]]:
    ways: list[Callable[[Tensor], Tensor]] = [lambda rows: functional.linear(rows, weight, bias)]
    if torch.backends.mkldnn.is_available():
        packed = torch.ops.mkldnn._reorder_linear_weight(weight, _TOKENS[0])
        ways.append(lambda rows: torch.ops.mkldnn._linear_pointwise(rows, packed, bias, "none", [], ""))
    return ways


def _seconds(product: Callable[[Tensor], Tensor], rows: Tensor) -> float:
    """CPU seconds of one product: the best of ``_TRIES``, each many products long."""
    began = time.process_time()
    product(rows)
    times = max(1, round(_LEAST / max(time.process_time() - began, 1e-6)))
    tries = []
    for _ in range(_TRIES):
        began = time.process_time()
        for _ in range(times):
            product(rows)
        tries.append((time.process_time() - began) / times)
    return min(tries)
