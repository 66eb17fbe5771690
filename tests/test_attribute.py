"""The door `asylum-stance attribute`: articles in, who says what out, as lines that others can read."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from attribute_door import TEXT, file, printed, refused, run, spans

from pipeline import CONFIGS, ROOT
from pipeline.corpus.attribution_files import AttributedText
from pipeline.records import Article, Attribution, Document, Span, Voice
from pipeline.scoring.attribute import attribute, readable, units
from pipeline.text.document import TextPath
from pipeline.text.rejects import Reject

# The order of words does not see whose clause this is; the parse does.
NESTED = "Dean Pascoe left after Ilse Marwood told the committee that the hostel was full.\n"
OPINION = (
    "The plan is cruel.\nThe so-called “border reset” will fail, as “turn the boats” did.\n"
    "“It is late,” said Dean Pascoe.\nWe must not let it pass."
)


@pytest.fixture(autouse=True)
def no_trained_model(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether somebody has trained a model in this checkout must not matter here."""
    monkeypatch.setattr("pipeline.scoring.attribute.ROOT", tmp_path_factory.mktemp("root"))


def test_a_line_holds_an_article_and_its_attributions(tmp_path: Path) -> None:
    path = file(tmp_path / "one.txt", TEXT)
    code, said, talk = run(path)
    assert (code, talk) == (0, "")
    (line,) = said.splitlines()
    (unit,) = json.loads(line)["attributions"]
    assert {key: unit[key] for key in ("kind", "speaker", "party", "actor_kind")} == {
        "kind": "direct",
        "speaker": "Ilse Marwood",
        "party": "none",
        "actor_kind": "civil_society",
    }
    (one,) = printed(tmp_path, path)
    assert (one.doc_id, one.text) == ("one", TEXT)
    ((source, cue, content),) = spans(one)
    assert (source, cue) == ("Ilse Marwood", "said")
    assert content == ["“It is a cruel rule,”", "“It must go.”"]


def test_the_text_is_the_input_unchanged(tmp_path: Path) -> None:
    """Line ends, blanks and marks of every kind: offsets count characters of the file, or of the JSON string. The
    mark of the byte order is no character."""
    texts = [
        TEXT,
        TEXT.replace("\n", "\r\n"),
        TEXT.replace("\n", "\r"),
        f"\n\n  {TEXT}\n\n",
        f"\t{TEXT}\x0b\x0c",
        f"😀 {TEXT}",
        f"\u202eמזל\u202c. {TEXT}",
        f"e\u0301té. {TEXT}",
        TEXT.replace(" ", "\xa0"),
    ]
    lines = []
    for number, text in enumerate(texts):
        file(tmp_path / "in" / f"{number}.txt", ("\ufeff" if number == 1 else "") + text)
        lines.append(json.dumps({"doc_id": f"j{number}", "text": text}, ensure_ascii=False) + "\n")
    plain = printed(tmp_path, tmp_path / "in")
    rows = printed(tmp_path, file(tmp_path / "all.jsonl", "".join(lines)))
    assert [one.text for one in plain] == texts
    assert [one.text for one in rows] == texts
    assert [one.attributions for one in plain] == [one.attributions for one in rows]
    for one in plain:
        assert [unit.voice.speaker for unit in one.attributions] == ["Ilse Marwood"]
        assert [cue for _, cue, _ in spans(one)] == ["said"]


