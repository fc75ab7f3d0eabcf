"""What can be wrong with the format that is asked for."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from service.errors import Problem

NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class FormatUnavailable(Problem):
    """The format is known, but its library is not installed on this server."""

    name = "format-unavailable"
    title = "This format is not available here"
    status = 501


class TooManyPeople(Problem):
    """The format has columns for each person of the whole video, and there are more than it can hold."""

    name = "too-many-people"
    title = "There are too many people for this format"
    status = 422


class AnswerTooLarge(Problem):
    """There is no room left for the file in which the answer is put together."""

    name = "answer-too-large"
    title = "The server has no room for the answer"
    status = 507


@contextmanager
def room_for_answer() -> Iterator[None]:
    """Tell a full disk from other faults.

    Raises
    ------
    AnswerTooLarge
        There was no room for what the block wrote.
    """
    try:
        yield
    except OSError as error:
        if error.errno in NO_ROOM:
            raise AnswerTooLarge("The disk filled up while the answer was put together.") from error
        raise
