"""Integrated gradients: they are complete, each token is counted once, and asking changes nothing."""

import copy

import numpy as np
import pytest
import torch
from toy_documents import CRITIC, MINISTER, document
from toy_learners import transformer

from pipeline.labels import heads
from pipeline.learners.explanation import BEFORE, OTHERS, SETTING, SPEAKER, Contrast
from pipeline.learners.transformer.gradients import integrate
from pipeline.learners.transformer.reading import run_places
from pipeline.learners.transformer.window_parts import partition
from pipeline.records import Voice

TEXTS = ["The plan is firm.", "They are cruel rules, he said.", "The gangs will not be at the border.", "It was."]
DOCUMENT = document(TEXTS * 3, [MINISTER, CRITIC, MINISTER, CRITIC] * 3)
ASKED = {head: Contrast(0, 1, 2.0) for head in heads()}


@pytest.fixture(scope="module")
def learner(encoder):
    return transformer(encoder)


def split_of(learner, asked, sentence):
    window = next(one for one in learner.windower.windows([asked]) if sentence in one.slots)
    return window, partition(window, learner.windower, asked, sentence)


@pytest.mark.parametrize("sentence", [0, 1, 6, 11])
def test_the_shares_add_up_to_what_the_words_changed(learner, sentence):
    answer = learner.predict_proba([DOCUMENT])[0]
    for head, one in integrate(learner, DOCUMENT, sentence, ASKED).items():
        first, second = answer[head][sentence, :2]
        assert one.score == pytest.approx(np.log(first / second) / 2, abs=1e-4), head
        assert abs(one.error) < 0.02 * max(1.0, abs(one.score - one.base)), head


def test_more_steps_lose_less(learner):
    few, many = (integrate(learner, DOCUMENT, 1, ASKED, steps)["stance"].error for steps in (1, 64))
    assert abs(many) < abs(few) / 10
    assert abs(many) < 1e-3


class FirstNumbers(torch.nn.Module):
    """A network that anyone can follow: it sums the first numbers of the input vectors of a sentence's tokens."""

    def __init__(self, encoder):
        super().__init__()
        self.encoder = encoder

    def read(self, batch):
        first, slots = self.encoder.get_input_embeddings()(batch.ids)[..., 0].flatten(), batch.slots.flatten()
        return torch.zeros(len(batch.units)).index_add(0, slots[slots >= 0], first[slots >= 0])[:, None]

    def label(self, vectors, places):
        return {"stance": torch.cat([vectors[:, :1], -vectors[:, :1]], dim=1)}


def test_of_a_sum_every_word_gets_its_own_term(learner):
    plain = copy.copy(learner)
    plain.network = FirstNumbers(learner.network.encoder)
    one = integrate(plain, DOCUMENT, 1, {"stance": Contrast(0, 1)})["stance"]
    vectors = learner.network.encoder.get_input_embeddings().weight.detach().numpy()[:, 0]
    tokenizer = learner.windower.tokenizer
    unknown = vectors[tokenizer.token_to_id("[UNK]")]
    for word in one.words:
        ids = tokenizer.encode(word.span.of(TEXTS[1]), add_special_tokens=False).ids
        assert word.value == pytest.approx(2 * (vectors[ids] - unknown).sum(), abs=1e-4)
    beside = {part.name: part.value for part in one.parts}
    assert beside[SPEAKER] != 0
    assert beside[SETTING] == beside[BEFORE] == beside[OTHERS] == 0, "the sum leaves them out"


def test_the_parts_are_named_and_none_is_missing(learner):
    one = integrate(learner, DOCUMENT, 1, ASKED)["stance"]
    named = {part.name: part for part in one.parts}
    assert set(named) == {SPEAKER, SETTING, BEFORE, OTHERS}
    assert named[SPEAKER].text == "Alex Smith, Green, opposition"
    assert named[BEFORE].text == TEXTS[0]
    assert named[OTHERS].text.startswith("3")
    assert all(part.value != 0 for part in one.parts)


