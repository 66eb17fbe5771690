"""LightGBM's trees without its package: the same scores to the last bit, and faults that are sentences."""

import subprocess
import sys

import lightgbm
import numpy as np
import pytest

from pipeline import ROOT
from pipeline.text.trees import Trees, TreesError

ROWS = np.random.default_rng(7).normal(size=(300, 6)).astype(np.float32)


@pytest.fixture(scope="module")
def booster() -> lightgbm.Booster:
    data = lightgbm.Dataset(
        ROWS, ROWS[:, 0] * ROWS[:, 1] > 0, feature_name=[f"f{n}" for n in range(6)], params={"verbose": -1}
    )
    return lightgbm.train({"objective": "regression", "num_threads": 1, "verbose": -1}, data, 20)


@pytest.fixture(scope="module")
def trees(booster: lightgbm.Booster) -> Trees:
    return Trees(booster.model_to_string())


@pytest.mark.parametrize(
    "rows",
    [
        ROWS,
        ROWS.astype(np.float64),
        np.asfortranarray(ROWS),
        ROWS[::2],
        np.array([[np.nan, np.inf, -np.inf, 0, -0.0, 1e-38]], dtype=np.float32),
    ],
)
def test_scores_are_those_of_the_package(booster: lightgbm.Booster, trees: Trees, rows: np.ndarray) -> None:
    expected = booster.predict(rows.astype(np.float32), num_threads=1)
    assert np.array_equal(trees.scores(rows), expected)
    assert len(np.unique(expected)) > 1 or len(rows) == 1


def test_columns_have_the_names_of_training(trees: Trees) -> None:
    assert trees.features == [f"f{n}" for n in range(6)]


def test_rows_of_another_width_are_refused(trees: Trees) -> None:
    with pytest.raises(TreesError, match="number of features"):
        trees.scores(ROWS[:, :5])


def test_what_is_no_forest_is_refused() -> None:
    with pytest.raises(TreesError, match=r"\w"):
        Trees("tree\n")


def test_the_package_is_not_imported() -> None:
    """It would bring pandas and scikit-learn to every start."""
    code = "import pipeline.text.ranker, sys; print({'lightgbm', 'sklearn', 'pandas'} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "set()\n"
