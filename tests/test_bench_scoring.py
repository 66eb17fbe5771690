"""The scoring bench: its arithmetic, that it counts whole families of processes, and a small run of its parts."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest
import toy_learners
from rich.console import Console
from toy_documents import document, labelled

from pipeline.labels import heads
from pipeline.learners.contract import gold
from pipeline.learners.ensemble import EnsembleLearner
from pipeline.records import Article, LabelledArticle
from pipeline.stages.workspace import Workspace, write_records
from tests.bench.scoring import __main__ as front
from tests.bench.scoring import flops, growth, material, parity, profile, shown, start_up
from tests.bench.scoring.children import Child, ChildFailed, run
from tests.bench.scoring.clock import Seconds, interleaved, timed, times_faster, usual
from tests.bench.scoring.padded import PaddedReader

TEXT = "The rules are cruel, Mara Quill said. The minister Nell Garside said that the plan is firm.\nIt was late."


@pytest.fixture(scope="module")
def models(tmp_path_factory, encoder) -> Path:
    """Toy bundles under the names of the real ones."""
    folder = tmp_path_factory.mktemp("models")
    tfidf, transformer = toy_learners.tfidf(), toy_learners.transformer(encoder)
    for one in (tfidf, transformer, toy_learners.ensemble(tfidf, transformer)):
        toy_learners.bundle(folder / one.name, one, neighbours=False)
    return folder


@pytest.fixture
def archive(tmp_path) -> Path:
    path = tmp_path / "articles.jsonl"
    material.write_articles([Article(f"a{number}", TEXT) for number in range(10)], path)
    return path


def seconds(*cpu: float) -> list[Seconds]:
    return [Seconds(one, 2 * one) for one in cpu]


def test_contenders_run_in_turn_and_the_first_round_does_not_count():
    order = []

    def turn(name):
        def run():
            order.append(name)
            return Seconds(len(order), 0)

        return run

    found = interleaved({"a": turn("a"), "b": turn("b")}, rounds=2)
    assert "".join(order) == "ababab"
    assert [one.cpu for one in found["a"]] == [3, 5]
    assert [one.cpu for one in interleaved({"c": turn("c")}, rounds=1, warm=False)["c"]] == [7]


def test_a_ratio_is_the_median_of_the_ratios_of_the_rounds():
    # in the third round the machine was ten times slower, for both
    rounds = {"slow": seconds(4, 6, 50), "fast": seconds(2, 2, 20)}
    assert times_faster(rounds, "fast", than="slow") == 2.5
    assert usual(rounds["slow"]) == Seconds(6, 12)


def test_time_is_that_of_the_work_alone(monkeypatch):
    clock = {"cpu": 5.0, "wall": 7.0}
    monkeypatch.setattr("time.process_time", lambda: clock["cpu"])
    monkeypatch.setattr("time.perf_counter", lambda: clock["wall"])
    assert timed(lambda: clock.update(cpu=6.0, wall=10.0))() == Seconds(1.0, 3.0)


def test_a_goal_from_below_and_one_from_above():
    assert shown.Goal("speed", 5.0, 5.0).met
    assert not shown.Goal("speed", 4.9, 5.0).met
    assert not shown.Goal("speed", float("nan"), 5.0).met
    assert shown.Goal("memory", 1.2, 1.5, most=True).met
    assert shown.Goal("same", 0.99782, 0.998).sentence == "same: 0.9978, goal ≥ 0.998: MISSED"


def test_a_sheet_as_markdown_and_as_plain_values():
    rows = [{"name": "ours", "rate": 1234.5, "share": 0.61234}, {"name": "theirs", "rate": 9, "share": None}]
    sheet = shown.Sheet("Speed", rows, "One run.", [shown.Goal("rate", 1234.5, 1000)])
    assert shown.markdown(sheet).splitlines() == [
        "### Speed",
        "",
        "| name | rate | share |",
        "| --- | ---: | ---: |",
        "| ours | 1,234 | 0.612 |",
        "| theirs | 9 | – |",
        "",
        "One run.",
        "",
        "- rate: 1,234, goal ≥ 1,000: met",
    ]
    assert shown.plain(sheet)["goals"][0]["met"] is True
    console = Console(record=True, width=80, file=open("/dev/null", "w"))  # noqa: SIM115
    shown.show(sheet, console)
    assert "1,234" in console.export_text()


def test_operations_are_those_of_layers_and_attention():
    needs = flops.Needs(weights=100, width=8, layers=2, shapes=())
    assert needs.operations([3, 5]) == 2 * 100 * 8 + 4 * 8 * 2 * (9 + 25)


def test_what_an_encoder_needs_is_read_off_its_layers(models):
    needs = flops.Needs.of(PaddedReader(models / "transformer").network.encoder)
    assert needs.shapes == ((32, 96), (32, 32), (32, 64), (64, 32))
    assert needs.weights == needs.layers * sum(before * after for before, after in needs.shapes)


def test_the_rate_of_products_weighs_shapes_by_their_operations(monkeypatch):
    rates = {(10, 10): 100.0, (10, 30): 300.0}
    monkeypatch.setattr(flops, "_fastest", lambda before, after, number: rates[before, after])
    assert flops.matmul_rate(list(rates), "fp32") == pytest.approx(800 / (200 / 100 + 600 / 300))


def test_the_whole_family_counts_though_nobody_waits_for_it(tmp_path):
    child = tmp_path / "child.py"
    burn = "import time\nkept = b'x' * 60_000_000\nwhile time.process_time() < 0.6: pass"
    child.write_text(f"{burn}\nprint('done', flush=True)\ntime.sleep(9)\n")
    parent = tmp_path / "parent.py"
    parent.write_text(
        "import subprocess, sys, time\n"
        f"child = subprocess.Popen([sys.executable, {str(child)!r}], stdout=subprocess.PIPE)\n"
        "child.stdout.readline()\ntime.sleep(0.5)\nchild.kill()\n"
    )
    found = run([sys.executable, str(parent)])
    assert found.seconds.cpu > 0.5
    assert found.resident >= found.peak > 60_000_000


def test_a_child_that_fails_is_told_with_its_words():
    with pytest.raises(ChildFailed, match="exit code 3; it said: no such bundle"):
        run([sys.executable, "-c", "import sys; print('no such bundle'); sys.exit(3)"])


def test_articles_are_taken_evenly_and_survive_being_written(archive):
    chosen = material.articles(Workspace(archive.parent), archive, 5)
    assert [one.id for one in chosen] == ["a0", "a2", "a4", "a6", "a8"]
    assert chosen[0].text == TEXT
    assert len(material.articles(Workspace(archive.parent), archive, 99)) == 10
    again = list(material.repeated(chosen, 12))
    assert len({one.id for one in again}) == 12


def test_without_a_path_the_training_articles_are_read(tmp_path):
    workspace = Workspace(tmp_path)
    with pytest.raises(material.NoMaterial, match=r"corpus\.jsonl is not there: `dvc repro`"):
        material.articles(workspace, None, 5)
    known = [LabelledArticle(Article(name, TEXT), (), ()) for name in "xyz"]
    write_records(workspace.corpus, known, LabelledArticle)
    workspace.split.write_text(json.dumps({"train": ["x", "z"], "test": ["y"], "validation": []}))
    assert [one.id for one in material.articles(workspace, None, 5)] == ["x", "z"]


def test_a_missing_bundle_is_a_sentence_with_the_mend(models, tmp_path):
    with pytest.raises(material.NoMaterial, match=r"no bundle 'tfidf' there; `dvc repro` trains it"):
        material.named_bundles(tmp_path, ["tfidf"])
    with pytest.raises(material.NoMaterial, match="holds no transformer"):
        material.transformer_folder(models / "tfidf")
    assert material.transformer_folder(models / "ensemble") == models / "ensemble" / "transformer"


def test_the_padded_peer_says_what_our_reader_says(models):
    documents = [document(["They are cruel rules, he said.", "It was on a train."] * size) for size in (1, 20)]
    ours = material.at_precision(models / "transformer", "fp32").predict_proba(documents)
    theirs = PaddedReader(models / "transformer").predict_proba([*documents, document([])])
    for one, other in zip(ours, theirs, strict=False):
        for head in heads():
            np.testing.assert_allclose(one[head], other[head], atol=1e-5)
    assert theirs[2]["stance"].shape == (0, 3)


def test_the_number_format_is_the_one_that_was_asked_for(models):
    read = [document(["They are cruel rules, he said."])]
    answers = {
        one: material.at_precision(models / "transformer", one).predict_proba(read) for one in ("fp32", "bf16")
    }
    assert not np.array_equal(answers["fp32"][0]["frame"], answers["bf16"][0]["frame"])


def test_a_reader_takes_the_place_of_the_pools_transformer(models):
    reader = PaddedReader(models / "transformer")
    pool = material.with_transformer(models / "ensemble", reader)
    assert isinstance(pool, EnsembleLearner)
    assert [member.learner is reader for member in pool.members] == [False, True]
    assert material.with_transformer(models / "transformer", reader) is reader


def test_parity_counts_labels_and_compares_macro_f1():
    documents = labelled(3)
    target = gold(documents)
    plain = [
        {head: np.eye(len(classes), dtype=np.float32)[codes] for (head, classes), codes in one.items()}
        for one in ({(h, heads()[h]): gold([d])[h] for h in heads()} for d in documents)
    ]
    rows, goals = parity.compare(plain, plain, target)
    assert all(goal.met for goal in goals)
    assert {row["same label"] for row in rows} == {"100.000%"}
    other = [{head: values.copy() for head, values in one.items()} for one in plain]
    other[0]["stance"][0] = np.roll(other[0]["stance"][0], 1)
    rows, goals = parity.compare(other, plain, target)
    assert (rows[0]["labels that differ"], rows[0]["same label"]) == (1, f"{23 / 24:.3%}")
    assert rows[0]["difference"].startswith("-")
    assert [goal.what for goal in goals if not goal.met] == [
        "stance, share of same labels",
        "stance, difference of macro-F1",
    ]


def test_a_stage_within_a_stage_stops_the_outer_clock(monkeypatch):
    now = iter([0.0, 2.0, 5.0, 6.0])
    monkeypatch.setattr(profile.time, "process_time", lambda: next(now))
    watch = profile.Stopwatch()
    watch.timing("outer", lambda: watch.timing("inner", lambda: None)())()
    assert watch.seconds == {"outer": 3.0, "inner": 3.0}


def test_every_stage_is_a_function_of_the_product_and_is_left_as_it_was():
    from pipeline.text.document import TextPath

    before = vars(TextPath)["reading"]
    with profile.wrapped(profile.Stopwatch()):
        assert vars(TextPath)["reading"] is not before
    assert vars(TextPath)["reading"] is before


def point(articles: int, cpu: float) -> growth.Point:
    return growth.Point(articles, 10 * articles, Child(Seconds(cpu, cpu), 10**9, 10**9))


def test_the_exponent_is_a_slope_without_the_start():
    start = point(1, 5.0)
    assert growth.exponents(start, [point(10, 6.0), point(100, 15.0), point(1000, 10005.0)]) == [
        None,
        pytest.approx(1.0),
        pytest.approx(2.0),
    ]
    assert growth.exponents(start, [point(10, 4.9), point(100, 15.0)]) == [None, None]


def test_growth_scores_archives_of_each_size(monkeypatch, tmp_path):
    program = """
