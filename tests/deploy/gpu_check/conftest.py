from __future__ import annotations

import pytest

from tests.deploy.tools import ROOT

FOLDER = ROOT / "deploy/gpu-check"


@pytest.fixture(autouse=True)
def scripts_find_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """As when one of them is run: its folder comes first."""
    monkeypatch.syspath_prepend(FOLDER)
