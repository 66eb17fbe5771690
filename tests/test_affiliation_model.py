"""The model of party and kind: it learns, it keeps what is known, it says nothing that it does not know."""

import json
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pipeline import CONFIGS
from pipeline.labels import codebook
from pipeline.learners.affiliation import LabelledEntity, train_affiliation
from pipeline.learners.speaker_lessons import labelled_entities
from pipeline.records import Actor, Article, LabelledArticle, Sentence, Voice
from pipeline.text.actors import ActorTable
from pipeline.text.affiliation import Affiliation, printed_party
from pipeline.text.affiliation_model import SIDES, AffiliationError, AffiliationModel, AffiliationWeights, softmax
from pipeline.text.affiliation_signs import side_of, signs, words_beside, words_of
from pipeline.text.entity_facts import EntityFacts, Setting
from pipeline.text.lexicon import load_lexicon
from pipeline.text.party_evidence import candidates, party_evidence
from pipeline.text.party_mentions import PartyFinder, standing
from pipeline.text.reading_facts import reading_facts
from pipeline.text.sentences import paragraphs, segment
from pipeline.text.speakers import read_speakers

LEXICON = load_lexicon(CONFIGS / "reporting.yaml")
ACTORS = ActorTable.load(CONFIGS)
FINDER = PartyFinder(LEXICON)
NAMES = [
    "Orla Penfold",
    "Dean Tarrant",
    "Mina Oakes",
    "Ravi Stubbs",
    "Kit Marlowe-Hay",
    "Joan Fettle",
    "Sam Brill",
]
# Who somebody is stands in words that no rule reads: the model has to find out what they tell.
SAYINGS = {
    ("Labour", "minister"): "my department is hiring caseworkers and we will deliver",
    ("Conservative", "opposition"): "the weak prime minister has lost the borders",
    ("none", "civil_society"): "our volunteers bring soup and blankets to families",
    ("none", "public"): "I live beside the hotel and my daughter is scared",
}


def facts_of(text: str, name: str, **article: str) -> EntityFacts:
    """Facts of the entity called ``name`` in a text, read as in use."""
    whole = Article(id="t", text=text, **{"government": "Labour", **article})
    spans = segment(text, ())
    numbers = paragraphs(text, spans)
    sentences = [Sentence(s.start, s.end, s.of(text), n) for s, n in zip(spans, numbers, strict=True)]
    reading = read_speakers(whole, sentences, LEXICON)
    setting = Setting.of(whole, sentences, whole.government, FINDER)
    return next(facts for entity, facts in reading_facts(reading, setting, LEXICON, ACTORS) if entity.name == name)


def toy(seed: int) -> list[LabelledEntity]:
    """Speakers whom only their words place."""
    draw = random.Random(seed)
    examples = []
    for (party, kind), saying in SAYINGS.items():
        for name in NAMES:
            day = draw.choice(["Monday", "Tuesday", "Friday"])
            text = f"On {day} the scheme was announced. “{saying},” said {name}. The row will go on."
            examples.append(LabelledEntity(facts_of(text, name), party, kind))
    return examples


@pytest.fixture(scope="module")
def model() -> AffiliationModel:
    return train_affiliation(toy(1), LEXICON, seed=1)


def test_learns_what_rules_cannot_read(model: AffiliationModel) -> None:
    """The rules say nothing of these speakers; words that they have in common with others decide."""
    for (party, kind), saying in SAYINGS.items():
        facts = facts_of(f"It rained. “{saying},” said Ada Newcombe.", "Ada Newcombe")
        assert facts.proposal == Affiliation()
        assert model.decide(facts) == Affiliation(party, kind)


def test_same_training_gives_same_bytes_and_saved_is_loaded(model: AffiliationModel, tmp_path: Path) -> None:
    first, second = tmp_path / "a.json", tmp_path / "b.json"
    model.save(first)
    loaded = AffiliationModel.load(first, LEXICON)
    assert loaded.weights == model.weights
    train_affiliation(toy(1), LEXICON, seed=1).save(second)
    assert first.read_bytes() == second.read_bytes()


