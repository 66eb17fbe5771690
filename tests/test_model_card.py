"""The model card: its figures are those of the run, its warnings stand, and its Markdown is well formed."""

import json
import re
import shutil
from dataclasses import replace

import pytest
import yaml
from prediction_tables import made_up_table
from pydantic import TypeAdapter
from test_speaker_tables import ATTRIBUTION, TEST

from pipeline import CONFIGS
from pipeline.config import EvaluateParams
from pipeline.corpus.stance_format import parse
from pipeline.evaluation.behaviour.scoring import BehaviourError, BehaviourResult, CheckResult, failure_rate
from pipeline.evaluation.bootstrap import Interval
from pipeline.evaluation.evaluate import evaluate
from pipeline.evaluation.predictions import CONDITIONS, MAIN_CONDITION
from pipeline.evaluation.result_tables import Sheet, format_interval
from pipeline.evaluation.results import ResultsError, read_results, write_results
from pipeline.labels import heads
from pipeline.learners import LEARNERS
from pipeline.records import LabelledArticle
from pipeline.report.evaluation import format_fraction, slice_rows
from pipeline.report.model_card import most_failed, table
from pipeline.report.model_card_tables import extreme_slices
from pipeline.scoring.bundle import TEXT_FILES, BundleError, seal
from pipeline.stages.card import ModelCardError, run
from pipeline.stages.workspace import Workspace, write_records

# What an interval is worth does not matter here.
PARAMS = EvaluateParams(resamples=10, confidence=0.95, calibration_bins=5)
CHOSEN, THRESHOLD = "transformer", 0.55
MEANS = {"tfidf": 0.41, "transformer": 0.63, "ensemble": 0.52}
FAILURES = {"tfidf": 6, "transformer": 5, "ensemble": 1}
ARTICLE = """\
id: {id}
date: 2025-03-09
outlet: wire
leaning: centre
genre: news
government: Labour
headline: Lock keepers at odds
speaker: Perrin Oxley | Labour | minister
---
The lock stays shut, Oxley said. || Perrin Oxley | supports | none | claim | control
The water was high. || - | none | none | none | none
"""


def check_result(name: str, kind: str, failures: int, cases: int = 8) -> CheckResult:
    rate = failure_rate(failures, cases, 0.95)
    return CheckResult(name, kind, "rhetoric", cases, failures, rate, {"stance": failures}, None, ())


def behaviour() -> BehaviourResult:
    tests = {
        name: (check_result("rival’s plan", "MFT", failures), check_result("another name", "INV", 8 - failures))
        for name, failures in FAILURES.items()
    }
    return BehaviourResult("cases", 0.95, tests)


def write_json(path, content: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content), encoding="utf-8")


def seal_scorer(made: Workspace) -> None:
    made.scorer.mkdir(parents=True)
    (made.scorer / "weights.safetensors").write_bytes(b"weights")
    for name in TEXT_FILES:
        (made.configs / name).write_text("", encoding="utf-8")
    seal(
        made.scorer,
        learner=CHOSEN,
        heads=heads(),
        corpus="c0ffee",
        params={},
        temperatures={"stance": 1.25},
        threshold=THRESHOLD,
        commit="0123abc",
        configs=made.configs,
    )


def write_figures(made: Workspace) -> None:
    """What the stages before leave: validation, results, differences, behaviour, speakers, corpus and split."""
    for place, name in enumerate(LEARNERS):
        by_head = dict.fromkeys(heads(), MEANS[name])
        found = {"macro_f1": by_head, "mean": MEANS[name], "threshold": THRESHOLD}
        write_json(made.metrics(f"validation-{name}"), found)
        result = evaluate(
            made_up_table(1.0 + place, sentences=6, seed=place), name, PARAMS, seed=1, threshold=THRESHOLD
        )
        write_results(result, made.metrics(name), made.results(name))
    difference = {"value": -0.0421, "low": -0.09, "high": 0.0312}
    write_json(made.metrics("comparison"), {name: {"stance": difference} for name in LEARNERS})
    made.behaviour_results.write_bytes(TypeAdapter(BehaviourResult).dump_json(behaviour()))
    write_json(made.metrics("speakers"), {"test": TEST})
    write_json(made.metrics("attribution"), ATTRIBUTION)
    names = [f"x-{number}" for number in range(4)]
    articles = [parse(ARTICLE.format(id=name), "x.stance") for name in names]
    write_records(made.corpus, articles, LabelledArticle)
    write_json(made.split, {"train": names[:2], "validation": names[2:3], "test": names[3:]})


