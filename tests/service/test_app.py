from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from service.app import create_app
from service.networks.catalogue import ModelMissing
from service.settings import Settings


def test_it_does_not_start_without_its_network_and_says_how_to_get_it(tmp_path: Path) -> None:
    app = create_app(Settings(data_dir=tmp_path))

    async def start() -> None:
        async with app.router.lifespan_context(app):
            pytest.fail("it started")

    with pytest.raises(ModelMissing, match="flowpose models pull"):
        asyncio.run(start())


def test_the_service_never_imports_what_trains_or_converts() -> None:
    ask = (
        "import sys, service.main, service.cli; "
        "packages = {name.split('.')[0] for name in sys.modules}; "
        "print(packages & {'export', 'models', 'torch', 'onnx', 'tflite'})"
    )
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_the_documentation_asks_no_outside_host() -> None:
    app = create_app(Settings())

    async def read(*paths: str) -> list[httpx.Response]:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return [await client.get(path) for path in paths]

    (docs,) = asyncio.run(read("/docs"))
    assert docs.status_code == 200
    assert not re.search(r"https?:", docs.text)
    scripts = re.findall(r'(?:src|href)="([^"]+)"', docs.text)
    assert len(scripts) >= 2
    assert {answer.status_code for answer in asyncio.run(read(*scripts))} == {200}
