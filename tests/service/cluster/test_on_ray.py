"""The application on a real Ray, in two replicas of one core each."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from service.client import PoseAnswer
from service.cluster.app import NAME, app
from service.cluster.connection import check_reachable, connected
from service.cluster.front import REPLICA
from tests.cameras import BUSY_S, MOST, Cameras
from tests.clusters import free_port, ray_here
from tests.running import PATIENCE_S, eventually
from tests.streaming import encoded, message, picture, start
from tests.videos import steady, write_numbered

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")  # of Ray, about its own processes

APPLICATION = "flowpose"
OPTIONS = {
    "min_replicas": 2,
    "max_replicas": 3,
    "upscale_delay_s": 0,
    "downscale_delay_s": 2,
    "look_back_s": 10.5,
    "grace_s": 20,
    "stream_idle_s": BUSY_S,
    "device": "cpu",
}
MANY = 40  # streams; Serve chooses between two replicas drawn by lot
ENVIRONMENT = {"RAY_SERVE_REPLICA_AUTOSCALING_METRIC_PUSH_INTERVAL_S": "1"}
PICTURES = [encoded(picture(n)) for n in range(8)]


class Cluster:
    """What the tests ask of the application on the cluster."""

    def __init__(self, ray: Any, serve: Any, port: int) -> None:
        self.ray = ray
        self.serve = serve
        self.url = f"http://127.0.0.1:{port}"
        self.client = httpx.Client(base_url=self.url, timeout=PATIENCE_S)

    def running(self) -> int:
        """How many replicas Serve says there are."""
        status = self.serve.status().applications[APPLICATION].deployments[NAME]
        return int(status.replica_states.get("RUNNING", 0))

    def open_sockets(self) -> dict[str, int]:
        """How many requests every replica that lives has under way, by its own account."""
        found = {}
        for actor in self.ray.util.list_named_actors(all_namespaces=True):
            if actor["name"].startswith(f"SERVE_REPLICA::{APPLICATION}#"):
                with suppress(ValueError, self.ray.exceptions.RayActorError):  # it is gone by now
                    replica = self.ray.get_actor(**actor)
                    count = self.ray.get(replica.get_num_ongoing_requests.remote(), timeout=PATIENCE_S)
                    found[actor["name"].rpartition("#")[2]] = count
        return found

    def stream(self) -> connect:
        """A socket for a stream, on whatever replica; to be entered."""
        url = self.url.replace("http", "ws") + "/v1/stream"
        return connect(url, compression=None, open_timeout=PATIENCE_S, close_timeout=1)

    def told(self, series: str) -> set[str]:
        """Replicas of which Ray tells Prometheus a series."""
        (node,) = self.ray.nodes()
        url = f"http://{node['NodeManagerAddress']}:{node['MetricsExportPort']}/metrics"
        labels = rf'^ray_{series}{{.*application="{APPLICATION}".*replica="(\w+)"'
        return set(re.findall(labels, httpx.get(url).text, re.MULTILINE))


@pytest.fixture(scope="module")
def cluster(models_dir: Path) -> Iterator[Cluster]:
    with ray_here(cores=3, environment=ENVIRONMENT) as ray:
        from ray import serve

        port = free_port()
        serve.start(http_options={"host": "127.0.0.1", "port": port})
        serve.run(app(OPTIONS), name=APPLICATION)
        cluster = Cluster(ray, serve, port)
        try:
            yield cluster
        finally:
            cluster.client.close()
            serve.shutdown()


@contextmanager
def streams(cluster: Cluster, count: int) -> Iterator[list[ClientConnection]]:
    """So many streams, started one after the other."""
    with ExitStack() as opened:
        started = []
        for _ in range(count):
            started.append(opened.enter_context(cluster.stream()))
            started[-1].send(start(window=2, stale_s=10.0, lookahead=0))
            assert json.loads(started[-1].recv(PATIENCE_S))["type"] == "ready"
        yield started


def replica_of(stream: ClientConnection) -> str:
    assert stream.response is not None
    return str(stream.response.headers[REPLICA])


def ask(stream: ClientConnection, n: int) -> dict[str, Any]:
    """The answer to a picture."""
    stream.send(message(PICTURES[n % len(PICTURES)], n * 40_000))
    answer: dict[str, Any] = json.loads(stream.recv(PATIENCE_S))
    return answer


def assert_told(stream: ClientConnection) -> None:
    """Its last words are that the server goes, and it is closed for that."""
    last = json.loads(stream.recv(PATIENCE_S))
    assert (last["type"], last["problem"]) == ("error", "/problems/going-away")
    assert code_of(stream) == 1012


def code_of(stream: ClientConnection) -> int:
    """Why the connection ends."""
    while True:
        try:
            stream.recv(PATIENCE_S)
        except ConnectionClosed:
            code = stream.close_code
            return 1006 if code is None else code


def test_the_whole_application_answers_and_says_which_replica_did(cluster: Cluster, tmp_path: Path) -> None:
    seen: Counter[str] = Counter()

    def all_have_answered() -> bool:
        answer = cluster.client.get("/readyz")
        assert answer.status_code == 200, answer.text
        seen[answer.headers[REPLICA]] += 1
        return len(seen) >= 2

    assert eventually(all_have_answered)
    video = write_numbered(tmp_path / "small.mp4", steady(8)).read_bytes()
    told = cluster.client.post(
        "/v1/poses?format=ndjson", content=video, headers={"Content-Type": "video/mp4"}
    )
    lines = [json.loads(line) for line in told.text.splitlines()]
    assert [line["index"] for line in lines if line["type"] == "frame"] == list(range(8))
    assert lines[-1]["type"] == "end"
    assert len(told.headers.get_list("X-Request-ID")) == 1
    refused = cluster.client.get("/v1/models", headers={"Host": "evil.example"})
    assert refused.json()["type"] == "/problems/host-refused"


def test_a_cluster_that_is_there_is_found(cluster: Cluster) -> None:
    address = cluster.ray.get_runtime_context().gcs_address
    check_reachable(address)
    with connected(address) as ray:
        assert ray.is_initialized()
    assert cluster.ray.is_initialized(), "a connection that there was is left alone"


def test_jobs_are_refused_where_replicas_do_not_share_them(cluster: Cluster) -> None:
    for method, path in (("GET", "/v1/jobs"), ("POST", "/v1/jobs"), ("GET", "/v1/jobs/" + "0" * 32)):
        answer = cluster.client.request(method, path)
        assert answer.status_code == 501, answer.text
        assert answer.json()["type"] == "/problems/jobs-not-shared"
        assert "FLOWPOSE_STORE" in answer.json()["detail"]


def test_streams_spread_over_the_replicas_and_each_stays_where_it_is(cluster: Cluster) -> None:
    with streams(cluster, 6) as started:
        where = Counter(map(replica_of, started))
        assert len(where) >= 2
        for n in range(3):
            for stream in started:
                answer = ask(stream, n)
                assert (answer["type"], answer["seq"]) == ("pose", n)
            assert eventually(lambda: cluster.open_sockets() == where)


@pytest.mark.parametrize(
    "series", ["pose_sessions_active", "http_requests_total", "pose_stage_seconds_bucket"]
)
def test_ray_tells_the_metrics_of_every_replica(cluster: Cluster, series: str) -> None:
    with streams(cluster, 4) as started:
        for stream in started:
            ask(stream, 0)
        names = {replica_of(stream) for stream in started}
        assert len(names) >= 2
        assert eventually(lambda: cluster.told(series) >= names)


def test_load_starts_a_replica_and_when_it_goes_one_ends_and_tells_its_streams(cluster: Cluster) -> None:
    with ExitStack() as opened:
        started = opened.enter_context(streams(cluster, 17))
        assert eventually(lambda: cluster.running() == 3, BUSY_S)
        while len(left := {replica_of(stream): stream for stream in started}) < 3:
            assert len(started) < MANY, "new streams do not go where there are fewest"
            started += opened.enter_context(streams(cluster, 1))
        for stream in set(started) - set(left.values()):
            stream.close()
        assert eventually(lambda: len(cluster.open_sockets()) == 2, BUSY_S)
        for replica, stream in left.items():
            if replica not in cluster.open_sockets():
                assert_told(stream)
            else:
                assert ask(stream, 0)["seq"] == 0


def test_a_killed_replica_costs_its_own_streams_a_reconnection_and_the_others_nothing(
    cluster: Cluster,
) -> None:
    with streams(cluster, 4) as started, Cameras(cluster.url) as cameras:
        bare = Counter(map(replica_of, started))
        while not all(count > bare[name] for name, count in cluster.open_sockets().items()):
            cameras.add()  # until there is one on every replica
            assert len(cameras.seen) < MOST
        before = set(cluster.open_sockets())
        replicas()[0].kill()
        assert cameras.further()
        assert eventually(lambda: len(before - set(cluster.open_sockets())) == 1)
        gone = before - set(cluster.open_sockets())
        for stream in started:
            if replica_of(stream) in gone:
                assert code_of(stream) == 1006  # cut, without a word
            else:
                assert [ask(stream, n)["seq"] for n in range(3)] == [0, 1, 2]
        ended = cameras.stop()
    assert any(stream.connections > 1 for stream in ended)
    assert any(stream.connections == 1 for stream in ended)
    for answers, stream in zip(cameras.seen, ended, strict=True):
        assert stream.end is not None
        for stage in ("provisional", "final"):
            told = [each.seq for each in answers if isinstance(each, PoseAnswer) and each.stage == stage]
            assert told == list(range(stream.end.received))
        assert stream.end.dropped == {}


def replicas() -> list[psutil.Process]:
    """The processes of Serve's replicas."""
    processes = psutil.Process().children(recursive=True)
    return [each for each in processes if each.name().startswith("ray::ServeReplica")]


def test_replicas_that_serve_stops_tell_their_streams(cluster: Cluster) -> None:
    with streams(cluster, 4) as started, ThreadPoolExecutor() as threads:
        deleting = threads.submit(cluster.serve.delete, APPLICATION)
        for stream in started:
            assert_told(stream)
        deleting.result(BUSY_S)
    assert eventually(lambda: not replicas(), BUSY_S)
