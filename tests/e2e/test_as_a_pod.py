"""The service with the very settings of a pod of deploy/kubernetes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from service.access.key import Key, digest_of, new_secret
from service.access.key_file import write_keys
from service.access.limits import KeyLimits
from service.client import FlowPose, PoseAnswer
from service.settings import Settings, read_settings
from tests.deploy.manifests import FOLDER, render, settings_of, templates
from tests.running import RunningServer, pulled_networks
from tests.streaming import encoded, picture

LAB, WATCHER = new_secret(), new_secret()
AS_LAB = {"Authorization": f"Bearer {LAB}"}
ELSEWHERE = {"Host": "10.1.2.3:8000"}  # how a probe calls a pod


@pytest.fixture(scope="module")
def pod(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """One of the many of the overlay `cpu`; only its folders are others, and its key file."""
    folder = tmp_path_factory.mktemp("pod")
    pulled_networks()
    settings = _chosen()
    for name, moved in (("keys", folder / "keys.jsonl"), ("jobs_dir", str(folder / "jobs"))):
        settings[name] = moved
    nothing = KeyLimits(max_videos=0, max_streams=0, max_jobs=0)
    write_keys(settings["keys"], [_key("lab", LAB), _key("watcher", WATCHER, nothing)])  # type: ignore[arg-type]
    with RunningServer(tmp_path_factory.mktemp("temp"), **settings) as running:
        yield running


def _chosen() -> dict[str, object]:
    manifests = render(FOLDER / "overlays/cpu")
    (template,) = (each for name, each in templates(manifests) if name == "flowpose")
    given = settings_of(manifests, template)
    named = {name.removeprefix("FLOWPOSE_").lower(): value for name, value in given.items()}
    settings = read_settings(**named)
    fields = named.keys() & Settings.model_fields.keys() - {"temp_dir"}
    return {name: getattr(settings, name) for name in fields}


def _key(name: str, secret: str, limits: KeyLimits | None = None) -> Key:
    made = {"name": name, "sha256": digest_of(secret), "created": datetime.now(UTC)}
    return Key(**made, **({"limits": limits} if limits else {}))  # type: ignore[arg-type]


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
def test_probes_need_no_key_and_no_name(pod: RunningServer, path: str) -> None:
    assert pod.client.get(path, headers=ELSEWHERE).status_code == 200


def test_nobody_gets_work_done_without_a_key(pod: RunningServer, small: Path) -> None:
    assert pod.client.post("/v1/poses", content=small.read_bytes()).status_code == 401


def test_videos_and_streams_are_worked_on(pod: RunningServer, small: Path) -> None:
    done = pod.client.post("/v1/poses?window=1", content=small.read_bytes(), headers=AS_LAB)
    assert done.status_code == 200

    async def answers() -> list[object]:
        shots = ((n / 10, encoded(picture(n))) for n in range(3))
        return [each async for each in FlowPose(pod.url, key=LAB).stream(shots, lookahead=0)]

    assert any(isinstance(each, PoseAnswer) for each in asyncio.run(answers()))


def test_jobs_are_another_pods(pod: RunningServer, small: Path) -> None:
    client: httpx.Client = pod.client
    for answer in (
        client.post("/v1/jobs", content=small.read_bytes(), headers=AS_LAB),
        client.get("/v1/jobs", headers=AS_LAB),
    ):
        assert answer.status_code == 501
        assert answer.json()["type"].endswith("/jobs-not-shared")


def test_a_watcher_sees_what_the_autoscaler_reads_and_may_do_no_more(pod: RunningServer, small: Path) -> None:
    as_watcher = {"Authorization": f"Bearer {WATCHER}"}
    text = pod.client.get("/metrics", headers=as_watcher).text
    for metric in ("pose_sessions_active 0.0", "pose_videos_active 0.0", "pose_queue_depth 0.0"):
        assert metric in text
    assert "pose_jobs{" not in text
    refused = pod.client.post("/v1/poses", content=small.read_bytes(), headers=as_watcher)
    assert refused.status_code == 403
