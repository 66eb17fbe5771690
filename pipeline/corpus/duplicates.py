"""Sentences that are nearly the same: Jaccard similarity of their word sets.

Exact, by the prefix filter of set-similarity joins (Chaudhuri, Ganti and Kaushik 2006; Bayardo, Ma and Srikant
2007): sets as similar as asked share a word among the few rarest of each, so only such pairs are compared.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

WORD = re.compile(r"\w+")


def words(sentence: str) -> list[str]:
    """The words of a sentence in order, without case and punctuation."""
    return WORD.findall(sentence.casefold())


def similar_pairs(sentences: Sequence[str], similarity: float, minimum_words: int) -> Iterator[tuple[int, int]]:
    """Indices ``(i, j)``, ``i < j``, of all pairs of sentences whose word sets overlap at least so much.

    ``similarity`` is a Jaccard index in (0, 1]; sentences of fewer than ``minimum_words`` words take no part.
    """
    if not 0 < similarity <= 1:
        raise ValueError(f"a similarity of {similarity} finds nothing or everything; choose one in (0, 1]")
    tokens = [words(sentence) for sentence in sentences]
    sets = {index: frozenset(found) for index, found in enumerate(tokens) if len(found) >= max(1, minimum_words)}
    frequency = Counter(word for members in sets.values() for word in members)
    by_word: defaultdict[str, list[int]] = defaultdict(list)
    for index, members in sets.items():
        rarest_first = sorted(members, key=lambda word: (frequency[word], word))
        # the small term: 0.28 * 25 is 7.000000000000001, which must not become 8
        shared_at_least = math.ceil(similarity * len(members) - 1e-9)
        prefix = rarest_first[: len(members) - shared_at_least + 1]
        candidates = {other for word in prefix for other in by_word[word]}
        for other in sorted(candidates):
            if jaccard(members, sets[other]) >= similarity:
                yield other, index
        for word in prefix:
            by_word[word].append(index)


def jaccard(first: frozenset[str], second: frozenset[str]) -> float:
    """Shared members over all members; 0 for two empty sets."""
    union = len(first | second)
    return len(first & second) / union if union else 0.0
