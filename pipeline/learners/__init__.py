"""Learners: one contract (``contract.py``), two implementations (``tfidf.py``, ``transformer/``)."""

import json
from pathlib import Path

from pipeline.config import Params
from pipeline.learners.contract import Learner

LEARNERS = ("tfidf", "transformer")


def _class(name: str) -> type:
    """The implementation; imported late, since each brings its own large library."""
    if name == "tfidf":
        from pipeline.learners.tfidf import TfidfLearner

        return TfidfLearner
    if name == "transformer":
        from pipeline.learners.transformer.learner import TransformerLearner

        return TransformerLearner
    raise ValueError(f"no learner {name!r}: it can be {' or '.join(LEARNERS)}")


def new_learner(name: str, params: Params) -> Learner:
    """An unfitted learner with its section of the parameters. Raises ``ValueError`` for an unknown name."""
    return _class(name)(getattr(params, name), params.seed)


def load_learner(bundle: Path) -> Learner:
    """The learner that a bundle holds, by the name in its ``bundle.json``."""
    name = json.loads((bundle / "bundle.json").read_text(encoding="utf-8"))["learner"]
    return _class(name).load(bundle)
