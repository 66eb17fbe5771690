"""spaCy's token vectors (hash embeddings, then convolutions over three tokens: Tok2Vec with MultiHashEmbed and
MaxoutWindowEncoder) in NumPy: the same values up to rounding in a quarter of the time.

What depends on the word alone is kept: a token's embedding is a sum of rows of tables that are multiplied by the
mixing layer once, when the model is loaded, so that it never depends on what is embedded beside it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from spacy.tokens import Doc
    from thinc.api import Model, Ops

# The layers as thinc names them; the values of any others are left to spaCy.
_EMBEDS = re.compile(
    r"extract_features>>list2ragged>>with_array\(ints-getitem>>hashembed(\|ints-getitem>>hashembed)*\)"
    r">>with_array\(maxout>>layernorm>>dropout\)>>ragged2list"
)
_LAYER = r"residual\(expand_window>>maxout>>layernorm>>dropout\)"
_ENCODES = re.compile(rf"with_array\({_LAYER}(>>{_LAYER})*\)")
_WINDOW = 3
# Keeps a division by the standard deviation finite; thinc's value.
_EPSILON = np.float32(1e-8)
# Words whose embedding is kept, each some 600 bytes. When there are more, all are forgotten.
_KEPT_WORDS = 50_000
_NO_TOKENS = np.zeros((0, 1), np.float32)


@dataclass(frozen=True)
class MaxoutNorm:
    """A linear layer, the largest of its ``pieces``, and layer normalisation. ``weights`` (inputs, pieces × width)
    hold one piece after the other, ``bias`` (pieces × width) too; ``gain`` and ``shift`` (width,)."""

    weights: np.ndarray
    bias: np.ndarray
    gain: np.ndarray
    shift: np.ndarray

    @classmethod
    def of(cls, maxout: "Model", norm: "Model") -> "MaxoutNorm":
        """The layer with thinc's weights, (width, pieces, inputs) there."""
        weights, bias = maxout.get_param("W"), maxout.get_param("b")
        inputs = weights.shape[2]
        return cls(
            np.ascontiguousarray(weights.transpose(2, 1, 0).reshape(inputs, -1)),
            np.ascontiguousarray(bias.T).reshape(-1),
            norm.get_param("G"),
            norm.get_param("b"),
        )

    def __call__(self, rows: np.ndarray) -> np.ndarray:
        """Outputs, (rows, width), of inputs, (rows, inputs)."""
        return self.normed(rows @ self.weights)

    def normed(self, products: np.ndarray) -> np.ndarray:
        """Outputs of inputs that are multiplied by the weights already; overwrites them."""
        products += self.bias
        width = self.gain.shape[0]
        found = products[:, :width].copy()
        for start in range(width, products.shape[1], width):
            np.maximum(found, products[:, start : start + width], out=found)
        found -= found.mean(axis=1, keepdims=True)
        variance = np.einsum("ij,ij->i", found, found)[:, None] / np.float32(width)
        found /= np.sqrt(variance + _EPSILON)
        found *= self.gain
        found += self.shift
        return found


@dataclass(frozen=True)
class HashTable:
    """The part of the mixing layer that one attribute of a token feeds: ``products`` (rows, pieces × width)."""

    seed: int
    products: np.ndarray


