"""The stage that learns of speakers: no training article is read by a model that learned from it."""

from dataclasses import dataclass
from types import SimpleNamespace

import pytest

from pipeline.stages import speakers


@dataclass(frozen=True)
class Path:
    """A text path that knows from which lessons it learned."""

    learned: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Read:
    """An article whose example is what its reader learned from."""

    id: str

    @property
    def lesson(self) -> str:
        return self.id

    def example(self, text_path: Path) -> tuple[str, ...] | None:
        return text_path.learned


@pytest.mark.parametrize("folds", [2, 5])
def test_training_articles_are_read_out_of_fold(monkeypatch: pytest.MonkeyPatch, folds: int) -> None:
    monkeypatch.setattr(speakers, "learn", lambda lessons, text_path, params, seed: tuple(lessons))
    params = SimpleNamespace(seed=1, speakers=SimpleNamespace(folds=folds))
    read = [Read(f"a-{number}") for number in range(20)]
    seen = dict(speakers._out_of_fold(read, Path(), SimpleNamespace(params=params)))
    assert set(seen) == {one.id for one in read}
    for name, learned in seen.items():
        assert name not in learned
        assert len(learned) == 20 - 20 // folds
