"""Jobs over HTTP, on the real server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.running import RunningServer, eventually
from tests.videos import truncate

MP4 = {"Content-Type": "video/mp4"}
QUICK = {"window": 2, "model": "blazepose-full"}
SLOW = {"window": 15}  # the long video takes a while


@pytest.fixture
def client(server: RunningServer) -> Iterator[httpx.Client]:
    """A client; the test fails if an upload or a job is left."""
    client = server.client
    yield client
    for job in client.get("/v1/jobs").json()["jobs"]:
        client.delete(job["links"]["self"])
    assert server.uploads() == []
    assert client.get("/v1/jobs").json() == {"jobs": [], "next": None}


def submit(client: httpx.Client, video: Path, **query: Any) -> dict[str, Any]:
    response = client.post("/v1/jobs", content=video.read_bytes(), headers=MP4, params=QUICK | query)
    assert response.status_code == 202, response.text
    job: dict[str, Any] = response.json()
    assert response.headers["location"] == job["links"]["self"] == f"/v1/jobs/{job['id']}"
    return job


def ended(client: httpx.Client, job: dict[str, Any]) -> dict[str, Any]:
    def over() -> bool:
        nonlocal job
        job = client.get(job["links"]["self"]).json()
        return job["state"] in ("succeeded", "failed")

    assert eventually(over)
    return job


def lines(client: httpx.Client, job: dict[str, Any], **query: Any) -> list[bytes]:
    answer = client.get(job["links"]["results"], params=query)
    assert answer.headers["content-type"] == "application/x-ndjson"
    return answer.content.splitlines()


def problem(response: httpx.Response) -> tuple[int, str]:
    assert response.headers["content-type"] == "application/problem+json"
    return response.status_code, response.json()["type"].removeprefix("/problems/")


def test_a_job_has_the_lines_of_the_request(client: httpx.Client, person: Path) -> None:
    asked = client.post(
        "/v1/poses", content=person.read_bytes(), headers=MP4, params=QUICK | {"format": "ndjson"}
    )
    header, *frames, _ = [line for line in asked.content.splitlines() if b'"type":"progress"' not in line]
    job = ended(client, submit(client, person))
    assert (job["state"], job["frames"], job["progress"], job["error"]) == ("succeeded", 20, 1.0, None)
    assert job["options"]["window"] == 2
    assert job["video_bytes"] == person.stat().st_size
    first, *got, end = lines(client, job)
    assert (first, got) == (header, frames)
    assert json.loads(end) | {"seconds": 0, "fps": 0} == {"type": "end", "frames": 20, "seconds": 0, "fps": 0}
    assert lines(client, job, from_frame=17) == [header, *frames[17:], end]
    assert lines(client, job, from_frame=99) == [header, end]


def test_results_come_in_the_formats_of_the_request(client: httpx.Client, person: Path) -> None:
    job = ended(client, submit(client, person))
    for format_ in ("csv", "coco", "trc"):
        asked = client.post(
            "/v1/poses", content=person.read_bytes(), headers=MP4, params=QUICK | {"format": format_}
        )
        got = client.get(job["links"]["results"], params={"format": format_})
        assert got.headers["content-type"] == asked.headers["content-type"]
        assert len(got.content.splitlines()) == len(asked.content.splitlines())
    assert got.content == asked.content, "TRC has what the lines have"
    drawn = client.get(job["links"]["results"], params={"format": "mp4"})
    assert (drawn.status_code, drawn.headers["content-type"]) == (200, "video/mp4")
    for wrong in ({"format": "csv", "follow": True}, {"format": "mp4", "from_frame": 1}):
        refused = client.get(job["links"]["results"], params=wrong)
        assert problem(refused) == (422, "parameters-invalid")
    empty = client.post("/v1/jobs", params={"upload": "resumable"}).json()
    assert problem(client.get(empty["links"]["results"], params={"format": "csv"})) == (409, "nothing-yet")


def test_a_form_is_taken_as_well(client: httpx.Client, small: Path) -> None:
    response = client.post("/v1/jobs", files={"file": small.read_bytes()}, params=QUICK)
    assert response.status_code == 202
    assert ended(client, response.json())["frames"] == 8


def test_results_can_be_followed_to_the_end(client: httpx.Client, person: Path) -> None:
    job = submit(client, person)
    with client.stream("GET", job["links"]["results"], params={"follow": True}) as answer:
        got = [json.loads(line) for line in answer.iter_lines()]
    assert [line["type"] for line in got] == ["header", *["frame"] * 20, "end"]
    assert [line["index"] for line in got[1:-1]] == list(range(20))


def test_events_tell_how_it_goes_and_end_with_it(client: httpx.Client, person: Path) -> None:
    job = submit(client, person)
    with client.stream("GET", job["links"]["events"]) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        got = list(_events(answer.iter_lines()))
    assert got[-1]["event"] == "state"
    assert json.loads(got[-1]["data"])["state"] == "succeeded"
    ids = [int(event["id"]) for event in got]
    assert ids == sorted(set(ids))
    again = client.get(job["links"]["events"], headers={"Last-Event-ID": got[-1]["id"]})
    assert (again.status_code, again.content) == (204, b"")
    late = client.get(job["links"]["events"], headers={"Last-Event-ID": "1"})
    assert [event["id"] for event in _events(iter(late.text.splitlines()))] == [got[-1]["id"]]


def _events(lines: Iterator[str]) -> Iterator[dict[str, str]]:
    event: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(": ")
        if name:
            event[name] = value
        elif "id" in event:
            yield event
            event = {}


def test_a_running_job_gives_what_it_has_and_is_deleted(client: httpx.Client, long: Path) -> None:
    job = submit(client, long, **SLOW)
    with client.stream("GET", job["links"]["events"]) as events:
        assert eventually(lambda: client.get(job["links"]["self"]).json()["frames"] > 0)
        now = client.get(job["links"]["self"]).json()
        assert now["state"] == "running"
        assert 0 < now["progress"] < 1
        assert now["eta_s"] > 0
        kinds = [json.loads(line)["type"] for line in lines(client, job)]
        assert kinds[:2] == ["header", "frame"]
        assert kinds[-1] == "progress"
        assert client.delete(job["links"]["self"]).status_code == 204
        assert list(events.iter_lines())[-3] == "event: deleted"
    assert problem(client.delete(job["links"]["self"])) == (404, "job-unknown")
    assert problem(client.get(job["links"]["results"])) == (404, "job-unknown")


def test_the_same_key_is_the_same_job(client: httpx.Client, small: Path) -> None:
    def post(**query: Any) -> httpx.Response:
        headers = MP4 | {"Idempotency-Key": "mine"}
        return client.post("/v1/jobs", content=small.read_bytes(), headers=headers, params=QUICK | query)

    first, again = post(), post()
    assert (again.status_code, again.json()["id"]) == (202, first.json()["id"])
    assert problem(post(window=3)) == (409, "idempotency-key-taken")
    ended(client, first.json())


def test_a_video_comes_in_parts_and_goes_on_after_a_break(client: httpx.Client, small: Path) -> None:
    body = small.read_bytes()
    begun = client.post("/v1/jobs", params=QUICK | {"upload": "resumable"})
    assert (begun.status_code, begun.headers["upload-offset"], begun.headers["upload-complete"]) == (
        201,
        "0",
        "?0",
    )
    assert begun.json()["state"] == "uploading"
    there = begun.headers["location"]
    part = {"Content-Type": "application/partial-upload", "Upload-Complete": "?0"}
    added = client.patch(there, content=body[:1000], headers=part | {"Upload-Offset": "0"})
    assert (added.status_code, added.headers["upload-offset"]) == (204, "1000")
    wrong = client.patch(there, content=body[900:], headers=part | {"Upload-Offset": "900"})
    assert problem(wrong) == (409, "mismatching-upload-offset")
    asked = client.head(there)
    assert (asked.status_code, asked.headers["upload-offset"], asked.headers["upload-complete"]) == (
        204,
        "1000",
        "?0",
    )
    last = part | {"Upload-Offset": "1000", "Upload-Complete": "?1"}
    done = client.patch(there, content=body[1000:], headers=last)
    assert done.status_code == 202
    assert client.head(there).headers["upload-complete"] == "?1"
    assert problem(client.patch(there, content=b"x", headers=last)) == (409, "completed-upload")
    assert ended(client, done.json())["frames"] == 8


def test_an_upload_without_bytes_is_no_video(client: httpx.Client) -> None:
    there = client.post("/v1/jobs", params={"upload": "resumable"}).headers["location"]
    whole = {"Upload-Offset": "0", "Upload-Complete": "?1"}
    assert problem(client.patch(there, headers=whole)) == (400, "empty-body")
    assert problem(client.patch(there, content=b"abc")) == (422, "parameters-invalid")


def test_jobs_are_listed_in_pages(client: httpx.Client, small: Path) -> None:
    made = [client.post("/v1/jobs", params={"upload": "resumable"}).json()["id"] for _ in range(3)]
    page = client.get("/v1/jobs", params={"limit": 2}).json()
    rest = client.get("/v1/jobs", params={"limit": 2, "after": page["next"]}).json()
    assert [job["id"] for job in page["jobs"] + rest["jobs"]] == made[::-1]
    assert rest["next"] is None
    assert client.get("/v1/jobs", params={"state": "running"}).json()["jobs"] == []


def test_a_damaged_video_gives_what_can_be_read(client: httpx.Client, person: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(person.read_bytes())
    truncate(cut, 0.6)
    job = ended(client, submit(client, cut))
    assert job["state"] == "succeeded"
    assert job["error"]["type"] == "/problems/video-damaged"
    assert json.loads(lines(client, job)[-1])["problem"] == "/problems/video-damaged"


def test_what_is_no_video_fails_as_the_request_does(client: httpx.Client, tmp_path: Path) -> None:
    text = tmp_path / "text.mp4"
    text.write_text("This is no video.\n" * 99)
    job = ended(client, submit(client, text))
    assert job["state"] == "failed"
    assert problem(client.get(job["links"]["results"])) == (422, "not-a-video")


def test_what_cannot_be_is_refused_at_once(client: httpx.Client, small: Path) -> None:
    def post(body: bytes, headers: dict[str, str] = MP4, **query: Any) -> tuple[int, str]:
        return problem(client.post("/v1/jobs", content=body, headers=headers, params=query))

    assert post(b"") == (400, "empty-body")
    assert post(b"x", {"Content-Type": "image/png"}) == (415, "wrong-media-type")
    assert post(b"x", model="nobody") == (422, "model-unknown")
    assert post(b"x", format="csv") == (422, "parameters-invalid")
    assert post(b"x" * 4_000_001) == (413, "too-large")
    assert problem(client.get("/v1/jobs/nothing")) == (404, "job-unknown")
    assert problem(client.get("/v1/jobs/nothing/events")) == (404, "job-unknown")
