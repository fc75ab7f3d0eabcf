from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from fastapi import FastAPI

from service.app import create_app
from service.settings import Settings
from service.surroundings import Surroundings


def test_who_runs_it_is_told_of_the_drain_and_no_signal_is_caught(models_dir: Path, tmp_path: Path) -> None:
    seen: list[str] = []

    @contextmanager
    def beside(app: FastAPI) -> Iterator[None]:
        assert app.state.house.engine.device == "cpu"  # all is there
        app.state.drain.check()
        seen.append("begun")
        yield
        seen.append("ended")

    jobs = tmp_path / "jobs"
    settings = Settings(device="cpu", sandbox="off", jobs_dir=str(jobs))
    app = create_app(settings, surroundings=Surroundings(beside, keeps_jobs=False))

    async def live() -> list[httpx.Response]:
        before = signal.getsignal(signal.SIGTERM)
        async with app.router.lifespan_context(app):
            assert signal.getsignal(signal.SIGTERM) is before
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
                return [await client.get(path) for path in ("/v1/jobs", "/metrics", "/readyz")]

    refused, metrics, ready = asyncio.run(live())
    assert seen == ["begun", "ended"]
    assert (refused.status_code, refused.json()["type"]) == (501, "/problems/jobs-not-shared")
    assert metrics.status_code == ready.status_code == 200
    assert not jobs.exists()
