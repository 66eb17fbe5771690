"""The layer over an article's sentences: the identity at first, and blind to other articles."""

import pytest
import torch

from pipeline.learners.transformer.article_layer import FAR, NEAR, ArticleLayer, steps

WIDTH = 128


def places(*rows):
    return torch.tensor(rows)


@pytest.fixture
def layer():
    """A layer that has learned something: chance, but not nothing."""
    torch.manual_seed(3)
    made = ArticleLayer(WIDTH)
    with torch.no_grad():
        for parameter in made.parameters():
            parameter.copy_(torch.randn_like(parameter) * 0.2)
    return made.eval()


@pytest.fixture
def vectors():
    return torch.randn(4, WIDTH, generator=torch.Generator().manual_seed(1))


ONE = places((0, 0, 0), (0, 1, 1), (0, 2, 0), (0, 3, -1))


def test_it_starts_as_the_identity(vectors):
    assert torch.equal(ArticleLayer(WIDTH)(vectors, ONE), vectors)


def test_every_sentence_sees_the_others_of_its_article(layer, vectors):
    changed = vectors.clone()
    changed[2] *= -1  # a shift alone would be normalised away
    moved = (layer(vectors, ONE) - layer(changed, ONE)).abs().amax(dim=1)
    assert (moved > 1e-4).all()


def test_articles_do_not_see_each_other(layer, vectors):
    two = places((0, 0, 0), (0, 1, 1), (7, 0, 0), (7, 1, 1))
    together = layer(vectors, two)
    assert torch.allclose(together[:2], layer(vectors[:2], two[:2]), atol=1e-5)
    assert torch.allclose(together[2:], layer(vectors[2:], two[2:]), atol=1e-5)


@pytest.mark.parametrize(
    "other",
    [
        places((0, 0, 1), (0, 1, 1), (0, 2, 0), (0, 3, -1)),
        places((0, 0, 0), (0, 1, -1), (0, 2, 0), (0, 3, -1)),
        places((0, 0, 0), (0, 2, 1), (0, 3, 0), (0, 4, -1)),
    ],
    ids=["another speaker", "narration", "farther"],
)
def test_who_speaks_and_how_near_count(layer, vectors, other):
    assert not torch.allclose(layer(vectors, ONE), layer(vectors, other), atol=1e-4)


def test_the_order_of_rows_does_not_count(layer, vectors):
    order = torch.tensor([2, 0, 3, 1])
    assert torch.allclose(layer(vectors, ONE)[order], layer(vectors[order], ONE[order]), atol=1e-5)


def test_half_of_the_heads_start_out_looking_at_the_speaker(vectors):
    biases = ArticleLayer(WIDTH)._bias(ONE)
    assert biases.shape == (WIDTH // 64, 4, 4)
    assert biases[0, 0, 2] > biases[0, 0, 1] == biases[1, 0, 2] == 0


def test_distances_are_exact_when_near_and_told_in_doublings_beyond():
    told = steps(torch.tensor([0, 1, NEAR, 5, 8, 9, 16, 17, 10_000])) - FAR
    assert told.tolist() == [0, 1, 4, 5, 5, 6, 6, 7, FAR]
    assert (steps(torch.tensor([-1, -5, -10_000])) - FAR).tolist() == [-1, -5, -FAR]
