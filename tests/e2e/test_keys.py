"""A service that asks for keys, over real sockets: who is let in, and for how much."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import ConnectionClosed

from service.access.key import Key, digest_of, new_secret
from service.access.key_file import read_keys, write_keys
from service.access.limits import KeyLimits
from service.access.problems import KeysUnusable
from tests.running import RunningServer, eventually, pulled_networks
from tests.streaming import StreamClient, encoded, picture, start

LAB, BENCH, LATE, GUEST, GONE = (new_secret() for _ in range(5))
MP4 = {"Content-Type": "video/mp4"}
FAST = {"window": 0, "flow": "none"}
SLOW = {"flow": "deepflow", "lookahead": "0", "format": "ndjson"}  # minutes of work


def key(name: str, secret: str, expires: datetime | None = None, **limits: float) -> Key:
    own = KeyLimits(**limits)  # type: ignore[arg-type]
    now = datetime.now(UTC)
    return Key(name=name, sha256=digest_of(secret), created=now, expires=expires, limits=own)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("keys") / "keys.jsonl"
    keys = (
        key("lab", LAB, max_videos=1, max_streams=1),
        key("bench", BENCH, max_videos=1, max_seconds=1.5, max_upload_bytes=900_000, max_pixels=150_000),
        key("late", LATE, expires=datetime.now(UTC) - timedelta(seconds=1)),
        key("guest", GUEST, max_streams=0, requests_per_s=0.01, request_burst=3),
        key("gone", GONE),
    )
    write_keys(path, keys)
    return path


@pytest.fixture(scope="module")
def locked(file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    pulled_networks()
    with RunningServer(tmp_path_factory.mktemp("uploads"), device="cpu", keys=file) as running:
        yield running


def bearing(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


def models(server: RunningServer, headers: dict[str, str]) -> httpx.Response:
    return server.client.get("/v1/models", headers=headers)


@pytest.mark.parametrize(
    ("headers", "problem"),
    [
        ({}, "key-missing"),
        ({"Authorization": "Basic bGFiOmxhYg=="}, "key-missing"),
        ({"Authorization": "Bearer"}, "key-missing"),
        (bearing("fp_nonsense"), "key-refused"),
        (bearing(new_secret()), "key-refused"),
        (bearing(LATE), "key-refused"),
    ],
)
def test_who_shows_no_good_key_is_refused_by_name(
    locked: RunningServer, headers: dict[str, str], problem: str
) -> None:
    refused = models(locked, headers)
    assert (refused.status_code, refused.json()["type"]) == (401, f"/problems/{problem}")
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.headers["www-authenticate"].startswith('Bearer realm="flowpose"')
    assert ("invalid_token" in refused.headers["www-authenticate"]) == (problem == "key-refused")
    posted = locked.client.post("/v1/images", content=encoded(picture(0)), headers=headers)
    assert (posted.status_code, locked.uploads()) == (401, [])


def test_a_key_in_the_address_is_no_key(locked: RunningServer) -> None:
    assert locked.client.get("/v1/models", params={"key": LAB}).status_code == 401


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_who_shows_a_key_is_served(locked: RunningServer, scheme: str) -> None:
    assert models(locked, {"Authorization": f"{scheme} {LAB}"}).status_code == 200


@pytest.mark.parametrize(
    "path", ["/livez", "/readyz", "/", "/web/js/main.js", "/docs", "/problems/key-missing"]
)
def test_what_is_no_work_needs_no_key(locked: RunningServer, path: str) -> None:
    answer = locked.client.get(path)
    assert answer.status_code == 200
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("asked_from", "status"),
    [(None, 200), ("127.0.0.1", 200), ("203.0.113.7", 401)],  # by a trusted proxy's word
)
def test_metrics_are_for_this_machine_or_a_key(
    locked: RunningServer, asked_from: str | None, status: int
) -> None:
    headers = {} if asked_from is None else {"X-Forwarded-For": asked_from}
    assert locked.client.get("/metrics", headers=headers).status_code == status
    assert locked.client.get("/metrics", headers=headers | bearing(LAB)).status_code == 200


def test_every_path_of_work_needs_a_key_and_so_does_what_does_not_exist(locked: RunningServer) -> None:
    paths = locked.client.get("/openapi.json").json()["paths"]
    work = [(path, method) for path, item in paths.items() for method in item if path.startswith("/v1/")]
    assert len(work) >= 5
    for path, method in [*work, ("/v1/none-such", "get"), ("//v1/poses", "post")]:
        assert locked.client.request(method, path).status_code == 401, path
    for path, method in work:
        assert "401" in paths[path][method]["responses"], path
        assert paths[path][method]["security"] == [{"HTTPBearer": []}], path


def test_a_key_has_limits_of_its_own(locked: RunningServer, small: Path, long: Path) -> None:
    def posted(secret: str, body: bytes) -> httpx.Response:
        return locked.client.post("/v1/poses", content=body, headers=MP4 | bearing(secret), params=FAST)

    assert posted(LAB, small.read_bytes()).status_code == 200
    assert posted(BENCH, small.read_bytes()).status_code == 200
    assert posted(BENCH, bytes(900_001)).json()["type"] == "/problems/too-large"
    assert posted(BENCH, long.read_bytes()).json()["type"] in (
        "/problems/video-too-long",
        "/problems/too-large",
    )
    image = locked.client.post("/v1/images", content=encoded(picture(0)), headers=bearing(BENCH))
    assert image.status_code == 200  # 384 x 384
    big = encoded(picture(0).repeat(2, axis=0))
    refused = locked.client.post("/v1/images", content=big, headers=bearing(BENCH))
    assert refused.json()["type"] == "/problems/picture-too-large"
    assert locked.client.post("/v1/images", content=big, headers=bearing(LAB)).status_code == 200


def test_two_keys_have_places_of_their_own(locked: RunningServer, long: Path, small: Path) -> None:
    body, video = long.read_bytes(), small.read_bytes()
    with httpx.stream(
        "POST", f"{locked.url}/v1/poses", content=body, headers=MP4 | bearing(LAB), params=SLOW, timeout=60
    ) as response:
        lines = response.iter_lines()
        next(lines)
        mine = locked.client.post("/v1/poses", content=video, headers=MP4 | bearing(LAB), params=FAST)
        assert (mine.status_code, mine.json()["type"]) == (429, "/problems/quota-used")
        assert int(mine.headers["retry-after"]) > 0
        other = locked.client.post("/v1/poses", content=video, headers=MP4 | bearing(BENCH), params=FAST)
        assert other.status_code == 200
    assert eventually(lambda: locked.uploads() == [])
    again = locked.client.post("/v1/poses", content=video, headers=MP4 | bearing(LAB), params=FAST)
    assert again.status_code == 200


def test_requests_are_counted_by_key_and_told(locked: RunningServer) -> None:
    told = [models(locked, bearing(GUEST)) for _ in range(3)]
    assert [answer.status_code for answer in told] == [200] * 3
    assert {answer.headers["ratelimit-policy"] for answer in told} == {'"requests";q=3;w=300'}
    assert [answer.headers["ratelimit"].split(";t=")[0] for answer in told] == [
        f'"requests";r={left}' for left in (2, 1, 0)
    ]
    refused = models(locked, bearing(GUEST))
    assert (refused.status_code, refused.json()["type"]) == (429, "/problems/too-many-requests")
    assert 90 <= int(refused.headers["retry-after"]) <= 100
    assert refused.headers["ratelimit"].startswith('"requests";r=0;t=')
    free = models(locked, bearing(LAB))
    assert free.status_code == 200
    assert "ratelimit" not in free.headers


@pytest.mark.parametrize("way", ["header", "subprotocol", "message"])
def test_a_stream_takes_its_key_in_three_ways(locked: RunningServer, way: str) -> None:
    headers = bearing(LAB) if way == "header" else None
    protocols = ("flowpose.v1", f"bearer.{LAB}") if way == "subprotocol" else ()
    with StreamClient(locked, headers=headers, protocols=protocols) as client:
        assert client.start(flow="none", **({"key": LAB} if way == "message" else {}))["type"] == "ready"
        assert client.socket.subprotocol == ("flowpose.v1" if way == "subprotocol" else None)
        client.stop()
    assert eventually(lambda: locked.streams.open == 0)


@pytest.mark.parametrize(
    ("shown", "problem", "status"),
    [
        ({}, "key-missing", 401),
        ({"key": "fp_nonsense"}, "key-refused", 401),
        ({"headers": bearing("fp_nonsense"), "key": LAB}, "key-refused", 401),
        ({"protocols": ("flowpose.v1", "bearer.fp_nonsense")}, "key-refused", 401),
        ({"headers": bearing(LATE)}, "key-refused", 401),
        ({"headers": bearing(BENCH), "origin": "https://evil.example"}, "origin-refused", 403),
    ],
)
def test_a_stream_without_a_good_key_is_told_and_closed(
    locked: RunningServer, shown: dict[str, object], problem: str, status: int
) -> None:
    said = {name: shown.pop(name) for name in ("key",) if name in shown}
    with StreamClient(locked, **shown) as client:  # type: ignore[arg-type]
        with suppress(ConnectionClosed):  # refused by its head, before it is asked
            client.socket.send(start(flow="none", **said))
        (told,) = client.rest()
        assert (told["problem"], told["status"]) == (f"/problems/{problem}", status)
        assert client.code == 1008
    assert locked.streams.open == 0


def test_streams_are_counted_by_key_and_may_be_forbidden(locked: RunningServer) -> None:
    with (
        StreamClient(locked, headers=bearing(LAB)) as first,
        StreamClient(locked, headers=bearing(LAB)) as more,
    ):
        first.start(flow="none")
        assert more.start(flow="none")["problem"] == "/problems/quota-used"
        assert more.rest() == []
        assert more.code == 1013
        with StreamClient(locked, headers=bearing(BENCH)) as other:
            assert other.start(flow="none")["limits"]["max_pixels"] == 150_000
            other.stop()
        first.stop()
    assert eventually(lambda: locked.streams.open == 0)


def test_a_kind_of_which_there_may_be_none_is_forbidden(
    file: Path, locked: RunningServer, caplog: pytest.LogCaptureFixture
) -> None:
    secret = new_secret()
    write_keys(file, (*read_keys(file), key("pictures", secret, max_streams=0)))
    with StreamClient(locked, headers=bearing(secret)) as client:
        told = client.start(flow="none")
        assert (told["problem"], told["status"]) == ("/problems/key-forbids", 403)
        assert client.rest() == []
        assert client.code == 1008
    assert "the file of keys changed: 6 keys" in caplog.text


def test_a_key_that_is_removed_is_refused_at_once_and_its_streams_end(
    file: Path, locked: RunningServer
) -> None:
    with StreamClient(locked, headers=bearing(GONE)) as client:
        client.start(flow="none")
        assert models(locked, bearing(GONE)).status_code == 200
        write_keys(file, [each for each in read_keys(file) if each.name != "gone"])
        assert models(locked, bearing(GONE)).json()["type"] == "/problems/key-refused"
        (told,) = client.rest()
        assert (told["problem"], client.code) == ("/problems/key-refused", 1008)
    assert models(locked, bearing(LAB)).status_code == 200


def test_a_broken_file_leaves_the_keys_that_were_good(
    file: Path, locked: RunningServer, caplog: pytest.LogCaptureFixture
) -> None:
    good = file.read_bytes()
    file.write_text("this is no key\n")
    assert models(locked, bearing(LAB)).status_code == 200
    assert models(locked, bearing(new_secret())).status_code == 401
    assert [record.levelno for record in caplog.records if "cannot be used" in record.message] == [
        logging.ERROR
    ]
    file.unlink()
    assert models(locked, bearing(LAB)).status_code == 200
    file.write_bytes(good)
    assert models(locked, bearing(LAB)).status_code == 200


def test_the_service_does_not_start_without_its_file_of_keys(tmp_path: Path) -> None:
    with pytest.raises(KeysUnusable, match=r"none\.jsonl: No such file"):
        RunningServer(tmp_path, keys=tmp_path / "none.jsonl")
