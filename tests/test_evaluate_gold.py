"""Judging a bundle by files of a user: figures known by hand, labels and texts in part, output and exit codes."""

import io
import json

import pandas as pd
import pytest
from gold_texts import ROWS, TEXT, fake_scorer, gold_file
from rich.console import Console
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.config import load_params
from pipeline.corpus.problems import StanceError
from pipeline.evaluation.predictions import END_TO_END, GOLD, PREDICTED_SPEAKERS, check
from pipeline.evaluation.results import read_results
from pipeline.scoring.engine import Scorer
from pipeline.scoring.evaluate_gold import evaluate_gold
from pipeline.scoring.gold_files import read_gold
from pipeline.scoring.gold_reading import read_labelled

QUIET = Console(file=io.StringIO())


@pytest.fixture
def scorer(tmp_path):
    return fake_scorer(tmp_path / "bundle")


def evaluated(scorer, path, whole=False):
    return evaluate_gold(read_gold([path], 10_000).articles, scorer, load_params(), whole, QUIET)


def test_figures_are_those_that_one_counts_by_hand(scorer, tmp_path):
    """The fake learner calls "cruel" opposes and all else none: supports is missed, none has one too many."""
    result = evaluated(scorer, gold_file(tmp_path / "g.jsonl", *ROWS)).result
    assert list(result.conditions) == [GOLD, PREDICTED_SPEAKERS, END_TO_END]
    for one in result.conditions.values():
        assert list(one.heads) == ["stance"]
        assert one.heads["stance"].macro_f1.value == pytest.approx((0 + 1 + 0.8) / 3)
        assert (one.gold_sentences, one.missed, one.spurious, one.wrong_speakers) == (4, 0, 0, 0)
        assert one.statement_f1.value == pytest.approx(2 / 3)
        assert [score.level for score in one.statements] == ["speaker", "speaker + stance"]


def test_without_speakers_two_conditions_and_no_statements(scorer, tmp_path):
    rows = [{key: row[key] for key in ("text", "start", "end", "stance") if key in row} for row in ROWS]
    result = evaluated(scorer, gold_file(tmp_path / "g.jsonl", *rows)).result
    assert list(result.conditions) == [PREDICTED_SPEAKERS, END_TO_END]
    assert all(not one.statements and not one.wrong_speakers for one in result.conditions.values())
    assert result.headline() == {
        name: {"stance": {"value": 0.6, "low": None, "high": None}} for name in result.conditions
    }


def test_each_head_is_judged_where_it_is_told(scorer, tmp_path):
    """Role is told once and wrong: the sentences without it neither help nor harm it."""
    rows = [ROWS[0], ROWS[1] | {"role": "claim"}, *ROWS[2:]]
    result = evaluated(scorer, gold_file(tmp_path / "g.jsonl", *rows)).result
    role = result.conditions[END_TO_END].heads["role"]
    assert sum(map(sum, role.confusion)) == 1
    assert [one.support for one in role.per_class] == [1, 0, 0]
    assert role.calibration.bins[0].sentences == 1


def test_gold_speakers_are_of_the_texts_that_tell_them_all(scorer, tmp_path):
    told = [{"doc_id": "a", **row} for row in ROWS]
    untold = [
        {"doc_id": "b", **{k: v for k, v in row.items() if k not in ("speaker", "party", "kind")}} for row in ROWS
    ]
    result = evaluated(scorer, gold_file(tmp_path / "g.jsonl", *told, *untold)).result
    assert [one.articles for one in result.conditions.values()] == [1, 2, 2]
    assert {one.statements[0].gold for one in result.conditions.values()} == {2}


def test_sentences_that_nobody_labelled_count_only_when_the_whole_text_is_gold(scorer, tmp_path):
    """ "cruel" is the fake learner's one opinion, and here it stands outside of the labelled sentences."""
    rows = [ROWS[0], ROWS[3]]
    path = gold_file(tmp_path / "g.jsonl", *rows)
    part, whole = (evaluated(scorer, path, whole).result.conditions for whole in (False, True))
    assert [one.spurious for one in part.values()] == [0, 0, 0]
    assert [one.spurious for one in whole.values()] == [0, 0, 2]
    assert whole[END_TO_END].heads["stance"].per_class[1].predicted == 1
    assert part[END_TO_END].heads["stance"].per_class[1].predicted == 0


def test_the_learner_reads_the_text_between_gold_sentences(scorer, tmp_path):
    (labelled,) = read_gold([gold_file(tmp_path / "g.jsonl", ROWS[0], ROWS[3])], 10_000).articles
    read = read_labelled(labelled, scorer.text_path, whole=False)
    assert [one.text for one in read.attributed.sentences] == TEXT.split("\n")
    assert read.places == (0, None, None, 1)
    assert read.counted == (True, False, False, True)
    assert [voice.speaker for voice in read.gold.voices()] == ["-", "Mara Quill", "-", "Dean Orme"]
    assert list(read.gold.voices())[3].party == "Labour" != list(read.attributed.voices())[3].party


