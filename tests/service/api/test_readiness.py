from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from service.api.problems import NotReady
from service.api.readiness import Readiness
from service.engine import Engine
from service.options import Options


def test_a_trial_that_fails_is_told_with_its_reason(tmp_path: Path) -> None:
    async def check() -> None:
        with Engine(tmp_path) as engine:
            await Readiness(engine, Options(), interval_s=-1).check()

    with pytest.raises(NotReady, match="flowpose models pull"):
        asyncio.run(check())


def test_an_outcome_holds_for_its_interval(tmp_path: Path) -> None:
    async def check() -> None:
        with Engine(tmp_path) as engine:
            await Readiness(engine, Options(), interval_s=3600).check()

    asyncio.run(check())  # a trial would have failed
