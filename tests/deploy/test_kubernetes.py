"""The manifests: what Kubernetes's own schemas, the Dockerfile and the service's settings say of them."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType

import pytest

from service.api import health
from service.settings import Settings, read_settings
from service.stopping import KERNEL_LATER
from tests.deploy.manifests import (
    FOLDER,
    OVERLAYS,
    PLAIN,
    Manifest,
    bytes_of,
    of_kind,
    settings_of,
    templates,
)
from tests.deploy.tools import ROOT, run_tool

VERSIONS = ("1.30", "1.37")
DOCKERFILE = (ROOT / "Dockerfile").read_text()
OF_OTHERS = {"RayService", "HTTPRoute", "PodMonitor"}  # kinds that Kubernetes itself does not have


@pytest.fixture(scope="module")
def kubernetes() -> ModuleType:
    """Validates by the published schemas."""
    module: ModuleType = pytest.importorskip("kubernetes_validate")
    return module


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("overlay", OVERLAYS)
def test_an_overlay_is_of_kubernetes_schemas(
    overlay: str, version: str, rendered: dict[str, list[Manifest]], kubernetes: ModuleType
) -> None:
    for manifest in rendered[overlay]:
        if manifest["kind"] not in OF_OTHERS:
            kubernetes.validate(manifest, version, strict=True)
    for _, template in templates(rendered[overlay]):
        kubernetes.validate({**template, "apiVersion": "v1", "kind": "Pod"}, version, strict=True)


def test_all_components_fit_together(whole: list[Manifest], kubernetes: ModuleType) -> None:
    for manifest in whole:
        if manifest["kind"] not in OF_OTHERS:
            kubernetes.validate(manifest, VERSIONS[-1], strict=True)
    assert {each["kind"] for each in whole} >= {"Ingress", "HTTPRoute", "PodMonitor"}
    assert len(of_kind(whole, "HorizontalPodAutoscaler")[0]["spec"]["metrics"]) == 4
    assert {template["spec"]["runtimeClassName"] for _, template in templates(whole)} == {"nvidia"}


def test_the_schemas_are_really_asked(rendered: dict[str, list[Manifest]], kubernetes: ModuleType) -> None:
    (deployment,) = of_kind(rendered["cpu"], "Deployment")
    with pytest.raises(kubernetes.ValidationError):
        kubernetes.validate({**deployment, "speck": {}}, VERSIONS[-1], strict=True)


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_pod_keeps_to_the_restricted_standard(
    overlay: str, rendered: dict[str, list[Manifest]]
) -> None:
    (user,) = set(re.findall(r"^USER (\d+:\d+)$", DOCKERFILE, re.MULTILINE))
    (namespace,) = of_kind(rendered[overlay], "Namespace")
    assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"
    for name, template in templates(rendered[overlay]):
        pod = template["spec"]["securityContext"]
        assert f"{pod['runAsUser']}:{pod['runAsGroup']}" == user, name
        assert pod["fsGroup"] == pod["runAsGroup"], name
        assert (pod["runAsNonRoot"], pod["seccompProfile"]) == (True, {"type": "RuntimeDefault"}), name
        (container,) = template["spec"]["containers"]
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }, name


def test_only_ray_s_head_may_talk_to_kubernetes(rendered: dict[str, list[Manifest]]) -> None:
    talking = [
        name
        for overlay in OVERLAYS
        for name, template in templates(rendered[overlay])
        if template["spec"].get("automountServiceAccountToken", True)
    ]
    assert talking == ["head"]  # its autoscaler asks for pods


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_settings_are_those_of_the_service(
    overlay: str, rendered: dict[str, list[Manifest]], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, template in templates(rendered[overlay]):
        given = settings_of(rendered[overlay], template)
        named = {each for each in given if each.startswith("FLOWPOSE_")}
        assert named <= {f"FLOWPOSE_{field.upper()}" for field in Settings.model_fields}, name
        with monkeypatch.context() as environment:
            for each in named:
                environment.setenv(each, given[each])
            settings = read_settings()
        _check_room(template, settings)
        _check_end(template["spec"], settings)
        assert settings.keys is not None
        assert any(Path(mount["mountPath"]) == settings.keys.parent for mount in _mounts(template))


def _check_room(template: Manifest, settings: Settings) -> None:
    """As many videos as may come find room, and none of it makes the node put the pod out."""
    volumes = {each["name"]: each.get("emptyDir", {}) for each in template["spec"]["volumes"]}
    room = {name: bytes_of(each["sizeLimit"]) for name, each in volumes.items() if each}
    assert room["tmp"] >= 2 * settings.max_videos * settings.max_upload_bytes
    (container,) = template["spec"]["containers"]
    assert bytes_of(container["resources"]["limits"]["ephemeral-storage"]) >= sum(room.values())


def _check_end(pod: Manifest, settings: Settings) -> None:
    """A pod that is to end has the service's own time for it."""
    stop = pod["containers"][0].get("lifecycle", {}).get("preStop", {}).get("exec", {}).get("command")
    wait_s = int(stop[1]) if stop else 0
    assert pod["terminationGracePeriodSeconds"] > wait_s + KERNEL_LATER * settings.grace_s


