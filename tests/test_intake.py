"""Where batches and shards end, what tells one input from another, and how progress is counted."""

import datetime as dt
import json
from dataclasses import replace

import pyarrow as pa
import pytest

from pipeline.config import ScoreParams
from pipeline.records import Article
from pipeline.scoring import intake, progress
from pipeline.scoring.fingerprints import Earlier, fingerprint
from pipeline.scoring.intake import Intake
from pipeline.scoring.progress import Progress
from pipeline.text.readers import read
from pipeline.text.rejects import Reject

PARAMS = ScoreParams(batch_articles=3, shard_articles=7, max_reject_share=1, max_characters=100)
ARTICLE = Article("a", "Mara Quill said no.", "in/a.txt", "No", dt.date(2031, 5, 1), government="Green")


def articles(*sizes: int) -> list[Article]:
    return [Article(f"a{number}", "x" * size, f"in/a{number}.txt") for number, size in enumerate(sizes)]


def cut(items, earlier=(), params=PARAMS):
    table = pa.table(
        {"content": pa.array(earlier, pa.string()), "article_id": pa.nulls(len(earlier), pa.string())}
    )
    with Progress([], wanted=False) as quiet:
        found = Intake(iter(items), Earlier([table]), params, quiet)
        return [(len(batch.inputs), batch.fills_shard) for batch in found.batches()], found.skipped


def test_a_batch_ends_at_its_number_and_at_the_end_of_a_shard():
    assert cut(articles(*[9] * 10))[0] == [(3, False), (3, False), (1, True), (3, False)]


def test_a_batch_ends_at_its_characters():
    assert cut(articles(60, 60, 60, 99, 1))[0] == [(2, False), (2, False), (1, False)]


def test_a_shard_ends_at_its_characters(monkeypatch):
    monkeypatch.setattr(intake, "SHARD_CHARACTERS", 100)
    assert cut(articles(60, 60, 9, 9, 9, 9))[0] == [(2, True), (3, False), (1, False)]


def test_rejects_fill_a_shard_too():
    rejects = [Reject(f"in/{number}.pdf", "binary", "a PDF") for number in range(8)]
    assert cut(rejects)[0] == [(3, False), (3, False), (1, True), (1, False)]


def test_what_was_scored_before_is_skipped_once():
    """Nothing after it moves: the shards of the rest end where they would have ended."""
    items = articles(*[9] * 9)
    done = [fingerprint(item) for item in items[:7]]
    assert cut(items, done) == ([(2, False)], 7)
    assert cut([items[0], items[0]], done) == ([(1, False)], 1)


@pytest.mark.parametrize(
    "change",
    [{"text": "Mara Quill said yes."}, {"id": "b"}, {"date": None}, {"government": "Labour"}, {"speaker": "Mara"}],
)
def test_all_that_changes_rows_changes_the_fingerprint(change):
    assert fingerprint(replace(ARTICLE, **change)) != fingerprint(ARTICLE)


def test_a_file_that_was_moved_is_the_same_article():
    assert fingerprint(replace(ARTICLE, source="archive/a.txt")) == fingerprint(ARTICLE)
    assert len(fingerprint(ARTICLE)) == 32


def test_an_id_given_away_gets_a_mark():
    table = pa.table({"content": [fingerprint(ARTICLE)], "article_id": ["a"]})
    changed = replace(ARTICLE, text="Another text.")
    content = fingerprint(changed)
    assert Earlier([table]).settle(changed, content).id == f"a~{content[:8]}"
    assert Earlier([]).settle(changed, content).id == "a"


@pytest.fixture
def archive(tmp_path):
    (tmp_path / "a.txt").write_text("x" * 600)
    lines = [json.dumps({"id": f"b{number}", "text": "y" * 90}) for number in range(4)]
    (tmp_path / "b.jsonl").write_text("\n".join(lines))
    return tmp_path


def test_the_share_read_grows_within_a_file_and_ends_at_the_whole(archive):
    seen = []
    with Progress([str(archive)]) as shown:
        for item in read([str(archive)], 1000):
            shown.reading(item)
            seen.append(shown.read)
    size = (archive / "b.jsonl").stat().st_size
    assert shown.total == 600 + size
    assert seen == [600, 690, 780, 870, 960]


def test_in_a_log_a_plain_line_tells_how_far_it_is(archive, monkeypatch, capsys):
    clock = iter(range(0, 10_000, 40))
    monkeypatch.setattr(progress.time, "monotonic", lambda: float(next(clock)))
    with Progress([str(archive)]) as shown:
        shown.scored(1, 20, 100)
        shown.scored(1, 20, 500)
    line = capsys.readouterr().err.splitlines()[-1]
    assert line.startswith("2 articles, 40 sentences, ")
    assert "% of the input" in line
    assert line.endswith(" left")
