"""The door of explanations: which sentence is meant, what each member adds, and the three forms of the answer."""

import io
import json
import re
from dataclasses import replace

import numpy as np
import pytest
from fake_learner import FakeText
from rich.console import Console
from test_cli import refused, run
from toy_documents import CRITIC, MINISTER, document
from toy_learners import bundle, ensemble, tfidf, transformer

from pipeline.labels import heads
from pipeline.records import NOBODY
from pipeline.report.explanation import render_explanation, written
from pipeline.scoring import explain as door
from pipeline.scoring.bundle import calibrated
from pipeline.scoring.engine import Scorer
from pipeline.scoring.explain import Choice, ExplainError, chosen_sentence, explain_sentence
from pipeline.scoring.explanation_json import explanation_json
from pipeline.scoring.explanation_text import level, show_explanation, shown

DOCUMENT = document(
    ["It was on a train.", "The plan is firm.", "They are cruel rules, he said."], [NOBODY, MINISTER, CRITIC]
)
HOSTILE = "<script>alert(1)</script> cruel \x1b[31m\u202e &amp; “rules”"


@pytest.fixture(scope="module")
def scorers(encoder, tmp_path_factory):
    folder = tmp_path_factory.mktemp("bundles")
    plain, encoding = tfidf(), transformer(encoder)
    learners = {"tfidf": plain, "transformer": encoding, "ensemble": ensemble(plain, encoding)}
    return {name: Scorer(bundle(folder / name, one), FakeText(), one) for name, one in learners.items()}


@pytest.fixture(scope="module")
def explained(scorers):
    return {name: explain_sentence(one, DOCUMENT, 2, tuple(heads())) for name, one in scorers.items()}


@pytest.mark.parametrize("name", ["tfidf", "transformer", "ensemble"])
def test_label_and_probabilities_are_those_of_the_statements_table(scorers, explained, name):
    scorer, one = scorers[name], explained[name]
    answer = calibrated(scorer.learner.predict_proba([DOCUMENT])[0], scorer.bundle.card)
    assert [view.head for view in one.heads] == list(heads())
    for view in one.heads:
        values = answer[view.head][2]
        classes = heads()[view.head]
        assert view.label == classes[values.argmax()]
        assert view.rival == classes[np.argsort(-values, kind="stable")[1]]
        assert (view.probability, view.rival_probability) == tuple(
            pytest.approx(float(value)) for value in sorted(values)[:-3:-1]
        )


@pytest.mark.parametrize("name", ["tfidf", "transformer"])
def test_the_log_odds_are_those_of_the_calibrated_probabilities(explained, name):
    for view in explained[name].heads:
        (member,) = view.members
        expected = np.log(view.probability / view.rival_probability)
        assert member.explanation.score == pytest.approx(expected, abs=1e-3)
        assert abs(member.explanation.error) < 0.02
        assert member.share == pytest.approx(expected, abs=1e-3)


def test_the_members_shares_add_up_to_the_log_odds_of_the_statements_table(explained):
    for view in explained["ensemble"].heads:
        assert [member.learner for member in view.members] == ["tfidf", "transformer"]
        expected = np.log(view.probability / view.rival_probability)
        assert sum(member.share for member in view.members) == pytest.approx(expected, abs=1e-3)
        assert all(member.share == pytest.approx(member.explanation.score, abs=1e-3) for member in view.members)


def test_only_the_heads_asked_for(scorers):
    assert [view.head for view in explain_sentence(scorers["tfidf"], DOCUMENT, 0, ["frame"]).heads] == ["frame"]


def test_a_class_unknown_to_one_member_leaves_the_others_explanation(scorers):
    """TF-IDF never saw the class; the answer says so and goes on."""
    unseen = heads()["frame"].index("foreign")
    pairs = {"frame": (unseen, 0)}
    members = scorers["ensemble"].learner.members
    plain, encoding = (door._member_views(member, DOCUMENT, 2, pairs)["frame"] for member in members)
    assert plain.explanation is None
    assert plain.probability == pytest.approx(0, abs=1e-6)
    assert encoding.explanation is not None


@pytest.mark.parametrize(
    ("choice", "number"),
    [
        (Choice(), 1),
        (Choice(sentence="3"), 2),
        (Choice(sentence="toy#1"), 0),
        (Choice(find="CRUEL  rules"), 2),
    ],
)
def test_which_sentence_is_meant(choice, number):
    assert chosen_sentence(DOCUMENT, choice) == number


def test_without_any_speaker_the_first_is_meant():
    assert chosen_sentence(document(["A.", "B."]), Choice()) == 0


@pytest.mark.parametrize(
    ("asked", "choice", "message"),
    [
        (DOCUMENT, Choice(sentence="0"), "has sentences 1 to 3"),
        (DOCUMENT, Choice(sentence="4"), "has sentences 1 to 3"),
        (DOCUMENT, Choice(sentence="toy#x"), "has sentences 1 to 3"),
        (DOCUMENT, Choice(find="hotel"), "none of its 3 sentences holds 'hotel'"),
        (document([]), Choice(), "no sentence to explain"),
    ],
)
def test_a_sentence_that_is_not_there(asked, choice, message):
    with pytest.raises(ExplainError, match=message):
        chosen_sentence(asked, choice)


