from __future__ import annotations

from hashlib import sha256
from importlib.resources import files

import pytest


@pytest.mark.parametrize("skeleton", ["blazepose33", "upper7"])
def test_the_card_is_that_of_the_shipped_files(skeleton: str) -> None:
    card = (files("models") / "cards" / f"pooling-{skeleton}.md").read_text(encoding="utf-8")
    for name in (f"{skeleton}.csv", f"{skeleton}-trust.csv"):
        assert sha256((files("service.temporal.learnt") / name).read_bytes()).hexdigest() in card
