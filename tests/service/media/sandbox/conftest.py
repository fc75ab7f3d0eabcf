from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from service.media.sandbox.sandbox import Sandbox
from tests.videos import steady, write_numbered

BAD = "tests.service.media.sandbox.bad_decoders"

MakeSandbox = Callable[..., Sandbox]


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as opened:
        opened.confinement()
        yield opened


@pytest.fixture(scope="session")
def bad() -> Iterator[MakeSandbox]:
    """Makes sandboxes whose decoder is one of those in `bad_decoders`."""
    made: dict[tuple[str, float], Sandbox] = {}
    with ExitStack() as held:

        def make(name: str, idle_s: float = 30.0) -> Sandbox:
            if (name, idle_s) not in made:
                made[name, idle_s] = held.enter_context(Sandbox(idle_s, f"{BAD}:{name}"))
            return made[name, idle_s]

        yield make


@pytest.fixture(scope="session")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_numbered(tmp_path_factory.mktemp("sandbox") / "numbered.mp4", steady(30))
