"""The real onnxruntime-gpu on a machine without a card: the set-up that would be slow and say nothing."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

Command = Callable[..., subprocess.CompletedProcess[str]]
PATIENCE_S = 300
DRIVER = Path("/dev/nvidiactl")


@pytest.fixture(scope="module")
def with_gpu_wheel(models_dir: Path) -> Iterator[Command]:
    """Runs `flowpose` with onnxruntime-gpu of the version that is installed, in the place of that."""
    if DRIVER.exists():
        pytest.skip("this machine has a card: the tests marked gpu are for that")
    try:
        wanted = f"onnxruntime-gpu=={version('onnxruntime')}"
    except PackageNotFoundError:
        pytest.skip("there is no onnxruntime here to be replaced")
    with tempfile.TemporaryDirectory() as folder:  # half a gigabyte, which pytest would keep
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", folder, wanted]
        installed = subprocess.run(command, capture_output=True, text=True, check=False)
        if installed.returncode != 0:
            pytest.skip(f"{wanted} cannot be had: {installed.stderr.strip()[-200:]}")
        surroundings = {"PYTHONPATH": folder, "FLOWPOSE_DATA_DIR": str(models_dir.parent)}

        def run(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
            return subprocess.run(
                [sys.executable, "-m", "service.cli", *arguments],
                capture_output=True,
                text=True,
                check=False,
                timeout=PATIENCE_S,
                env=os.environ | surroundings | settings,
            )

        yield run


def test_cuda_that_would_be_the_cpu_is_refused_at_the_start(with_gpu_wheel: Command) -> None:
    ended = with_gpu_wheel("serve", "--port", "0", FLOWPOSE_DEVICE="cuda")
    assert ended.returncode == 1
    assert "FLOWPOSE_DEVICE=cuda, but onnxruntime made a CPU session" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_the_doctor_tells_what_is_offered_and_does_not_work(with_gpu_wheel: Command) -> None:
    told = with_gpu_wheel("doctor").stdout
    assert "CUDAExecutionProvider: does not work: the session runs on CPUExecutionProvider" in told
    assert "works: blazepose-full on cpu" in told  # what `auto` takes here
