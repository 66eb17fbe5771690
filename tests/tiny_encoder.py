"""A random two-layer BERT with a WordPiece tokenizer, saved as encoders are: small enough to train in a test."""

import hashlib
from pathlib import Path
from string import ascii_lowercase, digits, punctuation

import torch
from tokenizers import Tokenizer
from tokenizers.decoders import WordPiece as WordPieceDecoder
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
# Whole words for what most sentences hold; every other word falls into its letters.
WORDS = """
narrator speaker none unknown government news opinion labour conservative minister governing opposition official
civil society the a of to and in on for that is was it said they we he she not will be with at have plan rules
asylum border cruel firm refugees families costs court gangs votes policy
"""
CHARACTERS = ascii_lowercase + digits
POSITIONS = 512


def tiny_encoder(folder: Path, seed: int = 7) -> str:
    """Write ``config.json``, ``model.safetensors`` and the tokenizer into ``folder``; the weights' sha256."""
    vocabulary = [
        *SPECIAL,
        *WORDS.split(),
        *CHARACTERS,
        *(f"##{one}" for one in CHARACTERS),
        *punctuation,
        *"“”’–£",
    ]
    numbered = {word: number for number, word in enumerate(dict.fromkeys(vocabulary))}
    tokenizer = Tokenizer(WordPiece(numbered, unk_token="[UNK]"))
    tokenizer.normalizer = BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = BertPreTokenizer()
    tokenizer.decoder = WordPieceDecoder(cleanup=False)
    named = dict(zip(("pad_token", "unk_token", "cls_token", "sep_token", "mask_token"), SPECIAL, strict=True))
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, **named).save_pretrained(folder)
    config = BertConfig(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=POSITIONS,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        BertModel(config).save_pretrained(folder)
    return hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
