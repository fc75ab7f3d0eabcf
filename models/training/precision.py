"""The number format that a processor trains fastest in."""

from __future__ import annotations

from enum import StrEnum

import torch

BF16_INSTRUCTIONS = ("avx512_bf16", "amx_bf16")


class Precision(StrEnum):
    """Of the activations; weights and optimiser are always float32."""

    AUTO = "auto"
    FP32 = "fp32"
    BF16 = "bf16"

    def is_half(self, device: torch.device) -> bool:
        """Whether convolutions run in bfloat16 on this device.

        Notes
        -----
        A processor without these instructions computes bfloat16 in software: measured 14 times slower than
        float32 on an AVX2 machine.
        """
        if self is not Precision.AUTO:
            return self is Precision.BF16
        if device.type == "cuda":
            return bool(torch.cuda.is_bf16_supported())
        return any(torch.cpu.get_capabilities().get(name) for name in BF16_INSTRUCTIONS)
