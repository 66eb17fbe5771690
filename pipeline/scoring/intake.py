"""What was read, cut into batches that are scored together and into shards that are kept together.

Where one ends depends on the inputs alone, never on time or on the number of workers: a run that goes on after it
was ended cuts as one that was not.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.config import ScoreParams
from pipeline.records import Article
from pipeline.scoring.fingerprints import Earlier, InputRow, fingerprint
from pipeline.scoring.progress import Progress
from pipeline.text.rejects import Reject

# A shard is held in memory until it is written: at about five bytes a character, these are 160 MB. An ordinary
# shard (2,000 articles of 5,000 characters) has a third of them.
SHARD_CHARACTERS = 32_000_000


@dataclass(frozen=True)
class Batch:
    """Articles to score together, with the rejects met on the way.

    ``inputs`` has a row for each of both in the order of reading, ``sentences`` 0 as nothing is scored yet;
    ``read`` is how many bytes of the input lie behind (for the progress).
    """

    articles: tuple[Article, ...]
    rejects: tuple[Reject, ...]
    inputs: tuple[InputRow, ...]
    fills_shard: bool
    read: int


class Intake:
    """The inputs that are still to do. ``skipped`` counts those met so far that earlier shards hold."""

    def __init__(
        self, items: Iterator[Article | Reject], earlier: Earlier, params: ScoreParams, progress: Progress
    ) -> None:
        self.items = items
        self.earlier = earlier
        self.params = params
        self.progress = progress
        self.skipped = 0

    def batches(self) -> Iterator[Batch]:
        """Batches bounded by number and by characters, none of which crosses the end of a shard."""
        found: list[tuple[Article | Reject, str]] = []
        inputs = characters = of_shard = 0
        for item, content in self._new():
            found.append((item, content))
            size = len(item.text) if isinstance(item, Article) else 0
            inputs, characters, of_shard = inputs + 1, characters + size, of_shard + size
            full = inputs >= self.params.shard_articles or of_shard >= SHARD_CHARACTERS
            if full or len(found) >= self.params.batch_articles or characters >= self.params.max_characters:
                yield self._batch(found, full)
                found, characters = [], 0
            if full:
                inputs = of_shard = 0
        if found:
            yield self._batch(found, fills_shard=False)

    def _new(self) -> Iterator[tuple[Article | Reject, str]]:
        for item in self.items:
            self.progress.reading(item)
            content = fingerprint(item)
            if self.earlier.take(content):
                self.skipped += 1
                self.progress.skipped(self.skipped)
            elif isinstance(item, Article):
                yield self.earlier.settle(item, content), content
            else:
                yield item, content

    def _batch(self, found: list[tuple[Article | Reject, str]], fills_shard: bool) -> Batch:
        items = [item for item, _ in found]
        return Batch(
            tuple(item for item in items if isinstance(item, Article)),
            tuple(item for item in items if isinstance(item, Reject)),
            tuple(_row(item, content) for item, content in found),
            fills_shard,
            self.progress.read,
        )


def _row(item: Article | Reject, content: str) -> InputRow:
    if isinstance(item, Reject):
        return InputRow(item.source, None, content, 0)
    return InputRow(item.source or item.id, item.id, content, 0)
