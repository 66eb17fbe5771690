"""Training of the model of party and kind: two logistic regressions, unpacked into plain weights."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from pipeline.text.affiliation_model import SIDES, AffiliationModel, AffiliationWeights
from pipeline.text.affiliation_signs import Signs, side_of, signs
from pipeline.text.entity_facts import EntityFacts
from pipeline.text.lexicon import Lexicon
from pipeline.text.party_evidence import candidate_signs, candidates, party_evidence

# A sign met with one speaker alone would be learnt by heart.
MINIMUM = 2
# Decimals of a saved weight: the scores of a speaker change by less than .02, the file halves.
DECIMALS = 3
# A speaker counts by the root of the sentences it speaks, for it is judged by sentences but is one example.
MOST_SENTENCES = 16
# How far sides and kinds, once known, bind each other; 0 not at all, 1 as in the joint counts.
BINDING = 0.5
# Below it a party or kind stays unknown. Shares of rightly named sentences that are right/wrong, four-fold over
# training articles: party .863/.137, kind .771/.229 at 0; .863/.136, .766/.211 at .4; .860/.131, .750/.185 at .5;
# .854/.118, .725/.160 at .6.
THRESHOLD = 0.4


@dataclass(frozen=True)
class LabelledEntity:
    """A speaker as found in an article, with the party and kind that the article's head declares for it."""

    facts: EntityFacts
    party: str
    kind: str


@dataclass(frozen=True)
class AffiliationStrength:
    """Inverse regularisation of both regressions, chosen by cross-validation over training articles."""

    kind: float = 1.0
    party: float = 1.0


def train_affiliation(
    examples: Sequence[LabelledEntity],
    lexicon: Lexicon,
    *,
    seed: int,
    strength: AffiliationStrength = AffiliationStrength(),
    threshold: float = THRESHOLD,
) -> AffiliationModel:
    """Fit the model. Raises ``ValueError`` where the examples do not show two kinds."""
    if len({example.kind for example in examples}) < 2:
        raise ValueError(
            f"{len(examples)} speakers show fewer than two kinds to tell apart: label more articles, or look "
            "whether their speakers are found"
        )
    found = [signs(example.facts, lexicon) for example in examples]
    table = DictVectorizer(dtype=np.float64)
    matrix = table.fit_transform(_frequent(found))
    weights = np.array([_weight(example) for example in examples])
    kinds = LogisticRegression(C=strength.kind, max_iter=500, random_state=seed)
    kinds.fit(matrix, [example.kind for example in examples], sample_weight=weights)
    of_kinds, bias = _by_class(kinds)
    of_sides, evidence = _parties(examples, matrix, weights, strength.party, seed)
    rows = np.round(np.concatenate([of_kinds, of_sides]).T, DECIMALS)
    named = zip(table.get_feature_names_out().tolist(), rows.tolist(), strict=True)
    classes = tuple(kinds.classes_.tolist())
    return AffiliationModel(
        AffiliationWeights(
            kinds=classes,
            bias=tuple(np.round(bias, DECIMALS).tolist()),
            signs={sign: tuple(row) for sign, row in named if any(row)},
            evidence=evidence,
            agreement=_agreement(examples, classes),
            threshold=threshold,
        ),
        lexicon,
    )


def _parties(
    examples: Sequence[LabelledEntity], matrix: sparse.csr_matrix, weights: np.ndarray, strength: float, seed: int
) -> tuple[np.ndarray, dict[str, float]]:
    """Weights of the signs by side, of shape (sides, signs), and of the evidence for a party.

    One row a candidate party: is it the speaker's? The speaker's signs stand in the columns of its side.
    """
    owners, sides, evidence, right = [], [], [], []
    for number, example in enumerate(examples):
        facts, seen = example.facts, party_evidence(example.facts)
        for party in candidates(facts, seen):
            owners.append(number)
            sides.append(SIDES.index(side_of(party, facts.setting.government)))
            evidence.append(dict.fromkeys(candidate_signs(facts, party, seen), 1.0))
            right.append(party == example.party)
    table = DictVectorizer(dtype=np.float64)
    columns = table.fit_transform(_frequent(evidence))
    speakers = matrix[owners]
    blocks = [sparse.diags((np.array(sides) == side).astype(float)) @ speakers for side in range(len(SIDES))]
    model = LogisticRegression(C=strength, max_iter=500, random_state=seed)
    model.fit(sparse.hstack([*blocks, columns]).tocsr(), right, sample_weight=weights[owners])
    cut = len(SIDES) * matrix.shape[1]
    coefficients = np.round(model.coef_[0], DECIMALS).tolist()
    named = zip(table.get_feature_names_out().tolist(), coefficients[cut:], strict=True)
    return np.reshape(coefficients[:cut], (len(SIDES), -1)), {sign: weight for sign, weight in named if weight}


def _frequent(found: Iterable[Mapping[str, float]]) -> list[Signs]:
    """Signs met at least ``MINIMUM`` times."""
    found = list(found)
    counts = Counter(sign for one in found for sign in one)
    return [{sign: value for sign, value in one.items() if counts[sign] >= MINIMUM} for one in found]


def _weight(example: LabelledEntity) -> float:
    return min(max(len(example.facts.said), 1), MOST_SENTENCES) ** 0.5


def _by_class(model: LogisticRegression) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients of shape (classes, signs) and intercepts; for two classes scikit-learn keeps one row."""
    if len(model.classes_) == 2:
        halves = np.array([[-0.5], [0.5]])
        return halves * model.coef_, (halves * model.intercept_)[:, 0]
    return model.coef_, model.intercept_


def _agreement(examples: Sequence[LabelledEntity], kinds: Sequence[str]) -> tuple[tuple[float, ...], ...]:
    """How much oftener each side and kind meet than by chance, to the power ``BINDING``: (sides, kinds)."""
    counts = np.full((len(SIDES), len(kinds)), 0.1)
    for example in examples:
        side = side_of(example.party, example.facts.setting.government)
        counts[SIDES.index(side), kinds.index(example.kind)] += 1
    lift = counts * counts.sum() / counts.sum(axis=1, keepdims=True) / counts.sum(axis=0, keepdims=True)
    return tuple(map(tuple, np.round(lift**BINDING, DECIMALS).tolist()))
