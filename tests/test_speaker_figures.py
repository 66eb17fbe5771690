"""The figures of sentences and speakers, against shares counted by hand."""

from dataclasses import replace

import pytest

from pipeline.config import EvaluateParams
from pipeline.evaluation.speaker_figures import MEASURES, NARRATION, ReadArticle, _style, speaker_figures
from pipeline.records import (
    Actor,
    Article,
    Attribution,
    AttributionKind,
    Document,
    LabelledArticle,
    LabelledSentence,
    Labels,
    Sentence,
    Voice,
)

PARAMS = EvaluateParams(resamples=200, confidence=0.9, calibration_bins=5)
CLAIM = Labels("opposes", "left", "claim", "policy")
NOTHING = Labels("none", "none", "none", "none")
TULLY = Voice("Ann Tully", "Labour", "governing")
PASCOE = Voice("Dean Pascoe", "Green", "opposition")
TEXT = "“One.” “Two.” “Three.” Four."
SENTENCES = tuple(Sentence(start, end, TEXT[start:end]) for start, end in ((0, 6), (7, 13), (14, 22), (23, 28)))
JOINED = (Sentence(0, 13, TEXT[:13]), *SENTENCES[2:])


def document(
    *voices: Voice | None, kind: AttributionKind = "direct", sentences: tuple[Sentence, ...] = SENTENCES
) -> Document:
    """A document in which each sentence carries its own voice."""
    attributions = tuple(Attribution(voice, kind, ()) for voice in voices if voice)
    numbers = iter(range(len(attributions)))
    assigned = tuple(next(numbers) if voice else None for voice in voices)
    return Document(Article("t", TEXT), sentences, attributions, assigned)


def read(name: str, attributed: Document, baseline: Document, genre: str = "news", **changed) -> ReadArticle:
    """An article whose four sentences are Tully's, Tully's, Pascoe's and nobody's."""
    labels = changed.get("labels", CLAIM)
    said = zip(SENTENCES, ("Ann Tully", "Ann Tully", "Dean Pascoe", "-"), strict=True)
    labelled = LabelledArticle(
        Article(name, changed.get("text", TEXT), genre=genre),
        (Actor(TULLY), Actor(PASCOE)),
        tuple(LabelledSentence(one, who, labels if who == "-" else CLAIM) for one, who in said),
    )
    raw = document(TULLY, PASCOE, None, sentences=JOINED)
    return ReadArticle(labelled, attributed, raw, document(None, None, None, None), baseline)


PERFECT = document(TULLY, TULLY, PASCOE, None)
HALF = document(TULLY, PASCOE, replace(PASCOE, party="SNP"), TULLY)
READ = [
    read("a", PERFECT, HALF),
    read("b", HALF, document(None, None, None, None), "interview"),
    read("c", PERFECT, HALF, "opinion", labels=NOTHING),
]


@pytest.fixture(scope="module")
def figures() -> dict:
    return speaker_figures(READ, PARAMS, seed=7)


def test_shares_are_those_counted_by_hand(figures: dict) -> None:
    """Article a: 4 of 4; b: 2 of 4; c: 3 of 3, for its unlabelled aside is not scored."""
    assert (figures["articles"], figures["sentences"]) == (3, 11)
    chosen = figures["chosen"]
    assert chosen["accuracy"] == pytest.approx(9 / 11, abs=1e-4)
    assert chosen["recall"] == pytest.approx(8 / 9, abs=1e-4)
    assert chosen["precision"] == pytest.approx(8 / 10, abs=1e-4)
    assert chosen["silence"] == pytest.approx(1 / 2, abs=1e-4)
    assert chosen["party_accuracy"] == pytest.approx(7 / 8, abs=1e-4)
    assert chosen["kind_accuracy"] == 1
    # a: 2 of 4, b: silence alone, c: 2 of 3
    assert figures["baseline"]["accuracy"] == pytest.approx((2 + 1 + 2) / 11, abs=1e-4)
    assert figures["bare"]["accuracy"] == pytest.approx(2 / 11, abs=1e-4)
    # one sentence for the first two, Tully's; the third is Pascoe's, the last nobody's
    assert figures["raw"]["accuracy"] == pytest.approx((4 + 4 + 3) / 11, abs=1e-4)


def test_measures_and_intervals_of_every_condition(figures: dict) -> None:
    for name in ("chosen", "baseline", "raw", "bare"):
        assert set(figures[name]) == {*MEASURES, "accuracy_interval"}
        low, high = figures[name]["accuracy_interval"]
        assert 0 <= low <= figures[name]["accuracy"] <= high <= 1
    assert figures["chosen"]["accuracy_interval"][0] < figures["chosen"]["accuracy_interval"][1]


