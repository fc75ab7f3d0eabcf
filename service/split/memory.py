"""Telling too little memory from other errors: every library has its own way to say it."""

from __future__ import annotations

import cv2

NO_ROOM = ("bad_alloc", "bad allocation", "Failed to allocate memory", "out of memory")  # onnxruntime, CUDA


def lacks_memory(error: BaseException) -> bool:
    """Whether an error means that there was too little memory."""
    if isinstance(error, cv2.error):
        return getattr(error, "code", 0) == cv2.Error.StsNoMem
    return isinstance(error, MemoryError) or any(words in str(error) for words in NO_ROOM)
