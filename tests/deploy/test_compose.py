"""The compose files: valid, and as strict as they say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.deploy.tools import ROOT, run_tool

BASE, GPU = "docker-compose.yml", "compose.gpu.yaml"
PODMAN = "#!/bin/sh\necho podman version 5.0.0\n"


@pytest.fixture
def bin_folder(tmp_path: Path) -> Path:
    """A folder with a `podman` that only tells its version: podman-compose asks before it parses anything."""
    program = tmp_path / "podman"
    program.write_text(PODMAN)
    program.chmod(0o755)
    return tmp_path


@pytest.mark.parametrize("file", [BASE, GPU])
def test_a_file_is_of_the_compose_schema(file: str) -> None:
    done = run_tool("check-jsonschema", "--builtin-schema", "vendor.compose-spec", file)
    assert done.returncode == 0, done.stdout


def test_the_schema_is_really_asked(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("services: {flowpose: {read_only: perhaps, portz: []}}")
    assert run_tool("check-jsonschema", "--builtin-schema", "vendor.compose-spec", wrong).returncode == 1


@pytest.mark.parametrize("files", [(BASE,), (BASE, GPU)])
def test_every_service_is_locked_in(files: tuple[str, ...], bin_folder: Path) -> None:
    for name, service in _services(files, bin_folder, "--profile", "metrics").items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert "no-new-privileges:true" in service["security_opt"], name
        assert not service["user"].startswith("0"), name
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", [])), name


def test_only_the_gpu_file_asks_for_a_gpu(bin_folder: Path) -> None:
    (cpu, gpu) = (_services(files, bin_folder)["flowpose"] for files in ((BASE,), (BASE, GPU)))
    assert "deploy" not in cpu
    assert cpu["build"]["target"] == "cpu"
    (device,) = gpu["deploy"]["resources"]["reservations"]["devices"]
    assert device == {"driver": "nvidia", "count": 1, "capabilities": ["gpu"]}
    assert gpu["build"]["target"] == "gpu"
    assert gpu["environment"]["FLOWPOSE_DEVICE"] == "cuda"


def test_metrics_are_for_those_who_ask(bin_folder: Path) -> None:
    services = _services((BASE,), bin_folder, "--profile", "metrics")
    assert {name for name, service in services.items() if not service.get("profiles")} == {"flowpose"}
    assert {name for name, service in services.items() if service.get("profiles") == ["metrics"]} == {
        "grafana",
        "prometheus",
    }


def test_images_of_others_are_pinned_by_digest(bin_folder: Path) -> None:
    services = _services((BASE,), bin_folder, "--profile", "metrics")
    for image in (service["image"] for service in services.values() if "build" not in service):
        assert "@sha256:" in image


def test_what_is_mounted_is_there(bin_folder: Path) -> None:
    services = _services((BASE,), bin_folder, "--profile", "metrics")
    sources = [volume.split(":")[0] for service in services.values() for volume in service["volumes"]]
    files = [source for source in sources if source.startswith((".", "/"))]
    assert len(files) == 3
    for file in files:
        assert (ROOT / file).exists(), file


def _services(files: tuple[str, ...], bin_folder: Path, *options: str) -> dict[str, Any]:
    """The services after the files are merged and their variables set, by a compose implementation."""
    chosen = [part for file in files for part in ("--file", file)]
    done = run_tool("podman-compose", *chosen, *options, "config", path=bin_folder)
    assert done.returncode == 0, done.stderr
    services: dict[str, Any] = yaml.safe_load(done.stdout)["services"]
    return services
