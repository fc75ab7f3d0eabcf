"""What can keep a section from being measured."""

from __future__ import annotations

from service.errors import Problem


class DataMissing(Problem):
    """A section needs a data set that was not given."""

    name = "data-missing"
    title = "The section cannot be measured without this data"
    status = 422


class FiguresUnreadable(Problem):
    """A file of figures is not one that this program wrote."""

    name = "figures-unreadable"
    title = "The stored figures cannot be read"
    status = 422