def test_json_lines_keep_ids_and_order(tmp_path: Path) -> None:
    rows = [{"doc_id": "z/1", "text": TEXT}, {"id": "a 2", "text": NESTED}, {"text": "It rained."}]
    path = file(tmp_path / "all.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    found = printed(tmp_path, path)
    assert [one.doc_id for one in found] == ["z/1", "a 2", "all#3"]
    assert [one.text for one in found] == [row["text"] for row in rows]
    assert found[2].attributions == ()


def test_several_paths_and_a_folder(tmp_path: Path) -> None:
    """One run, ids of their own, a file met twice read once."""
    file(tmp_path / "in" / "a.txt", TEXT)
    file(tmp_path / "in" / "deep" / "b.txt", NESTED)
    other = file(tmp_path / "c.txt", NESTED)
    found = printed(tmp_path, tmp_path / "in", other, tmp_path / "in" / "a.txt")
    assert [one.doc_id for one in found] == ["a", "deep/b", "c"]


def test_standard_input(tmp_path: Path) -> None:
    (one,) = printed(tmp_path, "-", stdin=TEXT.encode())
    assert (one.doc_id, one.text) == ("stdin", TEXT)
    rows = "".join(json.dumps({"doc_id": name, "text": TEXT}) + "\n" for name in "ab")
    assert [one.doc_id for one in printed(tmp_path, "-", stdin=rows.encode())] == ["a", "b"]


def test_text_to_read(tmp_path: Path) -> None:
    code, said, _ = run(file(tmp_path / "one.txt", TEXT), "--format", "text")
    assert code == 0
    assert said.splitlines() == [
        "one: 1 attributions",
        "  direct   Ilse Marwood (none, civil_society) [said] “It is a cruel rule,” … “It must go.”",
    ]


def test_a_reader_sees_what_is_known_and_no_more() -> None:
    text = "It is thought\nto be late."
    unit = Attribution(Voice(), "indirect", (Span(14, 25),), cue=Span(6, 13))
    bare = Attribution(Voice("Ann Tully"), "direct", (Span(0, 25),))
    assert list(readable(AttributedText("t", text, (unit, bare)))) == [
        "t: 2 attributions",
        "  indirect - [thought] to be late.",
        "  direct   Ann Tully [] It is thought to be late.",
    ]


def test_the_baseline_knows_no_parse(tmp_path: Path) -> None:
    path = file(tmp_path / "one.txt", NESTED)
    (default,), (rules,) = printed(tmp_path, path), printed(tmp_path, path, "--rules")
    assert [unit.voice.speaker for unit in default.attributions] == ["Ilse Marwood"]
    assert spans(default) == [("Ilse Marwood", "told", ["that the hostel was full"])]
    assert rules.attributions == ()


@pytest.mark.parametrize("options", [(), ("--rules",)])
def test_an_authors_own_voice_is_nobody_s_report(tmp_path: Path, options: tuple[str, ...]) -> None:
    """Though the author sets words in marks to keep them at arm's length; whom the author quotes is one."""
    rows = [
        json.dumps({"text": OPINION, "genre": genre, "author": author}) + "\n"
        for genre in ("opinion", "letter", "speech")
        for author in ("", "Ona Field")
    ]
    found = printed(tmp_path, file(tmp_path / "x.jsonl", "".join(rows)), *options)
    assert [[unit.voice.speaker for unit in one.attributions] for one in found] == [["Dean Pascoe"]] * 6


def test_a_quotation_without_cue_is_an_attribution(tmp_path: Path) -> None:
    """Unlike the author's voice it stands in marks: somebody is quoted, if without "said"."""
    text = "Ann Tully runs the hostel.\nAnn Tully is tired. “Nobody asked us. We live here.”\n"
    (one,) = printed(tmp_path, file(tmp_path / "one.txt", text))
    assert ("", "", ["“Nobody asked us.", "We live here.”"]) in spans(one)


def test_units_come_in_the_order_of_the_text() -> None:
    text = "One. “Two.” “Three.”"
    voice = Voice("Ann Tully")
    late = Attribution(voice, "direct", (Span(12, 20),))
    early = Attribution(voice, "direct", (Span(5, 11),))
    empty = Attribution(voice, "indirect", (), cue=Span(0, 3))
    narrated = Attribution(voice, "direct", (Span(0, 4),))
    document = Document(Article("t", text), (), (late, empty, narrated, early), ())
    assert units(document) == (early, late)


def test_work_grows_with_the_marks_and_no_faster(monkeypatch: pytest.MonkeyPatch) -> None:
    """A text of one voice with thousands of quotations: each is compared with the sentences it touches."""
    from pipeline.text import clauses

    counted = 0
    count = clauses._letters

    def counting(text: str, start: int, end: int) -> int:
        nonlocal counted
        counted += 1
        return count(text, start, end)

    monkeypatch.setattr(clauses, "_letters", counting)
    path = TextPath.load(CONFIGS).baseline()
    work = []
    for paragraphs in (100, 200):
        text = "\n".join(f"It is “late” and “cold {number}”. We say so {number}." for number in range(paragraphs))
        document = path(Article("t", text, genre="opinion"))
        counted = 0
        assert units(document) == ()
        work.append(counted)
    assert work[0] > 100
    assert work[1] < 2.2 * work[0]


def test_rejects_are_told_and_the_rest_is_printed(tmp_path: Path) -> None:
    file(tmp_path / "in" / "a.txt", TEXT)
    file(tmp_path / "in" / "b.txt", " \n")
    code, said, talk = run(tmp_path / "in")
    assert code == 0, "half of the inputs at most is no failure"
    assert [json.loads(line)["doc_id"] for line in said.splitlines()] == ["a"]
    assert talk == f"asylum-stance: {tmp_path / 'in' / 'b.txt'}: empty: {talk.split(': empty: ')[1]}"
    file(tmp_path / "in" / "c.txt", b"\x00\x01\x02\x00" * 50)
    code, said, talk = run(tmp_path / "in")
    assert code == 1
    assert len(said.splitlines()) == 1
    assert [line.split(": ")[1] for line in talk.splitlines()] == [
        str(tmp_path / "in" / name) for name in ("b.txt", "c.txt")
    ]


def test_a_fault_of_ours_is_a_reject_and_no_end(tmp_path: Path) -> None:
    """The text path falls over one article; the others are read."""
    whole = TextPath.load(CONFIGS).baseline()

    class Fragile:
        def __call__(self, article: Article) -> Document:
            if "BOOM" in article.text:
                raise RuntimeError("fell over")
            return whole(article)

    for name, text in (("a", TEXT), ("b", "BOOM."), ("c", TEXT)):
        file(tmp_path / "in" / f"{name}.txt", text)
    found = list(attribute([str(tmp_path / "in")], Fragile(), max_characters=1000))
    assert [isinstance(one, Reject) for one in found] == [False, True, False]
    assert (found[1].source, found[1].reason) == (str(tmp_path / "in" / "b.txt"), "error")
    assert "RuntimeError: fell over" in found[1].detail


def test_articles_are_drawn_one_by_one(tmp_path: Path) -> None:
    """The first is printed before the second is read."""
    paths = [file(tmp_path / f"{name}.txt", TEXT) for name in "ab"]
    found = attribute([str(path) for path in paths], TextPath.load(CONFIGS).baseline(), max_characters=1000)
    assert isinstance(found, Iterator)
    assert isinstance(next(found), AttributedText)
    paths[1].write_text("")
    assert isinstance(next(found), Reject)


def test_no_more_characters_than_allowed(tmp_path: Path) -> None:
    path = file(tmp_path / "one.txt", TEXT)
    (found,) = attribute([str(path)], TextPath.load(CONFIGS).baseline(), max_characters=len(TEXT) - 1)
    assert isinstance(found, Reject)
    assert found.reason == "too_long"


def test_inputs_that_are_not_there(tmp_path: Path) -> None:
    assert "no such file or folder" in refused(tmp_path / "nowhere.txt")
    (tmp_path / "empty").mkdir()
    assert "no article in it" in refused(tmp_path / "empty")
    assert "PATH" in refused()
    one = file(tmp_path / "one.txt", TEXT)
    assert "xlsx" in refused(one, "--format", "xlsx")
    assert "absent.yaml" in refused(one, "--params", tmp_path / "absent.yaml")


def test_the_samples_are_read(tmp_path: Path) -> None:
    """What the README asks to try."""
    found = printed(tmp_path, ROOT / "seeds" / "samples", "--rules")
    assert len(found) >= 5
    assert sum(len(one.attributions) for one in found) > len(found)