@pytest.fixture(scope="module")
def run_before(tmp_path_factory) -> Workspace:
    """A checkout in which all stages before the card have run; not to be changed."""
    made = Workspace(tmp_path_factory.mktemp("checkout"))
    made.configs.mkdir()
    params = yaml.safe_load((CONFIGS / "params.yaml").read_text(encoding="utf-8"))
    params["tracking"]["enabled"] = False
    (made.configs / "params.yaml").write_text(yaml.safe_dump(params), encoding="utf-8")
    seal_scorer(made)
    write_figures(made)
    return made


@pytest.fixture
def workspace(run_before, tmp_path) -> Workspace:
    """A copy of it that a test may change."""
    shutil.copytree(run_before.root, tmp_path / "copy")
    return Workspace(tmp_path / "copy")


@pytest.fixture(scope="module")
def card(run_before, tmp_path_factory) -> str:
    """What the stage writes there."""
    copy = tmp_path_factory.mktemp("card") / "copy"
    shutil.copytree(run_before.root, copy)
    return card_of(Workspace(copy))


def card_of(workspace: Workspace) -> str:
    run(workspace)
    return (workspace.root / "models" / "MODEL_CARD.md").read_text(encoding="utf-8")


def change(path, *keys: str, to: object) -> None:
    """Overwrite one value of a JSON file."""
    content = place = json.loads(path.read_text(encoding="utf-8"))
    for key in keys[:-1]:
        place = place[key]
    place[keys[-1]] = to
    write_json(path, content)


def test_every_learner_has_its_scores_under_every_condition(run_before, card):
    for head in heads():
        for condition in CONDITIONS:
            scores = [
                format_interval(read_results(run_before.results(name)).conditions[condition].heads[head].macro_f1)
                for name in LEARNERS
            ]
            assert f"| {head} | {' | '.join(scores)} |" in card


def test_the_chosen_learner_is_shown_class_by_class_and_slice_by_slice(run_before, card):
    result = read_results(run_before.results(CHOSEN))
    for head in result.conditions[MAIN_CONDITION].heads.values():
        for one in head.per_class:
            figures = " | ".join(map(format_interval, (one.f1, one.precision, one.recall)))
            assert f"| {one.label} | {figures} | {one.support} | {one.predicted} |" in card
    for rows in slice_rows(result).values():
        for row in rows:
            scores = " | ".join(format_interval(row.scores[head]) for head in heads())
            mark = " †" if row.small else ""
            assert f"| {row.value.replace('_', ' ')}{mark} | {row.sentences} | {row.articles} | {scores} |" in card


def test_statements_abstention_and_calibration_are_those_of_the_results(run_before, card):
    for one in read_results(run_before.results(CHOSEN)).conditions.values():
        for score in one.statements:
            figures = " | ".join(map(format_interval, (score.precision, score.recall, score.f1)))
            assert f"| {score.level} | {figures} |" in card
        given = one.abstention
        asked = format_fraction(run_before.params.calibrate.stance_precision)
        assert f"| {asked} | {format_interval(given.precision)} |" in card
        assert f"| {given.answered} | {given.sentences} |" in card
    for name in LEARNERS:
        for head, found in read_results(run_before.results(name)).conditions[MAIN_CONDITION].heads.items():
            assert f"| {name} | {head} | {format_fraction(found.calibration.ece)} |" in card
    assert "lies below .550" in card
    assert "stance 1.250" in card


def test_the_choice_is_explained_by_validation(card):
    assert "| transformer (chosen) | .630 | .630 | .630 | .630 | .630 |" in card
    assert "| tfidf | .410 |" in card
    assert "holds the learner **transformer**" in card


def test_differences_have_their_sign_and_name_both_learners(card):
    assert "| tfidf − majority | transformer − tfidf | ensemble − transformer |" in card
    assert "| stance | −.042 (−.090 to +.031) |" in card


