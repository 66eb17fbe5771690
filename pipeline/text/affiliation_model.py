"""The model that decides party and kind of a speaker, where neither the user nor the table of actors knows them.

Rules propose (``affiliation.py``), the model disposes. It is two logistic regressions: one tells the kind from the
speaker's signs, one the party from the same signs by side (government, official opposition, third, none) and from
the evidence for each party. Both are joined by how often sides and kinds go together. ``learners/affiliation.py``
trains it; here its weights are read and applied.
"""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Self

import numpy as np
from pydantic import TypeAdapter, ValidationError

from pipeline.config import strict
from pipeline.text.affiliation import Affiliation
from pipeline.text.affiliation_signs import Signs, side_of, signs
from pipeline.text.entity_facts import EntityFacts
from pipeline.text.lexicon import Lexicon
from pipeline.text.party_evidence import candidate_signs, candidates, party_evidence

SIDES = ("none", "lead", "junior", "rival", "third")


class AffiliationError(ValueError):
    """A file of weights that cannot be used; the message names the fault and the mend."""


@strict
class AffiliationWeights:
    """The model's file. ``signs`` maps a sign to its weights: of each of ``kinds``, then of each of ``SIDES``.

    ``bias`` belongs to ``kinds``; ``evidence`` weighs the signs of a candidate party; ``agreement`` (sides ×
    kinds) multiplies the joint probability. A party or kind less probable than ``threshold`` stays unknown.
    """

    kinds: tuple[str, ...]
    bias: tuple[float, ...]
    signs: dict[str, tuple[float, ...]]
    evidence: dict[str, float]
    agreement: tuple[tuple[float, ...], ...]
    threshold: float


@dataclass(frozen=True)
class Chances:
    """Joint probabilities of ``parties`` × ``kinds``; they sum to 1."""

    parties: tuple[str, ...]
    kinds: tuple[str, ...]
    joint: np.ndarray

    def of_parties(self) -> dict[str, float]:
        """Party → probability."""
        return dict(zip(self.parties, self.joint.sum(axis=1).tolist(), strict=True))

    def of_kinds(self) -> dict[str, float]:
        """Kind → probability."""
        return dict(zip(self.kinds, self.joint.sum(axis=0).tolist(), strict=True))

    def given(self, party: str, kind: str) -> "Chances":
        """Probabilities where party or kind are known; what is empty or no class here conditions nothing."""
        joint = self.joint
        if party in self.parties:
            joint = joint * (np.array(self.parties) == party)[:, None]
        if kind in self.kinds:
            joint = joint * (np.array(self.kinds) == kind)[None, :]
        return Chances(self.parties, self.kinds, joint / joint.sum()) if joint.sum() > 0 else self


@dataclass(frozen=True)
class AffiliationModel:
    """Decides party and kind of one speaker after the other."""

    weights: AffiliationWeights
    lexicon: Lexicon

    @classmethod
    def load(cls, path: Path, lexicon: Lexicon) -> Self:
        """Read a file of weights. Raises ``FileNotFoundError``; ``AffiliationError`` if it is not whole."""
        try:
            weights = TypeAdapter(AffiliationWeights).validate_json(path.read_bytes())
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(map(str, first["loc"])) or "the whole"
            raise AffiliationError(f"{path}: {place}: {first['msg']}. Train it again with `dvc repro`") from error
        _check(weights, path)
        return cls(weights, lexicon)

    def save(self, path: Path) -> None:
        """Write the weights as JSON; the same model always gives the same bytes."""
        content = TypeAdapter(AffiliationWeights).dump_python(self.weights, mode="json")
        path.write_text(json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")

    def decide(self, facts: EntityFacts) -> Affiliation:
        """The user's word first, then the table's, then a party printed beside the name, then the model's."""
        party = facts.given.party or facts.known.party or facts.printed
        kind = facts.given.kind or facts.known.kind
        if party and kind:
            return Affiliation(party, kind)
        chances = self.chances(facts).given(party, kind)
        return Affiliation(
            party or _surest(chances.of_parties(), self.weights.threshold),
            kind or _surest(chances.of_kinds(), self.weights.threshold),
        )

    def chances(self, facts: EntityFacts) -> Chances:
        """What signs and evidence say, before anything that is known for sure."""
        scores = self._scores(signs(facts, self.lexicon))
        kinds = len(self.weights.kinds)
        evidence = party_evidence(facts)
        parties = candidates(facts, evidence)
        sides = [SIDES.index(side_of(party, facts.setting.government)) for party in parties]
        weigh = self.weights.evidence.get
        of_party = np.array(
            [
                sum(weigh(sign, 0.0) for sign in candidate_signs(facts, party, evidence)) + scores[kinds + side]
                for party, side in zip(parties, sides, strict=True)
            ]
        )
        of_kind = scores[:kinds] + self._bias
        joint = softmax(of_party)[:, None] * softmax(of_kind)[None, :] * self._agreement[sides]
        return Chances(tuple(parties), self.weights.kinds, joint / joint.sum())

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {sign: row for row, sign in enumerate(self.weights.signs)}

    @cached_property
    def _matrix(self) -> np.ndarray:
        """Weights of shape (signs, kinds + sides)."""
        columns = len(self.weights.kinds) + len(SIDES)
        return np.array(list(self.weights.signs.values()), dtype=np.float32).reshape(-1, columns)

    @cached_property
    def _bias(self) -> np.ndarray:
        return np.array(self.weights.bias)

    @cached_property
    def _agreement(self) -> np.ndarray:
        return np.array(self.weights.agreement)

    def _scores(self, found: Signs) -> np.ndarray:
        """Sum of the weights of all signs that the model knows, of shape (kinds + sides,)."""
        row_of = self._rows.get
        known = [(row, value) for sign, value in found.items() if (row := row_of(sign)) is not None]
        rows = np.array([row for row, _ in known], dtype=np.intp)
        return np.array([value for _, value in known], dtype=np.float32) @ self._matrix[rows]


def softmax(scores: np.ndarray) -> np.ndarray:
    """Probabilities of a row of scores."""
    odds = np.exp(scores - scores.max())
    return odds / odds.sum()


def _surest(chances: dict[str, float], threshold: float) -> str:
    """The most probable class, empty below the threshold."""
    best = max(chances, key=chances.__getitem__)
    return best if chances[best] >= threshold else ""


def _check(weights: AffiliationWeights, path: Path) -> None:
    """What no type says: every row as long as the classes ask."""
    kinds = len(weights.kinds)
    faults = {
        "bias": len(weights.bias) != kinds,
        "signs": any(len(row) != kinds + len(SIDES) for row in weights.signs.values()),
        "agreement": len(weights.agreement) != len(SIDES) or any(len(row) != kinds for row in weights.agreement),
        "threshold": not 0 <= weights.threshold <= 1,
    }
    for name, faulty in faults.items():
        if faulty:
            raise AffiliationError(
                f"{path}: {name} does not fit {kinds} kinds and {len(SIDES)} sides. Train it with `dvc repro`"
            )
