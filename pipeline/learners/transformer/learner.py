"""The transformer behind the learner contract: fit, predict, save and load.

What learns and explains is Hugging Face's network, whose library takes seconds to import; scoring reads with
``bert.py`` on the same weights and never loads it, unless the encoder is of another make.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer

from pipeline.config import TransformerParams
from pipeline.labels import heads
from pipeline.learners.contract import LabelledDocument, Observe, Probabilities, check_material
from pipeline.learners.transformer.backbone import find_backbone
from pipeline.learners.transformer.bert import Bert, BertShape
from pipeline.learners.transformer.precision import number
from pipeline.learners.transformer.reading import Reader, answers, sentence_vectors
from pipeline.learners.transformer.sentence_heads import SentenceHeads
from pipeline.learners.transformer.windows import SpecialTokens, Windower
from pipeline.records import Document

if TYPE_CHECKING:
    from pipeline.learners.transformer.network import HeadedEncoder

WEIGHTS_FILE = "weights.safetensors"
TOKENIZER_FILE = "tokenizer.json"
ENCODER_FILE = "config.json"
SETTINGS_FILE = "transformer.json"
ENCODER = "encoder."  # how the names of the encoder's weights begin


class TransformerLearner:
    """A pretrained encoder fine-tuned with four heads on windows of the article."""

    name = "transformer"

    def __init__(self, params: TransformerParams | None, seed: int) -> None:
        self.params = params
        self.seed = seed
        self.precision = params.precision if params else "auto"
        self.windower: Windower | None = None
        self._folder: Path | None = None
        self._reader: Reader | None = None
        self._heads: SentenceHeads | None = None

    @cached_property
    def network(self) -> "HeadedEncoder":
        """The network that learns and explains; that of a saved learner is built when it is first asked for."""
        from pipeline.learners.transformer.network import from_config

        assert self._folder is not None, "neither fitted nor loaded"
        network = from_config(self._folder, _class_counts())
        network.load_state_dict(load_file(self._folder / WEIGHTS_FILE), strict=True)
        return network

    @property
    def engine(self) -> str:
        """See ``Predictor``."""
        assert self._reader is not None
        return self._reader.engine

    def fit(
        self, train_documents: Sequence[LabelledDocument], validation: Sequence[LabelledDocument], observe: Observe
    ) -> None:
        """Fine-tune the backbone. Step of ``observe``: epoch.

        Raises ``BackboneError``, and ``ValueError`` where there is too little to learn from.
        """
        from pipeline.learners.transformer.loop import train
        from pipeline.learners.transformer.network import pretrained

        assert self.params is not None
        check_material(train_documents, validation)
        torch.manual_seed(self.seed)
        torch.set_num_threads(self.params.threads)
        folder = find_backbone(self.params.backbone, self.params.sha256)
        self.network = pretrained(folder, _class_counts(), self.params.dropout)
        self.windower = _windower(folder, self.params)
        train(self.network, self.windower, train_documents, validation, self.params, self.seed, observe)
        self._read_with_network()

    def predict_proba(self, documents: Sequence[Document]) -> list[Probabilities]:
        """See ``Learner``."""
        assert self._reader is not None
        assert self._heads is not None
        assert self.windower is not None
        return answers(self._reader, self._heads, self.windower, documents)

    def sentence_vectors(self, documents: Sequence[Document]) -> list[NDArray[np.float32]]:
        """For each document an array (sentences, width): what the encoder makes of each sentence in its window."""
        assert self._reader is not None
        assert self.windower is not None
        return sentence_vectors(self._reader, self.windower, documents)

    def save(self, folder: Path) -> None:
        """Write weights, tokenizer, the encoder's shape and the settings that prediction needs."""
        assert self.windower is not None
        network = self.network
        network.encoder.config.name_or_path = ""  # a bundle must not name, nor vary with, a folder of ours
        save_file(network.state_dict(), folder / WEIGHTS_FILE)
        self.windower.tokenizer.save(str(folder / TOKENIZER_FILE))
        network.encoder.config.to_json_file(folder / ENCODER_FILE, use_diff=False)
        settings = {
            "max_tokens": self.windower.max_tokens,
            "before": self.windower.before,
            "precision": self.precision,
            "special": asdict(self.windower.special),
        }
        (folder / SETTINGS_FILE).write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read a saved learner. Raises ``ValueError`` or ``RuntimeError`` unless every weight is there and none is
        over."""
        settings = json.loads((folder / SETTINGS_FILE).read_text(encoding="utf-8"))
        learner = cls(None, seed=0)
        learner._folder = folder
        learner.precision = settings["precision"]
        learner.windower = Windower(
            Tokenizer.from_file(str(folder / TOKENIZER_FILE)),
            SpecialTokens(**settings["special"]),
            settings["max_tokens"],
            settings["before"],
        )
        shape = BertShape.of(json.loads((folder / ENCODER_FILE).read_text(encoding="utf-8")))
        if shape is None:
            learner._read_with_network()
        else:
            learner._read_with_bert(load_file(folder / WEIGHTS_FILE), shape)
        return learner

    def _read_with_network(self) -> None:
        from pipeline.learners.transformer.network import reader_of

        self._heads, self._reader = self.network, reader_of(self.network, self.precision)

    def _read_with_bert(self, state: dict[str, torch.Tensor], shape: BertShape) -> None:
        encoder = {name.removeprefix(ENCODER): state.pop(name) for name in list(state) if name.startswith(ENCODER)}
        reader = Bert(encoder, shape, number(self.precision))
        self._heads = SentenceHeads(reader.width, _class_counts(), dropout=0.0)
        self._heads.load_state_dict(state, strict=True)
        self._reader = reader


def _class_counts() -> dict[str, int]:
    return {head: len(classes) for head, classes in heads().items()}


def _windower(folder: Path, params: TransformerParams) -> Windower:
    """A windower on the backbone's own tokenizer, without the truncation and padding set in its file."""
    from transformers import AutoTokenizer

    fast = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    tokenizer = Tokenizer.from_str(fast.backend_tokenizer.to_str())
    tokenizer.no_truncation()
    tokenizer.no_padding()
    special = SpecialTokens(fast.cls_token_id, fast.sep_token_id, fast.pad_token_id)
    return Windower(tokenizer, special, params.max_tokens, params.before)
