"""The split of the corpus into train, validation and test: by article, nothing shared across, and balanced.

Articles that share a sentence, a near-duplicate of one, or a named person form a group, and groups are dealt out
by iterative stratification (Sechidis, Tsoumakas and Vlahavas 2011) over government, outlet and genre. On the 552
articles the share of any government, outlet or genre differs by at most 2.8 points between a part and the whole;
scikit-learn's ``StratifiedGroupKFold``, which knows one label an article, leaves 5 to 8.
"""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.config import SplitParams
from pipeline.corpus.links import LinkKind, linked_groups, links
from pipeline.records import LabelledArticle

STRATA = ("government", "outlet", "genre")
NO_PART = "no part"
# Crossings that an error message lists; one is enough to refuse a split.
LISTED = 5


class SplitError(ValueError):
    """A split that cannot be trusted or made; the message says which articles are at fault and what to do."""


@dataclass(frozen=True)
class Split:
    """Ids of the articles of each part, sorted."""

    train: tuple[str, ...]
    validation: tuple[str, ...]
    test: tuple[str, ...]

    def parts(self) -> dict[str, tuple[str, ...]]:
        """Name of each part → its ids."""
        return {"train": self.train, "validation": self.validation, "test": self.test}

    def part_of(self) -> dict[str, str]:
        """Id of each article → name of its part."""
        return {article_id: part for part, ids in self.parts().items() for article_id in ids}


@dataclass(frozen=True)
class Crossing:
    """Something that two articles on different sides of a split share."""

    kind: LinkKind
    first: str
    second: str
    shared: str
    sides: tuple[str, str]

    def __str__(self) -> str:
        sides = f"{self.first} ({self.sides[0]}) and {self.second} ({self.sides[1]})"
        return f"{self.kind} {self.shared!r} in {sides}"


@dataclass(frozen=True)
class Balance:
    """Share of a stratum's value among all articles and among those of each part, all in 0–1."""

    stratum: str
    value: str
    overall: float
    shares: dict[str, float]

    @property
    def worst(self) -> float:
        """The largest absolute difference between a part and the whole."""
        return max(abs(share - self.overall) for share in self.shares.values())


def split(articles: Sequence[LabelledArticle], params: SplitParams, seed: int) -> Split:
    """Divide the articles; the same articles, parameters and seed give the same split, in any order of articles.

    Articles of ``params.taught_batches``, and those that share something with them, are train articles and count
    in no share. Raises ``SplitError`` where the shares leave nothing to train on or a part stays empty.
    """
    wanted = {"train": 1 - params.validation - params.test, "validation": params.validation, "test": params.test}
    if min(wanted.values()) <= 0:
        raise SplitError(f"shares of {wanted}: each must be above 0; mend validation and test in the parameters")
    ordered = sorted(articles, key=lambda labelled: labelled.article.id)
    ids = [labelled.article.id for labelled in ordered]
    values = {labelled.article.id: _values(labelled) for labelled in ordered}
    groups = linked_groups(ids, links(ordered, params))
    taught = _of_batches(ordered, params.taught_batches)
    teaching = [group for group in groups if not taught.isdisjoint(group)]
    open_groups = [group for group in groups if taught.isdisjoint(group)]
    dealt = _deal(open_groups, values, wanted, _of_batches(ordered, params.read_batches), random.Random(seed))
    dealt["train"].extend(article_id for group in teaching for article_id in group)
    for part, members in dealt.items():
        if not members:
            raise SplitError(f"no article is left for {part}: {len(ids)} in {len(groups)} groups are too few")
    return Split(**{part: tuple(sorted(members)) for part, members in dealt.items()})


def _of_batches(articles: Sequence[LabelledArticle], batches: Sequence[str]) -> set[str]:
    return {one.article.id for one in articles if Path(one.article.source).parent.name in batches}


def _values(labelled: LabelledArticle) -> list[str]:
    return [f"{stratum}: {getattr(labelled.article, stratum)}" for stratum in STRATA]


def _deal(
    groups: Sequence[tuple[str, ...]],
    values: dict[str, list[str]],
    wanted: dict[str, float],
    read: set[str],
    rng: random.Random,
) -> dict[str, list[str]]:
    """Iterative stratification: the rarest value first, each group to the part that still lacks most of it.

    A group with an article of ``read`` does not go to the test part.
    """
    counts = [Counter(value for member in group for value in values[member]) for group in groups]
    total = sum(counts, Counter())
    lacking = {part: Counter({v: share * n for v, n in total.items()}) for part, share in wanted.items()}
    room = {part: share * sum(map(len, groups)) for part, share in wanted.items()}
    dealt: dict[str, list[str]] = {part: [] for part in wanted}
    waiting = list(range(len(groups)))
    rng.shuffle(waiting)
    # large groups first, while all parts have room; then those not to be tested on, so that the others remain
    waiting.sort(key=lambda index: (-len(groups[index]), read.isdisjoint(groups[index])))
    while waiting:
        left = sum((counts[index] for index in waiting), Counter())
        rarest = min(left, key=lambda value: (left[value], value))
        for index in [index for index in waiting if rarest in counts[index]]:
            # a value of one article would always go to the largest part, were that not full at some time
            allowed = [part for part in wanted if part != "test" or read.isdisjoint(groups[index])]
            open_parts = [part for part in allowed if room[part] > 0] or allowed
            part = max(open_parts, key=lambda name: (lacking[name][rarest], room[name], rng.random()))
            dealt[part].extend(groups[index])
            lacking[part].subtract(counts[index])
            room[part] -= len(groups[index])
            waiting.remove(index)
    return dealt


def balance(parted: Split, articles: Sequence[LabelledArticle]) -> list[Balance]:
    """How well the parts mirror the whole: one row a value of government, outlet and genre."""
    by_id = {labelled.article.id: labelled.article for labelled in articles}
    rows = []
    for stratum in STRATA:
        whole = Counter(getattr(article, stratum) for article in by_id.values())
        for value, count in whole.most_common():
            shares = {
                part: sum(getattr(by_id[i], stratum) == value for i in ids) / max(1, len(ids))
                for part, ids in parted.parts().items()
            }
            rows.append(Balance(stratum, value, count / len(by_id), shares))
    return rows


def crossings(parted: Split, articles: Sequence[LabelledArticle], params: SplitParams) -> list[Crossing]:
    """Sentences, near-duplicates and named persons that two sides share; empty for a sound split."""
    side = parted.part_of()
    return [
        Crossing(
            link.kind,
            link.first,
            link.second,
            link.shared,
            (side.get(link.first, NO_PART), side.get(link.second, NO_PART)),
        )
        for link in links(articles, params)
        if side.get(link.first) != side.get(link.second)
    ]


def check_split(parted: Split, articles: Sequence[LabelledArticle], params: SplitParams) -> None:
    """Raise ``SplitError`` unless each article is in exactly one part and nothing crosses."""
    known = {labelled.article.id for labelled in articles}
    members = Counter(article_id for ids in parted.parts().values() for article_id in ids)
    faults = {
        "in no part": known - set(members),
        "in a part but not in the corpus": set(members) - known,
        "in a part more than once": {article_id for article_id, count in members.items() if count > 1},
    }
    for fault, ids in faults.items():
        if ids:
            listed = ", ".join(sorted(ids)[:LISTED])
            raise SplitError(f"{len(ids)} articles {fault} ({listed} …); the corpus has changed: split it again")
    found = crossings(parted, articles, params)
    if found:
        listed = "; ".join(map(str, found[:LISTED]))
        raise SplitError(f"{len(found)} crossings between the parts: {listed}. Split again, or mend the articles")
