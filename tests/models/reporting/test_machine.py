from __future__ import annotations

import os
from importlib.metadata import version

from models.reporting.machine import machine


def test_cores_and_versions_are_said() -> None:
    assert f"{os.cpu_count()} cores" in machine()
    assert f"onnxruntime {version('onnxruntime')}" in machine()
