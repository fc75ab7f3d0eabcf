"""Put all that a check on a GPU machine without a network needs into one file, in parts.

    python deploy/gpu-check/pack.py --to /tmp/check
    python deploy/gpu-check/pack.py --to /tmp/check --cuda none --part-mib 60 --leave-out 'numpy|scipy'

Into it go the project, the wheels of `flowpose[gpu,export]` and of what its GPU tests ask for, OpenCV's wheel
of deploy/opencv, and the networks. `--cuda none` leaves out what onnxruntime wants of NVIDIA, a gigabyte, for
a machine that has CUDA 13 and cuDNN 9 itself; `--leave-out` any wheels that it has. `--device cpu` packs for
a rehearsal. Over there, FOLDER being where the parts and the scripts beside them lie:

    python3 FOLDER/check.py collect FOLDER STORE      # as often as it takes to bring all parts
    python3 FOLDER/check.py run STORE --report report.md
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

from parts import split

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
NAME = "flowpose-gpu-check.tar.xz"
MIB = 2**20  # bytes
TESTING = ("pytest>=8.4", "scikit-image>=0.25", "wheel")
NETWORKS = ("blazepose-lite", "blazepose-full", "blazepose-heavy", "person-detector")
HALF = ("blazepose-lite-fp16", "blazepose-full-fp16", "blazepose-heavy-fp16")
PAPERS = "spatial-net-fusion"
OTHERS = ("opencv",)  # wheels that do not come from the index, by how their names begin
OVER_THERE = ("check.py", "parts.py", "steps.py", "told.py", "hollow.py")


def main(arguments: list[str] | None = None) -> None:
    """Pack."""
    chosen = _parser().parse_args(arguments)
    if chosen.work is not None:
        chosen.work.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=chosen.work) as folder:
        bundle = Path(folder, "bundle")
        copy_project(bundle / "project")
        pack_networks(bundle / "models", chosen.networks)
        if chosen.wheels:
            get_wheels(bundle / "wheels", chosen)
            (bundle / "python").write_text(chosen.python, encoding="utf-8")
        archive = Path(folder, NAME)
        with tarfile.open(archive, "w:xz", preset=chosen.preset) as tar:
            tar.add(bundle, ".")
        for old in chosen.to.glob(f"{NAME}.*"):
            old.unlink()
        for path in split(archive, chosen.to, chosen.part_mib * MIB):
            print(f"{path}  {path.stat().st_size / MIB:.1f} MiB")
    for script in OVER_THERE:
        shutil.copy(HERE / script, chosen.to)


def copy_project(to: Path) -> None:
    """Copy the files that git has or would take."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for name in filter(None, names.split("\0")):
        if (ROOT / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, to / name)


def pack_networks(to: Path, networks: list[str]) -> None:
    """Pull networks; of the papers' own, at its full width, write down the shape."""
    to.mkdir(parents=True)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    if pulled := [name for name in networks if name != PAPERS]:
        command = [sys.executable, "-m", "export", "pull", *pulled, "--to", str(to)]
        subprocess.run(command, cwd=ROOT, env=environment, check=True)
    if PAPERS in networks:
        command = [sys.executable, str(HERE / "hollow.py"), "make", str(to / f"{PAPERS}.hollow")]
        subprocess.run(command, cwd=ROOT, env=environment, check=True)


def get_wheels(to: Path, chosen: argparse.Namespace) -> None:
    """Download wheels for the other machine's Python, and store them so that xz can press them again."""
    to.mkdir()
    for wheel in chosen.opencv:
        shutil.copy(wheel, to)
    runtime = {"cpu": "onnxruntime", "cuda": "onnxruntime-gpu"}[chosen.device]
    extras = "[cuda,cudnn]" if chosen.device == "cuda" and chosen.cuda == "wheels" else ""
    wanted = [*chosen.opencv, *needed(chosen.opencv), f"{runtime}{extras}>=1.28,<2", *TESTING]
    there = [f"--platform=manylinux_2_{minor}_x86_64" for minor in (12, 17, 24, 26, 27, 28, 31, 34, 35)]
    there += [f"--platform={tag}_x86_64" for tag in ("linux", "manylinux2014", "manylinux2010", "manylinux1")]
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--dest", to, "--find-links", to, *wanted]
    options = [
        "--only-binary=:all:",
        f"--python-version={chosen.python}",
        "--platform=manylinux2014_x86_64",
        *there,
    ]
    subprocess.run([*command, *options], check=True)
    for wheel in to.glob("*.whl"):
        if chosen.leave_out and re.match(chosen.leave_out, wheel.name):
            wheel.unlink()
        else:
            store(wheel)


def needed(opencv: list[Path]) -> list[str]:
    """What the project asks for, but for what is installed by file."""
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    asked = [*project["dependencies"], *extras["gpu"], *extras["export"]]
    left = ("onnxruntime", *(OTHERS if opencv else ()))
    return [each for each in asked if not each.startswith(left)]


def store(wheel: Path) -> None:
    """Write a wheel anew without compression: xz over the whole does better."""
    with tempfile.TemporaryDirectory(dir=wheel.parent) as folder:
        with zipfile.ZipFile(wheel) as pressed, zipfile.ZipFile(Path(folder, "w"), "w") as stored:
            for entry in pressed.infolist():
                kept = zipfile.ZipInfo(entry.filename, entry.date_time)
                kept.external_attr = entry.external_attr
                stored.writestr(kept, pressed.read(entry), zipfile.ZIP_STORED)
        shutil.move(Path(folder, "w"), wheel)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--to", type=Path, required=True, metavar="FOLDER", help="for the parts")
    parser.add_argument("--device", choices=("cuda", "cpu"), default="cuda")
    parser.add_argument("--cuda", choices=("wheels", "none"), default="wheels", help="NVIDIA's libraries")
    parser.add_argument("--python", default="3.12", help="version over there")
    parser.add_argument(
        "--opencv", type=Path, nargs="*", default=sorted(ROOT.glob("deploy/opencv/dist/*.whl"))
    )
    parser.add_argument("--networks", nargs="*", default=[*NETWORKS, *HALF, PAPERS])
    parser.add_argument(
        "--leave-out", metavar="REGEX", help="wheels not to take, by how their file names begin"
    )
    parser.add_argument("--part-mib", type=int, default=1024, help="most MiB of one part")
    parser.add_argument("--preset", type=int, default=6, help="of xz: 0 is the fastest, 9 the smallest")
    parser.add_argument(
        "--no-wheels", dest="wheels", action="store_false", help="Python over there has them all"
    )
    parser.add_argument("--work", type=Path, default=None, metavar="DIR", help="for gigabytes in the making")
    return parser


if __name__ == "__main__":
    main()
