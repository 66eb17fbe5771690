"""What stands above the encoder: the layer over an article's sentences, and one linear layer a head."""

import torch
from torch import Tensor, nn

from pipeline.learners.transformer.article_layer import ArticleLayer


class SentenceHeads(nn.Module):
    """Sentence vectors of an article → logits. ``width``: of a vector; ``classes``: how many each head has."""

    def __init__(self, width: int, classes: dict[str, int], dropout: float) -> None:
        super().__init__()
        self.article = ArticleLayer(width)
        self.dropout = nn.Dropout(dropout)
        self.heads = nn.ModuleDict({head: nn.Linear(width, count) for head, count in classes.items()})

    def label(self, vectors: Tensor, places: Tensor) -> dict[str, Tensor]:
        """Logits of sentences: head → (sentences, classes), float32.

        ``vectors``: (sentences, width). ``places``: see ``ArticleLayer.forward``.
        """
        with torch.autocast("cpu", enabled=False):
            seen = self.dropout(self.article(vectors.float(), places))
            return {head: layer(seen) for head, layer in self.heads.items()}
