"""`flowpose jobs` against the real server."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from service.cli import main
from service.client import RemoteProblem, jobs
from service.client.jobs import JobsClient
from service.commands.jobs import app
from tests.running import RunningServer


def flowpose(server: RunningServer, *arguments: str) -> str:
    done = CliRunner().invoke(app, list(arguments), env={"FLOWPOSE_URL": server.url}, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_a_job_from_its_submission_to_its_end(server: RunningServer, small: Path, tmp_path: Path) -> None:
    id_ = flowpose(server, "submit", str(small), "--option", "window=1").strip()
    assert flowpose(server, "watch", id_) == "succeeded: 8 frames\n"
    assert id_[:8] in flowpose(server, "list")
    flowpose(server, "results", id_, "-o", str(tmp_path / "poses.ndjson"), "--from-frame", "6")
    lines = (tmp_path / "poses.ndjson").read_text().splitlines()
    assert [json.loads(line)["type"] for line in lines] == ["header", "frame", "frame", "end"]
    flowpose(server, "cancel", id_)
    assert JobsClient(server.url).list() == []


def test_a_video_goes_in_parts(server: RunningServer, small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "PART_BYTES", 700)
    client = JobsClient(server.url)
    job = client.submit(small, key="in parts", window=1)
    assert job["video_bytes"] == small.stat().st_size > 700
    assert client.submit(small, key="in parts", window=1)["id"] == job["id"]
    *_, last = client.watch(job["id"])
    assert (last["state"], last["frames"]) == ("succeeded", 8)
    client.cancel(job["id"])
    with pytest.raises(RemoteProblem, match="no such job"):
        client.show(job["id"])


def test_what_the_server_refuses_is_one_line(
    server: RunningServer, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        main(["jobs", "cancel", "nothing", "--url", server.url])
    assert left.value.code == 1
    assert "There is no such job" in capsys.readouterr().err
