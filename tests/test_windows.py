"""Windows: every sentence is labelled once, none outgrows the encoder, and the context is what was asked for."""

import json
import time

import numpy as np
import pytest
from tokenizers import Tokenizer
from toy_documents import CRITIC, MINISTER, document

from pipeline.learners.transformer.windows import (
    HEADER_TOKENS,
    MOST_TOKENS,
    SENTENCE_TOKENS,
    SpecialTokens,
    Windower,
)
from pipeline.records import NOBODY, Voice


@pytest.fixture(scope="module")
def tokenizer(encoder):
    return Tokenizer.from_file(str(encoder[0] / "tokenizer.json"))


@pytest.fixture(scope="module")
def special(encoder, tokenizer):
    named = json.loads((encoder[0] / "tokenizer_config.json").read_text(encoding="utf-8"))
    return SpecialTokens(*(tokenizer.token_to_id(named[f"{name}_token"]) for name in ("cls", "sep", "pad")))


@pytest.fixture
def windower(tokenizer, special):
    return lambda max_tokens=128, before=1: Windower(tokenizer, special, max_tokens, before)


def words(tokenizer, window, slot):
    """The words of one sentence in a window, with its lead."""
    return tokenizer.decode([int(i) for i in window.ids[window.slots == slot]])


def labelled_slots(window):
    return sorted({int(slot) for slot in window.slots if slot >= 0})


def many(count, words_each=12):
    return document([f"The plan {'is it ' * (words_each // 2)}." for _ in range(count)], [MINISTER] * count)


@pytest.mark.parametrize("max_tokens", [1, 100, 128, 256, MOST_TOKENS])
@pytest.mark.parametrize("before", [0, 2])
def test_every_sentence_is_labelled_in_exactly_one_window(windower, max_tokens, before):
    documents = [many(1), many(0), many(17), many(5, 90)]
    seen = [
        (window.document, slot)
        for window in windower(max_tokens, before).windows(documents)
        for slot in labelled_slots(window)
    ]
    assert seen == [(number, i) for number, one in enumerate(documents) for i in range(len(one.sentences))]


@pytest.mark.parametrize("before", [0, 3])
def test_no_window_outgrows_the_encoder(windower, before):
    documents = [many(40, 200), many(40, 30), many(9, 3)]
    for window in windower(MOST_TOKENS, before).windows(documents):
        assert len(window.ids) == len(window.slots) <= MOST_TOKENS


def test_without_context_a_window_keeps_to_its_tokens(windower):
    for window in windower(256, 0).windows([many(40, 30)]):
        assert len(window.ids) <= 256


@pytest.mark.parametrize(("max_tokens", "before"), [(MOST_TOKENS + 1, 0), (128, 5)])
def test_what_could_outgrow_the_encoder_is_refused(windower, max_tokens, before):
    with pytest.raises(ValueError, match=r"transformer\.max_tokens is \d+.*lower them"):
        windower(max_tokens, before)


def test_a_window_opens_with_setting_and_headline(windower, tokenizer, special):
    one = document(["A."], headline="Votes at the border", government="Conservative", genre="news")
    (window,) = windower().windows([one])
    header = list(window.ids[: list(window.ids).index(special.sep)])
    assert header[0] == special.cls
    assert tokenizer.decode(header) == "conservative government , news : votes at the border"
    assert set(window.slots[: len(header) + 1]) == {-1}


def test_a_sentence_is_led_by_what_is_told_of_its_speaker(windower, tokenizer):
    voices = [Voice("The speaker", "Labour", "minister"), NOBODY, Voice("He")]
    (window,) = windower().windows([document(["It was firm."] * 3, voices)])
    assert [words(tokenizer, window, slot) for slot in range(3)] == [
        "the speaker , labour , minister : it was firm .",
        "narrator , none , none : it was firm .",
        "he , unknown , unknown : it was firm .",
    ]


