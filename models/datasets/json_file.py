"""Label files in JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

from models.datasets.errors import DatasetUnreadable


def read_json(path: Path) -> dict[str, Any]:
    """The object in a JSON file.

    Raises
    ------
    DatasetUnreadable
        When the file is missing or not JSON.
    """
    try:
        return cast(dict[str, Any], json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise DatasetUnreadable(f"{path}: {error}") from error
