"""Near-duplicate sentences: the fast search against the definition."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.corpus.duplicates import jaccard, similar_pairs, words

ALPHABET = st.sampled_from("abcdefgh")
SENTENCES = st.lists(st.lists(ALPHABET, max_size=10).map(" ".join), max_size=14)


@given(SENTENCES, st.sampled_from([0.28, 0.5, 0.6, 0.8, 1.0]), st.integers(0, 4))
def test_the_prefix_filter_misses_nothing(sentences: list[str], similarity: float, minimum: int):
    sets = [frozenset(words(sentence)) for sentence in sentences]
    expected = {
        (i, j)
        for i, j in combinations(range(len(sentences)), 2)
        if min(len(words(sentences[i])), len(words(sentences[j]))) >= max(1, minimum)
        and jaccard(sets[i], sets[j]) >= similarity
    }
    found = list(similar_pairs(sentences, similarity, minimum))
    assert len(found) == len(set(found))
    assert set(found) == expected


def test_case_and_punctuation_do_not_count():
    pair = ["“The ferry is late again,” he said.", "THE FERRY is late – again, he said"]
    assert list(similar_pairs(pair, 1.0, 6)) == [(0, 1)]


def test_short_sentences_take_no_part():
    assert list(similar_pairs(["Picture: PA", "Picture: PA"], 0.8, 6)) == []


@pytest.mark.parametrize("similarity", [0.0, -1.0, 1.1])
def test_a_similarity_without_sense_is_refused(similarity: float):
    with pytest.raises(ValueError, match="choose one in"):
        list(similar_pairs(["a", "a"], similarity, 1))
