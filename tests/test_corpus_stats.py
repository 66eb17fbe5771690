"""Counts of the corpus and their tables."""

import io

import pytest
from rich.console import Console

from pipeline import ROOT
from pipeline.corpus.reading import read_corpus
from pipeline.corpus.stance_format import parse
from pipeline.corpus.stats import print_stats, stats

TEXT = """\
id: {id}
date: {year}-03-09
outlet: {outlet}
leaning: centre
genre: news
government: Labour
headline: Ferry town votes
speaker: Ottilie Brandreth | Labour | minister
speaker: ferry crews | none | public
---
We close it, Brandreth said. || Ottilie Brandreth | supports | none | claim | control
The quay was quiet. || - | none | none | none | none
"""


@pytest.fixture
def articles():
    facts = [("s-1", 2025, "wire"), ("s-2", 2026, "local"), ("s-3", 2024, "local")]
    return [parse(TEXT.format(id=i, year=year, outlet=outlet), "s.stance") for i, year, outlet in facts]


def test_the_whole_is_counted(articles):
    counted = stats(articles)
    assert (counted.whole.articles, counted.whole.sentences, counted.whole.attributed) == (3, 6, 3)
    assert (counted.speakers, counted.persons) == (6, 1)
    assert counted.whole.labels["stance"] == {"supports": 3, "opposes": 0, "none": 3}


def test_groups_are_ordered_by_size_and_years_by_time(articles):
    counted = stats(articles)
    assert [(value, counts.articles) for value, counts in counted.by["outlet"].items()] == [
        ("local", 2),
        ("wire", 1),
    ]
    assert list(counted.by["year"]) == ["2024", "2025", "2026"]
    assert counted.by["outlet"]["wire"].labels["frame"]["control"] == 1


def test_every_group_and_head_adds_up_to_the_whole():
    counted = stats(read_corpus(ROOT / "seeds" / "articles"))
    for groups in counted.by.values():
        assert sum(counts.sentences for counts in groups.values()) == counted.whole.sentences
    for counts in (counted.whole, *counted.by["genre"].values()):
        assert {sum(classes.values()) for classes in counts.labels.values()} == {counts.sentences}


@pytest.mark.parametrize("width", [60, 80, 140])
def test_tables_fit_the_console_and_lose_no_column(articles, width: int):
    console = Console(file=io.StringIO(), width=width)
    print_stats(stats(articles), console)
    printed = console.file.getvalue()
    assert all(len(line) <= width for line in printed.splitlines())
    assert "…" not in printed
    for column in ("effectiveness", "humanitarian", "premise", "with a speaker", "50.0%"):
        assert column in printed


def test_values_of_the_head_are_printed_as_they_are(articles):
    console = Console(file=io.StringIO(), width=80)
    print_stats(stats([parse(TEXT.format(id="s-1", year=2025, outlet="[red]wire[/red]"), "s.stance")]), console)
    assert "[red]wire[/red]" in console.file.getvalue()
