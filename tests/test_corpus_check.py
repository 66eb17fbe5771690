"""What an author is told about articles that can be read."""

from pathlib import Path

import pytest

from pipeline import ROOT
from pipeline.config import SplitParams
from pipeline.corpus.check import check
from pipeline.corpus.problems import Severity

PARAMS = SplitParams(
    validation=0.1, test=0.15, near_duplicate=0.8, minimum_words=6, read_batches=(), taught_batches=()
)
FIRST = """\
id: f-1
date: 2026-03-09
outlet: local
leaning: centre
genre: news
government: Labour
headline: Ferry town votes
speaker: Ottilie Brandreth | Labour | minister | Brandreth; Ms Brandreth’s office
---
“We close the gate on Monday,” Ottilie Brandreth said. || Ottilie Brandreth | supports | none | claim | control

Ms Brandreth's office would not say who pays. || Ottilie Brandreth | none | none | none | economy
"""
SECOND = """\
id: f-2
date: 2026-03-10
outlet: local
leaning: centre
genre: news
government: Labour
headline: Island council waits
speaker: island council | none | official
---
The council has heard nothing from the minister. || island council | none | none | none | policy
"""


def rules(folder: Path, first: str = FIRST, second: str = SECOND) -> list[str]:
    """Severity, file, line and rule of what the check finds in two articles."""
    (folder / "f-1.stance").write_text(first, encoding="utf-8")
    (folder / "f-2.stance").write_text(second, encoding="utf-8")
    return [f"{p.severity} {Path(p.file).stem}:{p.line} {p.rule}" for p in check(folder, PARAMS)]


def test_clean_articles_pass(tmp_path: Path):
    assert rules(tmp_path) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("id: f-1", "id: f-3", "warning f-1:1 id-not-file-name"),
        ("Brandreth; Ms", "the Admiral; Ms", "note f-1:8 absent-form"),
        ("---\n", "speaker: harbour master | none | official\n---\n", "warning f-1:9 unused-speaker"),
        ("|| Ottilie Brandreth | supports", "|| - | supports", "warning f-1:10 position-of-nobody"),
        ("\n\n", "\n\n\n", "warning f-1:12 layout"),
        ("id: f-1\ndate: 2026-03-09", "date: 2026-03-09\nid: f-1", "warning f-1:1 layout"),
        (
            "Ms Brandreth's office would not say who pays.",
            "“We close the gate on Monday”, Ottilie Brandreth said!",
            "warning f-1:12 repeated-sentence",
        ),
    ],
)
def test_each_slip_is_found_on_its_line(tmp_path: Path, old: str, new: str, expected: str):
    assert old in FIRST
    assert expected in rules(tmp_path, FIRST.replace(old, new, 1))


def test_what_two_articles_share_is_told_on_the_second(tmp_path: Path):
    shared = SECOND.replace("nothing from the minister.", "nothing from the minister yet.")
    shared = shared.replace("island council | none | official", "Dame Ottilie Brandreth | Labour | minister")
    shared = shared.replace("|| island council", "|| Dame Ottilie Brandreth")
    first = FIRST.replace(
        "Ms Brandreth's office would not say who pays.", "The council has heard nothing from the minister."
    )
    assert [rule for rule in rules(tmp_path, first, shared) if rule.startswith("warning")] == [
        "warning f-2:8 person-in-two-articles",
        "warning f-2:10 shared-sentence",
    ]


def test_an_outlet_that_looks_misspelt_is_told(tmp_path: Path):
    for number in range(5):
        text = SECOND.replace("id: f-2", f"id: g-{number}").replace("heard nothing", f"heard {number} things")
        (tmp_path / f"g-{number}.stance").write_text(text, encoding="utf-8")
    assert "warning f-1:0 lone-outlet" in rules(tmp_path, FIRST.replace("outlet: local", "outlet: locale"))
    assert "warning f-1:0 lone-outlet" not in rules(tmp_path, FIRST.replace("outlet: local", "outlet: podcast"))


def test_errors_come_first_and_keep_their_severity(tmp_path: Path):
    found = rules(tmp_path, FIRST.replace("id: f-1", "id: f-9"), SECOND.replace("| policy", "| policies"))
    assert found == ["error f-2:10 unknown-label", "warning f-1:1 id-not-file-name"]


def test_the_project_corpus_has_no_errors():
    found = check(ROOT / "seeds" / "articles", PARAMS)
    assert [str(problem) for problem in found if problem.severity == Severity.ERROR] == []
