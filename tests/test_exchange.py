"""The corpus as a table: every sentence a row, labels by name, and read back as written."""

import json

import pandas as pd
import pytest
from datasets import Dataset

from pipeline.corpus.exchange import export, to_dataset
from pipeline.corpus.stance_format import parse
from pipeline.labels import heads

ARTICLE = """id: x-1
date: 2025-03-01
outlet: local
leaning: centre
genre: news
government: Labour
headline: Councillors argue over the old barracks
speaker: Nell Arkwright | Green | opposition | she
---
The barracks on the moor will open in May. || - | none | none | none | policy

“Nobody should sleep behind wire,” said Nell Arkwright. || Nell Arkwright | opposes | left | claim | humanitarian
"""


@pytest.fixture
def articles():
    return [parse(ARTICLE, "x-1.stance")]


def test_every_sentence_is_a_row_with_voice_and_offsets(articles):
    rows = to_dataset(articles).to_list()
    assert [row["speaker"] for row in rows] == ["-", "Nell Arkwright"]
    assert (rows[1]["party"], rows[1]["kind"]) == ("Green", "opposition")
    assert articles[0].article.text[rows[1]["start"] : rows[1]["end"]] == rows[1]["text"]


def test_labels_are_numbers_in_the_codebooks_order(articles):
    table = to_dataset(articles)
    for head, classes in heads().items():
        assert table.features[head].names == list(classes)
    assert table[1]["stance"] == heads()["stance"].index("opposes")


def test_parquet_reads_back_with_its_label_names(articles, tmp_path):
    assert export(articles, tmp_path / "corpus.parquet") == 2
    table = Dataset.from_parquet(str(tmp_path / "corpus.parquet"), cache_dir=str(tmp_path / "cache"))
    assert table.features["frame"].int2str(table[1]["frame"]) == "humanitarian"


@pytest.mark.parametrize("suffix", [".jsonl", ".csv"])
def test_text_formats_hold_names(articles, tmp_path, suffix):
    path = tmp_path / f"corpus{suffix}"
    export(articles, path)
    if suffix == ".csv":
        stances = list(pd.read_csv(path, keep_default_na=False)["stance"])
    else:
        stances = [json.loads(line)["stance"] for line in path.read_text(encoding="utf-8").splitlines()]
    assert stances == ["none", "opposes"]


def test_another_suffix_is_refused(articles, tmp_path):
    with pytest.raises(ValueError, match=r"\.parquet, \.jsonl, \.csv"):
        export(articles, tmp_path / "corpus.xlsx")