def test_word_of_user_then_table_then_print(model: AffiliationModel) -> None:
    """What is known for sure is never overruled, whatever the model thinks."""
    facts = facts_of(f"“{SAYINGS['none', 'public']},” said Orla Penfold.", "Orla Penfold")
    given, known = Affiliation("Green", "opposition"), Affiliation("SNP", "governing")
    assert model.decide(replace(facts, given=given, known=known, printed="DUP")) == given
    assert model.decide(replace(facts, known=known, printed="DUP")) == known
    assert model.decide(replace(facts, printed="DUP")).party == "DUP"
    assert model.decide(facts).party == "none"


def test_what_is_known_of_one_tells_of_the_other(model: AffiliationModel) -> None:
    """A party from the table conditions the kind: whoever is a Conservative now is no minister."""
    facts = facts_of(f"“{SAYINGS['Labour', 'minister']},” said Orla Penfold.", "Orla Penfold")
    before = model.chances(facts).of_kinds()
    after = model.chances(facts).given("Conservative", "").of_kinds()
    assert after["opposition"] > before["opposition"]
    assert model.decide(replace(facts, given=Affiliation("", "public"))).kind == "public"


def test_below_the_threshold_nothing_is_said(model: AffiliationModel) -> None:
    facts = facts_of("“Well,” said Orla Penfold.", "Orla Penfold")
    unsure = replace(model, weights=replace(model.weights, threshold=1.0))
    sure = replace(model, weights=replace(model.weights, threshold=0.0))
    assert unsure.decide(facts) == Affiliation()
    assert all((sure.decide(facts).party, sure.decide(facts).kind))


def test_kinds_are_scikit_learns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Applied with numpy the weights give the probabilities that scikit-learn gave, up to rounding."""
    from pipeline.learners import affiliation as training

    fitted = []

    class Watched(training.LogisticRegression):
        def fit(self, matrix, *args, **kwargs):
            fitted.append((self, matrix))
            return super().fit(matrix, *args, **kwargs)

    monkeypatch.setattr(training, "LogisticRegression", Watched)
    examples = toy(2)
    made = train_affiliation(examples, LEXICON, seed=1)
    (kinds, matrix), (parties, rows) = fitted
    width, row = len(made.weights.kinds), 0
    for example, expected in zip(examples, kinds.predict_proba(matrix), strict=True):
        scores = made._scores(signs(example.facts, LEXICON))
        assert np.allclose(softmax(scores[:width] + np.array(made.weights.bias)), expected, atol=0.01)
        seen = party_evidence(example.facts)
        count = len(candidates(example.facts, seen))
        agreed = replace(made.weights, agreement=tuple((1.0,) * width for _ in SIDES))
        found = replace(made, weights=agreed).chances(example.facts).of_parties()
        odds = softmax(parties.decision_function(rows[row : row + count]))
        assert np.allclose(list(found.values()), odds, atol=0.01)
        row += count


def test_two_kinds_are_enough_and_one_is_not() -> None:
    two = [one for one in toy(3) if one.kind in ("public", "minister")]
    made = train_affiliation(two, LEXICON, seed=1)
    assert made.decide(two[0].facts).kind == two[0].kind
    assert made.decide(two[-1].facts).kind == two[-1].kind
    with pytest.raises(ValueError, match="two kinds"):
        train_affiliation(two[:3], LEXICON, seed=1)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"threshold": 2.0}, "threshold"),
        ({"bias": []}, "bias"),
        ({"signs": {"said:1": [0.5]}}, "signs"),
        ({"agreement": []}, "agreement"),
        ({"evidence": {"top": "much"}}, "evidence"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_a_file_that_is_not_whole_is_refused(model: AffiliationModel, tmp_path: Path, change, place) -> None:
    path = tmp_path / "affiliation.json"
    model.save(path)
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(AffiliationError, match=rf"affiliation\.json: {place}.*dvc repro"):
        AffiliationModel.load(path, LEXICON)


def test_an_empty_model_answers_without_fault() -> None:
    """No sign is known, no word stands in the text: still a distribution over the codebook's classes."""
    kinds = codebook().kinds
    even = tuple((1.0,) * len(kinds) for _ in SIDES)
    empty = AffiliationModel(AffiliationWeights(kinds, (0.0,) * len(kinds), {}, {}, even, 0.6), LEXICON)
    setting = Setting.of(Article(id="e", text=""), (), "", FINDER)
    facts = EntityFacts(setting, "", "person", Affiliation())
    assert np.isclose(sum(empty.chances(facts).of_kinds().values()), 1)
    assert empty.decide(facts) == Affiliation("", "")