def test_a_gold_sentence_inside_of_one_of_ours_leaves_the_rest_to_be_read(scorer, tmp_path):
    path = gold_file(tmp_path / "g.jsonl", {"text": TEXT, "start": 34, "end": 51, "stance": "opposes"})
    (labelled,) = read_gold([path], 10_000).articles
    read = read_labelled(labelled, scorer.text_path, whole=False)
    texts = [one.text for one in read.attributed.sentences]
    assert texts == ["The bill returns.", "Mara Quill said", TEXT[34:51], *TEXT.split("\n")[2:]]
    assert all(one.text == TEXT[one.start : one.end] for one in read.attributed.sentences)


def test_all_missed_is_a_figure_and_no_crash(scorer, tmp_path):
    """A gold word within a sentence of ours is no partner of it."""
    path = gold_file(tmp_path / "g.jsonl", {"text": TEXT, "start": 46, "end": 51, "stance": "opposes"})
    result = evaluated(scorer, path).result
    assert (result.conditions[END_TO_END].missed, result.conditions[END_TO_END].spurious) == (1, 1)
    assert result.to_json()["conditions"][END_TO_END]["heads"]["stance"]["calibration"]["ece"] is None


def test_a_gold_standard_without_labels_is_refused(scorer, tmp_path):
    path = gold_file(tmp_path / "g.jsonl", {"text": TEXT, "start": 0, "end": 17, "speaker": "-"})
    with pytest.raises(StanceError, match="no sentence has a label; give at least one of stance"):
        evaluated(scorer, path)


def test_a_text_on_which_we_fail_is_named_and_not_left_out(scorer, tmp_path):
    path = gold_file(tmp_path / "g.jsonl", {"text": "A CRASH.", "stance": "none"})
    with pytest.raises(StanceError, match=r"g\.jsonl:1: the text path failed on 'd-1' \(RuntimeError"):
        evaluated(scorer, path)


@pytest.fixture
def command(monkeypatch, scorer):
    """The command with the fake scorer: exit code, standard output, standard error."""
    monkeypatch.setattr(Scorer, "load", lambda bundle: scorer)

    def run(*arguments):
        done = CliRunner().invoke(app, ["evaluate", *map(str, arguments)], env={"COLUMNS": "80"})
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done.exit_code, done.stdout, done.stderr

    return run


def test_the_command_prints_the_report(command, tmp_path):
    code, out, err = command(gold_file(tmp_path / "g.jsonl", {**ROWS[0], "outlet": "The\x1b[31m Post"}, *ROWS[1:]))
    assert code == 0
    for part in (
        "fake: macro-F1",
        "Statements, raw text",
        "stance: by class",
        "Calibration",
        "By outlet",
        "draws",
    ):
        assert part in out
    assert "\x1b[31m" not in out
    assert max(map(len, out.splitlines())) <= 80
    assert err == ""


def test_the_command_prints_json_alone_and_talks_on_stderr(command, tmp_path):
    rows = [{**ROWS[0], "note": "x"}, {"start": 18, "end": 52, "stance": "opposes"}]
    code, out, err = command(gold_file(tmp_path / "g.jsonl", *rows), "--json")
    assert code == 0
    assert set(json.loads(out)["conditions"]) == {PREDICTED_SPEAKERS, END_TO_END}
    assert "keys that nobody reads: 'note'" in err
    assert "no figures with gold speakers" in err


def test_the_command_writes_what_the_stage_writes(command, tmp_path):
    out = tmp_path / "out"
    code, _, _ = command(gold_file(tmp_path / "g.jsonl", *ROWS), "--out", out)
    assert code == 0
    assert read_results(out / "results.json").conditions[GOLD].gold_sentences == 4
    check(pd.read_parquet(out / "predictions.parquet"))
    assert "| stance | " in (out / "evaluation.md").read_text(encoding="utf-8")
    assert json.loads((out / "metrics.json").read_text())[GOLD]["statement"] == 0.6667
    assert {path.name for path in (out / "plots").iterdir()} >= {"confusion_stance.csv", "per_class.csv"}
    assert (out / "figures" / "confusion_stance.png").stat().st_size > 0


@pytest.mark.parametrize("rows", [[{**ROWS[0], "stance": "yes"}], []])
def test_unusable_gold_ends_with_two_and_writes_nothing(command, tmp_path, rows):
    code, out, err = command(gold_file(tmp_path / "g.jsonl", *rows), "--out", tmp_path / "out")
    assert (code, out) == (2, "")
    assert "g.jsonl" in err
    assert not (tmp_path / "out").exists()


def test_a_bundle_that_is_none_ends_with_two(tmp_path):
    path = gold_file(tmp_path / "g.jsonl", *ROWS)
    done = CliRunner().invoke(app, ["evaluate", str(path), "--bundle", str(tmp_path / "none")])
    assert done.exit_code == 2
    assert "no such bundle" in done.stderr
