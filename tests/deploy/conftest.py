"""What several tests of the manifests look at."""

from __future__ import annotations

import pytest

from tests.deploy.manifests import COMPONENTS, FOLDER, OVERLAYS, Manifest, render, render_with


@pytest.fixture(scope="session")
def rendered() -> dict[str, list[Manifest]]:
    """Each overlay as it is."""
    return {name: render(FOLDER / "overlays" / name) for name in OVERLAYS}


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> list[Manifest]:
    """An overlay with all that can be added to it."""
    return render_with("gpu", COMPONENTS, tmp_path_factory.mktemp("whole"))
