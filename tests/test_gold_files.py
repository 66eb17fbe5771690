"""Gold standards of users: what is read, what is refused, and that every refusal names file, line and mend."""

import datetime as dt
import json

import pytest
from gold_texts import ROWS, TEXT, gold_file

from pipeline.corpus.problems import StanceError
from pipeline.records import Labels, Voice
from pipeline.scoring.gold_files import read_gold

STANCE = """id: toy-1
date: 2025-11-24
outlet: broadsheet
leaning: left
genre: news
government: Labour
headline: Vote on plan
---
The vote is on Monday. || - | none | none | none | policy
"""


def read(*paths, limit=10_000):
    return read_gold(paths, limit)


def only(path):
    (article,) = read(path).articles
    return article


def refused(*paths, limit=10_000):
    with pytest.raises(StanceError) as error:
        read(*paths, limit=limit)
    return [str(problem) for problem in error.value.problems]


def test_lines_of_a_document_become_an_article(tmp_path):
    article = only(gold_file(tmp_path / "g.jsonl", *ROWS))
    assert article.article.text == TEXT
    assert article.article.id == "d-1"
    assert [one.sentence.text for one in article.sentences] == TEXT.split("\n")
    assert [one.sentence.paragraph for one in article.sentences] == [0, 1, 2, 3]
    assert [one.speaker for one in article.sentences] == ["-", "Mara Quill", "-", "Dean Orme"]
    assert article.voice("Dean Orme") == Voice("Dean Orme", "Labour", "minister")


def test_what_is_missing_or_null_is_untold(tmp_path):
    path = gold_file(tmp_path / "g.jsonl", {"text": TEXT, "start": 0, "end": 17, "stance": None, "role": "none"})
    (sentence,) = only(path).sentences
    assert sentence.labels == Labels("", "", "none", "")
    assert sentence.speaker == ""


def test_order_of_lines_does_not_matter_nor_where_facts_stand(tmp_path):
    facts = {"text": TEXT, "date": "2010-04-12", "title": "A vote", "government": "labour"}
    rows = [{key: value for key, value in row.items() if key != "text"} for row in ROWS]
    shuffled = only(gold_file(tmp_path / "a.jsonl", rows[3], rows[1], {**rows[0], **facts}, rows[2]))
    assert [one.sentence.start for one in shuffled.sentences] == [0, 18, 53, 64]
    assert shuffled.article.date == dt.date(2010, 4, 12)
    assert (shuffled.article.headline, shuffled.article.government) == ("A vote", "Labour")


def test_tables_write_offsets_as_fractions_and_nothing_as_nan(tmp_path):
    row = {"text": TEXT, "start": 0.0, "end": 17.0, "stance": "none", "pressure": float("nan")}
    (sentence,) = only(gold_file(tmp_path / "g.jsonl", row)).sentences
    assert (sentence.sentence.end, sentence.labels.pressure) == (17, "")


def test_blanks_at_the_edges_of_a_span_are_left_out(tmp_path):
    (sentence,) = only(gold_file(tmp_path / "g.jsonl", {"text": "  One two.  ", "start": 0, "end": 12})).sentences
    assert (sentence.sentence.start, sentence.sentence.text) == (2, "One two.")


def test_a_text_without_offsets_is_one_sentence_of_its_speaker(tmp_path):
    row = {"text": "We will build roofs.", "speaker": "Quill Party", "party": "Green", "role": "claim"}
    rows = ({"doc_id": number, **row} for number in (1, 2))
    first, second = read(gold_file(tmp_path / "g.jsonl", *rows)).articles
    assert (first.article.id, second.article.id) == ("1", "2")
    assert first.sentences[0].sentence.text == row["text"]
    assert (first.article.speaker, first.article.party) == ("Quill Party", "Green")


@pytest.mark.parametrize(
    ("facts", "speaker"),
    [
        ({}, ""),
        ({"genre": "speech"}, "Mara Quill"),
        ({"genre": "speech", "voice": None}, ""),
        ({"voice": {"speaker": "Ilse Marwood", "kind": "expert"}}, "Ilse Marwood"),
        ({"voice": "Ilse Marwood"}, "Ilse Marwood"),
    ],
)
def test_who_speaks_for_the_whole_text(tmp_path, facts, speaker):
    """News is never told its gold speakers; a text of a single voice is, unless `voice` says otherwise."""
    article = only(gold_file(tmp_path / "g.jsonl", {**ROWS[0], **facts}, ROWS[1]))
    assert article.article.speaker == speaker


def test_two_speakers_of_a_speech_are_no_single_voice(tmp_path):
    assert only(gold_file(tmp_path / "g.jsonl", {**ROWS[0], "genre": "speech"}, *ROWS[1:])).article.speaker == ""


def test_what_lines_tell_of_a_speaker_is_joined(tmp_path):
    first = {**ROWS[1], "text": TEXT, "forms": ["Ms Quill"], "kind": None}
    second = {"start": 53, "end": 63, "speaker": "Mara Quill", "kind": "opposition", "forms": ["she", "Ms Quill"]}
    (actor,) = only(gold_file(tmp_path / "g.jsonl", first, second)).actors
    assert actor.voice == Voice("Mara Quill", "Green", "opposition")
    assert actor.forms == ("Ms Quill", "she")


def test_keys_that_nobody_reads_are_told(tmp_path):
    found = read(gold_file(tmp_path / "g.jsonl", {**ROWS[0], "stanse": "none", "annotator": 3, "Title": "A"}))
    assert found.unread == ("stanse", "annotator")
    assert found.articles[0].article.headline == "A"


