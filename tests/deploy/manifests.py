"""The manifests of `deploy/kubernetes` as a cluster would get them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from tests.deploy.tools import ROOT, run_tool

Manifest: TypeAlias = dict[str, Any]

FOLDER = ROOT / "deploy/kubernetes"
OVERLAYS = ("cpu", "gpu", "ray")
PLAIN = ("cpu", "gpu")
COMPONENTS = ("gateway", "ingress", "pod-monitor", "runtime-class", "shared-jobs")
UNITS = {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30}


def render(folder: Path) -> list[Manifest]:
    """What kustomize makes of a folder."""
    done = run_tool("kubectl", "kustomize", folder)
    assert done.returncode == 0, done.stderr
    return list(yaml.safe_load_all(done.stdout))


def render_with(overlay: str, components: tuple[str, ...], folder: Path) -> list[Manifest]:
    """An overlay with components, put together in a folder as an operator would."""
    there = [os.path.relpath(FOLDER / "components" / name, folder) for name in components]
    chosen = {"resources": [os.path.relpath(FOLDER / "overlays" / overlay, folder)], "components": there}
    (folder / "kustomization.yaml").write_text(yaml.safe_dump(chosen))
    return render(folder)


def of_kind(manifests: list[Manifest], *kinds: str) -> list[Manifest]:
    """Those of some kinds."""
    return [each for each in manifests if each["kind"] in kinds]


def templates(manifests: list[Manifest]) -> Iterator[tuple[str, Manifest]]:
    """Every pod's template, and whose it is."""
    for each in of_kind(manifests, "Deployment", "StatefulSet"):
        yield each["metadata"]["name"], each["spec"]["template"]
    for each in of_kind(manifests, "RayService"):
        cluster = each["spec"]["rayClusterConfig"]
        yield "head", cluster["headGroupSpec"]["template"]
        for group in cluster["workerGroupSpecs"]:
            yield group["groupName"], group["template"]


def settings_of(manifests: list[Manifest], template: Manifest) -> dict[str, str]:
    """The environment of a pod's container, secrets left out."""
    (container,) = template["spec"]["containers"]
    maps = {each["metadata"]["name"]: each["data"] for each in of_kind(manifests, "ConfigMap")}
    given: dict[str, str] = {}
    for source in container.get("envFrom", []):
        if "configMapRef" in source:
            given |= maps[source["configMapRef"]["name"]]
    return given | {each["name"]: each["value"] for each in container.get("env", [])}


def bytes_of(quantity: str) -> int:
    """A Kubernetes quantity such as ``16Gi``."""
    return int(quantity[:-2]) * UNITS[quantity[-2:]]
