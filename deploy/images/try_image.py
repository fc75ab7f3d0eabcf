"""Build an image and try it as compose would run it, on a machine without a Docker engine.

    python deploy/images/try_image.py cpu
    python deploy/images/try_image.py gpu --arg OPENCV=pypi

Needs root, Linux and buildah, and of this project the packages of the tests. Where no image registry is
reached, PYTHON_IMAGE names another base (see stand_in.sh). BUILDAH_OPTIONS goes to `buildah bud`, such as a
volume with the certificates of a company's network. STORAGE_DRIVER is buildah's own.
"""

from __future__ import annotations

import argparse
import os
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import cv2
import httpx
from oci_image import Image, Mount
from skimage import data

from service.api.schemas import AnswerSchema

ROOT = Path(__file__).parents[2]
PORT = 18000
PATIENCE_S = 1800.0  # the first start compiles kernels, on a machine that may be busy
STOPS_WITHIN_S = 30.0


def main() -> None:
    """Build, start, ask, tell the size, stop; the exit status is 1 when anything is not as it should be."""
    parser = argparse.ArgumentParser()
    parser.add_argument("target", choices=("cpu", "gpu"))
    parser.add_argument("--arg", action="append", default=[], metavar="NAME=VALUE", help="of the Dockerfile")
    parser.add_argument("--context", type=Path, default=ROOT, help="the source; this checkout unless said")
    parser.add_argument("--data", type=Path, help="data folder to keep, as a volume does; else a new one")
    chosen = parser.parse_args()
    name = f"localhost/flowpose:{chosen.target}"
    build(name, chosen.target, chosen.arg, chosen.context)
    with Image(name).mounted() as mount, tempfile.TemporaryDirectory() as new:
        tell(f"{name} has {mount.bytes / 1e6:.0f} MB unpacked")
        attempt = refuse_without_gpu if chosen.target == "gpu" else serve
        attempt(mount, chosen.data or Path(new))


def build(name: str, target: str, arguments: Sequence[str], context: Path) -> None:
    """Build one target of the Dockerfile with buildah."""
    base = os.environ.get("PYTHON_IMAGE")
    given = [*arguments, f"PYTHON_IMAGE={base}"] if base else arguments
    command = ["buildah", "bud", "--isolation", "chroot", "--format", "docker", "--layers"]
    command += shlex.split(os.environ.get("BUILDAH_OPTIONS", ""))
    command += [part for each in given for part in ("--build-arg", each)]
    began = time.monotonic()
    subprocess.run([*command, "--target", target, "--tag", name, str(context)], check=True)
    tell(f"built {name} in {time.monotonic() - began:.0f} s")


def serve(mount: Mount, data_dir: Path) -> None:
    """Start the service, wait until its health check is content, send a picture, stop it."""
    with started(mount, data_dir) as service:
        began = time.monotonic()
        while (checked := mount.run(mount.health_check, data_dir, PORT)).returncode != 0:
            if service.poll() is not None or time.monotonic() - began > PATIENCE_S:
                raise SystemExit(f"not healthy: {checked.stdout}")
            time.sleep(5)
        tell(f"healthy after {time.monotonic() - began:.0f} s: {checked.stdout.strip()}")
        check_root_is_read_only(mount, data_dir)
        ask()
        service.terminate()
        status = service.wait(STOPS_WITHIN_S)
        tell(f"stopped with status {status} when told to")


@contextmanager
def started(mount: Mount, data_dir: Path) -> Iterator[subprocess.Popen[str]]:
    """The image's own command, as long as the block lasts."""
    process = mount.start(mount.command, data_dir, PORT)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def check_root_is_read_only(mount: Mount, data_dir: Path) -> None:
    """Only the data folder and /tmp may be written to, by a user without rights."""
    for folder, expected in (("/", 1), ("/opt/venv", 1), ("/data", 0), ("/tmp", 0)):
        status = mount.run(["sh", "-c", f"touch {folder}/x 2>/dev/null"], data_dir, PORT).returncode
        if bool(status) != bool(expected):
            raise SystemExit(f"writing to {folder} ended with status {status}")
    who = mount.run(
        ["sh", "-c", "id -u; grep -E 'CapEff|NoNewPrivs' /proc/self/status"], data_dir, PORT
    ).stdout
    tell(f"only /data and /tmp can be written to; {' '.join(who.split())}")


def ask() -> None:
    """Send a picture of a person; the answer must have the shape of the contract and find her nose."""
    jpeg = cv2.imencode(".jpg", cv2.cvtColor(data.astronaut(), cv2.COLOR_RGB2BGR))[1].tobytes()
    url = f"http://127.0.0.1:{PORT}/v1/images"
    response = httpx.post(url, content=jpeg, headers={"Content-Type": "image/jpeg"}, timeout=60)
    response.raise_for_status()
    answer = response.json()
    AnswerSchema.model_validate(answer)
    (person,) = answer["frames"][0]["people"]
    x, y, score = person["joints"][0]
    if abs(x - 224) > 15 or abs(y - 127) > 15:
        raise SystemExit(f"the nose is not at ({x}, {y})")
    tell(f"one person, nose at ({x:.1f}, {y:.1f}), score {score:.2f}, by {answer['model']['name']}")


def refuse_without_gpu(mount: Mount, data_dir: Path) -> None:
    """Without a GPU the image must say so and end, not serve from the CPU."""
    tell(mount.run(["flowpose", "doctor"], data_dir, PORT).stdout)
    ended = mount.run(mount.command, data_dir, PORT)
    tell(f"status {ended.returncode}: {ended.stdout.strip()[-400:]}")
    if ended.returncode == 0 or "cuda" not in ended.stdout.lower():
        raise SystemExit("the GPU image started without a GPU")


def tell(line: str) -> None:
    """One line of what was found."""
    print(f"== {line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
