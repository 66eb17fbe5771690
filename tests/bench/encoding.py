"""The small encoder as the comparators use it: texts in, one vector a text out."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from transformers import AutoConfig, AutoModel, AutoTokenizer, PreTrainedTokenizerBase
from transformers.utils import logging

from pipeline.learners.transformer.precision import autocast
from tests.bench.reading import MOST_TOKENS

BATCH = 32  # texts
NEIGHBOURHOOD = 50  # batches among which like lengths are sought while training

Text = str | tuple[str, str]


class PooledEncoder(nn.Module):
    """A pretrained encoder; the vector of a text is the mean of its tokens', as MiniLM was trained to be read."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        logging.disable_progress_bar()
        config = AutoConfig.from_pretrained(folder, local_files_only=True)
        # attention written out: in bf16, 2,240 tokens forward and back take 0.46 s of one core, fused 0.80 s
        self.encoder = AutoModel.from_pretrained(
            folder, config=config, attn_implementation="eager", use_safetensors=True, local_files_only=True
        )
        self.encoder.pooler = None
        self.width: int = config.hidden_size

    def forward(self, encoded: dict[str, Tensor]) -> Tensor:
        """(texts, width), float32."""
        hidden = self.encoder(**encoded).last_hidden_state.float()
        mask = encoded["attention_mask"][:, :, None].float()
        return (hidden * mask).sum(dim=1) / mask.sum(dim=1)


def tokenizer_of(folder: Path) -> PreTrainedTokenizerBase:
    """The encoder's own fast tokenizer."""
    return AutoTokenizer.from_pretrained(folder, local_files_only=True)


def tokens(tokenizer: PreTrainedTokenizerBase, texts: Sequence[Text]) -> dict[str, Tensor]:
    """A padded batch. Of a pair the second text is cut where both are too long, unless the first is so alone."""
    return dict(
        tokenizer(
            list(texts), truncation="longest_first", max_length=MOST_TOKENS, padding=True, return_tensors="pt"
        )
    )


def batches(texts: Sequence[Text], random: np.random.Generator | None = None) -> list[np.ndarray]:
    """Places of the texts of each batch, those of like length together. ``random`` shuffles texts and batches."""
    lengths = np.array([len(text) if isinstance(text, str) else sum(map(len, text)) for text in texts])
    if random is None:
        return _cut(np.argsort(lengths, kind="stable"))
    order, step = random.permutation(len(texts)), BATCH * NEIGHBOURHOOD
    near = [order[start : start + step] for start in range(0, len(order), step)]
    found = [batch for part in near for batch in _cut(part[np.argsort(lengths[part], kind="stable")])]
    return [found[i] for i in random.permutation(len(found))]


def _cut(order: np.ndarray) -> list[np.ndarray]:
    return [order[start : start + BATCH] for start in range(0, len(order), BATCH)]


def outputs(
    network: nn.Module, tokenizer: PreTrainedTokenizerBase, texts: Sequence[Text]
) -> Iterator[tuple[np.ndarray, Tensor]]:
    """What a network says of each batch, with the places of its texts."""
    network.eval()
    with torch.inference_mode(), autocast("auto"):
        for places in batches(texts):
            yield places, network(tokens(tokenizer, [texts[i] for i in places])).float()


def vectors(encoder: PooledEncoder, tokenizer: PreTrainedTokenizerBase, texts: Sequence[str]) -> np.ndarray:
    """(texts, width) float32; a text that comes again is encoded once."""
    distinct = list(dict.fromkeys(texts))
    found = np.zeros((len(distinct), encoder.width), dtype=np.float32)
    for places, values in outputs(encoder, tokenizer, distinct):
        found[places] = values.numpy()
    place = {text: number for number, text in enumerate(distinct)}
    return found[[place[text] for text in texts]]