class TokenVectors:
    """Vectors of the tokens of documents, by the layers of a loaded model."""

    def __init__(self, model: "Model") -> None:
        """Take over the weights of a model that ``fits``."""
        embed, encode = model.get_ref("embed"), model.get_ref("encode")
        self._ops: Ops = embed.ops
        self._columns: list[str] = _named(embed, "extract_features")[0].attrs["columns"]
        self._mix = MaxoutNorm.of(_named(embed, "maxout")[0], _named(embed, "layernorm")[0])
        self._tables = _tables(_named(embed, "hashembed"), self._mix.weights)
        self._layers = [
            MaxoutNorm.of(*pair)
            for pair in zip(_named(encode, "maxout"), _named(encode, "layernorm"), strict=True)
        ]
        self._known: dict[bytes, np.ndarray] = {}

    @staticmethod
    def fits(model: "Model") -> bool:
        """Whether a model has the layers that are computed here."""
        if not (model.has_ref("embed") and model.has_ref("encode")):
            return False
        embed, encode = model.get_ref("embed"), model.get_ref("encode")
        windows = {layer.attrs["window_size"] for layer in _named(encode, "expand_window")}
        return bool(_EMBEDS.fullmatch(embed.name) and _ENCODES.fullmatch(encode.name) and windows == {1})

    def __call__(self, documents: Sequence["Doc"]) -> list[np.ndarray]:
        """One array, (tokens, width), a document. A document's vectors depend on no other document but for
        rounding."""
        lengths = [len(document) for document in documents]
        # As many empty rows between two documents as layers look across.
        gap = len(self._layers)
        firsts = np.cumsum([gap, *(length + gap for length in lengths)])
        states = np.zeros((firsts[-1], self._mix.gain.shape[0]), np.float32)
        for first, length, embedded in zip(firsts, lengths, self._embedded(documents), strict=False):
            states[first : first + length] = embedded
        for layer in self._layers:
            states += layer(_windows(states))
        return [states[first : first + length] for first, length in zip(firsts, lengths, strict=False)]

    def _embedded(self, documents: Sequence["Doc"]) -> list[np.ndarray]:
        """Embeddings of the tokens of each document."""
        if len(self._known) > _KEPT_WORDS:
            self._known = {}
        known = self._known  # another thread may begin a new one meanwhile
        attributes = [document.to_array(self._columns) for document in documents]
        keys = [_keys(one) for one in attributes]
        new = {
            key: row
            for names, rows in zip(keys, attributes, strict=True)
            for key, row in zip(names, rows, strict=True)
            if key not in known
        }
        if new:
            known.update(zip(new, self._embed(np.stack([*new.values()])), strict=True))
        return [np.stack([known[key] for key in names]) if names else _NO_TOKENS for names in keys]

    def _embed(self, attributes: np.ndarray) -> np.ndarray:
        """Embeddings, (tokens, width), of the attributes of tokens, (tokens, attributes)."""
        found = np.zeros((len(attributes), self._mix.bias.shape[0]), np.float32)
        for column, table in enumerate(self._tables):
            hashes = self._ops.hash(np.ascontiguousarray(attributes[:, column]), table.seed)
            rows = hashes % np.uint32(len(table.products))
            for place in range(rows.shape[1]):
                found += table.products[rows[:, place]]
        return self._mix.normed(found)


def _tables(layers: Sequence["Model"], weights: np.ndarray) -> list[HashTable]:
    """Each embedding table multiplied by its rows of the mixing layer's ``weights``."""
    found, start = [], 0
    for layer in layers:
        table = layer.get_param("E")
        stop = start + table.shape[1]
        found.append(HashTable(layer.attrs["seed"], table @ weights[start:stop]))
        start = stop
    return found


def _named(model: "Model", name: str) -> list["Model"]:
    """The layers of a name in a model, in order."""
    return [layer for layer in model.walk(order="dfs_pre") if layer.name == name]


def _keys(attributes: np.ndarray) -> list[bytes]:
    """A name for each token's attributes, (tokens, attributes)."""
    rows = np.ascontiguousarray(attributes)
    return rows.view(f"V{rows.itemsize * rows.shape[1]}").ravel().tolist() if len(rows) else []


def _windows(states: np.ndarray) -> np.ndarray:
    """Each row between its neighbours, (rows, 3 × width); nothing stands before the first and behind the last."""
    rows, width = states.shape
    found = np.zeros((rows, _WINDOW * width), np.float32)
    found[1:, :width] = states[:-1]
    found[:, width : 2 * width] = states
    found[:-1, 2 * width :] = states[1:]
    return found
