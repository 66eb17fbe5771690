"""In which number format the processor at hand computes fastest without harm."""

import torch


def number(precision: str) -> torch.dtype:
    """The format of matrix products: ``bf16``, ``fp32``, or ``auto`` (bf16 where the processor has it).

    Raises ``ValueError`` for any other word.
    """
    if precision not in ("auto", "bf16", "fp32"):
        raise ValueError(f"transformer.precision is {precision!r}; it can be auto, bf16 or fp32")
    return torch.bfloat16 if precision == "bf16" or (precision == "auto" and _unit()) else torch.float32


def autocast(precision: str) -> torch.autocast:
    """A context in which Hugging Face's and torch's own layers compute in ``number(precision)``."""
    return torch.autocast("cpu", torch.bfloat16, enabled=number(precision) is torch.bfloat16)


def described(chosen: torch.dtype) -> str:
    """The format and what computes it, for people: ``bf16 (AMX)``."""
    return f"bf16 ({_unit() or 'emulated'})" if chosen is torch.bfloat16 else "fp32"


def _unit() -> str:
    """What the processor has for bf16; empty where it has nothing."""
    if torch.cpu._is_amx_tile_supported():
        return "AMX"
    return "AVX-512" if torch.cpu._is_avx512_bf16_supported() else ""
