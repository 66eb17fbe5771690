"""The ranker of candidates: what it learns, what it leaves out, and files that are none of its own."""

from pathlib import Path

import numpy as np
import pytest
from toy_speakers import FEW, affiliations, column, learned, ranked

from pipeline import CONFIGS
from pipeline.learners.speaker_ranker import RankedSentence, train_ranker
from pipeline.text.candidates import VALUES
from pipeline.text.document import AFFILIATIONS, RANKER, Learned
from pipeline.text.lexicon import load_lexicon
from pipeline.text.ranker import RankerError, SpeakerRanker

LEXICON = load_lexicon(CONFIGS / "reporting.yaml")


@pytest.fixture(scope="module")
def ranker() -> SpeakerRanker:
    return train_ranker(ranked("reports_here"), FEW, seed=1)


def test_prefers_whom_it_learnt_to_prefer(ranker: SpeakerRanker) -> None:
    """In sentences it never met, and by the flag it was taught: another flag says nothing to it."""
    for one in ranked("reports_here", seed=2):
        scores = ranker.scores(one.values)
        assert scores.shape == one.right.shape
        assert scores.argmax() == one.right.argmax()
    others = ranked("is_before", seed=2)
    hits = [ranker.scores(one.values).argmax() == one.right.argmax() for one in others]
    assert np.mean(hits) < 0.6


def test_scores_do_not_hang_on_the_company(ranker: SpeakerRanker) -> None:
    """A candidate's score is its own, whichever others are scored in the same call."""
    one, other = ranked("reports_here", count=2, seed=3)
    together = ranker.scores(np.concatenate([one.values, other.values]))
    assert np.array_equal(together[: len(one.values)], ranker.scores(one.values))


def test_saved_is_loaded(ranker: SpeakerRanker, tmp_path: Path) -> None:
    ranker.save(tmp_path / "ranker.txt")
    loaded = SpeakerRanker.load(tmp_path / "ranker.txt")
    values = np.concatenate([one.values for one in ranked("reports_here", seed=4)])
    assert np.array_equal(loaded.scores(values), ranker.scores(values))
    loaded.save(tmp_path / "again.txt")
    assert (tmp_path / "again.txt").read_bytes() == (tmp_path / "ranker.txt").read_bytes()


def test_one_seed_one_file(tmp_path: Path) -> None:
    for name, sentences, seed in (("a", 1, 1), ("b", 1, 1), ("c", 2, 1)):
        train_ranker(ranked("reports_here", seed=sentences), FEW, seed=seed).save(tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert (tmp_path / "a").read_bytes() != (tmp_path / "c").read_bytes()


def test_parameters_are_followed(tmp_path: Path) -> None:
    """Trees and leaves are those of the parameter file."""
    train_ranker(ranked("reports_here"), FEW, seed=1).save(tmp_path / "ranker.txt")
    written = (tmp_path / "ranker.txt").read_text()
    assert written.count("\nTree=") == FEW.trees
    assert f"[num_leaves: {FEW.leaves}]" in written
    assert f"[learning_rate: {FEW.learning_rate}]" in written


def test_sentences_that_teach_nothing_are_left_out(tmp_path: Path) -> None:
    """Without a right candidate, or without a wrong one, there is nothing to prefer."""
    taught = ranked("reports_here")
    nothing = [
        RankedSentence(np.ones((4, len(VALUES))), np.zeros(4, dtype=bool)),
        RankedSentence(np.ones((1, len(VALUES))), np.ones(1, dtype=bool)),
    ]
    train_ranker(taught, FEW, seed=1).save(tmp_path / "a")
    train_ranker([nothing[0], *taught, *nothing], FEW, seed=1).save(tmp_path / "b")
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    for sentences in ([], nothing):
        with pytest.raises(ValueError, match="right and a wrong candidate"):
            train_ranker(sentences, FEW, seed=1)


def test_values_beyond_those_met_are_scored(ranker: SpeakerRanker) -> None:
    rows = np.zeros((3, len(VALUES)))
    rows[1, column("length")], rows[2] = 1e9, -1e9
    assert np.isfinite(ranker.scores(rows)).all()


@pytest.mark.parametrize(
    "content", [b"", b"tree\n", b"\xff\xfe\x00", b"%PDF-1.7", b"{}", "“No,” she said.".encode()]
)
def test_a_file_that_is_no_ranker(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "ranker.txt").write_bytes(content)
    with pytest.raises(RankerError, match=r"ranker\.txt: .*dvc repro"):
        SpeakerRanker.load(tmp_path / "ranker.txt")


def test_a_file_that_ends_as_one_and_is_none(tmp_path: Path) -> None:
    (tmp_path / "ranker.txt").write_text("tree\nversion=v4\n\npandas_categorical:null\n")
    with pytest.raises(RankerError, match=r"ranker\.txt: .*dvc repro"):
        SpeakerRanker.load(tmp_path / "ranker.txt")


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.7, 0.9, 0.999])
def test_a_file_that_is_cut_short(ranker: SpeakerRanker, tmp_path: Path, share: float) -> None:
    """LightGBM ends the whole process on some of these, so none may reach it."""
    ranker.save(tmp_path / "ranker.txt")
    written = (tmp_path / "ranker.txt").read_bytes()
    (tmp_path / "ranker.txt").write_bytes(written[: int(share * len(written))])
    with pytest.raises(RankerError, match=r"ranker\.txt: .*cut short"):
        SpeakerRanker.load(tmp_path / "ranker.txt")


def test_trained_on_other_values(ranker: SpeakerRanker, tmp_path: Path) -> None:
    """A ranker of another version of the candidates would read each number as another one."""
    ranker.save(tmp_path / "ranker.txt")
    written = (tmp_path / "ranker.txt").read_text()
    swapped = written.replace(" is_rule is_before ", " is_before is_rule ")
    assert swapped != written
    (tmp_path / "ranker.txt").write_text(swapped)
    with pytest.raises(RankerError, match="other values"):
        SpeakerRanker.load(tmp_path / "ranker.txt")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        SpeakerRanker.load(tmp_path / "ranker.txt")


def test_learned_is_saved_and_loaded_as_one(tmp_path: Path) -> None:
    learned(tmp_path / "both")
    loaded = Learned.load(tmp_path / "both", LEXICON)
    assert loaded is not None
    assert loaded.affiliations.weights == affiliations("expert").weights
    one = ranked("is_rule", count=1, seed=5)[0]
    assert loaded.ranker.scores(one.values).argmax() == one.right.argmax()


def test_nothing_learned_is_none_and_half_of_it_a_fault(tmp_path: Path) -> None:
    """A folder with one of both files was copied in part: the path must not go on as if it were whole."""
    (tmp_path / "empty").mkdir()
    assert Learned.load(tmp_path / "empty", LEXICON) is None
    for name in (RANKER, AFFILIATIONS):
        folder = learned(tmp_path / name, without=[name])
        with pytest.raises(FileNotFoundError, match=name):
            Learned.load(folder, LEXICON)
