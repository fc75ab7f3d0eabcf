"""The check that an OpenCV has what FlowPose calls."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import cv2
import pytest

from tests.deploy.tools import ROOT


def test_this_machines_opencv_has_what_the_service_calls() -> None:
    done = _verify(ROOT / "service")
    assert done.returncode == 0, done.stderr
    assert int(done.stdout.split(": ")[1].split()[0]) > 20


def test_a_name_that_is_not_there_is_told(tmp_path: Path) -> None:
    (tmp_path / "calls.py").write_text("import cv2\ncv2.resize\ncv2.optflow.createOptFlow_Mesmer()\n")
    done = _verify(tmp_path)
    assert done.returncode == 1
    assert done.stderr.endswith("lacks optflow.createOptFlow_Mesmer\n")


def test_a_build_without_cuda_is_not_taken_for_one_with_it() -> None:
    if "NVIDIA CUDA:                   YES" in cv2.getBuildInformation():
        pytest.skip("this OpenCV has CUDA")
    done = _verify("--cuda")
    assert done.returncode == 1
    assert "cuda.BroxOpticalFlow.create" in done.stderr


def _verify(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, ROOT / "deploy/opencv/verify.py", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)