@pytest.mark.parametrize("sentence", range(12))
def test_every_token_but_the_separators_is_counted_once(learner, sentence):
    window, split = split_of(learner, DOCUMENT, sentence)
    counted = sorted([*split.word_of, *(token for part in split.parts for token in part.tokens)])
    special = (learner.windower.special.cls, learner.windower.special.sep)
    assert counted == [place for place, token in enumerate(window.ids) if token not in special]


@pytest.mark.parametrize("sentence", range(12))
def test_the_tokens_of_a_word_spell_it(learner, sentence):
    window, split = split_of(learner, DOCUMENT, sentence)
    text = DOCUMENT.sentences[sentence].text
    for number, span in enumerate(split.words):
        ids = [int(window.ids[token]) for token, word in split.word_of.items() if word == number]
        assert learner.windower.tokenizer.decode(ids).replace(" ", "") == span.of(text).lower()


def test_the_parts_hold_what_they_say(learner):
    window, split = split_of(learner, DOCUMENT, 5)
    decoded = {
        part.name: learner.windower.tokenizer.decode([int(window.ids[token]) for token in part.tokens])
        for part in split.parts
    }
    assert decoded[SPEAKER].replace(" ", "") == "alexsmith,green,opposition:"
    assert "labour government" in decoded[SETTING]
    assert "plan is firm" in decoded[BEFORE]
    assert "cruel" not in decoded[BEFORE] + decoded[SPEAKER]


@pytest.mark.parametrize(
    "odd",
    [
        document([""]),
        document(["\u200b…\x00字"]),
        document(["[PAD] [SEP] [CLS] [MASK]"], [CRITIC]),
        document(["x"], [Voice("", "", "")], headline="", government="", genre=""),
        document(["A."], headline="z" * 10_000),
        document(["zq xv kj " * 3_000], [CRITIC]),
        document(["So it is."], [Voice("zq, : " * 40, "Green", "opposition")]),
    ],
)
def test_odd_sentences_are_explained(learner, odd):
    one = integrate(learner, odd, 0, {"role": Contrast(0, 1)})["role"]
    assert np.isfinite([one.score, one.base, one.error]).all()
    assert abs(one.error) < 0.05 * max(1.0, abs(one.score - one.base))


def test_a_window_that_is_put_together_otherwise_is_refused(learner):
    """If windows change and this code does not, shares must not silently go to the wrong words."""
    window = next(iter(learner.windower.windows([DOCUMENT])))
    with pytest.raises(ValueError, match=r"window_parts\.py"):
        partition(window, learner.windower, document(["Another text."] * 12), 1)


def test_asking_leaves_no_trace(learner):
    before = learner.predict_proba([DOCUMENT])[0]
    integrate(learner, DOCUMENT, 1, ASKED)
    learner.sentence_vectors([DOCUMENT])
    after = learner.predict_proba([DOCUMENT])[0]
    assert all(np.array_equal(before[head], after[head]) for head in before)
    assert all(parameter.grad is None for parameter in learner.network.parameters())


def test_a_sentences_vector_is_what_labels_are_made_of(learner):
    documents = [DOCUMENT, document([]), document(["They are cruel rules."], [CRITIC])]
    vectors = learner.sentence_vectors(documents)
    assert [len(one) for one in vectors] == [12, 0, 1]
    answers = learner.predict_proba(documents)
    with torch.inference_mode():
        for place in (0, 2):
            where = run_places(documents[place], range(len(vectors[place])))
            logits = learner.network.label(torch.from_numpy(vectors[place]), where)["frame"]
            assert np.allclose(answers[place]["frame"], logits.softmax(dim=1).numpy(), atol=1e-6)


def test_what_others_say_elsewhere_counts_through_the_article(learner):
    """The window is explained in its article: with another sentence far away, the score is another."""
    texts = [*TEXTS * 8, "They are cruel rules, he said."]
    other = [*TEXTS * 8, "The plan is firm."]
    scores = [
        integrate(learner, document(each, [MINISTER] * 33), 0, ASKED)["stance"].score for each in (texts, other)
    ]
    assert scores[0] != scores[1]
