"""What ties two articles together so that a split must not part them: a shared sentence or a named person."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from pipeline.config import SplitParams
from pipeline.corpus.duplicates import similar_pairs, words
from pipeline.corpus.persons import named_persons
from pipeline.records import LabelledArticle

LinkKind = Literal["sentence", "near-duplicate", "speaker"]


@dataclass(frozen=True)
class Link:
    """Two articles (by id) and what they share: the sentence as the second has it, or a person's name."""

    kind: LinkKind
    first: str
    second: str
    shared: str


def links(articles: Sequence[LabelledArticle], params: SplitParams) -> list[Link]:
    """All links between articles. Of what more than two share, each holder is linked to the one before."""
    return [*_speaker_links(articles), *_sentence_links(articles, params)]


def _speaker_links(articles: Sequence[LabelledArticle]) -> Iterator[Link]:
    holders: defaultdict[str, list[str]] = defaultdict(list)
    for labelled in articles:
        for person in sorted(frozenset[str]().union(*map(named_persons, labelled.actors))):
            holders[person].append(labelled.article.id)
    for person, ids in holders.items():
        for first, second in pairwise(ids):
            yield Link("speaker", first, second, person)


def _sentence_links(articles: Sequence[LabelledArticle], params: SplitParams) -> Iterator[Link]:
    owners = [(labelled.article.id, gold.sentence.text) for labelled in articles for gold in labelled.sentences]
    texts = [text for _, text in owners]
    for left, right in similar_pairs(texts, params.near_duplicate, params.minimum_words):
        (first, one), (second, other) = owners[left], owners[right]
        if first != second:
            yield Link("sentence" if words(one) == words(other) else "near-duplicate", first, second, other)


def linked_groups(ids: Sequence[str], found: Sequence[Link]) -> list[tuple[str, ...]]:
    """The ids in groups, each of which the links hold together; largest first, ids in their order."""
    position = {article_id: index for index, article_id in enumerate(ids)}
    ends = [(position[link.first], position[link.second]) for link in found]
    rows, columns = zip(*ends, strict=True) if ends else ((), ())
    graph = coo_array(([True] * len(ends), (list(rows), list(columns))), shape=(len(ids), len(ids)))
    _, component = connected_components(graph, directed=False)
    groups: defaultdict[int, list[str]] = defaultdict(list)
    for article_id, number in zip(ids, component, strict=True):
        groups[number].append(article_id)
    return sorted((tuple(group) for group in groups.values()), key=lambda group: (-len(group), group))
