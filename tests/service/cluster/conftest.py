from __future__ import annotations

import warnings

import pytest


@pytest.fixture(scope="session", autouse=True)
def _ray_is_imported() -> None:
    """Its own use of what others have deprecated is no failure of these tests."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import ray.serve  # noqa: F401
