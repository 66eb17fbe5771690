"""The network: an encoder over windows of an article, one vector a sentence, a layer over the article's sentences,
one linear layer a head."""

from pathlib import Path

import torch
from torch import Tensor, nn
from transformers import AutoConfig, AutoModel, PreTrainedModel
from transformers.utils import logging

from pipeline.learners.transformer.article_layer import ArticleLayer
from pipeline.learners.transformer.batches import Batch


class HeadedEncoder(nn.Module):
    """Encoder with heads: ``read`` gives sentences their vectors, ``label`` turns an article's to logits."""

    def __init__(self, encoder: PreTrainedModel, classes: dict[str, int], dropout: float) -> None:
        super().__init__()
        width = encoder.config.hidden_size
        self.encoder = encoder
        self.article = ArticleLayer(width)
        self.dropout = nn.Dropout(dropout)
        self.heads = nn.ModuleDict({head: nn.Linear(width, count) for head, count in classes.items()})

    def read(self, batch: Batch) -> Tensor:
        """The mean of each sentence's last hidden states: (rows of ``batch.units``, width), float32."""
        hidden = self.encoder(input_ids=batch.ids, attention_mask=batch.mask).last_hidden_state
        slots = batch.slots.flatten()
        inside = slots >= 0
        rows, hidden = slots[inside], hidden.flatten(0, 1)[inside].float()
        total = hidden.new_zeros(len(batch.units), hidden.shape[1]).index_add(0, rows, hidden)
        count = hidden.new_zeros(len(batch.units)).index_add(0, rows, torch.ones_like(rows, dtype=hidden.dtype))
        return total / count.clamp(min=1)[:, None]

    def label(self, vectors: Tensor, places: Tensor) -> dict[str, Tensor]:
        """Logits of sentences: head → (sentences, classes), float32.

        ``vectors``: (sentences, width) as ``read`` gives them. ``places``: see ``ArticleLayer.forward``.
        """
        with torch.autocast("cpu", enabled=False):
            seen = self.dropout(self.article(vectors.float(), places))
            return {head: layer(seen) for head, layer in self.heads.items()}


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