def test_json_tells_offsets_into_the_article_and_everything_adds_up(explained):
    one = json.loads(written(explained["ensemble"], "json"))
    assert one == json.loads(json.dumps(explanation_json(explained["ensemble"])))
    assert one["sentence_id"] == "toy#3"
    for head in one["heads"]:
        for member in head["members"]:
            why = member["explanation"]
            for word in why["words"]:
                assert DOCUMENT.article.text[word["start"] : word["end"]] == word["text"]
            parts = sum(part["value"] for part in why["parts"])
            words = sum(word["value"] for word in why["words"])
            assert why["base"] + words + parts + why["error"] == pytest.approx(why["score"], abs=1e-6)
    assert len(one["neighbours"]) == 5
    assert one["limits"]


def test_text_names_label_rival_words_parts_and_neighbours(explained):
    text = written(explained["ensemble"], "text")
    for told in ("toy#3, of 3", "They are cruel rules", "rather than", "exact linear weights", "around it: "):
        assert told in text
    assert re.search(r"cruel [+-]\d\.\d\d", text)
    assert "integrated gradients" in text
    assert "Nearest training sentences" in text


def test_words_are_coloured_on_a_terminal(explained):
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=True, color_system="truecolor", width=100)
    show_explanation(explained["tfidf"], console)
    assert "48;2;" in screen.getvalue(), "no background is set"


def test_a_bundle_without_neighbours_says_so(explained):
    for form in ("text", "html"):
        assert "holds no training sentences" in written(replace(explained["tfidf"], neighbours=None), form)
    assert json.loads(written(replace(explained["tfidf"], neighbours=None), "json"))["neighbours"] is None


def test_the_page_has_no_script_and_escapes_what_articles_say(scorers):
    hostile = replace(document([HOSTILE], [CRITIC], headline=HOSTILE))
    page = render_explanation(explain_sentence(scorers["tfidf"], hostile, 0, ["stance"]))
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "default-src 'none'" in page.replace("&#39;", "'")
    assert "\x1b" not in page
    assert "\u202e" not in page
    assert re.search(r'<span class="(for|against)[123]" title="[+-]\d', page)


def test_control_characters_of_an_article_do_not_reach_the_terminal(scorers):
    text = written(explain_sentence(scorers["tfidf"], document([HOSTILE], [CRITIC]), 0, ["stance"]), "text")
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert shown("a\x1b\tb") == "a� b"


def test_half_a_surrogate_pair_can_be_written_in_every_form(explained):
    one = explained["tfidf"]
    broken = replace(one, article=replace(one.article, id="\ud83d"))
    for form in ("text", "json", "html"):
        written(broken, form).encode("utf-8")


@pytest.mark.parametrize(("value", "expected"), [(0, 0), (0.1, 0), (0.2, 1), (-0.5, 2), (1, 3), (-1, 3)])
def test_the_weightier_the_stronger_the_colour(value, expected):
    assert level(value, 1.0) == expected
    assert level(0.0, 0.0) == 0


@pytest.fixture(scope="module")
def tool(tmp_path_factory):
    """A TF-IDF bundle whose text path is the project's own."""
    return bundle(tmp_path_factory.mktemp("tool") / "tfidf", tfidf()).folder


@pytest.fixture
def articles(tmp_path):
    path = tmp_path / "two.jsonl"
    spoken = "The bill returns on Monday. “They are cruel rules,” said Ilse Marwood of the charity."
    lines = [{"id": "first", "text": spoken}, {"id": "second", "text": "It was on a train."}]
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    return path


def test_the_command_explains_the_first_sentence_with_a_speaker(tool, articles):
    code, said, _ = run("explain", articles, "--bundle", tool, "--head", "stance")
    assert code == 0
    assert said.startswith("first#2, of 2 sentences")
    assert "speaker: Ilse Marwood" in said
    assert "told: Alex Smith" in said, "a person's name is hidden from the learner"
    assert "pressure:" not in said


@pytest.mark.parametrize("chosen", [["--sentence", "second#1"], ["--article", "second"]])
def test_the_command_finds_an_article_by_its_id(tool, articles, chosen):
    code, said, _ = run("explain", articles, "--bundle", tool, "--head", "role", "--format", "json", *chosen)
    assert code == 0
    assert json.loads(said)["sentence_id"] == "second#1"


def test_the_command_writes_a_page(tool, articles, tmp_path):
    out = tmp_path / "why.html"
    code, said, _ = run("explain", articles, "--bundle", tool, "--find", "bill", "--format", "html", "-o", out)
    assert (code, said) == (0, "")
    assert out.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".part"] == []


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (["--sentence", "9"], "sentences 1 to 2"),
        (["--article", "third"], "no article 'third'; there are first, second"),
        (["--head", "mood"], "no head 'mood'; it can be stance, pressure, role, frame"),
    ],
)
def test_what_is_not_there_is_told_in_a_sentence(tool, articles, wrong, message):
    code, said, talk = run("explain", articles, "--bundle", tool, *wrong)
    assert (code, said) == (2, "")
    assert message in talk


def test_an_article_that_cannot_be_read_is_told_with_its_reason(tool, tmp_path):
    (tmp_path / "empty.txt").write_text(" \n", encoding="utf-8")
    assert "empty" in refused(tmp_path, "explain", tmp_path / "empty.txt", "--bundle", tool)
