"""When a request is to be over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from time import monotonic
from typing import TypeVar

from service.access.problems import RequestTooLong

T = TypeVar("T")


class Deadline:
    """Counts from when it is made; any thread may ask.

    Parameters
    ----------
    most_s
        Seconds from now.
    """

    def __init__(self, most_s: float) -> None:
        self.most_s = most_s
        self._ends_s = monotonic() + most_s

    @property
    def over(self) -> bool:
        """Whether there is no time left."""
        return monotonic() > self._ends_s

    def check(self) -> None:
        """Return while there is time.

        Raises
        ------
        RequestTooLong
            There is none left.
        """
        if self.over:
            raise self.missed()

    def missed(self) -> RequestTooLong:
        """What there is to say when it is over."""
        return RequestTooLong(f"The request took longer than {self.most_s:g} s, as long as one may take.")

    def until(self, items: Iterable[T]) -> Iterator[T]:
        """The same items, while there is time.

        Raises
        ------
        RequestTooLong
            After the item that took too long.
        """
        for item in items:
            yield item
            self.check()
