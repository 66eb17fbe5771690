"""Training sentences in a bundle: kept by training, found by likeness, absent from old bundles without harm."""

import numpy as np
import pyarrow.parquet as pq
import pytest
from safetensors.numpy import load_file, save_file
from toy_documents import CRITIC, WORLD, document, labelled
from toy_learners import bundle, ensemble, example, tfidf, transformer

from pipeline.scoring.bundle import BundleError, open_bundle
from pipeline.scoring.neighbours import FOLDER, SENTENCES, VECTORS, read_neighbours, write_neighbours

EXAMPLES = [example(one, f"train-{n}") for n, one in enumerate(labelled(3))]
ASKED = document([text for text, _, _ in WORLD], [voice for _, voice, _ in WORLD])


@pytest.fixture(scope="module")
def plain():
    return tfidf()


@pytest.fixture(scope="module")
def encoding(encoder):
    return transformer(encoder)


def kept(folder, learner, examples=EXAMPLES):
    write_neighbours(folder, learner, examples)
    return read_neighbours(folder)


def test_every_gold_sentence_is_kept_with_its_speaker_and_labels(plain, tmp_path):
    found = kept(tmp_path, plain).sentences
    assert len(found) == sum(len(one.labelled.sentences) for one in EXAMPLES) == 24
    assert {one.article_id for one in found} == {"train-0", "train-1", "train-2"}
    critic = next(one for one in found if one.text == WORLD[1][0])
    assert (critic.speaker, critic.party, critic.kind) == (CRITIC.speaker, CRITIC.party, CRITIC.kind)
    assert (critic.stance, critic.pressure, critic.role, critic.frame) == tuple(vars(WORLD[1][2]).values())
    narration = next(one for one in found if one.text == WORLD[3][0])
    assert (narration.speaker, narration.party) == ("-", "")


def test_tfidf_keeps_no_vectors_and_finds_like_words(plain, tmp_path):
    found = kept(tmp_path, plain)
    assert not (tmp_path / FOLDER / VECTORS).exists()
    near = found.nearest(plain, document(["Cruel, they said: cruel rules."]), 0, 3)
    assert len(near) == 3
    assert near[0].sentence.text == WORLD[1][0]
    assert 0 < near[0].similarity < 1
    assert [one.similarity for one in near] == sorted((one.similarity for one in near), reverse=True)


@pytest.mark.parametrize("number", range(len(WORLD)))
def test_the_encoder_finds_the_sentence_itself(encoding, tmp_path, number):
    found = kept(tmp_path, encoding)
    own = EXAMPLES[0].gold
    at = next(n for n, sentence in enumerate(own.sentences) if sentence.text == WORLD[number][0])
    nearest = found.nearest(encoding, own, at, 1)[0]
    assert nearest.similarity == pytest.approx(1, abs=0.001)
    assert nearest.sentence.text == WORLD[number][0]


def test_vectors_are_small_and_keep_their_directions(encoding, tmp_path):

    stored = kept(tmp_path, encoding).vectors
    exact = np.concatenate(encoding.sentence_vectors([one.gold for one in EXAMPLES]))
    assert stored.dtype == np.int8
    assert stored.shape == exact.shape
    cosine = (stored * exact).sum(axis=1) / np.linalg.norm(stored, axis=1) / np.linalg.norm(exact, axis=1)
    assert cosine.min() > 0.999


def test_the_ensemble_uses_its_transformer(plain, encoding, tmp_path):
    both = kept(tmp_path, ensemble(plain, encoding))
    (tmp_path / "alone").mkdir()
    alone = kept(tmp_path / "alone", encoding)
    assert np.array_equal(both.vectors, alone.vectors)
    assert both.nearest(ensemble(plain, encoding), ASKED, 1, 5) == alone.nearest(encoding, ASKED, 1, 5)


def test_an_older_bundle_holds_none_and_opens(plain, tmp_path):
    made = bundle(tmp_path / "old", plain, neighbours=False)
    assert read_neighbours(open_bundle(made.folder).folder) is None


def test_neighbours_are_sealed_with_the_bundle(plain, tmp_path):
    made = bundle(tmp_path / "new", plain)
    assert f"{FOLDER}/{SENTENCES}" in made.card.files
    (made.folder / FOLDER / SENTENCES).write_bytes(b"other")
    with pytest.raises(BundleError, match="hash differs"):
        open_bundle(made.folder)


def test_loading_for_scoring_does_not_read_them(plain, tmp_path, monkeypatch):
    from pipeline.learners import load_learner

    made = bundle(tmp_path / "new", plain)
    monkeypatch.setattr(pq, "read_table", lambda *_: pytest.fail("the sentences were read"))
    assert load_learner(made.folder).predict_proba([ASKED])


def test_the_same_training_gives_the_same_bytes(plain, tmp_path):
    files = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        write_neighbours(tmp_path / name, plain, EXAMPLES)
        files.append((tmp_path / name / FOLDER / SENTENCES).read_bytes())
    assert files[0] == files[1]


@pytest.mark.parametrize(
    ("name", "spoilt", "message"),
    [
        (SENTENCES, b"no table", "cannot be read"),
        (VECTORS, b"no vectors", "cannot be read"),
        (VECTORS, None, "vectors of 24 sentences"),
    ],
)
def test_files_that_are_none(encoding, tmp_path, name, spoilt, message):
    kept(tmp_path, encoding)
    path = tmp_path / FOLDER / name
    if spoilt is None:
        save_file({"vectors": load_file(path)["vectors"][1:]}, path)
    else:
        path.write_bytes(spoilt)
    with pytest.raises(BundleError, match=message):
        read_neighbours(tmp_path)


def test_vectors_of_another_encoder_are_refused(encoding, tmp_path):
    kept(tmp_path, encoding)
    save_file({"vectors": np.ones((24, 7), np.int8)}, tmp_path / FOLDER / VECTORS)
    with pytest.raises(ValueError, match="vectors of 7 numbers"):
        read_neighbours(tmp_path).nearest(encoding, ASKED, 0, 1)