def _mounts(template: Manifest) -> list[dict[str, str]]:
    (container,) = template["spec"]["containers"]
    mounts: list[dict[str, str]] = container["volumeMounts"]
    return mounts


@pytest.mark.parametrize("overlay", PLAIN)
def test_probes_ask_what_the_service_answers(overlay: str, rendered: dict[str, list[Manifest]]) -> None:
    routes = {route.path for route in health.router.routes}  # type: ignore[attr-defined]
    for name, template in templates(rendered[overlay]):
        (container,) = template["spec"]["containers"]
        probes = {kind: container[f"{kind}Probe"] for kind in ("startup", "readiness", "liveness")}
        paths = {kind: probe["httpGet"]["path"] for kind, probe in probes.items()}
        assert paths == {"startup": "/readyz", "readiness": "/readyz", "liveness": "/livez"}, name
        assert set(paths.values()) <= routes
        assert {probe["httpGet"]["port"] for probe in probes.values()} == {"http"}


@pytest.mark.parametrize("overlay", PLAIN)
def test_the_first_start_has_as_long_as_the_image_says(
    overlay: str, rendered: dict[str, list[Manifest]]
) -> None:
    (start_s,) = {int(each) for each in re.findall(r"--start-period=(\d+)s", DOCKERFILE)}
    for _, template in templates(rendered[overlay]):
        probe = template["spec"]["containers"][0]["startupProbe"]
        assert probe["failureThreshold"] * probe["periodSeconds"] > start_s


def test_images_are_those_that_the_dockerfiles_make(rendered: dict[str, list[Manifest]]) -> None:
    more = (FOLDER / "more.Dockerfile").read_text()
    images = {name: _images(rendered[name]) for name in OVERLAYS}
    assert images == {"cpu": {"flowpose:cpu"}, "gpu": {"flowpose:gpu"}, "ray": {"flowpose:ray"}}
    assert re.search(r"^FROM service AS cpu$", DOCKERFILE, re.MULTILINE)
    assert re.search(r"^FROM service AS gpu$", DOCKERFILE, re.MULTILINE)
    assert "-t flowpose:ray " in more
    assert more.rstrip().endswith("USER 10001:10001")


def _images(manifests: list[Manifest]) -> set[str]:
    return {template["spec"]["containers"][0]["image"] for _, template in templates(manifests)}


def test_hadolint_has_nothing_to_say() -> None:
    done = run_tool("hadolint", FOLDER / "more.Dockerfile")
    assert done.returncode == 0, done.stdout


def test_only_the_gpu_overlay_asks_for_a_gpu(rendered: dict[str, list[Manifest]]) -> None:
    for overlay in OVERLAYS:
        for _, template in templates(rendered[overlay]):
            limits = template["spec"]["containers"][0]["resources"]["limits"]
            assert limits.get("nvidia.com/gpu") == ("1" if overlay == "gpu" else None)
