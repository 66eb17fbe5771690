"""What the fast reader's number format changes: the labels of held-out articles, beside plain PyTorch in fp32.

Read are the articles of one part of the last ``dvc repro``, the test part unless told otherwise; shown are
figures alone.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from pipeline.labels import heads
from pipeline.learners.contract import LabelledDocument, Probabilities, gold
from pipeline.learners.examples import Example
from tests.bench.reading import macro_f1
from tests.bench.scoring.material import at_precision, transformer_folder, with_transformer
from tests.bench.scoring.padded import PaddedReader
from tests.bench.scoring.shown import Cell, Goal, Sheet

SAME, APART = 0.998, 0.002  # the goals: share of same labels; difference of macro-F1
NOTE = (
    "Gold sentences, predicted speakers. Same label: share of the sentences of which both formats say the same. "
    "Difference of macro-F1 (scored less plain): of the sentences that have a gold label. Largest difference: of "
    "any probability."
)


def measure(bundle: Path, examples: Sequence[Example], precision: str, part: str) -> Sheet:
    """Compare a bundle at ``precision`` (auto, bf16, fp32) with itself on plain PyTorch in fp32. ``part``: of the
    split, that the examples are from."""
    documents = [LabelledDocument(one.attributed, one.labels) for one in examples]
    read = [one.document for one in documents]
    folder = transformer_folder(bundle)
    fast, plain = (
        with_transformer(bundle, reader).predict_proba(read)
        for reader in (at_precision(folder, precision), PaddedReader(folder))
    )
    rows, goals = compare(fast, plain, gold(documents))
    sentences = sum(len(one.sentences) for one in read)
    title = (
        f"Parity of the {bundle.name} bundle, {precision}: {len(examples)} {part} articles, {sentences} sentences"
    )
    return Sheet(title, rows, NOTE, goals)


def compare(
    fast: Sequence[Probabilities], plain: Sequence[Probabilities], target: dict[str, np.ndarray]
) -> tuple[list[dict[str, Cell]], list[Goal]]:
    """A row a head, and the goals. ``target``: gold class of every sentence, -1 where it has none."""
    rows: list[dict[str, Cell]] = []
    goals: list[Goal] = []
    for head in heads():
        ours, theirs = (np.concatenate([one[head] for one in answers]) for answers in (fast, plain))
        chosen, other, known = ours.argmax(axis=1), theirs.argmax(axis=1), target[head] >= 0
        same = float((chosen == other).mean())
        scores = [macro_f1(target[head][known], labels[known]) for labels in (chosen, other)]
        rows.append(
            {
                "head": head,
                "same label": f"{same:.3%}",
                "labels that differ": int((chosen != other).sum()),
                "macro-F1, scored": f"{scores[0]:.4f}",
                "macro-F1, plain fp32": f"{scores[1]:.4f}",
                "difference": f"{scores[0] - scores[1]:+.4f}",
                "largest difference": float(np.abs(ours - theirs).max()),
            }
        )
        goals.append(Goal(f"{head}, share of same labels", same, SAME))
        goals.append(Goal(f"{head}, difference of macro-F1", abs(scores[0] - scores[1]), APART, most=True))
    return rows, goals
