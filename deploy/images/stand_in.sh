#!/usr/bin/env bash
# Make a stand-in for the Python base image out of Debian's packages, on a machine that reaches no image registry.
# Needs root, buildah and debootstrap. It has Debian's python3 where the real one has its own: images built on it are
# for trying, not for shipping.
#     deploy/images/stand_in.sh && PYTHON_IMAGE=localhost/python-stand-in python deploy/images/try_image.py cpu
set -euo pipefail

name=${1:-localhost/python-stand-in}
mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}
packages=ca-certificates,python3,python3-venv,python3-pip

root=$(mktemp -d)
container=$(buildah from scratch)
trap 'rm -rf "$root"; buildah rm "$container" >/dev/null' EXIT

debootstrap --variant=minbase --include="$packages" bookworm "$root" "$mirror"
rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/*
buildah add --quiet "$container" "$root" / >/dev/null
buildah config --cmd python3 "$container"
buildah commit --quiet "$container" "$name"
