"""Linear models over n-grams as they score: weights, what they weigh, and the two files that hold both."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter, ValidationError
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from pipeline.config import strict
from pipeline.learners.ngrams import BLOCKS, Block, Features, Reader, Row
from pipeline.learners.temperature import softmax

WEIGHTS_FILE, SHAPE_FILE = "tfidf.safetensors", "tfidf.json"
_BETWEEN = "\n"  # no n-gram holds one: all are cut at white space


class LinearModelError(ValueError):
    """Files of a model that cannot be used; the message names the fault and the mend."""


@strict
class _BlockShape:
    name: str
    sizes: tuple[int, int]
    features: int


@strict
class _Shape:
    """What is in ``SHAPE_FILE``: the blocks in order, and for each head the classes that have weights."""

    blocks: tuple[_BlockShape, ...]
    classes: dict[str, tuple[int, ...]]


@dataclass(frozen=True)
class LinearModel:
    """Multinomial logistic regression, one model a head, on the features of ``blocks``.

    ``classes``: head → numbers of the classes that training showed. ``idf``: (features,). ``weights``: (features,
    outputs) and ``bias``: (outputs,), where the outputs are the classes of one head after the other. All float32.
    """

    blocks: tuple[Block, ...]
    classes: Mapping[str, tuple[int, ...]]
    idf: NDArray[np.float32]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]

    @cached_property
    def reader(self) -> Reader:
        """What turns rows into features."""
        return Reader(self.blocks, self.idf)

    @cached_property
    def outputs(self) -> dict[str, slice]:
        """Head → its columns of ``weights``."""
        ends = np.cumsum([len(numbers) for numbers in self.classes.values()]).tolist()
        return {
            head: slice(end - len(self.classes[head]), end) for head, end in zip(self.classes, ends, strict=True)
        }

    def scores(self, rows: Sequence[Row]) -> NDArray[np.float32]:
        """Unnormalised log-probabilities, (rows, outputs). A row's do not depend on the others, to the last bit:
        each is summed by itself in the order of the columns."""
        return self.weighed(self.reader.features(rows), len(rows))

    def weighed(self, features: Features, rows: int) -> NDArray[np.float32]:
        """The scores of features that were read of so many rows."""
        scores = np.zeros((rows, len(self.bias)), dtype=np.float32)
        if len(features.row):
            first = np.flatnonzero(np.diff(features.row, prepend=-1))
            terms = self.weights[features.column] * features.value[:, None]
            scores[features.row[first]] = np.add.reduceat(terms, first, axis=0)
        return scores + self.bias

    def probabilities(self, rows: Sequence[Row]) -> Iterator[tuple[str, NDArray[np.float32]]]:
        """For each head the probabilities of its ``classes``, (rows, classes)."""
        scores = self.scores(rows)
        for head, own in self.outputs.items():
            yield head, softmax(scores[:, own])

    def word_similarities(self, text: str, others: Sequence[str]) -> NDArray[np.float32]:
        """Cosines of a sentence and others in the n-grams of words, (others,)."""
        features = self.reader.features([Row(one, "", "", "") for one in (text, *others)])
        of_words = features.column < self.reader.starts["char"]  # the first block; its rows have length 1
        row, column, value = (array[of_words] for array in (features.row, features.column, features.value))
        asked = np.zeros(len(self.idf), dtype=np.float32)
        asked[column[row == 0]] = value[row == 0]
        return np.bincount(row, weights=value * asked[column], minlength=len(others) + 1)[1:].astype(np.float32)

    def save(self, folder: Path) -> None:
        """Write both files; the same model always gives the same bytes."""
        ngrams = _BETWEEN.join(ngram for block in self.blocks for ngram in block.ngrams)
        arrays = {"idf": self.idf, "weights": self.weights, "bias": self.bias}
        arrays["ngrams"] = np.frombuffer(ngrams.encode("utf-8", "surrogatepass"), dtype=np.uint8)
        save_file(arrays, folder / WEIGHTS_FILE)
        shape = _Shape(
            tuple(_BlockShape(block.name, block.sizes, len(block.ngrams)) for block in self.blocks),
            dict(self.classes),
        )
        (folder / SHAPE_FILE).write_text(json.dumps(asdict(shape), indent=2) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what ``save`` wrote. Raises ``FileNotFoundError``; ``LinearModelError`` where it is not whole."""
        try:
            shape = TypeAdapter(_Shape).validate_json((folder / SHAPE_FILE).read_bytes())
            arrays = load_file(folder / WEIGHTS_FILE)
            ngrams = arrays["ngrams"].tobytes().decode("utf-8", "surrogatepass").split(_BETWEEN)
            model = cls(
                tuple(_blocks(shape, ngrams)), shape.classes, arrays["idf"], arrays["weights"], arrays["bias"]
            )
        except (ValidationError, KeyError, UnicodeDecodeError, SafetensorError) as error:
            raise LinearModelError(
                f"{folder}: no TF-IDF model ({error}). Train it again with `dvc repro`"
            ) from error
        _check(model, len(ngrams), folder)
        return model


def _blocks(shape: _Shape, ngrams: Sequence[str]) -> Iterator[Block]:
    start = 0
    for block in shape.blocks:
        yield Block(block.name, block.sizes, tuple(ngrams[start : start + block.features]))
        start += block.features


def _check(model: LinearModel, ngrams: int, folder: Path) -> None:
    """What no type says: the blocks that are read, and arrays that fit each other."""
    features = sum(len(block.ngrams) for block in model.blocks)
    outputs = sum(map(len, model.classes.values()))
    faults = {
        "blocks": tuple(block.name for block in model.blocks) != BLOCKS,
        "ngrams": ngrams != features or any(len(set(b.ngrams)) != len(b.ngrams) for b in model.blocks),
        "idf": model.idf.shape != (features,),
        "weights": model.weights.shape != (features, outputs),
        "bias": model.bias.shape != (outputs,),
    }
    for name, faulty in faults.items():
        if faulty:
            raise LinearModelError(
                f"{folder}: {name} does not fit {features} n-grams and {outputs} classes. Train it again with "
                "`dvc repro`"
            )
