"""Learners: one contract, two implementations (``tfidf.py``, ``transformer/``), and the pool of both."""

import json
from pathlib import Path

from pipeline.config import Params
from pipeline.learners.contract import Learner, Predictor

MEMBERS = ("tfidf", "transformer")
LEARNERS = (*MEMBERS, "ensemble")


def learner_class(name: str) -> type:
    """The implementation; imported late, since each brings its own large library."""
    if name == "tfidf":
        from pipeline.learners.tfidf import TfidfLearner

        return TfidfLearner
    if name == "transformer":
        from pipeline.learners.transformer.learner import TransformerLearner

        return TransformerLearner
    if name == "ensemble":
        from pipeline.learners.ensemble import EnsembleLearner

        return EnsembleLearner
    raise ValueError(f"no learner {name!r}: it can be {' or '.join(LEARNERS)}")


def new_learner(name: str, params: Params) -> Learner:
    """An unfitted learner with its section of the parameters. Raises ``ValueError`` for an unknown name."""
    return learner_class(name)(getattr(params, name), params.seed)


def load_learner(bundle: Path) -> Predictor:
    """The learner that a bundle holds, by the name in its ``bundle.json``."""
    name = json.loads((bundle / "bundle.json").read_text(encoding="utf-8"))["learner"]
    return learner_class(name).load(bundle)
