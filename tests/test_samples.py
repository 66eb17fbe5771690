"""The sample articles that ``make repro`` scores: all are read, the dirt of the dirty one is marked, and their
sentences are none of the corpus's."""

import pytest

from pipeline import CONFIGS, ROOT
from pipeline.records import Article
from pipeline.text.cleaning import CleaningRules, mark
from pipeline.text.inputs import SIDE
from pipeline.text.lines import lines, words
from pipeline.text.readers import read

SAMPLES = ROOT / "seeds" / "samples"
CORPUS = ROOT / "seeds" / "articles"
RULES = CleaningRules.load(CONFIGS / "cleaning.yaml")
RUN = 8  # words in a row that two independent writers do not share, names of laws and offices apart


@pytest.fixture(scope="module")
def articles():
    found = list(read([str(SAMPLES)], 2_000_000))
    assert all(isinstance(article, Article) for article in found), found
    return {article.id: article for article in found}


def reasons(article):
    return [span.reason for span in mark(article, RULES).boilerplate]


def test_every_sample_is_read(articles):
    assert len(articles) == 11
    suffixes = {path.suffix for path in SAMPLES.iterdir() if not path.name.endswith(SIDE)}
    assert suffixes == {".txt", ".md", ".html", ".json", ".jsonl", ".csv"}
    assert all(100 < len(article.text.split()) < 650 for article in articles.values())


def test_samples_show_governments_voices_and_quotation_marks(articles):
    assert {article.government for article in articles.values()} >= {"Labour", "Conservative"}
    assert {article.kind for article in articles.values()} >= {"minister", "opposition", "media"}
    assert {article.date.year for article in articles.values() if article.date} == {2003, 2024, 2025, 2026}
    text = "".join(article.text for article in articles.values())
    assert all(mark in text for mark in ('"', "“", "‘"))


def test_dirt_of_the_scraped_sample_is_marked(articles):
    found = reasons(articles["marram-island-scrape"])
    expected = ["dateline", "caption", "byline", "link", "link", "repeat", "repeat"]
    assert found == [*expected, "advertisement", "newsletter", *["ending"] * 4]


def test_hidden_sentence_ends_of_the_scraped_sample_are_found(articles):
    article = articles["marram-island-scrape"]
    starts = [article.text[offset:].split()[0] for offset in mark(article, RULES).breaks]
    assert {"Mr", "The", "Whitehall"} <= set(starts)


def test_nothing_but_slugs_and_headlines_is_marked_in_clean_samples(articles):
    for name in set(articles) - {"marram-island-scrape"}:
        assert set(reasons(articles[name])) <= {"dateline", "byline", "repeat"}, name
        assert len(reasons(articles[name])) <= 2, name


def test_page_of_the_web_sample_leaves_its_furniture_behind(articles):
    text = articles["esplanade-hotel"].text
    assert not any(word in text for word in ("214 partners", "carvery", "Pier to reopen", "Quay Street"))
    assert "“The children ask me what the people are singing,” he said." in text


def runs(text):
    for line in lines(text):
        spoken = words(text, line)
        yield from (tuple(spoken[at : at + RUN]) for at in range(len(spoken) - RUN + 1))


def test_samples_share_no_sentence_with_the_corpus(articles):
    own = {run for article in articles.values() for run in runs(article.text)}
    files = list(CORPUS.rglob("*.stance"))
    assert files, f"{CORPUS} holds no .stance file"
    for path in files:
        body = path.read_text(encoding="utf-8").partition("\n---\n")[2]
        text = "\n".join(line.partition("||")[0] for line in body.splitlines())
        shared = own.intersection(runs(text))
        assert not shared, f"{path.name}: {shared}"
