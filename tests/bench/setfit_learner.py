"""SetFit (Tunstall et al. 2022) on the same encoder: first pairs of sentences pull it into shape, then a logistic
regression a head reads it."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from pipeline.learners.contract import LabelledDocument, Observe, Probabilities, check_material
from pipeline.learners.transformer.precision import autocast
from pipeline.records import Document
from tests.bench.encoding import BATCH
from tests.bench.frozen import LogisticHeads
from tests.bench.reading import MOST_TOKENS, Reading, by_document, class_counts, labelled, readings
from tests.bench.trained import MissingLibrary

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

PAIRS = 16  # a step, SetFit's default
# Steps of 16 pairs. SetFit was made for a handful of examples a class; on ten thousand sentences all pairs would
# take weeks, and these take about five minutes of one core.
STEPS = 300
# Training texts that pairs are drawn from: SetFit lists all pairs before it draws (1.3 GB of memory for these),
# and the steps above would not see more of them.
CONTRASTED = 8_000


class SetFitLearner:
    """Two sentences are alike if stance and pressure are: SetFit knows one label a text, so both are one."""

    name = "setfit"

    def __init__(self, backbone: Path, seed: int, steps: int = STEPS) -> None:
        self.backbone = backbone
        self.seed = seed
        self.steps = steps
        self.heads = LogisticHeads(seed)

    def fit(
        self, train: Sequence[LabelledDocument], validation: Sequence[LabelledDocument], observe: Observe
    ) -> None:
        """See ``Learner``. Raises ``MissingLibrary``."""
        check_material(train, validation)
        (read, target), (held_out, expected) = labelled(train), labelled(validation)
        joint = target["stance"] * class_counts()["pressure"] + target["pressure"]
        random = np.random.default_rng(self.seed)
        drawn = random.choice(len(read), min(CONTRASTED, len(read)), replace=False)
        self.body = self._contrasted([read[i].joined for i in drawn], joint[drawn].tolist())
        self.heads.fit(self._vectors(read), target, self._vectors(held_out), expected, observe)

    def _contrasted(self, texts: Sequence[str], labels: Sequence[int]) -> "SentenceTransformer":
        """The encoder after the contrastive phase."""
        try:
            from sentence_transformers import SentenceTransformer
            from setfit import SetFitModel, Trainer, TrainingArguments
        except ImportError as error:
            raise MissingLibrary(
                "SetFit is not installed: `python -m pip install '.[bench]'`, then once more"
            ) from error
        body = SentenceTransformer(
            str(self.backbone), device="cpu", local_files_only=True, model_kwargs={"attn_implementation": "eager"}
        )
        body.max_seq_length = MOST_TOKENS
        _faster(body)
        with tempfile.TemporaryDirectory() as folder:
            arguments = TrainingArguments(
                output_dir=folder,
                batch_size=PAIRS,
                max_steps=self.steps,
                sampling_strategy="undersampling",
                seed=self.seed,
                report_to="none",
                save_strategy="no",
                logging_strategy="no",
            )
            trainer = Trainer(SetFitModel(model_body=body), args=arguments)
            trainer.train_embeddings(list(texts), list(labels))
        return body

    def predict_proba(self, documents: Sequence[Document]) -> list[Probabilities]:
        """See ``Predictor``."""
        return by_document(documents, self.heads.predict_proba(self._vectors(readings(documents))))

    def _vectors(self, read: Sequence[Reading]) -> np.ndarray:
        """(readings, width); a text that comes again is encoded once."""
        distinct, place = np.unique(np.array([one.joined for one in read], dtype=object), return_inverse=True)
        return self.body.encode(distinct.tolist(), batch_size=BATCH)[place]


def _faster(body: "SentenceTransformer") -> None:
    """Let it compute as the other learners do (bf16 where the processor has it); SetFit has no setting for it."""
    forward = body.forward

    def in_short_numbers(*given: object, **named: object) -> dict[str, object]:
        with autocast("auto"):
            found = forward(*given, **named)
        return {**found, "sentence_embedding": found["sentence_embedding"].float()}

    body.forward = in_short_numbers
