"""A made-up predictions table for the evaluation tests: invented speakers, sentences of plain filler words."""

import numpy as np
import pandas as pd

from pipeline.config import EvaluateParams
from pipeline.evaluation.predictions import CONDITIONS, END_TO_END, GOLD, gold_column, with_probabilities
from pipeline.labels import heads

PARAMS = EvaluateParams(resamples=100, confidence=0.95, calibration_bins=5)

SPEAKERS = {"Ada Thornbury": "minister", "Harbour Trust": "civil_society", "-": ""}


def units(rng: np.random.Generator, articles: int, sentences: int, condition: str) -> pd.DataFrame:
    """Gold sentences with random labels; end to end, a tenth is missed and about as many are spurious."""
    rows = articles * sentences
    article = np.repeat(np.arange(articles), sentences)
    start = np.tile(np.arange(sentences) * 100, articles)
    speaker = rng.choice(list(SPEAKERS), size=rows)
    table = pd.DataFrame(
        {
            "condition": condition,
            "article_id": [f"made-{i:03d}" for i in article],
            "start": start,
            "end": start + 90,
            "text": [" ".join(["word"] * n) for n in rng.integers(3, 50, size=rows)],
            "outlet": np.array(["broadsheet", "tabloid"])[article % 2],
            "genre": np.array(["news", "opinion", "explainer"])[article % 3],
            "leaning": np.array(["left", "right"])[article % 2],
            "government": np.array(["Labour", "Conservative"])[article % 2],
            "kind": [SPEAKERS[name] for name in speaker],
            "attribution": np.where(speaker == "-", "none", rng.choice(["direct", "indirect"], size=rows)),
            "gold_speaker": speaker,
            "predicted_speaker": speaker,
            "speaker_right": True,
            "predicted": True,
        }
    )
    for head, classes in heads().items():
        table[gold_column(head)] = rng.choice(classes, size=rows).astype(object)
    if condition != GOLD:
        table.loc[rng.random(rows) < 0.2, "speaker_right"] = False
    return _with_misses(table, rng) if condition == END_TO_END else table


def _with_misses(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    fate = rng.random(len(table))
    table["predicted"] = fate > 0.1
    spurious = table[fate > 0.9].copy()
    spurious["start"] += 95
    spurious["end"] = spurious["start"] + 4
    spurious[["kind", "gold_speaker", *map(gold_column, heads())]] = None
    spurious["speaker_right"] = False
    return pd.concat([table, spurious], ignore_index=True)


def made_up_table(
    skill: float = 2.0, articles: int = 12, sentences: int = 10, seed: int = 3, labels_seed: int = 1
) -> pd.DataFrame:
    """All conditions. ``skill`` lifts the gold class's logit; ``seed`` draws the learner, the other the gold."""
    parts = []
    for condition in CONDITIONS:
        gold = units(np.random.default_rng(labels_seed), articles, sentences, condition)
        parts.append(with_probabilities(gold, learner_output(gold, skill, np.random.default_rng(seed))))
    return pd.concat(parts, ignore_index=True)


def learner_output(table: pd.DataFrame, skill: float, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Softmax of noise plus ``skill`` on the gold class, for the predicted rows."""
    predicted = table[table["predicted"].to_numpy(dtype=bool)]
    output = {}
    for head, classes in heads().items():
        logits = rng.normal(size=(len(predicted), len(classes)))
        gold = pd.Index(classes).get_indexer(predicted[gold_column(head)])
        known = gold >= 0
        logits[np.flatnonzero(known), gold[known]] += skill
        exp = np.exp(logits)
        output[head] = exp / exp.sum(axis=1, keepdims=True)
    return output
