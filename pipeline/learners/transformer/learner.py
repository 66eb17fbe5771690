"""The transformer behind the learner contract: fit, predict, save and load."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Self

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from transformers import AutoTokenizer

from pipeline.config import TransformerParams
from pipeline.labels import heads
from pipeline.learners.contract import LabelledDocument, Observe, Probabilities, check_material
from pipeline.learners.transformer.backbone import find_backbone
from pipeline.learners.transformer.loop import train
from pipeline.learners.transformer.network import HeadedEncoder, from_config, pretrained
from pipeline.learners.transformer.reading import answers, sentence_vectors
from pipeline.learners.transformer.windows import SpecialTokens, Windower
from pipeline.records import Document

WEIGHTS_FILE = "weights.safetensors"
TOKENIZER_FILE = "tokenizer.json"
ENCODER_FILE = "config.json"
SETTINGS_FILE = "transformer.json"


class TransformerLearner:
    """A pretrained encoder fine-tuned with four heads on windows of the article."""

    name = "transformer"

    def __init__(self, params: TransformerParams | None, seed: int) -> None:
        self.params = params
        self.seed = seed
        self.network: HeadedEncoder | None = None
        self.windower: Windower | None = None
        self.batch_tokens = params.batch_tokens if params else 4096
        self.precision = params.precision if params else "auto"

    def fit(
        self, train_documents: Sequence[LabelledDocument], validation: Sequence[LabelledDocument], observe: Observe
    ) -> None:
        """Fine-tune the backbone. Step of ``observe``: epoch.

        Raises ``BackboneError``, and ``ValueError`` where there is too little to learn from.
        """
        assert self.params is not None
        check_material(train_documents, validation)
        torch.manual_seed(self.seed)
        torch.set_num_threads(self.params.threads)
        folder = find_backbone(self.params.backbone, self.params.sha256)
        self.network = pretrained(folder, _class_counts(), self.params.dropout)
        self.windower = _windower(folder, self.params)
        train(self.network, self.windower, train_documents, validation, self.params, self.seed, observe)

    def predict_proba(self, documents: Sequence[Document]) -> list[Probabilities]:
        """See ``Learner``."""
        assert self.network is not None
        assert self.windower is not None
        return answers(self.network, self.windower, documents, self.batch_tokens, self.precision)

    def sentence_vectors(self, documents: Sequence[Document]) -> list[NDArray[np.float32]]:
        """For each document an array (sentences, width): what the encoder makes of each sentence in its window."""
        assert self.network is not None
        assert self.windower is not None
        return sentence_vectors(self.network, self.windower, documents, self.batch_tokens, self.precision)

    def save(self, folder: Path) -> None:
        """Write weights, tokenizer, the encoder's shape and the settings that prediction needs."""
        assert self.network is not None
        assert self.windower is not None
        self.network.encoder.config.name_or_path = ""  # a bundle must not name, nor vary with, a folder of ours
        save_file(self.network.state_dict(), folder / WEIGHTS_FILE)
        self.windower.tokenizer.save(str(folder / TOKENIZER_FILE))
        self.network.encoder.config.to_json_file(folder / ENCODER_FILE, use_diff=False)
        settings = {
            "max_tokens": self.windower.max_tokens,
            "before": self.windower.before,
            "batch_tokens": self.batch_tokens,
            "precision": self.precision,
            "special": asdict(self.windower.special),
        }
        (folder / SETTINGS_FILE).write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read a saved learner; every weight must be there and none may be over."""
        settings = json.loads((folder / SETTINGS_FILE).read_text(encoding="utf-8"))
        learner = cls(None, seed=0)
        learner.batch_tokens, learner.precision = settings["batch_tokens"], settings["precision"]
        learner.windower = Windower(
            Tokenizer.from_file(str(folder / TOKENIZER_FILE)),
            SpecialTokens(**settings["special"]),
            settings["max_tokens"],
            settings["before"],
        )
        learner.network = from_config(folder, _class_counts())
        learner.network.load_state_dict(load_file(folder / WEIGHTS_FILE), strict=True)
        return learner


def _class_counts() -> dict[str, int]:
    return {head: len(classes) for head, classes in heads().items()}


def _windower(folder: Path, params: TransformerParams) -> Windower:
    """A windower on the backbone's own tokenizer, without the truncation and padding set in its file."""
    fast = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    tokenizer = Tokenizer.from_str(fast.backend_tokenizer.to_str())
    tokenizer.no_truncation()
    tokenizer.no_padding()
    special = SpecialTokens(fast.cls_token_id, fast.sep_token_id, fast.pad_token_id)
    return Windower(tokenizer, special, params.max_tokens, params.before)