def test_folders_hold_both_kinds_and_hidden_files_are_left_out(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "toy.stance").write_text(STANCE, encoding="utf-8")
    path = gold_file(tmp_path / "in" / "deep" / "g.ndjson", *ROWS)
    gold_file(tmp_path / "in" / ".git" / "g.jsonl", {"nonsense": 1})
    assert [one.article.id for one in read(tmp_path / "in", path).articles] == ["d-1", "toy-1"]


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"stance": "suports"}, "unknown stance 'suports'; did you mean 'supports'?"),
        ({"frame": 3}, "frame is 3; write a string, or null"),
        ({"kind": "boss", "speaker": "Ada Fenn"}, "unknown kind 'boss'; write one of minister"),
        ({"start": 3, "end": None}, "start is 3 and end None; write both"),
        ({"start": True, "end": 5}, "start is True and end 5; write both"),
        ({"start": 5, "end": 5}, "the span 5–5 holds no character"),
        ({"start": 9, "end": 99}, "the span 9–99 lies outside the text of 83 characters; count characters"),
        ({"start": 17, "end": 18}, "the span 17–18 is white space"),
        ({"start": 0, "end": 17}, "the span 0–17 is that of line 1; label every sentence once"),
        ({"start": 10, "end": 20}, "the span 10–20 overlaps the span of line 1"),
        ({"text": "Another."}, "the text of document 'd-1' differs from that of line 1"),
        ({"date": "12.4.2010"}, "`date` is '12.4.2010'; write it as YYYY-MM-DD"),
        ({"government": "Whig"}, "`government` is 'Whig'; it must be one of"),
        ({"forms": "she"}, "forms is 'she'; write a list"),
        ({"speaker": "\ud800"}, "has half a character"),
        ({"voice": {"name": "Ada Fenn"}}, "voice has the key 'name'; give speaker, party, kind"),
        ({"party": "Green"}, "a party or kind of nobody; name the speaker"),
        ({"doc_id": True}, "doc_id is True; name the document"),
        ({"doc_id": None}, "no doc_id; name the document"),
        ({"doc_id": "d-2"}, "no line gives the text of document 'd-2'; give the whole text"),
        ({"genre": ["news"], "title": {"a": 1}}, "`title` is of type dict"),
    ],
)
def test_a_fault_is_told_with_its_line_and_mend(tmp_path, row, told):
    place = {"start": 18, "end": 52}
    path = gold_file(tmp_path / "g.jsonl", ROWS[0], {**place, **row})
    found = refused(path)
    assert any(one.startswith(f"{path}:2: ") and told in one for one in found), found


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (b"{'doc_id': 1}", "no JSON"),
        (b'{"doc_id": "\xff"}', "is not UTF-8; save the file as UTF-8"),
        (b"[" * 100_000, "nested too deep"),
        (b'["d-1"]', "where an object was expected"),
    ],
)
def test_a_line_that_is_no_record_is_told(tmp_path, line, told):
    path = tmp_path / "g.jsonl"
    path.write_bytes(b"\n" + line + b"\n")
    (problem,) = refused(path)
    assert problem.startswith(f"{path}:2: ")
    assert told in problem


def test_every_fault_of_every_file_is_told(tmp_path):
    one = gold_file(tmp_path / "a.jsonl", {**ROWS[0], "stance": "no"}, {**ROWS[1], "role": "no"})
    (tmp_path / "b.stance").write_text(STANCE.replace("| policy", "| polecy"), encoding="utf-8")
    assert len(refused(one, tmp_path / "b.stance", tmp_path / "absent.jsonl")) == 4


def test_two_speakers_facts_must_agree(tmp_path):
    rows = ROWS[1] | {"text": TEXT}, {"start": 53, "end": 63, "speaker": "Mara Quill", "party": "Labour"}
    (problem,) = refused(gold_file(tmp_path / "g.jsonl", *rows))
    assert "the party of 'Mara Quill' is Labour here and Green on another line" in problem


def test_an_id_occurs_once_over_all_files(tmp_path):
    paths = [gold_file(tmp_path / name, *ROWS) for name in ("a.jsonl", "b.jsonl")]
    (problem,) = refused(*paths)
    assert f"the id 'd-1' is also that of {paths[0]}:1; give one of them another" in problem


def test_places_without_gold_are_told(tmp_path):
    (tmp_path / "notes.txt").write_text("Nothing.")
    (tmp_path / "empty.jsonl").write_text("\n")
    (tmp_path / "bare").mkdir()
    told = refused(*(tmp_path / name for name in ("notes.txt", "empty.jsonl", "bare", "absent")))
    for part, problem in zip(("no suffix", "no line", "no gold file", "no such file"), told, strict=True):
        assert part in problem


def test_a_text_longer_than_the_limit_is_refused_in_both_formats(tmp_path):
    (tmp_path / "toy.stance").write_text(STANCE, encoding="utf-8")
    told = refused(tmp_path / "toy.stance", gold_file(tmp_path / "g.jsonl", *ROWS), limit=20)
    assert len(told) == 2
    assert all("the limit is 20" in one for one in told)


def test_a_file_may_begin_with_a_byte_order_mark(tmp_path):
    path = tmp_path / "g.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps({"doc_id": "d", "text": "One.", "role": "none"}).encode())
    assert only(path).article.text == "One."
