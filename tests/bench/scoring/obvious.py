"""The pipeline that one would write in an afternoon: spaCy for sentences and names, then the text-classification
pipeline of transformers on each sentence.

It is a peer in speed alone. Its classifier has the bundle's own encoder and heads, but reads each sentence by
itself: no window, no speaker, no layer over the article; its labels are worth less than the bundle's. Its speaker
is the first person or organisation that spaCy names in the sentence: no cue, no quotation, no pronoun, no party.
One pass of the encoder answers for all heads, where a model a head would take four.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import spacy
import torch
from spacy.tokens import Span
from torch import Tensor, nn
from transformers import AutoConfig, PretrainedConfig, PreTrainedModel, PreTrainedTokenizerFast, pipeline
from transformers.modeling_outputs import SequenceClassifierOutput
from transformers.utils import logging

from pipeline.labels import heads
from pipeline.learners.transformer.learner import TOKENIZER_FILE
from pipeline.learners.transformer.windows import MOST_TOKENS
from tests.bench.scoring.padded import network
from tests.bench.segmentation import SPACY_MODEL

BATCH = 8  # sentences; the pipeline's own default is 1, which is slower still
SPEAKERS = frozenset({"PERSON", "ORG"})


@dataclass(frozen=True)
class ObviousStatement:
    """What the peer tells of a sentence."""

    text: str
    speaker: str | None
    labels: Mapping[str, str]


class SentenceClassifier(PreTrainedModel):
    """The encoder of a saved transformer, the mean of its tokens' last states, and all heads as one output."""

    config_class = PretrainedConfig

    def __init__(self, config: PretrainedConfig, encoder: nn.Module, top: nn.ModuleDict) -> None:
        super().__init__(config)
        self.encoder, self.top = encoder, top

    def forward(self, input_ids: Tensor, attention_mask: Tensor, **_: Tensor) -> SequenceClassifierOutput:
        """Logits: (sentences, classes of all heads)."""
        hidden = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        mask = attention_mask[:, :, None].float()
        vectors = (hidden * mask).sum(dim=1) / mask.sum(dim=1)
        return SequenceClassifierOutput(logits=torch.cat([self.top[head](vectors) for head in heads()], dim=1))


class ObviousPipeline:
    """The whole of it, from the saved transformer in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self.spacy = spacy.load(SPACY_MODEL)
        self.classifier = _classifier(folder)

    def parsed(self, texts: Sequence[str]) -> Iterator[list[Span]]:
        """The sentences of each text by spaCy's full pipeline (tagger, parser, lemmatiser, names)."""
        for document in self.spacy.pipe(texts):
            yield [sentence for sentence in document.sents if sentence.text.strip()]

    def statements(self, texts: Sequence[str]) -> list[ObviousStatement]:
        """A statement for each sentence of all texts."""
        sentences = [sentence for found in self.parsed(texts) for sentence in found]
        answers = self.classifier([sentence.text for sentence in sentences], batch_size=BATCH)
        return [
            ObviousStatement(sentence.text, _speaker(sentence), _labels(answer))
            for sentence, answer in zip(sentences, answers, strict=True)
        ]


def _classifier(folder: Path) -> pipeline:
    trained = network(folder)
    config = AutoConfig.from_pretrained(folder, local_files_only=True)
    names = [f"{head}:{label}" for head, classes in heads().items() for label in classes]
    config.id2label = dict(enumerate(names))
    config.label2id = {name: number for number, name in enumerate(names)}
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_file=str(folder / TOKENIZER_FILE),
        **{"cls_token": "[CLS]", "sep_token": "[SEP]", "pad_token": "[PAD]", "unk_token": "[UNK]"},
    )
    before = logging.get_verbosity()
    logging.set_verbosity(logging.CRITICAL)  # it would warn that a class of ours is none of its own
    try:
        return pipeline(
            "text-classification",
            model=SentenceClassifier(config, trained.encoder, trained.heads).eval(),
            tokenizer=tokenizer,
            device="cpu",
            top_k=None,
            function_to_apply="none",
            truncation=True,
            max_length=MOST_TOKENS,
        )
    finally:
        logging.set_verbosity(before)


def _speaker(sentence: Span) -> str | None:
    return next((one.text for one in sentence.ents if one.label_ in SPEAKERS), None)


def _labels(answer: Sequence[Mapping[str, str | float]]) -> dict[str, str]:
    """The likeliest class of each head; a softmax would not change which that is."""
    scores = {str(one["label"]): float(one["score"]) for one in answer}
    return {
        head: classes[int(np.argmax([scores[f"{head}:{label}"] for label in classes]))]
        for head, classes in heads().items()
    }
