"""BERT's encoder (Devlin et al. 2019) written out for reading on a CPU: one window at a time, hardly padded.

What makes it fast, in the order of the gain: matrix products in bf16 on weights that are packed once for the
processor, with GELU inside them; heads laid out so that their products need no copies; softmax as powers of two
(the factor lies in the query's weights) without looking for the maximum first, which costs as much as the powers.
What overflows that way is read once more exactly. Residual sums and norms stay in fp32: as fast, and half as many
labels change against fp32 throughout. int8 products would take two thirds of the time of bf16, but change 1 to 5
labels in a hundred (3,836 sentences; bf16 .1 to .2), so there is no way to ask for them.

A window is computed by itself, so what it gives cannot hang on the windows beside it: the same article gets the
same numbers alone, in a batch of thousands and on any number of workers. Whoever wants more cores reads other
windows on them.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from pipeline.learners.transformer.precision import described

# Windows are lengthened to a multiple of it: each length of a product costs the library a few milliseconds once.
STEP = 16
_PACKED = torch.backends.mkldnn.is_available()

# (scores of (heads, tokens, tokens), tokens of the window) → attention weights and what to divide their sums by
Weigh = Callable[[Tensor, int], tuple[Tensor, Tensor]]


@dataclass(frozen=True)
class BertShape:
    """What a forward pass must know beyond the weights; ``epsilon`` of the layer norms."""

    layers: int
    heads: int
    epsilon: float

    @classmethod
    def of(cls, config: Mapping[str, object]) -> Self | None:
        """The shape in an encoder's ``config.json``; None where the encoder is no plain BERT."""
        plain = (
            config.get("model_type") == "bert"
            and config.get("hidden_act") == "gelu"
            and config.get("position_embedding_type", "absolute") == "absolute"
            and not config.get("is_decoder")
        )
        if not plain:
            return None
        return cls(
            int(config["num_hidden_layers"]), int(config["num_attention_heads"]), float(config["layer_norm_eps"])
        )


class Bert:
    """A ``Reader`` that computes in ``number``: torch.bfloat16 or torch.float32."""

    def __init__(self, state: Mapping[str, Tensor], shape: BertShape, number: torch.dtype) -> None:
        """``state``: weights by the names that Hugging Face gives them in a ``BertModel`` without pooler.

        Raises ``ValueError`` where one is missing or over.
        """
        if wrong := sorted(set(state) ^ _names(shape.layers)):
            raise ValueError(f"weights missing or not BERT's: {', '.join(wrong[:5])}")
        self.shape, self.number = shape, number
        self.words = state["embeddings.word_embeddings.weight"].float()
        # every token is of the first segment: its vector is part of the position's
        self.places = (
            state["embeddings.position_embeddings.weight"].float()
            + state["embeddings.token_type_embeddings.weight"][0].float()
        )
        self.norm = _norm(state, "embeddings")
        self.layers = [_Layer.of(state, f"encoder.layer.{layer}", self) for layer in range(shape.layers)]

    @property
    def width(self) -> int:
        """Numbers of a hidden state."""
        return self.words.shape[1]

    @property
    def engine(self) -> str:
        """See ``Reader``."""
        return described(self.number)

    def hidden(self, ids: NDArray[np.integer]) -> Tensor:
        """Last hidden states of one window: (tokens, width), float32."""
        found = self._forward(ids, _powers)
        return found if bool(torch.isfinite(found).all()) else self._forward(ids, _softmax)

    def _forward(self, ids: NDArray[np.integer], weigh: Weigh) -> Tensor:
        count = len(ids)
        embedded = self.words[torch.from_numpy(np.asarray(ids, dtype=np.int64))] + self.places[:count]
        embedded = functional.layer_norm(embedded, embedded.shape[1:], *self.norm, self.shape.epsilon)
        rows = functional.pad(embedded, (0, 0, 0, -count % STEP))
        for layer in self.layers:
            rows = layer(rows, count, weigh)
        return rows[:count]


