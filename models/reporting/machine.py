"""The machine, in words."""

from __future__ import annotations

import os
import platform
from pathlib import Path

import cv2
import onnxruntime

CPU_INFO = Path("/proc/cpuinfo")  # Linux


def machine() -> str:
    """Processor, cores and the versions that figures depend on."""
    versions = f"onnxruntime {onnxruntime.__version__}, OpenCV {cv2.__version__}"
    return f"{_processor()}, {os.cpu_count()} cores, {versions}"


def _processor() -> str:
    if CPU_INFO.is_file():
        for line in CPU_INFO.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
