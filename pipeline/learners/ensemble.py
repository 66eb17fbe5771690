"""Learners that err differently, averaged: n-grams know words that the encoder blurs, the encoder knows order."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np

from pipeline.labels import heads
from pipeline.learners import learner_class
from pipeline.learners.contract import Predictor, Probabilities
from pipeline.learners.temperature import apply_temperature
from pipeline.records import Document

MEMBERS_FILE = "ensemble.json"


@dataclass(frozen=True)
class Member:
    """A fitted learner and the temperatures that calibrate it, by head."""

    learner: Predictor
    temperatures: Mapping[str, float]


class EnsembleLearner:
    """The plain mean of the members' calibrated probabilities. It has nothing of its own to fit."""

    name = "ensemble"

    def __init__(self, members: Sequence[Member]) -> None:
        self.members = members

    def predict_proba(self, documents: Sequence[Document]) -> list[Probabilities]:
        """See ``Predictor``."""
        answers = [member.learner.predict_proba(documents) for member in self.members]
        return [self._mean(one) for one in zip(*answers, strict=True)]

    def _mean(self, answers: Sequence[Probabilities]) -> Probabilities:
        """The members' answers on one document, in the order of the members, as one."""
        pairs = list(zip(self.members, answers, strict=True))
        return {
            head: np.mean(
                [apply_temperature(answer[head], member.temperatures[head]) for member, answer in pairs],
                axis=0,
                dtype=np.float32,
            )
            for head in heads()
        }

    def save(self, folder: Path) -> None:
        """Write every member into a folder of its name, and their temperatures beside."""
        for member in self.members:
            (folder / member.learner.name).mkdir()
            member.learner.save(folder / member.learner.name)
        said = {member.learner.name: dict(member.temperatures) for member in self.members}
        (folder / MEMBERS_FILE).write_text(json.dumps(said, indent=2) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what ``save`` wrote."""
        said = json.loads((folder / MEMBERS_FILE).read_text(encoding="utf-8"))
        return cls([Member(learner_class(name).load(folder / name), said[name]) for name in said])