def test_failure_rates_stand_side_by_side_and_the_worst_are_named(card):
    rates = " | ".join(format_interval(failure_rate(number, 8, 0.95)) for number in FAILURES.values())
    assert f"| rhetoric | rival’s plan | MFT | 8 | {rates} |" in card
    assert f"Where transformer fails most: rival’s plan, {format_interval(failure_rate(5, 8, 0.95))}." in card
    assert f"another name, in {format_interval(failure_rate(3, 8, 0.95))} of the cases" in card
    assert "| MFT | 8 | .625 | 5 | 5 | 0 | 0 | 0 |" in card


def test_the_corpus_is_counted_by_part(card):
    assert "| train | 2 | 4 | 2 | 2 |" in card
    assert "| test | 1 | 2 | 1 | 1 |" in card
    assert "| stance | supports | 50.0% | 50.0% | 50.0% |" in card


def test_speakers_and_attributions_are_there(card):
    assert "| chosen, raw text | .800 (.700–.900) | .200 |" in card
    assert "| chosen, direct | .800 (.700–.900) |" in card


@pytest.mark.parametrize(
    "sentence",
    [
        "A person's politics must not be inferred from this model beyond the text at hand",
        "to profile, score, rank or watch persons",
        "for decisions on individuals",
        "for other countries, other languages",
        "on the strength of the invented corpus",
        "No figure here was measured on real news",
    ],
)
def test_what_it_must_not_be_used_for_is_said(card, sentence):
    assert sentence in card


@pytest.mark.parametrize(
    ("name", "keys", "value", "shown"),
    [
        ("speakers", ("test", "raw", "recall"), 0.1234, ".123"),
        ("comparison", ("ensemble", "role"), {"value": 0.2345, "low": 0.1, "high": 0.3}, "+.234 (+.100 to +.300)"),
        ("attribution", ("test", "chosen", "all", "speaker"), [0.3456, 0.3, 0.4], ".346 (.300–.400)"),
        ("validation-tfidf", ("macro_f1", "frame"), 0.4567, ".457"),
    ],
)
def test_another_figure_makes_another_card(workspace, card, name, keys, value, shown):
    assert shown not in card
    change(workspace.metrics(name), *keys, to=value)
    assert shown in card_of(workspace)


def test_the_same_figures_make_the_same_card(workspace):
    assert card_of(workspace) == card_of(workspace)
    assert list(workspace.root.rglob("*.part")) == []


def test_tables_are_well_formed(card):
    """Blank lines around each, a rule under its head, as many cells in every row."""
    lines = card.splitlines()
    starts = [n for n, line in enumerate(lines) if line.startswith("|") and not lines[n - 1].startswith("|")]
    assert len(starts) > 25
    for start in starts:
        end = next(n for n in range(start, len(lines)) if not lines[n].startswith("|"))
        rows = lines[start:end]
        assert lines[start - 1] == lines[end] == ""
        assert re.fullmatch(r"\|( --- \|)+", rows[1])
        assert len({len(re.findall(r"(?<!\\)\|", row)) for row in rows}) == 1
        assert len(rows) > 2
    assert all(not line.startswith("#") or lines[n - 1] == "" for n, line in enumerate(lines) if n)


def test_no_figure_is_left_unsaid(card):
    assert not re.search(r"\bnan\b|None|\{\{|\{%|&#", card)


def test_links_lead_to_files_of_the_repository(card):
    links = re.findall(r"\]\((?!http)([^)]+)\)", card)
    assert links
    assert all((CONFIGS.parent / "models" / link).resolve().exists() for link in links)


def test_words_from_files_are_no_markup():
    sheet = Sheet("a_b", ("x", "y"), (("<img src=x> | **bold**\n# head", "[go](javascript:x) `code`"),))
    written = table(sheet)
    assert written.startswith("**a b**\n\n| x | y |")
    assert written.splitlines()[-1] == r"| \<img src=x\> \| \*\*bold\*\* \# head | \[go\](javascript:x) \`code\` |"