def test_gain_is_the_paired_difference(figures: dict) -> None:
    difference = figures["chosen"]["accuracy"] - figures["baseline"]["accuracy"]
    assert figures["gain"]["accuracy"] == pytest.approx(difference, abs=2e-4)
    low, high = figures["gain"]["accuracy_interval"]
    assert 0 < low <= figures["gain"]["accuracy"] <= high, "better in every article, so in every draw"
    swapped = [replace(one, attributed=one.baseline, baseline=one.attributed) for one in READ]
    assert speaker_figures(swapped, PARAMS, seed=7)["gain"]["accuracy"] == -figures["gain"]["accuracy"]


def test_slices_add_up(figures: dict) -> None:
    """Every scored sentence lies in one slice; slices without any are left out; the largest comes first."""
    for slicing in ("by_genre", "by_attribution", "by_quotation_marks"):
        sizes = [one["sentences"] for one in figures[slicing].values()]
        assert sum(sizes) == figures["sentences"]
        assert sizes == sorted(sizes, reverse=True)
        right = sum(one["accuracy"] * one["sentences"] for one in figures[slicing].values())
        assert right == pytest.approx(9, abs=1e-2)
    assert figures["by_genre"]["opinion"] == {"accuracy": 1.0, "sentences": 3}
    assert figures["by_genre"]["interview"] == {"accuracy": 0.5, "sentences": 4}
    assert figures["by_attribution"][NARRATION] == {"accuracy": 1.0, "sentences": 1}
    assert figures["by_quotation_marks"] == {"double curly": {"accuracy": 0.8182, "sentences": 11}}


def test_an_article_of_asides_makes_no_slice() -> None:
    """Where no sentence is scored there is no share to tell."""
    aside = read("d", PERFECT, HALF, "letter", labels=NOTHING)
    aside = replace(aside, labelled=replace(aside.labelled, sentences=aside.labelled.sentences[-1:]))
    found = speaker_figures([*READ, aside], PARAMS, seed=7)
    assert found["sentences"] == 11
    assert set(found["by_genre"]) == {"news", "interview", "opinion"}


def test_kinds_of_attribution_are_told_apart() -> None:
    mixed = [read("a", document(TULLY, TULLY, PASCOE, None, kind="mixed"), HALF), READ[1]]
    sizes = {name: one["sentences"] for name, one in speaker_figures(mixed, PARAMS, 7)["by_attribution"].items()}
    assert sizes == {"direct": 4, "mixed": 3, NARRATION: 1}


def test_boundaries_are_those_of_the_pipeline_s_own_sentences(figures: dict) -> None:
    """Three sentences found for four, two of them whole: F1 is 2 × 2 / (3 + 4)."""
    assert figures["sentence_f1"] == pytest.approx(4 / 7, abs=1e-4)
    whole = [replace(one, raw=one.attributed) for one in READ]
    assert speaker_figures(whole, PARAMS, 7)["sentence_f1"] == 1
    assert figures["boundary_f1"] < 1


def test_one_article_has_no_interval() -> None:
    found = speaker_figures(READ[:1], PARAMS, seed=7)
    assert found["chosen"]["accuracy_interval"] == [None, None]
    assert found["gain"]["accuracy_interval"] == [None, None]


def test_the_seed_decides_the_draws(figures: dict) -> None:
    assert speaker_figures(READ, PARAMS, seed=7) == figures


STYLES = [
    ("“No,” she said. “Never,” she said.", "double curly"),
    ('"No," she said. "Never," she said.', "double straight"),
    ("‘It’s no,’ she said. ‘Never,’ she said.", "single curly"),
    ("She said 'no'. It's the MPs' view, he said: 'It isn't.'", "single straight"),
    ('‘No.’ ‘Never,’ she said. ‘Late.’ The sign read "stop", then "go".', "single curly"),
    ("'No,' she said.\n'Never,' she said.", "single straight"),
    ("‘A “gimmick”,’ she said. ‘Never.’", "single curly"),
    ("“A ‘gimmick’,” she said. “Never.”", "double curly"),
    ("\"It's 'late' in the MPs' bar,\" she said. \"It's late.\"", "double straight"),
    ("It’s the MPs’ view, and it isn't ours.", "none"),
    ("", "none"),
]


@pytest.mark.parametrize(("text", "style"), STYLES)
def test_the_quotation_mark_that_a_text_uses_most(text: str, style: str) -> None:
    assert _style(text) == style
