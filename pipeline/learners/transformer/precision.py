"""In which number format the processor at hand computes fastest without harm."""

import torch


def autocast(precision: str) -> torch.autocast:
    """A context for matrix products: ``bf16``, ``fp32``, or ``auto`` (bf16 where the processor has it).

    Raises ``ValueError`` for any other word.
    """
    if precision not in ("auto", "bf16", "fp32"):
        raise ValueError(f"transformer.precision is {precision!r}; it can be auto, bf16 or fp32")
    return torch.autocast(
        "cpu", torch.bfloat16, enabled=precision == "bf16" or (precision == "auto" and _has_bf16())
    )


def _has_bf16() -> bool:
    return torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()
