from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

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