class _Linear:
    """A product with weights that lie as the processor wants them."""

    def __init__(self, weight: Tensor, bias: Tensor, number: torch.dtype) -> None:
        self.bias = bias.to(number)
        plain = weight.to(number).contiguous()
        self.weight = torch.ops.mkldnn._reorder_linear_weight(plain, 256) if _PACKED else plain

    def __call__(self, rows: Tensor) -> Tensor:
        if _PACKED:
            return torch.ops.mkldnn._linear_pointwise(rows, self.weight, self.bias, "none", [], "")
        return functional.linear(rows, self.weight, self.bias)

    def gelu(self, rows: Tensor) -> Tensor:
        if _PACKED:
            return torch.ops.mkldnn._linear_pointwise(rows, self.weight, self.bias, "gelu", [], "none")
        return functional.gelu(self(rows))


@dataclass(frozen=True)
class _Layer:
    """Self-attention and the feed-forward part, each with its residual sum and norm."""

    heads: int
    epsilon: float
    looking: _Linear
    seen: _Linear
    widen: _Linear
    narrow: _Linear
    seen_norm: tuple[Tensor, Tensor]
    norm: tuple[Tensor, Tensor]
    number: torch.dtype

    @classmethod
    def of(cls, state: Mapping[str, Tensor], name: str, bert: Bert) -> Self:
        parts = [f"{name}.attention.self.{part}" for part in ("query", "key", "value")]
        weight = torch.stack([state[f"{part}.weight"].float() for part in parts])
        bias = torch.stack([state[f"{part}.bias"].float() for part in parts])
        scale = math.log2(math.e) / math.sqrt(weight.shape[1] // bert.shape.heads)
        weight[0] *= scale
        bias[0] *= scale

        def linear(part: str) -> _Linear:
            return _Linear(state[f"{name}.{part}.weight"], state[f"{name}.{part}.bias"], bert.number)

        return cls(
            bert.shape.heads,
            bert.shape.epsilon,
            _Linear(weight.flatten(0, 1), bias.flatten(), bert.number),
            linear("attention.output.dense"),
            linear("intermediate.dense"),
            linear("output.dense"),
            _norm(state, f"{name}.attention.output"),
            _norm(state, f"{name}.output"),
            bert.number,
        )

    def __call__(self, rows: Tensor, count: int, weigh: Weigh) -> Tensor:
        """``rows``: (tokens, width), of which the first ``count`` are tokens of the window."""
        query, key, value = (
            self.looking(rows.to(self.number)).view(len(rows), 3, self.heads, -1).permute(1, 2, 0, 3).contiguous()
        )
        weights, total = weigh(torch.bmm(query, key.transpose(1, 2)), count)
        seen = torch.bmm(weights, value).div_(total).transpose(0, 1).reshape(rows.shape)
        rows = self._normed(rows.add_(self.seen(seen)), self.seen_norm)
        return self._normed(rows + self.narrow(self.widen.gelu(rows.to(self.number))), self.norm)

    def _normed(self, rows: Tensor, norm: tuple[Tensor, Tensor]) -> Tensor:
        return functional.layer_norm(rows, rows.shape[1:], *norm, self.epsilon)


def _powers(scores: Tensor, count: int) -> tuple[Tensor, Tensor]:
    """Attention as powers of two, in place, and their sums: the softmax but for the division."""
    torch.exp2(scores, out=scores)
    scores[..., count:] = 0
    return scores, scores.sum(dim=-1, keepdim=True)


def _softmax(scores: Tensor, count: int) -> tuple[Tensor, Tensor]:
    """The same, safe for scores of any size."""
    scores[..., count:] = -torch.inf
    return (scores.float() * math.log(2)).softmax(dim=-1).to(scores.dtype), scores.new_ones(1)


def _norm(state: Mapping[str, Tensor], name: str) -> tuple[Tensor, Tensor]:
    return state[f"{name}.LayerNorm.weight"].float(), state[f"{name}.LayerNorm.bias"].float()


def _names(layers: int) -> set[str]:
    """Every weight of the encoder."""
    tables = [f"embeddings.{part}_embeddings.weight" for part in ("word", "position", "token_type")]
    within = ["attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"]
    within += ["attention.output.LayerNorm", "intermediate.dense", "output.dense", "output.LayerNorm"]
    parts = [f"encoder.layer.{layer}.{part}" for layer in range(layers) for part in within]
    both = [f"{part}.{kind}" for part in ("embeddings.LayerNorm", *parts) for kind in ("weight", "bias")]
    return {*tables, *both}
