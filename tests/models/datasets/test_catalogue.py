"""Every data set by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.datasets.catalogue import READERS
from models.datasets.errors import DatasetUnreadable
from service.networks.upper7 import UPPER7


@pytest.mark.parametrize("name", READERS)
def test_a_folder_that_holds_something_else_is_a_problem_of_ours(name: str, tmp_path: Path) -> None:
    with pytest.raises(DatasetUnreadable, match=str(tmp_path)):
        READERS[name](tmp_path, UPPER7)


def test_the_sets_of_the_papers_and_the_packs_are_there() -> None:
    assert set(READERS) >= {"flic", "bbcpose", "chalearn", "piw", "penn"}
    assert set(READERS) >= {"lspet", "mpii", "street", "coco", "jhmdb", "pseudo"}
