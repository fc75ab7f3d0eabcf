from __future__ import annotations

import re
from importlib.resources import files

import pytest

from service.options import FlowMethod, Pooling


@pytest.mark.parametrize(("name", "choices"), [("pooling", Pooling), ("flow", FlowMethod)])
def test_the_page_offers_every_choice(name: str, choices: type[Pooling] | type[FlowMethod]) -> None:
    page = (files("service") / "web" / "index.html").read_text(encoding="utf-8")
    select = re.search(rf'<select name="{name}">(.*?)</select>', page, re.DOTALL)
    assert select is not None
    assert set(re.findall(r'value="([\w-]+)"', select[1])) == set(choices)
