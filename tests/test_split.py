"""The split: by article, nothing shared across, balanced, the same for the same seed."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import pytest

from pipeline import ROOT
from pipeline.config import SplitParams, load_params
from pipeline.corpus.links import linked_groups, links
from pipeline.corpus.reading import read_corpus
from pipeline.corpus.split import Split, SplitError, balance, check_split, crossings, split
from pipeline.corpus.stance_format import parse
from pipeline.records import LabelledArticle

PARAMS = SplitParams(
    validation=0.1, test=0.2, near_duplicate=0.8, minimum_words=6, read_batches=(), taught_batches=()
)
TEXT = """\
id: {id}
date: 2026-03-09
outlet: {outlet}
leaning: centre
genre: news
government: Labour
headline: Ferry town votes
speaker: {speaker} | none | public
speaker: Home Office | none | official
---
{sentence} || {speaker} | none | none | none | policy
Picture: PA || - | none | none | none | none
"""


def article(number: int, speaker: str = "", sentence: str = "", outlet: str = "local") -> LabelledArticle:
    text = TEXT.format(
        id=f"x-{number:02}",
        outlet=outlet,
        speaker=speaker or f"Resident {chr(97 + number)}",
        sentence=sentence or " ".join(f"word{number}x{index}" for index in range(8)) + ".",
    )
    return parse(text, "x.stance")


@pytest.fixture(scope="module")
def corpus() -> tuple[LabelledArticle, ...]:
    return read_corpus(ROOT / "seeds" / "articles")


@pytest.fixture(scope="module")
def parted_corpus(corpus: Sequence[LabelledArticle]) -> Split:
    params = load_params()
    return split(corpus, params.split, params.seed)


@pytest.fixture
def twenty() -> list[LabelledArticle]:
    return [article(number, outlet="wire" if number % 2 else "local") for number in range(20)]


def swapped(parted: Split, train: str, test: str) -> Split:
    """The split with one article of train and one of test changed over."""
    return dataclasses.replace(
        parted,
        train=tuple(test if i == train else i for i in parted.train),
        test=tuple(train if i == test else i for i in parted.test),
    )


def test_every_article_is_in_one_part_and_shares_are_met(twenty: Sequence[LabelledArticle]):
    parted = split(twenty, PARAMS, seed=1)
    assert {part: len(ids) for part, ids in parted.parts().items()} == {"train": 14, "validation": 2, "test": 4}
    check_split(parted, twenty, PARAMS)
    wires = [sum(int(i[2:]) % 2 for i in ids) for ids in parted.parts().values()]
    assert wires == [7, 1, 2]


def test_the_seed_decides_and_the_order_of_articles_does_not(twenty: Sequence[LabelledArticle]):
    parted = split(twenty, PARAMS, seed=1)
    assert split(twenty[::-1], PARAMS, seed=1) == parted
    assert len({split(twenty, PARAMS, seed=seed) for seed in range(5)}) > 1


def test_articles_without_a_like_still_reach_every_part():
    alone = [article(number, outlet=f"outlet {number}") for number in range(20)]
    parted = split(alone, PARAMS, seed=3)
    assert min(map(len, parted.parts().values())) >= 1


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"speaker": "Dame Ottilie Brandreth"}, "speaker"),
        ({"sentence": "THE HARBOUR gate will close on Monday, at noon"}, "sentence"),
        ({"sentence": "The harbour gate will close on this Monday at noon."}, "near-duplicate"),
    ],
)
def test_what_two_articles_share_keeps_them_together(
    twenty: list[LabelledArticle], change: dict[str, str], kind: str
):
    twenty[3] = article(3, "Ottilie Brandreth", "The harbour gate will close on Monday at noon.")
    twenty[12] = article(12, **change)
    for seed in range(6):
        side = split(twenty, PARAMS, seed).part_of()
        assert side["x-03"] == side["x-12"]
    assert [(link.kind, link.first, link.second) for link in links(twenty, PARAMS)] == [(kind, "x-03", "x-12")]


def test_institutions_and_short_sentences_tie_nothing(twenty: Sequence[LabelledArticle]):
    assert links(twenty, PARAMS) == []


def test_chains_make_one_group(twenty: list[LabelledArticle]):
    twenty[0] = article(0, "Ottilie Brandreth")
    twenty[1] = article(1, "Ottilie Brandreth", "The harbour gate will close on Monday at noon.")
    twenty[2] = article(2, "", "The harbour gate will close on Monday at noon.")
    groups = linked_groups([one.article.id for one in twenty], links(twenty, PARAMS))
    assert groups[0] == ("x-00", "x-01", "x-02")
    assert sorted(map(len, groups)) == [1] * 17 + [3]


def test_a_crossing_is_named_and_refused(twenty: list[LabelledArticle]):
    twenty[0], twenty[1] = article(0, "Ottilie Brandreth"), article(1, "Cllr Ottilie Brandreth")
    parted = Split(tuple(f"x-{n:02}" for n in range(16) if n != 1), ("x-16", "x-17"), ("x-01", "x-18", "x-19"))
    (crossing,) = crossings(parted, twenty, PARAMS)
    assert str(crossing) == "speaker 'ottilie brandreth' in x-00 (train) and x-01 (test)"
    with pytest.raises(SplitError, match=r"1 crossings .* x-00 \(train\) and x-01 \(test\)\. Split again"):
        check_split(parted, twenty, PARAMS)


@pytest.mark.parametrize(
    ("train", "message"),
    [
        (("x-01",), "1 articles in no part"),
        (("x-00", "x-01", "x-99"), "not in the corpus .*x-99"),
        (("x-00", "x-01", "x-02"), "more than once .*x-02"),
    ],
)
def test_a_split_of_other_articles_is_refused(train: tuple[str, ...], message: str):
    articles = [article(number) for number in range(4)]
    with pytest.raises(SplitError, match=message):
        check_split(Split(train, ("x-02",), ("x-03",)), articles, PARAMS)


@pytest.mark.parametrize(("validation", "test"), [(0.5, 0.5), (0.0, 0.2), (0.2, -0.1)])
def test_shares_without_sense_are_refused(twenty: Sequence[LabelledArticle], validation: float, test: float):
    with pytest.raises(SplitError, match="each must be above 0"):
        split(twenty, dataclasses.replace(PARAMS, validation=validation, test=test), seed=1)


def test_too_few_articles_are_refused():
    with pytest.raises(SplitError, match="too few"):
        split([article(1), article(2)], PARAMS, seed=1)


def test_the_corpus_is_split_soundly_and_in_balance(corpus: Sequence[LabelledArticle], parted_corpus: Split):
    params, parted = load_params(), parted_corpus
    check_split(parted, corpus, params.split)
    dealt = [one for one in corpus if Path(one.article.source).parent.name not in params.split.taught_batches]
    ids = {one.article.id for one in dealt}
    for part, share in (("validation", params.split.validation), ("test", params.split.test)):
        assert len(parted.parts()[part]) / len(dealt) == pytest.approx(share, abs=0.025)
        assert set(parted.parts()[part]) <= ids
    untaught = dataclasses.replace(parted, train=tuple(i for i in parted.train if i in ids))
    assert max(row.worst for row in balance(untaught, dealt)) < 0.03
    groups = linked_groups([one.article.id for one in corpus], links(corpus, params.split))
    assert len(groups[0]) <= 0.02 * len(corpus)


def test_the_corpus_cannot_be_split_carelessly(corpus: Sequence[LabelledArticle], parted_corpus: Split):
    params, parted = load_params(), parted_corpus
    link = next(link for link in links(corpus, params.split) if link.first in parted.train)
    with pytest.raises(SplitError, match="crossings between the parts"):
        check_split(swapped(parted, link.first, parted.test[0]), corpus, params.split)


def test_no_article_of_a_batch_whose_errors_were_read_is_tested_on():
    """Most batches are read here, so that chance would hardly keep them all out."""
    articles = read_corpus(ROOT / "seeds" / "articles")
    batches = {one.article.id: Path(one.article.source).parent.name for one in articles}
    params = dataclasses.replace(PARAMS, read_batches=tuple(sorted(set(batches.values()) - set("bdfhj"))))
    parted = split(articles, params, seed=1)
    assert {batches[article_id] for article_id in parted.test} <= set("bdfhj")
    assert 0.1 < len(parted.test) / len(articles) < 0.25


def test_batches_written_to_teach_are_trained_on_and_leave_the_rest_as_it_was(twenty: Sequence[LabelledArticle]):
    before = split(twenty, PARAMS, seed=1)
    params = dataclasses.replace(PARAMS, taught_batches=("t",))
    taught = [
        dataclasses.replace(one, article=dataclasses.replace(one.article, source="seeds/articles/t/x.stance"))
        for one in (article(24), article(25, outlet="wire"))
    ]
    after = split([*taught, *twenty], params, seed=1)
    assert (after.validation, after.test) == (before.validation, before.test)
    assert set(after.train) == {*before.train, "x-24", "x-25"}


def test_what_shares_a_sentence_with_a_taught_article_is_trained_on_too(twenty: Sequence[LabelledArticle]):
    params = dataclasses.replace(PARAMS, taught_batches=("t",))
    tested = split(twenty, PARAMS, seed=1).test[0]
    same = next(one for one in twenty if one.article.id == tested)
    one = article(24, sentence=same.sentences[0].sentence.text)
    taught = dataclasses.replace(one, article=dataclasses.replace(one.article, source="seeds/articles/t/x.stance"))
    after = split([taught, *twenty], params, seed=1)
    assert tested in after.train
    check_split(after, [taught, *twenty], params)
