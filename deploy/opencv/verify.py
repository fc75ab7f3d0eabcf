"""Whether an installed OpenCV has what FlowPose calls: exit status 0, or 1 with what is missing.

    python verify.py [--cuda] [FOLDER...]

`--cuda` asks for the CUDA modules, which can be told without a GPU. A FOLDER is Python code: every name of
`cv2` that it mentions must be there.
"""

from __future__ import annotations

import argparse
import ast
from collections.abc import Iterator
from functools import reduce
from pathlib import Path
from typing import Any

import cv2

CUDA_NAMES = (
    *("cuda.GpuMat", "cuda.Stream", "cuda.warpAffine", "cuda.resize", "cuda.cvtColor"),
    *("cuda.FarnebackOpticalFlow.create", "cuda.BroxOpticalFlow.create", "cuda.OpticalFlowDual_TVL1.create"),
)


def main() -> None:
    """Look, say what is missing, and end with status 1 if anything is."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--cuda", action="store_true")
    parser.add_argument("folders", nargs="*", type=Path)
    chosen = parser.parse_args()
    names = {name for folder in chosen.folders for name in names_in(folder)}
    missing = sorted(name for name in names if not has(name))
    if chosen.cuda:
        missing += missing_of_cuda()
    if missing:
        raise SystemExit(f"OpenCV {cv2.__version__} lacks {', '.join(missing)}")
    print(f"OpenCV {cv2.__version__}: {len(names)} names that are called are there", end="")
    print(f", CUDA for {cuda_devices()}" if chosen.cuda else "")


def missing_of_cuda() -> list[str]:
    """What a build for CUDA must have and this one has not."""
    missing = [name for name in CUDA_NAMES if not has(name)]
    if not missing:
        # Compiled without cudalegacy, Brox is there and refuses to be made.
        found("cuda.BroxOpticalFlow.create")()
    return missing


def cuda_devices() -> str:
    """How many devices it sees; -1 without a driver."""
    return f"{max(cv2.cuda.getCudaEnabledDeviceCount(), 0)} devices here"


def has(name: str) -> bool:
    """Whether `cv2` has a name, which may have dots."""
    try:
        found(name)
    except AttributeError:
        return False
    return True


def found(name: str) -> Any:
    """What `cv2` has under a name; AttributeError if there is no such thing."""
    return reduce(getattr, name.split("."), cv2)


def names_in(folder: Path) -> Iterator[str]:
    """Every name of `cv2` that the Python files of a folder mention, but for `cv2.cuda`."""
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            name = dotted(node)
            if name.startswith("cv2.") and not name.startswith("cv2.cuda"):
                yield name.removeprefix("cv2.")


def dotted(node: ast.AST) -> str:
    """An expression such as ``cv2.optflow.x`` as text; empty if it is no such chain of names."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (before := dotted(node.value)):
        return f"{before}.{node.attr}"
    return ""


if __name__ == "__main__":
    main()
