"""The learned choice of a sentence's speaker among its candidates: LightGBM's trees over what the rules saw."""

from pathlib import Path

import numpy as np

from pipeline.text.candidates import VALUES
from pipeline.text.trees import Trees, TreesError

# How LightGBM ends a file of trees. Given one that is cut short, it ends the process instead of raising.
_LAST = "pandas_categorical:null"

# Columns behind the values are words of the sentence, called so and the word.
WORD = "word_"


class RankerError(ValueError):
    """A ranker that does not fit this program; the message says what to do."""


class SpeakerRanker:
    """A forest that scores candidates; in each sentence the highest is chosen (LambdaRank, Burges 2010)."""

    def __init__(self, trees: Trees) -> None:
        self._trees = trees
        names = trees.features[len(VALUES) :]
        self.words = {name.removeprefix(WORD): column for column, name in enumerate(names)}

    def scores(self, rows: np.ndarray) -> np.ndarray:
        """Scores, (candidates,), of the rows that ``candidates.matrix`` makes; their order in a sentence
        counts."""
        return self._trees.scores(rows)

    def save(self, path: Path) -> None:
        """Write the trees as LightGBM's plain text."""
        path.write_text(self._trees.written, encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> "SpeakerRanker":
        """Read what ``save`` wrote. Raises ``FileNotFoundError``; ``RankerError`` where it is damaged or was
        trained on other values."""
        try:
            written = path.read_text(encoding="utf-8")
            if not written.rstrip().endswith(_LAST):
                raise RankerError(f"{path}: no speaker ranker, or cut short. Train it again with `dvc repro`")
            trees = Trees(written)
        except (TreesError, UnicodeDecodeError) as error:
            raise RankerError(f"{path}: no speaker ranker ({error}). Train it again with `dvc repro`") from error
        names = trees.features
        if tuple(names[: len(VALUES)]) != VALUES or not all(one.startswith(WORD) for one in names[len(VALUES) :]):
            raise RankerError(f"{path}: was trained on other values than this program's. Train it again")
        return cls(trees)
