#!/usr/bin/env bash
# Pin what goes into the images, with SHA-256. Run it after a change of pyproject.toml; `--upgrade` takes newer versions.
# Needs uv (`pip install uv`).
set -euo pipefail
cd "$(dirname "$0")/../.."

more=("$@")
platform=x86_64-manylinux_2_28

lock() {
    uv pip compile --quiet --no-annotate --generate-hashes --only-binary :all: \
        --python-version 3.11 --python-platform "$platform" \
        --custom-compile-command deploy/images/lock.sh "${more[@]}" "$@"
}

lock pyproject.toml --extra cpu -o deploy/images/cpu.txt
lock pyproject.toml deploy/images/pull.in --extra cpu --extra export -c deploy/images/cpu.txt -o deploy/images/pull.txt
# The GPU image takes OpenCV from elsewhere: see deploy/opencv.
lock pyproject.toml deploy/images/gpu.in --extra gpu -c deploy/images/cpu.txt \
    --no-emit-package opencv-contrib-python-headless -o deploy/images/gpu.txt
lock deploy/opencv/toolchain.in -o deploy/opencv/toolchain.txt
lock deploy/opencv/pypi.in --no-deps -c deploy/images/cpu.txt -o deploy/opencv/pypi.txt