import sys
from pathlib import Path
import pyarrow as pa, pyarrow.parquet as pq
lines = open(sys.argv[1]).readlines()
(Path(sys.argv[2]) / "statements.parquet").mkdir(parents=True)
pq.write_table(pa.table({"n": [0] * 2 * len(lines)}), Path(sys.argv[2]) / "statements.parquet" / "part-0.parquet")
"""
    command = lambda path, out, bundle, workers: [sys.executable, "-c", program, str(path), str(out)]  # noqa: E731
    monkeypatch.setattr(growth, "score_command", command)
    sheet = growth.measure(tmp_path / "toy", [Article("a", TEXT)], [20, 4], 2, Console(quiet=True))
    assert [(row["articles"], row["sentences"]) for row in sheet.rows] == [(4, 8), (20, 40)]
    assert sheet.goals[-1].what == "peak GB, 20 articles"


def test_start_up_ends_with_the_first_row(monkeypatch, tmp_path):
    monkeypatch.setattr(start_up, "_PROGRAM", "import time; print(1.5, flush=True); time.sleep(1)")
    assert start_up.first_statement(tmp_path / "a", tmp_path / "b").cpu == 1.5
    monkeypatch.setattr(start_up, "_PROGRAM", "raise SystemExit(2)")
    with pytest.raises(ChildFailed, match="exit code 2"):
        start_up.first_statement(tmp_path / "a", tmp_path / "b")


def test_a_small_run_in_process(models, archive, capsys, monkeypatch):
    monkeypatch.setattr(flops, "_LEAST", 1e-5)
    given = [*("--models", str(models), "--articles", str(archive)), *("--number", "2", "--rounds", "1")]
    assert front.main(["encoder", "profile", "end-to-end", "--copies", "0", "--json", *given]) == 0
    sheets = {one["measurement"]: one for one in json.loads(capsys.readouterr().out)}
    assert sheets["encoder"]["rows"][0]["contender"].startswith("PyTorch fp32")
    stages = {row["stage"]: row["ms a sentence"] for row in sheets["profile"]["rows"]}
    assert set(stages) == {profile.READ, *profile.STAGES, profile.WRITE, "all"} - {"ranker"}  # which no toy has
    assert min(stages.values()) > 0
    assert stages["all"] == pytest.approx(sum(stages.values()) / 2)
    assert len(sheets["end-to-end"]["rows"]) == 5
    assert sheets["end-to-end"]["title"].endswith("2 articles, 6 sentences")


def test_nothing_to_measure_with_is_exit_code_1(tmp_path, capsys):
    assert front.main(["profile", "--models", str(tmp_path)]) == 1
    assert "no bundle 'ensemble' there" in capsys.readouterr().err
