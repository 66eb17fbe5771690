"""What a Spark worker runs in place of ``Scoring`` where the fake learner is to score."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
from fake_learner import FakeLearner, FakeText

from pipeline.scoring.bundle import open_bundle
from pipeline.scoring.engine import Scorer
from pipeline.scoring.spark.worker import Scoring


class FakeScoring(Scoring):
    """``Scoring`` in a process where every bundle is the fake learner's."""

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        Scorer.load = _fake
        yield from super().__call__(batches)


def _fake(folder: Path) -> Scorer:
    return Scorer(open_bundle(folder), FakeText(), FakeLearner())
