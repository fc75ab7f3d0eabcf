"""What can be wrong with a data set."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from service.errors import Problem


class DatasetUnreadable(Problem):
    """The folder does not hold the data set that was asked for."""

    name = "dataset-unreadable"
    title = "The data set cannot be read"
    status = 422


@contextmanager
def read_as(path: Path, what: str) -> Iterator[None]:
    """Inside, whatever shows that labels have another form is a `DatasetUnreadable`.

    Parameters
    ----------
    path
        The label file.
    what
        What it should be: "a COCO keypoint file".
    """
    try:
        yield
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        raise DatasetUnreadable(f"{path} is not {what}: {error!r}") from error
