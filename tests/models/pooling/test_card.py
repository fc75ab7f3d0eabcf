from __future__ import annotations

from hashlib import sha256
from importlib.resources import files

import pytest


@pytest.mark.parametrize("name", ["blazepose33.csv", "blazepose33-trust.csv"])
def test_the_card_is_that_of_the_shipped_file(name: str) -> None:
    card = (files("models") / "cards" / "pooling-blazepose33.md").read_text(encoding="utf-8")
    assert sha256((files("service.temporal.learnt") / name).read_bytes()).hexdigest() in card
