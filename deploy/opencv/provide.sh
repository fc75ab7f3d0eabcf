#!/usr/bin/env bash
# Bring OpenCV's wheel for the GPU image, as root in a stage of the Dockerfile.
#
#     provide.sh build FOLDER    # compile it, which takes hours, for the architectures of CUDA_ARCH_BIN
#     provide.sh dist FOLDER     # the one that build.sh has left in deploy/opencv/dist
#     provide.sh pypi FOLDER     # the one of PyPI, without CUDA: networks on the GPU, optical flow on the CPU
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
folder=${2:?}

build() {
    apt-get update
    apt-get install --yes --no-install-recommends g++ nasm
    WORK=/tmp/opencv "$here/build.sh" all
    rm -rf /tmp/opencv
    dist
}

dist() {
    cp "$here"/dist/*.whl "$folder"
}

pypi() {
    python3 -m pip download --quiet --no-deps --only-binary :all: --require-hashes -r "$here/pypi.txt" --dest "$folder"
}

case $1 in
build | dist | pypi) mkdir -p "$folder" && "$1" ;;
*) echo "OPENCV is $1: none of build, dist, pypi" >&2 && exit 2 ;;
esac
