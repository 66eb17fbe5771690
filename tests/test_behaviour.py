"""The machinery of the behaviour tests: passages, scenes, rewritings, judgements, floors."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest
import yaml

from pipeline import ROOT
from pipeline.evaluation.behaviour.cases import Case, Check, build_checks, hash_of_cases
from pipeline.evaluation.behaviour.floors import (
    behaviour_metrics,
    faults,
    rates_by_kind,
    read_floors,
    read_metrics,
    suggested_floors,
)
from pipeline.evaluation.behaviour.passages import BehaviourError, Passage, Suite, Version, read_suite
from pipeline.evaluation.behaviour.rewriting import REWRITINGS
from pipeline.evaluation.behaviour.scenes import MARKS, Name, Scene, scene
from pipeline.evaluation.behaviour.scoring import (
    BehaviourResult,
    CheckResult,
    failure_rate,
    read_behaviour,
    score_behaviour,
)
from pipeline.labels import heads
from pipeline.learners.contract import Probabilities
from pipeline.records import NOBODY, Document, Voice

SUITE = read_suite(ROOT / "seeds" / "behaviour")
CHECKS = build_checks(SUITE)
PASSAGE = Passage(
    name="pier",
    headline="Labour and the harbour",
    speaker="{N} | Green | opposition",
    before=("{N} came late – {he} had missed the ferry.",),
    earlier=("<It’s a slow boat,> {he} said.",),
    versions=(
        Version("<The programme is cruel,> {N} said.", {"stance": "opposes"}),
        Version("<The programme is [kind],> said {T}.", {"stance": "supports"}),
    ),
)
FIRST = scene(PASSAGE, PASSAGE.versions[0], SUITE.changes, 0)


def rewritten(name: str, origin: Scene = FIRST) -> list[Scene]:
    return list(REWRITINGS[name](origin, SUITE.changes, 0))


def texts(document: Document) -> list[str]:
    return [sentence.text for sentence in document.sentences]


def learner(label: Callable[[Document, int], str], sure: float = 0.9) -> Callable:
    """Answers with the stance that ``label`` gives to a sentence of a document, and none in the other heads."""

    def one(document: Document) -> Probabilities:
        answer = {}
        for head, classes in heads().items():
            rows = np.full((len(document.sentences), len(classes)), (1 - sure) / (len(classes) - 1), np.float32)
            for number in range(len(rows)):
                said = label(document, number) if head == "stance" else "none"
                rows[number, classes.index(said)] = sure
            answer[head] = rows
        return answer

    return lambda documents: [one(document) for document in documents]


def reader(document: Document, number: int) -> str:
    """Reads the words alone: right on the pier."""
    text = document.sentences[number].text
    return "opposes" if "cruel" in text else "supports" if "kind" in text else "none"


def results(predict: Callable, checks: Sequence[Check]) -> dict[str, CheckResult]:
    return {one.name: one for one in score_behaviour(checks, predict, 0.95)}


@pytest.fixture(scope="module")
def pier() -> tuple[Check, ...]:
    """The checks of the one passage."""
    test = replace(SUITE.tests[0], test="pier", kind="DIR", passages=(PASSAGE,))
    return build_checks(Suite((test,), SUITE.changes))


def test_a_scene_becomes_a_document_with_its_speakers():
    document = FIRST.document()
    assert texts(document) == [
        "Ruth Ainscough came late – she had missed the ferry.",
        "“It’s a slow boat,” she said.",
        "“The programme is cruel,” Ruth Ainscough said.",
    ]
    voice = Voice("Ruth Ainscough", "Green", "opposition")
    assert list(document.voices()) == [NOBODY, voice, voice]
    assert (FIRST.target, document.article.government) == (2, "Labour")
    assert document.article.date == SUITE.changes.dates["Labour"]


def test_a_version_may_have_another_speaker_and_government():
    version = replace(PASSAGE.versions[0], speaker="Pier Trust | none | civil_society", government="Coalition")
    made = scene(PASSAGE, version, SUITE.changes, 0).document()
    assert list(made.voices())[-1] == Voice("Pier Trust", "none", "civil_society")
    assert (made.article.government, made.article.date.year) == ("Coalition", 2013)


def test_the_narrator_is_no_speaker():
    version = replace(PASSAGE.versions[0], say="The ferry left.", speaker="-")
    made = scene(replace(PASSAGE, earlier=()), version, SUITE.changes, 0).document()
    assert made.assigned == (None, None)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_every_case_keeps_its_offsets_and_leaves_no_place_unfilled(check):
    for case in check.cases:
        document = case.document
        assert all(sentence.span.of(document.article.text) == sentence.text for sentence in document.sentences)
        assert not set("{}<>[]") & set(document.article.text + document.article.headline)
        labelled = document.sentences[case.scene.target].text
        assert labelled == case.scene.marks.put(case.scene.name.put(case.scene.say))
        assert case.document != case.origin_document


def test_another_gender_changes_name_title_and_pronouns_alone():
    second = scene(PASSAGE, PASSAGE.versions[1], SUITE.changes, 0)
    (made,) = rewritten("another gender", second)
    assert texts(made.document()) == [
        "Peter Holm came late – he had missed the ferry.",
        "“It’s a slow boat,” he said.",
        "“The programme is ‘kind’,” said Mr Holm.",
    ]
    assert Name("Ann Lo", "Ms Lo", she=True).put("{He} saw {him} and {his} dog.") == "She saw her and her dog."


def test_other_names_keep_the_gender():
    plain = SUITE.changes.names[SUITE.changes.plain]
    (same,), others = rewritten("another name"), rewritten("name of another origin")
    assert same.name.full in plain.women
    assert same.name != FIRST.name
    assert len({one.name for one in others}) == len(others) > 1
    assert all(one.name.she and one.name.full not in plain.women for one in others)
    assert list(same.document().voices())[-1].speaker == same.name.full


def test_all_origins_are_drawn_for_women_and_men():
    (check,) = (one for one in CHECKS if one.name == "name of another origin")
    drawn = {case.scene.name for case in check.cases}
    for origin, names in SUITE.changes.names.items():
        if origin != SUITE.changes.plain:
            assert {name.full for name in drawn} >= {*names.women, *names.men}, origin


def test_marks_spelling_typography_and_outlet():
    said = {texts(one.document())[-1] for one in rewritten("other quotation marks")}
    assert said == {f"{a}The programme is cruel,{b} Ruth Ainscough said." for a, b in ('""', "‘’", "''")}
    (american,) = rewritten("American spelling")
    assert (american.headline, american.say) == (
        "Labour and the harbor",
        "<The program is cruel,> {N} said.",
    )
    (typed,) = rewritten("other typography")
    assert (typed.before[0], typed.earlier[0]) == (
        "{N} came late — {he} had missed the ferry.",
        "<It's a slow boat,> {he} said.",
    )
    (elsewhere,) = rewritten("another outlet")
    assert elsewhere.document().article.outlet != FIRST.document().article.outlet


@pytest.mark.parametrize(
    "say",
    ["{N} said: <It leaks, and badly.>", "<It leaks, and badly,> {N} said.", "<It leaks, and badly,> said {N}."],
)
def test_the_cue_goes_to_every_other_place(say):
    places = {"{N} said: <It leaks, and badly.>", "<It leaks, and badly,> {N} said."}
    places |= {"<It leaks, and badly,> said {N}."}
    made = rewritten("cue in another place", replace(FIRST, say=say))
    assert {one.say for one in made} == places - {say}


@pytest.mark.parametrize(
    "say",
    [
        "<It leaks. Badly,> {N} said.",
        "<Does it leak?> {N} said.",
        "<It leaks,> said {N}, a diver.",
        "{he} said: <No.>",
    ],
)
def test_a_cue_that_cannot_move_stays(say):
    assert rewritten("cue in another place", replace(FIRST, say=say)) == []


def test_neutral_narration_moves_the_target():
    (before,), (behind,) = rewritten("neutral sentence before"), rewritten("neutral sentence behind")
    for made, target in ((before, 3), (behind, 2)):
        document = made.document()
        assert (made.target, len(document.sentences)) == (target, 4)
        assert document.sentences[target].text.startswith("“The programme is cruel")
    assert next(before.document().voices()) == list(behind.document().voices())[-1] == NOBODY


def test_nothing_to_change_gives_nothing():
    plain = replace(FIRST, headline="The pier", before=(), earlier=(), say="It leaks.", voice=NOBODY)
    silent = [name for name in REWRITINGS if not rewritten(name, plain)]
    assert silent == [
        "another name",
        "another gender",
        "name of another origin",
        "other quotation marks",
        "American spelling",
        "other typography",
        "cue in another place",
    ]


def test_a_learner_that_reads_the_words_fails_nothing(pier):
    found = results(learner(reader), pier)
    assert set(found) == {"pier", *REWRITINGS}
    assert {one.failures for one in found.values()} == {0}
    assert (found["pier"].cases, found["pier"].direction.value) == (2, 0)


def test_a_learner_that_reacts_to_names_fails_the_names_alone(pier):
    def prejudiced(document: Document, number: int) -> str:
        return reader(document, number) if "Ruth" in document.article.text else "none"

    found = results(learner(prejudiced), pier)
    names = {"another name", "another gender", "name of another origin"}
    assert {name for name, one in found.items() if one.failures} == names
    assert [found[name].rate.value for name in sorted(names)] == [1, 1, 1]
    assert found["another gender"].heads == {"stance": 1, "pressure": 0, "role": 0, "frame": 0}
    (failure,) = found["another gender"].examples
    assert failure.wrong == {"stance": ("opposes", "none")}
    assert failure.origin == "“The programme is cruel,” Ruth Ainscough said."
    assert failure.speaker == "Peter Holm, Green, opposition"


def test_a_learner_deaf_to_words_fails_half_a_pair_and_its_direction(pier):
    found = results(learner(lambda *_: "opposes"), pier)["pier"]
    assert (found.failures, found.rate.value, found.direction.value) == (1, 0.5, 1)
    assert found.examples[0].wrong == {"stance": ("supports", "opposes")}


def test_direction_may_be_right_where_the_label_is_not(pier):
    def hesitant(documents: Sequence[Document]) -> list[Probabilities]:
        answers = learner(reader)(documents)
        for answer in answers:
            answer["stance"] = answer["stance"] * 0.1
            answer["stance"][:, -1] = 0.9
        return answers

    found = results(hesitant, pier)["pier"]
    assert (found.failures, found.direction.value) == (2, 0)


def test_a_document_is_asked_once(pier):
    asked: list[Document] = []

    def counting(documents: Sequence[Document]) -> list[Probabilities]:
        asked.extend(documents)
        return learner(reader)(documents)

    score_behaviour(pier, counting, 0.95)
    assert len(asked) == len(set(asked)) < sum(2 * len(check.cases) for check in pier)


def test_wilson_interval():
    """Wilson 1927, by hand for 1 of 10 at 95 %: centre .2109…, half-width .1930… ."""
    found = failure_rate(1, 10, 0.95)
    assert (found.value, found.low, found.high) == (
        0.1,
        pytest.approx(0.0179, abs=1e-4),
        pytest.approx(0.4042, abs=1e-4),
    )


def test_the_hash_tells_cases_apart(pier):
    first, case = pier[0], pier[0].cases[0]
    for changed in (
        replace(case, expected={"stance": "none"}),
        replace(case, scene=replace(case.scene, government="Coalition")),
        replace(case, scene=replace(case.scene, marks=MARKS["single curly"])),
    ):
        other = (replace(first, cases=(changed, *first.cases[1:])), *pier[1:])
        assert hash_of_cases(other) != hash_of_cases(pier)
    assert hash_of_cases(pier) == hash_of_cases(tuple(pier))


@pytest.fixture
def figures(pier) -> dict:
    scored = score_behaviour(pier, learner(lambda *_: "opposes"), 0.95)
    return behaviour_metrics(BehaviourResult(hash_of_cases(pier), 0.95, {"tfidf": scored}))


def test_suggested_floors_hold_and_leave_one_case(figures, pier):
    floors = suggested_floors(figures)
    assert floors["tfidf"]["pier"] == 1
    assert floors["tfidf"]["another name"] == 1
    assert floors["tfidf"]["other quotation marks"] == 0.334
    assert list(faults(figures, floors, pier)) == []
    figures["learners"]["tfidf"]["other quotation marks"]["failures"] = 1
    assert list(faults(figures, floors, pier)) == []
    figures["learners"]["tfidf"]["other quotation marks"]["failures"] = 2
    (fault,) = faults(figures, floors, pier)
    assert "2 of 3 cases fail" in fault


@pytest.mark.parametrize(("allowed", "held"), [(0.5, True), (0.499, False)])
def test_a_rate_at_its_floor_holds_it(figures, pier, allowed, held):
    floors = suggested_floors(figures)
    floors["tfidf"]["pier"] = allowed
    assert (list(faults(figures, floors, pier)) == []) == held


def test_every_lack_is_a_fault(figures, pier):
    floors = suggested_floors(figures)
    faulty = figures | {"cases": "0" * 64}
    assert "not made from the cases" in "".join(faults(faulty, floors, pier))
    assert "no floor" in "".join(faults(figures, {}, pier))
    assert "does not hold" in "".join(faults(figures | {"learners": {}}, floors, pier))
    assert "no such test" in "".join(faults(figures, {"tfidf": floors["tfidf"] | {"quay": 0.5}}, pier))
    figures["learners"]["tfidf"]["pier"]["cases"] = 3
    assert "its 2 cases" in "".join(faults(figures, floors, pier))


def test_rates_by_kind_weigh_cases(pier):
    scored = score_behaviour(pier, learner(lambda *_: "opposes"), 0.95)
    assert rates_by_kind(scored) == {"DIR": 0.5, "INV": 0}


WRITTEN = {"test": "t", "kind": "MFT", "capability": "c", "passages": []}
SPOKEN = {"name": "p", "headline": "h", "speaker": "-", "versions": [{"say": "s", "expect": {"stance": "none"}}]}


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"speaker": "{N} | Labour"}, "name | party | kind"),
        ({"speaker": "{N} | Whig | minister"}, "party Whig"),
        ({"speaker": "{N} | Labour | king"}, "kind king"),
        ({"government": "Whig"}, "government Whig"),
        ({"versions": []}, "no version"),
        ({"versions": [{"say": "s", "expect": {}}]}, "expects nothing"),
        ({"versions": [{"say": "s", "expect": {"stance": "left"}}]}, "stance left"),
        ({"versions": [{"say": "s", "expect": {"mood": "left"}}]}, "heads are stance"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_fault_in_a_file_is_a_sentence(tmp_path, change, fault):
    (tmp_path / "rewriting.yaml").write_bytes((ROOT / "seeds/behaviour/rewriting.yaml").read_bytes())
    (tmp_path / "t.yaml").write_text(yaml.safe_dump([WRITTEN | {"passages": [SPOKEN | change]}]))
    with pytest.raises(BehaviourError, match=f"t.yaml: 0.*{fault.replace('|', '.')}"):
        read_suite(tmp_path)


def test_a_folder_without_passages_or_with_twins_is_refused(tmp_path):
    (tmp_path / "rewriting.yaml").write_bytes((ROOT / "seeds/behaviour/rewriting.yaml").read_bytes())
    with pytest.raises(BehaviourError, match="no passages"):
        read_suite(tmp_path)
    (tmp_path / "t.yaml").write_text(yaml.safe_dump([WRITTEN | {"passages": [SPOKEN, SPOKEN]}]))
    with pytest.raises(BehaviourError, match="p: written twice"):
        read_suite(tmp_path)
    (tmp_path / "t.yaml").write_text("- [")
    with pytest.raises(BehaviourError, match="not YAML"):
        read_suite(tmp_path)


def test_a_place_that_nothing_fills_is_a_sentence():
    version = replace(PASSAGE.versions[0], say="{she} left.")
    with pytest.raises(BehaviourError, match=r"'pier'.*she.*cannot be filled in"):
        scene(PASSAGE, version, SUITE.changes, 0)


@pytest.mark.parametrize("read", [read_metrics, read_floors, read_behaviour])
def test_files_that_cannot_be_read_are_a_sentence(tmp_path, read):
    with pytest.raises(BehaviourError, match="nowhere"):
        read(tmp_path / "nowhere")
    (tmp_path / "torn").write_text("[1")
    with pytest.raises(BehaviourError, match="torn"):
        read(tmp_path / "torn")


def test_a_case_of_invariance_judges_all_heads():
    assert Case("pier", FIRST, {}, FIRST).heads == tuple(heads())
    assert Case("pier", FIRST, {"role": "claim"}).heads == ("role",)