def test_sides_follow_the_government() -> None:
    assert [side_of(p, "Labour") for p in ("Labour", "Conservative", "SNP", "none", "")] == [
        "lead",
        "rival",
        "third",
        "none",
        "",
    ]
    assert [side_of(p, "Coalition") for p in ("Conservative", "Liberal Democrat")] == ["lead", "junior"]
    assert side_of("Labour", "") == "third"


def test_parties_are_found_as_names() -> None:
    """Common words are no parties; initials count in brackets only; the offsets are true."""
    text = "Reform is needed, but reform of the con trade is not. Labour’s Mina Oakes (Lab) met Ravi Stubbs (Con)."
    found = FINDER(text)
    assert [text[one.start : one.end] for one in found] == ["Reform", "Labour", "Lab", "Con"]
    stands = standing(found, FINDER("Greens win"))
    assert "half" not in stands["Labour"]
    assert "top" in stands["Labour"]
    assert stands["Reform UK"] >= {"first", "early"}
    assert stands["Green"] == {"headline"}


def test_evidence_tells_the_nearer_party() -> None:
    text = "Labour won. Speaking for the Greens, Joan Fettle said that it was wrong."
    evidence = party_evidence(facts_of(text, "Joan Fettle"))
    assert evidence["Green"] >= {"before0 same", "before=,"}
    assert not any(sign.startswith("before") for sign in evidence["Labour"])


def test_voters_of_a_party_do_not_speak_for_it() -> None:
    assert printed_party("Labour voters", (), "description", LEXICON) == "Labour"
    assert facts_of("Labour voters said that they were tired.", "Labour voters").printed == ""
    assert facts_of("Labour MPs said that they were tired.", "Labour MPs").printed == "Labour"


def test_words_beside_a_mention_are_whole() -> None:
    text = "x" * 70 + " told Ravi Stubbs that " + "y" * 70
    facts = facts_of("“No,” said Ravi Stubbs.", "Ravi Stubbs")
    assert facts.mentions
    span = replace(facts.mentions[0], start=text.index("Ravi"), end=text.index(" that"))
    assert words_beside(text, span) == (["told"], ["that"])


def test_found_speakers_get_the_declared_party() -> None:
    facts = facts_of("“No,” said Ravi Stubbs. “Yes,” said Joan Fettle.", "Ravi Stubbs")
    actor = Actor(Voice("Ravi Stubbs", "Green", "opposition"))
    labelled = LabelledArticle(facts.setting.article, (actor,), ())
    stranger = replace(facts, name="Joan Fettle")
    assert list(labelled_entities(labelled, [facts, stranger])) == [LabelledEntity(facts, "Green", "opposition")]


def test_long_texts_are_read_to_a_limit() -> None:
    """Signs of a speaker do not grow with the length of a hostile text."""
    short = facts_of("“No,” said Ravi Stubbs. " + "Stubbs spoke on. " * 50, "Ravi Stubbs")
    long = facts_of("“No,” said Ravi Stubbs. " + "Stubbs spoke on. " * 5000, "Ravi Stubbs")
    assert len(short.mentions) == len(long.mentions)
    assert signs(short, LEXICON).keys() == signs(long, LEXICON).keys()
    endless = facts_of("“No,” said Ravi Stubbs, " + "of Labour " * 20000, "Ravi Stubbs")
    assert sum(map(len, party_evidence(endless).values())) < 60


@pytest.mark.parametrize("piece", ["L", "Labour", "Labour ", "A-", "(", "(Con", "O’", "é’s "])
def test_hostile_lines_are_searched_once(piece: str) -> None:
    """A megabyte without structure: patterns without backtracking pass it in a moment, others never end."""
    text = piece * (1_000_000 // len(piece))
    setting = Setting.of(Article(id="h", text=text), [Sentence(0, len(text), text)], "Labour", FINDER)
    assert all(len(spans) <= 8 for spans in setting.names.values())
    assert all(text[one.start : one.end] in ("Labour", "Con") for one in setting.parties)
    assert len(words_of(text)) <= len(text)
