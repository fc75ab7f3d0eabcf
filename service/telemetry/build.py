"""What this process is made of."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from importlib.metadata import version

import cv2
import onnxruntime


def build_info(revision: str) -> Mapping[str, str]:
    """Versions, by name.

    Parameters
    ----------
    revision
        The commit, if whoever built the service said so (`FLOWPOSE_REVISION`).
    """
    return {
        "version": version("flowpose"),
        "revision": revision,
        "python": platform.python_version(),
        "onnxruntime": onnxruntime.__version__,
        "opencv": cv2.__version__,
    }
