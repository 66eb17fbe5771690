"""The network as it learns and explains: a Hugging Face encoder over windows of an article, one vector a sentence,
and the heads above. Scoring reads with ``bert.py`` where it can."""

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from transformers import AutoConfig, AutoModel, PreTrainedModel
from transformers.utils import logging

from pipeline.learners.transformer.batches import Batch
from pipeline.learners.transformer.bert import Bert, BertShape
from pipeline.learners.transformer.precision import autocast, described, number
from pipeline.learners.transformer.reading import Reader
from pipeline.learners.transformer.sentence_heads import SentenceHeads


class HeadedEncoder(SentenceHeads):
    """Encoder with heads: ``read`` gives sentences their vectors, ``label`` turns an article's to logits."""

    def __init__(self, encoder: PreTrainedModel, classes: dict[str, int], dropout: float) -> None:
        super().__init__(encoder.config.hidden_size, classes, dropout)
        self.encoder = encoder

    def read(self, batch: Batch) -> Tensor:
        """The mean of each sentence's last hidden states: (rows of ``batch.units``, width), float32."""
        hidden = self.encoder(input_ids=batch.ids, attention_mask=batch.mask).last_hidden_state
        slots = batch.slots.flatten()
        inside = slots >= 0
        rows, hidden = slots[inside], hidden.flatten(0, 1)[inside].float()
        total = hidden.new_zeros(len(batch.units), hidden.shape[1]).index_add(0, rows, hidden)
        count = hidden.new_zeros(len(batch.units)).index_add(0, rows, torch.ones_like(rows, dtype=hidden.dtype))
        return total / count.clamp(min=1)[:, None]


def pretrained(folder: Path, classes: dict[str, int], dropout: float) -> HeadedEncoder:
    """An encoder with the weights in ``folder`` and fresh heads.

    Dropout inside the encoder is off and attention is written out: on a CPU the random numbers of dropout
    cost as much as the matrix products (measured: forward 0.59 s with, 0.18 s without, 4,096 tokens).
    """
    logging.set_verbosity_error()  # it would report the pooler's weights, which nobody needs
    logging.disable_progress_bar()
    config = AutoConfig.from_pretrained(folder, local_files_only=True)
    for name, value in config.to_dict().items():  # every architecture has its own names for it
        if "dropout" in name and isinstance(value, float):
            setattr(config, name, 0.0)
    encoder = AutoModel.from_pretrained(
        folder, config=config, attn_implementation="eager", use_safetensors=True, local_files_only=True
    )
    encoder.pooler = None
    encoder.get_input_embeddings().weight.requires_grad_(False)
    return HeadedEncoder(encoder, classes, dropout)


def from_config(folder: Path, classes: dict[str, int]) -> HeadedEncoder:
    """The same network with untrained weights, by the ``config.json`` in ``folder``, ready to load a state."""
    config = AutoConfig.from_pretrained(folder, local_files_only=True)
    encoder = AutoModel.from_config(config, attn_implementation="eager")
    encoder.pooler = None
    return HeadedEncoder(encoder, classes, dropout=0.0)


class PlainReader:
    """A ``Reader`` for encoders that are no plain BERT: the network's own forward pass."""

    def __init__(self, network: HeadedEncoder, precision: str) -> None:
        self.network, self.precision = network.eval(), precision
        self.width: int = network.encoder.config.hidden_size
        self.engine = f"{described(number(precision))}, {network.encoder.config.model_type} as it came"

    def hidden(self, ids: NDArray[np.integer]) -> Tensor:
        """See ``Reader``."""
        with autocast(self.precision):
            row = torch.from_numpy(np.asarray(ids, dtype=np.int64))[None]
            return (
                self.network.encoder(input_ids=row, attention_mask=torch.ones_like(row))
                .last_hidden_state[0]
                .float()
            )


def reader_of(network: HeadedEncoder, precision: str) -> Reader:
    """What reads fastest with the network's weights as they are now."""
    shape = BertShape.of(network.encoder.config.to_dict())
    if shape is None:
        return PlainReader(network, precision)
    return Bert(network.encoder.state_dict(), shape, number(precision))