def test_best_and_worst_slices_have_enough_behind_them():
    result = evaluate(made_up_table(2.0, articles=40, sentences=8), CHOSEN, PARAMS, seed=1)
    rows = extreme_slices(result).rows
    assert {row[0] for row in rows} == set(heads())
    assert all(int(row[3].replace(",", "")) >= 50 and int(row[4]) >= 10 for row in rows)
    for head in heads():
        verdicts = {verdict: [row for row in rows if row[:2] == (head, verdict)] for verdict in ("worst", "best")}
        assert len(verdicts["worst"]) == len(verdicts["best"]) == 3
        assert not {row[2] for row in verdicts["worst"]} & {row[2] for row in verdicts["best"]}
        worst, best = (max(row[5] for row in verdicts["worst"]), min(row[5] for row in verdicts["best"]))
        assert worst <= best


def test_a_tiny_run_says_that_no_slice_is_large_enough(workspace):
    tiny = evaluate(made_up_table(articles=2, sentences=3), CHOSEN, PARAMS, seed=1, threshold=1.0)
    for name in LEARNERS:
        write_results(tiny, workspace.metrics(name), workspace.results(name))
    card = card_of(workspace)
    assert "so none is named as best or worst" in card
    assert "no such sentence passes the threshold" in card


def test_tests_that_never_fail_are_not_named():
    tests = (check_result("one", "MFT", 0), check_result("two", "DIR", 2), check_result("three", "DIR", 7))
    assert [one.name for one in most_failed(tests, "MFT", "DIR")] == ["three", "two"]


@pytest.mark.parametrize(
    ("missing", "error", "mend"),
    [
        ("metrics/validation-ensemble.json", ModelCardError, "dvc repro train-ensemble"),
        ("metrics/comparison.json", ModelCardError, "dvc repro compare"),
        ("metrics/attribution.json", ModelCardError, "dvc repro attribution"),
        ("metrics/speakers.json", ModelCardError, "dvc repro speakers"),
        ("data/results/tfidf.json", ResultsError, "dvc repro evaluate"),
        ("data/behaviour.json", BehaviourError, "dvc repro --force behaviour"),
        ("models/scorer/bundle.json", BundleError, "dvc repro"),
    ],
)
def test_a_missing_file_is_named_with_the_mend(workspace, missing, error, mend):
    (workspace.root / missing).unlink()
    with pytest.raises(error, match=rf"(?s){re.escape(missing.split('/')[-1].split('.')[0])}.*{mend}"):
        run(workspace)
    assert not (workspace.root / "models" / "MODEL_CARD.md").exists()


def test_figures_of_another_version_are_refused(workspace):
    change(workspace.metrics("validation-tfidf"), "mean", to="high")
    with pytest.raises(ModelCardError, match=r"validation-tfidf\.json: mean: .*dvc repro --force train-tfidf"):
        run(workspace)


def test_speakers_of_another_version_are_refused(workspace):
    write_json(workspace.metrics("speakers"), {"test": {}})
    with pytest.raises(ModelCardError, match="another version"):
        run(workspace)


def test_results_without_abstention_are_refused(workspace):
    result = read_results(workspace.results("ensemble"))
    conditions = {name: replace(one, abstention=None) for name, one in result.conditions.items()}
    write_results(replace(result, conditions=conditions), workspace.metrics("x"), workspace.results("ensemble"))
    with pytest.raises(ModelCardError, match="does not tell of abstention"):
        run(workspace)


def test_a_bundle_that_validation_does_not_prefer_is_refused(workspace):
    change(workspace.metrics("validation-ensemble"), "mean", to=0.9)
    with pytest.raises(ModelCardError, match=r"holds transformer .* prefers ensemble .*dvc repro export"):
        run(workspace)


def test_an_unknown_bound_is_a_dash(workspace):
    change(workspace.metrics("comparison"), "tfidf", "stance", to={"value": 0.5, "low": None, "high": None})
    assert "| stance | +.500 (–) |" in card_of(workspace)
    assert format_interval(Interval(0.5, None, None)) == ".500 (–)"


def test_large_slices_of_few_articles_are_neither_best_nor_worst():
    result = evaluate(made_up_table(articles=9, sentences=25), CHOSEN, PARAMS, seed=1)
    assert any(not row.small for rows in slice_rows(result).values() for row in rows)
    assert extreme_slices(result).rows == ()