def test_neighbours_are_read_but_not_labelled(windower, tokenizer, special):
    """With room for one labelled sentence, a window shows the one before, parted by the separator."""
    texts = ["They said a.", "They said b.", "They said c.", "They said d."]
    windows = windower(1, before=1).windows([document(texts)])
    assert [labelled_slots(window) for window in windows] == [[0], [1], [2], [3]]
    inner = tokenizer.decode([int(i) for i in windows[1].ids if i != special.sep])
    assert [letter for letter in "abcd" if f"said {letter} ." in inner] == ["a", "b"]
    assert "said b ." in words(tokenizer, windows[1], 1)
    assert list(windows[1].ids).count(special.sep) == 3


def test_a_long_sentence_is_cut_and_keeps_its_lead(windower, tokenizer):
    (window,) = windower(MOST_TOKENS).windows([document(["is " * 500], [MINISTER])])
    assert (window.slots == 0).sum() == SENTENCE_TOKENS
    assert " labour , minister : is is" in words(tokenizer, window, 0)


@pytest.mark.parametrize(
    "hostile",
    [
        document(["It was."], headline="x y " * 250_000),
        document(["x y " * 250_000]),
        document(["It was."], [Voice("n m " * 250_000, "Labour", "minister")]),
    ],
    ids=["headline", "sentence", "speaker"],
)
def test_a_megabyte_anywhere_is_cut_before_it_is_tokenized(windower, hostile):
    began = time.process_time()
    (window,) = windower().windows([hostile])
    assert time.process_time() - began < 0.5
    assert labelled_slots(window) == [0]
    assert (window.slots == -1).sum() <= HEADER_TOKENS + 3


@pytest.mark.parametrize("name", ["q" * 5_000, "it was " * 1_000])
def test_a_page_for_a_name_leaves_room_for_party_kind_and_words(windower, tokenizer, name):
    voice = Voice(name, "Labour", "minister")
    (window,) = windower().windows([document(["It was firm."], [voice])])
    assert ", labour , minister " in words(tokenizer, window, 0)
    assert words(tokenizer, window, 0).endswith(" : it was firm .")


@pytest.mark.parametrize("text", ["", " ", "\u200b", "\x00", "¶", "字"])
def test_a_sentence_of_nothing_the_tokenizer_knows_still_has_its_place(windower, text):
    (window,) = windower().windows([document([text, "It was."])])
    assert labelled_slots(window) == [0, 1]


def test_words_of_special_tokens_in_a_text_are_only_words(windower, special):
    """Else a text could forge the end of a sentence."""
    (window,) = windower().windows([document(["It was [SEP] it [CLS] was [PAD] ."])])
    inside = set(window.ids[window.slots == 0])
    assert not inside & {special.cls, special.sep, special.pad}


def test_forgetting_hides_name_party_and_kind_apart_and_never_makes_a_narrator(windower, tokenizer):
    one = document(["It was."] * 400, [CRITIC] * 400)
    windows = windower(before=0).windows([one], forget=0.5, random=np.random.default_rng(5))
    leads = [
        words(tokenizer, window, slot).split(" : ")[0].split(" , ")
        for window in windows
        for slot in labelled_slots(window)
    ]
    hidden = [(name == "speaker", party == "unknown", kind == "unknown") for name, party, kind in leads]
    assert len(set(hidden)) == 8
    assert np.allclose(np.mean(hidden, axis=0), 0.5, atol=0.1)


def test_forgetting_leaves_narration_and_what_is_read_in_use_alone(windower):
    one = document(["It was."] * 3)
    plain = windower().windows([one])
    drawn = windower().windows([one], forget=1.0, random=np.random.default_rng(5))
    assert [list(window.ids) for window in plain] == [list(window.ids) for window in drawn]
    spoken = document(["It was."], [CRITIC])
    assert list(windower().windows([spoken])[0].ids) == list(windower().windows([spoken], forget=1.0)[0].ids)
