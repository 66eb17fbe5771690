"""Which inputs were scored before: a fingerprint of each, and ids that stay unique from run to run."""

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from hashlib import blake2b

import numpy as np
import pyarrow as pa

from pipeline.records import Article
from pipeline.text.rejects import Reject

MARK = 8  # hex digits of the fingerprint in the id of an article whose own id an earlier run has given away


@dataclass(frozen=True)
class InputRow:
    """A row of the inputs table: an article or a reject, in the order of reading.

    ``article_id`` is None where the articles table has no row for it, ``content`` the fingerprint, ``sentences``
    the number of its rows in the statements table.
    """

    source: str
    article_id: str | None
    content: str
    sentences: int


def fingerprint(item: Article | Reject) -> str:
    """What tells an input from all others: 32 hex digits, BLAKE2b of everything that can change its rows.

    Of an article these are its text, its id and all its metadata, but not ``source``: a file that was moved is the
    same article as long as its id (the path below the folder that was named) stays. Of an input that cannot be
    read they are its source and why it was rejected.
    """
    fields = {name: value for name, value in vars(item).items() if isinstance(item, Reject) or name != "source"}
    told = json.dumps([type(item).__name__, fields], sort_keys=True, default=dt.date.isoformat)
    return blake2b(told.encode(), digest_size=16).hexdigest()


class Earlier:
    """The inputs of shards that are finished, at 25 bytes each: 250 MB for ten million articles."""

    def __init__(self, inputs: Iterable[pa.Table]) -> None:
        contents, ids = [np.empty((0, 2), np.uint64)], [np.empty(0, np.uint64)]
        for table in inputs:
            contents.append(_halves("".join(table["content"].to_pylist())))
            ids.append(np.array([_short(name) for name in table["article_id"].drop_null().to_pylist()], np.uint64))
        pairs = np.concatenate(contents)
        order = np.lexsort((pairs[:, 1], pairs[:, 0]))
        self._first, self._second = (np.ascontiguousarray(pairs[order, half]) for half in (0, 1))
        self._left = np.ones(len(pairs), bool)
        self._ids = np.unique(np.concatenate(ids))

    def __len__(self) -> int:
        return len(self._first)

    def take(self, content: str) -> bool:
        """Whether an input with this fingerprint is finished. Each is taken once, so that one which was met
        twice in a run that was ended is met twice in the run that goes on."""
        first, second = _halves(content)[0]
        place = int(np.searchsorted(self._first, first))
        while place < len(self) and self._first[place] == first:
            if self._second[place] == second and self._left[place]:
                self._left[place] = False
                return True
            place += 1
        return False

    def settle(self, article: Article, content: str) -> Article:
        """The article under an id that no article of an earlier run has: its own, or with part of the fingerprint
        added where another text had that id (another folder was read then, or the article was changed since)."""
        short = _short(article.id)
        place = int(np.searchsorted(self._ids, short))
        if place < len(self._ids) and self._ids[place] == short:
            return replace(article, id=f"{article.id}~{content[:MARK]}")
        return article


def _halves(digits: str) -> np.ndarray:
    """Fingerprints one after the other → two whole numbers of 64 bits each, shape (n, 2)."""
    return np.frombuffer(bytes.fromhex(digits), np.uint64).reshape(-1, 2)


def _short(name: str) -> np.uint64:
    return np.frombuffer(blake2b(name.encode(), digest_size=8).digest(), np.uint64)[0]
