"""The record of a dependency parse: offsets into the article, and the walks over the tree."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.records import Span
from pipeline.text.parses import Parse, parse

# "Ann said that it works": said ← Ann, works; works ← that, it.
TREE = Parse(
    words=("ann", "said", "that", "it", "works"),
    starts=(10, 14, 19, 24, 27),
    ends=(13, 18, 23, 26, 32),
    tags=("NNP", "VBD", "IN", "PRP", "VBZ"),
    heads=(1, 1, 4, 4, 1),
    deps=("nsubj", "ROOT", "mark", "nsubj", "ccomp"),
)


def test_children_edges_and_depth() -> None:
    """The tree is read from the heads; a root is its own head and nobody's child."""
    assert TREE.children == ((), (0, 4), (), (), (2, 3))
    assert TREE.edges == ((0, 0), (0, 4), (2, 2), (3, 3), (2, 4))
    assert [TREE.depth(index) for index in range(len(TREE))] == [1, 0, 2, 2, 1]


def test_child_by_label() -> None:
    """The first dependent with one of the labels, or none."""
    assert TREE.child(1, "ccomp", "nsubj") == 0
    assert TREE.child(1, "ccomp") == 4
    assert TREE.child(1, "dobj") is None
    assert TREE.child(0, "nsubj") is None


@pytest.mark.parametrize(
    ("span", "tokens"),
    [
        (Span(10, 13), (0, 0)),
        (Span(12, 15), (0, 1)),
        (Span(0, 99), (0, 4)),
        (Span(18, 19), None),
        (Span(0, 10), None),
        (Span(40, 50), None),
    ],
)
def test_tokens_of_a_span(span: Span, tokens: tuple[int, int] | None) -> None:
    """Every token that shares a character with the span; none between words."""
    assert TREE.tokens(span) == tokens


def test_span_of_tokens() -> None:
    """Back into the article, the last token included."""
    assert TREE.span(2, 4) == Span(19, 32)


def test_offsets_are_those_of_the_article() -> None:
    """Sentences are parsed apart, yet their tokens lie in the whole text."""
    text = "It rained. Ann Marsh said that it’s late."
    first, second = parse(text, [Span(0, 10), Span(11, len(text))])
    assert [text[start:end].lower() for start, end in zip(first.starts, first.ends, strict=True)] == [*first.words]
    assert second.starts[0] == 11
    assert second.ends[-1] == len(text)
    assert "'s" in second.words  # curly apostrophes are written as straight ones


def test_a_sentence_is_parsed() -> None:
    """The labels that the rules read: subject, root, clause."""
    (tree,) = parse("Ann Marsh said that the hostel was full.", [Span(0, 40)])
    said = tree.words.index("said")
    clause = tree.child(said, "ccomp")
    assert tree.words[tree.child(said, "nsubj") or 0] == "marsh"
    assert clause is not None
    assert [tree.words[at] for at in tree.edges[clause]] == ["that", "full"]


def test_order_and_number_are_those_of_the_sentences() -> None:
    """One parse a sentence, empty ones too, over more sentences than one batch holds."""
    text = "Yes. " * 300
    trees = parse(text, [Span(at, at + (4 if at else 0)) for at in range(0, len(text), 5)])
    assert [tree.starts for tree in trees[:2]] == [(), (5, 8)]
    assert len(trees) == 300
    assert parse(text, []) == []


def test_the_tail_of_an_endless_sentence_is_not_parsed() -> None:
    """Memory grows with the longest sentence of a batch, so that a text without stops is cut."""
    text = "Ann said " * 1000
    (tree,) = parse(text, [Span(0, len(text))])
    assert 0 < len(tree) < 400
    assert tree.ends[-1] <= 1200


@given(st.lists(st.integers(0, 30), min_size=1, max_size=30))
def test_every_tree_is_walked_once(above: list[int]) -> None:
    """Whatever the tree, each token's edges hold its children's, and the root's hold all."""
    heads = tuple(max(0, index - 1 - up) if index else 0 for index, up in enumerate(above))
    size = len(heads)
    blank = ("x",) * size
    tree = Parse(blank, tuple(range(size)), tuple(range(1, size + 1)), blank, heads, blank)
    assert tree.edges[0] == (0, size - 1)
    for index, head in enumerate(heads):
        assert tree.edges[head][0] <= tree.edges[index][0] <= index <= tree.edges[index][1] <= tree.edges[head][1]
