"""Scores of attributions: hand-computed cases, what cannot be gamed, and the command."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.corpus.attribution_files import AttributedText, attribution_line
from pipeline.evaluation.attribution import MEASURES, score_attributions
from pipeline.evaluation.attribution_counts import AttributionCounts, AttributionMismatch, article_counts
from pipeline.evaluation.attribution_groups import ALL, Group, marks_of
from pipeline.evaluation.attribution_matching import match_units
from pipeline.records import Attribution, Span, Voice
from pipeline.text.speaker_names import same_name

TEXT = (
    "“The plan is cruel,” said Ilse Marwood. Dean Pascoe told reporters that the plan would “end the chaos”. "
    "“Nobody voted for this.” The vote is on Monday and the hall has been booked."
)
MARWOOD, PASCOE = Voice("Ilse Marwood", "none", "civil_society"), Voice("Dean Pascoe", "Labour", "governing")


def at(words: str, text: str = TEXT) -> Span:
    """Where words that stand in the text once do so."""
    assert text.count(words) == 1
    return Span(text.index(words), text.index(words) + len(words))


DIRECT = Attribution(MARWOOD, "direct", (at("“The plan is cruel,”"),), at("Ilse Marwood"), at("said"))
MIXED = Attribution(
    PASCOE, "mixed", (at("that the plan would “end the chaos”"),), at("Dean Pascoe"), at("told reporters")
)
FLOATING = Attribution(MARWOOD, "direct", (at("“Nobody voted for this.”"),))
EXPECTED = Attribution(Voice(), "indirect", (at("The vote is on Monday"),))
GOLD = AttributedText("toy", TEXT, (DIRECT, MIXED, FLOATING, EXPECTED))
WHOLE = Attribution(MARWOOD, "direct", (Span(0, len(TEXT)),), at("Ilse Marwood"), at("said"))


def counts(*predicted: Attribution, gold: AttributedText = GOLD) -> AttributionCounts:
    """Counts of all units of one article."""
    return article_counts(gold, AttributedText(gold.doc_id, gold.text, predicted))[ALL]


def values(gold, predicted) -> dict[str, float | None]:
    """Measures of all units without their intervals."""
    scores = score_attributions(gold, predicted, resamples=10)
    return {name: one and one.value for name, one in scores.groups[0].measures.items()}


def test_a_perfect_prediction():
    scores = score_attributions([GOLD], [GOLD], resamples=10)
    for group in scores.groups:
        assert {m.value for m in group.measures.values() if m is not None} == {1.0}
    assert all(measure is not None for measure in scores.groups[0].measures.values())


def test_an_empty_prediction():
    found = values([GOLD], [replace(GOLD, attributions=())])
    assert found["recall"] == found["end_to_end"] == found["end_to_end_speaker"] == found["f1"] == 0
    assert found["precision"] is None
    assert found["source"] is None


def test_predictions_where_gold_has_none():
    found = values([replace(GOLD, attributions=())], [GOLD])
    assert (found["precision"], found["recall"], found["f1"]) == (0, None, 0)


def test_no_units_at_all():
    silent = replace(GOLD, attributions=())
    assert set(values([silent], [silent]).values()) == {None}


def test_a_case_computed_by_hand():
    """Marwood found with her name elsewhere, Pascoe by less than half, the vote found, one unit made up."""
    by_name = replace(DIRECT, source=None, voice=Voice("Ms Marwood", "Labour", ""), kind="mixed")
    fragment = replace(MIXED, content=(at("“end the chaos”"),))
    made_up = Attribution(PASCOE, "indirect", (at("and the hall has been booked"),))
    found = values([GOLD], [replace(GOLD, attributions=(by_name, fragment, EXPECTED, made_up))])
    assert found == {
        "end_to_end": pytest.approx(2 / 4),
        "end_to_end_span": pytest.approx(1 / 4),
        "end_to_end_speaker": pytest.approx(2 / 4),
        "precision": pytest.approx(2 / 4),
        "recall": pytest.approx(2 / 4),
        "f1": pytest.approx(1 / 2),
        "inside": pytest.approx(3 / 4),
        "source": pytest.approx(1 / 2),
        "speaker": pytest.approx(2 / 2),
        "cue": pytest.approx(2 / 2),
        "kind": pytest.approx(1 / 2),
        "party": pytest.approx(0 / 1),
        "actor_kind": pytest.approx(0 / 1),
    }


def test_groups_by_kind_and_marks():
    scores = score_attributions(
        [GOLD], [replace(GOLD, attributions=(replace(DIRECT, kind="indirect"),))], resamples=10
    )
    rows = {one.group.value: (one.counts.gold, one.counts.found, one.counts.predicted) for one in scores.groups}
    assert rows == {
        "all": (4, 1, 1),
        "quotations": (3, 1, 0),
        "direct": (2, 1, 0),
        "mixed": (1, 0, 0),
        "indirect": (1, 0, 1),
        "“ ”": (4, 1, 1),
    }
    assert [one.group.value for one in scores.groups] == list(rows)


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("“No,” he said. “It’s ‘over’.”", "“ ”"),
        ('"No," he said. "Not now." “Never.”', '" "'),
        ("‘It’s over,’ the MPs’ leader said. ‘No.’", "‘ ’"),
        ("'It's over,' she said.", "' '"),
        ("«No», he said.", "other"),
        ("It’s the teachers’ vote.", "none"),
    ],
)
def test_marks_of_an_article(text, marks):
    assert marks_of(text) == marks


def test_half_of_the_visible_characters_is_enough():
    """ "ab  cd" holds four of them; blanks on either side neither help nor harm."""
    text = "ab    cd ef"
    gold = AttributedText("t", text, (Attribution(MARWOOD, "direct", (Span(0, 8),)),))
    assert counts(Attribution(MARWOOD, "direct", (Span(0, 2),)), gold=gold).found == 1
    assert counts(Attribution(MARWOOD, "direct", (Span(1, 6),)), gold=gold).found == 0
    assert counts(Attribution(MARWOOD, "direct", (Span(0, 1), Span(6, 7))), gold=gold).found == 1


def test_one_giant_prediction_gets_no_precision():
    found = counts(WHOLE, gold=replace(GOLD, attributions=(DIRECT, FLOATING)))
    assert (found.found, found.predicted, found.right, found.inside) == (2, 1, 0, 0)


def test_a_copy_of_a_right_unit_is_wrong():
    assert counts(DIRECT, DIRECT, DIRECT).right == 1


def test_the_closest_of_several_finds_a_unit():
    """Where one report lies in another, an outer prediction does not stand for the inner unit."""
    outer = replace(
        MIXED, voice=MARWOOD, content=(at("Dean Pascoe told reporters that the plan would “end the chaos”"),)
    )
    near = replace(MIXED, content=(at("the plan would “end the chaos”"),))
    assert match_units(TEXT, [MIXED], [outer, near, WHOLE]).finder == (1,)
    assert match_units(TEXT, [MIXED], [WHOLE, outer]).finder == (1,)


def test_ties_go_to_the_first_in_the_text():
    gold = Attribution(MARWOOD, "direct", (Span(0, 3), Span(13, 16)))
    second, first = (replace(gold, content=(span,)) for span in reversed(gold.content))
    assert match_units("one, two and not", [gold], [second, first]).finder == (1,)


@pytest.mark.parametrize(
    ("predicted", "source", "speaker", "either"),
    [
        (replace(MIXED, source=at("Pascoe"), voice=Voice("Pascoe")), 1, 1, 1),
        (replace(MIXED, source=at("Ilse Marwood"), voice=MARWOOD), 0, 0, 0),
        (replace(MIXED, source=Span(at("Ilse Marwood").start, at("Dean").end), voice=MARWOOD), 0, 0, 0),
        (replace(MIXED, source=at("Ilse Marwood"), voice=Voice("Mr Dean Pascoe")), 0, 1, 1),
        (replace(MIXED, voice=MARWOOD), 1, 0, 1),
        (replace(MIXED, source=None, voice=Voice()), 0, 0, 0),
    ],
)
def test_sources_and_speakers(predicted, source, speaker, either):
    found = counts(predicted)
    assert (found.found, found.source, found.speaker, found.either) == (1, source, speaker, either)


def test_a_floating_quotation_is_judged_by_its_speaker():
    """Gold prints no source for it: the mention that is predicted does not matter."""
    assert counts(replace(FLOATING, source=at("Ilse Marwood"))).either == 1
    assert counts(replace(FLOATING, voice=PASCOE)).either == 0


def test_nobody_is_named():
    """Two units without a name agree on the speaker, but that does not make up for a wrong source."""
    found = counts(replace(EXPECTED, source=at("Dean Pascoe")))
    assert (found.source, found.speaker, found.either) == (0, 1, 0)
    assert counts(replace(EXPECTED, voice=PASCOE)).speaker == 0


def test_what_gold_does_not_tell_is_not_judged():
    gold = replace(GOLD, attributions=(replace(MIXED, voice=Voice("", "", "")),))
    found = counts(MIXED, gold=gold)
    assert (found.source, found.either) == (1, 1)
    assert (found.speaker_told, found.speaker_judged, found.party_judged, found.actor_kind_judged) == (0, 0, 0, 0)
    by_speaker = values([gold], [replace(GOLD, attributions=(MIXED,))])["end_to_end_speaker"]
    assert by_speaker is None


@pytest.mark.parametrize(
    ("predicted", "gold", "same"),
    [
        ("Tully", "Ann Tully", True),
        ("Ann Tully", "Tully", True),
        ("Dame Ann Tully", "ann tully", True),
        ("A. J. Tully", "Anna Jane Tully", True),
        ("Senator Tully", "Ann Tully", True),
        ("Dean Tully", "Ann Tully", False),
        ("aides to Ann Tully", "Ann Tully", False),
        ("Ann Tully", "aides to Ann Tully", False),
        ("the Home Office", "Home Office", True),
        ("Office", "Home Office", False),
        ("England", "Bank of England", False),
        ("Labour MPs", "Green MPs", False),
        ("Ann", "Ann Tully", False),
    ],
)
def test_names_of_one_speaker(predicted, gold, same):
    assert same_name(predicted, gold) is same


UNITS = st.lists(
    st.builds(
        lambda start, length, voice, source: Attribution(
            voice, "direct", (Span(start, start + length),), source and at(source)
        ),
        st.integers(0, 150),
        st.integers(1, 30),
        st.sampled_from([MARWOOD, PASCOE, Voice()]),
        st.sampled_from([None, "Ilse Marwood", "Dean Pascoe"]),
    ),
    max_size=6,
)


@given(UNITS, UNITS, st.randoms())
def test_the_order_of_units_does_not_matter(gold, predicted, random):
    first = counts(*predicted, gold=replace(GOLD, attributions=tuple(gold)))
    random.shuffle(gold)
    random.shuffle(predicted)
    assert counts(*predicted, gold=replace(GOLD, attributions=tuple(gold))) == first


@given(UNITS, UNITS)
def test_matching_is_what_counting_characters_gives(gold, predicted):
    """Every pair against sets of offsets, the plain way."""

    def seen(one):
        return {n for span in one.content for n in range(span.start, span.end) if not TEXT[n].isspace()}

    matching = match_units(TEXT, gold, predicted)
    everything = set().union(*map(seen, gold))
    for one, finder in zip(gold, matching.finder, strict=True):
        able = [p for p, other in enumerate(predicted) if 2 * len(seen(one) & seen(other)) >= len(seen(one)) > 0]
        fits = [len(seen(one) & seen(predicted[p])) / (len(seen(one)) + len(seen(predicted[p]))) for p in able]
        assert (finder is None) == (not able)
        assert finder is None or fits[able.index(finder)] == max(fits)
    for other, inside in zip(predicted, matching.inside, strict=True):
        assert inside == (0 < len(seen(other)) <= 2 * len(seen(other) & everything))


def test_counts_add_up_over_articles():
    other = replace(GOLD, doc_id="other")
    scores = score_attributions([GOLD, other], [GOLD], resamples=200)
    assert scores.groups[0].counts == counts(*GOLD.attributions) + AttributionCounts(gold=4, speaker_told=4)
    recall = scores.groups[0].measures["recall"]
    assert (recall.value, recall.low, recall.high) == (0.5, 0.0, 1.0)
    assert scores.missing == ("other",)
    assert scores.groups[0].group == Group("all", "all")


def test_intervals_come_from_the_seed():
    articles = [replace(GOLD, doc_id=str(n), attributions=GOLD.attributions[: 1 + n % 4]) for n in range(9)]
    halves = [replace(one, attributions=one.attributions[:2]) for one in articles]
    once, again = (score_attributions(articles, halves, resamples=50, seed=3) for _ in range(2))
    assert once == again
    assert once != score_attributions(articles, halves, resamples=50, seed=4)


@pytest.mark.parametrize(("text", "offset"), [("X" + TEXT[1:], 0), (TEXT[:50], 50), (TEXT + "!", len(TEXT))])
def test_texts_that_differ(text, offset):
    with pytest.raises(AttributionMismatch, match=rf"article 'toy' differ at offset {offset}: "):
        score_attributions([GOLD], [AttributedText("toy", text, ())])


def test_gold_without_articles():
    with pytest.raises(AttributionMismatch, match="holds no article"):
        score_attributions([], [GOLD])


@pytest.fixture
def files(tmp_path):
    """A gold file of three articles and predictions for two of them and a fourth."""
    gold, predicted = tmp_path / "gold.jsonl", tmp_path / "predicted.jsonl"
    lines = [attribution_line(replace(GOLD, doc_id=name)) for name in "abcd"]
    gold.write_text("\n".join(lines[:3]), encoding="utf-8")
    predicted.write_text("\n".join(lines[1:]), encoding="utf-8")
    return gold, predicted


def run(*arguments, columns=80):
    done = CliRunner().invoke(app, ["evaluate-attribution", *map(str, arguments)], env={"COLUMNS": str(columns)})
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.stdout, done.stderr


def test_the_command_prints_tables_that_fit_a_terminal(files):
    code, said, talk = run(*files, "--resamples", 100)
    assert code == 0
    for word in ("end to end", "by span", "precision", "F1", "actor kind", "quotations", "marks “ ”", "100 draws"):
        assert word in said, word
    assert "0.667 (0.000–1.000)" in said
    assert "…" not in said
    assert "1 of 3 gold articles have no line among the predictions" in talk
    assert "'a'" in talk.splitlines()[0]
    assert "note: 1 predicted articles are not in gold and left out: 'd'" in talk


def test_the_command_prints_json(files):
    code, said, _ = run(*files, "--json", "--seed", 5)
    figures = json.loads(said)
    assert code == 0
    assert (figures["articles"], figures["seed"], figures["missing_articles"]) == (3, 5, ["a"])
    everything = figures["groups"][0]
    assert everything["counts"]["gold"] == 12
    assert set(everything["measures"]) == set(MEASURES)
    assert everything["measures"]["end_to_end"]["value"] == pytest.approx(2 / 3)
    mixed = next(one for one in figures["groups"] if one["units"] == "indirect")
    assert mixed["measures"]["party"] is None


@pytest.mark.parametrize("content", ["{", '{"doc_id": "b", "text": "", "attributions": []}'])
def test_bad_files_are_exit_code_2(files, content):
    files[1].write_text(content, encoding="utf-8")
    code, said, talk = run(*files)
    assert (code, said) == (2, "")
    assert talk.startswith("asylum-stance: ")
    assert run(files[0], files[0].parent / "nowhere.jsonl")[0] == 2


def test_help_tells_the_format():
    _, page, _ = run("--help", columns=120)
    for word in ("doc_id", "content", "actor_kind", "Example", "--resamples", "not judged"):
        assert word in page, word
